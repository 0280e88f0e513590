//! Parts that searching needs: nodes with their texts, some at a time, and what lies beside a node.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Handle, Space};
use roaring::RoaringBitmap;

use super::atoms::{Atoms, gone};
use super::choose::closed;
use super::copy::copied;
use super::tail::{Named, Step};
use crate::error::{KnowledgeError, Result};
use crate::work::go_on;

/// Nodes that are copied at a time. Tests have few, and are to have several times.
const AT_ONCE: usize = if cfg!(test) { 3 } else { 4_096 };

/// Links of a node that are looked at for its edges, at most: a predicate is in a link of each of its relations, and the end of none.
const LOOKED_AT: usize = 10_000;

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

/// A node with the links by which so many edges of it are, the first ones in the order of addition: what joins it otherwise is passed over,
/// and not copied. Of a node with more than [`LOOKED_AT`] links, the edges among so many of them.
pub(crate) fn beside(atoms: &mut dyn Atoms, place: u32, most: usize, cancel: &Cancel) -> Result<(Space, Handle)> {
    let mut roots = RoaringBitmap::new();
    roots.insert(place);
    let (links, mut edges) = (atoms.joining(&roots)?, 0);
    for link in links.iter().take(LOOKED_AT) {
        go_on(cancel)?;
        if edges >= most {
            break;
        }
        let Some(of) = joins_nodes(atoms, link)? else { continue };
        roots.insert(link);
        let relations = if of == AtomType::LIST || of == AtomType::SET {
            relations_over(atoms, link, most - edges, cancel)?
        } else {
            RoaringBitmap::new()
        };
        // What no relation is over is an edge by itself.
        edges += usize::try_from(relations.len()).unwrap_or(usize::MAX).max(1);
        roots |= relations;
    }
    let (chosen, _) = closed(atoms, roots, (true, &RoaringBitmap::new()), cancel)?;
    let space = copied(atoms, &chosen, cancel)?;
    let rank = chosen.rank(place).checked_sub(1).and_then(|rank| usize::try_from(rank).ok());
    let node = rank.and_then(|rank| space.handle_at(rank)).ok_or_else(gone)?;
    Ok((space, node))
}

/// The type of a link that joins two nodes, and so is an edge, or what a relation is over; none of another.
fn joins_nodes(atoms: &mut dyn Atoms, link: u32) -> Result<Option<AtomType>> {
    let mut parts = Vec::new();
    let of = atoms.look(link, false, &mut parts)?;
    let &[first, second] = parts.as_slice() else { return Ok(None) };
    let mut types = [of; 2];
    for (part, of) in [first, second].into_iter().zip(&mut types) {
        *of = atoms.look(part, false, &mut Vec::new())?;
        if !of.is_node() {
            return Ok(None);
        }
    }
    // A predicate is over a pair, or over nothing.
    let [first, _] = types;
    Ok((of != AtomType::EVALUATION || first != AtomType::PREDICATE).then_some(of))
}

/// The relations over a pair, so many at most.
fn relations_over(atoms: &mut dyn Atoms, pair: u32, most: usize, cancel: &Cancel) -> Result<RoaringBitmap> {
    let (mut alone, mut found, mut parts) = (RoaringBitmap::new(), RoaringBitmap::new(), Vec::new());
    alone.insert(pair);
    for link in atoms.joining(&alone)?.iter().take(LOOKED_AT) {
        go_on(cancel)?;
        if found.len() >= most as u64 {
            break;
        }
        parts.clear();
        let of = atoms.look(link, false, &mut parts)?;
        if let (AtomType::EVALUATION, &[first, second]) = (of, parts.as_slice())
            && second == pair
            && atoms.look(first, false, &mut Vec::new())? == AtomType::PREDICATE
        {
            found.insert(link);
        }
    }
    Ok(found)
}
