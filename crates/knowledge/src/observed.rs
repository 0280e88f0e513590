//! What sources say of an atom, as ingestion noted it: the values under the keys of [`FROM_KEY`].

use chrono::{DateTime, Utc};
use oriel_atomspace::space::{AtomType, Handle, Space, Truth, Value};
use serde::Serialize;

use crate::ingest::{FROM_KEY, STATED};

/// What one source says of an atom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Observation {
    /// The source.
    pub source: String,
    /// The place in it: file and line, or file and place in the file.
    pub place: String,
    /// When it was observed, RFC 3339.
    pub observed: String,
    /// How true it is by this source.
    pub strength: f32,
    /// How sure that is.
    pub confidence: f32,
    /// How often it was seen; 0 where it is not counted.
    pub count: u64,
}

impl Observation {
    /// What a value under the key of a source says; none where it is no observation.
    pub(crate) fn of(source: &str, value: &Value) -> Option<Self> {
        let Value::Strings(texts) = value else { return None };
        let text = |at: usize| texts.get(at).map(ToString::to_string);
        Some(Self {
            source: source.to_owned(),
            place: text(0)?,
            observed: text(1)?,
            strength: text(2)?.parse().ok()?,
            confidence: text(3)?.parse().ok()?,
            count: text(4)?.parse().ok()?,
        })
    }

    /// When it was observed, where it says a moment.
    pub fn moment(&self) -> Option<DateTime<Utc>> {
        self.observed.parse().ok()
    }

    /// Whether somebody stated it who is no source.
    pub(crate) fn is_stated(&self) -> bool {
        self.source == STATED
    }

    /// What it is worth.
    pub(crate) fn truth(&self) -> Truth {
        Truth::simple(self.strength, self.confidence)
    }
}

/// The source that a key names; none where it is another key.
pub(crate) fn source(space: &Space, key: Handle) -> Option<&str> {
    let name = space.name(key).filter(|_| space.type_of(key) == Some(AtomType::PREDICATE))?;
    name.strip_prefix(FROM_KEY)
}

/// The keys under which sources say something in a space.
pub(crate) fn keys(space: &Space) -> impl Iterator<Item = Handle> {
    space.by_type(AtomType::PREDICATE).filter(|key| source(space, *key).is_some())
}

/// What sources say of an atom, in the order in which they came.
pub(crate) fn observations(space: &Space, atom: Handle) -> Vec<Observation> {
    let said = space.values(atom).filter_map(|(key, value)| Observation::of(source(space, key)?, value));
    said.collect()
}

/// What an atom is worth by what is said of it; none where nobody says anything. What somebody stated by hand counts for more than
/// what the surest of the sources says, where it says anything.
pub(crate) fn worth(said: &[Observation]) -> Option<Truth> {
    let stated = surest(said.iter().filter(|one| one.is_stated()));
    let sources = surest(said.iter().filter(|one| !one.is_stated()));
    stated.filter(|truth| truth.confidence() > 0.0).or(sources).or(stated)
}

/// What the surest of some sources says; none where there are none.
pub(crate) fn surest<'a>(said: impl IntoIterator<Item = &'a Observation>) -> Option<Truth> {
    let surer = |one: &&Observation, other: &&Observation| {
        one.confidence.total_cmp(&other.confidence).then(one.strength.total_cmp(&other.strength))
    };
    said.into_iter().max_by(surer).map(Observation::truth)
}
