//! What was observed of an atom, as outcomes noted it: the value under [`OUTCOMES_KEY`].
//!
//! Nobody can take observations from a truth value again: something else may be in it by now. So it is noted what the atom is
//! worth without them, its *base*, and what it is worth with them follows from that. Where an atom is worth something else,
//! somebody stated that since, or rules concluded it. What was stated is the base then, and what was observed before is noted
//! and does not count in it.

use std::sync::Arc;

use oriel_atomspace::learning::{LOOKAHEAD, revised};
use oriel_atomspace::pln::Counts;
use oriel_atomspace::space::{AtomType, Frame, Handle, Space, SpaceError, Truth, Value};

use crate::error::KnowledgeError;

/// The name of the `Predicate` under which an atom has what was observed of it, four texts each. For each source its name, the
/// observations for the atom, all observations, and when that was said; and once no name, then what the atom is worth without
/// observations: strength, confidence, and the count of a truth value that has one. What stands before that does not count any
/// more, for somebody stated the atom since; what stands after it counts.
pub const OUTCOMES_KEY: &str = "oriel:outcomes";

/// Differences of truth values from which on they are not the same.
const NEAR: f32 = 1e-6;

/// Whether two truth values are the same, but for rounding.
pub(crate) fn is_near(one: Truth, other: Truth) -> bool {
    (one.strength() - other.strength()).abs() < NEAR && (one.confidence() - other.confidence()).abs() < NEAR
}

/// What a source observed of an atom.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) source: Arc<str>,
    pub(crate) counts: Counts,
    pub(crate) observed: Arc<str>,
}

/// What was observed of an atom.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcomes {
    /// What was observed before somebody stated the base: it is noted, and does not count.
    past: Vec<Told>,
    /// What the atom is worth without observations.
    pub(crate) base: Truth,
    /// What counts.
    told: Vec<Told>,
}

impl Outcomes {
    /// What is noted of an atom; none where nothing is. An error where what it has is no such note.
    pub(crate) fn noted(space: &Space, atom: Handle) -> Result<Option<Self>, KnowledgeError> {
        let key = space.find_node(AtomType::PREDICATE, OUTCOMES_KEY);
        let Some(value) = key.and_then(|key| space.value(atom, key)) else { return Ok(None) };
        let read = if let Value::Strings(texts) = value { read(texts) } else { None };
        let message = || {
            format!(
                "what it has under (Predicate \"{OUTCOMES_KEY}\") says not what was observed: four texts for each source, its \
                 name, the observations for it, all of them, and when, and four with no name for what it is worth without \
                 them; set that right, or take it away"
            )
        };
        read.map(Some).ok_or_else(|| KnowledgeError::invalid("atom", message()))
    }

    /// What is noted of an atom, with what it is worth now as the base where it is not what follows from the note: then
    /// somebody stated it since.
    pub(crate) fn standing(space: &Space, atom: Handle) -> Result<Option<Self>, KnowledgeError> {
        let noted = Self::noted(space, atom)?;
        Ok(noted
            .map(|noted| if is_near(noted.truth(), space.truth(atom)) { noted } else { noted.past(space.truth(atom)) }))
    }

    /// Nothing, of an atom that is worth this.
    pub(crate) fn none(base: Truth) -> Self {
        Self { past: Vec::new(), base, told: Vec::new() }
    }

    /// The same where another base was stated since.
    fn past(mut self, base: Truth) -> Self {
        self.past.append(&mut self.told);
        Self { base, ..self }
    }

    /// What a source said, whether that counts or not.
    pub(crate) fn said(&self, source: &str) -> Option<Counts> {
        let all = self.told.iter().chain(&self.past);
        all.filter(|one| &*one.source == source).map(|one| one.counts).next()
    }

    /// Puts what a source says in the place of what it said; nothing, where it observed nothing.
    pub(crate) fn say(&mut self, new: Told) {
        self.past.retain(|one| one.source != new.source);
        let place = self.told.iter().position(|one| one.source == new.source).unwrap_or(self.told.len());
        self.told.retain(|one| one.source != new.source);
        if new.counts.total() > 0.0 {
            self.told.insert(place, new);
        }
    }

    /// How many sources said something.
    pub(crate) fn sources(&self) -> usize {
        self.past.len() + self.told.len()
    }

    /// What an atom is worth by this.
    pub(crate) fn truth(&self) -> Truth {
        let all = self.told.iter().fold(Counts::default(), |all, one| all + one.counts);
        if all.total() > 0.0 { revised(self.base, all, LOOKAHEAD) } else { self.base }
    }

    /// Notes this with an atom; what says nothing leaves no note.
    pub(crate) fn keep(&self, frame: &mut Frame, atom: Handle) -> Result<(), SpaceError> {
        let key = frame.node(AtomType::PREDICATE, OUTCOMES_KEY)?;
        if self.sources() == 0 {
            frame.remove_value(atom, key);
            return Ok(());
        }
        let said = |Told { source, counts, observed }: &Told| {
            let [positive, total] = [counts.positive(), counts.total()].map(|number| Arc::from(number.to_string()));
            [Arc::clone(source), positive, total, Arc::clone(observed)]
        };
        let count = if let Truth::Count { count, .. } = self.base { count.to_string() } else { String::new() };
        let base = [String::new(), self.base.strength().to_string(), self.base.confidence().to_string(), count];
        let (past, told) = (self.past.iter().flat_map(said), self.told.iter().flat_map(said));
        let texts: Vec<Arc<str>> = past.chain(base.map(Arc::from)).chain(told).collect();
        frame.set_value(atom, key, Value::from(texts))
    }
}

fn read(texts: &[Arc<str>]) -> Option<Outcomes> {
    let (mut past, mut base, mut told) = (Vec::new(), None, Vec::new());
    for four in texts.chunks(4) {
        let [source, positive, total, observed] = four else { return None };
        if source.is_empty() {
            let known = read_truth(positive, total, observed)?;
            if base.replace(known).is_some() {
                return None;
            }
            continue;
        }
        let counts = Counts::new(positive.parse().ok()?, total.parse().ok()?)?;
        let one = Told { source: Arc::clone(source), counts, observed: Arc::clone(observed) };
        if base.is_some() { told.push(one) } else { past.push(one) }
    }
    Some(Outcomes { past, base: base?, told })
}

fn read_truth(strength: &str, confidence: &str, count: &str) -> Option<Truth> {
    let share = |text: &str| text.parse().ok().filter(|share| (0.0_f32..=1.0).contains(share));
    let (strength, confidence) = (share(strength)?, share(confidence)?);
    if count.is_empty() {
        return Some(Truth::simple(strength, confidence));
    }
    let count = count.parse().ok().filter(|count: &f32| count.is_finite() && *count >= 0.0)?;
    Some(Truth::Count { strength, confidence, count })
}
