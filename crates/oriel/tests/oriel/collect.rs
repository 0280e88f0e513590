//! `oriel collect` and `oriel diagnose` against a real Prometheus.

use anyhow::Result;
use oriel_testkit::prometheus::Prometheus;
use oriel_testkit::shop;
use serde_json::Value;

use crate::program::{run, said};

/// 2026-05-04T10:00:00Z.
const START: i64 = 1_777_888_800;
const WINDOW: [&str; 4] = ["--from", "2026-05-04T10:00:00Z", "--to", "2026-05-04T11:00:00Z"];

#[test]
fn what_was_collected_is_diagnosed() -> Result<()> {
    let prometheus = Prometheus::with_samples(&shop::openmetrics(START, START + 2_400, START + 3_600, "orders"))?;
    let url = prometheus.url();
    let directory = tempfile::tempdir()?;
    let out = directory.path().join("incident");
    let out = out.to_str().unwrap();
    let mut arguments = vec!["collect", "--prometheus", &url, "--out", out, "--json"];
    arguments.extend(WINDOW);
    let output = run(&arguments)?;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: Value = serde_json::from_str(&said(&output))?;
    assert_eq!(summary["left_out"], serde_json::json!([]), "{summary}");
    assert!(summary["files"].as_u64().unwrap() > 5, "{summary}");

    let verdict = run(&["diagnose", out, "--json"])?;
    let verdict: Value = serde_json::from_str(&said(&verdict))?;
    assert_eq!(verdict["hypotheses"][0]["entity"], "service/orders", "{verdict}");

    let mut arguments = vec!["diagnose", "--prometheus", &url, "--json"];
    arguments.extend(WINDOW);
    let at_once: Value = serde_json::from_str(&said(&run(&arguments)?))?;
    assert_eq!(at_once["hypotheses"][0]["entity"], "service/orders");

    // The directory is taken now.
    let again = run(&["collect", "--prometheus", &url, "--out", out])?;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("not empty"));
    Ok(())
}

#[test]
fn one_source_that_is_away_does_not_take_the_other_away() -> Result<()> {
    let prometheus = Prometheus::with_samples(&shop::openmetrics(START, START + 2_400, START + 3_600, "orders"))?;
    let url = prometheus.url();
    let directory = tempfile::tempdir()?;
    let config = directory.path().join("oriel.toml");
    std::fs::write(&config, "[connectors.alertmanager]\nretries = 0\n[connectors.prometheus]\nretries = 0\n")?;
    let config = config.to_str().unwrap();
    let (both, none) = (directory.path().join("both"), directory.path().join("none"));
    let mut arguments =
        vec!["collect", "--prometheus", &url, "--alertmanager", "http://127.0.0.1:9", "--config", config];
    arguments.extend(WINDOW);
    let mut of_both = arguments.clone();
    of_both.extend(["--out", both.to_str().unwrap()]);
    let output = run(&of_both)?;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = said(&output);
    assert!(text.contains("alertmanager: --alertmanager: ") && text.contains("cannot be reached"), "{text}");

    arguments[2] = "http://127.0.0.1:9";
    arguments.extend(["--out", none.to_str().unwrap()]);
    let output = run(&arguments)?;
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("nothing was collected") && error.contains("prometheus: --prometheus: "), "{error}");
    assert!(!none.exists());
    Ok(())
}

#[test]
fn misuse_is_2() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let out = directory.path().to_str().unwrap();
    for arguments in [
        &["collect", "--out", out][..],
        &["collect", "--prometheus", "http://p"],
        &["collect", "--prometheus", "http://p", "--out", out, "--since", "soon"],
        &["collect", "--prometheus", "http://p", "--out", out, "--from", "2026-05-04T10:00:00Z"],
        &[
            "collect",
            "--prometheus",
            "http://p",
            "--out",
            out,
            "--from",
            "2026-05-04T10:00:00Z",
            "--to",
            "2026-05-04T09:00:00Z",
        ],
        &["diagnose"],
        &["diagnose", "x", "--prometheus", "http://p"],
    ] {
        assert_eq!(run(arguments)?.status.code(), Some(2), "{arguments:?}");
    }
    Ok(())
}
