//! What the API server refuses, and pods and claims that find no place.

use super::{Kind, kind};
use crate::world::{World, list, text};
use serde_json::{Value, json};

pub(super) const ADMISSION: &[Kind] = &[
    kind(
        "namespace_cpu_quota_exceeded",
        &["namespace/team-samples"],
        &["cpu-quota-exhausted"],
        &[
            "exceeded quota: team-budget, requested: requests.cpu=250m, used: requests.cpu=5900m, limited: requests.cpu=6",
            "exceeded quota: team-budget, requested: limits.cpu=1,requests.cpu=250m, used: limits.cpu=12,requests.cpu=6, limited: limits.cpu=12,requests.cpu=6",
        ],
        |w, words| over_quota(w, "team-samples", "accession", words),
    ),
    kind(
        "namespace_memory_quota_exceeded",
        &["namespace/team-results"],
        &["memory-quota-exhausted"],
        &[
            "exceeded quota: team-budget, requested: requests.memory=1Gi, used: requests.memory=15872Mi, limited: requests.memory=16Gi",
            "exceeded quota: team-budget, requested: limits.memory=2Gi, used: limits.memory=31Gi, limited: limits.memory=32Gi",
        ],
        |w, words| over_quota(w, "team-results", "reports", words),
    ),
    kind(
        "namespace_pod_quota_exceeded",
        &["namespace/team-samples"],
        &["pod-quota-exhausted"],
        &[
            "exceeded quota: team-objects, requested: pods=1, used: pods=12, limited: pods=12",
            "exceeded quota: team-objects, requested: count/pods=1, used: count/pods=12, limited: count/pods=12",
        ],
        |w, words| over_quota(w, "team-samples", "barcode", words),
    ),
    kind(
        "namespace_service_quota_exceeded",
        &["namespace/team-billing"],
        &["service-quota-exhausted"],
        &["services", "count/services"],
        |w, words| {
            let resource = words;
            quota(w, "team-billing", "team-objects", &[(resource, "1", "1"), ("pods", "2", "40")]);
            w.remove("Service", "invoicing");
            w.ask(
                "helm upgrade prod-invoicing charts/invoicing -n team-billing",
                &format!("Error: UPGRADE FAILED: failed to create resource: services \"invoicing\" is forbidden: exceeded quota: team-objects, requested: {resource}=1, used: {resource}=1, limited: {resource}=1"),
            );
            w.log("portal", "portal", &["{\"level\":\"error\",\"upstream\":\"invoicing\",\"err\":\"name resolver error: produced zero addresses\"}"]);
        },
    ),
    kind(
        "namespace_storage_quota_exceeded",
        &["namespace/platform-data"],
        &["storage-quota-exhausted"],
        &[
            "exceeded quota: disks, requested: requests.storage=50Gi, used: requests.storage=100Gi, limited: requests.storage=120Gi",
            "exceeded quota: disks, requested: gp3-encrypted.storageclass.storage.k8s.io/requests.storage=50Gi, used: gp3-encrypted.storageclass.storage.k8s.io/requests.storage=100Gi, limited: gp3-encrypted.storageclass.storage.k8s.io/requests.storage=120Gi",
            "exceeded quota: disks, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=2, limited: persistentvolumeclaims=2",
        ],
        |w, words| {
            w.remove("PersistentVolumeClaim", "datadir-reference-db-0");
            w.remove("PersistentVolume", "pvc-77e2");
            told_quota(w, "platform-data", words);
            w.refuse("reference-db", "");
            let event = w.events.last_mut().unwrap();
            event.message = format!(
                "create Claim datadir-reference-db-0 for Pod reference-db-0 in StatefulSet reference-db failed error: persistentvolumeclaims \"datadir-reference-db-0\" is forbidden: {words}"
            );
        },
    ),
    kind(
        "missing_service_account",
        &["service/invoicing"],
        &["service-account-missing"],
        &[
            "pods \"{pod}-\" is forbidden: error looking up service account team-billing/invoicing-irsa: serviceaccount \"invoicing-irsa\" not found",
            "pods \"{pod}-\" is forbidden: service account team-billing/invoicing-irsa was not found, retry after the service account is created",
        ],
        |w, words| {
            w.template("invoicing", |spec| spec["serviceAccountName"] = json!("invoicing-irsa"));
            let set = w.replica_set("invoicing").1;
            refused(w, "invoicing", &words.replace("{pod}", &set));
        },
    ),
];

/// A refusal, and the condition that the workload shows because of it.
fn refused(world: &mut World, name: &str, message: &str) {
    let (_, set) = world.replica_set(name);
    let message = message.replace("{pod}", &format!("{set}-zx7qk"));
    world.refuse(name, &message);
}

fn over_quota(world: &mut World, namespace: &str, name: &str, words: &str) {
    told_quota(world, namespace, words);
    refused(world, name, &format!("pods \"{{pod}}\" is forbidden: {words}"));
}

/// The quota that a refusal tells of.
fn told_quota(world: &mut World, namespace: &str, words: &str) {
    let own = words.split("exceeded quota: ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or("");
    let pairs = |lead: &str| -> Vec<(String, String)> {
        let part = words.split(lead).nth(1).and_then(|rest| rest.split(", ").next()).unwrap_or("");
        part.split(',').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    };
    let used = pairs("used: ");
    let rows: Vec<(&str, &str, &str)> = Vec::new();
    quota(world, namespace, own, &rows);
    let object = world.objects.last_mut().unwrap();
    for ((key, hard), (_, used)) in pairs("limited: ").iter().zip(&used) {
        object["spec"]["hard"][key] = json!(hard);
        object["status"]["hard"][key] = json!(hard);
        object["status"]["used"][key] = json!(used);
    }
}

fn quota(world: &mut World, namespace: &str, name: &str, rows: &[(&str, &str, &str)]) {
    let (mut used, mut hard) = (json!({}), json!({}));
    for (resource, have, most) in rows {
        used[*resource] = json!(have);
        hard[*resource] = json!(most);
    }
    let body = json!({ "spec": { "hard": hard }, "status": { "hard": hard, "used": used } });
    world.put("ResourceQuota", "v1", namespace, name, &body);
}

/// What schedulers of 1.24, 1.28 and 1.31 say around a ground, and a cluster without taints on its control plane.
const AROUND: [&str; 4] = [
    "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, {}.",
    "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, {}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling..",
    "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, {}. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.",
    "0/4 nodes are available: {}, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
];

fn nowhere(world: &mut World, name: &str, ground: &str) {
    let around = AROUND[ground.len() % AROUND.len()];
    world.unschedule(name, &around.replace("{}", ground));
    let (namespace, pod) = world.pods(name).swap_remove(0);
    world.event(
        "Pod",
        &namespace,
        &pod,
        "NotTriggerScaleUp",
        "pod didn't trigger scale-up: 2 max node group size reached",
        9,
    );
    let event = world.events.last_mut().unwrap();
    (event.warning, event.from) = (false, "cluster-autoscaler");
}

fn workers(world: &mut World, mut change: impl FnMut(&mut Value)) {
    let is_worker = |o: &Value| text(o, "/kind") == "Node" && list(o, "/spec/taints").is_empty();
    world.objects.iter_mut().filter(|o| is_worker(o)).for_each(&mut change);
}

pub(super) const SCHEDULING: &[Kind] = &[
    kind(
        "node_cordon_mismatch",
        &["service/interpreter"],
        &["nodes-cordoned"],
        &["3 node(s) were unschedulable", "3 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }"],
        |w, words| {
            workers(w, |node| {
                let taint = json!([{ "key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule", "timeAdded": "2031-04-02T09:00:00Z" }]);
                node["spec"] = json!({ "unschedulable": true, "taints": taint });
            });
            nowhere(w, "interpreter", words);
        },
    ),
    kind(
        "node_affinity_mismatch",
        &["service/barcode"],
        &["node-affinity-unsatisfiable"],
        &["3 node(s) didn't match Pod's node affinity/selector", "3 node(s) didn't match Pod's node affinity"],
        |w, words| {
            let terms = json!([{ "matchExpressions": [{ "key": "karpenter.sh/capacity-type", "operator": "In", "values": ["reserved"] }] }]);
            w.template("barcode", |spec| {
                spec["affinity"] = json!({ "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": { "nodeSelectorTerms": terms } } });
            });
            wanted(w, "barcode");
            nowhere(w, "barcode", words);
        },
    ),
    kind(
        "node_selector_mismatch",
        &["service/interpreter"],
        &["node-selector-unsatisfiable"],
        &["3 node(s) didn't match Pod's node affinity/selector", "3 node(s) didn't match node selector"],
        |w, words| {
            w.template("interpreter", |spec| spec["nodeSelector"] = json!({ "node.lab.example/pool": "highmem" }));
            nowhere(w, "interpreter", words);
        },
    ),
    kind(
        "pod_anti_affinity_conflict",
        &["service/accession"],
        &["pod-anti-affinity-conflict"],
        &[
            "3 node(s) didn't match pod anti-affinity rules",
            "3 node(s) didn't satisfy existing pods anti-affinity rules",
        ],
        |w, words| {
            w.template("accession", |spec| {
                spec["affinity"] = json!({ "podAntiAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": [
                    { "labelSelector": { "matchExpressions": [{ "key": "app.kubernetes.io/name", "operator": "In", "values": ["forwarder"] }] },
                      "namespaceSelector": {}, "topologyKey": "kubernetes.io/hostname" }] } });
            });
            wanted(w, "accession");
            nowhere(w, "accession", words);
        },
    ),
    kind(
        "taint_toleration_mismatch",
        &["service/reports"],
        &["taint-not-tolerated"],
        &[
            "3 node(s) had untolerated taint {lab.example/dedicated: sequencing}",
            "3 node(s) had taint {lab.example/dedicated: sequencing}, that the pod didn't tolerate",
        ],
        |w, words| {
            workers(w, |node| {
                node["spec"]["taints"] =
                    json!([{ "key": "lab.example/dedicated", "value": "sequencing", "effect": "NoSchedule" }]);
            });
            nowhere(w, "reports", words);
        },
    ),
    kind(
        "cpu_capacity_mismatch",
        &["service/interpreter"],
        &["cpu-request-unschedulable"],
        &["3 Insufficient cpu", "2 Insufficient memory, 3 Insufficient cpu"],
        |w, words| {
            w.template("interpreter", |spec| spec["containers"][0]["resources"]["requests"]["cpu"] = json!("12500m"));
            nowhere(w, "interpreter", words);
        },
    ),
    kind(
        "memory_capacity_mismatch",
        &["service/reports"],
        &["memory-request-unschedulable"],
        &["3 Insufficient memory", "1 Insufficient cpu, 3 Insufficient memory"],
        |w, words| {
            w.template("reports", |spec| spec["containers"][0]["resources"]["requests"]["memory"] = json!("48G"));
            nowhere(w, "reports", words);
        },
    ),
    kind(
        "pv_binding_occupied",
        PG,
        &["volume-taken"],
        &["FailedBinding|volume \"pvc-0b51\" already bound to a different claim.", "|"],
        |w, words| {
            waits(w, words, |_| {});
            let volume = w.find("PersistentVolume", "pvc-0b51");
            volume["spec"]["claimRef"] =
                json!({ "kind": "PersistentVolumeClaim", "namespace": "team-billing", "name": "restore-test" });
            volume["status"]["phase"] = json!("Bound");
        },
    ),
    kind(
        "pvc_selector_mismatch",
        PG,
        &["claim-selector-mismatch"],
        &[
            "FailedBinding|no persistent volumes available for this claim and no storage class is set",
            "ProvisioningFailed|failed to provision volume with StorageClass \"gp3-encrypted\": claim Selector is not supported",
        ],
        |w, words| {
            waits(w, words, |claim| {
                claim["spec"]["selector"] = json!({ "matchExpressions": [{ "key": "lab.example/tier", "operator": "In", "values": ["audited"] }] });
                claim["spec"].as_object_mut().unwrap().remove("volumeName");
            });
            let mut manifest = w.find("PersistentVolumeClaim", CLAIM).clone();
            manifest.as_object_mut().unwrap().remove("status");
            w.manifests.push(manifest);
        },
    ),
    kind(
        "pvc_storage_class_mismatch",
        PG,
        &["claim-storage-class-mismatch"],
        &[
            "ProvisioningFailed|storageclass.storage.k8s.io \"io2-fast\" not found",
            "VolumeMismatch|Cannot bind to requested volume \"pvc-0b51\": storageClassName does not match",
        ],
        |w, words| waits(w, words, |claim| claim["spec"]["storageClassName"] = json!("io2-fast")),
    ),
    kind(
        "pvc_capacity_mismatch",
        PG,
        &["claim-capacity-mismatch"],
        &["VolumeMismatch|Cannot bind to requested volume \"pvc-0b51\": requested PV is too small"],
        |w, words| waits(w, words, |claim| claim["spec"]["resources"]["requests"]["storage"] = json!("500Gi")),
    ),
    kind(
        "pvc_access_mode_mismatch",
        PG,
        &["claim-access-mode-mismatch"],
        &["VolumeMismatch|Cannot bind to requested volume \"pvc-0b51\": incompatible accessMode"],
        |w, words| waits(w, words, |claim| claim["spec"]["accessModes"] = json!(["ReadWriteMany"])),
    ),
];

const PG: &[&str] = &["service/specimens-pg", "service/specimens-pg-rw"];
const CLAIM: &str = "pgdata-specimens-pg-0";

fn wanted(world: &mut World, name: &str) {
    let mut manifest = world.workload(name).clone();
    manifest.as_object_mut().unwrap().remove("status");
    world.manifests.push(manifest);
}

/// The claim of the specimens waits, with the event `REASON|message`.
fn waits(world: &mut World, words: &str, change: impl Fn(&mut Value)) {
    let claim = world.find("PersistentVolumeClaim", CLAIM);
    claim["status"] = json!({ "phase": "Pending" });
    change(claim);
    let volume = world.find("PersistentVolume", "pvc-0b51");
    volume["spec"].as_object_mut().unwrap().remove("claimRef");
    volume["status"]["phase"] = json!("Available");
    let around = [
        "0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 No preemption victims found for incoming pod..",
        "0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
        "running PreBind plugin \"VolumeBinding\": binding volumes: context deadline exceeded",
    ];
    let (reason, message) = words.split_once('|').unwrap();
    world.unschedule("specimens-pg", around[message.len() % 3]);
    if !reason.is_empty() {
        world.event("PersistentVolumeClaim", "platform-data", CLAIM, reason, message, 44);
        let event = world.events.last_mut().unwrap();
        (event.warning, event.from) = (reason != "FailedBinding", "persistentvolume-controller");
    }
}
