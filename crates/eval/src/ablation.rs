//! What each detector and each mode is worth: everything again with one of them left out.
//!
//! Mode weights and calibration are the shipped ones in every row, fitted with everything in place: a row says what the
//! shipped program would do without that part, not what one fitted without it would. Everything is told twice, as recorded
//! and with less evidence, where a part that was one of many may be the last; and judged once more by a program that was told
//! how other cases ended ([`experience`]). A part whose row shows no difference anywhere, or a better figure without it, does
//! not earn its place on these recordings.

mod experience;

use crate::adapters::{Adapter, EvalCase};
use crate::grid::{Grid, difference, share};
use crate::harness::{Found, Ran, bar, each, judge, parallel, run};
use crate::quiet;
use crate::score::{Scored, figures};
use crate::variants::{again, thinned::thinned};
use experience::Past;
use oriel_atomspace::Frame;
use oriel_atomspace::rules::Derivations;
use oriel_diagnosis::{Knowledge, Learning, Options};
use oriel_evidence::detect::choice::{Detector, Detectors};
use oriel_reasoning::{Case, Deliberation, MODES, Mode, deliberate};
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
    /// Of the places named, the share whose kind of fault is right too; none where kinds are not labelled.
    pub kind: Option<f64>,
    /// Brier score of the first choice.
    pub brier: f64,
    /// Share with a change recommended that would remove the first choice.
    pub remedied: f64,
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
/// And where they are judged after the outcomes of others.
const EXPERIENCED: &str = ", after outcomes";

/// Runs every case and every fault-free incident with each part left out, and every case once more with less evidence and
/// once more after the outcomes of others.
pub fn ablated(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Vec<Line>> {
    let sets = each(found, "ablation", |set, case| {
        let adapter = set.adapter.as_ref();
        let quiet = quiet::before_fault(adapter, &case);
        let scored = |case: EvalCase| one(adapter, case, knowledge);
        let less = thinned(&case)?.into_iter().map(|case| scored(case).map(|(scored, _)| scored));
        let less = less.collect::<anyhow::Result<Vec<_>>>()?;
        let (whole, ran) = scored(case)?;
        let quiet = quiet.into_iter().map(|quiet| scored(quiet.case).map(|(scored, _)| scored));
        let all = std::iter::once(Ok(whole)).chain(quiet).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(((all, less), Past::of(adapter, ran)))
    })?;
    let (told, past): (Vec<_>, Vec<Vec<Past>>) = sets
        .into_iter()
        .map(|(name, cases)| {
            let (told, past): (Vec<_>, Vec<Past>) = cases.into_iter().unzip();
            ((name, told), past)
        })
        .unzip();
    let mut experienced = experience::experienced(found, knowledge, &past)?.into_iter();
    let mut lines = Vec::new();
    for ((name, cases), set) in told.into_iter().zip(&found.sets) {
        let adapter = set.adapter.as_ref();
        let bar = bar(set.fault_free.len(), &format!("ablation: {name}, fault-free"));
        let recorded = parallel(&set.fault_free, |_, case| {
            bar.inc(1);
            one(adapter, case.load()?, knowledge).map(|(scored, _)| scored)
        })?;
        bar.finish_and_clear();
        let (whole, less): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
        lines.extend(lines_of(&name, &whole.into_iter().flatten().chain(recorded).collect::<Vec<_>>()));
        lines.extend(lines_of(&format!("{name}{LESS}"), &less.into_iter().flatten().collect::<Vec<_>>()));
        let name = format!("{name}{EXPERIENCED}");
        lines.extend(lines_of(&name, &experienced.next().unwrap_or_default()).into_iter().filter(Line::about_modes));
    }
    Ok(lines)
}

/// A case with each part left out, in the order of [`parts`]; and the case itself, with nothing left out.
fn one(adapter: &dyn Adapter, case: EvalCase, knowledge: &Knowledge) -> anyhow::Result<(Vec<Scored>, Ran)> {
    let mut ran = run(case, knowledge, &Options::default())?;
    let mut scored = vec![judge(adapter, &ran).0];
    for detector in Detector::ALL {
        let options = Options { detectors: Detectors::without(detector), ..Options::default() };
        scored.push(judge(adapter, &run(again(&ran.case)?, knowledge, &options)?).0);
    }
    let whole = ran.diagnosis.verdict.clone();
    for left_out in MODES {
        let facts = (&ran.diagnosis.frame, &ran.diagnosis.derivations);
        let thought = thought_again(facts, knowledge, knowledge.learning(), &without(left_out));
        ran.diagnosis.verdict = thought.verdict;
        scored.push(judge(adapter, &ran).0);
    }
    ran.diagnosis.verdict = whole;
    Ok((scored, ran))
}

/// All modes but one.
fn without(left_out: Mode) -> Vec<Mode> {
    MODES.into_iter().filter(|mode| mode.name != left_out.name).collect()
}

/// What rules made of a case.
type Facts<'a> = (&'a Frame, &'a Derivations);

/// The same facts, judged by these modes with this learning.
fn thought_again(
    (frame, derived): Facts<'_>,
    knowledge: &Knowledge,
    learning: &Learning,
    modes: &[Mode],
) -> Deliberation {
    deliberate(&Case::new(frame, derived, knowledge.rules(), learning), modes)
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
            kind: figures.kind_ac1,
            brier: figures.brier,
            remedied: figures.remedied,
            false_alarms: figures.false_alarms,
            healthy: figures.healthy_cases,
        }
    };
    parts().into_iter().enumerate().map(line).collect()
}

impl Line {
    /// Whether it is about a mode, or about nothing being left out.
    fn about_modes(&self) -> bool {
        !self.without.starts_with("detector")
    }

    /// Whether any figure differs.
    fn differs(&self, all: &Self) -> bool {
        let far = |own: f64, other: f64, least: f64| (own - other).abs() >= least;
        far(self.ac1, all.ac1, 1e-9)
            || far(self.kind.unwrap_or(0.0), all.kind.unwrap_or(0.0), 1e-9)
            || far(self.remedied, all.remedied, 1e-9)
            || far(self.brier, all.brier, 0.0005)
            || self.false_alarms != all.false_alarms
    }

    /// Its cells, each figure with its difference to everything in place where it differs.
    fn cells(&self, all: &Self) -> [String; 7] {
        let beside = |own: f64, other: f64| {
            if (own - other).abs() < 0.0005 {
                share(own)
            } else {
                format!("{} ({})", share(own), difference(own - other))
            }
        };
        let kind = self.kind.map_or_else(|| "–".to_owned(), |kind| beside(kind, all.kind.unwrap_or(kind)));
        [
            self.set.clone(),
            self.without.clone(),
            beside(self.ac1, all.ac1),
            kind,
            beside(self.brier, all.brier),
            beside(self.remedied, all.remedied),
            format!("{} of {}", self.false_alarms, self.healthy),
        ]
    }
}

/// The lines as a table, each beside the set's line with nothing left out. Parts that change nothing in a set are summed
/// up in its last row.
pub fn table(lines: &[Line]) -> Grid {
    let about = "Shipped calibration and mode weights. In brackets the difference to everything in place: a negative one at AC@1, kind and way out, or a \
                 positive one at Brier, says that the part is worth something there. Way out: a change is recommended that removes the first choice. Parts whose absence changes nothing \
                 are listed in one row. Less evidence: half of what the cluster was asked; of telemetry, each kind left out in turn, the metrics alone, and the logs alone without ids. After outcomes: the shipped program \
                 after it judged the cases of the other four folds and was told how each ended; what the detectors see does not change by that.";
    let header = ["set", "left out", "AC@1", "kind", "Brier", "way out", "false diagnoses"];
    let mut grid = Grid::new("Ablation", about, 2, &header);
    let mut sets: Vec<&str> = lines.iter().map(|line| line.set.as_str()).collect();
    sets.dedup();
    for set in sets {
        let mut idle = Vec::new();
        let own: Vec<&Line> = lines.iter().filter(|line| line.set == set).collect();
        let Some(all) = own.first() else { continue };
        for (at, line) in own.iter().enumerate() {
            if at > 0 && !line.differs(all) {
                idle.push(line.without.as_str());
            } else {
                grid.row(line.cells(all));
            }
        }
        if !idle.is_empty() {
            let none = || "no difference".to_owned();
            grid.row([set.to_owned(), idle.join(", "), none(), none(), none(), none(), none()]);
        }
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sock_shop::SockShop;
    use crate::variants::tests::shop;

    #[test]
    fn every_part_is_left_out_once() {
        let (scored, ran) = one(&SockShop, shop("till"), &Knowledge::shipped().unwrap()).unwrap();
        assert_eq!(ran.case.id, shop("till").id);
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
            kind: None,
            brier: 0.1,
            remedied: 1.0,
            false_alarms: 0,
            healthy: 2,
        };
        let grid = table(&[line("nothing", 1.0), line("mode a", 1.0), line("mode b", 0.5), line("mode c", 1.0)]);
        assert_eq!(grid.rows.len(), 3);
        assert_eq!(grid.rows[1][2], "0.500 (-0.500)");
        assert_eq!(grid.rows[2][1], "mode a, mode c");
    }
}
