//! Reading GraphML.

use std::collections::{HashMap, HashSet};

use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Value};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::types::declare;
use super::super::{FormatError, position};
use super::{DEPTH, FORMAT, TYPES};
use crate::edges::{Relation, add, truth};

/// Values that come by defaults at most: a short document could stand for many.
const DEFAULTS: u64 = 1_000_000;
/// Bytes that these values have at most.
const DEFAULT_BYTES: u64 = 64 << 20;

/// A declared key of data.
#[derive(Debug, Clone)]
struct Key {
    name: String,
    of: String,
    default: Option<String>,
    /// `node`, `edge`, `graph` or `all`.
    about: String,
}

/// What came by defaults.
#[derive(Debug, Clone, Copy, Default)]
struct Filled {
    values: u64,
    bytes: u64,
}

/// What is being read.
#[derive(Debug)]
enum About {
    Node { id: String },
    Edge { source: String, target: String, directed: bool },
}

/// Something with data, and what was read of it.
#[derive(Debug)]
struct Open {
    about: About,
    data: Vec<(String, String)>,
}

#[derive(Debug, Default)]
struct Document {
    keys: HashMap<String, Key>,
    /// The ids of those that have a default, in their order.
    defaults: Vec<String>,
    /// What came by defaults.
    filled: Filled,
    /// The ids of nodes.
    ids: HashSet<String>,
    /// Nodes and edges in their order, with the byte where each begins. They are added at the end, for a node may have the
    /// name of a later one, and an edge may stand before its nodes.
    read: Vec<(usize, Open)>,
    nodes: HashMap<String, Handle>,
    directed: bool,
    /// The types that the graph has of its own, as it tells them.
    types: Option<String>,
    graph: bool,
    in_graph: bool,
    open: Option<(usize, Open)>,
    /// The key of the data, or of the default, that is being read, and its text.
    text: Option<(String, String)>,
    /// Elements that are open, and how many of them are passed over.
    depth: usize,
    passed: usize,
}

/// Reads a document into a space.
pub(in super::super) fn read(bytes: &[u8], space: &mut Space) -> Result<(), FormatError> {
    let wrong = |at: usize, message: String| {
        let (line, column) = position(bytes, at);
        FormatError::At { format: FORMAT, line, column, message }
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(error) => return Err(wrong(error.valid_up_to(), "it is not UTF-8".to_owned())),
    };
    let before = bytes.len() - text.len();
    let mut reader = Reader::from_str(text);
    let mut document = Document::default();
    loop {
        let at = before + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| {
            let at = before + usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
            wrong(at, error.to_string())
        })?;
        if matches!(event, Event::Eof) {
            if document.depth > 0 || !document.graph {
                return Err(wrong(at, "it ends too early: a graph in a graphml is missing".to_owned()));
            }
            break;
        }
        document.event(&event, at).map_err(|message| wrong(at, message))?;
    }
    let types = document.types.take().unwrap_or_default();
    declare(space, &told(&types)).map_err(|message| wrong(before, format!("{TYPES}: {message}")))?;
    let read = std::mem::take(&mut document.read);
    let names = document.names(space, &read).map_err(|(at, message)| wrong(at, message))?;
    for (at, one) in &read {
        if let About::Node { id } = &one.about
            && let Some(naming) = names.get(id.as_str())
        {
            document.node(space, id, naming, &one.data).map_err(|message| wrong(*at, message))?;
        }
    }
    for (at, one) in &read {
        document.edge(space, one).map_err(|message| wrong(*at, message))?;
    }
    Ok(())
}

/// Types as the graph tells them: `Service Concept; Calls Edge`.
fn told(text: &str) -> Vec<(String, Vec<String>)> {
    let one = |told: &str| {
        let mut names = told.split_whitespace().map(str::to_owned);
        Some((names.next()?, names.collect()))
    };
    text.split(';').filter_map(one).collect()
}

/// What a node is called.
#[derive(Debug)]
struct Naming {
    of: AtomType,
    name: String,
    /// The name of the key that says it; none where it is the id.
    by: Option<&'static str>,
    /// Whether it is called otherwise than it says, for other nodes say the same.
    shared: bool,
}

impl Document {
    fn event(&mut self, event: &Event<'_>, at: usize) -> Result<(), String> {
        match event {
            Event::Start(element) => self.start(element, at),
            Event::Empty(element) => {
                self.start(element, at)?;
                self.end();
                Ok(())
            }
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => {
                self.append(&text.xml10_content());
                Ok(())
            }
            Event::CData(text) => {
                self.append(&text.xml10_content());
                Ok(())
            }
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let letter = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                match (letter, resolve_xml_entity(&name)) {
                    (Some(letter), _) => self.append(letter.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => self.append(text),
                    (None, None) => {
                        return Err(format!("the entity `&{name};` is not expanded: write what it stands for"));
                    }
                }
                Ok(())
            }
            Event::DocType(_) => Err("a DOCTYPE is refused, for what it may expand to: leave it out".to_owned()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn append(&mut self, more: &str) {
        if let Some((_, text)) = self.text.as_mut().filter(|_| self.passed == 0) {
            text.push_str(more);
        }
    }

    fn start(&mut self, element: &BytesStart<'_>, at: usize) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("more than {DEPTH} elements are open"));
        }
        let name = element.name();
        let name = name.as_ref();
        if self.passed > 0 {
            self.passed += 1;
            return Ok(());
        }
        match (self.depth, name) {
            (1, "graphml") => Ok(()),
            (1, _) => Err("this is no GraphML: it begins with a `graphml` element".to_owned()),
            (2, "graph") => self.graph(element),
            (2, "key") => self.key(element),
            (3, "data") if self.in_graph => {
                // Of what is said of the whole graph only the types that it has of its own are read.
                let key = attribute(element, "key")?.ok_or("data needs a key")?;
                if self.keys.get(&key).is_some_and(|key| key.name == TYPES) {
                    self.text = Some((key, String::new()));
                } else {
                    self.passed = 1;
                }
                Ok(())
            }
            (3, "default") if self.text.is_some() => Ok(()),
            (3, "node") if self.in_graph => {
                let id = attribute(element, "id")?.ok_or("a node needs an id")?;
                if !self.ids.insert(id.clone()) {
                    return Err(format!("the node `{id}` is there twice"));
                }
                self.open = Some((at, Open { about: About::Node { id }, data: Vec::new() }));
                Ok(())
            }
            (3, "edge") if self.in_graph => {
                let end = |name: &str| attribute(element, name)?.ok_or_else(|| format!("an edge needs a {name}"));
                let directed = match attribute(element, "directed")?.as_deref() {
                    None => self.directed,
                    Some("true") => true,
                    Some("false") => false,
                    Some(other) => return Err(format!("directed: `{other}` is neither true nor false")),
                };
                let about = About::Edge { source: end("source")?, target: end("target")?, directed };
                self.open = Some((at, Open { about, data: Vec::new() }));
                Ok(())
            }
            (4, "data") if self.open.is_some() => {
                let key = attribute(element, "key")?.ok_or("data needs a key")?;
                if !self.keys.contains_key(&key) {
                    return Err(format!("the key `{key}` is not declared"));
                }
                self.text = Some((key, String::new()));
                Ok(())
            }
            (_, "graph" | "hyperedge" | "port") => Err(format!("a `{name}` has no place here: leave it out")),
            _ => {
                self.passed = 1;
                Ok(())
            }
        }
    }

    fn graph(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        if std::mem::replace(&mut self.graph, true) {
            return Err("a second graph has no place here: leave it out".to_owned());
        }
        self.in_graph = true;
        self.directed = match attribute(element, "edgedefault")?.as_deref() {
            Some("directed") | None => true,
            Some("undirected") => false,
            Some(other) => return Err(format!("edgedefault: `{other}` is neither directed nor undirected")),
        };
        Ok(())
    }

    fn key(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        let id = attribute(element, "id")?.ok_or("a key needs an id")?;
        let name = attribute(element, "attr.name")?.unwrap_or_else(|| id.clone());
        let of = attribute(element, "attr.type")?.unwrap_or_else(|| "string".to_owned());
        let about = attribute(element, "for")?.unwrap_or_else(|| "all".to_owned());
        if self.keys.insert(id.clone(), Key { name, of, default: None, about }).is_some() {
            return Err(format!("the key `{id}` is declared twice"));
        }
        self.text = Some((id, String::new()));
        Ok(())
    }

    fn end(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        match self.depth {
            2 if self.in_graph && self.text.is_some() => self.types = self.text.take().map(|(_, text)| text),
            // The end of a default: its text stays until the key ends.
            2 if self.text.is_some() => {
                if let Some((id, text)) = &self.text
                    && let Some(key) = self.keys.get_mut(id)
                {
                    key.default = Some(text.trim().to_owned());
                    self.defaults.push(id.clone());
                }
            }
            1 => (self.text, self.in_graph) = (None, false),
            3 => {
                if let (Some((key, text)), Some((_, open))) = (self.text.take(), self.open.as_mut()) {
                    open.data.push((key, text));
                }
            }
            2 => self.read.extend(self.open.take()),
            _ => {}
        }
    }

    /// The data of something by the names of their keys, defaults included.
    fn named<'a>(
        &'a self,
        data: &'a [(String, String)],
        about: &str,
        filled: &mut Filled,
    ) -> Result<Vec<(&'a Key, &'a str)>, String> {
        let given: HashSet<&str> = data.iter().map(|(id, _)| id.as_str()).collect();
        let mut all: Vec<(&Key, &str)> =
            data.iter().filter_map(|(id, text)| Some((self.keys.get(id)?, text.as_str()))).collect();
        for id in self.defaults.iter().filter(|id| !given.contains(id.as_str())) {
            let key = self.keys.get(id).filter(|key| key.about == about || key.about == "all");
            let Some((key, default)) = key.and_then(|key| Some((key, key.default.as_deref()?))) else { continue };
            filled.values += 1;
            filled.bytes += default.len() as u64;
            if filled.values > DEFAULTS {
                return Err(format!("its defaults stand for more than {DEFAULTS} values: write them out"));
            }
            if filled.bytes > DEFAULT_BYTES {
                return Err(format!(
                    "its defaults stand for more than {DEFAULT_BYTES} bytes: write them out, or shorter"
                ));
            }
            all.push((key, default));
        }
        Ok(all)
    }

    /// What the nodes are called, by their ids: as they say, where they are of one type and say the same with their ids.
    fn names<'a>(&self, space: &Space, read: &'a [(usize, Open)]) -> Result<HashMap<&'a str, Naming>, (usize, String)> {
        let (mut names, mut saying, mut filled) = (HashMap::new(), HashMap::<_, usize>::new(), Filled::default());
        for (at, one) in read {
            let About::Node { id } = &one.about else { continue };
            let naming = self.naming(space, id, &one.data, &mut filled).map_err(|message| (*at, message))?;
            *saying.entry((naming.of, naming.name.clone())).or_default() += 1;
            names.insert(id.as_str(), naming);
        }
        let mut called = HashMap::new();
        for (at, one) in read {
            let About::Node { id } = &one.about else { continue };
            let Some(naming) = names.get_mut(id.as_str()) else { continue };
            let said = (naming.of, naming.name.clone());
            if saying.get(&said).is_some_and(|count| *count > 1) {
                (naming.name, naming.shared) = (format!("{} ({id})", naming.name), true);
            }
            if let Some(other) = called.insert((naming.of, naming.name.clone()), id) {
                let name = &naming.name;
                return Err((*at, format!("the nodes `{other}` and `{id}` would both be called `{name}`: rename one")));
            }
        }
        Ok(names)
    }

    fn naming(
        &self,
        space: &Space,
        id: &str,
        data: &[(String, String)],
        filled: &mut Filled,
    ) -> Result<Naming, String> {
        let data = self.named(data, "node", filled)?;
        let find = |name: &str| data.iter().find(|(key, _)| key.name == name).map(|(_, text)| *text);
        let of = match find("type").map(|of| space.types().named(of)) {
            Some(Ok(of)) if of.is_node() => of,
            _ => AtomType::CONCEPT,
        };
        let by = ["name", "label"].into_iter().find(|name| find(name).is_some());
        let name = by.and_then(find).unwrap_or(id).to_owned();
        Ok(Naming { of, name, by, shared: false })
    }

    fn node(&mut self, space: &mut Space, id: &str, naming: &Naming, data: &[(String, String)]) -> Result<(), String> {
        let mut filled = self.filled;
        let data = self.named(data, "node", &mut filled)?;
        let Naming { of, name, by, shared } = naming;
        let node = space.node(*of, name).map_err(|error| error.to_string())?;
        let names_concept =
            |(key, text): &(&Key, &str)| key.name == "type" && ["Concept", "ConceptNode"].contains(text);
        let typed = *of != AtomType::CONCEPT || data.iter().any(names_concept);
        carry(space, node, &data, |key| (Some(key) == *by && !shared) || (key == "type" && typed))?;
        self.filled = filled;
        self.nodes.insert(id.to_owned(), node);
        Ok(())
    }

    fn edge(&mut self, space: &mut Space, edge: &Open) -> Result<(), String> {
        let About::Edge { source, target, directed } = &edge.about else { return Ok(()) };
        let end = |id: &String| self.nodes.get(id).copied().ok_or_else(|| format!("the node `{id}` is not there"));
        let ends = (end(source)?, end(target)?);
        let mut filled = self.filled;
        let data = self.named(&edge.data, "edge", &mut filled)?;
        let find = |name: &str| data.iter().find(|(key, _)| key.name == name).map(|(_, text)| *text);
        let by = ["link", "relation", "label"].into_iter().find(|name| find(name).is_some());
        let relation = match (by, by.and_then(find)) {
            (Some("link"), Some(of)) => {
                Relation::Link(space.types().named(of).map_err(|error| format!("link: {error}"))?)
            }
            (_, Some(name)) => Relation::Named(name.to_owned()),
            (_, None) => Relation::Named("edge".to_owned()),
        };
        let carrier = add(space, &relation, ends, *directed).map_err(|error| error.to_string())?;
        carry(space, carrier, &data, |key| Some(key) == by)?;
        self.filled = filled;
        Ok(())
    }
}

/// Gives an atom its data, but for what says what it is.
fn carry(space: &mut Space, atom: Handle, data: &[(&Key, &str)], is_said: impl Fn(&str) -> bool) -> Result<(), String> {
    let text = |error: SpaceError| error.to_string();
    let find = |name: &str| data.iter().find(|(key, _)| key.name == name).map(|(_, text)| *text);
    if let Some(truth) = truth(find("strength"), find("confidence"))? {
        space.set_truth(atom, truth).map_err(text)?;
    }
    let values = data.iter().filter(|(key, _)| !["strength", "confidence"].contains(&key.name.as_str()));
    for (key, text_of) in values.filter(|(key, _)| !is_said(&key.name)) {
        let value = value(&key.of, text_of).ok_or_else(|| format!("{}: `{text_of}` is no {}", key.name, key.of))?;
        let under = space.node(AtomType::PREDICATE, &key.name).map_err(text)?;
        space.set_value(atom, under, value).map_err(text)?;
    }
    Ok(())
}

fn value(of: &str, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    match of {
        "boolean" => match trimmed {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        "int" | "long" => trimmed.parse().ok().map(Value::Int),
        "float" | "double" => trimmed.parse().ok().map(Value::Float),
        "string" => Some(Value::from(text)),
        _ => None,
    }
}

/// An attribute, its predefined entities resolved.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let found = element.try_get_attribute(name).map_err(|error| error.to_string())?;
    let Some(found) = found else { return Ok(None) };
    let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
    Ok(Some(value.into_owned()))
}
