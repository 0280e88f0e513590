//! Series of Prometheus: what is measured of what, and who calls whom, from the labels alone.
//!
//! A label `service`, `app` or `app_kubernetes_io_name` names the service, else `job` does; `pod`, `node`, `namespace` and
//! `instance` what they say. Series of kube-state-metrics (`kube_…`) speak of the objects that their labels name, not of who
//! measures. Series of calls name both ends: `client` and `server` of service graphs, `source_workload` and
//! `destination_workload` of Istio, `deployment` and `dst_deployment` of Linkerd.

mod lines;

use std::collections::BTreeMap;

use oriel_model::Timestamp;
use serde_json::{Map, Value};

use super::documents::Document;
use super::facts::{Facts, INFERRED, Object, entity};
use super::kind::IngestError;
use super::names::scoped;

pub(super) use lines::{is_series, lines};

type Labels = BTreeMap<String, String>;

/// Labels that name both ends of a call, each with that of its namespace.
const CALLS: [[&str; 4]; 4] = [
    ["client", "client_namespace", "server", "server_namespace"],
    ["source_workload", "source_workload_namespace", "destination_workload", "destination_workload_namespace"],
    [
        "source_canonical_service",
        "source_workload_namespace",
        "destination_canonical_service",
        "destination_service_namespace",
    ],
    ["deployment", "namespace", "dst_deployment", "dst_namespace"],
];
/// Labels by which kube-state-metrics names a component.
const WORKLOADS: [&str; 4] = ["deployment", "statefulset", "daemonset", "cronjob"];

/// A sample: its value, and when it was taken, where it says so.
#[derive(Debug, Default)]
struct Sample {
    value: Option<f64>,
    taken: Option<Timestamp>,
}

pub(super) fn facts(documents: &[Document], facts: &mut Facts) -> Result<(), IngestError> {
    let mut nameless = 0;
    for document in documents {
        let data = document.value.get("data").unwrap_or(&document.value);
        let series = ["result", "activeTargets"].into_iter().find_map(|key| data.get(key)).unwrap_or(data);
        let series = series.as_array().ok_or_else(|| {
            let message = "it is no list of series or targets, as `/api/v1/series`, `/api/v1/query` and `/api/v1/targets` answer them";
            IngestError::content(facts.file(), "data", message)
        })?;
        for (at, one) in series.iter().enumerate() {
            let labels = ["metric", "labels"].into_iter().find_map(|key| one.get(key).filter(|of| of.is_object()));
            let labels = labels.unwrap_or(one).as_object().ok_or_else(|| {
                IngestError::content(facts.file(), format!("data[{at}]"), "a series is a mapping of its labels")
            })?;
            nameless += usize::from(!one_series(&text_labels(labels), &sample(one), facts));
        }
    }
    note_nameless(nameless, facts);
    Ok(())
}

fn text_labels(labels: &Map<String, Value>) -> Labels {
    labels.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// The newest sample of a series of an answer, or the last scrape of a target.
fn sample(series: &Value) -> Sample {
    if let Some(at) = series.get("lastScrape").and_then(Value::as_str) {
        return Sample { value: None, taken: at.parse().ok().filter(|at: &Timestamp| at.timestamp() > 0) };
    }
    let newest = series.get("value").or_else(|| series.get("values")?.as_array()?.last());
    let part = |at: usize| newest.and_then(|pair| pair.get(at));
    Sample {
        value: part(1).and_then(|value| value.as_str()?.parse().ok()),
        taken: part(0).and_then(Value::as_f64).and_then(|seconds| moment((seconds * 1000.0) as i64)),
    }
}

/// The moment so many milliseconds after 1970 began; none before it, and none after the year 9999.
fn moment(millis: i64) -> Option<Timestamp> {
    Timestamp::from_timestamp_millis(millis).filter(|_| (1..253_402_300_800_000).contains(&millis))
}

fn note_nameless(nameless: usize, facts: &mut Facts) {
    if nameless > 0 {
        let file = facts.file().to_owned();
        facts.remark_of_all(format!(
            "{file}: {nameless} series name no service, pod or job, as before a server scrapes them: nothing is taken of them"
        ));
    }
}

/// Adds what a series says; whether it says anything.
fn one_series(labels: &Labels, sample: &Sample, facts: &mut Facts) -> bool {
    let label = |names: &[&str]| {
        names.iter().find_map(|name| labels.get(*name)).map(String::as_str).filter(|value| !value.is_empty())
    };
    let metric = label(&["__name__"]).unwrap_or("target");
    facts.at(metric);
    facts.observed_at(sample.taken.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)));
    let scope = label(&["namespace"]).map(|namespace| entity("namespace", namespace));
    let named = |of: &str, name: &str| scoped(of, name, scope.as_deref());
    let is_call = calls(labels, metric, sample, facts);
    let job = label(&["job"]).map(|job| job.rsplit('/').next().unwrap_or(job));
    let is_of_cluster = metric.starts_with("kube_");
    let service =
        if is_of_cluster { label(&WORKLOADS) } else { label(&["service", "app", "app_kubernetes_io_name"]).or(job) };
    let service = service.map(|name| named("service", name.rsplit('/').next().unwrap_or(name)));
    let pod = label(&["pod", "pod_name"]).map(|name| named("pod", name));
    if let (Some(pod), Some(service)) = (&pod, &service) {
        facts.say("part-of", pod, service);
    }
    let of = pod.as_ref().or(service.as_ref());
    if let (Some(node), Some(of)) = (label(&["node", "kubernetes_node"]), of) {
        facts.say("runs-on", of, &entity("node", node));
    }
    if let (Some(of), Some(namespace)) = (service.as_ref().or(pod.as_ref()), label(&["namespace"])) {
        facts.say("in-namespace", of, &entity("namespace", namespace));
    }
    if let Some(service) = service.as_ref().filter(|_| !is_of_cluster) {
        if let Some(job) = label(&["job"]) {
            facts.say("scraped-by", service, &entity("job", job));
        }
        if let Some(instance) = label(&["instance"]) {
            facts.say("part-of", &entity("instance", instance), service);
        }
    }
    if let (Some(name), Some(of)) = (labels.get("__name__"), service.as_ref().or(pod.as_ref())) {
        facts.say("measured-by", of, &entity("metric", name));
    }
    of.is_some() || is_call
}

/// Adds the call that a series counts, where it names both ends.
fn calls(labels: &Labels, metric: &str, sample: &Sample, facts: &mut Facts) -> bool {
    let label =
        |name: &str| labels.get(name).map(String::as_str).filter(|value| !value.is_empty() && *value != "unknown");
    let ends = CALLS.iter().find_map(|[from, from_in, to, to_in]| {
        let named = |name: &str, within: &str| {
            let scope = label(within).map(|namespace| entity("namespace", namespace));
            scoped("service", name, scope.as_deref())
        };
        Some((named(label(from)?, from_in), named(label(to)?, to_in)))
    });
    let Some((from, to)) = ends else { return false };
    // Both proxies of a call report it.
    if from == to || label("reporter") == Some("destination") {
        return true;
    }
    match sample.value.filter(|value| metric.ends_with("_total") && value.is_finite() && *value >= 1.0) {
        Some(count) => {
            let observed = sample.taken.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
            facts.seen("calls", &from, &to, (count as u64, observed));
        }
        None => facts.with("calls", &from, Object::Entity(to), INFERRED),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_counted_without_end_is_one_call() {
        let mut facts = Facts::default();
        let series = r#"traces_service_graph_request_total{client="a",server="b"}"#;
        lines(&format!("{series} +Inf\n{series} 1\n{series} 1e300\n{series} NaN\n{series} 1\n"), &mut facts).unwrap();
        let counts: Vec<u64> = facts.all.values().map(|known| known.count).collect();
        assert_eq!(counts, [u64::MAX], "1e300 is as often as can be counted");
    }
}
