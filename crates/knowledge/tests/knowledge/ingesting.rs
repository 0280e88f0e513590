//! Ingesting configuration, state and telemetry.

use oriel_atomspace::space::{AtomType, Handle, Space};
use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{self, At};
use oriel_knowledge::ingest::{self, Ingest, Ingested, Kind, Text};
use oriel_storage::Database;
use oriel_testkit::on_each_database;

use crate::fixture::World;

const CLUSTER: &str = r#"
# what runs
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  template:
    metadata: {labels: {app: web}}
    spec:
      volumes: [{name: tls, secret: {secretName: web-tls}}]
      containers:
        - name: web
          image: registry.example/shop/web:1.4
          env:
            - {name: CART_ADDR, value: "cart:8080"}
            - {name: MAIL_URL, value: "http://mail.post.svc:80/send"}
            - {name: DB_PASSWORD, value: "hunter2-of-the-db"}
            - {name: KEY, valueFrom: {secretKeyRef: {name: web-key, key: k}}}
          envFrom: [{configMapRef: {name: web-settings}}]
---
apiVersion: v1
kind: List
items:
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: cart, namespace: shop},
     spec: {template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: c, image: "shop/cart:2"}]}}}}
  - {apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop},
     spec: {selector: {app: cart}, ports: [{port: 8080}]}}
  - {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: mail, namespace: post},
     spec: {template: {metadata: {labels: {app: mail}}, spec: {containers: []}}}}
  - {apiVersion: v1, kind: Service, metadata: {name: mail, namespace: post}, spec: {selector: {app: mail}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: web-5dc8d4f9fd-46997
  namespace: shop
  ownerReferences: [{kind: ReplicaSet, name: web-5dc8d4f9fd}]
spec: {nodeName: n1, containers: []}
---
apiVersion: v1
kind: Secret
metadata: {name: web-key, namespace: shop}
data: {k: c2VjcmV0LXZhbHVlLW5vYm9keS1zZWVz}
---
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {topology.kubernetes.io/zone: z1}}
"#;

pub(crate) const COMPOSE: &str = r#"
services:
  web:
    image: shop/web:1
    depends_on: {cart: {condition: service_healthy}}
    environment: ["CART=http://cart:8080", "API_TOKEN=ghp_0123456789abcdefABCDEF0123456789abcd"]
    ports: ["127.0.0.1:8080:80"]
    networks: [front]
  cart:
    image: shop/cart:1
    depends_on: [db]
    environment: {DB: "postgres://app:hunter2@db:5432/cart"}
    volumes: ["data:/var/lib", "./local:/x"]
  db: {image: "postgres:17"}
"#;

const TERRAFORM: &str = r#"{"version": 4, "terraform_version": "1.9.0", "lineage": "x", "serial": 3,
 "outputs": {"password": {"value": "hunter2", "type": "string", "sensitive": true}},
 "resources": [
  {"mode": "managed", "type": "aws_db_instance", "name": "shop", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
   "instances": [{"attributes": {"engine": "postgres", "password": "hunter2", "availability_zone": "eu-1a", "name": "shop-secret-name"},
     "sensitive_attributes": [[{"type": "get_attr", "value": "password"}], [{"type": "get_attr", "value": "name"}]],
     "dependencies": ["aws_vpc.main"]}]},
  {"mode": "managed", "type": "aws_vpc", "name": "main", "module": "module.net", "instances": [{"attributes": {}}]}]}"#;

const SERIES: &str = r#"{"status": "success", "data": [
  {"__name__": "http_requests_total", "job": "shop/web", "instance": "10.0.0.1:80", "namespace": "shop", "pod": "web-1", "node": "n1"},
  {"__name__": "up", "job": "shop/web", "instance": "10.0.0.1:80"}]}"#;

pub(crate) fn spans() -> String {
    let span = |id: &str, parent: &str, end: &str, more: &str| {
        format!(
            r#"{{"traceId":"t","spanId":"{id}","parentSpanId":"{parent}","name":"x","endTimeUnixNano":"{end}"{more}}}"#
        )
    };
    let resource = |service: &str, spans: &[String]| {
        let name = format!(r#"{{"key":"service.name","value":{{"stringValue":"{service}"}}}}"#);
        format!(r#"{{"resource":{{"attributes":[{name}]}},"scopeSpans":[{{"spans":[{}]}}]}}"#, spans.join(","))
    };
    let peer = r#","attributes":[{"key":"peer.service","value":{"stringValue":"db"}}]"#;
    let web = resource("web", &[span("1", "", "1790000000000000000", ""), span("2", "1", "1790000001000000000", "")]);
    let cart = [span("3", "2", "1790000002000000000", ""), span("4", "2", "1790000003000000000", peer)];
    format!("{{\"resourceSpans\":[{web}]}}\n{{\"resourceSpans\":[{}]}}\n", resource("cart", &cart))
}

const RUNBOOK: &str = "# Runbook: checkout is slow\n\nConcerns cart and the web shop.\n\n## Symptoms\n- p99 above 2 s\n\n\
    ## Steps\n1. Restart cart\n2. [ ] Log in with password: hunter2\n\n```\nkubectl rollout restart deploy/web\n```\n\n## Root cause\n* the pool ran out\n";

pub(crate) fn file(name: &str, text: &str) -> Text {
    Text { file: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

pub(crate) fn how(source: &str) -> Ingest {
    Ingest { source: source.to_owned(), ..Ingest::default() }
}

pub(crate) async fn take(world: &World, files: &[(&str, &str)], how: Ingest) -> Result<Ingested, KnowledgeError> {
    let files = files.iter().map(|(name, text)| file(name, text)).collect();
    let done = ingest::ingest(&world.context, &world.knowledge, "shop", files, how).await;
    world.settled().await;
    done
}

pub(crate) async fn world(database: Database) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    world
}

pub(crate) async fn space(world: &World) -> std::sync::Arc<Space> {
    bases::read(&world.context, &world.knowledge, "shop", At::Newest).await.unwrap().space
}

/// The facts of a space, `of relation object`, sorted.
pub(crate) fn said(space: &Space) -> Vec<String> {
    let name = |atom: Handle| space.name(atom).unwrap_or_default().to_owned();
    let line = |link: Handle| {
        let ends = space.outgoing(space.outgoing(link)[1]);
        format!("{} {} {}", name(ends[0]), name(space.outgoing(link)[0]), name(ends[1]))
    };
    let mut all: Vec<String> = space.by_type(AtomType::EVALUATION).map(line).collect();
    all.sort();
    all
}

pub(crate) fn has_all(found: &[String], wanted: &[&str]) {
    for line in wanted {
        assert!(found.iter().any(|one| one == line), "no `{line}` in {found:#?}");
    }
}

on_each_database! {
    async fn a_cluster_becomes_its_topology_without_its_secrets(database: Database) {
        let world = world(database).await;
        let done = take(&world, &[("cluster.yaml", CLUSTER)], how("cluster")).await.unwrap();
        assert_eq!((done.files.as_slice(), done.applied.as_ref().unwrap().version), (&[("cluster.yaml".to_owned(), Kind::Kubernetes)][..], 1));
        assert_eq!(done.withheld, 2, "the data of the Secret, and a password in a variable");
        let space = space(&world).await;
        has_all(&said(&space), &[
            "service/web in-namespace namespace/shop",
            "service/web replicas 3",
            "service/web image registry.example/shop/web:1.4",
            "service/web calls service/cart",
            "service/web calls service/mail",
            "service/web uses-secret secret/web-key",
            "service/web uses-secret secret/web-tls",
            "service/web uses-config config/web-settings",
            "endpoint-service/cart serves service/cart",
            "endpoint-service/cart listens-on 8080",
            "pod/web-5dc8d4f9fd-46997 part-of service/web",
            "pod/web-5dc8d4f9fd-46997 runs-on node/n1",
            "node/n1 in-zone zone/z1",
        ]);
        let dump = space.dump();
        for secret in ["hunter2", "c2VjcmV0", "DB_PASSWORD"] {
            assert!(!dump.contains(secret), "{secret}");
        }
        assert!(dump.contains("(StringValue \"cluster.yaml Deployment/shop/web\" "), "{dump}");
        assert!(dump.contains("cluster.yaml Service/shop/cart"), "an item of a list: {dump}");
        assert!(dump.contains("(Member (stv 1 0.9)"), "{dump}");
    }

    async fn a_cluster_may_stand_in_several_files_and_namespaces(database: Database) {
        let world = world(database).await;
        let one = |kind: &str, namespace: &str, spec: &str| {
            let meta = format!("metadata: {{name: web, namespace: {namespace}}}");
            format!("---\napiVersion: v1\nkind: {kind}\n{meta}\nspec: {spec}\n")
        };
        let template = "{template: {metadata: {labels: {app: web}}, spec: {containers: []}}}";
        let workloads = one("Deployment", "a", template) + &one("Deployment", "b", template);
        // What owns itself ends nowhere.
        let circle = "{apiVersion: v1, kind: Job, metadata: {name: j, ownerReferences: [{kind: Job, name: j}]}}";
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p, ownerReferences: [{kind: Job, name: j}]}}";
        let others = format!("{}---\n{circle}\n---\n{pod}\n", one("Service", "b", "{selector: {app: web}}"));
        let files = [("services.yaml", others.as_str()), ("workloads.yaml", workloads.as_str())];
        let done = take(&world, &files, how("cluster")).await.unwrap();
        assert!(done.remarks.iter().any(|remark| remark.contains("Pod/p: what owns")), "{:?}", done.remarks);
        let space = space(&world).await;
        has_all(&said(&space), &[
            "service/a.web in-namespace namespace/a", "service/b.web in-namespace namespace/b",
            "endpoint-service/web serves service/b.web",
        ]);
        assert!(!said(&space).iter().any(|fact| fact.ends_with("serves service/a.web")));
    }

    async fn a_service_serves_what_no_workload_owns(database: Database) {
        let world = world(database).await;
        let one = |kind: &str, name: &str, more: &str| {
            format!("---\n{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}, labels: {{app: web, tier: {name}}}{more}}}, spec: {{containers: []}}}}\n")
        };
        let owned = |kind: &str, name: &str| format!(", ownerReferences: [{{kind: {kind}, name: {name}}}]");
        let set = "{template: {metadata: {labels: {app: web}}, spec: {containers: []}}}";
        let files = [
            one("Pod", "bare", ""),
            // Its owner is not in the files.
            one("Pod", "lost", &owned("ReplicaSet", "gone-1")),
            one("Pod", "held", &owned("ReplicaSet", "set")),
            format!("---\n{{apiVersion: apps/v1, kind: ReplicaSet, metadata: {{name: set}}, spec: {set}}}\n"),
            "---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}}}\n".to_owned(),
            "---\n{apiVersion: v1, kind: Service, metadata: {name: one}, spec: {selector: {app: web, tier: bare}}}\n".to_owned(),
            "---\n{apiVersion: v1, kind: Service, metadata: {name: none}, spec: {selector: {app: other}}}\n".to_owned(),
        ].concat();
        take(&world, &[("cluster.yaml", &files)], how("cluster")).await.unwrap();
        let space = space(&world).await;
        let serves: Vec<String> = said(&space).into_iter().filter(|fact| fact.contains(" serves ")).collect();
        assert_eq!(serves, [
            "endpoint-service/one serves pod/bare",
            "endpoint-service/web serves pod/bare",
            "endpoint-service/web serves pod/lost",
            "endpoint-service/web serves service/set",
        ]);
    }

    async fn moments_that_no_database_keeps_are_refused(database: Database) {
        let world = world(database).await;
        for wrong in ["+10000-01-01T00:00:00Z", "-0001-12-31T23:59:59Z"] {
            let moment = wrong.parse().unwrap();
            let how = Ingest { observed: Some(moment), ..how("x") };
            let error = take(&world, &[("compose.yaml", COMPOSE)], how).await.unwrap_err();
            assert!(error.to_string().contains("observed: the year") && error.to_string().contains("0 to 9999"), "{error}");
            let read = bases::read(&world.context, &world.knowledge, "shop", At::Time(moment)).await;
            let error = read.unwrap_err();
            assert!(matches!(error, KnowledgeError::Invalid { field: "at", .. }), "{error}");
        }
        let observed = Some("9999-12-31T23:59:59Z".parse().unwrap());
        take(&world, &[("compose.yaml", COMPOSE)], Ingest { observed, ..how("x") }).await.unwrap();
        assert!(space(&world).await.dump().contains("\"9999-12-31T23:59:59Z\""));
    }

    async fn compose_terraform_series_spans_and_runbooks_are_told_apart(database: Database) {
        let world = world(database).await;
        let spans = spans();
        let files = [("guide/slow.md", RUNBOOK), ("compose.yaml", COMPOSE), ("state.tfstate", TERRAFORM), ("series.json", SERIES), ("spans.jsonl", spans.as_str())];
        let done = take(&world, &files, how("all")).await.unwrap();
        let kinds: Vec<Kind> = done.files.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(kinds, [Kind::Compose, Kind::Terraform, Kind::Prometheus, Kind::Otlp, Kind::Markdown]);
        let space = space(&world).await;
        let found = said(&space);
        has_all(&found, &[
            "service/web depends-on service/cart", "service/cart depends-on service/db", "service/web calls service/cart",
            "service/cart calls service/db", "service/web on-network network/front", "service/web listens-on 8080",
            "service/cart uses-volume volume/data", "service/cart uses-host-path ./local",
            "resource/aws_db_instance.shop depends-on resource/aws_vpc.main", "resource/aws_db_instance.shop engine postgres",
            "resource/aws_db_instance.shop zone eu-1a", "resource/module.net.aws_vpc.main part-of module/net",
            "pod/web-1 runs-on node/n1", "pod/web-1 part-of service/web", "service/web measured-by metric/up",
            "instance/10.0.0.1:80 part-of service/web",
            "document/slow mentions service/cart", "document/slow describes-symptom p99 above 2 s", "document/slow advises Restart cart",
            "document/slow states-cause the pool ran out",
        ]);
        let dump = space.dump();
        for secret in ["hunter2", "ghp_", "shop-secret-name"] {
            assert!(!dump.contains(secret), "{secret}");
        }
        assert!(dump.contains("(StringValue \"guide/slow.md:6\" "), "{dump}");
        assert!(dump.contains("(Concept \"document/slow\") (Concept \"runbook\")"), "{dump}");
        assert_eq!(done.withheld, 1 + 1 + 2 + 1, "a variable, an output, two attributes, one item");
    }

    async fn what_a_source_says_no_more_goes_unless_somebody_else_says_it(database: Database) {
        let world = world(database).await;
        world.add("shop", "(Evaluation (stv 0.5 0.5) (Predicate \"depends-on\") (List (Concept \"service/cart\") (Concept \"service/db\")))").await;
        take(&world, &[("compose.yaml", COMPOSE)], how("compose")).await.unwrap();
        take(&world, &[("other.yaml", "services: {web: {depends_on: [cart]}, cart: {}}")], how("other")).await.unwrap();
        let fewer = "services: {web: {image: \"shop/web:2\"}, mail: {}}";
        let dry = take(&world, &[("compose.yaml", fewer)], Ingest { dry_run: true, ..how("compose") }).await.unwrap();
        assert!(dry.applied.is_none() && dry.gone > 5 && dry.added == 2, "{dry:#?}");
        let done = take(&world, &[("compose.yaml", fewer)], how("compose")).await.unwrap();
        assert_eq!((done.gone, done.added), (dry.gone, dry.added));
        assert_eq!(done.applied.as_ref().unwrap().version, 4);
        let after = space(&world).await;
        let found = said(&after);
        has_all(&found, &["service/web depends-on service/cart", "service/cart depends-on service/db", "service/web image shop/web:2"]);
        assert_eq!(found.len(), 3, "{found:#?}");
        let dump = after.dump();
        assert!(!dump.contains("volume/data") && !dump.contains("shop/web:1\""), "{dump}");
        assert!(dump.contains("(stv 0.5 0.5)"), "what was stated by hand is worth what it was: {dump}");
        // The same again, at the same time, changes nothing.
        let again = take(&world, &[("compose.yaml", fewer)], how("compose")).await.unwrap();
        assert_eq!((again.added, again.changed, again.gone), (0, 0, 0));
        assert!(again.applied.is_none(), "{again:#?}");
        // Without any file of it, a source says nothing.
        let gone = take(&world, &[], how("compose")).await.unwrap_err().to_string();
        assert!(gone.contains("atoms from this source, and these files say none of it"), "{gone}");
        take(&world, &[], Ingest { all_gone: true, ..how("compose") }).await.unwrap();
        take(&world, &[], Ingest { all_gone: true, ..how("other") }).await.unwrap();
        let left = space(&world).await;
        let left = said(&left);
        assert_eq!(left, ["service/cart depends-on service/db"]);
        let dump = space(&world).await.dump();
        assert!(!dump.contains("oriel:kinds") && !dump.contains("from:compose"), "{dump}");
    }

    async fn what_somebody_states_stays_and_stands(database: Database) {
        let world = world(database).await;
        let fact = |truth: &str, of: &str, more: &str| {
            format!("(Evaluation {truth} (Predicate \"depends-on\") (List (Concept \"service/{of}\") (Concept \"service/db\")){more})")
        };
        let all = "services: {a: {depends_on: [db]}, b: {depends_on: [db]}, c: {depends_on: [db]}, d: {depends_on: [db]}, \
                   e: {depends_on: [db]}, f: {depends_on: [db]}, g: {depends_on: [db]}, db: {}}";
        // Stated before any source, with and without a truth value.
        world.add("shop", &(fact("(ctv 0.5 0.25 3)", "a", "") + &fact("", "b", ""))).await;
        take(&world, &[("compose.yaml", all)], how("compose")).await.unwrap();
        assert!(space(&world).await.dump().contains("(Evaluation (stv 1 0.9) (alist (cons (Predicate \"oriel:from:compose\")"));
        // Stated of what a source says: surer, less sure, the same, with a value of one's own, as a part of something else.
        let own = fact("", "f", " (alist (cons (Predicate \"owner\") (StringValue \"ann\")))");
        let part = format!("(Implication {} (Concept \"g-waits\"))", fact("", "g", ""));
        world.add("shop", &[fact("(stv 1 0.99)", "c", ""), fact("(stv 0.2 0.3)", "d", ""), fact("(stv 1 0.9)", "e", ""), own, part].concat()).await;
        for _ in 0..2 {
            take(&world, &[("compose.yaml", all)], how("compose")).await.unwrap();
            let dump = space(&world).await.dump();
            for truth in ["(ctv 0.5 0.25 3)", "(stv 1 0.99)", "(stv 0.2 0.3)"] {
                assert!(dump.contains(&format!("(Evaluation {truth}")), "{truth}: {dump}");
            }
        }
        // Stated once more.
        world.add("shop", &fact("(stv 0.4 0.4)", "d", "")).await;
        take(&world, &[("compose.yaml", "services: {mail: {}}")], Ingest { all_gone: true, ..how("compose") }).await.unwrap();
        let after = space(&world).await;
        let of = |name: &str| {
            let entity = after.find_node(AtomType::CONCEPT, &format!("service/{name}"))?;
            let db = after.find_node(AtomType::CONCEPT, "service/db")?;
            let ends = after.find_link(AtomType::LIST, &[entity, db])?;
            let fact = after.find_link(AtomType::EVALUATION, &[after.find_node(AtomType::PREDICATE, "depends-on")?, ends])?;
            let truth = after.truth(fact);
            Some((truth.strength(), (truth.confidence() * 100.0).round()))
        };
        assert_eq!(of("b"), Some((1.0, 0.0)));
        assert_eq!(of("c"), Some((1.0, 99.0)));
        assert_eq!(of("d"), Some((0.4, 40.0)));
        assert_eq!(of("e"), None, "nobody can tell who says it that also says what the source does");
        assert_eq!((of("f"), of("g")), (Some((1.0, 0.0)), Some((1.0, 0.0))), "what others keep is there, and nobody says it");
        assert!(after.dump().contains("(Evaluation (ctv 0.5 0.25 3)"), "{}", after.dump());
        // What only a link joins was stated by nobody when the source comes and goes again.
        take(&world, &[("compose.yaml", all)], Ingest { all_gone: true, ..how("compose") }).await.unwrap();
        take(&world, &[("compose.yaml", "services: {mail: {}}")], Ingest { all_gone: true, ..how("compose") }).await.unwrap();
        let dump = space(&world).await.dump();
        let line = dump.lines().find(|line| line.contains("g-waits")).unwrap();
        assert!(!line.contains("oriel:from"), "{line}");
    }

    async fn sources_that_are_ingested_at_once_do_not_hinder_each_other(database: Database) {
        let world = world(database).await;
        let one = |at: usize| {
            let text = format!("services: {{web{at}: {{depends_on: [db]}}, db: {{}}}}");
            let files = vec![file("compose.yaml", &text)];
            let (context, knowledge) = (world.context.clone(), world.knowledge.clone());
            tokio::spawn(async move { ingest::ingest(&context, &knowledge, "shop", files, how(&format!("s{at}"))).await })
        };
        let all: Vec<_> = (0..4).map(one).collect();
        for done in all {
            done.await.unwrap().unwrap();
        }
        world.settled().await;
        assert_eq!(said(&*space(&world).await).len(), 4);
        let late = take(&world, &[("compose.yaml", COMPOSE)], Ingest { expected: Some(3), ..how("late") }).await.unwrap_err();
        assert!(matches!(late, KnowledgeError::Version { expected: 3, found: 4 }), "{late}");
        take(&world, &[("compose.yaml", COMPOSE)], Ingest { expected: Some(4), ..how("late") }).await.unwrap();
    }

    async fn sources_are_listed_with_what_they_say_differently(database: Database) {
        let world = world(database).await;
        let of = |replicas: usize| format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec:\n  replicas: {replicas}\n  \
            template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: c, image: \"shop/web:1\"}}]}}}}\n");
        let at = |source: &str, hour: u32| Ingest { observed: Some(format!("2026-11-20T{hour}:00:00Z").parse().unwrap()), ..how(source) };
        take(&world, &[("a.yaml", &of(3))], at("cluster", 10)).await.unwrap();
        let list = |most| bases::sources(&world.context, &world.knowledge, "shop", At::Newest, most);
        let one = list(10).await.unwrap();
        assert_eq!((one.sources.len(), one.disagreements), (1, 0));
        assert_eq!(one.sources[0].alone, one.sources[0].facts);
        take(&world, &[("b.yaml", &of(5))], at("git", 12)).await.unwrap();
        let found = list(10).await.unwrap();
        let told: Vec<_> = found.sources.iter().map(|one| (one.name.as_str(), one.alone, one.oldest.as_str(), one.newest.as_str())).collect();
        assert_eq!(told, [("cluster", 1, "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"), ("git", 1, "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z")]);
        assert_eq!((found.disagreements, found.disagree[0].relation.as_str()), (1, "replicas"));
        let said: Vec<_> = found.disagree[0].said.iter().map(|one| (one.by.source.as_str(), one.object.as_str())).collect();
        assert_eq!(said, [("cluster", "(Number 3)"), ("git", "(Number 5)")]);
        assert_eq!(list(0).await.unwrap().disagreements, 1);
        let ways = bases::Ways::default();
        let path = bases::path(&world.context, &world.knowledge, "shop", ("service/web", "namespace/shop"), &ways).await.unwrap().unwrap();
        let by: Vec<_> = path.hops[0].sources.iter().map(|one| (one.source.as_str(), one.observed.as_str())).collect();
        assert_eq!(by, [("cluster", "2026-11-20T10:00:00Z"), ("git", "2026-11-20T12:00:00Z")]);
    }

    async fn mistakes_are_told_with_their_place_and_nothing_is_changed(database: Database) {
        let world = world(database).await;
        for (name, text, wanted) in [
            ("a.yaml", "kind: Pod\nmetadata:\n  name: [x\n", "a.yaml:"),
            ("a.json", "{\"kind\": \"Pod\",\n \"metadata\": }", "a.json:2:"),
            ("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {}\n", "a.yaml: line 1: an object without `metadata.name`"),
            ("a.yaml", "x: 1\n", "say what it is"),
            ("a.prom", "up{job=\"a\"} 1\nup{job=\"b} 1\n", "a.prom:2:9:"),
            ("a.json", "{\"version\": 3, \"lineage\": \"x\", \"resources\": []}", "it has version 3"),
            ("a.yaml", "services: {web: 3}\n", "services.web"),
            ("a.yaml", "kind: Secret\nstringData:\n  hunter2: x\n  hunter2: y\n", "a.yaml:4:3: a key stands twice"),
        ] {
            let error = take(&world, &[("good.yaml", COMPOSE), (name, text)], how("x")).await.unwrap_err().to_string();
            assert!(error.contains(wanted) && error.contains("nothing was changed") && !error.contains("hunter2"), "{text}: {error}");
        }
        let error = take(&world, &[], how(" ")).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "source", .. }));
        assert_eq!(space(&world).await.len(), 0);
        let passed = take(&world, &[("a.yaml", "x: 1\n")], Ingest { passes_over: true, ..how("x") }).await.unwrap();
        assert!(passed.remarks[0].contains("passed over") && passed.files.is_empty());
        // Aliases that stand for a billion values.
        let bomb: String = ["a: &a [x, x, x, x, x, x, x, x, x]".to_owned()].into_iter()
            .chain((0..8).map(|at| { let (one, two) = ((b'a' + at) as char, (b'b' + at) as char); format!("\n{two}: &{two} [{}]", vec![format!("*{one}"); 9].join(", ")) }))
            .collect();
        assert!(take(&world, &[("bomb.yaml", &bomb)], how("x")).await.is_err());
    }
}
