//! CSV: a line for each edge, under a line with the names of the columns.
//!
//! ```text
//! source,target,relation,strength,confidence,since
//! web,cart,calls,0.9,0.8,2026
//! ```
//! | column | |
//! |---|---|
//! | `source`, `target` | names of the ends; needed |
//! | `source_type`, `target_type` | their types; `Concept` where empty; one that is not known becomes a kind of `Concept` |
//! | `relation` | the name of the predicate; `edge` where empty |
//! | `link` | a type of links that joins the ends by itself, in place of a relation |
//! | `directed` | `false` for an edge without direction |
//! | `strength`, `confidence` | the truth value of the edge |
//! | any other | a text that the edge has as a value under a `Predicate` of the column's name |

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Write;

use ::csv::{ReaderBuilder, StringRecord, Writer};
use oriel_atomspace::space::{AtomType, Handle, Space, Truth, Value};

use super::marks::Marks;
use super::plain::{is_bare, is_whole};
use super::types::{link_type, node_type};
use super::{Format, FormatError, Written};
use crate::edges::{Edge, Relation, add, edges, made_of, truth};

const FORMAT: Format = Format::Csv;
/// Columns of values that are written at most: each is a cell in every line.
const VALUES: usize = 1_000;
const COLUMNS: [&str; 9] =
    ["source", "source_type", "target", "target_type", "relation", "link", "directed", "strength", "confidence"];

pub(super) fn read(bytes: &[u8], space: &mut Space) -> Result<(), FormatError> {
    let mut reader = ReaderBuilder::new().from_reader(bytes);
    let header = reader.headers().map_err(|error| wrong(&error))?.clone();
    let mut seen = HashSet::new();
    for name in &header {
        if name.is_empty() || !seen.insert(name) {
            return Err(at(1, format!("the column `{name}` has no name, or is there twice")));
        }
    }
    if !seen.contains("source") || !seen.contains("target") {
        return Err(at(1, "the first line names the columns, `source` and `target` among them".to_owned()));
    }
    let columns = Columns::of(&header);
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        let line = record.position().map_or(0, ::csv::Position::line);
        row(space, &columns, &record).map_err(|message| at(line, message))?;
    }
    Ok(())
}

/// Where the columns are.
struct Columns<'a> {
    places: HashMap<&'a str, usize>,
    /// Those that become values.
    values: Vec<(usize, &'a str)>,
}

impl<'a> Columns<'a> {
    fn of(header: &'a StringRecord) -> Self {
        let places = header.iter().zip(0..).collect();
        let values = header.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(name)).collect();
        Self { places, values }
    }
}

fn at(line: u64, message: String) -> FormatError {
    FormatError::At { format: FORMAT, line, column: 1, message }
}

fn wrong(error: &::csv::Error) -> FormatError {
    let line = error.position().map_or(1, ::csv::Position::line);
    at(line, error.to_string())
}

fn row(space: &mut Space, columns: &Columns<'_>, record: &StringRecord) -> Result<(), String> {
    let at = |place: usize| record.get(place).filter(|cell| !cell.is_empty());
    let cell = |name: &str| columns.places.get(name).and_then(|place| at(*place));
    let ends = (end(space, "source", &cell)?, end(space, "target", &cell)?);
    let relation = match (cell("link"), cell("relation")) {
        (Some(link), None) => {
            let directed = cell("directed") != Some("false");
            Relation::Link(link_type(space, link, directed).map_err(|error| format!("link: {error}"))?)
        }
        (Some(_), Some(_)) => return Err("an edge has a `relation` or a `link`, not both".to_owned()),
        (None, relation) => Relation::Named(relation.unwrap_or("edge").to_owned()),
    };
    let directed = match cell("directed") {
        None | Some("true") => true,
        Some("false") => false,
        Some(other) => return Err(format!("directed: `{other}` is neither true nor false")),
    };
    let text = |error: oriel_atomspace::space::SpaceError| error.to_string();
    let carrier = add(space, &relation, ends, directed).map_err(text)?;
    if let Some(truth) = truth(cell("strength"), cell("confidence"))? {
        space.set_truth(carrier, truth).map_err(text)?;
    }
    for (place, name) in &columns.values {
        if let Some(cell) = at(*place) {
            let key = space.node(AtomType::PREDICATE, name).map_err(text)?;
            space.set_value(carrier, key, Value::from(cell)).map_err(text)?;
        }
    }
    Ok(())
}

fn end<'a>(space: &mut Space, column: &str, cell: &impl Fn(&str) -> Option<&'a str>) -> Result<Handle, String> {
    let name = cell(column).ok_or_else(|| format!("{column}: the name of a node is missing"))?;
    let column = format!("{column}_type");
    let of = match cell(&column) {
        None => AtomType::CONCEPT,
        Some(of) => node_type(space, of).map_err(|error| format!("{column}: {error}"))?,
    };
    space.node(of, name).map_err(|error| error.to_string())
}

pub(super) fn write(space: &Space, out: &mut dyn Write) -> Result<Written, FormatError> {
    // Gone through twice, and not held: there may be as many as atoms.
    let all = || edges(space).filter(|edge| fits(space, edge));
    let extra: BTreeSet<&str> = all().flat_map(|edge| texts(space, edge.carrier)).map(|(key, _)| key).collect();
    let extra: Vec<&str> = extra.into_iter().take(VALUES).collect();
    let mut writer = Writer::from_writer(out);
    let io = |error: ::csv::Error| FormatError::Io { format: FORMAT, source: error.into() };
    writer.write_record(COLUMNS.iter().copied().chain(extra.iter().copied())).map_err(io)?;
    let (mut written, mut carriers) = (Marks::default(), Marks::default());
    for edge in all() {
        written.extend(made_of(space, &edge));
        carriers.insert(edge.carrier);
        let keys = texts(space, edge.carrier).filter_map(|(key, _)| space.find_node(AtomType::PREDICATE, key));
        written.extend(keys);
        let of = |atom| space.type_of(atom).map(|of| space.types().name(of)).unwrap_or_default();
        let kind = |atom| if space.type_of(atom) == Some(AtomType::CONCEPT) { String::new() } else { of(atom) };
        let name = |atom| space.name(atom).unwrap_or_default().to_owned();
        let (relation, link) = match &edge.relation {
            Relation::Named(name) => (name.clone(), String::new()),
            Relation::Link(of) => (String::new(), space.types().name(*of)),
        };
        // The direction of a link follows from its type, which a reader may not know.
        let known = matches!(edge.relation, Relation::Link(of) if is_standard(space, of));
        let directed = if edge.directed || known { "" } else { "false" };
        let (strength, confidence) = match space.truth(edge.carrier) {
            truth if truth == Truth::DEFAULT => (String::new(), String::new()),
            truth => (truth.strength().to_string(), truth.confidence().to_string()),
        };
        let mut row = vec![name(edge.source), kind(edge.source), name(edge.target), kind(edge.target), relation, link];
        row.extend([directed.to_owned(), strength, confidence]);
        for key in &extra {
            let found = texts(space, edge.carrier).find(|(name, _)| name == key);
            row.push(found.map(|(_, text)| text.to_owned()).unwrap_or_default());
        }
        writer.write_record(&row).map_err(io)?;
    }
    writer.flush().map_err(FormatError::io(FORMAT))?;
    let cells = |atom| texts(space, atom).filter(|(key, _)| extra.binary_search(key).is_ok()).count();
    let whole = |atom| if carriers.contains(atom) { is_whole(space, atom, cells(atom)) } else { is_bare(space, atom) };
    let reduced = written.atoms(space).filter(|atom| !whole(*atom)).count();
    Ok(Written { atoms: written.len(), left_out: space.len() - written.len(), reduced })
}

/// Whether every base knows a type.
fn is_standard(space: &Space, of: AtomType) -> bool {
    space.types().declared().all(|own| own != of)
}

/// An empty name, or one of a relation, would come back as another.
fn fits(space: &Space, edge: &Edge) -> bool {
    let named = |atom| space.name(atom).is_some_and(|name| !name.is_empty());
    let relation = !matches!(&edge.relation, Relation::Named(name) if name.is_empty());
    relation && named(edge.source) && named(edge.target)
}

/// The texts that an atom has as values under predicates which are no columns of their own.
fn texts(space: &Space, atom: Handle) -> impl Iterator<Item = (&str, &str)> {
    space.values(atom).filter_map(|(key, value)| {
        let Value::String(text) = value else { return None };
        let name = space.name(key).filter(|_| space.type_of(key) == Some(AtomType::PREDICATE))?;
        let fits = !name.is_empty() && !COLUMNS.contains(&name) && !text.is_empty();
        fits.then_some((name, &**text))
    })
}
