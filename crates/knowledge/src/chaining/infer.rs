//! Concluding.

use std::sync::Arc;

use oriel_atomspace::TruthValue;
use oriel_atomspace::chain::{Answer, ChainError, Chainer, Conclusions, target};
use oriel_atomspace::query::{Cancel, Term};
use oriel_atomspace::space::{Handle, Space};
use oriel_identity::{Action, Context, authorize};
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::bounds::{Effort, Took};
use super::keep;
use super::outdated::{Outdated, stated};
use super::select::{Laid, lay};
use super::told::{Inference, Proven};
use crate::bases::{Applied, At, Note, Selection, View, make, part};
use crate::change::{Change, counterpart};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;
use crate::work::within;

/// Why an answer does not hold any more. What it followed from by itself may hold as before: it is what all of it gives together.
const WITHDRAWN: &str = "what it was found from turned out otherwise by evidence that was found later, and no proof of it is left with any \
                         confidence";
/// The longest target, in bytes.
const LONGEST: usize = 1 << 20;

/// What is to be concluded, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// Going backward: a term with any variables, which is to be answered. Going forward: one atom of the base from which to
    /// begin; all facts where there is none.
    pub text: Option<String>,
    /// Whether to go forward, to all that follows.
    pub forward: bool,
    /// The rule bases to go by; all of the base and the shipped ones where none is named.
    pub rules: Vec<String>,
    /// At which version.
    pub at: At,
    /// Which part of the base; what is concluded follows from that part, with the rules that it has and the shipped ones.
    pub selection: Selection,
    /// How many conclusions are told at most. What follows is found, and going forward kept, whatever the limit.
    pub limit: usize,
    /// Whether each comes with its proof.
    pub proofs: bool,
    /// What it may take.
    pub effort: Effort,
}

/// What was concluded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inferred {
    /// The version that it was concluded from.
    pub version: u64,
    /// The rules that there were.
    pub rules: usize,
    /// Going backward the answers, the most promising first; going forward what follows, in the order of its finding.
    pub conclusions: Vec<Inference>,
    /// Whether there may be more than the limit lets through.
    pub more: bool,
    /// How many answers were found and are left out, because nothing holds them any more.
    pub left_out: usize,
    /// Which those are, as many as the limit lets through.
    pub withdrawn: Vec<Withdrawn>,
    /// What was kept before and is older than what it was concluded from: nothing rests on it.
    pub outdated: Vec<SetAside>,
    /// What it took.
    pub took: Took,
    /// The change that was made of it; none where nothing was to be kept, or nothing new was concluded.
    pub applied: Option<Applied>,
}

/// An answer that was found, and whose confidence fell to 0 before the end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Withdrawn {
    /// The answer.
    pub statement: String,
    /// How likely it was when it was found.
    pub strength: f64,
    /// How sure that was.
    pub confidence: f64,
    /// Why it does not hold any more, in words.
    pub why: String,
}

/// A kept conclusion that is outdated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// The conclusion with the truth value that was kept.
    pub statement: String,
    /// What became of a fact that it was concluded from.
    pub why: String,
}

/// Concludes something of a base by rules. With a note, the conclusions are kept, in one change of the newest version: the
/// answers that are told, or going forward all that follows.
pub async fn infer(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    target: Target,
    keep: Option<Note>,
) -> Result<Inferred> {
    if keep.is_some() {
        authorize(context, Action::ChangeKnowledge)?;
    }
    check(&target, keep.is_some())?;
    let view = part(context, knowledge, name, target.at, &target.selection).await?;
    let (base, version) = (view.base.clone(), view.version);
    if let Some(expected) = keep.as_ref().and_then(|note| note.expected).filter(|expected| *expected != version) {
        return Err(KnowledgeError::Version { expected, found: version });
    }
    let (time, keeps) = (target.effort.time, keep.is_some());
    let (done, _) = within(time, move |cancel| run(&view, &target, keeps, cancel)).await?;
    let (mut inferred, change) = done?;
    if let Some(note) = keep.filter(|_| !change.is_empty()) {
        // What was concluded holds for what was read.
        let note = Note { expected: Some(version), ..note };
        inferred.applied = Some(make(context, knowledge, &base, "infer", Arc::new(change), &note).await?);
    }
    Ok(inferred)
}

fn check(target: &Target, keeps: bool) -> Result<()> {
    target.effort.check()?;
    if target.limit == 0 {
        return Err(KnowledgeError::invalid("limit", "ask for one conclusion at least"));
    }
    if keeps && target.at != At::Newest {
        return Err(KnowledgeError::invalid(
            "at",
            "only the newest version can be changed: leave it out to keep anything",
        ));
    }
    if keeps && !target.selection.is_whole() {
        return Err(KnowledgeError::invalid(
            "selection",
            "what is kept is concluded of the whole base: select no part of it",
        ));
    }
    match &target.text {
        None if !target.forward => {
            Err(KnowledgeError::invalid("target", "say what is to be answered, or go forward to all that follows"))
        }
        Some(text) if text.len() > LONGEST => {
            Err(KnowledgeError::invalid("target", format!("it has {} bytes, and may have {LONGEST}", text.len())))
        }
        _ => Ok(()),
    }
}

fn run(view: &View, wanted: &Target, keeps: bool, cancel: Cancel) -> Result<(Inferred, Change)> {
    let how = (!wanted.forward, wanted.selection.is_whole());
    let Laid { space, rules, outdated } = lay(&view.space, &wanted.rules, how)?;
    let chainer = Chainer::new(&space, &rules).bounded(wanted.effort.bounds(cancel));
    let Found { mut conclusions, statements, more, withdrawn } =
        if wanted.forward { forward(chainer, &view.space, wanted)? } else { backward(chainer, &space, wanted)? };
    let kept: Vec<Term> = match (keeps, wanted.forward) {
        (false, _) => Vec::new(),
        // All that follows, however much of it is told.
        (true, true) => conclusions.iter().map(|one| one.statement).collect(),
        (true, false) => statements.iter().map(|(statement, _)| statement.clone()).collect(),
    };
    let mut told = Vec::new();
    for (statement, values) in statements {
        let Some(conclusion) = conclusions.get(&statement) else { continue };
        let mut one = Inference::of(&conclusion, space.types());
        one.values = values.into_iter().map(|(name, term)| (name.to_string(), term.show(space.types()))).collect();
        one.proof =
            conclusions.proof(&statement).filter(|_| wanted.proofs).map(|proof| Proven::of(&proof, space.types()));
        told.push(one);
    }
    let change = keep::change(&mut conclusions, &kept, &view.space, view.version)?;
    let (version, took) = (view.version, Took::of(conclusions.report()));
    let shown = |one: &Outdated| SetAside { statement: stated(&view.space, one.atom).join(" "), why: one.why.clone() };
    let outdated = outdated.iter().map(shown).collect();
    let left_out = withdrawn.len();
    let lost = |(statement, truth): &(Term, TruthValue)| {
        let (statement, why) = (statement.show(space.types()), WITHDRAWN.to_owned());
        Withdrawn { statement, strength: truth.strength, confidence: truth.confidence, why }
    };
    let withdrawn = withdrawn.iter().take(wanted.limit).map(lost).collect();
    let rules = rules.len();
    let conclusions = told;
    let inferred = Inferred { version, rules, conclusions, more, left_out, withdrawn, outdated, took, applied: None };
    Ok((inferred, change))
}

/// A statement, with what the variables of the target stand for in it.
type Statement = (Term, Vec<(Arc<str>, Term)>);

/// What chaining found.
struct Found<'a> {
    conclusions: Conclusions<'a>,
    /// What is told of it.
    statements: Vec<Statement>,
    more: bool,
    /// Answers that nothing holds any more, with what they were when they were found.
    withdrawn: Vec<(Term, TruthValue)>,
}

fn backward<'a>(chainer: Chainer<'a>, space: &Space, wanted: &Target) -> Result<Found<'a>> {
    let asked = target(space.types(), wanted.text.as_deref().unwrap_or_default())?;
    let mut answers = chainer.backward(&asked)?;
    // The limit cuts what is told, and nothing of what that rests on: all answers are looked for.
    let mut found: Vec<(Statement, TruthValue)> = Vec::new();
    let mut fallen: FxHashSet<Term> = FxHashSet::default();
    for Answer { conclusion, values, again } in answers.by_ref() {
        if !again {
            found.push(((conclusion.statement, values), conclusion.truth));
        } else if conclusion.truth.confidence > 0.0 {
            fallen.remove(&conclusion.statement);
        } else {
            fallen.insert(conclusion.statement);
        }
    }
    // One that holds no more takes no other's place.
    let (gone, held): (Vec<_>, Vec<_>) = found.into_iter().partition(|((statement, _), _)| fallen.contains(statement));
    let more = held.len() > wanted.limit;
    Ok(Found {
        conclusions: answers.conclusions(),
        statements: held.into_iter().take(wanted.limit).map(|(statement, _)| statement).collect(),
        more,
        withdrawn: gone.into_iter().map(|((statement, _), truth)| (statement, truth)).collect(),
    })
}

fn forward<'a>(chainer: Chainer<'a>, space: &Space, wanted: &Target) -> Result<Found<'a>> {
    let conclusions = match &wanted.text {
        None => chainer.forward()?,
        Some(text) => chainer.forward_from(&[source(space, text)?])?,
    };
    let mut statements: Vec<Statement> = conclusions.iter().map(|one| (one.statement, Vec::new())).collect();
    let more = statements.len() > wanted.limit;
    statements.truncate(wanted.limit);
    // What follows is told when all of it was found: nothing of it is withdrawn.
    Ok(Found { conclusions, statements, more, withdrawn: Vec::new() })
}

/// The atom that a text names.
fn source(space: &Space, text: &str) -> Result<Handle> {
    let mut apart = Space::with_types(space.types());
    let last = apart.load(text).map_err(ChainError::from)?.last;
    let found = last.and_then(|last| counterpart(&apart, last, space));
    found.ok_or_else(|| KnowledgeError::invalid("target", "there is no such atom in the base: name one to begin from"))
}
