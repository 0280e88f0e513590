//! Log events in memory: templates, times and request ids, not the messages. Bounded.
//!
//! While lines are read their messages are shapes; [`Logs::finish`] groups these into templates, and everything that was noted of
//! a shape becomes that of its template. Neither depends on the order of lines or files.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::exception::{self, Exception};
use super::level::Level;
use super::requests::Requests;
use super::shapes::Shapes;
use super::template::Templates;
use super::words;
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

impl Event {
    /// The request, or the span where no request is known.
    pub fn request(&self) -> u64 {
        if self.trace == 0 { self.span } else { self.trace }
    }
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
    /// Which of the messages at that time is meant.
    tie: u64,
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

/// A name that stands in this share of its bearer's lines is a word of speech,
const SPOKEN: f64 = 0.05;
/// unless it stands in this share of them: then each line is signed with it.
const SIGNED: f64 = 0.95;
/// Seconds of one bucket of counts.
pub const BUCKET: f64 = 10.0;
/// Counts kept.
const MAX_COUNTS: usize = 900_000;

/// Lines of a template by an entity in a bucket of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// Number of the entity in [`Logs::entities`].
    pub entity: u32,
    /// The template.
    pub template: u32,
    /// The number of the bucket, [`BUCKET`] seconds each, since 1970.
    pub bucket: i32,
    /// How many lines.
    pub lines: u32,
}

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
    /// Atom names of what templates may name.
    pub known: Names,
    /// The lines of requests, of a part of the requests where there are too many; none before [`Self::finish`].
    pub events: Vec<Event>,
    /// Lines by entity, template and bucket of time, in this order; none before [`Self::finish`].
    pub counts: Vec<Count>,
    /// Of how many requests one was followed: 1 for all.
    pub one_of: u64,
    /// Lines read.
    pub lines: u64,
    /// The times of the first and the last line.
    pub span: Option<(Seconds, Seconds)>,
    requests: Requests,
    /// Lines by entity, shape and bucket of time.
    counted: FxHashMap<(u32, u32, i32), u32>,
    shapes: Shapes,
    /// Numbers in [`Self::known`] by name without kind.
    names: FxHashMap<String, u32>,
    pods: FxHashMap<String, u32>,
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
            counts: Vec::new(),
            one_of: 1,
            lines: 0,
            span: None,
            requests: Requests::new(),
            counted: FxHashMap::default(),
            shapes: Shapes::new(limits.max_templates),
            names: FxHashMap::default(),
            pods: FxHashMap::default(),
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
        let (shape, is_known) =
            self.shapes.add(record.message, told.as_ref().map_or("", |told| &told.root), &self.names);
        // The same words say the same level.
        let level = record.level.or_else(|| if is_known { None } else { level_in(record.message) });
        self.note(record, shape, level, told, file);
        self.lines += 1;
        self.span =
            Some(self.span.map_or((record.time, record.time), |(a, b)| (a.min(record.time), b.max(record.time))));
        self.count((entity, shape, (record.time / BUCKET).floor() as i32));
        if span != 0 || trace != 0 {
            self.requests.add(Event { time: record.time, entity, template: shape, span, trace });
        }
    }

    fn count(&mut self, key: (u32, u32, i32)) {
        if let Some(lines) = self.counted.get_mut(&key) {
            *lines = lines.saturating_add(1);
        } else if self.counted.len() < MAX_COUNTS {
            self.counted.insert(key, 1);
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

    fn note(&mut self, record: &Record<'_>, shape: u32, level: Option<Level>, told: Option<Exception>, file: &str) {
        if self.infos.len() <= shape as usize {
            self.infos
                .resize_with(shape as usize + 1, || TemplateInfo { first: f64::INFINITY, ..TemplateInfo::default() });
        }
        let Some(info) = self.infos.get_mut(shape as usize) else { return };
        info.level = info.level.max(level.unwrap_or_default());
        if record.time > info.first {
            return;
        }
        // Of messages at one moment the one with the smaller hash counts as the first, whichever was read first.
        let mut hasher = FxHasher::default();
        record.message.hash(&mut hasher);
        let tie = hasher.finish();
        if record.time < info.first || tie < info.tie {
            let class = programs::class_of(record.message);
            let (file, line) = (self.files.id(file), record.line);
            let exception = told.map(Box::new);
            *info = TemplateInfo { level: info.level, exception, class, first: record.time, tie, file, line };
        }
    }

    /// Whether a line of a request has been read before: recordings overlap. Lines without a request are all kept, since
    /// their times are often whole seconds.
    fn repeats(&mut self, record: &Record<'_>, entity: u32, span: u64) -> bool {
        if span == 0 {
            return false;
        }
        let mut hasher = FxHasher::default();
        (record.time.to_bits(), entity, span).hash(&mut hasher);
        record.message.hash(&mut hasher);
        self.requests.repeats(span, hasher.finish())
    }

    /// Takes the atom names of what messages may name, before any is read: such a name is one word of a message, whatever it looks
    /// like. The entities of the logs themselves become known while they are read.
    pub fn know<'s>(&mut self, entities: impl Iterator<Item = &'s str>) {
        // Of two things of the same name messages mean the service, whichever was seen first.
        let (services, others): (Vec<&str>, Vec<&str>) =
            entities.filter(|name| !name.starts_with("call/")).partition(|name| name.starts_with("service/"));
        for name in services.into_iter().chain(others) {
            let id = self.known.id(name);
            self.names.entry(names::bare(name).to_owned()).or_insert(id);
        }
    }

    /// Takes the spans that traces tell of, before any line is read: what is kept of their lines has a bound of its own.
    pub fn know_spans(&mut self, spans: impl Iterator<Item = u64>) {
        self.requests.know(spans);
    }

    /// Notes from now on what names would change that become known only after the logs were read.
    pub(crate) fn begin_early(&mut self) {
        self.shapes.missed.begin();
    }

    /// Takes the names, and how many more spans are known, after the logs were read; false where these must be read again, now that
    /// all this is known.
    pub(crate) fn know_late(&mut self, entities: &[String], more_spans: bool) -> bool {
        let mut late = entities.iter().map(|name| names::bare(name)).filter(|name| !self.names.contains_key(*name));
        // Of the lines of spans, where not all could be kept, other ones would be.
        if (more_spans && self.requests.one_of() > 1) || late.any(|name| self.shapes.missed.concerns(name)) {
            return false;
        }
        // Numbered as if all had been known before.
        (self.known, self.names) = (Names::default(), FxHashMap::default());
        self.know(entities.iter().map(String::as_str));
        true
    }

    /// Groups what was read into templates.
    pub fn finish(&mut self) {
        let own = std::mem::take(&mut self.entities);
        self.know(own.iter());
        self.entities = own;
        let bare = std::mem::take(&mut self.names);
        let shapes = std::mem::replace(&mut self.shapes, Shapes::new(1));
        let (mut templates, mut of_shape) = Templates::of(&shapes, &bare);
        self.number(&mut templates, &mut of_shape, &bare);
        let of = |shape: u32| of_shape.get(shape as usize).copied().unwrap_or(0);
        let mut infos = vec![TemplateInfo { first: f64::INFINITY, ..TemplateInfo::default() }; templates.len()];
        for (shape, info) in std::mem::take(&mut self.infos).into_iter().enumerate() {
            if let Some(slot) = infos.get_mut(of(shape as u32) as usize) {
                slot.join(info);
            }
        }
        let requests = std::mem::replace(&mut self.requests, Requests::new());
        self.one_of = requests.one_of();
        self.events = requests.finish();
        for event in &mut self.events {
            event.template = of(event.template);
        }
        let counted = std::mem::take(&mut self.counted).into_iter();
        self.counts = summed(counted.map(|((entity, shape, bucket), lines)| Count {
            entity,
            template: of(shape),
            bucket,
            lines,
        }));
        (self.templates, self.infos) = (templates, infos);
        let speech = self.speech();
        self.templates.forget(|name| speech.contains(&name));
    }

    /// Numbers templates by when they first occurred and how often, so that neither names nor the order of lines decide; the
    /// texts decide between those of which this does not tell which is first.
    fn number(&self, templates: &mut Templates, of_shape: &mut [u32], names: &FxHashMap<String, u32>) {
        let mut seen = vec![(f64::INFINITY, 0_u64); templates.len()];
        let of = |shape: usize| of_shape.get(shape).map_or(0, |template| *template as usize);
        for (shape, info) in self.infos.iter().enumerate() {
            if let Some((first, _)) = seen.get_mut(of(shape)) {
                *first = first.min(info.first);
            }
        }
        for ((_, shape, _), count) in &self.counted {
            if let Some((_, lines)) = seen.get_mut(of(*shape as usize)) {
                *lines += u64::from(*count);
            }
        }
        let of = |template: u32| seen.get(template as usize).copied().unwrap_or_default();
        let mut order: Vec<u32> = (0..templates.len() as u32).collect();
        order.sort_by(|a, b| {
            let ((first, lines), (other, count)) = (of(*a), of(*b));
            let words = || templates.unnamed(*a, names).cmp(templates.unnamed(*b, names));
            first.total_cmp(&other).then(count.cmp(&lines)).then_with(words).then(a.cmp(b))
        });
        let mut number = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(slot) = number.get_mut(*old as usize) {
                *slot = new as u32;
            }
        }
        for template in of_shape {
            *template = number.get(*template as usize).copied().unwrap_or(0);
        }
        templates.renumber(&order);
    }

    /// The known names that are words of speech: what `order` says of itself speaks of orders. A name that is none stands in hardly any
    /// line of who bears it, or in all of them.
    fn speech(&self) -> FxHashSet<u32> {
        let mut lines: FxHashMap<u32, (u64, u64)> = FxHashMap::default();
        let names: Vec<Option<u32>> = self.entities.iter().map(|entity| self.known.find(entity)).collect();
        for count in &self.counts {
            let Some(name) = names.get(count.entity as usize).copied().flatten() else { continue };
            let (all, with) = lines.entry(name).or_default();
            *all += u64::from(count.lines);
            if self.templates.mentions(count.template).iter().any(|mention| mention.name == name && !mention.as_host) {
                *with += u64::from(count.lines);
            }
        }
        let is_speech = |(all, with): (u64, u64)| (SPOKEN * all as f64..SIGNED * all as f64).contains(&(with as f64));
        lines.into_iter().filter(|(_, counts)| is_speech(*counts)).map(|(name, _)| name).collect()
    }

    /// What is known of a template.
    pub fn info(&self, template: u32) -> Option<&TemplateInfo> {
        self.infos.get(template as usize)
    }

    /// Atom names of the services that a template names.
    pub fn named(&self, template: u32) -> impl Iterator<Item = &str> {
        self.templates.named(template).map(|id| self.known.name(id))
    }
}

impl TemplateInfo {
    /// Whether its messages complain: an error, or an exception.
    pub fn complains(&self) -> bool {
        self.level >= Level::Error || self.exception.is_some()
    }

    /// Takes what is known of another shape of the same template.
    fn join(&mut self, other: Self) {
        let level = self.level.max(other.level);
        // Of two classes that of the earlier message; those of one moment by name, whichever stands first.
        let is_earlier = (other.first, other.class.is_none(), other.class, other.tie)
            < (self.first, self.class.is_none(), self.class, self.tie);
        let (mut first, later) = if is_earlier { (other, std::mem::take(self)) } else { (std::mem::take(self), other) };
        first.level = level;
        first.class = first.class.or(later.class);
        first.exception = first.exception.or(later.exception);
        *self = first;
    }
}

/// Counts in order, those of one template of an entity in one bucket added up.
fn summed(counts: impl Iterator<Item = Count>) -> Vec<Count> {
    let mut all: Vec<Count> = counts.collect();
    all.sort_unstable();
    all.dedup_by(|next, first| {
        let is_same = (next.entity, next.template, next.bucket) == (first.entity, first.template, first.bucket);
        first.lines = first.lines.saturating_add(if is_same { next.lines } else { 0 });
        is_same
    });
    all
}

/// The level that one of the first words of a message names, written in capitals as loggers do, or by .NET before the category.
fn level_in(message: &str) -> Option<Level> {
    if let Some((_, level)) = DOTNET.iter().find(|(lead, _)| message.starts_with(lead)) {
        return Some(*level);
    }
    // Words are those of templates, so that a name is one whatever it looks like.
    let words = words::split(message.lines().next().unwrap_or_default()).take(LEVEL_WITHIN);
    let is_shouted = |word: &&str| word.len() >= 3 && word.bytes().all(|b| b.is_ascii_uppercase());
    words.filter(is_shouted).find_map(Level::parse).or_else(|| {
        let lower = ["level=", "level\":\"", "severity="].iter().find_map(|key| message.split_once(key))?;
        Level::parse(lower.1.trim_start_matches('"').split(|c: char| !c.is_ascii_alphabetic()).next()?)
    })
}

/// Words among which a level is looked for.
const LEVEL_WITHIN: usize = 10;
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
        logs.finish();
        assert_eq!(logs.entities.name(0), "service/cart");
        assert_eq!(logs.counts, [Count { entity: 0, template: 0, bucket: 2, lines: 2 }]);
        assert_eq!(logs.infos[0].level, Level::Error);
        assert_eq!(level_in("ts=1 level=warn msg=x"), Some(Level::Warning));
        assert_eq!(level_in("user error page shown"), None);
    }

    #[test]
    fn a_template_knows_its_exception_its_class_and_whom_it_names() {
        let mut logs = Logs::new(&Limits::default());
        logs.know(["service/pay"].into_iter());
        let message = "ERROR no answer from http://pay:80/charge\njava.net.ConnectException: Connection refused\n\tat shop.Wire.open(Wire.java:7)";
        logs.push(&Record { time: 25.0, entity: "web", message, ..Record::default() }, "logs/a.log");
        logs.finish();
        let info = logs.info(0).unwrap();
        assert_eq!(info.exception.as_ref().unwrap().root, "java.net.ConnectException");
        assert_eq!(info.class, Some("connection-refused"));
        assert_eq!(logs.templates.text(0), "ERROR no answer from http //pay <*> ← java.net.ConnectException");
        assert_eq!(logs.named(0).collect::<Vec<_>>(), ["service/pay"]);
    }
}
