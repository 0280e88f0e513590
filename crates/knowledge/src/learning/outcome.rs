//! Outcomes: what was said came true, or it did not.
//!
//! Observations are counted into the truth value of an atom by where they come from, its *source*. What a source says takes the
//! place of what it said before, so that the same observations never count twice: a source that says the same again changes
//! nothing, and one that has seen more since, or was wrong, says its counts anew. What else the atom is worth stays: what
//! somebody stated, and what other sources observed. It is noted with them (`outcomes.rs` of this crate).

use std::sync::Arc;

use oriel_atomspace::pln::Counts;
use oriel_atomspace::space::{Frame, Truth};
use oriel_identity::{Action, Context, authorize};
use oriel_model::Timestamp;
use serde::Serialize;

use crate::bases::{Applied, At, Note, View, check_moment, make, read};
use crate::change::Change;
use crate::error::{KnowledgeError, Result};
use crate::graph::atom;
use crate::ingest::set_conclusion_aside;
use crate::outcomes::{Outcomes, Told};
use crate::service::Knowledge;

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
    let known = Outcomes::noted(&frame, atom)?;
    let before = worth(frame.truth(atom));
    let said = known.as_ref().and_then(|known| known.said(&outcome.source));
    let new = Counts::new(outcome.positive, outcome.total).unwrap_or_default();
    let mut counted = Counted {
        version: view.version,
        atom: frame.show_bare(atom),
        before,
        after: before,
        replaced: said.map(|counts| [counts.positive(), counts.total()]),
        sources: known.as_ref().map_or(0, Outcomes::sources),
        set_aside: false,
        applied: None,
    };
    if said.unwrap_or_default() == new {
        return Ok((counted, Change::default()));
    }
    counted.set_aside = set_conclusion_aside(&mut frame, atom)?;
    let mut known = Outcomes::standing(&frame, atom)?.unwrap_or_else(|| Outcomes::none(frame.truth(atom)));
    let observed = outcome.observed.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    let (source, observed) = (outcome.source.as_str().into(), observed.unwrap_or_default().into());
    known.say(Told { source, counts: new, observed });
    if known.sources() > SOURCES {
        let message = format!("the atom has {SOURCES} sources already: count several of them together, as one");
        return Err(KnowledgeError::invalid("source", message));
    }
    let truth = known.truth();
    frame.set_truth(atom, truth)?;
    known.keep(&mut frame, atom)?;
    (counted.after, counted.sources) = (worth(truth), known.sources());
    Ok((counted, Change::of_frame(&frame)?))
}

fn worth(truth: Truth) -> [f32; 2] {
    [truth.strength(), truth.confidence()]
}
