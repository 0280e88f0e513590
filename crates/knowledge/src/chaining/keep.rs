//! Keeping what was concluded.

use std::sync::Arc;

use oriel_atomspace::chain::{By, Conclusions, EVIDENCE, ProofStep};
use oriel_atomspace::query::Term;
use oriel_atomspace::space::{AtomType, Frame, Handle, Space, Value};

use super::told::by;
use crate::change::Change;
use crate::error::Result;

/// The name of the `Predicate` under which a kept conclusion says how it came about: the name of the last rule of its proof
/// (`revision` where several proofs were put together), and the version that it was concluded from, as two texts.
pub const INFERRED_KEY: &str = "oriel:inferred";

/// The change that writes these statements, as far as they were concluded, with truth values and evidence. The facts that
/// they rest on are marked with their evidence, so that chaining again counts none of it twice. Rules that were only laid
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
        let Some(last) = proof.conclusion().filter(|last| matches!(last.by, By::Rule(_) | By::Revision)) else {
            continue;
        };
        let evidence = frame.node(AtomType::PREDICATE, EVIDENCE)?;
        let inferred = frame.node(AtomType::PREDICATE, INFERRED_KEY)?;
        let atom = last.statement.write(&mut frame)?;
        let is_news = !space.contains(atom) || space.truth(atom) != last.truth.into();
        frame.set_truth(atom, last.truth.into())?;
        mark(&mut frame, atom, evidence, last)?;
        if is_news {
            let told: Vec<Arc<str>> = vec![by(&last.by).into(), version.to_string().into()];
            frame.set_value(atom, inferred, Value::from(told))?;
        }
        for fact in proof.steps.iter().filter(|step| matches!(step.by, By::Fact(_))) {
            let atom = fact.statement.write(&mut frame)?;
            if atom != last.statement.write(&mut frame)? {
                mark(&mut frame, atom, evidence, fact)?;
            }
        }
    }
    Ok(Change::of_frame(&frame)?)
}

/// Says which evidence an atom rests on.
fn mark(frame: &mut Frame, atom: Handle, key: Handle, step: &ProofStep) -> Result<()> {
    let ids: Vec<f64> = step.stamp.ids().iter().map(|id| f64::from(*id)).collect();
    frame.set_value(atom, key, Value::from(ids))?;
    Ok(())
}
