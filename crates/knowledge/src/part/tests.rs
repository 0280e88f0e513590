//! A part is the same whether it is chosen of the whole base, or of a snapshot with the changes after it.

mod near;
mod whole;

use std::io::Write as _;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Limits, Space};
use proptest::prelude::*;
use tempfile::NamedTempFile;

use super::atoms::Atoms;
use super::*;
use crate::change::{Change, Operation, apply};
use crate::error::Result;
use crate::snapshot::{Stored, encode};

const NODES: [&str; 4] = ["Concept", "Service", "Predicate", "Number"];
const LINKS: [&str; 6] = ["List", "Set", "Evaluation", "Member", "State", "Define"];

fn node() -> impl Strategy<Value = String> {
    (0..NODES.len(), 0..5_u8).prop_map(|(of, name)| format!("({} \"{name}\")", NODES[of]))
}

fn atom() -> impl Strategy<Value = String> {
    node().prop_recursive(3, 10, 3, |inner| {
        (0..LINKS.len(), prop::collection::vec(inner, 0..4)).prop_map(|(of, mut parts)| {
            let of = if of > 3 && parts.len() < 2 { "List" } else { LINKS[of] };
            parts.truncate(if matches!(of, "State" | "Define") { 2 } else { 3 });
            format!("({of} {})", parts.join(" "))
        })
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    let carried = |(atom, key, number): (String, String, u8)| match number % 8 {
        0 => format!("{atom} (cog-set-tv! {atom} (stv 0.{number} 0.5))"),
        1 => format!("{atom} (cog-set-av! {atom} (av {number} 1 0))"),
        2 => format!("(declare-type T{number} Concept) (T{number} \"{number}\") {atom}"),
        3 | 4 => format!("{atom} (cog-set-value! {atom} {key} (FloatValue {number}))"),
        _ => atom,
    };
    prop_oneof![
        6 => (atom(), atom(), any::<u8>()).prop_map(carried).prop_map(Operation::Add),
        2 => (atom(), any::<bool>()).prop_map(|(atom, recursive)| Operation::Remove { atom, recursive }),
        1 => (atom(), atom()).prop_map(|(atom, key)| Operation::UnsetValue { atom, key }),
        1 => atom().prop_map(|atom| Operation::UnsetAttention { atom }),
    ]
}

fn selection() -> impl Strategy<Value = Selection> {
    let types =
        prop::collection::vec(prop::sample::select(vec!["Concept", "Service", "Number", "List", "State", "Set"]), 0..2);
    let around = prop::collection::vec(prop_oneof![atom(), "[0-5]"], 0..3);
    (types, around, 0..4_u32, prop_oneof![Just(u64::MAX), 0..20_u64]).prop_map(|(types, around, hops, most)| {
        Selection { types: types.into_iter().map(str::to_owned).collect(), around, hops, most }
    })
}

/// A base that began with some types and has these changes, as far as they can be made: after the first ones, and in the end.
fn grown(operations: Vec<Operation>, first: usize) -> (Space, Vec<Step>, Space) {
    let mut whole = Space::new();
    whole.load("(declare-type Service Concept)").unwrap();
    let (mut before, mut steps) = (whole.clone(), Vec::new());
    for (number, operation) in operations.into_iter().enumerate() {
        let change = Change { operations: vec![operation] };
        let mut next = whole.clone();
        if apply(&mut next, &change, Limits::default()).is_ok_and(|any| any) {
            whole = next;
            steps.push(Step { version: steps.len() as u64 + 1, change, atoms: Some(whole.len() as u64) });
        }
        if number + 1 == first {
            before = whole.clone();
            steps.clear();
        }
    }
    (before, steps, whole)
}

fn bytes(space: &Space) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(space, 0, &"ab".repeat(32), &mut bytes).unwrap();
    bytes
}

fn part(from: &mut dyn Atoms, selection: &Selection) -> Result<Space> {
    let cancel = Cancel::new();
    let chosen = chosen(from, selection, &cancel)?;
    copied(from, &chosen, &cancel)
}

fn stored_part(bytes: &[u8], steps: &[Step], selection: &Selection) -> Result<Space> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let stored = Stored::open(file.path(), bytes.len() as u64)?;
    part(&mut Grown::of(stored, steps, "base", &Cancel::new())?, selection)
}

/// All of a space in its order, types included.
fn told(space: &Space) -> Vec<String> {
    let types = space.types().declared().map(|of| space.types().full_name(of));
    types.chain(space.handles().map(|atom| space.show(atom))).collect()
}

fn same(found: &Result<Space>, expected: &Result<Space>) -> Result<(), String> {
    let found = found.as_ref().map(told).map_err(ToString::to_string);
    let expected = expected.as_ref().map(told).map_err(ToString::to_string);
    if found == expected { Ok(()) } else { Err(format!("found {found:#?}\nexpected {expected:#?}")) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_part_of_a_snapshot_and_changes_is_that_of_the_whole(
        operations in prop::collection::vec(operation(), 0..60), first in 0..60_usize, selection in selection()
    ) {
        let (before, steps, whole) = grown(operations, first);
        let found = stored_part(&bytes(&before), &steps, &selection);
        let expected = part(&mut Held(&whole), &selection);
        prop_assert_eq!(same(&found, &expected), Ok(()));
    }

    #[test]
    fn an_atom_of_a_part_is_as_in_the_base(
        operations in prop::collection::vec(operation(), 0..60), selection in selection()
    ) {
        let (_, _, whole) = grown(operations, 0);
        let Ok(found) = part(&mut Held(&whole), &Selection { most: u64::MAX, ..selection.clone() }) else { return Ok(()) };
        for atom in found.handles() {
            let there = crate::change::counterpart(&found, atom, &whole).unwrap();
            prop_assert_eq!(found.show(atom), whole.show(there));
        }
        // What the selection names is in it.
        for of in &selection.types {
            let of = whole.types().named(of).unwrap();
            let count = |space: &Space| space.by_type_is_a(of).count();
            prop_assert_eq!(count(&found), count(&whole));
        }
    }
}

/// Any byte altered, and any end cut off, gives an error or what it was.
#[test]
fn a_damaged_snapshot_gives_no_other_part() {
    let operations = [
        "(declare-type Pod Service) (Member (Pod \"p\") (Concept \"1\"))",
        "(Evaluation (stv 0.5 0.5) (Predicate \"calls\") (List (Service \"1\") (Service \"2\")))",
        "(State (Concept \"phase\") (Concept \"up\"))",
        "(Service \"1\" (alist (cons (Predicate \"k\") (StringValue \"some words\" \"and more\"))))",
        "(List (Number 1) (Number 2) (Number 3) (Number 4) (Number 5) (Number 6) (Number 7) (Number 8))",
        "(State (Concept \"phase\") (Concept \"down\")) (Set (Service \"2\") (Service \"1\"))",
    ];
    let operations = operations.map(|text| Operation::Add(text.to_owned())).to_vec();
    let (before, steps, whole) = grown(operations, 5);
    let selections = [
        Selection { types: vec!["Concept".to_owned()], ..Selection::default() },
        Selection { around: vec!["(Service \"1\")".to_owned()], hops: 2, ..Selection::default() },
    ];
    let sound = bytes(&before);
    for selection in selections {
        let expected = told(&part(&mut Held(&whole), &selection).unwrap());
        assert_eq!(told(&stored_part(&sound, &steps, &selection).unwrap()), expected);
        let check = |damaged: &[u8], at: usize| {
            if let Ok(found) = stored_part(damaged, &steps, &selection) {
                assert_eq!(told(&found), expected, "byte {at}");
            }
        };
        for at in 0..sound.len() {
            check(&sound[..at], at);
            for bit in [1, 0x80, 0xff] {
                let mut damaged = sound.clone();
                damaged[at] ^= bit;
                check(&damaged, at);
            }
        }
    }
}

#[test]
fn a_hop_goes_along_links_however_deep_and_not_through_predicates() {
    let mut space = Space::new();
    space
        .load(
            r#"(Evaluation (Predicate "calls") (List (Concept "a") (Concept "b")))
               (Evaluation (Predicate "calls") (List (Concept "b") (Concept "c")))
               (Evaluation (Predicate "calls") (List (Concept "x") (Concept "y")))
               (Concept "a" (alist (cons (Predicate "k") 1)))
               (Implication (Evaluation (Predicate "calls") (List (Concept "c") (Concept "d"))) (Concept "e"))"#,
        )
        .unwrap();
    let nodes = |around: &[&str], hops: u32| {
        let around = around.iter().map(|text| (*text).to_owned()).collect();
        let found = part(&mut Held(&space), &Selection { around, hops, ..Selection::default() }).unwrap();
        let mut names: Vec<String> = found.handles().filter_map(|atom| Some(found.name(atom)?.to_owned())).collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(nodes(&["a"], 0), "a k");
    assert_eq!(nodes(&["a"], 1), "a b calls k");
    assert_eq!(nodes(&["a"], 2), "a b c calls k");
    assert_eq!(nodes(&["a"], 3), "a b c calls d e k");
    assert_eq!(nodes(&["a"], 9), "a b c calls d e k", "x and y are reached by no node");
    assert_eq!(nodes(&["x", "(List (Concept \"a\") (Concept \"b\"))"], 0), "a b k x");
    assert_eq!(
        nodes(&["(List (Concept \"a\") (Concept \"b\"))"], 1),
        "a b c calls k",
        "a link is begun from with its nodes"
    );
    assert_eq!(nodes(&["calls"], 1), "a b c calls d e k x y", "a predicate is begun from where it is named");
}

#[test]
fn what_cannot_be_selected_is_named() {
    let mut space = Space::new();
    space.load("(Concept \"a\") (Predicate \"a\") (Concept \"3\") (Number 3) (Concept \"b\")").unwrap();
    let around = |text: &str| Selection { around: vec![text.to_owned()], ..Selection::default() };
    for (selection, says) in [
        (Selection { types: vec!["Concpet".to_owned()], ..Selection::default() }, "type: there is no type `Concpet`"),
        (around("nobody"), "around: there is no node named `nobody`"),
        (around("a"), "around: `a` names several: write one of (Concept \"a\"), (Predicate \"a\")"),
        (around("3"), "around: `3` names several"),
        (around("(Concept \"z\")"), "around: there is no (Concept \"z\")"),
        (around("(Concept \"a\") (Concept \"b\")"), "around: write one atom, not 2"),
        (around("(Concept"), "around: 1:"),
        (
            Selection { types: vec!["Concept".to_owned()], most: 2, ..Selection::default() },
            "most: the part would have 3 atoms, and may have 2",
        ),
    ] {
        let error = part(&mut Held(&space), &selection).unwrap_err().to_string();
        assert!(error.starts_with(says), "{error} says not: {says}");
        let error = stored_part(&bytes(&space), &[], &selection).unwrap_err().to_string();
        assert!(error.starts_with(says), "{error} says not: {says}");
    }
    assert_eq!(part(&mut Held(&space), &around("3.0")).unwrap().dump(), "(Number 3)\n");
    assert_eq!(stored_part(&bytes(&space), &[], &around("3.0")).unwrap().dump(), "(Number 3)\n");
}

/// One atom's surroundings are found by reading a few blocks, whatever the size of the rest.
#[test]
fn a_small_part_reads_little() {
    let mut space = Space::new();
    for number in 0..4_000 {
        let text = format!("(Member (Concept \"n{number}\") (Concept \"g{}\"))", number / 20);
        space.load(&text).unwrap();
    }
    let bytes = bytes(&space);
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let read = |selection: &Selection| {
        let stored = Stored::open(file.path(), bytes.len() as u64).unwrap();
        let mut grown = Grown::of(stored, &[], "base", &Cancel::new()).unwrap();
        let found = part(&mut grown, selection).unwrap();
        (found.len(), grown.bytes_read())
    };
    let around = Selection { around: vec!["g117".to_owned()], ..Selection::default() };
    let (atoms, few) = read(&around);
    assert_eq!(atoms, 41);
    let (atoms, all) = read(&Selection { types: vec!["Member".to_owned()], ..Selection::default() });
    assert_eq!(atoms, space.len());
    assert!(few * 50 < all, "{few} of {all} bytes");
}
