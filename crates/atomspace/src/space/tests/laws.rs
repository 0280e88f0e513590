//! Uniqueness, duality of incoming and outgoing, removal.

use super::ops::{apply, cases, check, made, op, ops};
use crate::space::{AtomType, CHUNK, Handle, Space, SpaceError};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_space_is_sound_after_any_changes(ops in ops(120)) {
        let mut space = Space::new();
        for (at, op) in ops.iter().enumerate() {
            apply(&mut space, op);
            if at % 16 == 0 {
                check(&space);
            }
        }
        check(&space);
        let mut compact = space.clone();
        compact.compact();
        check(&compact);
        prop_assert!(compact.same_content(&space) && compact.idle_share() <= space.idle_share());
    }

    #[test]
    fn adding_again_changes_nothing(ops in ops(60)) {
        let mut space = made(&ops);
        let text = space.dump();
        let end = space.atoms.end();
        for handle in space.handles().collect::<Vec<_>>() {
            let of = space.type_of(handle).expect("it is there");
            let (name, outgoing) = (space.name(handle).map(str::to_owned), space.outgoing(handle).to_vec());
            let again = if let Some(name) = name { space.node(of, &name) } else { space.link(of, &outgoing) };
            prop_assert_eq!(again, Ok(handle));
        }
        prop_assert_eq!((space.dump(), space.atoms.end()), (text, end));
    }

    #[test]
    fn a_handle_is_never_given_to_another_atom(ops in ops(60), more in ops(60)) {
        let mut space = made(&ops);
        let before: Vec<(Handle, String)> = space.handles().map(|handle| (handle, space.show_bare(handle))).collect();
        for op in &more {
            apply(&mut space, op);
        }
        for (handle, text) in before {
            prop_assert!(!space.contains(handle) || space.show_bare(handle) == text);
        }
    }

    #[test]
    fn what_is_refused_changes_nothing(ops in ops(60), op in op(), at in any::<prop::sample::Index>()) {
        let mut space = made(&ops);
        prop_assume!(!space.is_empty());
        let before = space.dump();
        let handles: Vec<Handle> = space.handles().collect();
        let atom = *at.get(&handles);
        if space.remove(atom).is_err() {
            prop_assert_eq!(space.dump(), before);
            check(&space);
        }
        let missing = Handle(space.atoms.end() + 5);
        prop_assert_eq!(space.link(AtomType::LIST, &[missing]), Err(SpaceError::NoAtom(missing)));
        apply(&mut space, &op);
        check(&space);
    }

    #[test]
    fn a_hub_is_sound_while_it_grows_and_shrinks(
        links in prop::collection::vec((0_usize..3, 0_usize..20, 0_usize..3), 1..150),
        removed in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
    ) {
        let mut space = Space::new();
        let hub = space.node(AtomType::CONCEPT, "hub").expect("a node");
        let other = space.node(AtomType::CONCEPT, "other").expect("a node");
        let mut made = Vec::new();
        for (at, (of, position, again)) in links.into_iter().enumerate() {
            let number = space.number(at as f64).expect("a number");
            let mut parts = vec![other; 20];
            parts[0] = number;
            parts[position] = hub;
            parts.extend(std::iter::repeat_n(hub, again));
            let of = [AtomType::LIST, AtomType::SET, AtomType::EVALUATION][of];
            made.push(space.link(of, &parts).expect("a link"));
        }
        check(&space);
        let full = space.clone();
        made.sort_unstable();
        made.dedup();
        for at in removed {
            if !made.is_empty() {
                let at = at.index(made.len());
                space.remove(made.swap_remove(at)).expect("nothing joins it");
            }
        }
        check(&space);
        check(&full);
        for link in made {
            space.remove(link).expect("nothing joins it");
        }
        check(&space);
        prop_assert_eq!(space.incoming_len(hub), 0);
    }
}

#[test]
fn a_long_link_and_a_long_name_are_kept_whole() {
    let mut space = Space::new();
    let name = "é".repeat(40_000);
    let long = space.node(AtomType::CONCEPT, &name).expect("a node");
    let numbers: Vec<Handle> = (0..70_000).map(|number| space.number(f64::from(number)).expect("a number")).collect();
    let twice: Vec<Handle> = numbers.iter().chain(&numbers).copied().collect();
    let list = space.link(AtomType::LIST, &twice).expect("a link");
    let set = space.link(AtomType::SET, &twice).expect("a link");
    assert_eq!(space.name(long), Some(name.as_str()));
    assert_eq!(space.outgoing(list), twice);
    assert!(space.outgoing(set).is_sorted() && space.outgoing(set).len() == 140_000);
    assert_eq!(space.find_link(AtomType::LIST, &twice), Some(list));
    assert_eq!(space.incoming(numbers[0]).collect::<Vec<_>>(), [list, set]);
    assert!(space.incoming_at(numbers[7], AtomType::LIST, 70_007).eq([list]));
    assert_eq!(space.incoming_at(numbers[7], AtomType::LIST, 70_008).count(), 0);
    space.compact();
    assert_eq!((space.name(long), space.outgoing(list)), (Some(name.as_str()), twice.as_slice()));
    space.remove(list).expect("nothing joins it");
    space.remove(set).expect("nothing joins it");
    assert!(numbers.iter().all(|number| space.incoming_len(*number) == 0));
}

#[test]
fn a_link_whose_last_atom_grows_by_it_is_found() {
    // It gets its fifth link, or becomes a hub, at the end of a link whose first atoms say that it has to be in the index.
    for before in [4, 32] {
        let mut space = Space::new();
        let [hub, last] = ["hub", "last"].map(|name| space.node(AtomType::CONCEPT, name).expect("a node"));
        for number in 0..40 {
            let node = space.number(f64::from(number)).expect("a number");
            space.link(AtomType::LIST, &[hub, node]).expect("a link");
            if number < before {
                space.link(AtomType::LIST, &[last, node]).expect("a link");
            }
        }
        let outgoing = [hub, hub, hub, hub, last];
        let link = space.link(AtomType::LIST, &outgoing).expect("a link");
        assert_eq!(space.find_link(AtomType::LIST, &outgoing), Some(link), "after {before} links");
        assert_eq!(space.link(AtomType::LIST, &outgoing).expect("a link"), link);
    }
}

#[test]
fn removed_atoms_give_their_memory_back() {
    let mut space = Space::new();
    let key = space.node(AtomType::ANCHOR, "count").expect("a node");
    for number in 0..50_000 {
        let value = space.number(f64::from(number % 100)).expect("a number");
        space.link(AtomType::STATE, &[key, value]).expect("a state");
    }
    assert_eq!(space.len(), 102);
    let (idle, all) = space.atoms.idle_of();
    assert!(all <= 3 * CHUNK && idle <= all, "{idle} of {all}: words of removed links are given back");
    assert!(space.left.iter().filter(|left| **left == 0).count() > 40, "whole chunks are given back");
    check(&space);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_link_is_found_however_many_its_atoms_are_in(
        steps in prop::collection::vec((0_usize..10, prop::collection::vec(0_usize..120, 0..7), any::<prop::sample::Index>()), 0..1500),
    ) {
        let mut space = Space::new();
        let nodes: Vec<Handle> = (0..60).map(|node| space.number(f64::from(node)).expect("a node")).collect();
        // Half of the choices fall on three nodes, which become hubs; of the others many come to have more than a few links.
        let atom = |number: usize| if number < 60 { nodes[number % 3] } else { nodes[number - 60] };
        let mut model: Vec<(Vec<Handle>, Handle)> = Vec::new();
        for (what, parts, which) in steps {
            if what > 2 || model.is_empty() {
                let outgoing: Vec<Handle> = parts.into_iter().map(atom).collect();
                let known = model.iter().find(|link| link.0 == outgoing).map(|link| link.1);
                prop_assert_eq!(space.find_link(AtomType::LIST, &outgoing), known, "{:?}", &outgoing);
                let link = space.link(AtomType::LIST, &outgoing).expect("a link");
                prop_assert!(known.is_none_or(|known| known == link));
                if known.is_none() {
                    model.push((outgoing, link));
                }
            } else {
                let (outgoing, link) = model.swap_remove(which.index(model.len()));
                space.remove(link).expect("nothing joins it");
                prop_assert_eq!(space.find_link(AtomType::LIST, &outgoing), None);
            }
        }
        for (outgoing, link) in model {
            prop_assert_eq!(space.find_link(AtomType::LIST, &outgoing), Some(link));
            prop_assert_eq!(space.find_link(AtomType::SET, &outgoing), None);
        }
    }
}
