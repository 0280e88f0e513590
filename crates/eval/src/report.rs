//! The report of a plain run: what others read as JSON, and its tables.

use crate::grid::{Grid, maybe, share};
use crate::score::SetFigures;
use serde::Serialize;
use std::collections::BTreeMap;

/// One ranked hypothesis of a case.
#[derive(Debug, Clone, Serialize)]
pub struct Ranked {
    /// The entity, as `kind/name`.
    pub entity: String,
    /// The cause's name.
    pub cause: String,
    /// Calibrated probability.
    pub probability: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end of the 90 % interval.
    pub high: f64,
}

/// One case of the report.
#[derive(Debug, Clone, Serialize)]
pub struct CaseReport {
    /// The set.
    pub set: String,
    /// The case.
    pub case: String,
    /// The labels, any of which is right; empty for a fault-free case.
    pub truth: Vec<String>,
    /// `diagnosed`, or why not.
    pub status: String,
    /// The verdict's ranking.
    pub ranked: Vec<Ranked>,
    /// The rank of the first right hypothesis, from 1.
    pub rank: Option<usize>,
    /// The first choice's probability before calibration.
    pub raw: Option<f64>,
    /// The kinds of evidence present.
    pub profile: String,
    /// The rank of each label, in the order of `truth`.
    pub ranks: Vec<Option<usize>>,
    /// Probability that nothing is wrong.
    pub healthy_probability: f64,
    /// How far the modes agree.
    pub agreement: f64,
    /// The rank that each mode alone gives to the first right hypothesis.
    pub modes: BTreeMap<String, Option<usize>>,
    /// Milliseconds, reading included.
    pub ms: f64,
}

/// The whole report.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Figures by set.
    pub sets: BTreeMap<String, SetFigures>,
    /// Fault cases.
    pub cases: Vec<CaseReport>,
    /// Fault-free cases.
    pub healthy_cases: Vec<CaseReport>,
    /// Sets that are not under the data directory.
    pub absent: Vec<String>,
}

/// The figures as a table.
pub fn table(report: &Report) -> Grid {
    let mut grid = Grid::new(
        "Diagnosis",
        "Places: different labelled places among the fault cases; a set with one says little about others. AC@k: share of fault cases with a true cause among the first k; Avg@5: mean of AC@1 to AC@5; kind: of the \
         places named right, how many with the right kind of fault. Brier score and expected calibration error are of the first \
         choice under the shipped calibration, which was fitted on these cases: see the cross-validated figures. False diagnoses: \
         fault-free incidents in which a cause was named, of all, and how many of these do not overlap. Times from bytes to verdict, one processor.",
        1,
        &[
            "set",
            "cases",
            "places",
            "AC@1",
            "AC@3",
            "Avg@5",
            "kind",
            "Brier",
            "ECE",
            "abstained",
            "false diagnoses",
            "independent",
            "median ms",
            "p99 ms",
        ],
    );
    for (set, f) in &report.sets {
        grid.row([
            set.clone(),
            f.cases.to_string(),
            f.places.to_string(),
            share(f.ac1),
            share(f.ac3),
            share(f.avg5),
            maybe(f.kind_ac1),
            share(f.brier),
            share(f.ece),
            f.abstained.to_string(),
            format!("{} of {}", f.false_alarms, f.healthy_cases),
            f.independent.to_string(),
            format!("{:.1}", f.median_ms),
            format!("{:.1}", f.p99_ms),
        ]);
    }
    grid
}

/// For each set, the AC@1 of each mode alone over the cases it spoke in, beside the consensus over the same cases.
pub fn mode_table(report: &Report) -> Grid {
    let mut figures: BTreeMap<(&str, &str), [usize; 4]> = BTreeMap::new();
    for case in &report.cases {
        for (mode, rank) in &case.modes {
            let [spoke, first, three, consensus] = figures.entry((&case.set, mode)).or_default();
            *spoke += 1;
            *first += usize::from(*rank == Some(1));
            *three += usize::from(rank.is_some_and(|rank| rank <= 3));
            *consensus += usize::from(case.rank == Some(1));
        }
    }
    let mut grid = Grid::new(
        "What each mode says alone",
        "Of the fault cases it spoke in, beside the consensus over the same cases.",
        2,
        &["set", "mode", "spoke in", "AC@1", "AC@3", "consensus AC@1 there"],
    );
    for ((set, mode), [spoke, first, three, consensus]) in figures {
        let of = |n: usize| share(n as f64 / spoke.max(1) as f64);
        grid.row([set.to_owned(), mode.to_owned(), spoke.to_string(), of(first), of(three), of(consensus)]);
    }
    grid
}
