//! `/knowledge`. What bases do is tested by `oriel-knowledge`.

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::problem;

#[tokio::test]
async fn a_base_is_made_changed_asked_and_deleted() -> Result<()> {
    let app = TestApp::start().await?;
    let operator = app.user("otto", Role::Operator).await?;
    let made = app.admin.post("/knowledge", &json!({"name": "shop", "description": "what belongs where"})).await?;
    assert_eq!((made.status().as_u16(), made.headers()["etag"].to_str()?), (201, "\"0-7aa66bfe\""));
    let taken = app.admin.post("/knowledge", &json!({"name": "shop"})).await?;
    assert_eq!(problem(taken, 409, "conflict").await?["field"], "name");

    let add = json!({"operations": [
        {"op": "add", "text": "(Member (Concept \"cart\") (Concept \"shop\")) (Concept \"mail\" (av 1 1 1))"},
        {"op": "unset_attention", "atom": "(Concept \"mail\")"},
    ], "note": "first", "expected_version": 0});
    let changed: Value = operator.post("/knowledge/shop/changes", &add).await?.json().await?;
    assert_eq!((&changed["version"], &changed["atoms"], &changed["atoms_before"]), (&json!(1), &json!(4), &json!(0)));
    let late = problem(operator.post("/knowledge/shop/changes", &add).await?, 409, "conflict").await?;
    assert!(late["detail"].as_str().unwrap().contains("version 1"), "{late}");
    let remove = json!({"operations": [{"op": "remove", "atom": "(Concept \"cart\")", "recursive": true}]});
    assert_eq!(operator.post("/knowledge/shop/changes", &remove).await?.status(), 201);

    let ask = |version: Value| {
        let query = "(Get (Member (Variable \"$what\") (Concept \"shop\")))";
        operator
            .request(Method::POST, "/knowledge/shop/query")
            .json(&json!({"query": query, "version": version}))
            .send()
    };
    let answer: Value = ask(json!(1)).await?.json().await?;
    assert_eq!((&answer["kind"], &answer["variables"]), (&json!("solutions"), &json!(["$what"])));
    assert_eq!((&answer["rows"], &answer["more"]), (&json!([["(Concept \"cart\")"]]), &json!(false)));
    let answer: Value = ask(Value::Null).await?.json().await?;
    assert_eq!((&answer["version"], &answer["rows"]), (&json!(2), &json!([])));
    problem(ask(json!(9)).await?, 422, "invalid").await?;

    let history = app.admin.json("/knowledge/shop/changes?limit=1").await?;
    assert_eq!((&history["items"][0]["version"], &history["items"][0]["actor"]), (&json!(2), &json!("otto")));
    assert!(history["next_cursor"].is_string());
    let diff = app.admin.json("/knowledge/shop/diff?from=1").await?;
    assert_eq!((&diff["removed_count"], &diff["removed"][0]), (&json!(2), &json!("(Concept \"cart\")")));
    let csv = app.admin.get("/knowledge/shop/atoms?version=1&format=csv").await?;
    assert_eq!((csv.headers()["oriel-left-out"].to_str()?, csv.headers()["oriel-version"].to_str()?), ("1", "1"));
    assert!(csv.text().await?.contains("cart,,shop,,,Member"));
    assert_eq!(app.admin.get("/knowledge/shop/atoms").await?.text().await?, "(Concept \"shop\")\n(Concept \"mail\")\n");

    assert_eq!(app.admin.json("/knowledge").await?["items"][0]["name"], "shop");
    assert_eq!(app.admin.request(Method::DELETE, "/knowledge/shop").send().await?.status(), 204);
    problem(app.admin.get("/knowledge/shop").await?, 404, "not-found").await?;
    assert_eq!(app.admin.json("/knowledge").await?["items"], json!([]));
    app.stop().await
}

#[tokio::test]
async fn a_change_that_was_made_for_another_version_fails_by_if_match() -> Result<()> {
    let app = TestApp::start().await?;
    app.admin.post("/knowledge", &json!({"name": "shop"})).await?;
    app.admin.post("/knowledge", &json!({"name": "other"})).await?;
    let add = |name: &str| json!({"operations": [{"op": "add", "text": format!("(Inheritance (Concept \"{name}\") (Concept \"x\"))")}]});
    for base in ["shop", "other"] {
        assert_eq!(app.admin.post(&format!("/knowledge/{base}/changes"), &add(base)).await?.status(), 201);
    }
    let send = |method: Method, path: &str, tag: &str, body: &Value| {
        app.admin.request(method, path).header("If-Match", tag).json(body).send()
    };
    let rewrite = json!({"query": "(Bind (Inheritance (Concept \"shop\") (Variable \"$x\")) (Member (Variable \"$x\") (Concept \"y\")))"});
    for (method, path, body) in [
        (Method::POST, "/knowledge/shop/changes", add("late")),
        (Method::POST, "/knowledge/shop/rewrite", rewrite),
        (Method::POST, "/knowledge/shop/merge", json!({"source": "other"})),
        (Method::PATCH, "/knowledge/shop", json!({"description": "late"})),
        (Method::DELETE, "/knowledge/shop", json!({})),
    ] {
        let answer = send(method.clone(), path, "\"0\"", &body).await?;
        assert_eq!(problem(answer, 412, "precondition-failed").await?["field"], "If-Match", "{method} {path}");
    }
    for path in ["/knowledge/shop/atoms", "/knowledge/shop/ingest?source=cluster"] {
        let part = reqwest::multipart::Part::text("(Concept \"late\")").file_name("late.scm");
        let form = reqwest::multipart::Form::new().part("file", part);
        let answer = app.admin.request(Method::POST, path).header("If-Match", "\"0\"").multipart(form).send().await?;
        problem(answer, 412, "precondition-failed").await?;
    }
    let got = app.admin.get("/knowledge/shop").await?;
    let tag = got.headers()["etag"].to_str()?.to_owned();
    assert!(tag.starts_with("\"1-"), "nothing was changed: {tag}");
    let edited =
        send(Method::PATCH, "/knowledge/shop", &tag, &json!({"name": "shop-eu", "description": "sold"})).await?;
    assert_eq!(edited.status(), 200);
    let newer = edited.headers()["etag"].to_str()?.to_owned();
    assert!(newer.starts_with("\"1-") && newer != tag, "{newer}");
    problem(
        send(Method::PATCH, "/knowledge/shop-eu", &tag, &json!({"description": "late"})).await?,
        412,
        "precondition-failed",
    )
    .await?;
    assert_eq!(app.admin.json("/knowledge/shop-eu").await?["description"], "sold");
    problem(app.admin.get("/knowledge/shop").await?, 404, "not-found").await?;
    let taken = send(Method::PATCH, "/knowledge/shop-eu", "*", &json!({"name": "other"})).await?;
    assert_eq!(problem(taken, 409, "conflict").await?["field"], "name");
    for (tag, name) in [(newer.as_str(), "one"), ("\"2\"", "two"), ("*", "three")] {
        let done = send(Method::POST, "/knowledge/shop-eu/changes", tag, &add(name)).await?;
        assert_eq!(done.status(), 201, "{tag}");
    }
    let done = send(Method::DELETE, "/knowledge/shop-eu", "\"4\"", &json!({})).await?;
    assert_eq!(done.status(), 204);
    problem(send(Method::POST, "/knowledge/shop-eu/undelete", "\"3\"", &json!({})).await?, 412, "precondition-failed")
        .await?;
    problem(send(Method::POST, "/knowledge/shop-eu/purge", "\"3\"", &json!({})).await?, 412, "precondition-failed")
        .await?;
    assert_eq!(send(Method::POST, "/knowledge/shop-eu/undelete", "\"4\"", &json!({})).await?.status(), 200);
    app.stop().await
}

#[tokio::test]
async fn of_edits_of_the_same_at_one_time_one_is_made() -> Result<()> {
    let app = TestApp::start().await?;
    let made = app.admin.post("/knowledge", &json!({"name": "shop"})).await?;
    let tag = made.headers()["etag"].to_str()?.to_owned();
    let edits = (0..8).map(|number| {
        let request = app.admin.request(Method::PATCH, "/knowledge/shop").header("If-Match", &tag);
        request.json(&json!({"description": format!("by {number}")})).send()
    });
    let mut made = Vec::new();
    for answer in futures::future::join_all(edits).await {
        let answer = answer?;
        if answer.status() == 200 {
            made.push(answer.json::<Value>().await?["description"].clone());
        } else {
            assert_eq!(problem(answer, 412, "precondition-failed").await?["field"], "If-Match");
        }
    }
    assert_eq!(made, [app.admin.json("/knowledge/shop").await?["description"].clone()]);
    app.stop().await
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named() -> Result<()> {
    let app = TestApp::start().await?;
    app.admin.post("/knowledge", &json!({"name": "shop"})).await?;
    for (path, body, field) in [
        ("/knowledge", json!({"name": "Shop"}), "name"),
        ("/knowledge/shop/changes", json!({"operations": []}), "operations"),
        ("/knowledge/shop/changes", json!({"operations": [{"op": "add", "text": "(Concpet \"a\")"}]}), "operations"),
        ("/knowledge/shop/query", json!({"query": "(Get"}), "query"),
        ("/knowledge/shop/query", json!({"query": "(Get (Concept \"a\"))", "limit": 10_001}), "limit"),
        (
            "/knowledge/shop/query",
            json!({"query": "(Get (Concept \"a\"))", "version": 0, "at": "2026-01-01T00:00:00Z"}),
            "at",
        ),
    ] {
        let answer = problem(app.admin.post(path, &body).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{path} {body}: {answer}");
    }
    let wrong = json!({"operations": [{"op": "add", "text": "(Concept \"a\")\n (Concpet \"b\")"}]});
    let answer = problem(app.admin.post("/knowledge/shop/changes", &wrong).await?, 422, "invalid").await?;
    assert!(answer["detail"].as_str().unwrap().starts_with("2:3: "), "{answer}");
    for (path, field) in [
        ("/knowledge/shop/diff", "from"),
        ("/knowledge/shop/diff?from=99", "from"),
        ("/knowledge/shop/diff?from=0&to=99", "to"),
        ("/knowledge/shop/diff?from=2001-01-01T00:00:00Z", "from"),
        ("/knowledge/shop/path?from=a", "to"),
    ] {
        assert_eq!(problem(app.admin.get(path).await?, 422, "invalid").await?["field"], field, "{path}");
    }
    problem(app.admin.get("/knowledge/stock/atoms").await?, 404, "not-found").await?;
    app.stop().await
}

#[tokio::test]
async fn a_base_is_searched_merged_and_concluded_from() -> Result<()> {
    let app = TestApp::start().await?;
    let operator = app.user("otto", Role::Operator).await?;
    let viewer = app.user("vera", Role::Viewer).await?;
    for name in ["shop", "all"] {
        assert_eq!(app.admin.post("/knowledge", &json!({"name": name})).await?.status(), 201);
    }
    let text = r#"(Evaluation (stv 1 0.9) (Predicate "calls") (List (Concept "web") (Concept "cart")))
        (Inheritance (stv 1 0.9) (Concept "cart") (Concept "service"))
        (Evaluation (stv 0.2 0.9) (Predicate "up") (Concept "cart"))
        (Not (stv 0.1 0.9) (Evaluation (Predicate "up") (Concept "cart")))
        (Evaluation (stv 1 0.9) (Predicate "down") (Concept "db"))
        (Implication (stv 0.9 0.9) (Evaluation (Predicate "down") (Concept "db"))
          (Evaluation (Predicate "slow") (Concept "web")))"#;
    let add = json!({"operations": [{"op": "add", "text": text}]});
    assert_eq!(operator.post("/knowledge/shop/changes", &add).await?.status(), 201);

    let found = viewer.json("/knowledge/shop/search?words=cart&near=web&hops=1").await?;
    assert_eq!((&found["found"], found["hits"][0]["edges"].as_array().map(Vec::len)), (&json!(1), Some(2)), "{found}");
    problem(viewer.get("/knowledge/shop/search?words=cart&limit=5000").await?, 422, "invalid").await?;
    let path = viewer.json("/knowledge/shop/path?from=web&to=service&directed=true").await?;
    assert_eq!((&path["exists"], path["hops"].as_array().map(Vec::len)), (&json!(true), Some(2)), "{path}");
    assert_eq!(viewer.json("/knowledge/shop/path?from=service&to=web&directed=true").await?["exists"], json!(false));
    let related = viewer.json("/knowledge/shop/related?node=web&through_classes=true").await?;
    assert_eq!(related["related"][0]["atom"], "(Concept \"service\")");

    let slow = r#"(Evaluation (Predicate "slow") (Variable "$what"))"#;
    let ask = json!({"target": slow, "proof": true});
    let found: Value = viewer.post("/knowledge/shop/infer", &ask).await?.json().await?;
    let one = &found["conclusions"][0];
    assert_eq!((&one["values"]["$what"], &found["applied"]), (&json!("(Concept \"web\")"), &Value::Null), "{found}");
    assert_eq!(one["proof"].as_array().unwrap().last().unwrap()["by"], "modus-ponens");
    let keep = json!({"target": slow, "keep": true});
    problem(viewer.post("/knowledge/shop/infer", &keep).await?, 403, "forbidden").await?;
    let kept: Value = operator.post("/knowledge/shop/infer", &keep).await?.json().await?;
    assert_eq!(kept["applied"]["version"], 2, "{kept}");
    let wrong = json!({"target": "(Concpet \"a\")"});
    assert_eq!(problem(viewer.post("/knowledge/shop/infer", &wrong).await?, 422, "invalid").await?["field"], "target");
    let wrong = json!({"target": slow, "rules": ["none"]});
    assert_eq!(problem(viewer.post("/knowledge/shop/infer", &wrong).await?, 422, "invalid").await?["field"], "rules");

    let found = viewer.json("/knowledge/shop/contradictions?version=1").await?;
    // The statement and its `Not`; and the statement, which the `Not` concludes otherwise.
    let kinds = [0, 1].map(|at| found["contradictions"][at]["kind"].as_str());
    assert_eq!((&found["found"], kinds), (&json!(2), [Some("negation"), Some("evidence")]), "{found}");
    let rules = viewer.json("/knowledge/shop/rules").await?;
    assert_eq!((&rules["bases"][0]["name"], &rules["bases"][0]["shipped"]), (&json!("pln"), &json!(true)));

    let merge = json!({"source": "shop", "version": 1});
    let merged: Value = operator.post("/knowledge/all/merge", &merge).await?.json().await?;
    assert_eq!((&merged["applied"]["version"], &merged["source_version"]), (&json!(1), &json!(1)), "{merged}");
    let other = json!({"operations": [{"op": "add", "text":
        "(Evaluation (stv 0.7 0.9) (Predicate \"up\") (Concept \"cart\"))"}]});
    assert_eq!(operator.post("/knowledge/all/changes", &other).await?.status(), 201);
    let refused = problem(operator.post("/knowledge/all/merge", &merge).await?, 409, "conflict").await?;
    assert_eq!(refused["field"], "prefer");
    app.stop().await
}

#[tokio::test]
async fn a_part_of_a_base_is_asked() -> Result<()> {
    let app = TestApp::start().await?;
    app.admin.post("/knowledge", &json!({"name": "shop"})).await?;
    let text = "(Member (Concept \"cart\") (Concept \"shop\")) (Member (Concept \"mail\") (Concept \"post\")) \
                (Inheritance (Concept \"shop\") (Concept \"place\"))";
    let add = json!({"operations": [{"op": "add", "text": text}]});
    app.admin.post("/knowledge/shop/changes", &add).await?;
    let viewer = app.user("vera", Role::Viewer).await?;
    let atoms = async |of: &str| anyhow::Ok(viewer.get(&format!("/knowledge/shop/atoms?{of}")).await?.text().await?);
    assert_eq!(atoms("around=cart").await?, "(Member (Concept \"cart\") (Concept \"shop\"))\n");
    assert_eq!(atoms("around=cart&hops=2").await?.lines().count(), 2);
    assert_eq!(atoms("type=Member").await?.lines().count(), 2);
    assert_eq!(atoms("type=Member&around=place").await?.lines().count(), 3);
    let members = "(Get (Member (Variable \"$a\") (Variable \"$b\")))";
    let body = json!({"query": members, "part": {"around": ["(Concept \"mail\")"], "hops": 1}});
    let answer: Value = viewer.post("/knowledge/shop/query", &body).await?.json().await?;
    assert_eq!(answer["rows"], json!([["(Concept \"mail\")", "(Concept \"post\")"]]));
    let path = viewer.json("/knowledge/shop/path?from=cart&to=place&hops=2").await?;
    assert_eq!((&path["exists"], path["hops"].as_array().unwrap().len()), (&json!(true), 2));
    problem(viewer.get("/knowledge/shop/path?from=cart&to=place&hops=1").await?, 422, "invalid").await?;
    let related = viewer.json("/knowledge/shop/related?node=cart&hops=2&through_classes=true").await?;
    assert_eq!(related["related"][0]["atom"], "(Concept \"place\")");
    for (query, field) in [
        ("type=Membre", "type"),
        ("around=nobody", "around"),
        ("around=cart&hops=11", "hops"),
        ("type=Member&most=1000001", "most"),
        ("type=Member&most=5", "most"),
    ] {
        let answer = problem(viewer.get(&format!("/knowledge/shop/atoms?{query}")).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{query}: {answer}");
    }
    let body = json!({"query": members, "part": {"kind": "all"}});
    let answer = viewer.post("/knowledge/shop/query", &body).await?;
    assert!(answer.status().is_client_error());
    let keep = json!({"forward": true, "keep": true, "part": {"types": ["Member"]}});
    let answer = problem(app.admin.post("/knowledge/shop/infer", &keep).await?, 422, "invalid").await?;
    assert_eq!(answer["field"], "selection");
    let nobody = app.nobody()?;
    problem(nobody.get("/knowledge/shop/atoms?type=Member").await?, 401, "unauthenticated").await?;
    app.stop().await
}

#[tokio::test]
async fn a_deleted_base_comes_back_or_goes_for_good() -> Result<()> {
    let app = TestApp::start().await?;
    let operator = app.user("otto", Role::Operator).await?;
    for name in ["shop", "other"] {
        assert_eq!(app.admin.post("/knowledge", &json!({"name": name})).await?.status(), 201);
    }
    let act = |path: &'static str| app.admin.request(Method::POST, path).send();
    let answer = problem(act("/knowledge/shop/purge").await?, 422, "invalid").await?;
    assert!(answer["detail"].as_str().unwrap().contains("delete it first"), "{answer}");
    problem(act("/knowledge/shop/undelete").await?, 422, "invalid").await?;
    problem(act("/knowledge/none/undelete").await?, 404, "not-found").await?;

    assert_eq!(app.admin.request(Method::DELETE, "/knowledge/shop").send().await?.status(), 204);
    let names = async |query: &str| {
        let listed = operator.json(&format!("/knowledge{query}")).await.unwrap();
        listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!((names("").await, names("?deleted=true").await), (vec!["other".to_owned()], vec!["shop".to_owned()]));
    let back = act("/knowledge/shop/undelete").await?;
    assert_eq!((back.status().as_u16(), back.json::<Value>().await?["name"].as_str()), (200, Some("shop")));
    assert_eq!(names("?deleted=true&limit=5").await, [""; 0]);

    assert_eq!(app.admin.request(Method::DELETE, "/knowledge/shop").send().await?.status(), 204);
    assert_eq!(act("/knowledge/shop/purge").await?.status(), 204);
    assert_eq!(names("?deleted=true").await, [""; 0]);
    assert_eq!(app.admin.post("/knowledge", &json!({"name": "shop"})).await?.status(), 201, "its name is free");
    let audit = app.admin.json("/audit?subject=").await?;
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|one| one["action"].as_str()).collect();
    assert_eq!(actions[..4], ["knowledge.create", "knowledge.purge", "knowledge.delete", "knowledge.undelete"]);
    app.stop().await
}

#[tokio::test]
async fn a_base_is_checked_explained_and_rewritten() -> Result<()> {
    let app = TestApp::start().await?;
    let operator = app.user("otto", Role::Operator).await?;
    let viewer = app.user("vera", Role::Viewer).await?;
    assert_eq!(app.admin.post("/knowledge", &json!({"name": "shop"})).await?.status(), 201);
    let text = r#"(Member (Concept "cart") (Concept "shop")) (Member (Concept "web") (Concept "shop"))"#;
    let add = json!({"operations": [{"op": "add", "text": text}]});
    assert_eq!(operator.post("/knowledge/shop/changes", &add).await?.status(), 201);

    let found: Value = viewer.post("/knowledge/shop/validate", &json!({})).await?.json().await?;
    assert_eq!(
        (&found["ok"], &found["changes"], &found["atoms"], &found["memory"]),
        (&json!(true), &json!(1), &json!(5), &json!(true))
    );
    problem(operator.post("/knowledge/shop/validate", &json!({"repair": true})).await?, 403, "forbidden").await?;
    let found: Value = app.admin.post("/knowledge/shop/validate", &json!({"repair": true})).await?.json().await?;
    assert_eq!((&found["ok"], &found["repaired"]), (&json!(true), &json!(false)), "{found}");

    let get = r#"(Get (Member (Variable "$what") (Concept "shop")))"#;
    let plan: Value = viewer.post("/knowledge/shop/explain", &json!({"query": get, "ask": true})).await?.json().await?;
    assert_eq!(
        (&plan["plan"]["asked"], plan["text"].as_str().map(str::is_empty)),
        (&json!(true), Some(false)),
        "{plan}"
    );
    let wrong =
        problem(viewer.post("/knowledge/shop/explain", &json!({"query": "(Get"})).await?, 422, "invalid").await?;
    assert_eq!(wrong["field"], "query");

    let bind =
        r#"(Bind (Member (Variable "$what") (Concept "shop")) (Inheritance (Variable "$what") (Concept "service")))"#;
    let rewrite = |user: &oriel_testkit::app::User, version: u64| {
        user.request(Method::POST, "/knowledge/shop/rewrite")
            .json(&json!({"query": bind, "expected_version": version, "note": "by rule"}))
            .send()
    };
    problem(rewrite(&viewer, 1).await?, 403, "forbidden").await?;
    problem(rewrite(&operator, 7).await?, 409, "conflict").await?;
    let kept: Value = rewrite(&operator, 1).await?.json().await?;
    assert_eq!((&kept["applied"]["version"], &kept["applied"]["atoms"]), (&json!(2), &json!(8)), "{kept}");
    let kept: Value = rewrite(&operator, 2).await?.json().await?;
    assert_eq!(kept["applied"], Value::Null);

    let diff = viewer.json("/knowledge/shop/diff?from=1&to=newest").await?;
    assert_eq!((&diff["from"], &diff["to"], &diff["added_count"]), (&json!(1), &json!(2), &json!(3)), "{diff}");
    let created = viewer.json("/knowledge/shop").await?["created_at"].as_str().unwrap().to_owned();
    // The clock stands still: at that moment all was there.
    assert_eq!(viewer.json(&format!("/knowledge/shop/diff?from=0&to={created}")).await?["to"], 2);
    for (path, field, says) in [
        ("diff?from=yesterday", "from", "2026-11-20T10:00:00Z"),
        ("diff?from=%2B12026-11-20T10:00:00Z", "from", "years 0 to 9999"),
        ("search?words=a&at=%2B12026-11-20T10:00:00Z", "at", "years are 0 to 9999"),
        ("rules?at=-0001-11-20T10:00:00Z", "at", "years are 0 to 9999"),
    ] {
        let answer = problem(viewer.get(&format!("/knowledge/shop/{path}")).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains(says), "{answer}");
    }
    app.stop().await
}

#[tokio::test]
async fn rules_are_suggested() -> Result<()> {
    let app = TestApp::start().await?;
    let viewer = app.user("vera", Role::Viewer).await?;
    assert_eq!(app.admin.post("/knowledge", &json!({"name": "shop"})).await?.status(), 201);
    let case = |number: usize| {
        let one = format!("(Concept \"case {number}\")");
        let said = |what: &str| format!("(Evaluation (stv 1 0.9) (Predicate \"{what}\") {one})");
        let facts = if number.is_multiple_of(2) { said("slow") + &said("full") } else { said("quick") };
        format!("(Member {one} (Concept \"case\")) {facts}")
    };
    let text: String = (0..40).map(case).collect();
    let add = json!({"operations": [{"op": "add", "text": text}]});
    assert_eq!(app.admin.post("/knowledge/shop/changes", &add).await?.status(), 201);
    let found = viewer.json("/knowledge/shop/suggestions?kind=case&limit=3").await?;
    let first = &found["suggestions"][0];
    assert_eq!((&found["cases"], &found["complete"]), (&json!(40), &json!(true)), "{found}");
    assert!(first["rule"].as_str().unwrap().starts_with("(Implication (stv ") && first["held"] == 20, "{found}");
    for (query, field) in [("kind=none", "kind"), ("kind=case&limit=5000", "limit"), ("kind=slow", "kind")] {
        let answer =
            problem(viewer.get(&format!("/knowledge/shop/suggestions?{query}")).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{answer}");
    }
    app.stop().await
}
