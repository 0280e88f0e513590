//! Inquiries over recordings: how few commands it takes to name the cause, from the alert or the question alone.
//!
//! Each command counts, also when the recording has no answer to it. Beside the choice by expected information stand two
//! baselines with the same budget and the same evidence: the probes in the order of their file, and in random order.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use oriel_diagnosis::inquiry::{Interrogation, Settings, Strategy, inquire};
use oriel_diagnosis::{Knowledge, Options, Verdict};
use serde::Serialize;

use crate::adapters::cloud_opsbench::{self, CloudOpsBench};
use crate::adapters::{Adapter, Label};
use crate::harness::{Selection, bar};

/// One inquiry, scored.
#[derive(Debug, Clone, Serialize)]
pub struct Inquired {
    /// The case's name within the set.
    pub case: String,
    /// The label.
    pub truth: String,
    /// The place of the truth in the ranking, from 1.
    pub rank: Option<usize>,
    /// The commands put.
    pub commands: Vec<String>,
    /// Why it stopped.
    pub stopped: String,
    /// The first hypothesis, with its probability.
    pub said: String,
    /// Milliseconds from the question to the verdict.
    pub ms: f64,
    /// The verdict's transcript, readable.
    #[serde(skip)]
    pub transcript: String,
}

impl Inquired {
    /// What was so, what was said, and what was asked.
    pub fn show(&self) -> String {
        let rank = self.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
        format!(
            "{} truth {} at {rank}; said {}; {}\n{}",
            self.case, self.truth, self.said, self.stopped, self.transcript
        )
    }
}

/// All inquiries of one strategy.
#[derive(Debug, Clone, Serialize)]
pub struct Inquiries {
    /// The strategy.
    pub strategy: String,
    /// The cases.
    pub cases: Vec<Inquired>,
}

impl Inquiries {
    /// The share of cases in which the truth is among the first `places`.
    pub fn accuracy(&self, places: usize) -> f64 {
        let right = self.cases.iter().filter(|case| case.rank.is_some_and(|rank| rank <= places)).count();
        right as f64 / self.cases.len().max(1) as f64
    }

    /// Commands put on average.
    pub fn mean_commands(&self) -> f64 {
        let all: usize = self.cases.iter().map(|case| case.commands.len()).sum();
        all as f64 / self.cases.len().max(1) as f64
    }

    /// How many inquiries put how many commands, from 0 on.
    pub fn distribution(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for case in &self.cases {
            if counts.len() <= case.commands.len() {
                counts.resize(case.commands.len() + 1, 0);
            }
            if let Some(count) = counts.get_mut(case.commands.len()) {
                *count += 1;
            }
        }
        counts
    }

    /// The figures in lines.
    pub fn show(&self) -> String {
        let mut ms: Vec<f64> = self.cases.iter().map(|case| case.ms).collect();
        ms.sort_by(f64::total_cmp);
        let at = |share: f64| ms.get(((ms.len() as f64 - 1.0) * share) as usize).copied().unwrap_or(0.0);
        let mut text = format!(
            "{:<12} {} cases  AC@1 {:.3}  AC@3 {:.3}  commands {:.2}  ms median {:.0}, p99 {:.0}, most {:.0}\n{:13}commands put:",
            self.strategy,
            self.cases.len(),
            self.accuracy(1),
            self.accuracy(3),
            self.mean_commands(),
            at(0.5),
            at(0.99),
            at(1.0),
            ""
        );
        for (commands, count) in self.distribution().iter().enumerate().filter(|(_, count)| **count > 0) {
            let _ = write!(text, " {commands}×{count}");
        }
        text
    }
}

/// Runs all recordings that are selected with one strategy.
pub fn run(
    data: &Path,
    selection: &Selection,
    knowledge: &Knowledge,
    settings: &Settings,
) -> anyhow::Result<Inquiries> {
    let recordings = cloud_opsbench::recordings(&data.join(CloudOpsBench.directory()))?;
    let interrogation = Interrogation::new(knowledge);
    let bar = bar(recordings.len(), "inquiries");
    let mut cases = Vec::new();
    for recorded in recordings.into_iter().filter(|case| selection.takes_name(&case.id)) {
        let mut recording = recorded.recording;
        let started = Instant::now();
        let options = Options::default();
        let done =
            inquire(recorded.start, knowledge, &interrogation, &options, settings, recording.as_mut(), &mut |_| {})?;
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        cases.push(scored(recorded.id, &recorded.label, &done.verdict, ms));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let strategy = match settings.strategy {
        Strategy::Information => "information".to_owned(),
        Strategy::Checklist => "checklist".to_owned(),
        Strategy::Random(seed) => format!("random {seed}"),
    };
    Ok(Inquiries { strategy, cases })
}

fn scored(case: String, label: &Label, verdict: &Verdict, ms: f64) -> Inquired {
    let named = verdict.abstention.is_none();
    let mut ranked = verdict.hypotheses.iter();
    let rank = ranked.position(|h| CloudOpsBench.judge(label, &h.entity, &h.cause)).map(|at| at + 1);
    let mut transcript = String::new();
    for step in &verdict.transcript {
        let _ = writeln!(
            transcript,
            "    {} [{:.3} bits, {:.2}] {} → {}; {}",
            step.command,
            step.expected_bits,
            step.expected_value,
            step.at_stake.join(", "),
            step.outcome,
            step.leading
        );
    }
    let said = verdict.hypotheses.first().filter(|_| named);
    Inquired {
        case,
        truth: label.show(),
        rank,
        commands: verdict.transcript.iter().map(|step| step.command.clone()).collect(),
        stopped: verdict.stopped.clone().unwrap_or_default(),
        said: said.map_or_else(|| "nothing".to_owned(), |h| format!("{} {} {:.2}", h.entity, h.cause, h.probability)),
        ms,
        transcript,
    }
}
