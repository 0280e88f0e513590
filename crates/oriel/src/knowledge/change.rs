//! Changing bases.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use oriel_knowledge::bases::{self, Applied, At, Import, Note, Preference};
use oriel_knowledge::change::ChangeError;
use oriel_knowledge::formats::Format;
use oriel_knowledge::{Change, KnowledgeError};
use serde_json::json;

use super::bench::{Bar, Bench, told};
use crate::misuse::Misuse;
use crate::output;

/// What is noted with a change.
#[derive(Debug, Args)]
pub(super) struct NoteArgs {
    /// Only where the base still has this version
    #[arg(long, value_name = "VERSION")]
    expect: Option<u64>,
    /// What to note with the change
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl NoteArgs {
    pub(super) fn is_given(&self) -> bool {
        self.expect.is_some() || self.note.is_some()
    }

    pub(super) fn note(&self, otherwise: String) -> Note {
        Note { expected: self.expect, text: self.note.clone().unwrap_or(otherwise) }
    }
}

/// What to load into which base.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge load shop graph.scm\n  \
                  oriel knowledge load shop types.scm facts.scm --note \"first import\"\n  \
                  oriel knowledge load shop ontology.ttl edges.csv\n  \
                  generate-facts | oriel knowledge load shop - --format json --expect 7\n\n\
                  All files are one change: where one has a mistake, nothing is changed.\n\
                  What becomes of other formats is said in docs/knowledge.md.")]
pub(super) struct LoadArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Files of atoms, or of graphs in another format; `-` is stdin
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The format: atomese, json, turtle, csv or graphml [default: as the file's name ends, or atomese]
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    note: NoteArgs,
}

pub(super) async fn load(bench: &Bench, args: &LoadArgs) -> anyhow::Result<ExitCode> {
    let format = |file: &Path| args.format.or_else(|| Format::of_path(file)).unwrap_or(Format::Atomese);
    let names: Vec<String> = args.files.iter().map(|file| file.display().to_string()).collect();
    let note = args.note.note(format!("load {}", names.join(", ")));
    if names.iter().filter(|name| *name == "-").count() > 1 {
        return Err(Misuse::because("-: stdin is read once: name it once"));
    }
    let (context, knowledge) = (&bench.context, &bench.knowledge);
    let mut read = Files::new(knowledge.settings().change_bytes);
    let bar = Bar::busy("loading");
    let mut files = Vec::new();
    for (path, file) in args.files.iter().zip(&names) {
        files.push(Import { file: file.clone(), format: format(path), bytes: read.bytes(path)? });
    }
    let imported = bases::import(context, knowledge, &args.name, files, note).await;
    drop(bar);
    let imported = imported.map_err(|error| match error {
        KnowledgeError::Nothing => anyhow::anyhow!("there is nothing in {}; nothing was changed", names.join(", ")),
        other => told(other),
    })?;
    for declared in &imported.declared {
        output::note(&format!("declared {declared}"));
    }
    if bench.json {
        output::json(&imported)?;
    } else {
        output::text(&changed(&args.name, &imported.applied))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads files, up to what one change may have.
struct Files {
    left: u64,
    limit: u64,
}

impl Files {
    fn new(limit: u64) -> Self {
        Self { left: limit, limit }
    }

    fn bytes(&mut self, file: &Path) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if file.as_os_str() == "-" {
            std::io::stdin().lock().take(self.left + 1).read_to_end(&mut bytes).context("stdin cannot be read")?;
        } else {
            let open = std::fs::File::open(file);
            let read = open.and_then(|open| open.take(self.left + 1).read_to_end(&mut bytes));
            read.with_context(|| format!("cannot read {}", file.display()))?;
        }
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else { return Err(too_long(self.limit)) };
        self.left = left;
        Ok(bytes)
    }
}

/// That files have more than one change may have.
pub(super) fn too_long(limit: u64) -> anyhow::Error {
    anyhow::anyhow!(
        "the files have more than {limit} bytes together, and one change may have no more: split them, or raise \
         knowledge.change_bytes; nothing was changed"
    )
}

/// What to remove from which base.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge remove shop '(Concept \"cart\")'\n  \
                  oriel knowledge remove shop '(Concept \"cart\")' --recursive    with all links that join it")]
pub(super) struct RemoveArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The atom
    atom: String,
    /// Remove the links that join it, too
    #[arg(long)]
    recursive: bool,
    #[command(flatten)]
    note: NoteArgs,
}

pub(super) async fn remove(bench: &Bench, args: &RemoveArgs) -> anyhow::Result<ExitCode> {
    let change = Change::remove(&args.atom, args.recursive);
    let note = args.note.note(format!("remove {}", args.atom.chars().take(200).collect::<String>()));
    let applied = bases::apply(&bench.context, &bench.knowledge, &args.name, change, note).await;
    report(bench, &args.name, &applied.map_err(not_removed)?)
}

/// Why an atom was not removed.
fn not_removed(error: KnowledgeError) -> anyhow::Error {
    match error {
        KnowledgeError::Change(ChangeError::Text { source, .. }) => Misuse::because(format!("ATOM: {source}")),
        KnowledgeError::Change(ChangeError::OneAtom { given, .. }) => {
            Misuse::because(format!("ATOM: write one atom here, not {given}"))
        }
        KnowledgeError::Change(ChangeError::NotThere { atom, .. }) => {
            anyhow::anyhow!("there is no {atom} in the base; nothing was changed")
        }
        KnowledgeError::Change(ChangeError::Joined { atom, links, link, .. }) => anyhow::anyhow!(
            "{links} link(s) join {atom}, such as {link}: remove those first, or give --recursive; nothing was changed"
        ),
        other => told(other),
    }
}

fn report(bench: &Bench, name: &str, applied: &Applied) -> anyhow::Result<ExitCode> {
    if bench.json {
        output::json(applied)?;
    } else {
        output::text(&changed(name, applied))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a change did, in words.
pub(super) fn changed(name: &str, applied: &Applied) -> String {
    let Applied { version, atoms, atoms_before, .. } = applied;
    let by = if atoms >= atoms_before {
        format!("{} more", atoms - atoms_before)
    } else {
        format!("{} fewer", atoms_before - atoms)
    };
    format!("{name} has version {version}: {atoms} atoms, {by} than before.")
}

/// Whom to believe. Without a line of help each: those would tear all of the help apart.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Prefer {
    Refuse,
    Source,
    Target,
}

/// What to merge into what.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge merge staging shop\n  \
                  oriel knowledge merge staging shop --at 12 --prefer target\n\n\
                  Each atom that came says where it is from, under the key (Predicate \"oriel:source\").")]
pub(super) struct MergeArgs {
    /// The base that is merged; it stays as it is
    source: String,
    /// The base that it is merged into
    target: String,
    /// The source's version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Whom to believe where the bases say different things of one atom; refuse: neither, and do nothing
    #[arg(long, value_enum, default_value_t = Prefer::Refuse)]
    prefer: Prefer,
    #[command(flatten)]
    note: NoteArgs,
}

pub(super) async fn merge(bench: &Bench, args: &MergeArgs) -> anyhow::Result<ExitCode> {
    let prefer = match args.prefer {
        Prefer::Refuse => Preference::Refuse,
        Prefer::Source => Preference::Source,
        Prefer::Target => Preference::Target,
    };
    let note = args.note.note(format!("merge {}", args.source));
    let source = (args.source.as_str(), args.at.unwrap_or_default());
    let bar = Bar::busy("merging");
    let done = bases::merge(&bench.context, &bench.knowledge, source, &args.target, prefer, note).await;
    drop(bar);
    let done = done.map_err(told)?;
    if bench.json {
        output::json(&json!({ "merged": done }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let believed = if matches!(args.prefer, Prefer::Source) { &args.source } else { &args.target };
    for conflict in &done.conflicts {
        output::note(&format!("decided for `{believed}`: {conflict}"));
    }
    match &done.applied {
        None => output::text(&format!("{} has all of {} already.", args.target, args.source))?,
        Some(applied) => output::text(&changed(&args.target, applied))?,
    }
    Ok(ExitCode::SUCCESS)
}
