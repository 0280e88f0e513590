//! The second application as other people write a cluster down: an old `kubectl`, a new one with columns of one's own, and
//! one list of everything.

use crate::print::describe;
use crate::print::table::{aligned, of_columns};
use crate::print::{event_object, yaml};
use crate::world::{World, text};
use oriel_diagnosis::Source;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// How the cluster is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Plain tables a namespace, and `describe` of what is unwell; some of it refused or cut off. As of 1.22.
    Plain,
    /// Columns of one's own, JSONPath, `kubectl events`, workloads and Services as YAML. As of 1.33.
    Columns,
    /// `kubectl get all,… -A -o json` in one list.
    Bulk,
}

pub(crate) const LOOKS: [Look; 3] = [Look::Plain, Look::Columns, Look::Bulk];

const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

fn is_unwell(object: &Value) -> bool {
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    match text(object, "/kind") {
        "Pod" => {
            let statuses = object.pointer("/status/containerStatuses").and_then(Value::as_array);
            statuses.is_none_or(|all| all.iter().any(|s| s["ready"] != json!(true)))
        }
        "DaemonSet" => number("/status/numberReady") < number("/status/desiredNumberScheduled"),
        "Deployment" | "StatefulSet" => {
            number("/status/readyReplicas") < number("/spec/replicas") || number("/spec/replicas") == 0
        }
        "PersistentVolumeClaim" => text(object, "/status/phase") != "Bound",
        _ => true,
    }
}

impl World {
    /// The incident's files in one of the looks.
    pub(crate) fn looked_at(&self, look: Look) -> Source {
        self.looked_at_for(look, "title = \"Customers cannot print labels or get quotes\"\nnamespace = \"intake\"\n")
    }

    /// The same for another incident.
    pub(crate) fn looked_at_for(&self, look: Look, incident: &str) -> Source {
        let mut files: Vec<(String, String)> = Vec::new();
        match look {
            Look::Plain => files.push(("kubernetes/session.txt".to_owned(), self.plainly())),
            Look::Columns => files.push(("kubernetes/session.txt".to_owned(), self.by_columns())),
            Look::Bulk => {
                let events = self.events.iter().map(event_object);
                let all: Vec<Value> = self.objects.iter().cloned().chain(events).collect();
                let list = json!({ "apiVersion": "v1", "kind": "List", "items": all });
                files.push(("kubernetes/everything.json".to_owned(), list.to_string()));
                let mut rest = String::new();
                for (namespace, pod, container, lines) in &self.logs {
                    let lines: Vec<String> =
                        lines.iter().map(|line| format!("2031-04-02T09:58:11.204Z {line}")).collect();
                    let _ = writeln!(
                        rest,
                        "$ kubectl -n {namespace} logs {pod} {container} --timestamps --previous\n{}",
                        lines.join("\n")
                    );
                }
                self.asked_and_wanted(&mut rest);
                files.push(("kubernetes/rest.txt".to_owned(), rest));
            }
        }
        files.push(("incident.toml".to_owned(), incident.to_owned()));
        self.around(&mut files);
        Source::Memory(files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect())
    }

    fn asked_and_wanted(&self, out: &mut String) {
        for manifest in &self.manifests {
            let _ = writeln!(out, "$ cat {}.yaml\n{}", text(manifest, "/metadata/name"), yaml::write(manifest));
        }
        for (command, answer) in &self.asked {
            let _ = writeln!(out, "$ {command}\n{answer}");
        }
    }

    fn within(&self, kind: &str, namespace: &str) -> Vec<&Value> {
        self.of_kind(kind).into_iter().filter(|o| text(o, "/metadata/namespace") == namespace).collect()
    }

    fn plainly(&self) -> String {
        let mut out = String::new();
        for namespace in self.namespaces() {
            self.lists_plainly(namespace, &mut out);
            self.events_plainly(namespace, &mut out);
        }
        self.nodes_and_storage_plainly(&mut out);
        let _ = writeln!(
            out,
            "$ kubectl -n intake get secrets -o yaml\nError from server (Forbidden): secrets is forbidden: User \"oncall\" cannot list resource \"secrets\" in API group \"\" in the namespace \"intake\""
        );
        for kind in [
            "Pod",
            "Deployment",
            "StatefulSet",
            "Service",
            "Ingress",
            "PersistentVolumeClaim",
            "PersistentVolume",
            "Node",
        ] {
            for object in self.of_kind(kind).into_iter().filter(|o| kind != "Pod" || is_unwell(o)) {
                self.describe_one(kind, object, &mut out);
            }
        }
        for (namespace, pod, container, lines) in &self.logs {
            let _ = writeln!(out, "$ kubectl -n {namespace} logs {pod} -c {container} --tail=20\n{}", lines.join("\n"));
        }
        self.asked_and_wanted(&mut out);
        let _ = writeln!(out, "$ kubectl -n intake top pods\nerror: Metrics API not available");
        out
    }

    fn lists_plainly(&self, namespace: &str, out: &mut String) {
        let mut list = |short: &str, kind: &str, columns: &[&'static str], wide: &str| {
            let table = of_columns(kind, &same(columns), &self.within(kind, namespace), false);
            let table = if table == "No resources found" {
                format!("No resources found in {namespace} namespace.")
            } else {
                table
            };
            let _ = writeln!(out, "$ kubectl -n {namespace} get {short}{wide}\n{table}");
        };
        list(
            "po",
            "Pod",
            &["READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "NOMINATED NODE", "READINESS GATES"],
            " -o wide",
        );
        list("deploy", "Deployment", &["READY", "UP-TO-DATE", "AVAILABLE", "AGE"], "");
        list("sts", "StatefulSet", &["READY", "AGE"], "");
        list(
            "ds",
            "DaemonSet",
            &["DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR", "AGE"],
            "",
        );
        list("svc", "Service", &["TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"], "");
        list("ep", "Endpoints", &["ENDPOINTS", "AGE"], "");
        list(
            "pvc",
            "PersistentVolumeClaim",
            &["STATUS", "VOLUME", "CAPACITY", "ACCESS MODES", "STORAGECLASS", "AGE"],
            "",
        );
        list("sa", "ServiceAccount", &["SECRETS", "AGE"], "");
        list("quota", "ResourceQuota", &["AGE", "REQUEST", "LIMIT"], "");
        let _ = writeln!(
            out,
            "$ kubectl -n {namespace} get po --show-labels\n{}",
            of_columns(
                "Pod",
                &[
                    ("READY", "READY"),
                    ("STATUS", "STATUS"),
                    ("RESTARTS", "RESTARTS"),
                    ("AGE", "AGE"),
                    ("LABELS", "LABELS")
                ],
                &self.within("Pod", namespace),
                false
            )
        );
        let _ = writeln!(
            out,
            "$ kubectl -n {namespace} get httproutes\nerror: the server doesn't have a resource type \"httproutes\""
        );
    }

    fn nodes_and_storage_plainly(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "$ kubectl get no\n{}",
            of_columns("Node", &same(&["STATUS", "ROLES", "AGE", "VERSION"]), &self.of_kind("Node"), false)
        );
        let _ = writeln!(
            out,
            "$ kubectl get no --show-labels\n{}",
            of_columns("Node", &same(&["STATUS", "ROLES", "AGE", "VERSION", "LABELS"]), &self.of_kind("Node"), false)
        );
        let _ = writeln!(
            out,
            "$ kubectl get pv\n{}",
            of_columns(
                "PersistentVolume",
                &same(&[
                    "CAPACITY",
                    "ACCESS MODES",
                    "RECLAIM POLICY",
                    "STATUS",
                    "CLAIM",
                    "STORAGECLASS",
                    "REASON",
                    "AGE"
                ]),
                &self.of_kind("PersistentVolume"),
                false
            )
        );
        let _ = writeln!(
            out,
            "$ kubectl get sc\n{}",
            of_columns(
                "StorageClass",
                &same(&["PROVISIONER", "RECLAIMPOLICY", "VOLUMEBINDINGMODE", "ALLOWVOLUMEEXPANSION", "AGE"]),
                &self.of_kind("StorageClass"),
                false
            )
        );
    }

    fn describe_one(&self, kind: &str, object: &Value, out: &mut String) {
        let (name, namespace) = (text(object, "/metadata/name"), text(object, "/metadata/namespace"));
        let scope = if namespace.is_empty() { String::new() } else { format!(" -n {namespace}") };
        let described = describe::write(self, kind, object, &self.events_of(object));
        let _ = writeln!(out, "$ kubectl describe {}/{name}{scope}\n{described}", kind.to_lowercase());
    }

    fn events_plainly(&self, namespace: &str, out: &mut String) {
        let mut rows = vec![["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(str::to_owned).to_vec()];
        for event in self.events.iter().filter(|event| event.namespace == namespace) {
            rows.push(vec![
                format!("{}m{}s", event.age / 60, event.age % 60),
                if event.warning { "Warning" } else { "Normal" }.to_owned(),
                event.reason.clone(),
                format!("{}/{}", event.kind.to_lowercase(), event.name),
                event.message.clone(),
            ]);
        }
        let table =
            if rows.len() == 1 { format!("No resources found in {namespace} namespace.") } else { aligned(&rows) };
        let _ = writeln!(out, "$ kubectl -n {namespace} get events --sort-by=.metadata.creationTimestamp\n{table}");
    }

    fn events_by_columns(&self, out: &mut String) {
        let mut rows =
            vec![["NAMESPACE", "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(str::to_owned).to_vec()];
        for event in &self.events {
            let seen = if event.count > 1 {
                format!("{}s (x{} over 14m)", event.age, event.count)
            } else {
                format!("{}s", event.age)
            };
            rows.push(vec![
                if event.namespace.is_empty() { "default".to_owned() } else { event.namespace.clone() },
                seen,
                if event.warning { "Warning" } else { "Normal" }.to_owned(),
                event.reason.clone(),
                format!("{}/{}", event.kind, event.name),
                event.message.clone(),
            ]);
        }
        let _ = writeln!(
            out,
            "$ kubectl events -A\n{}",
            if rows.len() == 1 { "No events found.".to_owned() } else { aligned(&rows) }
        );
    }

    fn by_columns(&self) -> String {
        let mut out = String::new();
        let pods: Vec<&Value> = self.of_kind("Pod");
        let mut rows = vec![["NS", "NAME", "PHASE", "NODE", "IP"].map(str::to_owned).to_vec()];
        let or_none = |text: &str| if text.is_empty() { "<none>".to_owned() } else { text.to_owned() };
        for pod in &pods {
            rows.push(
                ["/metadata/namespace", "/metadata/name", "/status/phase", "/spec/nodeName", "/status/podIP"]
                    .map(|at| or_none(text(pod, at)))
                    .to_vec(),
            );
        }
        let _ = writeln!(
            out,
            "$ kubectl get pods -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,PHASE:.status.phase,NODE:.spec.nodeName,IP:.status.podIP\n{}",
            aligned(&rows)
        );
        let unwell: Vec<&Value> = pods.iter().filter(|pod| is_unwell(pod)).copied().collect();
        let columns = [
            ("READY", "READY"),
            ("STATUS", "STATUS"),
            ("RESTARTS", "RESTARTS"),
            ("AGE", "AGE"),
            ("IP", "IP"),
            ("NODE", "NODE"),
            ("NOMINATED NODE", "NOMINATED NODE"),
            ("READINESS GATES", "READINESS GATES"),
        ];
        let _ =
            writeln!(out, "$ kubectl get pods --all-namespaces -owide\n{}", of_columns("Pod", &columns, &pods, true));
        for kind in WORKLOADS.iter().chain(&["Service", "Ingress", "PersistentVolumeClaim", "CronJob"]) {
            let items = json!({ "apiVersion": "v1", "items": self.of_kind(kind), "kind": "List", "metadata": { "resourceVersion": "" } });
            let _ = writeln!(out, "$ kubectl get {} -A -o yaml\n{}", kind.to_lowercase(), yaml::write(&items));
        }
        let mut lines = String::new();
        for node in self.of_kind("Node") {
            let _ = writeln!(
                lines,
                "{}\t{}",
                text(node, "/metadata/name"),
                node.pointer("/spec/taints").unwrap_or(&Value::Null)
            );
        }
        let _ = writeln!(
            out,
            "$ kubectl get nodes -o jsonpath='{{range .items[*]}}{{.metadata.name}}{{\"\\t\"}}{{.spec.taints}}{{\"\\n\"}}{{end}}'\n{lines}"
        );
        self.events_by_columns(&mut out);
        for pod in unwell {
            self.describe_one("Pod", pod, &mut out);
        }
        for kind in ["Node", "PersistentVolumeClaim", "PersistentVolume", "ResourceQuota"] {
            for object in self.of_kind(kind).into_iter().filter(|o| kind == "Node" || is_unwell(o)) {
                self.describe_one(kind, object, &mut out);
            }
        }
        for (namespace, pod, container, lines) in &self.logs {
            let app = self
                .of_kind("Pod")
                .iter()
                .find(|o| text(o, "/metadata/name") == pod)
                .map_or("", |o| text(o, "/metadata/labels/app"))
                .to_owned();
            let lines: Vec<String> = lines.iter().map(|line| format!("[pod/{pod}/{container}] {line}")).collect();
            let _ = writeln!(
                out,
                "$ kubectl logs -n {namespace} -l app={app} --all-containers --prefix --tail=100\n{}",
                lines.join("\n")
            );
        }
        self.asked_and_wanted(&mut out);
        out
    }
}

/// Columns that are called in every version as they are here.
fn same(columns: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    columns.iter().map(|column| (*column, *column)).collect()
}
