//! What the API server refuses, and pods that no node takes or whose claims wait. The words are those of Kubernetes 1.22 to 1.33.

use super::{Kind, kind};
use crate::world::{World, list, text};
use serde_json::{Value, json};

pub(super) const ADMISSION: &[Kind] = &[
    kind(
        "namespace_cpu_quota_exceeded",
        "namespace/intake",
        &["cpu-quota-exhausted"],
        &[
            "exceeded quota: compute, requested: limits.cpu=500m, used: limits.cpu=3800m, limited: limits.cpu=4",
            "exceeded quota: compute, requested: requests.cpu=100m, used: requests.cpu=950m, limited: requests.cpu=1",
            "exceeded quota: compute, requested: cpu=100m, used: cpu=1, limited: cpu=1",
        ],
        over_quota,
    ),
    kind(
        "namespace_memory_quota_exceeded",
        "namespace/intake",
        &["memory-quota-exhausted"],
        &[
            "exceeded quota: compute, requested: limits.memory=512Mi,requests.memory=256Mi, used: limits.memory=2Gi,requests.memory=1Gi, limited: limits.memory=2Gi,requests.memory=1Gi",
            "exceeded quota: compute, requested: memory=256Mi, used: memory=900Mi, limited: memory=1Gi",
            "exceeded quota: compute, requested: requests.memory=256Mi, used: requests.memory=896Mi, limited: requests.memory=1Gi",
        ],
        over_quota,
    ),
    kind(
        "namespace_pod_quota_exceeded",
        "namespace/intake",
        &["pod-quota-exhausted"],
        &[
            "exceeded quota: objects, requested: pods=1, used: pods=4, limited: pods=4",
            "exceeded quota: objects, requested: count/pods=1, used: count/pods=4, limited: count/pods=4",
        ],
        over_quota,
    ),
    kind(
        "namespace_service_quota_exceeded",
        "namespace/intake",
        &["service-quota-exhausted"],
        &["services 1 1", "count/services 1 1", "services 1 1 refused"],
        |w, words| {
            let words: Vec<&str> = words.split(' ').collect();
            quota(w, &[(words[0], words[1], words[2])]);
            let mut manifest = w.find("Service", "quote").clone();
            manifest["metadata"]
                .as_object_mut()
                .unwrap()
                .retain(|key, _| key == "name" || key == "namespace" || key == "labels");
            w.remove("Service", "quote");
            if words.len() > 3 {
                w.ask("kubectl apply -f quote.yaml", "Error from server (Forbidden): error when creating \"quote.yaml\": services \"quote\" is forbidden: exceeded quota: compute, requested: services=1, used: services=1, limited: services=1");
            }
            w.manifests.push(manifest);
            w.log(
                "gatehouse",
                "gateway",
                &["upstream error: dial tcp: lookup quote.intake on 10.96.0.10:53: no such host"],
            );
        },
    ),
    kind(
        "namespace_storage_quota_exceeded",
        "namespace/stores",
        &["storage-quota-exhausted"],
        &[
            "exceeded quota: disks, requested: requests.storage=20Gi, used: requests.storage=40Gi, limited: requests.storage=50Gi",
            "exceeded quota: disks, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=2, limited: persistentvolumeclaims=2",
            "exceeded quota: disks, requested: block.storageclass.storage.k8s.io/requests.storage=20Gi, used: block.storageclass.storage.k8s.io/requests.storage=40Gi, limited: block.storageclass.storage.k8s.io/requests.storage=50Gi",
        ],
        |w, words| {
            w.remove("PersistentVolumeClaim", "data-archive-0");
            w.remove("PersistentVolume", "pv-archive");
            quota_of(w, "stores", words);
            w.refuse("archive", &format!("create Claim data-archive-0 for Pod archive-0 in StatefulSet archive failed error: persistentvolumeclaims \"data-archive-0\" is forbidden: {words}"));
        },
    ),
    kind(
        "missing_service_account",
        "service/quote",
        &["service-account-missing"],
        &[
            "pods \"{pod}\" is forbidden: error looking up service account intake/printer: serviceaccount \"printer\" not found",
            "pods \"{pod}\" is forbidden: service account intake/printer was not found, retry after the service account is created",
        ],
        |w, words| {
            w.template("quote", |spec| spec["serviceAccountName"] = json!("printer"));
            w.refuse("quote", words);
        },
    ),
];

fn over_quota(world: &mut World, words: &str) {
    quota_of(world, "intake", words);
    world.refuse("quote", &format!("pods \"{{pod}}\" is forbidden: {words}"));
}

/// The quota that a refusal tells of.
fn quota_of(world: &mut World, namespace: &str, words: &str) {
    let part = |lead: &str| words.split(lead).nth(1).unwrap_or("").split(", ").next().unwrap_or("").to_owned();
    let pairs = |text: &str| -> Value {
        text.split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let (hard, used) = (pairs(&part("limited: ")), pairs(&part("used: ")));
    world.put(
        "ResourceQuota",
        "v1",
        namespace,
        "compute",
        &json!({ "spec": { "hard": hard }, "status": { "hard": hard, "used": used } }),
    );
}

fn quota(world: &mut World, rows: &[(&str, &str, &str)]) {
    let (mut used, mut hard) = (json!({}), json!({}));
    for (resource, have, most) in rows {
        used[*resource] = json!(have);
        hard[*resource] = json!(most);
    }
    world.put(
        "ResourceQuota",
        "v1",
        "intake",
        "compute",
        &json!({ "spec": { "hard": hard }, "status": { "hard": hard, "used": used } }),
    );
}

/// What schedulers of several versions say around a ground (1.22, 1.25, 1.30, 1.33).
const AROUND: [&str; 4] = [
    "0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, {}.",
    "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, {}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
    "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, {}. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.",
    "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, {}. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
];

fn nowhere(world: &mut World, name: &str, ground: &str) {
    let around = AROUND[ground.len() % AROUND.len()];
    world.unschedule(name, &around.replace("{}", ground));
}

pub(super) const SCHEDULING: &[Kind] = &[
    kind(
        "node_cordon_mismatch",
        "service/quote",
        &["nodes-cordoned"],
        &["3 node(s) were unschedulable", "3 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }"],
        |w, words| {
            workers(w, |node| {
                node["spec"] = json!({ "unschedulable": true, "taints": [{ "key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule" }] });
            });
            nowhere(w, "quote", words);
        },
    ),
    kind(
        "node_affinity_mismatch",
        "service/sorter",
        &["node-affinity-unsatisfiable"],
        &[
            "3 node(s) didn't match Pod's node affinity/selector",
            "3 node(s) didn't match Pod's node affinity",
            "3 node(s) didn't match node selector",
        ],
        |w, words| {
            w.template("sorter", |spec| spec["affinity"] = json!({ "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{ "matchExpressions": [{ "key": "parcels.test/hall", "operator": "In", "values": ["north"] }] }] } } }));
            wanted(w, "sorter");
            nowhere(w, "sorter", words);
        },
    ),
    kind(
        "node_selector_mismatch",
        "service/labels",
        &["node-selector-unsatisfiable"],
        &[
            "3 node(s) didn't match Pod's node affinity/selector",
            "3 node(s) didn't match node selector",
            "3 node(s) didn't match Pod's node affinity",
        ],
        |w, words| {
            w.template("labels", |spec| spec["nodeSelector"] = json!({ "parcels.test/printer": "laser" }));
            nowhere(w, "labels", words);
        },
    ),
    kind(
        "pod_anti_affinity_conflict",
        "service/quote",
        &["pod-anti-affinity-conflict"],
        &[
            "3 node(s) didn't match pod anti-affinity rules",
            "3 node(s) didn't match pod affinity/anti-affinity rules, 3 node(s) didn't match pod anti-affinity rules",
            "3 node(s) didn't satisfy existing pods anti-affinity rules",
        ],
        |w, words| {
            w.template("quote", |spec| spec["affinity"] = json!({ "podAntiAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": [
            { "labelSelector": { "matchLabels": { "app": "scanner" } }, "namespaces": ["sorting"], "topologyKey": "kubernetes.io/hostname" }] } }));
            wanted(w, "quote");
            nowhere(w, "quote", words);
        },
    ),
    kind(
        "taint_toleration_mismatch",
        "service/depot",
        &["taint-not-tolerated"],
        &[
            "3 node(s) had untolerated taint {parcels.test/cold: true}",
            "3 node(s) had taint {parcels.test/cold: true}, that the pod didn't tolerate",
            "3 node(s) had untolerated taint(s)",
        ],
        |w, words| {
            workers(w, |node| {
                node["spec"]["taints"] =
                    json!([{ "key": "parcels.test/cold", "value": "true", "effect": "NoSchedule" }])
            });
            nowhere(w, "depot", words);
        },
    ),
    kind(
        "cpu_capacity_mismatch",
        "service/sorter",
        &["cpu-request-unschedulable"],
        &["3 Insufficient cpu", "1 Insufficient memory, 3 Insufficient cpu"],
        |w, words| {
            w.main_container("sorter", |c| c["resources"]["requests"]["cpu"] = json!("24"));
            nowhere(w, "sorter", words);
        },
    ),
    kind(
        "memory_capacity_mismatch",
        "service/archive",
        &["memory-request-unschedulable"],
        &["3 Insufficient memory", "1 Insufficient cpu, 3 Insufficient memory"],
        |w, words| {
            w.main_container("archive", |c| c["resources"]["requests"]["memory"] = json!("96Gi"));
            nowhere(w, "archive", words);
        },
    ),
    kind(
        "pv_binding_occupied",
        "service/ledger",
        &["volume-taken"],
        &[
            "FailedBinding|volume \"pv-ledger\" already bound to a different claim.",
            "FailedBinding|no persistent volumes available for this claim and no storage class is set",
            "|",
        ],
        |w, words| {
            claim_waits(w, words, |claim| claim["spec"]["storageClassName"] = json!("block"));
            let volume = w.find("PersistentVolume", "pv-ledger");
            volume["spec"]["claimRef"] =
                json!({ "kind": "PersistentVolumeClaim", "namespace": "intake", "name": "scratch" });
            volume["status"]["phase"] = json!("Bound");
        },
    ),
    kind(
        "pvc_selector_mismatch",
        "service/ledger",
        &["claim-selector-mismatch"],
        &[
            "FailedBinding|no persistent volumes available for this claim and no storage class is set",
            "ProvisioningFailed|Failed to provision volume with StorageClass \"block\": claim.Spec.Selector is not supported",
        ],
        |w, words| {
            claim_waits(w, words, |claim| {
                claim["spec"]["selector"] = json!({ "matchLabels": { "parcels.test/disk": "mirror" } });
                claim["spec"].as_object_mut().unwrap().remove("volumeName");
            });
            let mut manifest = w.find("PersistentVolumeClaim", "data-ledger-0").clone();
            manifest.as_object_mut().unwrap().remove("status");
            w.manifests.push(manifest);
        },
    ),
    kind(
        "pvc_storage_class_mismatch",
        "service/ledger",
        &["claim-storage-class-mismatch"],
        &[
            "ProvisioningFailed|storageclass.storage.k8s.io \"nvme\" not found",
            "VolumeMismatch|Cannot bind to requested volume \"pv-ledger\": storageClassName does not match",
        ],
        |w, words| claim_waits(w, words, |claim| claim["spec"]["storageClassName"] = json!("nvme")),
    ),
    kind(
        "pvc_capacity_mismatch",
        "service/ledger",
        &["claim-capacity-mismatch"],
        &[
            "VolumeMismatch|Cannot bind to requested volume \"pv-ledger\": requested PV is too small",
            "FailedBinding|no persistent volumes available for this claim and no storage class is set",
        ],
        |w, words| claim_waits(w, words, |claim| claim["spec"]["resources"]["requests"]["storage"] = json!("200Gi")),
    ),
    kind(
        "pvc_access_mode_mismatch",
        "service/ledger",
        &["claim-access-mode-mismatch"],
        &[
            "VolumeMismatch|Cannot bind to requested volume \"pv-ledger\": incompatible accessMode",
            "FailedBinding|no persistent volumes available for this claim and no storage class is set",
        ],
        |w, words| claim_waits(w, words, |claim| claim["spec"]["accessModes"] = json!(["ReadWriteMany"])),
    ),
];

/// What was wanted of a workload, as somebody wrote it.
fn wanted(world: &mut World, name: &str) {
    let mut manifest = world.workload(name).clone();
    manifest.as_object_mut().unwrap().remove("status");
    world.manifests.push(manifest);
}

/// The claim of the ledger waits, with the event `REASON|message`.
fn claim_waits(world: &mut World, words: &str, change: impl Fn(&mut Value)) {
    let claim = world.find("PersistentVolumeClaim", "data-ledger-0");
    claim["status"] = json!({ "phase": "Pending" });
    change(claim);
    let volume = world.find("PersistentVolume", "pv-ledger");
    volume["spec"].as_object_mut().unwrap().remove("claimRef");
    volume["status"]["phase"] = json!("Available");
    let (reason, message) = words.split_once('|').unwrap();
    let around = [
        "0/4 nodes are available: 4 pod has unbound immediate PersistentVolumeClaims.",
        "0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
        "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't find available persistent volumes to bind. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
    ];
    world.unschedule("ledger", around[message.len() % 3]);
    if !reason.is_empty() {
        world.event("PersistentVolumeClaim", "stores", "data-ledger-0", reason, message, 31);
        world.events.last_mut().unwrap().warning = reason != "FailedBinding";
    }
}

fn workers(world: &mut World, mut change: impl FnMut(&mut Value)) {
    let is_worker = |o: &Value| text(o, "/kind") == "Node" && list(o, "/spec/taints").is_empty();
    world.objects.iter_mut().filter(|o| is_worker(o)).for_each(&mut change);
}
