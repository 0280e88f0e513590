//! Checking rules for what can be read but is not sound, with a place and a hint for each problem.

use super::RuleSet;
use super::form::{Aggregate, AggregateKind, Comparison, Expr, Form, Function, Guard, Premise, Rule, Search};
use super::plan::{self, Slots};
use super::template::Piece;
use crate::atom::entity_kind;
use crate::pattern::{Arg, Pattern, Variable};
use crate::sexpr::Position;
use rustc_hash::FxHashMap;

/// Something wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{}:{}: rule `{rule}`: {message}; {hint}", at.line, at.column)]
pub struct Problem {
    /// The file of the rule.
    pub file: String,
    /// Where in it.
    pub at: Position,
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl RuleSet {
    /// Everything that is wrong with the rules, in their order. An empty list means that they are sound; whether their
    /// examples hold, [`RuleSet::test`] says.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut checker =
            Checker { rules: self, names: FxHashMap::default(), arities: FxHashMap::default(), problems: Vec::new() };
        for rule in &self.rules {
            checker.rule(rule);
        }
        checker.problems
    }

    fn knows(&self, predicate: &str) -> bool {
        let concluded =
            |rule: &Rule| rule.conclusions.iter().any(|conclusion| conclusion.pattern.predicate == predicate);
        let shown = |rule: &Rule| {
            rule.examples.iter().flat_map(|example| &example.facts).any(|fact| fact.predicate == predicate)
        };
        self.rules.iter().any(|rule| concluded(rule) || shown(rule))
    }
}

struct Checker<'r> {
    rules: &'r RuleSet,
    names: FxHashMap<&'r str, &'r Rule>,
    arities: FxHashMap<&'r str, (usize, &'r Rule, Position)>,
    problems: Vec<Problem>,
}

impl<'r> Checker<'r> {
    fn report(&mut self, rule: &Rule, at: Position, message: impl Into<String>, hint: impl Into<String>) {
        let (file, rule) = (rule.file.to_string(), rule.name.clone());
        self.problems.push(Problem { file, at, rule, message: message.into(), hint: hint.into() });
    }

    fn rule(&mut self, rule: &'r Rule) {
        self.metadata(rule);
        self.binding(rule);
        for premise in &rule.premises {
            self.premise(rule, premise);
        }
        for conclusion in &rule.conclusions {
            self.pattern(rule, &conclusion.pattern);
        }
        let examples = rule.examples.iter().flat_map(|example| example.facts.iter().chain(&example.conclusions));
        for fact in examples {
            self.arity(rule, fact);
        }
    }

    fn metadata(&mut self, rule: &'r Rule) {
        if let Some(first) = self.names.insert(&rule.name, rule) {
            let place = format!("the other is at {}:{}", first.file, first.at.line);
            self.report(rule, rule.at, "a second rule of this name", place);
        }
        if rule.text.trim().is_empty() {
            self.report(rule, rule.at, "it does not say what it means", "add a text after the name");
        }
        if rule.sources.is_empty() {
            self.report(rule, rule.at, "it has no source", "add (source \"address or title\")");
        }
        if !rule.examples.iter().any(|example| example.fires) {
            self.report(rule, rule.at, "no example fires it", "add (example fires (fact)… => (conclusion)…)");
        }
        if rule.examples.iter().all(|example| example.fires) {
            self.report(
                rule,
                rule.at,
                "no example leaves it silent",
                "add (example silent (fact)…) with a case that looks alike",
            );
        }
    }

    /// Reports variables that nothing binds.
    fn binding(&mut self, rule: &'r Rule) {
        let mut bound = Slots::default();
        rule.patterns().flat_map(Pattern::variables).for_each(|variable| bound.add(variable.slot));
        let outer = plan::outer_slots(&rule.premises);
        let mut waiting: Vec<&Premise> =
            rule.premises.iter().filter(|premise| !matches!(premise.form, Form::Match(_))).collect();
        while let Some(index) = waiting.iter().position(|premise| unbound(premise, &bound, &outer).is_empty()) {
            if let Form::Bind(variable, _) | Form::Aggregate(Aggregate { result: variable, .. }) =
                &waiting.remove(index).form
            {
                bound.add(variable.slot);
            }
        }
        for premise in waiting {
            for variable in unbound(premise, &bound, &outer) {
                let message = format!("`?{}` in {premise} is not bound", variable.name);
                self.report(rule, premise.at, message, "use a variable of a (fact …) among the premises");
            }
        }
        for conclusion in &rule.conclusions {
            let places = conclusion.templates.iter().flatten().flatten();
            let inside = places
                .flat_map(|piece| if let Piece::Place(value, _) = piece { value.variables() } else { Vec::new() });
            for variable in conclusion.pattern.variables().chain(inside).filter(|variable| !bound.has(variable.slot)) {
                let message = format!("`?{}` in the conclusion {} is not bound", variable.name, conclusion.pattern);
                self.report(
                    rule,
                    conclusion.pattern.at,
                    message,
                    "a conclusion uses only variables that the premises bind",
                );
            }
        }
    }

    fn premise(&mut self, rule: &'r Rule, premise: &'r Premise) {
        match &premise.form {
            Form::Match(pattern) => {
                self.pattern(rule, pattern);
                self.guard_in_disguise(rule, pattern);
            }
            Form::Not(body) | Form::Aggregate(Aggregate { body, .. }) => {
                for inner in body {
                    self.premise(rule, inner);
                }
            }
            Form::Guard(guard) => self.guard(rule, premise.at, guard),
            Form::Bind(_, Expr::Call(Function::Name | Function::Kind | Function::Bytes | Function::Cores, _)) => {
                self.report(
                    rule,
                    premise.at,
                    "`bind` computes numbers",
                    "use (name ?x) where the text is needed: in a guard, or as {name ?x} in a text",
                );
            }
            Form::Bind(..) => {}
        }
    }

    fn pattern(&mut self, rule: &'r Rule, pattern: &'r Pattern) {
        self.arity(rule, pattern);
        for arg in &pattern.args {
            if let Arg::Word(word) = arg
                && entity_kind(word).is_some()
            {
                let message = format!("it names the entity `{word}`");
                self.report(
                    rule,
                    pattern.at,
                    message,
                    "a rule speaks of any system: use a variable, or a \"text\" if this is no entity",
                );
            }
        }
    }

    fn arity(&mut self, rule: &'r Rule, pattern: &'r Pattern) {
        let count = pattern.args.len();
        let (known, first, at) = *self.arities.entry(&pattern.predicate).or_insert((count, rule, pattern.at));
        let said = |problem: &Problem| {
            problem.rule == rule.name && problem.message.contains(&format!("`{}` has", pattern.predicate))
        };
        if known != count && !self.problems.iter().any(said) {
            let message = format!("{pattern} has {count} arguments, but `{}` has {known} elsewhere", pattern.predicate);
            self.report(rule, pattern.at, message, format!("compare with {}:{}", first.file, at.line));
        }
    }

    fn guard(&mut self, rule: &'r Rule, at: Position, guard: &Guard) {
        let of_name = |value: &Expr| matches!(value, Expr::Call(Function::Name, _));
        let fixed = |value: &Expr| matches!(value, Expr::Arg(Arg::Text(_) | Arg::Word(_)));
        let by_name = match guard {
            Guard::Compare(_, left, right) => (of_name(left) && fixed(right)) || (fixed(left) && of_name(right)),
            Guard::Search(_, value, others) | Guard::OneOf(value, others) => of_name(value) && others.iter().any(fixed),
            Guard::Any(guards) | Guard::All(guards) => {
                for guard in guards {
                    self.guard(rule, at, guard);
                }
                false
            }
        };
        if by_name {
            let message = format!("{guard} looks for a fixed word in a name");
            self.report(
                rule,
                at,
                message,
                "what a thing is called is no evidence: renaming a system must not change its diagnosis",
            );
        }
    }

    /// Reports a pattern that is probably a misspelt guard: no rule concludes it, no example shows it.
    fn guard_in_disguise(&mut self, rule: &'r Rule, pattern: &Pattern) {
        let predicate = pattern.predicate.as_str();
        if self.rules.knows(predicate) {
            return;
        }
        let known = Comparison::words()
            .chain(Search::words())
            .chain(AggregateKind::words())
            .chain(["not", "bind", "one-of", "or", "and"]);
        let near = known.filter(|word| is_near(word, predicate)).min_by_key(|word| distance(word, predicate));
        let operator = !predicate.contains(|character: char| character.is_alphanumeric());
        if operator || near.is_some() {
            let hint = near.map_or_else(
                || "the guards are = != < <= > >= contains starts-with ends-with mentions one-of or and".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.report(rule, pattern.at, format!("unknown guard `{predicate}`"), hint);
        }
    }
}

/// The variables that keep a premise from being decided.
fn unbound<'p>(premise: &'p Premise, bound: &Slots, outer: &Slots) -> Vec<&'p Variable> {
    let missing = |variable: &&Variable| !bound.has(variable.slot);
    match &premise.form {
        Form::Match(_) => Vec::new(),
        Form::Guard(guard) => guard.variables().into_iter().filter(missing).collect(),
        Form::Bind(_, value) => value.variables().into_iter().filter(missing).collect(),
        Form::Not(body) | Form::Aggregate(Aggregate { body, .. }) => {
            let mut inside = bound.clone();
            for inner in body {
                match &inner.form {
                    Form::Match(pattern) => pattern
                        .variables()
                        .filter(|variable| !outer.has(variable.slot))
                        .for_each(|variable| inside.add(variable.slot)),
                    Form::Bind(variable, _) => inside.add(variable.slot),
                    _ => {}
                }
            }
            let over = if let Form::Aggregate(aggregate) = &premise.form { aggregate.over.as_ref() } else { None };
            let mentioned = body.iter().flat_map(Premise::variables).chain(over);
            mentioned.filter(|variable| !inside.has(variable.slot)).collect()
        }
    }
}

/// Whether a word is probably a slip for another: few letters differ, or they changed places.
fn is_near(word: &str, slip: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    distance(word, slip) <= word.len() / 3 || sorted(word) == sorted(slip)
}

/// How many letters must change, come or go (Levenshtein).
fn distance(one: &str, two: &str) -> usize {
    let mut row: Vec<usize> = (0..=two.chars().count()).collect();
    for (line, left) in one.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        for (place, right) in row.iter_mut().skip(1).zip(two.chars()) {
            let changed = diagonal + usize::from(left != right);
            diagonal = *place;
            before = changed.min(*place + 1).min(before + 1);
            *place = before;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
