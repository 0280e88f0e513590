//! `oriel collect`: evidence from the systems a fleet has, as an incident directory.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use oriel_connectors::Collection;
use serde_json::json;

use crate::fetch::{Fetch, FetchArgs};
use crate::output;

/// What to fetch, and where to write it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel collect --prometheus http://prometheus:9090 --out ./incident\n  \
                  oriel collect --prometheus http://p:9090 --alertmanager http://a:9093 --since 2h --out ./incident\n  \
                  oriel collect --prometheus http://p:9090 --from 2026-05-04T10:00:00Z --to 2026-05-04T11:00:00Z \\\n    \
                  --onset 2026-05-04T10:40:00Z --selector 'namespace=\"shop\"' --out ./incident\n  \
                  oriel collect --kubectl --namespace shop --loki http://loki:3100 --out ./incident\n  \
                  oriel collect --config oriel.toml --out ./incident --json\n  \
                  oriel diagnose ./incident\n\n\
                  Nothing is changed at the sources. One that fails is stated and does not take the others' evidence away.\n\
                  Credentials belong into the configuration: docs/connectors.md\n\n\
                  Exit codes: 0 something was collected, 1 nothing was, 2 called wrongly.")]
pub(crate) struct CollectArgs {
    /// The directory to write; it must be new or empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the incident is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Print what was collected and what was left out as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    fetch: FetchArgs,
}

/// Collects, writes and says what came of it.
pub(crate) fn run(args: &CollectArgs) -> anyhow::Result<ExitCode> {
    let fetch = args.fetch.resolve(false, "")?;
    must_be_free(&args.out)?;
    let collection = fetch.run(args.title.as_deref())?;
    collection.write_to(&args.out).with_context(|| format!("--out: cannot write to {}", args.out.display()))?;
    say(args, &fetch, &collection)?;
    Ok(ExitCode::SUCCESS)
}

fn must_be_free(directory: &Path) -> anyhow::Result<()> {
    match std::fs::read_dir(directory) {
        Ok(entries) => {
            if entries.count() > 0 {
                bail!("--out: {} is not empty; name another directory", directory.display());
            }
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("--out: cannot use {}", directory.display())),
    }
}

fn say(args: &CollectArgs, fetch: &Fetch, collection: &Collection) -> anyhow::Result<()> {
    let window = fetch.window();
    if args.json {
        return output::json(&json!({
            "directory": args.out, "from": window.from, "to": window.to,
            "files": collection.files().len(), "bytes": collection.bytes(),
            "sources": collection.sources, "left_out": collection.left_out,
        }));
    }
    let mut lines: Vec<String> =
        collection.sources.iter().map(|source| format!("{:<14}{}", source.source, source.summary)).collect();
    if !collection.left_out.is_empty() {
        lines.push("\nLeft out:".to_owned());
        lines.extend(collection.left_out.iter().map(|left| format!("  {}: {}", left.source, left.reason)));
    }
    lines.push(format!(
        "\n{} files, {} bytes, from {} to {}\nNext: oriel diagnose {}",
        collection.files().len(),
        collection.bytes(),
        window.from.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        window.to.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        args.out.display()
    ));
    output::text(&lines.join("\n"))
}
