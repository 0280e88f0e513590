//! SIGTERM: what is open is finished or marked, and the process ends by itself.

use anyhow::Result;
use oriel_testkit::stream::Next;
use serde_json::{Value, json};

use crate::program::{Server, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_asked_to_end_drains() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::start(directory.path())?;
    let admin = server.set_up().await?;
    let target = admin.json("/targets").await?["items"][0]["id"].clone();
    let short = json!({"command": "sleep 2; echo finished", "target_ids": [target]});
    let short: Value = admin.post("/runs", &short).await?.json().await?;
    let mut stream = admin.stream().await?;
    let task = short["tasks"][0]["id"].as_str().unwrap().to_owned();
    stream.subscribe("runs", None).await?;

    let ending = tokio::task::spawn_blocking(move || server.terminate());
    loop {
        match stream.next().await? {
            Next::Message(_) => {}
            Next::Closed(frame) => {
                assert_eq!(frame.map(|frame| u16::from(frame.code)), Some(1001), "the server says that it goes");
                break;
            }
        }
    }
    assert_eq!(ending.await??, Some(0), "it ended in order");

    let server = Server::start(directory.path())?;
    let admin = server.sign_in().await?;
    let seen = admin.json(&format!("/runs/{}", short["id"].as_str().unwrap())).await?;
    assert_eq!(seen["status"], "succeeded", "a run that ends within the grace period ends by itself: {seen}");
    assert_eq!(admin.get(&format!("/tasks/{task}/output")).await?.text().await?, "finished\n");
    assert_eq!(server.terminate()?, Some(0));
    Ok(())
}

#[test]
fn two_servers_do_not_share_a_data_directory() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let first = Server::start(directory.path())?;
    let data = directory.path().to_str().unwrap();
    let second = run(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data])?;
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("another oriel"), "{said}");
    first.kill_9()?;
    let third = Server::start(directory.path())?;
    third.kill_9()
}
