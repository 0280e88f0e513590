//! What fails on nodes and in the control plane.

use super::{Fault, fault};
use crate::world::{World, text};
use serde_json::{Value, json};

pub(super) const FAULTS: &[Fault] = &[
    fault("container runtime", "node/w-2", &["container-runtime-down"], |w| {
        condition(w, "w-2", "Ready", "False", "KubeletNotReady", "container runtime is down");
        down(w, "w-2");
        unit(w, "w-2", "containerd", "inactive (dead)");
        unit(w, "w-2", "kubelet", "active (running)");
    }),
    fault("kubelet", "node/w-2", &["kubelet-down"], |w| {
        condition(w, "w-2", "Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.");
        down(w, "w-2");
        unit(w, "w-2", "containerd", "active (running)");
        unit(w, "w-2", "kubelet", "failed (Result: exit-code)");
    }),
    fault("node silent", "node/w-3", &["kubelet-down"], |w| {
        condition(w, "w-3", "Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.");
        down(w, "w-3");
    }),
    fault("node without network plugin", "node/w-3", &["network-plugin-failing"], |w| {
        condition(
            w,
            "w-3",
            "Ready",
            "False",
            "KubeletNotReady",
            "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
        );
        down(w, "w-3");
    }),
    fault("kube-proxy", "node/w-1", &["kube-proxy-down"], |w| {
        unit(w, "w-1", "kube-proxy", "inactive (dead)");
        w.ask(
            "nc -zv tariff 9000",
            "tariff 9000 on w-1: Connection timed out\ntariff 9000 on w-2: Connection succeeded",
        );
    }),
    fault("kube-proxy pod", "node/w-1", &["kube-proxy-down"], |w| {
        let pods: Vec<String> = w
            .of_kind("Pod")
            .iter()
            .filter(|p| text(p, "/spec/nodeName") == "w-1")
            .map(|p| text(p, "/metadata/name").to_owned())
            .filter(|n| n.starts_with("kube-proxy"))
            .collect();
        let pod = w.find("Pod", &pods[0]);
        pod["status"]["containerStatuses"][0]["ready"] = json!(false);
        pod["status"]["containerStatuses"][0]["state"] = json!({ "waiting": { "reason": "CrashLoopBackOff" } });
        pod["status"]["containerStatuses"][0]["restartCount"] = json!(9);
        w.ask(
            "nc -zv tariff 9000",
            "tariff 9000 on w-1: Connection timed out\ntariff 9000 on w-2: Connection succeeded",
        );
    }),
    fault("scheduler", "node/cp-1", &["scheduler-down"], |w| {
        unit(w, "cp-1", "kube-scheduler", "inactive (dead)");
        w.each_pod("tides", |pod| {
            pod["spec"].as_object_mut().unwrap().remove("nodeName");
            pod["status"] = json!({ "phase": "Pending" });
        });
    }),
    fault("memory pressure", "node/w-2", &["node-memory-pressure"], |w| {
        condition(
            w,
            "w-2",
            "MemoryPressure",
            "True",
            "KubeletHasInsufficientMemory",
            "kubelet has insufficient memory available",
        );
        evict(
            w,
            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 84Mi. Container app was using 410Mi, request is 256Mi, has larger consumption of memory.",
        );
    }),
    fault("disk pressure", "node/w-2", &["node-disk-full"], |w| {
        condition(w, "w-2", "DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure");
        evict(w, "The node was low on resource: ephemeral-storage. Threshold quantity: 6Gi, available: 4Gi.");
    }),
    fault("process pressure", "node/w-2", &["node-process-pressure"], |w| {
        condition(
            w,
            "w-2",
            "PIDPressure",
            "True",
            "KubeletHasInsufficientPID",
            "kubelet has insufficient PID available",
        );
        evict(w, "The node was low on resource: pids. Threshold quantity: 3k, available: 1k.");
    }),
    fault("network of a node", "node/w-3", &["network-plugin-failing"], |w| {
        condition(w, "w-3", "NetworkUnavailable", "True", "NoRouteCreated", "RouteController failed to create a route");
    }),
    fault("addresses for pods used up", "node/w-2", &["pod-addresses-exhausted", "network-plugin-failing"], |w| {
        w.stuck("tides", "app", "ContainerCreating", "");
        w.each_pod("tides", |pod| {
            pod["spec"]["nodeName"] = json!("w-2");
            pod["status"].as_object_mut().unwrap().remove("podIP");
        });
        w.pod_event("tides", "FailedCreatePodSandBox", "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"5f\": plugin type=\"bridge\" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.2.1-10.244.2.254", 22);
    }),
    fault("container's own disk limit", "service/tides", &["ephemeral-storage-limit-exceeded"], |w| {
        w.each_pod("tides", |pod| {
            pod["status"] = json!({ "phase": "Failed", "reason": "Evicted", "message": "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.", "conditions": [] });
        });
        w.pod_event(
            "tides",
            "Evicted",
            "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.",
            1,
        );
    }),
];

fn condition(world: &mut World, node: &str, kind: &str, status: &str, reason: &str, message: &str) {
    let node = world.find("Node", node);
    let conditions = node["status"]["conditions"].as_array_mut().unwrap();
    let new = json!({ "type": kind, "status": status, "reason": reason, "message": message });
    match conditions.iter_mut().find(|c| text(c, "/type") == kind) {
        Some(own) => *own = new,
        None => conditions.push(new),
    }
}

/// The pods of the node are no longer ready, and those that were told to go cannot end.
fn down(world: &mut World, node: &str) {
    let is_here = |o: &Value| {
        text(o, "/kind") == "Pod" && text(o, "/spec/nodeName") == node && text(o, "/status/phase") == "Running"
    };
    for pod in world.objects.iter_mut().filter(|o| is_here(o)) {
        pod["status"]["conditions"] = json!([{ "type": "Ready", "status": "False", "reason": "NodeNotReady" }, { "type": "PodScheduled", "status": "True" }]);
        for status in pod["status"]["containerStatuses"].as_array_mut().unwrap() {
            status["ready"] = json!(false);
        }
    }
    world.event("Node", "", node, "NodeNotReady", &format!("Node {node} status is now: NodeNotReady"), 1);
}

fn unit(world: &mut World, node: &str, unit: &str, state: &str) {
    world.ask(&format!("ssh {node} systemctl status {unit}"), &format!("● {unit}.service - {unit}\n     Loaded: loaded (/lib/systemd/system/{unit}.service; enabled)\n     Active: {state} since Wed 2031-04-02 08:59:00 UTC; 3min ago"));
}

fn evict(world: &mut World, message: &str) {
    let (namespace, name) = world.pods("tides").remove(0);
    let mut gone = world.find("Pod", &name).clone();
    gone["metadata"]["name"] =
        json!(format!("{}x", name.trim_end_matches(char::is_alphanumeric)).replace("-x", "-qq7zz"));
    gone["spec"]["nodeName"] = json!("w-2");
    gone["status"] = json!({ "phase": "Failed", "reason": "Evicted", "message": message, "conditions": [] });
    let evicted = text(&gone, "/metadata/name").to_owned();
    world.objects.push(gone);
    world.event("Pod", &namespace, &evicted, "Evicted", message, 1);
    world.event("Node", "", "w-2", "EvictionThresholdMet", "Attempting to reclaim memory", 3);
}
