//! Which evidence a fact rests on.
//!
//! A fact that says nothing of it is evidence of its own. What chaining wrote says what it rests on, under the key
//! [`EVIDENCE`], and so do the facts that it used; so a conclusion that is chained from again, in this space or in one that
//! was loaded from its text, does not count twice.
//!
//! In a run evidence goes by small numbers of its own. What is written is a number made of the fact itself: the same fact has
//! the same in every space, and facts that have nothing to do with each other do not, so that what comes together from several
//! spaces stays apart. Numbers below 2³² mean what they mean in one space; they are read as they are.

use super::error::ChainError;
use crate::pln::{MAX_STAMP, Stamp};
use crate::space::{AtomType, Handle, Space, Value};
use rustc_hash::FxHashMap;

/// The name of the `Predicate` under which an atom has the ids of its evidence, as whole numbers from 0.
pub const EVIDENCE: &str = "evidence";

/// One more than the greatest id that means something in one space alone.
const NAMED: u64 = 1 << 32;
/// One more than the greatest id: each is written as a floating point number, which holds no greater ones exactly.
const END: u64 = 1 << 53;

/// The ids of the evidence of a space's facts.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    key: Option<Handle>,
    /// The id of the first atom's own evidence.
    first: u32,
    /// The ids of evidence that is named by what it is, in this run.
    named: FxHashMap<u64, u32>,
    names: FxHashMap<u32, u64>,
}

impl Evidence {
    /// Looks through the evidence that is stated.
    pub(super) fn of(space: &Space) -> Result<Self, ChainError> {
        let key = space.find_node(AtomType::PREDICATE, EVIDENCE);
        let mut evidence = Self { key, ..Self::default() };
        let Some(key) = key else { return Ok(evidence) };
        let (mut greatest, mut names, mut last) = (None, Vec::new(), 0);
        for atom in space.handles() {
            last = atom.index() as u64;
            if let Some(value) = space.value(atom, key) {
                let ids = stated(value).ok_or_else(|| ChainError::Evidence { atom: space.show_bare(atom) })?;
                greatest = greatest.max(ids.iter().copied().filter(|id| *id < NAMED).max());
                names.extend(ids.into_iter().filter(|id| *id >= NAMED));
            }
        }
        let first = greatest.map_or(0, |greatest| greatest + 1);
        let after = first + last + 1;
        let id = |id: u64| u32::try_from(id).map_err(|_| ChainError::Ids(greatest.unwrap_or_default() as u32));
        // Each atom has an id of its own, the last one, too.
        id(first + last)?;
        evidence.first = id(first)?;
        for name in names {
            let next = id(after + evidence.named.len() as u64)?;
            let known = *evidence.named.entry(name).or_insert(next);
            evidence.names.insert(known, name);
        }
        Ok(evidence)
    }

    /// Whether a fact says what it rests on.
    pub(super) fn is_stated(&self, space: &Space, atom: Handle) -> bool {
        self.key.is_some_and(|key| space.value(atom, key).is_some())
    }

    /// What a fact rests on: what it says, else itself, by its name where others say that they rest on it.
    pub(super) fn stamp(&self, space: &Space, atom: Handle) -> Stamp {
        let named = || if self.named.is_empty() { None } else { self.named.get(&name_of(space, atom)).copied() };
        let own = || Stamp::of(named().unwrap_or_else(|| self.first.saturating_add(atom.index() as u32)));
        self.key.and_then(|key| self.here(&stated(space.value(atom, key)?)?)).unwrap_or_else(own)
    }

    fn here(&self, ids: &[u64]) -> Option<Stamp> {
        let here = |id: &u64| if *id < NAMED { u32::try_from(*id).ok() } else { self.named.get(id).copied() };
        let ids: Option<Vec<u32>> = ids.iter().map(here).collect();
        Stamp::from_ids(ids?).ok()
    }

    /// What an id of this run is written as, where it was read.
    pub(super) fn name(&self, id: u32) -> Option<u64> {
        if id < self.first { Some(id.into()) } else { self.names.get(&id).copied() }
    }
}

/// What a fact is named as evidence.
pub(super) fn name_of(space: &Space, atom: Handle) -> u64 {
    // FNV-1a, mixed as in SplitMix64 (Steele, Lea, Flood 2014): the same on every machine and in every version.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in space.show_bare(atom).bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    NAMED + (hash ^ (hash >> 31)) % (END - NAMED)
}

/// The ids of a value, if that is what it is: one at least, and no more than a stamp names.
fn stated(value: &Value) -> Option<Vec<u64>> {
    let id = |number: &f64| (number.fract() == 0.0 && (0.0..END as f64).contains(number)).then_some(*number as u64);
    let mut ids: Vec<u64> = match value {
        Value::Int(number) => vec![u64::try_from(*number).ok().filter(|id| *id < END)?],
        Value::Float(number) => vec![id(number)?],
        Value::Floats(numbers) => numbers.iter().map(id).collect::<Option<_>>()?,
        _ => return None,
    };
    ids.sort_unstable();
    ids.dedup();
    (1..=MAX_STAMP).contains(&ids.len()).then_some(ids)
}
