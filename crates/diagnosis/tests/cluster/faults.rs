//! Every fault in every notation: its place and cause come first, and the notations agree.

use crate::catalogue::{self, Fault};
use crate::print::{NOTATIONS, Notation};
use crate::world::World;
use oriel_diagnosis::{Knowledge, Options, diagnose};
use oriel_reasoning::verdict::Verdict;

pub(crate) fn verdict(world: &World, knowledge: &Knowledge, notation: Notation) -> Verdict {
    diagnose(&world.source(notation, &[]), knowledge, &Options::default(), &mut |_| {}).unwrap().verdict
}

/// The first hypotheses in words.
pub(crate) fn shown(verdict: &Verdict) -> Vec<String> {
    let first = verdict.hypotheses.iter().take(4);
    first.map(|h| format!("{} {} {:.2}", h.entity, h.cause, h.probability)).collect()
}

/// The rank of the fault among the hypotheses, from 1.
pub(crate) fn rank(fault: &Fault, verdict: &Verdict) -> Option<usize> {
    let is = |entity: &str, cause: &str| entity == fault.entity && fault.causes.contains(&cause);
    verdict.hypotheses.iter().position(|h| is(&h.entity, &h.cause)).map(|at| at + 1)
}

#[test]
fn each_fault_comes_first_in_each_notation() {
    let knowledge = Knowledge::shipped().unwrap();
    let mut wrong = Vec::new();
    let mut all = 0;
    for fault in catalogue::all() {
        let world = fault.world(1);
        for notation in NOTATIONS {
            all += 1;
            let verdict = verdict(&world, &knowledge, notation);
            if rank(&fault, &verdict) != Some(1) || !verdict.abstention.is_none() {
                wrong.push(format!(
                    "{} ({notation:?}): {} {:?}; said {:?}",
                    fault.name,
                    fault.entity,
                    fault.causes,
                    shown(&verdict)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {all} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
