//! Mining: features that often come together.
//!
//! Sources: Zaki, *Scalable algorithms for association mining* (2000), for the sets of cases; Uno, Kiyomi, Arimura, *LCM ver. 2* (2004),
//! for *occurrence deliver*: a set is held against what its cases have, and never against what none of them has. So what it takes
//! goes with how much cases have in common, and not with the square of the number of features.

use super::bits::Bits;
use super::bounds::{Bounds, Effort, Met};
use super::error::LearningError;
use super::features::{Cases, OTHER, renamed};
use super::surprise::{Surprise, surprise};
use crate::query::Term;
use crate::space::AtomType;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

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
    /// How surprising it is that they do, in [0, 1]: how far that is from what is expected, over the greater of the two. 0 where
    /// some way to take them apart into independent parts explains it.
    pub surprise: f64,
    /// In how many cases all of them are expected to hold, by what explains it best.
    pub expected: f64,
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
    /// Steps that were taken.
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
        let mut search = Search::of(self, *mining, bounds);
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
    /// What each case has of the features that enough cases have, ascending.
    rows: Vec<Vec<u32>>,
    /// The features that enough cases have, ascending, and of each how many from it on may be concluded.
    frequent: Vec<usize>,
    conclusions: Vec<u64>,
    /// The features that imply each.
    implied_by: Vec<Vec<usize>>,
    /// How often each feature was met with the set that is being extended; 0 for all in between.
    met: Vec<usize>,
    kept: BinaryHeap<Kept>,
    found: usize,
    tried: BTreeMap<usize, u64>,
}

impl<'a> Search<'a> {
    fn of(cases: &'a Cases, mining: Mining, bounds: &'a Bounds) -> Self {
        let count = cases.features.len();
        let frequent: Vec<usize> = (0..count).filter(|at| cases.has(*at).len() >= mining.support).collect();
        let mut conclusions: Vec<u64> = frequent
            .iter()
            .rev()
            .scan(0, |sum, at| {
                *sum += u64::from(cases.is_conclusion(*at));
                Some(*sum)
            })
            .collect();
        conclusions.reverse();
        Self {
            cases,
            mining,
            effort: Effort::of(bounds),
            rows: vec![Vec::new(); cases.all.len()],
            frequent,
            conclusions,
            implied_by: vec![Vec::new(); count],
            met: vec![0; count],
            kept: BinaryHeap::new(),
            found: 0,
            tried: BTreeMap::new(),
        }
    }

    /// Looks at all sets, those of fewer features first: where a bound is met, those are all there.
    fn all(&mut self) -> Result<(), Met> {
        self.prepare()?;
        // The sets that are to be extended. Their cases are counted again when it is their turn: of all of them at once they
        // would take far more memory than that takes time.
        let mut open: VecDeque<Vec<usize>> = VecDeque::from([Vec::new()]);
        while let Some(begun) = open.pop_front() {
            self.effort.free(set_bytes(&begun));
            for (at, support) in self.met_with(&begun)? {
                let places: Vec<usize> = begun.iter().copied().chain([at]).collect();
                self.keep(&places, support)?;
                if places.len() < self.mining.features {
                    self.effort.hold(set_bytes(&places))?;
                    open.push_back(places);
                }
            }
        }
        Ok(())
    }

    /// Turns what is said around: from the cases of each feature to the features of each case.
    fn prepare(&mut self) -> Result<(), Met> {
        for at in &self.frequent {
            let has = self.cases.has(*at);
            self.effort.hold(size_of::<u32>() * has.len())?;
            for case in has.iter() {
                if let Some(row) = self.rows.get_mut(case) {
                    row.push(*at as u32);
                }
            }
            let implied = self.cases.features.get(*at).into_iter().flat_map(|feature| &feature.implies);
            for two in implied.filter(|two| self.frequent.binary_search(two).is_ok()) {
                self.effort.hold(size_of::<usize>())?;
                if let Some(by) = self.implied_by.get_mut(*two) {
                    by.push(*at);
                }
            }
        }
        Ok(())
    }

    /// The features after those of a set, which follow from none of them and have none of them follow, that enough cases have
    /// together with it; each with how many.
    fn met_with(&mut self, begun: &[usize]) -> Result<Vec<(usize, usize)>, Met> {
        let has = self.cases.have(begun);
        let first = begun.last().map_or(0, |last| last + 1);
        let mut touched: Vec<usize> = Vec::new();
        let mut counted = Ok(());
        for row in has.iter().filter_map(|case| self.rows.get(case)) {
            let rest = row.get(row.partition_point(|at| (*at as usize) < first)..).unwrap_or_default();
            counted = self.effort.steps(1 + rest.len() as u64);
            if counted.is_err() {
                break;
            }
            for at in rest.iter().map(|at| *at as usize) {
                if let Some(met) = self.met.get_mut(at) {
                    if *met == 0 {
                        touched.push(at);
                    }
                    *met += 1;
                }
            }
        }
        touched.sort_unstable();
        let mut found = Vec::new();
        for at in touched {
            let together = self.met.get_mut(at).map(std::mem::take).unwrap_or_default();
            if together >= self.mining.support && !begun.iter().any(|known| self.cases.follows(*known, at)) {
                found.push((at, together));
            }
        }
        counted?;
        self.try_with(begun, first);
        Ok(found)
    }

    /// Counts the candidates for rules that a set makes with one feature more, those that too few cases have included. Where it
    /// has several features already, those that follow from them count too: no fewer are counted than there are.
    fn try_with(&mut self, begun: &[usize], first: usize) {
        if begun.is_empty() {
            return;
        }
        let ends = |at: usize| u64::from(self.cases.is_conclusion(at));
        let own: u64 = begun.iter().map(|at| ends(*at)).sum();
        let after = self.frequent.partition_point(|at| *at < first);
        let more = (self.frequent.len() - after) as u64;
        let mut tried = more * own + self.conclusions.get(after).copied().unwrap_or_default();
        if let [one] = begun {
            let implied = self.cases.features.get(*one).into_iter().flat_map(|feature| &feature.implies);
            let implied = implied.filter(|at| self.frequent.binary_search(at).is_ok());
            let by = self.implied_by.get(*one).into_iter().flatten();
            let follow = implied.chain(by).filter(|at| **at >= first);
            tried -= follow.map(|at| own + ends(*at)).sum::<u64>().min(tried);
        }
        *self.tried.entry(begun.len() + 1).or_default() += tried;
    }

    fn keep(&mut self, places: &[usize], support: usize) -> Result<(), Met> {
        self.found += 1;
        let sets: Vec<&Bits> = places.iter().map(|at| self.cases.has(*at)).collect();
        let Surprise { surprise, expected } = surprise(&sets, self.cases.all.len());
        self.kept.push(Kept(Pattern { support, surprise, expected, places: places.to_vec() }));
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
