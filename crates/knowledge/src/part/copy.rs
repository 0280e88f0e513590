//! Copying chosen atoms into a space of their own.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Handle, Space};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::atoms::{Atoms, What, gone};
use crate::error::Result;
use crate::snapshot::SnapshotError;
use crate::work::go_on;

/// A space of some atoms, in the order of addition. What they join, and the keys of their values, must be among them.
pub(crate) fn copied(from: &mut dyn Atoms, chosen: &RoaringBitmap, cancel: &Cancel) -> Result<Space> {
    let mut space = from.empty();
    let mut there: FxHashMap<u32, Handle> = FxHashMap::default();
    let (mut outgoing, mut later) = (Vec::new(), Vec::new());
    for place in chosen {
        go_on(cancel)?;
        let record = from.record(place)?;
        let atom = match record.what {
            What::Node(name) => space.node(record.of, &name)?,
            What::Link(joined) => {
                outgoing.clear();
                for part in joined {
                    outgoing.push(there.get(&part).copied().ok_or_else(gone)?);
                }
                space.link(record.of, &outgoing)?
            }
        };
        there.insert(place, atom);
        if let Some(truth) = record.truth {
            space.set_truth(atom, truth)?;
        }
        space.set_attention(atom, record.attention)?;
        // A key may be newer than what has a value under it.
        if !record.values.is_empty() {
            later.push((atom, record.values));
        }
    }
    for (atom, values) in later {
        for (key, value) in values {
            space.set_value(atom, there.get(&key).copied().ok_or_else(gone)?, value)?;
        }
    }
    if space.len() as u64 != chosen.len() {
        return Err(SnapshotError::Damaged("an atom is in it twice").into());
    }
    Ok(space)
}
