//! `oriel-eval`: runs the diagnosis over recorded, labelled incidents and reports accuracy, calibration and speed.
//!
//! Development only; never shipped. The recorded sets and their labels are known to the adapters here and nowhere else.

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use oriel_diagnosis::inquiry::{MAX_COMMANDS, PRICE, Settings, Strategy};
use oriel_diagnosis::{Knowledge, Options};
use oriel_eval::grid::Grid;
use oriel_eval::harness::{Found, Selection};
use oriel_eval::prepared::prepare;
use oriel_eval::suite::Suite;
use oriel_eval::variants::{compare as same, rename};
use oriel_eval::{ablation, calibrate, compare, crossval, export, harness, laid, replay, report, robustness};
use std::io::Write as _;
use std::path::{Path, PathBuf};
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

#[derive(Args)]
struct InquireArgs {
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
}

#[derive(Subcommand)]
enum Command {
    /// Run everything below and write report.json, report.md, reliability.svg and ablation.md.
    #[command(after_help = "Example: oriel-eval all --data ../data --out target/eval")]
    All {
        #[command(flatten)]
        at: Where,
        /// The directory to write to.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Run the cases and print accuracy, calibration (as shipped and cross-validated) and speed of each set.
    #[command(after_help = "Example: oriel-eval diagnosis --data ../data --json figures.json")]
    Diagnosis {
        #[command(flatten)]
        at: Where,
        /// Write the figures and every ranking to this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Only these modes, separated by commas; the cross-validated figures are left out then.
        #[arg(long, value_delimiter = ',')]
        modes: Vec<String>,
        /// Also print what each mode alone would have said.
        #[arg(long)]
        by_mode: bool,
        /// Also list the cases whose first choice is wrong, and the fault-free ones in which a cause is named.
        #[arg(long)]
        wrong: bool,
    },
    /// Run published methods on the same cases and print them beside Oriel.
    Baselines {
        #[command(flatten)]
        at: Where,
    },
    /// Tell every case otherwise: wrong start, missing telemetry, other names, order and units, two faults at once. Fails
    /// where names, order or units change a ranking.
    #[command(after_help = "Example: oriel-eval robustness --data ../data --set sock-shop --json told.json")]
    Robustness {
        #[command(flatten)]
        at: Where,
        /// Write what was said of every telling of every case to this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Lay faults into recordings without one, at every component, and look for them.
    #[command(after_help = "Example: oriel-eval laid --data ../data --set petshop --wrong")]
    Laid {
        #[command(flatten)]
        at: Where,
        /// Also list the cases whose place is not first.
        #[arg(long)]
        wrong: bool,
        /// Write every case to this file.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Leave out each detector and each mode in turn.
    Ablation {
        #[command(flatten)]
        at: Where,
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
    Inquire(InquireArgs),
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

fn show<'g>(tables: impl IntoIterator<Item = &'g Grid>) -> anyhow::Result<()> {
    tables.into_iter().try_for_each(|table| say(&table.terminal()))
}

fn run(cli: &Cli) -> anyhow::Result<bool> {
    let knowledge = Knowledge::shipped()?;
    match &cli.command {
        Command::All { at, out } => {
            let suite = Suite::measure(&at.found()?, &knowledge)?;
            show(&suite.tables())?;
            show([&ablation::table(&suite.ablation)])?;
            suite.write(out)?;
            absent(at, &suite.report.absent)?;
            say(&format!("wrote report.json, report.md, reliability.svg and ablation.md to {}", out.display()))?;
            unbroken(&suite.broken())
        }
        Command::Diagnosis { at, json, modes, by_mode, wrong } => {
            let options = Options { modes: modes.clone(), ..Options::default() };
            let found = at.found()?;
            let report = harness::evaluate(&found, &knowledge, &options)?;
            show([&report::table(&report)])?;
            if modes.is_empty() {
                let held_out = crossval::validated(&found, &knowledge, &prepare(&found, &knowledge)?)?;
                show([&crossval::table(&held_out)])?;
            }
            if *by_mode {
                show([&report::mode_table(&report)])?;
            }
            if *wrong {
                wrongs(&report)?;
            }
            absent(at, &report.absent)?;
            if let Some(file) = json {
                write_json(file, &report)?;
            }
            Ok(true)
        }
        Command::Baselines { at } => {
            show([&compare::table(&compare::compared(&at.found()?, &knowledge)?)])?;
            Ok(true)
        }
        Command::Robustness { at, json } => {
            let sets = robustness::tested(&at.found()?, &knowledge)?;
            show(&robustness::tables(&sets))?;
            if let Some(file) = json {
                write_json(file, &sets)?;
            }
            unbroken(&sets.iter().flat_map(robustness::SetRobustness::broken).collect::<Vec<_>>())
        }
        Command::Laid { at, wrong, json } => {
            let sets = laid::laid(&at.found()?, &knowledge)?;
            show([&laid::table(&sets)])?;
            if *wrong {
                laid::wrong(&sets).iter().try_for_each(|line| say(line))?;
            }
            if let Some(file) = json {
                write_json(file, &sets)?;
            }
            Ok(true)
        }
        Command::Ablation { at } => {
            show([&ablation::table(&ablation::ablated(&at.found()?, &knowledge)?)])?;
            Ok(true)
        }
        Command::Calibrate { at, out } => {
            show([&calibrate::calibrate(&at.found()?, &knowledge, out)?])?;
            Ok(true)
        }
        Command::Inquire(args) => inquired(args, &knowledge),
        Command::Rename { at } => renamed(&at.found()?, &knowledge),
        Command::Export { at, out } => {
            let found = at.found()?;
            let mut cases = found.sets.iter().flat_map(|set| set.cases.iter().chain(&set.fault_free));
            let case = cases.next().context("no such case; name it with --set and --case")?;
            anyhow::ensure!(cases.next().is_none(), "more than one case matches; name one with --set and --case");
            let files = export::export(&case.load()?, out)?;
            say(&format!("wrote {files} files of {} {} to {}", case.set, case.id, out.display()))?;
            Ok(true)
        }
    }
}

fn absent(at: &Where, sets: &[String]) -> anyhow::Result<()> {
    sets.iter().try_for_each(|set| say(&format!("{set}: absent under {}", at.data.display())))
}

/// Lists what changed though it must not have; whether nothing did.
fn unbroken(broken: &[String]) -> anyhow::Result<bool> {
    broken.iter().try_for_each(|line| say(line))?;
    if !broken.is_empty() {
        say(&format!("{} rankings changed though they must not have", broken.len()))?;
    }
    Ok(broken.is_empty())
}

fn wrongs(report: &report::Report) -> anyhow::Result<()> {
    let faults = report.cases.iter().filter(|case| case.rank != Some(1));
    let quiet = report.healthy_cases.iter().filter(|case| case.status == "diagnosed");
    for line in faults.chain(quiet) {
        let first =
            line.ranked.first().map_or_else(String::new, |r| format!("{} {} {:.2}", r.entity, r.cause, r.probability));
        let rank = line.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
        let truth = if line.truth.is_empty() { "nothing".to_owned() } else { line.truth.join(" | ") };
        say(&format!("{} {} [{}] truth {truth} at {rank}; said {first}", line.set, line.case, line.status))?;
    }
    Ok(())
}

fn inquired(args: &InquireArgs, knowledge: &Knowledge) -> anyhow::Result<bool> {
    let selection = Selection { set: args.at.set.clone(), case: args.at.case.clone() };
    let settings = Settings { max_commands: args.max_commands, price: args.price, ..Settings::default() };
    let mut strategies = vec![Strategy::Information];
    if args.baselines {
        strategies.push(Strategy::Checklist);
        strategies.extend((1..=3).map(Strategy::Random));
    }
    let mut all = Vec::new();
    for strategy in strategies {
        let done = replay::run(&args.at.data, &selection, knowledge, &Settings { strategy, ..settings })?;
        say(&done.show())?;
        for case in done.cases.iter().filter(|case| args.transcripts || args.wrong && case.rank != Some(1)) {
            say(&case.show())?;
        }
        all.push(done);
    }
    if let Some(file) = &args.json {
        write_json(file, &all)?;
    }
    Ok(true)
}

fn write_json(file: &Path, what: &impl serde::Serialize) -> anyhow::Result<()> {
    std::fs::write(file, serde_json::to_vec_pretty(what)?).with_context(|| format!("writing {}", file.display()))
}

fn renamed(found: &Found, knowledge: &Knowledge) -> anyhow::Result<bool> {
    let all = harness::each(found, "other names", |_, case| {
        let (set, id) = (case.set, case.id.clone());
        let before = harness::run(oriel_eval::variants::again(&case)?, knowledge, &Options::default())?;
        let (case, names) = rename::renamed(&case, &before.diagnosis.frame)?;
        let after = harness::run(case, knowledge, &Options::default())?;
        let verdicts = (&before.diagnosis.verdict, &after.diagnosis.verdict);
        let difference = same(verdicts.0, verdicts.1, &|entity| names.text(entity)).any();
        Ok(difference.map(|how| format!("{set} {id}: {how}")))
    })?;
    let mut whole = true;
    for (set, cases) in all {
        for difference in cases.iter().flatten() {
            whole = false;
            say(difference)?;
        }
        let same = cases.iter().filter(|case| case.is_none()).count();
        say(&format!("{set}: {same} of {} rankings stay the same under other names", cases.len()))?;
    }
    Ok(whole)
}
