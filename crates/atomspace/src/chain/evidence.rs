//! Which evidence a fact rests on.
//!
//! A fact that says nothing of it is evidence of its own. What chaining wrote says what it rests on, under the key
//! [`EVIDENCE`], and so do the facts that it used; so a conclusion that is chained from again, in this space or in one that
//! was loaded from its text, does not count twice.

use super::error::ChainError;
use crate::pln::Stamp;
use crate::space::{AtomType, Handle, Space, Value};
use std::sync::Arc;

/// The name of the `Predicate` under which an atom has the ids of its evidence, as whole numbers from 0.
pub const EVIDENCE: &str = "evidence";

/// The ids of the evidence of a space's facts.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    key: Option<Handle>,
    /// The id of the first atom's own evidence.
    first: u32,
}

impl Evidence {
    /// Looks through the evidence that is stated.
    pub(super) fn of(space: &Space) -> Result<Self, ChainError> {
        let key = space.find_node(AtomType::PREDICATE, EVIDENCE);
        let mut evidence = Self { key, first: 0 };
        let Some(key) = key else { return Ok(evidence) };
        let mut greatest = None;
        let mut last = 0;
        for atom in space.handles() {
            last = atom.index();
            if let Some(value) = space.value(atom, key) {
                let stamp = stated(value).ok_or_else(|| ChainError::Evidence { atom: space.show_bare(atom) })?;
                greatest = greatest.max(stamp.ids().last().copied());
            }
        }
        if let Some(greatest) = greatest {
            let end = u64::from(greatest) + 1 + last as u64;
            evidence.first = u32::try_from(end).map(|_| greatest + 1).map_err(|_| ChainError::Ids(greatest))?;
        }
        Ok(evidence)
    }

    /// Whether a fact says what it rests on.
    pub(super) fn is_stated(&self, space: &Space, atom: Handle) -> bool {
        self.key.is_some_and(|key| space.value(atom, key).is_some())
    }

    /// What a fact rests on.
    pub(super) fn stamp(&self, space: &Space, atom: Handle) -> Stamp {
        let own = || Stamp::of(self.first.saturating_add(atom.index() as u32));
        self.key.and_then(|key| stated(space.value(atom, key)?)).unwrap_or_else(own)
    }
}

/// The ids of a value, if that is what it is.
fn stated(value: &Value) -> Option<Stamp> {
    let id = |number: &f64| {
        (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number)).then_some(*number as u32)
    };
    let ids: Option<Vec<u32>> = match value {
        Value::Int(number) => Some(vec![u32::try_from(*number).ok()?]),
        Value::Float(number) => Some(vec![id(number)?]),
        Value::Floats(numbers) => numbers.iter().map(id).collect(),
        _ => None,
    };
    Stamp::from_ids(ids.filter(|ids| !ids.is_empty())?).ok()
}

/// A stamp as a value.
pub(super) fn written(stamp: &Stamp) -> Value {
    let numbers: Arc<[f64]> = stamp.ids().iter().map(|id| f64::from(*id)).collect();
    Value::Floats(numbers)
}
