//! Versions: what differs, what was changed, and whether all of it is sound.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use oriel_knowledge::bases::{self, At, Diff, Validation};
use oriel_model::{Limit, PageRequest};

use super::bench::{Bar, Bench, told};
use crate::output;

/// Which versions to compare.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge diff shop --from 3\n  \
                  oriel knowledge diff shop --from 2026-11-20T10:00:00Z --to 12 --json\n\n\
                  `+` came, `-` went, `~` carries something else.")]
pub(super) struct DiffArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The version to compare with
    #[arg(long, value_name = "VERSION|TIME")]
    from: At,
    /// The version to compare [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    to: Option<At>,
    /// Lines of each kind at most
    #[arg(long, default_value_t = 1_000)]
    limit: usize,
}

pub(super) async fn diff(bench: &Bench, args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let (from, to): (At, At) = (args.from, args.to.unwrap_or_default());
    let bar = Bar::busy("comparing");
    let found = bases::diff(&bench.context, &bench.knowledge, &args.name, from, to, args.limit).await;
    drop(bar);
    let found = found.map_err(told)?;
    if bench.json {
        output::json(&found)?;
    } else {
        output::foreign(&differing(&found)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn differing(found: &Diff) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for atom in &found.removed {
        writeln!(text, "- {atom}")?;
    }
    for atom in &found.added {
        writeln!(text, "+ {atom}")?;
    }
    let none = || "none".to_owned();
    for one in &found.changed {
        let (before, after) = (one.before.clone().unwrap_or_else(none), one.after.clone().unwrap_or_else(none));
        writeln!(text, "~ {} {}: {before} -> {after}", one.atom, one.what)?;
    }
    let [added, removed, changed] = found.counts;
    write!(text, "version {} to {}: {added} came, {removed} went, {changed} differ", found.from, found.to)?;
    Ok(text)
}

/// Whose changes to list.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge history shop\n  oriel knowledge history shop --limit 5 --json")]
pub(super) struct HistoryArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Changes at most, the newest first
    #[arg(long, default_value_t = 50)]
    limit: u64,
}

pub(super) async fn history(bench: &Bench, args: &HistoryArgs) -> anyhow::Result<ExitCode> {
    let mut all = Vec::new();
    let mut left = args.limit;
    let mut cursor = None;
    while left > 0 {
        let limit = Limit::new(left.min(Limit::MAX.into()))?;
        let page = bases::history(&bench.context, &bench.knowledge, &args.name, PageRequest { limit, cursor }).await;
        let page = page.map_err(told)?;
        left = left.saturating_sub(page.items.len() as u64);
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if bench.json {
        output::json(&all)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
        .set_header(["version", "at", "by", "what", "atoms", "note"]);
    for change in &all {
        let at = change.at.format("%Y-%m-%d %H:%M:%S").to_string();
        let (version, atoms) = (change.version.to_string(), change.atoms.to_string());
        let [by, what, note] = [change.actor.name(), &change.kind, &change.note].map(output::cell);
        table.add_row([&version, &at, &by, &what, &atoms, &note]);
    }
    output::text(&table.to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Which base to check.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge validate shop\n  \
                  oriel knowledge validate shop --repair    make damaged snapshots anew from the log\n\n\
                  Exit codes: 0 it is sound, 1 it is not (or cannot be read), 2 called wrongly.")]
pub(super) struct ValidateArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Drop snapshots that are wrong, and make the newest anew
    #[arg(long)]
    repair: bool,
}

pub(super) async fn validate(bench: &Bench, args: &ValidateArgs) -> anyhow::Result<ExitCode> {
    let bar = Bar::new("checking");
    let mut progress = |done, of| bar.at(done, of);
    let (context, knowledge) = (&bench.context, &bench.knowledge);
    let found = bases::validate(context, knowledge, &args.name, args.repair, &mut progress).await.map_err(told)?;
    drop(bar);
    if bench.json {
        output::json(&serde_json::json!({ "ok": found.is_sound(), "found": found }))?;
    } else {
        output::foreign(&checked(&args.name, &found, args.repair)?)?;
    }
    Ok(if found.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What can be done about a broken log.
fn what_to_do(name: &str, version: i64) -> String {
    format!(
        "\nNothing can be added to it. What can be done:\n  \
         a backup: oriel knowledge restore FILE --name NEW\n  \
         what it held before: oriel knowledge export {name} --at {} --out OUT.scm\n  \
         what it holds, if a snapshot after the damage is sound: oriel knowledge export {name} --out OUT.scm\n\
         Load what was exported into a new base; its history begins anew.",
        (version - 1).max(0)
    )
}

fn checked(name: &str, found: &Validation, repair: bool) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    match &found.broken {
        None => write!(text, "The log of {name} is whole: {} changes, {} atoms.", found.changes, found.atoms)?,
        Some(broken) => write!(
            text,
            "The log of {name} is broken at version {}: {}.\nThe {} changes before it are whole.",
            broken.seq, broken.reason, found.changes
        )?,
    }
    for snapshot in &found.snapshots {
        match &snapshot.wrong {
            None => write!(text, "\nThe snapshot of version {} holds what the log gives.", snapshot.version)?,
            Some(wrong) => write!(text, "\nThe snapshot of version {} is wrong: {wrong}.", snapshot.version)?,
        }
    }
    if found.repaired {
        write!(text, "\nWhat was wrong was dropped, and the newest snapshot made anew.")?;
    } else if repair && found.broken.is_some() {
        write!(text, "\nNothing was repaired: the log itself is broken.")?;
    }
    if let Some(broken) = &found.broken {
        write!(text, "{}", what_to_do(name, broken.seq))?;
    }
    Ok(text)
}
