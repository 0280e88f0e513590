//! Which things are looked at.

use oriel_atomspace::learning::{Cases, Features};
use oriel_atomspace::query::{Cancel, Term};
use oriel_atomspace::space::{AtomType, Handle, Space};

use super::effort::Effort;
use crate::error::{KnowledgeError, Result};
use crate::graph::node;

/// The members of a kind: what is a `Member` of it or inherits from it, unless that is told false.
pub(crate) fn members(space: &Space, field: &'static str, kind: Handle) -> Result<Vec<Handle>> {
    let links = [AtomType::MEMBER, AtomType::INHERITANCE].into_iter();
    let above = links.flat_map(|of| space.incoming_at(kind, of, 1));
    let is_told_false = |link: &Handle| {
        let truth = space.truth(*link);
        truth.confidence() > 0.0 && truth.strength() < 0.5
    };
    let above = above.filter(|link| !is_told_false(link));
    let found: Vec<Handle> = above.filter_map(|link| space.outgoing(link).first().copied()).collect();
    if found.is_empty() {
        return Err(KnowledgeError::invalid(field, "nothing is a member of it: write (Member case kind) of each case"));
    }
    Ok(found)
}

/// What is said of things: of the members of the node that is named, or else of all nodes of a type and below it. Of these the
/// ones that very many links join, such as a kind with all its members, come last: what is said of one of them would take all that
/// looking may.
pub(super) fn looked(
    space: &Space,
    (kind, of): (Option<&str>, AtomType),
    first: Option<Handle>,
    (effort, cancel): (&Effort, Cancel),
) -> Result<Cases> {
    let kind = kind.map(|kind| node(space, "of", kind)).transpose()?;
    let mut things: Vec<Handle> = first.into_iter().collect();
    if let Some(kind) = kind {
        things.extend(members(space, "of", kind)?);
    } else {
        let mut all: Vec<Handle> = space.by_type_is_a(of).filter(|node| space.incoming_len(*node) > 0).collect();
        let fan = Features::default().fan;
        all.sort_unstable_by_key(|node| (space.incoming_len(*node) > fan, *node));
        things.extend(all);
    }
    let which = Features { except: kind, ..Features::default() };
    Ok(Cases::of(space, &things, which, &effort.bounds(cancel))?)
}

/// The clauses of a feature as text: one, or a conjunction.
pub(super) fn shown(space: &Space, clauses: &[Term]) -> String {
    match clauses {
        [one] => one.show(space.types()),
        several => Term::Link(AtomType::AND, several.to_vec()).show(space.types()),
    }
}
