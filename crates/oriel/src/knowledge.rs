//! `oriel knowledge`: keeps, changes and asks knowledge bases, on the machine that has the data and without a server.
//!
//! Every command takes the lock of the data directory, so none runs beside a server or another of them.

mod ask;
mod attention;
mod bench;
mod change;
mod compare;
mod files;
mod full;
mod graph;
mod infer;
mod ingest;
mod keep;
mod learn;
mod selection;
mod sources;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::config::{Config, DataArgs, ServeOverrides};
use crate::foreground::Foreground;
use bench::Bench;

/// What to do with knowledge bases.
#[derive(Debug, Args)]
#[command(
    after_help = "A knowledge base holds atoms: things, what is said of them and how sure that is, and rules. Each\n\
                  change makes a version, and every version stays. docs/knowledge.md begins with all of it.\n\n\
                  Examples:\n  oriel knowledge create shop --description \"what calls what\"\n  \
                  oriel knowledge load shop graph.scm\n  \
                  oriel knowledge query shop '(Get (Member (Variable \"$s\") (Concept \"watched\")))'\n  \
                  oriel knowledge diff shop --from 3 --to 7\n  \
                  oriel knowledge backup shop shop.backup\n\n\
                  How queries are written is said in docs/queries.md.\n\
                  Stop the server first: one program at a time uses the data directory. While it runs, it does\n\
                  the same over HTTP, as docs/knowledge.md says.\n\n\
                  Exit codes: 0 done, 1 failed, 2 called wrongly."
)]
pub(crate) struct KnowledgeArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Print the answer as JSON
    #[arg(long, global = true, display_order = 900)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create an empty base
    Create(keep::CreateArgs),
    /// List the bases
    List(keep::ListArgs),
    /// Rename a base, or say what it is about
    Edit(keep::EditArgs),
    /// Add the atoms, or graphs, of files: all of it or nothing
    Load(change::LoadArgs),
    /// Make facts of manifests, states, metrics, spans and runbooks of a system
    Ingest(ingest::IngestArgs),
    /// Remove an atom
    Remove(change::RemoveArgs),
    /// Ask a base a query
    Query(ask::QueryArgs),
    /// Tell how a query is searched
    Explain(ask::ExplainArgs),
    /// Answer a question by rules, or conclude all that follows
    Infer(infer::InferArgs),
    /// Find statements that cannot hold together
    Contradictions(infer::ContradictionsArgs),
    /// List the rules that a base is chained by, or suggest some
    Rules(infer::RulesArgs),
    /// Find what is often said together
    Patterns(learn::PatternsArgs),
    /// Rank what is like a thing, by what is said of both
    Similar(learn::SimilarArgs),
    /// Group things that are alike
    Clusters(learn::ClustersArgs),
    /// Count what was observed into the truth value of an atom
    Outcome(learn::OutcomeArgs),
    /// Tell what is important, or change that
    Attention(attention::AttentionArgs),
    /// Find nodes by words
    Search(graph::SearchArgs),
    /// Find the way between two nodes that tells most
    Path(graph::PathArgs),
    /// Rank the nodes that share neighbours with a node
    Related(graph::RelatedArgs),
    /// List the sources that were ingested, and where they disagree
    Sources(sources::SourcesArgs),
    /// Write all atoms of a base, as text or in another format
    Export(files::ExportArgs),
    /// Tell what differs between two versions
    Diff(compare::DiffArgs),
    /// Add what one base holds to another
    Merge(change::MergeArgs),
    /// List the changes of a base
    History(compare::HistoryArgs),
    /// Check that nothing of a base is damaged, or repair it
    Validate(compare::ValidateArgs),
    /// Write a base with every version to one file
    Backup(files::BackupArgs),
    /// Make a base of a backup, under its own name or another
    Restore(files::RestoreArgs),
    /// Delete a base, bring it back, or purge it
    Rm(keep::RmArgs),
}

/// Runs the command.
pub(crate) fn run(args: KnowledgeArgs) -> anyhow::Result<ExitCode> {
    let config = Config::load(&args.data, &ServeOverrides::default())?;
    let makes = matches!(args.command, Command::Create(_) | Command::Restore(_));
    let file = match &args.command {
        Command::Backup(args) => Some(args.file.clone()),
        Command::Export(args) => args.out.clone(),
        _ => None,
    };
    // What is mistaken in the flags is told before anything is opened.
    let work = async {
        let bench = Bench::open(&config, makes, args.json).await;
        let bench = bench.map_err(|error| full::told(error, &config.data_dir, None))?;
        let done = match args.command {
            Command::Create(args) => keep::create(&bench, &args).await,
            Command::List(args) => keep::list(&bench, &args).await,
            Command::Edit(args) => keep::edit(&bench, &args).await,
            Command::Load(args) => change::load(&bench, &args).await,
            Command::Ingest(args) => ingest::ingest(&bench, &args).await,
            Command::Remove(args) => change::remove(&bench, &args).await,
            Command::Query(args) => ask::query(&bench, &args).await,
            Command::Explain(args) => ask::explain(&bench, &args).await,
            Command::Infer(args) => infer::infer(&bench, &args).await,
            Command::Contradictions(args) => infer::contradictions(&bench, &args).await,
            Command::Rules(args) => infer::rules(&bench, &args).await,
            Command::Patterns(args) => learn::patterns(&bench, &args).await,
            Command::Similar(args) => learn::similar(&bench, &args).await,
            Command::Clusters(args) => learn::clusters(&bench, &args).await,
            Command::Outcome(args) => learn::outcome(&bench, &args).await,
            Command::Attention(args) => attention::attention(&bench, &args).await,
            Command::Search(args) => graph::search(&bench, &args).await,
            Command::Path(args) => graph::path(&bench, &args).await,
            Command::Related(args) => graph::related(&bench, &args).await,
            Command::Sources(args) => sources::sources(&bench, &args).await,
            Command::Export(args) => files::export(&bench, &args).await,
            Command::Diff(args) => compare::diff(&bench, &args).await,
            Command::Merge(args) => change::merge(&bench, &args).await,
            Command::History(args) => compare::history(&bench, &args).await,
            Command::Validate(args) => compare::validate(&bench, &args).await,
            Command::Backup(args) => files::backup(&bench, &args).await,
            Command::Restore(args) => files::restore(&bench, &args).await,
            Command::Rm(args) => keep::rm(&bench, &args).await,
        };
        let closed = bench.close().await;
        let done = done.map_err(|error| full::told(error, &config.data_dir, file.as_deref()))?;
        closed.map(|()| done)
    };
    Foreground::get()?.run(work)
}
