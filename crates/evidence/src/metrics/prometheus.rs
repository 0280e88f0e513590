//! Metrics as the answer of Prometheus' HTTP API to a range query (`resultType` `matrix`; `vector` is read as one sample).
//!
//! The entity is the first of the usual labels that a series has; a series about a node (`instance` or `node` and nothing
//! of a workload) is the node's; one with a source and a destination workload (service meshes) is about that call, as its
//! `reporter` sees it. The metric's name is `__name__`, or else the file's name. Series of one answer that are about the
//! same metric of the same entity, such as those of its pods, become one: a sum, the worst of latencies and shares.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::store::{Metrics, Whole};
use crate::bundle::Limits;
use crate::skipped::Skips;
use crate::time;

/// Labels that a metric brought along itself, about whom it is: what was scraped on others' behalf keeps these, and gets
/// the scraped exporter's `pod`, `service` and `job` besides.
const OWN: [&str; 4] = ["exported_pod", "service_name", "exported_service", "exported_job"];
const POD: [&str; 3] = ["pod", "pod_name", "kubernetes_pod_name"];
const WORKLOAD: [&str; 15] = [
    "destination_workload",
    "service",
    "app",
    "app_kubernetes_io_name",
    "application",
    "deployment",
    "statefulset",
    "daemonset",
    "workload",
    "pod",
    "container",
    "container_name",
    "component",
    "job",
    "kubernetes_name",
];
/// How cAdvisor names a container outside of a cluster.
const CONTAINER: [&str; 2] = ["container_label_com_docker_compose_service", "name"];
const NODE: [&str; 4] = ["nodename", "node", "instance", "host"];
/// Labels that tell apart what would be one metric of one entity.
const EXTRA: [&str; 7] = ["reporter", "le", "quantile", "status", "code", "mode", "device"];

/// The samples of the series that are about the same metric of the same entity, such as its pods', by series.
#[derive(Default)]
struct Parts {
    order: Vec<usize>,
    samples: FxHashMap<usize, Vec<Vec<Sample>>>,
}

type Sample = (time::Seconds, f64);

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
    let mut parts = Parts::default();
    for series in list {
        let Some(labels) = series.get("metric").and_then(Value::as_object) else {
            skips.line(file, 0, "a series without labels");
            continue;
        };
        let name = labels.get("__name__").and_then(Value::as_str).unwrap_or(stem);
        let Some(entity) = entity_of(labels, name) else {
            skips.line(file, 0, "a series whose labels name no workload and no node");
            continue;
        };
        let name = match first(labels, &EXTRA) {
            Some(extra) => format!("{name}{{{extra}}}"),
            None => name.to_owned(),
        };
        let Some(at) = metrics.series_of(&entity, &name, file, 0, limits, skips) else { continue };
        let values = series.get("values").and_then(Value::as_array).map(Vec::as_slice);
        let single = series.get("value").map(std::slice::from_ref);
        let mut samples = Vec::new();
        for sample in values.or(single).unwrap_or_default() {
            match sample_of(sample) {
                Some(sample) => samples.push(sample),
                None => skips.line(file, 0, "a sample that is not [time, \"value\"]"),
            }
        }
        parts.add(at, samples);
    }
    parts.finish(metrics, limits);
}

/// Whom a series is about.
fn entity_of(labels: &Labels, name: &str) -> Option<String> {
    let caller = first(labels, &["source_workload", "source_service"]);
    let callee = first(labels, &["destination_workload", "destination_service"]);
    if let Some((from, to)) = caller.zip(callee) {
        return Some(format!("{from}->{to}"));
    }
    let node = || first(labels, &NODE).map(|node| format!("node/{}", node.rsplit_once(':').map_or(node, |(h, _)| h)));
    // What the node exporter says is about the node, whatever job scraped it.
    if name.starts_with("node_")
        && let Some(node) = node()
    {
        return Some(node);
    }
    let container = || first(labels, &CONTAINER).filter(|_| name.starts_with("container_"));
    let pod = first(labels, &OWN).or_else(|| first(labels, &POD));
    let named = pod.or_else(container).or_else(|| first(labels, &WORKLOAD));
    // A job may be written `namespace/service`, as OpenTelemetry does.
    named.map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()).or_else(node)
}

type Labels = serde_json::Map<String, Value>;

fn first<'a>(labels: &'a Labels, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| labels.get(*name).and_then(Value::as_str)).filter(|text| !text.is_empty())
}

impl Parts {
    fn add(&mut self, series: usize, samples: Vec<Sample>) {
        let list = self.samples.entry(series).or_insert_with(|| {
            self.order.push(series);
            Vec::new()
        });
        list.push(samples);
    }

    fn finish(mut self, metrics: &mut Metrics, limits: &Limits) {
        for at in self.order {
            let mut parts = self.samples.remove(&at).unwrap_or_default();
            let samples = if parts.len() > 1 {
                metrics.rate_parts(at, &mut parts);
                together(parts, metrics.whole(at))
            } else {
                parts.pop().unwrap_or_default()
            };
            for (time, value) in samples {
                metrics.push(at, time, value, limits);
            }
        }
    }
}

/// One series of several, by what they have at the same times.
fn together(parts: Vec<Vec<Sample>>, whole: Whole) -> Vec<Sample> {
    let mut all: Vec<Sample> = parts.into_iter().flatten().filter(|sample| sample.1.is_finite()).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1 = match whole {
                Whole::Sum => first.1 + later.1,
                Whole::Most => first.1.max(later.1),
                Whole::Least => first.1.min(later.1),
            };
        }
        same
    });
    all
}

fn sample_of(sample: &Value) -> Option<Sample> {
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

    fn entity(labels: &str, name: &str) -> Option<String> {
        entity_of(serde_json::from_str::<Value>(labels).unwrap().as_object().unwrap(), name)
    }

    #[test]
    fn labels_say_whom_a_series_is_about() {
        for (labels, name, expected) in [
            (r#"{"job":"node-exporter","instance":"10.0.0.1:9100"}"#, "node_load1", Some("node/10.0.0.1")),
            (r#"{"job":"node-exporter","instance":"10.0.0.1:9100","nodename":"w1"}"#, "node_load1", Some("node/w1")),
            (r#"{"job":"cart","instance":"10.0.0.1:8080"}"#, "http_requests_rate", Some("cart")),
            (r#"{"job":"shop/cart","instance":"c:8889"}"#, "calls_rate", Some("cart")),
            (r#"{"pod":"kube-state-metrics-1","exported_pod":"cart-1","job":"ksm"}"#, "restarts", Some("cart-1")),
            (r#"{"pod":"collector-1","service_name":"cart"}"#, "calls_rate", Some("cart")),
            (r#"{"deployment":"cart","namespace":"shop"}"#, "deployment_available_ratio", Some("cart")),
            (r#"{"name":"shop-cart-1","instance":"host:8080"}"#, "container_cpu_usage_cores", Some("shop-cart-1")),
            (r#"{"source_workload":"web","destination_workload":"cart"}"#, "istio_latency_avg", Some("web->cart")),
            (r#"{"namespace":"shop"}"#, "x", None),
        ] {
            assert_eq!(entity(labels, name).as_deref(), expected, "{labels}");
        }
    }

    #[test]
    fn the_pods_of_a_service_add_up() {
        let series = |name: &str, pod: &str, values: &str| {
            format!(r#"{{"metric":{{"__name__":"{name}","pod":"cart-5dc8d4f9fd-{pod}"}},"values":[{values}]}}"#)
        };
        let text = [
            series("cpu_cores", "46997", r#"[1652565600,"1"],[1652565615,"2"]"#),
            series("cpu_cores", "4x99z", r#"[1652565600,"3"],[1652565630,"5"]"#),
            series("latency_p95", "46997", r#"[1652565600,"1"]"#),
            series("latency_p95", "4x99z", r#"[1652565600,"3"]"#),
            series("ready_ratio", "46997", r#"[1652565600,"1"]"#),
            series("ready_ratio", "4x99z", r#"[1652565600,"0"]"#),
        ];
        let text = format!(r#"{{"data":{{"result":[{}]}}}}"#, text.join(","));
        let (mut metrics, mut skips) = (Metrics::default(), Skips::default());
        read(text.as_bytes(), "metrics/m.json", &mut metrics, &Limits::default(), &mut skips);
        metrics.finish(&mut skips);
        let values: Vec<Vec<f64>> =
            metrics.series.iter().map(|series| series.samples.iter().map(|sample| sample.1).collect()).collect();
        assert_eq!(values, [vec![4.0, 2.0, 5.0], vec![3.0], vec![0.0]]);
        assert!(skips.finish().is_empty());
    }

    #[test]
    fn counters_of_pods_become_rates_before_they_add_up() {
        let values = |start: i64, grows: i64| -> String {
            let all = (0..20).map(|at| format!(r#"[{},"{}"]"#, 1_652_565_600 + at * 10, start + at * grows));
            all.collect::<Vec<_>>().join(",")
        };
        let series = |pod: &str, values: String| {
            format!(r#"{{"metric":{{"__name__":"requests_total","pod":"a-5dc8d4f9fd-{pod}"}},"values":[{values}]}}"#)
        };
        let (one, two) = (series("46997", values(7_000, 10)), series("4x99z", values(0, 20)));
        let text = format!(r#"{{"data":{{"result":[{one},{two}]}}}}"#);
        let (mut metrics, mut skips) = (Metrics::default(), Skips::default());
        read(text.as_bytes(), "metrics/m.json", &mut metrics, &Limits::default(), &mut skips);
        metrics.finish(&mut skips);
        assert_eq!(metrics.series[0].samples.len(), 19);
        assert!(metrics.series[0].samples.iter().all(|sample| sample.1 == 3.0), "{:?}", metrics.series[0].samples);
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
