//! `oriel audit verify`: checks the hash chain of the audit log, on the machine that has the data.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use oriel_storage::{Repositories as _, Verification};
use serde_json::json;

use crate::config::{Config, DataArgs, ServeOverrides};
use crate::{output, wiring};

/// What to do with the audit log.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel audit verify                       on the machine that has the data\n  \
                  oriel audit verify --json --data-dir /var/lib/oriel")]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check that no entry was changed, removed or inserted
    #[command(
        after_help = "Examples:\n  oriel audit verify\n  oriel audit verify --data-dir /var/lib/oriel --json\n\n\
                      Exit codes: 0 the log is whole, 1 it is not (or cannot be read), 2 called wrongly.\n\
                      The server may go on running."
    )]
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: AuditArgs) -> anyhow::Result<ExitCode> {
    let Command::Verify(args) = args.command;
    let config = Config::load(&args.data, &ServeOverrides::default())?;
    let found = wiring::block_on(verify(&config))?;
    report(&found, args.json)?;
    Ok(if found.broken.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn verify(config: &Config) -> anyhow::Result<Verification> {
    let database = wiring::existing_database(config).await?;
    let found = database.audit().verify().await.context("the audit log cannot be read")?;
    database.close().await.context("the database cannot be closed")?;
    Ok(found)
}

fn report(found: &Verification, json: bool) -> anyhow::Result<()> {
    if json {
        let (broken_at, reason) = found.broken.as_ref().map(|broken| (broken.seq, &broken.reason)).unzip();
        return output::json(&json!({
            "ok": broken_at.is_none(), "entries": found.entries, "broken_at": broken_at, "reason": reason,
        }));
    }
    match &found.broken {
        None => output::text(&format!("The audit log is whole: {} entries.", found.entries)),
        Some(broken) => output::text(&format!(
            "The audit log is broken at entry {}: {}.\nThe {} entries before it are whole.",
            broken.seq, broken.reason, found.entries
        )),
    }
}
