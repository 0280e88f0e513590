//! Log events in memory: templates, times and request ids, not the messages. Bounded.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::level::Level;
use super::template::{self, Miner};
use crate::bundle::Limits;
use crate::names::{self, Names};
use crate::time::Seconds;

/// One log line.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// When it was logged.
    pub time: Seconds,
    /// Number of the entity in [`Logs::entities`].
    pub entity: u32,
    /// Its template.
    pub template: u32,
    /// Hash of the span id; 0 for none.
    pub span: u64,
}

/// What is known of a template.
#[derive(Debug, Clone, Copy, Default)]
pub struct TemplateInfo {
    /// The highest level seen.
    pub level: Level,
    /// Whether a message of it tells of an exception.
    pub exception: bool,
    /// File of the first message.
    pub file: u32,
    /// Line of the first message.
    pub line: u32,
}

/// A line as an importer read it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Record<'a> {
    /// When it was logged.
    pub time: Seconds,
    /// Pod or service.
    pub entity: &'a str,
    /// Its level, where a field says it.
    pub level: Option<Level>,
    /// Span id; empty for none.
    pub span: &'a str,
    /// The message.
    pub message: &'a str,
    /// Where it stands.
    pub line: u32,
}

/// Seconds of one bucket of counts.
pub const BUCKET: f64 = 10.0;
/// Events kept one by one; beyond it lines are only counted.
const MAX_EVENTS: usize = 1_500_000;
/// Counts kept.
const MAX_COUNTS: usize = 1_000_000;

/// All logs of a bundle.
#[derive(Debug)]
pub struct Logs {
    /// Atom names of entities.
    pub entities: Names,
    /// Files.
    pub files: Names,
    /// The templates.
    pub miner: Miner,
    /// What is known of each template.
    pub templates: Vec<TemplateInfo>,
    /// The events in order of reading.
    pub events: Vec<Event>,
    /// Lines by entity, template and bucket of time.
    pub counts: FxHashMap<(u32, u32, i64), u32>,
    /// Lines read.
    pub lines: u64,
    pods: FxHashMap<String, u32>,
    seen: FxHashSet<u64>,
    /// Lines that occurred before: the same template, entity, span and time to the nanosecond.
    pub repeated: u64,
}

impl Logs {
    /// No logs yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            entities: Names::default(),
            files: Names::default(),
            miner: Miner::new(limits.max_templates),
            templates: Vec::new(),
            events: Vec::new(),
            counts: FxHashMap::default(),
            lines: 0,
            pods: FxHashMap::default(),
            seen: FxHashSet::default(),
            repeated: 0,
        }
    }

    /// Adds a line.
    pub fn push(&mut self, record: &Record<'_>, file: &str) {
        let entity = if let Some(entity) = self.pods.get(record.entity) {
            *entity
        } else {
            let name = names::entity(record.entity);
            self.miner.keep(names::bare(&name));
            let entity = self.entities.id(&name);
            self.pods.insert(record.entity.to_owned(), entity);
            entity
        };
        let template = self.miner.add(record.message);
        let span = crate::traces::id_of(record.span);
        if self.repeats(record, entity, template, span) {
            self.repeated += 1;
            return;
        }
        if self.templates.len() <= template as usize {
            let info = TemplateInfo { file: self.files.id(file), line: record.line, ..TemplateInfo::default() };
            self.templates.resize(template as usize + 1, info);
        }
        if let Some(info) = self.templates.get_mut(template as usize) {
            let level = record.level.or_else(|| level_in(record.message)).unwrap_or_default();
            info.level = info.level.max(level);
            info.exception |= template::names_exception(record.message);
        }
        self.lines += 1;
        let key = (entity, template, (record.time / BUCKET).floor() as i64);
        if self.counts.len() < MAX_COUNTS || self.counts.contains_key(&key) {
            *self.counts.entry(key).or_default() += 1;
        }
        if self.events.len() < MAX_EVENTS {
            self.events.push(Event { time: record.time, entity, template, span });
        }
    }
}

impl Logs {
    /// Whether a line of a request has been read before: recordings overlap. Lines without a request are all kept, since
    /// their times are often whole seconds.
    fn repeats(&mut self, record: &Record<'_>, entity: u32, template: u32, span: u64) -> bool {
        if span == 0 || self.seen.len() >= MAX_EVENTS {
            return false;
        }
        let mut hasher = FxHasher::default();
        (record.time.to_bits(), entity, template, span).hash(&mut hasher);
        record.message.hash(&mut hasher);
        !self.seen.insert(hasher.finish())
    }
}

/// The level that one of the first words of a message names, written in capitals as loggers do.
fn level_in(message: &str) -> Option<Level> {
    let words = message.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() >= 3).take(8);
    words.filter(|word| word.bytes().all(|b| b.is_ascii_uppercase())).find_map(Level::parse).or_else(|| {
        let lower = ["level=", "level\":\"", "severity="].iter().find_map(|key| message.split_once(key))?;
        Level::parse(lower.1.trim_start_matches('"').split(|c: char| !c.is_ascii_alphabetic()).next()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_events_with_service_template_and_level() {
        let mut logs = Logs::new(&Limits::default());
        let record = Record {
            time: 25.0,
            entity: "cart-5dc8d4f9fd-46997",
            message: "12:00 ERROR no item 7",
            ..Record::default()
        };
        logs.push(&record, "logs/a.csv");
        logs.push(&Record { message: "12:01 ERROR no item 9", ..record }, "logs/a.csv");
        assert_eq!(logs.entities.name(0), "service/cart");
        assert_eq!(logs.counts.get(&(0, 0, 2)), Some(&2));
        assert_eq!(logs.templates[0].level, Level::Error);
        assert_eq!(level_in("ts=1 level=warn msg=x"), Some(Level::Warning));
        assert_eq!(level_in("user error page shown"), None);
    }
}
