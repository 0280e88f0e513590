//! `/knowledge`: patterns, what is alike, outcomes and attention. What they find is tested by `oriel-knowledge`.

use std::fmt::Write as _;

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::problem;

/// A server with a base `shop` of forty services, every second of them old and slow.
async fn shop() -> Result<TestApp> {
    let app = TestApp::start().await?;
    assert_eq!(app.admin.post("/knowledge", &json!({"name": "shop"})).await?.status(), 201);
    let mut text = String::new();
    for at in 0..40 {
        let _ = writeln!(text, "(Member (stv 1 0.9) (Concept \"s{at}\") (Concept \"service\"))");
        for what in ["old", "slow"].iter().filter(|_| at % 2 == 0) {
            let _ = writeln!(text, "(Evaluation (stv 1 0.9) (Predicate \"{what}\") (Concept \"s{at}\"))");
        }
    }
    let add = json!({"operations": [{"op": "add", "text": text}]});
    assert_eq!(app.admin.post("/knowledge/shop/changes", &add).await?.status(), 201);
    Ok(app)
}

#[tokio::test]
async fn patterns_similar_things_and_groups_are_found() -> Result<()> {
    let app = shop().await?;
    let viewer = app.user("vera", Role::Viewer).await?;
    let found = viewer.json("/knowledge/shop/patterns?of=service&min_support=10&max_size=2&limit=1").await?;
    let first = &found["patterns"][0];
    assert_eq!((&found["found"], &first["support"], &first["size"]), (&json!(3), &json!(20), &json!(2)), "{found}");
    assert_eq!((&first["surprise"], &first["expected"]), (&json!(0.5), &json!(10.0)), "{found}");
    assert!(first["pattern"].as_str().unwrap().starts_with("(And (Evaluation (Predicate \"old\")"), "{found}");
    let looked = json!({"things": 40, "told": 20, "left": 0, "complete": true, "ended": "all was looked at"});
    assert_eq!((&found["version"], &found["looked"]), (&json!(1), &looked));
    let bounded = viewer.json("/knowledge/shop/patterns?of=service&steps=5").await?;
    assert_eq!(bounded["looked"]["ended"], "all steps were taken", "{bounded}");

    let found = viewer.json("/knowledge/shop/similar?atom=s0&of=service&limit=2&least=0.5").await?;
    let first = &found["similar"][0];
    assert_eq!((&found["atom"], &found["is_told"]), (&json!("(Concept \"s0\")"), &json!(true)), "{found}");
    assert_eq!((&first["atom"], &first["strength"]), (&json!("(Concept \"s2\")"), &json!(1.0)), "{found}");
    assert_eq!((&found["found"], found["similar"].as_array().map(Vec::len)), (&json!(19), Some(2)), "{found}");
    assert_eq!(first["by"].as_array().map(Vec::len), Some(2), "{found}");

    let found = viewer.json("/knowledge/shop/clusters?of=service").await?;
    assert_eq!((&found["found"], &found["alone"]), (&json!(1), &json!(0)), "{found}");
    assert_eq!(found["groups"][0]["members"].as_array().map(Vec::len), Some(20), "{found}");
    assert_eq!(found["groups"][0]["common"].as_array().map(Vec::len), Some(2), "{found}");

    for (query, field) in [
        ("patterns?of=none", "of"),
        ("patterns?min_support=0", "min_support"),
        ("patterns?max_size=6", "max_size"),
        ("patterns?limit=1001", "limit"),
        ("patterns?steps=50000001", "steps"),
        ("patterns?version=1&at=2026-01-01T00:00:00Z", "at"),
        ("similar?atom=none", "atom"),
        ("similar?atom=s0&of=s1", "of"),
        ("similar?atom=s0&least=2", "least"),
        ("similar", "atom"),
        ("similar?atom=s0&limit=0", "limit"),
        ("clusters?of=service&steps=50", "steps"),
        ("clusters?least=0", "least"),
        ("clusters?of=(Conc", "of"),
    ] {
        let answer = problem(viewer.get(&format!("/knowledge/shop/{query}")).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{query}: {answer}");
    }
    problem(viewer.get("/knowledge/none/patterns").await?, 404, "not-found").await?;
    app.stop().await
}

#[tokio::test]
async fn an_outcome_is_counted_once() -> Result<()> {
    let app = shop().await?;
    let operator = app.user("otto", Role::Operator).await?;
    let viewer = app.user("vera", Role::Viewer).await?;
    let atom = "(Evaluation (Predicate \"slow\") (Concept \"s0\"))";
    let body =
        |positive: u32, total: u32| json!({"atom": atom, "source": "probes", "positive": positive, "total": total});
    problem(viewer.post("/knowledge/shop/outcomes", &body(1, 10)).await?, 403, "forbidden").await?;
    let counted: Value = operator.post("/knowledge/shop/outcomes", &body(0, 10)).await?.json().await?;
    assert_eq!(counted["before"], json!({"strength": 1.0, "confidence": 0.9}), "{counted}");
    // The nine tenths stand for ninety observations.
    assert_eq!((&counted["after"]["strength"], &counted["sources"]), (&json!(0.9), &json!(1)), "{counted}");
    assert_eq!((&counted["applied"]["version"], &counted["replaced"]), (&json!(2), &Value::Null), "{counted}");
    let again: Value = operator.post("/knowledge/shop/outcomes", &body(0, 10)).await?.json().await?;
    assert_eq!((&again["applied"], &again["after"]), (&Value::Null, &counted["after"]), "{again}");

    let late = |tag: &'static str, body: Value| {
        operator.request(Method::POST, "/knowledge/shop/outcomes").header("If-Match", tag).json(&body).send()
    };
    problem(late("\"1\"", body(10, 10)).await?, 412, "precondition-failed").await?;
    let mut expected = body(10, 10);
    expected["expected_version"] = json!(1);
    problem(operator.post("/knowledge/shop/outcomes", &expected).await?, 409, "conflict").await?;
    let replaced: Value = late("\"2\"", body(10, 10)).await?.json().await?;
    assert_eq!(replaced["replaced"], json!({"positive": 0.0, "total": 10.0}), "{replaced}");
    assert_eq!(
        (&replaced["after"]["strength"], &replaced["applied"]["version"]),
        (&json!(1.0), &json!(3)),
        "{replaced}"
    );
    let history = viewer.json("/knowledge/shop/changes?limit=1").await?;
    assert_eq!(
        (&history["items"][0]["kind"], &history["items"][0]["note"], &history["items"][0]["actor"]),
        (&json!("outcome"), &json!("outcome probes"), &json!("otto"))
    );
    for (name, value, field) in [
        ("atom", json!("(Concept \"nobody\")"), "atom"),
        ("source", json!(" "), "source"),
        ("positive", json!(11), "positive"),
        ("total", json!(-1), "total"),
    ] {
        let mut wrong = body(1, 10);
        wrong[name] = value;
        let answer = problem(operator.post("/knowledge/shop/outcomes", &wrong).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{answer}");
    }
    app.stop().await
}

#[tokio::test]
async fn what_matters_is_told_and_changed() -> Result<()> {
    let app = shop().await?;
    let operator = app.user("otto", Role::Operator).await?;
    let viewer = app.user("vera", Role::Viewer).await?;
    let found = viewer.json("/knowledge/shop/attention").await?;
    assert_eq!((&found["found"], &found["reserve"]), (&json!(0), &found["funds"]), "{found}");
    let body = json!({"stimulate": [{"atom": "s0", "by": 500}], "use": ["s1"], "ticks": 1, "expected_version": 1});
    problem(viewer.post("/knowledge/shop/attention", &body).await?, 403, "forbidden").await?;
    let done: Value = operator.post("/knowledge/shop/attention", &body).await?.json().await?;
    assert_eq!((&done["given"], &done["applied"]["version"]), (&json!(500), &json!(2)), "{done}");
    problem(operator.post("/knowledge/shop/attention", &body).await?, 409, "conflict").await?;
    let late = operator.request(Method::POST, "/knowledge/shop/attention").header("If-Match", "\"1\"");
    problem(late.json(&json!({"ticks": 1})).send().await?, 412, "precondition-failed").await?;
    let found = viewer.json("/knowledge/shop/attention?limit=1").await?;
    assert_eq!(found["atoms"], json!([{"atom": "(Concept \"s0\")", "sti": 389.0, "lti": 0.0, "vlti": 0}]), "{found}");
    assert_eq!((&found["funds"], &found["version"]), (&json!({"sti": 1_000_000, "lti": 1_000_000}), &json!(2)));
    assert_eq!(viewer.json("/knowledge/shop/attention?version=1").await?["found"], 0);
    let forget = json!({"protect": ["s0"], "forget_to": 60, "note": "room"});
    let done: Value = operator.post("/knowledge/shop/attention", &forget).await?.json().await?;
    assert_eq!((&done["applied"]["atoms"], &done["over"]), (&json!(60), &json!(0)), "{done}");
    for (body, field) in [
        (json!({}), "attention"),
        (json!({"use": ["nobody"]}), "use"),
        (json!({"ticks": 5000}), "ticks"),
        (json!({"stimulate": [{"atom": "s0", "by": 0}]}), "by"),
        (json!({"funds": {"sti": 1, "lti": 1}}), "funds"),
        (json!({"ticks": 1, "limit": 1001}), "limit"),
    ] {
        let answer = problem(operator.post("/knowledge/shop/attention", &body).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{body}: {answer}");
    }
    app.stop().await
}
