//! A third application, in a third team's words: every labelled kind of fault, in the messages of other languages, databases
//! and versions. It was written down before the rules met it; what was right at first sight stands in `docs/BENCHMARKS.md`.

mod application;
mod describe;
mod describe_kinds;
pub(crate) mod looks;
mod machines;
mod programs;
mod refusals;
mod startup;

use crate::crossed::{Case, Tally};
use crate::faults::shown;
use crate::world::World;
use looks::{LOOKS, Look};
use oriel_diagnosis::{Knowledge, Options, diagnose};
use oriel_reasoning::verdict::{Status, Verdict};

/// A kind of fault, in several phrasings.
#[derive(Clone, Copy)]
struct Kind {
    label: &'static str,
    /// Where it lies; the Service before a workload and the workload are both right.
    entities: &'static [&'static str],
    causes: &'static [&'static str],
    phrases: &'static [&'static str],
    inject: fn(&mut World, &str),
}

const fn kind(
    label: &'static str,
    entities: &'static [&'static str],
    causes: &'static [&'static str],
    phrases: &'static [&'static str],
    inject: fn(&mut World, &str),
) -> Kind {
    Kind { label, entities, causes, phrases, inject }
}

const PARTS: [&[Kind]; 8] = [
    refusals::ADMISSION,
    refusals::SCHEDULING,
    startup::STARTUP,
    programs::RUNTIME,
    programs::DATABASES,
    machines::ROUTING,
    machines::PERFORMANCE,
    machines::INFRASTRUCTURE,
];

/// Every fault in every phrasing.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for fault in PARTS.iter().copied().flatten() {
        for (position, phrase) in fault.phrases.iter().enumerate() {
            let mut world = World::laboratory(1 + position as u64);
            (fault.inject)(&mut world, phrase);
            world.settle();
            let entities = fault.entities.to_vec();
            cases.push(Case { name: fault.label, phrase, entities, causes: fault.causes, world });
        }
    }
    cases
}

fn verdict(world: &World, knowledge: &Knowledge, look: Look) -> Verdict {
    diagnose(&world.laboratory_as(look), knowledge, &Options::default(), &mut |_| {}).unwrap().verdict
}

#[test]
fn all_kinds_of_faults_are_found_in_a_third_application() {
    let knowledge = Knowledge::shipped().unwrap();
    let cases = cases();
    let mut tally = Tally::default();
    for case in &cases {
        for look in LOOKS {
            tally.add(case, &verdict(&case.world, &knowledge, look), &format!("{look:?}"));
        }
    }
    tally.check(40);
}

#[test]
fn the_third_application_is_healthy_without_a_fault() {
    let knowledge = Knowledge::shipped().unwrap();
    for seed in 1..5 {
        let mut world = World::laboratory(seed);
        world.settle();
        for look in LOOKS {
            let verdict = verdict(&world, &knowledge, look);
            assert_ne!(verdict.status, Status::Diagnosed, "{look:?}: {:?}", shown(&verdict));
        }
    }
}
