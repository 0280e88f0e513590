//! `/incidents`: good archives, and every bad one.

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::{TestApp, UPLOAD_LIMIT};
use reqwest::Method;
use serde_json::Value;

use crate::archives::{self, archive};
use crate::{problem, text};

#[tokio::test]
async fn an_archive_becomes_an_incident_and_is_investigated() -> Result<()> {
    let app = TestApp::start().await?;
    let bytes = archive(&archives::files());
    let answer = app.admin.upload("/incidents", bytes.clone()).await?;
    assert_eq!(answer.status(), 201);
    let first: Value = answer.json().await?;
    assert_eq!(first["duplicate"], false);
    assert_eq!(first["incident"]["title"], "Carts are lost");
    assert_eq!(first["incident"]["created_by"], "admin");
    assert_eq!(first["incident"]["size_bytes"], bytes.len());
    let ended = app.ended(&app.admin, text(&first, "/investigation/id")).await?;
    assert_eq!(ended["status"], "done", "{ended}");
    assert!(ended["verdict"]["hypotheses"].is_array());
    assert!(ended["verdict"].get("record").is_none());
    assert!(!ended["stages"].as_array().unwrap().is_empty());

    let again = app.admin.upload("/incidents?title=Another+title", bytes).await?;
    assert_eq!(again.status(), 200);
    let again: Value = again.json().await?;
    assert_eq!(again["duplicate"], true);
    assert_eq!(again["incident"]["id"], first["incident"]["id"]);
    assert_eq!(again["investigation"]["verdict"], ended["verdict"]);
    assert_eq!(app.admin.json("/incidents").await?["items"].as_array().unwrap().len(), 1);
    app.stop().await
}

#[tokio::test]
async fn a_form_works_too_and_the_title_can_be_given() -> Result<()> {
    let app = TestApp::start().await?;
    let part = reqwest::multipart::Part::bytes(archive(&archives::files())).file_name("incident.tar.zst");
    let form = reqwest::multipart::Form::new().part("archive", part);
    let answer = app.admin.request(Method::POST, "/incidents?title=My%20title").multipart(form).send().await?;
    assert_eq!(answer.status(), 201);
    let body: Value = answer.json().await?;
    assert_eq!(body["incident"]["title"], "My title");
    let form = reqwest::multipart::Form::new().text("other", "x");
    let answer = app.admin.request(Method::POST, "/incidents").multipart(form).send().await?;
    assert_eq!(problem(answer, 422, "invalid").await?["field"], "archive");
    app.stop().await
}

#[tokio::test]
async fn the_example_ships_with_the_program() -> Result<()> {
    let app = TestApp::start().await?;
    let answer = app.admin.request(Method::POST, "/incidents/example").send().await?;
    assert_eq!(answer.status(), 201);
    let first: Value = answer.json().await?;
    assert_eq!(first["incident"]["source"], "example");
    let ended = app.ended(&app.admin, text(&first, "/investigation/id")).await?;
    assert_eq!(ended["status"], "done", "{}", ended["error"]);
    let again = app.admin.request(Method::POST, "/incidents/example").send().await?;
    assert_eq!(again.status(), 200);
    app.stop().await
}

#[tokio::test]
async fn a_bad_archive_is_refused_with_its_reason_and_leaves_nothing() -> Result<()> {
    let app = TestApp::start().await?;
    let good = archive(&archives::files());
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("empty", Vec::new(), "no bytes"),
        ("no archive", b"hello, this is text".to_vec(), "neither"),
        ("truncated", good[..good.len() / 8].to_vec(), "truncated"),
        ("traversal", archives::with_raw_path(b"../../etc/cron.d/x"), ".."),
        ("absolute", archives::with_raw_path(b"/etc/passwd"), "absolute"),
        ("no files", archive(&[]), "no files"),
        ("no evidence", archive(&[("notes.txt", b"hm")]), "evidence"),
        (
            "bad incident.toml",
            archive(&[("incident.toml", b"start = 'noon'"), ("metrics/a.csv", b"")]),
            "incident.toml",
        ),
        ("bomb", archives::bomb(), "decompresses"),
    ];
    for (name, bytes, says) in cases {
        let answer = app.admin.upload("/incidents", bytes).await?;
        let body = problem(answer, 422, "invalid").await?;
        assert_eq!(body["field"], "archive", "{name}");
        let detail = text(&body, "/detail");
        assert!(detail.contains(says), "{name}: {detail}");
        assert!(!detail.contains("blobs"), "{name} tells the server's paths: {detail}");
    }
    assert!(app.admin.json("/incidents").await?["items"].as_array().unwrap().is_empty());
    assert_eq!(archives::stored(&app.data().join("blobs")), 0, "a refused archive was kept");
    app.stop().await
}

#[tokio::test]
async fn what_is_too_large_or_of_another_type_is_refused() -> Result<()> {
    let app = TestApp::start().await?;
    let large = vec![7_u8; usize::try_from(UPLOAD_LIMIT)? + 1];
    problem(app.admin.upload("/incidents", large).await?, 413, "too-large").await?;
    for kind in ["application/json", "text/html", "image/png"] {
        let request = app.admin.request(Method::POST, "/incidents").header("content-type", kind).body("x");
        problem(request.send().await?, 415, "unsupported-media-type").await?;
    }
    problem(app.admin.request(Method::POST, "/incidents").send().await?, 415, "unsupported-media-type").await?;
    let broken = app.admin.request(Method::POST, "/incidents").header("content-type", "multipart/form-data").body("x");
    problem(broken.send().await?, 400, "malformed").await?;
    let title = format!("/incidents?title={}", "x".repeat(300));
    let answer = app.admin.upload(&title, archive(&archives::files())).await?;
    assert_eq!(problem(answer, 422, "invalid").await?["field"], "title");
    assert_eq!(archives::stored(&app.data().join("blobs")), 0);
    app.stop().await
}

#[tokio::test]
async fn a_viewer_reads_and_brings_nothing_in() -> Result<()> {
    let app = TestApp::start().await?;
    let vera = app.user("vera", Role::Viewer).await?;
    problem(vera.upload("/incidents", archive(&archives::files())).await?, 403, "forbidden").await?;
    assert_eq!(archives::stored(&app.data().join("blobs")), 0);
    let answer = app.admin.upload("/incidents", archive(&archives::files())).await?;
    let made: Value = answer.json().await?;
    let seen = vera.json(&format!("/incidents/{}", text(&made, "/incident/id"))).await?;
    assert_eq!(seen["investigations"][0]["id"], made["investigation"]["id"]);
    problem(vera.get("/incidents/0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77").await?, 404, "not-found").await?;
    app.stop().await
}
