//! Fields of log records by the names that common loggers give them, and what is wrapped in what.
//!
//! Container runtimes wrap a line (`{"log":"…"}`), and the line may be an object of the program's own logger: message, level and
//! ids are taken from the innermost that has them, stack traces and errors in fields of their own are added to the message.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::level::Level;
use crate::time::{self, Seconds};

pub(super) const TIME: [&str; 14] = [
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "datetime",
    "date",
    "timeunixnano",
    "time_unix_nano",
    "asctime",
    "eventtime",
    "timemillis",
    "instant",
    "@t",
    "t",
];
pub(super) const ENTITY: [&str; 14] = [
    "service",
    "service_name",
    "service.name",
    "servicename",
    "pod",
    "podname",
    "pod_name",
    "app",
    "application",
    "container",
    "container_name",
    "component",
    "kubernetes.pod_name",
    "host",
];
pub(super) const LEVEL: [&str; 8] =
    ["level", "severity", "loglevel", "log_level", "levelname", "lvl", "severity_text", "@l"];
pub(super) const SPAN: [&str; 5] = ["spanid", "span_id", "span.id", "span", "logging.googleapis.com/spanid"];
pub(super) const TRACE: [&str; 11] = [
    "traceid",
    "trace_id",
    "trace.id",
    "trace",
    "logging.googleapis.com/trace",
    "dd.trace_id",
    "requestid",
    "request_id",
    "correlationid",
    "correlation_id",
    "http.req.id",
];
pub(super) const MESSAGE: [&str; 11] =
    ["message", "msg", "log", "body", "content", "text", "line", "event", "raw", "@m", "@mt"];
/// Fields that hold a stack trace, or the error that a message is about.
const STACK: [&str; 9] =
    ["stack_trace", "stacktrace", "stack", "exc_info", "exception", "thrown", "@x", "errorverbose", "traceback"];
const ERROR: [&str; 3] = ["error", "err", "cause"];
/// Objects within which fields are looked for too.
const NESTED: [&str; 4] = ["kubernetes", "resource", "attributes", "fields"];
/// Objects in objects that are unwrapped.
const DEPTH: u8 = 3;

/// The innermost message of a record.
#[derive(Debug, Default)]
pub(super) struct Inner<'a> {
    pub(super) message: Cow<'a, str>,
    pub(super) level: Option<Level>,
    pub(super) span: Cow<'a, str>,
    pub(super) trace: Cow<'a, str>,
}

/// The text as an object, where it is one.
pub(super) fn object(text: &str) -> Option<Value> {
    if !text.starts_with('{') {
        return None;
    }
    serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
}

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Time,
    Entity,
    Level,
    Span,
    Trace,
    Message,
    Stack,
    Error,
}

/// The names of each role, the preferred first.
const ROLES: [(Role, &[&str]); 8] = [
    (Role::Time, &TIME),
    (Role::Entity, &ENTITY),
    (Role::Level, &LEVEL),
    (Role::Span, &SPAN),
    (Role::Trace, &TRACE),
    (Role::Message, &MESSAGE),
    (Role::Stack, &STACK),
    (Role::Error, &ERROR),
];
/// Bytes of a field's name that has a role.
const MAX_KEY: usize = 40;

/// The role of a field of this name, and the place of the name among those of the role.
fn role(key: &str) -> Option<(Role, usize)> {
    static INDEX: LazyLock<FxHashMap<&str, (Role, usize)>> = LazyLock::new(|| {
        let names =
            ROLES.iter().flat_map(|(role, names)| names.iter().enumerate().map(|(at, name)| (*name, (*role, at))));
        names.collect()
    });
    let mut lower = [0; MAX_KEY];
    let lower = lower.get_mut(..key.len())?;
    lower.copy_from_slice(key.as_bytes());
    lower.make_ascii_lowercase();
    INDEX.get(std::str::from_utf8(lower).ok()?).copied()
}

/// The fields of an object that have a role, the preferred first: by name, and its own before those of objects within.
#[derive(Debug)]
pub(super) struct Fields<'v> {
    found: Vec<(Role, usize, usize, &'v Value)>,
}

impl<'v> Fields<'v> {
    pub(super) fn of(object: &'v Value) -> Self {
        let mut found = Vec::new();
        let within = NESTED.iter().filter_map(|outer| object.get(*outer));
        for (depth, object) in std::iter::once(object).chain(within).enumerate() {
            for (key, value) in object.as_object().into_iter().flatten() {
                found.extend(role(key).map(|(role, place)| (role, place, depth, value)));
            }
        }
        found.sort_by_key(|(role, place, depth, _)| (*role as u8, *place, *depth));
        Self { found }
    }

    fn all(&self, role: Role) -> impl Iterator<Item = (usize, &'v Value)> {
        self.found.iter().filter(move |(of, ..)| *of == role).map(|(_, _, depth, value)| (*depth, *value))
    }

    fn first(&self, role: Role) -> Option<&'v Value> {
        self.all(role).next().map(|(_, value)| value)
    }

    /// The first field of a role, as text; empty for none.
    pub(super) fn text(&self, role: Role) -> Cow<'v, str> {
        self.first(role).map_or(Cow::Borrowed(""), shown)
    }

    /// When an object says that it was logged; log4j 2 writes an instant in two parts.
    pub(super) fn time(&self) -> Option<Seconds> {
        let found = self.first(Role::Time)?;
        match found.get("epochSecond").and_then(Value::as_f64) {
            Some(seconds) => Some(seconds + found.get("nanoOfSecond").and_then(Value::as_f64).unwrap_or(0.0) / 1e9),
            None => time::parse(&shown(found)),
        }
    }
}

fn shown(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Null => "".into(),
        other => other.to_string().into(),
    }
}

/// The first of some fields of an error, as text; empty for none.
fn part<'v>(object: &'v Value, names: &[&str]) -> Cow<'v, str> {
    names.iter().find_map(|name| object.get(*name)).map_or(Cow::Borrowed(""), shown)
}

/// What a message that may be an object says.
pub(super) fn unwrap(message: &str) -> Inner<'_> {
    let Some(object) = object(message.trim_start()) else {
        return Inner { message: message.into(), ..Inner::default() };
    };
    let found = inner(&object, &Fields::of(&object));
    let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    Inner { message: owned(found.message), level: found.level, span: owned(found.span), trace: owned(found.trace) }
}

/// What an object says, of these fields.
pub(super) fn inner<'v>(object: &'v Value, fields: &Fields<'v>) -> Inner<'v> {
    within(object, fields, DEPTH)
}

fn within<'v>(object: &'v Value, fields: &Fields<'v>, depth: u8) -> Inner<'v> {
    let level = Level::parse(&fields.text(Role::Level));
    let (span, trace) = (fields.text(Role::Span), fields.text(Role::Trace));
    let Some(message) = fields.first(Role::Message).map(shown).filter(|message| !message.is_empty()) else {
        return Inner { message: object.to_string().into(), level, span, trace };
    };
    if depth > 0
        && let Some(wrapped) = self::object(message.trim_start())
    {
        let found = within(&wrapped, &Fields::of(&wrapped), depth - 1);
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let or = |own: Cow<'_, str>, outer: Cow<'v, str>| if own.is_empty() { outer } else { owned(own) };
        return Inner {
            message: owned(found.message),
            level: found.level.or(level),
            span: or(found.span, span),
            trace: or(found.trace, trace),
        };
    }
    Inner { message: with_error(message, fields), level, span, trace }
}

/// The message with the error and the stack trace that stand in fields of their own.
fn with_error<'v>(message: Cow<'v, str>, fields: &Fields<'v>) -> Cow<'v, str> {
    let mut all = message;
    // Objects within hold what runtimes add, no errors.
    for (_, error) in fields.all(Role::Error).filter(|(depth, _)| *depth == 0) {
        match error {
            Value::String(error) if !error.is_empty() && !all.contains(error.as_str()) => {
                let all = all.to_mut();
                let end = all.trim_end().len();
                all.truncate(end);
                all.push_str(": ");
                all.push_str(error);
            }
            Value::Object(_) => add_thrown(all.to_mut(), error),
            _ => {}
        }
    }
    for (_, stack) in fields.all(Role::Stack).filter(|(depth, _)| *depth == 0) {
        match stack {
            Value::String(stack) if !stack.is_empty() => {
                let all = all.to_mut();
                all.push('\n');
                all.push_str(stack);
            }
            Value::Object(_) => add_thrown(all.to_mut(), stack),
            _ => {}
        }
    }
    all
}

/// An error as an object: `{"type": …, "message": …, "stack": …}` (pino, log4j 2).
fn add_thrown(all: &mut String, thrown: &Value) {
    let stack = part(thrown, &["stack", "extendedStackTrace", "stacktrace", "stack_trace"]);
    let (kind, said) = (part(thrown, &["type", "name", "class"]), part(thrown, &["message", "localizedMessage"]));
    if !stack.starts_with(&*kind) || stack.is_empty() {
        for part in ["\n", &kind, ": ", &said] {
            all.push_str(part);
        }
    }
    all.push('\n');
    all.push_str(&stack);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runtimes_and_loggers_wrap_is_unwrapped() {
        for (text, message, level) in [
            (
                r#"{"log":"{\"message\":\"no item\",\"severity\":\"error\"}\n","stream":"stdout"}"#,
                "no item",
                Some(Level::Error),
            ),
            (
                r#"{"msg":"charge failed","level":"warning","error":"rpc error: code = Unavailable"}"#,
                "charge failed: rpc error: code = Unavailable",
                Some(Level::Warning),
            ),
            (
                r#"{"level":50,"msg":"sale","err":{"type":"TypeError","message":"x","stack":"TypeError: x\n    at sale (/app/till.js:10:5)"}}"#,
                "sale\nTypeError: x\n    at sale (/app/till.js:10:5)",
                Some(Level::Error),
            ),
            ("plain {", "plain {", None),
        ] {
            let found = unwrap(text);
            assert_eq!((found.message.trim_end(), found.level), (message, level), "{text}");
        }
        let log4j: Value =
            serde_json::from_str(r#"{"instant":{"epochSecond":1674981742,"nanoOfSecond":500000000}}"#).unwrap();
        assert_eq!(Fields::of(&log4j).time(), Some(1_674_981_742.5));
    }
}
