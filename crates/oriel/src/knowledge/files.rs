//! Bases as files.

use std::io::{BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use oriel_knowledge::bases::At;
use oriel_knowledge::draft::{Draft, Readers};
use oriel_knowledge::formats::{Format, FormatError};
use oriel_knowledge::{KnowledgeError, backup, bases};

use super::bench::{Bar, Bench, told};
use super::selection::SelectionArgs;
use crate::misuse::Misuse;
use crate::output;

/// What to write where.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge export shop > shop.scm\n  \
                  oriel knowledge export shop --at 7 --out shop-7.graphml\n  \
                  oriel knowledge export shop --format turtle\n  \
                  oriel knowledge export shop --around web --hops 2 --type Member\n\n\
                  What has no place in a format is left out, and counted: docs/knowledge.md says what that is.")]
pub(super) struct ExportArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Write to this file [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// The format: atomese, json, turtle, csv or graphml [default: as the file's name ends, or atomese]
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    selection: SelectionArgs,
}

pub(super) async fn export(bench: &Bench, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    if let Some(path) = &args.out {
        bench.outside(path)?;
    }
    if bench.json && args.format.is_some_and(|format| format != Format::Json) {
        return Err(Misuse::because("--json, --format: each says another format; leave one of them out"));
    }
    let said = args.format.or(bench.json.then_some(Format::Json));
    let (at, selection) = (args.at.unwrap_or_default(), args.selection.selection());
    let ending = args.out.as_deref().and_then(Format::of_path);
    let format = said.or(ending).unwrap_or(Format::Atomese);
    let what = (at, &selection);
    let mut export = bases::export(&bench.context, &bench.knowledge, &args.name, what, format).await.map_err(told)?;
    let done = if let Some(path) = &args.out {
        // Who is broken off leaves what was there before, and no part of what should be.
        let draft = Draft::beside(path, Readers::All).with_context(|| format!("cannot make {}", path.display()))?;
        let mut out = BufWriter::new(draft.file().with_context(|| format!("cannot write {}", path.display()))?);
        let done = export.write(&mut out).with_context(|| path.display().to_string())?;
        out.flush().with_context(|| format!("cannot write {}", path.display()))?;
        drop(out);
        draft.keep().with_context(|| format!("cannot write {}", path.display()))?;
        output::note(&format!("{}: {} atoms of version {}", path.display(), done.atoms, export.version));
        done
    } else {
        let stdout = std::io::stdout().lock();
        let is_terminal = stdout.is_terminal();
        let stdout = BufWriter::new(stdout);
        let mut out: Box<dyn Write> = if is_terminal { Box::new(output::Shown::to(stdout)) } else { Box::new(stdout) };
        let io = |source| KnowledgeError::Format(FormatError::Io { format, source });
        let written = export.write(&mut out);
        match written.and_then(|done| out.flush().map(|()| done).map_err(io)) {
            // A reader that closed the pipe early is not an error.
            Err(KnowledgeError::Format(FormatError::Io { source, .. })) if source.kind() == ErrorKind::BrokenPipe => {
                return Ok(ExitCode::SUCCESS);
            }
            done => done.context(output::STDOUT)?,
        }
    };
    if done.left_out > 0 {
        output::note(&format!("{} atoms have no place in this format and are left out", done.left_out));
    }
    if done.reduced > 0 {
        output::note(&format!("{} atoms are written without something that they carry", done.reduced));
    }
    Ok(ExitCode::SUCCESS)
}

/// What to back up where.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge backup shop shop.backup\n  \
                  oriel knowledge backup shop \"/backups/shop-$(date +%F).backup\"\n\n\
                  The file has every version. It is there when it is whole and on the disk, and not before.")]
pub(super) struct BackupArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The file; one that is there is replaced
    pub(super) file: PathBuf,
}

pub(super) async fn backup(bench: &Bench, args: &BackupArgs) -> anyhow::Result<ExitCode> {
    bench.outside(&args.file)?;
    let bar = Bar::new("writing");
    let mut progress = |done, of| bar.at(done, of);
    let done = backup::to_file(&bench.context, &bench.knowledge, &args.name, &args.file, &mut progress).await;
    drop(bar);
    let done = done.map_err(told).with_context(|| format!("no backup in {}", args.file.display()))?;
    if bench.json {
        output::json(&done)?;
    } else {
        output::text(&format!("{} has {} up to version {}.", args.file.display(), done.name, done.version))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What to restore.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge restore shop.backup\n  \
                  oriel knowledge restore shop.backup --name shop-before\n\n\
                  All of the file is checked before anything is written.")]
pub(super) struct RestoreArgs {
    /// The file
    file: PathBuf,
    /// What to call the base [default: what it was called]
    #[arg(long)]
    name: Option<String>,
}

pub(super) async fn restore(bench: &Bench, args: &RestoreArgs) -> anyhow::Result<ExitCode> {
    let file = tokio::fs::File::open(&args.file).await;
    let mut file = file.with_context(|| format!("cannot read {}", args.file.display()))?;
    let bar = Bar::new("checking");
    let mut progress = |done, of| bar.at(done, of);
    let (context, knowledge, name) = (&bench.context, &bench.knowledge, args.name.as_deref());
    let done = backup::restore(context, knowledge, &mut file, name, &mut progress).await;
    drop(bar);
    let done = done.map_err(told).with_context(|| args.file.display().to_string())?;
    if bench.json {
        output::json(&done)?;
    } else {
        output::text(&format!("{} is there, with version {}.", done.name, done.version))?;
    }
    Ok(ExitCode::SUCCESS)
}
