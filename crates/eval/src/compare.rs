//! Oriel beside the baselines: the same parsed incidents, judged the same way, at the level of the place.
//!
//! Oriel's ranking is taken as the order in which its hypotheses name places. Cases without metrics are left out, for
//! Oriel too, and so, for a method, are those to which it does not apply.

use crate::adapters::{Adapter, EvalCase, Truth};
use crate::baselines::{self, Baseline};
use crate::grid::{Grid, difference, share};
use crate::harness::{Found, each, run};
use crate::score::{self, Scored};
use oriel_diagnosis::{Knowledge, Options, Verdict};
use serde::Serialize;

/// Oriel's name in the table.
const ORIEL: &str = "Oriel";

/// One method on one set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The set.
    pub set: String,
    /// The method.
    pub method: String,
    /// Cases it applies to.
    pub cases: usize,
    /// Share with the true place first.
    pub ac1: f64,
    /// Share with the true place among the first three.
    pub ac3: f64,
    /// Mean of the shares for the first one to five.
    pub avg5: f64,
    /// Oriel's three figures over the same cases.
    pub oriel: [f64; 3],
}

impl Line {
    /// Where the method is better than Oriel.
    pub fn better_at(&self) -> Vec<&'static str> {
        let own = [self.ac1, self.ac3, self.avg5];
        let names = ["AC@1", "AC@3", "Avg@5"].into_iter();
        let better = own.into_iter().zip(self.oriel).map(|(own, oriel)| own > oriel + 1e-9);
        names.zip(better).filter(|(_, better)| *better).map(|(name, _)| name).collect()
    }
}

/// For each method, Oriel first: the hits of its ranking, where it gave one.
type Hits = Vec<Option<Vec<bool>>>;

/// Runs Oriel and every baseline on every case that has metrics.
pub fn compared(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Vec<Line>> {
    let sets = each(found, "baselines", |set, case| one(set.adapter.as_ref(), case, knowledge))?;
    Ok(sets.iter().flat_map(|(set, cases)| lines(set, cases)).collect())
}

fn one(adapter: &dyn Adapter, case: EvalCase, knowledge: &Knowledge) -> anyhow::Result<Option<Hits>> {
    let ran = run(case, knowledge, &Options::default())?;
    let evidence = &ran.diagnosis.evidence;
    if evidence.metrics.series.is_empty() {
        return Ok(None);
    }
    let judge = |ranking: Vec<String>| -> Vec<bool> {
        ranking.iter().map(|entity| right_place(adapter, &ran.case.truth, entity)).collect()
    };
    let rank = |baseline: &Baseline| (baseline.rank)(evidence).map(judge);
    let mut hits: Hits = vec![Some(judge(places(&ran.diagnosis.verdict)))];
    hits.extend(baselines::ALL.iter().map(rank));
    Ok(Some(hits))
}

/// Whether an entity is a labelled place.
pub fn right_place(adapter: &dyn Adapter, truth: &Truth, entity: &str) -> bool {
    match truth {
        Truth::Healthy => false,
        Truth::Faults(labels) => labels.iter().any(|label| adapter.judge_place(label, entity)),
    }
}

/// The places that a verdict names, in order, each once.
pub fn places(verdict: &Verdict) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for hypothesis in &verdict.hypotheses {
        if !places.contains(&hypothesis.entity) {
            places.push(hypothesis.entity.clone());
        }
    }
    places
}

fn lines(set: &str, cases: &[Option<Hits>]) -> Vec<Line> {
    let names = std::iter::once(ORIEL).chain(baselines::ALL.iter().map(|baseline| baseline.name));
    let mut lines = Vec::new();
    for (at, name) in names.enumerate() {
        let both = cases.iter().flatten().filter_map(|hits| {
            let own = hits.get(at)?.clone()?;
            Some((own, hits.first()?.clone()?))
        });
        let (own, oriel): (Vec<_>, Vec<_>) = both.unzip();
        if own.is_empty() {
            continue;
        }
        let [ac1, ac3, avg5] = accuracy(&own);
        let (set, method) = (set.to_owned(), name.to_owned());
        lines.push(Line { set, method, cases: own.len(), ac1, ac3, avg5, oriel: accuracy(&oriel) });
    }
    lines
}

fn accuracy(cases: &[Vec<bool>]) -> [f64; 3] {
    let scored: Vec<Scored> = cases.iter().map(|hits| Scored::of_hits(hits.clone())).collect();
    let figures = score::figures(&scored);
    [figures.ac1, figures.ac3, figures.avg5]
}

/// The lines as a table; where Oriel is not the best it says so.
pub fn table(lines: &[Line]) -> Grid {
    let methods: Vec<String> = baselines::ALL.iter().map(|b| format!("{}: {}", b.name, b.about)).collect();
    let about = format!(
        "The place alone, on the cases that have metrics; in Cloud-OpsBench these are few, and there the baselines apply to no other. \
         A method that needs what a set lacks (a call graph) is missing there. Oriel − method: at AC@1, over the method's cases. {}.",
        methods.join("; ")
    );
    let header = ["set", "method", "better than Oriel at", "cases", "AC@1", "AC@3", "Avg@5", "Oriel − method"];
    let mut grid = Grid::new("Oriel beside baselines", &about, 3, &header);
    for line in lines {
        let [oriel, ..] = line.oriel;
        let (better, apart) = if line.method == ORIEL {
            (String::new(), String::new())
        } else {
            (line.better_at().join(", "), difference(oriel - line.ac1))
        };
        let (set, method) = (line.set.clone(), line.method.clone());
        let figures = [line.cases.to_string(), share(line.ac1), share(line.ac3), share(line.avg5), apart];
        grid.row([set, method, better].into_iter().chain(figures));
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_compared_over_the_cases_it_applies_to() {
        let hits = |oriel: bool, own: Option<bool>| {
            let mut hits: Hits = vec![Some(vec![oriel])];
            hits.extend(baselines::ALL.iter().map(|_| own.map(|own| vec![false, own])));
            Some(hits)
        };
        let cases = [hits(true, None), hits(false, Some(true)), hits(false, Some(true)), None];
        let lines = lines("s", &cases);
        assert_eq!((lines[0].cases, lines[1].cases), (3, 2));
        assert!((lines[1].ac3 - 1.0).abs() < 1e-12 && lines[1].oriel[0].abs() < 1e-12);
        assert_eq!(lines[1].better_at(), ["AC@3", "Avg@5"]);
        assert!(table(&lines).markdown().contains("AC@3, Avg@5"));
        assert!(lines[0].better_at().is_empty());
    }
}
