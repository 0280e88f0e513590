//! `/webhooks`: who may call, what a message does, and that a repeated one does nothing.

use anyhow::{Context as _, Result};
use oriel_identity::ServiceToken;
use oriel_testkit::app::{Options, TestApp};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{problem, text};

const TOKEN: &str = "a-token-only-for-alertmanager";
const PATH: &str = "/api/v1/webhooks/alertmanager";

async fn app() -> Result<TestApp> {
    let mut options = Options::default();
    options.api.alertmanager_token = Some(ServiceToken::new(TOKEN)?);
    // Nothing listens there: an incident must come of the alerts all the same.
    options.connectors.prometheus.url = "http://127.0.0.1:9".into();
    options.connectors.prometheus.retries = 0;
    TestApp::with(options).await
}

fn message(status: &str, pods: &[&str]) -> Value {
    let alert = |pod: &&str| {
        json!({
            "status": status, "labels": {"alertname": "HighLatency", "service": "cart", "pod": pod, "severity": "critical"},
            "annotations": {}, "startsAt": "2025-12-31T23:50:00.123Z", "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus/graph", "fingerprint": format!("f-{pod}"),
        })
    };
    json!({
        "version": "4", "groupKey": "{}:{alertname=\"HighLatency\"}", "truncatedAlerts": 0, "status": status,
        "receiver": "oriel", "groupLabels": {"alertname": "HighLatency"},
        "commonLabels": {"alertname": "HighLatency", "service": "cart"}, "commonAnnotations": {},
        "externalURL": "http://alertmanager", "alerts": pods.iter().map(alert).collect::<Vec<_>>(),
    })
}

async fn send(app: &TestApp, body: &Value) -> Result<Response> {
    Ok(app.nobody()?.bare(Method::POST, PATH).bearer_auth(TOKEN).json(body).send().await?)
}

async fn taken(app: &TestApp, body: &Value) -> Result<(u16, Value)> {
    let answer = send(app, body).await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

/// The incident when it has this many investigations that ended.
async fn with_investigations(app: &TestApp, id: &str, count: usize) -> Result<Value> {
    loop {
        let incident = app.admin.json(&format!("/incidents/{id}")).await?;
        let list = incident["investigations"].as_array().context("a list")?;
        if let Some(newest) = list.first().filter(|_| list.len() >= count) {
            app.ended(&app.admin, newest["id"].as_str().context("an id")?).await?;
            return app.admin.json(&format!("/incidents/{id}")).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn only_the_token_of_this_webhook_opens_it() -> Result<()> {
    let app = app().await?;
    let body = message("firing", &["a"]);
    let nobody = app.nobody()?;
    let session = app.admin.token().context("a session")?;
    for token in [None, Some(""), Some("a-token-only-for-alertmanageR"), Some(session)] {
        let request = nobody.bare(Method::POST, PATH).json(&body);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        problem(request.send().await?, 401, "unauthenticated").await?;
    }
    assert!(app.admin.json("/incidents").await?["items"].as_array().unwrap().is_empty());
    app.stop().await?;

    let without = TestApp::start().await?;
    problem(send(&without, &body).await?, 401, "unauthenticated").await?;
    without.stop().await
}

#[tokio::test]
async fn a_group_of_alerts_is_one_incident_from_its_begin_to_its_end() -> Result<()> {
    let app = app().await?;
    let (status, made) = taken(&app, &message("firing", &["a"])).await?;
    assert_eq!((status, text(&made, "/outcome")), (201, "created"));
    let id = text(&made, "/incident_id").to_owned();
    let incident = with_investigations(&app, &id, 1).await?;
    assert_eq!(incident["source"], "alertmanager");
    assert_eq!(incident["title"], "HighLatency: cart");
    assert_eq!(incident["resolved_at"], Value::Null);
    let investigation = app.admin.json(&format!("/investigations/{}", text(&incident, "/investigations/0/id"))).await?;
    assert_eq!(investigation["status"], "done", "{investigation}");
    let skipped = investigation["verdict"]["skipped"].to_string();
    assert!(skipped.contains("not collected") && skipped.contains("cannot be reached"), "{skipped}");

    let (status, again) = taken(&app, &message("firing", &["a"])).await?;
    assert_eq!((status, text(&again, "/outcome")), (200, "repeated"));
    assert_eq!(again["incident_id"], made["incident_id"]);

    let (status, more) = taken(&app, &message("firing", &["b", "a"])).await?;
    assert_eq!((status, text(&more, "/outcome")), (200, "updated"));
    assert_eq!(more["incident_id"], made["incident_id"]);
    let updated = with_investigations(&app, &id, 2).await?;
    assert_ne!(updated["sha256"], incident["sha256"]);
    assert_eq!(crate::archives::stored(&app.data().join("blobs")), 1, "the earlier archive is gone");

    let (_, over) = taken(&app, &message("resolved", &["a", "b"])).await?;
    assert_eq!(text(&over, "/outcome"), "resolved");
    let ended = app.admin.json(&format!("/incidents/{id}")).await?;
    assert!(ended["resolved_at"].is_string(), "{ended}");
    let (_, late) = taken(&app, &message("resolved", &["a", "b"])).await?;
    assert_eq!((text(&late, "/outcome"), &late["incident_id"]), ("unknown", &Value::Null));

    app.clock.advance(chrono::TimeDelta::hours(1));
    let (status, new) = taken(&app, &message("firing", &["a"])).await?;
    assert_eq!((status, text(&new, "/outcome")), (201, "created"));
    assert_ne!(new["incident_id"], made["incident_id"], "what comes back is another incident");
    with_investigations(&app, text(&new, "/incident_id"), 1).await?;

    let audit = app.admin.json("/audit?limit=200").await?;
    let entries = audit["items"].as_array().unwrap();
    let by_service = |action: &str| {
        entries.iter().filter(|entry| entry["action"] == action && entry.to_string().contains("alertmanager")).count()
    };
    assert_eq!(
        ["incident.create", "incident.alerts", "incident.collect", "incident.resolve", "investigation.create"]
            .map(by_service),
        [2, 1, 3, 1, 3],
        "{audit}"
    );
    app.stop().await
}

/// The message of another group, with alerts that ended after so many seconds.
fn of_group(name: &str, status: &str, seconds: u32) -> Value {
    let mut message = message(status, &[name]);
    message["groupKey"] = json!(name);
    if status == "resolved" {
        message["alerts"][0]["endsAt"] = json!(format!("2025-12-31T23:{}:{:02}Z", 50 + seconds / 60, seconds % 60));
    }
    message
}

#[tokio::test]
async fn what_was_over_before_its_evidence_was_collected_is_investigated_unless_it_was_brief() -> Result<()> {
    // A source that takes its time, so that the groups behind the first one wait.
    let silent = std::net::TcpListener::bind("127.0.0.1:0")?;
    let mut options = Options::default();
    options.api.alertmanager_token = Some(ServiceToken::new(TOKEN)?);
    options.connectors.prometheus.url = format!("http://{}", silent.local_addr()?);
    options.connectors.prometheus.timeout_seconds = 1.try_into()?;
    let app = TestApp::with(options).await?;
    let mut made = Vec::new();
    for name in ["first", "brief", "long"] {
        let (_, answer) = taken(&app, &of_group(name, "firing", 0)).await?;
        made.push(text(&answer, "/incident_id").to_owned());
    }
    for (name, seconds) in [("brief", 20), ("long", 240)] {
        let (_, answer) = taken(&app, &of_group(name, "resolved", seconds)).await?;
        assert_eq!(text(&answer, "/outcome"), "resolved");
    }
    let long = with_investigations(&app, &made[2], 1).await?;
    assert!(long["resolved_at"].is_string(), "{long}");
    let brief = app.admin.json(&format!("/incidents/{}", made[1])).await?;
    assert_eq!(brief["investigations"], json!([]), "it stood before the long one");
    app.stop().await
}

#[tokio::test]
async fn a_message_that_cannot_be_used_names_its_field() -> Result<()> {
    let app = app().await?;
    for (field, value) in [("version", json!("3")), ("groupKey", json!("")), ("alerts", json!([]))] {
        let mut body = message("firing", &["a"]);
        body[field] = value;
        assert_eq!(problem(send(&app, &body).await?, 422, "invalid").await?["field"], field);
    }
    let mut body = message("firing", &["a"]);
    body["alerts"][0]["startsAt"] = json!("noon");
    assert_eq!(problem(send(&app, &body).await?, 422, "invalid").await?["field"], "alerts[0].startsAt");
    let mut body = message("firing", &["a"]);
    body["alerts"][0]["annotations"] = json!({"text": "x".repeat(2 << 20)});
    problem(send(&app, &body).await?, 413, "too-large").await?;
    assert!(app.admin.json("/incidents").await?["items"].as_array().unwrap().is_empty());
    app.stop().await
}

#[tokio::test]
async fn messages_at_the_same_moment_make_one_incident() -> Result<()> {
    let app = app().await?;
    let body = message("firing", &["a"]);
    let answers = futures::future::join_all((0..8).map(|_| taken(&app, &body))).await;
    let answers: Vec<_> = answers.into_iter().collect::<Result<_>>()?;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
    let id = text(&answers[0].1, "/incident_id");
    assert!(answers.iter().all(|(_, body)| body["incident_id"] == id), "{answers:?}");
    let incident = with_investigations(&app, id, 1).await?;
    assert_eq!(incident["investigations"].as_array().unwrap().len(), 1);
    assert_eq!(crate::archives::stored(&app.data().join("blobs")), 1);
    app.stop().await
}
