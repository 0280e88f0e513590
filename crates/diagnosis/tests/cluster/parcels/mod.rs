//! Another application in other words: every labelled kind of fault, in several phrasings, as three people would write it
//! down. What it measures was not known when the rules were written; see `docs/BENCHMARKS.md`.

mod application;
mod looks;
mod machines;
mod programs;
mod refusals;

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

fn verdict(world: &World, knowledge: &Knowledge, look: Look) -> Verdict {
    diagnose(&world.looked_at(look), knowledge, &Options::default(), &mut |_| {}).unwrap().verdict
}

#[test]
fn all_kinds_of_faults_are_found_in_another_application() {
    let knowledge = Knowledge::shipped().unwrap();
    let (mut all, mut right, mut wrong) = (0, 0, Vec::new());
    for fault in PARTS.iter().copied().flatten() {
        for (position, phrase) in fault.phrases.iter().enumerate() {
            let mut world = World::parcels(1 + position as u64);
            (fault.inject)(&mut world, phrase);
            world.settle();
            for look in LOOKS {
                let verdict = verdict(&world, &knowledge, look);
                all += 1;
                let first = verdict.hypotheses.first();
                let named = first.is_some_and(|h| h.entity == fault.entity && fault.causes.contains(&h.cause.as_str()));
                if named && verdict.abstention.is_none() {
                    right += 1;
                } else {
                    let short: String = phrase.chars().take(90).collect();
                    wrong.push(format!(
                        "{} ({look:?}) {short:?}: {:?} said {:?}",
                        fault.label,
                        verdict.status,
                        shown(&verdict)
                    ));
                }
            }
        }
    }
    assert!(wrong.len() * 1000 <= all, "{right} of {all} right; wrong:\n{}", wrong.join("\n"));
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
