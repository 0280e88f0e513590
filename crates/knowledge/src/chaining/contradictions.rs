//! What cannot hold together.

use oriel_atomspace::chain::{Chainer, Opposition};
use oriel_atomspace::pln::Threshold;
use oriel_identity::Context;
use serde::Serialize;

use super::bounds::{Effort, Took};
use super::select::{Laid, lay};
use super::told::{Inference, Proven};
use crate::bases::{At, read};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;
use crate::work::within;

/// From which strength on something is told true (and false from 1 less it down), and with which confidence at least.
const TELLS: (f64, f64) = (0.6, 0.1);

/// The contradictions of a base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contradictions {
    /// The version.
    pub version: u64,
    /// How many there are.
    pub found: usize,
    /// The greatest of them, the greatest first.
    pub contradictions: Vec<Opposed>,
    /// What the search took. Where a bound was met, there may be more.
    pub took: Took,
}

/// Two statements that cannot both be as they were told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Opposed {
    /// `negation`: one is the `Not` of the other; `evidence`: one statement, with evidence for it and against it;
    /// `exclusive`: they say of one thing what is declared exclusive.
    pub kind: &'static str,
    /// How much they contradict each other, in [0, 1].
    pub degree: f64,
    /// One of them, with its proof.
    pub one: Inference,
    /// The other, with its proof.
    pub other: Inference,
}

/// Finds what cannot hold together, among the facts of a base and what follows from them by rules: those that are named, or
/// all of the base and the shipped `pln`. Both sides stay as they are.
pub async fn contradictions(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (at, rules): (At, Vec<String>),
    (limit, effort): (usize, Effort),
) -> Result<Contradictions> {
    effort.check()?;
    let (strength, confidence) = TELLS;
    let threshold = Threshold::new(strength, confidence);
    let threshold = threshold.ok_or_else(|| KnowledgeError::invalid("threshold", "it tells nothing"))?;
    let view = read(context, knowledge, name, at).await?;
    let (done, _) = within(effort.time, move |cancel| {
        let Laid { space, rules } = lay(&view.space, &rules, false)?;
        let mut all = Chainer::new(&space, &rules).bounded(effort.bounds(cancel)).forward()?;
        let (found, greatest) = all.greatest_contradictions(threshold, limit);
        let types = space.types();
        let opposed = greatest.iter().map(|one| Opposed {
            kind: match one.opposition {
                Opposition::Negation => "negation",
                Opposition::Evidence => "evidence",
                Opposition::Exclusive => "exclusive",
            },
            degree: one.degree,
            one: Inference { proof: Some(Proven::of(&one.proof_of_one, types)), ..Inference::of(&one.one, types) },
            other: Inference {
                proof: Some(Proven::of(&one.proof_of_other, types)),
                ..Inference::of(&one.other, types)
            },
        });
        let (version, contradictions) = (view.version, opposed.collect());
        Ok(Contradictions { version, found, contradictions, took: Took::of(all.report()) })
    })
    .await?;
    done
}
