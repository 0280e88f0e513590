//! The causes that the rule base knows, with what each would show: compiled once, weighed against a frame at every step.

use super::sight::{Hint, Look, Seeing, Sight, View, numbers, patterns};
use oriel_atomspace::rules::{Expr, Form, Guard, Rule, RuleKind, RuleSet};
use oriel_atomspace::{Arg, Pattern, TruthValue, Variable, entity_kind};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// From this strength on a symptom follows from another one, whatever the cause, and tells no cause.
const FOLLOWS: f64 = 0.5;
/// How much likelier a cause is whose symptom the question speaks of.
const SPOKEN: f64 = 4.0;

/// A symptom that another one brings about, whatever the cause.
#[derive(Debug, Clone)]
pub(super) struct Consequence {
    pub(super) patterns: Vec<Pattern>,
    pub(super) follows: Pattern,
}

/// A rule that concludes a cause, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Clue {
    /// The rule's name.
    pub(super) rule: String,
    /// What the cause lies on.
    pub(super) entity: Arg,
    /// Its kind, where the rule's examples tell.
    pub(super) kind: Option<String>,
    /// The chance that the cause shows itself in the rule's way: confidence × odds of its strength, over all rules of the
    /// cause.
    pub(super) share: f64,
    pub(super) looks: Vec<Look>,
    pub(super) absent: Vec<Vec<Look>>,
    /// By look: what the one rule that concludes it must not see.
    pub(super) behind: Vec<Option<Behind>>,
    pub(super) counted: Vec<Look>,
    pub(super) guards: Vec<Guard>,
    pub(super) computed: Vec<(Variable, Expr)>,
    /// The kind of entity that a variable stands for, by the examples.
    pub(super) kinds: FxHashMap<Arc<str>, String>,
}

/// What must not hold for a premise that a single rule concludes.
#[derive(Debug, Clone)]
pub(super) struct Behind {
    /// The variables of that rule's conclusion, by position.
    pub(super) variables: Vec<Option<Arc<str>>>,
    pub(super) absent: Vec<Vec<Look>>,
}

/// Something that a cause brings about.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    /// The variable that stands for the place of the cause.
    pub(super) place: Arc<str>,
    /// What else must be so, and be known.
    pub(super) circumstances: Vec<Pattern>,
    /// The fact.
    pub(super) look: Look,
    /// P(effect | cause).
    pub(super) strength: f64,
}

/// A cause that rules know.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) clues: Vec<Clue>,
    pub(super) effects: Vec<Effect>,
}

/// Everything that could be wrong, as far as the rules know, and where it would be seen.
#[derive(Debug, Clone)]
pub struct Outlook {
    pub(super) causes: Vec<Known>,
    pub(super) consequences: Vec<Consequence>,
    /// By kind of entity: the views of which any shows all of them.
    pub(super) census: FxHashMap<String, Vec<View>>,
    hints: Vec<Hint>,
    views: Vec<String>,
}

impl Outlook {
    /// Takes the rules apart.
    pub fn new(rules: &RuleSet, seeing: &Seeing, strength: &dyn Fn(&Rule) -> TruthValue) -> Self {
        let sight = Sight::new(rules, seeing);
        let mut causes: Vec<Known> = Vec::new();
        for rule in rules.rules().iter().filter(|rule| rule.kind == RuleKind::Rule) {
            for conclusion in rule.conclusions.iter().filter(|c| c.pattern.predicate == "cause") {
                let [entity, Arg::Word(name)] = conclusion.pattern.args.as_slice() else { continue };
                let clue = clue(&sight, rule, entity, strength(rule));
                match causes.iter_mut().find(|known| known.name == *name) {
                    Some(known) => known.clues.push(clue),
                    None => causes.push(Known {
                        name: name.clone(),
                        clues: vec![clue],
                        effects: effects(&sight, rules, name),
                    }),
                }
            }
        }
        for known in &mut causes {
            let total: f64 = known.clues.iter().map(|clue| clue.share).sum();
            known.clues.iter_mut().for_each(|clue| clue.share /= total.max(f64::MIN_POSITIVE));
        }
        let numbered = numbers(&sight.views);
        let of = |views: &[String]| views.iter().filter_map(|view| numbered.get(view.as_str()).copied()).collect();
        let census = seeing.census.iter().map(|census| (census.kind.clone(), of(&census.views))).collect();
        let hints = seeing.hints.clone();
        Self { causes, consequences: consequences(rules), census, hints, views: sight.views }
    }

    /// How much likelier a question makes each cause, by what it speaks of: [`SPOKEN`] where a mechanism of the cause
    /// brings about a symptom whose words stand in the question.
    pub fn spoken(&self, question: &str) -> Vec<f64> {
        let question = question.to_lowercase();
        let words: Vec<&str> = question.split(|c: char| !c.is_alphanumeric()).collect();
        let said = |hint: &&Hint| hint.words.iter().any(|w| words.iter().any(|word| word.starts_with(w.as_str())));
        let symptoms: Vec<&str> = self.hints.iter().filter(said).map(|hint| hint.symptom.as_str()).collect();
        let brings = |effect: &Effect| {
            effect
                .look
                .pattern
                .args
                .iter()
                .any(|arg| matches!(arg, Arg::Word(word) if symptoms.contains(&word.as_str())))
        };
        let factor = |known: &Known| if known.effects.iter().any(brings) { SPOKEN } else { 1.0 };
        self.causes.iter().map(factor).collect()
    }

    /// The numbers of views; unknown ones show nothing that any rule asks for and are left out.
    pub fn views(&self, names: &[String]) -> Vec<View> {
        let numbers = numbers(&self.views);
        names.iter().filter_map(|name| numbers.get(name.as_str()).copied()).collect()
    }

    /// The names of all causes, in the order of the rules.
    pub fn causes(&self) -> impl Iterator<Item = &str> {
        self.causes.iter().map(|known| known.name.as_str())
    }
}

fn consequences(rules: &RuleSet) -> Vec<Consequence> {
    let mut found = Vec::new();
    for rule in rules.rules().iter().filter(|rule| rule.kind == RuleKind::Mechanism && rule.tv.strength >= FOLLOWS) {
        let asked: Vec<Pattern> = patterns(&rule.premises).cloned().collect();
        if asked.len() == rule.premises.len() && asked.iter().all(|pattern| pattern.predicate != "cause") {
            found.extend(
                rule.conclusions.iter().map(|c| Consequence { patterns: asked.clone(), follows: c.pattern.clone() }),
            );
        }
    }
    found
}

fn clue(sight: &Sight<'_>, rule: &Rule, entity: &Arg, tv: TruthValue) -> Clue {
    let kinds = kinds(rule);
    let mut clue = Clue {
        rule: rule.name.clone(),
        entity: entity.clone(),
        kind: if let Arg::Variable(variable) = entity { kinds.get(&variable.name).cloned() } else { None },
        share: tv.confidence.max(0.01) * tv.strength.max(0.01) / (1.0 - tv.strength).max(0.01),
        looks: Vec::new(),
        absent: Vec::new(),
        behind: Vec::new(),
        counted: Vec::new(),
        guards: Vec::new(),
        computed: Vec::new(),
        kinds,
    };
    for premise in &rule.premises {
        match &premise.form {
            Form::Match(pattern) => {
                clue.looks.push(sight.look(pattern));
                clue.behind.push(behind(sight, pattern));
            }
            Form::Not(body) => clue.absent.push(patterns(body).map(|pattern| sight.look(pattern)).collect()),
            Form::Aggregate(aggregate) => clue.counted.extend(patterns(&aggregate.body).map(|p| sight.look(p))),
            Form::Guard(guard) => clue.guards.push(guard.clone()),
            Form::Bind(variable, expression) => clue.computed.push((variable.clone(), expression.clone())),
        }
    }
    clue
}

/// What the only rule that concludes a premise must not see, where there is just one.
fn behind(sight: &Sight<'_>, pattern: &Pattern) -> Option<Behind> {
    let (rule, conclusion) = sight.only_rule(pattern)?;
    let absent: Vec<Vec<Look>> = rule
        .premises
        .iter()
        .filter_map(|premise| match &premise.form {
            Form::Not(body) => Some(patterns(body).map(|pattern| sight.look(pattern)).collect()),
            _ => None,
        })
        .collect();
    let variables = conclusion.args.iter().map(|arg| match arg {
        Arg::Variable(variable) => Some(Arc::clone(&variable.name)),
        _ => None,
    });
    (!absent.is_empty()).then(|| Behind { variables: variables.collect(), absent })
}

/// What mechanisms say the cause brings about: at its own place, or, in known circumstances, elsewhere.
fn effects(sight: &Sight<'_>, rules: &RuleSet, cause: &str) -> Vec<Effect> {
    let mut found: Vec<Effect> = Vec::new();
    for rule in rules.rules().iter().filter(|rule| rule.kind == RuleKind::Mechanism) {
        let Some((premise, rest)) = rule.premises.split_first() else { continue };
        let Form::Match(Pattern { predicate, args, .. }) = &premise.form else { continue };
        let ([Arg::Variable(place), Arg::Word(word)], "cause") = (args.as_slice(), predicate.as_str()) else {
            continue;
        };
        let circumstances: Vec<Pattern> = patterns(rest).cloned().collect();
        if word != cause || circumstances.len() != rest.len() {
            continue;
        }
        for conclusion in &rule.conclusions {
            let look = sight.look(&conclusion.pattern);
            let (place, strength) = (Arc::clone(&place.name), rule.tv.strength.clamp(0.01, 0.99));
            found.push(Effect { place, circumstances: circumstances.clone(), look, strength });
        }
    }
    found
}

/// The kinds of the variables, as the first example that fires has them.
fn kinds(rule: &Rule) -> FxHashMap<Arc<str>, String> {
    let mut kinds: FxHashMap<Arc<str>, String> = FxHashMap::default();
    let asked = rule.premises.iter().flat_map(|premise| match &premise.form {
        Form::Match(pattern) => vec![pattern],
        Form::Not(body) => patterns(body).collect(),
        Form::Aggregate(aggregate) => patterns(&aggregate.body).collect(),
        _ => Vec::new(),
    });
    let asked: Vec<&Pattern> = asked.chain(rule.conclusions.iter().map(|c| &c.pattern)).collect();
    for example in rule.examples.iter().filter(|example| example.fires) {
        for fact in example.facts.iter().chain(&example.conclusions) {
            for pattern in asked.iter().filter(|p| p.predicate == fact.predicate && p.args.len() == fact.args.len()) {
                for (arg, value) in pattern.args.iter().zip(&fact.args) {
                    if let (Arg::Variable(variable), Arg::Word(word)) = (arg, value)
                        && let Some(kind) = entity_kind(word)
                    {
                        kinds.entry(Arc::clone(&variable.name)).or_insert_with(|| kind.to_owned());
                    }
                }
            }
        }
    }
    kinds
}
