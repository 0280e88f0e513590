//! The contract of a reasoning mode, and the registry of all modes.
//!
//! A mode is a pure, deterministic function of a [`Case`]. It returns a [`Perspective`], or nothing when the case gives
//! it nothing to work with; its applicability is computed from the case. Most modes judge causes; a mode may instead
//! judge actions, and then sees what the others came to believe. How to add one: `docs/adding-a-mode.md`.

use crate::case::Case;
use crate::consensus::Beliefs;
use crate::modes;
use crate::verdict::Recommendation;
use oriel_atomspace::{AtomId, TruthValue};

/// How a perspective's strengths are to be read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Each strength is that hypothesis' own probability, judged by itself.
    Independent,
    /// The strengths are shares of one distribution; what is left over is the share of "none of them".
    Exclusive,
}

/// One typed conclusion: a hypothesis with a truth value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conclusion {
    /// Index into [`Case::hypotheses`].
    pub hypothesis: usize,
    /// How far the mode holds it for true, and how much evidence it has.
    pub tv: TruthValue,
}

/// What one mode concluded.
#[derive(Debug, Clone, PartialEq)]
pub struct Perspective {
    /// The mode's name.
    pub mode: &'static str,
    /// How much the case gives this mode to work with, 0 to 1.
    pub applicability: f64,
    /// How the strengths are meant.
    pub reading: Reading,
    /// Its conclusions. A hypothesis that is absent was not judged.
    pub conclusions: Vec<Conclusion>,
    /// The atoms it used.
    pub used: Vec<AtomId>,
    /// What it took for granted.
    pub assumptions: Vec<String>,
    /// One sentence on how it got there.
    pub note: String,
}

/// What a mode about actions returns.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// Its perspective; no conclusions about causes.
    pub perspective: Perspective,
    /// Its actions, best first.
    pub recommendations: Vec<Recommendation>,
}

/// The two shapes of a mode.
#[derive(Clone, Copy)]
pub enum Think {
    /// Judges causes.
    Causes(fn(&Case<'_>) -> Option<Perspective>),
    /// Judges actions, given what the others believe.
    Actions(fn(&Case<'_>, &Beliefs) -> Option<Advice>),
}

/// A mode with its name.
#[derive(Clone, Copy)]
pub struct Mode {
    /// Its name, as used everywhere.
    pub name: &'static str,
    /// The algorithm and its source, in one sentence.
    pub about: &'static str,
    /// The algorithm.
    pub think: Think,
}

/// A name that is no mode's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no reasoning mode named {name:?}; known modes: {known}")]
pub struct UnknownMode {
    /// The name asked for.
    pub name: String,
    /// All names there are.
    pub known: String,
}

/// Every mode, in the order in which perspectives are reported.
pub const ALL: [Mode; 8] = [
    modes::deductive::MODE,
    modes::abductive::MODE,
    modes::probabilistic::MODE,
    modes::causal::MODE,
    modes::objective::MODE,
    modes::comparative::MODE,
    modes::intuitive::MODE,
    modes::consequentialist::MODE,
];

/// The modes with these names, in the registry's order; an unknown name is an error.
pub fn named(names: &[&str]) -> Result<Vec<Mode>, UnknownMode> {
    for name in names {
        if !ALL.iter().any(|mode| mode.name == *name) {
            let known: Vec<&str> = ALL.iter().map(|mode| mode.name).collect();
            return Err(UnknownMode { name: (*name).to_owned(), known: known.join(", ") });
        }
    }
    Ok(ALL.into_iter().filter(|mode| names.contains(&mode.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        let error = named(&["causal", "telepathic"]).err().unwrap();
        assert_eq!(error.name, "telepathic");
        assert!(error.to_string().contains("deductive"));
    }

    #[test]
    fn modes_come_in_the_registry_order_whatever_the_order_asked() {
        let names: Vec<&str> = named(&["objective", "deductive"]).unwrap().iter().map(|m| m.name).collect();
        assert_eq!(names, ["deductive", "objective"]);
    }
}
