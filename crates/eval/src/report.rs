//! The report: the JSON file that others read, and the table on the terminal.

use crate::score::SetFigures;
use comfy_table::{CellAlignment, Table, presets};
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
pub fn table(report: &Report) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header([
        "set",
        "cases",
        "AC@1",
        "AC@3",
        "Avg@5",
        "kind",
        "Brier",
        "ECE",
        "abstained",
        "false alarms",
        "median ms",
        "p99 ms",
    ]);
    for (set, f) in &report.sets {
        let kind = f.kind_ac1.map_or_else(|| "–".to_owned(), |kind| format!("{kind:.3}"));
        table.add_row([
            set.clone(),
            f.cases.to_string(),
            format!("{:.3}", f.ac1),
            format!("{:.3}", f.ac3),
            format!("{:.3}", f.avg5),
            kind,
            format!("{:.3}", f.brier),
            format!("{:.3}", f.ece),
            f.abstained.to_string(),
            format!("{} of {}", f.false_alarms, f.healthy_cases),
            format!("{:.1}", f.median_ms),
            format!("{:.1}", f.p99_ms),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// For each set, the AC@1 of each mode alone over the cases it spoke in, beside the consensus over the same cases.
pub fn mode_table(report: &Report) -> String {
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
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["set", "mode", "spoke in", "AC@1", "AC@3", "consensus AC@1 there"]);
    for ((set, mode), [spoke, first, three, consensus]) in figures {
        let of = |n: usize| format!("{:.3}", n as f64 / spoke.max(1) as f64);
        table.add_row([set.to_owned(), mode.to_owned(), spoke.to_string(), of(first), of(three), of(consensus)]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}
