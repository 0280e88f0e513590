//! RDF Turtle (and so N-Triples): a relation for each triple.
//!
//! | triple | atom |
//! |---|---|
//! | `s a c` | `(Member s c)` |
//! | `s rdfs:subClassOf c` | `(Inheritance s c)` |
//! | `s p o` | `(Evaluation (stv 1 1) (Predicate "p") (List s o))` |
//!
//! | term | node |
//! |---|---|
//! | an IRI | `(Concept "http://…")`; in place of a predicate, `(Predicate "http://…")` |
//! | `urn:oriel:Type:name` | the node of that type and name, percent-decoded; so nodes that are no IRIs are written |
//! | a blank node | `(Concept "_:label")` |
//! | an `xsd:integer` below 2⁵³; an `xsd:decimal`, `xsd:double` or `xsd:float` that is finite, as the nearest double | `(Number 3)` |
//! | a plain text | `(Phrase "text")` |
//! | any other literal | `(Item "\"chat\"@fr")`, named by it as N-Triples write it |
//!
//! | `urn:oriel-type:Service rdfs:subClassOf urn:oriel-type:Concept` | no atom: the type `Service` is declared |
//!
//! A number is its value: how it was spelled, and of which of those types it was, is not kept. Truth values are not written;
//! and as a triple says that something is so, what is more false than true is left out.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write;
use std::str::FromStr as _;

use oriel_atomspace::space::{AtomType, Handle, Space, Truth};
use oxrdf::vocab::{rdf, rdfs, xsd};
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use oxttl::{TurtleParser, TurtleSerializer, TurtleSyntaxError};

use super::marks::Marks;
use super::plain::{is_bare, is_whole};
use super::types::{declare, declared, node_type};
use super::{Format, FormatError, Written};
use crate::edges::{Edge, Relation, edges, made_of};

const FORMAT: Format = Format::Turtle;
/// What names of nodes that are no IRIs begin with.
const OWN: &str = "urn:oriel:";
/// What a type that the base has of its own is called.
const TYPE: &str = "urn:oriel-type:";
/// What a relation is read as.
const HOLDS: Truth = Truth::Simple { strength: 1.0, confidence: 1.0 };
/// Whole numbers up to here are held exactly, and beyond it not all.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn read(bytes: &[u8], space: &mut Space) -> Result<(), FormatError> {
    let told = declarations(bytes)?;
    declare(space, &told).map_err(|message| FormatError::record(FORMAT, "types", &message))?;
    for triple in TurtleParser::new().for_slice(bytes) {
        let triple = triple.map_err(|error| wrong(&error))?;
        if declaration(&triple).is_some() {
            continue;
        }
        add(space, &triple).map_err(|message| FormatError::record(FORMAT, triple.to_string(), &message))?;
    }
    Ok(())
}

fn wrong(error: &TurtleSyntaxError) -> FormatError {
    let at = error.location().start;
    let message = error.message().to_owned();
    FormatError::At { format: FORMAT, line: at.line + 1, column: at.column + 1, message }
}

/// The types that a document declares, wherever it does: they are needed before its first node.
fn declarations(bytes: &[u8]) -> Result<Vec<(String, Vec<String>)>, FormatError> {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    if !bytes.windows(TYPE.len()).any(|window| window == TYPE.as_bytes()) {
        return Ok(told);
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    for triple in TurtleParser::new().for_slice(bytes) {
        let Some((name, parent)) = declaration(&triple.map_err(|error| wrong(&error))?) else { continue };
        let at = *places.entry(name.clone()).or_insert(told.len());
        if at == told.len() {
            told.push((name, Vec::new()));
        }
        if let Some((_, parents)) = told.get_mut(at) {
            parents.push(parent);
        }
    }
    Ok(told)
}

/// The type that a triple declares, and what it is a kind of.
fn declaration(triple: &Triple) -> Option<(String, String)> {
    let (NamedOrBlankNode::NamedNode(of), Term::NamedNode(parent)) = (&triple.subject, &triple.object) else {
        return None;
    };
    let name = |node: &NamedNode| node.as_str().strip_prefix(TYPE).and_then(decoded);
    (triple.predicate == rdfs::SUB_CLASS_OF).then_some(())?;
    Some((name(of)?, name(parent)?))
}

fn add(space: &mut Space, triple: &Triple) -> Result<(), String> {
    let text = |error: oriel_atomspace::space::SpaceError| error.to_string();
    let subject = match &triple.subject {
        NamedOrBlankNode::NamedNode(node) => iri(space, node.as_str(), AtomType::CONCEPT)?,
        NamedOrBlankNode::BlankNode(node) => space.node(AtomType::CONCEPT, &node.to_string()).map_err(text)?,
    };
    let object = match &triple.object {
        Term::NamedNode(node) => iri(space, node.as_str(), AtomType::CONCEPT)?,
        Term::BlankNode(node) => space.node(AtomType::CONCEPT, &node.to_string()).map_err(text)?,
        Term::Literal(literal) => literal_node(space, literal).map_err(text)?,
    };
    if triple.predicate == rdf::TYPE {
        space.link(AtomType::MEMBER, &[subject, object]).map_err(text)?;
    } else if triple.predicate == rdfs::SUB_CLASS_OF {
        space.link(AtomType::INHERITANCE, &[subject, object]).map_err(text)?;
    } else {
        let predicate = iri(space, triple.predicate.as_str(), AtomType::PREDICATE)?;
        let pair = space.link(AtomType::LIST, &[subject, object]).map_err(text)?;
        let fact = space.link(AtomType::EVALUATION, &[predicate, pair]).map_err(text)?;
        space.set_truth(fact, HOLDS).map_err(text)?;
    }
    Ok(())
}

/// The node that an IRI names: one of our own, or of this type.
fn iri(space: &mut Space, iri: &str, otherwise: AtomType) -> Result<Handle, String> {
    if let Some((of, name)) = iri.strip_prefix(OWN).and_then(|rest| rest.split_once(':')) {
        let of = node_type(space, of)?;
        let name = decoded(name).ok_or_else(|| format!("`{iri}` is not percent-encoded UTF-8"))?;
        return space.node(of, &name).map_err(|error| error.to_string());
    }
    space.node(otherwise, iri).map_err(|error| error.to_string())
}

fn literal_node(space: &mut Space, literal: &Literal) -> Result<Handle, oriel_atomspace::space::SpaceError> {
    if literal.language().is_none() && literal.datatype() == xsd::STRING {
        return space.node(AtomType::PHRASE, literal.value());
    }
    let numeric = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT].contains(&literal.datatype());
    match literal.value().parse::<f64>().ok().filter(|number| numeric && exact(*number, literal)) {
        Some(number) => space.number(number),
        None => space.node(AtomType::ITEM, &literal.to_string()),
    }
}

/// Whether a number holds what a literal says.
fn exact(number: f64, literal: &Literal) -> bool {
    number.is_finite() && (literal.datatype() != xsd::INTEGER || number.abs() < EXACT)
}

pub(super) fn write(space: &Space, out: &mut dyn Write) -> Result<Written, FormatError> {
    let mut serializer = TurtleSerializer::new();
    for (prefix, of) in
        [("rdfs", "http://www.w3.org/2000/01/rdf-schema#"), ("xsd", "http://www.w3.org/2001/XMLSchema#")]
    {
        serializer = serializer.with_prefix(prefix, of).map_err(|error| FormatError::record(FORMAT, prefix, &error))?;
    }
    let mut serializer = serializer.for_writer(out);
    for (name, parents) in declared(space.types()) {
        for parent in parents {
            let node = |name: &str| NamedNode::new(encoded(TYPE.to_owned(), name));
            let (Ok(subject), Ok(object)) = (node(&name), node(&parent)) else { continue };
            let triple = Triple::new(subject, rdfs::SUB_CLASS_OF, object);
            serializer.serialize_triple(&triple).map_err(FormatError::io(FORMAT))?;
        }
    }
    let (mut written, mut whole) = (Marks::default(), Marks::default());
    for edge in edges(space) {
        if let Some(triple) = triple(space, &edge) {
            serializer.serialize_triple(&triple).map_err(FormatError::io(FORMAT))?;
            written.extend(made_of(space, &edge));
            let comes_back = matches!(edge.relation, Relation::Named(_)) && space.truth(edge.carrier) == HOLDS;
            if comes_back && is_whole(space, edge.carrier, 0) {
                whole.insert(edge.carrier);
            }
        }
    }
    serializer.finish().map_err(FormatError::io(FORMAT))?;
    let reduced = written.atoms(space).filter(|atom| !whole.contains(*atom) && !is_bare(space, *atom)).count();
    Ok(Written { atoms: written.len(), left_out: space.len() - written.len(), reduced })
}

/// Whether a truth value says rather that something is not so.
fn is_false(truth: Truth) -> bool {
    truth.confidence() > 0.0 && truth.strength() < 0.5
}

/// The triple that an edge is; none where Turtle has no place for it.
fn triple(space: &Space, edge: &Edge) -> Option<Triple> {
    if is_false(space.truth(edge.carrier)) {
        return None;
    }
    let subject = match term(space, edge.source)? {
        Term::NamedNode(node) => NamedOrBlankNode::NamedNode(node),
        Term::BlankNode(node) => NamedOrBlankNode::BlankNode(node),
        Term::Literal(_) => return None,
    };
    let predicate = match &edge.relation {
        Relation::Link(AtomType::MEMBER) => rdf::TYPE.into_owned(),
        Relation::Link(AtomType::INHERITANCE) => rdfs::SUB_CLASS_OF.into_owned(),
        Relation::Named(name) if edge.directed => predicate(name)?,
        _ => return None,
    };
    Some(Triple { subject, predicate, object: term(space, edge.target)? })
}

fn predicate(name: &str) -> Option<NamedNode> {
    let own = || own("Predicate", name);
    match NamedNode::new(name) {
        // These say something else as predicates.
        Ok(node) if node != rdf::TYPE && node != rdfs::SUB_CLASS_OF && !name.starts_with(OWN) => Some(node),
        _ => NamedNode::new(own()).ok(),
    }
}

/// The term that a node is.
fn term(space: &Space, node: Handle) -> Option<Term> {
    let (of, name) = (space.type_of(node)?, space.name(node)?);
    if of == AtomType::CONCEPT {
        if let Some(label) = name.strip_prefix("_:").and_then(|label| BlankNode::new(label).ok()) {
            return Some(label.into());
        }
        if let Some(node) = NamedNode::new(name).ok().filter(|_| !name.starts_with(OWN)) {
            return Some(node.into());
        }
    } else if of == AtomType::PHRASE {
        return Some(Literal::new_simple_literal(name).into());
    } else if of == AtomType::NUMBER {
        if let Some(number) = space.as_number(node) {
            let whole = number.fract() == 0.0 && number.abs() < EXACT;
            let of = if whole { xsd::INTEGER } else { xsd::DOUBLE };
            return number.is_finite().then(|| Literal::new_typed_literal(number.to_string(), of).into());
        }
    } else if of == AtomType::ITEM
        && let Some(literal) = Literal::from_str(name).ok().filter(|literal| literal.to_string() == name)
    {
        return Some(literal.into());
    }
    NamedNode::new(own(&space.types().name(of), name)).ok().map(Term::from)
}

/// The IRI of a node that is no IRI.
fn own(of: &str, name: &str) -> String {
    encoded(format!("{OWN}{of}:"), name)
}

/// A text, and after it another, percent-encoded.
fn encoded(mut text: String, name: &str) -> String {
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
