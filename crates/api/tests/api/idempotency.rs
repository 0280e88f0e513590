//! `Idempotency-Key`.

use anyhow::Result;
use oriel_testkit::app::TestApp;
use oriel_testkit::principal::PASSWORD;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::problem;

fn keyed(app: &TestApp, key: &str, body: &Value) -> RequestBuilder {
    app.admin.request(Method::POST, "/users").header("idempotency-key", key).json(body)
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() -> Result<()> {
    let app = TestApp::start().await?;
    let new = json!({"username": "grace", "password": PASSWORD, "role": "viewer"});
    let first = keyed(&app, "k1", &new).send().await?;
    assert_eq!(first.status(), 201);
    assert!(!first.headers().contains_key("idempotency-replayed"));
    let first: Value = first.json().await?;
    let again = keyed(&app, "k1", &new).send().await?;
    assert_eq!(again.status(), 201);
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.json::<Value>().await?, first);
    assert_eq!(app.admin.json("/users").await?["items"].as_array().unwrap().len(), 2);

    let other = json!({"username": "ada", "password": PASSWORD, "role": "viewer"});
    let body = problem(keyed(&app, "k1", &other).send().await?, 422, "invalid").await?;
    assert_eq!(body["field"], "Idempotency-Key");
    app.stop().await
}

#[tokio::test]
async fn an_error_keeps_no_key() -> Result<()> {
    let app = TestApp::start().await?;
    let bad = json!({"username": "grace", "password": "short", "role": "viewer"});
    problem(keyed(&app, "k2", &bad).send().await?, 422, "invalid").await?;
    let good = json!({"username": "grace", "password": PASSWORD, "role": "viewer"});
    assert_eq!(keyed(&app, "k2", &good).send().await?.status(), 201);
    app.stop().await
}

#[tokio::test]
async fn two_at_once_do_the_work_once() -> Result<()> {
    let app = TestApp::start().await?;
    let new = json!({"username": "grace", "password": PASSWORD, "role": "viewer"});
    let request = || keyed(&app, "k3", &new).send();
    let (one, two, three) = tokio::try_join!(request(), request(), request())?;
    let statuses = [one.status().as_u16(), two.status().as_u16(), three.status().as_u16()];
    assert!(statuses.contains(&201) && statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(app.admin.json("/users").await?["items"].as_array().unwrap().len(), 2);
    app.stop().await
}

#[tokio::test]
async fn odd_keys_are_refused_and_a_session_is_needed_all_the_same() -> Result<()> {
    let app = TestApp::start().await?;
    let new = json!({"username": "grace", "password": PASSWORD, "role": "viewer"});
    for key in [String::new(), "x".repeat(256)] {
        assert_eq!(problem(keyed(&app, &key, &new).send().await?, 422, "invalid").await?["field"], "Idempotency-Key");
    }
    assert_eq!(keyed(&app, "k4", &new).send().await?.status(), 201);
    let stranger = app.nobody()?.request(Method::POST, "/users").header("idempotency-key", "k4").json(&new);
    problem(stranger.send().await?, 401, "unauthenticated").await?;
    app.stop().await
}
