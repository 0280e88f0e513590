//! Native histograms: a target of the test gives one in protobuf, a real Prometheus scrapes it.
//!
//! The messages are those of `io.prometheus.client` (client_model's `metrics.proto`), as far as they are needed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::{Router, routing};
use chrono::{TimeDelta, Utc};
use oriel_connectors::{Collection, OwnQuery, Progress, Settings, Window, collect};
use oriel_testkit::prometheus::Prometheus;
use prost::Message as _;
use serde_json::Value;

const METRIC: &str = "http_request_duration_seconds";
const FORM: &str = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
const HISTOGRAM: i32 = 4;

#[derive(Clone, PartialEq, prost::Message)]
struct Family {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    help: String,
    #[prost(int32, tag = "3")]
    kind: i32,
    #[prost(message, repeated, tag = "4")]
    metrics: Vec<Metric>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Metric {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, optional, tag = "7")]
    histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Histogram {
    #[prost(uint64, tag = "1")]
    count: u64,
    #[prost(double, tag = "2")]
    sum: f64,
    #[prost(sint32, tag = "5")]
    schema: i32,
    #[prost(double, tag = "6")]
    zero_threshold: f64,
    #[prost(message, repeated, tag = "12")]
    spans: Vec<Span>,
    #[prost(sint64, repeated, packed = "false", tag = "13")]
    deltas: Vec<i64>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Span {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

/// With every scrape a hundred requests more: ninety took 0.25 to 0.5 s, ten took 0.5 to 1 s.
fn family(scrapes: u64) -> Vec<u8> {
    let (quick, slow) = (90 * scrapes, 10 * scrapes);
    let histogram = Histogram {
        count: quick + slow,
        sum: 0.4 * quick as f64 + 0.7 * slow as f64,
        schema: 0,
        zero_threshold: 1e-9,
        spans: vec![Span { offset: -1, length: 2 }],
        deltas: vec![quick.cast_signed(), slow.cast_signed() - quick.cast_signed()],
    };
    let label = |name: &str, value: &str| Label { name: name.to_owned(), value: value.to_owned() };
    let metric = Metric { labels: vec![label("service", "cart"), label("status", "200")], histogram: Some(histogram) };
    Family { name: METRIC.to_owned(), help: "Requests.".to_owned(), kind: HISTOGRAM, metrics: vec![metric] }
        .encode_length_delimited_to_vec()
}

/// A target; how often it was scraped.
async fn target() -> Result<(String, Arc<AtomicU64>)> {
    let scraped = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&scraped);
    let metrics = move || {
        let scrapes = count.fetch_add(1, Ordering::SeqCst) + 1;
        async move { ([(CONTENT_TYPE, FORM)], family(scrapes)).into_response() }
    };
    let router = Router::new().route("/metrics", routing::get(metrics));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((address, scraped))
}

/// The values of the first series of a file.
fn values(collection: &Collection, name: &str) -> Result<Vec<f64>> {
    let file = collection.files().iter().find(|file| file.path == format!("metrics/{name}.json"));
    let files: Vec<_> = collection.files().iter().map(|file| &file.path).collect();
    ensure!(file.is_some(), "{name} is not among {files:?}; left out: {:?}", collection.left_out);
    let answer: Value = serde_json::from_slice(&file.unwrap().bytes)?;
    let samples = answer.pointer("/data/result/0/values").unwrap().as_array().unwrap();
    Ok(samples.iter().map(|pair| pair[1].as_str().unwrap().parse().unwrap()).collect())
}

#[tokio::test]
async fn native_histograms_are_asked_for_and_read() -> Result<()> {
    let (address, scraped) = target().await?;
    let scrape =
        format!("scrape_configs:\n  - job_name: cart\n    static_configs:\n      - targets: [\"{address}\"]\n");
    let prometheus = Prometheus::with_native_histograms(&scrape)?;
    while scraped.load(Ordering::SeqCst) < 6 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut settings = Settings::default();
    settings.prometheus.url = prometheus.url();
    settings.prometheus.step_seconds = 1;
    let own = |name: &str, query: &str| OwnQuery { name: name.to_owned(), query: query.to_owned() };
    settings.prometheus.queries = vec![own("own_latency", &format!("rate({METRIC}[10s])")), own("raw_latency", METRIC)];
    #[expect(clippy::disallowed_methods, reason = "the server runs on the wall clock")]
    let now = Utc::now();
    let window = Window::new(now - TimeDelta::seconds(60), now, None)?;
    let collection = collect(&settings, &window, &Progress::silent()).await;
    // The 95th of a hundred lies half way through the slow bucket.
    for name in ["http_request_latency_p95", "own_latency", "raw_latency"] {
        let values = values(&collection, name)?;
        assert!(!values.is_empty() && values.iter().all(|value| (0.69..0.77).contains(value)), "{name}: {values:?}");
    }
    let mean = values(&collection, "http_request_latency_avg")?;
    assert!(mean.iter().all(|value| (value - 0.43).abs() < 1e-6), "{mean:?}");
    let failed = values(&collection, "http_request_errors_ratio")?;
    assert!(failed.iter().all(|value| *value == 0.0), "{failed:?}");
    let said: Vec<_> = collection.left_out.iter().map(|left| format!("{}: {}", left.source, left.reason)).collect();
    assert!(said.iter().any(|said| said.contains("own_latency: of 1 native histograms only the 95th")), "{said:?}");
    assert!(said.iter().any(|said| said.contains("raw_latency") && said.contains("rate(…)")), "{said:?}");
    Ok(())
}
