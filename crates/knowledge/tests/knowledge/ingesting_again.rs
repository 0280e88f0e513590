//! What a second ingestion does to what the first one said.

use oriel_knowledge::bases::{self, Note};
use oriel_knowledge::chaining::{self, Target};
use oriel_knowledge::ingest::Ingest;
use oriel_testkit::on_each_database;

use crate::fixture::World;
use crate::ingesting::{COMPOSE, has_all, how, said, space, take, world};

fn deployment(name: &str, namespace: &str, image: &str) -> String {
    format!(
        "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}, namespace: {namespace}}}, \
         spec: {{template: {{spec: {{containers: [{{name: c, image: \"{image}\"}}]}}}}}}}}\n"
    )
}

pub(crate) const CALLS: &str =
    "(Evaluation (Predicate \"calls\") (List (Concept \"service/web\") (Concept \"service/cart\")))";
pub(crate) const KNOWS: &str = r#"
    (Evaluation (stv 1 0.9) (Predicate "knows") (List (Concept "service/web") (Concept "service/cart")))
    (Implication (stv 0.6 0.9)
      (Lambda (VariableList (Variable "$x") (Variable "$y")) (Evaluation (Predicate "knows") (List (Variable "$x") (Variable "$y"))))
      (Lambda (VariableList (Variable "$x") (Variable "$y")) (Evaluation (Predicate "calls") (List (Variable "$x") (Variable "$y")))))"#;

/// Concludes that web calls cart, and keeps it.
pub(crate) async fn conclude(world: &World) {
    let target = Target { text: Some(CALLS.to_owned()), limit: 10, ..Target::default() };
    let done =
        chaining::infer(&world.context, &world.knowledge, "shop", target, Some(Note::of("a test"))).await.unwrap();
    assert!(done.applied.is_some(), "{done:#?}");
    world.settled().await;
}

/// The line of a dump that says that web calls cart.
pub(crate) fn call(dump: &str) -> Option<&str> {
    dump.lines().find(|line| line.starts_with("(Evaluation") && line.contains("(Predicate \"calls\") (List (Concept"))
}

on_each_database! {
    async fn what_was_concluded_is_not_stated(database: Database) {
        let file = "services: {web: {environment: {CART: \"http://cart:8080\"}}, cart: {}}";
        let gone = || Ingest { all_gone: true, ..how("compose") };
        let check = |dump: &str| {
            let line = call(dump).unwrap().to_owned();
            assert!(line.starts_with("(Evaluation (stv 0.9 0.7)"), "{line}");
            assert!(!line.contains("oriel:from:stated") && !line.contains("oriel:inferred") && !line.contains("evidence"), "{line}");
        };
        let world = world(database).await;
        world.add("shop", KNOWS).await;
        conclude(&world).await;
        assert!(call(&space(&world).await.dump()).unwrap().contains("oriel:inferred"));
        take(&world, &[("compose.yaml", file)], how("compose")).await.unwrap();
        check(&space(&world).await.dump());
        // The other way round: a source says it, and more is concluded of it.
        conclude(&world).await;
        let line = space(&world).await.dump();
        assert!(call(&line).unwrap().contains("oriel:inferred") && !call(&line).unwrap().contains("(stv 0.9 0.7)"), "{line}");
        take(&world, &[("compose.yaml", file)], how("compose")).await.unwrap();
        check(&space(&world).await.dump());
        conclude(&world).await;
        take(&world, &[], gone()).await.unwrap();
        let dump = space(&world).await.dump();
        assert_eq!(call(&dump), None, "{dump}");
        // What somebody stated, and inference put more to, was stated.
        world.add("shop", "(Evaluation (stv 0.9 0.7) (Predicate \"calls\") (List (Concept \"service/web\") (Concept \"service/cart\")))").await;
        conclude(&world).await;
        for files in [&[("compose.yaml", file)][..], &[]] {
            take(&world, files, gone()).await.unwrap();
            let dump = space(&world).await.dump();
            assert!(call(&dump).unwrap().contains("oriel:from:stated"), "{dump}");
        }
    }

    async fn a_later_look_at_the_same_changes_only_when_it_was(database: Database) {
        let world = world(database).await;
        let at = |moment: &str| Ingest { observed: Some(moment.parse().unwrap()), ..how("compose") };
        take(&world, &[("compose.yaml", COMPOSE)], at("2026-11-20T10:00:00Z")).await.unwrap();
        let again = take(&world, &[("compose.yaml", COMPOSE)], at("2026-11-20T10:00:01Z")).await.unwrap();
        assert_eq!((again.added, again.changed, again.gone, again.moved), (0, 0, 0, 0));
        assert_eq!(again.applied.unwrap().version, 2);
        let dump = space(&world).await.dump();
        assert_eq!(dump.matches("2026-11-20T10:00:01Z").count(), 1, "the source was looked at then: {dump}");
        let version = |at: u64| bases::At::Version(at);
        let diff = bases::diff(&world.context, &world.knowledge, "shop", version(1), version(2), 100).await.unwrap();
        assert_eq!((diff.added.len(), diff.removed.len(), diff.changed.len()), (0, 0, 1), "{diff:?}");
        // The lines of a text move when something is put in above them.
        let text = |above: &str| format!("# Guide\n{above}\n## Steps\n- restart\n");
        let x = || Ingest { source: "guide".to_owned(), ..at("2026-11-20T10:00:00Z") };
        take(&world, &[("x.md", &text(""))], x()).await.unwrap();
        let moved = take(&world, &[("x.md", &text("\nHello.\n"))], x()).await.unwrap();
        assert_eq!((moved.added, moved.changed, moved.moved), (1, 0, 2), "{moved:?}");
    }

    async fn objects_stay_where_they_are_when_others_go(database: Database) {
        let world = world(database).await;
        let all: Vec<String> = ["a", "b", "c"].iter().map(|name| deployment(name, "shop", "x:1")).collect();
        take(&world, &[("all.yaml", &all.concat())], how("cluster")).await.unwrap();
        let fewer = take(&world, &[("all.yaml", &all[1..].concat())], how("cluster")).await.unwrap();
        assert_eq!((fewer.changed, fewer.moved, fewer.added), (0, 0, 0));
        assert!(fewer.gone > 0);
    }

    async fn two_things_of_one_name_are_two_and_keep_their_names(database: Database) {
        let world = world(database).await;
        let (prod, staging) = (deployment("db", "prod", "postgres:16"), deployment("db", "staging", "postgres:13"));
        take(&world, &[("prod.yaml", &prod)], how("prod")).await.unwrap();
        let done = take(&world, &[("staging.yaml", &staging)], how("staging")).await.unwrap();
        assert!(done.remarks.iter().any(|remark| remark.contains("that of namespace/staging is service/staging.db")), "{:?}", done.remarks);
        let wanted = [
            "service/db image postgres:16", "service/db in-namespace namespace/prod",
            "service/staging.db image postgres:13", "service/staging.db in-namespace namespace/staging",
        ];
        has_all(&said(&*space(&world).await), &wanted);
        // What is ingested together, and in which order, does not matter.
        for text in [staging.clone() + &prod, prod + &staging] {
            take(&world, &[("all.yaml", &text)], how("all")).await.unwrap();
            let found = said(&*space(&world).await);
            has_all(&found, &wanted);
            assert!(!found.iter().any(|fact| fact.contains("prod.db")), "{found:#?}");
        }
        for (source, file, name) in [("one", "one/compose.yaml", "one"), ("two", "two/compose.yaml", "two.name")] {
            let text = if source == "two" { "name: two.name\nservices: {api: {image: b}}" } else { "services: {api: {image: a}}" };
            take(&world, &[(file, text)], how(source)).await.unwrap();
            has_all(&said(&*space(&world).await), &[&format!("service/{} in-project project/{name}", if source == "two" { "two.name.api" } else { "api" })]);
        }
        let texts = [("rb/a/README.md", "# Runbook: a"), ("rb/b/README.md", "# Runbook: b"), ("rb/c.md", "# Runbook: c")];
        take(&world, &texts, how("texts")).await.unwrap();
        has_all(&said(&*space(&world).await), &[
            "document/rb/a/README title Runbook: a", "document/rb/b/README title Runbook: b", "document/c title Runbook: c",
        ]);
    }

    async fn what_is_only_referred_to_is_told_apart_by_its_scope(database: Database) {
        let world = world(database).await;
        let text = "services: {api: {volumes: [\"data:/x\"], networks: [net], secrets: [key], configs: [set]}}";
        for project in ["one", "two"] {
            take(&world, &[(&format!("{project}/compose.yaml"), text)], how(project)).await.unwrap();
        }
        let spec = "{template: {spec: {containers: [], volumes: [{name: v, secret: {secretName: tls}}]}}}";
        let of = |namespace: &str| format!("---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web, namespace: {namespace}}}, spec: {spec}}}\n");
        for namespace in ["prod", "staging"] {
            take(&world, &[(&format!("{namespace}.yaml"), &of(namespace))], how(namespace)).await.unwrap();
        }
        has_all(&said(&*space(&world).await), &[
            "service/api uses-volume volume/data", "volume/data in-project project/one", "service/two.api uses-volume volume/two.data",
            "service/two.api on-network network/two.net", "service/two.api uses-secret secret/two.key",
            "service/two.api uses-config config/two.set", "config/two.set in-project project/two",
            "service/web uses-secret secret/tls", "service/staging.web uses-secret secret/staging.tls",
            "secret/staging.tls in-namespace namespace/staging",
        ]);
    }
}
