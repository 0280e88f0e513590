//! `/investigations`: states, outcomes, and engines that misbehave.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use oriel_investigation::{Ask, Board, Cause, Change, Engine, EngineError, Finding, Truth};
use oriel_model::Role;
use oriel_testkit::app::{Options, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::archives::{archive, files};
use crate::{problem, text};

/// Does as the file name in the archive says, by way of the title.
#[derive(Debug)]
enum Odd {
    /// Never ends by itself, but reports.
    Hangs,
    /// Panics.
    Panics,
    /// Ends with an error.
    Fails,
}

impl Engine for Odd {
    fn diagnose(&self, _: PathBuf, _: &Value, board: &Board) -> Result<Finding, EngineError> {
        board.report("reading", 1, 2);
        match self {
            Self::Hangs => loop {
                std::thread::sleep(Duration::from_millis(5));
                board.report("reasoning", 0, 0);
            },
            Self::Panics => panic!("on purpose"),
            Self::Fails => Err(EngineError("nothing can be read".to_owned())),
        }
    }

    fn inquire(
        &self,
        _: Vec<(String, Vec<u8>)>,
        _: usize,
        _: &mut dyn Ask,
        _: &Value,
        board: &Board,
    ) -> Result<Finding, EngineError> {
        self.diagnose(PathBuf::new(), &Value::Null, board)
    }

    fn learn(&self, _: &Value, _: &Value, _: &Truth) -> Result<(Value, Vec<Change>), EngineError> {
        Err(EngineError("nothing to learn".to_owned()))
    }

    fn causes(&self) -> Vec<Cause> {
        Vec::new()
    }
}

async fn with(engine: Odd, options: Options) -> Result<TestApp> {
    TestApp::with(Options { engine: Some(Arc::new(engine)), ..options }).await
}

async fn submit(app: &TestApp, title: &str) -> Result<Value> {
    let toml = format!("title = '{title}'");
    let mut files = files();
    files[0].1 = toml.as_bytes();
    let answer = app.admin.upload("/incidents", archive(&files)).await?;
    assert_eq!(answer.status(), 201);
    Ok(answer.json().await?)
}

#[tokio::test]
async fn an_engine_that_panics_fails_its_investigation_alone() -> Result<()> {
    let app = with(Odd::Panics, Options::default()).await?;
    let made = submit(&app, "one").await?;
    let ended = app.ended(&app.admin, text(&made, "/investigation/id")).await?;
    assert_eq!(ended["status"], "failed");
    assert!(text(&ended, "/error").contains("failed on this recording"), "{ended}");
    assert!(!text(&ended, "/error").contains("on purpose"), "the cause is for the log");
    assert_eq!(app.admin.get("/causes").await?.status(), 200);
    app.stop().await
}

#[tokio::test]
async fn an_error_of_the_engine_is_told() -> Result<()> {
    let app = with(Odd::Fails, Options::default()).await?;
    let made = submit(&app, "one").await?;
    let ended = app.ended(&app.admin, text(&made, "/investigation/id")).await?;
    assert_eq!((&ended["status"], &ended["error"]), (&json!("failed"), &json!("nothing can be read")));
    let outcome = format!("/investigations/{}/outcome", text(&made, "/investigation/id"));
    problem(app.admin.post(&outcome, &json!({"cause": "none"})).await?, 409, "conflict").await?;
    let audit = app.admin.json("/audit?action=investigation.failed").await?;
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
    app.stop().await
}

#[tokio::test]
async fn what_takes_too_long_is_stopped() -> Result<()> {
    let options = Options { time_limit: Duration::from_millis(50), ..Options::default() };
    let app = with(Odd::Hangs, options).await?;
    let made = submit(&app, "one").await?;
    let ended = app.ended(&app.admin, text(&made, "/investigation/id")).await?;
    assert_eq!(ended["status"], "failed");
    assert!(text(&ended, "/error").contains("longer than"), "{ended}");
    assert_eq!(ended["stages"][0]["name"], "reading");
    app.stop().await
}

#[tokio::test]
async fn the_queue_is_bounded_and_what_waits_at_the_end_is_interrupted() -> Result<()> {
    let options = Options { queue: 1, time_limit: Duration::from_secs(2), ..Options::default() };
    let app = with(Odd::Hangs, options).await?;
    let running = submit(&app, "runs").await?;
    let id = text(&running, "/investigation/id");
    let mut stream = app.admin.stream().await?;
    stream.subscribe(&format!("investigation/{id}"), None).await?;
    loop {
        let message = stream.until("stage").await?;
        if message["data"]["status"] == "running" {
            break;
        }
    }
    let waiting = submit(&app, "waits").await?;
    let toml = b"title = 'one too many'";
    let mut files = files();
    files[0].1 = toml;
    let refused = app.admin.upload("/incidents", archive(&files)).await?;
    assert!(refused.headers().contains_key("retry-after"));
    problem(refused, 503, "unavailable").await?;
    let again = format!("/incidents/{}/investigations", text(&running, "/incident/id"));
    problem(app.admin.post(&again, &json!({})).await?, 503, "unavailable").await?;

    let database = app.database.clone();
    let waiting = text(&waiting, "/investigation/id").parse()?;
    // Read before the database closes with the application.
    let _directory = app.stop_but_keep_the_database().await?;
    let left = oriel_storage::Repositories::investigations(&database).get(waiting).await?.unwrap();
    assert_eq!(left.summary.status.as_str(), "interrupted");
    database.close().await?;
    Ok(())
}

#[tokio::test]
async fn an_outcome_teaches_once_and_is_written_down() -> Result<()> {
    let app = TestApp::start().await?;
    let made: Value = app.admin.request(Method::POST, "/incidents/example").send().await?.json().await?;
    let id = text(&made, "/investigation/id");
    let before = app.ended(&app.admin, id).await?;
    let first = before["verdict"]["hypotheses"][0].clone();
    assert!(first.is_object(), "the example has a hypothesis");

    let path = format!("/investigations/{id}/outcome");
    for (body, field) in [
        (json!({"entity": "service/x", "cause": "no-such-cause"}), "cause"),
        (json!({"entity": "", "cause": first["cause"]}), "entity"),
        (json!({"entity": "x".repeat(400), "cause": first["cause"]}), "entity"),
        (json!({"entity": "service/x", "cause": first["cause"], "note": "n".repeat(5000)}), "note"),
    ] {
        assert_eq!(problem(app.admin.post(&path, &body).await?, 422, "invalid").await?["field"], field);
    }
    let truth = json!({"entity": first["entity"], "cause": first["cause"], "note": "seen in the log"});
    let answer = app.admin.post(&path, &truth).await?;
    assert_eq!(answer.status(), 201);
    let reported: Value = answer.json().await?;
    assert!(!reported["learned"].as_array().unwrap().is_empty(), "{reported}");
    problem(app.admin.post(&path, &truth).await?, 409, "conflict").await?;
    let seen = app.admin.json(&format!("/investigations/{id}")).await?;
    assert_eq!(seen["outcome"]["cause"], first["cause"]);
    assert_eq!(seen["outcome"]["created_by"], "admin");

    let again = format!("/incidents/{}/investigations", text(&made, "/incident/id"));
    let second: Value = app.admin.post(&again, &json!({})).await?.json().await?;
    let after = app.ended(&app.admin, text(&second, "/id")).await?;
    let same = after["verdict"]["hypotheses"].as_array().unwrap().iter();
    let now = same.clone().find(|h| h["entity"] == first["entity"] && h["cause"] == first["cause"]).unwrap();
    assert_ne!(now["probability"], first["probability"], "what was learned is used");
    let audit = app.admin.json("/audit?action=outcome.report").await?;
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.admin.json("/audit/verify").await?["ok"], true);
    app.stop().await
}

#[tokio::test]
async fn it_all_works_on_postgresql_too() -> Result<()> {
    let database = Some(oriel_testkit::database::postgres().await?);
    let app = TestApp::with(Options { database, ..Options::default() }).await?;
    let made: Value = app.admin.request(Method::POST, "/incidents/example").send().await?.json().await?;
    let ended = app.ended(&app.admin, text(&made, "/investigation/id")).await?;
    assert_eq!(ended["status"], "done", "{}", ended["error"]);
    let target = crate::targets::local(&app.admin, "here").await?;
    let run = crate::runs::start(&app.admin, &target, "echo done").await?;
    let run = crate::runs::ended(&app.admin, &run).await?;
    assert_eq!(run["status"], "succeeded");
    assert_eq!(app.admin.json("/audit/verify").await?["ok"], true);
    app.stop().await
}

#[tokio::test]
async fn lists_can_be_narrowed() -> Result<()> {
    let app = with(Odd::Fails, Options::default()).await?;
    let (one, two) = (submit(&app, "one").await?, submit(&app, "two").await?);
    for made in [&one, &two] {
        app.ended(&app.admin, text(made, "/investigation/id")).await?;
    }
    let of = app.admin.json(&format!("/investigations?incident_id={}", text(&one, "/incident/id"))).await?;
    assert_eq!(of["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.admin.json("/investigations?status=failed").await?["items"].as_array().unwrap().len(), 2);
    assert!(app.admin.json("/investigations?status=done").await?["items"].as_array().unwrap().is_empty());
    problem(app.admin.get("/investigations?status=odd").await?, 422, "invalid").await?;
    let vera = app.user("vera", Role::Viewer).await?;
    let path = format!("/investigations/{}/outcome", text(&one, "/investigation/id"));
    problem(vera.post(&path, &json!({"cause": "none"})).await?, 403, "forbidden").await?;
    app.stop().await
}
