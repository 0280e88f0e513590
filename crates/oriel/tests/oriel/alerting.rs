//! The whole way of an alert: a real Alertmanager delivers to the real server, which fetches from a real Prometheus and
//! gives a verdict.

use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{TimeDelta, Utc};
use oriel_testkit::alertmanager::Alertmanager;
use oriel_testkit::app::User;
use oriel_testkit::prometheus::Prometheus;
use oriel_testkit::shop;
use serde_json::{Value, json};

use crate::program::Server;

const TOKEN: &str = "the-token-of-the-webhook-0123456789";

/// The newest incident once `fits` is true of it.
async fn incident(user: &User, fits: impl Fn(&Value) -> bool) -> Result<Value> {
    loop {
        let list = user.json("/incidents").await?;
        if let Some(first) = list["items"].get(0).filter(|first| fits(first)) {
            return Ok(first.clone());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn ended(incident: &Value) -> bool {
    matches!(incident["investigations"][0]["status"].as_str(), Some("done" | "failed"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_becomes_a_verdict() -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the servers run on the wall clock")]
    let now = Utc::now();
    let (end, onset) = (now.timestamp(), (now - TimeDelta::minutes(15)).timestamp());
    let prometheus = Prometheus::with_samples(&shop::openmetrics(end - 4_500, onset, end, "stock"))?;
    let directory = tempfile::tempdir()?;
    let config = directory.path().join("oriel.toml");
    let text =
        format!("[connectors.prometheus]\nurl = '{}'\n[webhooks.alertmanager]\ntoken = '{TOKEN}'\n", prometheus.url());
    std::fs::write(&config, text)?;
    let server = Server::start_with(&directory.path().join("data"), &["--config", config.to_str().unwrap()])?;
    let admin = server.set_up().await?;
    let webhook = format!("{}/api/v1/webhooks/alertmanager", server.url);
    let alertmanager = Alertmanager::delivering_to(&webhook, TOKEN)?;

    let labels = json!({"alertname": "HighLatency", "service": "front", "namespace": "shop", "severity": "critical"});
    let began = now - TimeDelta::minutes(12);
    let alert = json!([{"labels": labels, "annotations": {"summary": "The shop is slow"}, "startsAt": began}]);
    alertmanager.fire(&alert).await?;
    let found = incident(&admin, ended).await?;
    assert_eq!(found["source"], "alertmanager", "{found}");
    assert_eq!(found["title"], "The shop is slow");
    let id = found["investigations"][0]["id"].as_str().context("an id")?;
    let investigation = admin.json(&format!("/investigations/{id}")).await?;
    assert_eq!(investigation["status"], "done", "{investigation}");
    let first = &investigation["verdict"]["hypotheses"][0];
    assert_eq!(first["entity"], "service/stock", "{}", investigation["verdict"]["skipped"]);

    let over = json!([{"labels": labels, "startsAt": began, "endsAt": now}]);
    alertmanager.fire(&over).await?;
    let resolved = incident(&admin, |incident| incident["resolved_at"].is_string()).await?;
    assert_eq!(resolved["id"], found["id"]);
    assert_eq!(resolved["investigations"].as_array().map(Vec::len), Some(1));
    assert_eq!(server.terminate()?, Some(0));
    Ok(())
}

/// The alerts that Alertmanager has active are fetched by `oriel collect`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn active_alerts_are_collected() -> Result<()> {
    // It delivers to nobody.
    let alertmanager = Alertmanager::delivering_to("http://127.0.0.1:9/", TOKEN)?;
    alertmanager.fire(&json!([{"labels": {"alertname": "DiskFull", "instance": "w1:9100"}}])).await?;
    let directory = tempfile::tempdir()?;
    let out = directory.path().join("incident");
    let output =
        crate::program::run(&["collect", "--alertmanager", &alertmanager.url(), "--out", out.to_str().unwrap()])?;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let alerts: Value = serde_json::from_slice(&std::fs::read(out.join("alerts.json"))?)?;
    assert_eq!(alerts[0]["labels"]["alertname"], "DiskFull", "{alerts}");
    Ok(())
}
