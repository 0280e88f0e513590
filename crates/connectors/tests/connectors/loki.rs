//! Loki. Debian has no package of it, so these run against a server that follows its documented interface
//! (`GET /loki/api/v1/query_range`: `query`, `start`, `end`, `limit`, `direction`; `start` included, `end` not).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router, routing};
use chrono::DateTime;
use oriel_connectors::{Collection, Hidden, Progress, Settings, Window, collect};
use serde_json::{Value, json};

const START: i64 = 1_777_888_800;
const ONSET: i64 = START + 1_800;
const END: i64 = START + 3_600;

/// What the server holds: time in nanoseconds, pod, line.
struct Loki {
    lines: Vec<(i64, &'static str, String)>,
    asked: AtomicUsize,
    /// How many requests are answered with 429 first.
    busy: usize,
    /// Lines given at once.
    most: usize,
    /// Whether asking for more is refused; else it is not heeded.
    strict: bool,
}

async fn query_range(
    State(loki): State<Arc<Loki>>,
    headers: HeaderMap,
    Query(parameters): Query<BTreeMap<String, String>>,
) -> Response {
    if loki.asked.fetch_add(1, Ordering::SeqCst) < loki.busy {
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "slow down").into_response();
    }
    assert_eq!(headers["x-scope-orgid"], "shop");
    assert_eq!(parameters["direction"], "forward");
    let number = |name: &str| parameters[name].parse::<i64>().unwrap();
    if parameters["query"].starts_with("rate(") {
        return Json(json!({"status": "success", "data": {"resultType": "matrix", "result": []}})).into_response();
    }
    let (start, end, limit) = (number("start"), number("end"), number("limit") as usize);
    if loki.strict && limit > loki.most {
        let limits = format!("({limit} > {})", loki.most);
        let said = format!("max entries limit per query exceeded, limit > max_entries_limit_per_query {limits}");
        return (StatusCode::BAD_REQUEST, said).into_response();
    }
    let limit = limit.min(loki.most);
    let mut streams: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (at, pod, line) in loki.lines.iter().filter(|(at, ..)| (start..end).contains(at)).take(limit) {
        streams.entry(pod).or_default().push(json!([at.to_string(), line]));
    }
    let result: Vec<Value> = streams
        .into_iter()
        .map(|(pod, values)| json!({"stream": {"namespace": "shop", "pod": pod, "detected_level": "info"}, "values": values}))
        .collect();
    Json(json!({"status": "success", "data": {"resultType": "streams", "result": result, "stats": {}}})).into_response()
}

async fn serve(lines: Vec<(i64, &'static str, String)>, busy: usize) -> Result<(String, Arc<Loki>)> {
    start(Loki { lines, asked: AtomicUsize::new(0), busy, most: 5_000, strict: true }).await
}

async fn start(loki: Loki) -> Result<(String, Arc<Loki>)> {
    let loki = Arc::new(loki);
    let router =
        Router::new().route("/loki/api/v1/query_range", routing::get(query_range)).with_state(Arc::clone(&loki));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((url, loki))
}

fn settings(url: &str) -> Settings {
    let mut settings = Settings::default();
    settings.loki.url = url.into();
    settings.loki.headers.insert("X-Scope-OrgID".to_owned(), Hidden::new("shop"));
    settings
}

async fn collected(settings: &Settings) -> Collection {
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    collect(settings, &Window::new(at(START), at(END), Some(at(ONSET))).unwrap(), &Progress::silent()).await
}

fn lines(collection: &Collection) -> Vec<Value> {
    let file = collection.files().iter().find(|file| file.path == "logs/loki.jsonl").unwrap();
    String::from_utf8_lossy(&file.bytes).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_line_is_taken_once_over_pages_of_a_busy_server() -> Result<()> {
    // Three lines at each moment, so that pages end within one.
    let held: Vec<_> = (0..12_000)
        .map(|at| (START * 1_000_000_000 + at / 3 * 300_000_000, "basket-1", format!("line {at}")))
        .collect();
    let (url, loki) = serve(held, 1).await?;
    let collection = collected(&settings(&url)).await;
    assert_eq!(collection.left_out, []);
    let lines = lines(&collection);
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages.len(), 12_000);
    assert!(messages.iter().enumerate().all(|(at, message)| *message == format!("line {at}")));
    assert_eq!((&lines[0]["service"], &lines[0]["level"]), (&json!("basket-1"), &json!("info")));
    assert!(loki.asked.load(Ordering::SeqCst) >= 4);
    Ok(())
}

#[tokio::test]
async fn a_server_that_gives_fewer_lines_at_once_is_asked_more_often() -> Result<()> {
    for strict in [true, false] {
        // Seven lines at each moment, so that pages of 100 end within one.
        let held: Vec<_> = (0..1_400)
            .map(|at| (START * 1_000_000_000 + at / 7 * 10_000_000_000, "basket-1", format!("line {at}")))
            .collect();
        let (url, _) = start(Loki { lines: held, asked: AtomicUsize::new(0), busy: 0, most: 100, strict }).await?;
        let collection = collected(&settings(&url)).await;
        assert_eq!(collection.left_out, []);
        let lines = lines(&collection);
        assert_eq!(lines.len(), 1_400, "strict: {strict}");
        assert!(lines.iter().enumerate().all(|(at, line)| line["message"] == json!(format!("line {at}"))));
    }
    Ok(())
}

#[tokio::test]
async fn more_lines_of_one_moment_than_a_page_has_are_stated() -> Result<()> {
    let mut held: Vec<_> = (0..150).map(|at| (START * 1_000_000_000 + 7, "basket-1", format!("crowd {at}"))).collect();
    held.push((START * 1_000_000_000 + 9, "basket-1", "after".to_owned()));
    let (url, _) = start(Loki { lines: held, asked: AtomicUsize::new(0), busy: 0, most: 100, strict: true }).await?;
    let collection = collected(&settings(&url)).await;
    assert!(collection.left_out[0].reason.contains("1 moments have more than 100"), "{:?}", collection.left_out);
    let lines = lines(&collection);
    assert_eq!((lines.len(), &lines[100]["message"]), (101, &json!("after")));
    Ok(())
}

#[tokio::test]
async fn a_noisy_time_before_does_not_hide_what_follows() -> Result<()> {
    let second = |at: i64| (START + at) * 1_000_000_000;
    let mut held: Vec<_> = (0..900).map(|at| (second(at), "front-1", format!("noise {at}"))).collect();
    held.push((second(2_000), "basket-1", r#"{"level":"error","msg":"no memory","span_id":"s1"}"#.to_owned()));
    let (url, _) = serve(held, 0).await?;
    let mut settings = settings(&url);
    settings.loki.max_lines = 100.try_into()?;
    let collection = collected(&settings).await;
    assert!(collection.left_out[0].reason.contains("connectors.loki.query"), "{:?}", collection.left_out);
    let lines = lines(&collection);
    assert_eq!(lines.len(), 51);
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["level"], &last["msg"], &last["service"]),
        (&json!("error"), &json!("no memory"), &json!("basket-1"))
    );
    Ok(())
}

#[tokio::test]
async fn a_query_that_gives_no_lines_is_named() -> Result<()> {
    let (url, _) = serve(Vec::new(), 0).await?;
    let mut settings = settings(&url);
    assert!(!collected(&settings).await.has_evidence());
    settings.loki.query = "rate({pod=~\".+\"}[1m])".to_owned();
    let collection = collected(&settings).await;
    assert!(collection.left_out[0].reason.contains("must select streams"), "{:?}", collection.left_out);
    Ok(())
}
