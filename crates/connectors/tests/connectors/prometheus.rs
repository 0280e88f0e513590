//! A real Prometheus, back-filled with an invented shop.

use anyhow::Result;
use chrono::DateTime;
use oriel_connectors::{About, Collection, Hidden, OwnQuery, Progress, Settings, Window, collect};
use oriel_diagnosis::{Knowledge, Options, Source, diagnose};
use oriel_testkit::prometheus::{Prometheus, USER, USER_PASSWORD};
use oriel_testkit::shop;

/// 2026-05-04T10:00:00Z.
const START: i64 = 1_777_888_800;
const ONSET: i64 = START + 2_400;
const END: i64 = START + 3_600;

fn window(onset: Option<i64>) -> Window {
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    Window::new(at(START), at(END), onset.map(at)).unwrap()
}

fn settings(url: &str) -> Settings {
    let mut settings = Settings::default();
    settings.prometheus.url = url.into();
    settings.prometheus.retries = 0;
    settings
}

async fn collected(settings: &Settings, window: &Window) -> Collection {
    let mut collection = collect(settings, window, &Progress::silent()).await;
    let about = About { title: "The shop is slow".to_owned(), ..About::default() };
    collection.describe(&about, window, window.to);
    collection
}

fn names(collection: &Collection) -> Vec<&str> {
    collection.files().iter().map(|file| file.path.as_str()).collect()
}

#[tokio::test]
async fn what_prometheus_says_leads_to_the_service_at_fault() -> Result<()> {
    for faulty in ["stock", "basket"] {
        let prometheus = Prometheus::with_samples(&shop::openmetrics(START, ONSET, END, faulty))?;
        let collection = collected(&settings(&prometheus.url()), &window(Some(ONSET))).await;
        assert_eq!(collection.left_out, [], "{:?}", collection.sources);
        let files = names(&collection);
        for expected in [
            "metrics/container_cpu_usage_cores.json",
            "metrics/container_memory_working_set_bytes.json",
            "metrics/http_server_request_latency_p95.json",
            "metrics/http_server_request_rate.json",
            "metrics/http_server_request_errors_ratio.json",
            "incident.toml",
            "collection.json",
        ] {
            assert!(files.contains(&expected), "{expected} is not among {files:?}");
        }
        let source = Source::ArchiveBytes(collection.archive()?);
        let diagnosis = diagnose(&source, &Knowledge::shipped()?, &Options::default(), &mut |_| {})?;
        let verdict = diagnosis.verdict;
        let first = verdict.hypotheses.first().map(|hypothesis| hypothesis.entity.clone());
        assert_eq!(first.as_deref(), Some(format!("service/{faulty}").as_str()), "{:#?}", verdict.skipped);
    }
    Ok(())
}

#[tokio::test]
async fn a_fine_step_is_asked_in_chunks_and_own_queries_are_asked() -> Result<()> {
    let prometheus = Prometheus::with_samples(&shop::openmetrics(START, ONSET, END, "stock"))?;
    let mut settings = settings(&prometheus.url());
    settings.prometheus.default_queries = false;
    settings.prometheus.step_seconds = 1;
    settings.prometheus.queries = vec![
        OwnQuery {
            name: "stock_memory_bytes".to_owned(),
            query: "sum by (pod) (container_memory_working_set_bytes{job=\"stock\"})".to_owned(),
        },
        OwnQuery { name: "nothing".to_owned(), query: "no_such_metric".to_owned() },
        OwnQuery { name: "broken".to_owned(), query: "sum by (".to_owned() },
    ];
    // Eleven hours at a second are more points than Prometheus gives at once.
    let mut long = window(None);
    long.from -= chrono::TimeDelta::hours(10);
    let collection = collected(&settings, &long).await;
    assert_eq!(names(&collection), ["metrics/stock_memory_bytes.json", "incident.toml", "collection.json"]);
    let said: Vec<_> = collection.left_out.iter().map(|left| (left.source.as_str(), left.reason.as_str())).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].0.ends_with("nothing") && said[0].1.contains("no series"), "{said:?}");
    assert!(said[1].0.ends_with("broken") && said[1].1.contains("parse error"), "{said:?}");
    let answer: serde_json::Value = serde_json::from_slice(&collection.files()[0].bytes)?;
    let values = answer.pointer("/data/result/0/values").unwrap().as_array().unwrap();
    let times: Vec<i64> = values.iter().map(|pair| pair[0].as_i64().unwrap()).collect();
    assert!(times.len() > 3_600 && times.windows(2).all(|pair| pair[1] == pair[0] + 1), "{} points", times.len());
    Ok(())
}

#[tokio::test]
async fn limits_cut_and_say_so() -> Result<()> {
    let prometheus = Prometheus::with_samples(&shop::openmetrics(START, ONSET, END, "stock"))?;
    let mut settings = settings(&prometheus.url());
    settings.prometheus.max_series = 2.try_into()?;
    settings.prometheus.selector = "namespace=\"shop\"".to_owned();
    let collection = collected(&settings, &window(None)).await;
    assert!(!collection.left_out.is_empty());
    assert!(collection.left_out.iter().all(|left| left.reason.starts_with("2 series beyond the first 2")));
    settings.prometheus.selector = "namespace=\"elsewhere\"".to_owned();
    let collection = collected(&settings, &window(None)).await;
    assert!(!collection.has_evidence(), "{:?}", names(&collection));
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_away_or_another_is_named_with_its_setting() -> Result<()> {
    let mut prometheus = Prometheus::with_config("")?;
    let url = prometheus.url();
    let wrong = collected(&settings(&format!("{url}/elsewhere")), &window(None)).await;
    assert!(wrong.left_out[0].reason.contains("connectors.prometheus.url"), "{:?}", wrong.left_out);
    prometheus.stop()?;
    let away = collected(&settings(&url), &window(None)).await;
    assert!(!away.sources[0].reached);
    assert!(away.left_out[0].reason.contains("cannot be reached"), "{:?}", away.left_out);
    Ok(())
}

#[tokio::test]
async fn a_server_with_a_certificate_of_its_own_is_trusted_by_its_file_alone() -> Result<()> {
    let prometheus = Prometheus::with_tls()?;
    let mut settings = settings(&prometheus.url());
    settings.prometheus.username = USER.into();
    settings.prometheus.password = Hidden::new(USER_PASSWORD);
    let unknown = collected(&settings, &window(None)).await;
    assert!(!unknown.sources[0].reached, "{:?}", unknown.sources);
    let mut insecure = settings.clone();
    insecure.prometheus.insecure_skip_verify = true;
    assert!(collected(&insecure, &window(None)).await.sources[0].reached);
    insecure.prometheus.ca_file = prometheus.certificate();
    let both = collected(&insecure, &window(None)).await;
    assert!(both.left_out[0].reason.contains("keep one of them"), "{:?}", both.left_out);
    settings.prometheus.ca_file = prometheus.certificate();
    let known = collected(&settings, &window(None)).await;
    assert!(known.sources[0].reached, "{:?}", known.left_out);
    settings.prometheus.password = Hidden::new("open barley");
    let refused = collected(&settings, &window(None)).await;
    assert!(refused.left_out[0].reason.contains("401"), "{:?}", refused.left_out);
    Ok(())
}
