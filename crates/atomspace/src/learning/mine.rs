//! Mining: features that often come together.
//!
//! Source: Zaki, *Scalable algorithms for association mining* (2000): depth first, by intersecting the sets of cases.

use super::bits::Bits;
use super::error::LearningError;
use super::features::Cases;
use super::surprise::surprise;
use crate::query::{Cancel, Term};
use std::collections::BTreeMap;

/// What mining looks for, and what it may take.
#[derive(Clone, Debug)]
pub struct Mining {
    /// In how many cases a pattern must be found, 1 or more.
    pub support: usize,
    /// How many features a pattern has, at most: 1 to 5.
    pub features: usize,
    /// Sets of features that are looked at, at most.
    pub steps: u64,
    /// Stops it from outside.
    pub cancel: Option<Cancel>,
}

impl Default for Mining {
    /// Patterns of at most three features in at least five cases, by a million steps.
    fn default() -> Self {
        Self { support: 5, features: 3, steps: 1_000_000, cancel: None }
    }
}

impl Mining {
    fn checked(&self) -> Result<(), LearningError> {
        let wrong = |field, given: usize, wanted| Err(LearningError::Setting { field, given: given as f64, wanted });
        if self.support == 0 {
            return wrong("support", self.support, "1 or more");
        }
        if !(1..=5).contains(&self.features) {
            return wrong("features", self.features, "from 1 to 5");
        }
        Ok(())
    }
}

/// Features that come together.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// What is said: the clauses of all features, with variables for the case and other atoms.
    pub clauses: Vec<Vec<Term>>,
    /// In how many cases all of them hold.
    pub support: usize,
    /// How surprising it is that they do, in [0, 1]: 0 where some way to take them apart into independent parts explains it.
    pub surprise: f64,
    /// The places of the features.
    pub(super) places: Vec<usize>,
}

/// What mining found.
#[derive(Clone, Debug, PartialEq)]
pub struct Mined {
    /// The patterns: the most surprising first, then those with the most support, then as they were found.
    pub patterns: Vec<Pattern>,
    /// Sets of features that were looked at.
    pub steps: u64,
    /// Whether it is all there is: no bound was met.
    pub complete: bool,
    /// How many candidates for rules were looked at, those that too few cases have included, by the number of their features.
    pub(super) tried: BTreeMap<usize, u64>,
}

/// A set of features that is being extended.
struct Begun {
    places: Vec<usize>,
    has: Bits,
}

impl Cases {
    /// Finds all sets of features that enough cases have. A set that has a feature and one that follows from it is left out.
    pub fn mine(&self, mining: &Mining) -> Result<Mined, LearningError> {
        mining.checked()?;
        let frequent: Vec<usize> =
            (0..self.features.len()).filter(|at| self.has(*at).len() >= mining.support).collect();
        let mut open = vec![Begun { places: Vec::new(), has: Bits::all(self.cases.len()) }];
        let mut mined = Mined { patterns: Vec::new(), steps: 0, complete: true, tried: BTreeMap::new() };
        let concluded: Vec<bool> = (0..self.features.len()).map(|at| self.is_conclusion(at)).collect();
        let ends = |at: &usize| concluded.get(*at) == Some(&true);
        'all: while let Some(begun) = open.pop() {
            let mut next = Vec::new();
            let after = begun.places.last().map_or(0, |last| frequent.partition_point(|at| at <= last));
            for at in frequent.iter().skip(after) {
                if mined.steps >= mining.steps || mining.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
                    mined.complete = false;
                    break 'all;
                }
                mined.steps += 1;
                if begun.places.iter().any(|known| self.follows(*known, *at)) {
                    continue;
                }
                let places: Vec<usize> = begun.places.iter().copied().chain([*at]).collect();
                if places.len() > 1 {
                    let candidates = places.iter().filter(|at| ends(at)).count() as u64;
                    *mined.tried.entry(places.len()).or_default() += candidates;
                }
                let has = begun.has.and(self.has(*at));
                if has.len() < mining.support {
                    continue;
                }
                mined.patterns.push(self.pattern(&places, has.len()));
                if places.len() < mining.features {
                    next.push(Begun { places, has });
                }
            }
            open.extend(next.into_iter().rev());
        }
        mined.patterns.sort_by(|one, two| {
            two.surprise.total_cmp(&one.surprise).then(two.support.cmp(&one.support)).then(one.places.cmp(&two.places))
        });
        Ok(mined)
    }

    fn pattern(&self, places: &[usize], support: usize) -> Pattern {
        let sets: Vec<&Bits> = places.iter().map(|at| self.has(*at)).collect();
        let clauses = places.iter().filter_map(|at| self.features.get(*at)).map(|feature| feature.clauses.clone());
        Pattern {
            clauses: clauses.collect(),
            support,
            surprise: surprise(&sets, self.cases.len()),
            places: places.to_vec(),
        }
    }

    /// The cases that have a feature.
    pub(super) fn has(&self, at: usize) -> &Bits {
        static NONE: Bits = Bits::NONE;
        self.features.get(at).map_or(&NONE, |feature| &feature.has)
    }

    /// Whether one of two features says no more than the other.
    fn follows(&self, one: usize, two: usize) -> bool {
        let implies =
            |one: usize, two: usize| self.features.get(one).is_some_and(|feature| feature.implies.contains(&two));
        implies(one, two) || implies(two, one)
    }
}
