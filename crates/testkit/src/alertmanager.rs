//! A real Alertmanager on a free port, that delivers to a webhook of the test.
//!
//! Needs `/usr/bin/prometheus-alertmanager` (Debian: `prometheus-alertmanager`, whose service need not run); without it
//! starting is an error that says so.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;

const ALERTMANAGER: &str = "/usr/bin/prometheus-alertmanager";

/// A running Alertmanager. Dropping it ends it.
pub struct Alertmanager {
    server: Server,
}

impl Alertmanager {
    /// Starts one that sends every group of alerts, by their name and service, to `webhook` with this bearer token, one
    /// second after it changed.
    pub fn delivering_to(webhook: &str, token: &str) -> Result<Self> {
        let directory = TempDir::new().context("cannot make a directory for Alertmanager")?;
        let config = format!(
            "route:\n  receiver: oriel\n  group_by: [alertname, service]\n  group_wait: 1s\n  group_interval: 1s\n  \
             repeat_interval: 1h\nreceivers:\n  - name: oriel\n    webhook_configs:\n      - url: {webhook}\n        \
             send_resolved: true\n        http_config:\n          authorization:\n            credentials: {token}\n"
        );
        fs::write(directory.path().join("alertmanager.yml"), config)?;
        let arguments = |directory: &Path, port: u16| {
            vec![
                format!("--config.file={}", directory.join("alertmanager.yml").display()),
                format!("--storage.path={}", directory.join("data").display()),
                format!("--web.listen-address=127.0.0.1:{port}"),
                // One instance: no gossip with others.
                "--cluster.listen-address=".to_owned(),
            ]
        };
        let package = "prometheus-alertmanager";
        Ok(Self { server: Server::start(ALERTMANAGER, package, ("/-/ready", " 200"), directory, &arguments)? })
    }

    /// Its address, such as `http://127.0.0.1:9093`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port())
    }

    /// What it logged.
    pub fn log(&self) -> Result<String> {
        self.server.log()
    }

    /// Hands it alerts, as Prometheus does (`POST /api/v2/alerts`).
    pub async fn fire(&self, alerts: &Value) -> Result<()> {
        let client = Client::builder().no_proxy().build()?;
        let answer = client.post(format!("{}/api/v2/alerts", self.url())).json(alerts).send().await?;
        let status = answer.status();
        ensure!(status.is_success(), "Alertmanager took no alerts: {status}: {}", answer.text().await?);
        Ok(())
    }
}
