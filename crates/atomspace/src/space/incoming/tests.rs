//! Incoming sets against a plain list of links.

use super::{FAR, FEW, IncomingSets, Near, SMALL, common};
use crate::space::{AtomType, Handle};
use proptest::prelude::*;
use std::collections::BTreeSet;

const TYPES: [AtomType; 3] = [AtomType::LIST, AtomType::EVALUATION, AtomType::SET];

#[derive(Clone, Debug)]
struct Link {
    handle: Handle,
    of: AtomType,
    outgoing: Vec<Handle>,
}

/// The sets, and what they should be.
#[derive(Clone, Debug, Default)]
struct Pair {
    sets: IncomingSets,
    links: Vec<Link>,
    /// Atoms that have had more than a few links since they had none, and that have been hubs.
    grown: BTreeSet<Handle>,
    hubs: BTreeSet<Handle>,
    next: u32,
}

impl Pair {
    fn add(&mut self, of: AtomType, outgoing: Vec<Handle>) {
        let handle = Handle(10_000 + self.next);
        self.next += 1;
        let told: BTreeSet<Handle> = self.sets.add(handle, of, &outgoing).into_iter().collect();
        self.links.push(Link { handle, of, outgoing: outgoing.clone() });
        let before = (self.grown.clone(), self.hubs.clone());
        for atom in outgoing {
            let places = self.links.iter().map(|link| places(&link.outgoing, atom)).sum::<usize>();
            for (least, list) in [(FEW, &mut self.grown), (SMALL, &mut self.hubs)] {
                if places > least {
                    list.insert(atom);
                }
            }
        }
        let new = self.grown.difference(&before.0).chain(self.hubs.difference(&before.1));
        assert_eq!(told, new.copied().collect(), "what has grown by link {handle}");
    }

    fn remove(&mut self, at: usize) {
        let link = self.links.remove(at);
        self.sets.remove(link.handle, link.of, &link.outgoing);
        for list in [&mut self.grown, &mut self.hubs] {
            list.retain(|atom| self.links.iter().any(|link| link.outgoing.contains(atom)));
        }
    }

    fn wanted(&self, atom: Handle, takes: impl Fn(&Link) -> bool) -> BTreeSet<Handle> {
        let joining = self.links.iter().filter(|link| link.outgoing.contains(&atom) && takes(link));
        joining.map(|link| link.handle).collect()
    }

    fn check(&self, atom: Handle) {
        let same = |found: super::Incoming<'_>, wanted: BTreeSet<Handle>, what: &str| {
            let found: Vec<Handle> = found.collect();
            let once: BTreeSet<Handle> = found.iter().copied().collect();
            assert_eq!((once.len(), &once), (found.len(), &wanted), "{what} of {atom}");
        };
        same(self.sets.all(atom), self.wanted(atom, |_| true), "all");
        assert_eq!(self.sets.count(atom), self.sets.all(atom).count());
        assert_eq!(self.sets.is_empty(atom), self.sets.all(atom).next().is_none());
        let sum = |links: super::Incoming<'_>| links.fold(0_u64, |sum, link| sum + u64::from(link.0));
        assert_eq!(sum(self.sets.all(atom)), self.sets.all(atom).map(|link| u64::from(link.0)).sum::<u64>());
        for of in TYPES {
            same(self.sets.of_type(atom, of), self.wanted(atom, |link| link.of == of), "of a type");
            assert_eq!(self.sets.count_of_type(atom, of), self.sets.of_type(atom, of).count());
            for position in 0..=FAR {
                let at = |link: &Link| match position {
                    FAR => link.outgoing.iter().skip(FAR).any(|part| *part == atom),
                    _ => link.outgoing.get(position) == Some(&atom),
                };
                let wanted = self.wanted(atom, |link| link.of == of && at(link));
                same(self.sets.at_place(atom, of, position), wanted, "at a position");
                assert_eq!(
                    self.sets.count_at_place(atom, of, position),
                    self.sets.at_place(atom, of, position).count()
                );
            }
        }
    }

    /// Every link is found, by the index where it says so.
    fn check_finding(&self) {
        for link in &self.links {
            let others: Vec<&Handle> = link.outgoing.iter().take(4).filter(|atom| !self.hubs.contains(atom)).collect();
            let indexed = others.len() < 2 && others.iter().all(|atom| self.grown.contains(atom));
            assert_eq!(self.sets.is_indexed(&link.outgoing), indexed, "{link:?}");
            let found = match self.sets.near(link.of, &link.outgoing) {
                Near::Nowhere => false,
                Near::Among(links, None) => links.contains(&link.handle),
                Near::Among(links, Some(others)) => common(links, others).any(|found| found == link.handle),
                Near::Indexed => indexed,
            };
            assert!(found, "{link:?}");
        }
    }
}

/// The places of an atom in a link; those from the last that is told on are one.
fn places(outgoing: &[Handle], atom: Handle) -> usize {
    let near = outgoing.iter().take(FAR).filter(|part| **part == atom).count();
    near + usize::from(outgoing.iter().skip(FAR).any(|part| *part == atom))
}

fn outgoing() -> impl Strategy<Value = Vec<Handle>> {
    // A few atoms that become hubs, some of their neighbours, and others in further blocks.
    let atom = || prop_oneof![3 => 0_u32..3, 3 => 0_u32..20, 2 => 250_u32..262, 1 => 0_u32..3000].prop_map(Handle);
    prop_oneof![20 => prop::collection::vec(atom(), 0..4), 1 => prop::collection::vec(atom(), 4..50)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn incoming_sets_are_lists_of_links(
        steps in prop::collection::vec((0_usize..10, 0_usize..3, outgoing(), any::<prop::sample::Index>()), 0..400),
        snapshot in 0_usize..400,
    ) {
        let mut pair = Pair::default();
        let mut kept = pair.clone();
        for (number, (what, of, outgoing, which)) in steps.into_iter().enumerate() {
            if number == snapshot {
                kept = pair.clone();
            }
            // More is added than removed at first, and then the reverse.
            if what < if number < 250 { 8 } else { 3 } || pair.links.is_empty() {
                pair.add(*TYPES.get(of).expect("one of three"), outgoing);
            } else {
                pair.remove(which.index(pair.links.len()));
            }
        }
        for pair in [pair, kept] {
            (0..20).chain(250..262).for_each(|atom| pair.check(Handle(atom)));
            pair.check_finding();
        }
    }
}

#[test]
fn all_links_removed_leave_nothing() {
    let mut pair = Pair::default();
    for number in 0..3000 {
        pair.add(AtomType::LIST, vec![Handle(number % 500), Handle(number * 7 % 900)]);
    }
    for number in 0..3000 {
        pair.remove((number * 31) % (3000 - number));
    }
    assert!((0..900).all(|atom| pair.sets.is_empty(Handle(atom))));
    assert_eq!(pair.sets.blocks.taken(), 0);
}
