//! `oriel diagnose --live --target`: from the command line to a recorded cluster behind a real sshd, by the data directory
//! and by a server.

use std::process::{Command, Output, Stdio};

use anyhow::Result;
use oriel_testkit::app::User;
use oriel_testkit::kubectl::Kubectl;
use oriel_testkit::sshd::Sshd;
use serde_json::{Value, json};

use crate::program::{Server, oriel, said};

const RECORDING: &str = include_str!("../../../../examples/checkout-outage/kubernetes/cluster.txt");

/// A server over a data directory, with a host to ask.
struct World {
    data: tempfile::TempDir,
    server: Server,
    admin: User,
    _sshd: Sshd,
    kubectl: Kubectl,
}

impl World {
    async fn new(recording: &str) -> Result<Self> {
        let (data, sshd) = (tempfile::tempdir()?, Sshd::start()?);
        let kubectl = Kubectl::on(&sshd, recording)?;
        let server = Server::start(data.path())?;
        let admin = server.set_up().await?;
        let new = json!({
            "name": "jump-1", "transport": "ssh", "host": sshd.host(), "port": sshd.port(), "user": sshd.user(),
            "private_key": sshd.private_key()?, "labels": {},
        });
        let made: Value = admin.post("/targets", &new).await?.error_for_status()?.json().await?;
        let path = format!("/targets/{}/host-key", made["id"].as_str().unwrap());
        let pin = json!({"fingerprint": sshd.host_key_fingerprint()?});
        admin.request(reqwest::Method::PUT, &path).json(&pin).send().await?.error_for_status()?;
        Ok(Self { data, server, admin, _sshd: sshd, kubectl })
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut arguments = vec!["diagnose", "--live", "--namespace", "shop", "--ask", "checkout fails"];
        arguments.extend_from_slice(&["--data-dir", self.data.path().to_str().unwrap()]);
        arguments.extend_from_slice(more);
        oriel(&arguments)
    }

    fn diagnose(&self, more: &[&str]) -> Result<Output> {
        Ok(self.command(more).output()?)
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_asked_and_every_command_is_a_run() -> Result<()> {
    let world = World::new(RECORDING).await?;
    let output = world.diagnose(&["--target", "jump-1", "--json"])?;
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let verdict: Value = serde_json::from_str(&said(&output))?;
    assert_eq!(verdict["hypotheses"][0]["entity"], "service/payments", "{}", errors(&output));
    assert_eq!(verdict["hypotheses"][0]["cause"], "out-of-memory");
    let steps = verdict["transcript"].as_array().unwrap();
    assert!(steps.len() >= 2 && verdict["stopped"].is_string());
    let runs = world.admin.json("/runs?origin=inquiry&limit=200").await?;
    let runs = runs["items"].as_array().unwrap();
    let recorded: Vec<&str> = runs.iter().rev().map(|run| run["command"].as_str().unwrap()).collect();
    let told: Vec<&str> = steps.iter().map(|step| step["command"].as_str().unwrap()).collect();
    assert_eq!(recorded, told);
    assert_eq!(world.kubectl.calls()?.len(), told.len());
    let audit = world.admin.json("/audit?action=run.look&limit=200").await?;
    let actors: Vec<&Value> = audit["items"].as_array().unwrap().iter().map(|entry| &entry["actor"]).collect();
    assert!(actors.len() == told.len() && actors.iter().all(|actor| *actor == "command line"), "{actors:?}");
    assert_eq!(world.admin.json("/audit/verify").await?["ok"], true);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_in_a_cluster_reach_no_shell() -> Result<()> {
    let mark = tempfile::tempdir()?;
    let mark = mark.path().join("mark");
    let name = format!("web-$(touch${{IFS}}{})-x2k4p", mark.display());
    let recording = RECORDING.replace("payments-7c9d5b86f4-pdrgt", &name);
    assert_ne!(recording, RECORDING);
    let world = World::new(&recording).await?;
    let context = format!("blue'; touch {}; '", mark.display());
    let output = world.diagnose(&["--target", "jump-1", "--json", "--context", &context])?;
    assert!(!mark.exists(), "{}", errors(&output));
    let calls = world.kubectl.calls()?;
    assert!(!calls.is_empty());
    for call in &calls {
        assert_eq!(call.last().unwrap(), &context, "it is one word: {call:?}");
        assert!(call.iter().all(|word| !word.contains("$(")), "{call:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_the_command_on_the_target() -> Result<()> {
    let world = World::new(RECORDING).await?;
    world.kubectl.hang()?;
    let child =
        world.command(&["--target", "jump-1", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let process = world.kubectl.hanging();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status()?.success());
    let output = child.wait_with_output()?;
    assert!(!Kubectl::runs(&process), "the command was left running");
    let verdict: Value = serde_json::from_str(&said(&output))?;
    assert!(verdict["stopped"].as_str().unwrap().starts_with("It was stopped"), "{verdict}");
    assert_eq!(verdict["transcript"].as_array().unwrap().len(), 1);
    assert_eq!(verdict["transcript"][0]["answered"], false);
    assert_eq!(output.status.code(), Some(1), "nothing was answered");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_asks_with_the_permissions_of_a_token() -> Result<()> {
    let world = World::new(RECORDING).await?;
    let server = ["--target", "jump-1", "--server", world.server.url.as_str(), "--json"];
    let token = world.admin.token().unwrap().to_owned();
    let output = world.command(&server).env("ORIEL_TOKEN", &token).output()?;
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let verdict: Value = serde_json::from_str(&said(&output))?;
    assert_eq!(verdict["hypotheses"][0]["cause"], "out-of-memory");
    assert!(errors(&output).contains("asking kubectl get pods -n shop -o wide"), "{}", errors(&output));
    let made = world.admin.json("/investigations").await?;
    assert_eq!((&made["items"][0]["status"], &made["items"][0]["created_by"]), (&json!("done"), &json!("admin")));

    let without = world.command(&server).output()?;
    assert_eq!(without.status.code(), Some(1));
    assert!(errors(&without).contains("ORIEL_TOKEN"), "{}", errors(&without));
    let wrong = world.command(&server).env("ORIEL_TOKEN", "wrong").output()?;
    assert!(errors(&wrong).contains("401"), "{}", errors(&wrong));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_is_none_is_named() -> Result<()> {
    let world = World::new(RECORDING).await?;
    let output = world.diagnose(&["--target", "nowhere"])?;
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("no target called \"nowhere\""), "{}", errors(&output));
    let empty = tempfile::tempdir()?;
    let none =
        oriel(&["diagnose", "--live", "--target", "x", "--data-dir", empty.path().to_str().unwrap()]).output()?;
    assert!(errors(&none).contains("there is no Oriel database in"), "{}", errors(&none));
    for misuse in [
        &["diagnose", "--target", "x", "--replay", "y"][..],
        &["diagnose", "--live", "--target", "x", "--kubeconfig", "/k"],
        &["diagnose", "--live", "--server", "http://x"],
    ] {
        assert_eq!(oriel(misuse).output()?.status.code(), Some(2), "{misuse:?}");
    }
    Ok(())
}
