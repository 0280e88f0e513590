//! The committed description is the one that the code makes.

use std::path::Path;

use anyhow::Result;
use oriel_testkit::app::TestApp;
use serde_json::Value;

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json")
}

#[test]
fn the_committed_description_is_current() {
    let current = oriel_api::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("ORIEL_WRITE_OPENAPI").is_some() {
        std::fs::write(committed(), &current).unwrap();
    }
    let written = std::fs::read_to_string(committed()).unwrap_or_default();
    assert!(
        written == current,
        "docs/openapi.json is not what the code says; write it anew with\n  \
         ORIEL_WRITE_OPENAPI=1 cargo test -p oriel-api --test api openapi"
    );
}

#[tokio::test]
async fn it_is_served_and_can_be_browsed_without_a_session() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    let served: Value = nobody.json("/openapi.json").await?;
    assert_eq!(served["openapi"], "3.1.0");
    assert_eq!(served, serde_json::to_value(oriel_api::openapi())?);
    let page = nobody.bare(reqwest::Method::GET, "/api/docs/").send().await?;
    assert_eq!(page.status(), 200);
    assert!(page.text().await?.contains("swagger-ui"));
    app.stop().await
}

/// Every reference leads somewhere, and every operation has a name of its own and says how it fails.
#[test]
fn the_description_is_whole() {
    let document = serde_json::to_value(oriel_api::openapi()).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(names.insert(name), "{method} {path}: {name:?} names another operation too");
            assert!(operation["responses"].get("default").is_some(), "{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
        }
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(entries) => {
            references.extend(entries.get("$ref").and_then(Value::as_str));
            entries.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
