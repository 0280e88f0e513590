//! `/stream` and `/events`.

use std::time::Duration;

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::{Options, TestApp};
use oriel_testkit::stream::{Next, StreamClient};
use reqwest::Method;
use serde_json::{Value, json};

use crate::runs::{ended, start};
use crate::targets::local;
use crate::{problem, text};

/// The text of all output up to the end, and the last sequence number.
async fn read_all(stream: &mut StreamClient) -> Result<(String, Vec<u64>)> {
    let (mut all, mut seqs) = (String::new(), Vec::new());
    loop {
        let message = stream.message().await?;
        seqs.push(message["seq"].as_u64().unwrap());
        match text(&message, "/type") {
            "output" => all.push_str(text(&message, "/data/text")),
            "end" => return Ok((all, seqs)),
            other => panic!("{other}: {message}"),
        }
    }
}

#[tokio::test]
async fn output_comes_in_order_and_is_resumed_without_a_gap() -> Result<()> {
    let app = TestApp::start().await?;
    let target = local(&app.admin, "here").await?;
    let run = start(&app.admin, &target, "for i in 1 2 3 4 5; do echo \"line $i €\"; done").await?;
    let topic = format!("task/{}", text(&run, "/tasks/0/id"));
    let mut stream = app.admin.stream().await?;
    stream.subscribe(&topic, None).await?;
    let (all, seqs) = read_all(&mut stream).await?;
    let expected = "line 1 €\nline 2 €\nline 3 €\nline 4 €\nline 5 €\n";
    assert_eq!(all, expected);
    assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]), "{seqs:?}");
    assert_eq!(*seqs.last().unwrap(), expected.len() as u64 + 1, "the end is one beyond the last byte");

    // Any position resumes: the rest, once. In the middle of a character too.
    for from in 0..=expected.len() {
        let mut again = app.admin.stream().await?;
        again.subscribe(&topic, Some(from as u64)).await?;
        let (rest, _) = read_all(&mut again).await?;
        assert_eq!(rest, String::from_utf8_lossy(&expected.as_bytes()[from..]), "from {from}");
    }
    app.stop().await
}

#[tokio::test]
async fn a_client_that_does_not_read_loses_nothing() -> Result<()> {
    let app = TestApp::start().await?;
    let target = local(&app.admin, "here").await?;
    let run = start(&app.admin, &target, "yes 0123456789abcde | head -c 8000000").await?;
    let mut slow = app.admin.stream().await?;
    slow.subscribe(&format!("task/{}", text(&run, "/tasks/0/id")), None).await?;
    // Nothing is read until the run has ended by itself: it waits for no client.
    let run = ended(&app.admin, &run).await?;
    assert_eq!(run["status"], "succeeded");
    let (all, _) = read_all(&mut slow).await?;
    assert_eq!(all.len(), 8_000_000);
    assert!(all.lines().all(|line| line == "0123456789abcde"));
    app.stop().await
}

#[tokio::test]
async fn topics_that_are_not_there_are_problems() -> Result<()> {
    let app = TestApp::start().await?;
    let mut stream = app.admin.stream().await?;
    for (topic, kind) in [
        ("run/0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77", "not-found"),
        ("task/0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77", "not-found"),
        ("investigation/0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77", "not-found"),
        ("run/x", "invalid"),
        ("everything", "invalid"),
    ] {
        stream.subscribe(topic, None).await?;
        let message = stream.message().await?;
        assert_eq!((text(&message, "/topic"), text(&message, "/type")), (topic, "error"));
        assert_eq!(text(&message, "/data/type"), format!("urn:oriel:problem:{kind}"));
        assert!(message.get("seq").is_none());
    }
    for odd in ["", "hello", "{}", "[]", "null", r#"{"op":"subscribe"}"#, r#"{"op":"boom","topic":"runs"}"#] {
        stream.send(odd).await?;
        let message = stream.message().await?;
        assert_eq!(text(&message, "/data/type"), "urn:oriel:problem:malformed", "{odd}");
    }
    stream.send(&"x".repeat(10_000)).await?;
    assert!(matches!(stream.next().await?, Next::Closed(_)), "a command has a largest size");
    app.stop().await
}

#[tokio::test]
async fn lists_are_hinted_at_and_can_be_left_again() -> Result<()> {
    let app = TestApp::start().await?;
    let target = local(&app.admin, "here").await?;
    let mut stream = app.admin.stream().await?;
    stream.subscribe("runs", None).await?;
    // The answer to an unknown topic shows that the subscription before it was taken.
    stream.subscribe("nothing", None).await?;
    stream.until("error").await?;
    let run = start(&app.admin, &target, "true").await?;
    let hint = stream.until("changed").await?;
    assert_eq!(hint["topic"], "runs");
    ended(&app.admin, &run).await?;
    stream.send(&json!({"op": "unsubscribe", "topic": "runs"}).to_string()).await?;
    app.stop().await
}

#[tokio::test]
async fn only_our_own_pages_and_signed_in_users_get_a_stream() -> Result<()> {
    let app = TestApp::start().await?;
    let token = app.admin.token().unwrap().to_owned();
    let refused = |headers: Vec<(&'static str, String)>| {
        let url = app.url.clone();
        async move { StreamClient::open(&url, &headers).await.unwrap().err() }
    };
    let cookie = ("cookie", format!("oriel_session={token}"));
    assert_eq!(refused(vec![]).await, Some(401));
    assert_eq!(refused(vec![("authorization", "Bearer x".into())]).await, Some(401));
    assert_eq!(refused(vec![cookie.clone(), ("origin", "http://evil.example".into())]).await, Some(403));
    assert_eq!(refused(vec![cookie.clone(), ("origin", "null".into())]).await, Some(403));
    assert_eq!(refused(vec![cookie.clone(), ("origin", app.url.clone())]).await, None);
    assert_eq!(refused(vec![cookie]).await, None);
    problem(app.admin.get("/stream").await?, 400, "malformed").await?;
    app.stop().await
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_a_new_role() -> Result<()> {
    let api =
        oriel_api::Settings { look_at_session_every: Duration::from_millis(20), ..oriel_api::Settings::default() };
    let app = TestApp::with(Options { api, ..Options::default() }).await?;
    let users = || async { app.admin.json("/users").await };
    for (name, change) in [("vera", None), ("otto", Some(json!({"role": "viewer"})))] {
        let user = app.user(name, Role::Operator).await?;
        let mut stream = user.stream().await?;
        stream.subscribe("runs", None).await?;
        let events = user.get("/events?topic=runs").await?;
        match change {
            None => assert_eq!(user.request(Method::DELETE, "/session").send().await?.status(), 204),
            Some(change) => {
                let all = users().await?;
                let found = all["items"].as_array().unwrap().iter().find(|one| one["username"] == name).unwrap();
                let path = format!("/users/{}", text(found, "/id"));
                let changed = app.admin.request(Method::PATCH, &path).json(&change).send().await?;
                assert_eq!(changed.status(), 200);
            }
        }
        let Next::Closed(frame) = stream.next().await? else { panic!("a message for nobody") };
        assert_eq!(frame.map(|frame| u16::from(frame.code)), Some(1008));
        assert!(!events.text().await?.contains("data:"), "the events end too");
    }
    app.stop().await
}

#[tokio::test]
async fn events_carry_the_same() -> Result<()> {
    let app = TestApp::start().await?;
    let vera = app.user("vera", Role::Viewer).await?;
    let target = local(&app.admin, "here").await?;
    let run = start(&app.admin, &target, "printf 'one\\ntwo\\n'").await?;
    ended(&app.admin, &run).await?;
    let path = format!("/events?topic=task/{}", text(&run, "/tasks/0/id"));
    assert_eq!(first_event(&vera, &path, None).await?["data"]["text"], "one\ntwo\n");
    assert_eq!(first_event(&vera, &format!("{path}&from=4"), None).await?["data"]["text"], "two\n");
    assert_eq!(first_event(&vera, &path, Some("4")).await?["data"]["text"], "two\n");
    problem(vera.get("/events?topic=x").await?, 422, "invalid").await?;
    problem(vera.get("/events").await?, 422, "invalid").await?;
    app.stop().await
}

async fn first_event(user: &oriel_testkit::app::User, path: &str, last: Option<&str>) -> Result<Value> {
    let mut request = user.request(Method::GET, path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let mut answer = request.send().await?;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut read = String::new();
    while !read.contains("\n\n") {
        let chunk = answer.chunk().await?.expect("an event comes");
        read.push_str(std::str::from_utf8(&chunk)?);
    }
    let data = read.lines().find_map(|line| line.strip_prefix("data: ")).expect("an event has data");
    let message: Value = serde_json::from_str(data)?;
    assert!(read.contains(&format!("id: {}", message["seq"])), "{read}");
    Ok(message)
}
