//! Services, names and gateways that lead nowhere; slow components; nodes and the control plane.

use super::{Kind, kind};
use crate::world::{World, text};
use serde_json::{Value, json};

pub(super) const ROUTING: &[Kind] = &[
    kind(
        "service_selector_mismatch",
        "service/quote",
        &["service-selector-mismatch"],
        &["app=qoute", "app=quote,tier=api", "app.kubernetes.io/name=quote"],
        |w, words| {
            let selector: serde_json::Map<String, Value> =
                words.split(',').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), json!(v))).collect();
            w.find("Service", "quote")["spec"]["selector"] = selector.into();
        },
    ),
    kind(
        "service_port_mapping_mismatch",
        "service/labels",
        &["service-port-mismatch"],
        &["3030", "http", "33000"],
        |w, words| {
            let target = words.parse::<u16>().map_or_else(|_| json!(words), |port| json!(port));
            w.find("Service", "labels")["spec"]["ports"][0]["targetPort"] = target;
            if words == "33000" {
                w.log("gatehouse", "gateway", &["connect ECONNREFUSED 10.96.3.3:80"]);
                w.ask("nc -zv labels.intake 80", "labels.intake (10.96.3.3:80): Connection refused");
            }
        },
    ),
    kind("service_protocol_mismatch", "service/depot", &["service-protocol-mismatch"], &["UDP", "SCTP"], |w, words| {
        w.find("Service", "depot")["spec"]["ports"][0]["protocol"] = json!(words);
    }),
    kind(
        "service_env_var_address_mismatch",
        "service/labels",
        &["peer-address-wrong"],
        &[
            "http://sorterr.sorting:8100|Error: getaddrinfo ENOTFOUND sorterr.sorting",
            "http://sorter.sort:8100|getaddrinfo EAI_AGAIN sorter.sort",
            "http://sorter.sorting:8110|Error: connect ECONNREFUSED 10.96.9.1:8110",
            "http://sorter:8100|Error: getaddrinfo ENOTFOUND sorter",
            "http://sorter.sorting:8110|",
            "http://sorter-svc.sorting:8100|",
        ],
        |w, words| {
            let (address, line) = words.split_once('|').unwrap();
            w.main_container("labels", |c| c["env"][1]["value"] = json!(address));
            if !line.is_empty() {
                w.log("labels", "web", &["unhandled rejection", line]);
            }
        },
    ),
    kind("gateway_misroute", "ingress/parcels", &["gateway-misroute"], &["name", "port", "default"], |w, words| {
        let backend = &mut w.find("Ingress", "parcels")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"];
        if words == "port" {
            backend["port"]["number"] = json!(8081)
        } else {
            backend["name"] = json!(if words == "name" { "gatehose" } else { "gatehouse-v2" })
        }
        w.log("gatehouse", "gateway", &["listening"]);
    }),
    kind(
        "service_dns_resolution_failure",
        "service/quote",
        &["name-resolution-failure", "service-missing"],
        &[
            "dial tcp: lookup cache.stores on 203.0.113.9:53: no such host",
            "redis.exceptions.ConnectionError: Error -3 connecting to cache.stores:6379. Temporary failure in name resolution.",
            "java.net.UnknownHostException: cache.stores: Temporary failure in name resolution",
            "Error: getaddrinfo EAI_AGAIN cache.stores",
        ],
        |w, words| {
            w.template("quote", |spec| {
                spec["dnsPolicy"] = json!("None");
                spec["dnsConfig"] = json!({ "nameservers": ["203.0.113.9"] });
            });
            w.log("quote", "api", &[words]);
        },
    ),
    kind(
        "service_dns_resolution_failure, cluster-wide",
        "service/coredns",
        &["name-resolution-failure"],
        &[
            "CrashLoopBackOff|plugin/loop: Loop (127.0.0.1:5531 -> :53) detected for zone \".\", see https://coredns.io/plugins/loop#troubleshooting.",
            "CrashLoopBackOff|/etc/coredns/Corefile:14 - Error during parsing: Unknown directive 'forwrad'",
        ],
        |w, words| {
            let line = words.split_once('|').unwrap().1;
            w.crash("coredns", "coredns", "Error", 1, 9);
            w.log("coredns", "coredns", &[line]);
            w.log("quote", "api", &["Temporary failure in name resolution: cache.stores"]);
            w.log("labels", "web", &["Error: getaddrinfo EAI_AGAIN sorter.sorting"]);
        },
    ),
    kind(
        "service_dns_resolution_failure, no Service",
        "service/cache",
        &["service-missing", "name-resolution-failure"],
        &[
            "redis.exceptions.ConnectionError: Error -2 connecting to cache.stores:6379. Name or service not known.",
            "dial tcp: lookup cache.stores on 10.96.0.10:53: no such host",
        ],
        |w, words| {
            w.remove("Service", "cache");
            w.log("quote", "api", &[words]);
        },
    ),
];

/// `NAME LABEL`: an alert's name, and the label that tells what it is about.
pub(super) const PERFORMANCE: &[Kind] = &[
    kind(
        "pod_cpu_overload",
        "service/depot",
        &["cpu-overload"],
        &[
            "CPUThrottlingHigh pod P99LatencyTooHigh",
            "ContainerCpuUsageHigh service ServiceResponseTimeHigh",
            "PodCPUUsageNearLimit pod SlowResponses",
        ],
        |w, words| {
            let [busy, label, slow] = three(words);
            let about = if label == "pod" { w.first_pod("depot").1 } else { "depot".to_owned() };
            w.alert(busy, label, &about, "warning");
            slowly(w, slow, &["depot", "sorter", "quote", "labels"]);
        },
    ),
    kind(
        "pod_network_delay",
        "service/depot",
        &["network-delay"],
        &["HighRequestLatency service x", "P95ResponseTimeHigh service x", "SlowRequests service x"],
        |w, words| slowly(w, three(words)[0], &["depot", "sorter", "quote", "labels", "gatehouse"]),
    ),
];

fn three(words: &str) -> [&str; 3] {
    let mut words = words.split(' ');
    [(); 3].map(|()| words.next().unwrap_or(""))
}

fn slowly(world: &mut World, name: &str, services: &[&str]) {
    for service in services {
        world.alert(name, "service", service, "warning");
    }
}

pub(super) const INFRASTRUCTURE: &[Kind] = &[
    kind(
        "containerd_unavailable",
        "node/metal-b",
        &["container-runtime-down"],
        &[
            "container runtime is down",
            "[container runtime is down, PLEG is not healthy: pleg was last seen active 4m2s ago; threshold is 3m0s]",
            "container runtime not ready: RuntimeReady=false reason:ContainerdNotReady message:containerd is not ready",
            "unit",
        ],
        |w, words| {
            if words != "unit" {
                ready(w, "metal-b", "False", "KubeletNotReady", words);
            }
            unit(w, "metal-b", "kubelet", "active (running)");
            unit(
                w,
                "metal-b",
                "containerd",
                if words.len() % 2 == 0 { "inactive (dead)" } else { "failed (Result: exit-code)" },
            );
        },
    ),
    kind(
        "kubelet_unavailable",
        "node/metal-b",
        &["kubelet-down"],
        &["inactive (dead)", "failed (Result: exit-code)", "activating (auto-restart) (Result: exit-code)", ""],
        |w, words| {
            ready(w, "metal-b", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.");
            if !words.is_empty() {
                unit(w, "metal-b", "containerd", "active (running)");
                unit(w, "metal-b", "kubelet", words);
            }
        },
    ),
    kind(
        "kube_proxy_unavailable",
        "node/metal-a",
        &["kube-proxy-down"],
        &["unit inactive (dead)", "unit failed (Result: signal)", "pod"],
        |w, words| {
            if let Some(state) = words.strip_prefix("unit ") {
                unit(w, "metal-a", "kube-proxy", state);
            } else {
                let pod = w
                    .objects
                    .iter_mut()
                    .find(|o| {
                        text(o, "/kind") == "Pod"
                            && text(o, "/spec/nodeName") == "metal-a"
                            && text(o, "/metadata/name").starts_with("kube-proxy")
                    })
                    .unwrap();
                pod["status"]["containerStatuses"][0]["ready"] = json!(false);
                pod["status"]["containerStatuses"][0]["restartCount"] = json!(12);
                pod["status"]["containerStatuses"][0]["state"] =
                    json!({ "waiting": { "reason": "CrashLoopBackOff", "message": "back-off 5m0s" } });
            }
            w.ask("nc -zv quote.intake 5000", "quote.intake 5000 on metal-a: Connection timed out\nquote.intake 5000 on metal-c: Connection succeeded");
        },
    ),
    kind(
        "kube_scheduler_unavailable",
        "node/control-a",
        &["scheduler-down"],
        &["unit inactive (dead)", "unit failed (Result: exit-code)", "silent"],
        |w, words| {
            if let Some(state) = words.strip_prefix("unit ") {
                unit(w, "control-a", "kube-scheduler", state);
            }
            w.each_pod("labels", |pod| {
                pod["spec"].as_object_mut().unwrap().remove("nodeName");
                pod["status"] = json!({ "phase": "Pending" });
            });
        },
    ),
    kind(
        "node_network_delay",
        "node/metal-c",
        &["node-network-delay"],
        &["HighRequestLatency", "P95ResponseTimeHigh"],
        |w, words| {
            for (name, node) in [
                ("depot", "metal-a"),
                ("sorter", "metal-a"),
                ("archive", "metal-c"),
                ("cache", "metal-c"),
                ("ledger", "metal-c"),
                ("register", "metal-b"),
                ("belt", "metal-b"),
                ("bell", "metal-b"),
            ] {
                w.each_pod(name, |pod| pod["spec"]["nodeName"] = json!(node));
            }
            slowly(w, words, &["archive", "cache", "ledger"]);
        },
    ),
    kind(
        "node_network_packet_loss",
        "node/metal-c",
        &["node-network-loss"],
        &["NodeNetworkReceiveErrs", "NodeTcpRetransmissions", "NodePacketLossHigh", "NodeNetworkInterfaceDropping"],
        |w, words| {
            w.alert(words, "node", "metal-c", "critical");
        },
    ),
];

fn ready(world: &mut World, node: &str, status: &str, reason: &str, message: &str) {
    let conditions = world.find("Node", node)["status"]["conditions"].as_array_mut().unwrap();
    for condition in conditions.iter_mut().filter(|c| status == "Unknown" || text(c, "/type") == "Ready") {
        let kind = text(condition, "/type").to_owned();
        *condition = json!({ "type": kind, "status": status, "reason": reason, "message": message });
    }
    for pod in world.objects.iter_mut().filter(|o| text(o, "/kind") == "Pod" && text(o, "/spec/nodeName") == node) {
        for status in pod["status"]["containerStatuses"].as_array_mut().unwrap() {
            status["ready"] = json!(false);
        }
    }
    world.event("Node", "", node, "NodeNotReady", &format!("Node {node} status is now: NodeNotReady"), 1);
}

fn unit(world: &mut World, node: &str, unit: &str, state: &str) {
    world.ask(&format!("ssh {node} systemctl status {unit}"), &format!("● {unit}.service\n     Loaded: loaded (/etc/systemd/system/{unit}.service; enabled; vendor preset: enabled)\n     Active: {state} since Wed 2031-04-02 09:41:00 CEST; 19min ago\n       Docs: https://kubernetes.io/docs/"));
}
