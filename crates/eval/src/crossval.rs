//! Cross-validated figures: every case judged with mode reliabilities and calibration maps fitted on other cases.
//!
//! Two ways to hold out. **Five folds**: the cases of a set are dealt out in turn; a fault-free incident goes with the
//! fault it was cut before, or with its recording. **Leave one group out**: all cases of a set with the same labelled place at once, so that nothing
//! fitted has seen that place at fault. Mode reliabilities are of the domain; calibration maps lean on those of other domains,
//! whose lessons are taken once, less those of the cases held out.
//! What remains in-sample: rules and detectors were written while looking at these recordings.

use crate::coverage::{Coverage, Said, coverage};
use crate::grid::{Grid, share};
use crate::harness::{Found, parallel, scored};
use crate::prepared::{Lesson, Prepared, fitted_beside, lessons};
use crate::score::{Scored, SetFigures, figures};
use oriel_diagnosis::Knowledge;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Folds of the first way.
const FOLDS: usize = 5;
/// The name under which all sets are pooled.
pub const ALL_SETS: &str = "all";

/// A way to hold out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Five folds.
    FiveFolds,
    /// One labelled place at a time.
    LeaveOneGroupOut,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::FiveFolds => "five folds",
            Self::LeaveOneGroupOut => "leave one place out",
        }
    }
}

/// A case judged by what was fitted on others.
#[derive(Debug, Clone)]
struct Held {
    set: usize,
    scored: Scored,
    said: Option<Said>,
}

/// The figures of a set, or of all, held out in one way.
#[derive(Debug, Clone, Serialize)]
pub struct Validated {
    /// The way.
    pub way: Way,
    /// The set, or `all`.
    pub set: String,
    /// Accuracy, Brier score, calibration error, false diagnoses.
    pub figures: SetFigures,
    /// The intervals; none where there are too few cases.
    pub coverage: Option<Coverage>,
    /// What was stated of each fault case's first choice, and whether it was right.
    #[serde(skip)]
    pub stated: Vec<(f64, bool)>,
}

/// Judges every case with what the others taught, in both ways.
pub fn validated(found: &Found, knowledge: &Knowledge, cases: &[Prepared]) -> anyhow::Result<Vec<Validated>> {
    let units = ordinals(cases.iter().map(|case| (case.set, case.together.unit.as_str())));
    let folds: Vec<String> = units.into_iter().map(|nth| (nth % FOLDS).to_string()).collect();
    let groups: Vec<String> = cases.iter().map(|case| format!("{} {}", case.set, case.together.group)).collect();
    let mut all = Vec::new();
    for (way, keys) in [(Way::FiveFolds, folds), (Way::LeaveOneGroupOut, groups)] {
        all.extend(figured(found, way, &held_out(found, knowledge, cases, &keys)?));
    }
    Ok(all)
}

/// By set, the number of each name in order of first sight.
fn ordinals<'a>(names: impl Iterator<Item = (usize, &'a str)>) -> Vec<usize> {
    let mut known: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let mut numbers = Vec::new();
    for (set, name) in names {
        let list = known.entry(set).or_default();
        let at = list.iter().position(|other| *other == name).unwrap_or_else(|| {
            list.push(name);
            list.len() - 1
        });
        numbers.push(at);
    }
    numbers
}

/// Each case judged by what was fitted on those of its domain with other keys.
fn held_out(found: &Found, knowledge: &Knowledge, cases: &[Prepared], keys: &[String]) -> anyhow::Result<Vec<Held>> {
    let mut jobs: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, (case, key)) in cases.iter().zip(keys).enumerate() {
        jobs.entry((case.domain.as_str(), key.as_str())).or_default().push(at);
    }
    let jobs: Vec<((&str, &str), Vec<usize>)> = jobs.into_iter().collect();
    let domains: BTreeSet<&str> = cases.iter().map(|case| case.domain.as_str()).collect();
    let domains: Vec<&str> = domains.into_iter().collect();
    let by_domain = parallel(&domains, |_, domain| {
        let own = || cases.iter().zip(keys).filter(|(case, _)| case.domain == **domain);
        let taught = lessons(found, knowledge, &own().map(|(case, _)| case).collect::<Vec<_>>()).1;
        let key = |case: &Prepared| own().find(|(one, _)| std::ptr::eq(*one, case)).map(|(_, key)| key);
        Ok(taught.into_iter().filter_map(|lesson| Some((key(lesson.case())?, lesson))).collect::<Vec<_>>())
    })?;
    let bar = crate::harness::bar(jobs.len(), "cross-validation");
    let done = parallel(&jobs, |_, ((domain, key), inside)| {
        let others = cases.iter().zip(keys).filter(|(case, other)| case.domain == *domain && other != key);
        let others: Vec<&Prepared> = others.map(|(case, _)| case).collect();
        let elsewhere = domains.iter().zip(&by_domain).filter(|(other, _)| *other != domain);
        let beside = elsewhere.flat_map(|(_, lessons)| lessons.iter().filter(|(other, _)| other != key));
        let beside: Vec<Lesson<'_>> = beside.map(|(_, lesson)| *lesson).collect();
        let learning = fitted_beside(found, knowledge, &others, &beside);
        let judged = inside.iter().filter_map(|at| {
            let case = cases.get(*at).filter(|case| case.whole)?;
            let verdict = case.judged(knowledge, &learning).verdict;
            let scored = scored(found.sets.get(case.set)?.adapter.as_ref(), &case.truth, &verdict, 0.0);
            let first =
                verdict.hypotheses.first().filter(|first| !scored.healthy && first.probability == scored.stated.0);
            let said = first.map(|h| Said { p: h.probability, low: h.low, high: h.high, right: scored.stated.1 });
            Some(Held { set: case.set, scored, said })
        });
        let judged: Vec<Held> = judged.collect();
        bar.inc(1);
        Ok(judged)
    })?;
    bar.finish_and_clear();
    Ok(done.into_iter().flatten().collect())
}

fn figured(found: &Found, way: Way, held: &[Held]) -> Vec<Validated> {
    let names = found.sets.iter().enumerate().map(|(at, set)| (Some(at), set.adapter.name()));
    let sets = names.chain(std::iter::once((None, ALL_SETS)));
    let of = |(at, name): (Option<usize>, &str)| {
        let own: Vec<&Held> = held.iter().filter(|held| at.is_none_or(|at| held.set == at)).collect();
        let cases: Vec<Scored> = own.iter().map(|held| held.scored.clone()).collect();
        let said: Vec<Said> = own.iter().filter_map(|held| held.said).collect();
        Validated {
            way,
            set: name.to_owned(),
            figures: figures(&cases),
            coverage: coverage(&said),
            stated: cases.iter().filter(|case| !case.healthy).map(|case| case.stated).collect(),
        }
    };
    sets.map(of).collect()
}

/// The figures as a table.
pub fn table(validated: &[Validated]) -> Grid {
    let about = "Mode reliabilities and calibration maps fitted on the other cases only. Coverage of the 90 % intervals: the share of cases around which the \
                 observed frequency (25 cases nearest in stated probability) lies inside the stated interval; expected: what exact intervals would give, since 25 cases \
                 scatter; stretch: the factor on the intervals' width that covers 90 %. False diagnoses are judged with the held-out maps too.";
    let header = [
        "held out",
        "set",
        "cases",
        "AC@1",
        "Brier",
        "ECE",
        "coverage",
        "expected",
        "stretch",
        "mean width",
        "false diagnoses",
    ];
    let mut grid = Grid::new("Cross-validated calibration", about, 2, &header);
    for line in validated {
        let figures = &line.figures;
        let interval = line.coverage.map_or_else(
            || ["–"; 4].map(str::to_owned),
            |c| {
                let factor = c.factor.map_or_else(|| "> 20".to_owned(), |factor| format!("{factor:.2}"));
                [share(c.covered), share(c.expected), factor, share(c.width)]
            },
        );
        let numbers = [figures.cases.to_string(), share(figures.ac1), share(figures.brier), share(figures.ece)];
        let alarms = format!("{} of {}", figures.false_alarms, figures.healthy_cases);
        let row = [line.way.name().to_owned(), line.set.clone()].into_iter().chain(numbers).chain(interval);
        grid.row(row.chain(std::iter::once(alarms)));
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepared::tests::{found, prepared};

    #[test]
    fn units_are_numbered_by_set_in_order_of_sight() {
        assert_eq!(ordinals([(0, "a"), (0, "b"), (1, "b"), (0, "a"), (1, "c")].into_iter()), [0, 1, 0, 0, 1]);
    }

    #[test]
    fn every_case_is_judged_once_each_way_by_what_others_taught() {
        let cases: Vec<Prepared> =
            ["till", "depot", "shelf", "badge", "till", "depot"].map(prepared).into_iter().collect();
        let all = validated(&found(), &Knowledge::shipped().unwrap(), &cases).unwrap();
        assert_eq!(all.len(), 4, "two ways, one set and all");
        assert!(all.iter().all(|line| line.figures.cases == 6 && line.stated.len() == 6));
        assert!(all.iter().all(|line| line.coverage.is_some() && line.figures.ac1 > 0.99));
        assert!(table(&all).markdown().contains("leave one place out"));
    }

    #[test]
    fn nothing_of_the_held_out_is_fitted_to() {
        let cases = [prepared("till")];
        let held = held_out(&found(), &Knowledge::shipped().unwrap(), &cases, &["k".to_owned()]).unwrap();
        // Nothing is left to fit to: what is said is what an unlearned program says.
        let bare = cases[0].judged(&Knowledge::shipped().unwrap(), &oriel_diagnosis::Learning::default());
        assert_eq!(held[0].scored.stated.0, bare.verdict.hypotheses[0].probability);
    }
}
