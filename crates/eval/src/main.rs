//! `oriel-eval`: runs the diagnosis over recorded, labelled incidents and reports accuracy, calibration and speed.
//!
//! Development only; never shipped. The recorded sets and their labels are known to the adapters here and nowhere else.

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use oriel_diagnosis::inquiry::{MAX_COMMANDS, PRICE, Settings, Strategy};
use oriel_diagnosis::{Knowledge, Options};
use oriel_eval::harness::{Found, Selection};
use oriel_eval::{calibrate, export, harness, rename, replay, report};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures Oriel's diagnosis on recorded incidents with labelled causes.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Where {
    /// The directory that holds any of cloud-opsbench/, sock-shop/, petshop/, nezha/, unpacked.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Only this set.
    #[arg(long)]
    set: Option<String>,
    /// Only this case, or the cases under this prefix.
    #[arg(long)]
    case: Option<String>,
}

impl Where {
    fn found(&self) -> anyhow::Result<Found> {
        harness::discover(&self.data, &Selection { set: self.set.clone(), case: self.case.clone() })
    }
}

#[derive(Subcommand)]
enum Command {
    /// Run the cases and print accuracy, calibration and speed of each set.
    #[command(after_help = "Example: oriel-eval diagnosis --data ../data --json figures.json")]
    Diagnosis {
        #[command(flatten)]
        at: Where,
        /// Write the figures and every ranking to this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Only these modes, separated by commas.
        #[arg(long, value_delimiter = ',')]
        modes: Vec<String>,
        /// Also print what each mode alone would have said.
        #[arg(long)]
        by_mode: bool,
        /// Also list the cases whose first choice is wrong.
        #[arg(long)]
        wrong: bool,
    },
    /// Fit mode reliability and the calibration maps, print cross-validated figures, write what was fitted.
    Calibrate {
        #[command(flatten)]
        at: Where,
        /// Where to write it; the shipped file is rules/calibration.json.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Run every case again with all services, pods and nodes renamed, and compare the rankings.
    Rename {
        #[command(flatten)]
        at: Where,
    },
    /// Start from the question alone, ask the recordings for evidence, and count the commands it takes.
    #[command(after_help = "Example: oriel-eval inquire --data ../data --baselines --json figures.json")]
    Inquire {
        #[command(flatten)]
        at: Where,
        /// Commands put at most in one inquiry.
        #[arg(long, value_name = "N", default_value_t = MAX_COMMANDS)]
        max_commands: usize,
        /// Bits that a unit of cost must tell to be worth it.
        #[arg(long, value_name = "BITS", default_value_t = PRICE)]
        price: f64,
        /// Also run a fixed checklist and random orders with the same budget.
        #[arg(long)]
        baselines: bool,
        /// Show what was asked in every case.
        #[arg(long)]
        transcripts: bool,
        /// Also list the cases whose first choice is wrong.
        #[arg(long)]
        wrong: bool,
        /// Write the figures and every inquiry to this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Write one case out as an incident directory.
    #[command(
        after_help = "Example: oriel-eval export --data ../data --set sock-shop --case carts-cpu/1 --out /tmp/incident"
    )]
    Export {
        #[command(flatten)]
        at: Where,
        /// The directory to make.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "oriel-eval: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("writing to standard output")
}

fn run(cli: &Cli) -> anyhow::Result<bool> {
    let knowledge = Knowledge::shipped()?;
    match &cli.command {
        Command::Diagnosis { at, json, modes, by_mode, wrong } => {
            let options = Options { modes: modes.clone(), ..Options::default() };
            let report = harness::evaluate(&at.found()?, &knowledge, &options)?;
            say(&report::table(&report))?;
            if *by_mode {
                say(&report::mode_table(&report))?;
            }
            for line in report.cases.iter().filter(|case| *wrong && case.rank != Some(1)) {
                let first = line
                    .ranked
                    .first()
                    .map_or_else(String::new, |r| format!("{} {} {:.2}", r.entity, r.cause, r.probability));
                let rank = line.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
                say(&format!(
                    "{} {} [{}] truth {} at {rank}; said {first}",
                    line.set,
                    line.case,
                    line.status,
                    line.truth.join(" | ")
                ))?;
            }
            for set in &report.absent {
                say(&format!("{set}: absent under {}", at.data.display()))?;
            }
            if let Some(file) = json {
                let text = serde_json::to_vec_pretty(&report)?;
                std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))?;
            }
            Ok(true)
        }
        Command::Calibrate { at, out } => {
            say(&calibrate::calibrate(&at.found()?, &knowledge, out)?)?;
            Ok(true)
        }
        Command::Inquire { at, max_commands, price, baselines, transcripts, wrong, json } => {
            let selection = Selection { set: at.set.clone(), case: at.case.clone() };
            let settings = Settings { max_commands: *max_commands, price: *price, ..Settings::default() };
            let mut strategies = vec![Strategy::Information];
            if *baselines {
                strategies.push(Strategy::Checklist);
                strategies.extend((1..=3).map(Strategy::Random));
            }
            let mut all = Vec::new();
            for strategy in strategies {
                let done = replay::run(&at.data, &selection, &knowledge, &Settings { strategy, ..settings })?;
                say(&done.show())?;
                let shown = done.cases.iter().filter(|case| *transcripts || *wrong && case.rank != Some(1));
                for case in shown {
                    let rank = case.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
                    say(&format!(
                        "{} truth {} at {rank}; said {}; {}\n{}",
                        case.case, case.truth, case.said, case.stopped, case.transcript
                    ))?;
                }
                all.push(done);
            }
            if let Some(file) = json {
                let text = serde_json::to_vec_pretty(&all)?;
                std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))?;
            }
            Ok(true)
        }
        Command::Rename { at } => renamed(&at.found()?, &knowledge),
        Command::Export { at, out } => {
            let found = at.found()?;
            let mut cases = found.sets.iter().flat_map(|(_, cases)| cases);
            let case = cases.next().context("no such case; name it with --set and --case")?;
            anyhow::ensure!(cases.next().is_none(), "more than one case matches; name one with --set and --case");
            let files = export::export(&case.load()?, out)?;
            say(&format!("wrote {files} files of {} {} to {}", case.set, case.id, out.display()))?;
            Ok(true)
        }
    }
}

fn renamed(found: &Found, knowledge: &Knowledge) -> anyhow::Result<bool> {
    let mut all = true;
    for (adapter, cases) in &found.sets {
        let bar = harness::bar(cases.len(), adapter.name());
        let mut same = 0;
        for case in cases {
            match rename::compare(case.load()?, knowledge)? {
                None => same += 1,
                Some(difference) => bar.suspend(|| say(&format!("{} {}: {difference}", case.set, case.id)))?,
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        all &= same == cases.len();
        say(&format!("{}: {same} of {} rankings stay the same under other names", adapter.name(), cases.len()))?;
    }
    Ok(all)
}
