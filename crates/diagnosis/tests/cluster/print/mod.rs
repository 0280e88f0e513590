//! One cluster in three notations: what `kubectl` prints for people, JSON files, and YAML.

pub(crate) mod describe;
mod describe_pod;
pub(crate) mod table;
pub(crate) mod yaml;

use crate::world::{Event, World, text};
use oriel_diagnosis::Source;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// How a cluster is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// `kubectl get -o wide` and `kubectl describe`, in one transcript.
    Text,
    /// A file a kind, as `kubectl get KIND -A -o json > KIND.json` leaves them.
    Json,
    /// A transcript of `kubectl get KIND -A -o yaml`.
    Yaml,
}

pub(crate) const NOTATIONS: [Notation; 3] = [Notation::Text, Notation::Json, Notation::Yaml];

/// A part of the evidence that can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Events,
    Describe,
    Nodes,
    Logs,
    Asked,
    Services,
}

pub(crate) const SECTIONS: [Section; 6] =
    [Section::Events, Section::Describe, Section::Nodes, Section::Logs, Section::Asked, Section::Services];

const KINDS: [(&str, &str); 20] = [
    ("Namespace", "namespaces"),
    ("Node", "nodes"),
    ("Pod", "pods"),
    ("Deployment", "deployments"),
    ("ReplicaSet", "replicasets"),
    ("StatefulSet", "statefulsets"),
    ("DaemonSet", "daemonsets"),
    ("Job", "jobs"),
    ("CronJob", "cronjobs"),
    ("Service", "services"),
    ("Endpoints", "endpoints"),
    ("Ingress", "ingresses"),
    ("NetworkPolicy", "networkpolicies"),
    ("PersistentVolumeClaim", "persistentvolumeclaims"),
    ("PersistentVolume", "persistentvolumes"),
    ("StorageClass", "storageclasses"),
    ("ResourceQuota", "resourcequotas"),
    ("HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    ("PodDisruptionBudget", "poddisruptionbudgets"),
    ("ServiceAccount", "serviceaccounts"),
];
const CONTENTS: [(&str, &str); 2] = [("Secret", "secrets"), ("ConfigMap", "configmaps")];

fn is_scoped(kind: &str) -> bool {
    !matches!(kind, "Node" | "Namespace" | "PersistentVolume" | "StorageClass")
}

impl World {
    /// The files of an incident, without the sections in `without`.
    pub(crate) fn files(&self, notation: Notation, without: &[Section]) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(String, String)> = Vec::new();
        let mut transcript = String::new();
        for (kind, plural) in KINDS.iter().chain(&CONTENTS) {
            let hidden = *kind == "Node" && without.contains(&Section::Nodes)
                || matches!(*kind, "Service" | "Endpoints") && without.contains(&Section::Services);
            if hidden {
                continue;
            }
            let objects = self.of_kind(kind);
            let scope = if is_scoped(kind) { " -A" } else { "" };
            let items = || json!({ "apiVersion": "v1", "kind": "List", "metadata": { "resourceVersion": "" }, "items": objects });
            match notation {
                Notation::Json => files.push((format!("kubernetes/{plural}.json"), items().to_string())),
                Notation::Yaml => {
                    let _ = writeln!(transcript, "$ kubectl get {plural}{scope} -o yaml\n{}", yaml::write(&items()));
                }
                Notation::Text => {
                    let _ =
                        writeln!(transcript, "$ kubectl get {plural}{scope} -o wide\n{}", table::write(kind, &objects));
                }
            }
        }
        if !without.contains(&Section::Events) {
            self.print_events(notation, &mut files, &mut transcript);
        }
        if notation == Notation::Text && !without.contains(&Section::Describe) {
            self.describe(without, &mut transcript);
        }
        for manifest in &self.manifests {
            let _ = writeln!(transcript, "$ cat {}.yaml\n{}", text(manifest, "/metadata/name"), yaml::write(manifest));
        }
        if !without.contains(&Section::Logs) {
            for (namespace, pod, container, lines) in &self.logs {
                let _ =
                    writeln!(transcript, "$ kubectl logs {pod} -n {namespace} -c {container}\n{}", lines.join("\n"));
            }
        }
        if !without.contains(&Section::Asked) {
            for (command, answer) in &self.asked {
                let _ = writeln!(transcript, "$ {command}\n{answer}");
            }
        }
        files.push(("kubernetes/transcript.txt".to_owned(), transcript));
        self.around(&mut files);
        files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
    }

    pub(crate) fn around(&self, files: &mut Vec<(String, String)>) {
        if !self.alerts.is_empty() {
            files.push(("alerts.json".to_owned(), json!({ "alerts": self.alerts }).to_string()));
        }
        if !self.edges.is_empty() {
            let rows = self.edges.iter().map(|(from, to)| format!("{from},{to}\n"));
            files.push(("topology.csv".to_owned(), format!("caller,callee\n{}", rows.collect::<String>())));
        }
    }

    pub(crate) fn source(&self, notation: Notation, without: &[Section]) -> Source {
        Source::Memory(self.files(notation, without))
    }

    fn print_events(&self, notation: Notation, files: &mut Vec<(String, String)>, transcript: &mut String) {
        let objects: Vec<Value> = self.events.iter().map(event_object).collect();
        let items = json!({ "apiVersion": "v1", "kind": "List", "items": objects });
        match notation {
            Notation::Json => files.push(("kubernetes/events.json".to_owned(), items.to_string())),
            Notation::Yaml => {
                let _ = writeln!(transcript, "$ kubectl get events -A -o yaml\n{}", yaml::write(&items));
            }
            Notation::Text => {
                let _ = writeln!(transcript, "$ kubectl get events -A\n{}", table::events(&self.events));
            }
        }
    }

    fn describe(&self, without: &[Section], out: &mut String) {
        let described = [
            "Pod",
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "Job",
            "CronJob",
            "Service",
            "Node",
            "PersistentVolumeClaim",
            "PersistentVolume",
            "Ingress",
            "NetworkPolicy",
            "ResourceQuota",
            "HorizontalPodAutoscaler",
            "ConfigMap",
        ];
        for kind in described {
            let objects = self.of_kind(kind);
            let hidden = kind == "Node" && without.contains(&Section::Nodes)
                || kind == "Service" && without.contains(&Section::Services);
            if objects.is_empty() || hidden {
                continue;
            }
            let plural = KINDS.iter().chain(&CONTENTS).find(|(own, _)| *own == kind).map_or("", |(_, plural)| *plural);
            let _ = writeln!(out, "$ kubectl describe {plural}{}", if is_scoped(kind) { " -A" } else { "" });
            for object in objects {
                let events = if without.contains(&Section::Events) { Vec::new() } else { self.events_of(object) };
                let _ = writeln!(out, "{}\n\n", describe::write(self, kind, object, &events));
            }
        }
    }

    pub(crate) fn events_of(&self, object: &Value) -> Vec<&Event> {
        let is = |event: &&Event| event.kind == text(object, "/kind") && event.name == text(object, "/metadata/name");
        self.events.iter().filter(is).collect()
    }
}

pub(crate) fn event_object(event: &Event) -> Value {
    json!({ "apiVersion": "v1", "kind": "Event", "metadata": { "name": format!("{}.17d3", event.name), "namespace": event.namespace },
        "involvedObject": { "kind": event.kind, "name": event.name, "namespace": event.namespace },
        "type": if event.warning { "Warning" } else { "Normal" }, "reason": event.reason, "message": event.message,
        "count": event.count, "source": { "component": event.from },
        "firstTimestamp": "2031-04-02T09:00:00Z", "lastTimestamp": format!("2031-04-02T09:{:02}:{:02}Z", 59 - (event.age / 60).min(59), 59 - event.age % 60) })
}
