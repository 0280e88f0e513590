//! Two faults at once: independent ones both come near the top and both are believed (where one component depends on the
//! other they are rivals and share one probability); of a cause and its effect the cause comes first.

use crate::catalogue::{self, Fault};
use crate::faults::{rank, shown, verdict};
use crate::print::NOTATIONS;
use crate::world::World;
use oriel_diagnosis::Knowledge;

/// Pairs that have nothing to do with each other.
const INDEPENDENT: &[(&str, &str)] = &[
    ("image tag", "liveness port"),
    ("secret", "selector with a stale version"),
    ("memory", "node selector"),
    ("command", "ingress to nowhere"),
    ("multi-attach", "readiness path"),
    ("taint", "image tag"),
    ("cpu request", "service account"),
    ("crash", "claim missing"),
    ("root", "readiness protocol"),
    ("init container", "pull rate"),
    ("limit range", "image tag"),
    ("job out of tries", "memory"),
    ("config map key", "selector"),
    ("webhook denies", "mount path missing"),
    ("sub path", "image tag"),
    ("port taken by the sidecar", "pull secret"),
    ("topology spread", "exec format"),
    ("autoscaler of nothing", "image tag"),
    ("secret of the ingress", "command not executable"),
    ("protocol", "memory of a sidecar"),
];

/// Who calls whom in the invented application.
const CALLS: &[(&str, &str)] = &[
    ("pier", "pilot"),
    ("pilot", "seats"),
    ("pilot", "tides"),
    ("seats", "tariff"),
    ("seats", "logbook"),
    ("seats", "foghorn"),
    ("tariff", "manifest"),
    ("tariff", "locker"),
];

/// Whether trouble of one may be an effect of the other: then they share one probability.
fn linked(one: &Fault, other: &Fault) -> bool {
    let reaches = |from: &str, to: &str| {
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            open.extend(CALLS.iter().filter(|(caller, _)| *caller == at).map(|(_, callee)| *callee));
        }
        false
    };
    let name = |fault: &Fault| fault.entity.split_once('/').map_or("", |(_, name)| name);
    reaches(name(one), name(other)) || reaches(name(other), name(one))
}

fn named(name: &str) -> Fault {
    catalogue::all().into_iter().find(|fault| fault.name == name).unwrap_or_else(|| panic!("no fault {name}"))
}

#[test]
fn two_independent_faults_are_both_found_and_believed() {
    let knowledge = Knowledge::shipped().unwrap();
    let (mut all, mut wrong) = (0, Vec::new());
    for (position, (one, other)) in INDEPENDENT.iter().enumerate() {
        let faults = [named(one), named(other)];
        let mut world = World::ferries(5 + position as u64);
        for fault in &faults {
            (fault.inject)(&mut world);
        }
        world.settle();
        let notation = NOTATIONS[position % NOTATIONS.len()];
        let verdict = verdict(&world, &knowledge, notation);
        for fault in &faults {
            all += 1;
            let found = rank(fault, &verdict);
            let least = if linked(&faults[0], &faults[1]) { 0.15 } else { 0.5 };
            let believed = found.and_then(|at| verdict.hypotheses.get(at - 1)).is_some_and(|h| h.probability >= least);
            if found.is_none_or(|at| at > 3) || !believed {
                wrong.push(format!(
                    "{one} and {other} ({notation:?}): {} at {found:?}; said {:?}",
                    fault.name,
                    shown(&verdict)
                ));
            }
        }
    }
    assert!(wrong.len() * 20 <= all, "{} of {all} missed:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_store_that_is_down_comes_before_the_programs_that_miss_it() {
    let knowledge = Knowledge::shipped().unwrap();
    for name in ["database down", "database's claim waits"] {
        let fault = named(name);
        let world = fault.world(4);
        for notation in NOTATIONS {
            let verdict = verdict(&world, &knowledge, notation);
            assert_eq!(rank(&fault, &verdict), Some(1), "{name} {notation:?}: {:?}", shown(&verdict));
            let clients: f64 = verdict.hypotheses.iter().skip(1).map(|h| h.probability).fold(0.0, f64::max);
            assert!(clients < 0.5, "{name} {notation:?}: {:?}", shown(&verdict));
        }
    }
}
