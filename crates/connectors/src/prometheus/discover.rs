//! The queries of the default set whose metrics are found by how they are called: histograms of durations, counters of
//! requests and failures, gauges of queues and connections.
//!
//! The conventions are Prometheus' naming rules (a unit, then `_bucket` or `_total`), those of Micrometer
//! (`http_server_requests_seconds`), OpenTelemetry's semantic conventions (`http_server_request_duration_seconds`,
//! `rpc_server_duration_milliseconds`, span metrics) and Go's and Python's client libraries. Metrics of the monitoring and
//! of the cluster itself are left out: they say nothing of the applications.

use std::collections::HashSet;

use super::catalog::{APPLICATION, Filling, Query};

/// How many metrics are asked of each kind; those beyond are stated.
const MOST: usize = 24;

/// Beginnings of names of what runs the fleet, not of what runs on it.
const PLUMBING: [&str; 38] = [
    "prometheus_",
    "alertmanager_",
    "promhttp_",
    "net_conntrack_",
    "go_",
    "python_",
    "process_",
    "scrape_",
    "cadvisor_",
    "apiserver_",
    "etcd_",
    "kubelet_",
    "rest_client_",
    "workqueue_",
    "scheduler_",
    "kubernetes_",
    "kubeproxy_",
    "kube_",
    "coredns_",
    "grafana_",
    "loki_",
    "cortex_",
    "thanos_",
    "tempo_",
    "jaeger_",
    "otelcol_",
    "storage_operation_",
    "authentication_",
    "authorization_",
    "admission_",
    "aggregator_",
    "controller_runtime_",
    "csi_",
    "volume_manager_",
    "node_",
    "container_",
    "istio_",
    "pilot_",
];

/// Words of durations, and units: what a name says besides what was counted.
const DURATION_WORDS: [&str; 13] = [
    "duration",
    "durations",
    "latency",
    "latencies",
    "seconds",
    "second",
    "milliseconds",
    "millis",
    "ms",
    "microseconds",
    "time",
    "elapsed",
    "bucket",
];

/// Labels that say how a request ended, the more telling first.
const STATUS: [&str; 14] = [
    "http_response_status_code",
    "http_status_code",
    "status_code",
    "response_code",
    "http_code",
    "status",
    "code",
    "rpc_grpc_status_code",
    "grpc_code",
    "grpc_status",
    "outcome",
    "result",
    "error",
    "success",
];

/// Values of these labels that mean that the server failed: HTTP's 5xx, gRPC's codes of server faults, and words.
const FAILED: &str = "5..|5xx|5XX|error|Error|ERROR|failure|failed|FAILURE|SERVER_ERROR|STATUS_CODE_ERROR|true|Unknown|\
     UNKNOWN|DeadlineExceeded|DEADLINE_EXCEEDED|Internal|INTERNAL|Unavailable|UNAVAILABLE|ResourceExhausted|\
     RESOURCE_EXHAUSTED|DataLoss|DATA_LOSS";
/// The same where codes are gRPC's numbers.
const FAILED_GRPC: &str = "2|4|8|13|14|15|Unknown|UNKNOWN|DeadlineExceeded|DEADLINE_EXCEEDED|Internal|INTERNAL|\
     Unavailable|UNAVAILABLE|ResourceExhausted|RESOURCE_EXHAUSTED|DataLoss|DATA_LOSS";

/// Last words of names that are no native histogram: parts of a classic one or of a summary, times, facts.
const NO_HISTOGRAM: [&str; 10] =
    ["bucket", "count", "sum", "total", "created", "info", "max", "min", "timestamp", "interval"];

/// What was found by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Histograms of durations, without `_bucket`.
    pub(super) histograms: Vec<String>,
    /// Names of durations that have no buckets of their own: native histograms, or gauges. The server has to tell.
    pub(super) natives: Vec<String>,
    /// Counters of requests.
    pub(super) requests: Vec<String>,
    /// Counters of failures.
    pub(super) failures: Vec<String>,
    /// Gauges of what waits or is in use.
    pub(super) gauges: Vec<String>,
    /// How many metrics were found beyond what is asked.
    pub(super) beyond: usize,
}

/// Sorts the server's metrics.
pub(super) fn find(names: &[String]) -> Found {
    let mut found = Found::default();
    let known: HashSet<&str> = names.iter().map(String::as_str).collect();
    for name in names.iter().filter(|name| !PLUMBING.iter().any(|start| name.starts_with(start))) {
        let words: Vec<&str> = name.split(['_', ':']).collect();
        let list = if let Some(base) = name.strip_suffix("_bucket") {
            if !is_duration(&words) {
                continue;
            }
            found.histograms.push(base.to_owned());
            &mut found.histograms
        } else if ends(&words, &["requests", "calls", "responses", "handled", "invocations"], "total") {
            found.requests.push(name.clone());
            &mut found.requests
        } else if ends(&words, &["errors", "failures", "failed", "exceptions", "timeouts", "rejected"], "total") {
            found.failures.push(name.clone());
            &mut found.failures
        } else if is_saturation(&words) {
            found.gauges.push(name.clone());
            &mut found.gauges
        } else if may_be_native(name, &words, &known) {
            found.natives.push(name.clone());
            &mut found.natives
        } else {
            continue;
        };
        if list.len() > MOST {
            list.pop();
            found.beyond += 1;
        }
    }
    found
}

/// The queries of a histogram: its 95th percentile, its mean, how often, and which share failed.
pub(super) fn of_histogram(base: &str, labels: &[String], filling: &Filling<'_>) -> Vec<Query> {
    let short = without_duration(base);
    let unit = if in_millis(base) { " / 1000" } else { "" };
    let fill = |name: String, template: String| filling.fill(&name, &template, APPLICATION);
    let mut queries = vec![
        fill(
            format!("{short}_latency_p95"),
            format!("histogram_quantile(0.95, sum by (le, $by) (rate({base}_bucket{{$sel}}[$w]))){unit}"),
        ),
        fill(
            format!("{short}_latency_avg"),
            format!(
                "sum by ($by) (rate({base}_sum{{$sel}}[$w])) \
                 / (sum by ($by) (rate({base}_count{{$sel}}[$w])) > 0){unit}"
            ),
        ),
    ];
    queries.extend(of_requests(&format!("{base}_count"), &short, labels, filling));
    queries
}

/// The same of a native histogram, which is one series with all its buckets.
pub(super) fn of_native(base: &str, labels: &[String], filling: &Filling<'_>) -> Vec<Query> {
    let short = without_duration(base);
    let unit = if in_millis(base) { " / 1000" } else { "" };
    let rate = |more: &str| format!("sum by ($by) (rate({base}{{$sel {more}}}[$w]))");
    let counted = |more: &str| format!("histogram_count({})", rate(more));
    let all = rate("");
    let p95 = format!("histogram_quantile(0.95, {all}){unit}");
    let mean = format!("histogram_sum({all}) / (histogram_count({all}) > 0){unit}");
    let mut queries = vec![
        filling.fill(&format!("{short}_latency_p95"), &p95, APPLICATION),
        filling.fill(&format!("{short}_latency_avg"), &mean, APPLICATION),
    ];
    queries.extend(of_counted(&counted, &short, labels, filling));
    queries
}

/// The queries of a counter of requests: how often, and which share failed where a label says so.
pub(super) fn of_requests(counter: &str, short: &str, labels: &[String], filling: &Filling<'_>) -> Vec<Query> {
    let counted = |more: &str| format!("sum by ($by) (rate({counter}{{$sel {more}}}[$w]))");
    of_counted(&counted, short, labels, filling)
}

/// How often, and which share failed; `counted` is the rate of requests that a further label matcher selects.
fn of_counted(counted: &dyn Fn(&str) -> String, short: &str, labels: &[String], filling: &Filling<'_>) -> Vec<Query> {
    let all = counted("");
    let mut queries = vec![filling.fill(&format!("{short}_rate"), &all, APPLICATION)];
    if let Some(label) = STATUS.iter().find(|label| labels.iter().any(|known| known == *label)) {
        let failed = match *label {
            "success" => r#"success=~"false|False|0""#.to_owned(),
            label if label.contains("grpc") => format!("{label}=~\"{FAILED_GRPC}\""),
            label => format!("{label}=~\"{FAILED}\""),
        };
        let template = format!("({} or 0 * {all}) / ({all} > 0)", counted(&failed));
        queries.push(filling.fill(&format!("{short}_errors_ratio"), &template, APPLICATION));
    }
    queries
}

/// The query of a counter of failures.
pub(super) fn of_failures(counter: &str, filling: &Filling<'_>) -> Query {
    let name = format!("{}_rate", without_total(counter));
    filling.fill(&name, &format!("sum by ($by) (rate({counter}{{$sel}}[$w]))"), APPLICATION)
}

/// The query of a gauge.
pub(super) fn of_gauge(gauge: &str, filling: &Filling<'_>) -> Query {
    filling.fill(gauge, &format!("sum by ($by) ({gauge}{{$sel}})"), APPLICATION)
}

/// The name of a counter without `_total`.
pub(super) fn without_total(counter: &str) -> String {
    counter.trim_end_matches("_total").to_owned()
}

fn without_duration(base: &str) -> String {
    let words: Vec<&str> = base.split(['_', ':']).filter(|word| !DURATION_WORDS.contains(word)).collect();
    if words.is_empty() { "requests".to_owned() } else { words.join("_") }
}

fn in_millis(base: &str) -> bool {
    base.split('_').any(|word| matches!(word, "milliseconds" | "millis" | "ms"))
}

/// Whether a name may be that of a native histogram: a duration by its words, and nothing beside it that a classic
/// histogram or a summary has.
fn may_be_native(name: &str, words: &[&str], known: &HashSet<&str>) -> bool {
    let part = words.iter().any(|word| NO_HISTOGRAM.contains(word));
    let beside = ["_bucket", "_count"].iter().any(|end| known.contains(format!("{name}{end}").as_str()));
    is_duration(words) && !part && !beside
}

fn is_duration(words: &[&str]) -> bool {
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let timed = has(&["duration", "latency", "elapsed", "seconds", "milliseconds", "millis", "ms"]);
    timed && !has(&["gc", "pause", "sleep", "age", "lag"])
}

fn ends(words: &[&str], what: &[&str], last: &str) -> bool {
    matches!(words, [.., before, end] if *end == last && what.contains(before))
}

fn is_saturation(words: &[&str]) -> bool {
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let counts =
        words.last().is_some_and(|last| matches!(*last, "total" | "count" | "sum" | "created" | "max" | "limit"));
    !counts
        && (has(&["queue", "queued", "backlog", "inflight", "pending"])
            || words.windows(2).any(|pair| {
                matches!(
                    pair,
                    ["active" | "idle" | "open" | "in", "connections" | "flight"] | ["connections" | "threads", _]
                )
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_conventions_are_found_and_the_plumbing_is_not() {
        let names = [
            "http_server_request_duration_seconds_bucket",
            "http_server_requests_seconds_bucket",
            "rpc_server_duration_milliseconds_bucket",
            "http_requests_total",
            "db_errors_total",
            "orders_queue_depth",
            "hikaricp_connections_pending",
            "jobs_queue_total",
            "go_gc_duration_seconds_bucket",
            "payload_size_bucket",
            "prometheus_http_request_duration_seconds_bucket",
            "apiserver_request_total",
            "grpc_server_handled_total",
        ];
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let found = find(&names);
        assert_eq!(
            found.histograms,
            [
                "http_server_request_duration_seconds",
                "http_server_requests_seconds",
                "rpc_server_duration_milliseconds"
            ]
        );
        assert_eq!(found.requests, ["http_requests_total", "grpc_server_handled_total"]);
        assert_eq!(found.failures, ["db_errors_total"]);
        assert_eq!(found.gauges, ["orders_queue_depth", "hikaricp_connections_pending"]);
        assert_eq!(found.beyond, 0);
    }

    #[test]
    fn the_names_say_what_is_measured() {
        let filling = Filling { selector: "", window: "60s".to_owned(), node_names: false };
        let labels = ["job".to_owned(), "status".to_owned()];
        let queries = of_histogram("http_server_requests_seconds", &labels, &filling);
        let names: Vec<&str> = queries.iter().map(|query| query.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "http_server_requests_latency_p95",
                "http_server_requests_latency_avg",
                "http_server_requests_rate",
                "http_server_requests_errors_ratio"
            ]
        );
        assert!(queries[3].promql.contains("status=~\"5..|"), "{}", queries[3].promql);
        let queries = of_histogram("rpc_server_duration_milliseconds", &["rpc_grpc_status_code".to_owned()], &filling);
        assert!(queries[0].promql.ends_with(" / 1000") && queries[3].promql.contains("2|4|8"));
        assert_eq!(of_histogram("x_seconds", &[], &filling).len(), 3);
    }

    #[test]
    fn a_duration_without_buckets_may_be_a_native_histogram() {
        let names = [
            "http_request_duration_seconds",
            "rpc_duration_seconds",
            "rpc_duration_seconds_bucket",
            "db_query_duration_seconds",
            "db_query_duration_seconds_count",
            "backup_last_success_timestamp_seconds",
            "uptime_seconds_total",
        ];
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        assert_eq!(find(&names).natives, ["http_request_duration_seconds"]);
        let filling = Filling { selector: "", window: "60s".to_owned(), node_names: false };
        let queries = of_native("http_request_duration_seconds", &["status".to_owned()], &filling);
        let names: Vec<&str> = queries.iter().map(|query| query.name.as_str()).collect();
        assert_eq!(
            names,
            ["http_request_latency_p95", "http_request_latency_avg", "http_request_rate", "http_request_errors_ratio"]
        );
        assert!(queries.iter().all(|query| !query.promql.contains(" le")), "{queries:?}");
    }

    #[test]
    fn there_is_a_limit() {
        let names: Vec<String> = (0..40).map(|at| format!("a{at}_requests_total")).collect();
        let found = find(&names);
        assert_eq!((found.requests.len(), found.beyond), (MOST, 40 - MOST));
    }
}
