//! The loop: evidence so far → verdict → the most telling question → its answer → again, until no question is worth it.
//!
//! Everything is derived anew at each step from what was answered, so that an inquiry that asked the same has the same
//! verdict as a diagnosis that was given the same. Deterministic for the same answers. It does no IO of its own; the
//! answers come through [`Ask`].

use oriel_atomspace::Frame;
use oriel_reasoning::inquiry::{Expected, Outlook, Part, Prospect, Taken};
use oriel_reasoning::verdict::TranscriptStep;
use oriel_reasoning::{Learning, Verdict};
use rustc_hash::{FxHashMap, FxHashSet};

use super::ask::{Ask, AskError};
use super::command::Command;
use super::gathered::Gathered;
use super::probe::Probes;
use super::step::{Candidate, best, named};
use crate::diagnose::{DiagnoseError, Diagnosis, Options, diagnose};
use crate::knowledge::Knowledge;

/// Commands put at most, unless told otherwise.
pub const MAX_COMMANDS: usize = 12;
/// Bits that a unit of cost must tell to be worth it.
pub const PRICE: f64 = 0.1;
/// Questions in a row without an answer after which the system is taken not to answer.
const UNANSWERED: usize = 3;

/// How the next question is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// By expected information for cost; stops when none is worth its price.
    Information,
    /// In the order of the probes, as from a checklist, to the end of the budget.
    Checklist,
    /// At random from this seed, to the end of the budget.
    Random(u64),
}

/// How far an inquiry may go.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Commands put at most.
    pub max_commands: usize,
    /// Bits that a unit of cost must tell to be worth it.
    pub price: f64,
    /// How the next question is chosen.
    pub strategy: Strategy,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_commands: MAX_COMMANDS, price: PRICE, strategy: Strategy::Information }
    }
}

/// What is known before anything is asked: the probes, and the rules taken apart.
#[derive(Debug, Clone)]
pub struct Interrogation {
    probes: Probes,
    outlook: Outlook,
    prior: Vec<f64>,
}

impl Interrogation {
    /// Readies the knowledge for inquiries.
    pub fn new(knowledge: &Knowledge) -> Self {
        let learned = knowledge.strengths();
        let probes = knowledge.probes().clone();
        let outlook =
            Outlook::new(knowledge.rules(), &probes.seeing, &|rule| learned.get(&rule.name).unwrap_or(rule.tv));
        let prior = prior(&outlook, knowledge.learning());
        Self { probes, outlook, prior }
    }
}

/// The chance of each cause before anything is seen: as often as it was so in past cases, with one case of each added
/// (Laplace's rule of succession).
fn prior(outlook: &Outlook, learning: &Learning) -> Vec<f64> {
    let counts: Vec<f64> = outlook
        .causes()
        .map(|cause| 1.0 + learning.cases.iter().filter(|case| case.cause == cause).count() as f64)
        .collect();
    let total: f64 = counts.iter().sum();
    counts.into_iter().map(|count| count / total).collect()
}

/// What happens during an inquiry, for who watches.
#[derive(Debug)]
pub enum Event<'a> {
    /// A command is about to be put.
    Asking(&'a TranscriptStep),
    /// It was answered, or not.
    Answered(&'a TranscriptStep),
}

/// Investigates from the files that an incident starts with (`incident.toml`, `alerts.json`, …), asking for the rest.
pub fn inquire(
    start: Vec<(String, Vec<u8>)>,
    knowledge: &Knowledge,
    interrogation: &Interrogation,
    options: &Options,
    settings: &Settings,
    ask: &mut dyn Ask,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Diagnosis, DiagnoseError> {
    let mut inquiry = Inquiry {
        interrogation,
        settings,
        gathered: Gathered::from(start),
        taken: Taken::default(),
        asked: Vec::new(),
        absent: Vec::new(),
        transcript: Vec::new(),
        random: if let Strategy::Random(seed) = settings.strategy { seed } else { 0 },
    };
    let mut before: FxHashSet<String> = FxHashSet::default();
    loop {
        let mut diagnosis = diagnose(&inquiry.gathered.source(), knowledge, options, &mut |_| {})?;
        let signs = inquiry.signs(&diagnosis.frame);
        inquiry.close_step(&diagnosis, &signs, &before, watch);
        before = signs.into_iter().collect();
        let namespace = diagnosis.evidence.incident.namespace.clone().unwrap_or_else(|| "default".to_owned());
        match inquiry.next(&diagnosis, &namespace, ask) {
            Next::Ask(candidate) => {
                watch(Event::Asking(&candidate.step));
                inquiry.put(*candidate, ask);
            }
            Next::Stop(why) => {
                diagnosis.verdict.transcript = inquiry.transcript;
                diagnosis.verdict.stopped = Some(why);
                return Ok(diagnosis);
            }
        }
    }
}

struct Inquiry<'k> {
    interrogation: &'k Interrogation,
    settings: &'k Settings,
    gathered: Gathered,
    taken: Taken,
    asked: Vec<Command>,
    /// Programs that are not there.
    absent: Vec<String>,
    transcript: Vec<TranscriptStep>,
    random: u64,
}

/// A question chosen.
struct Chosen {
    command: Command,
    glance: Vec<Part>,
    step: TranscriptStep,
}

enum Next {
    Ask(Box<Chosen>),
    Stop(String),
}

impl Inquiry<'_> {
    fn next(&mut self, diagnosis: &Diagnosis, namespace: &str, ask: &dyn Ask) -> Next {
        if let Some(why) = ask.stopped() {
            return Next::Stop(why);
        }
        if self.transcript.len() >= self.settings.max_commands {
            return Next::Stop(format!("All {} commands that were allowed have been put.", self.settings.max_commands));
        }
        let silent = self.transcript.iter().rev().take_while(|step| !step.answered).count();
        if silent >= UNANSWERED {
            return Next::Stop(format!("The last {silent} commands were not answered."));
        }
        let random = self.random();
        let interrogation = self.interrogation;
        let frame = &diagnosis.frame;
        let candidates = self.candidates(frame, namespace, ask);
        if candidates.is_empty() {
            return Next::Stop("Nothing is left to ask here.".to_owned());
        }
        let named = named(&diagnosis.verdict);
        let over = (frame, &diagnosis.derivations);
        let prior = self.prior(diagnosis);
        let prospect = Prospect::new(&interrogation.outlook, over, &self.taken, &prior, &named);
        let chosen = match self.settings.strategy {
            Strategy::Information => {
                let Some(choice) = best(&prospect, frame, &candidates, self.settings.price) else {
                    return Next::Stop("Nothing is left to ask here.".to_owned());
                };
                if choice.gain <= 0.0 {
                    return Next::Stop(format!(
                        "No further command is expected to tell enough to be worth its cost (the best one {:.3} bits).",
                        choice.expected.bits
                    ));
                }
                (choice.at, choice.expected)
            }
            Strategy::Checklist => (0, Expected::default()),
            Strategy::Random(_) => (random % candidates.len().max(1), Expected::default()),
        };
        let (at, expected) = chosen;
        let Some(candidate) = candidates.into_iter().nth(at) else {
            return Next::Stop("Nothing is left to ask here.".to_owned());
        };
        let mut at_stake = prospect.at_stake(frame, &candidate.glance);
        at_stake.truncate(5);
        let step = TranscriptStep {
            command: candidate.filled.command.to_string(),
            purpose: candidate.probe.text.clone(),
            expected_bits: expected.bits,
            expected_value: expected.value,
            cost: candidate.probe.cost,
            at_stake,
            answered: false,
            outcome: String::new(),
            facts: 0,
            leading: String::new(),
        };
        Next::Ask(Box::new(Chosen { command: candidate.filled.command, glance: candidate.glance, step }))
    }

    /// The chance of each cause, by past cases and by what the question speaks of.
    fn prior(&self, diagnosis: &Diagnosis) -> Vec<f64> {
        let said = &diagnosis.evidence.incident;
        let mut question =
            [said.title.as_deref(), said.description.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        question.extend(said.symptoms.iter().map(String::as_str));
        let spoken = self.interrogation.outlook.spoken(&question.join(" "));
        let raised: Vec<f64> =
            self.interrogation.prior.iter().zip(&spoken).map(|(prior, factor)| prior * factor).collect();
        let total: f64 = raised.iter().sum();
        raised.into_iter().map(|prior| prior / total.max(f64::MIN_POSITIVE)).collect()
    }

    /// Everything that can be asked now and was not yet, in the order of the probes.
    fn candidates(&self, frame: &Frame, namespace: &str, ask: &dyn Ask) -> Vec<Candidate<'_>> {
        let mut found: Vec<Candidate<'_>> = Vec::new();
        for probe in &self.interrogation.probes.probes {
            for filled in probe.filled(frame, namespace) {
                let known = self.asked.contains(&filled.command);
                let absent = self.absent.iter().any(|program| program == filled.command.program());
                if !known && !absent && ask.offers(&filled.command) {
                    let parts = probe.parts.iter().zip(&filled.of);
                    let part = |(part, of): (&super::probe::Part, &Vec<String>)| Part {
                        views: self.interrogation.outlook.views(&part.views),
                        of: of.clone(),
                    };
                    let glance = parts.map(part).collect();
                    found.push(Candidate { probe, filled, glance });
                }
            }
        }
        found
    }

    /// The next number from the seed (a linear congruential generator; Knuth, *The Art of Computer Programming*, §3.3.4).
    fn random(&mut self) -> usize {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as usize
    }

    fn put(&mut self, chosen: Chosen, ask: &mut dyn Ask) {
        let Chosen { command, glance, mut step } = chosen;
        match ask.ask(&command) {
            Ok(answer) => {
                self.gathered.add(&command, &answer);
                for part in &glance {
                    self.taken.take(&part.views, &part.of);
                }
                step.answered = true;
            }
            Err(error) => {
                if let AskError::NoProgram(_) = error {
                    self.absent.push(command.program().to_owned());
                }
                step.outcome = error.to_string();
            }
        }
        self.asked.push(command);
        self.transcript.push(step);
    }

    /// Says of the last step what came of it.
    fn close_step(
        &mut self,
        diagnosis: &Diagnosis,
        signs: &[String],
        before: &FxHashSet<String>,
        watch: &mut dyn FnMut(Event<'_>),
    ) {
        let Some(step) = self.transcript.last_mut() else { return };
        step.leading = leading(&diagnosis.verdict);
        if step.answered {
            let new: Vec<&String> = signs.iter().filter(|sign| !before.contains(*sign)).collect();
            step.facts = new.len();
            let shown: Vec<&str> = new.iter().take(3).map(|sign| sign.as_str()).collect();
            step.outcome = match new.len() {
                0 => "nothing out of the ordinary".to_owned(),
                1..=3 => shown.join(" "),
                more => format!("{} and {} more", shown.join(" "), more - shown.len()),
            };
        }
        watch(Event::Answered(step));
    }

    /// The observed facts that are out of the ordinary: those of relations that are not always there, the rarest first.
    fn signs(&self, frame: &Frame) -> Vec<String> {
        let mut rates: FxHashMap<&str, f64> = FxHashMap::default();
        for declared in self.interrogation.probes.seeing.declarations.iter().filter(|d| d.rate < 0.5) {
            let rate = rates.entry(declared.relation.as_str()).or_insert(declared.rate);
            *rate = rate.min(declared.rate);
        }
        let facts = frame.all_facts().filter(|fact| !frame.is_derived(fact.id));
        let mut signs: Vec<(f64, String)> =
            facts.filter_map(|fact| Some((*rates.get(fact.predicate)?, frame.show(fact.id)))).collect();
        signs.sort_by(|a, b| a.0.total_cmp(&b.0));
        signs.into_iter().map(|(_, sign)| sign).collect()
    }
}

fn leading(verdict: &Verdict) -> String {
    verdict
        .hypotheses
        .first()
        .map_or_else(String::new, |h| format!("{} · {} ({:.0} %)", h.entity, h.cause, h.probability * 100.0))
}

#[cfg(test)]
mod tests;
