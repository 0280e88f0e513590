//! Outcomes: what was said came true, or it did not.
//!
//! Observations are counted into the truth value of an atom by where they come from, its *source*. What a source says takes the
//! place of what it said before, so that the same observations never count twice: a source that says the same again changes
//! nothing, and one that has seen more since, or was wrong, says its counts anew. What else the atom is worth stays: what
//! somebody stated, and what other sources observed.

use std::sync::Arc;

use oriel_atomspace::learning::{LOOKAHEAD, recount};
use oriel_atomspace::pln::Counts;
use oriel_atomspace::space::{AtomType, Frame, Handle, Space, Truth, Value};
use oriel_identity::{Action, Context, authorize};
use oriel_model::Timestamp;
use serde::Serialize;

use crate::bases::{Applied, At, Note, View, check_moment, make, read};
use crate::change::Change;
use crate::error::{KnowledgeError, Result};
use crate::graph::atom;
use crate::ingest::set_conclusion_aside;
use crate::service::Knowledge;

/// The name of the `Predicate` under which an atom has what was observed of it: four texts for each source, its name, the
/// observations for the atom, all observations, and when that was said.
pub const OUTCOMES_KEY: &str = "oriel:outcomes";

/// The most observations of one source: up to here they are counted exactly.
const MOST: f64 = (1 << 24) as f64;
/// The most sources that one atom has.
const SOURCES: usize = 1_000;
/// Letters of the name of a source at most.
const NAME: usize = 200;
/// How often an outcome is counted again, where the base was changed meanwhile.
const TRIES: u32 = 8;

/// What was observed of an atom.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The atom: as text, or the name of a node.
    pub atom: String,
    /// Where the observations are from, such as a ticket or a report. What it said before is replaced.
    pub source: String,
    /// In how many of them it was as the atom says: 0 to `total`.
    pub positive: f64,
    /// How many observations there are: 0 to 2²⁴. With 0 the source takes back what it said.
    pub total: f64,
    /// When that was observed; now where it is not said.
    pub observed: Option<Timestamp>,
}

/// What became of an outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counted {
    /// The version that it was counted into.
    pub version: u64,
    /// The atom.
    pub atom: String,
    /// What it was worth before: its strength and confidence.
    pub before: [f32; 2],
    /// What it is worth now.
    pub after: [f32; 2],
    /// What the source said before: the observations for the atom, and all of them. Null where it said nothing.
    pub replaced: Option<[f64; 2]>,
    /// How many sources its observations have now.
    pub sources: usize,
    /// Whether what had been concluded of the atom by rules was set aside, so that rules conclude it anew beside the
    /// observations.
    pub set_aside: bool,
    /// The change that was made; null where the source had said the same.
    pub applied: Option<Applied>,
}

/// Counts what was observed into the truth value of an atom of the newest version, as one change.
pub async fn outcome(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    outcome: Outcome,
    note: Note,
) -> Result<Counted> {
    authorize(context, Action::ChangeKnowledge)?;
    check(&outcome)?;
    let outcome = Arc::new(Outcome { observed: Some(outcome.observed.unwrap_or_else(|| context.now())), ..outcome });
    let mut tries = 1;
    loop {
        let view = read(context, knowledge, name, At::Newest).await?;
        let (base, version, outcome) = (view.base.clone(), view.version, Arc::clone(&outcome));
        if let Some(expected) = note.expected.filter(|expected| *expected != version) {
            return Err(KnowledgeError::Version { expected, found: version });
        }
        let (counted, change) = tokio::task::spawn_blocking(move || written(&view, &outcome)).await??;
        if change.is_empty() {
            return Ok(counted);
        }
        let on = Note { expected: Some(version), text: note.text.clone() };
        match make(context, knowledge, &base, "outcome", Arc::new(change), &on).await {
            Err(KnowledgeError::Version { .. }) if note.expected.is_none() && tries < TRIES => tries += 1,
            done => return Ok(Counted { applied: Some(done?), ..counted }),
        }
    }
}

fn check(outcome: &Outcome) -> Result<()> {
    let Outcome { source, positive, total, observed, .. } = outcome;
    if source.trim().is_empty() || source.chars().count() > NAME || source.chars().any(char::is_control) {
        let message = format!(
            "say where the observations are from in 1 to {NAME} letters, without control characters: what the same source says \
             next replaces this"
        );
        return Err(KnowledgeError::invalid("source", message));
    }
    if !(0.0..=MOST).contains(total) {
        return Err(KnowledgeError::invalid("total", format!("give 0 to {MOST} observations")));
    }
    if !(0.0..=*total).contains(positive) {
        return Err(KnowledgeError::invalid("positive", format!("give 0 to {total}, as many as there are at most")));
    }
    observed.map_or(Ok(()), |observed| check_moment("observed", observed))
}

/// The change that counts an outcome; an empty one where the source had said the same.
fn written(view: &View, outcome: &Outcome) -> Result<(Counted, Change)> {
    let mut frame = Frame::over(Arc::clone(&view.space));
    let atom = atom(&frame, "atom", &outcome.atom)?;
    let key = frame.find_node(AtomType::PREDICATE, OUTCOMES_KEY);
    let mut known = key.map_or(Ok(Vec::new()), |key| told(&frame, atom, key))?;
    let before = worth(frame.truth(atom));
    let place = known.iter().position(|one| *one.source == *outcome.source);
    let said = place.and_then(|place| known.get(place)).map(|one| one.counts);
    let new = Counts::new(outcome.positive, outcome.total).unwrap_or_default();
    let mut counted = Counted {
        version: view.version,
        atom: frame.show_bare(atom),
        before,
        after: before,
        replaced: said.map(|counts| [counts.positive(), counts.total()]),
        sources: known.len(),
        set_aside: false,
        applied: None,
    };
    if said.unwrap_or_default() == new {
        return Ok((counted, Change::default()));
    }
    counted.set_aside = set_conclusion_aside(&mut frame, atom)?;
    counted.after = worth(recount(&mut frame, atom, (said.unwrap_or_default(), new), LOOKAHEAD)?);
    known.retain(|one| *one.source != *outcome.source);
    if new.total() > 0.0 {
        let observed = outcome.observed.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        let one =
            Told { source: outcome.source.as_str().into(), counts: new, observed: observed.unwrap_or_default().into() };
        known.insert(place.unwrap_or(known.len()).min(known.len()), one);
    }
    if known.len() > SOURCES {
        let message = format!("the atom has {SOURCES} sources already: count several of them together, as one");
        return Err(KnowledgeError::invalid("source", message));
    }
    counted.sources = known.len();
    keep(&mut frame, atom, &known)?;
    Ok((counted, Change::of_frame(&frame)?))
}

fn worth(truth: Truth) -> [f32; 2] {
    [truth.strength(), truth.confidence()]
}

/// What a source said of an atom.
struct Told {
    source: Arc<str>,
    counts: Counts,
    observed: Arc<str>,
}

/// What sources said of an atom.
fn told(space: &Space, atom: Handle, key: Handle) -> Result<Vec<Told>> {
    let Some(value) = space.value(atom, key) else { return Ok(Vec::new()) };
    let one = |texts: &[Arc<str>]| {
        let [source, positive, total, observed] = texts else { return None };
        let counts = Counts::new(positive.parse().ok()?, total.parse().ok()?)?;
        Some(Told { source: Arc::clone(source), counts, observed: Arc::clone(observed) })
    };
    let all = match value {
        Value::Strings(texts) => texts.chunks(4).map(one).collect(),
        _ => None,
    };
    all.ok_or_else(|| {
        let message = format!(
            "what it has under (Predicate \"{OUTCOMES_KEY}\") says not what was observed: four texts for each source, its name, \
             the observations for it, all of them, and when; set that right, or take it away"
        );
        KnowledgeError::invalid("atom", message)
    })
}

fn keep(frame: &mut Frame, atom: Handle, known: &[Told]) -> Result<()> {
    let key = frame.node(AtomType::PREDICATE, OUTCOMES_KEY)?;
    if known.is_empty() {
        frame.remove_value(atom, key);
        return Ok(());
    }
    let texts = known.iter().flat_map(|Told { source, counts, observed }| {
        let numbers = [counts.positive(), counts.total()].map(|number| Arc::from(number.to_string()));
        let [positive, total] = numbers;
        [Arc::clone(source), positive, total, Arc::clone(observed)]
    });
    let texts: Vec<Arc<str>> = texts.collect();
    frame.set_value(atom, key, Value::from(texts))?;
    Ok(())
}
