//! What changes can have touched, and nothing else: what differs between two versions of a base that is not loaded.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Space};
use roaring::RoaringBitmap;

use super::atoms::Atoms;
use super::choose::{above, closed};
use super::copy::copied;
use super::tail::{Named, Step};
use crate::change::{apply, unbounded};
use crate::error::{KnowledgeError, Result};
use crate::work::go_on;

/// The atoms that some changes can touch, with what those are made of and carry, as they are before the changes and after them. Handles
/// are the same in both. All other atoms are alike before and after.
///
/// Beside the atoms that the changes name, these are the states of the keys that they state, the links above what they remove with all
/// that joins it, and what has values under any of those. `name` is the base's. None are copied where they are more than may be: then it is how
/// many there are.
pub(crate) fn before_and_after(
    before: &mut dyn Atoms,
    steps: &[Step],
    (name, most): (&str, u64),
    cancel: &Cancel,
) -> Result<std::result::Result<(Space, Space), u64>> {
    let damaged = |at: usize, why| {
        let version = steps.get(at).map_or(0, |step| step.version);
        KnowledgeError::Damaged { name: name.to_owned(), version, why }
    };
    let empty = before.empty();
    let named = Named::of(&empty, steps).map_err(|(at, why)| damaged(at, why))?;
    let places = before.find(&named.atoms)?;
    let found = |numbers: &[u32]| -> RoaringBitmap {
        numbers.iter().filter_map(|number| places.get(*number as usize).copied().flatten()).collect()
    };
    let mut touched: RoaringBitmap = places.iter().flatten().collect();
    touched |= states(before, &found(&named.keys), &empty)?;
    let removed: RoaringBitmap = named.removed.iter().flat_map(|numbers| found(numbers)).collect();
    if !removed.is_empty() {
        touched |= fallen(before, removed, cancel)?;
    }
    let (touched, _) = closed(before, touched, (true, &RoaringBitmap::new()), cancel)?;
    if touched.len() > most {
        return Ok(Err(touched.len()));
    }
    let older = copied(before, &touched, cancel)?;
    let mut newer = older.clone();
    for (at, step) in steps.iter().enumerate() {
        go_on(cancel)?;
        apply(&mut newer, &step.change, unbounded()).map_err(|error| damaged(at, error.to_string()))?;
    }
    Ok(Ok((older, newer)))
}

/// The states of some keys.
fn states(atoms: &mut dyn Atoms, keys: &RoaringBitmap, empty: &Space) -> Result<RoaringBitmap> {
    let mut states = RoaringBitmap::new();
    for link in atoms.joining(keys)? {
        let of = atoms.look(link, false, &mut Vec::new())?;
        if empty.types().is_a(of, AtomType::STATE) {
            states.insert(link);
        }
    }
    Ok(states)
}

/// What falls with atoms that are removed with all that joins them: that, and what has values under any of it, for which all atoms are
/// looked at.
fn fallen(atoms: &mut dyn Atoms, removed: RoaringBitmap, cancel: &Cancel) -> Result<RoaringBitmap> {
    let mut fallen = above(atoms, removed.clone(), &mut RoaringBitmap::new(), cancel)?;
    fallen |= removed;
    let (mut losing, mut parts) = (RoaringBitmap::new(), Vec::new());
    for place in &atoms.all() {
        go_on(cancel)?;
        parts.clear();
        atoms.look(place, true, &mut parts)?;
        if parts.iter().any(|part| fallen.contains(*part)) {
            losing.insert(place);
        }
    }
    Ok(fallen | losing)
}
