//! `alerts.json`: what monitoring said, as Alertmanager's webhook message, as its API's list, or as a plain list.
//!
//! Accepted: `{"alerts": […]}` and `[…]`, each alert with `labels` (and `annotations`, `startsAt`, `status`), or flat with
//! `name`, `service`, `severity`. Resolved alerts are kept and marked.

use serde_json::Value;

use crate::names;
use crate::skipped::Skips;
use crate::time::{self, Seconds};

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// Atom name of the entity it is about, where it says so.
    pub entity: Option<String>,
    /// As the alert has it: `critical`, `warning`, …
    pub severity: String,
    /// When it began.
    pub start: Option<Seconds>,
    /// Whether it is over.
    pub resolved: bool,
}

const WORKLOAD: [&str; 11] = [
    "service_name",
    "service",
    "app",
    "deployment",
    "statefulset",
    "workload",
    "pod",
    "component",
    "container",
    "entity",
    "job",
];
const NODE: [&str; 3] = ["node", "instance", "host"];

/// Reads `alerts.json`.
pub(crate) fn parse(bytes: &[u8], file: &str, skips: &mut Skips) -> Vec<Alert> {
    let document: Value = match serde_json::from_slice(bytes) {
        Ok(document) => document,
        Err(error) => {
            skips.file(file, format!("not JSON: {error}"));
            return Vec::new();
        }
    };
    let list = document.get("alerts").or_else(|| document.get("data")).unwrap_or(&document);
    let list = match list {
        Value::Array(list) => list.as_slice(),
        single @ Value::Object(_) => std::slice::from_ref(single),
        _ => {
            skips.file(file, "no list of alerts: expected an array or {\"alerts\": […]}".to_owned());
            return Vec::new();
        }
    };
    let alerts = list.iter().filter_map(|alert| {
        let found = alert_of(alert);
        if found.is_none() {
            skips.line(file, 0, "an alert without a name (labels.alertname, or name)");
        }
        found
    });
    alerts.collect()
}

fn alert_of(alert: &Value) -> Option<Alert> {
    let labels = alert.get("labels").unwrap_or(alert);
    let text = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| labels.get(*name).or_else(|| alert.get(*name)).and_then(Value::as_str))
            .filter(|t| !t.is_empty())
    };
    let name = text(&["alertname", "name", "title", "alert"])?.to_owned();
    let workload = text(&WORKLOAD).map(names::entity);
    let node = || text(&NODE).map(|node| format!("node/{}", node.rsplit_once(':').map_or(node, |(host, _)| host)));
    let state = text(&["state"]).or_else(|| alert.get("status").and_then(Value::as_str));
    Some(Alert {
        name,
        entity: workload.or_else(node),
        severity: text(&["severity", "priority", "level"]).unwrap_or("unknown").to_lowercase(),
        start: text(&["startsAt", "activeAt", "time", "timestamp"]).and_then(time::parse),
        resolved: matches!(state, Some("resolved" | "inactive")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_api_and_plain_lists_are_read() {
        let webhook = r#"{"version":"4","alerts":[{"status":"firing","labels":{"alertname":"HighLatency","service":"cart","severity":"critical"},"startsAt":"2023-01-29T08:42:22Z"}]}"#;
        let plain = r#"[{"name":"NodeDown","instance":"w1:9100"},{"severity":"x"}]"#;
        let mut skips = Skips::default();
        let alert = &parse(webhook.as_bytes(), "alerts.json", &mut skips)[0];
        assert_eq!((alert.name.as_str(), alert.entity.as_deref()), ("HighLatency", Some("service/cart")));
        assert_eq!(alert.start, Some(1_674_981_742.0));
        let alerts = parse(plain.as_bytes(), "alerts.json", &mut skips);
        assert_eq!(alerts[0].entity.as_deref(), Some("node/w1"));
        assert_eq!(skips.finish().len(), 1);
    }

    #[test]
    fn what_is_no_list_is_stated() {
        for text in ["", "3", "nonsense"] {
            let mut skips = Skips::default();
            assert!(parse(text.as_bytes(), "alerts.json", &mut skips).is_empty());
            assert_eq!(skips.finish().len(), 1);
        }
    }
}
