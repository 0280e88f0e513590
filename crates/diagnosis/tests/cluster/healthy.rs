//! Healthy is healthy: no cause is named where only oddities are seen, and a fault wins over them.

use crate::catalogue;
use crate::faults::{rank, shown, verdict};
use crate::oddities::ODDITIES;
use crate::print::NOTATIONS;
use crate::world::World;
use oriel_diagnosis::Knowledge;
use oriel_reasoning::verdict::Status;

/// A healthy cluster with these oddities.
fn cluster(seed: u64, oddities: &[usize]) -> World {
    let mut world = World::ferries(seed);
    for position in oddities {
        ODDITIES[position % ODDITIES.len()].1(&mut world);
    }
    world.settle();
    world
}

/// No oddity, each alone, and five at a time.
fn shapes() -> Vec<(u64, Vec<usize>)> {
    let alone = (0..ODDITIES.len()).map(|at| (at as u64 + 10, vec![at]));
    let several = (0..48).map(|at| (at as u64 + 100, (0..5).map(|step| at * 3 + step * 6).collect()));
    std::iter::once((2, Vec::new())).chain(alone).chain(several).collect()
}

#[test]
fn healthy_clusters_are_not_diagnosed() {
    let knowledge = Knowledge::shipped().unwrap();
    let (mut all, mut wrong) = (0, Vec::new());
    for (seed, oddities) in shapes() {
        let world = cluster(seed, &oddities);
        for notation in NOTATIONS {
            all += 1;
            let verdict = verdict(&world, &knowledge, notation);
            if verdict.status == Status::Diagnosed {
                let names: Vec<&str> = oddities.iter().map(|at| ODDITIES[at % ODDITIES.len()].0).collect();
                wrong.push(format!("{names:?} ({notation:?}): said {:?}", shown(&verdict)));
            }
        }
    }
    assert!(all >= 200, "{all}");
    assert!(wrong.len() * 50 <= all, "{} of {all} diagnosed:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_fault_wins_over_an_oddity() {
    let knowledge = Knowledge::shipped().unwrap();
    let (mut all, mut wrong) = (0, Vec::new());
    for (position, fault) in catalogue::all().into_iter().enumerate() {
        let mut world = World::ferries(3);
        let (name, oddity) = ODDITIES[position % ODDITIES.len()];
        oddity(&mut world);
        (fault.inject)(&mut world);
        world.settle();
        let notation = NOTATIONS[position % NOTATIONS.len()];
        all += 1;
        let verdict = verdict(&world, &knowledge, notation);
        if rank(&fault, &verdict) != Some(1) {
            wrong.push(format!("{} with {name} ({notation:?}): said {:?}", fault.name, shown(&verdict)));
        }
    }
    assert!(wrong.len() * 50 <= all, "{} of {all} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
