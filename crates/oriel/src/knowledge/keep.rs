//! Creating, listing and deleting bases.

use std::process::ExitCode;

use clap::Args;
use oriel_knowledge::KnowledgeBase;
use oriel_knowledge::bases::{self, Edit};
use oriel_model::PageRequest;
use serde_json::json;

use super::bench::{Bench, told};
use crate::output;

/// A base to create.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge create shop\n  \
                  oriel knowledge create shop --description \"what calls what\" --data-dir /var/lib/oriel")]
pub(super) struct CreateArgs {
    /// Its name: a-z, 0-9, `-`, `_` and `.`, beginning with a letter or digit
    #[arg(value_name = "BASE")]
    name: String,
    /// What it is about
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
}

pub(super) async fn create(bench: &Bench, args: &CreateArgs) -> anyhow::Result<ExitCode> {
    let made = bases::create(&bench.context, &bench.knowledge, &args.name, &args.description).await.map_err(told)?;
    if bench.json {
        output::json(&made)?;
    } else {
        output::text(&format!("The base {} is there, and empty.", made.name))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Which bases to list.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge list\n  oriel knowledge list --deleted --json")]
pub(super) struct ListArgs {
    /// Those that were deleted and can be brought back
    #[arg(long)]
    deleted: bool,
}

pub(super) async fn list(bench: &Bench, args: &ListArgs) -> anyhow::Result<ExitCode> {
    let mut all: Vec<KnowledgeBase> = Vec::new();
    let mut request = PageRequest::first();
    loop {
        let page = if args.deleted {
            bases::list_deleted(&bench.context, &bench.knowledge, request).await
        } else {
            bases::list(&bench.context, &bench.knowledge, request).await
        };
        let page = page.map_err(told)?;
        all.extend(page.items);
        match page.next_cursor {
            Some(cursor) => request = request.after(cursor),
            None => break,
        }
    }
    all.sort_by(|one, two| one.name.cmp(&two.name));
    if bench.json {
        output::json(&all)?;
    } else if all.is_empty() {
        output::text("There are no bases. Make one with `oriel knowledge create NAME`.")?;
    } else {
        let mut table = comfy_table::Table::new();
        table
            .load_style(comfy_table::presets::NOTHING)
            .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
            .set_header(["base", "version", "changed", "about"]);
        for base in &all {
            let changed = base.changed_at.format("%Y-%m-%d %H:%M:%S").to_string();
            table.add_row([&base.name, &base.version.to_string(), &changed, &output::cell(&base.description)]);
        }
        output::text(&table.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What to say of which base otherwise.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge edit shop --name shop-eu\n  \
                  oriel knowledge edit shop --description \"what calls what\" --expect 7\n\n\
                  Its content, versions and history stay. Who names it by its old name finds nothing.")]
pub(super) struct EditArgs {
    /// The base
    #[arg(value_name = "BASE")]
    base: String,
    /// Another name, which no base has
    #[arg(long, value_name = "NAME", required_unless_present = "description")]
    name: Option<String>,
    /// What it is about, in place of what was said before
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Only where the base still has this version
    #[arg(long, value_name = "VERSION")]
    expect: Option<u64>,
}

pub(super) async fn edit(bench: &Bench, args: &EditArgs) -> anyhow::Result<ExitCode> {
    let edit = Edit {
        name: args.name.clone(),
        description: args.description.clone(),
        expected: args.expect,
        ..Edit::default()
    };
    let edited = bases::edit(&bench.context, &bench.knowledge, &args.base, edit).await.map_err(told)?;
    if bench.json {
        output::json(&edited)?;
    } else {
        let about = if edited.description.is_empty() { "nothing is said of it" } else { &edited.description };
        output::foreign(&format!("{} has version {}: {about}", edited.name, edited.version))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What to do with which base.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge rm shop            it can be brought back\n  \
                  oriel knowledge rm shop --undo     as it was\n  \
                  oriel knowledge rm shop --purge    after that, for good: no backup, no base")]
pub(super) struct RmArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Bring the deleted base back
    #[arg(long, conflicts_with = "purge")]
    undo: bool,
    /// Delete the deleted base for good, with every version
    #[arg(long)]
    purge: bool,
}

pub(super) async fn rm(bench: &Bench, args: &RmArgs) -> anyhow::Result<ExitCode> {
    let (context, knowledge, name) = (&bench.context, &bench.knowledge, &args.name);
    let (done, said) = if args.undo {
        bases::undelete(context, knowledge, name, None).await.map_err(told)?;
        ("undeleted", format!("{name} is back."))
    } else if args.purge {
        bases::purge(context, knowledge, name, None).await.map_err(told)?;
        ("purged", format!("{name} is gone for good."))
    } else {
        bases::delete(context, knowledge, name, None).await.map_err(told)?;
        ("deleted", format!("{name} is deleted. `oriel knowledge rm {name} --undo` brings it back."))
    };
    if bench.json {
        output::json(&json!({ "name": name, "done": done }))?;
    } else {
        output::text(&said)?;
    }
    Ok(ExitCode::SUCCESS)
}
