//! `/users`.

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::TestApp;
use oriel_testkit::principal::PASSWORD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{problem, text};

#[tokio::test]
async fn an_administrator_makes_and_changes_users() -> Result<()> {
    let app = TestApp::start().await?;
    let new = json!({"username": "grace", "password": PASSWORD, "role": "viewer"});
    let answer = app.admin.post("/users", &new).await?;
    assert_eq!(answer.status(), 201);
    let tag = answer.headers()["etag"].to_str()?.to_owned();
    let grace: Value = answer.json().await?;
    assert!(grace.get("password").is_none());
    let body = problem(app.admin.post("/users", &new).await?, 409, "conflict").await?;
    assert_eq!(body["field"], "username");

    let path = format!("/users/{}", text(&grace, "/id"));
    let change = |tag: &str, body: Value| app.admin.request(Method::PATCH, &path).header("if-match", tag).json(&body);
    let answer = change(&tag, json!({"role": "operator"})).send().await?;
    assert_eq!(answer.status(), 200);
    let newer = answer.headers()["etag"].to_str()?.to_owned();
    assert_ne!(tag, newer);
    let stale = change(&tag, json!({"role": "admin"})).send().await?;
    problem(stale, 412, "precondition-failed").await?;
    assert_eq!(app.admin.json(&path).await?["role"], "operator");
    let signed_in = app.sign_in("grace").await?;
    assert_eq!(signed_in.json("/session").await?["user"]["role"], "operator");
    app.stop().await
}

#[tokio::test]
async fn what_is_wrong_with_a_user_is_named() -> Result<()> {
    let app = TestApp::start().await?;
    for (body, field) in [
        (json!({"username": "a b", "password": PASSWORD, "role": "viewer"}), "username"),
        (json!({"username": "grace", "password": "short", "role": "viewer"}), "password"),
        (json!({"username": "grace", "password": PASSWORD, "role": "root"}), "role"),
    ] {
        let answer = problem(app.admin.post("/users", &body).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field);
    }
    app.stop().await
}

#[tokio::test]
async fn there_is_always_an_administrator() -> Result<()> {
    let app = TestApp::start().await?;
    let me = app.admin.json("/session").await?;
    let path = format!("/users/{}", text(&me, "/user/id"));
    for (change, field) in [(json!({"role": "viewer"}), "role"), (json!({"disabled": true}), "disabled")] {
        let answer = app.admin.request(Method::PATCH, &path).json(&change).send().await?;
        assert_eq!(problem(answer, 409, "conflict").await?["field"], field);
    }
    app.user("second", Role::Admin).await?;
    let answer = app.admin.request(Method::PATCH, &path).json(&json!({"role": "viewer"})).send().await?;
    assert_eq!(answer.status(), 200);
    app.stop().await
}

#[tokio::test]
async fn a_long_list_is_read_in_pages() -> Result<()> {
    let app = TestApp::start().await?;
    for n in 0..7 {
        let new = json!({"username": format!("user-{n}"), "password": PASSWORD, "role": "viewer"});
        assert_eq!(app.admin.post("/users", &new).await?.status(), 201);
    }
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.admin.json(&format!("/users?limit=3&cursor={cursor}")).await?;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        names.extend(items.iter().map(|user| text(user, "/username").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(names.len(), 8);
    assert_eq!(names.first().map(String::as_str), Some("user-6"), "newest first");
    app.stop().await
}
