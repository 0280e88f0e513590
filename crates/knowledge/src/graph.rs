//! A space as a graph of named things: what is beside what, and by which edge.

use std::collections::HashSet;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Handle, Space};

use crate::change::counterpart;
use crate::edges::{Edge, Relation, edge};
use crate::error::{KnowledgeError, Result};

/// A space as a graph.
pub(crate) struct Graph<'a> {
    pub(crate) space: &'a Space,
    /// Whether edges are gone along in their direction only.
    pub(crate) directed: bool,
    /// The names of relations, or types of links, that are gone along; all where it is empty.
    pub(crate) relations: &'a HashSet<String>,
    /// Once it is cancelled, nothing is beside anything, so that whoever looks around comes to an end.
    pub(crate) cancel: &'a Cancel,
}

impl Graph<'_> {
    /// What lies beside a node, with the edge there, in the order of addition.
    pub(crate) fn beside(&self, node: Handle) -> Vec<(Handle, Edge)> {
        let mut found = Vec::new();
        for link in self.space.incoming(node).take_while(|_| !self.cancel.is_cancelled()) {
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
    let wrong = |message: String| KnowledgeError::invalid(field, message);
    let found = if text.trim_start().starts_with('(') {
        let mut apart = Space::with_types(space.types());
        let read = apart.load(text).map_err(|error| wrong(error.to_string()))?;
        let (1, Some(named)) = (read.forms, read.last) else { return Err(wrong("write one atom".to_owned())) };
        counterpart(&apart, named, space).ok_or_else(|| wrong(format!("there is no {text} in the base")))?
    } else {
        let all: Vec<Handle> = space.named(text).collect();
        match all.as_slice() {
            [] => return Err(wrong(format!("there is no node named `{text}` in the base"))),
            [one] => *one,
            several => {
                let shown: Vec<String> = several.iter().map(|atom| space.show_bare(*atom)).collect();
                return Err(wrong(format!("`{text}` names several: write one of {}", shown.join(", "))));
            }
        }
    };
    if space.name(found).is_none() {
        return Err(wrong("a link is no node of the graph: name a node".to_owned()));
    }
    Ok(found)
}
