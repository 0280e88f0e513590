//! What controllers derive from pods: readiness, replica counts, endpoints.

use crate::world::{World, list, set, text};
use serde_json::{Value, json};

fn is_ready(pod: &Value) -> bool {
    let statuses = list(pod, "/status/containerStatuses");
    text(pod, "/status/phase") == "Running"
        && !statuses.is_empty()
        && statuses.iter().all(|s| s["ready"] == json!(true))
}

impl World {
    /// Brings everything derived up to date with the pods. Called once all faults are in.
    pub(crate) fn settle(&mut self) {
        self.pod_conditions();
        self.replica_counts();
        self.endpoints();
    }

    fn pod_conditions(&mut self) {
        for pod in self.objects.iter_mut().filter(|o| text(o, "/kind") == "Pod") {
            // A pod that no scheduler has looked at has no conditions.
            if !list(pod, "/status/conditions").is_empty() || text(pod, "/spec/nodeName").is_empty() {
                continue;
            }
            let init = list(pod, "/status/initContainerStatuses").iter().all(|s| s["ready"] == json!(true));
            if !init {
                set(pod, "/status/phase", json!("Pending"));
                if let Some(statuses) = pod["status"]["containerStatuses"].as_array_mut() {
                    for status in statuses {
                        status["state"] = json!({ "waiting": { "reason": "PodInitializing" } });
                        status["ready"] = json!(false);
                    }
                }
            }
            let word = |flag: bool| if flag { "True" } else { "False" };
            let ready = word(is_ready(pod));
            pod["status"]["conditions"] = json!([
                { "type": "Initialized", "status": word(init) },
                { "type": "Ready", "status": ready },
                { "type": "ContainersReady", "status": ready },
                { "type": "PodScheduled", "status": "True" }]);
        }
    }

    fn replica_counts(&mut self) {
        let pods: Vec<(String, bool)> = self
            .of_kind("Pod")
            .iter()
            .map(|pod| (text(pod, "/metadata/annotations/made-up~1workload").to_owned(), is_ready(pod)))
            .collect();
        for object in &mut self.objects {
            let kind = text(object, "/kind").to_owned();
            let name = match kind.as_str() {
                "ReplicaSet" => text(object, "/metadata/ownerReferences/0/name").to_owned(),
                "Deployment" | "StatefulSet" | "DaemonSet" => text(object, "/metadata/name").to_owned(),
                _ => continue,
            };
            let old = kind == "ReplicaSet" && object["spec"]["replicas"] == json!(0);
            let own = pods.iter().filter(|(workload, _)| *workload == name && !old);
            let (all, ready) = own.fold((0, 0), |(all, ready), (_, is)| (all + 1, ready + u32::from(*is)));
            object["status"] = if kind == "DaemonSet" {
                object["spec"].as_object_mut().unwrap().remove("replicas");
                json!({ "desiredNumberScheduled": all, "currentNumberScheduled": all, "numberReady": ready, "numberAvailable": ready })
            } else {
                let mut status = json!({ "replicas": all, "updatedReplicas": all, "observedGeneration": 1 });
                if ready > 0 {
                    status["readyReplicas"] = json!(ready);
                    status["availableReplicas"] = json!(ready);
                }
                status
            };
        }
    }

    fn endpoints(&mut self) {
        let mut made = Vec::new();
        for service in self.of_kind("Service") {
            let Some(selector) = service.pointer("/spec/selector").and_then(Value::as_object) else { continue };
            let namespace = text(service, "/metadata/namespace");
            let selected = |pod: &&&Value| {
                text(pod, "/metadata/namespace") == namespace
                    && selector.iter().all(|(key, value)| pod["metadata"]["labels"].get(key) == Some(value))
                    && !text(pod, "/status/podIP").is_empty()
                    && text(pod, "/status/phase") != "Succeeded"
            };
            let pods = self.of_kind("Pod");
            let address = |pod: &&Value| json!({ "ip": text(pod, "/status/podIP"), "targetRef": { "kind": "Pod", "name": pod["metadata"]["name"] } });
            let (ready, waiting): (Vec<&Value>, Vec<&Value>) =
                pods.iter().filter(selected).copied().partition(|pod| is_ready(pod));
            let mut subset = json!({ "ports": list(service, "/spec/ports").iter().map(|p| json!({ "name": p["name"], "port": p["targetPort"], "protocol": p["protocol"] })).collect::<Vec<_>>() });
            if !ready.is_empty() {
                subset["addresses"] = ready.iter().map(address).collect();
            }
            if !waiting.is_empty() {
                subset["notReadyAddresses"] = waiting.iter().map(address).collect();
            }
            let subsets = if ready.is_empty() && waiting.is_empty() { json!([]) } else { json!([subset]) };
            made.push((
                namespace.to_owned(),
                text(service, "/metadata/name").to_owned(),
                json!({ "subsets": subsets }),
            ));
        }
        for (namespace, name, body) in made {
            self.put("Endpoints", "v1", &namespace, &name, &body);
        }
    }
}
