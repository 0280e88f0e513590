//! Changing what is important in a base.

use std::sync::Arc;

use oriel_atomspace::attention::{Bank, Forgotten, Funds, MOST, Settings};
use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Frame};
use oriel_identity::{Action, Context, authorize};
use serde::Serialize;

use super::show::{Attention, shown};
use super::{FUNDS_KEY, funds};
use crate::bases::{Applied, At, Note, View, make, read};
use crate::change::Change;
use crate::error::{KnowledgeError, Result};
use crate::graph::atom;
use crate::service::Knowledge;
use crate::work::{go_on, looking};

/// Rounds in one change at most.
const TICKS: u32 = 1_000;
/// Atoms that one change names at most.
const ATOMS: usize = 1_000;
/// The most units of each importance that a base has: up to here a value holds them exactly.
const UNITS: i64 = 1 << 53;
/// How often it is done again, where the base was changed meanwhile.
const TRIES: u32 = 8;

/// What is done, in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attending {
    /// How many units of short-term and of long-term importance there are from now on; as before where it is not said.
    pub funds: Option<[i64; 2]>,
    /// Atoms that must never be forgotten.
    pub protect: Vec<String>,
    /// Atoms of which that is said no longer.
    pub release: Vec<String>,
    /// Atoms that get short-term importance.
    pub stimulate: Vec<Stimulus>,
    /// Atoms that were used: each earns the wages of a use, as often as it is named.
    pub used: Vec<String>,
    /// Rounds: what is important together is joined, importance spreads, and rent is paid. Up to a thousand.
    pub ticks: u32,
    /// How many atoms the base may have afterwards: the least important go.
    pub forget_to: Option<usize>,
    /// How many atoms are told at most, of what is important then.
    pub limit: usize,
}

/// Short-term importance that an atom gets, as much of it as is in reserve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stimulus {
    /// The atom, or the name of a node.
    pub atom: String,
    /// Units.
    pub by: u32,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attended {
    /// Units of short-term importance that were given to those that were to be stimulated, in all.
    pub given: u64,
    /// How many atoms were forgotten.
    pub forgotten: usize,
    /// How many atoms the base has beyond what it may have, because no other may go.
    pub over: usize,
    /// What is important now.
    pub attention: Attention,
    /// The change that was made; null where nothing changed.
    pub applied: Option<Applied>,
}

/// Changes what is important in the newest version of a base, as one change.
pub async fn attend(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    doing: Attending,
    note: Note,
) -> Result<Attended> {
    authorize(context, Action::ChangeKnowledge)?;
    check(&doing)?;
    let doing = Arc::new(doing);
    let mut tries = 1;
    loop {
        let view = read(context, knowledge, name, At::Newest).await?;
        let (base, version, doing) = (view.base.clone(), view.version, Arc::clone(&doing));
        if let Some(expected) = note.expected.filter(|expected| *expected != version) {
            return Err(KnowledgeError::Version { expected, found: version });
        }
        let (mut attended, change) = looking(move |cancel| done(&view, &doing, &cancel)).await??;
        if change.is_empty() {
            return Ok(attended);
        }
        let on = Note { expected: Some(version), text: note.text.clone() };
        match make(context, knowledge, &base, "attention", Arc::new(change), &on).await {
            Err(KnowledgeError::Version { .. }) if note.expected.is_none() && tries < TRIES => tries += 1,
            made => {
                let applied = made?;
                attended.attention.version = applied.version;
                return Ok(Attended { applied: Some(applied), ..attended });
            }
        }
    }
}

fn check(doing: &Attending) -> Result<()> {
    let Attending { funds, protect, release, stimulate, used, ticks, forget_to, .. } = doing;
    let named = protect.len() + release.len() + stimulate.len() + used.len();
    if named == 0 && *ticks == 0 && forget_to.is_none() && funds.is_none() {
        let message = "say what is to be done: use or stimulate an atom, let rounds pass, forget";
        return Err(KnowledgeError::invalid("attention", message));
    }
    if named > ATOMS {
        return Err(KnowledgeError::invalid("attention", format!("name {ATOMS} atoms at most in one change")));
    }
    if *ticks > TICKS {
        return Err(KnowledgeError::invalid("ticks", format!("let {TICKS} rounds pass at most in one change")));
    }
    if let Some(stimulus) = stimulate.iter().find(|stimulus| stimulus.by == 0 || i64::from(stimulus.by) > MOST) {
        let message = format!("give an atom 1 to {MOST} units, not {}", stimulus.by);
        return Err(KnowledgeError::invalid("by", message));
    }
    if funds.is_some_and(|funds| funds.iter().any(|units| !(0..=UNITS).contains(units))) {
        return Err(KnowledgeError::invalid("funds", format!("give a base 0 to {UNITS} units of each importance")));
    }
    Ok(())
}

/// What is important after it, and the change that makes it so.
fn done(view: &View, doing: &Attending, cancel: &Cancel) -> Result<(Attended, Change)> {
    let mut frame = Frame::over(Arc::clone(&view.space));
    let (known, _) = funds(&frame);
    let funds = doing.funds.map_or(known, |[sti, lti]| Funds { sti, lti });
    let mut bank = Bank::open(&mut frame, funds, Settings::default())?;
    for text in &doing.protect {
        let atom = atom(&frame, "protect", text)?;
        Bank::protect(&mut frame, atom)?;
    }
    for text in &doing.release {
        let atom = atom(&frame, "release", text)?;
        Bank::release(&mut frame, atom)?;
    }
    let mut given = 0;
    for Stimulus { atom: text, by } in &doing.stimulate {
        let atom = atom(&frame, "stimulate", text)?;
        given += u64::from(bank.stimulate(&mut frame, atom, *by)?);
    }
    for text in &doing.used {
        bank.used(atom(&frame, "use", text)?, 1);
    }
    bank.pay_wages(&mut frame)?;
    for _ in 0..doing.ticks {
        go_on(cancel)?;
        bank.tick(&mut frame)?;
    }
    let is_within = doing.forget_to.is_none_or(|budget| frame.len() <= budget);
    if is_within && doing.funds.is_none() && Change::of_frame(&frame)?.is_empty() {
        let attention = shown(&frame, view.version, doing.limit);
        return Ok((Attended { given, forgotten: 0, over: 0, attention, applied: None }, Change::default()));
    }
    // The funds are written before anything is forgotten: what they stand on is never removed, and counts.
    let key = frame.node(AtomType::PREDICATE, FUNDS_KEY)?;
    frame.set_value(key, key, [funds.sti as f64, funds.lti as f64].as_slice())?;
    let Forgotten { atoms: forgotten, over } = match doing.forget_to {
        Some(budget) => bank.forget(&mut frame, budget, cancel)?,
        None => Forgotten::default(),
    };
    go_on(cancel)?;
    let attention = shown(&frame, view.version, doing.limit);
    let change = Change::of_frame(&frame)?;
    Ok((Attended { given, forgotten, over, attention, applied: None }, change))
}
