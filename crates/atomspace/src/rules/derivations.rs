//! What running rules gave: every firing, with its grounds; and what limits a run and adjusts it.

use super::form::Rule;
use crate::TruthValue;
use crate::atom::AtomId;
use crate::pattern::Bindings;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Learned truth values that stand in for those that rules were written with, by rule name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Strengths(BTreeMap<String, TruthValue>);

impl Strengths {
    /// Nothing learned.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was learned of a rule.
    #[must_use]
    pub fn get(&self, rule: &str) -> Option<TruthValue> {
        self.0.get(rule).copied()
    }

    /// Replaces the truth value of a rule.
    pub fn set(&mut self, rule: impl Into<String>, tv: TruthValue) {
        self.0.insert(rule.into(), tv);
    }

    /// The rules of which something was learned, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, TruthValue)> {
        self.0.iter().map(|(rule, tv)| (rule.as_str(), *tv))
    }

    pub(crate) fn of(&self, rule: &Rule) -> TruthValue {
        self.get(&rule.name).unwrap_or(rule.tv)
    }
}

impl<K: Into<String>> FromIterator<(K, TruthValue)> for Strengths {
    fn from_iter<I: IntoIterator<Item = (K, TruthValue)>>(all: I) -> Self {
        Self(all.into_iter().map(|(rule, tv)| (rule.into(), tv)).collect())
    }
}

/// How far a run may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many times rules may fire.
    pub max_firings: usize,
    /// How many rounds a stratum may take: the longest chain of conclusions.
    pub max_rounds: usize,
    /// How many candidate facts may be looked at.
    pub max_candidates: u64,
}

impl Default for Limits {
    /// 50 000 firings, 100 rounds, 20 million candidates: about a second at worst.
    fn default() -> Self {
        Self { max_firings: 50_000, max_rounds: 100, max_candidates: 20_000_000 }
    }
}

/// That a run was cut short: which limit, and at which rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncated {
    /// The limit that was met.
    pub limit: LimitKind,
    /// The rule that was being matched.
    pub rule: String,
}

/// The limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// [`Limits::max_firings`]
    Firings,
    /// [`Limits::max_rounds`]
    Rounds,
    /// [`Limits::max_candidates`]
    Candidates,
}

impl std::fmt::Display for Truncated {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.limit {
            LimitKind::Firings => "firings",
            LimitKind::Rounds => "rounds",
            LimitKind::Candidates => "candidate facts",
        };
        write!(
            out,
            "the rules were stopped at the limit of {what}, at the rule `{}`; conclusions may be missing",
            self.rule
        )
    }
}

/// One firing of a rule: one conclusion from one match.
#[derive(Clone, Debug)]
pub struct Firing {
    /// The rule.
    pub rule: Arc<Rule>,
    /// What its variables stood for.
    pub bindings: Bindings,
    /// The facts that matched, in the order of the premises, then those that aggregates were taken over.
    pub premises: SmallVec<[AtomId; 4]>,
    /// What was concluded.
    pub conclusion: AtomId,
    /// The support that this firing alone gives: strength of the rule × the product of the premises' strengths × how
    /// strongly the negated parts are absent; the least of the confidences.
    pub tv: TruthValue,
    /// Whether a premise rests, in turn, on the conclusion: such a firing explains nothing and gives no support.
    pub circular: bool,
    pub(crate) absence: f64,
    pub(crate) matched: usize,
}

impl Firing {
    /// The premises that patterns matched, those of aggregates left out: these carry the truth value.
    pub(crate) fn carrying(&self) -> &[AtomId] {
        self.premises.get(..self.matched).unwrap_or_default()
    }
}

/// All firings of a run.
#[derive(Clone, Debug, Default)]
pub struct Derivations {
    firings: Vec<Firing>,
    by_conclusion: FxHashMap<AtomId, SmallVec<[u32; 2]>>,
    concluded: Vec<AtomId>,
    supports: FxHashMap<AtomId, TruthValue>,
    truncated: Option<Truncated>,
}

impl Derivations {
    /// The firings, in the order in which they happened.
    #[must_use]
    pub fn firings(&self) -> &[Firing] {
        &self.firings
    }

    /// The firings that concluded an atom.
    pub fn of(&self, conclusion: AtomId) -> impl Iterator<Item = &Firing> {
        let places = self.by_conclusion.get(&conclusion).map(SmallVec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| self.firings.get(*place as usize))
    }

    /// The atoms that were concluded, each once, in the order in which they were first concluded.
    #[must_use]
    pub fn concluded(&self) -> &[AtomId] {
        &self.concluded
    }

    /// Whether an atom was concluded.
    #[must_use]
    pub fn is_concluded(&self, atom: AtomId) -> bool {
        self.by_conclusion.contains_key(&atom)
    }

    /// What the firings together say of an atom, without what was observed of it; `None` where nothing concluded it or
    /// all that did was circular.
    #[must_use]
    pub fn support(&self, atom: AtomId) -> Option<TruthValue> {
        self.supports.get(&atom).copied()
    }

    pub(crate) fn set_support(&mut self, atom: AtomId, tv: TruthValue) {
        self.supports.insert(atom, tv);
    }

    /// Why the run was cut short, if it was.
    #[must_use]
    pub fn truncated(&self) -> Option<&Truncated> {
        self.truncated.as_ref()
    }

    pub(crate) fn truncate(&mut self, limit: LimitKind, rule: &Rule) {
        self.truncated.get_or_insert_with(|| Truncated { limit, rule: rule.name.clone() });
    }

    pub(crate) fn push(&mut self, firing: Firing) {
        let places = self.by_conclusion.entry(firing.conclusion).or_default();
        if places.is_empty() {
            self.concluded.push(firing.conclusion);
        }
        places.push(self.firings.len() as u32);
        self.firings.push(firing);
    }

    pub(crate) fn firings_mut(&mut self) -> &mut [Firing] {
        &mut self.firings
    }

    pub(crate) fn places_of(&self, conclusion: AtomId) -> &[u32] {
        self.by_conclusion.get(&conclusion).map(SmallVec::as_slice).unwrap_or_default()
    }
}
