//! Learning: patterns, what is alike, and outcomes.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use oriel_knowledge::bases::At;
use oriel_knowledge::learning::{
    self, Alike, Clusters, Compare, Counted, Effort, Group, Grouping, Likeness, Looked, Mine, Outcome, Patterns, Said,
};
use oriel_model::Timestamp;

use super::bench::{Bar, Bench, told};
use super::change::{NoteArgs, changed};
use crate::output;

/// What looking may take.
#[derive(Debug, Args)]
struct EffortArgs {
    /// Steps that it may take
    #[arg(long, default_value_t = 10_000_000)]
    steps: u64,
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
        Effort { steps: self.steps, memory, time: Duration::from_secs(self.time) }
    }
}

/// Tells where something was not looked at.
fn incomplete(looked: &Looked) {
    let Looked { things, left, complete, ended, .. } = looked;
    if *left > 0 {
        let all = things + left;
        output::note(&format!(
            "only {things} of {all} things were looked at: {ended}; give it more with --steps, --memory, --time"
        ));
    } else if !complete {
        output::note(&format!("not all was looked at: {ended}; give it more with --steps, --memory, --time"));
    }
}

/// So many things, in words.
fn things(count: usize) -> String {
    if count == 1 { "1 thing".to_owned() } else { format!("{count} things") }
}

/// Tells where there is nothing to look at. Whether that is so.
fn nothing_told(looked: &Looked) -> bool {
    let is_so = looked.told == 0 && looked.complete;
    if is_so {
        output::note(&format!(
            "no fact says anything of any of {}: a fact is a link with a truth value, such as (Member (stv 1 0.9) …)",
            things(looked.things)
        ));
    }
    is_so
}

/// Which patterns to look for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge patterns shop --of service\n  \
                  oriel knowledge patterns shop --min-support 20 --max-size 2 --top 50\n\n\
                  A line for each: how surprising it is that so many things have all of its features, how many have,\n\
                  how many would by chance, and what is said of such a thing, `$case`. `(Get PATTERN)` as a query\n\
                  finds them again.")]
pub(super) struct PatternsArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Look at the members of this node only [default: all concepts]
    #[arg(long, value_name = "NODE")]
    of: Option<String>,
    /// In how many things a pattern must be found
    #[arg(long, value_name = "THINGS", default_value_t = 5)]
    min_support: usize,
    /// How many features a pattern has at most: 1 to 5
    #[arg(long, value_name = "FEATURES", default_value_t = 3)]
    max_size: usize,
    /// Patterns at most, the most surprising first
    #[arg(long, value_name = "PATTERNS", visible_alias = "limit", default_value_t = 20)]
    top: usize,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    #[command(flatten)]
    effort: EffortArgs,
}

pub(super) async fn patterns(bench: &Bench, args: &PatternsArgs) -> anyhow::Result<ExitCode> {
    let mine = Mine {
        of: args.of.clone(),
        at: args.at.unwrap_or_default(),
        support: args.min_support,
        size: args.max_size,
        limit: args.top,
        effort: args.effort.effort(),
    };
    let bar = Bar::busy("looking");
    let found = learning::patterns(&bench.context, &bench.knowledge, &args.name, mine).await;
    drop(bar);
    let found = found.map_err(told)?;
    if bench.json {
        output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Patterns { patterns, looked, .. } = &found;
    let line = |Said { pattern, support, expected, surprise, .. }: &Said| {
        format!("{surprise:.4}\t{support}\t{expected:.1}\t{pattern}")
    };
    if !patterns.is_empty() {
        output::foreign(&patterns.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    } else if found.found == 0 && looked.complete && !nothing_told(looked) {
        output::note(&format!(
            "nothing is said of as many as {} of {}: --min-support asks for fewer",
            args.min_support,
            things(looked.things)
        ));
    }
    if found.cut {
        output::note(&format!(
            "there are {}: the first {} are as long a text as is told; --max-size asks for shorter ones",
            found.found,
            patterns.len()
        ));
    } else if found.found > patterns.len() {
        output::note(&format!("there are {}: --top {} lets no more through", found.found, args.top));
    }
    incomplete(looked);
    Ok(ExitCode::SUCCESS)
}

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge similar shop cart\n  \
                  oriel knowledge similar shop service/cart --of service --top 5 --json\n\n\
                  A line for each: how similar it is, as a truth value, what it is, and how many features both have\n\
                  of how many that either has; and below it the rarest of those that both have. What everything\n\
                  has counts nothing.")]
pub(super) struct SimilarArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The name of a node, or an atom
    atom: String,
    /// Compare it with the members of this node only [default: all nodes of its type]
    #[arg(long, value_name = "NODE")]
    of: Option<String>,
    /// How similar they must be at least, from 0 to 1
    #[arg(long, value_name = "SIMILARITY", default_value_t = 0.0)]
    least: f64,
    /// Things at most, the most similar first
    #[arg(long, value_name = "THINGS", visible_alias = "limit", default_value_t = 20)]
    top: usize,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    #[command(flatten)]
    effort: EffortArgs,
}

pub(super) async fn similar(bench: &Bench, args: &SimilarArgs) -> anyhow::Result<ExitCode> {
    let compare = Compare {
        atom: args.atom.clone(),
        of: args.of.clone(),
        at: args.at.unwrap_or_default(),
        least: args.least,
        limit: args.top,
        effort: args.effort.effort(),
    };
    let bar = Bar::busy("looking");
    let found = learning::similar(&bench.context, &bench.knowledge, &args.name, compare).await;
    drop(bar);
    let found = found.map_err(told)?;
    if bench.json {
        output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Likeness { atom, similar, is_told, looked, .. } = &found;
    if !similar.is_empty() {
        output::foreign(&similar.iter().map(alike).collect::<Vec<_>>().join("\n"))?;
    } else if !is_told {
        output::note(&format!(
            "no fact says anything of {atom}: a fact is a link with a truth value, such as (Member (stv 1 0.9) …)"
        ));
    } else if looked.complete {
        let with = things(looked.things.saturating_sub(1));
        output::note(&format!("nothing is like {atom}, of {with} that it was compared with"));
    }
    if found.found > similar.len() {
        output::note(&format!("there are {}: --top {} lets no more through", found.found, args.top));
    }
    incomplete(looked);
    Ok(ExitCode::SUCCESS)
}

fn alike(one: &Alike) -> String {
    let Alike { atom, strength, confidence, shared, compared, by } = one;
    below(format!("(stv {strength:.4} {confidence:.4})\t{atom}\t{shared} of {compared}"), by)
}

/// A line with features below it.
fn below(line: String, features: &[String]) -> String {
    features.iter().fold(line, |lines, feature| lines + "\n  " + feature)
}

/// What to group.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge clusters shop --of service\n  \
                  oriel knowledge clusters shop --least 0.3 --top 5\n\n\
                  For each group: how many things are in it, how similar two of them are on average, and what they\n\
                  are; and below it the rarest of what all of them have.")]
pub(super) struct ClustersArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Group the members of this node only [default: all concepts]
    #[arg(long, value_name = "NODE")]
    of: Option<String>,
    /// How similar two groups must be on average to become one: above 0, at most 1
    #[arg(long, value_name = "SIMILARITY", default_value_t = 0.5)]
    least: f64,
    /// Groups at most, the largest first
    #[arg(long, value_name = "GROUPS", visible_alias = "limit", default_value_t = 20)]
    top: usize,
    /// The version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    #[command(flatten)]
    effort: EffortArgs,
}

pub(super) async fn clusters(bench: &Bench, args: &ClustersArgs) -> anyhow::Result<ExitCode> {
    let how = Grouping {
        of: args.of.clone(),
        at: args.at.unwrap_or_default(),
        least: args.least,
        limit: args.top,
        effort: args.effort.effort(),
    };
    let bar = Bar::busy("looking");
    let found = learning::clusters(&bench.context, &bench.knowledge, &args.name, how).await;
    drop(bar);
    let found = found.map_err(told)?;
    if bench.json {
        output::json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Clusters { groups, alone, looked, .. } = &found;
    let group = |Group { members, similarity, common }: &Group| {
        below(format!("{}\t{similarity:.4}\t{}", members.len(), members.join(" ")), common)
    };
    if !groups.is_empty() {
        output::foreign(&groups.iter().map(group).collect::<Vec<_>>().join("\n"))?;
    }
    if found.found > groups.len() {
        output::note(&format!("there are {}: --top {} lets no more through", found.found, args.top));
    }
    if *alone > 0 || found.found == 0 && looked.complete && !nothing_told(looked) {
        output::note(&format!("in no group with another: {}; --least asks for less similarity", things(*alone)));
    }
    incomplete(looked);
    Ok(ExitCode::SUCCESS)
}

/// What was observed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    oriel knowledge outcome shop '(Evaluation (Predicate \"restarting helps\") (Concept \"cart\"))' \\\n    \
    --source tickets-2026 --positive 3 --total 4\n  \
    oriel knowledge outcome shop 'restarting helps' --source \"INC 4711\" --positive 1 --total 1\n\n\
    What a source says of an atom takes the place of what it said before, so that nothing counts\n\
    twice; with --total 0 it takes that back. What else the atom is worth stays, and counts as the\n\
    observations that its confidence stands for: n of them give n / (n + 10).")]
pub(super) struct OutcomeArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// The atom, or the name of a node
    atom: String,
    /// Where the observations are from
    #[arg(long, value_name = "NAME")]
    source: String,
    /// In how many of them it was as the atom says
    #[arg(long, value_name = "NUMBER")]
    positive: f64,
    /// How many observations there are
    #[arg(long, value_name = "NUMBER")]
    total: f64,
    /// When that was observed, as 2026-11-20T10:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    observed: Option<Timestamp>,
    #[command(flatten)]
    note: NoteArgs,
}

pub(super) async fn outcome(bench: &Bench, args: &OutcomeArgs) -> anyhow::Result<ExitCode> {
    let note = args.note.note(format!("outcome {}", args.source));
    let outcome = Outcome {
        atom: args.atom.clone(),
        source: args.source.clone(),
        positive: args.positive,
        total: args.total,
        observed: args.observed,
    };
    let counted = learning::outcome(&bench.context, &bench.knowledge, &args.name, outcome, note).await;
    let counted = counted.map_err(told)?;
    if bench.json {
        output::json(&counted)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Counted { atom, before, after, replaced, set_aside, applied, .. } = &counted;
    let truth = |[strength, confidence]: &[f32; 2]| format!("(stv {strength} {confidence})");
    output::foreign(&format!("{}\t{atom}", truth(after)))?;
    if let (Some([positive, total]), Some(_)) = (replaced, applied) {
        output::note(&format!("{} had said {positive} of {total}: that does not count any more", args.source));
    }
    if *set_aside {
        output::note(&format!(
            "{} was concluded by rules, and is set aside: `oriel knowledge infer` concludes it anew beside what was observed",
            truth(before)
        ));
    }
    match applied {
        Some(applied) => output::text(&changed(&args.name, applied))?,
        None if args.total == 0.0 && replaced.is_none() => {
            output::text(&format!("{} never said anything of it: there is nothing to take back.", args.source))?;
        }
        None => output::text(&format!("{} has that of {} already.", args.name, args.source))?,
    }
    Ok(ExitCode::SUCCESS)
}
