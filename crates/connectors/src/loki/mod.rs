//! Loki: log lines of the window by `/loki/api/v1/query_range`, into `logs/loki.jsonl`.
//!
//! Pages run forward in time; lines that share the last moment of a page are asked for again and known again. Where the
//! onset is known, half of the lines is kept for the time before it and half for the time after, so that a noisy hour
//! before does not hide the trouble. Streams' labels say whom a line is about.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::collection::{Collection, SourceSummary};
use crate::error::{ConnectorError, Result};
use crate::http::Http;
use crate::progress::Progress;
use crate::settings::LokiSettings;
use crate::window::Window;

/// What this source is called.
pub(crate) const SOURCE: &str = "loki";
/// Lines of one page: what Loki gives at once by default (`max_entries_limit_per_query`).
const PAGE: usize = 5_000;
/// The most bytes of one page.
const ANSWER_BYTES: u64 = 64 << 20;
/// The most bytes of all lines.
const TOTAL_BYTES: usize = 256 << 20;
const PATH: &str = "/loki/api/v1/query_range";

/// Labels that say whom a line is about, the more telling first.
const ENTITY: [&str; 14] = [
    "exported_pod",
    "pod",
    "pod_name",
    "kubernetes_pod_name",
    "service_name",
    "service",
    "app",
    "app_kubernetes_io_name",
    "application",
    "compose_service",
    "component",
    "container",
    "container_name",
    "job",
];

#[derive(Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: Vec<Stream>,
}

#[derive(Deserialize)]
struct Stream {
    #[serde(default)]
    stream: BTreeMap<String, String>,
    /// Time in nanoseconds, line, and (since Loki 3) structured metadata.
    values: Vec<Vec<Value>>,
}

/// One line of one stream.
struct Line {
    at: i64,
    entity: String,
    level: Option<String>,
    text: String,
}

/// Collects log lines.
pub(crate) async fn collect(settings: &LokiSettings, window: &Window, progress: &Progress<'_>) -> Result<Collection> {
    let http = Http::new(settings.endpoint())?;
    let nanos = |at: oriel_model::Timestamp| at.timestamp_nanos_opt().unwrap_or(i64::MAX);
    let (from, to) = (nanos(window.from), nanos(window.to));
    let most = settings.max_lines.get() as usize;
    let parts: Vec<(i64, i64, usize)> = match window.onset.map(nanos) {
        Some(onset) if from < onset && onset < to => vec![(from, onset, most / 2), (onset, to, most - most / 2)],
        _ => vec![(from, to, most)],
    };
    let mut collection = Collection::default();
    let mut written = Written::default();
    progress.report(SOURCE, 0, parts.len() as u64);
    let mut page = PAGE;
    for (at, (start, end, limit)) in parts.iter().enumerate() {
        let mut query = Query { http: &http, logql: &settings.query, end: *end, limit: *limit, page };
        let stopped = query.read(*start, &mut written).await?;
        page = query.page;
        if let Some(last) = stopped.cut {
            let reason = format!(
                "lines after {} are left out: there are more than {limit}, or more than {TOTAL_BYTES} bytes; narrow \
                 connectors.loki.query, or raise max_lines",
                chrono::DateTime::from_timestamp_nanos(last).to_rfc3339()
            );
            collection.leave_out(SOURCE, reason);
        }
        if stopped.crowded > 0 {
            let reason = format!(
                "{} moments have more than {page} lines, of which the others cannot be asked for; narrow \
                 connectors.loki.query",
                stopped.crowded
            );
            collection.leave_out(SOURCE, reason);
        }
        progress.report(SOURCE, at as u64 + 1, parts.len() as u64);
    }
    let summary = format!("{} lines", written.lines);
    if written.lines > 0 {
        collection.add("logs/loki.jsonl", written.text.into_bytes());
    }
    collection.sources.push(SourceSummary { source: SOURCE.to_owned(), summary, reached: true });
    Ok(collection)
}

/// What was written so far.
#[derive(Default)]
struct Written {
    text: String,
    lines: usize,
}

impl Written {
    fn push(&mut self, line: &Line) {
        // A line that is an object keeps its fields: level, message, ids of spans.
        let mut object = match serde_json::from_str::<Value>(&line.text) {
            Ok(Value::Object(object)) => object,
            _ => Map::from_iter([("message".to_owned(), Value::from(line.text.as_str()))]),
        };
        object.insert("timestamp".to_owned(), line.at.to_string().into());
        if !line.entity.is_empty() {
            object.insert("service".to_owned(), line.entity.as_str().into());
        }
        if let Some(level) = &line.level {
            object.entry("level").or_insert_with(|| level.as_str().into());
        }
        self.text.push_str(&Value::Object(object).to_string());
        self.text.push('\n');
        self.lines += 1;
    }
}

struct Query<'a> {
    http: &'a Http,
    logql: &'a str,
    /// Nanoseconds, not included.
    end: i64,
    limit: usize,
    /// Lines of one page: what is asked for, or what the server said that it gives.
    page: usize,
}

/// Where reading stopped.
#[derive(Debug, Default)]
struct Stopped {
    /// The moment after which lines are left out, where there are too many.
    cut: Option<i64>,
    /// Moments with more lines than a page has: those beyond cannot be asked for.
    crowded: usize,
}

impl Query<'_> {
    /// Reads page after page from `start`, until one is empty: a server may give less at once than it is asked for.
    async fn read(&mut self, mut start: i64, written: &mut Written) -> Result<Stopped> {
        let mut stopped = Stopped::default();
        let mut taken = 0;
        // Whether the last page had nothing new though it was not empty.
        let mut doubtful = false;
        // Lines of the last moment so far, which the next page begins with.
        let mut known: HashSet<(String, String)> = HashSet::new();
        while start < self.end {
            let page = self.page(start).await?;
            let Some(last) = page.last().map(|line| line.at) else { break };
            let new: Vec<&Line> = page.iter().filter(|line| line.at > start || !known.contains(&key(line))).collect();
            stopped.crowded += usize::from(doubtful);
            doubtful = new.is_empty();
            if doubtful {
                // The end, or a moment that fills a page.
                start += 1;
                known.clear();
                continue;
            }
            for line in new {
                if taken >= self.limit || written.text.len() >= TOTAL_BYTES {
                    return Ok(Stopped { cut: Some(line.at), ..stopped });
                }
                written.push(line);
                taken += 1;
            }
            if last > start {
                known.clear();
            }
            known.extend(page.iter().filter(|line| line.at == last).map(key));
            start = last;
        }
        Ok(stopped)
    }

    /// One page, in the order of time. A server that gives fewer lines at once is asked for as many as it gives.
    async fn page(&mut self, start: i64) -> Result<Vec<Line>> {
        let body = loop {
            let (start, end, limit) = (start.to_string(), self.end.to_string(), self.page.to_string());
            let parameters = [
                ("query", self.logql),
                ("start", start.as_str()),
                ("end", end.as_str()),
                ("limit", limit.as_str()),
                ("direction", "forward"),
            ];
            match self.http.get(PATH, &parameters, ANSWER_BYTES).await {
                Ok(body) => break body,
                Err(ConnectorError::Status { status: 400, detail, .. })
                    if allowed(&detail).is_some_and(|most| most < self.page) =>
                {
                    self.page = allowed(&detail).unwrap_or(self.page);
                }
                Err(error) => return Err(error),
            }
        };
        lines(&body).map_err(|detail| self.http.unexpected(PATH, detail))
    }
}

/// How many lines a server gives at once, as it says when it was asked for more: "max entries limit per query exceeded,
/// limit > max_entries_limit_per_query (5000 > 1000)".
fn allowed(detail: &str) -> Option<usize> {
    if !detail.contains("max entries limit") {
        return None;
    }
    let most = detail.rsplit('>').next()?.trim().trim_end_matches(|c: char| !c.is_ascii_digit());
    most.parse().ok().filter(|most| *most > 0)
}

/// The lines of an answer, in the order of time.
fn lines(body: &[u8]) -> Result<Vec<Line>, String> {
    let answer: Answer = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if answer.status != "success" || answer.data.result_type != "streams" {
        return Err(format!(
            "status {}, resultType {:?}: connectors.loki.query must select streams, not compute a metric",
            answer.status, answer.data.result_type
        ));
    }
    let mut lines = Vec::new();
    for Stream { stream, values } in answer.data.result {
        let label = |names: &[&str]| names.iter().find_map(|name| stream.get(*name)).cloned();
        let entity = label(&ENTITY).unwrap_or_default();
        let level = label(&["detected_level", "level", "severity"]);
        for value in values {
            let text = |at: usize| value.get(at).and_then(Value::as_str);
            let time = text(0).and_then(|text| text.parse().ok());
            let Some((at, text)) = time.zip(text(1)) else {
                return Err("a value that is not [\"nanoseconds\", \"line\"]".to_owned());
            };
            lines.push(Line { at, entity: entity.clone(), level: level.clone(), text: text.to_owned() });
        }
    }
    lines.sort_by_key(|line| line.at);
    Ok(lines)
}

fn key(line: &Line) -> (String, String) {
    (line.entity.clone(), line.text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_gives_at_once_is_read_from_its_refusal() {
        let said = "max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 1000)";
        assert_eq!(allowed(said), Some(1_000));
        assert_eq!(allowed("max entries limit exceeded"), None);
        assert_eq!(allowed("parse error at line 1: > 5"), None);
    }
}
