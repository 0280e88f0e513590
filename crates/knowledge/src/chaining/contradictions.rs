//! What cannot hold together.

use std::collections::BTreeMap;

use oriel_atomspace::TruthValue;
use oriel_atomspace::chain::{Chainer, Conclusions, Opposition};
use oriel_atomspace::pln::{self, Threshold};
use oriel_atomspace::query::Term;
use oriel_atomspace::space::Space;
use oriel_identity::Context;
use serde::Serialize;

use super::bounds::{Effort, Took};
use super::outdated::Outdated;
use super::select::{Laid, lay};
use super::told::{Inference, Proven};
use crate::bases::{At, Disagreement, disagreeing, read};
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
    /// How often sources of ingestion say different texts or numbers of one thing, listed or not.
    pub disagreements: usize,
    /// What they say, in the order of the facts: each source with the place in it, and when it was observed.
    pub disagree: Vec<Disagreement>,
    /// What the search took. Where a bound was met, there may be more.
    pub took: Took,
}

/// Two statements that cannot both be as they were told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Opposed {
    /// `negation`: one is the `Not` of the other; `evidence`: one statement, with evidence for it and against it;
    /// `exclusive`: they say of one thing what is declared exclusive; `outdated`: one was kept, and the other is what follows now.
    pub kind: &'static str,
    /// How much they contradict each other, in [0, 1].
    pub degree: f64,
    /// One of them, with its proof.
    pub one: Inference,
    /// The other, with its proof.
    pub other: Inference,
}

/// Finds what cannot hold together, among the facts of a base and what follows from them by rules: those that are named, or
/// all of the base and the shipped `pln`. Both sides stay as they are. What sources of ingestion say differently is listed apart: it needs no
/// rule, and is no less sure by the other. At most `limit` of each are told.
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
        let (disagreements, disagree) = disagreeing(&view.space, limit, &cancel);
        let Laid { space, rules, outdated } = lay(&view.space, &rules, (false, true))?;
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
        let mut contradictions: Vec<Opposed> = opposed.collect();
        let late: Vec<Opposed> = outdated.iter().filter_map(|one| late(one, &view.space, &mut all)).collect();
        let found = found + late.len();
        contradictions.extend(late);
        contradictions.sort_by(|one, two| two.degree.total_cmp(&one.degree));
        contradictions.truncate(limit);
        let (version, took) = (view.version, Took::of(all.report()));
        Ok(Contradictions { version, found, contradictions, disagreements, disagree, took })
    })
    .await?;
    done
}

/// What was kept, beside what follows now: without confidence, where nothing does.
fn late(outdated: &Outdated, space: &Space, all: &mut Conclusions<'_>) -> Option<Opposed> {
    let term = Term::of_atom(space, outdated.atom)?;
    let kept = TruthValue::from(space.truth(outdated.atom));
    let now = all.get(&term);
    let truth = now.as_ref().map_or(TruthValue::new(kept.strength, 0.0), |now| now.truth);
    let statement = space.show_bare(outdated.atom);
    let (strength, confidence, evidence, values) = (kept.strength, kept.confidence, Vec::new(), BTreeMap::new());
    let one = Inference { statement, strength, confidence, evidence, values, proof: None };
    let proof = all.proof(&term).map(|proof| Proven::of(&proof, space.types()));
    let (strength, confidence) = (truth.strength, truth.confidence);
    let evidence = now.map_or(Vec::new(), |now| now.stamp.ids().to_vec());
    let other = Inference { strength, confidence, evidence, proof, ..one.clone() };
    let degree = if confidence > 0.0 { pln::contradiction(kept, truth) } else { kept.confidence };
    Some(Opposed { kind: "outdated", degree, one, other })
}
