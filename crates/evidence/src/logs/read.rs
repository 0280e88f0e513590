//! Log importers: tables with a header, one JSON object a line, and plain lines.
//!
//! Which one is told from the file's name and its first line. Times are read from a field or from the start of the line
//! (ISO 8601, epoch numbers, syslog, klog); a line without one takes the time of the line before it, which is stated.
//! What the line is about comes from a field, or else from the file's name (`logs/POD.log`, `logs/SERVICE/…`).

use std::io::{self, BufRead};

use serde_json::Value;

use super::level::Level;
use super::store::{Logs, Record};
use crate::bundle::Limits;
use crate::lines::{Lines, Read, Records};
use crate::skipped::Skips;
use crate::time::{self, Seconds};

const TIME: [&str; 11] = [
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
    "t",
];
const ENTITY: [&str; 14] = [
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
const LEVEL: [&str; 7] = ["level", "severity", "loglevel", "log_level", "levelname", "lvl", "severity_text"];
const SPAN: [&str; 5] = ["spanid", "span_id", "span.id", "span", "spanId"];
const MESSAGE: [&str; 9] = ["message", "msg", "log", "body", "content", "text", "line", "event", "raw"];

/// Reads one file of logs. `hint` is the incident's start, which completes times that leave out the year.
pub(crate) fn read(
    reader: &mut dyn BufRead,
    file: &str,
    logs: &mut Logs,
    limits: &Limits,
    skips: &mut Skips,
) -> io::Result<()> {
    let mut reading = Reading { file, owner: owner_of(file), last: None, logs, skips };
    let extension = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if matches!(extension.as_str(), "csv" | "tsv") {
        return reading.table(Records::new(reader, limits.max_line_bytes));
    }
    let mut lines = Lines::new(reader, limits.max_line_bytes);
    let mut buffer = Vec::new();
    loop {
        match lines.next(&mut buffer)? {
            Read::End => return Ok(()),
            Read::Cut => reading.skips.line(file, lines.line, "the line was longer than the limit; its start was used"),
            Read::Line => {}
        }
        let text = String::from_utf8_lossy(&buffer);
        let text = text.trim_end();
        if text.is_empty() {
            continue;
        }
        if text.starts_with('{') {
            match serde_json::from_str::<Value>(text) {
                Ok(object) => reading.object(&object, lines.line),
                Err(_) => reading.plain(text, lines.line),
            }
        } else {
            reading.plain(text, lines.line);
        }
    }
}

/// What a file's name says it is about: the directory under `logs/`, or the file's own name.
fn owner_of(file: &str) -> &str {
    let rest = file.strip_prefix("logs/").unwrap_or(file);
    let name = rest.split_once('/').map_or(rest, |(directory, _)| directory);
    let name = [".log", ".txt", ".json", ".ndjson", ".jsonl", ".csv", ".tsv"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    name.trim_end_matches("_log").trim_end_matches("-log")
}

struct Reading<'a> {
    file: &'a str,
    owner: &'a str,
    last: Option<Seconds>,
    logs: &'a mut Logs,
    skips: &'a mut Skips,
}

impl Reading<'_> {
    /// The line's own time, or that of the line before; nothing, stated, when there was none yet.
    fn time(&mut self, found: Option<Seconds>, line: u32) -> Option<Seconds> {
        let found = found.filter(|time| time::is_plausible(*time));
        if found.is_some() {
            self.last = found;
            return found;
        }
        let remark = if self.last.is_some() {
            "no readable time between 1980 and 2200; that of the line before was used"
        } else {
            "no readable time, and no line before it that has one"
        };
        self.skips.line(self.file, line, remark);
        self.last
    }

    fn push(&mut self, record: &Record<'_>) {
        self.logs.push(record, self.file);
    }

    fn table(&mut self, mut records: Records<'_>) -> io::Result<()> {
        let header = records.header()?;
        let find = |names: &[&str]| names.iter().find_map(|n| header.iter().position(|h| h.eq_ignore_ascii_case(n)));
        let (entity, level, span) = (find(&ENTITY), find(&LEVEL), find(&SPAN));
        let times: Vec<usize> = TIME.iter().filter_map(|name| find(&[name])).collect();
        let Some(message) = find(&MESSAGE) else {
            self.skips.file(self.file, format!("no column holds the message (known: {})", MESSAGE.join(", ")));
            return Ok(());
        };
        while records.next()? {
            let field = |column: Option<usize>| column.and_then(|column| records.get(column)).unwrap_or_default();
            let found =
                times.iter().filter_map(|at| time::parse(field(Some(*at)))).find(|time| time::is_plausible(*time));
            let Some(time) = self.time(found, records.line) else { continue };
            let inner = unwrap_message(field(Some(message)));
            let entity = Some(field(entity)).filter(|e| !e.is_empty()).unwrap_or(self.owner);
            let level = Level::parse(field(level));
            self.push(&Record { time, entity, level, span: field(span), message: inner.trim(), line: records.line });
        }
        if records.dropped > 0 {
            self.skips.file(self.file, format!("{} records were longer than the limit", records.dropped));
        }
        Ok(())
    }

    fn object(&mut self, object: &Value, line: u32) {
        let nested = ["kubernetes", "resource", "attributes", "fields"];
        let find = |names: &[&str]| {
            names.iter().find_map(|name| {
                field_of(object, name).or_else(|| nested.iter().find_map(|outer| field_of(object.get(outer)?, name)))
            })
        };
        let text = |value: Option<&Value>| match value {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let Some(time) = self.time(time::parse(&text(find(&TIME))), line) else { return };
        let (entity, span) = (text(find(&ENTITY)), text(find(&SPAN)));
        let message = text(find(&MESSAGE));
        let message = if message.is_empty() { object.to_string() } else { unwrap_message(&message).into_owned() };
        let entity = if entity.is_empty() { self.owner } else { &entity };
        let level = Level::parse(&text(find(&LEVEL)));
        self.push(&Record { time, entity, level, span: &span, message: message.trim(), line });
    }

    fn plain(&mut self, text: &str, line: u32) {
        let year = self.last.map_or(1970, time::year_of);
        let found = time::prefix(text, year);
        // Stack traces and wrapped messages continue the line before.
        let continues = found.is_none()
            && (text.starts_with([' ', '\t', '}', ')']) || text.starts_with("Caused by") || text.starts_with("at "));
        if continues && self.last.is_some() {
            return;
        }
        let Some(time) = self.time(found.map(|(time, _)| time), line) else { return };
        let message = found.and_then(|(_, used)| text.get(used..)).unwrap_or(text);
        let level = match text.as_bytes() {
            [b'E' | b'F', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => Some(Level::Error),
            [b'W', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => Some(Level::Warning),
            _ => None,
        };
        let owner = self.owner;
        self.push(&Record { time, entity: owner, level, span: "", message, line });
    }
}

fn field_of<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.get(name).or_else(|| {
        let map = object.as_object()?;
        map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// Container runtimes wrap the line: `{"log":"…","stream":"stdout"}`.
fn unwrap_message(message: &str) -> std::borrow::Cow<'_, str> {
    if message.starts_with('{')
        && let Ok(object) = serde_json::from_str::<Value>(message)
        && let Some(inner) = ["log", "message", "msg"].iter().find_map(|name| object.get(*name)).and_then(Value::as_str)
    {
        return inner.to_owned().into();
    }
    message.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn load(file: &str, text: &[u8]) -> (Logs, Vec<crate::Skipped>) {
        let (limits, mut skips) = (Limits { max_line_bytes: 200, ..Limits::default() }, Skips::default());
        let mut logs = Logs::new(&limits);
        read(&mut &*text, file, &mut logs, &limits, &mut skips).unwrap();
        (logs, skips.finish())
    }

    #[test]
    fn tables_objects_and_plain_lines_give_the_same_event() {
        let csv = "Timestamp,PodName,SpanID,Log\n2023-01-29T08:42:22.5Z,a-5dc8d4f9fd-46997,ab,\"{\"\"log\"\":\"\"ERROR boom 1\\n\"\"}\"\n";
        let json = "{\"time\":\"2023-01-29T08:42:22.5Z\",\"kubernetes\":{\"pod_name\":\"a-5dc8d4f9fd-46997\"},\"level\":\"error\",\"msg\":\"ERROR boom 1\"}\n";
        let plain = "2023-01-29T08:42:22.5Z ERROR boom 1\n    at stack(frame)\n";
        for (file, text) in [("logs/x.csv", csv), ("logs/x.json", json), ("logs/a-5dc8d4f9fd-46997.log", plain)] {
            let (logs, skipped) = load(file, text.as_bytes());
            assert_eq!(logs.events.len(), 1, "{file} {skipped:?}");
            assert_eq!(logs.events[0].time, 1_674_981_742.5);
            assert_eq!(logs.entities.name(0), "service/a", "{file}");
            assert_eq!(logs.miner.text(0), "ERROR boom <*>");
            assert_eq!(logs.templates[0].level, Level::Error);
        }
    }

    #[test]
    fn lines_without_a_time_take_the_one_before_and_say_so() {
        let text = b"no time\n2023-01-29T08:42:22Z a\nstill no time\n0001-01-01T00:00:00Z b\n";
        let (logs, skipped) = load("logs/a/main.log", text);
        assert_eq!(logs.events.len(), 3);
        assert!(logs.events.iter().all(|e| e.time == 1_674_981_742.0));
        assert_eq!(skipped.iter().map(|s| s.line).collect::<Vec<_>>(), [1, 3, 4]);
    }

    #[test]
    fn hostile_lines_are_bounded() {
        let mut text = b"2023-01-29T08:42:22Z a\n".to_vec();
        text.extend(vec![0xff; 5000]);
        text.extend(b"\n{\"unclosed\": \n2023-01-29T08:42:23Z b\n");
        let (logs, skipped) = load("logs/a.log", &text);
        assert_eq!(logs.events.len(), 4);
        assert!(skipped.iter().any(|s| s.reason.contains("longer")));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for file in ["logs/a.csv", "logs/a.log", "logs/a.json"] { load(file, &bytes); }
        }
    }
}
