//! Runs cases through the same path as `oriel diagnose` and scores what comes out.

use crate::adapters::{Adapter, CaseRef, EvalCase, Truth, all};
use crate::quiet::{self, Quiet};
use crate::report::{CaseReport, Ranked, Report};
use crate::score::{Scored, SetFigures, figures};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use oriel_diagnosis::{Diagnosis, Knowledge, Options, Verdict, diagnose};
use oriel_reasoning::verdict::{AbstentionReason, ChangeKind, Recommendation, Status};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Which cases to run.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only this set.
    pub set: Option<String>,
    /// Only cases whose name is this or starts with it and a slash.
    pub case: Option<String>,
}

impl Selection {
    fn takes(&self, case: &CaseRef) -> bool {
        self.takes_name(&case.id)
    }

    /// Whether a case of this name is selected.
    pub fn takes_name(&self, id: &str) -> bool {
        self.case.as_ref().is_none_or(|wanted| {
            id == wanted || id.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    }
}

/// What was found of one set.
pub struct FoundSet {
    /// Its adapter.
    pub adapter: Box<dyn Adapter>,
    /// Its fault cases.
    pub cases: Vec<CaseRef>,
    /// Fault-free incidents out of recordings of their own.
    pub fault_free: Vec<CaseRef>,
}

/// The cases of each present set, and the names of the absent ones.
pub struct Found {
    /// The present sets, in report order.
    pub sets: Vec<FoundSet>,
    /// Sets that are not there.
    pub absent: Vec<String>,
}

/// Looks for sets and cases under `data`.
pub fn discover(data: &Path, selection: &Selection) -> anyhow::Result<Found> {
    let adapters = all();
    if let Some(wanted) = &selection.set
        && !adapters.iter().any(|adapter| adapter.name() == wanted)
    {
        let known: Vec<&str> = adapters.iter().map(|adapter| adapter.name()).collect();
        anyhow::bail!("there is no set named {wanted:?}; known sets: {}", known.join(", "));
    }
    let mut found = Found { sets: Vec::new(), absent: Vec::new() };
    for adapter in adapters {
        if selection.set.as_ref().is_some_and(|wanted| adapter.name() != wanted) {
            continue;
        }
        let directory = data.join(adapter.directory());
        if !directory.is_dir() {
            found.absent.push(adapter.name().to_owned());
            continue;
        }
        let mut cases =
            adapter.discover(&directory).with_context(|| format!("looking for cases in {}", directory.display()))?;
        cases.retain(|case| selection.takes(case));
        let mut fault_free = adapter
            .fault_free(&directory)
            .with_context(|| format!("looking for fault-free periods in {}", directory.display()))?;
        fault_free.retain(|case| selection.takes(case));
        found.sets.push(FoundSet { adapter, cases, fault_free });
    }
    Ok(found)
}

/// One case, run.
pub struct Ran {
    /// The case.
    pub case: EvalCase,
    /// What came out.
    pub diagnosis: Diagnosis,
    /// Milliseconds from bytes to verdict.
    pub ms: f64,
}

/// Runs one case.
pub fn run(case: EvalCase, knowledge: &Knowledge, options: &Options) -> anyhow::Result<Ran> {
    let start = Instant::now();
    let diagnosis = diagnose(&case.source, knowledge, options, &mut |_| {})
        .with_context(|| format!("diagnosing {} {}", case.set, case.id))?;
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    Ok(Ran { case, diagnosis, ms })
}

/// A bar over `length` cases; invisible where there is no terminal.
pub fn bar(length: usize, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    let template = "{msg:24} {bar:40} {pos}/{len} {eta}";
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what.to_owned());
    bar
}

/// Does `work` for each fault case of each set, on all processors; results by set, in the order of the cases.
pub fn each<T: Send>(
    found: &Found,
    what: &str,
    work: impl Fn(&FoundSet, EvalCase) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<(String, Vec<T>)>> {
    let mut all = Vec::with_capacity(found.sets.len());
    for set in &found.sets {
        let name = set.adapter.name();
        let bar = bar(set.cases.len(), &format!("{what}: {name}"));
        let done = parallel(&set.cases, |_, case| {
            let case = case.load().with_context(|| format!("loading {} {}", case.set, case.id))?;
            let result = work(set, case);
            bar.inc(1);
            result
        })?;
        bar.finish_and_clear();
        all.push((name.to_owned(), done));
    }
    Ok(all)
}

/// Does `work` for each item, on all processors; results in the order of the items, or the first error.
pub fn parallel<I: Sync, T: Send>(
    items: &[I],
    work: impl Fn(usize, &I) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<T>> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match items.get(at) {
                Some(item) => done.push((at, work(at, item))),
                None => return done,
            }
        }
    };
    let mut all: Vec<(usize, anyhow::Result<T>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    anyhow::ensure!(all.len() == items.len(), "a worker ended early: {} of {} done", all.len(), items.len());
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

/// Runs everything found, one case after the other so that times are those of one processor, and reports.
pub fn evaluate(found: &Found, knowledge: &Knowledge, options: &Options) -> anyhow::Result<Report> {
    let mut report = Report { absent: found.absent.clone(), ..Report::default() };
    for set in &found.sets {
        let adapter = set.adapter.as_ref();
        let bar = bar(set.cases.len() + set.fault_free.len(), adapter.name());
        let mut scored = Vec::new();
        let mut places = BTreeSet::new();
        let mut periods = Vec::new();
        let mut quiet_one = |quiet: Quiet, scored: &mut Vec<Scored>, report: &mut Report| -> anyhow::Result<()> {
            periods.push((quiet.recording, quiet.window));
            let (one, line) = judge(adapter, &run(quiet.case, knowledge, options)?);
            report.healthy_cases.push(line);
            scored.push(one);
            Ok(())
        };
        for case in &set.cases {
            let case = case.load().with_context(|| format!("loading {} {}", case.set, case.id))?;
            let before = quiet::before_fault(adapter, &case);
            if let Truth::Faults(labels) = &case.truth {
                places.extend(labels.iter().map(|label| label.entity.clone()));
            }
            let (one, line) = judge(adapter, &run(case, knowledge, options)?);
            report.cases.push(line);
            scored.push(one);
            for quiet in before {
                quiet_one(quiet, &mut scored, &mut report)?;
            }
            bar.inc(1);
        }
        for case in &set.fault_free {
            for quiet in quiet::recorded(adapter, std::slice::from_ref(case))? {
                quiet_one(quiet, &mut scored, &mut report)?;
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        let independent = quiet::independent(&periods).into_iter().filter(|chosen| *chosen).count();
        let figures = SetFigures { independent, places: places.len(), ..figures(&scored) };
        report.sets.insert(adapter.name().to_owned(), figures);
    }
    Ok(report)
}

/// Whether any label is named by an entity and a cause.
pub fn right(adapter: &dyn Adapter, truth: &Truth, entity: &str, cause: &str) -> bool {
    match truth {
        Truth::Healthy => false,
        Truth::Faults(labels) => labels.iter().any(|label| adapter.judge(label, entity, cause)),
    }
}

/// Scores a verdict against the truth.
pub fn scored(adapter: &dyn Adapter, truth: &Truth, verdict: &Verdict, ms: f64) -> Scored {
    let hits: Vec<bool> = verdict.hypotheses.iter().map(|h| right(adapter, truth, &h.entity, &h.cause)).collect();
    let healthy = *truth == Truth::Healthy;
    let says_healthy = verdict.abstention.as_ref().is_some_and(|a| a.reason == AbstentionReason::Healthy);
    let stated = match verdict.hypotheses.first() {
        Some(first) if !says_healthy => (first.probability, hits.first() == Some(&true)),
        _ => (verdict.healthy_probability, healthy),
    };
    let kind = match truth {
        Truth::Healthy => None,
        Truth::Faults(labels) => verdict.hypotheses.iter().zip(&hits).find(|(_, hit)| **hit).and_then(|(h, _)| {
            let label = labels.iter().find(|label| adapter.judge(label, &h.entity, &h.cause))?;
            adapter.judge_kind(label, &h.cause)
        }),
    };
    let ranks = match truth {
        Truth::Healthy => Vec::new(),
        Truth::Faults(labels) => {
            let rank = |label| verdict.hypotheses.iter().position(|h| adapter.judge(label, &h.entity, &h.cause));
            labels.iter().map(|label| rank(label).map(|at| at + 1)).collect()
        }
    };
    let remedied = verdict.hypotheses.first().is_some_and(|first| {
        let of_first = |r: &&Recommendation| r.entity == first.entity && r.cause == first.cause;
        verdict.recommendations.iter().filter(of_first).any(|r| r.kind != ChangeKind::Inspect)
    });
    Scored { hits, stated, abstained: verdict.status == Status::Abstained, healthy, ms, kind, ranks, remedied }
}

/// Scores one case and writes its line of the report.
pub fn judge(adapter: &dyn Adapter, ran: &Ran) -> (Scored, CaseReport) {
    let (verdict, truth) = (&ran.diagnosis.verdict, &ran.case.truth);
    let scored = scored(adapter, truth, verdict, ran.ms);
    let report = CaseReport {
        set: ran.case.set.to_owned(),
        case: ran.case.id.clone(),
        truth: match truth {
            Truth::Healthy => Vec::new(),
            Truth::Faults(labels) => labels.iter().map(crate::adapters::Label::show).collect(),
        },
        status: status(verdict),
        ranked: verdict.hypotheses.iter().map(ranked).collect(),
        ranks: scored.ranks.clone(),
        rank: scored.hits.iter().position(|hit| *hit).map(|at| at + 1),
        raw: ran.diagnosis.record.hypotheses.first().map(|first| first.raw),
        profile: ran.diagnosis.record.profile.clone(),
        healthy_probability: verdict.healthy_probability,
        agreement: verdict.agreement,
        modes: modes(adapter, verdict, truth),
        ms: ran.ms,
    };
    (scored, report)
}

fn status(verdict: &Verdict) -> String {
    match verdict.abstention.as_ref().map(|a| a.reason) {
        None => "diagnosed",
        Some(AbstentionReason::Healthy) => "healthy",
        Some(AbstentionReason::Undecidable) => "undecidable",
        Some(AbstentionReason::NoEvidence) => "no_evidence",
    }
    .to_owned()
}

fn ranked(h: &oriel_reasoning::verdict::RankedHypothesis) -> Ranked {
    Ranked { entity: h.entity.clone(), cause: h.cause.clone(), probability: h.probability, low: h.low, high: h.high }
}

fn modes(adapter: &dyn Adapter, verdict: &Verdict, truth: &Truth) -> BTreeMap<String, Option<usize>> {
    let spoke = verdict.perspectives.iter().filter(|p| !p.conclusions.is_empty());
    spoke
        .map(|p| {
            let rank = p.conclusions.iter().position(|c| right(adapter, truth, &c.entity, &c.cause));
            (p.mode.clone(), rank.map(|at| at + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_and_errors_come_through() {
        let items: Vec<usize> = (0..50).collect();
        assert_eq!(parallel(&items, |at, item| Ok(at + item)).unwrap(), (0..50).map(|i| 2 * i).collect::<Vec<_>>());
        let failed = parallel(&items, |_, item| if *item == 7 { anyhow::bail!("seven") } else { Ok(()) });
        assert_eq!(failed.unwrap_err().to_string(), "seven");
    }
}
