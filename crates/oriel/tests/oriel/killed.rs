//! `kill -9` in the middle of a run and of investigations: nothing recorded is lost, and what was under way is marked so.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use crate::program::{Server, run, said};

/// A plain archive whose log is large enough that its investigation is still under way when the server dies.
fn long_incident(title: &str) -> Result<Vec<u8>> {
    let mut log = String::new();
    for n in 0..200_000_u32 {
        let (second, word) = (n % 60, n.wrapping_mul(2_654_435_761));
        writeln!(
            log,
            "2026-01-01T00:{:02}:{second:02}Z INFO request {word:x} of user {n} took {}ms",
            n / 6000 % 60,
            n % 997
        )?;
    }
    let toml = format!("title = '{title}'\n");
    let mut tar = Vec::new();
    for (path, bytes) in [("incident.toml", toml.as_bytes()), ("logs/front.log", log.as_bytes())] {
        let mut header = [0_u8; 512];
        header[..path.len()].copy_from_slice(path.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        header[136..147].copy_from_slice(b"00000000000");
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..263].copy_from_slice(b"ustar\0");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend_from_slice(&header);
        tar.extend_from_slice(bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    Ok(tar)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_and_says_what_it_does_not_know() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::start(directory.path())?;
    let admin = server.set_up().await?;
    let target = admin.json("/targets").await?["items"][0]["id"].clone();

    let done = json!({"command": "echo finished", "target_ids": [target]});
    let done: Value = admin.post("/runs", &done).await?.json().await?;
    let done = ended(&admin, &done).await?;
    assert_eq!(done["status"], "succeeded");
    let open = json!({"command": "echo begun; sleep 300", "target_ids": [target]});
    let open: Value = admin.post("/runs", &open).await?.json().await?;
    let task = open["tasks"][0]["id"].as_str().unwrap().to_owned();
    let mut stream = admin.stream().await?;
    stream.subscribe(&format!("task/{task}"), None).await?;
    assert_eq!(stream.until("output").await?["data"]["text"], "begun\n");
    // More than there are workers, so that one of them waits.
    let mut investigations = Vec::new();
    for title in ["one", "two", "three"] {
        let request = admin.request(reqwest::Method::POST, "/incidents").header("content-type", "application/x-tar");
        let made = request.body(long_incident(title)?).send().await?;
        assert_eq!(made.status(), 201, "{title}");
        let made: Value = made.json().await?;
        investigations.push(made["investigation"]["id"].as_str().unwrap().to_owned());
    }
    let before = admin.json("/audit?limit=200").await?["items"].clone();
    server.kill_9()?;

    let server = Server::start(directory.path())?;
    assert!(server.setup.is_none(), "the setup is done");
    let admin = server.sign_in().await?;
    let seen = admin.json(&format!("/runs/{}", open["id"].as_str().unwrap())).await?;
    assert_eq!((&seen["status"], &seen["tasks"][0]["status"]), (&json!("interrupted"), &json!("lost")));
    assert!(seen["tasks"][0]["exit_code"].is_null());
    let output = admin.get(&format!("/tasks/{task}/output")).await?.text().await?;
    assert_eq!(output, "begun\n", "what was written is kept");
    assert_eq!(seen["tasks"][0]["stdout_bytes"], 6);
    assert_eq!(admin.json(&format!("/runs/{}", done["id"].as_str().unwrap())).await?, done, "what had ended stays");

    let mut interrupted = 0;
    for id in &investigations {
        let found = admin.json(&format!("/investigations/{id}")).await?;
        let status = found["status"].as_str().unwrap();
        assert!(["done", "interrupted"].contains(&status), "{found}");
        interrupted += usize::from(status == "interrupted");
    }
    assert!(interrupted > 0, "at least the one that waited was under way");
    let again = admin.json("/incidents").await?["items"][0]["id"].as_str().unwrap().to_owned();
    let again = admin.post(&format!("/incidents/{again}/investigations"), &json!({})).await?;
    assert_eq!(again.status(), 201, "it can be investigated again");

    let after = admin.json("/audit?limit=200").await?["items"].clone();
    let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
    assert_eq!(&after[after.len() - before.len()..], before, "no entry is lost or changed");
    assert!(after.iter().any(|entry| entry["action"] == "run.interrupted"));
    assert_eq!(admin.json("/audit/verify").await?["ok"], true);
    let data = directory.path().to_str().unwrap();
    let verified = run(&["audit", "verify", "--data-dir", data, "--json"])?;
    assert_eq!(verified.status.code(), Some(0));
    assert_eq!(serde_json::from_str::<Value>(&said(&verified))?["ok"], true);
    server.kill_9()
}

async fn ended(user: &oriel_testkit::app::User, run: &Value) -> Result<Value> {
    let mut stream = user.stream().await?;
    stream.subscribe(&format!("run/{}", run["id"].as_str().unwrap()), None).await?;
    loop {
        let message = stream.until("run").await?;
        if !["queued", "running"].contains(&message["data"]["status"].as_str().unwrap()) {
            return Ok(message["data"].clone());
        }
    }
}
