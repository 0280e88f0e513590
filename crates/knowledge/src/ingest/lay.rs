//! Facts as atoms of a base.
//!
//! ```text
//! (Evaluation (stv s c) (Predicate "calls") (List (Concept "service/web") (Concept "service/cart")))
//! (Member (stv 1 0.9) (Concept "service/web") (Concept "service"))
//! ```
//! A text is a `Phrase`, a number a `Number`. Under `(Predicate "oriel:from:SOURCE")` a fact has five texts: its place in the
//! source, when it was observed, strength, confidence, and how often it was seen (0 where it is not counted). It is worth what
//! somebody stated who is no source, else what the surest of its sources says (`voices.rs`).

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use oriel_atomspace::attention::hebbian_links;
use oriel_atomspace::space::{AtomType, Frame, Handle, Space, SpaceError, Truth, Value};

use super::facts::{Facts, Known, Object, STATED as SURE, Said};
use super::kind::{IngestError, Kind};
use super::voices::{self, Difference, FROM_KEY};
use crate::bases::SOURCE_KEY;
use crate::change::Change;

/// The name of the `Predicate` under which the `Predicate` of a source says when it was last ingested, and of which kinds its
/// files are.
pub const INGESTED_KEY: &str = "oriel:ingested";

/// What is said of a source beside its facts.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    /// Of which kinds its files are.
    pub(super) kinds: BTreeSet<Kind>,
    /// When it was observed.
    pub(super) now: &'a str,
    /// Whether all that it said before may go.
    pub(super) all_gone: bool,
}

/// What an ingestion does.
#[derive(Debug, Default)]
pub(super) struct Laid {
    pub(super) change: Change,
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) gone: usize,
    /// Atoms that are only said at another place or time.
    pub(super) moved: usize,
    /// Atoms that the source said before, and says again.
    pub(super) kept: usize,
}

/// The change that makes a space say of a source what these facts are, and no more.
pub(super) fn lay(space: &Arc<Space>, source: &Source<'_>, facts: &Facts) -> crate::error::Result<Laid> {
    let (mut frame, now) = (Frame::over(Arc::clone(space)), source.now);
    let key = frame.node(AtomType::PREDICATE, &format!("{FROM_KEY}{}", source.name))?;
    let mut laid = Laid::default();
    let mut said = HashSet::new();
    // What says of which kind something is comes first, and with its own place.
    let (kinds, others): (Vec<_>, Vec<_>) = facts.all.iter().partition(|(fact, _)| fact.relation == "is-a");
    for (fact, known) in kinds.into_iter().chain(others) {
        let link = atoms(&mut frame, fact)?;
        said.insert(link);
        state(&mut frame, space, (link, key), (known, now), &mut laid)?;
        let ends = [Some(&fact.of), if let Object::Entity(name) = &fact.object { Some(name) } else { None }];
        for entity in ends.into_iter().flatten() {
            let Some((kind, _)) = entity.split_once('/').filter(|(kind, _)| *kind != "kind") else { continue };
            let link = member(&mut frame, entity, kind)?;
            if said.insert(link) {
                let (strength, confidence) = SURE;
                let place = known.file.to_string();
                let known = Known { strength, confidence, place, count: 0, ..known.clone() };
                state(&mut frame, space, (link, key), (&known, now), &mut laid)?;
            }
        }
    }
    let before: Vec<Handle> = space.handles().filter(|atom| space.value(*atom, key).is_some()).collect();
    let (kept, gone): (Vec<Handle>, Vec<Handle>) = before.into_iter().partition(|atom| said.contains(atom));
    (laid.kept, laid.gone) = (kept.len(), gone.len());
    note(&mut frame, key, source, &laid)?;
    for atom in gone {
        voices::hear(&mut frame, space, atom, now)?;
        frame.remove_value(atom, key);
        if voices::settle(&mut frame, atom)? {
            continue;
        }
        // What something else joins stays as an atom of which nobody says that it holds.
        voices::leave(&mut frame, atom)?;
        if !voices::is_marked(&frame, atom) {
            sweep(&mut frame, atom);
        }
    }
    if laid.gone > 0
        && let Some(marks) = frame.find_node(AtomType::PREDICATE, SOURCE_KEY)
    {
        // Nor marks that nothing bears any more.
        sweep(&mut frame, marks);
    }
    if said.is_empty() {
        // A source that says nothing leaves no key.
        let ingested = frame.node(AtomType::PREDICATE, INGESTED_KEY)?;
        frame.remove_value(key, ingested);
        sweep(&mut frame, key);
        sweep(&mut frame, ingested);
    }
    laid.change = Change::of_frame(&frame)?;
    Ok(laid)
}

/// Notes when a source was ingested, and of which kinds its files are. Where nothing is left of what it said, or it spoke of
/// files of other kinds, its name was most likely given to something else.
fn note(frame: &mut Frame, key: Handle, source: &Source<'_>, laid: &Laid) -> Result<(), crate::KnowledgeError> {
    let under = frame.node(AtomType::PREDICATE, INGESTED_KEY)?;
    let all: Vec<Arc<str>> = source.kinds.iter().map(|kind| kind.to_string().into()).collect();
    let before = match frame.value(key, under) {
        Some(Value::Strings(texts)) => texts.to_vec(),
        _ => Vec::new(),
    };
    let kinds = before.get(1..).unwrap_or_default();
    let why = if laid.gone > 0 && laid.kept == 0 {
        Some("these files say none of it".to_owned())
    } else {
        let is_other = !kinds.is_empty() && !all.is_empty() && !kinds.iter().any(|kind| all.contains(kind));
        is_other.then(|| format!("it was of {}, and these files are of {}", kinds.join(", "), all.join(", ")))
    };
    if let Some(why) = why.filter(|_| !source.all_gone && laid.gone > 0) {
        return Err(IngestError::AllGone { of: source.name.to_owned(), gone: laid.gone, why }.into());
    }
    let now: Vec<Arc<str>> = std::iter::once(source.now.into()).chain(all).collect();
    if before != now {
        frame.set_value(key, under, Value::from(now))?;
    }
    Ok(())
}

fn atoms(frame: &mut Frame, fact: &Said) -> Result<Handle, SpaceError> {
    if let ("is-a", Object::Entity(kind)) = (fact.relation, &fact.object) {
        return member(frame, &fact.of, kind.strip_prefix("kind/").unwrap_or(kind));
    }
    let relation = frame.node(AtomType::PREDICATE, fact.relation)?;
    let of = frame.node(AtomType::CONCEPT, &fact.of)?;
    let object = match &fact.object {
        Object::Entity(name) => frame.node(AtomType::CONCEPT, name)?,
        Object::Text(text) => frame.node(AtomType::PHRASE, text)?,
        Object::Number(number) => frame.node(AtomType::NUMBER, &number.to_string())?,
    };
    let ends = frame.link(AtomType::LIST, &[of, object])?;
    frame.link(AtomType::EVALUATION, &[relation, ends])
}

fn member(frame: &mut Frame, entity: &str, kind: &str) -> Result<Handle, SpaceError> {
    let entity = frame.node(AtomType::CONCEPT, entity)?;
    let kind = frame.node(AtomType::CONCEPT, kind)?;
    frame.link(AtomType::MEMBER, &[entity, kind])
}

fn state(
    frame: &mut Frame,
    space: &Space,
    (link, key): (Handle, Handle),
    (known, now): (&Known, &str),
    laid: &mut Laid,
) -> Result<(), SpaceError> {
    if space.contains(link) {
        voices::hear(frame, space, link, now)?;
    }
    let old = space.contains(link).then(|| space.value(link, key)).flatten();
    // What is said again was observed when it was first said, unless the source itself says when.
    let first = old.and_then(voices::observed).unwrap_or(now);
    let worth = (known.strength, known.confidence);
    let mut value = voices::said(&known.place, known.observed.as_deref().unwrap_or(first), worth, known.count);
    match old.map(|old| voices::difference(old, &value)) {
        Some(Difference::None) => {}
        Some(Difference::Around) => laid.moved += 1,
        Some(Difference::Content) => {
            laid.changed += 1;
            value = voices::said(&known.place, known.observed.as_deref().unwrap_or(now), worth, known.count);
        }
        None if space.contains(link) => laid.changed += 1,
        None => laid.added += 1,
    }
    frame.set_value(link, key, value)?;
    voices::settle(frame, link)?;
    Ok(())
}

/// Removes the Hebbian links of an atom that nothing else joins: they say only what was thought of together.
fn part_with(frame: &mut Frame, atom: Handle) {
    let Some(hebbian) = hebbian_links(frame) else { return };
    let links: Vec<Handle> = frame.incoming(atom).collect();
    if links.iter().all(|link| frame.type_of(*link) == Some(hebbian) && frame.incoming_len(*link) == 0) {
        // A key of values stays, and its atoms with it.
        links.into_iter().take_while(|link| frame.remove(*link).is_ok()).for_each(drop);
    }
}

/// Removes an atom that nothing says any more, and what was only there for it.
fn sweep(frame: &mut Frame, atom: Handle) {
    let parts = frame.outgoing(atom).to_vec();
    // From which base an atom was merged is nothing that it says by itself.
    let marks = frame.find_node(AtomType::PREDICATE, SOURCE_KEY);
    part_with(frame, atom);
    // What something else joins, or is kept under, stays.
    if frame.remove(atom).is_ok() {
        for part in parts {
            let carries = frame.contains(part)
                && (frame.values(part).any(|(key, _)| Some(key) != marks)
                    || frame.truth(part) != Truth::DEFAULT
                    || frame.attention(part).is_some());
            if !carries {
                sweep(frame, part);
            }
        }
    }
}
