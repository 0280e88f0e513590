//! Starts the binary and talks to it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context as _, Result, ensure};
use oriel_testkit::app::User;
use oriel_testkit::principal::PASSWORD;
use serde_json::{Value, json};

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it is.
    pub(crate) url: String,
    /// The link of the first run.
    pub(crate) setup: Option<String>,
}

/// The binary, with nothing of this process's settings.
pub(crate) fn oriel(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oriel"));
    command.args(arguments).env_remove("RUST_LOG").stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ORIEL_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end.
pub(crate) fn run(arguments: &[&str]) -> Result<Output> {
    oriel(arguments).output().context("the binary runs")
}

/// The standard output as text.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl Server {
    /// Starts a server over this data directory and waits until it serves.
    pub(crate) fn start(data: &Path) -> Result<Self> {
        Self::start_with(data, &[])
    }

    /// The same with further arguments.
    pub(crate) fn start_with(data: &Path, more: &[&str]) -> Result<Self> {
        let data = data.to_str().context("the path is text")?;
        let mut arguments = vec!["serve", "--demo", "--json", "--listen", "127.0.0.1:0", "--data-dir", data];
        arguments.extend(more);
        let mut child = oriel(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let stdout = child.stdout.take().context("the server has an output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).with_context(|| format!("the server said {line:?}"))?;
        let address = said["address"].as_str().context("the server says its address")?;
        Ok(Self { url: format!("http://{address}"), setup: said["setup"].as_str().map(str::to_owned), child })
    }

    /// Makes the first administrator.
    pub(crate) async fn set_up(&self) -> Result<User> {
        let (_, token) = self.setup.as_deref().and_then(|link| link.split_once("token=")).context("a first run")?;
        let nobody = User::new(&self.url, None)?;
        let made = nobody.post("/setup", &json!({"token": token, "username": "admin", "password": PASSWORD})).await?;
        ensure!(made.status() == 201, "{}", made.text().await?);
        self.sign_in().await
    }

    /// Signs in as the administrator.
    pub(crate) async fn sign_in(&self) -> Result<User> {
        let nobody = User::new(&self.url, None)?;
        let answer = nobody.post("/session?token=true", &json!({"username": "admin", "password": PASSWORD})).await?;
        let body: Value = answer.error_for_status()?.json().await?;
        User::new(&self.url, body["token"].as_str().map(str::to_owned))
    }

    /// Kills the process with no chance to do anything.
    pub(crate) fn kill_9(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits for that; its exit code.
    pub(crate) fn terminate(mut self) -> Result<Option<i32>> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        ensure!(asked.success(), "the signal is sent");
        Ok(self.child.wait()?.code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone when the test ended as it should.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
