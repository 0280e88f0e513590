//! `/knowledge`: what comes and goes as files. What becomes of them is tested by `oriel-knowledge`.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};
use oriel_knowledge::Settings;
use oriel_model::Role;
use oriel_testkit::app::{Options, TestApp, User};
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method, RequestBuilder, Response};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::problem;

const COMPOSE: &str = "services:\n  web: {image: 'shop/web:1', depends_on: [cart], environment: {API_TOKEN: 9f0c-never-read}}\n  cart: {}\n";

/// Atoms whose names cannot be packed: they look random, and are the same every time (xorshift, Marsaglia 2003).
fn atoms(from: u64, count: u64) -> String {
    let mut state = from + 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("{state:016x}")
    };
    (0..count).map(|_| format!("(Concept \"{}{}\")\n", next(), next())).collect::<Vec<_>>().concat()
}

fn form(files: &[(&str, &[u8])]) -> Form {
    let part = |(name, bytes): &(&str, &[u8])| Part::bytes(bytes.to_vec()).file_name((*name).to_owned());
    files.iter().fold(Form::new(), |form, file| form.part("file", part(file)))
}

fn send(user: &User, path: &str, files: &[(&str, &[u8])]) -> RequestBuilder {
    user.request(Method::POST, path).multipart(form(files))
}

async fn base(app: &TestApp, name: &str) -> Result<()> {
    assert_eq!(app.admin.post("/knowledge", &json!({"name": name})).await?.status(), 201);
    Ok(())
}

async fn put(user: &User, name: &str, backup: impl Into<Body>) -> Result<Response> {
    let request = user.request(Method::PUT, &format!("/knowledge/{name}/backup")).body(backup);
    Ok(request.header("content-type", "application/octet-stream").send().await?)
}

/// What lies in the data directory, apart from the database.
fn kept(app: &TestApp) -> Vec<String> {
    let entries = std::fs::read_dir(app.data()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with("oriel.db"));
    names.sort();
    names
}

#[tokio::test]
async fn files_are_one_change_and_a_key_makes_it_once() -> Result<()> {
    let app = TestApp::start().await?;
    let operator = app.user("otto", Role::Operator).await?;
    base(&app, "shop").await?;
    let types: &[u8] = b"(declare-type Service Concept)";
    let files = [("types.scm", types), ("edges.csv", b"source,source_type,target\nweb,Service,cart\n")];
    let keyed =
        |files| send(&operator, "/knowledge/shop/atoms?expected_version=0", files).header("idempotency-key", "k1");
    let made = keyed(&files).send().await?;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await?;
    assert_eq!((&made["version"], &made["atoms_before"]), (&json!(1), &json!(0)), "{made}");
    let again = keyed(&files).send().await?;
    assert_eq!((again.status().as_u16(), again.headers()["idempotency-replayed"].to_str()?), (201, "true"));
    assert_eq!(again.json::<Value>().await?, made);
    let other = keyed(&[("types.scm", types)]).send().await?;
    assert_eq!(problem(other, 422, "invalid").await?["field"], "Idempotency-Key");
    let late = send(&operator, "/knowledge/shop/atoms?expected_version=0", &files).send().await?;
    assert_eq!(problem(late, 409, "conflict").await?["field"], "expected_version");
    let history = operator.json("/knowledge/shop/changes").await?;
    assert_eq!(
        (history["items"].as_array().unwrap().len(), &history["items"][0]["note"]),
        (1, &json!("load types.scm, edges.csv"))
    );
    let held = operator.get("/knowledge/shop/atoms").await?.text().await?;
    assert!(held.contains("(List (Service \"web\") (Concept \"cart\"))"), "{held}");

    // What a file is called does not matter where the format is said.
    let turtle: &[u8] = b"<urn:oriel:Concept:a> a <urn:oriel:Concept:b> .";
    let made = send(&operator, "/knowledge/shop/atoms?format=turtle&note=more", &[("a.csv", turtle)]).send().await?;
    assert_eq!(made.status(), 201);
    let audit = app.admin.json("/audit?action=knowledge.change").await?;
    assert_eq!((&audit["items"][0]["actor"], &audit["items"][0]["detail"]["note"]), (&json!("otto"), &json!("more")));
    for (files, says) in [
        (
            &[("a.scm", &b"(Concept \"a\")"[..]), ("b.scm", b"(Concept \"b\")\n (Concpet \"c\")")][..],
            "b.scm:2:3: there is no type `Concpet`",
        ),
        (&[("types.scm", types), ("b.csv", b"no,header\n1,2\n")], "b.csv: CSV"),
        (&[("a.scm", b"\xff")], "it is not UTF-8"),
        (&[("a.scm", b"; nothing\n")], "there is nothing in it"),
    ] {
        let answer = problem(send(&operator, "/knowledge/shop/atoms", files).send().await?, 422, "invalid").await?;
        assert_eq!(answer["field"], "file", "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains(says), "{answer}");
    }
    assert_eq!(operator.json("/knowledge/shop").await?["version"], 2);
    app.stop().await
}

#[tokio::test]
async fn systems_are_ingested() -> Result<()> {
    let app = TestApp::start().await?;
    let operator = app.user("otto", Role::Operator).await?;
    base(&app, "system").await?;
    let files: [(&str, &[u8]); 2] =
        [("compose.yaml", COMPOSE.as_bytes()), ("runbooks/slow.md", b"# Runbook\n\nConcerns cart.\n")];
    let path = "/knowledge/system/ingest?source=system&observed=2026-11-20T10:00:00Z";
    let dry: Value = send(&operator, &format!("{path}&dry_run=true"), &files).send().await?.json().await?;
    assert_eq!((&dry["applied"], dry["added"].as_u64() > Some(5)), (&Value::Null, true), "{dry}");
    let done: Value = send(&operator, path, &files).send().await?.json().await?;
    assert_eq!((&done["applied"]["version"], &done["withheld"], &done["added"]), (&json!(1), &json!(1), &dry["added"]));
    assert_eq!(done["source"], "system");
    let kinds = json!([{"file": "compose.yaml", "kind": "compose"}, {"file": "runbooks/slow.md", "kind": "markdown"}]);
    assert_eq!(done["files"], kinds);
    let held = operator.get("/knowledge/system/atoms").await?.text().await?;
    assert!(held.contains("\"2026-11-20T10:00:00Z\"") && !held.contains("never-read"), "{held}");
    let again: Value = send(&operator, path, &files).send().await?.json().await?;
    assert_eq!((&again["applied"], &again["added"]), (&Value::Null, &json!(0)));

    // What the source does not say any more goes.
    let path = "/knowledge/system/ingest?source=system&kind=markdown";
    let fewer = || send(&operator, path, &files[1..]).header("idempotency-key", "k1").send();
    let done: Value = fewer().await?.json().await?;
    assert!(done["gone"].as_u64() > Some(1) && done["applied"]["version"] == 2, "{done}");
    let replayed = fewer().await?;
    assert_eq!(replayed.headers()["idempotency-replayed"], "true");
    assert_eq!(replayed.json::<Value>().await?, done);

    let yaml: &[u8] = b"x: 1\n";
    let passed: Value = send(&operator, "/knowledge/system/ingest?source=y&pass_over=true", &[("x.yaml", yaml)])
        .send()
        .await?
        .json()
        .await?;
    assert!(passed["remarks"][0].as_str().unwrap().contains("passed over"), "{passed}");
    for (query, file, text, field, says) in [
        ("", "x.yaml", yaml, "source", "Name the source"),
        ("?source=system&kind=prometheus", "x.prom", b"", "all_gone", "say none of it"),
        ("?source=system&kind=compose", "x.yaml", COMPOSE.as_bytes(), "all_gone", "it was of markdown"),
        ("?source=x", "x.yaml", yaml, "file", "say what it is"),
        ("?source=x", "x.yaml", b"services: [", "file", "x.yaml:1:"),
        ("?source=x&kind=terraform", "x.json", b"{\"version\": 3}", "file", "it has version 3"),
        ("?source=x&kind=excel", "x.yaml", yaml, "kind", "`kubernetes`"),
        ("?source=x&observed=%2B10000-01-01T00:00:00Z", "x.yaml", yaml, "observed", "years are 0 to 9999"),
        ("?source=stated", "x.yaml", yaml, "source", "choose another name"),
        ("?source=x&surprise=1", "x.yaml", yaml, "surprise", "unknown field"),
    ] {
        let path = format!("/knowledge/system/ingest{query}");
        let answer = problem(send(&operator, &path, &[(file, text)]).send().await?, 422, "invalid").await?;
        assert_eq!(answer["field"], field, "{query}: {answer}");
        assert!(answer["detail"].as_str().unwrap().contains(says), "{query}: {answer}");
    }
    assert_eq!(operator.json("/knowledge/system").await?["version"], 2);
    app.stop().await
}

#[tokio::test]
async fn sources_that_disagree_are_told_with_both_sides() -> Result<()> {
    let app = TestApp::start().await?;
    base(&app, "system").await?;
    for (source, replicas, day) in [("git", 2, 20), ("cluster", 3, 21)] {
        let deployment = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: {replicas}, selector: {{matchLabels: {{app: web}}}}, \
             template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: web, image: web}}]}}}}}}\n"
        );
        let path = format!("/knowledge/system/ingest?source={source}&observed=2026-11-{day}T10:00:00Z");
        let done = send(&app.admin, &path, &[("web.yaml", deployment.as_bytes())]).send().await?;
        assert_eq!(done.status(), 200);
    }
    let found = app.admin.json("/knowledge/system/contradictions").await?;
    assert_eq!((&found["found"], &found["disagreements"]), (&json!(0), &json!(1)), "{found}");
    let one = &found["disagree"][0];
    assert_eq!((&one["of"], &one["relation"]), (&json!("(Concept \"service/web\")"), &json!("replicas")), "{one}");
    let said = one["said"].as_array().unwrap();
    let sides: Vec<_> = said.iter().map(|side| (side["source"].as_str(), side["object"].as_str())).collect();
    assert_eq!(sides, [(Some("git"), Some("(Number 2)")), (Some("cluster"), Some("(Number 3)"))], "{one}");
    assert!(said.iter().all(|side| side["place"].as_str().unwrap().starts_with("web.yaml")), "{one}");
    let ages: Vec<_> = said.iter().map(|side| side["age_seconds"].as_i64().unwrap()).collect();
    assert_eq!(ages[0] - ages[1], 24 * 3_600, "{one}");
    assert_eq!(
        app.admin.json("/knowledge/system/contradictions?limit=1").await?["disagree"].as_array().unwrap().len(),
        1
    );
    let listed = app.admin.json("/knowledge/system/sources").await?;
    assert_eq!(listed["disagree"][0]["said"][0]["source"], "git");
    app.stop().await
}

#[tokio::test]
async fn a_retry_is_answered_as_before_though_if_match_names_the_version_before() -> Result<()> {
    let app = TestApp::start().await?;
    base(&app, "shop").await?;
    for (version, (path, text)) in [
        ("/knowledge/shop/atoms", "(Concept \"once\")"),
        ("/knowledge/shop/ingest?kind=markdown&source=x", "# Once\n\nConcerns cart.\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let keyed = |key: &str| {
            let request = send(&app.admin, path, &[("a", text.as_bytes())]).header("idempotency-key", key);
            request.header("if-match", format!("\"{version}\"")).send()
        };
        let made = keyed(path).await?;
        assert!(made.status().is_success(), "{path}: {}", made.status());
        let made: Value = made.json().await?;
        let again = keyed(path).await?;
        assert!(
            again.status().is_success() && again.headers().contains_key("idempotency-replayed"),
            "{path}: {again:?}"
        );
        assert_eq!(again.json::<Value>().await?, made);
        let late = problem(keyed("late").await?, 412, "precondition-failed").await?;
        assert_eq!(late["field"], "If-Match", "{path}: {late}");
    }
    assert_eq!(app.admin.json("/knowledge/shop").await?["version"], 2);
    app.stop().await
}

/// Sends the head of a form for the version that there is not any more when the form comes, and waits until it is asked for.
fn asked(app: &TestApp, path: &str, seen: &str, form: &str) -> Result<TcpStream> {
    let address = app.url.strip_prefix("http://").context("an address")?;
    let mut stream = TcpStream::connect(address)?;
    let token = app.admin.token().context("a token")?;
    write!(
        stream,
        "POST /api/v1{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\nexpect: 100-continue\r\n\
         if-match: {seen}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: {}\r\n\r\n",
        form.len()
    )?;
    let mut told = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut told)?;
    assert_eq!(std::str::from_utf8(&told)?, "HTTP/1.1 100 Continue\r\n\r\n");
    Ok(stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_comes_during_an_upload_is_noticed() -> Result<()> {
    let app = TestApp::start().await?;
    base(&app, "shop").await?;
    for (version, (path, text)) in [
        ("/knowledge/shop/atoms", "(Concept \"late\")"),
        ("/knowledge/shop/ingest?kind=markdown&source=x", "# Late\n\nConcerns cart.\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let head = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        let form = format!("{head}{text}\r\n--x--\r\n");
        let mut upload = asked(&app, path, &format!("\"{version}\""), &form)?;
        let change = json!({"operations": [{"op": "add", "text": format!("(Concept \"meanwhile {version}\")")}]});
        assert_eq!(app.admin.post("/knowledge/shop/changes", &change).await?.status(), 201);
        upload.write_all(form.as_bytes())?;
        let mut answer = String::new();
        upload.read_to_string(&mut answer)?;
        assert!(answer.starts_with("HTTP/1.1 412") && answer.contains("If-Match"), "{path}: {answer}");
    }
    assert_eq!(app.admin.json("/knowledge/shop").await?["version"], 2);
    let other = send(&app.admin, "/knowledge/shop/ingest?kind=markdown&source=x&expected_version=1", &[("a", b"# A")]);
    let answer = problem(other.header("if-match", "\"2\"").send().await?, 422, "invalid").await?;
    assert_eq!(answer["field"], "expected_version", "{answer}");
    app.stop().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_wait_for_their_turn() -> Result<()> {
    let app = TestApp::start().await?;
    base(&app, "shop").await?;
    let path = "/knowledge/shop/atoms";
    let begin = || asked(&app, path, "\"0\"", &"x".repeat(1_000_000));
    let one = || send(&app.admin, path, &[("a.scm", b"(Concept \"in turn\")")]).send();
    // Four are read, and do not come to their end.
    let read: Vec<TcpStream> = (0..4).map(|_| begin()).collect::<Result<_>>()?;
    let waiting = tokio::spawn(one());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    let others: Vec<TcpStream> = (0..63).map(|_| begin()).collect::<Result<_>>()?;
    let refused = one().await?;
    assert!(refused.headers()["retry-after"].to_str()?.parse::<u32>()? > 0);
    problem(refused, 503, "unavailable").await?;
    // Who leaves makes room: the next one waits.
    drop(others);
    let mut waits = false;
    for _ in 0..50 {
        match tokio::time::timeout(Duration::from_millis(200), one()).await {
            Ok(answer) => assert_eq!(answer?.status(), 503),
            Err(_) => waits = true,
        }
        if waits {
            break;
        }
    }
    assert!(waits && !waiting.is_finished());
    drop(read);
    assert_eq!(waiting.await??.status(), 201);
    app.stop().await
}

#[tokio::test]
async fn forms_are_bounded_and_hostile_ones_are_refused() -> Result<()> {
    let knowledge = Settings { change_bytes: 2_000, ..Settings::default() };
    let app = TestApp::with(Options { knowledge, ..Options::default() }).await?;
    let (operator, viewer) = (app.user("otto", Role::Operator).await?, app.user("vera", Role::Viewer).await?);
    base(&app, "shop").await?;
    let paths = ["/knowledge/shop/atoms", "/knowledge/shop/ingest?kind=markdown&source=x"];
    for path in paths {
        let post = || operator.request(Method::POST, path);
        problem(send(&viewer, path, &[("a", b"x")]).send().await?, 403, "forbidden").await?;
        let nothing = path.replace("shop", "stock");
        problem(send(&operator, &nothing, &[("a", b"x")]).send().await?, 404, "not-found").await?;

        let (half, whole) = (vec![b' '; 1_001], vec![b' '; 5 << 20]);
        let answer =
            problem(send(&operator, path, &[("a", &half), ("b", &half)]).send().await?, 413, "too-large").await?;
        assert!(answer["detail"].as_str().unwrap().contains("2000 bytes"), "{answer}");
        problem(send(&operator, path, &[("a", &whole)]).send().await?, 413, "too-large").await?;
        // A part that never ends its head, in a body that does not say how long it is.
        let head =
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"".to_owned() + &"y".repeat(1 << 16);
        let parts = std::iter::once(head).chain(std::iter::repeat_n("y".repeat(1 << 16), 100)).map(anyhow::Ok);
        let endless = post()
            .header("content-type", "multipart/form-data; boundary=x")
            .body(Body::wrap_stream(futures::stream::iter(parts)));
        // The client may still be writing when the answer comes.
        if let Ok(answer) = endless.send().await {
            assert!([400, 413].contains(&answer.status().as_u16()), "{}", answer.status());
        }

        problem(post().json(&json!({"file": "x"})).send().await?, 415, "unsupported-media-type").await?;
        problem(post().send().await?, 415, "unsupported-media-type").await?;
        let broken = post().header("content-type", "multipart/form-data").body("x");
        problem(broken.send().await?, 400, "malformed").await?;
        let cut = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n(Concept";
        let cut = post().header("content-type", "multipart/form-data; boundary=x").body(cut);
        problem(cut.send().await?, 400, "malformed").await?;
        problem(post().multipart(Form::new()).send().await?, 400, "malformed").await?;
        let many: Vec<(&str, &[u8])> = vec![("a", b"x"); 1_001];
        for (form, says) in [
            (Form::new().text("other", "x"), "called `file`"),
            (form(&many), "more than 1000 files"),
            (form(&[(&"x".repeat(501), b"x")]), "1 to 500 bytes"),
        ] {
            let answer = problem(post().multipart(form).send().await?, 422, "invalid").await?;
            assert_eq!(answer["field"], "file", "{answer}");
            assert!(answer["detail"].as_str().unwrap().contains(says), "{says}: {answer}");
        }
    }
    assert_eq!(operator.json("/knowledge/shop").await?["version"], 0);
    app.stop().await
}

#[tokio::test]
async fn atoms_are_sent_as_they_are_written() -> Result<()> {
    let app = TestApp::start().await?;
    base(&app, "shop").await?;
    let text = atoms(1, 20_000);
    assert!(
        send(&app.admin, "/knowledge/shop/atoms", &[("a.scm", text.as_bytes())]).send().await?.status().is_success()
    );
    for (format, most) in [("atomese", 1), ("json", 1), ("csv", 0)] {
        let answer = app.admin.get(&format!("/knowledge/shop/atoms?format={format}")).await?;
        let left_out = answer.headers()["oriel-left-out"].to_str()?.to_owned();
        assert_eq!(left_out, if format == "csv" { "20000" } else { "0" });
        // How long it is, nobody knows before its end.
        assert_eq!((answer.content_length(), answer.headers()["oriel-version"].as_bytes()), (None, &b"1"[..]));
        let body = answer.bytes().await?;
        assert!(body.len() >= most * text.len(), "{format}: {} bytes", body.len());
        assert!(format != "atomese" || body == text.as_bytes());
    }
    // Who goes away in the middle leaves the next one what there is.
    let mut broken_off = app.admin.get("/knowledge/shop/atoms").await?;
    assert!(broken_off.chunk().await?.is_some());
    drop(broken_off);
    assert_eq!(app.admin.get("/knowledge/shop/atoms").await?.bytes().await?, text.as_bytes());
    app.stop().await
}

#[tokio::test]
async fn a_backup_goes_out_and_comes_in_again() -> Result<()> {
    let app = TestApp::start().await?;
    let (operator, viewer) = (app.user("otto", Role::Operator).await?, app.user("vera", Role::Viewer).await?);
    base(&app, "shop").await?;
    // Longer than what is on its way at a time.
    for from in [0, 5_000] {
        let text = atoms(from, 5_000);
        let sent = send(&operator, "/knowledge/shop/atoms", &[("a.scm", text.as_bytes())]).send().await?;
        assert_eq!(sent.status(), 201);
    }
    let answer = viewer.get("/knowledge/shop/backup").await?;
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"shop.backup\"");
    let backup = answer.bytes().await?;
    assert!(backup.len() > 200_000 && backup.starts_with(b"oriel-backup 1\n"), "{} bytes", backup.len());
    problem(viewer.get("/knowledge/stock/backup").await?, 404, "not-found").await?;

    let before = kept(&app);
    problem(put(&operator, "copy", backup.clone()).await?, 403, "forbidden").await?;
    let made = put(&app.admin, "copy", backup.clone()).await?;
    assert!(made.status() == 201 && made.headers()["etag"].to_str()?.starts_with("\"2-"), "{made:?}");
    let shop = app.admin.json("/knowledge/shop").await?;
    assert_eq!(made.json::<Value>().await?["head"], shop["head"]);
    assert_eq!(app.admin.json("/audit?action=knowledge.restore").await?["items"][0]["detail"]["of"], "shop");
    let old = "/atoms?version=1";
    let copied = viewer.get(&format!("/knowledge/copy{old}")).await?.text().await?;
    assert_eq!(copied, viewer.get(&format!("/knowledge/shop{old}")).await?.text().await?);
    // What `curl -T` sends has no type.
    let bare = app.admin.request(Method::PUT, "/knowledge/bare/backup").body(backup.clone()).send().await?;
    assert_eq!(bare.status(), 201);
    let html = app.admin.request(Method::PUT, "/knowledge/other/backup").header("content-type", "text/html");
    problem(html.body("x").send().await?, 415, "unsupported-media-type").await?;

    let mut altered = backup.to_vec();
    altered[100_000] ^= 1;
    for bytes in [altered, backup[..backup.len() / 2].to_vec(), b"no backup".to_vec(), Vec::new()] {
        let answer = problem(put(&app.admin, "other", bytes).await?, 422, "invalid").await?;
        assert_eq!(answer["field"], "backup", "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains("nothing was restored"), "{answer}");
    }
    assert_eq!(problem(put(&app.admin, "Other", "x").await?, 422, "invalid").await?["field"], "name");
    problem(app.admin.get("/knowledge/other").await?, 404, "not-found").await?;
    assert_eq!(kept(&app), before, "nothing is left of what was sent in");
    app.stop().await
}

/// Sends the head of a restore that promises many bytes, and what is given of them.
fn begun(app: &TestApp, name: &str, bytes: &[u8]) -> Result<TcpStream> {
    let address = app.url.strip_prefix("http://").context("an address")?;
    let mut stream = TcpStream::connect(address)?;
    let token = app.admin.token().context("a token")?;
    write!(
        stream,
        "PUT /api/v1/knowledge/{name}/backup HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         content-type: application/octet-stream\r\ncontent-length: 9000000000\r\n\r\n"
    )?;
    stream.write_all(bytes)?;
    Ok(stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_is_refused_at_once_and_a_broken_one_leaves_nothing() -> Result<()> {
    let knowledge = Settings { backup_bytes: 10_000, ..Settings::default() };
    let app = TestApp::with(Options { knowledge, ..Options::default() }).await?;
    base(&app, "shop").await?;
    let before = kept(&app);
    // Not a byte of it comes, and the answer does.
    let mut answer = String::new();
    begun(&app, "shop", b"")?.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 409") && answer.contains("choose another name"), "{answer}");

    let mut long = begun(&app, "long", &[b'x'; 10_001])?;
    answer.clear();
    long.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("10000 bytes"), "{answer}");

    let mut broken = begun(&app, "broken", b"oriel-backup 1\n")?;
    broken.shutdown(Shutdown::Write)?;
    answer.clear();
    broken.read_to_string(&mut answer)?;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    for name in ["long", "broken"] {
        problem(app.admin.get(&format!("/knowledge/{name}")).await?, 404, "not-found").await?;
    }
    assert_eq!(kept(&app), before, "nothing is left of what was sent in");
    let backup = app.admin.get("/knowledge/shop/backup").await?.bytes().await?;
    assert_eq!(put(&app.admin, "broken", backup).await?.status(), 201, "its name is free");
    app.stop().await
}

#[tokio::test]
async fn a_damaged_base_is_not_handed_out() -> Result<()> {
    let app = TestApp::start().await?;
    for name in ["short", "long"] {
        base(&app, name).await?;
        let text = atoms(7, if name == "short" { 1 } else { 10_000 });
        for text in [text.as_str(), "(Concept \"last\")"] {
            let path = format!("/knowledge/{name}/atoms");
            assert_eq!(send(&app.admin, &path, &[("a.scm", text.as_bytes())]).send().await?.status(), 201);
        }
    }
    let raw = sea_orm::Database::connect(format!("sqlite:{}", app.data().join("oriel.db").display())).await?;
    raw.execute_unprepared("UPDATE knowledge_changes SET note = 'altered' WHERE version = 2").await?;
    raw.close().await?;
    let answer = problem(app.admin.get("/knowledge/short/backup").await?, 409, "conflict").await?;
    assert!(answer["detail"].as_str().unwrap().contains("damaged at version 2"), "{answer}");
    // What is found when much was sent already breaks the answer off, so that nobody takes it for whole.
    let broken = app.admin.get("/knowledge/long/backup").await?;
    assert_eq!(broken.status(), 200);
    assert!(broken.bytes().await.is_err());
    app.stop().await
}
