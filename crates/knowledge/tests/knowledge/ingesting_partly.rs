//! Files of which a part cannot be taken, and files that name others.

use oriel_knowledge::ingest::{self, Ingest, Text};
use oriel_testkit::on_each_database;

use crate::ingesting::{has_all, how, said, space, take, world};

fn text(file: &str, text: &str) -> Text {
    Text { file: file.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn says(remarks: &[String], parts: &[&str]) -> bool {
    remarks.iter().any(|remark| parts.iter().all(|part| remark.contains(part)))
}

const MANIFESTS: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: migrate-}
---
apiVersion: v1
kind: [broken
---
metadata: {name: nobody}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: mail}}
- {apiVersion: v1, kind: ConfigMap, metadata: {namespace: shop}}
- {apiVersion: v1, kind: Secret, metadata: {name: key, namespace: shop}}
";
const STATE: &str = r#"{"version": 4, "terraform_version": "1.9", "lineage": "x", "resources": [
  {"mode": "managed", "type": "aws_db", "name": "db", "instances": []},
  {"mode": "managed", "name": "nothing"},
  {"mode": "managed", "type": "aws_vm", "name": "vm", "instances": []}]}"#;
const SPANS: &str = r#"{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}]}, "scopeSpans": [{"spans": [{"traceId": "1", "spanId": "1"}, {"traceId": "1"}]}]}]}
{"resourceSpans": [{"resource"
{"somethingElse": []}
{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "cart"}}]}, "scopeSpans": [{"spans": [{"traceId": "1", "spanId": "2", "parentSpanId": "1"}]}]}]}
{"resourceSpans": [{"resource": {"attr"#;

on_each_database! {
    async fn what_cannot_be_taken_is_told_and_the_rest_is_taken(database: Database) {
        let world = world(database).await;
        let compose = "services:\n  web: {image: shop/web}\n  broken: 3\n  cart: {depends_on: [web]}\n---\nnothing: here\n";
        let files = [("all.yaml", MANIFESTS), ("x.tfstate", STATE), ("spans.jsonl", SPANS), ("compose.yaml", compose)];
        let done = take(&world, &files, how("all")).await.unwrap();
        let found = said(&*space(&world).await);
        has_all(&found, &[
            "secret/key in-namespace namespace/shop", "resource/aws_db.db instances 0", "resource/aws_vm.vm instances 0",
            "service/web calls service/cart", "service/web image shop/web", "service/cart depends-on service/web",
        ]);
        let remarks = &done.remarks;
        for parts in [
            &["all.yaml line 5", "`generateName`", "kubectl get"][..],
            &["all.yaml:10:", "this document is passed over"],
            &["all.yaml line 12", "without a `kind`"],
            &["all.yaml line 14 items[1]", "without `metadata.name`"],
            &["x.tfstate resources[1].type", "passed over"],
            &["spans.jsonl line 1", "`traceId` and `spanId`"],
            &["spans.jsonl:3:", "this document is passed over"],
            &["spans.jsonl line 3", "no `resourceSpans`"],
            &["spans.jsonl:5:", "this document is passed over"],
            &["compose.yaml services.broken", "a service is a mapping"],
            &["compose.yaml line 6", "needs `services`"],
        ] {
            assert!(says(remarks, parts), "no {parts:?} in {remarks:#?}");
        }
        // What has nothing else is refused, but for what only waits for its name.
        let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-}\n";
        let none = take(&world, &[("job.yaml", job)], how("job")).await.unwrap();
        assert!(none.facts == 0 && says(&none.remarks, &["job.yaml line 1", "`generateName`"]), "{none:#?}");
        for (name, text) in [
            ("a.yaml", "apiVersion: v1\nkind: List\nitems: [{kind: Pod, metadata: {}}, {}]\n"),
            ("a.json", "{\"version\": 4, \"lineage\": \"x\", \"resources\": [{\"mode\": \"managed\"}]}"),
            ("a.yaml", "services: {web: 3, cart: [x]}\n"),
            ("a.jsonl", "{\"resourceSpans\": [{\"resource\": {\"attributes\": [{\"key\": \"service.name\", \"value\": {\"stringValue\": \"web\"}}]}, \"scopeSpans\": [{\"spans\": [{}]}]}]}"),
        ] {
            let error = take(&world, &[(name, text)], how("bad")).await.unwrap_err().to_string();
            assert!(error.starts_with(name) && error.contains("nothing was changed"), "{error}");
        }
    }

    async fn many_that_cannot_be_taken_are_counted(database: Database) {
        let world = world(database).await;
        let bad = "- {apiVersion: v1, kind: Pod, metadata: {}}\n".repeat(1_000);
        let all = format!("apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Namespace, metadata: {{name: shop}}}}\n{bad}");
        let done = take(&world, &[("all.yaml", &all)], how("all")).await.unwrap();
        assert!(says(&done.remarks, &["all.yaml: 980 more items are passed over"]), "{:#?}", done.remarks);
        assert_eq!(done.remarks.len(), 21);
    }

    async fn compose_files_that_are_at_hand_are_followed(database: Database) {
        let world = world(database).await;
        let app = "\
name: shop
include:
- ../data/compose.yaml
- path: [extra.yaml, missing.yaml]
services:
  web:
    extends: {file: ../common/base.yaml, service: web}
    depends_on: [db]
  lost: {extends: {file: ../../outside.yaml, service: x}, image: lost}
";
        let data = "include: [./more/cache.yaml]\nservices:\n  db: {image: postgres}\n  web: {image: not/this}\n";
        let base = "services:\n  web: {extends: root, image: shop/web}\n  root: {profiles: [front], image: root}\n";
        let given = [
            ("app/compose.yaml", app), ("data/compose.yaml", data), ("app/extra.yaml", "services: {extra: {depends_on: [web]}}"),
        ];
        let beside = vec![
            text("common/base.yaml", base), text("data/more/cache.yaml", "include: [../compose.yaml]\nservices: {cache: {image: redis}}"),
        ];
        assert_eq!(ingest::referenced(&text("app/compose.yaml", app)), [
            "../outside.yaml", "app/extra.yaml", "app/missing.yaml", "common/base.yaml", "data/compose.yaml",
        ]);
        assert_eq!(ingest::referenced(&text("notes.md", "include: [x.yaml]")), Vec::<String>::new());
        let done = take(&world, &given, Ingest { beside, ..how("shop") }).await.unwrap();
        let found = said(&*space(&world).await);
        has_all(&found, &[
            "service/web image shop/web", "service/web in-profile profile/front", "service/web depends-on service/db",
            "service/db image postgres", "service/cache image redis", "service/extra depends-on service/web", "service/lost image lost",
        ]);
        // All of it is one project, and each service stands once; what is only extended is none.
        let projects: Vec<&String> = found.iter().filter(|fact| fact.contains(" in-project ")).collect();
        assert!(projects.len() == 5 && projects.iter().all(|fact| fact.ends_with(" project/shop")), "{projects:#?}");
        assert!(!found.iter().any(|fact| fact.contains("not/this") || fact.contains("service/root")), "{found:#?}");
        assert!(says(&done.remarks, &["app/compose.yaml:1", "it includes missing.yaml"]), "{:#?}", done.remarks);
        assert!(says(&done.remarks, &["app/compose.yaml services.lost", "not at hand"]), "{:#?}", done.remarks);
        assert_eq!(done.remarks.len(), 2, "{:#?}", done.remarks);
        let dump = space(&world).await.dump();
        assert!(dump.contains("\"data/more/cache.yaml services.cache\""), "{dump}");
    }

    async fn compose_files_of_one_name_are_all_taken(database: Database) {
        let world = world(database).await;
        let (one, other) = ("services: {web: {image: web}}", "services: {cart: {image: cart}}");
        let main = "include: [compose.yaml]\nname: shop\nservices: {mail: {image: mail}}";
        let given = [("compose.yaml", one), ("main.yaml", main), ("compose.yaml", other), ("./compose.yaml", one)];
        let done = take(&world, &given, how("all")).await.unwrap();
        let found = said(&*space(&world).await);
        // One of them is a part of the project that includes it, and the others stand by themselves.
        has_all(&found, &["service/web image web", "service/web in-project project/shop", "service/cart image cart", "service/mail image mail"]);
        assert!(!found.iter().any(|fact| fact.contains("service/cart in-project")), "{found:#?}");
        assert!(says(&done.remarks, &["compose.yaml", "2 different files have this name"]), "{:#?}", done.remarks);
        assert_eq!((done.remarks.len(), done.files.len()), (1, 4), "{:#?}", done.remarks);
        // The same again takes nothing away.
        let again = take(&world, &given, how("all")).await.unwrap();
        assert_eq!((again.added, again.changed, again.gone), (0, 0, 0));
    }

    async fn what_two_projects_include_is_a_part_of_both(database: Database) {
        let world = world(database).await;
        let of = |name: &str| format!("name: {name}\ninclude: [common.yaml]\nservices: {{{name}: {{depends_on: [db]}}}}");
        let (shop, mail) = (of("shop"), of("mail"));
        let common = "include: [more.yaml]\nservices: {db: {image: postgres}, broken: 3}";
        let given = [("shop.yaml", &*shop), ("common.yaml", common), ("mail.yaml", &*mail), ("more.yaml", "services: {cache: {image: redis}}")];
        let done = take(&world, &given, how("all")).await.unwrap();
        let found = said(&*space(&world).await);
        for project in ["shop", "mail"] {
            let of = found.iter().filter(|fact| fact.ends_with(&format!(" in-project project/{project}"))).count();
            assert_eq!(of, 3, "{project}: {found:#?}");
            let depends = format!("service/{project} depends-on service/{project}.db");
            assert!(found.contains(&depends), "{depends}: {found:#?}");
        }
        // What is wrong in it is told once.
        assert_eq!(done.remarks.len(), 1, "{:#?}", done.remarks);
        assert!(says(&done.remarks, &["common.yaml services.broken"]), "{:#?}", done.remarks);
    }

    async fn compose_files_that_include_each_other_are_read_once(database: Database) {
        let world = world(database).await;
        let given = [
            ("a.yaml", "include: [b.yaml]\nservices: {a: {image: a}}"), ("b.yaml", "include: [a.yaml]\nservices: {b: {image: b}}"),
        ];
        let done = take(&world, &given, how("both")).await.unwrap();
        has_all(&said(&*space(&world).await), &["service/a image a", "service/b image b"]);
        assert!(done.remarks.is_empty(), "{:#?}", done.remarks);
    }
}
