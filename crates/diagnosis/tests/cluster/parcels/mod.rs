//! Another application in other words: every labelled kind of fault, in several phrasings, as three people would write it
//! down. What it measures was not known when the rules were written; see `docs/BENCHMARKS.md`.

mod application;
pub(crate) mod looks;
mod machines;
mod programs;
mod refusals;

use crate::crossed::{Case, Tally};
use crate::faults::shown;
use crate::world::World;
use looks::{LOOKS, Look};
use oriel_diagnosis::{Knowledge, Options, diagnose};
use oriel_reasoning::verdict::{Status, Verdict};

/// A kind of fault, in several phrasings.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    label: &'static str,
    entity: &'static str,
    causes: &'static [&'static str],
    phrases: &'static [&'static str],
    inject: fn(&mut World, &str),
}

const fn kind(
    label: &'static str,
    entity: &'static str,
    causes: &'static [&'static str],
    phrases: &'static [&'static str],
    inject: fn(&mut World, &str),
) -> Kind {
    Kind { label, entity, causes, phrases, inject }
}

const PARTS: [&[Kind]; 7] = [
    refusals::ADMISSION,
    refusals::SCHEDULING,
    programs::STARTUP,
    programs::RUNTIME,
    machines::ROUTING,
    machines::PERFORMANCE,
    machines::INFRASTRUCTURE,
];

/// Every fault in every phrasing.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for fault in PARTS.iter().copied().flatten() {
        for (position, phrase) in fault.phrases.iter().enumerate() {
            let mut world = World::parcels(1 + position as u64);
            (fault.inject)(&mut world, phrase);
            world.settle();
            cases.push(Case { name: fault.label, phrase, entities: vec![fault.entity], causes: fault.causes, world });
        }
    }
    cases
}

fn verdict(world: &World, knowledge: &Knowledge, look: Look) -> Verdict {
    diagnose(&world.looked_at(look), knowledge, &Options::default(), &mut |_| {}).unwrap().verdict
}

#[test]
fn all_kinds_of_faults_are_found_in_another_application() {
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
fn the_other_application_is_healthy_without_a_fault() {
    let knowledge = Knowledge::shipped().unwrap();
    for seed in 1..5 {
        let mut world = World::parcels(seed);
        world.settle();
        for look in LOOKS {
            let verdict = verdict(&world, &knowledge, look);
            assert_ne!(verdict.status, Status::Diagnosed, "{look:?}: {:?}", shown(&verdict));
        }
    }
}
