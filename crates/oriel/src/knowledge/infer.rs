//! Concluding: answers by rules, contradictions, and the rules themselves.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{At, Note};
use oriel_knowledge::chaining::{
    self, Effort, Inference, Opposed, RuleBase, SetAside, Suggested, Target, Took, Withdrawn,
};
use serde_json::json;

use super::bench::{Bar, Bench, told};
use super::change::changed;
use super::selection::SelectionArgs;
use crate::misuse::Misuse;
use crate::output;

/// What a run may take.
#[derive(Debug, Args)]
struct EffortArgs {
    /// Steps that it may take
    #[arg(long, default_value_t = 1_000_000)]
    steps: u64,
    /// Proofs that it may hold in memory
    #[arg(long, default_value_t = 100_000)]
    proofs: usize,
    /// Memory that it may take, in MiB, by an estimate
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    memory: u64,
    /// Seconds that it may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    time: u64,
}

impl EffortArgs {
    fn effort(&self) -> Effort {
        let memory = self.memory.saturating_mul(1 << 20);
        Effort { steps: self.steps, proofs: self.proofs, memory, time: Duration::from_secs(self.time) }
    }
}

/// What to conclude.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oriel knowledge infer shop '(Evaluation (Predicate \"affected\") (Variable \"$who\"))' --proof\n  \
    oriel knowledge infer shop --forward --write    keep all that follows\n  \
    oriel knowledge infer shop '(Inheritance (Concept \"cat\") (Variable \"$what\"))' --rules mine\n\n\
    A line for each conclusion: its truth value, and what the variables stand for or else the statement.\n\
    Without --rules all rule bases of the base are used, and the shipped `pln`. What rules and truth\n\
    values are: docs/chaining.md")]
pub(super) struct InferArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// What is to be answered, with any variables; with --forward the atom to begin from
    #[arg(required_unless_present = "forward")]
    target: Option<String>,
    /// Go forward, to all that follows
    #[arg(long)]
    forward: bool,
    /// Go by the rules of this rule base only; may be given several times
    #[arg(long, value_name = "NAME")]
    rules: Vec<String>,
    /// Show how each conclusion is proven
    #[arg(long)]
    proof: bool,
    /// Keep the conclusions, as a change: the answers that are told, or with --forward all that follows
    #[arg(long)]
    write: bool,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Conclusions that are told at most; all are found
    #[arg(long, default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    effort: EffortArgs,
    #[command(flatten)]
    selection: SelectionArgs,
}

pub(super) async fn infer(bench: &Bench, args: &InferArgs) -> anyhow::Result<ExitCode> {
    let target = Target {
        text: args.target.clone(),
        forward: args.forward,
        rules: args.rules.clone(),
        at: args.at.unwrap_or_default(),
        selection: args.selection.selection(),
        limit: args.limit,
        proofs: args.proof,
        effort: args.effort.effort(),
    };
    let keep = args.write.then(|| Note::of("infer --write"));
    let bar = Bar::busy("concluding");
    let found = chaining::infer(&bench.context, &bench.knowledge, &args.name, target, keep).await;
    drop(bar);
    let found = found.map_err(told)?;
    if bench.json {
        output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let lines: Vec<String> = found.conclusions.iter().map(concluded).collect();
    if !lines.is_empty() {
        output::foreign(&lines.join("\n"))?;
    }
    if found.conclusions.is_empty() {
        output::note("nothing was concluded");
    }
    if found.more {
        output::note(&format!("there is more: --limit {} lets no more through", args.limit));
    }
    if found.left_out > 0 {
        output::note(&format!("{} answer(s) were found and hold no more:", found.left_out));
        for Withdrawn { statement, confidence, why, .. } in &found.withdrawn {
            output::note(&format!("  {statement}, with a confidence of {}: {why}", *confidence as f32));
        }
    }
    for SetAside { statement, why } in &found.outdated {
        output::note(&format!("{statement} was kept and is outdated, so that nothing rests on it: {why}"));
    }
    incomplete(&found.took);
    if let (true, Some(refusal)) = (found.conclusions.is_empty(), &found.took.refusal) {
        output::note(&format!("a formula refused: {refusal}"));
    }
    match &found.applied {
        Some(applied) => output::foreign(&changed(&args.name, applied))?,
        None if args.write => output::foreign(&format!("{} has all of it already.", args.name))?,
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// A conclusion as a line; with its proof, where it has one, the lines of that.
fn concluded(one: &Inference) -> String {
    if let Some(proof) = &one.proof {
        return proof.text.clone();
    }
    let values: Vec<String> = one.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let what = if values.is_empty() { one.statement.clone() } else { values.join("\t") };
    format!("{}\t{what}", truth(one))
}

fn truth(one: &Inference) -> String {
    format!("(stv {} {})", one.strength as f32, one.confidence as f32)
}

fn incomplete(took: &Took) {
    let Took { full, deep, unsettled, steps, ended, .. } = took;
    if took.met_bound {
        output::note(&format!(
            "not all was looked at: {ended} after {steps} steps; give it more with --steps, --proofs, --memory, --time"
        ));
    }
    if *full > 0 {
        output::note(&format!(
            "not all was concluded: {full} applications of rules would rest on more than 64 pieces of evidence"
        ));
    }
    if *deep > 0 {
        output::note(&format!(
            "not all was concluded: {deep} terms would have too many brackets open, or too many parts"
        ));
    }
    if *unsettled > 0 {
        output::note(&format!(
            "{unsettled} circles of statements did not come to rest: what rests on them may be otherwise"
        ));
    }
}

/// Where to look for contradictions.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge contradictions shop\n  \
                  oriel knowledge contradictions shop --rules mine --limit 5 --json\n\n\
                  Exit codes: 0 there are none, 1 there are some (or it failed), 2 called wrongly.")]
pub(super) struct ContradictionsArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Go by the rules of this rule base only; may be given several times
    #[arg(long, value_name = "NAME")]
    rules: Vec<String>,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Contradictions at most, the greatest first
    #[arg(long, default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    effort: EffortArgs,
}

pub(super) async fn contradictions(bench: &Bench, args: &ContradictionsArgs) -> anyhow::Result<ExitCode> {
    let (at, how) = (args.at.unwrap_or_default(), (args.limit, args.effort.effort()));
    let bar = Bar::busy("concluding");
    let rules = args.rules.clone();
    let found = chaining::contradictions(&bench.context, &bench.knowledge, &args.name, (at, rules), how).await;
    drop(bar);
    let found = found.map_err(told)?;
    if bench.json {
        output::json(&found)?;
    } else {
        let lines: Vec<String> = found.contradictions.iter().map(opposed).collect();
        if lines.is_empty() {
            output::note("nothing contradicts anything");
        } else {
            output::foreign(&lines.join("\n"))?;
        }
        if found.found > lines.len() {
            output::note(&format!("there are {}: --limit {} lets no more through", found.found, args.limit));
        }
        incomplete(&found.took);
        if found.disagreements > 0 {
            output::note(&format!(
                "sources say different things {} time(s): `oriel knowledge sources {}` lists them",
                found.disagreements, args.name
            ));
        }
    }
    Ok(if found.found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn opposed(one: &Opposed) -> String {
    let side = |side: &Inference| {
        let proof = side
            .proof
            .as_ref()
            .map_or_else(|| format!("{} {}", side.statement, truth(side)), |proof| proof.text.clone());
        proof.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    };
    format!("{} {:.4}\n{}\nand\n{}", one.kind, one.degree, side(&one.one), side(&one.other))
}

/// Whose rules to list.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge rules shop\n  \
                  oriel knowledge rules shop --suggest service    about the members of service\n\n\
                  What is suggested is no rule: load the text of one to accept it.")]
pub(super) struct RulesArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Suggest rules about the members of this node instead
    #[arg(long, value_name = "NODE")]
    suggest: Option<String>,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    /// Suggestions at most
    #[arg(long, default_value_t = 20, requires = "suggest")]
    limit: usize,
    /// Seconds that looking for suggestions may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, requires = "suggest")]
    time: u64,
}

pub(super) async fn rules(bench: &Bench, args: &RulesArgs) -> anyhow::Result<ExitCode> {
    let (context, knowledge, name) = (&bench.context, &bench.knowledge, args.name.as_str());
    let Some(kind) = &args.suggest else {
        let found = chaining::rules(context, knowledge, name, args.at.unwrap_or_default()).await.map_err(told)?;
        if bench.json {
            output::json(&found)?;
        } else {
            output::foreign(&listed(&found)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let how = (args.limit, Duration::from_secs(args.time));
    let bar = Bar::busy("looking");
    let found = chaining::suggest(context, knowledge, name, (kind, args.at.unwrap_or_default()), how).await;
    drop(bar);
    let found = found.map_err(|error| match error {
        KnowledgeError::Invalid { field: "kind", message } => Misuse::because(format!("--suggest: {message}")),
        other => told(other),
    })?;
    if bench.json {
        output::json(&json!({ "suggested": found }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let line = |one: &Suggested| {
        format!("held {} of {}, lift {:.2}, chance {:.1e}\n  {}", one.held, one.applied, one.lift, one.chance, one.rule)
    };
    if found.candidates.is_empty() {
        output::note(&format!("{} cases suggest no rule that chance would hardly give", found.cases));
    } else {
        output::foreign(&found.candidates.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    if !found.complete {
        output::note("not all combinations were looked at");
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(bases: &[RuleBase]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for base in bases {
        let from = if base.shipped { "shipped" } else { "of the base" };
        writeln!(text, "{} ({from}): {} rules", base.name, base.rules.len())?;
        if let Some(wrong) = &base.wrong {
            writeln!(text, "  cannot be used: {wrong}")?;
        }
        for rule in &base.rules {
            writeln!(text, "  {}\t{}", rule.name, rule.weight)?;
        }
    }
    Ok(text.trim_end().to_owned())
}
