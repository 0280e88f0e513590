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
/// Labels that name the object itself where an exporter tells of others: `service`, `job` and `instance` are then its own.
const TOLD: [&str; 6] = ["deployment", "statefulset", "daemonset", "workload", "pod", "node"];
/// Exporters that tell of objects of the cluster (`job` or `service` of their series).
const EXPORTERS: [&str; 3] = ["kube-state-metrics", "kubelet", "cadvisor"];

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
    let exporter = ["job", "service"].iter().filter_map(|label| labels.get(*label).and_then(Value::as_str));
    let told_by_exporter = exporter.into_iter().any(|own| EXPORTERS.iter().any(|known| own.ends_with(known)));
    let object = TOLD.iter().filter(|_| told_by_exporter).find_map(|label| Some((*label, text(&[label])?)));
    let named = WORKLOAD.iter().find_map(|label| Some((*label, text(&[label])?)));
    let workload = match object.or(named) {
        Some(("node", name)) => Some(format!("node/{name}")),
        Some(("pod", name)) => Some(names::entity(without_ordinal(name))),
        other => other.map(|(_, name)| names::entity(name)),
    };
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

/// `db-0` is a pod of `db`.
fn without_ordinal(pod: &str) -> &str {
    match pod.rsplit_once('-') {
        Some((base, last)) if (1..=3).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_digit()) => base,
        _ => pod,
    }
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
    fn objects_are_told_from_the_exporter_that_tells_of_them() {
        let entity = |labels: &str| {
            let text = format!(r#"[{{"labels":{{"alertname":"A",{labels}}}}}]"#);
            parse(text.as_bytes(), "alerts.json", &mut Skips::default()).remove(0).entity
        };
        let own = r#""job":"kube-state-metrics","service":"prom-kube-state-metrics","instance":"10.0.0.4:8080""#;
        assert_eq!(entity(&format!(r#"{own},"pod":"db-0""#)).as_deref(), Some("service/db"));
        assert_eq!(entity(&format!(r#"{own},"deployment":"web""#)).as_deref(), Some("service/web"));
        assert_eq!(entity(&format!(r#"{own},"node":"w1""#)).as_deref(), Some("node/w1"));
        assert_eq!(entity(r#""pod":"web-5dc8d4f9fd-46997""#).as_deref(), Some("service/web"));
        assert_eq!(entity(r#""pod":"broker-12""#).as_deref(), Some("service/broker"));
        assert_eq!(entity(r#""service":"cart-2""#).as_deref(), Some("service/cart-2"));
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
