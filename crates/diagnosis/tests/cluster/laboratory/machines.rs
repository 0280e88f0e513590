//! Services, names and gateways that lead nowhere; slow components; nodes and what runs on them.

use super::{Kind, kind};
use crate::world::{World, text};
use serde_json::{Value, json};

pub(super) const ROUTING: &[Kind] = &[
    kind(
        "service_selector_mismatch",
        &["service/barcode"],
        &["service-selector-mismatch"],
        &[
            "app.kubernetes.io/name=bar-code",
            "app=barcode",
            "app.kubernetes.io/name=barcode,app.kubernetes.io/instance=staging-barcode",
        ],
        |w, words| {
            let pairs = words.split(',').filter_map(|p| p.split_once('='));
            let selector: serde_json::Map<String, Value> = pairs.map(|(k, v)| (k.to_owned(), json!(v))).collect();
            w.find("Service", "barcode")["spec"]["selector"] = selector.into();
            if words.contains("staging") {
                w.log("portal", "portal", &["upstream barcode: connect: connection refused"]);
            }
        },
    ),
    kind(
        "service_port_mapping_mismatch",
        &["service/accession"],
        &["service-port-mismatch"],
        &["8080", "web", "8444"],
        |w, words| {
            let target = words.parse::<u16>().map_or_else(|_| json!(words), |port| json!(port));
            w.find("Service", "accession")["spec"]["ports"][0]["targetPort"] = target;
            if words == "8444" {
                w.log(
                    "portal",
                    "portal",
                    &["Get \"https://accession.team-samples\": dial tcp 10.96.3.3:443: connect: connection refused"],
                );
            }
        },
    ),
    kind(
        "service_protocol_mismatch",
        &["service/invoicing"],
        &["service-protocol-mismatch"],
        &["UDP", "SCTP"],
        |w, words| {
            w.find("Service", "invoicing")["spec"]["ports"][0]["protocol"] = json!(words);
        },
    ),
    kind(
        "service_env_var_address_mismatch",
        &["service/accession"],
        &["peer-address-wrong"],
        &[
            "3|http://interpretor.team-results.svc:8090|dial tcp: lookup interpretor.team-results.svc on 10.96.0.10:53: no such host",
            "3|http://interpreter.team-result.svc:8090|Post \"http://interpreter.team-result.svc:8090/v1\": dial tcp: lookup interpreter.team-result.svc on 10.96.0.10:53: no such host",
            "3|http://interpreter:8090|dial tcp: lookup interpreter on 10.96.0.10:53: no such host",
            "3|http://interpreter.team-results.svc:9090|Post \"http://interpreter.team-results.svc:9090/v1\": dial tcp 10.96.7.1:9090: connect: connection refused",
            "2|nats://curier.platform-data.svc:4222|nats: no servers available for connection",
            "2|nats://courier.platform-data.svc:4333|nats: no servers available for connection",
            "3|http://interpreter-api.team-results.svc.cluster.local:8090|",
        ],
        |w, words| {
            let [at, address, line] = [0, 1, 2].map(|at| words.split('|').nth(at).unwrap_or(""));
            let at: usize = at.parse().unwrap();
            w.template("accession", |spec| spec["containers"][0]["env"][at]["value"] = json!(address));
            if !line.is_empty() {
                w.log("accession", "server", &["{\"level\":\"INFO\",\"msg\":\"listening\"}", line, line]);
            }
        },
    ),
    kind(
        "service_env_var_address_mismatch, the caller",
        &["service/portal"],
        &["peer-address-wrong"],
        &[
            "invoicing.team-billing:5081|transport: Error while dialing: dial tcp 10.96.9.9:5081: i/o timeout",
            "invoicing.team-finance:5080|rpc error: code = Unavailable desc = name resolver error: produced zero addresses",
            "invoicing:5080|",
        ],
        |w, words| {
            let (address, line) = words.split_once('|').unwrap();
            w.template("portal", |spec| spec["containers"][0]["env"][2]["value"] = json!(address));
            if !line.is_empty() {
                w.log("portal", "portal", &[line]);
            }
        },
    ),
    kind("gateway_misroute", &["ingress/lab-portal"], &["gateway-misroute"], &["name", "port"], |w, words| {
        let backend =
            &mut w.find("Ingress", "lab-portal")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"];
        if words == "port" { backend["port"]["number"] = json!(8088) } else { backend["name"] = json!("portal-v2") }
    }),
    kind(
        "service_dns_resolution_failure",
        &["service/barcode"],
        &["name-resolution-failure", "service-missing"],
        &[
            "socket.gaierror: [Errno -3] Temporary failure in name resolution",
            "dial tcp: lookup bench-cache.platform-data on 192.0.2.53:53: server misbehaving",
            "lookup bench-cache.platform-data on 192.0.2.53:53: read udp 10.244.1.9:40213->192.0.2.53:53: i/o timeout",
        ],
        |w, words| {
            w.template("barcode", |spec| {
                spec["dnsPolicy"] = json!("None");
                spec["dnsConfig"] = json!({ "nameservers": ["192.0.2.53"] });
            });
            w.log("barcode", "uvicorn", &[words]);
        },
    ),
    kind(
        "service_dns_resolution_failure, cluster-wide",
        &["service/coredns", "service/kube-dns"],
        &["name-resolution-failure", "scaled-to-zero"],
        &["loop", "zero"],
        |w, words| {
            if words == "loop" {
                w.crash("coredns", "coredns", "Error", 1, 9);
                w.log("coredns", "coredns", &["[FATAL] plugin/loop: Loop (127.0.0.1:46151 -> :53) detected for zone \".\", see https://coredns.io/plugins/loop#troubleshooting. Query: \"HINFO 4547991504243258144\""]);
            } else {
                w.workload("coredns")["spec"]["replicas"] = json!(0);
                let pods = w.pods("coredns");
                w.objects.retain(|o| !pods.iter().any(|(_, pod)| o["metadata"]["name"] == json!(pod)));
            }
            w.log("barcode", "uvicorn", &["socket.gaierror: [Errno -3] Temporary failure in name resolution"]);
            w.log("portal", "portal", &["dial tcp: lookup reports.team-results on 10.96.0.10:53: read udp 10.244.1.9:40213->10.96.0.10:53: i/o timeout"]);
        },
    ),
    kind(
        "service_dns_resolution_failure, no Service",
        &["service/courier", "service/reports"],
        &["service-missing", "name-resolution-failure"],
        &[
            "courier|accession|server|nats: dial tcp: lookup courier.platform-data.svc on 10.96.0.10:53: no such host",
            "reports|portal|portal|Get \"http://reports.team-results\": dial tcp: lookup reports.team-results on 10.96.0.10:53: no such host",
        ],
        |w, words| {
            let [name, client, container, line] = [0, 1, 2, 3].map(|at| words.split('|').nth(at).unwrap_or(""));
            w.remove("Service", name);
            w.log(client, container, &[line]);
        },
    ),
];

pub(super) const PERFORMANCE: &[Kind] = &[
    kind(
        "pod_cpu_overload",
        &["service/interpreter"],
        &["cpu-overload"],
        &["CPUThrottlingHigh HTTPLatencyP99AboveObjective", "KubeContainerCPUSaturated RequestDurationHigh"],
        |w, words| {
            let (busy, slow) = words.split_once(' ').unwrap();
            let pod = w.pods("interpreter").swap_remove(0).1;
            w.alert(busy, "pod", &pod, "info");
            for service in ["interpreter", "accession", "portal"] {
                w.alert(slow, "service", service, "warning");
            }
        },
    ),
    kind(
        "pod_network_delay",
        &["service/interpreter"],
        &["network-delay"],
        &["HTTPLatencyP99AboveObjective", "RequestDurationHigh"],
        |w, words| {
            for service in ["interpreter", "accession", "portal"] {
                w.alert(words, "service", service, "warning");
            }
        },
    ),
];

const WORKER: &str = "pool-general-4c1f-0";

pub(super) const INFRASTRUCTURE: &[Kind] = &[
    kind(
        "containerd_unavailable",
        &["node/pool-general-4c1f-0"],
        &["container-runtime-down"],
        &[
            "container runtime is down",
            "[container runtime is down, PLEG is not healthy: pleg was last seen active 5m12s ago; threshold is 3m0s]",
            "unit",
        ],
        |w, words| {
            if words == "unit" {
                unit(w, WORKER, "containerd", "failed (Result: exit-code)");
                unit(w, WORKER, "kubelet", "active (running)");
            } else {
                ready(w, WORKER, "False", "KubeletNotReady", words);
            }
        },
    ),
    kind(
        "kubelet_unavailable",
        &["node/pool-general-4c1f-0"],
        &["kubelet-down"],
        &["inactive (dead)", "activating (auto-restart) (Result: exit-code)", ""],
        |w, words| {
            ready(w, WORKER, "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.");
            if !words.is_empty() {
                unit(w, WORKER, "kubelet", words);
                unit(w, WORKER, "containerd", "active (running)");
            }
        },
    ),
    kind(
        "kube_proxy_unavailable",
        &["node/pool-general-4c1f-0"],
        &["kube-proxy-down"],
        &["crash", "unit"],
        |w, words| {
            let is =
                |o: &Value| text(o, "/spec/nodeName") == WORKER && text(o, "/metadata/name").starts_with("kube-proxy-");
            match words {
                "crash" => {
                    let pod = w.objects.iter_mut().find(|o| is(o)).unwrap();
                    let status = &mut pod["status"]["containerStatuses"][0];
                    status["ready"] = json!(false);
                    status["restartCount"] = json!(31);
                    status["state"] = json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=kube-proxy" } });
                    status["lastState"] = json!({ "terminated": { "reason": "Error", "exitCode": 1 } });
                }
                _ => unit(w, WORKER, "kube-proxy", "inactive (dead)"),
            }
        },
    ),
    kind("kube_scheduler_unavailable", &["node/lab-cp-x7"], &["scheduler-down"], &["unit", "silent"], |w, words| {
        if words == "unit" {
            unit(w, "lab-cp-x7", "kube-scheduler", "failed (Result: exit-code)");
        }
        w.each_pod("barcode", |pod| {
            pod["spec"].as_object_mut().unwrap().remove("nodeName");
            pod["status"] = json!({ "phase": "Pending" });
        });
    }),
    kind(
        "node_network_delay",
        &["node/pool-memory-9be2-0"],
        &["node-network-delay"],
        &["HTTPLatencyP99AboveObjective", "RequestDurationHigh"],
        |w, words| {
            for name in
                ["accession", "barcode", "portal", "invoicing", "specimens-pg", "courier", "bench-mq", "bench-cache"]
            {
                w.each_pod(name, |pod| pod["spec"]["nodeName"] = json!("pool-general-4c1f-1"));
            }
            for name in ["interpreter", "reports", "reference-db", "assay-kafka"] {
                w.each_pod(name, |pod| pod["spec"]["nodeName"] = json!("pool-memory-9be2-0"));
            }
            for service in ["interpreter", "reports", "reference-db", "assay-kafka"] {
                w.alert(words, "service", service, "warning");
            }
        },
    ),
    kind(
        "node_network_packet_loss",
        &["node/pool-memory-9be2-0"],
        &["node-network-loss"],
        &["NodeNetworkReceiveErrs instance", "NodeNetworkTransmitDrops node", "NodeTcpRetransmitRateHigh node"],
        |w, words| {
            let (name, label) = words.split_once(' ').unwrap();
            w.alert(name, label, "pool-memory-9be2-0", "warning");
        },
    ),
];

fn ready(world: &mut World, node: &str, status: &str, reason: &str, message: &str) {
    let conditions = world.find("Node", node)["status"]["conditions"].as_array_mut().unwrap();
    for condition in conditions.iter_mut().filter(|c| status == "Unknown" || text(c, "/type") == "Ready") {
        let kind = text(condition, "/type").to_owned();
        *condition = json!({ "type": kind, "status": status, "reason": reason, "message": message });
    }
    let key = if status == "Unknown" { "node.kubernetes.io/unreachable" } else { "node.kubernetes.io/not-ready" };
    let taints = json!([{ "key": key, "effect": "NoSchedule" }, { "key": key, "effect": "NoExecute" }]);
    world.find("Node", node)["spec"]["taints"] = taints;
    for pod in world.objects.iter_mut().filter(|o| text(o, "/kind") == "Pod" && text(o, "/spec/nodeName") == node) {
        for status in pod["status"]["containerStatuses"].as_array_mut().unwrap() {
            status["ready"] = json!(false);
        }
    }
    world.event("Node", "", node, "NodeNotReady", &format!("Node {node} status is now: NodeNotReady"), 1);
    let event = world.events.last_mut().unwrap();
    (event.warning, event.from) = (false, "node-controller");
}

fn unit(world: &mut World, node: &str, unit: &str, state: &str) {
    world.ask(&format!("ssh ops@{node} systemctl status {unit} --no-pager"), &format!("● {unit}.service - {unit}\n     Loaded: loaded (/usr/lib/systemd/system/{unit}.service; enabled; preset: enabled)\n     Active: {state} since Wed 2031-04-02 09:40:12 UTC; 20min ago\n   Main PID: 812 (code=exited, status=1/FAILURE)"));
}
