//! The binary: command line, configuration, wiring and lifecycle.
//!
//! One file a command. A command writes its answer to stdout and everything else to stderr, and ends with 0 when it did
//! what was asked, 1 when it failed (or when what it checked is not in order) and 2 when it was called wrongly.

mod audit;
mod collect;
mod completions;
mod config;
mod data_dir;
mod diagnose;
mod fetch;
mod foreground;
mod knowledge;
mod lifecycle;
mod logging;
mod misuse;
mod output;
mod rules;
mod serve;
mod users;
mod wiring;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds out what is wrong with a system, why, and how sure that is; and runs commands on its hosts.
#[derive(Debug, Parser)]
#[command(
    name = "oriel",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Examples:\n  oriel serve --demo              start the server and try it on this machine\n  \
                  oriel diagnose ./incident       diagnose a recording, with no server\n  \
                  oriel diagnose --prometheus http://prometheus:9090   diagnose what runs now\n  \
                  oriel audit verify --json       check that nobody changed the audit log\n\n\
                  Exit codes: 0 done, 1 failed, 2 called wrongly."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server
    Serve(serve::ServeArgs),
    /// Find out what is wrong from an incident, with no server
    Diagnose(Box<diagnose::DiagnoseArgs>),
    /// Fetch evidence from Prometheus and other systems, as an incident
    Collect(collect::CollectArgs),
    /// Look after diagnostic rules
    Rules(rules::RulesArgs),
    /// Look after the audit log
    Audit(audit::AuditArgs),
    /// Keep, change and ask knowledge bases, on the machine that has the data
    Knowledge(Box<knowledge::KnowledgeArgs>),
    /// Look after accounts, on the machine that has the data
    Users(users::UsersArgs),
    /// Print the completions of a shell
    Completions(completions::CompletionsArgs),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Also help, which was asked for and is no mistake.
        Err(error) => return output::misused(&error),
    };
    let done = match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Diagnose(args) => diagnose::run(&args),
        Command::Collect(args) => collect::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Audit(args) => audit::run(args),
        Command::Knowledge(args) => knowledge::run(*args),
        Command::Users(args) => users::run(args),
        Command::Completions(args) => completions::run(&args),
    };
    done.unwrap_or_else(|error| {
        output::error(&error);
        if error.is::<misuse::Misuse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
    })
}
