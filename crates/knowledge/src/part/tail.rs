//! The changes after a snapshot, laid on top of it.
//!
//! ```text
//! atoms that the changes name ─► which of them the snapshot has, with what those are made of: the touched atoms
//!   ─► copied into a space, in their order ─► the changes carried out there, as on the whole base
//! ```
//! What a change does to an atom it names is done there. Two things reach further, and are known without copying: a state
//! takes the place of the one its key had, so states of named keys are touched too; and what is removed recursively takes with
//! it all links above it, and all values under them, which are counted as gone. How many atoms each change left is in the log,
//! so it is checked that nothing else was touched.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Handle, Space};
use roaring::RoaringBitmap;

use super::atoms::{Atoms, Held, Record, What, gone, place};
use super::choose::{above, closed};
use super::copy::copied;
use super::find::{self, Wanted};
use crate::change::{Change, Operation, apply, unbounded};
use crate::error::{KnowledgeError, Result};
use crate::snapshot::Stored;

/// A snapshot with the changes after it.
///
/// Places are as in the whole base: those of the snapshot, and behind them what the changes added.
#[derive(Debug)]
pub(crate) struct Grown {
    stored: Stored,
    /// The touched atoms that are left, and behind them what was added.
    work: Space,
    /// The places of the touched atoms, whose handles are their ranks here.
    touched: Vec<u32>,
    /// What the snapshot has and the base has not.
    gone: RoaringBitmap,
    /// How many atoms there are.
    len: u64,
}

/// A change after the snapshot.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) version: u64,
    pub(crate) change: Change,
    /// How many atoms there were after it; none of one that is being made.
    pub(crate) atoms: Option<u64>,
}

/// What changes say of atoms.
pub(super) struct Named {
    pub(super) atoms: Wanted,
    /// The keys of states.
    pub(super) keys: Vec<u32>,
    /// Of each change, what it removes with all that is above.
    pub(super) removed: Vec<Vec<u32>>,
}

impl Named {
    pub(super) fn of(empty: &Space, steps: &[Step]) -> std::result::Result<Self, (usize, String)> {
        let mut named = Self { atoms: Wanted::default(), keys: Vec::new(), removed: Vec::new() };
        let mut types = empty.clone();
        for (at, step) in steps.iter().enumerate() {
            let mut apart = types.clone();
            let mut removed = Vec::new();
            for operation in &step.change.operations {
                match operation {
                    Operation::Add(text) => {
                        let mut added = types.clone();
                        added.read_text(text.as_bytes(), unbounded()).map_err(|error| (at, error.to_string()))?;
                        named.add(&added);
                        types = Space::with_types(added.types());
                        apart = types.clone();
                    }
                    Operation::Remove { atom, recursive } => {
                        let number = named.one(&mut apart, atom).map_err(|why| (at, why))?;
                        removed.extend(Some(number).filter(|_| *recursive));
                    }
                    Operation::UnsetValue { atom, key } => {
                        for text in [atom, key] {
                            named.one(&mut apart, text).map_err(|why| (at, why))?;
                        }
                    }
                    Operation::UnsetAttention { atom } => {
                        named.one(&mut apart, atom).map_err(|why| (at, why))?;
                    }
                }
            }
            named.removed.push(removed);
        }
        Ok(named)
    }

    fn add(&mut self, added: &Space) {
        let numbers = self.atoms.add_all(added, added.handles()).unwrap_or_default();
        for state in added.by_type_is_a(AtomType::STATE) {
            self.keys.extend(added.outgoing(state).first().and_then(|key| numbers.get(key)));
        }
    }

    fn one(&mut self, apart: &mut Space, text: &str) -> std::result::Result<u32, String> {
        let read = apart.read_text(text.as_bytes(), unbounded()).map_err(|error| error.to_string())?;
        let number = read.last.filter(|_| read.forms == 1).and_then(|last| self.atoms.add(apart, last));
        number.ok_or_else(|| "an operation names no atom, or several".to_owned())
    }
}

impl Grown {
    /// Lays the changes after a snapshot on top of it. `name` is the base's. Its errors are those of a damaged log or snapshot.
    pub(crate) fn of(mut stored: Stored, steps: &[Step], name: &str, cancel: &Cancel) -> Result<Self> {
        let damaged = |at: usize, why| {
            let version = steps.get(at).map_or(0, |step| step.version);
            KnowledgeError::Damaged { name: name.to_owned(), version, why }
        };
        let named = Named::of(stored.empty(), steps).map_err(|(at, why)| damaged(at, why))?;
        let places = stored.find(&named.atoms)?;
        let found = |numbers: &[u32]| -> RoaringBitmap {
            numbers.iter().filter_map(|number| places.get(*number as usize).copied().flatten()).collect()
        };
        let mut touched: RoaringBitmap = places.iter().flatten().collect();
        for link in Atoms::joining(&mut stored, &found(&named.keys))? {
            let of = stored.look(link, false, &mut Vec::new())?;
            if stored.empty().types().is_a(of, AtomType::STATE) {
                touched.insert(link);
            }
        }
        let (touched, _) = closed(&mut stored, touched, (true, &RoaringBitmap::new()), cancel)?;
        let work = copied(&mut stored, &touched, cancel)?;
        let (gone, len) = (RoaringBitmap::new(), u64::from(stored.noted().2));
        let mut grown = Self { stored, work, touched: touched.iter().collect(), gone, len };
        for (at, (step, removed)) in steps.iter().zip(&named.removed).enumerate() {
            let above = above(&mut grown.stored, found(removed), &mut RoaringBitmap::new(), cancel)?;
            grown.gone |= above - &touched;
            apply(&mut grown.work, &step.change, unbounded()).map_err(|error| damaged(at, error.to_string()))?;
            let now = grown.len_so_far();
            if let Some(then) = step.atoms.filter(|then| *then != now) {
                return Err(damaged(at, format!("it gives {now} atoms, and gave {then} when it was made")));
            }
            grown.len = now;
        }
        let left = |rank: &usize| grown.work.handle_at(*rank).is_none();
        let ranks = (0..grown.touched.len()).filter(left);
        let gone: RoaringBitmap = ranks.filter_map(|rank| grown.touched.get(rank).copied()).collect();
        grown.gone |= gone;
        Ok(grown)
    }

    /// How many atoms there are while changes are laid on top, and only untouched ones are counted as gone.
    fn len_so_far(&self) -> u64 {
        let untouched = u64::from(self.stored.noted().2) - self.touched.len() as u64;
        (untouched + self.work.len() as u64).saturating_sub(self.gone.len())
    }

    /// How many atoms there are.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes that were read of the snapshot.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.stored.bytes_read()
    }

    /// The place of an atom of `work`.
    fn place(&self, atom: Handle) -> u32 {
        let added = || self.stored.noted().2 + place(atom) - self.touched.len() as u32;
        self.touched.get(atom.index()).copied().unwrap_or_else(added)
    }

    /// The atom of `work` at a place: one that was touched or added.
    fn worked(&self, place: u32) -> Option<Handle> {
        let rank = match place.checked_sub(self.stored.noted().2) {
            Some(added) => self.touched.len() + added as usize,
            None => self.touched.binary_search(&place).ok()?,
        };
        self.work.handle_at(rank)
    }

    fn is_added(&self, atom: Handle) -> bool {
        atom.index() >= self.touched.len()
    }
}

impl Atoms for Grown {
    fn empty(&self) -> Space {
        Space::with_types(self.work.types())
    }

    fn all(&self) -> RoaringBitmap {
        let before = (0..self.stored.noted().2).collect::<RoaringBitmap>() - &self.gone;
        let added = self.work.handles().filter(|atom| self.is_added(*atom));
        before | added.map(|atom| self.place(atom)).collect::<RoaringBitmap>()
    }

    fn of_types(&mut self, types: &[AtomType]) -> Result<RoaringBitmap> {
        let found = self.stored.of_types(types)? - &self.gone;
        let added = types.iter().flat_map(|of| self.work.by_type(*of)).filter(|atom| self.is_added(*atom));
        Ok(found | added.map(|atom| self.place(atom)).collect::<RoaringBitmap>())
    }

    fn named(&mut self, name: &str) -> Result<RoaringBitmap> {
        let found = self.stored.named(name)? - &self.gone;
        Ok(found | self.work.named(name).map(|atom| self.place(atom)).collect::<RoaringBitmap>())
    }

    fn joining(&mut self, atoms: &RoaringBitmap) -> Result<RoaringBitmap> {
        let mut before = atoms - &self.gone;
        before.remove_range(self.stored.noted().2..);
        let found = Atoms::joining(&mut self.stored, &before)? - &self.gone;
        let worked = atoms.iter().filter_map(|place| self.worked(place));
        let added = worked.flat_map(|atom| self.work.incoming(atom)).filter(|link| self.is_added(*link));
        Ok(found | added.map(|link| self.place(link)).collect::<RoaringBitmap>())
    }

    fn find(&mut self, wanted: &Wanted) -> Result<Vec<Option<u32>>> {
        let before = self.stored.find(wanted)?;
        let worked = find::held(&self.work, wanted).into_iter().map(|found| found.map(|atom| self.place(atom)));
        let left = before.into_iter().map(|found| found.filter(|place| !self.gone.contains(*place)));
        Ok(worked.zip(left).map(|(worked, left)| worked.or(left)).collect())
    }

    fn look(&mut self, place: u32, keys: bool, parts: &mut Vec<u32>) -> Result<AtomType> {
        if let Some(atom) = self.worked(place) {
            let begin = parts.len();
            let of = Held(&self.work).look(atom.index() as u32, keys, parts)?;
            for part in parts.iter_mut().skip(begin) {
                *part = self.work.handle_at(*part as usize).map(|atom| self.place(atom)).ok_or_else(gone)?;
            }
            return Ok(of);
        }
        self.left(place)?;
        let joined = parts.len();
        let of = self.stored.look(place, keys, parts)?;
        // Of what it joins, nothing is gone: else it would be too.
        let (mut at, gone) = (0, &self.gone);
        parts.retain(|part| {
            at += 1;
            at <= joined || !gone.contains(*part)
        });
        Ok(of)
    }

    fn record(&mut self, place: u32) -> Result<Record> {
        if let Some(atom) = self.worked(place) {
            let mut record = Held(&self.work).record(atom.index() as u32)?;
            let moved = |at: &mut u32| -> Result<()> {
                *at = self.work.handle_at(*at as usize).map(|atom| self.place(atom)).ok_or_else(gone)?;
                Ok(())
            };
            if let What::Link(parts) = &mut record.what {
                parts.iter_mut().try_for_each(moved)?;
            }
            record.values.iter_mut().try_for_each(|(key, _)| moved(key))?;
            return Ok(record);
        }
        self.left(place)?;
        let mut record = self.stored.record(place)?;
        // Values went with their keys.
        record.values.retain(|(key, _)| !self.gone.contains(*key));
        Ok(record)
    }
}

impl Grown {
    /// An error where an atom is gone, or was never there.
    fn left(&self, place: u32) -> Result<()> {
        if place >= self.stored.noted().2 || self.gone.contains(place) { Err(gone().into()) } else { Ok(()) }
    }
}
