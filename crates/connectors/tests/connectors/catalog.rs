//! A real Prometheus that holds every metric of the default set: each query must be one that it understands, and say
//! something.

use std::fmt::Write as _;

use anyhow::Result;
use chrono::DateTime;
use oriel_connectors::{Progress, Settings, Window, collect};
use oriel_testkit::prometheus::Prometheus;

const START: i64 = 1_777_888_800;
const POD: &str = r#"namespace="shop",pod="basket-7c9d6b5f48-9hzr7",container="app""#;
const KSM: &str =
    r#"namespace="shop",pod="kube-state-metrics-0",exported_pod="basket-7c9d6b5f48-9hzr7",container="app",job="ksm""#;
const NODE: &str = r#"job="node-exporter",instance="10.0.0.1:9100""#;
const JOB: &str = r#"job="basket",instance="10.0.0.7:8080""#;
const CALL: &str = r#"source_workload="front",destination_workload="basket",response_code="200""#;

/// Metric, labels: one series each, that grows.
const METRICS: &[(&str, &[&str])] = &[
    ("container_cpu_usage_seconds_total", &[POD, r#"name="shop-orders-1",instance="h:8080""#]),
    ("container_cpu_cfs_throttled_periods_total", &[POD]),
    ("container_cpu_cfs_periods_total", &[POD]),
    ("container_memory_working_set_bytes", &[POD]),
    ("container_network_receive_bytes_total", &[r#"namespace="shop",pod="basket-7c9d6b5f48-9hzr7",interface="eth0""#]),
    ("container_network_transmit_bytes_total", &[r#"namespace="shop",pod="basket-7c9d6b5f48-9hzr7",interface="eth0""#]),
    ("container_network_receive_packets_dropped_total", &[r#"pod="basket-7c9d6b5f48-9hzr7",interface="eth0""#]),
    ("container_fs_writes_bytes_total", &[POD]),
    ("container_oom_events_total", &[POD]),
    ("kube_pod_container_status_restarts_total", &[KSM]),
    ("kube_deployment_status_replicas_available", &[r#"namespace="shop",deployment="basket""#]),
    ("kube_deployment_spec_replicas", &[r#"namespace="shop",deployment="basket""#]),
    ("kube_statefulset_status_replicas_ready", &[r#"namespace="shop",statefulset="stock""#]),
    ("kube_statefulset_replicas", &[r#"namespace="shop",statefulset="stock""#]),
    ("up", &[JOB]),
    ("process_cpu_seconds_total", &[JOB]),
    ("process_resident_memory_bytes", &[JOB]),
    ("process_open_fds", &[JOB]),
    ("jvm_memory_used_bytes", &[r#"job="basket",area="heap",id="eden""#]),
    ("node_uname_info", &[r#"job="node-exporter",instance="10.0.0.1:9100",nodename="w1""#]),
    ("node_cpu_seconds_total", &[r#"job="node-exporter",instance="10.0.0.1:9100",cpu="0",mode="idle""#]),
    ("node_memory_MemAvailable_bytes", &[NODE]),
    ("node_memory_MemTotal_bytes", &[NODE]),
    ("node_filesystem_avail_bytes", &[r#"instance="10.0.0.1:9100",fstype="ext4",mountpoint="/""#]),
    ("node_filesystem_size_bytes", &[r#"instance="10.0.0.1:9100",fstype="ext4",mountpoint="/""#]),
    ("node_disk_io_time_seconds_total", &[r#"instance="10.0.0.1:9100",device="vda""#]),
    ("node_network_receive_bytes_total", &[r#"instance="10.0.0.1:9100",device="eth0""#]),
    ("node_network_transmit_bytes_total", &[r#"instance="10.0.0.1:9100",device="eth0""#]),
    ("node_netstat_Tcp_RetransSegs", &[NODE]),
    ("node_load1", &[NODE]),
    ("istio_request_duration_milliseconds_bucket", &[]),
    ("istio_request_duration_milliseconds_sum", &[]),
    ("istio_request_duration_milliseconds_count", &[]),
    ("istio_requests_total", &[]),
    ("http_server_requests_seconds_bucket", &[r#"job="basket",status="200",le="+Inf""#]),
    ("http_server_requests_seconds_sum", &[r#"job="basket",status="200""#]),
    ("http_server_requests_seconds_count", &[r#"job="basket",status="200""#]),
    ("rpc_server_duration_milliseconds_bucket", &[r#"service_name="stock",rpc_grpc_status_code="0",le="+Inf""#]),
    ("rpc_server_duration_milliseconds_sum", &[r#"service_name="stock",rpc_grpc_status_code="0""#]),
    ("rpc_server_duration_milliseconds_count", &[r#"service_name="stock",rpc_grpc_status_code="0""#]),
    ("orders_calls_total", &[r#"job="shop/orders",success="true""#]),
    ("payment_errors_total", &[r#"job="payment""#]),
    ("mail_queue_depth", &[r#"job="mail""#]),
    ("ALERTS", &[r#"alertname="Slow",alertstate="firing",service="basket""#]),
];

fn samples() -> String {
    let mut text = String::new();
    for (name, series) in METRICS {
        let mesh: Vec<String> = ["source", "destination"]
            .iter()
            .map(|reporter| {
                let le = if name.ends_with("_bucket") { ",le=\"+Inf\"" } else { "" };
                format!("reporter=\"{reporter}\",{CALL}{le}")
            })
            .collect();
        let series = if series.is_empty() { mesh } else { series.iter().map(ToString::to_string).collect() };
        for labels in series {
            for at in (0..=600).step_by(15) {
                let one = *name == "node_uname_info" || *name == "up";
                writeln!(text, "{name}{{{labels}}} {} {}", if one { 1 } else { at + 1 }, START + at).unwrap();
            }
        }
    }
    text.push_str("# EOF\n");
    text
}

#[tokio::test]
async fn every_query_of_the_default_set_is_understood_and_says_whom_it_is_about() -> Result<()> {
    let prometheus = Prometheus::with_samples(&samples())?;
    let mut settings = Settings::default();
    settings.prometheus.url = prometheus.url();
    let at = |seconds| DateTime::from_timestamp(START + seconds, 0).unwrap();
    let window = Window::new(at(0), at(600), None)?;
    let mut collection = collect(&settings, &window, &Progress::silent()).await;
    assert_eq!(collection.left_out, [], "{:?}", collection.sources);
    assert_eq!(collection.alerts[0]["labels"]["service"], "basket", "{:?}", collection.alerts);
    let names: Vec<String> = collection
        .files()
        .iter()
        .map(|file| file.path.trim_start_matches("metrics/").trim_end_matches(".json").to_owned())
        .collect();
    let expected = [
        "container_cpu_usage_cores",
        "container_cpu_throttled_ratio",
        "container_memory_working_set_bytes",
        "container_network_receive_bytes",
        "container_network_transmit_bytes",
        "container_network_receive_packets_dropped",
        "container_fs_writes_bytes",
        "container_oom_events",
        "container_restarts",
        "deployment_available_ratio",
        "statefulset_ready_ratio",
        "target_up_availability",
        "process_cpu_cores",
        "process_resident_memory_bytes",
        "process_open_fds",
        "jvm_heap_used_bytes",
        "istio_latency_p95",
        "istio_latency_avg",
        "istio_requests_rate",
        "istio_inbound_latency_avg",
        "istio_inbound_requests_rate",
        "istio_inbound_errors_ratio",
        "node_cpu_utilization",
        "node_memory_utilization",
        "node_filesystem_utilization",
        "node_disk_io_busy",
        "node_network_receive_bytes",
        "node_network_transmit_bytes",
        "node_tcp_retransmits",
        "node_load1",
        "http_server_requests_latency_p95",
        "http_server_requests_latency_avg",
        "http_server_requests_rate",
        "http_server_requests_errors_ratio",
        "rpc_server_latency_p95",
        "rpc_server_latency_avg",
        "rpc_server_rate",
        "rpc_server_errors_ratio",
        "orders_calls_rate",
        "orders_calls_errors_ratio",
        "payment_errors_rate",
        "mail_queue_depth",
    ];
    let missing: Vec<&&str> = expected.iter().filter(|name| !names.contains(&(**name).to_owned())).collect();
    assert!(missing.is_empty(), "{missing:?} are missing among {names:?}");
    assert_eq!(names.len(), expected.len(), "{names:?}");

    collection.describe(&oriel_connectors::About::default(), &window, window.to);
    let source = oriel_evidence::Source::Memory(collection.into_files());
    let evidence = oriel_evidence::Evidence::read(&source, &oriel_evidence::Limits::default(), &mut |_| {})?;
    assert!(evidence.skipped.is_empty(), "{:?}", evidence.skipped);
    let entities: Vec<&str> = evidence.metrics.entities.iter().collect();
    for entity in [
        "service/basket",
        "service/shop-orders-1",
        "node/w1",
        "service/stock",
        "service/orders",
        "service/payment",
        "service/mail",
        "call/front->basket",
    ] {
        assert!(entities.contains(&entity), "{entity} is not among {entities:?}");
    }
    assert_eq!(entities.len(), 8, "{entities:?}");
    Ok(())
}
