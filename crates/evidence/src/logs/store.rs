//! Log events in memory: templates, times and request ids, not the messages. Bounded.
//!
//! While lines are read their messages are shapes; [`Logs::finish`] groups these into templates, and everything that was noted of
//! a shape becomes that of its template. Neither depends on the order of lines or files.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::exception::{self, Exception};
use super::level::Level;
use super::shapes::Shapes;
use super::template::Templates;
use crate::bundle::Limits;
use crate::kubernetes::programs;
use crate::names::{self, Names};
use crate::time::Seconds;

/// One log line of a request.
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
    /// Hash of the id of the trace or request; 0 for none.
    pub trace: u64,
}

/// What is known of a template.
#[derive(Debug, Clone, Default)]
pub struct TemplateInfo {
    /// The highest level seen.
    pub level: Level,
    /// The exception that its messages tell of; the frame is that of the earliest.
    pub exception: Option<Box<Exception>>,
    /// What its messages say, as a class of [`crate::kubernetes`]'s words of programs.
    pub class: Option<&'static str>,
    /// When the first message was logged.
    pub first: Seconds,
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
    /// Id of the trace or request; empty for none.
    pub trace: &'a str,
    /// The message, with all lines of a stack trace.
    pub message: &'a str,
    /// Where it stands.
    pub line: u32,
}

/// Seconds of one bucket of counts.
pub const BUCKET: f64 = 10.0;
/// Lines of requests kept one by one; beyond it they are only counted.
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
    /// The templates; none before [`Self::finish`].
    pub templates: Templates,
    /// What is known of each template.
    pub infos: Vec<TemplateInfo>,
    /// Atom names of the services that templates may name.
    pub known: Names,
    /// The lines of requests in order of reading.
    pub events: Vec<Event>,
    /// Lines by entity, template and bucket of time.
    pub counts: FxHashMap<(u32, u32, i64), u32>,
    /// Lines read.
    pub lines: u64,
    /// The times of the first and the last line.
    pub span: Option<(Seconds, Seconds)>,
    shapes: Shapes,
    pods: FxHashMap<String, u32>,
    seen: FxHashSet<u64>,
    /// Lines that occurred before: the same message, entity, span and time to the nanosecond.
    pub repeated: u64,
}

impl Logs {
    /// No logs yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            entities: Names::default(),
            files: Names::default(),
            templates: Templates::default(),
            infos: Vec::new(),
            known: Names::default(),
            events: Vec::new(),
            counts: FxHashMap::default(),
            lines: 0,
            span: None,
            shapes: Shapes::new(limits.max_templates),
            pods: FxHashMap::default(),
            seen: FxHashSet::default(),
            repeated: 0,
        }
    }

    /// Adds a line.
    pub fn push(&mut self, record: &Record<'_>, file: &str) {
        let entity = self.entity(record.entity);
        let (span, trace) = (crate::traces::id_of(record.span), crate::traces::id_of(record.trace));
        if self.repeats(record, entity, span) {
            self.repeated += 1;
            return;
        }
        let told = if exception::may_tell(record.message) { exception::read(record.message) } else { None };
        let (shape, is_new) = self.shapes.add(record.message, told.as_ref().map_or("", |told| &told.root));
        self.note(record, shape, is_new, told, file);
        self.lines += 1;
        self.span =
            Some(self.span.map_or((record.time, record.time), |(a, b)| (a.min(record.time), b.max(record.time))));
        let key = (entity, shape, (record.time / BUCKET).floor() as i64);
        if self.counts.len() < MAX_COUNTS || self.counts.contains_key(&key) {
            *self.counts.entry(key).or_default() += 1;
        }
        if (span != 0 || trace != 0) && self.events.len() < MAX_EVENTS {
            self.events.push(Event { time: record.time, entity, template: shape, span, trace });
        }
    }

    fn entity(&mut self, name: &str) -> u32 {
        if let Some(entity) = self.pods.get(name) {
            return *entity;
        }
        let entity = self.entities.id(&names::entity(name));
        self.pods.insert(name.to_owned(), entity);
        entity
    }

    fn note(&mut self, record: &Record<'_>, shape: u32, is_new: bool, told: Option<Exception>, file: &str) {
        if self.infos.len() <= shape as usize {
            self.infos
                .resize_with(shape as usize + 1, || TemplateInfo { first: f64::INFINITY, ..TemplateInfo::default() });
        }
        let is_first = self.infos.get(shape as usize).is_some_and(|info| record.time < info.first);
        let file = if is_first { self.files.id(file) } else { 0 };
        let Some(info) = self.infos.get_mut(shape as usize) else { return };
        info.level = info.level.max(record.level.or_else(|| level_in(record.message)).unwrap_or_default());
        if is_new {
            info.class = programs::class_of(record.message);
        }
        let told = told.map(Box::new);
        if is_first {
            let frame = told.or_else(|| info.exception.take());
            (info.first, info.file, info.line, info.exception) = (record.time, file, record.line, frame);
        } else if info.exception.is_none() {
            info.exception = told;
        }
    }

    /// Whether a line of a request has been read before: recordings overlap. Lines without a request are all kept, since
    /// their times are often whole seconds.
    fn repeats(&mut self, record: &Record<'_>, entity: u32, span: u64) -> bool {
        if span == 0 || self.seen.len() >= MAX_EVENTS {
            return false;
        }
        let mut hasher = FxHasher::default();
        (record.time.to_bits(), entity, span).hash(&mut hasher);
        record.message.hash(&mut hasher);
        !self.seen.insert(hasher.finish())
    }

    /// Groups what was read into templates. `services` are the atom names of all entities that messages may name.
    pub fn finish<'s>(&mut self, services: impl Iterator<Item = &'s str>) {
        let mut bare: FxHashMap<String, u32> = FxHashMap::default();
        let known = &mut self.known;
        let mut know = |name: &str| {
            if !name.starts_with("call/") {
                let id = known.id(name);
                bare.entry(names::bare(name).to_owned()).or_insert(id);
            }
        };
        // Of two things of the same name messages mean the service, whichever was seen first.
        let services: Vec<&'s str> = services.collect();
        let is_service = |name: &&str| name.starts_with("service/");
        services.iter().copied().filter(is_service).for_each(&mut know);
        self.entities.iter().for_each(&mut know);
        services.into_iter().for_each(&mut know);
        let shapes = std::mem::replace(&mut self.shapes, Shapes::new(1));
        let (templates, of_shape) = Templates::of(&shapes, &bare);
        let of = |shape: u32| of_shape.get(shape as usize).copied().unwrap_or(0);
        let mut infos = vec![TemplateInfo { first: f64::INFINITY, ..TemplateInfo::default() }; templates.len()];
        for (shape, info) in std::mem::take(&mut self.infos).into_iter().enumerate() {
            if let Some(slot) = infos.get_mut(of(shape as u32) as usize) {
                slot.join(info);
            }
        }
        for event in &mut self.events {
            event.template = of(event.template);
        }
        let mut counts: FxHashMap<(u32, u32, i64), u32> = FxHashMap::default();
        for ((entity, shape, bucket), count) in std::mem::take(&mut self.counts) {
            *counts.entry((entity, of(shape), bucket)).or_default() += count;
        }
        (self.templates, self.infos, self.counts) = (templates, infos, counts);
        self.seen = FxHashSet::default();
    }

    /// What is known of a template.
    pub fn info(&self, template: u32) -> Option<&TemplateInfo> {
        self.infos.get(template as usize)
    }

    /// Atom names of the services that a template names.
    pub fn named(&self, template: u32) -> impl Iterator<Item = &str> {
        self.templates.named(template).iter().map(|id| self.known.name(*id))
    }
}

impl TemplateInfo {
    /// Whether its messages complain: an error, or an exception.
    pub fn complains(&self) -> bool {
        self.level >= Level::Error || self.exception.is_some()
    }

    /// Takes what is known of another shape of the same template.
    fn join(&mut self, other: Self) {
        self.level = self.level.max(other.level);
        // The class that says more stands first by name: any rule does that does not depend on an order.
        self.class = self.class.into_iter().chain(other.class).min();
        let is_first = (other.first, &other.exception.as_ref().map(|e| &e.frame), other.line)
            < (self.first, &self.exception.as_ref().map(|e| &e.frame), self.line);
        if is_first {
            let exception = other.exception.or_else(|| self.exception.take());
            (self.first, self.file, self.line, self.exception) = (other.first, other.file, other.line, exception);
        } else if self.exception.is_none() {
            self.exception = other.exception;
        }
    }
}

/// The level that one of the first words of a message names, written in capitals as loggers do, or by .NET before the category.
fn level_in(message: &str) -> Option<Level> {
    if let Some((_, level)) = DOTNET.iter().find(|(lead, _)| message.starts_with(lead)) {
        return Some(*level);
    }
    let words = message.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() >= 3).take(8);
    words.filter(|word| word.bytes().all(|b| b.is_ascii_uppercase())).find_map(Level::parse).or_else(|| {
        let lower = ["level=", "level\":\"", "severity="].iter().find_map(|key| message.split_once(key))?;
        Level::parse(lower.1.trim_start_matches('"').split(|c: char| !c.is_ascii_alphabetic()).next()?)
    })
}

/// How .NET's console logger begins a line, before the category.
const DOTNET: [(&str, Level); 6] = [
    ("fail: ", Level::Error),
    ("crit: ", Level::Error),
    ("warn: ", Level::Warning),
    ("info: ", Level::Info),
    ("dbug: ", Level::Debug),
    ("trce: ", Level::Debug),
];

/// Whether a line is one that .NET's console logger writes above a message.
pub(super) fn is_dotnet(line: &str) -> bool {
    DOTNET.iter().any(|(lead, _)| line.starts_with(lead))
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
        logs.finish(std::iter::empty());
        assert_eq!(logs.entities.name(0), "service/cart");
        assert_eq!(logs.counts.get(&(0, 0, 2)), Some(&2));
        assert_eq!(logs.infos[0].level, Level::Error);
        assert_eq!(level_in("ts=1 level=warn msg=x"), Some(Level::Warning));
        assert_eq!(level_in("user error page shown"), None);
    }

    #[test]
    fn a_template_knows_its_exception_its_class_and_whom_it_names() {
        let mut logs = Logs::new(&Limits::default());
        let message = "ERROR no answer from http://pay:80/charge\njava.net.ConnectException: Connection refused\n\tat shop.Wire.open(Wire.java:7)";
        logs.push(&Record { time: 25.0, entity: "web", message, ..Record::default() }, "logs/a.log");
        logs.finish(["service/pay"].into_iter());
        let info = logs.info(0).unwrap();
        assert_eq!(info.exception.as_ref().unwrap().root, "java.net.ConnectException");
        assert_eq!(info.class, Some("connection-refused"));
        assert_eq!(logs.templates.text(0), "ERROR no answer from http //pay <*> ← java.net.ConnectException");
        assert_eq!(logs.named(0).collect::<Vec<_>>(), ["service/pay"]);
    }
}
