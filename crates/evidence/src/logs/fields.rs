//! Fields of log records by the names that common loggers give them, and what is wrapped in what.
//!
//! Container runtimes wrap a line (`{"log":"…"}`), and the line may be an object of the program's own logger: message, level and
//! ids are taken from the innermost that has them, stack traces and errors in fields of their own are added to the message.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
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
    pub(super) span: String,
    pub(super) trace: String,
}

/// The text as an object, where it is one.
pub(super) fn object(text: &str) -> Option<Value> {
    if !text.starts_with('{') {
        return None;
    }
    serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
}

/// The first of some fields, as text; empty for none.
pub(super) fn text(object: &Value, names: &[&str]) -> String {
    find(object, names).map_or_else(String::new, shown)
}

/// When an object says that it was logged; log4j 2 writes an instant in two parts.
pub(super) fn time(object: &Value) -> Option<Seconds> {
    let found = find(object, &TIME)?;
    match found.get("epochSecond").and_then(Value::as_f64) {
        Some(seconds) => Some(seconds + found.get("nanoOfSecond").and_then(Value::as_f64).unwrap_or(0.0) / 1e9),
        None => time::parse(&shown(found)),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn find<'v>(object: &'v Value, names: &[&str]) -> Option<&'v Value> {
    names.iter().find_map(|name| {
        field_of(object, name).or_else(|| NESTED.iter().find_map(|outer| field_of(object.get(outer)?, name)))
    })
}

fn field_of<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| {
        let map = object.as_object()?;
        map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// What a message that may be an object says.
pub(super) fn unwrap(message: &str) -> Inner<'_> {
    match object(message.trim_start()) {
        Some(object) => inner(&object),
        None => Inner { message: message.into(), ..Inner::default() },
    }
}

/// What an object says.
pub(super) fn inner(object: &Value) -> Inner<'static> {
    within(object, DEPTH)
}

fn within(object: &Value, depth: u8) -> Inner<'static> {
    let level = Level::parse(&text(object, &LEVEL));
    let (span, trace) = (text(object, &SPAN), text(object, &TRACE));
    let Some(message) = find(object, &MESSAGE).map(shown).filter(|message| !message.is_empty()) else {
        return Inner { message: object.to_string().into(), level, span, trace };
    };
    if depth > 0
        && let Some(wrapped) = self::object(message.trim_start())
    {
        let found = within(&wrapped, depth - 1);
        let or = |own: String, outer: String| if own.is_empty() { outer } else { own };
        return Inner {
            level: found.level.or(level),
            span: or(found.span, span),
            trace: or(found.trace, trace),
            ..found
        };
    }
    Inner { message: with_error(message, object).into(), level, span, trace }
}

/// The message with the error and the stack trace that stand in fields of their own.
fn with_error(message: String, object: &Value) -> String {
    let mut all = message;
    for name in ERROR {
        match field_of(object, name) {
            Some(Value::String(error)) if !error.is_empty() && !all.contains(error.as_str()) => {
                let end = all.trim_end().len();
                all.truncate(end);
                all.push_str(": ");
                all.push_str(error);
            }
            Some(error @ Value::Object(_)) => add_thrown(&mut all, error),
            _ => {}
        }
    }
    for name in STACK {
        match field_of(object, name) {
            Some(Value::String(stack)) if !stack.is_empty() => {
                all.push('\n');
                all.push_str(stack);
            }
            Some(thrown @ Value::Object(_)) => add_thrown(&mut all, thrown),
            _ => {}
        }
    }
    all
}

/// An error as an object: `{"type": …, "message": …, "stack": …}` (pino, log4j 2).
fn add_thrown(all: &mut String, thrown: &Value) {
    let stack = text(thrown, &["stack", "extendedStackTrace", "stacktrace", "stack_trace"]);
    let (kind, said) = (text(thrown, &["type", "name", "class"]), text(thrown, &["message", "localizedMessage"]));
    if !stack.starts_with(kind.as_str()) || stack.is_empty() {
        for part in ["\n", &kind, ": ", &said] {
            all.push_str(part);
        }
    }
    all.push('\n');
    all.push_str(&stack);
}

/// The ids of trace (or request) and span that a message itself tells: `TraceID: 49a5… SpanID: 083e…`, `request_id=…`.
pub(super) fn ids(message: &str) -> (&str, &str) {
    static TRACE_ID: LazyLock<Option<Regex>> = LazyLock::new(|| id("trace|request|correlation"));
    static SPAN_ID: LazyLock<Option<Regex>> = LazyLock::new(|| id("span"));
    let head = message.get(..message.floor_char_boundary(600)).unwrap_or(message);
    let holds = |word: &str| memchr::memmem::find(head.as_bytes(), word.as_bytes()).is_some();
    // Most messages hold neither: looking for a part of the words costs next to nothing.
    if !(holds("race") || holds("equest") || holds("orrelation")) {
        return ("", "");
    }
    let find = |pattern: &Option<Regex>| -> Option<&str> { Some(pattern.as_ref()?.captures(head)?.get(1)?.as_str()) };
    (find(&TRACE_ID).unwrap_or_default(), find(&SPAN_ID).unwrap_or_default())
}

fn id(of: &str) -> Option<Regex> {
    Regex::new(&format!(r#"(?i-u)\b(?:{of})[-_ ]?id["']?\s*[:=]\s*["']?([0-9a-f-]{{8,64}})\b"#)).ok()
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
        assert_eq!(time(&log4j), Some(1_674_981_742.5));
    }

    #[test]
    fn ids_are_found_in_messages() {
        assert_eq!(
            ids("INFO x TraceID: 49a51828322183eb SpanID: 083e5d40259e7999 done"),
            ("49a51828322183eb", "083e5d40259e7999")
        );
        assert_eq!(ids("request_id=\"d4f4d3ef-693b\" took 3"), ("d4f4d3ef-693b", ""));
        assert_eq!(ids("the request id is missing"), ("", ""));
    }
}
