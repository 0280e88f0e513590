//! Rules that a base suggests. They are offered as text; none is a rule before somebody loads it.

use std::sync::Arc;
use std::time::Duration;

use oriel_atomspace::learning::{Bounds, Candidate, Cases, Features, Induction, Mining, SUPPORT};
use oriel_atomspace::space::Space;
use oriel_identity::Context;
use serde::Serialize;

use crate::bases::{At, read};
use crate::error::Result;
use crate::graph::node;
use crate::learning::members;
use crate::service::Knowledge;
use crate::work::{within, within_parts};

/// What is suggested.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestions {
    /// The version that was looked at.
    pub version: u64,
    /// How many cases were looked at.
    pub cases: usize,
    /// Whether all cases were looked at, and all combinations of what is said of them.
    pub complete: bool,
    /// The candidates, those that chance would least give first.
    pub candidates: Vec<Suggested>,
}

/// A candidate for a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggested {
    /// The rule with the truth value of its counts, as text to be loaded by who accepts it.
    pub rule: String,
    /// Cases in which premises and conclusion hold.
    pub held: usize,
    /// Cases in which the premises hold.
    pub applied: usize,
    /// How much more often the conclusion holds with the premises than over all cases.
    pub lift: f64,
    /// How likely as many cases or more are by chance.
    pub chance: f64,
}

/// Looks for rules about the cases of a kind: what is a `Member` of a node, or inherits from it.
pub async fn suggest(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (kind, at): (&str, At),
    (limit, time): (usize, Duration),
) -> Result<Suggestions> {
    let view = read(context, knowledge, name, at).await?;
    let kind = node(&view.space, "kind", kind)?;
    let space = Arc::clone(&view.space);
    // What was found when the time for that is up is still made rules of; so is what was looked at until then.
    let collect = move |cancel| {
        let bounds = Bounds { cancel: Some(cancel), ..Bounds::default() };
        let which = Features { except: Some(kind), ..Features::default() };
        Ok(Cases::of(&space, &members(&space, "kind", kind)?, which, &bounds)?)
    };
    let mined = within_parts(time * 2 / 3, collect, |looked, cancel| {
        let bounds = Bounds { cancel: Some(cancel), ..Bounds::default() };
        let mined = looked.mine(&Mining::default(), &bounds)?;
        Ok((looked, mined))
    });
    let (looked, mined) = mined.await??;
    let (done, _) = within(time / 3, move |cancel| {
        let bounds = Bounds { cancel: Some(cancel), ..Bounds::default() };
        let found = looked.induce(&mined, Induction::default(), &bounds)?;
        let complete = mined.complete && found.met.is_none();
        let candidates = found.candidates.iter().take(limit).map(|one| suggested(one, &view.space)).collect();
        Ok(Suggestions { version: view.version, cases: looked.cases().len(), complete, candidates })
    })
    .await?;
    done
}

/// A candidate with the truth value of its counts, and the counts, by which chaining knows that it was learned from its cases.
fn suggested(one: &Candidate, space: &Space) -> Suggested {
    let (strength, confidence) = (one.truth.strength as f32, one.truth.confidence as f32);
    let (held, applied, chance) = (one.held, one.applied, one.chance);
    let counts = format!("(alist (cons (Predicate \"{SUPPORT}\") (FloatValue {held} {applied} {chance})))");
    let given = format!("(Implication (stv {strength} {confidence}) {counts} ");
    let rule = one.rule().show(space.types()).replacen("(Implication ", &given, 1);
    Suggested { rule, held, applied, lift: one.lift, chance }
}
