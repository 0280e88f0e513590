//! Log importers: tables with a header, one JSON object a line, and plain lines.
//!
//! Which one is told from the file's name and its first line. Times are read from a field or from the start of the line
//! (ISO 8601, epoch numbers, syslog, klog); a line without one takes the time of the line before it, which is stated.
//! What the line is about comes from a field, or else from the file's name (`logs/POD.log`, `logs/SERVICE/…`).
//!
//! In plain files a stack trace is one message with the line above it. In tables and objects each record stands by itself, since
//! their order may mean nothing: frames that come as records of their own say nothing and are passed over.

use std::io::{self, BufRead};

use super::exception;
use super::fields::{self, Fields, Inner, LEVEL, MESSAGE, Role, SPAN, TIME, TRACE};
use super::ids;
use super::level::Level;
use super::store::{Logs, Record};
use crate::bundle::Limits;
use crate::lines::{Lines, Read, Records};
use crate::skipped::Skips;
use crate::time::{self, Seconds};

/// Bytes of one message with its stack trace.
const MAX_BLOCK: usize = 64 << 10;

/// Reads one file of logs.
pub(crate) fn read(
    reader: &mut dyn BufRead,
    file: &str,
    logs: &mut Logs,
    limits: &Limits,
    skips: &mut Skips,
) -> io::Result<()> {
    let mut reading = Reading { file, owner: owner_of(file), last: None, open: None, logs, skips };
    let extension = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if matches!(extension.as_str(), "csv" | "tsv") {
        return reading.table(Records::new(reader, limits.max_line_bytes));
    }
    let mut lines = Lines::new(reader, limits.max_line_bytes);
    let mut buffer = Vec::new();
    loop {
        match lines.next(&mut buffer)? {
            Read::End => break,
            Read::Cut => reading.skips.line(file, lines.line, "the line was longer than the limit; its start was used"),
            Read::Line => {}
        }
        let text = String::from_utf8_lossy(&buffer);
        let text = text.trim_end();
        if text.is_empty() {
            continue;
        }
        match fields::object(text) {
            Some(object) => reading.object(&object, lines.line),
            None => reading.plain(text, lines.line),
        }
    }
    reading.close();
    Ok(())
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
    /// A plain message whose next lines may belong to it.
    open: Option<Open>,
    logs: &'a mut Logs,
    skips: &'a mut Skips,
}

struct Open {
    time: Seconds,
    level: Option<Level>,
    message: String,
    line: u32,
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
        let (entity, level, span, trace) = (find(&fields::ENTITY), find(&LEVEL), find(&SPAN), find(&TRACE));
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
            let inner = fields::unwrap(field(Some(message)));
            let said = Said {
                entity: field(entity),
                level: Level::parse(field(level)),
                span: field(span),
                trace: field(trace),
            };
            self.say(time, &said, &inner, records.line);
        }
        if records.dropped > 0 {
            self.skips.file(self.file, format!("{} records were longer than the limit", records.dropped));
        }
        Ok(())
    }

    fn object(&mut self, object: &serde_json::Value, line: u32) {
        self.close();
        let fields = Fields::of(object);
        let Some(time) = self.time(fields.time(), line) else { return };
        let (entity, span, trace) = (fields.text(Role::Entity), fields.text(Role::Span), fields.text(Role::Trace));
        let inner = fields::inner(object, &fields);
        let said = Said { entity: &entity, level: inner.level, span: &span, trace: &trace };
        self.say(time, &said, &inner, line);
    }

    /// Adds a record of a table or an object.
    fn say(&mut self, time: Seconds, said: &Said<'_>, inner: &Inner<'_>, line: u32) {
        if exception::is_frame(&inner.message) {
            return;
        }
        let message = inner.message.trim();
        let within = if said.span.is_empty() && said.trace.is_empty() { ids::ids(message) } else { ("", "") };
        let span = first([said.span, &inner.span, within.1]);
        let trace = first([said.trace, &inner.trace, within.0]);
        let entity = if said.entity.is_empty() { self.owner } else { said.entity };
        let level = said.level.or(inner.level);
        self.push(&Record { time, entity, level, span, trace, message, line });
    }

    fn plain(&mut self, text: &str, line: u32) {
        let year = self.last.map_or(1970, time::year_of);
        let found = time::prefix(text, year);
        let message = found.and_then(|(_, used)| text.get(used..)).unwrap_or(text);
        let message = ["stdout F ", "stderr F "].iter().find_map(|lead| message.strip_prefix(lead)).unwrap_or(message);
        // The time's end takes spaces, so an indented line behind a time is told by what it says.
        let belongs =
            exception::continues(if found.is_none() { text } else { message }, || self.in_trace(), found.is_some());
        if let Some(open) = self.open.as_mut().filter(|_| belongs) {
            if open.message.len() + message.len() < MAX_BLOCK {
                open.message.push('\n');
                open.message.push_str(if found.is_none() { text } else { message });
            }
            return;
        }
        self.close();
        let Some(time) = self.time(found.map(|(time, _)| time), line) else { return };
        let level = match text.as_bytes() {
            [b'E' | b'F', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => Some(Level::Error),
            [b'W', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => Some(Level::Warning),
            _ => None,
        };
        self.open = Some(Open { time, level, message: message.to_owned(), line });
    }

    /// Whether the open message holds a stack trace or its beginning.
    fn in_trace(&self) -> bool {
        self.open.as_ref().is_some_and(|open| exception::begins_trace(&open.message))
    }

    /// Adds the open message.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let inner = fields::unwrap(&open.message);
        let mut message = inner.message;
        // .NET writes the level and the category on a line above the message.
        if message.lines().next().is_some_and(|first| first.ends_with(']') && super::store::is_dotnet(first)) {
            message = message.replacen('\n', " ", 1).into();
        }
        let ids = ids::ids(&message);
        let (span, trace) = if inner.span.is_empty() && inner.trace.is_empty() {
            (ids.1, ids.0)
        } else {
            (&*inner.span, &*inner.trace)
        };
        let level = open.level.or(inner.level);
        let record = Record {
            time: open.time,
            entity: self.owner,
            level,
            span,
            trace,
            message: message.trim(),
            line: open.line,
        };
        self.logs.push(&record, self.file);
    }
}

/// The first of some ids that is there.
fn first(ids: [&str; 3]) -> &str {
    ids.into_iter().find(|id| !id.is_empty()).unwrap_or_default()
}

/// What the fields of a record say.
struct Said<'a> {
    entity: &'a str,
    level: Option<Level>,
    span: &'a str,
    trace: &'a str,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn load(file: &str, text: &[u8]) -> (Logs, Vec<crate::Skipped>) {
        let (limits, mut skips) = (Limits { max_line_bytes: 200, ..Limits::default() }, Skips::default());
        let mut logs = Logs::new(&limits);
        read(&mut &*text, file, &mut logs, &limits, &mut skips).unwrap();
        logs.finish();
        (logs, skips.finish())
    }

    #[test]
    fn tables_objects_and_plain_lines_give_the_same_event() {
        let csv = "Timestamp,PodName,SpanID,Log\n2023-01-29T08:42:22.5Z,a-5dc8d4f9fd-46997,ab,\"{\"\"log\"\":\"\"ERROR boom 1\\n\"\"}\"\n";
        let json = "{\"time\":\"2023-01-29T08:42:22.5Z\",\"kubernetes\":{\"pod_name\":\"a-5dc8d4f9fd-46997\"},\"level\":\"error\",\"msg\":\"ERROR boom 1\"}\n";
        let plain = "2023-01-29T08:42:22.5Z ERROR boom 1\n    at stack(frame)\n";
        for (file, text) in [("logs/x.csv", csv), ("logs/x.json", json), ("logs/a-5dc8d4f9fd-46997.log", plain)] {
            let (logs, skipped) = load(file, text.as_bytes());
            assert_eq!(logs.lines, 1, "{file} {skipped:?}");
            assert_eq!(logs.span.unwrap().0, 1_674_981_742.5);
            assert_eq!(logs.entities.name(0), "service/a", "{file}");
            assert_eq!(logs.templates.text(0), "ERROR boom <*>");
            assert_eq!(logs.infos[0].level, Level::Error);
        }
    }

    #[test]
    fn lines_without_a_time_take_the_one_before_and_say_so() {
        let text = b"no time\n2023-01-29T08:42:22Z a\nstill no time\n0001-01-01T00:00:00Z b\n";
        let (logs, skipped) = load("logs/a/main.log", text);
        assert_eq!(logs.lines, 3);
        assert_eq!(logs.span, Some((1_674_981_742.0, 1_674_981_742.0)));
        assert_eq!(skipped.iter().map(|s| s.line).collect::<Vec<_>>(), [1, 3, 4]);
    }

    #[test]
    fn hostile_lines_are_bounded() {
        let mut text = b"2023-01-29T08:42:22Z a\n".to_vec();
        text.extend(vec![0xff; 5000]);
        text.extend(b"\n{\"unclosed\": \n2023-01-29T08:42:23Z b\n");
        let (logs, skipped) = load("logs/a.log", &text);
        assert_eq!(logs.lines, 4);
        assert!(skipped.iter().any(|s| s.reason.contains("longer")));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for file in ["logs/a.csv", "logs/a.log", "logs/a.json"] { load(file, &bytes); }
        }
    }
}
