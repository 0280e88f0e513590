//! `oriel diagnose INCIDENT`: an incident's bytes in, a verdict out; no server, no model, no network. With `--live` or
//! `--replay` it starts from a question and asks for the evidence itself.

mod asking;
mod joined;
mod kubectl;
mod print;
mod server;
mod target;
mod transcript;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{ProgressBar, ProgressStyle};
use oriel_diagnosis::{Diagnosis, Knowledge, Options, Source, Stage, Verdict, diagnose};

use crate::fetch::{self, Fetch, FetchArgs};
use crate::output;

/// What to diagnose, and what to show of it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  oriel diagnose ./incident                  what is wrong, how sure, why, what to do\n  \
                  oriel diagnose incident.tar.zst --explain  with the proof tree and what each mode said\n  \
                  oriel diagnose ./incident --json           the whole verdict, for programs\n  \
                  oriel diagnose ./incident --frame          every atom that the verdict rests on\n  \
                  oriel diagnose --live --namespace shop --ask \"checkout is slow\"\n  \
                  oriel diagnose --live --target jump-1 --ask \"checkout is slow\"   with the kubectl of a target\n  \
                  oriel diagnose --replay ./incident         ask the recording only what is worth asking\n  \
                  oriel diagnose --prometheus http://prometheus:9090 --since 2h\n                                             \
                  fetch what there is, and diagnose it at once\n  \
                  oriel diagnose --live --prometheus http://prometheus:9090 --ask \"checkout is slow\"\n                                             \
                  ask the cluster, and join the metrics\n\n\
                  How questions are chosen: docs/next-best-evidence.md\n\
                  What an incident may hold: docs/incident-format.md\n\n\
                  Exit codes: 0 there is a verdict, also that nothing can be named; 1 there is none, or nobody answered;\n\
                  2 called wrongly."
)]
pub(crate) struct DiagnoseArgs {
    /// An incident directory, or a .tar.zst or .tar of one
    #[arg(
        conflicts_with_all = [
            "live", "replay", "ask", "max_commands", "prometheus", "alertmanager", "loki", "kubectl", "namespace",
            "context", "kubeconfig", "config", "selector", "since", "from", "to", "onset",
        ]
    )]
    incident: Option<PathBuf>,
    #[command(flatten)]
    asking: asking::AskingArgs,
    #[command(flatten)]
    fetch: FetchArgs,
    /// Print the verdict as JSON
    #[arg(long, conflicts_with_all = ["explain", "frame"])]
    json: bool,
    /// Show the proof tree of each hypothesis, and what each mode said
    #[arg(long)]
    explain: bool,
    /// Print the atoms instead: every fact and conclusion, with truth value and source line
    #[arg(long, conflicts_with = "explain")]
    frame: bool,
    /// How many hypotheses to show
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=10))]
    top: u8,
    /// A directory of .rules files to use besides the shipped ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// What outcomes taught, as JSON (a server keeps its own)
    #[arg(long, value_name = "FILE")]
    learning: Option<PathBuf>,
    /// Use these modes only; may be given more than once
    #[arg(long = "mode", value_name = "MODE", value_parser = mode_names())]
    modes: Vec<String>,
}

/// Where evidence may come from besides.
const OTHERWISE: &str = "give an incident directory or archive, --live or --replay INCIDENT, or ";

/// Diagnoses and prints.
pub(crate) fn run(args: &DiagnoseArgs) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let options = Options { modes: args.modes.clone(), ..Options::default() };
    let knowledge = knowledge(args.rules.as_deref(), args.learning.as_deref())?;
    if args.asking.asks()
        && let Some(verdict) = args.asking.by_server(&args.fetch)?
    {
        show_verdict(args, &verdict)?;
        return Ok(ended(&verdict));
    }
    let mut diagnosis = if args.asking.asks() {
        args.asking.run(&args.fetch, &knowledge, &options)?
    } else {
        let source = match &args.incident {
            Some(path) => opened(path)?,
            None => fetched(&args.fetch.resolve(false, OTHERWISE)?, args.asking.question())?,
        };
        let mut bar = Progress::new(started);
        let done = diagnose(&source, &knowledge, &options, &mut |stage| bar.at(&stage));
        bar.clear();
        done?
    };
    diagnosis.verdict.elapsed_ms = started.elapsed().as_secs_f64() * 1_000.0;
    show(args, &diagnosis)?;
    Ok(ended(&diagnosis.verdict))
}

/// How it ends: a system of which no command was answered was not diagnosed.
fn ended(verdict: &Verdict) -> ExitCode {
    let asked = &verdict.transcript;
    if !asked.is_empty() && asked.iter().all(|step| !step.answered) {
        output::note("oriel: no command was answered; what each of them met stands under what was asked");
        // Evidence that it was given at the start is an answer.
        let known = verdict.evidence_summary.facts > 0;
        return if known { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    ExitCode::SUCCESS
}

fn opened(path: &Path) -> anyhow::Result<Source> {
    if !path.exists() {
        anyhow::bail!(
            "there is no {}; give an incident directory or archive (try examples/checkout-outage)",
            path.display()
        );
    }
    Ok(Source::open(path.to_owned()))
}

/// What the systems say now, held in memory.
fn fetched(fetch: &Fetch, question: Option<&str>) -> anyhow::Result<Source> {
    let collection = fetch.run(question)?;
    fetch::say_left_out(&collection);
    Ok(Source::Memory(collection.into_files()))
}

/// The names that `--mode` takes.
fn mode_names() -> PossibleValuesParser {
    PossibleValuesParser::new(oriel_reasoning::MODES.iter().map(|mode| mode.name))
}

/// The shipped knowledge, with a directory of rules and a file of what was learned where they are given.
fn knowledge(rules: Option<&Path>, learning: Option<&Path>) -> anyhow::Result<Knowledge> {
    let knowledge = match rules {
        Some(directory) => Knowledge::with_directory(directory).context("--rules")?,
        None => Knowledge::shipped()?,
    };
    let Some(path) = learning else { return Ok(knowledge) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read --learning {}", path.display()))?;
    let learning = serde_json::from_str(&text)
        .with_context(|| format!("--learning {} is not what this version writes", path.display()))?;
    Ok(knowledge.with_learning(learning))
}

fn show(args: &DiagnoseArgs, diagnosis: &Diagnosis) -> anyhow::Result<()> {
    if args.frame {
        return output::text(diagnosis.frame.dump().trim_end());
    }
    show_verdict(args, &diagnosis.verdict)
}

fn show_verdict(args: &DiagnoseArgs, verdict: &Verdict) -> anyhow::Result<()> {
    if args.json {
        return output::json(verdict);
    }
    let show = print::Show { top: usize::from(args.top), explain: args.explain };
    let text = print::verdict(verdict, show)?;
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to stdout"),
    }
}

/// What is being done, on stderr, once it takes longer than a blink and a person looks.
struct Progress {
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Below this, a progress line would only flicker.
    const PATIENCE: Duration = Duration::from_millis(400);

    fn new(started: Instant) -> Self {
        Self { started, bar: None }
    }

    fn at(&mut self, stage: &Stage) {
        if self.bar.is_none() && (self.started.elapsed() < Self::PATIENCE || !std::io::stderr().is_terminal()) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        let count = if stage.done > 0 { format!(" {}", stage.done) } else { String::new() };
        bar.set_message(format!("{}{count} {}", stage.name, stage.detail));
        bar.tick();
    }

    fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
