//! `oriel diagnose --live` and `--replay`: starts from a question and asks for the evidence, the most telling first.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use oriel_connectors::MAX_BYTES;
use oriel_diagnosis::inquiry::{Ask, Event, MAX_COMMANDS, Recorded, Settings};
use oriel_diagnosis::{Diagnosis, Knowledge, Limits, Options, Source};
use oriel_evidence::Skips;
use oriel_evidence::bundle::walk;
use oriel_reasoning::Verdict;
use oriel_reasoning::verdict::TranscriptStep;

use super::joined::{Files, investigate};
use super::kubectl::Kubectl;
use super::server::{Question, ServerArgs};
use super::target::Targets;
use crate::config::{Config, DataArgs, ServeOverrides};
use crate::fetch::{FetchArgs, say_left_out};
use crate::misuse::Misuse;
use crate::output;

/// What to ask, and of whom.
#[derive(Debug, Args)]
pub(super) struct AskingArgs {
    /// Ask a live cluster, with the kubectl of this machine; only commands that look are run
    #[arg(long, group = "asks", conflicts_with_all = ["incident", "kubectl"])]
    live: bool,
    /// Ask a recorded incident instead: of what commands tell, only what is asked is seen
    #[arg(
        long, value_name = "INCIDENT", group = "asks",
        conflicts_with_all = [
            "incident", "namespace", "prometheus", "alertmanager", "loki", "kubectl", "context", "kubeconfig", "config",
            "selector", "since", "from", "to", "onset",
        ]
    )]
    replay: Option<PathBuf>,
    /// What is wrong, in a few words
    #[arg(long, value_name = "QUESTION")]
    ask: Option<String>,
    /// Ask this stored target over SSH instead: each command is a run, with its permission and its record
    #[arg(long, value_name = "NAME", requires = "live", conflicts_with_all = ["kubeconfig", "replay"])]
    target: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
    /// Where the server of the target keeps everything [default: ./.oriel]
    #[arg(long, value_name = "DIR", requires = "target")]
    data_dir: Option<PathBuf>,
    /// Its database, sqlite://… or postgres://… [default: SQLite in the data directory]
    #[arg(long, value_name = "URL", requires = "target")]
    database_url: Option<String>,
    /// The most commands to run
    #[arg(long, value_name = "N", default_value_t = MAX_COMMANDS, value_parser = parse_commands, requires = "asks")]
    max_commands: usize,
}

fn parse_commands(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=100) => Ok(number),
        _ => Err("give a number from 1 to 100".to_owned()),
    }
}

impl AskingArgs {
    /// Whether evidence is to be asked for.
    pub(super) fn asks(&self) -> bool {
        self.live || self.replay.is_some()
    }

    /// What is wrong, as it was said.
    pub(super) fn question(&self) -> Option<&str> {
        self.ask.as_deref()
    }

    /// Has a server ask, if one is named; it gives the verdict alone, by its own knowledge.
    pub(super) fn by_server(&self, fetch: &FetchArgs) -> anyhow::Result<Option<Verdict>> {
        let (Some(url), Some(target)) = (&self.server.url, &self.target) else { return Ok(None) };
        let Some(text) = self.ask.as_deref().filter(|text| !text.trim().is_empty()) else {
            return Err(Misuse::because("--ask: say in a few words what is wrong, such as --ask \"checkout is slow\""));
        };
        let question = Question {
            target,
            text,
            namespace: fetch.namespace.as_deref().unwrap_or_default(),
            context: fetch.context.as_deref().unwrap_or_default(),
            max_commands: self.max_commands,
        };
        self.server.ask(url, &question).map(Some)
    }

    /// Starts from the question, asks for evidence, and diagnoses from it and from what there is besides.
    pub(super) fn run(&self, fetch: &FetchArgs, knowledge: &Knowledge, options: &Options) -> anyhow::Result<Diagnosis> {
        let Some(name) = &self.target else { return self.put(fetch, knowledge, options, None) };
        let data = DataArgs {
            config: fetch.config.clone(),
            data_dir: self.data_dir.clone(),
            database_url: self.database_url.clone(),
        };
        let targets = Targets::open(&Config::load(&data, &ServeOverrides::default())?)?;
        let asked = targets.ask(name, fetch.context.clone());
        let done = asked.and_then(|ask| self.put(fetch, knowledge, options, Some(Box::new(ask))));
        targets.close()?;
        done
    }

    fn put(
        &self,
        fetch: &FetchArgs,
        knowledge: &Knowledge,
        options: &Options,
        target: Option<Box<dyn Ask>>,
    ) -> anyhow::Result<Diagnosis> {
        let (mut ask, mut start): (Box<dyn Ask>, _) = if let Some(incident) = &self.replay {
            let (recorded, start) = recorded(incident)?;
            (Box::new(recorded), start)
        } else if let Some(target) = target {
            (target, self.fetched(fetch)?)
        } else {
            (Box::new(Kubectl::new(&fetch.cluster()?)?), self.fetched(fetch)?)
        };
        for (path, bytes) in &mut start {
            if path == "incident.toml" {
                *bytes = self.said(bytes, fetch.namespace.as_deref())?.into_bytes();
            }
        }
        let settings = Settings { max_commands: self.max_commands, ..Settings::default() };
        Ok(investigate(start, knowledge, options, &settings, ask.as_mut(), &mut tell)?)
    }

    /// What there is beside a live cluster: what the named sources say, or nothing.
    fn fetched(&self, fetch: &FetchArgs) -> anyhow::Result<Files> {
        if !fetch.names_a_source() {
            if let Some(flag) = fetch.of_fetching() {
                let reason = "with --live only what a flag names is fetched; add --prometheus URL or another source";
                return Err(Misuse::because(format!("{flag}: {reason}, or leave it out")));
            }
            return Ok(vec![("incident.toml".to_owned(), Vec::new())]);
        }
        let collection = fetch.resolve(true, "")?.whatever_comes(self.question())?;
        say_left_out(&collection);
        Ok(collection.into_files())
    }

    /// `incident.toml` with the question and the namespace that were given.
    fn said(&self, known: &[u8], namespace: Option<&str>) -> anyhow::Result<String> {
        let text = String::from_utf8_lossy(known);
        let mut table: toml::Table = toml::from_str(&text).context("incident.toml cannot be read")?;
        let given = [("title", self.ask.as_deref()), ("namespace", namespace)];
        for (field, value) in given {
            if let Some(value) = value {
                table.insert(field.to_owned(), toml::Value::String(value.to_owned()));
            }
        }
        toml::to_string(&table).context("the question cannot be written down")
    }
}

/// Tells on stderr what is asked and why, and what came of it.
#[expect(clippy::needless_pass_by_value, reason = "the watcher of an inquiry is given events")]
fn tell(event: Event<'_>) {
    match event {
        Event::Asking(step) => tell_asked(step),
        Event::Answered(step) => tell_answered(step),
    }
}

/// What is asked, and why.
pub(super) fn tell_asked(step: &TranscriptStep) {
    let about = if step.at_stake.is_empty() { String::new() } else { format!(", for {}", step.at_stake.join(", ")) };
    output::note(&format!("asking {}  ({:.2} bits expected{about})", step.command, step.expected_bits));
}

/// What came of it.
pub(super) fn tell_answered(step: &TranscriptStep) {
    // Why not stands in the verdict.
    let outcome = if step.answered { step.outcome.as_str() } else { "not answered" };
    output::note(&format!("    {outcome}"));
}

/// A recording: what answers commands, and what there is besides. Its metrics, logs and traces are not asked for, as they are
/// not where a live cluster is asked beside a Prometheus.
fn recorded(incident: &Path) -> anyhow::Result<(Recorded, Files)> {
    let (asked, given): (Vec<_>, Vec<_>) = files(incident)?.into_iter().partition(|(path, _)| answers_commands(path));
    let (recorded, mut start) = Recorded::of(asked);
    start.extend(given);
    Ok((recorded, start))
}

/// Whether a file holds what commands print, or says what the incident is about.
fn answers_commands(path: &str) -> bool {
    ["kubernetes/", "incident.toml", "alerts.json", "topology.csv"].iter().any(|part| path.starts_with(part))
}

/// The files of an incident, as far as they can be held at once; what cannot is said.
fn files(incident: &Path) -> anyhow::Result<Files> {
    if !incident.exists() {
        anyhow::bail!("there is no {}; give an incident directory or archive", incident.display());
    }
    let limits = Limits::default();
    let mut found = Vec::new();
    let mut failed = None;
    let mut room = MAX_BYTES;
    walk(&Source::open(incident.to_owned()), &limits, &mut Skips::default(), &mut |file, _| {
        let mut bytes = Vec::new();
        match file.reader.take(room as u64 + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() > room => {
                output::note(&format!(
                    "left out: {}: the recording holds more than {} MiB",
                    file.path,
                    MAX_BYTES >> 20
                ));
            }
            Ok(_) => {
                room -= bytes.len();
                found.push((file.path.to_owned(), bytes));
            }
            Err(error) => failed = Some(error),
        }
    })?;
    match failed {
        Some(error) => Err(error).with_context(|| format!("{} cannot be read", incident.display())),
        None => Ok(found),
    }
}
