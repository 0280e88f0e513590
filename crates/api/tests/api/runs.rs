//! `/runs` and `/tasks`, on this machine.

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::{TestApp, User};
use reqwest::Method;
use serde_json::{Value, json};

use crate::targets::local;
use crate::{problem, text};

pub(crate) async fn start(user: &User, target: &Value, command: &str) -> Result<Value> {
    let body = json!({"command": command, "target_ids": [target["id"]], "timeout_seconds": 60});
    let answer = user.post("/runs", &body).await?;
    assert_eq!(answer.status(), 201);
    Ok(answer.json().await?)
}

/// Waits until a run has ended.
pub(crate) async fn ended(user: &User, run: &Value) -> Result<Value> {
    let mut stream = user.stream().await?;
    stream.subscribe(&format!("run/{}", text(run, "/id")), None).await?;
    loop {
        let message = stream.until("run").await?;
        if !["queued", "running"].contains(&text(&message, "/data/status")) {
            return Ok(message["data"].clone());
        }
    }
}

#[tokio::test]
async fn a_command_runs_and_its_output_is_kept_to_the_byte() -> Result<()> {
    let app = TestApp::start().await?;
    let otto = app.user("otto", Role::Operator).await?;
    let target = local(&app.admin, "here").await?;
    let run = start(&otto, &target, "printf 'a\\377b\\000c'; printf err >&2; exit 3").await?;
    assert_eq!(run["created_by"], "otto");
    let run = ended(&otto, &run).await?;
    assert_eq!((&run["status"], &run["tasks"][0]["exit_code"]), (&json!("failed"), &json!(3)));
    assert_eq!(run["tasks"][0]["stdout_bytes"], 5);

    let output = format!("/tasks/{}/output", text(&run, "/tasks/0/id"));
    let answer = otto.get(&format!("{output}?stream=stdout")).await?;
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert!(answer.headers()["content-disposition"].to_str()?.starts_with("attachment"));
    assert_eq!(answer.bytes().await?.as_ref(), b"a\xFFb\0c");
    assert_eq!(otto.get(&format!("{output}?stream=stderr")).await?.bytes().await?.as_ref(), b"err");
    assert_eq!(otto.get(&format!("{output}?stream=stdout&offset=3")).await?.bytes().await?.as_ref(), b"\0c");
    assert_eq!(otto.get(&format!("{output}?stream=stdout&offset=99")).await?.bytes().await?.len(), 0);
    assert_eq!(otto.get(&output).await?.bytes().await?.len(), 8);

    let ranged = |range: &'static str| {
        otto.request(Method::GET, &format!("{output}?stream=stdout")).header("range", range).send()
    };
    let part = ranged("bytes=1-2").await?;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 1-2/5");
    assert_eq!(part.bytes().await?.as_ref(), b"\xFFb");
    assert_eq!(ranged("bytes=-1").await?.bytes().await?.as_ref(), b"c");
    let outside = ranged("bytes=5-").await?;
    assert_eq!(outside.headers()["content-range"], "bytes */5");
    problem(outside, 416, "range-not-satisfiable").await?;
    problem(otto.get(&format!("{output}?stream=stdin")).await?, 422, "invalid").await?;
    app.stop().await
}

#[tokio::test]
async fn a_run_is_cancelled_and_found_in_the_history() -> Result<()> {
    let app = TestApp::start().await?;
    let target = local(&app.admin, "here").await?;
    let run = start(&app.admin, &target, "sleep 600").await?;
    let path = format!("/runs/{}", text(&run, "/id"));
    let answer = app.admin.post(&format!("{path}/cancel"), &json!({})).await?;
    assert_eq!(answer.status(), 202);
    let run = ended(&app.admin, &run).await?;
    assert_eq!(run["status"], "cancelled");
    let again = app.admin.post(&format!("{path}/cancel"), &json!({})).await?;
    assert_eq!((again.status().as_u16(), &again.json::<Value>().await?["status"]), (202, &json!("cancelled")));

    let list = app.admin.json(&format!("/runs?status=cancelled&target_id={}", text(&target, "/id"))).await?;
    assert_eq!(list["items"][0]["id"], run["id"]);
    assert!(app.admin.json("/runs?status=succeeded").await?["items"].as_array().unwrap().is_empty());
    app.stop().await
}

#[tokio::test]
async fn what_is_wrong_with_a_run_is_named() -> Result<()> {
    let app = TestApp::start().await?;
    let target = local(&app.admin, "here").await?;
    let id = &target["id"];
    for (body, field) in [
        (json!({"command": "", "target_ids": [id]}), "command"),
        (json!({"command": "a\u{0}b", "target_ids": [id]}), "command"),
        (json!({"command": "true", "target_ids": []}), "target_ids"),
        (json!({"command": "true", "target_ids": [id, id]}), "target_ids"),
        (json!({"command": "true", "target_ids": ["0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77"]}), "target_ids"),
        (json!({"command": "true", "target_ids": [id], "timeout_seconds": 0}), "timeout_seconds"),
        (json!({"command": "true", "target_ids": [id], "timeout_seconds": 1e300}), "timeout_seconds"),
        (json!({"command": "true", "target_ids": [id], "concurrency": 0}), "concurrency"),
    ] {
        let answer = problem(app.admin.post("/runs", &body).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{body}");
    }
    let vera = app.user("vera", Role::Viewer).await?;
    let body = json!({"command": "true", "target_ids": [id]});
    problem(vera.post("/runs", &body).await?, 403, "forbidden").await?;
    assert!(vera.json("/runs").await?["items"].as_array().unwrap().is_empty());
    app.stop().await
}
