//! Each invented application, as the people of another one write clusters down; and how cases are counted.

use crate::catalogue;
use crate::faults::shown;
use crate::laboratory::{self, looks as of_laboratory};
use crate::parcels::{self, looks as of_parcels};
use crate::world::World;
use oriel_diagnosis::{Knowledge, Options, Source, diagnose};
use oriel_reasoning::verdict::Verdict;

/// A cluster with a fault, and what a diagnosis has to say of it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) phrase: &'static str,
    /// Any of these is right where they are names of the same.
    pub(crate) entities: Vec<&'static str>,
    pub(crate) causes: &'static [&'static str],
    pub(crate) world: World,
}

/// How many cases were right, and what was said in the others.
#[derive(Default)]
pub(crate) struct Tally {
    right: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Counts a verdict: right where object and cause come first and are named.
    pub(crate) fn add(&mut self, case: &Case, verdict: &Verdict, look: &str) {
        let first = verdict.hypotheses.first();
        let is = first
            .is_some_and(|h| case.entities.contains(&h.entity.as_str()) && case.causes.contains(&h.cause.as_str()));
        if is && verdict.abstention.is_none() {
            self.right += 1;
        } else {
            let short: String = case.phrase.chars().take(90).collect();
            let (status, said) = (verdict.status, shown(verdict));
            self.wrong.push(format!("{} ({look}) {short:?}: {status:?} said {said:?}", case.name));
        }
    }

    /// Fails where more than one case in so many is wrong.
    pub(crate) fn check(&self, most: usize) {
        let (right, wrong, all) = (self.right, &self.wrong, self.right + self.wrong.len());
        assert!(wrong.len() * most <= all, "{right} of {all} right; wrong:\n{}", wrong.join("\n"));
    }
}

fn ferries() -> Vec<Case> {
    let case = |fault: &catalogue::Fault| Case {
        name: fault.name,
        phrase: "",
        entities: vec![fault.entity],
        causes: fault.causes,
        world: fault.world(1),
    };
    catalogue::all().iter().map(case).collect()
}

/// Each case in one of the looks, in turn.
fn tally(cases: &[Case], sources: impl Fn(&World) -> Vec<(String, Source)>) -> Tally {
    let knowledge = Knowledge::shipped().unwrap();
    let mut tally = Tally::default();
    for (position, case) in cases.iter().enumerate() {
        let mut sources = sources(&case.world);
        let (look, source) = sources.swap_remove(position % sources.len());
        let verdict = diagnose(&source, &knowledge, &Options::default(), &mut |_| {}).unwrap().verdict;
        tally.add(case, &verdict, &look);
    }
    tally
}

fn as_parcels(world: &World) -> Vec<(String, Source)> {
    let look =
        |look: &of_parcels::Look| (format!("{look:?}"), world.looked_at_for(*look, "title = \"Something is wrong\"\n"));
    of_parcels::LOOKS.iter().map(look).collect()
}

fn as_laboratory(world: &World) -> Vec<(String, Source)> {
    of_laboratory::LOOKS.iter().map(|look| (format!("{look:?}"), world.laboratory_as(*look))).collect()
}

#[test]
fn parcels_as_the_laboratory_writes_clusters_down() {
    tally(&parcels::cases(), as_laboratory).check(12);
}

#[test]
fn the_laboratory_as_parcels_are_written_down() {
    tally(&laboratory::cases(), as_parcels).check(20);
}

/// These looks show no policies, autoscalers, jobs or secrets: faults that lie there cannot be found.
#[test]
fn ferries_as_others_write_clusters_down() {
    let both = |world: &World| as_parcels(world).into_iter().chain(as_laboratory(world)).collect();
    tally(&ferries(), both).check(8);
}
