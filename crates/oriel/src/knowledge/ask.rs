//! Asking bases.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use oriel_knowledge::bases::{self, Ask, At, Found};
use serde_json::json;

use super::bench::{Bar, Bench, told};
use super::change::{NoteArgs, changed};
use super::selection::SelectionArgs;
use crate::misuse::Misuse;
use crate::output;

/// How to ask.
#[derive(Debug, Args)]
struct HowArgs {
    /// The version that is asked [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Solutions at most [default: 1000]
    #[arg(long)]
    limit: Option<usize>,
    /// Seconds that it may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    time: u64,
    #[command(flatten)]
    selection: SelectionArgs,
}

impl HowArgs {
    fn limit(&self) -> usize {
        self.limit.unwrap_or(1_000)
    }

    fn ask(&self) -> Ask {
        let (selection, time) = (self.selection.selection(), Duration::from_secs(self.time));
        Ask { at: self.at.unwrap_or_default(), selection, limit: self.limit(), time, ..Ask::default() }
    }
}

/// What to ask which base.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oriel knowledge query shop '(Get (Member (Variable \"$s\") (Concept \"watched\")))' --limit 20\n  \
    oriel knowledge query shop '(Satisfaction (Concept \"cart\"))' --at 2026-11-20T10:00:00Z\n  \
    oriel knowledge query shop '(Get (Member (Variable \"$s\") (Concept \"watched\")))' --around watched    reads only what is there\n  \
    oriel knowledge query shop '(Bind (Member (Variable \"$a\") (Concept \"b\")) (Concept \"c\"))' --write\n\n\
    A line for each solution, its variables separated by tabs. How to write queries: docs/queries.md")]
pub(super) struct QueryArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The query
    query: String,
    /// Keep what a Bind or Query writes, as a change
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    note: NoteArgs,
    #[command(flatten)]
    how: HowArgs,
}

pub(super) async fn query(bench: &Bench, args: &QueryArgs) -> anyhow::Result<ExitCode> {
    if args.write {
        return write(bench, args).await;
    }
    if args.note.is_given() {
        return Err(Misuse::because("--expect, --note: nothing is changed that they could be about; give --write too"));
    }
    let bar = Bar::busy("asking");
    let answer = bases::query(&bench.context, &bench.knowledge, &args.name, &args.query, &args.how.ask()).await;
    drop(bar);
    let answer = answer.map_err(told)?;
    if bench.json {
        output::json(&answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    let lines = match &answer.found {
        Found::Solutions { rows, .. } => rows.iter().map(|row| row.join("\t")).collect(),
        Found::Atoms { atoms } => atoms.clone(),
        Found::Holds { holds } => vec![holds.to_string()],
    };
    if !lines.is_empty() {
        output::foreign(&lines.join("\n"))?;
    }
    if answer.more {
        output::note(&format!("there is more: --limit {} lets no more through", args.how.limit()));
    }
    Ok(ExitCode::SUCCESS)
}

async fn write(bench: &Bench, args: &QueryArgs) -> anyhow::Result<ExitCode> {
    if args.how.at.is_some() {
        return Err(Misuse::because("--write: only the newest version can be changed; leave --at out"));
    }
    if args.how.limit.is_some() {
        return Err(Misuse::because("--write: all that is found is written; leave --limit out"));
    }
    if !args.how.selection.selection().is_whole() {
        return Err(Misuse::because(
            "--write: what is written is found in the whole base; leave --type and --around out",
        ));
    }
    let how = (&args.how.ask(), args.note.note("query --write".to_owned()));
    let applied = bases::rewrite(&bench.context, &bench.knowledge, &args.name, &args.query, how).await.map_err(told)?;
    if bench.json {
        output::json(&json!({ "applied": applied }))?;
    } else {
        match &applied {
            None => output::foreign(&format!("{} has all of it already.", args.name))?,
            Some(applied) => output::foreign(&changed(&args.name, applied))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Which query to explain.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oriel knowledge explain shop '(Get (Member (Variable \"$s\") (Concept \"watched\")))'\n  \
    oriel knowledge explain shop '(Get (Inheritance (Variable \"$a\") (Variable \"$b\")))' --ask")]
pub(super) struct ExplainArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The query
    query: String,
    /// Ask it too, and tell what came of each step
    #[arg(long)]
    ask: bool,
    #[command(flatten)]
    how: HowArgs,
}

pub(super) async fn explain(bench: &Bench, args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let how = (&args.how.ask(), args.ask);
    let plan = bases::explain(&bench.context, &bench.knowledge, &args.name, &args.query, how).await.map_err(told)?;
    if bench.json {
        output::json(&plan)?;
    } else {
        output::foreign(plan.to_string().trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}
