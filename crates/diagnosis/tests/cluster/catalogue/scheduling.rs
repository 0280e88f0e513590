//! Pods that no node takes.

use super::{Fault, fault};
use crate::world::{World, list, text};
use serde_json::{Value, json};

const CONTROL: &str = "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }";

fn no_victims(grounds: &str) -> String {
    format!(
        "0/4 nodes are available: {CONTROL}, {grounds}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling."
    )
}

pub(super) const FAULTS: &[Fault] = &[
    fault("cordoned", "service/pilot", &["nodes-cordoned"], |w| {
        workers(w, |node| {
            node["spec"]["unschedulable"] = json!(true);
            node["spec"]["taints"] = json!([{ "key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule" }]);
        });
        w.unschedule("pilot", &no_victims("3 node(s) were unschedulable"));
    }),
    fault("node selector", "service/tides", &["node-selector-unsatisfiable"], |w| {
        w.template("tides", |spec| spec["nodeSelector"] = json!({ "disk": "ssd" }));
        w.unschedule("tides", &no_victims("3 node(s) didn't match Pod's node affinity/selector"));
    }),
    fault("node affinity", "service/tariff", &["node-affinity-unsatisfiable"], |w| {
        w.template("tariff", |spec| spec["affinity"] = json!({ "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{ "matchExpressions": [{ "key": "topology.kubernetes.io/zone", "operator": "In", "values": ["z"] }] }] } } }));
        w.unschedule("tariff", &no_victims("3 node(s) didn't match Pod's node affinity/selector"));
    }),
    fault("anti-affinity", "service/pilot", &["pod-anti-affinity-conflict"], |w| {
        w.template("pilot", |spec| {
            spec["affinity"] = json!({ "podAntiAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": [
            { "labelSelector": { "matchLabels": { "app": "tides" } }, "topologyKey": "kubernetes.io/os" }] } })
        });
        w.unschedule("pilot", &no_victims("3 node(s) didn't match pod anti-affinity rules"));
    }),
    fault("taint", "service/foghorn", &["taint-not-tolerated"], |w| {
        workers(w, |node| {
            node["spec"]["taints"] = json!([{ "key": "dedicated", "value": "reports", "effect": "NoSchedule" }])
        });
        w.unschedule("foghorn", &no_victims("3 node(s) had untolerated taint {dedicated: reports}"));
    }),
    fault("cpu request", "service/seats", &["cpu-request-unschedulable"], |w| {
        w.template("seats", |spec| spec["containers"][1]["resources"]["requests"]["cpu"] = json!("12"));
        w.unschedule("seats", &no_victims("3 Insufficient cpu"));
    }),
    fault("memory request", "service/logbook", &["memory-request-unschedulable"], |w| {
        w.template("logbook", |spec| spec["containers"][0]["resources"]["requests"]["memory"] = json!("64Gi"));
        w.unschedule("logbook", &no_victims("3 Insufficient memory"));
    }),
    fault("topology spread", "service/pier", &["topology-spread-unsatisfiable"], |w| {
        w.template("pier", |spec| {
            spec["topologySpreadConstraints"] =
                json!([{ "maxSkew": 1, "topologyKey": "rack", "whenUnsatisfiable": "DoNotSchedule" }])
        });
        w.unschedule(
            "pier",
            &no_victims("3 node(s) didn't match pod topology spread constraints (missing required label)"),
        );
    }),
    fault("pod affinity", "service/pier", &["pod-affinity-unsatisfiable"], |w| {
        w.unschedule("pier", &no_victims("3 node(s) didn't match pod affinity rules"));
    }),
    fault("host port", "service/tides", &["host-port-taken"], |w| {
        w.unschedule("tides", &no_victims("3 node(s) didn't have free ports for the requested pod ports"));
    }),
    fault("pod limit of nodes", "service/tides", &["node-pod-limit-reached"], |w| {
        w.unschedule("tides", &no_victims("3 Too many pods"));
    }),
    fault("volume zone", "service/manifest", &["volume-node-conflict"], |w| {
        w.unschedule("manifest", &no_victims("3 node(s) had volume node affinity conflict"));
    }),
    fault("volume limit", "service/manifest", &["node-volume-limit-reached"], |w| {
        w.unschedule("manifest", &no_victims("3 node(s) exceed max volume count"));
    }),
    fault("extended resource", "service/tides", &["resource-request-unschedulable"], |w| {
        w.template("tides", |spec| {
            spec["containers"][0]["resources"]["limits"]["accelerator.example.org/card"] = json!("1")
        });
        w.unschedule("tides", &no_victims("3 Insufficient accelerator.example.org/card"));
    }),
    fault("ephemeral storage", "service/tides", &["ephemeral-storage-unschedulable"], |w| {
        w.template("tides", |spec| {
            spec["containers"][0]["resources"]["requests"]["ephemeral-storage"] = json!("500Gi")
        });
        w.unschedule("tides", &no_victims("3 Insufficient ephemeral-storage"));
    }),
    fault("unknown scheduler", "service/tides", &["scheduler-unknown"], |w| {
        w.template("tides", |spec| spec["schedulerName"] = json!("packer"));
        let mut manifest = w.workload("tides").clone();
        manifest.as_object_mut().unwrap().remove("status");
        manifest["metadata"].as_object_mut().unwrap().retain(|key, _| key == "name" || key == "namespace");
        w.manifests.push(manifest);
        w.each_pod("tides", |pod| {
            pod["spec"].as_object_mut().unwrap().remove("nodeName");
            pod["status"] = json!({ "phase": "Pending" });
        });
    }),
    fault("preempted", "service/tides", &["pod-preempted"], |w| {
        w.unschedule("tides", "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.");
        let set = w.replica_set("tides").1;
        w.event(
            "Pod",
            "berths",
            &format!("{set}-9zq4k"),
            "Preempted",
            "Preempted by pod 41f5a29c-9d27-4b6a-8f11-2f8a2d1c77aa on node w-2",
            1,
        );
        w.template("tides", |spec| spec["priority"] = json!(0));
    }),
];

fn workers(world: &mut World, mut change: impl FnMut(&mut Value)) {
    let is_worker = |o: &Value| text(o, "/kind") == "Node" && list(o, "/spec/taints").is_empty();
    world.objects.iter_mut().filter(|o| is_worker(o)).for_each(&mut change);
}
