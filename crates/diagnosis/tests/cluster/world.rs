//! A made-up cluster, held as the API server would hold it: objects as JSON, events, logs, and what was asked of nodes
//! and ports. Faults change objects; [`World::settle`](crate::settle) derives what controllers derive from pods.
//!
//! Nothing here was recorded: names, addresses and messages are invented, message texts follow the components' sources.

use serde_json::{Value, json};

/// An event about an object.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: &'static str,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) warning: bool,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) count: u32,
    /// Seconds since it last happened.
    pub(crate) age: u32,
    pub(crate) from: &'static str,
}

/// The cluster and what was asked of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) objects: Vec<Value>,
    /// What somebody wanted and the cluster may not hold.
    pub(crate) manifests: Vec<Value>,
    pub(crate) events: Vec<Event>,
    /// Namespace, pod, container, lines.
    pub(crate) logs: Vec<(String, String, String, Vec<String>)>,
    /// Commands beside `kubectl get` and `describe`, with their output.
    pub(crate) asked: Vec<(String, String)>,
    pub(crate) alerts: Vec<Value>,
    /// Caller and callee, as monitoring draws them.
    pub(crate) edges: Vec<(String, String)>,
    pub(crate) seed: u64,
    /// The nodes' names, the control plane's first.
    pub(crate) nodes: &'static [&'static str],
}

/// A step of a linear congruential generator (Knuth, MMIX): deterministic variety, nothing more.
pub(crate) fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

pub(crate) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

pub(crate) fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Sets a value, making the objects on the way.
pub(crate) fn set(target: &mut Value, pointer: &str, value: Value) {
    let mut at = target;
    for part in pointer.trim_start_matches('/').split('/') {
        let part = part.replace("~1", "/");
        at = match part.parse::<usize>() {
            Ok(index) if at.is_array() => &mut at[index],
            _ => {
                if !at.is_object() {
                    *at = json!({});
                }
                &mut at[part]
            }
        };
    }
    *at = value;
}

impl World {
    /// A suffix as controllers make them.
    pub(crate) fn suffix(&mut self, length: usize) -> String {
        let alphabet = b"bcdfghjklmnpqrstvwxz2456789";
        (0..length).map(|_| char::from(alphabet[next(&mut self.seed) as usize % alphabet.len()])).collect()
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.objects.iter().filter(|object| text(object, "/kind") == kind).collect()
    }

    /// The names of the namespaces.
    pub(crate) fn namespaces(&self) -> Vec<&str> {
        self.of_kind("Namespace").into_iter().map(|namespace| text(namespace, "/metadata/name")).collect()
    }

    pub(crate) fn find(&mut self, kind: &str, name: &str) -> &mut Value {
        let found = self.objects.iter_mut().find(|o| text(o, "/kind") == kind && text(o, "/metadata/name") == name);
        found.unwrap_or_else(|| panic!("the made-up cluster has no {kind} {name}"))
    }

    pub(crate) fn remove(&mut self, kind: &str, name: &str) {
        self.objects.retain(|o| text(o, "/kind") != kind || text(o, "/metadata/name") != name);
    }

    /// The workload of that name, whatever its kind.
    pub(crate) fn workload(&mut self, name: &str) -> &mut Value {
        let kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];
        let found =
            self.objects.iter_mut().find(|o| kinds.contains(&text(o, "/kind")) && text(o, "/metadata/name") == name);
        found.unwrap_or_else(|| panic!("the made-up cluster has no workload {name}"))
    }

    fn is_pod_of(object: &Value, name: &str) -> bool {
        text(object, "/kind") == "Pod" && text(object, "/metadata/annotations/made-up~1workload") == name
    }

    /// Namespaces and names of a workload's pods.
    pub(crate) fn pods(&self, name: &str) -> Vec<(String, String)> {
        let own = self.objects.iter().filter(|o| Self::is_pod_of(o, name));
        own.map(|o| (text(o, "/metadata/namespace").to_owned(), text(o, "/metadata/name").to_owned())).collect()
    }

    pub(crate) fn each_pod(&mut self, name: &str, mut change: impl FnMut(&mut Value)) {
        self.objects.iter_mut().filter(|o| Self::is_pod_of(o, name)).for_each(&mut change);
    }

    /// Changes the pod spec of a workload and of its pods.
    pub(crate) fn template(&mut self, name: &str, mut change: impl FnMut(&mut Value)) {
        let workload = self.workload(name);
        let inner = if workload.pointer("/spec/jobTemplate").is_some() {
            "/spec/jobTemplate/spec/template/spec"
        } else {
            "/spec/template/spec"
        };
        change(workload.pointer_mut(inner).unwrap());
        self.each_pod(name, |pod| change(&mut pod["spec"]));
    }

    /// An event on every pod of a workload.
    pub(crate) fn pod_event(&mut self, name: &str, reason: &str, message: &str, count: u32) {
        for (namespace, pod) in self.pods(name) {
            let message = message.replace("{pod}", &pod).replace("{ns}", &namespace);
            self.event("Pod", &namespace, &pod, reason, &message, count);
        }
    }

    pub(crate) fn event(&mut self, kind: &'static str, ns: &str, name: &str, reason: &str, message: &str, count: u32) {
        let warning =
            !["Scheduled", "Killing", "Pulled", "Created", "Started", "BackOffDone", "Preempted"].contains(&reason);
        self.events.push(Event {
            kind,
            namespace: ns.to_owned(),
            name: name.to_owned(),
            warning,
            reason: reason.to_owned(),
            message: message.to_owned(),
            count,
            age: 40 + self.events.len() as u32,
            from: if reason == "FailedScheduling" { "default-scheduler" } else { "kubelet" },
        });
    }

    /// A container of every pod waits, restarted that often.
    pub(crate) fn waiting(&mut self, name: &str, container: &str, reason: &str, message: &str, restarts: u32) {
        let state = json!({ "waiting": { "reason": reason, "message": message } });
        self.container(name, container, |status| {
            status["state"] = state.clone();
            status["ready"] = json!(false);
            status["started"] = json!(false);
            status["restartCount"] = json!(restarts);
        });
    }

    /// The program ended that way again and again, and waits to be started once more.
    pub(crate) fn crash(&mut self, name: &str, container: &str, reason: &str, code: i32, restarts: u32) {
        let message = format!("back-off 5m0s restarting failed container={container}");
        self.waiting(name, container, "CrashLoopBackOff", &message, restarts);
        self.ended(name, container, reason, code);
        self.pod_event(
            name,
            "BackOff",
            &format!("Back-off restarting failed container {container} in pod {{pod}}_{{ns}}"),
            restarts * 4,
        );
    }

    /// How the container ended before.
    pub(crate) fn ended(&mut self, name: &str, container: &str, reason: &str, code: i32) {
        let last = json!({ "terminated": { "reason": reason, "exitCode": code, "startedAt": "2031-04-02T09:57:00Z", "finishedAt": "2031-04-02T09:58:00Z" } });
        self.container(name, container, |status| status["lastState"] = last.clone());
    }

    /// Changes the status of a container in every pod of the workload.
    pub(crate) fn container(&mut self, name: &str, container: &str, mut change: impl FnMut(&mut Value)) {
        self.each_pod(name, |pod| {
            for key in ["initContainerStatuses", "containerStatuses"] {
                let statuses = pod["status"].get_mut(key).and_then(Value::as_array_mut);
                statuses.into_iter().flatten().filter(|s| text(s, "/name") == container).for_each(&mut change);
            }
        });
    }

    /// The containers run and are not ready.
    pub(crate) fn unready(&mut self, name: &str, container: &str) {
        self.container(name, container, |status| status["ready"] = json!(false));
    }

    /// The first container never started: image or configuration keep it waiting.
    pub(crate) fn stuck(&mut self, name: &str, container: &str, reason: &str, message: &str) {
        self.waiting(name, container, reason, message, 0);
        self.each_pod(name, |pod| {
            set(pod, "/status/phase", json!("Pending"));
        });
    }

    /// The pods have no node.
    pub(crate) fn unschedule(&mut self, name: &str, message: &str) {
        self.each_pod(name, |pod| {
            pod["spec"].as_object_mut().unwrap().remove("nodeName");
            pod["status"] = json!({ "phase": "Pending", "conditions": [
                { "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message } ] });
        });
        self.pod_event(name, "FailedScheduling", message, 7);
    }

    /// The controller could not make the pods.
    pub(crate) fn refuse(&mut self, name: &str, message: &str) {
        let pods = self.pods(name);
        let (namespace, _) = pods.first().cloned().unwrap();
        let set = self.replica_set(name);
        self.objects.retain(|o| !Self::is_pod_of(o, name));
        let message = message.replace("{pod}", &format!("{}-4qv7x", set.1));
        self.event(set.0, &namespace, &set.1, "FailedCreate", &format!("Error creating: {message}"), 13);
    }

    /// What makes the pods: the replica set of a deployment, else the workload itself.
    pub(crate) fn replica_set(&mut self, name: &str) -> (&'static str, String) {
        let own = self.of_kind("ReplicaSet");
        let found = own.iter().find(|set| text(set, "/metadata/ownerReferences/0/name") == name);
        match found {
            Some(set) => ("ReplicaSet", text(set, "/metadata/name").to_owned()),
            None => ("StatefulSet", name.to_owned()),
        }
    }

    pub(crate) fn log(&mut self, name: &str, container: &str, lines: &[&str]) {
        for (namespace, pod) in self.pods(name) {
            let lines = lines.iter().map(|line| (*line).to_owned()).collect();
            self.logs.push((namespace, pod, container.to_owned(), lines));
        }
    }

    pub(crate) fn ask(&mut self, command: &str, answer: &str) {
        self.asked.push((command.to_owned(), answer.to_owned()));
    }

    pub(crate) fn alert(&mut self, name: &str, label: &str, value: &str, severity: &str) {
        self.alerts.push(json!({ "labels": { "alertname": name, label: value, "severity": severity },
            "annotations": {}, "startsAt": "2031-04-02T09:00:00Z", "status": "firing" }));
    }
}
