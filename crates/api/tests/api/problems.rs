//! Whatever goes wrong, the answer is a problem.

use anyhow::Result;
use oriel_testkit::app::TestApp;
use reqwest::Method;

use crate::problem;

#[tokio::test]
async fn the_router_and_the_extractors_answer_problems_too() -> Result<()> {
    let app = TestApp::start().await?;
    let admin = &app.admin;
    problem(admin.get("/nothing/here").await?, 404, "not-found").await?;
    problem(admin.bare(Method::GET, "/api").send().await?, 404, "not-found").await?;
    problem(admin.request(Method::PATCH, "/runs").send().await?, 405, "method-not-allowed").await?;
    problem(admin.get("/runs/not-an-id").await?, 404, "not-found").await?;
    problem(admin.get("/runs/%00").await?, 404, "not-found").await?;

    let wrong = |kind: &'static str, body: &'static str| {
        admin.request(Method::POST, "/runs").header("content-type", kind).body(body).send()
    };
    problem(wrong("text/plain", "{}").await?, 415, "unsupported-media-type").await?;
    problem(wrong("application/json", "{").await?, 400, "malformed").await?;
    problem(wrong("application/json", "\u{0}").await?, 400, "malformed").await?;
    let body = problem(wrong("application/json", r#"{"command":"x","target_ids":[5]}"#).await?, 422, "invalid").await?;
    assert_eq!(body["field"], "target_ids[0]");
    let body =
        problem(wrong("application/json", r#"{"command":"x","target_ids":[],"timeout":1}"#).await?, 422, "invalid")
            .await?;
    assert!(body["detail"].as_str().unwrap().contains("timeout"), "{body}");
    app.stop().await
}

#[tokio::test]
async fn lists_say_which_parameter_is_wrong() -> Result<()> {
    let app = TestApp::start().await?;
    for list in ["/runs", "/targets", "/users", "/incidents", "/investigations", "/audit"] {
        for (query, field) in [("limit=0", "limit"), ("limit=x", "limit"), ("cursor=zz", "cursor")] {
            let body = problem(app.admin.get(&format!("{list}?{query}")).await?, 422, "invalid").await?;
            assert_eq!(body["field"], field, "{list}?{query}: {body}");
        }
        problem(app.admin.get(&format!("{list}?colour=red")).await?, 422, "invalid").await?;
        // A cursor of another kind of list.
        let other = if list == "/audit" { "i0199c1f07a3e7c549d2b1f6f0a3b5c77" } else { "s5" };
        let body = problem(app.admin.get(&format!("{list}?cursor={other}")).await?, 422, "invalid").await?;
        assert_eq!(body["field"], "cursor", "{list}");
    }
    app.stop().await
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() -> Result<()> {
    let app = TestApp::start().await?;
    let body = format!(r#"{{"command":"{}","target_ids":[]}}"#, "x".repeat(1024 * 1024));
    let answer = app.admin.request(Method::POST, "/runs").header("content-type", "application/json").body(body);
    problem(answer.send().await?, 413, "too-large").await?;
    app.stop().await
}

#[tokio::test]
async fn odd_headers_and_paths_break_nothing() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    for value in ["Bearer", "Bearer ", "Basic x", "Bearer \u{fc}", "Bearer a b c", ""] {
        let answer = nobody.request(Method::GET, "/runs").header("authorization", value.as_bytes()).send().await?;
        problem(answer, 401, "unauthenticated").await?;
    }
    for cookie in ["oriel_session=", "oriel_session=x; oriel_session=y", "=;;=", "\u{fc}=\u{fc}"] {
        let answer = nobody.request(Method::GET, "/runs").header("cookie", cookie.as_bytes()).send().await?;
        problem(answer, 401, "unauthenticated").await?;
    }
    for path in ["/api/v1/runs/..%2f..%2fetc", "/api/v1//runs", "/api/v1/runs/", "/api/%ff"] {
        let answer = nobody.bare(Method::GET, path).send().await?;
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
    }
    app.stop().await
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect_the_page() -> Result<()> {
    let app = TestApp::start().await?;
    for path in ["/health", "/api/v1/runs", "/api/docs/", "/", "/nowhere"] {
        let answer = app.admin.bare(Method::GET, path).send().await?;
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        let policy = headers["content-security-policy"].to_str()?;
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{path}");
        assert!(headers.contains_key("x-request-id"), "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
    }
    app.stop().await
}
