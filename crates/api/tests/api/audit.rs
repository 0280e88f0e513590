//! `/audit`.

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::TestApp;
use serde_json::json;

use crate::problem;

#[tokio::test]
async fn what_was_done_is_written_down_and_the_chain_holds() -> Result<()> {
    let app = TestApp::start().await?;
    app.user("otto", Role::Operator).await?;
    let page = app.admin.json("/audit?limit=200").await?;
    let entries = page["items"].as_array().unwrap();
    let actions: Vec<_> = entries.iter().rev().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"setup.complete") && actions.contains(&"user.create"), "{actions:?}");
    let seqs: Vec<_> = entries.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert!(seqs.windows(2).all(|pair| pair[0] == pair[1] + 1), "newest first, without gaps: {seqs:?}");

    let made = app.admin.json("/audit?action=user.create&actor=admin").await?;
    assert_eq!(made["items"].as_array().unwrap().len(), 1);
    assert_eq!(made["items"][0]["detail"]["username"], "otto");
    assert!(app.admin.json("/audit?actor=nobody").await?["items"].as_array().unwrap().is_empty());

    let check = app.admin.json("/audit/verify").await?;
    assert_eq!(check, json!({"ok": true, "entries": entries.len(), "broken_at": null, "reason": null}));
    let vera = app.user("vera", Role::Viewer).await?;
    problem(vera.get("/audit").await?, 403, "forbidden").await?;
    app.stop().await
}
