//! How a server is asked, whatever it is: signing in, trying again, giving up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, routing};
use chrono::DateTime;
use oriel_connectors::{Collection, Hidden, Progress, Settings, Window, collect};

/// A server that answers every request with `answer`, and counts.
async fn serve<F>(answer: F) -> Result<(Settings, Arc<AtomicUsize>)>
where
    F: Fn(usize, &HeaderMap) -> Response + Clone + Send + Sync + 'static,
{
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let handler = move |headers: HeaderMap| {
        let response = answer(counter.fetch_add(1, Ordering::SeqCst), &headers);
        async move { response }
    };
    let router = Router::new().fallback(routing::any(handler));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let mut settings = Settings::default();
    settings.alertmanager.url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((settings, asked))
}

async fn collected(settings: &Settings) -> Collection {
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    collect(settings, &Window::new(at(1_777_888_800), at(1_777_892_400), None).unwrap(), &Progress::silent()).await
}

const ALERTS: &str = r#"[{"labels":{"alertname":"Slow"},"startsAt":"2026-05-04T10:10:00Z"},
    {"labels":{"alertname":"Later"},"startsAt":"2026-05-04T12:00:00Z"}]"#;

#[tokio::test]
async fn a_passing_failure_is_tried_again_and_a_refusal_is_not() -> Result<()> {
    let (settings, asked) = serve(|count, _| match count {
        0 => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "0")], "starting").into_response(),
        1 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "").into_response(),
        _ => ALERTS.into_response(),
    })
    .await?;
    let collection = collected(&settings).await;
    assert_eq!(collection.alerts.len(), 1, "the alert after the window is not taken: {:?}", collection.left_out);
    assert_eq!(asked.load(Ordering::SeqCst), 3);

    let (settings, asked) = serve(|_, _| (StatusCode::BAD_REQUEST, "no  such\nfilter").into_response()).await?;
    let refused = collected(&settings).await;
    assert!(refused.left_out[0].reason.contains("400: no such filter"), "{:?}", refused.left_out);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    Ok(())
}

#[tokio::test]
async fn credentials_are_sent_and_their_absence_is_named() -> Result<()> {
    let (mut settings, _) =
        serve(|_, headers| match headers.get("authorization").map(|value| value.to_str().unwrap()) {
            Some("Bearer let-me-in" | "Basic bWU6c2VjcmV0") => ALERTS.into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        })
        .await?;
    let without = collected(&settings).await;
    assert!(without.left_out[0].reason.contains("set connectors.alertmanager.bearer_token"), "{:?}", without.left_out);
    settings.alertmanager.bearer_token = Hidden::new("let-me-in");
    assert!(collected(&settings).await.has_evidence());
    settings.alertmanager.bearer_token = Hidden::default();
    settings.alertmanager.username = "me".to_owned();
    settings.alertmanager.password = Hidden::new("secret");
    assert!(collected(&settings).await.has_evidence());
    settings.alertmanager.bearer_token = Hidden::new("let-me-in");
    let both = collected(&settings).await;
    assert!(both.left_out[0].reason.contains("keep one of them"), "{:?}", both.left_out);
    Ok(())
}

#[tokio::test]
async fn what_is_no_answer_of_this_server_is_said() -> Result<()> {
    let (settings, _) = serve(|_, _| "<html>Welcome</html>".into_response()).await?;
    let other = collected(&settings).await;
    assert!(other.left_out[0].reason.contains("is this the right server?"), "{:?}", other.left_out);
    let (settings, asked) = serve(|_, _| (StatusCode::FOUND, [("location", "/login")], "").into_response()).await?;
    let moved = collected(&settings).await;
    assert!(moved.left_out[0].reason.contains("302"), "{:?}", moved.left_out);
    assert_eq!(asked.load(Ordering::SeqCst), 1, "a redirect would carry the credentials elsewhere");
    let (mut settings, _) = serve(|_, _| ALERTS.into_response()).await?;
    settings.alertmanager.ca_file = "/nowhere/ca.pem".into();
    let no_file = collected(&settings).await;
    assert!(no_file.left_out[0].reason.contains("connectors.alertmanager.ca_file"), "{:?}", no_file.left_out);
    Ok(())
}

#[tokio::test]
async fn further_tries_end_with_the_time_limit() -> Result<()> {
    let (mut settings, asked) =
        serve(|_, _| (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "30")], "busy").into_response()).await?;
    settings.alertmanager.timeout_seconds = 2.try_into()?;
    let started = std::time::Instant::now();
    let collection = collected(&settings).await;
    assert!(collection.left_out[0].reason.contains("503: busy"), "{:?}", collection.left_out);
    assert!(started.elapsed().as_secs() < 2, "a pause that does not fit is not begun");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let (mut settings, asked) = serve(|_, _| StatusCode::BAD_GATEWAY.into_response()).await?;
    settings.alertmanager.timeout_seconds = 2.try_into()?;
    settings.alertmanager.retries = 10;
    collected(&settings).await;
    // At 0, 0.5 and 1.5 seconds.
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert!(started.elapsed().as_secs() < 6);
    Ok(())
}
