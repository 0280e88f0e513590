//! The alerts that Prometheus fired in the window, from its own series `ALERTS`: for fleets that are asked without
//! Alertmanager, and for windows that have passed, of which Alertmanager knows nothing any more.

use serde_json::{Value, json};

use super::answer::Joined;
use super::catalog::Query;

/// Asks for what fired.
pub(super) fn query(selector: &str) -> Query {
    let selector = match selector.trim().trim_matches(',').trim() {
        "" => String::new(),
        selector => format!("{selector},"),
    };
    Query { name: "ALERTS".to_owned(), promql: format!("ALERTS{{{selector}alertstate=\"firing\"}}") }
}

/// Each as an alert in Alertmanager's form, begun at its first sample.
pub(super) fn fired(joined: &Joined) -> Vec<Value> {
    let alerts = joined.series().map(|(labels, samples)| {
        let mut labels = labels.clone();
        labels.remove("__name__");
        labels.remove("alertstate");
        let first = samples.trim_start_matches('[').split(',').next().and_then(|text| text.parse::<f64>().ok());
        let start = first.and_then(|first| chrono::DateTime::from_timestamp(first as i64, 0));
        let start = start.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        json!({"labels": labels, "startsAt": start, "status": "firing"})
    });
    alerts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_begins_with_its_first_sample() {
        let mut joined = Joined::default();
        let body = br#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"ALERTS","alertname":"Slow","alertstate":"firing","service":"cart"},
             "values":[[1767225600,"1"],[1767225615,"1"]]}]}}"#;
        joined.add(body, 9).unwrap();
        let alerts = fired(&joined);
        assert_eq!(alerts[0]["labels"], json!({"alertname": "Slow", "service": "cart"}));
        assert_eq!(alerts[0]["startsAt"], "2026-01-01T00:00:00Z");
    }
}
