//! Other formats of graphs: JSON, RDF Turtle, CSV lists of edges, GraphML, and the text format itself.
//!
//! JSON holds all that a space holds; the others hold graphs of named things, and what has no place in them is left out and
//! counted. How atoms are mapped is said in `docs/knowledge.md`, and in each module. What is read makes a space of its own,
//! which is then added to a base as one change.
//!
//! Readers take bytes that are in memory already, so their size bounds what is taken; nesting is bounded, and nothing is
//! expanded: an XML document with a DOCTYPE is refused. Every error says where.

pub(crate) mod bounded;
mod csv;
mod graphml;
mod json;
mod marks;
mod plain;
mod turtle;
pub(crate) mod types;

use std::io::Write;
use std::path::Path;
use std::str::FromStr;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Limits, Space, SpaceError, TextError, TooLong, Types};

use self::bounded::{Bounded, atom_of};
use crate::error::KnowledgeError;
use crate::part::{Atoms, Shape, write_text};

/// A format that bases are read from and written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The text format of `oriel_atomspace::space::text`.
    Atomese,
    /// All of a space, an object for each atom.
    Json,
    /// RDF 1.1 Turtle, and so N-Triples.
    Turtle,
    /// A line for each edge.
    Csv,
    /// GraphML 1.1 without nested graphs, hyperedges and ports.
    GraphMl,
}

impl Format {
    /// All of them, with the words that they go by.
    const WORDS: [(Self, &'static [&'static str]); 5] = [
        (Self::Atomese, &["atomese", "scm"]),
        (Self::Json, &["json"]),
        (Self::Turtle, &["turtle", "ttl", "nt"]),
        (Self::Csv, &["csv"]),
        (Self::GraphMl, &["graphml"]),
    ];

    /// The format that the ending of a file's name says.
    pub fn of_path(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }

    /// Whether it has a place for all that a base holds, and is written atom by atom, so that no more of the base is needed at a time.
    pub(crate) fn is_piecewise(self) -> bool {
        matches!(self, Self::Atomese | Self::Json)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Atomese => "Atomese",
            Self::Json => "JSON",
            Self::Turtle => "Turtle",
            Self::Csv => "CSV",
            Self::GraphMl => "GraphML",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let word = word.to_ascii_lowercase();
        let found = Self::WORDS.iter().find(|(_, words)| words.contains(&word.as_str()));
        found.map(|(format, _)| *format).ok_or_else(|| "use atomese, json, turtle, csv or graphml".to_owned())
    }
}

/// Why something cannot be read from, or written to, another format.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// It is wrong at a place.
    #[error("{}:{line}:{column}: {message}", format.name())]
    At {
        /// The format.
        format: Format,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: u64,
        /// What is wrong.
        message: String,
    },
    /// A record of it is wrong.
    #[error("{}: {place}: {message}", format.name())]
    Record {
        /// The format.
        format: Format,
        /// Which record, such as `atom 3`.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// The text format was read.
    #[error(transparent)]
    Text(#[from] TextError),
    /// An atom would be endless.
    #[error("{atom}; as json, or in a backup, what is shared is written once", atom = .0)]
    Atom(TooLong),
    /// It would be too long.
    #[error("as {} it has more than {limit} bytes", format.name())]
    TooLong {
        /// The format.
        format: Format,
        /// How many it may have.
        limit: u64,
    },
    /// It cannot be written.
    #[error("{} cannot be written", format.name())]
    Io {
        /// The format.
        format: Format,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

impl FormatError {
    fn record(format: Format, place: impl Into<String>, message: &(impl ToString + ?Sized)) -> Self {
        Self::Record { format, place: place.into(), message: message.to_string() }
    }

    pub(crate) fn io(format: Format) -> impl FnOnce(std::io::Error) -> Self {
        move |source| match atom_of(&source) {
            Some(atom) => Self::Atom(atom),
            None => Self::Io { format, source },
        }
    }
}

/// What a writer wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Written {
    /// Atoms that are in what was written.
    pub atoms: usize,
    /// Atoms that have no place in the format.
    pub left_out: usize,
    /// Atoms that are in it, and carry something that has no place: a value, an attention value, or of a truth value more than
    /// the format holds.
    pub reduced: usize,
}

/// Reads a graph into a space of its own, which knows these types.
pub fn read(format: Format, bytes: &[u8], types: &Types) -> Result<Space, FormatError> {
    read_within(format, bytes, types, None)
}

/// As [`read()`], for a change, where atoms are text of so many bytes at most: one that would have more, or more brackets within
/// each other than a text may have, is refused with its place in what is read.
pub(crate) fn read_within(
    format: Format,
    bytes: &[u8],
    types: &Types,
    limit: Option<u64>,
) -> Result<Space, FormatError> {
    let mut space = Space::with_types(types);
    match format {
        Format::Atomese => drop(space.read_text(bytes, Limits::default())?),
        Format::Json => json::read(bytes, &mut space, limit)?,
        Format::Turtle => turtle::read(bytes, &mut space)?,
        Format::Csv => csv::read(bytes, &mut space)?,
        Format::GraphMl => graphml::read(bytes, &mut space)?,
    }
    Ok(space)
}

/// Writes what a space holds, as far as the format has a place for it.
pub fn write(format: Format, space: &Space, mut out: &mut dyn Write) -> Result<Written, FormatError> {
    let all = Written { atoms: space.len(), ..Written::default() };
    match format {
        Format::Atomese => space.write_text(&mut out).map(|()| all).map_err(FormatError::io(format)),
        Format::Json => json::write(space, out).map(|()| all),
        Format::Turtle => turtle::write(space, out),
        Format::Csv => csv::write(space, out),
        Format::GraphMl => graphml::write(space, out),
    }
}

/// What is known of atoms that are not held after they were gone through once, to be written in a format.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// Nothing.
    Json,
    /// What atoms are to each other.
    Atomese(Shape),
}

/// Goes through atoms that are not held, to be written in a format that [is written atom by atom](Format::is_piecewise). What cannot be
/// read or written of them is found here, before anything is written.
pub(crate) fn prepared(format: Format, atoms: &mut dyn Atoms, cancel: &Cancel) -> Result<Prepared, KnowledgeError> {
    match format {
        Format::Json => json::stored::check(atoms, cancel).map(|()| Prepared::Json),
        _ => Shape::of(atoms, cancel).map(Prepared::Atomese),
    }
}

/// As [`write()`], of atoms that are not held, and were gone through.
pub(crate) fn write_piecewise(
    prepared: &Prepared,
    atoms: &mut dyn Atoms,
    out: &mut dyn Write,
    cancel: &Cancel,
) -> Result<Written, KnowledgeError> {
    let count = match prepared {
        Prepared::Json => json::stored::write(atoms, out, cancel)?,
        Prepared::Atomese(shape) => write_text(atoms, shape, out, cancel)?,
    };
    Ok(Written { atoms: usize::try_from(count).unwrap_or(usize::MAX), ..Written::default() })
}

/// As [`write()`], into memory, for which no more than this is taken: what is shared in a space is written out in text, and may
/// be longer than anything.
pub fn write_bounded(format: Format, space: &Space, limit: u64) -> Result<(Vec<u8>, Written), FormatError> {
    let mut out = Bounded::new(limit);
    let done = write(format, space, &mut out);
    match done {
        Err(_) if out.full => Err(FormatError::TooLong { format, limit }),
        done => Ok((out.bytes, done?)),
    }
}

/// The line and column, from 1, of a byte.
pub(crate) fn position(bytes: &[u8], at: usize) -> (u64, u64) {
    let before = bytes.get(..at).unwrap_or(bytes);
    let lines = before.split(|byte| *byte == b'\n').count() as u64;
    let last = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    // Every character has one byte that does not continue another.
    let column = last.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64;
    (lines, column + 1)
}

/// A refusal of the space, where a record is known.
fn refused(format: Format, place: String) -> impl FnOnce(SpaceError) -> FormatError {
    move |error| FormatError::record(format, place, &error)
}

#[cfg(test)]
mod tests;
