//! What can be set of each connector: where its server is, how to sign in there, and how much to take.
//!
//! Unknown keys are refused. An empty `url` means that the connector is not used.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::{ConnectorError, Result};
use crate::hidden::Hidden;

/// How to reach a server, whatever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// The section that it is set in, for errors.
    pub(crate) setting: &'static str,
    pub(crate) url: String,
    pub(crate) bearer_token: Hidden,
    pub(crate) username: String,
    pub(crate) password: Hidden,
    pub(crate) headers: BTreeMap<String, Hidden>,
    pub(crate) ca_file: PathBuf,
    pub(crate) insecure_skip_verify: bool,
    pub(crate) timeout_seconds: NonZeroU32,
    pub(crate) retries: u32,
}

macro_rules! server_settings {
    (
        $(#[$doc:meta])* $name:ident in $section:literal
        { $($(#[$field_doc:meta])* $field:ident: $kind:ty = $default:expr,)* }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            /// The server's root, such as `http://host:9090`; empty means that there is none.
            pub url: String,
            /// Sent as `Authorization: Bearer`.
            pub bearer_token: Hidden,
            /// For basic authentication.
            pub username: String,
            /// For basic authentication.
            pub password: Hidden,
            /// Certificates (PEM) to trust besides the system's; empty means none.
            pub ca_file: PathBuf,
            /// Takes any certificate, so that anybody on the way may read and answer; for tests.
            pub insecure_skip_verify: bool,
            /// How long one answer may take, further tries included.
            pub timeout_seconds: NonZeroU32,
            /// How often a request is tried again that failed with 429, 5xx or on the network; at most 10.
            pub retries: u32,
            $($(#[$field_doc])* pub $field: $kind,)*
            /// Headers to send besides, such as a tenant's.
            pub headers: BTreeMap<String, Hidden>,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    url: String::new(),
                    bearer_token: Hidden::default(),
                    username: String::new(),
                    password: Hidden::default(),
                    ca_file: PathBuf::new(),
                    insecure_skip_verify: false,
                    timeout_seconds: NonZeroU32::MIN.saturating_add(29),
                    retries: 3,
                    $($field: $default,)*
                    headers: BTreeMap::new(),
                }
            }
        }

        impl $name {
            /// Whether it is set up.
            pub fn is_set(&self) -> bool {
                !self.url.is_empty()
            }

            pub(crate) fn endpoint(&self) -> Endpoint {
                Endpoint {
                    setting: $section,
                    url: self.url.clone(),
                    bearer_token: self.bearer_token.clone(),
                    username: self.username.clone(),
                    password: self.password.clone(),
                    headers: self.headers.clone(),
                    ca_file: self.ca_file.clone(),
                    insecure_skip_verify: self.insecure_skip_verify,
                    timeout_seconds: self.timeout_seconds,
                    retries: self.retries.min(10),
                }
            }
        }
    };
}

server_settings! {
    /// Prometheus, or what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics).
    PrometheusSettings in "connectors.prometheus" {
        /// Label matchers added to every query of the default set, such as `namespace="shop"`.
        selector: String = String::new(),
        /// Seconds between two samples; 0 takes the scrape interval, at least 15.
        step_seconds: u32 = 0,
        /// Whether the default set is asked; own queries are asked in any case.
        default_queries: bool = true,
        /// The most series taken of one query.
        max_series: NonZeroU32 = NonZeroU32::MIN.saturating_add(1_999),
        /// Own queries.
        queries: Vec<OwnQuery> = Vec::new(),
    }
}

server_settings! {
    /// Alertmanager, asked for its active alerts.
    AlertmanagerSettings in "connectors.alertmanager" {}
}

server_settings! {
    /// Loki, or what speaks its query API.
    LokiSettings in "connectors.loki" {
        /// The streams to take, in LogQL.
        query: String = r#"{namespace=~".+"}"#.to_owned(),
        /// The most lines taken; the newest are left out beyond.
        max_lines: NonZeroU32 = NonZeroU32::MIN.saturating_add(99_999),
    }
}

/// A query of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnQuery {
    /// What the metric is called; its words say what it measures, such as `checkout_queue_depth`.
    pub name: String,
    /// In PromQL. Keep the labels that say whom a series is about (`pod`, `service`, `job`, …).
    pub query: String,
}

/// The cluster, through `kubectl` on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KubernetesSettings {
    /// Whether it is asked.
    pub enabled: bool,
    /// The program.
    pub kubectl: PathBuf,
    /// The context of its configuration; empty means the current one.
    pub context: String,
    /// The configuration file it reads; empty means its own choice.
    pub kubeconfig: PathBuf,
    /// The namespace; empty means all.
    pub namespace: String,
    /// How long one call may take.
    pub timeout_seconds: NonZeroU32,
}

impl Default for KubernetesSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            kubectl: PathBuf::from("kubectl"),
            context: String::new(),
            kubeconfig: PathBuf::new(),
            namespace: String::new(),
            timeout_seconds: NonZeroU32::MIN.saturating_add(29),
        }
    }
}

/// All connectors, and how much time around an onset is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Minutes before the onset, to know what is normal.
    pub before_minutes: NonZeroU32,
    /// Minutes after the onset, as far as they have passed.
    pub after_minutes: NonZeroU32,
    /// Alerts that were over before their evidence was collected get it if they fired at least so long.
    pub least_firing_seconds: u32,
    /// Prometheus.
    pub prometheus: PrometheusSettings,
    /// Alertmanager.
    pub alertmanager: AlertmanagerSettings,
    /// Loki.
    pub loki: LokiSettings,
    /// Kubernetes.
    pub kubernetes: KubernetesSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            before_minutes: NonZeroU32::MIN.saturating_add(59),
            after_minutes: NonZeroU32::MIN.saturating_add(29),
            least_firing_seconds: 60,
            prometheus: PrometheusSettings::default(),
            alertmanager: AlertmanagerSettings::default(),
            loki: LokiSettings::default(),
            kubernetes: KubernetesSettings::default(),
        }
    }
}

impl Settings {
    /// Whether any source is set up.
    pub fn any(&self) -> bool {
        self.prometheus.is_set() || self.alertmanager.is_set() || self.loki.is_set() || self.kubernetes.enabled
    }

    /// Whether every value can work.
    pub fn check(&self) -> Result<()> {
        let endpoints = [self.prometheus.endpoint(), self.alertmanager.endpoint(), self.loki.endpoint()];
        for endpoint in endpoints.iter().filter(|endpoint| !endpoint.url.is_empty()) {
            endpoint.base()?;
        }
        for (at, own) in self.prometheus.queries.iter().enumerate() {
            let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            if own.name.is_empty() || own.name.len() > 100 || !own.name.chars().all(usable) || own.name.starts_with('.')
            {
                return Err(ConnectorError::Setting {
                    setting: format!("connectors.prometheus.queries.{at}.name"),
                    reason: "a name is 1 to 100 letters, digits, `_`, `-` or `.`, such as checkout_queue_depth"
                        .to_owned(),
                });
            }
        }
        Ok(())
    }
}

impl Endpoint {
    pub(crate) fn wrong(&self, field: &str, reason: impl Into<String>) -> ConnectorError {
        ConnectorError::Setting { setting: format!("{}.{field}", self.setting), reason: reason.into() }
    }

    /// The address, parsed.
    pub(crate) fn base(&self) -> Result<url::Url> {
        root(&self.url).map_err(|reason| self.wrong("url", reason))
    }
}

/// Whether a text can be a server's root, such as `http://host:9090`; why not.
pub fn check_url(text: &str) -> Result<(), String> {
    root(text).map(drop)
}

/// Whether a text can be the name of a namespace; why not.
pub fn check_namespace(text: &str) -> Result<(), String> {
    let label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.len() > 63 || text.starts_with('-') || !text.chars().all(label) {
        return Err("is no name of a namespace: lower-case letters, digits and `-`, at most 63".to_owned());
    }
    Ok(())
}

fn root(text: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(text).map_err(|error| format!("{error}; write it as http://host:port"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must be http:// or https:// and a host, such as http://host:9090".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no password; the configuration has username and password beside it".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have no `?` and no `#`: give the server's root".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> String {
        let settings: Settings = toml::from_str(text).unwrap();
        settings.check().map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn wrong_values_name_their_setting() {
        assert_eq!(checked("prometheus.url = 'http://prometheus:9090/prefix'"), "fine");
        for url in ["prometheus:9090", "ftp://x", "http://u:p@x", "http://x/?a=b", "nonsense"] {
            let said = checked(&format!("prometheus.url = '{url}'"));
            assert!(said.starts_with("connectors.prometheus.url: "), "{url}: {said}");
        }
        let said = checked("[[prometheus.queries]]\nname = '../x'\nquery = 'up'");
        assert!(said.starts_with("connectors.prometheus.queries.0.name"), "{said}");
        assert!(toml::from_str::<Settings>("prometheus.urk = 'x'").unwrap_err().to_string().contains("urk"));
    }
}
