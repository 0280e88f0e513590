//! Trace importers: OTLP in JSON (one document, or one a line), and tables of spans.
//!
//! Tables: columns by their usual names (`TraceID`, `SpanID`, `ParentID`, `service` or `PodName`, `OperationName`, start and
//! end or duration). Epoch numbers may be in any unit; a bare duration is in the unit its column names, else microseconds,
//! as Jaeger and Zipkin have it.

use std::io::{self, BufRead, Read as _};

use serde_json::Value;

use super::store::{Record, Traces};
use crate::bundle::Limits;
use crate::lines::{Lines, Read, Records};
use crate::skipped::Skips;
use crate::time::{self, Seconds};

/// Reads one file of traces.
pub(crate) fn read(
    reader: &mut dyn BufRead,
    file: &str,
    traces: &mut Traces,
    limits: &Limits,
    skips: &mut Skips,
) -> io::Result<()> {
    let extension = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => table(reader, file, traces, limits, skips),
        "json" | "ndjson" | "jsonl" => documents(reader, file, traces, limits, skips),
        _ => {
            skips.file(file, "traces are read from .csv, .tsv, .json, .ndjson or .jsonl".to_owned());
            Ok(())
        }
    }
}

struct Columns {
    trace: usize,
    id: usize,
    parent: Option<usize>,
    entity: usize,
    operation: Option<usize>,
    start: usize,
    end: Option<usize>,
    duration: Option<(usize, f64)>,
    status: Option<usize>,
}

fn columns(header: &[String]) -> Result<Columns, &'static str> {
    let find = |names: &[&str]| names.iter().find_map(|n| header.iter().position(|h| h.eq_ignore_ascii_case(n)));
    let durations = [
        ("duration_ns", 1e-9),
        ("duration_ms", 1e-3),
        ("duration_s", 1.0),
        ("duration_us", 1e-6),
        ("duration", 1e-6),
        ("elapsed", 1e-6),
    ];
    Ok(Columns {
        trace: find(&["traceid", "trace_id", "trace"]).ok_or("no column for the trace id")?,
        id: find(&["spanid", "span_id", "id"]).ok_or("no column for the span id")?,
        parent: find(&["parentid", "parent_id", "parentspanid", "parent_span_id", "parentspan", "parent", "pid"]),
        entity: find(&[
            "service",
            "servicename",
            "service_name",
            "podname",
            "pod_name",
            "pod",
            "cmdb_id",
            "component",
            "app",
        ])
        .ok_or("no column for the service or pod")?,
        operation: find(&[
            "operationname",
            "operation_name",
            "operation",
            "spanname",
            "span_name",
            "name",
            "url",
            "endpoint",
        ]),
        start: find(&[
            "starttimeunixnano",
            "start_time_unix_nano",
            "starttime",
            "start_time",
            "start",
            "timestamp",
            "time",
        ])
        .ok_or("no column for the start")?,
        end: find(&["endtimeunixnano", "end_time_unix_nano", "endtime", "end_time", "end"]),
        duration: durations.iter().find_map(|(name, unit)| find(&[name]).map(|at| (at, *unit))),
        status: find(&["statuscode", "status_code", "status", "error", "iserror", "otel.status_code"]),
    })
}

fn table(
    reader: &mut dyn BufRead,
    file: &str,
    traces: &mut Traces,
    limits: &Limits,
    skips: &mut Skips,
) -> io::Result<()> {
    let mut records = Records::new(reader, limits.max_line_bytes);
    let columns = match columns(&records.header()?) {
        Ok(columns) => columns,
        Err(missing) => {
            skips.file(file, missing.to_owned());
            return Ok(());
        }
    };
    while records.next()? {
        let field = |at: usize| records.get(at).unwrap_or_default();
        let optional = |at: Option<usize>| at.map(field).unwrap_or_default();
        let Some((start, duration)) =
            interval(field(columns.start), optional(columns.end), columns.duration.map(|(at, unit)| (field(at), unit)))
        else {
            skips.line(file, records.line, "a span without a readable start and end or duration");
            continue;
        };
        if traces.spans.len() >= limits.max_spans {
            skips.line(file, records.line, "spans beyond the limit are not read");
            continue;
        }
        let record = Record {
            trace: field(columns.trace),
            id: field(columns.id),
            parent: optional(columns.parent),
            entity: field(columns.entity),
            operation: optional(columns.operation),
            start,
            duration,
            error: is_error(optional(columns.status)),
        };
        add(traces, &record, file, records.line, skips);
    }
    Ok(())
}

fn add(traces: &mut Traces, record: &Record<'_>, file: &str, line: u32, skips: &mut Skips) {
    if record.id.is_empty() || record.entity.is_empty() {
        skips.line(file, line, "a span without an id or a service");
    } else if !traces.push(record, file, line) {
        skips.line(file, line, "a span occurs twice; the first was used");
    }
}

/// Start and duration in seconds. Epoch numbers are subtracted as integers, since a float cannot hold nanoseconds.
fn interval(start: &str, end: &str, duration: Option<(&str, f64)>) -> Option<(Seconds, f64)> {
    let began = time::parse(start).filter(|t| time::is_plausible(*t))?;
    if let (Ok(a), Ok(b)) = (start.trim().parse::<i64>(), end.trim().parse::<i64>())
        && let (Some(first), Some(_)) = (time::from_epoch(a as f64), time::from_epoch(b as f64))
    {
        return Some((began, b.saturating_sub(a) as f64 * (first / a as f64)));
    }
    if let Some(ended) = time::parse(end) {
        return Some((began, ended - began));
    }
    let (text, unit) = duration?;
    Some((began, text.trim().parse::<f64>().ok().filter(|d| d.is_finite())? * unit))
}

fn is_error(status: &str) -> bool {
    let status = status.trim();
    matches!(status, "2" | "true")
        || ["error", "status_code_error", "failed", "failure"].iter().any(|word| status.eq_ignore_ascii_case(word))
        || (status.len() == 3 && status.starts_with('5') && status.bytes().all(|b| b.is_ascii_digit()))
}

fn documents(
    reader: &mut dyn BufRead,
    file: &str,
    traces: &mut Traces,
    limits: &Limits,
    skips: &mut Skips,
) -> io::Result<()> {
    let mut first = Vec::new();
    let mut lines = Lines::new(reader, limits.max_document_bytes as usize);
    // One document a line when the first line is one; else the whole file is one.
    loop {
        match lines.next(&mut first)? {
            Read::End => return Ok(()),
            Read::Cut => {
                skips.file(file, "a document larger than the limit".to_owned());
                return Ok(());
            }
            Read::Line if first.iter().all(u8::is_ascii_whitespace) => {}
            Read::Line => break,
        }
    }
    if let Ok(document) = serde_json::from_slice::<Value>(&first) {
        document_of(&document, file, lines.line, traces, limits, skips);
        while lines.next(&mut first)? != Read::End {
            match serde_json::from_slice::<Value>(&first) {
                Ok(document) => document_of(&document, file, lines.line, traces, limits, skips),
                Err(_) if first.iter().all(u8::is_ascii_whitespace) => {}
                Err(_) => skips.line(file, lines.line, "not a JSON document"),
            }
        }
        return Ok(());
    }
    first.push(b'\n');
    reader.take(limits.max_document_bytes).read_to_end(&mut first)?;
    match serde_json::from_slice::<Value>(&first) {
        Ok(document) => document_of(&document, file, 1, traces, limits, skips),
        Err(error) => skips.file(file, format!("not JSON: {error}")),
    }
    Ok(())
}

fn document_of(document: &Value, file: &str, line: u32, traces: &mut Traces, limits: &Limits, skips: &mut Skips) {
    let Some(resources) = document.get("resourceSpans").or_else(|| document.get("batches")).and_then(Value::as_array)
    else {
        return skips.line(file, line, "no resourceSpans: expected OTLP JSON");
    };
    for resource in resources {
        let service = attribute(resource.get("resource"), &["service.name", "k8s.deployment.name", "k8s.pod.name"])
            .unwrap_or_default();
        let scopes = ["scopeSpans", "instrumentationLibrarySpans"]
            .iter()
            .find_map(|name| resource.get(*name))
            .and_then(Value::as_array);
        for span in
            scopes.into_iter().flatten().filter_map(|scope| scope.get("spans")).filter_map(Value::as_array).flatten()
        {
            if traces.spans.len() >= limits.max_spans {
                return skips.line(file, line, "spans beyond the limit are not read");
            }
            let text = |name: &str| {
                span.get(name).map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).unwrap_or_default()
            };
            let Some((start, duration)) = interval(&text("startTimeUnixNano"), &text("endTimeUnixNano"), None) else {
                skips.line(file, line, "a span without a readable start and end");
                continue;
            };
            let status = span.pointer("/status/code").map(ToString::to_string).unwrap_or_default();
            let (trace, id, parent, operation) = (text("traceId"), text("spanId"), text("parentSpanId"), text("name"));
            let record = Record {
                trace: &trace,
                id: &id,
                parent: &parent,
                entity: service,
                operation: &operation,
                start,
                duration,
                error: is_error(status.trim_matches('"')),
            };
            add(traces, &record, file, line, skips);
        }
    }
}

fn attribute<'v>(holder: Option<&'v Value>, names: &[&str]) -> Option<&'v str> {
    let attributes = holder?.get("attributes")?.as_array()?;
    names.iter().find_map(|name| {
        let found = attributes.iter().find(|a| a.get("key").and_then(Value::as_str) == Some(name))?;
        found.pointer("/value/stringValue")?.as_str()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn load(file: &str, text: &[u8]) -> (Traces, Vec<crate::Skipped>) {
        let (mut traces, mut skips) = (Traces::default(), Skips::default());
        read(&mut &*text, file, &mut traces, &Limits::default(), &mut skips).unwrap();
        (traces, skips.finish())
    }

    #[test]
    fn tables_and_otlp_give_the_same_spans() {
        let csv = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n\
                   t,a,root,web-5dc8d4f9fd-46997,/x,1674981768697000000,1674981768697500000,500\n";
        let otlp = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},
            "scopeSpans":[{"spans":[{"traceId":"t","spanId":"a","name":"/x","startTimeUnixNano":"1674981768697000000","endTimeUnixNano":"1674981768697500000","status":{}}]}]}]}"#;
        let one_line = otlp.replace('\n', " ");
        let expected = load("traces/a.csv", csv.as_bytes()).0;
        assert!((expected.spans[0].duration - 0.0005).abs() < 1e-9);
        for text in [otlp, &one_line] {
            let (traces, skipped) = load("traces/a.json", text.as_bytes());
            assert_eq!(traces.spans, expected.spans, "{skipped:?}");
        }
    }

    #[test]
    fn faults_are_stated_with_their_line() {
        let text = b"trace_id,span_id,service,start,duration_ms\nt,a,s,1674981768,5\nt,a,s,1674981768,5\nt,b,s,soon,5\nt,,s,1674981768,5\n";
        let (traces, skipped) = load("traces/a.csv", text);
        assert_eq!(traces.spans.len(), 1);
        assert!((traces.spans[0].duration - 0.005).abs() < 1e-12);
        assert_eq!(skipped.iter().map(|s| s.line).collect::<Vec<_>>(), [3, 4, 5]);
        assert!(load("traces/a.csv", b"x,y\n1,2\n").1[0].reason.contains("trace id"));
        assert!(is_error("STATUS_CODE_ERROR") && is_error("503") && !is_error("200") && !is_error("1"));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            for file in ["traces/a.csv", "traces/a.json"] { load(file, &bytes); }
            let mut table = b"traceid,spanid,service,start,end\n".to_vec();
            table.extend(&bytes);
            load("traces/a.csv", &table);
        }
    }
}
