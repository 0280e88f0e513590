//! A third invented application: a clinical laboratory, a namespace a team, installed by charts: recommended labels with an
//! instance beside the name, databases and brokers behind Services of other names, settings in several notations.

use crate::application::{container, http, part};
use crate::world::{World, set, text};
use serde_json::{Value, json};

const NODES: &[&str] = &["lab-cp-x7", "pool-general-4c1f-0", "pool-general-4c1f-1", "pool-memory-9be2-0"];
const NAMESPACES: [&str; 6] =
    ["team-samples", "team-results", "team-billing", "team-portal", "platform-data", "kube-system"];

pub(super) fn image(name: &str) -> String {
    format!("eu-north1-docker.pkg.example/lab-prod/{name}@sha256:3f5c9be0a1")
}

/// Who calls whom, by the names of Services.
const CALLS: &[(&str, &str)] = &[
    ("portal", "accession"),
    ("portal", "barcode"),
    ("portal", "invoicing"),
    ("portal", "reports"),
    ("accession", "specimens-pg-rw"),
    ("accession", "courier"),
    ("accession", "interpreter"),
    ("barcode", "specimens-pg-rw"),
    ("barcode", "bench-cache"),
    ("interpreter", "reference-db"),
    ("interpreter", "assay-kafka"),
    ("reports", "specimens-pg-rw"),
    ("reports", "bench-mq"),
    ("invoicing", "specimens-pg-rw"),
    ("invoicing", "reports"),
];

/// Name, image, port of the stores and brokers.
const STORES: [(&str, &str, u16); 3] = [
    ("assay-kafka", "quay.io/strimzi/kafka:0.43.0-kafka-3.8.0", 9092),
    ("courier", "docker.io/library/nats:2.10-alpine", 4222),
    ("bench-mq", "docker.io/bitnami/rabbitmq:3.13.7", 5672),
];

impl World {
    /// The healthy application.
    pub(crate) fn laboratory(seed: u64) -> Self {
        let seed = seed.wrapping_mul(0xA24B_AED4_963E_E407).wrapping_add(29);
        let mut world = Self { seed, nodes: NODES, ..Self::default() };
        for namespace in NAMESPACES {
            world.put("Namespace", "v1", "", namespace, &json!({ "status": { "phase": "Active" } }));
            world.put("ServiceAccount", "v1", namespace, "default", &json!({}));
        }
        for (position, name) in NODES.iter().enumerate() {
            world.node(name, position);
        }
        let class = json!({ "provisioner": "ebs.csi.aws.com" });
        world.put("StorageClass", "storage.k8s.io/v1", "", "gp3-encrypted", &class);
        world.agents();
        world.kept();
        world.samples();
        world.results();
        world.billed();
        world.labelled();
        world.edges = CALLS.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        world
    }

    fn agents(&mut self) {
        let dns = vec![container("coredns", "registry.k8s.io/coredns/coredns:v1.11.1", 53, &[])];
        self.run(&part("Deployment", "kube-system", "coredns", 2, dns));
        self.mark("coredns", "kube-dns");
        self.service("kube-system", "kube-dns", "coredns", &[("dns", 53, 53)]);
        let proxy = vec![container("kube-proxy", "registry.k8s.io/kube-proxy:v1.30.4", 10249, &[])];
        self.run(&part("DaemonSet", "kube-system", "kube-proxy", 4, proxy));
        self.mark("kube-proxy", "kube-proxy");
        let agent = vec![container("cilium-agent", "quay.io/cilium/cilium:v1.16.1", 9879, &[])];
        self.run(&part("DaemonSet", "kube-system", "cilium", 4, agent));
        self.mark("cilium", "cilium");
    }

    fn kept(&mut self) {
        for (name, image, port, volume, claim) in [
            ("specimens-pg", "ghcr.io/cloudnative-pg/postgresql:16.4", 5432, "pvc-0b51", "pgdata-specimens-pg-0"),
            ("reference-db", "docker.io/library/mysql:8.4", 3306, "pvc-77e2", "datadir-reference-db-0"),
        ] {
            self.claim("platform-data", claim, volume, "50Gi");
            for (kind, name) in [("PersistentVolumeClaim", claim), ("PersistentVolume", volume)] {
                set(self.find(kind, name), "/spec/storageClassName", json!("gp3-encrypted"));
            }
            let mut store = part("StatefulSet", "platform-data", name, 1, vec![container("db", image, port, &[])]);
            store.volumes = vec![json!({ "name": "data", "persistentVolumeClaim": { "claimName": claim } })];
            store.containers[0]["volumeMounts"] = json!([{ "name": "data", "mountPath": "/var/lib/data" }]);
            store.containers.push(container("exporter", "quay.io/prometheuscommunity/exporter:v0.15.0", 9187, &[]));
            self.run(&store);
        }
        self.service("platform-data", "specimens-pg-rw", "specimens-pg", &[("postgres", 5432, 5432)]);
        self.service("platform-data", "reference-db", "reference-db", &[("mysql", 3306, 3306)]);
        for (name, image, port) in STORES {
            self.run(&part("StatefulSet", "platform-data", name, 1, vec![container("broker", image, port, &[])]));
            self.service("platform-data", name, name, &[("client", port, port)]);
        }
        let cache = vec![container("valkey", "docker.io/valkey/valkey:8.0", 6379, &[])];
        self.run(&part("Deployment", "platform-data", "bench-cache", 1, cache));
        self.service("platform-data", "bench-cache", "bench-cache", &[("redis", 6379, 6379)]);
    }

    fn samples(&mut self) {
        let env = [
            ("LISTEN_ADDR", ":8443"),
            (
                "DATABASE_DSN",
                "postgres://accession:s3@specimens-pg-rw.platform-data.svc.cluster.local:5432/specimens?sslmode=disable",
            ),
            ("NATS_URL", "nats://courier.platform-data.svc:4222"),
            ("INTERPRETER_ENDPOINT", "http://interpreter.team-results.svc:8090"),
        ];
        let mut accession = part(
            "Deployment",
            "team-samples",
            "accession",
            2,
            vec![http(container("server", &image("accession"), 8443, &env), "/-/healthy")],
        );
        accession.init =
            vec![json!({ "name": "migrate", "image": image("accession"), "command": ["/accession", "migrate"] })];
        self.run(&accession);
        self.service("team-samples", "accession", "accession", &[("https", 443, 8443)]);
        let env = [
            ("PGHOST", "specimens-pg-rw.platform-data"),
            ("PGPORT", "5432"),
            ("PGDATABASE", "specimens"),
            ("CACHE_ADDR", "bench-cache.platform-data:6379"),
        ];
        let barcode = vec![http(container("uvicorn", &image("barcode"), 8000, &env), "/healthz")];
        self.run(&part("Deployment", "team-samples", "barcode", 3, barcode));
        self.service("team-samples", "barcode", "barcode", &[("http", 8000, 8000)]);
        self.put(
            "Secret",
            "v1",
            "team-samples",
            "barcode-signing",
            &json!({ "type": "Opaque", "data": { "key": "eA==" } }),
        );
        self.template("barcode", |spec| {
            spec["volumes"] = json!([{ "name": "signing", "secret": { "secretName": "barcode-signing" } }]);
            spec["containers"][0]["volumeMounts"] = json!([{ "name": "signing", "mountPath": "/run/signing" }]);
        });
    }

    fn results(&mut self) {
        let env = [
            ("JAVA_OPTS", "-XX:MaxRAMPercentage=75"),
            (
                "SPRING_DATASOURCE_URL",
                "jdbc:mysql://reference-db.platform-data.svc.cluster.local:3306/ranges?useSSL=false",
            ),
            ("KAFKA_BROKERS", "assay-kafka.platform-data.svc:9092"),
        ];
        let interpreter = vec![
            http(container("interpreter", &image("interpreter"), 8090, &env), "/actuator/health"),
            container("mesh-proxy", "cr.l5d.io/linkerd/proxy:edge-24.9.2", 4143, &[]),
        ];
        self.run(&part("Deployment", "team-results", "interpreter", 2, interpreter));
        self.service("team-results", "interpreter", "interpreter", &[("http", 8090, 8090)]);
        let settings = json!({ "data": { "DB_HOST": "specimens-pg-rw.platform-data", "DB_PORT": "5432", "DB_NAME": "reports",
            "AMQP_URI": "amqp://bench-mq.platform-data.svc:5672/%2f" } });
        self.put("ConfigMap", "v1", "team-results", "reports-settings", &settings);
        self.put(
            "Secret",
            "v1",
            "team-results",
            "reports-db",
            &json!({ "type": "Opaque", "data": { "password": "eA==" } }),
        );
        let mut reports = http(container("node", &image("reports"), 3000, &[]), "/readyz");
        reports["envFrom"] = json!([{ "configMapRef": { "name": "reports-settings" } }]);
        reports["env"] = json!([{ "name": "DB_PASSWORD", "valueFrom": { "secretKeyRef": { "name": "reports-db", "key": "password" } } }]);
        self.run(&part("StatefulSet", "team-results", "reports", 2, vec![reports]));
        self.service("team-results", "reports", "reports", &[("http", 80, 3000)]);
        let forwarder = vec![container("fluent-bit", "cr.fluentbit.io/fluent/fluent-bit:3.1", 2020, &[])];
        self.run(&part("DaemonSet", "team-results", "forwarder", 4, forwarder));
    }

    fn billed(&mut self) {
        let dsn = "Host=specimens-pg-rw.platform-data.svc.cluster.local;Port=5432;Database=billing;Username=invoicing;Password=x";
        let env = [
            ("ASPNETCORE_URLS", "http://+:5080"),
            ("ConnectionStrings__Main", dsn),
            ("Reports__BaseAddress", "http://reports.team-results"),
        ];
        let mut invoicing = container("dotnet", &image("invoicing"), 5080, &env);
        for probe in ["livenessProbe", "readinessProbe"] {
            invoicing[probe] = json!({ "grpc": { "port": 5080, "service": "" }, "initialDelaySeconds": 15, "periodSeconds": 10,
                "timeoutSeconds": 3, "failureThreshold": 3, "successThreshold": 1 });
        }
        self.run(&part("Deployment", "team-billing", "invoicing", 1, vec![invoicing]));
        self.service("team-billing", "invoicing", "invoicing", &[("grpc", 5080, 5080)]);
        let env = [
            ("ACCESSION_URL", "https://accession.team-samples"),
            ("BARCODE_URL", "http://barcode.team-samples:8000"),
            ("INVOICING_TARGET", "invoicing.team-billing:5080"),
            ("REPORTS_URL", "http://reports.team-results"),
        ];
        let portal = vec![http(container("portal", &image("portal"), 8088, &env), "/livez")];
        self.run(&part("Deployment", "team-portal", "portal", 2, portal));
        self.service("team-portal", "portal", "portal", &[("web", 80, 8088)]);
        let rules = json!([{ "host": "lab.example", "http": { "paths": [{ "path": "/", "pathType": "Prefix",
            "backend": { "service": { "name": "portal", "port": { "number": 80 } } } }] } }]);
        let spec = json!({ "spec": { "ingressClassName": "haproxy", "rules": rules } });
        self.put("Ingress", "networking.k8s.io/v1", "team-portal", "lab-portal", &spec);
    }

    /// The labels of charts in place of `app`, wherever it stands.
    fn labelled(&mut self) {
        for object in self.objects.iter_mut().filter(|o| text(o, "/metadata/namespace") != "kube-system") {
            let kind = text(object, "/kind").to_owned();
            for at in
                ["/metadata/labels", "/spec/selector", "/spec/selector/matchLabels", "/spec/template/metadata/labels"]
            {
                if let Some(labels) = object.pointer_mut(at).filter(|labels| labels["app"].is_string()) {
                    charted(labels, at.ends_with("labels") && kind != "Service");
                }
            }
        }
    }
}

fn charted(labels: &mut Value, whole: bool) {
    let own = labels.as_object_mut().unwrap();
    let Some(name) = own.remove("app") else { return };
    own.insert("app.kubernetes.io/instance".to_owned(), json!(format!("prod-{}", name.as_str().unwrap_or(""))));
    own.insert("app.kubernetes.io/name".to_owned(), name);
    if whole {
        own.insert("app.kubernetes.io/managed-by".to_owned(), json!("Helm"));
    }
}
