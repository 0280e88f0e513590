//! What becomes of each kind of files.

use oriel_knowledge::ingest::Ingest;
use oriel_testkit::on_each_database;

use crate::ingesting::{has_all, how, said, space, spans, take, world};

const OBJECTS: &str = r#"
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: storefront, kubernetes.io/metadata.name: shop}}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: shop, labels: {tier: front, pod-template-hash: abc}}
  spec:
    template:
      metadata: {labels: {app: web}}
      spec:
        serviceAccountName: web-sa
        imagePullSecrets: [{name: regcred}]
        containers:
        - name: web
          args: ["--search=search:9200", "--token=hunter2-of-all"]
          env: [{name: CACHE_HOST, value: cache}, {name: MODE, value: mail}, {name: DB_PASS, value: "mail:25"},
                {name: QUEUES, value: "queue-0.queue:9092,queue-1.queue:9092"}]
          envFrom: [{configMapRef: {name: web-config}}]
        volumes: [{name: p, projected: {sources: [{secret: {name: web-tls}}, {configMap: {name: extra}}]}}, {name: h, hostPath: {path: /var/tmp}}]
- {apiVersion: v1, kind: ConfigMap, metadata: {name: web-config, namespace: shop}, data: {app.yaml: "bank: http://bank:80\npassword: hunter2"}}
- {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {replicas: 2, volumeClaimTemplates: [{metadata: {name: data}}], template: {metadata: {labels: {app: db}}, spec: {containers: []}}}}
- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-db-0, namespace: shop}, spec: {storageClassName: fast, volumeName: pv-1}}
- {apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-1}, spec: {capacity: {storage: 10Gi}}}
- {apiVersion: v1, kind: Service, metadata: {name: bank, namespace: shop}, spec: {type: ExternalName, externalName: api.bank.example}}
- {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: shop}, spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 9}}
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: only-web, namespace: shop}, spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}}
- {apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r, namespace: shop}, spec: {parentRefs: [{name: gate}], hostnames: [shop.example], rules: [{backendRefs: [{name: cache, port: 80}]}]}}
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: shop, namespace: shop}
  spec: {ingressClassName: nginx, tls: [{hosts: [www.shop.example], secretName: shop-tls}], defaultBackend: {service: {name: cache}}}
- {apiVersion: v1, kind: Pod, metadata: {name: db-0, namespace: shop, ownerReferences: [{kind: StatefulSet, name: db}]}, spec: {volumes: [{name: d, persistentVolumeClaim: {claimName: data-db-0}}]}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r, namespace: shop}}
- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: s, namespace: shop}}
"#;

const COMPOSE: &str = r#"
name: shop
services:
  base: {image: "shop/base:1", depends_on: [db], environment: {A: b}}
  web:
    image: shop/web:1
    ports: ["127.0.0.1:8080:80", "${PORT:-9000}:9000", "7000-7002:7000-7002", {target: 443, published: "8443"}]
    networks: {front: {aliases: [www]}}
    deploy: {replicas: 2}
  cart:
    extends: {service: base}
    environment: ["CACHE_HOST=redis", "FRONT=http://www:80", "DB_PASS=db:5432"]
    volumes: ["C:\\data:/x", "data:/y"]
  worker: {build: {context: ./worker}, network_mode: "service:web", profiles: [jobs]}
  redis: {image: redis}
  circle: {extends: circle}
  db:
"#;

const SCRAPE: &str = r#"# HELP up whether it is
# TYPE up gauge
up{job="web",instance="10.0.0.1:8080"} 1 1780000000000
traces_service_graph_request_total{client="web",server="cart"} 30
istio_requests_total{reporter="source",source_workload="web",source_workload_namespace="shop",destination_workload="mail",destination_workload_namespace="post"} 3
istio_requests_total{reporter="destination",source_workload="web",destination_workload="mail"} 3
kube_pod_info{pod="cart-1",node="n2",namespace="shop",job="kube-state-metrics"} 1
kube_deployment_spec_replicas{deployment="cart",namespace="shop",job="kube-state-metrics"} 2
up{job="web",instance="u:hunter2@10.0.0.2:80"} 1
process_cpu_seconds_total 4
"#;

const STATE: &str = r#"{"version": 4, "terraform_version": "1.9.0", "lineage": "x", "resources": [
  {"mode": "managed", "type": "aws_subnet", "name": "a", "module": "module.net[\"eu.1\"]", "instances": [{"attributes": {}}]},
  {"mode": "managed", "type": "aws_subnet", "name": "a", "module": "module.net[\"us\"]", "instances": [{"attributes": {}}]},
  {"mode": "managed", "type": "aws_route", "name": "r", "module": "module.net[\"us\"]",
   "instances": [{"attributes": {}, "dependencies": ["module.net.aws_subnet.a"]}]},
  {"mode": "managed", "type": "aws_db_instance", "name": "db",
   "instances": [{"attributes": {}, "dependencies": ["module.net.aws_subnet.a", "data.aws_ami.x"]}]}]}"#;

const POST_MORTEM: &str = "---\nseverity: SEV1\nservices: [mail]\n---\nPost-mortem: search outage 2026-03-01\n===========================\n\n\
    **Root cause:** Cart ran out of connections, as db\nholds locks.\n\nSymptoms\n--------\n- search answered 500,\n  for an hour\n\n\
    ## Transactions by design\n- nothing to do\n\n## Actions\n1. Run:\n   ```sh\n   kubectl rollout restart deploy/cart\n   export DB_PASS=hunter2\n   ```\n\
    2. **Password:** hunter2\n\n| Action | Owner |\n|---|---|\n| Raise the pool of Cart | ann |\n\n<!--\n- commented\n-->\n";

on_each_database! {
    async fn objects_tell_what_belongs_to_what(database: Database) {
        let world = world(database).await;
        let serve = |name: &&str| format!(
            "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}, namespace: shop}}, spec: {{template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: []}}}}}}}}\n\
             ---\n{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: shop}}, spec: {{selector: {{app: {name}}}}}}}\n"
        );
        let serving = ["search", "cache", "mail", "queue"].iter().map(serve).collect::<Vec<_>>().concat();
        let done = take(&world, &[("a.yaml", OBJECTS), ("b.yaml", &serving)], how("cluster")).await.unwrap();
        let space = space(&world).await;
        let found = said(&space);
        has_all(&found, &[
            "namespace/shop label team=storefront", "service/web label tier=front",
            "service/web runs-as service-account/web-sa", "service/web uses-secret secret/regcred",
            "service/web uses-secret secret/web-tls", "service/web uses-config config/extra", "service/web uses-host-path /var/tmp",
            "service/web calls service/search", "service/web calls service/cache", "service/web calls service/queue",
            "service/web calls host/api.bank.example", "endpoint-service/bank resolves-to host/api.bank.example",
            "service/db uses-claim claim/data-db-0", "service/db uses-claim claim/data-db-1", "pod/db-0 uses-claim claim/data-db-0",
            "claim/data-db-0 bound-to persistent-volume/pv-1", "claim/data-db-0 of-class storage-class/fast",
            "persistent-volume/pv-1 capacity 10Gi", "autoscaler/web scales service/web", "autoscaler/web max-replicas 9",
            "network-policy/only-web applies-to service/db", "network-policy/only-web allows-from service/web",
            "route/r routes-to endpoint-service/cache", "route/r attached-to gateway/gate", "route/r host shop.example",
            "ingress/shop routes-to endpoint-service/cache", "ingress/shop uses-secret secret/shop-tls", "ingress/shop host www.shop.example",
        ]);
        assert!(!found.iter().any(|fact| fact.contains("calls service/mail") || fact.contains("hash")), "{found:#?}");
        assert!(done.remarks.iter().any(|remark| remark.ends_with(": 2 Role")), "{:?}", done.remarks);
        assert!(!space.dump().contains("hunter2"), "{}", space.dump());
    }

    async fn compose_files_are_read_as_compose_does(database: Database) {
        let world = world(database).await;
        let done = take(&world, &[("compose.yaml", COMPOSE), ("all.yaml", "name: shop\ninclude: [compose.yaml]")], how("compose")).await.unwrap();
        let found = said(&*space(&world).await);
        has_all(&found, &[
            "service/cart depends-on service/db", "service/cart image shop/base:1", "service/cart calls service/redis",
            "service/cart calls service/web", "service/cart uses-host-path C:\\data", "service/cart uses-volume volume/data",
            "service/web listens-on 8080", "service/web listens-on 9000", "service/web listens-on 7001", "service/web listens-on 8443",
            "service/web replicas 2", "service/web in-project project/shop", "service/worker shares-with service/web",
            "service/worker in-profile profile/jobs", "service/worker built-from ./worker", "service/db in-project project/shop",
        ]);
        assert!(!found.iter().any(|fact| fact == "service/cart calls service/db"), "a password: {found:#?}");
        assert!(!done.remarks.iter().any(|remark| remark.contains("it includes")), "{:?}", done.remarks);
        assert!(done.remarks.iter().any(|remark| remark.contains("or itself")), "{:?}", done.remarks);
    }

    async fn a_scrape_tells_who_calls_whom_and_when(database: Database) {
        let world = world(database).await;
        let targets = r#"{"status": "success", "data": {"activeTargets": [{"labels": {"job": "mail", "instance": "10.0.0.9:25"}, "lastScrape": "2026-01-01T00:00:00Z"}]}}"#;
        let files = [("metrics.txt", SCRAPE), ("stdin", targets), ("utf.txt", "{\"my.metric\", job=\"bank\"} 1\n")];
        let done = take(&world, &files, how("metrics")).await.unwrap();
        let space = space(&world).await;
        let found = said(&space);
        has_all(&found, &[
            "service/web calls service/cart", "service/web calls service/mail", "pod/cart-1 runs-on node/n2",
            "service/cart measured-by metric/kube_deployment_spec_replicas", "instance/10.0.0.9:25 part-of service/mail",
            "service/bank measured-by metric/my.metric",
        ]);
        assert!(!found.iter().any(|fact| fact.contains("kube-state-metrics")), "{found:#?}");
        assert!(done.remarks.iter().any(|remark| remark.contains("metrics.txt: 1 series name no service")), "{:?}", done.remarks);
        let dump = space.dump();
        assert!(dump.contains("\"metrics.txt up\" \"2026-05-28T20:26:40Z\""), "{dump}");
        assert!(dump.contains("\"2026-01-01T00:00:00Z\"") && dump.contains("\"0.75\" \"30\""), "{dump}");
        assert!(!dump.contains("hunter2") && done.withheld > 0, "{dump}");
    }

    async fn spans_of_a_trace_may_stand_in_several_files(database: Database) {
        let world = world(database).await;
        let all = spans();
        let (web, cart) = all.split_once('\n').unwrap();
        take(&world, &[("cart.jsonl", cart), ("web.jsonl", web), ("all.jsonl", &all)], how("spans")).await.unwrap();
        let dump = space(&world).await.dump();
        // web called cart twice, at last when the later span of cart ended, however often that is told.
        assert!(dump.contains("\"web.jsonl service.name=web\" \"2026-09-21T14:13:23Z\" \"1\" \"0.16666667\" \"2\""), "{dump}");

        let attribute = |key: &str, value: &str| format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#);
        let span = |id: &str, kind: u8, attributes: &[String]| {
            format!(r#"{{"traceId":"u","spanId":"{id}","kind":{kind},"attributes":[{}]}}"#, attributes.join(","))
        };
        let all = [
            span("1", 3, &[attribute("db.system", "postgresql"), attribute("server.address", "orders-db.shop.svc"), attribute("db.name", "orders")]),
            span("2", 3, &[attribute("db.system", "redis"), attribute("server.address", "10.0.0.7")]),
            span("3", 4, &[attribute("messaging.destination.name", "orders")]),
            span("4", 5, &[attribute("messaging.destination.name", "paid")]),
        ];
        let resource = format!(r#"{{"attributes":[{},{}]}}"#, attribute("service.name", "pay"), attribute("k8s.namespace.name", "shop"));
        let text = format!(r#"{{"resourceSpans":[{{"resource":{resource},"scopeSpans":[{{"spans":[{}]}}]}}]}}"#, all.join(","));
        take(&world, &[("pay.json", &text)], how("pay")).await.unwrap();
        has_all(&said(&*space(&world).await), &[
            "service/pay calls service/orders-db", "service/pay uses-database database/orders", "service/pay uses-database database/redis",
            "service/pay publishes-to topic/orders", "service/pay consumes-from topic/paid", "service/pay in-namespace namespace/shop",
        ]);
    }

    async fn dependencies_mean_the_resources_of_modules_with_keys(database: Database) {
        let world = world(database).await;
        take(&world, &[("terraform.tfstate", STATE)], how("state")).await.unwrap();
        let found = said(&*space(&world).await);
        let depends: Vec<&String> = found.iter().filter(|fact| fact.contains("depends-on")).collect();
        assert_eq!(depends, [
            "resource/aws_db_instance.db depends-on resource/data.aws_ami.x",
            "resource/aws_db_instance.db depends-on resource/module.net[\"eu.1\"].aws_subnet.a",
            "resource/aws_db_instance.db depends-on resource/module.net[\"us\"].aws_subnet.a",
            "resource/module.net[\"us\"].aws_route.r depends-on resource/module.net[\"us\"].aws_subnet.a",
        ]);
    }

    async fn a_post_mortem_is_read_as_it_is_shown(database: Database) {
        let world = world(database).await;
        let services = "services: {cart: {}, search: {}, db: {}, prod.db: {}}";
        let done = take(&world, &[("search.md", POST_MORTEM), ("compose.yaml", services)], how("all")).await.unwrap();
        let space = space(&world).await;
        let found = said(&space);
        has_all(&found, &[
            "document/search title Post-mortem: search outage 2026-03-01", "document/search label severity=SEV1",
            "document/search states-cause Cart ran out of connections, as db holds locks.",
            "document/search describes-symptom search answered 500, for an hour", "document/search says nothing to do",
            "document/search shows kubectl rollout restart deploy/cart", "document/search advises Raise the pool of Cart | ann",
            "document/search mentions service/cart", "document/search mentions service/db", "document/search mentions service/mail",
        ]);
        let dump = space.dump();
        assert!(dump.contains("\"search.md:8\" \"2026-03-01T00:00:00Z\""), "{dump}");
        assert!(!dump.contains("hunter2") && !dump.contains("commented") && done.withheld == 2, "{dump}");
        assert!(!found.iter().any(|fact| fact.contains("mentions service/prod.db")), "{found:#?}");
        take(&world, &[("x.md", "Restart PROD.DB.")], Ingest { all_gone: true, ..how("x") }).await.unwrap();
        let found = said(&*crate::ingesting::space(&world).await);
        let mentioned: Vec<&String> = found.iter().filter(|fact| fact.starts_with("document/x mentions")).collect();
        assert_eq!(mentioned, ["document/x mentions service/prod.db"]);
    }

    async fn secrets_in_blocks_of_texts_stay_outside(database: Database) {
        let world = world(database).await;
        let text = "# Guide\n\nRestart it.\n\n```\n-----BEGIN RSA PRIVATE KEY-----\nMIIshort\nhunter5==\n-----END RSA PRIVATE KEY-----\n```\n\n\
            ```yaml\nenv:\n- name: DB_PASSWORD\n  value: hunter3\n- name: MODE\n  value: fast\n```\n\n\
            | User | Password |\n|---|---|\n| admin | hunter |\n\n## Root password\n\nhunter\n\n```\nhunter2\n```\n\n- hunter4\n\n\
            Ask the owner of the vault for it.\n\n## Rotating secrets\n- Restart mail\n";
        let include = "include: [\"https://bob:hunter7@git.example/x.git\", other.yaml]\nservices: {web: {}}\n";
        let done = take(&world, &[("guide.md", text), ("compose.yaml", include)], how("all")).await.unwrap();
        let space = space(&world).await;
        has_all(&said(&space), &[
            "document/guide says Restart it.", "document/guide says admin", "document/guide says Ask the owner of the vault for it.",
            "document/guide says Restart mail",
        ]);
        let dump = space.dump();
        assert!(!dump.contains("hunter") && !dump.contains("MII") && !dump.contains("PRIVATE"), "{dump}");
        assert!(dump.contains("value: fast") && dump.contains("DB_PASSWORD"), "{dump}");
        assert!(done.remarks.iter().any(|remark| remark.contains("it includes other.yaml")), "{:?}", done.remarks);
        assert!(!done.remarks.iter().any(|remark| remark.contains("hunter")), "{:?}", done.remarks);
        assert_eq!(done.withheld, 1 + 1 + 1 + 3 + 1, "a key, a value, a cell, three blocks, an address");
    }

    async fn a_host_that_is_named_again_and_again_is_looked_at_once(database: Database) {
        let world = world(database).await;
        let set = "{template: {metadata: {labels: {app: a}}, spec: {containers: []}}}";
        let workload = |at: usize| format!("---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: w{at}}}, spec: {set}}}\n");
        let workloads = (0..500).map(workload).collect::<Vec<_>>().concat();
        let service = "---\n{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: a}}}\n";
        // Names of one host in many ways are one host, too.
        let hosts = (0..50_000).map(|at| format!("s:80,s.default.svc.x{at}:80,")).collect::<Vec<_>>().concat();
        let pod = format!("---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{containers: [{{name: c, args: [\"{hosts}\"]}}]}}}}\n");
        take(&world, &[("all.yaml", &(workloads + service + &pod))], how("cluster")).await.unwrap();
        let found = said(&*space(&world).await);
        assert_eq!(found.iter().filter(|fact| fact.starts_with("pod/p calls ")).count(), 500);
    }
}
