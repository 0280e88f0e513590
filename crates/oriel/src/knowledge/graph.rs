//! Bases as graphs.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use oriel_knowledge::bases::{self, At, Search, Ways};
use serde_json::json;

use super::bench::{Bench, told};
use super::selection::SelectionArgs;
use crate::output;

/// What to search.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge search shop \"checkout latency\"\n  \
                  oriel knowledge search shop timeout --near cart --hops 2 --limit 5\n  \
                  oriel knowledge search shop 'check* \"load test\" -mail'\n\n\
                  Any of the words, the last one also as the beginning of a word; `check*` for what begins so, \"…\" for words next to \
                  each other, `-mail` for what must not be there. Case and accents do not matter.\n\
                  A line for each node: how well it fits, the node, and edges that it has.")]
pub(super) struct SearchArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The words
    #[arg(allow_hyphen_values = true)]
    words: String,
    /// Only what lies near this node
    #[arg(long, value_name = "NODE")]
    near: Option<String>,
    /// How many edges from there, at most
    #[arg(long, default_value_t = 2, requires = "near")]
    hops: usize,
    /// Let those edges go through classes and places that things share, and through texts and numbers
    #[arg(long, requires = "near")]
    through_classes: bool,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Nodes at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

pub(super) async fn search(bench: &Bench, args: &SearchArgs) -> anyhow::Result<ExitCode> {
    let near = args.near.clone().map(|near| (near, args.hops));
    let (at, words) = (args.at.unwrap_or_default(), args.words.clone());
    let wanted = Search { at, words, limit: args.limit, near, through_classes: args.through_classes };
    let found = bases::search(&bench.context, &bench.knowledge, &args.name, &wanted).await.map_err(told)?;
    if bench.json {
        output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let line = |hit: &bases::Hit| format!("{:.3}\t{}\t{}", hit.score, hit.atom, hit.edges.join(" "));
    let lines: Vec<String> = found.hits.iter().map(line).collect();
    if !lines.is_empty() {
        output::foreign(&lines.join("\n"))?;
    }
    if found.found > found.hits.len() {
        output::note(&format!("{} nodes fit: --limit shows more", found.found));
    }
    Ok(ExitCode::SUCCESS)
}

/// From where to where.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge path shop web stock\n  \
                  oriel knowledge path shop web '(Concept \"stock\")' --directed --relation calls\n\n\
                  Exit codes: 0 there is a way, 1 there is none (or it failed), 2 called wrongly.")]
pub(super) struct PathArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Where it begins: the name of a node, or an atom
    from: String,
    /// Where it ends, likewise
    to: String,
    /// Go along edges in their direction only
    #[arg(long)]
    directed: bool,
    /// Go along edges of this relation, or links of this type; may be given several times
    #[arg(long, value_name = "NAME")]
    relation: Vec<String>,
    /// Go also through classes and places that things share, and through texts and numbers
    #[arg(long)]
    through_classes: bool,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    #[command(flatten)]
    selection: SelectionArgs,
}

pub(super) async fn path(bench: &Bench, args: &PathArgs) -> anyhow::Result<ExitCode> {
    let (selection, relations) = (args.selection.selection(), args.relation.clone());
    let (directed, through_classes) = (args.directed, args.through_classes);
    let ways = Ways { at: args.at.unwrap_or_default(), selection, directed, relations, through_classes };
    let ends = (args.from.as_str(), args.to.as_str());
    let found = bases::path(&bench.context, &bench.knowledge, &args.name, ends, &ways).await.map_err(told)?;
    if bench.json {
        output::json(&json!({ "path": found }))?;
    } else if let Some(found) = &found {
        let mut text = found.from.clone();
        for hop in &found.hops {
            let arrow = if hop.forward { "->" } else { "<-" };
            write!(text, "\n  {arrow} {} {}", hop.link, hop.to)?;
        }
        output::foreign(&text)?;
    } else {
        let text = format!("there is no way from {} to {}", args.from, args.to);
        output::note(&beyond(text, args.through_classes || !args.relation.is_empty()));
    }
    Ok(if found.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// That nothing was found, and what was not looked at.
fn beyond(text: String, all: bool) -> String {
    if all { text } else { format!("{text}; --through-classes looks through shared classes, places and numbers too") }
}

/// What to compare with.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge related shop cart\n  \
                  oriel knowledge related shop cart --limit 5 --json\n\n\
                  A line for each node: how much they share, the node, and through what.")]
pub(super) struct RelatedArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The name of a node, or an atom
    node: String,
    /// Count also the classes and places that they share, and texts and numbers
    #[arg(long)]
    through_classes: bool,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Nodes at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    selection: SelectionArgs,
}

pub(super) async fn related(bench: &Bench, args: &RelatedArgs) -> anyhow::Result<ExitCode> {
    let selection = args.selection.selection();
    let node = (args.node.as_str(), args.at.unwrap_or_default(), &selection);
    let bounds = (args.limit, args.through_classes);
    let found = bases::related(&bench.context, &bench.knowledge, &args.name, node, bounds).await.map_err(told)?;
    if bench.json {
        output::json(&found)?;
    } else if found.is_empty() {
        output::note(&beyond(format!("nothing shares its surroundings with {}", args.node), args.through_classes));
    } else {
        let line = |one: &bases::Related| format!("{:.3}\t{}\tby {}", one.score, one.atom, one.through.join(" "));
        output::foreign(&found.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
