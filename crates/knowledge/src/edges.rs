//! Graphs of named things in a space: which atoms are edges, and how an edge becomes atoms.
//!
//! An edge is a relation, `(Evaluation (Predicate "calls") (List a b))` between two nodes (with a `Set` where it has no
//! direction), or a link that joins two nodes by itself, such as `(Member a b)`. Hebbian links,
//! which attention makes, are none.

use oriel_atomspace::attention::hebbian_links;
use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Truth};

/// What an edge says of its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The name of a predicate.
    Named(String),
    /// A type of links.
    Link(AtomType),
}

/// An edge of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    /// The link that carries what the edge carries.
    pub(crate) carrier: Handle,
    pub(crate) relation: Relation,
    pub(crate) source: Handle,
    pub(crate) target: Handle,
    pub(crate) directed: bool,
}

/// The edge that a link is.
pub(crate) fn edge(space: &Space, link: Handle) -> Option<Edge> {
    let of = space.type_of(link)?;
    let is_node = |atom: &Handle| space.name(*atom).is_some();
    let &[first, second] = space.outgoing(link) else { return None };
    if of == AtomType::EVALUATION && space.type_of(first) == Some(AtomType::PREDICATE) {
        let ends = space.type_of(second)?;
        let &[source, target] = space.outgoing(second) else { return None };
        let fits = (ends == AtomType::LIST || ends == AtomType::SET) && is_node(&source) && is_node(&target);
        let relation = Relation::Named(space.name(first)?.to_owned());
        return fits.then_some(Edge { carrier: link, relation, source, target, directed: ends == AtomType::LIST });
    }
    if !is_node(&first) || !is_node(&second) {
        return None;
    }
    // What a relation is over is no edge of its own.
    let pair = of == AtomType::LIST || of == AtomType::SET;
    if pair && space.incoming_by_type(link, AtomType::EVALUATION).any(|above| edge(space, above).is_some()) {
        return None;
    }
    let directed = !space.types().is_unordered(of);
    if !directed && hebbian_links(space) == Some(of) {
        // It says what was thought of together, and nothing of the two.
        return None;
    }
    Some(Edge { carrier: link, relation: Relation::Link(of), source: first, target: second, directed })
}

/// The edges of a space, in the order of addition.
pub(crate) fn edges(space: &Space) -> impl Iterator<Item = Edge> {
    space.handles().filter_map(|link| edge(space, link))
}

/// The atoms that an edge is made of, its ends included.
pub(crate) fn made_of(space: &Space, edge: &Edge) -> Vec<Handle> {
    let mut all = vec![edge.carrier];
    all.extend_from_slice(space.outgoing(edge.carrier));
    all.extend([edge.source, edge.target]);
    all
}

/// Adds an edge; the link that carries what it carries.
pub(crate) fn add(
    space: &mut Space,
    relation: &Relation,
    (source, target): (Handle, Handle),
    directed: bool,
) -> Result<Handle, SpaceError> {
    match relation {
        Relation::Link(of) => space.link(*of, &[source, target]),
        Relation::Named(name) => {
            let predicate = space.node(AtomType::PREDICATE, name)?;
            let ends = if directed { AtomType::LIST } else { AtomType::SET };
            let ends = space.link(ends, &[source, target])?;
            space.link(AtomType::EVALUATION, &[predicate, ends])
        }
    }
}

/// A truth value of two parts as they are written; none where both are empty.
pub(crate) fn truth(strength: Option<&str>, confidence: Option<&str>) -> Result<Option<Truth>, String> {
    let part =
        |what: &str, text: Option<&str>, otherwise: f32| match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Ok(otherwise),
            Some(text) => text.parse::<f32>().map_err(|_| format!("{what}: `{text}` is not a number between 0 and 1")),
        };
    if strength.or(confidence).is_none() {
        return Ok(None);
    }
    let (strength, confidence) = (part("strength", strength, 1.0)?, part("confidence", confidence, 0.0)?);
    Ok(Some(Truth::simple(strength, confidence)))
}
