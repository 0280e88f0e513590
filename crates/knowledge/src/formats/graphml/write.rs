//! Writing GraphML.

use std::collections::BTreeMap;
use std::io::Write;

use oriel_atomspace::space::{AtomType, Handle, Space, Truth, Value};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use roaring::RoaringBitmap;

use super::super::marks::Marks;
use super::super::plain::{is_bare, is_whole};
use super::super::types::declared;
use super::super::{FormatError, Written};
use super::{FORMAT, TYPES};
use crate::edges::{Edge, Relation, edges, made_of};
use crate::part::Ranks;

/// The names of data that say what something is; a value of such a name has no place.
const SAID: [&str; 7] = ["name", "label", "type", "relation", "link", "strength", "confidence"];

/// Writes the nodes of a space, and its edges.
pub(in super::super) fn write(space: &Space, out: &mut dyn Write) -> Result<Written, FormatError> {
    let mut writing = Writing {
        space,
        out: Writer::new_with_indent(out, b' ', 1),
        written: Marks::default(),
        carriers: Marks::default(),
    };
    writing.document().map_err(FormatError::io(FORMAT))?;
    let (atoms, written, carriers) = (writing.written.len(), writing.written, writing.carriers);
    let data = |atom| values(space, atom).count();
    let whole = |atom| if carriers.contains(atom) { is_whole(space, atom, data(atom)) } else { is_bare(space, atom) };
    let reduced = written.atoms(space).filter(|atom| !whole(*atom)).count();
    Ok(Written { atoms, left_out: space.len() - atoms, reduced })
}

struct Writing<'a> {
    space: &'a Space,
    out: Writer<&'a mut dyn Write>,
    written: Marks,
    /// Those whose data is written.
    carriers: Marks,
}

/// Keys of values by name and type, with their ids.
type Keys = BTreeMap<(String, &'static str), String>;

impl Writing<'_> {
    fn document(&mut self) -> std::io::Result<()> {
        let space = self.space;
        // Gone through several times, and not held: there may be as many as atoms.
        let all = || edges(space).filter(|edge| edge_fits(space, edge));
        let is_end: Marks = all().flat_map(|edge| [edge.source, edge.target]).collect();
        // A predicate that only names relations, or keys, is no node of the graph.
        let alone = |node: Handle| space.type_of(node) != Some(AtomType::PREDICATE) || is_end.contains(node);
        let nodes: RoaringBitmap = space
            .handles()
            .filter(|atom| space.name(*atom).is_some_and(fits) && alone(*atom))
            .map(|atom| atom.index() as u32)
            .collect();
        let ids = Ranks::of(&nodes);
        let nodes = || nodes.iter().filter_map(|at| space.handle_at(at as usize));
        let carriers = nodes().chain(all().map(|edge| edge.carrier));
        let mut keys = Keys::new();
        for (name, _, of) in carriers.flat_map(|atom| values(space, atom)) {
            let id = format!("v{}", keys.len());
            keys.entry((name.to_owned(), of)).or_insert(id);
        }
        self.out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.open("graphml", &[("xmlns", "http://graphml.graphdrawing.org/xmlns")])?;
        for said in ["name", "type", "relation", "link"] {
            self.empty("key", &[("id", said), ("for", "all"), ("attr.name", said), ("attr.type", "string")])?;
        }
        for said in ["strength", "confidence"] {
            self.empty("key", &[("id", said), ("for", "all"), ("attr.name", said), ("attr.type", "double")])?;
        }
        for ((name, of), id) in &keys {
            self.empty("key", &[("id", id), ("for", "all"), ("attr.name", name), ("attr.type", of)])?;
        }
        let types: Vec<String> =
            declared(space.types()).map(|(name, parents)| format!("{name} {}", parents.join(" "))).collect();
        if !types.is_empty() {
            self.empty("key", &[("id", TYPES), ("for", "graph"), ("attr.name", TYPES), ("attr.type", "string")])?;
        }
        self.open("graph", &[("id", "g"), ("edgedefault", "directed")])?;
        if !types.is_empty() {
            self.data(TYPES, &types.join("; "))?;
        }
        for node in nodes() {
            self.node(node, &ids, &keys)?;
        }
        for edge in all() {
            self.edge(&edge, &ids, &keys)?;
        }
        self.close("graph")?;
        self.close("graphml")
    }

    fn node(&mut self, node: Handle, ids: &Ranks, keys: &Keys) -> std::io::Result<()> {
        self.written.insert(node);
        self.open("node", &[("id", &id(ids, node))])?;
        self.data("name", self.space.name(node).unwrap_or_default())?;
        if let Some(of) = self.space.type_of(node).filter(|of| *of != AtomType::CONCEPT) {
            self.data("type", &self.space.types().name(of))?;
        }
        self.carried(node, keys)?;
        self.close("node")
    }

    fn edge(&mut self, edge: &Edge, ids: &Ranks, keys: &Keys) -> std::io::Result<()> {
        self.written.extend(made_of(self.space, edge));
        let (source, target) = (id(ids, edge.source), id(ids, edge.target));
        let mut attributes = vec![("source", source.as_str()), ("target", &target)];
        if !edge.directed {
            attributes.push(("directed", "false"));
        }
        self.open("edge", &attributes)?;
        match &edge.relation {
            Relation::Named(name) => self.data("relation", name)?,
            Relation::Link(of) => self.data("link", &self.space.types().name(*of))?,
        }
        self.carried(edge.carrier, keys)?;
        self.close("edge")
    }

    fn carried(&mut self, atom: Handle, keys: &Keys) -> std::io::Result<()> {
        let space = self.space;
        self.carriers.insert(atom);
        let truth = space.truth(atom);
        if truth != Truth::DEFAULT {
            self.data("strength", &truth.strength().to_string())?;
            self.data("confidence", &truth.confidence().to_string())?;
        }
        for (name, text, of) in values(space, atom) {
            self.written.extend(space.find_node(AtomType::PREDICATE, name));
            if let Some(id) = keys.get(&(name.to_owned(), of)) {
                self.data(id, &text)?;
            }
        }
        Ok(())
    }

    fn data(&mut self, key: &str, text: &str) -> std::io::Result<()> {
        let data = self.out.create_element("data").with_attribute(("key", key));
        data.write_text_content(BytesText::new(text)).map(drop)
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> std::io::Result<()> {
        self.out.create_element(name).with_attributes(attributes.iter().copied()).write_empty().map(drop)
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> std::io::Result<()> {
        let start = quick_xml::events::BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.out.write_event(Event::Start(start))
    }

    fn close(&mut self, name: &str) -> std::io::Result<()> {
        self.out.write_event(Event::End(quick_xml::events::BytesEnd::new(name)))
    }
}

/// The id of a node.
fn id(ids: &Ranks, node: Handle) -> String {
    ids.get(node.index() as u32).map(|rank| format!("n{rank}")).unwrap_or_default()
}

/// Whether a text comes back from XML as it is: there are letters that it cannot hold, or holds only as others.
fn fits(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..))
}

/// Whether an edge comes back as it is.
fn edge_fits(space: &Space, edge: &Edge) -> bool {
    let ends = [edge.source, edge.target].into_iter().all(|end| space.name(end).is_some_and(fits));
    ends && !matches!(&edge.relation, Relation::Named(name) if !fits(name))
}

/// The values of an atom that have a place: under a predicate, of a type that GraphML has.
fn values(space: &Space, atom: Handle) -> impl Iterator<Item = (&str, String, &'static str)> {
    space.values(atom).filter_map(|(key, value)| {
        let name = space.name(key).filter(|_| space.type_of(key) == Some(AtomType::PREDICATE))?;
        // In an attribute, line ends and tabs become spaces.
        if name.is_empty() || SAID.contains(&name) || !fits(name) || name.contains(['\n', '\t']) {
            return None;
        }
        let (text, of) = match value {
            Value::Bool(value) => (value.to_string(), "boolean"),
            Value::Int(number) => (number.to_string(), "long"),
            Value::Float(number) => (number.to_string(), "double"),
            Value::String(text) if fits(text) => (text.to_string(), "string"),
            _ => return None,
        };
        Some((name, text, of))
    })
}
