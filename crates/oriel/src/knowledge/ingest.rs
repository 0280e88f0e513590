//! Ingesting what a system is configured and observed as.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use oriel_knowledge::KnowledgeError;
use oriel_knowledge::ingest::{self, Ingest, IngestError, Ingested, Kind, Text};
use oriel_model::Timestamp;

use super::bench::{Bar, Bench, told};
use super::change::{changed as changed_by, too_long};
use crate::misuse::Misuse;
use crate::output;

/// Files of one ingestion at most.
const FILES: usize = 10_000;
/// How deep directories are looked into.
const DEEPEST: usize = 16;
/// Bytes of one file at most; a greater one is not read.
const LONGEST: u64 = 64 << 20;
/// Endings of files that are looked at in directories.
const ENDINGS: [&str; 8] = ["yaml", "yml", "json", "jsonl", "tfstate", "prom", "md", "markdown"];

/// What to ingest into which base.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    kubectl get deploy,sts,pods,svc,nodes -A -o yaml | oriel knowledge ingest shop - --source cluster\n  \
    oriel knowledge ingest shop compose.yaml runbooks/\n  \
    oriel knowledge ingest shop terraform.tfstate --dry-run\n\n\
    What each file is, is found out: Kubernetes objects, Compose files, Terraform states, series of\n\
    Prometheus, spans of OTLP, Markdown. Ingesting a source again takes away what it does not say any\n\
    more. Secrets stay outside. What becomes of files is said in docs/knowledge.md.")]
pub(super) struct IngestArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Files, and directories of files; `-` is stdin
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// What the files are: kubernetes, compose, terraform, prometheus, otlp or markdown [default: found out of each]
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<Kind>,
    /// The name of the source; stdin needs one [default: the full paths]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// When it was observed, where files do not say it [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    observed: Option<Timestamp>,
    /// All that the source said before may go
    #[arg(long)]
    all_gone: bool,
    /// Only where the base still has this version
    #[arg(long, value_name = "VERSION")]
    expect: Option<u64>,
    /// Tell what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write a moment such as 2026-11-20T10:00:00Z".to_owned())
}

pub(super) async fn ingest(bench: &Bench, args: &IngestArgs) -> anyhow::Result<ExitCode> {
    let written: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
    let limit = bench.knowledge.settings().change_bytes;
    if written.iter().filter(|path| *path == "-").count() > 1 {
        return Err(Misuse::because("-: stdin is read once: name it once"));
    }
    let source = source(args)?;
    let mut reading = Reading { files: Vec::new(), roots: Vec::new(), root: None, left: limit, limit };
    for path in &args.paths {
        reading.root = root(path).filter(|_| path.as_os_str() != "-");
        reading.take(path, 0)?;
    }
    let beside = if args.kind.is_none_or(|kind| kind == Kind::Compose) { reading.beside()? } else { Vec::new() };
    let files = reading.files;
    if files.is_empty() {
        let endings = ENDINGS.join(", ");
        anyhow::bail!(
            "{}: there is no file in it that may be meant; in directories those are read that end in {endings}",
            written.join(", ")
        );
    }
    let how = Ingest {
        source,
        kind: args.kind,
        passes_over: args.kind.is_none() && args.paths.iter().any(|path| path.is_dir()),
        observed: args.observed,
        all_gone: args.all_gone,
        expected: args.expect,
        dry_run: args.dry_run,
        beside,
    };
    let bar = Bar::busy("ingesting");
    let done = ingest::ingest(&bench.context, &bench.knowledge, &args.name, files, how).await;
    drop(bar);
    let done = done.map_err(|error| match error {
        KnowledgeError::Ingest(IngestError::Unknown { .. }) => anyhow::anyhow!("{error}: --as KIND"),
        KnowledgeError::Ingest(IngestError::AllGone { .. }) => anyhow::anyhow!("{error}: --source NAME, or --all-gone"),
        other => told(other),
    })?;
    if bench.json {
        output::json(&done)?;
        return Ok(ExitCode::SUCCESS);
    }
    for remark in &done.remarks {
        output::note(remark);
    }
    output::text(&summary(&args.name, &done, args.dry_run))?;
    Ok(ExitCode::SUCCESS)
}

/// The name of the source. Two that are not the same get two names: what is ingested under one name replaces what was.
fn source(args: &IngestArgs) -> anyhow::Result<String> {
    if let Some(source) = &args.source {
        return Ok(source.clone());
    }
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Misuse::because(
            "-: what is read from stdin has no name, and the next ingestion of the same source replaces it: name the source \
             with --source NAME",
        ));
    }
    let full = |path: &PathBuf| {
        let full = path.canonicalize().with_context(|| format!("cannot read {}", path.display()))?;
        Ok(full.display().to_string())
    };
    let all: Vec<String> = args.paths.iter().map(full).collect::<anyhow::Result<_>>()?;
    Ok(all.join(" "))
}

fn summary(name: &str, done: &Ingested, dry_run: bool) -> String {
    let mut lines: Vec<String> = done.files.iter().map(|(file, kind)| format!("{file}: {kind}")).collect();
    let Ingested { facts, added, changed, gone, moved, withheld, .. } = done;
    let elsewhere = if *moved > 0 { format!(", {moved} at another place or time") } else { String::new() };
    lines.push(format!(
        "{facts} facts: {added} atoms new, {changed} different, {gone} gone{elsewhere}; {withheld} secrets withheld"
    ));
    let is_new = added + changed + gone + moved > 0;
    lines.push(match &done.applied {
        Some(applied) if is_new => changed_by(name, applied),
        Some(applied) => format!("{} Only when it was observed is new.", changed_by(name, applied)),
        None if dry_run => "Nothing was changed.".to_owned(),
        None if *facts == 0 => format!("{name} stays as it is: these files say nothing that is taken in."),
        None => format!("{name} says all of it already."),
    });
    lines.join("\n")
}

/// The directory in which files may be looked for that files of a path name: that directory itself, or the one of that file.
fn root(path: &Path) -> Option<PathBuf> {
    let directory = if path.is_dir() { path } else { path.parent()? };
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    directory.canonicalize().ok()
}

/// Files that are being read, up to what one change may have.
struct Reading {
    files: Vec<Text>,
    /// Of each file, in which directory others are looked for that it names.
    roots: Vec<Option<PathBuf>>,
    /// That directory for what is read now.
    root: Option<PathBuf>,
    left: u64,
    limit: u64,
}

impl Reading {
    /// Reads a file, or the files of a directory that may be meant, by their names in order.
    fn take(&mut self, path: &Path, depth: usize) -> anyhow::Result<()> {
        let shown = path.display().to_string();
        if path.as_os_str() == "-" {
            return self.read(std::io::stdin().lock(), "stdin".to_owned());
        }
        if !path.is_dir() {
            let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
            return self.read(file, shown);
        }
        if depth > DEEPEST {
            return Err(Misuse::because(format!(
                "{shown}: it lies more than {DEEPEST} directories deep: name it by itself"
            )));
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).with_context(|| format!("cannot read {shown}"))? {
            let entry = entry.with_context(|| format!("cannot read {shown}"))?;
            let kind = entry.file_type().with_context(|| format!("cannot read {shown}"))?;
            let ending = entry.path().extension().map(|ending| ending.to_string_lossy().to_lowercase());
            let is_meant = ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()));
            // A link may lead out of what was named, or in circles.
            if kind.is_dir() || (kind.is_file() && is_meant) {
                inside.push(entry.path());
            }
        }
        inside.sort_unstable();
        inside.iter().try_for_each(|path| self.take(path, depth + 1))
    }

    fn read(&mut self, from: impl std::io::Read, file: String) -> anyhow::Result<()> {
        use std::io::Read as _;
        if self.files.len() >= FILES {
            return Err(Misuse::because(format!(
                "there are more than {FILES} files: ingest a part as a source of its own"
            )));
        }
        let mut bytes = Vec::new();
        from.take(LONGEST.min(self.left) + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {file}"))?;
        let left = self.left.checked_sub(bytes.len() as u64);
        self.left = left.ok_or_else(|| too_long(self.limit))?;
        self.files.push(Text { file, bytes });
        self.roots.push(self.root.clone());
        Ok(())
    }

    /// The files that those which were read name, and that these name, where they lie in the same directory or below it. What is not
    /// there, or leads out, is not read.
    fn beside(&mut self) -> anyhow::Result<Vec<Text>> {
        let first = self.files.len();
        let mut known: BTreeSet<String> = self.files.iter().map(|file| ingest::plain(&file.file)).collect();
        let mut at = 0;
        while let (Some(file), Some(root)) = (self.files.get(at), self.roots.get(at)) {
            at += 1;
            let Some(root) = root.clone() else { continue };
            for name in ingest::referenced(file) {
                let path = Path::new(&name).canonicalize().ok();
                let inside = path.filter(|path| path.starts_with(&root) && path.is_file());
                let Some(inside) = inside.filter(|_| known.insert(name.clone())) else { continue };
                let file = std::fs::File::open(&inside).with_context(|| format!("cannot read {name}"))?;
                self.root = Some(root.clone());
                self.read(file, name)?;
            }
        }
        Ok(self.files.split_off(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_not_read_again_however_it_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::fs::write(at("main.yaml"), "include: [a.yaml, b.yaml]\nservices: {}").unwrap();
        for name in ["a.yaml", "b.yaml"] {
            std::fs::write(at(name), "services: {}").unwrap();
        }
        let mut reading = Reading { files: Vec::new(), roots: Vec::new(), root: None, left: 1_000, limit: 1_000 };
        for name in ["./main.yaml", "./x/../a.yaml"] {
            std::fs::create_dir_all(at("x")).unwrap();
            reading.root = root(&at(name));
            reading.take(&at(name), 0).unwrap();
        }
        let beside: Vec<String> = reading.beside().unwrap().into_iter().map(|file| file.file).collect();
        assert_eq!(beside, [at("b.yaml").display().to_string()]);
    }
}
