//! What healthy clusters look like: oddities that trouble nobody, each of which a diagnosis must pass over, alone, together
//! and beside a fault.

use crate::world::{World, set};
use serde_json::json;

pub(crate) type Oddity = (&'static str, fn(&mut World));

pub(crate) const ODDITIES: &[Oddity] = &[
    ("restarts of last week", |w| {
        w.container("foghorn", "broker", |status| {
            status["restartCount"] = json!(3);
            status["lastState"] = json!({ "terminated": { "reason": "Error", "exitCode": 255,
                "startedAt": "2031-03-25T00:00:00Z", "finishedAt": "2031-03-27T00:00:00Z" } });
        });
    }),
    ("killed for memory last week", |w| {
        w.container("locker", "store", |status| {
            status["restartCount"] = json!(1);
            status["lastState"] = json!({ "terminated": { "reason": "OOMKilled", "exitCode": 137,
                "startedAt": "2031-03-25T00:00:00Z", "finishedAt": "2031-03-27T00:00:00Z" } });
        });
    }),
    ("probes that failed while starting", |w| {
        w.pod_event("pilot", "Unhealthy", "Readiness probe failed: Get \"http://10.244.1.7:8000/healthz\": dial tcp 10.244.1.7:8000: connect: connection refused", 2);
        w.pod_event("pilot", "FailedScheduling", "0/4 nodes are available: 4 Insufficient cpu. preemption: 0/4 nodes are available: 4 No preemption victims found for incoming pod.", 1);
    }),
    ("a slow mount", |w| {
        w.pod_event("logbook", "FailedMount", "MountVolume.SetUp failed for volume \"settings\" : failed to sync configmap cache: timed out waiting for the condition", 1);
        w.pod_event("seats", "FailedMount", "MountVolume.SetUp failed for volume \"kube-api-access-x\" : object \"harbour\"/\"kube-root-ca.crt\" not registered", 1);
    }),
    ("a pull that took two tries", |w| {
        w.pod_event("tides", "Failed", "Failed to pull image \"registry.example.org/ferries/tides:3.4\": rpc error: code = Unknown desc = dial tcp 192.0.2.77:443: i/o timeout", 1);
        w.pod_event("tides", "Failed", "Error: ErrImagePull", 1);
    }),
    ("a spare node, cordoned", |w| {
        let mut spare = w.find("Node", "w-3").clone();
        spare["metadata"]["name"] = json!("w-4");
        spare["metadata"]["labels"]["kubernetes.io/hostname"] = json!("w-4");
        spare["spec"] = json!({ "unschedulable": true, "taints": [{ "key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule" }] });
        w.objects.push(spare);
    }),
    ("a dedicated node", |w| {
        w.find("Node", "w-3")["spec"]["taints"] =
            json!([{ "key": "dedicated", "value": "reports", "effect": "PreferNoSchedule" }]);
    }),
    ("an autoscaler at its limit", |w| {
        let scaler = w.find("HorizontalPodAutoscaler", "seats");
        scaler["spec"]["maxReplicas"] = json!(2);
        scaler["status"]["conditions"][2] = json!({ "type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas",
            "message": "the desired replica count is more than the maximum replica count" });
    }),
    ("a consumer at rest", |w| asleep(w, "sweeper")),
    ("a consumer at rest, with an autoscaler", |w| {
        asleep(w, "digest");
        w.put("HorizontalPodAutoscaler", "autoscaling/v2", "berths", "digest", &json!({ "spec": { "minReplicas": 1, "maxReplicas": 4,
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "digest" }, "metrics": [] },
            "status": { "currentReplicas": 0, "desiredReplicas": 0, "conditions": [
                { "type": "ScalingActive", "status": "False", "reason": "ScalingDisabled", "message": "scaling is disabled since the replica count of the target is zero" }] } }));
    }),
    ("a service without a selector", |w| {
        w.put(
            "Service",
            "v1",
            "harbour",
            "customs",
            &json!({ "spec": { "type": "ClusterIP", "clusterIP": "10.96.77.7",
            "ports": [{ "name": "https", "port": 443, "targetPort": 443, "protocol": "TCP" }] } }),
        );
        w.put(
            "Endpoints",
            "v1",
            "harbour",
            "customs",
            &json!({ "subsets": [{ "addresses": [{ "ip": "203.0.113.9" }], "ports": [{ "port": 443 }] }] }),
        );
    }),
    ("a headless service", |w| {
        w.service("harbour", "logbook-headless", "logbook", &[("db", 3306, 3306)]);
        w.find("Service", "logbook-headless")["spec"]["clusterIP"] = json!("None");
    }),
    ("an external name", |w| {
        w.put(
            "Service",
            "v1",
            "quay",
            "weather",
            &json!({ "spec": { "type": "ExternalName", "externalName": "api.weather.example.org" } }),
        );
    }),
    ("an eviction of yesterday", |w| {
        let (_, name) = w.pods("tides").remove(0);
        let mut gone = w.find("Pod", &name).clone();
        gone["metadata"]["name"] = json!(name.replace("tides-", "tides-q"));
        gone["status"] = json!({ "phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory.", "conditions": [] });
        w.objects.push(gone);
    }),
    ("a pod that is ending", |w| {
        let (_, name) = w.pods("pier").remove(0);
        let mut old = w.find("Pod", &name).clone();
        old["metadata"]["name"] = json!(name.replace("pier-", "pier-q"));
        old["metadata"]["deletionTimestamp"] = json!("2031-04-02T09:59:00Z");
        old["status"]["containerStatuses"][0]["ready"] = json!(false);
        w.objects.push(old);
    }),
    ("a pod made this second", |w| {
        let (_, name) = w.pods("pilot").remove(0);
        let mut new = w.find("Pod", &name).clone();
        new["metadata"]["name"] = json!(name.replace("pilot-", "pilot-q"));
        new["metadata"]["creationTimestamp"] = json!("2031-04-02T09:59:19Z");
        new["spec"].as_object_mut().unwrap().remove("nodeName");
        new["status"] = json!({ "phase": "Pending", "conditions": [{ "type": "PodScheduled", "status": "True" }] });
        w.objects.push(new);
        w.workload("pilot")["spec"]["replicas"] = json!(4);
    }),
    ("a job under way", |w| w.job("tally-31040204", false)),
    ("a failed job before one that succeeded", |w| {
        let mut old = w.find("Job", "tally-31040203").clone();
        old["metadata"]["name"] = json!("tally-31040103");
        old["metadata"]["creationTimestamp"] = json!("2031-03-31T03:00:00Z");
        old["status"] = json!({ "failed": 4, "conditions": [{ "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded" }] });
        w.objects.push(old);
    }),
    ("a suspended cron job", |w| set(w.workload("tally"), "/spec/suspend", json!(true))),
    ("no disruption allowed", |w| {
        let budget = w.find("PodDisruptionBudget", "seats");
        budget["spec"]["minAvailable"] = json!(2);
        budget["status"]["disruptionsAllowed"] = json!(0);
    }),
    ("policies that let the callers in", |w| {
        for (name, caller) in [("tariff", "seats"), ("logbook", "seats"), ("manifest", "tariff")] {
            w.put(
                "NetworkPolicy",
                "networking.k8s.io/v1",
                "harbour",
                &format!("allow-{name}"),
                &json!({ "spec": {
                "podSelector": { "matchLabels": { "app": name } }, "policyTypes": ["Ingress"],
                "ingress": [{ "from": [{ "podSelector": { "matchLabels": { "app": caller } } }] }] } }),
            );
        }
    }),
    ("an address for tracing that nobody runs", |w| {
        w.template("tides", |spec| {
            spec["containers"][0]["env"] = json!([{ "name": "TRACES_ENDPOINT", "value": "http://collector:4317" }])
        });
        w.find("ConfigMap", "seats-settings")["data"]["app.yml"] = json!("tracing: http://collector:9411\n");
    }),
    ("everyday log lines", |w| {
        w.log("seats", "app", &[
            "2031-04-02T08:01:00Z WARN 1 --- [main] c.e.f.Startup : Connection refused: logbook/10.96.1.1:3306, trying again",
            "2031-04-02T08:01:03Z INFO 1 --- [main] c.e.f.Startup : Started in 12.1 s",
            "2031-04-02T08:30:00Z INFO 1 --- [http-1] c.e.f.Login : Authentication failed for user anna",
        ]);
        w.log(
            "pilot",
            "app",
            &[
                "level=info msg=\"cache miss\" err=\"no such file or directory\"",
                "level=warn msg=\"slow\" err=\"context deadline exceeded\"",
            ],
        );
    }),
    ("a quota with room", |w| {
        let hard = json!({ "requests.cpu": "8", "requests.memory": "16Gi", "pods": "40", "services": "20" });
        let used = json!({ "requests.cpu": "2", "requests.memory": "4Gi", "pods": "9", "services": "5" });
        w.put(
            "ResourceQuota",
            "v1",
            "harbour",
            "house",
            &json!({ "spec": { "hard": hard }, "status": { "hard": hard, "used": used } }),
        );
    }),
    ("a claim that waits for its first pod", |w| {
        w.put("PersistentVolumeClaim", "v1", "berths", "archive", &json!({ "spec": { "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "5Gi" } }, "storageClassName": "disks" }, "status": { "phase": "Pending" } }));
        w.event(
            "PersistentVolumeClaim",
            "berths",
            "archive",
            "WaitForFirstConsumer",
            "waiting for first consumer to be created before binding",
            9,
        );
    }),
    ("a port that nobody declares", |w| {
        w.template("tides", |spec| {
            spec["containers"][0].as_object_mut().unwrap().remove("ports");
            spec["containers"][0]["ports"] = json!([{ "name": "admin", "containerPort": 7001, "protocol": "TCP" }]);
        });
    }),
    ("one name in two namespaces", |w| {
        w.run(&crate::application::Part {
            kind: "Deployment",
            namespace: "quay",
            name: "locker",
            replicas: 1,
            init: Vec::new(),
            containers: vec![crate::application::container("store", "redis:7", 6379, &[])],
            volumes: Vec::new(),
        });
        w.service("quay", "locker", "locker", &[("redis", 6379, 6379)]);
    }),
    ("an old replica set", |w| {
        let set_name = w.replica_set("pier").1;
        let mut old = w.find("ReplicaSet", &set_name).clone();
        old["metadata"]["name"] = json!(set_name.replace("pier-", "pier-b"));
        old["spec"]["replicas"] = json!(0);
        w.objects.push(old);
    }),
];

/// A deployment that wants no replicas and that nobody calls.
fn asleep(world: &mut World, name: &'static str) {
    world.run(&crate::application::Part {
        kind: "Deployment",
        namespace: "berths",
        name,
        replicas: 0,
        init: Vec::new(),
        containers: vec![crate::application::container("app", "registry.example.org/ferries/sweeper:3.4", 8000, &[])],
        volumes: Vec::new(),
    });
}
