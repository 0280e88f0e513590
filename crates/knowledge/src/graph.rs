//! A space as a graph of named things: what is beside what, and by which edge.
//!
//! Some edges only sort: they say of which class a thing is, or where it was put. Two things that share a class, a place, or a
//! number have nothing to do with each other by that, so who goes around in a graph does not go *through* such a node: up into
//! it and down again to another of its things. (Up alone, or down alone, says something.)

use std::collections::{BTreeSet, HashSet};

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Handle, Space};

use crate::change::counterpart;
use crate::edges::{Edge, Relation, edge};
use crate::error::{KnowledgeError, Result};

/// The relations by which ingestion says where a thing was put, or of which sort it is.
const SORTING: [&str; 7] =
    ["in-namespace", "in-region", "in-zone", "measured-by", "of-type", "provided-by", "scraped-by"];

/// A space as a graph.
pub(crate) struct Graph<'a> {
    pub(crate) space: &'a Space,
    /// Whether edges are gone along in their direction only.
    pub(crate) directed: bool,
    /// The names of relations, or types of links, that are gone along; all where it is empty.
    pub(crate) relations: &'a HashSet<String>,
    /// Whether to go through classes, places, texts and numbers too.
    pub(crate) through_classes: bool,
    /// Once it is cancelled, nothing is beside anything, so that whoever looks around comes to an end.
    pub(crate) cancel: &'a Cancel,
}

/// A place on a way: a node, and by what it was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) node: Handle,
    by: By,
}

/// By what a node was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum By {
    /// By nothing: the way begins here.
    Nothing,
    /// Up, to the class or place of what was before.
    Sorting,
    Telling,
}

impl Place {
    /// Where a way begins.
    pub(crate) fn beginning(node: Handle) -> Self {
        Self { node, by: By::Nothing }
    }
}

impl Graph<'_> {
    /// What lies beside a node, with the edge there, in the order of addition.
    pub(crate) fn beside(&self, node: Handle) -> Vec<(Handle, Edge)> {
        let mut found = Vec::new();
        // An incoming set comes by type and position.
        let mut links: Vec<Handle> = self.space.incoming(node).take_while(|_| !self.cancel.is_cancelled()).collect();
        links.sort();
        for link in links.into_iter().take_while(|_| !self.cancel.is_cancelled()) {
            let pair = self.space.type_of(link).is_some_and(|of| of == AtomType::LIST || of == AtomType::SET);
            let above = self.space.incoming_by_type(link, AtomType::EVALUATION).filter(|_| pair);
            for edge in std::iter::once(link).chain(above).filter_map(|link| edge(self.space, link)) {
                if let Some(other) = self.other_end(&edge, node) {
                    found.push((other, edge));
                }
            }
        }
        found
    }

    /// Where one can go on to from a place, with the edges there, in the order of addition.
    pub(crate) fn onward(&self, at: Place) -> Vec<(Place, Edge)> {
        if at.by != By::Nothing && self.is_literal(at.node) {
            return Vec::new();
        }
        let mut onward = self.beside(at.node);
        onward.retain(|(next, edge)| at.by != By::Sorting || edge.source != *next || !self.sorts(edge));
        let leads = |(node, edge): (Handle, Edge)| {
            let up = edge.target == node && self.sorts(&edge);
            (Place { node, by: if up { By::Sorting } else { By::Telling } }, edge)
        };
        onward.into_iter().map(leads).collect()
    }

    /// What lies beside a node by an edge that says something of both: one that does not only sort one of them, nor tell a text
    /// or number of it.
    pub(crate) fn telling(&self, node: Handle) -> BTreeSet<Handle> {
        let tells = |edge: &Edge| !self.sorts(edge) && !self.is_literal(edge.source) && !self.is_literal(edge.target);
        self.beside(node).into_iter().filter(|(_, edge)| tells(edge)).map(|(other, _)| other).collect()
    }

    /// Whether all edges are alike: because that, or these relations, are asked for.
    fn is_plain(&self) -> bool {
        self.through_classes || !self.relations.is_empty()
    }

    /// Whether an edge only says of which class its source is, or where it was put.
    fn sorts(&self, edge: &Edge) -> bool {
        let types = self.space.types();
        let is_a =
            |of| [AtomType::MEMBER, AtomType::INHERITANCE, AtomType::SUBSET].iter().any(|up| types.is_a(of, *up));
        !self.is_plain()
            && match &edge.relation {
                Relation::Named(name) => edge.directed && SORTING.contains(&name.as_str()),
                Relation::Link(of) => is_a(*of),
            }
    }

    /// Whether a node is a text or a number.
    fn is_literal(&self, node: Handle) -> bool {
        let types = self.space.types();
        let is = |of| [AtomType::PHRASE, AtomType::NUMBER].iter().any(|literal| types.is_a(of, *literal));
        !self.is_plain() && self.space.type_of(node).is_some_and(is)
    }

    fn other_end(&self, edge: &Edge, node: Handle) -> Option<Handle> {
        if !self.relations.is_empty() {
            let named = match &edge.relation {
                Relation::Named(name) => self.relations.contains(name),
                Relation::Link(of) => self.relations.contains(&self.space.types().name(*of)),
            };
            if !named {
                return None;
            }
        }
        if edge.source == node {
            Some(edge.target)
        } else if edge.target == node && !(self.directed && edge.directed) {
            Some(edge.source)
        } else {
            None
        }
    }
}

/// The node that a text names: an atom in brackets, or the name of a node.
pub(crate) fn node(space: &Space, field: &'static str, text: &str) -> Result<Handle> {
    let found = atom(space, field, text)?;
    if space.name(found).is_none() {
        return Err(KnowledgeError::invalid(field, "a link is no node of the graph: name a node"));
    }
    Ok(found)
}

/// The atom that a text names: an atom in brackets, or the name of a node.
pub(crate) fn atom(space: &Space, field: &'static str, text: &str) -> Result<Handle> {
    let wrong = |message: String| KnowledgeError::invalid(field, message);
    if text.trim_start().starts_with('(') {
        let mut apart = Space::with_types(space.types());
        let read = apart.load(text).map_err(|error| wrong(error.to_string()))?;
        let (1, Some(named)) = (read.forms, read.last) else { return Err(wrong("write one atom".to_owned())) };
        return counterpart(&apart, named, space).ok_or_else(|| wrong(format!("there is no {text} in the base")));
    }
    let all: Vec<Handle> = space.named(text).collect();
    match all.as_slice() {
        [] => Err(wrong(format!("there is no node named `{text}` in the base"))),
        [one] => Ok(*one),
        several => {
            let shown: Vec<String> = several.iter().map(|atom| space.show_bare(*atom)).collect();
            Err(wrong(format!("`{text}` names several: write one of {}", shown.join(", "))))
        }
    }
}
