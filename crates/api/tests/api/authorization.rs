//! Who may call what. Every operation of the description stands in [`TABLE`]; one without a row fails the test, and so
//! does a row without an operation. Each is called as nobody, as a viewer, as an operator and as an administrator.

use std::collections::BTreeSet;

use anyhow::Result;
use oriel_model::Role;
use oriel_testkit::app::{TestApp, User};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// An id that nothing has: what is allowed is then told from what is not by 404 and the like.
const NOTHING: &str = "0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77";

/// Who gets past the question whether they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    /// Everybody, without a session.
    Anyone,
    /// The service with its own token, and no user.
    Service,
    /// Every signed-in user.
    Viewer,
    /// Operators and administrators.
    Operator,
    /// Administrators alone.
    Admin,
}

const TABLE: &[(&str, &str, May)] = &[
    ("get", "/api/v1/health", May::Anyone),
    ("get", "/api/v1/setup", May::Anyone),
    ("post", "/api/v1/setup", May::Anyone),
    ("post", "/api/v1/session", May::Anyone),
    ("get", "/api/v1/session", May::Viewer),
    ("delete", "/api/v1/session", May::Viewer),
    ("get", "/api/v1/users", May::Admin),
    ("post", "/api/v1/users", May::Admin),
    ("get", "/api/v1/users/{id}", May::Admin),
    ("patch", "/api/v1/users/{id}", May::Admin),
    ("get", "/api/v1/incidents", May::Viewer),
    ("post", "/api/v1/incidents", May::Operator),
    ("post", "/api/v1/incidents/example", May::Operator),
    ("get", "/api/v1/incidents/{id}", May::Viewer),
    ("post", "/api/v1/incidents/{id}/investigations", May::Operator),
    ("get", "/api/v1/investigations", May::Viewer),
    ("post", "/api/v1/investigations", May::Operator),
    ("get", "/api/v1/investigations/{id}", May::Viewer),
    ("post", "/api/v1/investigations/{id}/cancel", May::Operator),
    ("post", "/api/v1/investigations/{id}/outcome", May::Operator),
    ("get", "/api/v1/causes", May::Viewer),
    ("get", "/api/v1/targets", May::Viewer),
    ("post", "/api/v1/targets", May::Admin),
    ("get", "/api/v1/targets/{id}", May::Viewer),
    ("patch", "/api/v1/targets/{id}", May::Admin),
    ("delete", "/api/v1/targets/{id}", May::Admin),
    ("post", "/api/v1/targets/{id}/host-key", May::Operator),
    ("put", "/api/v1/targets/{id}/host-key", May::Admin),
    ("post", "/api/v1/targets/{id}/test", May::Operator),
    ("get", "/api/v1/runs", May::Viewer),
    ("post", "/api/v1/runs", May::Operator),
    ("get", "/api/v1/runs/{id}", May::Viewer),
    ("post", "/api/v1/runs/{id}/cancel", May::Operator),
    ("get", "/api/v1/tasks/{id}/output", May::Viewer),
    ("get", "/api/v1/knowledge", May::Viewer),
    ("post", "/api/v1/knowledge", May::Admin),
    ("get", "/api/v1/knowledge/{id}", May::Viewer),
    ("patch", "/api/v1/knowledge/{id}", May::Admin),
    ("delete", "/api/v1/knowledge/{id}", May::Admin),
    ("get", "/api/v1/knowledge/{id}/changes", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/changes", May::Operator),
    ("post", "/api/v1/knowledge/{id}/undelete", May::Admin),
    ("post", "/api/v1/knowledge/{id}/purge", May::Admin),
    ("get", "/api/v1/knowledge/{id}/atoms", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/atoms", May::Operator),
    ("post", "/api/v1/knowledge/{id}/ingest", May::Operator),
    ("get", "/api/v1/knowledge/{id}/backup", May::Viewer),
    ("put", "/api/v1/knowledge/{id}/backup", May::Admin),
    ("post", "/api/v1/knowledge/{id}/validate", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/query", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/rewrite", May::Operator),
    ("post", "/api/v1/knowledge/{id}/explain", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/diff", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/merge", May::Operator),
    ("get", "/api/v1/knowledge/{id}/search", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/path", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/related", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/sources", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/infer", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/contradictions", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/rules", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/suggestions", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/patterns", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/similar", May::Viewer),
    ("get", "/api/v1/knowledge/{id}/clusters", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/outcomes", May::Operator),
    ("get", "/api/v1/knowledge/{id}/attention", May::Viewer),
    ("post", "/api/v1/knowledge/{id}/attention", May::Operator),
    ("get", "/api/v1/audit", May::Operator),
    ("get", "/api/v1/audit/verify", May::Operator),
    ("post", "/api/v1/webhooks/alertmanager", May::Service),
    ("get", "/api/v1/stream", May::Viewer),
    ("get", "/api/v1/events", May::Viewer),
];

/// Bodies that are read before the permission is asked for, so they must fit.
fn body(method: &str, path: &str) -> Option<Value> {
    let body = match (method, path) {
        ("post", "/api/v1/setup") => r#"{"token":"x","username":"eve","password":"x"}"#,
        ("post", "/api/v1/session") => r#"{"username":"nobody-at-all","password":"x"}"#,
        ("post", "/api/v1/users") => r#"{"username":"!","password":"x","role":"viewer"}"#,
        ("patch", "/api/v1/users/{id}" | "/api/v1/targets/{id}" | "/api/v1/knowledge/{id}")
        | ("post", "/api/v1/knowledge/{id}/validate") => "{}",
        ("post", "/api/v1/investigations") => {
            r#"{"question":"why","target_id":"0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77"}"#
        }
        ("post", "/api/v1/investigations/{id}/outcome") => r#"{"cause":"none"}"#,
        ("post", "/api/v1/targets") => r#"{"name":"","transport":"local"}"#,
        ("put", "/api/v1/targets/{id}/host-key") => r#"{"fingerprint":"SHA256:x"}"#,
        ("post", "/api/v1/knowledge") => r#"{"name":"!"}"#,
        ("post", "/api/v1/knowledge/{id}/changes") => r#"{"operations":[{"op":"add","text":"(Number 1)"}]}"#,
        ("post", "/api/v1/knowledge/{id}/query" | "/api/v1/knowledge/{id}/explain") => {
            r#"{"query":"(Get (Concept \"a\"))"}"#
        }
        ("post", "/api/v1/knowledge/{id}/rewrite") => r#"{"query":"(Bind (Concept \"a\") (Concept \"b\"))"}"#,
        ("post", "/api/v1/knowledge/{id}/merge") => r#"{"source":"nothing"}"#,
        ("post", "/api/v1/knowledge/{id}/infer") => r#"{"target":"(Concept \"a\")"}"#,
        ("post", "/api/v1/knowledge/{id}/outcomes") => r#"{"atom":"a","source":"b","positive":1,"total":1}"#,
        ("post", "/api/v1/knowledge/{id}/attention") => r#"{"ticks":1}"#,
        ("post", "/api/v1/runs") => r#"{"command":"true","target_ids":[]}"#,
        _ => return None,
    };
    Some(serde_json::from_str(body).unwrap())
}

async fn call(user: &User, method: &str, path: &str) -> Result<StatusCode> {
    let short = path.strip_prefix("/api/v1").unwrap().replace("{id}", NOTHING);
    let short = match short.as_str() {
        "/events" => "/events?topic=nothing".to_owned(),
        diff if diff.ends_with("/diff") => format!("{diff}?from=0"),
        search if search.ends_with("/search") => format!("{search}?words=a"),
        path if path.ends_with("/path") => format!("{path}?from=a&to=b"),
        related if related.ends_with("/related") => format!("{related}?node=a"),
        suggestions if suggestions.ends_with("/suggestions") => format!("{suggestions}?kind=a"),
        similar if similar.ends_with("/similar") => format!("{similar}?atom=a"),
        _ => short,
    };
    let mut request = user.request(Method::from_bytes(method.to_uppercase().as_bytes())?, &short);
    if let Some(body) = body(method, path) {
        request = request.json(&body);
    } else if (method, path) == ("post", "/api/v1/incidents") {
        request = request.header("content-type", "application/zstd").body("this is no archive");
    }
    Ok(request.send().await?.status())
}

#[test]
fn every_operation_stands_in_the_table() {
    let document = serde_json::to_value(oriel_api::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone())))
        .collect();
    let table: BTreeSet<(String, String)> =
        TABLE.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let missing: Vec<_> = described.difference(&table).collect();
    assert!(missing.is_empty(), "these operations have no row in TABLE: {missing:?}");
    let gone: Vec<_> = table.difference(&described).collect();
    assert!(gone.is_empty(), "these rows have no operation: {gone:?}");
    assert_eq!(table.len(), TABLE.len(), "a row stands twice");
}

/// What needs no session says so in the description, and nothing else does.
#[test]
fn the_description_says_what_is_open() {
    let document = serde_json::to_value(oriel_api::openapi()).unwrap();
    for (method, path, may) in TABLE {
        let operation = &document["paths"][*path][*method];
        let open = operation.get("security").is_some_and(|security| security == &serde_json::json!([{}]));
        assert_eq!(open, *may == May::Anyone, "{method} {path}: {:?}", operation.get("security"));
        let service = operation.pointer("/security/0/service_token").is_some();
        assert_eq!(service, *may == May::Service, "{method} {path}: {:?}", operation.get("security"));
    }
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() -> Result<()> {
    let app = TestApp::start().await?;
    let nobody = app.nobody()?;
    let callers = [
        (Role::Viewer, app.user("vera", Role::Viewer).await?),
        (Role::Operator, app.user("otto", Role::Operator).await?),
        (Role::Admin, app.admin.clone()),
    ];
    let mut wrong = Vec::new();
    for (method, path, may) in TABLE {
        if (*method, *path) == ("delete", "/api/v1/session") {
            continue; // It would end the session that the next calls need; see below.
        }
        let status = call(&nobody, method, path).await?;
        // The wrong credentials of the sign-in are a 401 too.
        let refused = status == StatusCode::UNAUTHORIZED && *path != "/api/v1/session";
        if (*may == May::Anyone || *path == "/api/v1/session" && *method == "post") && refused {
            wrong.push(format!("nobody, {method} {path}: {status}"));
        }
        if *may != May::Anyone && status != StatusCode::UNAUTHORIZED {
            wrong.push(format!("nobody, {method} {path}: {status}, not 401"));
        }
        for (role, user) in &callers {
            if *may == May::Service {
                let status = call(user, method, path).await?;
                if status != StatusCode::UNAUTHORIZED {
                    wrong.push(format!("{role}, {method} {path}: {status}, not 401"));
                }
                continue;
            }
            let allowed = match may {
                May::Anyone | May::Viewer | May::Service => true,
                May::Operator => *role != Role::Viewer,
                May::Admin => *role == Role::Admin,
            };
            let status = call(user, method, path).await?;
            if (status == StatusCode::FORBIDDEN) == allowed || status.is_server_error() {
                wrong.push(format!("{role}, {method} {path}: {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (role, user) in &callers {
        let status = call(user, "delete", "/api/v1/session").await?;
        assert_eq!(status, StatusCode::NO_CONTENT, "{role}");
        assert_eq!(call(user, "get", "/api/v1/session").await?, StatusCode::UNAUTHORIZED, "{role}");
    }
    app.stop().await
}
