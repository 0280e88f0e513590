//! Reading a whole snapshot. Takes memory for what is there, never for what a number claims.

use oriel_atomspace::space::{Handle, Space, Value};

use super::SnapshotError;
use super::block::{Block, Kept};
use super::directory::Directory;

/// What a snapshot holds.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// At which version.
    pub(crate) version: u64,
    /// The hash of the log up to there.
    pub(crate) hash: String,
    /// The content.
    pub(crate) space: Space,
}

/// Reads a snapshot from its bytes, which are known to be those that were written.
pub(crate) fn decode(bytes: &[u8]) -> Result<Snapshot, SnapshotError> {
    let part = |at: u64, length: usize| {
        let at = usize::try_from(at).ok().and_then(|at| bytes.get(at..at.checked_add(length)?));
        at.ok_or(SnapshotError::Damaged("it ends too early"))
    };
    let directory = Directory::read(bytes.len() as u64, |at, length| part(at, length).map(<[u8]>::to_vec))?;
    let (mut space, used) = directory.space()?;
    let mut atoms: Vec<Handle> = Vec::new();
    let mut later = Vec::new();
    for (number, frame) in directory.blocks.iter().enumerate() {
        let span = directory.span(number).unwrap_or_default();
        let block = Block::read(&frame.open(part(frame.at, frame.length)?)?, span, &used)?;
        add(&block, &mut space, &mut atoms)?;
        let (truths, attention, values) = block.into_carried();
        let end = atoms.len() as u32;
        let at = |place: u32| atoms.get(place as usize).copied().unwrap_or_default();
        for (place, truth) in truths {
            space.set_truth(at(place), truth)?;
        }
        for (place, attention) in attention {
            space.set_attention(at(place), Some(attention))?;
        }
        // A key may be newer than what has a value under it.
        let (known, newer) = values.into_iter().partition(|(_, values)| values.iter().all(|(key, _)| *key < end));
        set_values(known, &mut space, &atoms)?;
        later.push(newer);
    }
    later.into_iter().try_for_each(|values| set_values(values, &mut space, &atoms))?;
    Ok(Snapshot { version: directory.version, hash: directory.hash, space })
}

fn set_values(values: Vec<(u32, Vec<(u32, Value)>)>, space: &mut Space, atoms: &[Handle]) -> Result<(), SnapshotError> {
    for (place, values) in values {
        for (key, value) in values {
            let at = |place: u32| atoms.get(place as usize).copied();
            let (Some(atom), Some(key)) = (at(place), at(key)) else {
                return Err(SnapshotError::Damaged("an atom that carries something is not there"));
            };
            space.set_value(atom, key, value)?;
        }
    }
    Ok(())
}

fn add(block: &Block, space: &mut Space, atoms: &mut Vec<Handle>) -> Result<(), SnapshotError> {
    let mut outgoing = Vec::new();
    for place in block.places() {
        let atom = match block.atom(place) {
            Some((of, Kept::Node(name))) => space.node(of, name)?,
            Some((of, Kept::Link(joined))) => {
                outgoing.clear();
                outgoing.extend(joined.iter().filter_map(|part| atoms.get(*part as usize)));
                space.link(of, &outgoing)?
            }
            None => return Err(SnapshotError::Damaged("an atom is not there")),
        };
        atoms.push(atom);
    }
    if space.len() == atoms.len() { Ok(()) } else { Err(SnapshotError::Damaged("an atom is in it twice")) }
}
