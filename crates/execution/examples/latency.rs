//! Measures how long output takes from a command to a follower, on a real sshd on this machine:
//! `cargo run --release -p oriel-execution --example latency`.
//!
//! The command prints the time (`date +%s%N`) again and again; what is measured is from that time to the follower's
//! having the line in hand: the pipe, sshd, the SSH connection, the log on disk and the wake-up. It also measures from
//! asking for a run to its first output, on a connection that stands.
#![expect(clippy::print_stdout, reason = "its report")]

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use futures::StreamExt;
use oriel_execution::runs::{self, NewRun};
use oriel_execution::targets::{self, NewTarget};
use oriel_execution::{Config, Execution};
use oriel_identity::Context;
use oriel_model::{SystemClock, TargetId, Transport};
use oriel_storage::{Database, DatabaseOptions, Vault};
use oriel_testkit::principal;
use oriel_testkit::sshd::Sshd;

const LINES: usize = 200;
const RUNS: usize = 30;

#[tokio::main]
async fn main() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let sshd = Sshd::start()?;
    let database = Database::open(&DatabaseOptions::in_directory(directory.path())).await?;
    let vault = Arc::new(Vault::in_directory(directory.path())?);
    let context = principal::administrator(&database, &Arc::new(SystemClock)).await?;
    let execution = Execution::new(database, vault, Arc::new(SystemClock), Config::new(directory.path()));
    let target = add(&context, &execution, &sshd).await?;

    let mut firsts = Vec::new();
    for _ in 0..=RUNS {
        let asked = Instant::now();
        let mut chunks = start(&context, &execution, target, "echo x").await?;
        chunks.next().await.context("no output")??;
        firsts.push(asked.elapsed().as_nanos());
        while chunks.next().await.is_some() {}
    }
    // The first of them made the connection.
    let connected = firsts.remove(0);

    let command = format!("i=0; while [ $i -lt {LINES} ]; do date +%s%N; i=$((i+1)); sleep 0.01; done");
    let mut chunks = start(&context, &execution, target, &command).await?;
    let mut lines = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let now = now();
        for line in std::str::from_utf8(&chunk?.bytes)?.lines() {
            lines.push(now.saturating_sub(line.parse::<u128>()?));
        }
    }
    println!("output to follower:            {}", report(&mut lines));
    println!("run asked for to first output: {}", report(&mut firsts));
    println!("the same, connecting first:    {:.2} ms", millis(connected));
    execution.shutdown().await;
    Ok(())
}

async fn add(context: &Context, execution: &Execution, sshd: &Sshd) -> Result<TargetId> {
    let new = NewTarget {
        name: "here".to_owned(),
        transport: Transport::Ssh,
        host: Some(sshd.host().to_owned()),
        port: Some(sshd.port()),
        user: Some(sshd.user().to_owned()),
        private_key: Some(sshd.private_key()?),
        labels: [].into(),
    };
    let target = targets::create(context, execution, new).await?.id;
    targets::pin_host_key(context, execution, target, &sshd.host_key_fingerprint()?).await?;
    Ok(target)
}

async fn start(
    context: &Context,
    execution: &Execution,
    target: TargetId,
    command: &str,
) -> Result<oriel_execution::output::ChunkStream> {
    let new =
        NewRun { command: command.to_owned(), target_ids: vec![target], timeout_seconds: Some(60), concurrency: None };
    let run = runs::start(context, execution, new).await?;
    let task = run.tasks.first().context("a run without a task")?.id;
    Ok(runs::follow(context, execution, task, 0).await?.chunks)
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the real time, as the command prints it")]
fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

fn report(nanos: &mut [u128]) -> String {
    nanos.sort_unstable();
    let at = |part: usize| nanos.get(nanos.len() * part / 100).copied().map_or(f64::NAN, millis);
    format!("median {:.2} ms, 99 of 100 within {:.2} ms ({} measured)", at(50), at(99), nanos.len())
}

fn millis(nanos: u128) -> f64 {
    nanos as f64 / 1_000_000.0
}
