//! The invented application: seats for a fleet of ferries, in three namespaces, with everything that a real one has:
//! stateful sets, sidecars, init containers, jobs, an ingress, policies, quotas, and a control plane.

use crate::world::{World, next};
use serde_json::{Value, json};

/// A workload to run.
pub(crate) struct Part {
    pub(crate) kind: &'static str,
    pub(crate) namespace: &'static str,
    pub(crate) name: &'static str,
    pub(crate) replicas: u32,
    pub(crate) init: Vec<Value>,
    pub(crate) containers: Vec<Value>,
    pub(crate) volumes: Vec<Value>,
}

/// A container with a port, probes and resources.
pub(crate) fn container(name: &str, image: &str, port: u16, env: &[(&str, &str)]) -> Value {
    let env: Vec<Value> = env.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({
        "name": name, "image": image,
        "ports": [{ "name": "main", "containerPort": port, "protocol": "TCP" }],
        "env": env,
        "resources": { "limits": { "cpu": "500m", "memory": "512Mi" }, "requests": { "cpu": "100m", "memory": "256Mi" } },
        "livenessProbe": { "tcpSocket": { "port": port }, "initialDelaySeconds": 30, "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3, "successThreshold": 1 },
        "readinessProbe": { "tcpSocket": { "port": port }, "initialDelaySeconds": 5, "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3, "successThreshold": 1 },
    })
}

pub(crate) fn http(mut container: Value, path: &str) -> Value {
    for probe in ["livenessProbe", "readinessProbe"] {
        let port = container[probe]["tcpSocket"]["port"].clone();
        container[probe].as_object_mut().unwrap().remove("tcpSocket");
        container[probe]["httpGet"] = json!({ "path": path, "port": port, "scheme": "HTTP" });
    }
    container
}

pub(crate) fn part(
    kind: &'static str,
    namespace: &'static str,
    name: &'static str,
    replicas: u32,
    containers: Vec<Value>,
) -> Part {
    Part { kind, namespace, name, replicas, init: Vec::new(), containers, volumes: Vec::new() }
}

const NODES: &[&str] = &["cp-1", "w-1", "w-2", "w-3"];
const ZONES: [&str; 4] = ["a", "a", "b", "c"];

impl World {
    pub(crate) fn put(&mut self, kind: &str, version: &str, namespace: &str, name: &str, body: &Value) {
        let uid = format!("{:08x}", next(&mut self.seed));
        let mut object = json!({ "apiVersion": version, "kind": kind,
            "metadata": { "name": name, "uid": uid, "creationTimestamp": "2031-04-01T08:00:00Z" } });
        if !namespace.is_empty() {
            object["metadata"]["namespace"] = json!(namespace);
        }
        for (key, value) in body.as_object().unwrap() {
            if key == "labels" { object["metadata"]["labels"] = value.clone() } else { object[key] = value.clone() }
        }
        self.objects.push(object);
    }

    /// Makes the workload, its replica set and its pods.
    pub(crate) fn run(&mut self, part: &Part) {
        let labels = json!({ "app": part.name });
        let mut spec = json!({ "serviceAccountName": "default", "containers": part.containers, "volumes": part.volumes,
            "dnsPolicy": "ClusterFirst", "restartPolicy": "Always" });
        if !part.init.is_empty() {
            spec["initContainers"] = json!(part.init);
        }
        let body = json!({ "labels": labels, "spec": { "replicas": part.replicas, "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": spec } }, "status": {} });
        self.put(part.kind, "apps/v1", part.namespace, part.name, &body);
        let set = if part.kind == "Deployment" {
            let name = format!("{}-{}", part.name, self.suffix(10));
            let mut body = body.clone();
            body["labels"]["pod-template-hash"] = json!(name.rsplit('-').next());
            self.put("ReplicaSet", "apps/v1", part.namespace, &name, &body);
            self.objects.last_mut().unwrap()["metadata"]["ownerReferences"] =
                json!([{ "apiVersion": "apps/v1", "kind": "Deployment", "name": part.name, "controller": true }]);
            Some(name)
        } else {
            None
        };
        for index in 0..part.replicas {
            let name = match (&set, part.kind) {
                (Some(set), _) => format!("{set}-{}", self.suffix(5)),
                (None, "StatefulSet") => format!("{}-{index}", part.name),
                _ => format!("{}-{}", part.name, self.suffix(5)),
            };
            let owner = set.as_ref().map_or((part.kind, part.name), |set| ("ReplicaSet", set.as_str()));
            let node = match part.kind {
                "DaemonSet" => self.nodes[index as usize % self.nodes.len()],
                _ => self.nodes[1 + next(&mut self.seed) as usize % (self.nodes.len() - 1)],
            };
            self.pod(part.namespace, &name, part.name, owner, &spec, node);
        }
    }

    pub(crate) fn pod(&mut self, ns: &str, name: &str, workload: &str, owner: (&str, &str), spec: &Value, node: &str) {
        let mut spec = spec.clone();
        spec["nodeName"] = json!(node);
        let address = format!(
            "10.244.{}.{}",
            self.nodes.iter().position(|n| *n == node).unwrap_or(9),
            10 + next(&mut self.seed) % 200
        );
        let status = |container: &Value, init: bool| {
            let state = if init {
                json!({ "terminated": { "reason": "Completed", "exitCode": 0 } })
            } else {
                json!({ "running": { "startedAt": "2031-04-01T08:01:00Z" } })
            };
            json!({ "name": container["name"], "image": container["image"], "ready": true, "started": !init,
                "restartCount": 0, "state": state, "lastState": {} })
        };
        let of = |key: &str, init: bool| -> Vec<Value> {
            spec.get(key).and_then(Value::as_array).into_iter().flatten().map(|c| status(c, init)).collect()
        };
        let mut pod_status = json!({ "phase": "Running", "podIP": address, "hostIP": "192.0.2.10", "conditions": [],
            "containerStatuses": of("containers", false) });
        let init = of("initContainers", true);
        if !init.is_empty() {
            pod_status["initContainerStatuses"] = json!(init);
        }
        let body = json!({ "labels": { "app": workload }, "spec": spec, "status": pod_status });
        self.put("Pod", "v1", ns, name, &body);
        let meta = &mut self.objects.last_mut().unwrap()["metadata"];
        meta["ownerReferences"] = json!([{ "kind": owner.0, "name": owner.1, "controller": true }]);
        meta["annotations"] = json!({ "made-up/workload": workload });
        if owner.0 == "ReplicaSet" {
            meta["labels"]["pod-template-hash"] = json!(owner.1.rsplit('-').next());
        }
    }

    pub(crate) fn service(&mut self, namespace: &str, name: &str, selects: &str, ports: &[(&str, u16, u16)]) {
        let ports: Vec<Value> = ports
            .iter()
            .map(|(name, port, target)| json!({ "name": name, "port": port, "targetPort": target, "protocol": "TCP" }))
            .collect();
        let address = format!("10.96.{}.{}", next(&mut self.seed) % 250, 1 + next(&mut self.seed) % 250);
        self.put(
            "Service",
            "v1",
            namespace,
            name,
            &json!({ "labels": { "app": name }, "spec": { "type": "ClusterIP",
            "clusterIP": address, "selector": { "app": selects }, "ports": ports } }),
        );
    }

    pub(crate) fn claim(&mut self, namespace: &str, name: &str, volume: &str, bytes: &str) {
        self.put(
            "PersistentVolumeClaim",
            "v1",
            namespace,
            name,
            &json!({ "spec": { "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": bytes } }, "storageClassName": "disks", "volumeName": volume },
            "status": { "phase": "Bound", "capacity": { "storage": bytes }, "accessModes": ["ReadWriteOnce"] } }),
        );
        self.put(
            "PersistentVolume",
            "v1",
            "",
            volume,
            &json!({ "spec": { "accessModes": ["ReadWriteOnce"],
            "capacity": { "storage": bytes }, "storageClassName": "disks", "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": { "kind": "PersistentVolumeClaim", "namespace": namespace, "name": name } },
            "status": { "phase": "Bound" } }),
        );
    }

    pub(crate) fn node(&mut self, name: &str, position: usize) {
        let control = position == 0;
        let mut labels = json!({ "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
            "topology.kubernetes.io/zone": ZONES[position % 4] });
        if control {
            labels["node-role.kubernetes.io/control-plane"] = json!("");
        }
        let ok = |kind: &str, reason: &str| json!({ "type": kind, "status": "False", "reason": reason, "message": "" });
        let taints = if control {
            json!([{ "key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule" }])
        } else {
            json!([])
        };
        let amounts = json!({ "cpu": "4", "memory": "8Gi", "ephemeral-storage": "60Gi", "pods": "110" });
        self.put("Node", "v1", "", name, &json!({ "labels": labels, "spec": { "taints": taints },
            "status": { "capacity": amounts, "allocatable": amounts,
                "addresses": [{ "type": "InternalIP", "address": format!("192.0.2.{}", 10 + position) }, { "type": "Hostname", "address": name }],
                "conditions": [ok("MemoryPressure", "KubeletHasSufficientMemory"), ok("DiskPressure", "KubeletHasNoDiskPressure"),
                    ok("PIDPressure", "KubeletHasSufficientPID"),
                    { "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status" }],
                "nodeInfo": { "kubeletVersion": "v1.31.2", "containerRuntimeVersion": "containerd://1.7.20" } } }));
    }

    /// The healthy application.
    pub(crate) fn ferries(seed: u64) -> Self {
        let mut world =
            Self { seed: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(7), nodes: NODES, ..Self::default() };
        for namespace in ["harbour", "berths", "quay", "kube-system"] {
            world.put("Namespace", "v1", "", namespace, &json!({ "status": { "phase": "Active" } }));
            world.put("ServiceAccount", "v1", namespace, "default", &json!({}));
        }
        for (position, name) in NODES.iter().enumerate() {
            world.node(name, position);
        }
        world.put("StorageClass", "storage.k8s.io/v1", "", "disks", &json!({ "provisioner": "disk.csi.example.org" }));
        world.control_plane();
        world.stores();
        world.programs();
        world.front();
        world
    }

    fn control_plane(&mut self) {
        self.run(&part(
            "Deployment",
            "kube-system",
            "coredns",
            2,
            vec![container("coredns", "registry.example.org/coredns:v1.11", 53, &[])],
        ));
        self.mark("coredns", "kube-dns");
        self.put("Secret", "v1", "kube-system", "bootstrap", &json!({ "type": "bootstrap.kubernetes.io/token" }));
        self.service("kube-system", "kube-dns", "coredns", &[("dns-tcp", 53, 53)]);
        self.run(&part(
            "DaemonSet",
            "kube-system",
            "kube-proxy",
            4,
            vec![container("kube-proxy", "registry.example.org/kube-proxy:v1.31", 10249, &[])],
        ));
        self.mark("kube-proxy", "kube-proxy");
    }

    /// The label that installers give to parts of the cluster itself.
    pub(crate) fn mark(&mut self, name: &str, role: &str) {
        let workload = self.workload(name);
        for at in ["/metadata/labels", "/spec/template/metadata/labels"] {
            workload.pointer_mut(at).unwrap()["k8s-app"] = json!(role);
        }
        self.each_pod(name, |pod| pod["metadata"]["labels"]["k8s-app"] = json!(role));
    }

    fn stores(&mut self) {
        for (name, image, port, volume) in
            [("logbook", "mysql:8.0", 3306, "vol-11"), ("manifest", "mongo:7", 27017, "vol-12")]
        {
            let claim = format!("data-{name}-0");
            self.claim("harbour", &claim, volume, "10Gi");
            let mut store = part("StatefulSet", "harbour", name, 1, vec![container("server", image, port, &[])]);
            store.volumes = vec![json!({ "name": "data", "persistentVolumeClaim": { "claimName": claim } })];
            store.containers[0]["volumeMounts"] = json!([{ "name": "data", "mountPath": "/var/lib/data" }]);
            self.run(&store);
            self.service("harbour", name, name, &[("db", port, port)]);
        }
        self.run(&part("StatefulSet", "harbour", "foghorn", 1, vec![container("broker", "rabbitmq:3.13", 5672, &[])]));
        self.service("harbour", "foghorn", "foghorn", &[("amqp", 5672, 5672)]);
        self.run(&part("Deployment", "harbour", "locker", 1, vec![container("store", "redis:7", 6379, &[])]));
        self.service("harbour", "locker", "locker", &[("redis", 6379, 6379)]);
    }

    fn programs(&mut self) {
        let image = |name: &str| format!("registry.example.org/ferries/{name}:3.4");
        let mut seats = part(
            "Deployment",
            "harbour",
            "seats",
            2,
            vec![
                http(
                    container(
                        "app",
                        &image("seats"),
                        8080,
                        &[
                            (
                                "SPRING_DATASOURCE_URL",
                                "jdbc:mysql://logbook.harbour.svc.cluster.local:3306/seats?useSSL=false",
                            ),
                            ("TARIFF_URL", "http://tariff:9000"),
                            ("BROKER_HOST", "foghorn"),
                            ("BROKER_PORT", "5672"),
                        ],
                    ),
                    "/actuator/health",
                ),
                container("relay", &image("relay"), 15001, &[]),
            ],
        );
        seats.init = vec![json!({ "name": "schema", "image": image("schema"), "command": ["/bin/migrate"] })];
        seats.volumes = vec![json!({ "name": "settings", "configMap": { "name": "seats-settings" } })];
        seats.containers[0]["volumeMounts"] = json!([{ "name": "settings", "mountPath": "/etc/seats" }]);
        seats.containers[0]["env"].as_array_mut().unwrap().push(json!({ "name": "DB_PASSWORD",
            "valueFrom": { "secretKeyRef": { "name": "seats-db", "key": "password" } } }));
        self.put("ConfigMap", "v1", "harbour", "seats-settings", &json!({ "data": { "app.yml": "mode: live\n" } }));
        self.put("Secret", "v1", "harbour", "seats-db", &json!({ "type": "Opaque", "data": { "password": "eA==" } }));
        self.run(&seats);
        self.service("harbour", "seats", "seats", &[("http", 8080, 8080)]);
        self.run(&part(
            "Deployment",
            "harbour",
            "tariff",
            2,
            vec![container(
                "app",
                &image("tariff"),
                9000,
                &[("MANIFEST_URL", "mongodb://manifest:27017/tariff"), ("LOCKER_ADDR", "locker:6379")],
            )],
        ));
        self.service("harbour", "tariff", "tariff", &[("grpc", 9000, 9000)]);
        self.run(&part(
            "Deployment",
            "berths",
            "pilot",
            3,
            vec![http(
                container(
                    "app",
                    &image("pilot"),
                    8000,
                    &[("SEATS_URL", "http://seats.harbour.svc:8080"), ("TIDES_ADDR", "tides:7000")],
                ),
                "/healthz",
            )],
        ));
        self.service("berths", "pilot", "pilot", &[("http", 80, 8000)]);
        self.run(&part("Deployment", "berths", "tides", 1, vec![container("app", &image("tides"), 7000, &[])]));
        self.service("berths", "tides", "tides", &[("tcp", 7000, 7000)]);
        let run = container("run", &image("tally"), 8080, &[("SEATS_URL", "http://seats:8080")]);
        self.put("CronJob", "batch/v1", "harbour", "tally", &json!({ "spec": { "schedule": "0 3 * * *", "jobTemplate": { "spec": {
            "template": { "metadata": { "labels": { "app": "tally" } }, "spec": { "containers": [run], "restartPolicy": "Never" } } } } }, "status": {} }));
        self.job("tally-31040203", true);
    }

    /// A job of the cron job, done or not.
    pub(crate) fn job(&mut self, name: &'static str, done: bool) {
        let mut run = container("run", "registry.example.org/ferries/tally:3.4", 8080, &[]);
        run.as_object_mut().unwrap().retain(|key, _| !key.ends_with("Probe") && key != "ports");
        let spec = json!({ "containers": [run], "restartPolicy": "Never", "serviceAccountName": "default", "dnsPolicy": "ClusterFirst" });
        let status = if done {
            json!({ "succeeded": 1, "conditions": [{ "type": "Complete", "status": "True" }], "completionTime": "2031-04-02T03:02:00Z" })
        } else {
            json!({ "active": 1 })
        };
        self.put(
            "Job",
            "batch/v1",
            "harbour",
            name,
            &json!({ "spec": { "completions": 1, "parallelism": 1, "backoffLimit": 3,
            "template": { "metadata": { "labels": { "app": "tally" } }, "spec": spec } }, "status": status }),
        );
        self.objects.last_mut().unwrap()["metadata"]["ownerReferences"] =
            json!([{ "kind": "CronJob", "name": "tally", "controller": true }]);
        let pod = format!("{name}-{}", self.suffix(5));
        self.pod("harbour", &pod, name, ("Job", name), &spec, "w-2");
        if done {
            self.each_pod(name, |pod| {
                pod["status"]["phase"] = json!("Succeeded");
                pod["status"]["containerStatuses"][0]["ready"] = json!(false);
                pod["status"]["containerStatuses"][0]["state"] =
                    json!({ "terminated": { "reason": "Completed", "exitCode": 0 } });
            });
        }
    }

    fn front(&mut self) {
        self.put("ConfigMap", "v1", "quay", "pier-routes", &json!({ "data": { "pier.conf":
            "upstream pilot { server pilot.berths.svc:80; }\nlocation /seats { proxy_pass http://seats.harbour.svc:8080; }\n" } }));
        let mut pier =
            part("Deployment", "quay", "pier", 2, vec![http(container("proxy", "nginx:1.27", 8080, &[]), "/up")]);
        pier.volumes = vec![json!({ "name": "routes", "configMap": { "name": "pier-routes" } })];
        self.run(&pier);
        self.service("quay", "pier", "pier", &[("http", 80, 8080)]);
        self.put("Secret", "v1", "quay", "pier-tls", &json!({ "type": "kubernetes.io/tls" }));
        self.put(
            "Ingress",
            "networking.k8s.io/v1",
            "quay",
            "front-door",
            &json!({ "spec": { "ingressClassName": "outer",
            "tls": [{ "hosts": ["ferries.example.org"], "secretName": "pier-tls" }],
            "rules": [{ "host": "ferries.example.org", "http": { "paths": [{ "path": "/", "pathType": "Prefix",
                "backend": { "service": { "name": "pier", "port": { "number": 80 } } } }] } }] } }),
        );
        self.put("HorizontalPodAutoscaler", "autoscaling/v2", "harbour", "seats", &json!({ "spec": { "minReplicas": 2, "maxReplicas": 6,
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "seats" },
            "metrics": [{ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 70 } } }] },
            "status": { "currentReplicas": 2, "desiredReplicas": 2, "conditions": [
                { "type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale", "message": "recommended size matches current size" },
                { "type": "ScalingActive", "status": "True", "reason": "ValidMetricFound", "message": "the HPA was able to successfully calculate a replica count" },
                { "type": "ScalingLimited", "status": "False", "reason": "DesiredWithinRange", "message": "" }] } }));
        self.put("PodDisruptionBudget", "policy/v1", "harbour", "seats", &json!({ "spec": { "minAvailable": 1,
            "selector": { "matchLabels": { "app": "seats" } } }, "status": { "currentHealthy": 2, "desiredHealthy": 1, "disruptionsAllowed": 1, "expectedPods": 2 } }));
    }
}
