//! A real Prometheus on a free port, back-filled with made-up samples or scraping a target of the test.
//!
//! Needs `/usr/bin/prometheus` and `/usr/bin/promtool` (Debian: `prometheus`, whose service need not run); without them
//! starting is an error that says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::server::{Server, installed};

const PROMETHEUS: &str = "/usr/bin/prometheus";
const PROMTOOL: &str = "/usr/bin/promtool";
const PACKAGE: &str = "prometheus";

const OPENSSL: &str = "/usr/bin/openssl";
/// The user of a server with TLS.
pub const USER: &str = "oriel";
/// The user's password.
pub const USER_PASSWORD: &str = "open sesame";
/// Its bcrypt hash, at the least cost.
const USER_PASSWORD_HASH: &str = "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";

/// A running Prometheus. Dropping it ends it.
pub struct Prometheus {
    server: Server,
    scheme: &'static str,
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
        Self::start(directory, "", "", &[])
    }

    /// Starts one with further lines of its configuration, such as `scrape_configs`.
    pub fn with_config(lines: &str) -> Result<Self> {
        Self::start(TempDir::new().context("cannot make a directory for Prometheus")?, lines, "", &[])
    }

    /// The same with native histograms, which targets give in protobuf.
    pub fn with_native_histograms(lines: &str) -> Result<Self> {
        let directory = TempDir::new().context("cannot make a directory for Prometheus")?;
        Self::start(directory, lines, "", &["--enable-feature=native-histograms"])
    }

    /// Starts one that speaks TLS with a certificate of its own ([`Self::certificate`]) and lets [`USER`] in alone. It
    /// scrapes nothing and holds nothing.
    pub fn with_tls() -> Result<Self> {
        installed(OPENSSL, "openssl")?;
        let directory = TempDir::new().context("cannot make a directory for Prometheus")?;
        let made = Command::new(OPENSSL)
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=prometheus", "-addext", "subjectAltName=IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem", "-out", "cert.pem"])
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .output()
            .context("cannot run openssl")?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "openssl made no certificate ({}): {said}", made.status);
        let web = format!(
            "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\nbasic_auth_users:\n  {USER}: \
             {USER_PASSWORD_HASH}\n"
        );
        Self::start(directory, "", &web, &[])
    }

    fn start(directory: TempDir, lines: &str, web: &str, flags: &[&str]) -> Result<Self> {
        fs::write(directory.path().join("web.yml"), web)?;
        let config = format!("global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n{lines}");
        fs::write(directory.path().join("prometheus.yml"), config)?;
        let arguments = |directory: &Path, port: u16| {
            let mut arguments = vec![
                format!("--config.file={}", directory.join("prometheus.yml").display()),
                format!("--storage.tsdb.path={}", directory.join("data").display()),
                "--storage.tsdb.retention.time=1000d".to_owned(),
                format!("--web.listen-address=127.0.0.1:{port}"),
                format!("--web.config.file={}", directory.join("web.yml").display()),
                "--log.level=warn".to_owned(),
            ];
            arguments.extend(flags.iter().map(ToString::to_string));
            arguments
        };
        // A server with TLS says to a client without it that it is one.
        let (scheme, ready) = if web.is_empty() { ("http", " 200") } else { ("https", " 400") };
        let server = Server::start(PROMETHEUS, PACKAGE, ("/-/ready", ready), directory, &arguments)?;
        Ok(Self { server, scheme })
    }

    /// Its address, such as `http://127.0.0.1:9090`.
    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.server.port())
    }

    /// Its certificate in PEM form, where it has one.
    pub fn certificate(&self) -> PathBuf {
        self.server.directory().join("cert.pem")
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
