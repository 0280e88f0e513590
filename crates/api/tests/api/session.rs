//! `/setup` and `/session`.

use anyhow::Result;
use chrono::TimeDelta;
use oriel_model::Role;
use oriel_testkit::app::{Options, TestApp};
use oriel_testkit::principal::PASSWORD;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::problem;

fn cookie(response: &Response) -> (String, String) {
    let header = response.headers()["set-cookie"].to_str().unwrap();
    let (pair, attributes) = header.split_once(';').unwrap();
    (pair.to_owned(), attributes.to_owned())
}

#[tokio::test]
async fn the_setup_is_done_once() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    assert_eq!(nobody.json("/setup").await?, json!({"needed": false}));
    let again = json!({"token": "x", "username": "eve", "password": PASSWORD});
    problem(nobody.post("/setup", &again).await?, 409, "conflict").await?;
    app.stop().await
}

#[tokio::test]
async fn a_browser_signs_in_and_out_with_a_cookie() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    let answer = nobody.post("/session", &json!({"username": "admin", "password": PASSWORD})).await?;
    assert_eq!(answer.status(), 200);
    let (cookie, attributes) = cookie(&answer);
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Strict") && attributes.contains("Path=/"));
    assert!(!attributes.contains("Secure"), "over http");
    let body: Value = answer.json().await?;
    assert_eq!(body["user"]["role"], "admin");
    assert!(body.get("token").is_none(), "a page has no use for it");

    let with = |method: Method, path: &str| nobody.request(method, path).header("cookie", &cookie);
    let session: Value = with(Method::GET, "/session").send().await?.json().await?;
    assert_eq!(session["user"]["username"], "admin");
    assert_eq!(session["expires_at"], body["expires_at"]);
    // A change needs proof that one of our pages sent it.
    problem(with(Method::DELETE, "/session").send().await?, 403, "cross-site").await?;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example")] {
        problem(with(Method::DELETE, "/session").header(name, value).send().await?, 403, "cross-site").await?;
    }
    let answer = with(Method::DELETE, "/session").header("origin", &app.url).send().await?;
    assert_eq!(answer.status(), 204);
    problem(with(Method::GET, "/session").send().await?, 401, "unauthenticated").await?;
    app.stop().await
}

#[tokio::test]
async fn over_https_the_cookie_is_for_https_alone() -> Result<()> {
    let api =
        oriel_api::Settings { public_url: Some("https://oriel.example".parse()?), ..oriel_api::Settings::default() };
    let app = TestApp::with(Options { api, ..Options::default() }).await?;
    let nobody = app.nobody()?;
    let answer = nobody.post("/session", &json!({"username": "admin", "password": PASSWORD})).await?;
    assert!(answer.headers().contains_key("strict-transport-security"));
    let (cookie, attributes) = cookie(&answer);
    assert!(attributes.contains("; Secure"), "{attributes}");
    let signed_out =
        nobody.request(Method::DELETE, "/session").header("cookie", cookie).header("origin", "https://oriel.example");
    assert_eq!(signed_out.send().await?.status(), 204, "behind a proxy the origin is the public one");
    app.stop().await
}

#[tokio::test]
async fn guesses_are_slowed_down() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    let guess = json!({"username": "admin", "password": "not the password"});
    let mut refused = None;
    for _ in 0..40 {
        let answer = nobody.post("/session", &guess).await?;
        if answer.status() == 429 {
            refused = Some(answer);
            break;
        }
        problem(answer, 401, "wrong-credentials").await?;
    }
    let refused = refused.expect("at some point it is enough");
    let wait: i64 = refused.headers()["retry-after"].to_str()?.parse()?;
    problem(refused, 429, "too-many-requests").await?;
    let right = json!({"username": "admin", "password": PASSWORD});
    problem(nobody.post("/session", &right).await?, 429, "too-many-requests").await?;
    app.clock.advance(TimeDelta::seconds(wait));
    assert_eq!(nobody.post("/session", &right).await?.status(), 200);
    app.stop().await
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_the_same() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    let mut answers = Vec::new();
    for name in ["admin", "nobody-at-all", "", "\u{0}", &"x".repeat(10_000)] {
        let answer = nobody.post("/session", &json!({"username": name, "password": "wrong"})).await?;
        let mut body = problem(answer, 401, "wrong-credentials").await?;
        body["request_id"] = Value::Null;
        answers.push(body);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    app.stop().await
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_with_its_user() -> Result<()> {
    let app = TestApp::start().await?;
    let vera = app.user("vera", Role::Viewer).await?;
    let users = app.admin.json("/users").await?;
    let id = users["items"].as_array().unwrap().iter().find(|user| user["username"] == "vera").unwrap()["id"].clone();
    assert_eq!(vera.get("/session").await?.status(), 200);
    let path = format!("/users/{}", id.as_str().unwrap());
    let disable = app.admin.request(Method::PATCH, &path).json(&json!({"disabled": true})).send().await?;
    assert_eq!(disable.status(), 200);
    problem(vera.get("/session").await?, 401, "unauthenticated").await?;
    app.clock.advance(TimeDelta::days(8));
    problem(app.admin.get("/session").await?, 401, "unauthenticated").await?;
    app.stop().await
}
