//! Writes what was read and found as facts into a frame; of messages in [`messages`].
//!
//! The vocabulary is that of `docs/incident-format.md` (telemetry) and `docs/incident-kubernetes.md`. A fact's strength is the
//! probability that the change is real; its confidence grows with the samples behind it. Facts about a file carry its
//! path and line.

mod messages;

use oriel_atomspace::{Frame, Source, Term, TruthValue};

use crate::detect::behaviour::{Change, Feature};
use crate::detect::choice::{Detector, Detectors};
use crate::detect::shift::Shift;
use crate::detect::visits::Step;
use crate::detect::{self, Findings, Telemetry};
use crate::metrics::Kind;
use crate::names;
use crate::read::Evidence;

/// Facts of each kind of telemetry change, strongest first.
const MAX_FACTS: usize = 300;
/// A robust magnitude below this is no shift.
const NOTICEABLE: f64 = 3.0;
/// Magnitudes are capped here in facts.
const MOST: f64 = 1_000.0;

impl Evidence {
    /// The telemetry for the detectors.
    pub fn telemetry<'a>(&'a self, detectors: &'a Detectors) -> Telemetry<'a> {
        Telemetry {
            incident: &self.incident,
            metrics: &self.metrics,
            logs: &self.logs,
            traces: &self.traces,
            topology: &self.topology,
            detectors,
        }
    }

    /// Runs all detectors and writes all facts into `frame`.
    pub fn emit(&self, frame: &mut Frame) {
        self.emit_with(&Detectors::default(), frame);
    }

    /// Runs these detectors and writes all facts into `frame`.
    pub fn emit_with(&self, detectors: &Detectors, frame: &mut Frame) {
        if detectors.run(Detector::Cluster) {
            self.cluster.emit(&self.incident, frame);
        }
        self.said(frame);
        let findings = detect::run(self.telemetry(detectors));
        self.observed(frame);
        self.calls(&findings, frame);
        self.shifts(&findings, frame);
        self.limits(&findings, frame);
        self.behaviours(&findings, frame);
        messages::emit(&self.logs, &findings, frame);
        origins(&findings, frame);
    }

    /// Complaints and alerts.
    fn said(&self, frame: &mut Frame) {
        let source = Source::new("incident.toml", 0);
        for service in &self.incident.services {
            let entity = names::entity(service);
            let mut complain = |kind: &str| {
                frame.fact("complaint", &[Term::Entity(&entity), Term::Entity(kind)], TruthValue::TRUE, Some(&source));
            };
            if self.incident.symptoms.is_empty() {
                complain("other");
            }
            for symptom in &self.incident.symptoms {
                complain(crate::metrics::kind::classify(symptom).word());
            }
        }
        let source = Source::new("alerts.json", 0);
        for alert in self.alerts.iter().filter(|alert| !alert.resolved) {
            if let Some(entity) = &alert.entity {
                let args = [Term::Entity(entity), Term::Text(&alert.name), Term::Text(&alert.severity)];
                frame.fact("alert", &args, TruthValue::new(0.95, 0.9), Some(&source));
                // That it is a node is said by the alert, whether or not the cluster was asked for its nodes.
                if entity.starts_with("node/") {
                    frame.fact("alerted-node", &[Term::Entity(entity)], TruthValue::TRUE, Some(&source));
                }
            }
        }
    }

    /// Which kinds of telemetry exist for whom: what is missing is not healthy.
    fn observed(&self, frame: &mut Frame) {
        let mut observe = |entity: &str, kind: &str| {
            frame.fact("observed", &[Term::Entity(entity), Term::Entity(kind)], TruthValue::TRUE, None);
        };
        let mut seen = rustc_hash::FxHashSet::default();
        for series in self.metrics.series.iter().filter(|series| !series.samples.is_empty()) {
            if seen.insert((series.entity, series.kind)) {
                observe(self.metrics.entities.name(series.entity), series.kind.word());
            }
        }
        for entity in self.logs.entities.iter() {
            observe(entity, "logs");
        }
        for entity in self.traces.entities.iter() {
            observe(entity, "traces");
        }
    }

    fn calls(&self, findings: &Findings, frame: &mut Frame) {
        for (caller, callee, line) in &self.topology.calls {
            let source = Source::new("topology.csv", *line);
            frame.fact("calls", &[Term::Entity(caller), Term::Entity(callee)], TruthValue::TRUE, Some(&source));
        }
        for (caller, callee) in &findings.visits.calls {
            let name = |id: u32| findings.visits.entities.name(id);
            let source = self.span_source(*callee);
            frame.fact(
                "calls",
                &[Term::Entity(name(*caller)), Term::Entity(name(*callee))],
                TruthValue::TRUE,
                source.as_ref(),
            );
        }
    }

    fn shifts(&self, findings: &Findings, frame: &mut Frame) {
        let mut shifts: Vec<_> = findings.shifts.iter().filter(|shift| shift.z >= NOTICEABLE).collect();
        shifts.sort_by(|a, b| b.z.total_cmp(&a.z).then(a.series.cmp(&b.series)));
        for shift in shifts.into_iter().take(MAX_FACTS) {
            let Some(series) = self.metrics.series.get(shift.series).filter(|s| s.kind != Kind::Other) else {
                continue;
            };
            let args = [
                Term::Entity(self.metrics.entities.name(series.entity)),
                Term::Entity(series.kind.word()),
                Term::Entity(if shift.up { "up" } else { "down" }),
                Term::Number(rounded(shift.z.min(MOST))),
            ];
            let (strength, confidence) = (detect::limit::strength(shift), confidence(shift));
            let source = Source::new(self.metrics.files.name(series.file), series.line);
            frame.fact("metric-shift", &args, TruthValue::new(strength, confidence), Some(&source));
        }
    }

    /// What is nearly used up, in percent of its limit, and where work waits, by how many times as long it takes.
    fn limits(&self, findings: &Findings, frame: &mut Frame) {
        let mut state = |name: &str, entity: u32, kind: Option<Kind>, value: f64, shift: usize| {
            let Some(shift) = findings.shifts.get(shift) else { return };
            let Some(series) = self.metrics.series.get(shift.series) else { return };
            let mut args = vec![Term::Entity(self.metrics.entities.name(entity))];
            args.extend(kind.map(|kind| Term::Entity(kind.word())));
            args.push(Term::Number(rounded(value)));
            let source = Source::new(self.metrics.files.name(series.file), series.line);
            let tv = TruthValue::new(detect::limit::strength(shift), confidence(shift));
            frame.fact(name, &args, tv, Some(&source));
        };
        for near in &findings.near_limits {
            state("near-limit", near.entity, Some(near.kind), near.used * 100.0, near.shift);
        }
        for queue in &findings.queueing {
            state("queueing", queue.entity, None, queue.longer, queue.shift);
        }
    }

    fn behaviours(&self, findings: &Findings, frame: &mut Frame) {
        for service in &findings.behaviours {
            let entity = Term::Entity(findings.visits.entities.name(service.entity));
            let source = self.span_source(service.entity);
            let mut patterns = 0;
            for change in &service.changes {
                let tv = TruthValue::new(1.0 - (-change.score / 3.0).exp(), 0.8);
                let score = Term::Number(rounded(change.score.min(MOST)));
                match change.feature {
                    Feature::Slow => {
                        frame.fact("span-self-time", &[entity, score], tv, source.as_ref());
                    }
                    Feature::Gap => {
                        frame.fact("span-gap", &[entity, score], tv, source.as_ref());
                    }
                    Feature::Takes(step) if change.appeared && findings.visits.fails(step) => {
                        frame.fact("span-errors", &[entity, score], tv, source.as_ref());
                    }
                    Feature::Takes(_) | Feature::Follows(..) if patterns < 5 => {
                        patterns += 1;
                        let text = self.describe(change, findings);
                        let way = Term::Entity(if change.appeared { "appeared" } else { "vanished" });
                        frame.fact("span-pattern", &[entity, way, Term::Text(&text), score], tv, source.as_ref());
                    }
                    _ => {}
                }
            }
        }
    }

    /// A change in words: the step, or the two that follow one another.
    fn describe(&self, change: &Change, findings: &Findings) -> String {
        let step = |id: u32| match findings.visits.steps.get(id as usize) {
            Some(Step::Begin) | None => "(begin)".to_owned(),
            Some(Step::End) => "(end)".to_owned(),
            Some(Step::Fails) => "(fails)".to_owned(),
            Some(Step::Inner(operation)) => self.traces.operations.name(*operation).to_owned(),
            Some(Step::Call(entity, operation)) => {
                let callee = names::bare(findings.visits.entities.name(*entity));
                format!("call {callee} {}", self.traces.operations.name(*operation)).trim_end().to_owned()
            }
            Some(Step::Log(template)) => self.logs.templates.text(*template).to_owned(),
        };
        match change.feature {
            Feature::Takes(id) => step(id),
            Feature::Follows(from, to) => format!("{} → {}", step(from), step(to)),
            Feature::Slow | Feature::Gap => String::new(),
        }
    }

    fn span_source(&self, entity: u32) -> Option<Source> {
        let (file, line) = self.traces.first_seen.get(entity as usize)?;
        Some(Source::new(self.traces.files.name(*file), *line))
    }
}

/// Confidence of a localisation: evidence of this many nats counts as one observation for, one against.
const HALF: f64 = 4.0;

fn origins(findings: &Findings, frame: &mut Frame) {
    for suspect in &findings.suspects {
        let total: f64 = suspect.kinds.iter().map(|(_, evidence)| evidence * evidence).sum();
        for (kind, evidence) in &suspect.kinds {
            let share = suspect.share * evidence * evidence / total.max(1e-9);
            let args = [Term::Entity(&suspect.entity), Term::Entity(kind), Term::Number(rounded(*evidence))];
            let confidence = suspect.evidence / (suspect.evidence + HALF);
            frame.fact("origin", &args, TruthValue::new(share, confidence), None);
        }
    }
}

/// It grows with the samples on both sides.
fn confidence(shift: &Shift) -> f64 {
    let (before, after) = (shift.counts.0 as f64, shift.counts.1 as f64);
    before / (before + 5.0) * after / (after + 1.0)
}

/// Two decimals are enough for a reader.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
