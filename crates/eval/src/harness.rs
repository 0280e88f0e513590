//! Runs cases through the same path as `oriel diagnose` and scores what comes out.

use crate::adapters::{Adapter, CaseRef, EvalCase, Truth, all};
use crate::quiet::quiet;
use crate::report::{CaseReport, Ranked, Report};
use crate::score::{Scored, figures};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use oriel_diagnosis::{Diagnosis, Knowledge, Options, Verdict, diagnose};
use oriel_reasoning::verdict::{AbstentionReason, Status};
use std::collections::BTreeMap;
use std::path::Path;
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

/// The cases of each present set, and the names of the absent ones.
pub struct Found {
    /// Adapter and cases, in report order.
    pub sets: Vec<(Box<dyn Adapter>, Vec<CaseRef>)>,
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
        found.sets.push((adapter, cases));
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

/// Runs everything found and reports.
pub fn evaluate(found: &Found, knowledge: &Knowledge, options: &Options) -> anyhow::Result<Report> {
    let mut report = Report { absent: found.absent.clone(), ..Report::default() };
    for (adapter, cases) in &found.sets {
        let bar = bar(cases.len(), adapter.name());
        let mut scored = Vec::with_capacity(cases.len());
        for case in cases {
            let case = case.load().with_context(|| format!("loading {} {}", case.set, case.id))?;
            let quiet = quiet(&case);
            for case in std::iter::once(case).chain(quiet) {
                let (one, line) = judge(adapter.as_ref(), &run(case, knowledge, options)?);
                if one.healthy {
                    report.healthy_cases.push(line);
                } else {
                    report.cases.push(line);
                }
                scored.push(one);
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        report.sets.insert(adapter.name().to_owned(), figures(&scored));
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

/// Scores one case.
pub fn judge(adapter: &dyn Adapter, ran: &Ran) -> (Scored, CaseReport) {
    let (verdict, truth) = (&ran.diagnosis.verdict, &ran.case.truth);
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
    let abstained = verdict.status == Status::Abstained;
    let report = CaseReport {
        set: ran.case.set.to_owned(),
        case: ran.case.id.clone(),
        truth: match truth {
            Truth::Healthy => Vec::new(),
            Truth::Faults(labels) => labels.iter().map(crate::adapters::Label::show).collect(),
        },
        status: status(verdict),
        ranked: verdict.hypotheses.iter().map(ranked).collect(),
        rank: hits.iter().position(|hit| *hit).map(|at| at + 1),
        healthy_probability: verdict.healthy_probability,
        agreement: verdict.agreement,
        modes: modes(adapter, verdict, truth),
        ms: ran.ms,
    };
    (Scored { hits, stated, abstained, healthy, ms: ran.ms, kind }, report)
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
