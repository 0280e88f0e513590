//! Mining: features that often come together.
//!
//! Source: Zaki, *Scalable algorithms for association mining* (2000): depth first, by intersecting the sets of cases.

use super::bits::Bits;
use super::bounds::{Bounds, Effort, Met};
use super::error::LearningError;
use super::features::{Cases, OTHER, renamed};
use super::surprise::surprise;
use crate::query::Term;
use crate::space::AtomType;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// What mining looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mining {
    /// In how many cases a pattern must be found, 1 or more.
    pub support: usize,
    /// How many features a pattern has, at most: 1 to 5.
    pub features: usize,
    /// How many patterns are kept, at most: the first in their order. Rules are made of all, so that these must be kept for
    /// [`Cases::induce`].
    pub most: usize,
}

impl Default for Mining {
    /// All patterns of at most three features in at least five cases.
    fn default() -> Self {
        Self { support: 5, features: 3, most: usize::MAX }
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

/// Features that come together. [`Cases::clauses`] says what they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// In how many cases all of them hold.
    pub support: usize,
    /// How surprising it is that they do, in [0, 1]: 0 where some way to take them apart into independent parts explains it.
    pub surprise: f64,
    /// The places of the features.
    pub(super) places: Vec<usize>,
}

impl Pattern {
    /// How many features it has.
    #[must_use]
    pub fn features(&self) -> usize {
        self.places.len()
    }

    /// The order of patterns: the most surprising first, then those with the most support, then as they are found.
    fn order(&self, other: &Self) -> Ordering {
        let surprise = other.surprise.total_cmp(&self.surprise);
        surprise.then(other.support.cmp(&self.support)).then(self.places.cmp(&other.places))
    }
}

/// A pattern among those that are kept, of which the last in their order goes first.
struct Kept(Pattern);

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Kept {}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.order(&other.0)
    }
}

/// What mining found.
#[derive(Clone, Debug, PartialEq)]
pub struct Mined {
    /// The patterns that are kept: the most surprising first, then those with the most support, then as they were found.
    pub patterns: Vec<Pattern>,
    /// How many there are, also those that are not kept.
    pub found: usize,
    /// Sets of features that were looked at.
    pub steps: u64,
    /// Whether it is all there is: no bound was met, neither here nor where the cases were looked at.
    pub complete: bool,
    /// The bound that was met, if one was.
    pub met: Option<Met>,
    /// How many candidates for rules were looked at, those that too few cases have included, by the number of their features.
    pub(super) tried: BTreeMap<usize, u64>,
}

impl Cases {
    /// Finds all sets of features that enough cases have. A set that has a feature and one that follows from it is left out.
    pub fn mine(&self, mining: &Mining, bounds: &Bounds) -> Result<Mined, LearningError> {
        mining.checked()?;
        let frequent = (0..self.features.len()).filter(|at| self.has(*at).len() >= mining.support).collect();
        let concluded = (0..self.features.len()).map(|at| self.is_conclusion(at)).collect();
        let mut search = Search {
            cases: self,
            mining: *mining,
            effort: Effort::of(bounds),
            frequent,
            concluded,
            kept: BinaryHeap::new(),
            found: 0,
            tried: BTreeMap::new(),
        };
        let met = search.all().err();
        let Search { kept, found, tried, effort, .. } = search;
        let patterns = kept.into_sorted_vec().into_iter().map(|Kept(pattern)| pattern).collect();
        let met = met.or(self.met());
        Ok(Mined { patterns, found, steps: effort.steps, complete: met.is_none(), met, tried })
    }

    /// What a pattern says: the clauses of each of its features, with variables for the case and other atoms. The other atom of
    /// each feature is its own.
    #[must_use]
    pub fn clauses(&self, pattern: &Pattern) -> Vec<Vec<Term>> {
        let features = pattern.places.iter().filter_map(|at| self.features.get(*at));
        let told = features.enumerate().map(|(at, feature)| {
            let name = format!("{OTHER}{at}");
            feature.clauses.iter().map(|clause| renamed(clause, OTHER, &name)).collect()
        });
        told.collect()
    }

    /// A pattern as one term: its clause, or the conjunction of all of them. It is found again by a query for it.
    #[must_use]
    pub fn term(&self, pattern: &Pattern) -> Term {
        let mut all: Vec<Term> = Vec::new();
        for clause in self.clauses(pattern).into_iter().flatten() {
            if !all.contains(&clause) {
                all.push(clause);
            }
        }
        match <[Term; 1]>::try_from(all) {
            Ok([one]) => one,
            Err(several) => Term::Link(AtomType::AND, several),
        }
    }

    /// The cases that have a feature.
    pub(super) fn has(&self, at: usize) -> &Bits {
        static NONE: Bits = Bits::NONE;
        self.features.get(at).map_or(&NONE, |feature| &feature.has)
    }

    /// The cases that have all of some features.
    pub(super) fn have(&self, places: &[usize]) -> Bits {
        let Some((first, rest)) = places.split_first() else { return Bits::all(self.all.len()) };
        rest.iter().fold(self.has(*first).clone(), |both, at| both.and(self.has(*at)))
    }

    /// Whether one of two features says no more than the other.
    fn follows(&self, one: usize, two: usize) -> bool {
        let implies =
            |one: usize, two: usize| self.features.get(one).is_some_and(|feature| feature.implies.contains(&two));
        implies(one, two) || implies(two, one)
    }
}

struct Search<'a> {
    cases: &'a Cases,
    mining: Mining,
    effort: Effort<'a>,
    frequent: Vec<usize>,
    /// Which features may be concluded.
    concluded: Vec<bool>,
    kept: BinaryHeap<Kept>,
    found: usize,
    tried: BTreeMap<usize, u64>,
}

impl Search<'_> {
    fn all(&mut self) -> Result<(), Met> {
        // The sets that are to be extended. Their cases are counted again when it is their turn: of all of them at once they
        // would take far more memory than that takes time.
        let mut open: Vec<Vec<usize>> = vec![Vec::new()];
        while let Some(begun) = open.pop() {
            self.effort.free(set_bytes(&begun));
            let has = self.cases.have(&begun);
            let after = begun.last().map_or(0, |last| self.frequent.partition_point(|at| at <= last));
            let more: Vec<usize> = self.frequent.iter().skip(after).copied().collect();
            let mut next = Vec::new();
            for at in more {
                let extended = self.extended(&begun, &has, at)?;
                next.extend(extended.filter(|places| places.len() < self.mining.features));
            }
            self.effort.hold(next.iter().map(|places| set_bytes(places)).sum())?;
            open.extend(next.into_iter().rev());
        }
        Ok(())
    }

    /// A set with one feature more, where enough cases have it.
    fn extended(&mut self, begun: &[usize], has: &Bits, at: usize) -> Result<Option<Vec<usize>>, Met> {
        self.effort.step()?;
        if begun.iter().any(|known| self.cases.follows(*known, at)) {
            return Ok(None);
        }
        let places: Vec<usize> = begun.iter().copied().chain([at]).collect();
        if places.len() > 1 {
            let candidates = places.iter().filter(|at| self.concluded.get(**at) == Some(&true)).count() as u64;
            *self.tried.entry(places.len()).or_default() += candidates;
        }
        let support = has.and(self.cases.has(at)).len();
        if support < self.mining.support {
            return Ok(None);
        }
        self.keep(&places, support)?;
        Ok(Some(places))
    }

    fn keep(&mut self, places: &[usize], support: usize) -> Result<(), Met> {
        self.found += 1;
        let sets: Vec<&Bits> = places.iter().map(|at| self.cases.has(*at)).collect();
        let surprise = surprise(&sets, self.cases.all.len());
        self.kept.push(Kept(Pattern { support, surprise, places: places.to_vec() }));
        if self.kept.len() > self.mining.most {
            self.kept.pop();
            return Ok(());
        }
        self.effort.hold(size_of::<Pattern>() + size_of_val(places))
    }
}

fn set_bytes(places: &[usize]) -> usize {
    size_of::<Vec<usize>>() + size_of_val(places)
}
