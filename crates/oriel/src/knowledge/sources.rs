//! Who says what a base holds.

use std::process::ExitCode;

use clap::Args;
use oriel_knowledge::bases::{self, At, Disagreement};

use super::bench::{Bar, Bench, told};
use crate::output;

/// Whose sources to list.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge sources system\n  \
                  oriel knowledge sources system --at 7 --json\n\n\
                  A line for each source: how many facts it says, how many of them nobody else says, and when they were observed.\n\
                  After them, where sources say different texts or numbers of one thing.")]
pub(super) struct SourcesArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Disagreements at most
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

pub(super) async fn sources(bench: &Bench, args: &SourcesArgs) -> anyhow::Result<ExitCode> {
    let bar = Bar::busy("looking");
    let at = args.at.unwrap_or_default();
    let found = bases::sources(&bench.context, &bench.knowledge, &args.name, at, args.limit).await;
    drop(bar);
    let found = found.map_err(told)?;
    if bench.json {
        output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.sources.is_empty() {
        output::note(&format!("nothing in {} was ingested", args.name));
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
        .set_header(["source", "facts", "alone", "oldest", "newest"]);
    for source in &found.sources {
        let (facts, alone) = (source.facts.to_string(), source.alone.to_string());
        let [name, oldest, newest] = [&source.name, &source.oldest, &source.newest].map(|text| output::cell(text));
        table.add_row([&*name, &facts, &alone, &*oldest, &*newest]);
    }
    output::text(&table.to_string())?;
    if !found.disagree.is_empty() {
        let lines: Vec<String> = found.disagree.iter().map(differing).collect();
        output::foreign(&lines.join("\n"))?;
    }
    if found.disagreements > found.disagree.len() {
        output::note(&format!("sources disagree {} times: --limit shows more", found.disagreements));
    }
    Ok(ExitCode::SUCCESS)
}

/// A line for what sources say differently.
fn differing(one: &Disagreement) -> String {
    let said =
        one.said.iter().map(|claim| format!("{} says {} ({})", claim.by.source, claim.object, claim.by.observed));
    format!("{} {}: {}", one.of, one.relation, said.collect::<Vec<_>>().join(", "))
}
