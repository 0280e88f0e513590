//! The queries of the default set whose metrics have fixed names: cAdvisor, kube-state-metrics, the node exporter, the
//! client libraries' own process metrics, and Istio.
//!
//! A query is asked only when every metric that it needs exists. Each sums over what does not say whom a series is about,
//! so that the importer sees pods, services and nodes; the name of its file becomes the metric's name, and its words say
//! what is measured. `$by` is who, `$sel` are the configured matchers, `$w` is the stretch a rate is taken over.
//!
//! Sources: the metric lists of cAdvisor, kube-state-metrics and the node exporter; Istio's standard metrics; the method
//! of rate, errors and duration for requests, and of utilisation, saturation and errors for resources (B. Gregg).

/// Labels that say whom a series of an application is about, and nothing else.
pub(super) const APPLICATION: &str = "namespace, exported_namespace, kubernetes_namespace, pod, exported_pod, \
     kubernetes_pod_name, service_name, service, exported_service, app, app_kubernetes_io_name, application, \
     deployment, statefulset, workload, component, job, exported_job";
/// Those of a container: in a cluster by its pod, elsewhere by its name.
const CONTAINER: &str = "namespace, pod, pod_name, container_label_com_docker_compose_service, name";
/// Those of an object that kube-state-metrics speaks of; its own pod is `pod` where labels are not honoured.
const OBJECT: &str = "namespace, exported_namespace, pod, exported_pod";
const WORKLOAD: &str = "namespace, exported_namespace, deployment, statefulset, daemonset";
const NODE: &str = "node, instance";
const CALL: &str = "reporter, source_workload, destination_workload";
const CALLEE: &str = "destination_workload, destination_workload_namespace";

/// One query of the set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    /// The file's stem, which is the metric's name.
    pub(super) name: String,
    /// In PromQL.
    pub(super) promql: String,
}

/// What is filled into a template.
#[derive(Debug, Clone)]
pub(super) struct Filling<'a> {
    /// Configured matchers; may be empty.
    pub(super) selector: &'a str,
    /// The stretch of a rate, such as `60s`.
    pub(super) window: String,
    /// Whether the node exporter says the nodes' names.
    pub(super) node_names: bool,
}

impl Filling<'_> {
    /// The query with everything filled in.
    pub(super) fn fill(&self, name: &str, template: &str, by: &str) -> Query {
        // Matchers go before those of the template, which follow with a comma; an empty first one is left out.
        let selector = match self.selector.trim().trim_matches(',').trim() {
            "" => String::new(),
            selector => format!("{selector},"),
        };
        let promql = template.replace("$by", by).replace("$sel", &selector).replace("$w", &self.window);
        Query { name: name.to_owned(), promql }
    }
}

/// Name, metrics needed, labels, template.
type Row = (&'static str, &'static [&'static str], &'static str, &'static str);

const CONTAINERS: &[Row] = &[
    (
        "container_cpu_usage_cores",
        &["container_cpu_usage_seconds_total"],
        CONTAINER,
        r#"sum by ($by) (rate(container_cpu_usage_seconds_total{$sel container!="",container!="POD"}[$w]))
           or sum by ($by) (rate(container_cpu_usage_seconds_total{$sel pod="",pod_name="",name!=""}[$w]))"#,
    ),
    (
        "container_cpu_throttled_ratio",
        &["container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_periods_total"],
        CONTAINER,
        r"sum by ($by) (rate(container_cpu_cfs_throttled_periods_total{$sel}[$w]))
           / (sum by ($by) (rate(container_cpu_cfs_periods_total{$sel}[$w])) > 0)",
    ),
    (
        "container_memory_working_set_bytes",
        &["container_memory_working_set_bytes"],
        CONTAINER,
        r#"sum by ($by) (container_memory_working_set_bytes{$sel container!="",container!="POD"})
           or sum by ($by) (container_memory_working_set_bytes{$sel pod="",pod_name="",name!=""})"#,
    ),
    (
        "container_network_receive_bytes",
        &["container_network_receive_bytes_total"],
        CONTAINER,
        r#"sum by ($by) (rate(container_network_receive_bytes_total{$sel interface!="lo"}[$w]))"#,
    ),
    (
        "container_network_transmit_bytes",
        &["container_network_transmit_bytes_total"],
        CONTAINER,
        r#"sum by ($by) (rate(container_network_transmit_bytes_total{$sel interface!="lo"}[$w]))"#,
    ),
    (
        "container_network_receive_packets_dropped",
        &["container_network_receive_packets_dropped_total"],
        CONTAINER,
        r#"sum by ($by) (rate(container_network_receive_packets_dropped_total{$sel interface!="lo"}[$w]))"#,
    ),
    (
        "container_fs_writes_bytes",
        &["container_fs_writes_bytes_total"],
        CONTAINER,
        r"sum by ($by) (rate(container_fs_writes_bytes_total{$sel}[$w]))",
    ),
    (
        "container_oom_events",
        &["container_oom_events_total"],
        CONTAINER,
        r"sum by ($by) (increase(container_oom_events_total{$sel}[$w]))",
    ),
    (
        "container_restarts",
        &["kube_pod_container_status_restarts_total"],
        OBJECT,
        r#"sum by ($by) (increase(kube_pod_container_status_restarts_total{$sel container!=""}[$w]))"#,
    ),
    (
        "deployment_available_ratio",
        &["kube_deployment_status_replicas_available", "kube_deployment_spec_replicas"],
        WORKLOAD,
        r"sum by ($by) (kube_deployment_status_replicas_available{$sel})
           / (sum by ($by) (kube_deployment_spec_replicas{$sel}) > 0)",
    ),
    (
        "statefulset_ready_ratio",
        &["kube_statefulset_status_replicas_ready", "kube_statefulset_replicas"],
        WORKLOAD,
        r"sum by ($by) (kube_statefulset_status_replicas_ready{$sel})
           / (sum by ($by) (kube_statefulset_replicas{$sel}) > 0)",
    ),
];

const NODES: &[Row] = &[
    (
        "node_cpu_utilization",
        &["node_cpu_seconds_total"],
        NODE,
        r#"1 - avg by ($by) (rate(node_cpu_seconds_total{mode="idle"}[$w]))"#,
    ),
    (
        "node_memory_utilization",
        &["node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"],
        NODE,
        r"1 - sum by ($by) (node_memory_MemAvailable_bytes) / sum by ($by) (node_memory_MemTotal_bytes)",
    ),
    (
        "node_filesystem_utilization",
        &["node_filesystem_avail_bytes", "node_filesystem_size_bytes"],
        NODE,
        r#"max by ($by) (1 - node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660"}
           / (node_filesystem_size_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660"} > 0))"#,
    ),
    (
        "node_disk_io_busy",
        &["node_disk_io_time_seconds_total"],
        NODE,
        r"max by ($by) (rate(node_disk_io_time_seconds_total[$w]))",
    ),
    (
        "node_network_receive_bytes",
        &["node_network_receive_bytes_total"],
        NODE,
        r#"sum by ($by) (rate(node_network_receive_bytes_total{device!="lo"}[$w]))"#,
    ),
    (
        "node_network_transmit_bytes",
        &["node_network_transmit_bytes_total"],
        NODE,
        r#"sum by ($by) (rate(node_network_transmit_bytes_total{device!="lo"}[$w]))"#,
    ),
    (
        "node_tcp_retransmits",
        &["node_netstat_Tcp_RetransSegs"],
        NODE,
        r"sum by ($by) (rate(node_netstat_Tcp_RetransSegs[$w]))",
    ),
    ("node_load1", &["node_load1"], NODE, r"max by ($by) (node_load1)"),
];

const PROCESSES: &[Row] = &[
    (
        "target_up_availability",
        &["up"],
        APPLICATION,
        r#"min by ($by) (up{$sel job!~"(kubelet|cadvisor|node|node-exporter|kubernetes-.*)"})"#,
    ),
    (
        "process_cpu_cores",
        &["process_cpu_seconds_total"],
        APPLICATION,
        r"sum by ($by) (rate(process_cpu_seconds_total{$sel}[$w]))",
    ),
    (
        "process_resident_memory_bytes",
        &["process_resident_memory_bytes"],
        APPLICATION,
        r"sum by ($by) (process_resident_memory_bytes{$sel})",
    ),
    ("process_open_fds", &["process_open_fds"], APPLICATION, r"sum by ($by) (process_open_fds{$sel})"),
    (
        "jvm_heap_used_bytes",
        &["jvm_memory_used_bytes"],
        APPLICATION,
        r#"sum by ($by) (jvm_memory_used_bytes{$sel area="heap"})"#,
    ),
];

const MESH: &[Row] = &[
    (
        "istio_latency_p95",
        &["istio_request_duration_milliseconds_bucket"],
        CALL,
        r#"histogram_quantile(0.95, sum by (le, $by)
           (rate(istio_request_duration_milliseconds_bucket{$sel destination_workload!="unknown"}[$w]))) / 1000"#,
    ),
    (
        "istio_latency_avg",
        &["istio_request_duration_milliseconds_sum", "istio_request_duration_milliseconds_count"],
        CALL,
        r#"sum by ($by) (rate(istio_request_duration_milliseconds_sum{$sel destination_workload!="unknown"}[$w]))
           / (sum by ($by) (rate(istio_request_duration_milliseconds_count{$sel destination_workload!="unknown"}[$w])) > 0)
           / 1000"#,
    ),
    (
        "istio_requests_rate",
        &["istio_requests_total"],
        CALL,
        r#"sum by ($by) (rate(istio_requests_total{$sel destination_workload!="unknown"}[$w]))"#,
    ),
    (
        "istio_inbound_latency_avg",
        &["istio_request_duration_milliseconds_sum", "istio_request_duration_milliseconds_count"],
        CALLEE,
        r#"sum by ($by) (rate(istio_request_duration_milliseconds_sum{$sel reporter="destination"}[$w]))
           / (sum by ($by) (rate(istio_request_duration_milliseconds_count{$sel reporter="destination"}[$w])) > 0)
           / 1000"#,
    ),
    (
        "istio_inbound_requests_rate",
        &["istio_requests_total"],
        CALLEE,
        r#"sum by ($by) (rate(istio_requests_total{$sel reporter="destination"}[$w]))"#,
    ),
    (
        "istio_inbound_errors_ratio",
        &["istio_requests_total"],
        CALLEE,
        r#"(sum by ($by) (rate(istio_requests_total{$sel reporter="destination",response_code=~"5..|0"}[$w]))
           or 0 * sum by ($by) (rate(istio_requests_total{$sel reporter="destination"}[$w])))
           / (sum by ($by) (rate(istio_requests_total{$sel reporter="destination"}[$w])) > 0)"#,
    ),
];

/// The queries whose metrics exist, in the order of the tables above.
pub(super) fn queries(exists: &dyn Fn(&str) -> bool, filling: &Filling<'_>) -> Vec<Query> {
    let needed = |row: &&Row| row.1.iter().all(|metric| exists(metric));
    let tables = [CONTAINERS, PROCESSES, MESH].into_iter().flatten();
    let mut queries: Vec<Query> =
        tables.filter(needed).map(|(name, _, by, template)| filling.fill(name, template, by)).collect();
    for (name, _, by, template) in NODES.iter().filter(needed) {
        let mut query = filling.fill(name, template, by);
        if filling.node_names {
            // The cluster calls a node by its name, the exporter by its address.
            query.promql = format!(
                "({}) * on (instance) group_left (nodename) max by (instance, nodename) (node_uname_info)",
                query.promql
            );
        }
        queries.push(query);
    }
    queries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_exists_is_asked_with_everything_filled_in() {
        let filling = Filling { selector: " namespace=\"shop\", ", window: "60s".to_owned(), node_names: true };
        let all = queries(&|_| true, &filling);
        let tables = [CONTAINERS, NODES, PROCESSES, MESH].iter().map(|table| table.len()).sum::<usize>();
        assert_eq!(all.len(), tables);
        assert!(all.iter().all(|query| !query.promql.contains('$')), "{all:?}");
        assert!(queries(&|_| false, &filling).is_empty());
        let memory = queries(&|name| name == "process_open_fds", &filling);
        assert!(memory[0].promql.ends_with("(process_open_fds{namespace=\"shop\",})"), "{memory:?}");
        let load = queries(&|name| name == "node_load1", &filling);
        assert!(load[0].promql.contains("group_left (nodename)"));
    }
}
