//! What each detector and each mode is worth: everything again with one of them left out.
//!
//! Mode weights and calibration are the shipped ones in every row, fitted with everything in place: a row says what the
//! shipped program would do without that part, not what one fitted without it would. Everything is told twice, as recorded
//! and with less evidence, where a part that was one of many may be the last. A part whose row shows no difference
//! anywhere, or a better figure without it, does not earn its place on these recordings.

use crate::adapters::{Adapter, EvalCase};
use crate::grid::{Grid, difference, share};
use crate::harness::{Found, bar, each, judge, parallel, run};
use crate::quiet;
use crate::score::{Scored, figures};
use crate::variants::{again, thinned::thinned};
use oriel_diagnosis::{Diagnosis, Knowledge, Options};
use oriel_evidence::detect::choice::{Detector, Detectors};
use oriel_reasoning::{Case, MODES, Mode, deliberate};
use serde::Serialize;

/// One part left out, on one set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The set.
    pub set: String,
    /// What is left out: `nothing`, `detector NAME` or `mode NAME`.
    pub without: String,
    /// Fault cases.
    pub cases: usize,
    /// Share with a true cause first.
    pub ac1: f64,
    /// Brier score of the first choice.
    pub brier: f64,
    /// Fault-free incidents in which a cause was named.
    pub false_alarms: usize,
    /// Fault-free incidents.
    pub healthy: usize,
}

/// What can be left out, nothing first.
fn parts() -> Vec<String> {
    let detectors = Detector::ALL.iter().map(|detector| format!("detector {}", detector.name()));
    let modes = MODES.iter().map(|mode| format!("mode {}", mode.name));
    std::iter::once("nothing".to_owned()).chain(detectors).chain(modes).collect()
}

/// What is added to a set's name where its cases are told with less evidence.
const LESS: &str = ", less evidence";

/// Runs every case and every fault-free incident with each part left out, and every case once more with less evidence.
pub fn ablated(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Vec<Line>> {
    let sets = each(found, "ablation", |set, case| {
        let adapter = set.adapter.as_ref();
        let quiet = quiet::before_fault(adapter, &case);
        let scored = |case: EvalCase| one(adapter, case, knowledge);
        let less = thinned(&case)?.into_iter().map(scored).collect::<anyhow::Result<Vec<_>>>()?;
        let cases = std::iter::once(case).chain(quiet.into_iter().map(|quiet| quiet.case));
        Ok((cases.map(scored).collect::<anyhow::Result<Vec<_>>>()?, less))
    })?;
    let mut lines = Vec::new();
    for ((name, cases), set) in sets.into_iter().zip(&found.sets) {
        let adapter = set.adapter.as_ref();
        let bar = bar(set.fault_free.len(), &format!("ablation: {name}, fault-free"));
        let recorded = parallel(&set.fault_free, |_, case| {
            bar.inc(1);
            one(adapter, case.load()?, knowledge)
        })?;
        bar.finish_and_clear();
        let (whole, less): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
        lines.extend(lines_of(&name, &whole.into_iter().flatten().chain(recorded).collect::<Vec<_>>()));
        lines.extend(lines_of(&format!("{name}{LESS}"), &less.into_iter().flatten().collect::<Vec<_>>()));
    }
    Ok(lines)
}

/// A case with each part left out, in the order of [`parts`].
fn one(adapter: &dyn Adapter, case: EvalCase, knowledge: &Knowledge) -> anyhow::Result<Vec<Scored>> {
    let mut ran = run(case, knowledge, &Options::default())?;
    let mut scored = vec![judge(adapter, &ran).0];
    for detector in Detector::ALL {
        let options = Options { detectors: Detectors::without(detector), ..Options::default() };
        scored.push(judge(adapter, &run(again(&ran.case)?, knowledge, &options)?).0);
    }
    for left_out in MODES {
        let modes: Vec<Mode> = MODES.into_iter().filter(|mode| mode.name != left_out.name).collect();
        ran.diagnosis.verdict = thought_again(&ran.diagnosis, knowledge, &modes);
        scored.push(judge(adapter, &ran).0);
    }
    Ok(scored)
}

/// The same facts, judged by these modes.
fn thought_again(diagnosis: &Diagnosis, knowledge: &Knowledge, modes: &[Mode]) -> oriel_diagnosis::Verdict {
    let case = Case::new(&diagnosis.frame, &diagnosis.derivations, knowledge.rules(), knowledge.learning());
    deliberate(&case, modes).verdict
}

fn lines_of(set: &str, cases: &[Vec<Scored>]) -> Vec<Line> {
    let line = |(at, without): (usize, String)| {
        let scored: Vec<Scored> = cases.iter().filter_map(|case| case.get(at).cloned()).collect();
        let figures = figures(&scored);
        Line {
            set: set.to_owned(),
            without,
            cases: figures.cases,
            ac1: figures.ac1,
            brier: figures.brier,
            false_alarms: figures.false_alarms,
            healthy: figures.healthy_cases,
        }
    };
    parts().into_iter().enumerate().map(line).collect()
}

/// The lines as a table, each beside the set's line with nothing left out. Parts that change nothing in a set are summed
/// up in its last row.
pub fn table(lines: &[Line]) -> Grid {
    let about = "Shipped calibration and mode weights. Differences are to everything in place: a negative one at AC@1 or a positive one at \
                 Brier says that the part is worth something there. Parts whose absence changes neither figure nor the false diagnoses are listed in one row. Less evidence: half of what the cluster was asked; of \
                 telemetry, each kind left out in turn, and the metrics alone.";
    let header = ["set", "left out", "AC@1", "difference", "Brier", "difference", "false diagnoses"];
    let mut grid = Grid::new("Ablation", about, 2, &header);
    let mut sets: Vec<&str> = lines.iter().map(|line| line.set.as_str()).collect();
    sets.dedup();
    for set in sets {
        let mut idle = Vec::new();
        let own: Vec<&Line> = lines.iter().filter(|line| line.set == set).collect();
        let Some(all) = own.first() else { continue };
        for (at, line) in own.iter().enumerate() {
            if at > 0 && !differs(all, line) {
                idle.push(line.without.as_str());
                continue;
            }
            grid.row([
                set.to_owned(),
                line.without.clone(),
                share(line.ac1),
                difference(line.ac1 - all.ac1),
                share(line.brier),
                difference(line.brier - all.brier),
                format!("{} of {}", line.false_alarms, line.healthy),
            ]);
        }
        if !idle.is_empty() {
            let none = || "no difference".to_owned();
            grid.row([set.to_owned(), idle.join(", "), share(all.ac1), none(), share(all.brier), none(), none()]);
        }
    }
    grid
}

fn differs(all: &Line, line: &Line) -> bool {
    (line.ac1 - all.ac1).abs() > 1e-9
        || (line.brier - all.brier).abs() >= 0.0005
        || line.false_alarms != all.false_alarms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sock_shop::SockShop;
    use crate::variants::tests::shop;

    #[test]
    fn every_part_is_left_out_once() {
        let scored = one(&SockShop, shop("till"), &Knowledge::shipped().unwrap()).unwrap();
        assert_eq!(scored.len(), parts().len());
        assert_eq!(scored[0].hits.first(), Some(&true));
        // Without the detector of shifts there is nothing to go by.
        let shift = parts().iter().position(|part| part == "detector shift").unwrap();
        assert_ne!(scored[shift].hits.first(), Some(&true));
    }

    #[test]
    fn parts_that_change_nothing_share_a_row() {
        let line = |without: &str, ac1: f64| Line {
            set: "s".to_owned(),
            without: without.to_owned(),
            cases: 4,
            ac1,
            brier: 0.1,
            false_alarms: 0,
            healthy: 2,
        };
        let grid = table(&[line("nothing", 1.0), line("mode a", 1.0), line("mode b", 0.5), line("mode c", 1.0)]);
        assert_eq!(grid.rows.len(), 3);
        assert_eq!(grid.rows[1][3], "-0.500");
        assert_eq!(grid.rows[2][1], "mode a, mode c");
    }
}
