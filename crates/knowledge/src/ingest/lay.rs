//! Facts as atoms of a base.
//!
//! ```text
//! (Evaluation (stv s c) (Predicate "calls") (List (Concept "service/web") (Concept "service/cart")))
//! (Member (stv 1 0.9) (Concept "service/web") (Concept "service"))
//! ```
//! A text is a `Phrase`, a number a `Number`. Under `(Predicate "oriel:from:SOURCE")` a fact has five texts: its place in the
//! source, when it was observed, strength, confidence, and how often it was seen (0 where it is not counted). It is worth what
//! the surest of its sources says.

use std::collections::HashSet;
use std::sync::Arc;

use oriel_atomspace::space::{AtomType, Frame, Handle, Space, SpaceError, Truth, Value};

use super::facts::{Facts, Known, Object, STATED as SURE, Said};
use crate::bases::SOURCE_KEY;
use crate::change::Change;

/// How the names of the `Predicate`s begin under which facts say where they are from; the name of the source follows.
pub const FROM_KEY: &str = "oriel:from:";
/// The source of what was there before any source said it: it never goes.
pub const STATED: &str = "stated";

/// What an ingestion does.
#[derive(Debug, Default)]
pub(super) struct Laid {
    pub(super) change: Change,
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) gone: usize,
}

/// The change that makes a space say of a source what these facts are, and no more.
pub(super) fn lay(space: &Arc<Space>, source: &str, facts: &Facts, now: &str) -> crate::error::Result<Laid> {
    let mut frame = Frame::over(Arc::clone(space));
    let key = frame.node(AtomType::PREDICATE, &format!("{FROM_KEY}{source}"))?;
    let mut laid = Laid::default();
    let mut said = HashSet::new();
    for (fact, known) in &facts.all {
        let link = atoms(&mut frame, fact)?;
        said.insert(link);
        state(&mut frame, space, (link, key), (known, now), &mut laid)?;
        let ends = [Some(&fact.of), if let Object::Entity(name) = &fact.object { Some(name) } else { None }];
        for entity in ends.into_iter().flatten() {
            let Some((kind, _)) = entity.split_once('/').filter(|(kind, _)| *kind != "kind") else { continue };
            let link = member(&mut frame, entity, kind)?;
            if said.insert(link) {
                let (strength, confidence) = SURE;
                let known = Known { strength, confidence, count: 0, ..known.clone() };
                state(&mut frame, space, (link, key), (&known, now), &mut laid)?;
            }
        }
    }
    let before: Vec<Handle> = space.handles().filter(|atom| space.value(*atom, key).is_some()).collect();
    for atom in before.into_iter().filter(|atom| !said.contains(atom)) {
        laid.gone += 1;
        frame.remove_value(atom, key);
        match surest(&frame, atom) {
            Some(truth) => frame.set_truth(atom, truth)?,
            None => sweep(&mut frame, atom),
        }
    }
    // A source that says nothing leaves no key, nor do marks that nothing bears any more.
    sweep(&mut frame, key);
    if laid.gone > 0
        && let Some(marks) = frame.find_node(AtomType::PREDICATE, SOURCE_KEY)
    {
        sweep(&mut frame, marks);
    }
    laid.change = Change::of_frame(&frame)?;
    Ok(laid)
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
    let before = space.contains(link).then(|| space.truth(link));
    let own = before.filter(|truth| truth.confidence() > 0.0 && surest(frame, link).is_none());
    if let Some(truth) = own {
        // Somebody said it who is no source.
        let stated = frame.node(AtomType::PREDICATE, &format!("{FROM_KEY}{STATED}"))?;
        frame.set_value(link, stated, texts("", now, (truth.strength(), truth.confidence()), 0))?;
    }
    let observed = known.observed.as_deref().unwrap_or(now);
    let value = texts(&known.place, observed, (known.strength, known.confidence), known.count);
    match (before, before.and_then(|_| space.value(link, key))) {
        (_, Some(old)) => laid.changed += usize::from(!is_same(old, &value)),
        (None, None) => laid.added += 1,
        (Some(_), None) => laid.changed += 1,
    }
    frame.set_value(link, key, value)?;
    if let Some(truth) = surest(frame, link) {
        frame.set_truth(link, truth)?;
    }
    Ok(())
}

fn texts(place: &str, observed: &str, (strength, confidence): (f32, f32), count: u64) -> Value {
    let all: Vec<Arc<str>> = vec![
        place.into(),
        observed.into(),
        strength.to_string().into(),
        confidence.to_string().into(),
        count.to_string().into(),
    ];
    Value::from(all)
}

/// Whether two values say the same, apart from when it was observed.
fn is_same(one: &Value, other: &Value) -> bool {
    let (Value::Strings(one), Value::Strings(other)) = (one, other) else { return false };
    let apart = |texts: &Arc<[Arc<str>]>| -> Vec<Arc<str>> {
        texts.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, text)| Arc::clone(text)).collect()
    };
    apart(one) == apart(other)
}

/// What the surest source of an atom says; none where it has no source.
fn surest(space: &Space, atom: Handle) -> Option<Truth> {
    let is_source = |key: Handle| {
        space.type_of(key) == Some(AtomType::PREDICATE)
            && space.name(key).is_some_and(|name| name.starts_with(FROM_KEY))
    };
    let said = space.values(atom).filter(|(key, _)| is_source(*key)).filter_map(|(_, value)| match value {
        Value::Strings(texts) => Some((texts.get(2)?.parse::<f32>().ok()?, texts.get(3)?.parse::<f32>().ok()?)),
        _ => None,
    });
    let surest = said.max_by(|one, two| one.1.total_cmp(&two.1).then(one.0.total_cmp(&two.0)));
    surest.map(|(strength, confidence)| Truth::simple(strength, confidence))
}

/// Removes an atom that nothing says any more, and what was only there for it.
fn sweep(frame: &mut Frame, atom: Handle) {
    let parts = frame.outgoing(atom).to_vec();
    // From which base an atom was merged is nothing that it says by itself.
    let marks = frame.find_node(AtomType::PREDICATE, SOURCE_KEY);
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
