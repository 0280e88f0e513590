//! Metrics as the answer of Prometheus' HTTP API to a range query (`resultType` `matrix`; `vector` is read as one sample).
//!
//! The entity is the first of the usual labels that a series has; a series about a node (`instance` or `node` and nothing
//! of a workload) is the node's; one with a source and a destination workload (service meshes) is about that call, as its
//! `reporter` sees it. The metric's name is `__name__`, or else the file's name.

use serde_json::Value;

use super::store::Metrics;
use crate::bundle::Limits;
use crate::skipped::Skips;
use crate::time;

const WORKLOAD: [&str; 14] = [
    "destination_workload",
    "service_name",
    "service",
    "app",
    "app_kubernetes_io_name",
    "deployment",
    "statefulset",
    "workload",
    "pod",
    "pod_name",
    "container",
    "container_name",
    "component",
    "job",
];
const NODE: [&str; 3] = ["node", "instance", "host"];
/// Exporters scrape on behalf of others: their own name in `service` or `job` is not the entity when a pod is named.
const POD: [&str; 2] = ["pod", "pod_name"];

/// Reads one answer into `metrics`.
pub(crate) fn read(bytes: &[u8], file: &str, metrics: &mut Metrics, limits: &Limits, skips: &mut Skips) {
    let document: Value = match serde_json::from_slice(bytes) {
        Ok(document) => document,
        Err(error) => return skips.file(file, format!("not JSON: {error}")),
    };
    if document.get("status").and_then(Value::as_str) == Some("error") {
        return skips.file(file, format!("the query failed: {}", document.get("error").unwrap_or(&Value::Null)));
    }
    let result = document.pointer("/data/result").or_else(|| document.get("result")).unwrap_or(&document);
    let Some(list) = result.as_array() else {
        return skips.file(file, "no data.result: expected the answer of /api/v1/query_range".to_owned());
    };
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".json");
    for series in list {
        let Some(labels) = series.get("metric").and_then(Value::as_object) else {
            skips.line(file, 0, "a series without labels");
            continue;
        };
        let label = |names: &[&str]| names.iter().find_map(|name| labels.get(*name).and_then(Value::as_str));
        let call =
            label(&["source_workload", "source_service"]).zip(label(&["destination_workload", "destination_service"]));
        let entity = match (label(&POD), label(&WORKLOAD), label(&NODE)) {
            _ if call.is_some() => call.map(|(from, to)| format!("{from}->{to}")).unwrap_or_default(),
            (Some(pod), ..) => pod.to_owned(),
            (None, Some(workload), _) => workload.to_owned(),
            (None, None, Some(node)) => format!("node/{}", node.rsplit_once(':').map_or(node, |(host, _)| host)),
            _ => {
                skips.line(file, 0, "a series whose labels name no workload and no node");
                continue;
            }
        };
        let name = labels.get("__name__").and_then(Value::as_str).unwrap_or(stem);
        let name = match label(&["reporter", "le", "quantile", "status", "code", "mode", "device"]) {
            Some(extra) => format!("{name}{{{extra}}}"),
            None => name.to_owned(),
        };
        let Some(at) = metrics.series_of(&entity, &name, file, 0, limits, skips) else { continue };
        let values = series.get("values").and_then(Value::as_array).map(Vec::as_slice);
        let single = series.get("value").map(std::slice::from_ref);
        for sample in values.or(single).unwrap_or_default() {
            match sample_of(sample) {
                Some((time, value)) => {
                    metrics.push(at, time, value, limits);
                }
                None => skips.line(file, 0, "a sample that is not [time, \"value\"]"),
            }
        }
    }
}

fn sample_of(sample: &Value) -> Option<(time::Seconds, f64)> {
    let pair = sample.as_array()?;
    let time = pair.first()?.as_f64().and_then(time::from_epoch)?;
    let value = match pair.get(1)? {
        Value::String(text) => text.parse().ok()?,
        other => other.as_f64()?,
    };
    Some((time, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_becomes_series_by_workload_and_node() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"up","pod":"cart-5dc8d4f9fd-46997","job":"kubelet"},"values":[[1652565600,"1"],[1652565615,"NaN"],[1652565630]]},
            {"metric":{"instance":"10.0.0.1:9100"},"values":[[1652565600.5,"0.5"]]},
            {"metric":{},"values":[]}]}}"#;
        let (mut metrics, mut skips) = (Metrics::default(), Skips::default());
        read(text.as_bytes(), "metrics/node_load.json", &mut metrics, &Limits::default(), &mut skips);
        let entities: Vec<_> = metrics.entities.iter().collect();
        assert_eq!(entities, ["service/cart", "node/10.0.0.1"]);
        assert_eq!(metrics.names.name(1), "node_load");
        assert_eq!(metrics.samples, 2);
        assert_eq!(skips.finish().len(), 2);
    }

    #[test]
    fn what_is_no_answer_is_stated() {
        for text in ["{", "{\"status\":\"error\",\"error\":\"bad\"}", "{\"data\":{}}"] {
            let (mut metrics, mut skips) = (Metrics::default(), Skips::default());
            read(text.as_bytes(), "m.json", &mut metrics, &Limits::default(), &mut skips);
            assert_eq!(skips.finish().len(), 1, "{text}");
        }
    }
}
