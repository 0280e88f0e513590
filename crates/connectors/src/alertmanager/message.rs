//! The message of Alertmanager's webhook, version 4.
//!
//! Source: "Webhook receiver" in Alertmanager's configuration manual. Fields that are not used here are not read, so that a
//! newer Alertmanager that adds some is understood. Refused: another version, no alerts, no group.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What Alertmanager sends of one group of alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// `4`.
    pub version: String,
    /// Names the group, the same in every message about it.
    pub group_key: String,
    /// `firing` as long as any alert of the group does.
    pub status: Status,
    /// The receiver in Alertmanager's configuration.
    #[serde(default)]
    pub receiver: String,
    /// Labels that all alerts of the group share because they are grouped by them.
    #[serde(default)]
    pub group_labels: BTreeMap<String, String>,
    /// Labels that all alerts happen to share.
    #[serde(default)]
    pub common_labels: BTreeMap<String, String>,
    /// Annotations that all alerts share.
    #[serde(default)]
    pub common_annotations: BTreeMap<String, String>,
    /// How many alerts were left out of this message (`max_alerts`).
    #[serde(default)]
    pub truncated_alerts: u64,
    /// The alerts.
    pub alerts: Vec<Alert>,
}

/// Whether it still is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is.
    Firing,
    /// It was.
    Resolved,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Its own state, which may differ from the group's.
    pub status: Status,
    /// What it is about.
    pub labels: BTreeMap<String, String>,
    /// What is said to people.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// When it began to fire.
    pub starts_at: DateTime<Utc>,
    /// When it ended; a time in year 1 while it has not.
    #[serde(default)]
    pub ends_at: Option<DateTime<Utc>>,
    /// Alertmanager's hash of the labels; made of them here where it is missing.
    #[serde(default)]
    pub fingerprint: String,
}

/// Why a message cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Another version.
    #[error("version {0:?} is not understood; Alertmanager 0.6 and later send version \"4\"")]
    Version(String),
    /// No alerts.
    #[error("there are no alerts in it")]
    NoAlerts,
    /// No group.
    #[error("a group key is needed to know the group again")]
    NoGroup,
}

impl MessageError {
    /// The field at fault.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Version(_) => "version",
            Self::NoAlerts => "alerts",
            Self::NoGroup => "groupKey",
        }
    }
}

impl Message {
    /// Whether it can be used.
    pub fn check(&self) -> Result<(), MessageError> {
        if self.version != "4" {
            return Err(MessageError::Version(self.version.chars().take(40).collect()));
        }
        if self.group_key.is_empty() {
            return Err(MessageError::NoGroup);
        }
        if self.alerts.is_empty() {
            return Err(MessageError::NoAlerts);
        }
        Ok(())
    }

    /// A hash of which alerts fire, whatever their order: a repeated message has the same.
    pub fn firing_set(&self) -> String {
        let firing = self.alerts.iter().filter(|alert| alert.status == Status::Firing);
        let mut names: Vec<String> =
            firing.map(|alert| format!("{} {}", alert.fingerprint(), alert.starts_at)).collect();
        names.sort_unstable();
        names.dedup();
        hex(Sha256::digest(names.join("\n").as_bytes()))
    }

    /// When the first of the alerts that fire (or of all, when none does) began.
    pub fn began(&self) -> Option<DateTime<Utc>> {
        let firing = self.alerts.iter().filter(|alert| alert.status == Status::Firing).map(|alert| alert.starts_at);
        firing.min().or_else(|| self.alerts.iter().map(|alert| alert.starts_at).min())
    }

    /// From when the first of the alerts began until the last of them ended; one that does not say when ended at `now`.
    pub fn lasted(&self, now: DateTime<Utc>) -> chrono::TimeDelta {
        let began = self.alerts.iter().map(|alert| alert.starts_at).min().unwrap_or(now);
        let end = |alert: &Alert| alert.ends_at.filter(|end| *end >= alert.starts_at).unwrap_or(now);
        self.alerts.iter().map(end).max().unwrap_or(now) - began
    }

    /// One line for lists: the summary that all alerts share, else their name and what they are about.
    pub fn title(&self) -> String {
        let shared = ["summary", "title", "message"].iter().find_map(|key| self.common_annotations.get(*key));
        if let Some(summary) = shared.filter(|text| !text.trim().is_empty()) {
            return one_line(summary);
        }
        let mut names: Vec<&str> =
            self.alerts.iter().filter_map(|alert| alert.labels.get("alertname")).map(String::as_str).collect();
        let several = names.len();
        names.dedup();
        let about = ["service", "app", "deployment", "job", "pod", "namespace", "instance"];
        let about = about.iter().find_map(|key| self.common_labels.get(*key));
        let name = match names.as_slice() {
            [] => "An alert".to_owned(),
            [name] if several == 1 => (*name).to_owned(),
            [name, ..] => format!("{name} and {} more", several - 1),
        };
        one_line(&about.map_or_else(|| name.clone(), |about| format!("{name}: {about}")))
    }

    /// The namespace that all alerts share.
    pub fn namespace(&self) -> Option<&str> {
        self.common_labels.get("namespace").map(String::as_str)
    }

    /// The alerts for `alerts.json`.
    pub fn to_alerts(&self) -> Vec<Value> {
        let alerts = self.alerts.iter().map(|alert| {
            json!({
                "status": alert.status, "labels": alert.labels, "annotations": alert.annotations,
                "startsAt": alert.starts_at, "fingerprint": alert.fingerprint(),
            })
        });
        alerts.collect()
    }
}

impl Alert {
    fn fingerprint(&self) -> String {
        if !self.fingerprint.is_empty() {
            return self.fingerprint.clone();
        }
        let text: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name:?}={value:?}")).collect();
        hex(Sha256::digest(text.join(",").as_bytes())).chars().take(16).collect()
    }
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(alerts: &str) -> Message {
        let text = format!(
            r#"{{"version":"4","groupKey":"{{}}:{{alertname=\"Slow\"}}","status":"firing","receiver":"oriel",
                "commonLabels":{{"service":"cart"}},"externalURL":"http://x","alerts":[{alerts}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    const SLOW: &str = r#"{"status":"firing","labels":{"alertname":"Slow","pod":"a"},"startsAt":"2026-01-01T00:00:00Z",
        "endsAt":"0001-01-01T00:00:00Z","fingerprint":"f1","generatorURL":"x"}"#;
    const OTHER: &str =
        r#"{"status":"firing","labels":{"alertname":"Slow","pod":"b"},"startsAt":"2026-01-01T00:05:00Z"}"#;

    #[test]
    fn the_same_alerts_are_known_again_in_any_order() {
        let one = message(&format!("{SLOW},{OTHER}"));
        let other = message(&format!("{OTHER},{SLOW}"));
        assert_eq!(one.firing_set(), other.firing_set());
        assert_ne!(one.firing_set(), message(SLOW).firing_set());
        assert_eq!(one.began().unwrap().to_rfc3339(), "2026-01-01T00:00:00+00:00");
        assert_eq!(one.title(), "Slow and 1 more: cart");
        assert_eq!(message(SLOW).title(), "Slow: cart");
    }

    #[test]
    fn what_cannot_be_used_names_its_field() {
        let mut wrong = message(SLOW);
        wrong.version = "3".to_owned();
        assert_eq!(wrong.check().unwrap_err().field(), "version");
        assert_eq!(message("").check().unwrap_err().field(), "alerts");
        assert!(message(SLOW).check().is_ok());
    }
}
