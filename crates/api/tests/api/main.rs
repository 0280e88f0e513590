//! The edge, tested through the real router. One file a resource, like the URLs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

mod archives;
mod asking;
mod audit;
mod authorization;
mod console;
mod idempotency;
mod incidents;
mod investigations;
mod knowledge;
mod knowledge_files;
mod knowledge_learning;
mod openapi;
mod otlp;
mod problems;
mod runs;
mod session;
mod stream;
mod targets;
mod users;
mod webhooks;

use anyhow::Result;
use reqwest::{Response, StatusCode};
use serde_json::Value;

/// Checks that a response is a problem of this status and type, and returns its body.
async fn problem(response: Response, status: u16, kind: &str) -> Result<Value> {
    let found = response.status();
    let media = response.headers().get("content-type").cloned();
    let id = response.headers().get("x-request-id").cloned();
    let text = response.text().await?;
    assert_eq!(found, StatusCode::from_u16(status)?, "{text}");
    assert_eq!(media.unwrap(), "application/problem+json", "{text}");
    let body: Value = serde_json::from_str(&text)?;
    assert_eq!(body["type"], format!("urn:oriel:problem:{kind}"), "{text}");
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"].as_str().unwrap(), id.unwrap());
    assert!(!body["detail"].as_str().unwrap().is_empty());
    Ok(body)
}

/// The text of a field that must be one.
fn text<'a>(body: &'a Value, pointer: &str) -> &'a str {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {body}"))
}
