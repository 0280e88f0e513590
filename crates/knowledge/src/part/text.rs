//! All atoms as text, as [`Space::write_text`] writes them, without holding them all.
//!
//! The atoms are gone through twice: first it is found which of them are joined by links and which are keys of values, then those
//! that stand on a line of their own are written, some at a time, with what they are made of. That takes a few bits for each atom,
//! and memory for the lines of one time.

use std::io::Write;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::Space;
use roaring::RoaringBitmap;

use super::atoms::{Atoms, What};
use super::choose::closed;
use super::copy::copied;
use crate::error::Result;
use crate::formats::{Format, FormatError};
use crate::work::go_on;

/// Lines that are made at a time. Tests have few atoms, and are to have several times.
const AT_ONCE: usize = if cfg!(test) { 3 } else { 4_096 };

/// Writes all atoms as text; how many there are.
pub(crate) fn write_text(atoms: &mut dyn Atoms, shape: &Shape, out: &mut dyn Write, cancel: &Cancel) -> Result<u64> {
    let (all, Shape { joined, keys }) = (atoms.all(), shape);
    // The types alone.
    atoms.empty().write_text(&mut *out).map_err(io)?;
    let mut lines = Lines { atoms, out, cancel, carried: RoaringBitmap::new() };
    lines.write(keys, false)?;
    let mut carrying = RoaringBitmap::new();
    for key in &(keys - joined) {
        let key_is = lines.atoms.record(key)?;
        let bare = key_is.truth.is_none() && key_is.attention.is_none() && key_is.values.is_empty();
        if !bare || matches!(key_is.what, What::Link(_)) {
            carrying.insert(key);
        }
    }
    lines.write(&carrying, true)?;
    let roots = &all - joined;
    lines.write(&(roots - keys), true)?;
    Ok(all.len())
}

fn io(error: std::io::Error) -> FormatError {
    FormatError::io(Format::Atomese)(error)
}

/// What atoms are to each other.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Those that links join.
    joined: RoaringBitmap,
    /// Those that values are under.
    keys: RoaringBitmap,
}

impl Shape {
    /// What all of some atoms are to each other, for which each is looked at.
    pub(crate) fn of(atoms: &mut dyn Atoms, cancel: &Cancel) -> Result<Self> {
        let all = atoms.all();
        let (mut joined, mut keys, mut parts) = (RoaringBitmap::new(), RoaringBitmap::new(), Vec::new());
        for place in &all {
            go_on(cancel)?;
            parts.clear();
            atoms.look(place, false, &mut parts)?;
            let count = parts.len();
            joined.extend(&parts);
            parts.clear();
            atoms.look(place, true, &mut parts)?;
            keys.extend(parts.iter().skip(count));
        }
        Ok(Self { joined, keys })
    }
}

/// What writes lines.
struct Lines<'a> {
    atoms: &'a mut dyn Atoms,
    out: &'a mut dyn Write,
    cancel: &'a Cancel,
    /// The atoms that were written with what they carry.
    carried: RoaringBitmap,
}

impl Lines<'_> {
    /// Writes a line for each of some atoms, where `carrying` with what is carried by those that were not written so yet.
    fn write(&mut self, roots: &RoaringBitmap, carrying: bool) -> Result<()> {
        let mut left = roots.iter();
        loop {
            let some: RoaringBitmap = left.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                return Ok(());
            }
            self.some(&some, carrying)?;
        }
    }

    fn some(&mut self, roots: &RoaringBitmap, carrying: bool) -> Result<()> {
        let none = RoaringBitmap::new();
        let (written, _) = closed(self.atoms, roots.clone(), (false, &none), self.cancel)?;
        let (chosen, _) = closed(self.atoms, written.clone(), (true, &none), self.cancel)?;
        let space: Space = copied(self.atoms, &chosen, self.cancel)?;
        let (mut lines, mut fresh) = (Vec::new(), Vec::new());
        for (rank, place) in chosen.iter().enumerate() {
            let Some(atom) = space.handle_at(rank) else { continue };
            lines.extend(roots.contains(place).then_some(atom));
            let is_fresh = carrying && written.contains(place) && !self.carried.contains(place);
            fresh.extend(is_fresh.then_some(atom));
        }
        space.write_atoms(&mut *self.out, lines, fresh).map_err(io)?;
        if carrying {
            self.carried |= written;
        }
        Ok(())
    }
}
