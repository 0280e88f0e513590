//! Parts that searching needs: nodes with their texts, some at a time, and what lies beside a node.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Handle, Space};
use roaring::RoaringBitmap;

use super::atoms::{Atoms, gone};
use super::choose::closed;
use super::copy::copied;
use super::tail::{Named, Step};
use crate::error::{KnowledgeError, Result};
use crate::work::go_on;

/// Nodes that are copied at a time. Tests have few, and are to have several times.
const AT_ONCE: usize = if cfg!(test) { 3 } else { 4_096 };

/// Tells every node, with what it carries, in the order of addition.
pub(crate) fn each_node(
    atoms: &mut dyn Atoms,
    cancel: &Cancel,
    tell: &mut dyn FnMut(&Space, Handle) -> Result<()>,
) -> Result<()> {
    let (mut some, mut parts) = (RoaringBitmap::new(), Vec::new());
    for place in &atoms.all() {
        go_on(cancel)?;
        parts.clear();
        if atoms.look(place, false, &mut parts)?.is_node() {
            some.insert(place);
        }
        if some.len() as usize >= AT_ONCE {
            told(atoms, &std::mem::take(&mut some), cancel, tell)?;
        }
    }
    told(atoms, &some, cancel, tell)
}

fn told(
    atoms: &mut dyn Atoms,
    nodes: &RoaringBitmap,
    cancel: &Cancel,
    tell: &mut dyn FnMut(&Space, Handle) -> Result<()>,
) -> Result<()> {
    let (chosen, _) = closed(atoms, nodes.clone(), (true, &RoaringBitmap::new()), cancel)?;
    let space = copied(atoms, &chosen, cancel)?;
    for (rank, place) in chosen.iter().enumerate() {
        if nodes.contains(place) {
            tell(&space, space.handle_at(rank).ok_or_else(gone)?)?;
        }
    }
    Ok(())
}

/// What some changes name, as far as it is there, with what it carries. `name` is the base's.
pub(crate) fn named(atoms: &mut dyn Atoms, steps: &[Step], name: &str, cancel: &Cancel) -> Result<Space> {
    let damaged = |(at, why): (usize, String)| {
        let version = steps.get(at).map_or(0, |step: &Step| step.version);
        KnowledgeError::Damaged { name: name.to_owned(), version, why }
    };
    let named = Named::of(&atoms.empty(), steps).map_err(damaged)?;
    let places: RoaringBitmap = atoms.find(&named.atoms)?.into_iter().flatten().collect();
    let (chosen, _) = closed(atoms, places, (true, &RoaringBitmap::new()), cancel)?;
    copied(atoms, &chosen, cancel)
}

/// What lies beside a node, by the first of the links that join it.
pub(crate) struct Beside {
    pub(crate) space: Space,
    pub(crate) node: Handle,
    /// The last of those links; none where all are there.
    pub(crate) last: Option<Handle>,
}

/// A node at a place, with so many of the links that join it, and the links above those.
pub(crate) fn beside(atoms: &mut dyn Atoms, place: u32, most: usize, cancel: &Cancel) -> Result<Beside> {
    let mut node = RoaringBitmap::new();
    node.insert(place);
    let links = atoms.joining(&node)?;
    let some: RoaringBitmap = links.iter().take(most).collect();
    let last = some.max().filter(|_| some.len() < links.len());
    let roots = atoms.joining(&some)? | some | node;
    let (chosen, _) = closed(atoms, roots, (true, &RoaringBitmap::new()), cancel)?;
    let space = copied(atoms, &chosen, cancel)?;
    let at = |place: u32| {
        let rank = chosen.rank(place).checked_sub(1).and_then(|rank| usize::try_from(rank).ok());
        rank.and_then(|rank| space.handle_at(rank)).ok_or_else(gone)
    };
    let (node, last) = (at(place)?, last.map(at).transpose()?);
    Ok(Beside { space, node, last })
}
