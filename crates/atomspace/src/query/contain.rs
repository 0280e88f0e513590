//! Joins upwards: the atoms that contain what a pattern finds.

use super::build::{Kind, unreadable};
use super::computed::Computed;
use super::declare::fits;
use super::error::QueryError;
use super::free::is_open;
use super::limits::{Bounds, Budget};
use super::pattern::Pattern;
use super::prepare::Prepared;
use super::solutions::Solution;
use super::term::DEPTH;
use crate::space::{AtomType, Handle, Space};
use rustc_hash::FxHashSet;

/// The atoms that contain, for some solution, every atom that a clause found; each contains itself. Of a `MinimalJoin`
/// those that contain no other of them, of a `MaximalJoin` those that no other contains. The query that asks, where it is in
/// the space, is left out, with what contains it, and so are other joins, and patterns.
pub(super) fn containers(
    prepared: &Prepared<'_>,
    asking: Option<Handle>,
    bounds: Bounds,
) -> Result<Vec<Handle>, QueryError> {
    let mut all = FxHashSet::default();
    each(prepared, asking, bounds, |_, found, _| {
        all.extend(found);
        Ok(())
    })?;
    let mut all: Vec<Handle> = all.into_iter().collect();
    all.sort_unstable();
    Ok(all)
}

/// The same, with what the query says in the place of what was found.
pub(super) fn replaced(
    prepared: &Prepared<'_>,
    asking: Option<Handle>,
    bounds: Bounds,
) -> Result<Vec<Computed>, QueryError> {
    let mut all = Vec::new();
    each(prepared, asking, bounds, |solution, mut found, budget| {
        found.sort_unstable();
        let mut given: Vec<(Handle, Option<Computed>)> = Vec::new();
        for pair in prepared.query.rewrites.chunks_exact(2) {
            let [from, to] = pair else { continue };
            let from = plain(prepared, from, (solution.values(), solution.globs()), budget)?;
            let to = prepared.filled(to, solution.values(), solution.globs(), budget)?;
            given.extend(from.map(|from| (from, to)));
        }
        let mut putting = Putting { space: prepared.space, given: &given, kept: FxHashSet::default(), budget };
        for atom in found {
            putting.make(1)?;
            all.extend(putting.put(atom, DEPTH)?);
        }
        Ok(())
    })?;
    Ok(all)
}

/// Puts other atoms into the place of some.
struct Putting<'p> {
    space: &'p Space,
    /// What stands in the place of an atom; nothing where that has no value.
    given: &'p [(Handle, Option<Computed>)],
    /// The links in which nothing is replaced.
    kept: FxHashSet<Handle>,
    budget: &'p mut Budget,
}

impl Putting<'_> {
    fn make(&mut self, parts: u64) -> Result<(), QueryError> {
        self.budget.make(parts).map_err(|halt| QueryError::Stopped(*halt))
    }

    /// An atom in which others stand in the place of some; `None` where what is to stand there has no value, and for what is
    /// there once for each name, of which the space would lose or refuse one.
    fn put(&mut self, atom: Handle, depth: usize) -> Result<Option<Computed>, QueryError> {
        self.budget.step().map_err(|halt| QueryError::Stopped(*halt))?;
        if self.kept.contains(&atom) {
            return Ok(Some(Computed::Atom(atom)));
        }
        if let Some((_, to)) = self.given.iter().find(|(from, _)| *from == atom) {
            // It is copied to each place where it stands.
            self.make(to.as_ref().map_or(1, Computed::parts))?;
            return Ok(to.clone());
        }
        let (of, outgoing) = self.space.opened(atom);
        if !of.is_link() {
            return Ok(Some(Computed::Atom(atom)));
        }
        let Some(depth) = depth.checked_sub(1) else { return Err(unreadable(self.space, atom)) };
        let (mut parts, mut kept) = (Vec::with_capacity(outgoing.len()), 0);
        for part in outgoing {
            let Some(made) = self.put(*part, depth)? else { return Ok(None) };
            kept += usize::from(made == Computed::Atom(*part));
            parts.push(made);
        }
        if kept == parts.len() {
            self.kept.insert(atom);
            return Ok(Some(Computed::Atom(atom)));
        }
        self.make(1 + kept as u64)?;
        let types = self.space.types();
        let single = types.is_a(of, AtomType::DEFINE) || types.is_a(of, AtomType::STATE);
        Ok((!single).then_some(Computed::Link(of, parts)))
    }
}

/// Hands the containing atoms of each solution on.
fn each(
    prepared: &Prepared<'_>,
    asking: Option<Handle>,
    bounds: Bounds,
    mut take: impl FnMut(&Solution, Vec<Handle>, &mut Budget) -> Result<(), QueryError>,
) -> Result<(), QueryError> {
    let Kind::Join(of) = prepared.query.kind else {
        return Err(QueryError::form("the query", "only a join gives what contains what was found"));
    };
    let space = prepared.space;
    let own = asking.map(|asking| own(space, asking)).unwrap_or_default();
    let mut budget = Budget::new(bounds.clone());
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
            let Some(mut shared) = shared else { continue };
            shared.retain(|atom| prepared.tops.iter().all(|top| fits(space, top, *atom)));
            take(&solution, chosen(space, of, &shared, &mut budget)?, &mut budget)?;
        }
    }
    Ok(())
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
        let of = space.opened(atom).0;
        let asks = of == AtomType::REPLACEMENT || space.types().is_a(of, AtomType::JOIN);
        if !asks && !own.contains(&atom) && !is_open(space, atom) && found.insert(atom) {
            open.extend(space.incoming(atom));
        }
    }
    Ok(found)
}

/// The query with its connectives and declarations, down to the clauses.
fn own(space: &Space, asking: Handle) -> FxHashSet<Handle> {
    const CONNECTIVES: [AtomType; 12] = [
        AtomType::AND,
        AtomType::OR,
        AtomType::NOT,
        AtomType::PRESENT,
        AtomType::ABSENT,
        AtomType::REPLACEMENT,
        AtomType::VARIABLE_LIST,
        AtomType::VARIABLE_SET,
        AtomType::TYPED_VARIABLE,
        AtomType::TYPE_CHOICE,
        AtomType::TYPE_SET,
        AtomType::SIGNATURE,
    ];
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

/// Whether an atom has another in it that is one of some.
fn contains_other(
    space: &Space,
    atom: Handle,
    of: &FxHashSet<Handle>,
    budget: &mut Budget,
) -> Result<bool, QueryError> {
    let mut seen = FxHashSet::default();
    let mut open = space.outgoing(atom).to_vec();
    while let Some(part) = open.pop() {
        budget.step().map_err(|halt| QueryError::Stopped(*halt))?;
        if of.contains(&part) {
            return Ok(true);
        }
        if seen.insert(part) {
            open.extend(space.outgoing(part));
        }
    }
    Ok(false)
}

fn chosen(
    space: &Space,
    of: AtomType,
    shared: &FxHashSet<Handle>,
    budget: &mut Budget,
) -> Result<Vec<Handle>, QueryError> {
    let types = space.types();
    let minimal = types.is_a(of, AtomType::MINIMAL_JOIN);
    let maximal = types.is_a(of, AtomType::MAXIMAL_JOIN);
    let mut all = Vec::new();
    for atom in shared {
        budget.step().map_err(|halt| QueryError::Stopped(*halt))?;
        let left_out = (minimal && contains_other(space, *atom, shared, budget)?)
            || (maximal && space.incoming(*atom).any(|by| shared.contains(&by)));
        if !left_out {
            all.push(*atom);
        }
    }
    Ok(all)
}
