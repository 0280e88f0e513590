//! What can be seen where: relations, the views that show them, and which views have been taken.
//!
//! A *view* is an aspect of a system that some command prints (`events`, `pod-detail`). A relation's facts are seen in one
//! of several *ways*, each a set of views that it takes together. Relations that rules conclude inherit the ways of the
//! premises, backwards through the rules. A relation without any way cannot be asked for.

use oriel_atomspace::rules::{Form, Premise, Rule, RuleKind, RuleSet};
use oriel_atomspace::{Arg, AtomId, Frame, Pattern, Query};
use rustc_hash::{FxHashMap, FxHashSet};

/// The number of a view.
pub type View = u16;

/// How often a fact of a relation is seen by chance where nothing is said of it.
pub const RATE: f64 = 0.05;
/// The rate of what rules conclude is at most this: it says something.
const MOST_RATE: f64 = 0.5;
/// How far relations are followed backwards through rules.
const DEPTH: usize = 5;
/// Ways kept of one relation, the smallest first.
const WAYS: usize = 12;

/// What a knowledge base says of one relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// The relation.
    pub relation: String,
    /// Words that its arguments must have, by position; none for any.
    pub words: Vec<Option<String>>,
    /// How often such a fact is there though it is not what the trouble is about: 1 for what is always there.
    pub rate: f64,
    /// Relations without which there is no such fact: of each there is one with the same first argument.
    pub given: Vec<String>,
    /// The ways to see it, each a set of views by name.
    pub ways: Vec<Vec<String>>,
}

/// When all entities of a kind are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Census {
    /// The kind, as in `service/cart`.
    pub kind: String,
    /// The views that show them all, by name: any of them.
    pub views: Vec<String>,
}

/// Words in a question that speak of a symptom.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// The symptom.
    pub symptom: String,
    /// Beginnings of words, in lower case.
    pub words: Vec<String>,
}

/// What a knowledge base says about seeing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seeing {
    /// Where relations are seen; the first that fits counts.
    pub declarations: Vec<Declaration>,
    /// When all of a kind are known.
    pub census: Vec<Census>,
    /// What questions speak of.
    pub hints: Vec<Hint>,
}

/// A premise to look for: its pattern and where it can be seen.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) pattern: Pattern,
    pub(super) rate: f64,
    pub(super) given: Vec<Look>,
    pub(super) ways: Vec<Vec<View>>,
}

/// Where everything can be seen.
pub(super) struct Sight<'r> {
    rules: &'r RuleSet,
    seeing: &'r Seeing,
    pub(super) views: Vec<String>,
}

impl<'r> Sight<'r> {
    pub(super) fn new(rules: &'r RuleSet, seeing: &'r Seeing) -> Self {
        let mut views: Vec<String> = Vec::new();
        let seen = seeing.declarations.iter().flat_map(|d| d.ways.iter().flatten());
        for view in seen.chain(seeing.census.iter().flat_map(|census| &census.views)) {
            if !views.contains(view) {
                views.push(view.clone());
            }
        }
        Self { rules, seeing, views }
    }

    /// Where a pattern's facts can be seen, and how often by chance.
    pub(super) fn look(&self, pattern: &Pattern) -> Look {
        let (rate, ways) = self.ways(pattern, DEPTH);
        let declared = self.seeing.declarations.iter().find(|d| says(d, pattern));
        let given = declared.iter().flat_map(|d| &d.given).filter_map(|relation| {
            let first = pattern.args.first()?.to_string();
            let query = Query::parse(&format!("({relation} {first})")).ok()?;
            let pattern = query.patterns().first()?.clone();
            let (rate, ways) = self.ways(&pattern, DEPTH);
            Some(Look { pattern, rate, given: Vec::new(), ways })
        });
        Look { pattern: pattern.clone(), rate, given: given.collect(), ways }
    }

    fn ways(&self, pattern: &Pattern, depth: usize) -> (f64, Vec<Vec<View>>) {
        if let Some(declared) = self.seeing.declarations.iter().find(|d| says(d, pattern)) {
            let number =
                |name: &String| self.views.iter().position(|view| view == name).and_then(|at| View::try_from(at).ok());
            let ways = declared.ways.iter().map(|way| sorted(way.iter().filter_map(number).collect()));
            return (declared.rate, ways.collect());
        }
        if depth == 0 {
            return (RATE, Vec::new());
        }
        let mut ways: Vec<Vec<View>> = Vec::new();
        let mut rate: Option<f64> = None;
        for rule in self.rules.rules().iter().filter(|rule| rule.kind == RuleKind::Rule) {
            if rule.conclusions.iter().any(|c| compatible(&c.pattern, pattern)) {
                let (own, more) = self.together(&rule.premises, depth - 1);
                rate = Some(rate.map_or(own, |known| known.max(own)));
                for way in more {
                    if !ways.contains(&way) {
                        ways.push(way);
                    }
                }
            }
        }
        ways.sort_by_key(Vec::len);
        ways.truncate(WAYS);
        (rate.unwrap_or(RATE).min(MOST_RATE), ways)
    }

    /// The rule that concludes a relation which nothing else shows, with that conclusion.
    pub(super) fn only_rule(&self, pattern: &Pattern) -> Option<(&'r Rule, &'r Pattern)> {
        if self.seeing.declarations.iter().any(|d| says(d, pattern)) {
            return None;
        }
        let rules = self.rules.rules().iter().filter(|rule| rule.kind == RuleKind::Rule);
        let concluding = rules.flat_map(|rule| rule.conclusions.iter().map(move |c| (&**rule, &c.pattern)));
        let mut concluding = concluding.filter(|(_, conclusion)| compatible(conclusion, pattern));
        concluding.next().filter(|_| concluding.next().is_none())
    }

    /// The ways to see all premises, and the rate of the rarest; absence needs none.
    fn together(&self, premises: &[Premise], depth: usize) -> (f64, Vec<Vec<View>>) {
        let mut ways: Vec<Vec<View>> = vec![Vec::new()];
        let mut rarest = 1.0_f64;
        let mut join = |pattern: &Pattern| {
            let (rate, others) = self.ways(pattern, depth);
            rarest = rarest.min(rate);
            let mut joined: Vec<Vec<View>> = Vec::new();
            for (one, other) in ways.iter().flat_map(|one| others.iter().map(move |other| (one, other))) {
                let both = sorted(one.iter().chain(other).copied().collect());
                if !joined.contains(&both) {
                    joined.push(both);
                }
            }
            joined.sort_by_key(Vec::len);
            joined.truncate(WAYS);
            ways = joined;
        };
        for premise in premises {
            match &premise.form {
                Form::Match(pattern) => join(pattern),
                Form::Aggregate(aggregate) => patterns(&aggregate.body).for_each(&mut join),
                _ => {}
            }
        }
        (rarest, ways)
    }
}

/// The facts that premises ask for.
pub(super) fn patterns(premises: &[Premise]) -> impl Iterator<Item = &Pattern> {
    premises.iter().filter_map(|premise| if let Form::Match(pattern) = &premise.form { Some(pattern) } else { None })
}

fn sorted(mut views: Vec<View>) -> Vec<View> {
    views.sort_unstable();
    views.dedup();
    views
}

fn says(declaration: &Declaration, pattern: &Pattern) -> bool {
    declaration.relation == pattern.predicate
        && declaration.words.iter().zip(&pattern.args).all(|(word, arg)| match (word, arg) {
            (None, _) => true,
            (Some(word), Arg::Word(own) | Arg::Text(own)) => word == own,
            (Some(_), _) => false,
        })
}

/// Whether two patterns can mean the same fact: same relation, no two different constants in one place.
fn compatible(one: &Pattern, other: &Pattern) -> bool {
    one.predicate == other.predicate
        && one.args.len() == other.args.len()
        && one.args.iter().zip(&other.args).all(|(a, b)| match (a.term(), b.term()) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        })
}

/// The views that have been taken: whole, or of single entities.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    whole: Vec<View>,
    of: Vec<(View, String)>,
}

impl Taken {
    /// Takes views of everything, or, where entities are given, of these.
    pub fn take(&mut self, views: &[View], of: &[String]) {
        if of.is_empty() {
            self.whole.extend_from_slice(views);
        } else {
            self.of.extend(views.iter().flat_map(|view| of.iter().map(|entity| (*view, entity.clone()))));
        }
    }

    /// The same by the atoms of a frame.
    pub(super) fn over(&self, frame: &Frame) -> Covered {
        let of = self.of.iter().filter_map(|(view, entity)| Some((*view, frame.entity(entity)?)));
        Covered { whole: self.whole.iter().copied().collect(), of: of.collect() }
    }
}

/// The views taken, by the atoms of one frame.
pub(super) struct Covered {
    whole: FxHashSet<View>,
    of: FxHashSet<(View, AtomId)>,
}

impl Covered {
    /// Whether a view of what is about `places` was taken.
    pub(super) fn has(&self, view: View, places: &[AtomId]) -> bool {
        self.whole.contains(&view) || places.iter().any(|place| self.of.contains(&(view, *place)))
    }
}

/// Where names of views are wanted: numbers by name.
pub(super) fn numbers(views: &[String]) -> FxHashMap<&str, View> {
    views.iter().enumerate().filter_map(|(at, name)| Some((name.as_str(), View::try_from(at).ok()?))).collect()
}
