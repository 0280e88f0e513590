//! Three ways of writing the laboratory's cluster down: what `get all` and `describe` print, objects as the API server holds
//! them, and short lists with a closer look at what is unwell.

use super::describe;
use crate::print::table::{aligned, of_columns};
use crate::print::yaml;
use crate::world::{Event, World, list, text};
use oriel_diagnosis::Source;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// How the cluster is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// `kubectl get all -n NAMESPACE -o wide`, `describe` of nearly everything, alerts of the usual rules.
    Groups,
    /// Objects as YAML and JSON a namespace, with what clients and controllers leave in them; events of the newer interface.
    Objects,
    /// Short lists over all namespaces, and `describe` and logs of what is unwell.
    Brief,
}

pub(crate) const LOOKS: [Look; 3] = [Look::Groups, Look::Objects, Look::Brief];

const WIDE: [(&str, &str, &[&str]); 6] = [
    ("Pod", "pod", &["READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED NODE", "READINESS GATES"]),
    ("Service", "service", &["TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE", "SELECTOR"]),
    (
        "DaemonSet",
        "daemonset.apps",
        &["DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR", "AGE", "CONTAINERS", "IMAGES"],
    ),
    ("Deployment", "deployment.apps", &["READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS", "IMAGES", "SELECTOR"]),
    ("ReplicaSet", "replicaset.apps", &["DESIRED", "CURRENT", "READY", "AGE", "CONTAINERS", "IMAGES", "SELECTOR"]),
    ("StatefulSet", "statefulset.apps", &["READY", "AGE", "CONTAINERS", "IMAGES"]),
];

fn same(columns: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    columns.iter().map(|column| (*column, *column)).collect()
}

fn is_unwell(object: &Value) -> bool {
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    match text(object, "/kind") {
        "Pod" => {
            let statuses = list(object, "/status/containerStatuses");
            statuses.is_empty() || statuses.iter().any(|s| s["ready"] != json!(true) || s["restartCount"] != json!(0))
        }
        "DaemonSet" => number("/status/numberReady") < number("/status/desiredNumberScheduled"),
        "Deployment" | "StatefulSet" => number("/status/readyReplicas") < number("/spec/replicas").max(1),
        "PersistentVolumeClaim" => text(object, "/status/phase") != "Bound",
        _ => true,
    }
}

/// A program with settings, as those have whose owners look at their manifests.
fn is_configured(workload: &Value) -> bool {
    let mut containers = list(workload, "/spec/template/spec/containers").iter();
    containers.any(|own| !list(own, "/env").is_empty() || !list(own, "/envFrom").is_empty())
}

impl World {
    /// The incident's files in one of the looks.
    pub(crate) fn laboratory_as(&self, look: Look) -> Source {
        let mut files = Vec::new();
        let text = match look {
            Look::Groups => self.grouped(),
            Look::Objects => self.as_objects(),
            Look::Brief => self.briefly(),
        };
        files.push(("kubernetes/session.txt".to_owned(), text));
        files.push(("incident.toml".to_owned(), "title = \"Results arrive late or not at all\"\n".to_owned()));
        let alerts = if look == Look::Groups { self.usual_alerts() } else { self.alerts.clone() };
        Self { alerts, edges: self.edges.clone(), ..Self::default() }.around(&mut files);
        Source::Memory(files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect())
    }

    fn in_namespace(&self, kind: &str, namespace: &str) -> Vec<&Value> {
        self.of_kind(kind).into_iter().filter(|o| text(o, "/metadata/namespace") == namespace).collect()
    }

    /// What the rules that come with most installations of Prometheus say of pods, beside the fault's own alerts.
    fn usual_alerts(&self) -> Vec<Value> {
        let mut alerts = self.alerts.clone();
        for pod in self.of_kind("Pod").into_iter().filter(|pod| is_unwell(pod)) {
            let crashes = list(pod, "/status/containerStatuses")
                .iter()
                .any(|s| text(s, "/state/waiting/reason") == "CrashLoopBackOff");
            let name = if crashes { "KubePodCrashLooping" } else { "KubePodNotReady" };
            alerts.push(json!({ "labels": { "alertname": name, "namespace": pod["metadata"]["namespace"], "pod": pod["metadata"]["name"],
                "job": "kube-state-metrics", "severity": "warning" }, "annotations": { "summary": "Pod is not well." },
                "startsAt": "2031-04-02T09:32:00Z", "status": "firing" }));
        }
        alerts
    }

    fn see(&self, object: &Value, out: &mut String) {
        let (kind, name) = (text(object, "/kind").to_lowercase(), text(object, "/metadata/name"));
        let namespace = text(object, "/metadata/namespace");
        let scope = if namespace.is_empty() { String::new() } else { format!(" -n {namespace}") };
        let described = describe::write(self, object, &self.events_of(object));
        let _ = writeln!(out, "$ kubectl describe {kind} {name}{scope}\n{described}");
    }

    fn asked_of(&self, out: &mut String) {
        for manifest in &self.manifests {
            let _ =
                writeln!(out, "$ cat manifests/{}.yaml\n{}", text(manifest, "/metadata/name"), yaml::write(manifest));
        }
        for (command, answer) in &self.asked {
            let _ = writeln!(out, "$ {command}\n{answer}");
        }
    }

    fn grouped(&self) -> String {
        let mut out = String::new();
        for namespace in self.namespaces() {
            let blocks: Vec<String> = WIDE
                .iter()
                .map(|(kind, prefix, columns)| {
                    let named: Vec<Value> = self
                        .in_namespace(kind, namespace)
                        .into_iter()
                        .cloned()
                        .map(|mut object| {
                            object["metadata"]["name"] = json!(format!("{prefix}/{}", text(&object, "/metadata/name")));
                            object
                        })
                        .collect();
                    of_columns(kind, &same(columns), &named.iter().collect::<Vec<_>>(), false)
                })
                .filter(|block| block != "No resources found")
                .collect();
            let _ = writeln!(out, "$ kubectl get all -n {namespace} -o wide\n{}\n", blocks.join("\n\n"));
            let _ = writeln!(out, "$ kubectl get events -n {namespace} -o wide\n{}\n", self.wide_events(namespace));
            for kind in [
                "ResourceQuota",
                "PersistentVolumeClaim",
                "Ingress",
                "Service",
                "Deployment",
                "StatefulSet",
                "DaemonSet",
            ] {
                for object in self.in_namespace(kind, namespace) {
                    self.see(object, &mut out);
                }
            }
            for object in self.in_namespace("Pod", namespace).into_iter().filter(|pod| is_unwell(pod)) {
                self.see(object, &mut out);
            }
        }
        let columns = [
            "STATUS",
            "ROLES",
            "AGE",
            "VERSION",
            "INTERNAL-IP",
            "EXTERNAL-IP",
            "OS-IMAGE",
            "KERNEL-VERSION",
            "CONTAINER-RUNTIME",
        ];
        let _ = writeln!(
            out,
            "$ kubectl get nodes -o wide\n{}\n",
            of_columns("Node", &same(&columns), &self.of_kind("Node"), false)
        );
        for object in self.of_kind("Node").into_iter().chain(self.of_kind("PersistentVolume")) {
            self.see(object, &mut out);
        }
        let columns = ["PROVISIONER", "RECLAIMPOLICY", "VOLUMEBINDINGMODE", "ALLOWVOLUMEEXPANSION", "AGE"];
        let _ = writeln!(
            out,
            "$ kubectl get storageclass\n{}\n",
            of_columns("StorageClass", &same(&columns), &self.of_kind("StorageClass"), false)
        );
        for (namespace, pod, container, lines) in &self.logs {
            let _ =
                writeln!(out, "$ kubectl logs {pod} -c {container} -n {namespace} --tail=50\n{}\n", lines.join("\n"));
        }
        self.asked_of(&mut out);
        out
    }

    fn wide_events(&self, namespace: &str) -> String {
        let head =
            ["LAST SEEN", "TYPE", "REASON", "OBJECT", "SUBOBJECT", "SOURCE", "MESSAGE", "FIRST SEEN", "COUNT", "NAME"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for (at, event) in self.events.iter().enumerate().filter(|(_, event)| event.namespace == namespace) {
            rows.push(vec![
                format!("{}s", event.age),
                if event.warning { "Warning" } else { "Normal" }.to_owned(),
                event.reason.clone(),
                format!("{}/{}", event.kind.to_lowercase(), event.name),
                String::new(),
                if event.from == "kubelet" { "kubelet, pool-general-4c1f-0" } else { event.from }.to_owned(),
                event.message.clone(),
                "14m".to_owned(),
                event.count.to_string(),
                format!("{}.17f2a{at:04x}", event.name),
            ]);
        }
        if rows.len() == 1 { format!("No resources found in {namespace} namespace.") } else { aligned(&rows) }
    }

    fn as_objects(&self) -> String {
        let mut out = String::new();
        for namespace in self.namespaces() {
            for (short, kinds) in [
                ("deploy,sts,ds,rs", &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"][..]),
                ("svc,endpoints,ingress", &["Service", "Endpoints", "Ingress"]),
                ("cm,sa,quota,pvc", &["ConfigMap", "ServiceAccount", "ResourceQuota", "PersistentVolumeClaim"]),
            ] {
                let items: Vec<Value> =
                    kinds.iter().flat_map(|kind| self.in_namespace(kind, namespace)).map(cluttered).collect();
                let all = json!({ "apiVersion": "v1", "items": items, "kind": "List", "metadata": { "resourceVersion": "" } });
                let _ = writeln!(out, "$ kubectl -n {namespace} get {short} -o yaml\n{}", yaml::write(&all));
            }
            let pods: Vec<Value> = self.in_namespace("Pod", namespace).into_iter().map(cluttered).collect();
            let all =
                json!({ "apiVersion": "v1", "items": pods, "kind": "List", "metadata": { "resourceVersion": "" } });
            let _ = writeln!(
                out,
                "$ kubectl get pods --namespace={namespace} -ojson\n{}",
                serde_json::to_string_pretty(&all).unwrap_or_default()
            );
        }
        let events: Vec<Value> = self.events.iter().enumerate().map(|(at, event)| newer(at, event)).collect();
        let all = json!({ "apiVersion": "v1", "items": events, "kind": "List", "metadata": { "resourceVersion": "" } });
        let _ = writeln!(
            out,
            "$ kubectl get events --all-namespaces -o json\n{}",
            serde_json::to_string_pretty(&all).unwrap_or_default()
        );
        for (short, kind) in [("nodes", "Node"), ("pv", "PersistentVolume"), ("sc", "StorageClass")] {
            let items: Vec<Value> = self.of_kind(kind).into_iter().map(cluttered).collect();
            let all =
                json!({ "apiVersion": "v1", "items": items, "kind": "List", "metadata": { "resourceVersion": "" } });
            let _ = writeln!(out, "$ kubectl get {short} -o yaml\n{}", yaml::write(&all));
        }
        for (namespace, pod, container, lines) in &self.logs {
            let lines: Vec<String> =
                lines.iter().map(|line| format!("2031-04-02T09:41:07.118204911Z {line}")).collect();
            let _ = writeln!(
                out,
                "$ kubectl logs --timestamps --previous -n {namespace} {pod} {container}\n{}",
                lines.join("\n")
            );
        }
        self.asked_of(&mut out);
        out
    }

    fn short_lists(&self) -> String {
        let mut out = String::new();
        for (short, kind, columns) in [
            ("pods", "Pod", &["READY", "STATUS", "RESTARTS", "AGE"][..]),
            ("deploy", "Deployment", &["READY", "UP-TO-DATE", "AVAILABLE", "AGE"]),
            ("statefulsets", "StatefulSet", &["READY", "AGE"]),
            ("svc", "Service", &["TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"]),
            (
                "pvc",
                "PersistentVolumeClaim",
                &["STATUS", "VOLUME", "CAPACITY", "ACCESS MODES", "STORAGECLASS", "VOLUMEATTRIBUTESCLASS", "AGE"],
            ),
            ("sa", "ServiceAccount", &["SECRETS", "AGE"]),
            ("ingress", "Ingress", &["CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"]),
            ("quota", "ResourceQuota", &["REQUEST", "LIMIT", "AGE"]),
        ] {
            let _ = writeln!(
                out,
                "$ kubectl get {short} -A\n{}\n",
                of_columns(kind, &same(columns), &self.of_kind(kind), true)
            );
        }
        let _ = writeln!(out, "$ kubectl get endpointslices -A\n{}\n", self.slices());
        let _ = writeln!(
            out,
            "$ kubectl get nodes\n{}\n",
            of_columns("Node", &same(&["STATUS", "ROLES", "AGE", "VERSION"]), &self.of_kind("Node"), false)
        );
        let columns = [
            "CAPACITY",
            "ACCESS MODES",
            "RECLAIM POLICY",
            "STATUS",
            "CLAIM",
            "STORAGECLASS",
            "VOLUMEATTRIBUTESCLASS",
            "REASON",
            "AGE",
        ];
        let _ = writeln!(
            out,
            "$ kubectl get pv\n{}\n",
            of_columns("PersistentVolume", &same(&columns), &self.of_kind("PersistentVolume"), false)
        );
        let _ = writeln!(
            out,
            "$ kubectl get sc\n{}\n",
            of_columns(
                "StorageClass",
                &same(&["PROVISIONER", "RECLAIMPOLICY", "VOLUMEBINDINGMODE", "ALLOWVOLUMEEXPANSION", "AGE"]),
                &self.of_kind("StorageClass"),
                false
            )
        );
        let _ = writeln!(
            out,
            "$ kubectl get events -A --field-selector type=Warning --sort-by=.lastTimestamp\n{}\n",
            self.warnings()
        );
        out
    }

    fn briefly(&self) -> String {
        let mut out = self.short_lists();
        for kind in [
            "Pod",
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "PersistentVolumeClaim",
            "ResourceQuota",
            "Service",
            "Ingress",
            "Node",
        ] {
            for object in self.of_kind(kind).into_iter().filter(|o| is_unwell(o)) {
                self.see(object, &mut out);
            }
        }
        for (kind, short) in [("Deployment", "deploy"), ("StatefulSet", "sts")] {
            for object in self.of_kind(kind).into_iter().filter(|o| is_configured(o)) {
                let (name, namespace) = (text(object, "/metadata/name"), text(object, "/metadata/namespace"));
                let _ = writeln!(
                    out,
                    "$ kubectl get {short}/{name} -n {namespace} -o yaml\n{}",
                    yaml::write(&cluttered(object))
                );
            }
        }
        for object in self.of_kind("ConfigMap") {
            let (name, namespace) = (text(object, "/metadata/name"), text(object, "/metadata/namespace"));
            let _ =
                writeln!(out, "$ kubectl get cm {name} -n {namespace} -o yaml\n{}", yaml::write(&cluttered(object)));
        }
        for (namespace, pod, container, lines) in &self.logs {
            let _ = writeln!(
                out,
                "$ kubectl logs -n {namespace} pod/{pod} --container {container} --since=15m\n{}",
                lines.join("\n")
            );
        }
        self.asked_of(&mut out);
        out
    }

    fn slices(&self) -> String {
        let mut rows =
            vec![["NAMESPACE", "NAME", "ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE"].map(str::to_owned).to_vec()];
        for object in self.of_kind("Endpoints") {
            let subsets = list(object, "/subsets");
            let ports: Vec<String> = subsets
                .iter()
                .flat_map(|s| list(s, "/ports"))
                .map(|p| p["port"].to_string().trim_matches('"').to_owned())
                .collect();
            let all: Vec<&str> = subsets
                .iter()
                .flat_map(|s| list(s, "/addresses").iter().chain(list(s, "/notReadyAddresses")))
                .map(|a| text(a, "/ip"))
                .collect();
            let unset = |values: String| if values.is_empty() { "<unset>".to_owned() } else { values };
            let more = if all.len() > 3 { format!(" + {} more...", all.len() - 3) } else { String::new() };
            rows.push(vec![
                text(object, "/metadata/namespace").to_owned(),
                format!("{}-x7k2p", text(object, "/metadata/name")),
                "IPv4".to_owned(),
                unset(ports.join(",")),
                format!("{}{more}", unset(all.iter().take(3).copied().collect::<Vec<_>>().join(","))),
                "26h".to_owned(),
            ]);
        }
        aligned(&rows)
    }

    fn warnings(&self) -> String {
        let mut rows =
            vec![["NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(str::to_owned).to_vec()];
        for event in self.events.iter().filter(|event| event.warning) {
            rows.push(vec![
                if event.namespace.is_empty() { "default".to_owned() } else { event.namespace.clone() },
                if event.from == "default-scheduler" {
                    "<unknown>".to_owned()
                } else {
                    format!("{}m{}s", event.age / 60, event.age % 60)
                },
                "Warning".to_owned(),
                event.reason.clone(),
                format!("{}/{}", event.kind.to_lowercase(), event.name),
                event.message.clone(),
            ]);
        }
        if rows.len() == 1 { "No resources found".to_owned() } else { aligned(&rows) }
    }
}

/// An object with what `kubectl apply` and the API server add to it.
fn cluttered(object: &Value) -> Value {
    let mut own = object.clone();
    let applied = json!({ "apiVersion": own["apiVersion"], "kind": own["kind"],
        "metadata": { "name": own["metadata"]["name"], "namespace": own["metadata"]["namespace"] } });
    let meta = own["metadata"].as_object_mut().unwrap();
    let annotations = meta.entry("annotations").or_insert_with(|| json!({}));
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = json!(format!("{applied}\n"));
    meta.insert("generation".to_owned(), json!(4));
    meta.insert("resourceVersion".to_owned(), json!("18812734"));
    meta.insert(
        "managedFields".to_owned(),
        json!([{ "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": { "f:metadata": { "f:labels": { ".": {} } } },
            "manager": "helm", "operation": "Update", "time": "2031-04-01T08:00:00Z" }]),
    );
    own
}

/// An event as components of today report it: with a series, and without the older interface's count and source.
fn newer(at: usize, event: &Event) -> Value {
    let time = format!("2031-04-02T09:{:02}:{:02}.481022Z", 59 - (event.age / 60).min(59), 59 - event.age % 60);
    let namespace = if event.namespace.is_empty() { "default" } else { &event.namespace };
    let mut own = json!({ "apiVersion": "v1", "kind": "Event", "action": "Binding", "eventTime": time,
        "firstTimestamp": null, "lastTimestamp": null, "source": {},
        "metadata": { "name": format!("{}.17f2a{at:04x}", event.name), "namespace": namespace, "creationTimestamp": "2031-04-02T09:31:00Z" },
        "involvedObject": { "apiVersion": "v1", "kind": event.kind, "name": event.name, "namespace": event.namespace },
        "type": if event.warning { "Warning" } else { "Normal" }, "reason": event.reason, "message": event.message,
        "reportingComponent": event.from, "reportingInstance": "pool-general-4c1f-0" });
    if event.count > 1 {
        own["series"] = json!({ "count": event.count, "lastObservedTime": time });
    }
    own
}
