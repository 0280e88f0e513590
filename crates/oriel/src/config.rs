//! Configuration: defaults, then a TOML file, then `ORIEL_…` variables, then flags; the last one wins.
//!
//! The only place that reads the environment. Refuses unknown keys in the file and values that cannot work, and names the
//! key and where it came from in every error. A nested key is `ORIEL_LOG__FORMAT` in the environment.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use oriel_api::TraceReceiver;
use oriel_connectors::Hidden;
use oriel_connectors::otlp::SpanRing;
use oriel_identity::ServiceToken;
use serde::{Deserialize, Serialize};

/// Read when no `--config` is given and it exists.
const DEFAULT_FILE: &str = "oriel.toml";

/// Everything that can be configured. `oriel serve --print-config` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where the server listens.
    pub(crate) listen: SocketAddr,
    /// Where the database, incident archives, run output and keys live; made with mode 0700.
    pub(crate) data_dir: PathBuf,
    /// `sqlite://…` or `postgres://…`; empty means SQLite in the data directory.
    pub(crate) database_url: String,
    /// The address people open, when a proxy stands before Oriel, such as `https://oriel.example`; empty means none.
    pub(crate) public_url: String,
    /// Offers this machine as a target.
    pub(crate) demo: bool,
    pub(crate) log: LogConfig,
    pub(crate) limits: LimitsConfig,
    pub(crate) investigations: InvestigationsConfig,
    pub(crate) knowledge: KnowledgeConfig,
    pub(crate) shutdown: ShutdownConfig,
    /// Where evidence is fetched from.
    pub(crate) connectors: oriel_connectors::Settings,
    pub(crate) webhooks: WebhooksConfig,
    pub(crate) traces: TracesConfig,
}

/// What is logged, to stderr.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogConfig {
    /// `auto` is `pretty` on a terminal and `json` otherwise.
    pub(crate) format: LogFormat,
    /// A tracing filter such as `info` or `info,oriel_execution=debug`.
    pub(crate) filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Auto,
    Json,
    Pretty,
}

/// Bounds on what clients send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsConfig {
    /// The largest incident archive, in bytes.
    pub(crate) upload_bytes: u64,
}

/// How investigations are worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvestigationsConfig {
    /// How many run at once.
    pub(crate) workers: NonZeroU32,
    /// How many may wait; one more is refused with 503.
    pub(crate) queue: NonZeroU32,
    /// After how long one is given up, in seconds.
    pub(crate) timeout_seconds: NonZeroU32,
}

/// What knowledge bases may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnowledgeConfig {
    /// Bytes of memory for the bases that are held loaded.
    pub(crate) memory_bytes: u64,
    /// The text of one change, in bytes.
    pub(crate) change_bytes: u64,
    /// The largest backup that is sent in, in bytes.
    pub(crate) backup_bytes: u64,
    /// A snapshot is made when so many changes were made after the last one.
    pub(crate) snapshot_changes: NonZeroU32,
}

/// How the server ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShutdownConfig {
    /// How long open work may take after SIGTERM, in seconds.
    pub(crate) grace_seconds: u32,
}

/// What other systems may send in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebhooksConfig {
    pub(crate) alertmanager: WebhookConfig,
}

/// One webhook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebhookConfig {
    /// What a message must bring as `Authorization: Bearer`; empty means that none is taken in.
    pub(crate) token: Hidden,
}

/// The receiver of traces (OTLP/HTTP at `/v1/traces`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TracesConfig {
    /// Whether traces are received.
    pub(crate) enabled: bool,
    /// What an exporter must bring as `Authorization: Bearer`.
    pub(crate) token: Hidden,
    /// The most bytes of spans held in memory.
    pub(crate) max_bytes: u64,
    /// How long a span is held.
    pub(crate) max_age_minutes: NonZeroU32,
}

impl Default for TracesConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            token: Hidden::default(),
            max_bytes: 64 * 1024 * 1024,
            max_age_minutes: NonZeroU32::MIN.saturating_add(119),
        }
    }
}

impl TracesConfig {
    /// The receiver, if it is on.
    pub(crate) fn receiver(&self) -> anyhow::Result<Option<TraceReceiver>> {
        if !self.enabled {
            return Ok(None);
        }
        let token = ServiceToken::new(self.token.expose().unwrap_or_default())
            .map_err(|error| anyhow::anyhow!("traces.token: {error}"))?;
        let Some(max_bytes) = usize::try_from(self.max_bytes).ok().filter(|bytes| *bytes >= 1 << 20) else {
            bail!("traces.max_bytes: {} is too small; at least 1048576", self.max_bytes);
        };
        let age = chrono::TimeDelta::minutes(i64::from(self.max_age_minutes.get()));
        Ok(Some(TraceReceiver { token, spans: Arc::new(SpanRing::new(max_bytes, age)) }))
    }
}

impl WebhookConfig {
    /// The token, if one is set.
    pub(crate) fn service_token(&self, key: &str) -> anyhow::Result<Option<ServiceToken>> {
        let token = self.token.expose().map(ServiceToken::new).transpose();
        token.map_err(|error| anyhow::anyhow!("{key}: {error}"))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data_dir: PathBuf::from(".oriel"),
            database_url: String::new(),
            public_url: String::new(),
            demo: false,
            log: LogConfig { format: LogFormat::Auto, filter: "info,sea_orm_migration=warn".to_owned() },
            limits: LimitsConfig { upload_bytes: 512 * 1024 * 1024 },
            investigations: InvestigationsConfig {
                workers: NonZeroU32::MIN.saturating_add(1),
                queue: NonZeroU32::MIN.saturating_add(63),
                timeout_seconds: NonZeroU32::MIN.saturating_add(599),
            },
            knowledge: {
                let knowledge = oriel_knowledge::Settings::default();
                KnowledgeConfig {
                    memory_bytes: knowledge.memory_bytes,
                    change_bytes: knowledge.change_bytes,
                    backup_bytes: knowledge.backup_bytes,
                    snapshot_changes: NonZeroU32::MIN.saturating_add(999),
                }
            },
            shutdown: ShutdownConfig { grace_seconds: 30 },
            connectors: oriel_connectors::Settings::default(),
            webhooks: WebhooksConfig::default(),
            traces: TracesConfig::default(),
        }
    }
}

/// The flags that find the data, for every command that opens it.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub(crate) struct DataArgs {
    /// Configuration file (TOML) [default: oriel.toml, when it exists]
    #[arg(long, global = true, help_heading = "Where the data is", value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,
    /// Where everything is kept [default: ./.oriel]
    #[arg(long, global = true, help_heading = "Where the data is", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data_dir: Option<PathBuf>,
    /// sqlite://… or postgres://… [default: SQLite in the data directory]
    #[arg(long, global = true, help_heading = "Where the data is", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) database_url: Option<String>,
}

/// The flags of `serve` that are configuration.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub(crate) struct ServeOverrides {
    /// Where to listen [default: 127.0.0.1:3000]; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<SocketAddr>,
    /// The address people open, when a proxy stands before Oriel
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_url: Option<String>,
    /// Offer this machine as a target, to try things out
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) demo: bool,
}

impl Config {
    /// Reads and checks the configuration.
    pub(crate) fn load(data: &DataArgs, overrides: &ServeOverrides) -> anyhow::Result<Self> {
        let file = match &data.config {
            Some(path) if !path.is_file() => bail!("--config: {} is not a file", path.display()),
            Some(path) => path.as_path(),
            None => Path::new(DEFAULT_FILE),
        };
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if file.is_file() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment
            .merge(environment())
            .merge(Serialized::defaults(data))
            .merge(Serialized::defaults(overrides))
            .extract()
            .map_err(|errors| anyhow::anyhow!(describe(&errors)))
            .context("the configuration cannot be used")?;
        config.check().context("the configuration cannot be used")?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        if !self.database_url.is_empty()
            && !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| self.database_url.starts_with(scheme))
        {
            bail!("database_url: must start with sqlite:// or postgres://");
        }
        if !self.public_url.is_empty() {
            let rest = self
                .public_url
                .strip_prefix("https://")
                .or_else(|| self.public_url.strip_prefix("http://"))
                .unwrap_or_default();
            if rest.is_empty() || rest.trim_end_matches('/').contains(['/', '?', '#', '@', ' ']) {
                bail!(
                    "public_url: must be http:// or https:// and a host, with no path, such as https://oriel.example"
                );
            }
        }
        if self.data_dir.as_os_str().is_empty() {
            bail!("data_dir: must not be empty");
        }
        if self.limits.upload_bytes < 1024 {
            bail!("limits.upload_bytes: {} is too small; at least 1024", self.limits.upload_bytes);
        }
        if !(1024..=1 << 30).contains(&self.knowledge.change_bytes) {
            let given = self.knowledge.change_bytes;
            bail!("knowledge.change_bytes: {given} is out of range; from 1024 to {}", 1 << 30);
        }
        if self.knowledge.backup_bytes < 1024 {
            bail!("knowledge.backup_bytes: {} is too small; at least 1024", self.knowledge.backup_bytes);
        }
        if self.shutdown.grace_seconds > 600 {
            bail!("shutdown.grace_seconds: {} is too long; at most 600", self.shutdown.grace_seconds);
        }
        self.connectors.check()?;
        self.webhooks.alertmanager.service_token("webhooks.alertmanager.token")?;
        self.traces.receiver()?;
        Ok(())
    }

    /// As a TOML file, for `--print-config`. A password in the database URL is not printed.
    pub(crate) fn print(&self) -> anyhow::Result<String> {
        let mut shown = self.clone();
        shown.database_url = without_password(&self.database_url);
        toml::to_string_pretty(&shown).context("the configuration cannot be written as TOML")
    }
}

/// The `ORIEL_…` variables whose first part is a known key; others (such as `ORIEL_DATA` of the benchmarks) are not ours.
fn environment() -> Env {
    const KEYS: [&str; 13] = [
        "listen",
        "data_dir",
        "database_url",
        "public_url",
        "demo",
        "log",
        "limits",
        "investigations",
        "knowledge",
        "shutdown",
        "connectors",
        "webhooks",
        "traces",
    ];
    Env::prefixed("ORIEL_")
        .filter(|key| {
            let first = key.as_str().split("__").next().unwrap_or_default();
            KEYS.iter().any(|known| first.eq_ignore_ascii_case(known))
        })
        .split("__")
}

fn describe(errors: &figment::Error) -> String {
    errors
        .clone()
        .into_iter()
        .map(|error| {
            let path = error.path.join(".");
            let origin = error
                .metadata
                .as_ref()
                .map(|metadata| match &metadata.source {
                    Some(source) => format!(" (in {source})"),
                    None => format!(" (in {})", metadata.name),
                })
                .unwrap_or_default();
            let wrong = match &error.kind {
                figment::error::Kind::UnknownField(_, known) => {
                    format!("there is no such setting; there are {}", known.join(", "))
                }
                kind => kind.to_string(),
            };
            if path.is_empty() { format!("{wrong}{origin}") } else { format!("{path}: {wrong}{origin}") }
        })
        .collect::<Vec<_>>()
        .join("; ")
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let Some((credentials, host)) = rest.rsplit_once('@') else {
        return url.to_owned();
    };
    let user = credentials.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}:***@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn load(text: &str) -> anyhow::Result<Config> {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("oriel.toml");
        fs::write(&file, text).unwrap();
        let data = DataArgs { config: Some(file), ..DataArgs::default() };
        Config::load(&data, &ServeOverrides::default())
    }

    fn fails_naming(text: &str, field: &str) {
        let message = format!("{:#}", load(text).unwrap_err());
        assert!(message.contains(field), "{text:?} gave {message:?}");
    }

    #[test]
    fn what_is_printed_can_be_read_back() {
        let printed = Config::default().print().unwrap();
        assert_eq!(load(&printed).unwrap(), Config::default());
    }

    #[test]
    fn an_error_names_its_field() {
        fails_naming("listen = 5", "listen");
        fails_naming("listen = 'nowhere'", "listen");
        fails_naming("[investigations]\nworkers = 0", "investigations.workers");
        fails_naming("[knowledge]\nsnapshot_changes = 0", "knowledge.snapshot_changes");
        fails_naming("[knowledge]\nchange_bytes = 1", "knowledge.change_bytes");
        fails_naming("[log]\nformat = 'xml'", "log.format");
        fails_naming("database_url = 'mysql://x'", "database_url");
        fails_naming("public_url = 'https://a/b'", "public_url");
        fails_naming("[connectors.prometheus]\nurl = 'prometheus:9090'", "connectors.prometheus.url");
        fails_naming("[connectors.prometheus]\nurk = 'x'", "urk");
        fails_naming("[webhooks.alertmanager]\ntoken = 'short'", "webhooks.alertmanager.token");
        fails_naming("[traces]\nenabled = true", "traces.token");
        fails_naming("lisen = '127.0.0.1:1'", "lisen");
    }

    /// Every key of `table` with its path.
    fn settings<'a>(path: &str, table: &'a toml::Table, keys: &mut Vec<(String, &'a toml::Value)>) {
        for (name, value) in table {
            let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match value {
                toml::Value::Table(inner) if !inner.is_empty() => settings(&key, inner, keys),
                value => keys.push((key, value)),
            }
        }
    }

    #[test]
    fn every_setting_is_documented_with_its_default() {
        let document = include_str!("../../../docs/configuration.md");
        let printed: toml::Table = Config::default().print().unwrap().parse().unwrap();
        let mut keys = Vec::new();
        settings("", &printed, &mut keys);
        for (key, value) in keys {
            let row = document.lines().find(|line| line.starts_with(&format!("| `{key}` |")));
            let row = row.unwrap_or_else(|| panic!("docs/configuration.md has no row for {key}"));
            assert!(row.contains(&format!("`ORIEL_{}`", key.to_uppercase().replace('.', "__"))), "{row}");
            let default = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let default = if default.is_empty() { "empty".to_owned() } else { default };
            assert!(row.contains(&default), "the default of {key} is {default}: {row}");
        }
    }

    #[test]
    fn no_credential_is_printed() {
        let config = load(
            "[connectors.loki]\nurl = 'http://l'\npassword = 'hunter22'\n[connectors.loki.headers]\nX-Key = 'hunter22'\n\
             [webhooks.alertmanager]\ntoken = 'hunter22-hunter22-hunter22'",
        );
        let printed = config.unwrap().print().unwrap();
        assert!(printed.contains("***") && !printed.contains("hunter"), "{printed}");
    }

    #[test]
    fn flags_win_over_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("oriel.toml");
        fs::write(&file, "listen = '127.0.0.1:1'\ndata_dir = 'a'\n").unwrap();
        let data = DataArgs { config: Some(file), data_dir: Some("b".into()), database_url: None };
        let overrides = ServeOverrides { listen: Some(([127, 0, 0, 1], 2).into()), ..ServeOverrides::default() };
        let config = Config::load(&data, &overrides).unwrap();
        assert_eq!((config.listen.port(), config.data_dir), (2, PathBuf::from("b")));
    }

    #[test]
    fn a_password_is_never_printed() {
        let config = Config { database_url: "postgres://oriel:s3cret@db/oriel".into(), ..Config::default() };
        let printed = config.print().unwrap();
        assert!(printed.contains("oriel:***@db") && !printed.contains("s3cret"), "{printed}");
    }
}
