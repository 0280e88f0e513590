//! `oriel rules`: looks after diagnostic knowledge: the shipped rules, or the `.rules` files given.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use oriel_atomspace::rules::{RuleKind, RuleSet};
use oriel_diagnosis::Knowledge;
use oriel_diagnosis::inquiry::Probes;
use serde::Serialize;

use crate::output;

/// What to do with which rules.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel rules check                  the shipped rules are well formed\n  \
                  oriel rules test ./my-rules        every example of my rules does what it says\n  \
                  oriel rules list --json            all rules, for programs\n\n\
                  How to write a rule: docs/rule-format.md")]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// Find mistakes: unbound variables, missing examples or sources, duplicate names
    Check(FilesArgs),
    /// Run the examples that every rule carries
    Test(FilesArgs),
    /// List the rules with what each one says
    List(FilesArgs),
}

#[derive(Debug, Args)]
struct FilesArgs {
    /// .rules files, or directories of them [default: the shipped rules]
    paths: Vec<PathBuf>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Something found in a rule file.
#[derive(Debug, Serialize)]
struct Finding {
    file: String,
    line: u32,
    column: u32,
    rule: String,
    message: String,
    hint: String,
}

#[derive(Debug, Serialize)]
struct Report {
    rules: usize,
    examples: usize,
    findings: Vec<Finding>,
}

/// Does it; ends with failure when something was found.
pub(crate) fn run(args: &RulesArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        RulesCommand::Check(files) => report(files, "no mistakes", |rules| {
            let found = rules.check().into_iter();
            found
                .map(|p| Finding {
                    file: p.file,
                    line: p.at.line,
                    column: p.at.column,
                    rule: p.rule,
                    message: p.message,
                    hint: p.hint,
                })
                .collect()
        }),
        RulesCommand::Test(files) => report(files, "every example holds", |rules| {
            let found = rules.test().into_iter();
            found
                .map(|f| Finding {
                    file: f.file,
                    line: f.at.line,
                    column: f.at.column,
                    rule: f.rule,
                    message: f.message,
                    hint: String::new(),
                })
                .collect()
        }),
        RulesCommand::List(files) => list(files),
    }
}

fn report(files: &FilesArgs, good: &str, find: impl Fn(&RuleSet) -> Vec<Finding>) -> anyhow::Result<ExitCode> {
    let rules = read(&files.paths)?;
    let examples = rules.rules().iter().map(|rule| rule.examples.len()).sum();
    let report = Report { rules: rules.rules().len(), examples, findings: find(&rules) };
    if files.json {
        output::json(&report)?;
    } else {
        let mut text = String::new();
        for finding in &report.findings {
            writeln!(
                text,
                "{}:{}:{}: {}: {}",
                finding.file, finding.line, finding.column, finding.rule, finding.message
            )?;
            if !finding.hint.is_empty() {
                writeln!(text, "    {}", finding.hint)?;
            }
        }
        let count = report.findings.len();
        let outcome = if count == 0 { good.to_owned() } else { format!("{count} to mend") };
        write!(text, "{} rules, {} examples: {outcome}", report.rules, report.examples)?;
        output::text(&text)?;
    }
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A rule, as listed.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    name: &'a str,
    kind: &'static str,
    says: &'a str,
    domains: &'a [String],
    strength: f64,
    confidence: f64,
    sources: &'a [String],
    file: &'a str,
    line: u32,
}

fn list(files: &FilesArgs) -> anyhow::Result<ExitCode> {
    let rules = read(&files.paths)?;
    let listed: Vec<Listed<'_>> = rules
        .rules()
        .iter()
        .map(|rule| Listed {
            name: &rule.name,
            kind: match rule.kind {
                RuleKind::Rule => "rule",
                RuleKind::Mechanism => "mechanism",
            },
            says: &rule.text,
            domains: &rule.domains,
            strength: rule.tv.strength,
            confidence: rule.tv.confidence,
            sources: &rule.sources,
            file: &rule.file,
            line: rule.at.line,
        })
        .collect();
    if files.json {
        output::json(&listed)?;
    } else {
        let mut table = comfy_table::Table::new();
        table
            .load_style(comfy_table::presets::NOTHING)
            .set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
        table.set_header(["rule", "kind", "truth", "says"]);
        for rule in &listed {
            table.add_row([rule.name, rule.kind, &format!("{:.2} {:.2}", rule.strength, rule.confidence), rule.says]);
        }
        output::text(&table.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The rules of these files and directories; the shipped ones when none are given.
fn read(paths: &[PathBuf]) -> anyhow::Result<RuleSet> {
    if paths.is_empty() {
        return Ok(Knowledge::shipped()?.rules().clone());
    }
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    if files.is_empty() {
        anyhow::bail!("no .rules files found; a directory is searched for files that end in .rules");
    }
    let mut texts = Vec::with_capacity(files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        texts.push((text, file.display().to_string()));
    }
    let texts = || texts.iter().map(|(text, name)| (text.as_str(), name.as_str()));
    // Probes stand in the same files; one that cannot be read is a mistake too.
    Probes::parse_all(texts())?;
    Ok(RuleSet::parse_all(texts())?)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries = std::fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut inside = entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    inside.sort();
    for entry in inside {
        if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "rules") {
            collect(&entry, files)?;
        }
    }
    Ok(())
}
