//! JSON: all that a space holds.
//!
//! ```json
//! {"format": "oriel-atoms", "version": 1,
//!  "types": [{"name": "ServiceNode", "parents": ["ConceptNode"]}],
//!  "atoms": [{"type": "ServiceNode", "name": "cart", "truth": {"strength": 0.5, "confidence": 0.9}},
//!            {"type": "PredicateNode", "name": "load"},
//!            {"type": "ListLink", "out": [0], "attention": {"sti": 1.0, "lti": 0.0, "vlti": 0},
//!             "values": [{"key": 1, "value": {"floats": [0.2, 0.9]}}]}]}
//! ```
//! An atom is named by its place in the list, from 0; a link stands after what it joins. A value is one of `bool`, `int`,
//! `float`, `text`, `bools`, `floats`, `texts`, `list` and `stream`; what is no finite number is `"NaN"`, `"Infinity"` or
//! `"-Infinity"`.

pub(super) mod stored;

use std::io::Write;
use std::sync::Arc;

use oriel_atomspace::space::{AtomType, Attention, Handle, Limits, Space, Stream, Truth, Types, Value};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::types::declared;
use super::{Format, FormatError, refused};

const FORMAT: &str = "oriel-atoms";
/// Values within values, at most; readers bound nesting, too.
const DEPTH: usize = 60;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    types: Vec<Declared>,
    atoms: Vec<Atom>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    name: String,
    parents: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Atom {
    #[serde(rename = "type")]
    of: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    out: Option<Vec<usize>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    truth: Option<Told>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attention: Option<Attended>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<Under>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Told {
    Count { strength: f32, confidence: f32, count: f32 },
    Simple { strength: f32, confidence: f32 },
    Indefinite { low: f32, high: f32, credibility: f32, lookahead: f32 },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attended {
    sti: f32,
    lti: f32,
    vlti: u16,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Under {
    key: usize,
    value: Carried,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Carried {
    Bool(bool),
    Int(i64),
    Float(Number),
    Text(String),
    Bools(Vec<bool>),
    Floats(Vec<Number>),
    Texts(Vec<String>),
    Truth(Told),
    Attention(Attended),
    List(Vec<Carried>),
    Stream { capacity: u32, dropped: u64, values: Vec<Carried> },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Number {
    Finite(f64),
    Other(Other),
}

#[derive(Serialize, Deserialize)]
enum Other {
    NaN,
    Infinity,
    #[serde(rename = "-Infinity")]
    MinusInfinity,
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        match number {
            number if number.is_finite() => Self::Finite(number),
            number if number.is_nan() => Self::Other(Other::NaN),
            number if number > 0.0 => Self::Other(Other::Infinity),
            _ => Self::Other(Other::MinusInfinity),
        }
    }
}

impl From<Number> for f64 {
    fn from(number: Number) -> Self {
        match number {
            Number::Finite(number) => number,
            Number::Other(Other::NaN) => Self::NAN,
            Number::Other(Other::Infinity) => Self::INFINITY,
            Number::Other(Other::MinusInfinity) => Self::NEG_INFINITY,
        }
    }
}

pub(super) fn read(bytes: &[u8], space: &mut Space, limit: Option<u64>) -> Result<(), FormatError> {
    let document: Document = serde_json::from_slice(bytes).map_err(|error| FormatError::At {
        format: Format::Json,
        line: error.line() as u64,
        column: error.column() as u64,
        message: error.to_string(),
    })?;
    if document.format != FORMAT || document.version != 1 {
        let message = format!("write \"format\": \"{FORMAT}\", \"version\": 1");
        return Err(FormatError::record(Format::Json, "format", &message));
    }
    for declared in &document.types {
        let place = || format!("type {}", declared.name);
        let parents = declared.parents.iter().map(|parent| space.types().named(parent));
        let parents: Result<Vec<AtomType>, _> = parents.collect();
        let parents = parents.map_err(|error| FormatError::record(Format::Json, place(), &error))?;
        space.declare_type(&declared.name, &parents).map_err(refused(Format::Json, place()))?;
    }
    if let Some(limit) = limit {
        written_out(&document.atoms, limit)?;
    }
    let mut handles: Vec<Handle> = Vec::with_capacity(document.atoms.len());
    let mut valued = Vec::new();
    for (place, atom) in document.atoms.into_iter().enumerate() {
        let named = || format!("atom {place}");
        let handle =
            made(space, &atom, &handles).map_err(|error| FormatError::record(Format::Json, named(), &error))?;
        if let Some(truth) = atom.truth {
            space.set_truth(handle, truth.into()).map_err(refused(Format::Json, named()))?;
        }
        if let Some(Attended { sti, lti, vlti }) = atom.attention {
            let attention = Some(Attention { sti, lti, vlti });
            space.set_attention(handle, attention).map_err(refused(Format::Json, named()))?;
        }
        valued.extend(atom.values.into_iter().map(|under| (place, handle, under)));
        handles.push(handle);
    }
    // A key may stand behind what has a value under it.
    for (place, handle, under) in valued {
        let key = handles.get(under.key).copied();
        let absent = || {
            FormatError::record(
                Format::Json,
                format!("atom {place}"),
                &format!("its key, atom {}, is not there", under.key),
            )
        };
        let key = key.ok_or_else(absent)?;
        space
            .set_value(handle, key, Value::from(under.value))
            .map_err(refused(Format::Json, format!("atom {place}")))?;
    }
    Ok(())
}

/// Refuses an atom that is too long, or too deep, as text, in which what is shared stands each time that it is joined.
fn written_out(atoms: &[Atom], limit: u64) -> Result<(), FormatError> {
    let depth = Limits::default().depth;
    let mut sizes: Vec<(u64, usize)> = Vec::with_capacity(atoms.len());
    for (place, atom) in atoms.iter().enumerate() {
        let refused = |message: String| Err(FormatError::record(Format::Json, format!("atom {place}"), &message));
        // Brackets, the type without its ending, and the name in quotes.
        let own = (atom.of.len() + atom.name.as_ref().map_or(0, |name| name.len() + 3)) as u64;
        let parts = atom.out.iter().flatten().filter_map(|part| sizes.get(*part));
        let (size, deep) = parts
            .fold((own, 0), |(size, deep), part| (size.saturating_add(part.0).saturating_add(1), deep.max(part.1)));
        if size > limit {
            return refused(format!(
                "written out as text, with all that it joins each time that it is joined, it has more than {limit} bytes, and a \
                 change may have no more"
            ));
        }
        if deep >= depth {
            return refused(format!("it joins atoms that join atoms, and so on, more than {depth} within each other"));
        }
        sizes.push((size, deep + 1));
    }
    Ok(())
}

fn made(space: &mut Space, atom: &Atom, before: &[Handle]) -> Result<Handle, String> {
    let of = space.types().named(&atom.of).map_err(|error| error.to_string())?;
    match (&atom.name, &atom.out) {
        (Some(name), None) => space.node(of, name).map_err(|error| error.to_string()),
        (None, Some(out)) => {
            let part = |place: &usize| {
                before
                    .get(*place)
                    .copied()
                    .ok_or_else(|| format!("it joins atom {place}, which does not stand before it"))
            };
            let out: Result<Vec<Handle>, String> = out.iter().map(part).collect();
            space.link(of, &out?).map_err(|error| error.to_string())
        }
        _ => Err("an atom has either a name or out".to_owned()),
    }
}

impl From<Told> for Truth {
    fn from(told: Told) -> Self {
        match told {
            Told::Count { strength, confidence, count } => Self::Count { strength, confidence, count },
            Told::Simple { strength, confidence } => Self::Simple { strength, confidence },
            Told::Indefinite { low, high, credibility, lookahead } => {
                Self::Indefinite { low, high, credibility, lookahead }
            }
        }
    }
}

impl From<Carried> for Value {
    fn from(carried: Carried) -> Self {
        match carried {
            Carried::Bool(value) => Self::Bool(value),
            Carried::Int(number) => Self::Int(number),
            Carried::Float(number) => Self::Float(number.into()),
            Carried::Text(text) => Self::from(text),
            Carried::Bools(values) => Self::from(values),
            Carried::Floats(numbers) => Self::from(numbers.into_iter().map(f64::from).collect::<Vec<f64>>()),
            Carried::Texts(texts) => Self::from(texts.into_iter().map(Arc::from).collect::<Vec<Arc<str>>>()),
            Carried::Truth(told) => Self::Truth(told.into()),
            Carried::Attention(Attended { sti, lti, vlti }) => Self::Attention(Attention { sti, lti, vlti }),
            Carried::List(values) => Self::from(values.into_iter().map(Self::from).collect::<Vec<Self>>()),
            Carried::Stream { capacity, dropped, values } => {
                let mut stream = Stream::resumed(capacity, dropped);
                for value in values {
                    stream.push(value.into());
                }
                Self::from(stream)
            }
        }
    }
}

pub(super) fn write(space: &Space, out: &mut dyn Write) -> Result<(), FormatError> {
    // What has no place is told before anything is written.
    for (place, handle) in space.handles().enumerate() {
        if space.values(handle).any(|(_, value)| is_deeper(value, DEPTH)) {
            return Err(too_deep(place, &space.show_bare(handle)));
        }
    }
    begin(space.types(), out)?;
    // Streamed: an atom at a time is held.
    let places: FxHashMap<Handle, usize> = space.handles().zip(0..).collect();
    for (place, handle) in space.handles().enumerate() {
        let told = told(space, handle, &places)
            .map_err(|message| FormatError::record(Format::Json, format!("atom {place}"), &message))?;
        atom(&told, place == 0, out)?;
    }
    end(out)
}

fn too_deep(place: usize, shown: &str) -> FormatError {
    let message = format!(
        "JSON has no place for values within values more than {DEPTH} deep, as {shown} has; use atomese, or a backup"
    );
    FormatError::record(Format::Json, format!("atom {place}"), &message)
}

/// What stands before the atoms.
fn begin(types: &Types, out: &mut dyn Write) -> Result<(), FormatError> {
    let io = || FormatError::io(Format::Json);
    let declared = declared(types).map(|(name, parents)| Declared { name, parents });
    let declared = serde_json::to_string(&declared.collect::<Vec<_>>()).map_err(|error| io()(error.into()))?;
    write!(out, "{{\"format\":\"{FORMAT}\",\"version\":1,\"types\":{declared},\"atoms\":[").map_err(io())
}

/// An atom, behind those before it.
fn atom(atom: &Atom, is_first: bool, out: &mut dyn Write) -> Result<(), FormatError> {
    let io = || FormatError::io(Format::Json);
    let text = serde_json::to_string(atom).map_err(|error| io()(error.into()))?;
    write!(out, "{}\n{text}", if is_first { "" } else { "," }).map_err(io())
}

/// What stands after the atoms.
fn end(out: &mut dyn Write) -> Result<(), FormatError> {
    out.write_all(b"\n]}\n").map_err(FormatError::io(Format::Json))
}

fn told(space: &Space, handle: Handle, places: &FxHashMap<Handle, usize>) -> Result<Atom, &'static str> {
    let place = |handle: &Handle| places.get(handle).copied().unwrap_or_default();
    let truth = match space.truth(handle) {
        truth if truth == Truth::DEFAULT => None,
        truth => Some(told_truth(truth)?),
    };
    let mut values = Vec::new();
    for (key, value) in space.values(handle) {
        values.push(Under { key: place(&key), value: carried(value, 0)? });
    }
    let link = space.name(handle).is_none();
    Ok(Atom {
        of: space.type_of(handle).map(|of| space.types().full_name(of)).unwrap_or_default(),
        name: space.name(handle).map(str::to_owned),
        out: link.then(|| space.outgoing(handle).iter().map(place).collect()),
        truth,
        attention: space.attention(handle).map(told_attention),
        values,
    })
}

fn told_truth(truth: Truth) -> Result<Told, &'static str> {
    Ok(match truth {
        Truth::Simple { strength, confidence } => Told::Simple { strength, confidence },
        Truth::Count { strength, confidence, count } => Told::Count { strength, confidence, count },
        Truth::Indefinite { low, high, credibility, lookahead } => {
            Told::Indefinite { low, high, credibility, lookahead }
        }
        _ => return Err("JSON has no place for a truth value of this kind"),
    })
}

fn told_attention(Attention { sti, lti, vlti }: Attention) -> Attended {
    Attended { sti, lti, vlti }
}

/// Whether values stand within a value more than so deep.
fn is_deeper(value: &Value, depth: usize) -> bool {
    let mut open = vec![(value, 0)];
    while let Some((value, at)) = open.pop() {
        if at > depth {
            return true;
        }
        match value {
            Value::Link(values) => open.extend(values.iter().map(|value| (value, at + 1))),
            Value::Stream(stream) => open.extend(stream.iter().map(|value| (value, at + 1))),
            _ => {}
        }
    }
    false
}

fn carried(value: &Value, depth: usize) -> Result<Carried, &'static str> {
    if depth > DEPTH {
        return Err("JSON has no place for values within values as deep as these");
    }
    Ok(match value {
        Value::Bool(value) => Carried::Bool(*value),
        Value::Int(number) => Carried::Int(*number),
        Value::Float(number) => Carried::Float((*number).into()),
        Value::String(text) => Carried::Text(text.to_string()),
        Value::Bools(values) => Carried::Bools(values.to_vec()),
        Value::Floats(numbers) => Carried::Floats(numbers.iter().map(|number| (*number).into()).collect()),
        Value::Strings(texts) => Carried::Texts(texts.iter().map(ToString::to_string).collect()),
        Value::Truth(truth) => Carried::Truth(told_truth(*truth)?),
        Value::Attention(attention) => Carried::Attention(told_attention(*attention)),
        Value::Link(values) => {
            Carried::List(values.iter().map(|value| carried(value, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Stream(stream) => Carried::Stream {
            capacity: stream.capacity(),
            dropped: stream.dropped(),
            values: stream.iter().map(|value| carried(value, depth + 1)).collect::<Result<_, _>>()?,
        },
        _ => return Err("JSON has no place for a value of this kind"),
    })
}
