//! A real Prometheus on a free port, back-filled with made-up samples or scraping a target of the test.
//!
//! Needs `/usr/bin/prometheus` and `/usr/bin/promtool` (Debian: `prometheus`, whose service need not run); without them
//! starting is an error that says so.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::server::{Server, installed};

const PROMETHEUS: &str = "/usr/bin/prometheus";
const PROMTOOL: &str = "/usr/bin/promtool";
const PACKAGE: &str = "prometheus";

/// A running Prometheus. Dropping it ends it.
pub struct Prometheus {
    server: Server,
}

impl Prometheus {
    /// Starts one that holds the samples of `openmetrics` (the OpenMetrics text format, with times, ending in `# EOF`).
    pub fn with_samples(openmetrics: &str) -> Result<Self> {
        installed(PROMTOOL, PACKAGE)?;
        let directory = TempDir::new().context("cannot make a directory for Prometheus")?;
        let file = directory.path().join("samples.txt");
        fs::write(&file, openmetrics)?;
        let made = Command::new(PROMTOOL)
            .args(["tsdb", "create-blocks-from", "openmetrics", "--quiet"])
            .arg(&file)
            .arg(directory.path().join("data"))
            .stdin(Stdio::null())
            .output()
            .context("cannot run promtool")?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "promtool made no blocks ({}): {said}", made.status);
        Self::start(directory, "")
    }

    /// Starts one with further lines of its configuration, such as `scrape_configs`.
    pub fn with_config(lines: &str) -> Result<Self> {
        Self::start(TempDir::new().context("cannot make a directory for Prometheus")?, lines)
    }

    fn start(directory: TempDir, lines: &str) -> Result<Self> {
        let config = format!("global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n{lines}");
        fs::write(directory.path().join("prometheus.yml"), config)?;
        let arguments = |directory: &Path, port: u16| {
            vec![
                format!("--config.file={}", directory.join("prometheus.yml").display()),
                format!("--storage.tsdb.path={}", directory.join("data").display()),
                "--storage.tsdb.retention.time=1000d".to_owned(),
                format!("--web.listen-address=127.0.0.1:{port}"),
                "--log.level=warn".to_owned(),
            ]
        };
        Ok(Self { server: Server::start(PROMETHEUS, PACKAGE, "/-/ready", directory, &arguments)? })
    }

    /// Its address, such as `http://127.0.0.1:9090`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What it logged.
    pub fn log(&self) -> Result<String> {
        self.server.log()
    }

    /// Ends it; its port then refuses connections.
    pub fn stop(&mut self) -> Result<()> {
        self.server.stop()
    }
}
