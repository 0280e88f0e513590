//! `POST /v1/traces`: OTLP/HTTP in both forms, compressed or not, and what becomes of the spans.

use std::io::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use oriel_api::TraceReceiver;
use oriel_connectors::otlp::SpanRing;
use oriel_identity::ServiceToken;
use oriel_model::Clock as _;
use oriel_testkit::app::{Options, TestApp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::problem;

const TOKEN: &str = "a-token-only-for-the-exporter";

async fn app() -> Result<(TestApp, Arc<SpanRing>)> {
    let spans = Arc::new(SpanRing::new(1 << 20, TimeDelta::hours(2)));
    let token = ServiceToken::new(TOKEN)?;
    let mut options = Options::default();
    options.api.traces = Some(TraceReceiver { token: token.clone(), spans: Arc::clone(&spans) });
    options.api.alertmanager_token = Some(token);
    Ok((TestApp::with(options).await?, spans))
}

fn post(app: &TestApp, kind: &str) -> Result<RequestBuilder> {
    Ok(app.nobody()?.bare(Method::POST, "/v1/traces").bearer_auth(TOKEN).header("content-type", kind))
}

/// A request of one service in JSON, with a span for each id.
fn request(service: &str, start: i64, ids: &[&str]) -> Value {
    let span = |id: &&str| {
        json!({
            "traceId": "5b8efff798038103d269b633813fc60c", "spanId": id, "name": "GET /",
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 5_000_000).to_string(),
        })
    };
    let attributes = json!([{"key": "service.name", "value": {"stringValue": service}}]);
    let spans: Vec<Value> = ids.iter().map(span).collect();
    json!({"resourceSpans": [{"resource": {"attributes": attributes}, "scopeSpans": [{"spans": spans}]}]})
}

/// A protobuf field of bytes.
fn field(tag: u8, bytes: &[u8]) -> Vec<u8> {
    [&[tag << 3 | 2, bytes.len() as u8], bytes].concat()
}

/// The same as one span of [`request`], in protobuf.
fn protobuf(service: &str, start: i64, id: [u8; 8]) -> Vec<u8> {
    let fixed = |tag: u8, value: i64| [&[tag << 3 | 1][..], &value.to_le_bytes()].concat();
    let span = [field(1, &[5; 16]), field(2, &id), field(5, b"GET /"), fixed(7, start), fixed(8, start + 5_000_000)];
    let attribute = [field(1, b"service.name"), field(2, &field(1, service.as_bytes()))].concat();
    let resource = field(1, &field(1, &attribute));
    field(1, &[resource, field(2, &field(2, &span.concat()))].concat())
}

#[tokio::test]
async fn spans_are_taken_in_both_forms_and_compressed() -> Result<()> {
    let (app, spans) = app().await?;
    let start = app.clock.now().timestamp_nanos_opt().context("a time")?;
    let answer = post(&app, "application/json")?.json(&request("front", start, &["eee19b7ec3c1b174"])).send().await?;
    assert_eq!((answer.status().as_u16(), answer.json::<Value>().await?), (200, json!({})));

    let answer = post(&app, "application/x-protobuf")?.body(protobuf("basket", start, [7; 8])).send().await?;
    assert_eq!(answer.headers()["content-type"], "application/x-protobuf");
    assert_eq!((answer.status().as_u16(), answer.bytes().await?.len()), (200, 0));

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&protobuf("basket", start, [8; 8]))?;
    let packed = post(&app, "application/x-protobuf")?.header("content-encoding", "gzip").body(packed.finish()?);
    assert_eq!(packed.send().await?.status(), 200);
    assert_eq!(spans.len(), 3);

    let some = request("front", start, &["not an id", "eee19b7ec3c1b175"]);
    let answer: Value = post(&app, "application/json")?.json(&some).send().await?.json().await?;
    assert_eq!(answer["partialSuccess"]["rejectedSpans"], "1", "{answer}");
    assert!(answer["partialSuccess"]["errorMessage"].as_str().unwrap().contains("span id"));
    assert_eq!(spans.len(), 4);
    app.stop().await
}

#[tokio::test]
async fn what_is_no_request_is_refused() -> Result<()> {
    let (app, spans) = app().await?;
    let nobody = app.nobody()?;
    let without = nobody.bare(Method::POST, "/v1/traces").header("content-type", "application/json").body("{}");
    problem(without.send().await?, 401, "unauthenticated").await?;
    let session = app.admin.token().context("a session")?;
    problem(nobody.bare(Method::POST, "/v1/traces").bearer_auth(session).send().await?, 401, "unauthenticated").await?;
    problem(post(&app, "application/json")?.body("{").send().await?, 400, "malformed").await?;
    problem(post(&app, "application/x-protobuf")?.body("hello").send().await?, 400, "malformed").await?;
    problem(post(&app, "text/plain")?.body("hello").send().await?, 415, "unsupported-media-type").await?;
    // A small body that unpacks to more than is taken.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..17 {
        bomb.write_all(&vec![b' '; 1 << 20])?;
    }
    let bomb = post(&app, "application/json")?.header("content-encoding", "gzip").body(bomb.finish()?);
    problem(bomb.send().await?, 413, "too-large").await?;
    assert!(spans.is_empty());
    app.stop().await?;

    let off = TestApp::start().await?;
    problem(post(&off, "application/json")?.body("{}").send().await?, 404, "not-found").await?;
    off.stop().await
}

#[tokio::test]
async fn an_alert_gets_the_spans_of_its_window() -> Result<()> {
    let (app, _) = app().await?;
    let start = app.clock.now().timestamp_nanos_opt().context("a time")?;
    for at in 0..3_i64 {
        let id = format!("eee19b7ec3c1b17{at}");
        let body = request("front", start - at * 60_000_000_000, &[&id]);
        assert_eq!(post(&app, "application/json")?.json(&body).send().await?.status(), 200);
    }
    let alert = json!({"status": "firing", "labels": {"alertname": "Slow"}, "startsAt": app.clock.now()});
    let message = json!({"version": "4", "groupKey": "g", "status": "firing", "alerts": [alert]});
    let webhook = app.nobody()?.bare(Method::POST, "/api/v1/webhooks/alertmanager").bearer_auth(TOKEN).json(&message);
    let made: Value = webhook.send().await?.json().await?;
    let path = format!("/incidents/{}", made["incident_id"].as_str().context("an incident")?);
    let incident = loop {
        let incident = app.admin.json(&path).await?;
        if incident["investigations"][0]["id"].is_string() {
            break incident;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    app.ended(&app.admin, incident["investigations"][0]["id"].as_str().unwrap()).await?;
    // The archive may have come between the incident and its investigations being read.
    let incident = app.admin.json(&path).await?;
    let sha256 = incident["sha256"].as_str().unwrap();
    let blob = walk(app.data())
        .into_iter()
        .find(|file| file.to_string_lossy().replace('/', "").ends_with(sha256))
        .context("the archive")?;
    let mut archive = tar::Archive::new(zstd::Decoder::new(std::fs::File::open(blob)?)?);
    let entry = archive.entries()?.filter_map(Result::ok).find(|entry| entry.path().unwrap().ends_with("otlp.jsonl"));
    let text = std::io::read_to_string(entry.context("traces/otlp.jsonl")?)?;
    assert_eq!(text.matches("\"spanId\"").count(), 3, "{text}");
    app.stop().await
}

/// Every file below `directory`.
fn walk(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().filter_map(Result::ok).map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
