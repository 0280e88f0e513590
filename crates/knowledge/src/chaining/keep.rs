//! Keeping what was concluded.

use std::sync::Arc;

use oriel_atomspace::chain::{By, Conclusions, EVIDENCE, Proof, ProofStep};
use oriel_atomspace::query::Term;
use oriel_atomspace::space::{AtomType, Frame, Space, Value};

use super::outdated::{GROUNDS_KEY, GROUNDS_KEY_BEFORE, grounds, keys, stated};
use super::told::by;
use crate::change::Change;
use crate::error::Result;

/// The name of the `Predicate` under which a kept conclusion says how it came about: the name of the last rule of its proof
/// (`revision` where several proofs were put together), and the version that it was concluded from, as two texts.
pub const INFERRED_KEY: &str = "oriel:inferred";

/// The change that writes these statements, as far as they were concluded, with truth values, evidence, and the facts that they
/// were concluded from. The facts that they rest on are marked with their evidence, so that chaining again counts none of it twice. Rules that were only laid
/// beside the base are no part.
pub(super) fn change(
    conclusions: &mut Conclusions<'_>,
    statements: &[Term],
    space: &Arc<Space>,
    version: u64,
) -> Result<Change> {
    let mut frame = Frame::over(Arc::clone(space));
    for statement in statements {
        let Some(proof) = conclusions.proof(statement) else { continue };
        if let Some(last) = proof.conclusion().filter(|last| matches!(last.by, By::Rule(_) | By::Revision)) {
            keep(&mut frame, (&proof, last), conclusions, (space, version))?;
        }
    }
    Ok(Change::of_frame(&frame)?)
}

/// Writes what a proof concludes, and the evidence of the facts in it.
fn keep(
    frame: &mut Frame,
    (proof, last): (&Proof, &ProofStep),
    conclusions: &Conclusions<'_>,
    (space, version): (&Space, u64),
) -> Result<()> {
    let [evidence, rests_on, inferred] =
        [EVIDENCE, GROUNDS_KEY, INFERRED_KEY].map(|name| frame.node(AtomType::PREDICATE, name));
    let (evidence, rests_on, inferred) = (evidence?, rests_on?, inferred?);
    let atom = last.statement.write(frame)?;
    let is_news = !space.contains(atom) || space.truth(atom) != last.truth.into();
    frame.set_truth(atom, last.truth.into())?;
    frame.set_value(atom, evidence, conclusions.written(&last.stamp))?;
    if is_news {
        let told: Vec<Arc<str>> = vec![by(&last.by).into(), version.to_string().into()];
        frame.set_value(atom, inferred, Value::from(told))?;
    }
    let mut facts: Vec<Arc<str>> = Vec::new();
    let mut is_own = false;
    for fact in proof.steps.iter().filter(|step| matches!(step.by, By::Fact(_))) {
        let fact_atom = fact.statement.write(frame)?;
        if fact_atom == atom {
            is_own = true;
            continue;
        }
        frame.set_value(fact_atom, evidence, conclusions.written(&fact.stamp))?;
        facts.extend(stated(frame, fact_atom));
    }
    if is_own {
        // What was stated by itself is not outdated with what was added to it; what was kept before is, with all that it rests on.
        let Some(Value::Strings(before)) = grounds(frame, atom, &keys(frame)).cloned() else { return Ok(()) };
        facts.extend(before.iter().cloned());
    }
    frame.set_value(atom, rests_on, Value::from(facts))?;
    if let Some(before) = frame.find_node(AtomType::PREDICATE, GROUNDS_KEY_BEFORE) {
        frame.remove_value(atom, before);
    }
    Ok(())
}
