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

/// Place and cause of the first hypotheses.
fn first(verdict: &Verdict) -> Vec<(String, String)> {
    verdict.hypotheses.iter().take(3).map(|h| (h.entity.clone(), h.cause.clone())).collect()
}

/// Runs the faults of one part in every notation. JSON and YAML hold the same, and so must say the same; text leaves out
/// some of it, and must at least name the same first.
fn check(part: &str) {
    let knowledge = Knowledge::shipped().unwrap();
    let faults = catalogue::part(part);
    assert!(!faults.is_empty(), "no part {part}");
    let mut wrong = Vec::new();
    for fault in &faults {
        let world = fault.world(1);
        let verdicts = NOTATIONS.map(|notation| verdict(&world, &knowledge, notation));
        for (notation, verdict) in NOTATIONS.iter().zip(&verdicts) {
            if rank(fault, verdict) != Some(1) || verdict.abstention.is_some() {
                let (name, entity, causes) = (fault.name, fault.entity, fault.causes);
                wrong.push(format!("{name} ({notation:?}): {entity} {causes:?}; said {:?}", shown(verdict)));
            }
        }
        let [_, json, yaml] = &verdicts;
        if first(json) != first(yaml) {
            wrong.push(format!("{}: as JSON {:?}, as YAML {:?}", fault.name, shown(json), shown(yaml)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong of {} faults:\n{}", wrong.len(), faults.len(), wrong.join("\n"));
}

macro_rules! parts {
    ($($part:ident),*) => {
        $(
            #[test]
            fn $part() {
                check(stringify!($part));
            }
        )*

        #[test]
        fn every_part_is_tested_and_every_fault_has_its_own_name() {
            let tested: usize = [$(stringify!($part)),*].iter().map(|part| catalogue::part(part).len()).sum();
            let mut names: Vec<&str> = catalogue::all().iter().map(|fault| fault.name).collect();
            assert_eq!(tested, names.len());
            names.sort_unstable();
            names.dedup();
            assert_eq!(tested, names.len());
        }
    };
}

parts!(admission, scheduling, storage, startup, programs, databases, routing, nodes, performance, other_words);
