//! A second invented application: a carrier of parcels in four namespaces, with other stores, kinds of workloads and names.

use crate::application::{container, http, part};
use crate::world::{World, set};
use serde_json::{Value, json};

const NODES: &[&str] = &["control-a", "metal-a", "metal-b", "metal-c"];

fn image(name: &str) -> String {
    format!("harbor.parcels.test/carrier/{name}:2031.4.1")
}

impl World {
    /// The healthy application.
    pub(crate) fn parcels(seed: u64) -> Self {
        let seed = seed.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(11);
        let mut world = Self { seed, nodes: NODES, ..Self::default() };
        for namespace in ["intake", "sorting", "stores", "edge", "kube-system"] {
            world.put("Namespace", "v1", "", namespace, &json!({ "status": { "phase": "Active" } }));
            world.put("ServiceAccount", "v1", namespace, "default", &json!({}));
        }
        for (position, name) in NODES.iter().enumerate() {
            world.node(name, position);
        }
        world.put(
            "StorageClass",
            "storage.k8s.io/v1",
            "",
            "block",
            &json!({ "provisioner": "block.csi.parcels.test" }),
        );
        let dns = vec![container("coredns", "registry.k8s.io/coredns/coredns:v1.11.3", 53, &[])];
        world.run(&part("Deployment", "kube-system", "coredns", 2, dns));
        world.mark("coredns", "kube-dns");
        world.service("kube-system", "kube-dns", "coredns", &[("dns-tcp", 53, 53)]);
        let proxy = vec![container("kube-proxy", "registry.k8s.io/kube-proxy:v1.29.4", 10249, &[])];
        world.run(&part("DaemonSet", "kube-system", "kube-proxy", 4, proxy));
        world.mark("kube-proxy", "kube-proxy");
        world.stored();
        world.called();
        world.entered();
        for (from, to) in CALLS {
            world.edges.push(((*from).to_owned(), (*to).to_owned()));
        }
        world
    }

    fn stored(&mut self) {
        for (name, image, port, volume) in [
            ("ledger", "postgres:16", 5432, "pv-ledger"),
            ("register", "mariadb:11", 3306, "pv-register"),
            ("archive", "mongo:7", 27017, "pv-archive"),
        ] {
            let claim = format!("data-{name}-0");
            self.claim("stores", &claim, volume, "20Gi");
            set(self.find("PersistentVolumeClaim", &claim), "/spec/storageClassName", json!("block"));
            set(self.find("PersistentVolume", volume), "/spec/storageClassName", json!("block"));
            let mut store = part("StatefulSet", "stores", name, 1, vec![container("engine", image, port, &[])]);
            store.volumes = vec![json!({ "name": "data", "persistentVolumeClaim": { "claimName": claim } })];
            store.containers[0]["volumeMounts"] = json!([{ "name": "data", "mountPath": "/data" }]);
            self.run(&store);
            self.service("stores", name, name, &[("sql", port, port)]);
        }
        for (name, image, port) in
            [("belt", "kafka:3.7", 9092), ("bell", "rabbitmq:3.13", 5672), ("cache", "redis:7", 6379)]
        {
            self.run(&part("StatefulSet", "stores", name, 1, vec![container("engine", image, port, &[])]));
            self.service("stores", name, name, &[("main", port, port)]);
        }
    }

    fn called(&mut self) {
        let env = [
            ("DATABASE_URL", "postgres://labels:x@ledger.stores.svc.cluster.local:5432/labels"),
            ("SORTER_URL", "http://sorter.sorting:8100"),
            ("AMQP_URL", "amqp://bell.stores:5672"),
        ];
        let mut labels = part(
            "Deployment",
            "intake",
            "labels",
            2,
            vec![http(container("web", &image("labels"), 3000, &env), "/ready")],
        );
        labels.volumes = vec![json!({ "name": "keys", "secret": { "secretName": "label-keys" } })];
        labels.containers[0]["volumeMounts"] = json!([{ "name": "keys", "mountPath": "/keys" }]);
        self.put("Secret", "v1", "intake", "label-keys", &json!({ "type": "Opaque", "data": { "key": "eA==" } }));
        self.run(&labels);
        self.service("intake", "labels", "labels", &[("http", 80, 3000)]);

        let env = [("REDIS_HOST", "cache.stores"), ("REDIS_PORT", "6379"), ("DEPOT_ADDR", "depot.sorting:9400")];
        let quote = vec![http(container("api", &image("quote"), 5000, &env), "/live")];
        self.run(&part("Deployment", "intake", "quote", 2, quote));
        self.service("intake", "quote", "quote", &[("http", 5000, 5000)]);

        let env = [
            ("SPRING_DATASOURCE_URL", "jdbc:mariadb://register.stores:3306/sorting"),
            ("SPRING_KAFKA_BOOTSTRAP_SERVERS", "belt.stores:9092"),
            ("DEPOT_TARGET", "dns:///depot:9400"),
        ];
        let sorter = vec![
            http(container("app", &image("sorter"), 8100, &env), "/actuator/health"),
            container("envoy", "envoyproxy/envoy:v1.31", 15006, &[]),
        ];
        let mut sorter = part("Deployment", "sorting", "sorter", 2, sorter);
        sorter.init = vec![
            json!({ "name": "wait-for-belt", "image": "busybox:1.36", "command": ["sh", "-c", "until nc -z belt.stores 9092; do sleep 1; done"] }),
        ];
        sorter.containers[0]["env"].as_array_mut().unwrap().push(json!({ "name": "SPRING_DATASOURCE_PASSWORD",
            "valueFrom": { "secretKeyRef": { "name": "sorter-db", "key": "password" } } }));
        self.put("Secret", "v1", "sorting", "sorter-db", &json!({ "type": "Opaque", "data": { "password": "eA==" } }));
        self.run(&sorter);
        self.service("sorting", "sorter", "sorter", &[("http", 8100, 8100)]);

        let mut depot = container("depot", &image("depot"), 9400, &[("MONGO_URI", "mongodb://archive.stores:27017")]);
        for probe in ["livenessProbe", "readinessProbe"] {
            depot[probe] =
                json!({ "grpc": { "port": 9400 }, "periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 3 });
        }
        self.run(&part("StatefulSet", "sorting", "depot", 2, vec![depot]));
        self.service("sorting", "depot", "depot", &[("grpc", 9400, 9400)]);
        self.run(&part("DaemonSet", "sorting", "scanner", 4, vec![container("scan", &image("scanner"), 7070, &[])]));
    }

    fn entered(&mut self) {
        let env = [("LABELS_URL", "http://labels.intake"), ("QUOTE_URL", "http://quote.intake:5000")];
        self.run(&part(
            "Deployment",
            "edge",
            "gatehouse",
            2,
            vec![http(container("gateway", &image("gatehouse"), 8080, &env), "/up")],
        ));
        self.service("edge", "gatehouse", "gatehouse", &[("http", 80, 8080)]);
        self.find("Service", "gatehouse")["spec"]["type"] = json!("NodePort");
        self.put(
            "Ingress",
            "networking.k8s.io/v1",
            "edge",
            "parcels",
            &json!({ "spec": { "ingressClassName": "nginx",
            "rules": [{ "host": "parcels.test", "http": { "paths": [{ "path": "/", "pathType": "Prefix",
                "backend": { "service": { "name": "gatehouse", "port": { "number": 80 } } } }] } }] } }),
        );
        let run = json!({ "name": "sweep", "image": image("sweep"), "command": ["/sweep"], "resources": {} });
        self.put("CronJob", "batch/v1", "sorting", "sweep", &json!({ "spec": { "schedule": "*/30 * * * *", "jobTemplate": { "spec": {
            "template": { "metadata": { "labels": { "app": "sweep" } }, "spec": { "containers": [run], "restartPolicy": "OnFailure" } } } } }, "status": {} }));
    }

    /// The pods of a workload, and their namespace.
    pub(crate) fn first_pod(&self, name: &str) -> (String, String) {
        self.pods(name).into_iter().next().unwrap_or_default()
    }

    /// The first container of a workload, wherever it is written down.
    pub(crate) fn main_container(&mut self, name: &str, change: impl Fn(&mut Value)) {
        self.template(name, |spec| change(&mut spec["containers"][0]));
    }
}

/// Who calls whom.
pub(crate) const CALLS: &[(&str, &str)] = &[
    ("gatehouse", "labels"),
    ("gatehouse", "quote"),
    ("labels", "ledger"),
    ("labels", "sorter"),
    ("labels", "bell"),
    ("quote", "cache"),
    ("quote", "depot"),
    ("sorter", "register"),
    ("sorter", "belt"),
    ("sorter", "depot"),
    ("depot", "archive"),
];
