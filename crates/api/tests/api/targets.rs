//! `/targets`. What an SSH target does is tested by `oriel-execution` against a real sshd.

use anyhow::Result;
use oriel_testkit::app::{TestApp, User};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{problem, text};

pub(crate) async fn local(admin: &User, name: &str) -> Result<Value> {
    let answer = admin.post("/targets", &json!({"name": name, "transport": "local", "labels": {"a": "b"}})).await?;
    assert_eq!(answer.status(), 201);
    Ok(answer.json().await?)
}

#[tokio::test]
async fn a_target_is_added_changed_and_deleted() -> Result<()> {
    let app = TestApp::start().await?;
    let made = local(&app.admin, "here").await?;
    let path = format!("/targets/{}", text(&made, "/id"));
    let taken = json!({"name": "here", "transport": "local"});
    assert_eq!(problem(app.admin.post("/targets", &taken).await?, 409, "conflict").await?["field"], "name");

    let tag = app.admin.get(&path).await?.headers()["etag"].to_str()?.to_owned();
    let patch = |tag: &str| {
        let request = app.admin.request(Method::PATCH, &path).header("if-match", tag);
        request.json(&json!({"name": "there"})).send()
    };
    assert_eq!(patch(&tag).await?.status(), 200);
    problem(patch(&tag).await?, 412, "precondition-failed").await?;
    problem(patch("\"odd\"").await?, 412, "precondition-failed").await?;
    assert_eq!(app.admin.json(&path).await?["name"], "there");

    let test: Value = app.admin.post(&format!("{path}/test"), &json!({})).await?.json().await?;
    assert_eq!(test["ok"], true, "{test}");
    problem(app.admin.post(&format!("{path}/host-key"), &json!({})).await?, 409, "conflict").await?;
    assert_eq!(app.admin.request(Method::DELETE, &path).send().await?.status(), 204);
    problem(app.admin.get(&path).await?, 404, "not-found").await?;
    problem(app.admin.request(Method::DELETE, &path).send().await?, 404, "not-found").await?;
    app.stop().await
}

#[tokio::test]
async fn what_is_wrong_with_a_target_is_named() -> Result<()> {
    let app = TestApp::start().await?;
    for (body, field) in [
        (json!({"name": "", "transport": "local"}), "name"),
        (json!({"name": "a", "transport": "pigeon"}), "transport"),
        (json!({"name": "a", "transport": "ssh", "user": "u"}), "host"),
        (json!({"name": "a", "transport": "ssh", "host": "h", "port": 70000, "user": "u"}), "port"),
        (json!({"name": "a", "transport": "ssh", "host": "h", "user": "u", "private_key": "x"}), "private_key"),
        (json!({"name": "a", "transport": "local", "host": "h"}), "host"),
    ] {
        let answer = problem(app.admin.post("/targets", &body).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{body}");
    }
    app.stop().await
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_said_to_be_so() -> Result<()> {
    let app = TestApp::start().await?;
    // A server that was there a moment ago.
    let (port, key) = {
        let sshd = oriel_testkit::sshd::Sshd::start()?;
        (sshd.port(), sshd.private_key()?)
    };
    let new = json!({
        "name": "gone", "transport": "ssh", "host": "127.0.0.1", "port": port, "user": "u", "private_key": key,
    });
    let answer = app.admin.post("/targets", &new).await?;
    assert_eq!(answer.status(), 201);
    let made = answer.text().await?;
    assert!(!made.contains("PRIVATE KEY"), "a private key never comes out");
    let made: Value = serde_json::from_str(&made)?;
    let path = format!("/targets/{}", text(&made, "/id"));
    problem(app.admin.post(&format!("{path}/host-key"), &json!({})).await?, 502, "host-unreachable").await?;
    let test: Value = app.admin.post(&format!("{path}/test"), &json!({})).await?.json().await?;
    assert_eq!(test["ok"], false);
    app.stop().await
}
