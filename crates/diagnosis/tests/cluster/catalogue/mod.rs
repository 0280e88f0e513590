//! Faults for the made-up cluster: what each changes, and what a diagnosis has to say.

mod admission;
mod databases;
mod nodes;
mod other_words;
mod performance;
mod programs;
mod routing;
mod scheduling;
mod startup;
mod storage;

use crate::world::World;

/// One fault.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// Where the cause lies.
    pub(crate) entity: &'static str,
    /// What it is; any of these is right where they say the same.
    pub(crate) causes: &'static [&'static str],
    pub(crate) inject: fn(&mut World),
}

pub(crate) const fn fault(
    name: &'static str,
    entity: &'static str,
    causes: &'static [&'static str],
    inject: fn(&mut World),
) -> Fault {
    Fault { name, entity, causes, inject }
}

impl Fault {
    /// The invented application with this fault in it.
    pub(crate) fn world(&self, seed: u64) -> World {
        let mut world = World::ferries(seed);
        (self.inject)(&mut world);
        world.settle();
        world
    }
}

const PARTS: &[(&str, &[Fault])] = &[
    ("admission", admission::FAULTS),
    ("scheduling", scheduling::FAULTS),
    ("storage", storage::FAULTS),
    ("startup", startup::FAULTS),
    ("programs", programs::FAULTS),
    ("databases", databases::FAULTS),
    ("routing", routing::FAULTS),
    ("nodes", nodes::FAULTS),
    ("performance", performance::FAULTS),
    ("other_words", other_words::FAULTS),
];

/// The faults of one part.
pub(crate) fn part(name: &str) -> Vec<Fault> {
    PARTS.iter().filter(|(part, _)| *part == name).flat_map(|(_, faults)| faults.iter().copied()).collect()
}

/// All faults, by part.
pub(crate) fn all() -> Vec<Fault> {
    PARTS.iter().flat_map(|(_, faults)| faults.iter().copied()).collect()
}
