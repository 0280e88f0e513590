//! `oriel completions SHELL`.

use std::process::ExitCode;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::output;

/// What to print.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel completions bash > ~/.local/share/bash-completion/completions/oriel\n  \
                  oriel completions zsh > ~/.zfunc/_oriel")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "oriel", &mut script);
    output::text(String::from_utf8_lossy(&script).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
