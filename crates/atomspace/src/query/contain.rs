//! Joins upwards: the atoms that contain what a pattern finds.

use super::error::QueryError;
use super::free::is_open;
use super::limits::{Bounds, Budget};
use super::pattern::Pattern;
use super::prepare::Prepared;
use crate::space::{AtomType, Handle, Space};
use rustc_hash::FxHashSet;

/// The atoms that contain, for some solution, every atom that a clause found; each contains itself. Of a `MinimalJoin`
/// those that contain no other of them, of a `MaximalJoin` those that no other contains. The query that asks is left out,
/// with what contains it, and so are patterns.
pub(super) fn containers(
    prepared: &Prepared<'_>,
    of: AtomType,
    asking: Handle,
    bounds: Bounds,
) -> Result<Vec<Handle>, QueryError> {
    let space = prepared.space;
    let own = own(space, asking);
    let mut budget = Budget::new(bounds.clone());
    let mut all = FxHashSet::default();
    for solution in prepared.solutions(bounds) {
        let solution = solution?;
        for branch in &prepared.query.branches {
            let mut shared: Option<FxHashSet<Handle>> = None;
            for (pattern, _) in &branch.present {
                let found = plain(prepared, pattern, (solution.values(), solution.globs()), &mut budget)?;
                let Some(atom) = found else {
                    shared = None;
                    break;
                };
                let above = above(space, atom, &own, &mut budget)?;
                shared = Some(match shared {
                    Some(shared) => shared.intersection(&above).copied().collect(),
                    None => above,
                });
            }
            let Some(shared) = shared else { continue };
            all.extend(chosen(space, of, &shared));
        }
    }
    let mut all: Vec<Handle> = all.into_iter().collect();
    all.sort_unstable();
    Ok(all)
}

/// What a glob stands for.
type Many = Option<std::sync::Arc<[Handle]>>;

/// The atom that a clause found.
fn plain(
    prepared: &Prepared<'_>,
    pattern: &Pattern,
    (values, globs): (&[Handle], &[Many]),
    budget: &mut Budget,
) -> Result<Option<Handle>, QueryError> {
    let quoted = match pattern {
        Pattern::Link(of, parts) => Pattern::Quoted(*of, parts.clone()),
        other => other.clone(),
    };
    let filled = prepared.filled(&quoted, values, globs, budget)?;
    Ok(filled.and_then(|filled| filled.find(prepared.space)))
}

/// An atom and all that contain it, but for the query, and for what contains it by the query alone.
fn above(
    space: &Space,
    atom: Handle,
    own: &FxHashSet<Handle>,
    budget: &mut Budget,
) -> Result<FxHashSet<Handle>, QueryError> {
    let mut found = FxHashSet::default();
    let mut open = vec![atom];
    while let Some(atom) = open.pop() {
        budget.step().map_err(|halt| QueryError::Stopped(*halt))?;
        if !own.contains(&atom) && !is_open(space, atom) && found.insert(atom) {
            open.extend(space.incoming(atom));
        }
    }
    Ok(found)
}

/// The query and its connectives, down to the clauses.
fn own(space: &Space, asking: Handle) -> FxHashSet<Handle> {
    const CONNECTIVES: [AtomType; 5] =
        [AtomType::AND, AtomType::OR, AtomType::NOT, AtomType::PRESENT, AtomType::ABSENT];
    let mut found = FxHashSet::default();
    let mut open = vec![asking];
    while let Some(atom) = open.pop() {
        if found.insert(atom) {
            let connective = |part: &&Handle| space.type_of(**part).is_some_and(|of| CONNECTIVES.contains(&of));
            open.extend(space.outgoing(atom).iter().filter(connective));
        }
    }
    found
}

fn within(space: &Space, atom: Handle) -> FxHashSet<Handle> {
    let mut found = FxHashSet::default();
    let mut open = vec![atom];
    while let Some(atom) = open.pop() {
        if found.insert(atom) {
            open.extend(space.outgoing(atom));
        }
    }
    found
}

fn chosen(space: &Space, of: AtomType, shared: &FxHashSet<Handle>) -> Vec<Handle> {
    let types = space.types();
    let minimal = types.is_a(of, AtomType::MINIMAL_JOIN);
    let maximal = types.is_a(of, AtomType::MAXIMAL_JOIN);
    let contains_other = |atom: &Handle| {
        let mut inside = within(space, *atom);
        inside.remove(atom);
        inside.iter().any(|part| shared.contains(part))
    };
    let is_contained = |atom: &Handle| space.incoming(*atom).any(|by| shared.contains(&by));
    let left_out = |atom: &Handle| (minimal && contains_other(atom)) || (maximal && is_contained(atom));
    shared.iter().copied().filter(|atom| !left_out(atom)).collect()
}
