//! Fits what the shipped `rules/calibration.json` holds: mode reliability and the calibration map of each domain.
//!
//! The figures printed are cross-validated: each case is judged by maps and reliabilities fitted on the other folds. What
//! is written is fitted on everything. Only counts and three numbers a domain are stored; nothing of a case.

use crate::adapters::{Adapter, EvalCase};
use crate::harness::{Found, bar, judge, right, run};
use crate::quiet::quiet;
use crate::score::{brier, calibration_error};
use anyhow::Context as _;
use oriel_diagnosis::{Knowledge, Learning, Options};
use oriel_reasoning::calibration::{Calibration, Sample};
use oriel_reasoning::learning::SAMPLED;
use std::collections::BTreeMap;
use std::path::Path;

/// Folds of the cross-validation.
const FOLDS: usize = 5;
/// The weight of the identity map, in samples.
const PRIOR: f64 = 10.0;

/// What one case teaches.
struct Lesson {
    domain: String,
    /// Every rank that a verdict shows, the first choice first.
    samples: Vec<Sample>,
    modes: Vec<(String, bool)>,
}

/// Fits on all fault cases found and writes the result to `out`.
pub fn calibrate(found: &Found, knowledge: &Knowledge, out: &Path) -> anyhow::Result<String> {
    // Two passes: the maps are fitted to what the consensus says with the reliabilities of the first pass.
    let first = lessons(found, knowledge)?;
    let reliable = Learning { modes: reliabilities(first.iter()), ..Learning::default() };
    let second = lessons(found, &knowledge.with_learning(reliable.clone()))?;
    let learning = Learning { calibration: maps(second.iter()), ..reliable };
    let text = serde_json::to_string_pretty(&learning)?;
    std::fs::write(out, text + "\n").with_context(|| format!("writing {}", out.display()))?;
    Ok(summary(&second))
}

fn lessons(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Vec<Lesson>> {
    let mut lessons = Vec::new();
    for (adapter, cases) in &found.sets {
        let bar = bar(cases.len(), adapter.name());
        for case in cases {
            let case = case.load()?;
            let quiet = quiet(&case);
            for case in std::iter::once(case).chain(quiet) {
                lessons.extend(lesson(adapter.as_ref(), case, knowledge)?);
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    Ok(lessons)
}

/// What a case teaches: nothing when there was no hypothesis; of a fault-free one, nothing about modes.
fn lesson(adapter: &dyn Adapter, case: EvalCase, knowledge: &Knowledge) -> anyhow::Result<Option<Lesson>> {
    let ran = run(case, knowledge, &Options::default())?;
    let (scored, _) = judge(adapter, &ran);
    let record = &ran.diagnosis.record;
    if record.hypotheses.is_empty() {
        return Ok(None);
    }
    let samples = record
        .hypotheses
        .iter()
        .take(SAMPLED)
        .map(|h| Sample { raw: h.raw, correct: right(adapter, &ran.case.truth, &h.entity, &h.cause) });
    let modes = record.modes.iter().filter(|_| !scored.healthy);
    Ok(Some(Lesson {
        domain: record.domain.clone(),
        samples: samples.collect(),
        modes: modes.map(|m| (m.mode.clone(), right(adapter, &ran.case.truth, &m.entity, &m.cause))).collect(),
    }))
}

type Reliabilities = BTreeMap<String, BTreeMap<String, oriel_reasoning::learning::Counts>>;

/// Counts by domain and mode, scaled down to the weight of at most thirty cases: a prior that new outcomes can move.
fn reliabilities<'a>(lessons: impl Iterator<Item = &'a Lesson>) -> Reliabilities {
    const HEAVIEST: f64 = 30.0;
    let mut counts = Reliabilities::new();
    for lesson in lessons {
        for (mode, right) in &lesson.modes {
            counts.entry(lesson.domain.clone()).or_default().entry(mode.clone()).or_default().add(*right);
        }
    }
    for count in counts.values_mut().flat_map(BTreeMap::values_mut) {
        let scale = (HEAVIEST / (count.right + count.wrong)).min(1.0);
        let round = |value: f64| (value * scale * 100.0).round() / 100.0;
        (count.right, count.wrong) = (round(count.right), round(count.wrong));
    }
    counts
}

fn maps<'a>(lessons: impl Iterator<Item = &'a Lesson>) -> BTreeMap<String, Calibration> {
    let mut samples: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for lesson in lessons {
        samples.entry(lesson.domain.clone()).or_default().extend(lesson.samples.iter().copied());
    }
    let round = |value: f64| (value * 1e4).round() / 1e4;
    let fitted = samples.into_iter().map(|(domain, samples)| {
        let map = Calibration::default().fitted(&samples, PRIOR);
        (domain, Calibration { a: round(map.a), b: round(map.b), c: round(map.c), samples: map.samples })
    });
    fitted.collect()
}

/// What was said and whether it was so: before and after the map.
type Stated = (Vec<(f64, bool)>, Vec<(f64, bool)>);

fn summary(lessons: &[Lesson]) -> String {
    let mut stated: BTreeMap<&str, Stated> = BTreeMap::new();
    for fold in 0..FOLDS {
        let inside = |at: usize| at % FOLDS == fold;
        let others = lessons.iter().enumerate().filter(|(at, _)| !inside(*at)).map(|(_, lesson)| lesson);
        let maps = maps(others);
        for (_, lesson) in lessons.iter().enumerate().filter(|(at, _)| inside(*at)) {
            let map = maps.get(&lesson.domain).copied().unwrap_or_default();
            let (raw, mapped) = stated.entry(&lesson.domain).or_default();
            if let Some(first) = lesson.samples.first() {
                raw.push((first.raw, first.correct));
                mapped.push((map.apply(first.raw), first.correct));
            }
        }
    }
    let mut lines = Vec::with_capacity(stated.len());
    for (domain, (raw, mapped)) in &stated {
        lines.push(format!(
            "{domain}: {} cases; raw Brier {:.3}, ECE {:.3}; cross-validated Brier {:.3}, ECE {:.3}",
            raw.len(),
            brier(raw),
            calibration_error(raw),
            brier(mapped),
            calibration_error(mapped)
        ));
    }
    lines.join("\n")
}
