//! Attention: what matters in a base.

use std::process::ExitCode;

use clap::Args;
use oriel_knowledge::attention::{self, Attended, Attending, Attention, Important, Stimulus};
use oriel_knowledge::bases::At;

use super::bench::{Bar, Bench, told};
use super::change::{NoteArgs, changed};
use crate::misuse::Misuse;
use crate::output;

/// What to tell, or to change.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  oriel knowledge attention shop --top 10\n  \
                  oriel knowledge attention shop --stimulate cart --by 500 --ticks 3\n  \
                  oriel knowledge attention shop --use cart --use '(Member (Concept \"cart\") (Concept \"service\"))'\n  \
                  oriel knowledge attention shop --protect service --forget-to 100000 --expect 7\n\n\
                  A line for each atom: units of short-term importance (whether to think of it now) and of long-term\n\
                  importance (whether to keep it), and the atom. What is to be changed is carried out in the order in\n\
                  which the flags stand above, as one change. How importance is earned, spreads and is lost:\n\
                  docs/attention.md")]
pub(super) struct AttentionArgs {
    /// The base
    #[arg(value_name = "BASE")]
    name: String,
    /// Units of each importance that there are from now on
    #[arg(long, value_name = "UNITS")]
    funds: Option<i64>,
    /// An atom that must never be forgotten; may be given several times
    #[arg(long, value_name = "ATOM")]
    protect: Vec<String>,
    /// An atom of which that is said no longer; may be given several times
    #[arg(long, value_name = "ATOM")]
    release: Vec<String>,
    /// An atom that gets short-term importance; may be given several times
    #[arg(long, value_name = "ATOM", requires = "by")]
    stimulate: Vec<String>,
    /// How many units each of them gets, as far as there are any
    #[arg(long, value_name = "UNITS", requires = "stimulate")]
    by: Option<u32>,
    /// An atom that was used, and earns wages; may be given several times
    #[arg(long = "use", value_name = "ATOM")]
    used: Vec<String>,
    /// Let so many rounds pass: importance spreads, rent is paid, what is important together is joined
    #[arg(long, value_name = "ROUNDS", default_value_t = 0, hide_default_value = true)]
    ticks: u32,
    /// Forget the least important atoms, until the base has so many
    #[arg(long, value_name = "ATOMS")]
    forget_to: Option<usize>,
    /// Atoms that are told at most, the most important first
    #[arg(long, value_name = "ATOMS", visible_alias = "limit", default_value_t = 20)]
    top: usize,
    /// Tell what was important at this version [default: the newest]
    #[arg(long, value_name = "VERSION|TIME")]
    at: Option<At>,
    #[command(flatten)]
    note: NoteArgs,
}

impl AttentionArgs {
    fn changes(&self) -> bool {
        let Self { funds, protect, release, stimulate, used, ticks, forget_to, .. } = self;
        let names = [protect, release, stimulate, used].iter().any(|names| !names.is_empty());
        names || funds.is_some() || *ticks > 0 || forget_to.is_some()
    }

    fn doing(&self) -> Attending {
        let by = self.by.unwrap_or_default();
        Attending {
            funds: self.funds.map(|units| [units, units]),
            protect: self.protect.clone(),
            release: self.release.clone(),
            stimulate: self.stimulate.iter().map(|atom| Stimulus { atom: atom.clone(), by }).collect(),
            used: self.used.clone(),
            ticks: self.ticks,
            forget_to: self.forget_to,
            limit: self.top,
        }
    }
}

pub(super) async fn attention(bench: &Bench, args: &AttentionArgs) -> anyhow::Result<ExitCode> {
    if args.changes() {
        return attend(bench, args).await;
    }
    if args.note.is_given() {
        return Err(Misuse::because("--expect, --note: nothing is changed that they could be about"));
    }
    let how = (args.at.unwrap_or_default(), args.top);
    let found = attention::attention(&bench.context, &bench.knowledge, &args.name, how).await.map_err(told)?;
    if bench.json {
        output::json(&found)?;
    } else {
        show(&found, args.top)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn attend(bench: &Bench, args: &AttentionArgs) -> anyhow::Result<ExitCode> {
    if args.at.is_some() {
        return Err(Misuse::because("--at: only the newest version can be changed; leave it out"));
    }
    let note = args.note.note("attention".to_owned());
    let bar = Bar::busy("attending");
    let attended = attention::attend(&bench.context, &bench.knowledge, &args.name, args.doing(), note).await;
    drop(bar);
    let attended = attended.map_err(told)?;
    if bench.json {
        output::json(&attended)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Attended { given, forgotten, over, attention, applied } = &attended;
    show(attention, args.top)?;
    let wanted = args.stimulate.len() as u64 * u64::from(args.by.unwrap_or_default());
    if *given < wanted {
        output::note(&format!(
            "only {given} of {wanted} units were given: no more are in reserve, or an atom has room for"
        ));
    }
    if *forgotten > 0 {
        output::note(&format!("{forgotten} atoms are forgotten"));
    }
    if *over > 0 {
        output::note(&format!(
            "{over} atoms more than that stay, for they are protected, or joined by what is, or keys"
        ));
    }
    match applied {
        Some(applied) => output::text(&changed(&args.name, applied))?,
        None => output::text(&format!("{} is so already.", args.name))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(found: &Attention, top: usize) -> anyhow::Result<()> {
    let line = |Important { atom, sti, lti, vlti }: &Important| {
        let protected = if *vlti > 0 { "\tprotected" } else { "" };
        format!("{sti}\t{lti}\t{atom}{protected}")
    };
    if found.atoms.is_empty() {
        output::note("no atom has any importance: --use or --stimulate gives some");
    } else {
        output::foreign(&found.atoms.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    }
    if found.found > found.atoms.len() {
        output::note(&format!("{} atoms have importance: --top {top} lets no more through", found.found));
    }
    let ([sti, lti], [short, long]) = (found.funds, found.reserve);
    output::note(&format!("in reserve: {short} of {sti} units of short-term, {long} of {lti} of long-term importance"));
    if short < 0 || long < 0 {
        output::note("atoms were given more than there is: --funds raises what there is");
    }
    Ok(())
}
