//! Facts on their way into a base.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kind::IngestError;
use super::secrets;

/// Facts of one ingestion at most.
const MOST: usize = 500_000;
/// How often facts of one ingestion are said at most, each as often as it is: few lines can say one again and again.
const SAID: u64 = 40 * MOST as u64;
/// Letters of a text at most; what is longer is cut.
const WORDS: usize = 2_000;

/// Items of one file that are passed over and told of, each by itself.
const TOLD: usize = 20;

/// An item of a file that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// Where it stands in the file.
    pub(super) place: String,
    /// Why not, and what would do.
    pub(super) why: String,
}

impl Refused {
    pub(super) fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self { place: place.into(), why: why.into() }
    }
}

/// What a fact is about beside its entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    /// Another entity, `kind/name`.
    Entity(String),
    /// A text.
    Text(String),
    /// A whole number.
    Number(u64),
}

/// What is said, apart from how sure it is and who says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) relation: &'static str,
    pub(super) of: String,
    pub(super) object: Object,
}

/// How a fact is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub(super) strength: f32,
    pub(super) confidence: f32,
    /// File and line, or file and place in it.
    pub(super) place: String,
    /// The file alone.
    pub(super) file: Arc<str>,
    /// When it was observed, RFC 3339; the time of the ingestion where nothing says it.
    pub(super) observed: Option<String>,
    /// How often it was seen, where it is counted.
    pub(super) count: u64,
}

/// The facts of one ingestion, each once.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) all: BTreeMap<Said, Known>,
    /// What was withheld because it looks like a secret.
    pub(super) withheld: u64,
    /// What is no fact but was noticed.
    pub(super) remarks: Vec<String>,
    /// Names of services that texts may speak of, by the same in small letters.
    pub(super) services: BTreeMap<String, Vec<String>>,
    file: Arc<str>,
    place: String,
    observed: Option<String>,
    said: u64,
    full: bool,
}

/// How sure what is configured is.
pub(super) const STATED: (f32, f32) = (1.0, 0.9);
/// How sure what is told from a name or an address is.
pub(super) const INFERRED: (f32, f32) = (0.9, 0.7);

impl Facts {
    /// Begins with the next file.
    pub(super) fn begin(&mut self, file: &str) {
        self.file = file.into();
        file.clone_into(&mut self.place);
        self.observed = None;
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// From here on facts are from this line.
    pub(super) fn at_line(&mut self, line: u32) {
        self.place = format!("{}:{line}", self.file);
    }

    /// From here on facts are from this place of the file.
    pub(super) fn at(&mut self, place: &str) {
        self.place = format!("{} {place}", self.file);
    }

    /// States a fact about two entities.
    pub(super) fn say(&mut self, relation: &'static str, of: &str, object: &str) {
        self.with(relation, of, Object::Entity(object.to_owned()), STATED);
    }

    /// States a name or an address about an entity, unless it holds a credential.
    pub(super) fn tell(&mut self, relation: &'static str, of: &str, text: &str) {
        if secrets::holds_credential(text) {
            self.withheld += 1;
            return;
        }
        self.text(relation, of, text);
    }

    /// States a text that people wrote about an entity, unless it looks like a secret.
    pub(super) fn write(&mut self, relation: &'static str, of: &str, text: &str) {
        if secrets::looks_secret(text) {
            self.withheld += 1;
            return;
        }
        self.text(relation, of, text);
    }

    fn text(&mut self, relation: &'static str, of: &str, text: &str) {
        let text: String = text.trim().chars().take(WORDS).collect();
        if !text.is_empty() {
            self.with(relation, of, Object::Text(text), STATED);
        }
    }

    /// States a number about an entity.
    pub(super) fn count(&mut self, relation: &'static str, of: &str, number: u64) {
        self.with(relation, of, Object::Number(number), STATED);
    }

    /// States a fact as sure as this.
    pub(super) fn with(
        &mut self,
        relation: &'static str,
        of: &str,
        object: Object,
        (strength, confidence): (f32, f32),
    ) {
        let known = self.known((strength, confidence), self.observed.clone(), 0);
        self.add(Said { relation, of: of.to_owned(), object }, known);
    }

    /// States what was seen so often, at last then. How sure it is grows with how often: n / (n + 10).
    pub(super) fn seen(
        &mut self,
        relation: &'static str,
        of: &str,
        object: &str,
        (count, observed): (u64, Option<String>),
    ) {
        let said = Said { relation, of: of.to_owned(), object: Object::Entity(object.to_owned()) };
        let all = self.all.get(&said).map_or(0, |known| known.count).saturating_add(count);
        let confidence = (all as f64 / (all as f64 + 10.0)) as f32;
        let known = self.known((1.0, confidence), observed, count);
        self.add(said, known);
    }

    fn known(&self, (strength, confidence): (f32, f32), observed: Option<String>, count: u64) -> Known {
        Known { strength, confidence, place: self.place.clone(), file: Arc::clone(&self.file), observed, count }
    }

    /// When what follows in this file was observed, where that is known.
    pub(super) fn observed_at(&mut self, observed: Option<String>) {
        self.observed = observed;
    }

    fn add(&mut self, said: Said, known: Known) {
        if secrets::holds_credential(&said.of)
            || matches!(&said.object, Object::Entity(name) if secrets::holds_credential(name))
        {
            self.withheld += 1;
            return;
        }
        self.said += 1;
        self.full |= self.all.len() >= MOST || self.said > SAID;
        if self.full {
            return;
        }
        self.keep(said, known);
    }

    /// Keeps a fact. What is said twice is kept as what is surer; how often it was seen, and when at last, is kept too.
    pub(super) fn keep(&mut self, said: Said, known: Known) {
        match self.all.get_mut(&said) {
            None => drop(self.all.insert(said, known)),
            Some(before) => {
                let count = before.count.saturating_add(known.count);
                let observed = before.observed.take().max(known.observed.clone());
                let surer = if before.confidence >= known.confidence { before.clone() } else { known };
                *before = Known { observed, count, ..surer };
            }
        }
    }

    /// Notes something that was noticed; a hundred such notes at most, each once.
    pub(super) fn remark(&mut self, text: impl AsRef<str>) {
        self.remark_of_all(format!("{}: {}", self.place, text.as_ref()));
    }

    /// Notes something that is not of one file.
    pub(super) fn remark_of_all(&mut self, text: String) {
        // What is a part of several projects is gone through for each.
        if self.remarks.len() < 100 && !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    /// Notes what is passed over of the file, if anything, each item with its place and why it cannot be taken; an error where the file has
    /// nothing else.
    pub(super) fn pass_over(&mut self, items: Vec<Refused>, has_others: bool) -> Result<(), IngestError> {
        let count = items.len();
        for (at, Refused { place, why }) in items.into_iter().enumerate() {
            if !has_others {
                return Err(IngestError::content(self.file(), place, why));
            }
            if at < TOLD {
                self.at(&place);
                self.remark(format!("{why}: passed over, and the rest of the file is taken"));
            }
        }
        if count > TOLD {
            let file = self.file().to_owned();
            self.remark_of_all(format!("{file}: {} more items are passed over for such reasons", count - TOLD));
        }
        Ok(())
    }

    /// Notes the documents of the file that cannot be read, and so are passed over.
    pub(super) fn broken(&mut self, errors: &[IngestError]) {
        for error in errors.iter().take(TOLD) {
            self.remark_of_all(format!("{error}: this document is passed over, and the rest of the file is taken"));
        }
        if errors.len() > TOLD {
            let file = self.file().to_owned();
            self.remark_of_all(format!("{file}: {} more documents cannot be read", errors.len() - TOLD));
        }
    }

    /// Whether no more are taken.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Whether all were taken.
    pub(super) fn check(&self) -> Result<(), IngestError> {
        if self.full { Err(IngestError::TooMuch { what: "facts".to_owned(), most: MOST }) } else { Ok(()) }
    }
}

/// The name of an entity.
pub(super) fn entity(kind: &str, name: &str) -> String {
    format!("{kind}/{}", name.trim().replace('\0', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_that_is_said_again_and_again_is_too_many() {
        let mut facts = Facts { said: SAID - 1, ..Facts::default() };
        facts.say("calls", "service/a", "service/b");
        assert!(facts.check().is_ok());
        facts.say("calls", "service/a", "service/b");
        assert_eq!((facts.all.len(), facts.check().is_err()), (1, true));
    }

    #[test]
    fn what_was_seen_more_often_than_can_be_counted_is_seen_that_often() {
        let mut facts = Facts::default();
        for count in [u64::MAX, 1] {
            facts.seen("calls", "service/a", "service/b", (count, None));
        }
        let known = facts.all.values().next().unwrap();
        assert_eq!((known.count, known.confidence), (u64::MAX, 1.0));
    }
}
