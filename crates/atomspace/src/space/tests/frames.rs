//! Frames: apart from their base, and merged as if their changes had been made there.

use super::ops::{apply, cases, check, made, ops};
use crate::space::{AtomType, ConflictKind, Frame, Limits, MergeError, Prefer, Space, Truth};
use proptest::prelude::*;
use std::sync::Arc;

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn merging_is_replaying(before in ops(60), changes in ops(60)) {
        let base = Arc::new(made(&before));
        let text = base.dump();
        let mut frame = Frame::over(Arc::clone(&base));
        let mut replayed = Space::clone(&base);
        for op in &changes {
            apply(&mut frame, op);
            apply(&mut replayed, op);
        }
        check(&frame);
        prop_assert_eq!(base.dump(), text.as_str());
        let mut merged = Space::clone(&base);
        frame.merge_into(&mut merged).expect("the base did not move on");
        check(&merged);
        prop_assert!(merged.same_content(&replayed), "{}\nbut replayed\n{}", merged.dump(), replayed.dump());
        // Into a space that has the content of the base, and other handles.
        let mut elsewhere = Space::new();
        let limits = Limits { endless_definitions: true, ..Limits::default() };
        elsewhere.read_text(text.as_bytes(), limits).expect("what was written can be read");
        frame.merge_into(&mut elsewhere).expect("the content is that of the base");
        check(&elsewhere);
        prop_assert!(elsewhere.same_content(&replayed));
        // Merging once more finds everything done.
        frame.merge_into(&mut merged).expect("all is done already");
        prop_assert!(merged.same_content(&replayed));
    }

    #[test]
    fn changes_tell_what_differs(before in ops(40), changes in ops(40)) {
        let base = Arc::new(made(&before));
        let mut frame = Frame::over(Arc::clone(&base));
        for op in &changes {
            apply(&mut frame, op);
        }
        prop_assert_eq!(frame.changes().is_empty(), frame.same_content(&base));
        let found = frame.changes();
        prop_assert_eq!(base.len() + found.added.len() - found.removed.len(), frame.len());
        prop_assert!(found.added.iter().all(|atom| frame.contains(*atom)));
        prop_assert!(found.removed.iter().all(|atom| base.contains(*atom)));
    }

    #[test]
    fn merges_commute_where_they_do_not_conflict(before in ops(40), one in ops(12), two in ops(12)) {
        let base = Arc::new(made(&before));
        let [one, two] = [one, two].map(|ops| {
            let mut frame = Frame::over(Arc::clone(&base));
            for op in &ops {
                apply(&mut frame, op);
            }
            frame
        });
        let both = |first: &Frame, second: &Frame| {
            let mut space = Space::clone(&base);
            first.merge_into(&mut space).and_then(|_| second.merge_into(&mut space)).map(|_| space)
        };
        if let (Ok(here), Ok(there)) = (both(&one, &two), both(&two, &one)) {
            check(&here);
            prop_assert!(here.same_content(&there), "{}\nbut\n{}", here.dump(), there.dump());
        }
    }

    #[test]
    fn a_conflict_changes_nothing_or_is_decided(before in ops(40), one in ops(30), two in ops(30)) {
        let base = Arc::new(made(&before));
        let mut frame = Frame::over(Arc::clone(&base));
        for op in &one {
            apply(&mut frame, op);
        }
        let mut target = Space::clone(&base);
        for op in &two {
            apply(&mut target, op);
        }
        let text = target.dump();
        match frame.merge_into(&mut target) {
            Ok(merged) => prop_assert!(merged.conflicts.is_empty()),
            Err(MergeError::Conflicts(conflicts)) => {
                prop_assert!(!conflicts.is_empty());
                prop_assert_eq!(target.dump(), text);
                for side in [Prefer::Frame, Prefer::Target] {
                    let mut decided = target.clone();
                    let merged = frame.merge_preferring(&mut decided, side).expect("conflicts are decided");
                    prop_assert!(!merged.conflicts.is_empty());
                    check(&decided);
                }
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
        check(&target);
    }
}

fn spaces(text: &str) -> (Frame, Space) {
    let mut space = Space::new();
    space.load(text).expect("well-formed");
    (Frame::over(Arc::new(space.clone())), space)
}

fn conflicts(frame: &Frame, space: &mut Space) -> Vec<String> {
    match frame.merge_into(space) {
        Err(MergeError::Conflicts(conflicts)) => conflicts.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_conflict_is_stated() {
    let (mut frame, mut space) = spaces("(Concept \"a\" (stv 0.1 0.1))");
    frame.load("(Concept \"a\" (stv 0.2 0.1))").expect("well-formed");
    space.load("(Concept \"a\" (stv 0.3 0.1))").expect("well-formed");
    assert_eq!(
        conflicts(&frame, &mut space),
        ["(Concept \"a\") had the truth value (0.1, 0.1): the frame says (0.2, 0.1), the space (0.3, 0.1)"]
    );
    frame.merge_preferring(&mut space, Prefer::Frame).expect("decided");
    assert_eq!(space.dump(), "(Concept \"a\" (stv 0.2 0.1))\n");

    let (mut frame, mut space) = spaces("(Concept \"a\")(Concept \"b\")");
    let a = frame.find_node(AtomType::CONCEPT, "a").expect("read");
    frame.load("(List (Concept \"a\"))").expect("well-formed");
    space.remove(a).expect("nothing joins it");
    assert_eq!(conflicts(&frame, &mut space), ["the frame uses (Concept \"a\"), which the space removed"]);
    let kept = frame.merge_preferring(&mut space.clone(), Prefer::Target).expect("decided");
    assert_eq!((kept.added, kept.conflicts.len()), (0, 1));
    frame.merge_preferring(&mut space, Prefer::Frame).expect("decided");
    assert_eq!(space.dump(), "(Concept \"b\")\n(List (Concept \"a\"))\n");

    let (mut frame, mut space) = spaces("(Concept \"a\")");
    frame.hide(a).expect("it is there");
    space.load("(List (Concept \"a\"))").expect("well-formed");
    let message = ["the frame removed (Concept \"a\"), which the space uses in (List (Concept \"a\"))"];
    assert_eq!(conflicts(&frame, &mut space), message);

    let (mut frame, mut space) = spaces("(State (Anchor \"phase\") (Concept \"a\"))");
    frame.load("(State (Anchor \"phase\") (Concept \"b\"))").expect("well-formed");
    space.load("(State (Anchor \"phase\") (Concept \"c\"))").expect("well-formed");
    let stated = "the frame states (State (Anchor \"phase\") (Concept \"b\")), and the space (State (Anchor \"phase\") (Concept \"c\"))";
    assert_eq!(conflicts(&frame, &mut space), [stated]);

    let (mut frame, mut space) = spaces("");
    frame.load("(Define (DefinedSchema \"f\") (Concept \"b\"))").expect("well-formed");
    space.load("(Define (DefinedSchema \"f\") (Concept \"c\"))").expect("well-formed");
    let merged = frame.merge_preferring(&mut space, Prefer::Frame).expect("decided");
    assert!(matches!(merged.conflicts[0].kind, ConflictKind::Standing { .. }));
    assert_eq!(
        space.definition(space.find_node(AtomType::DEFINED_SCHEMA, "f").expect("read")),
        space.find_node(AtomType::CONCEPT, "c")
    );
}

#[test]
fn what_takes_the_place_of_something_removed_merges() {
    let (mut frame, mut space) = spaces("(Define (Concept \"b\") (Number 0.25))");
    let old = frame.find_node(AtomType::CONCEPT, "b").and_then(|b| frame.incoming(b).next()).expect("read");
    frame.hide(old).expect("it is there");
    frame.load("(Define (Concept \"b\") (Predicate \"p\"))").expect("well-formed");
    frame.merge_into(&mut space).expect("no conflict");
    assert_eq!(space.dump(), frame.dump());

    // A state that something used, which the frame removed as well.
    let (mut frame, mut space) = spaces("(List (State (Anchor \"phase\") (Concept \"a\")))");
    let list = frame.by_type(AtomType::LIST).next().expect("read");
    frame.remove(list).expect("nothing joins it");
    frame.load("(State (Anchor \"phase\") (Concept \"b\"))").expect("well-formed");
    frame.merge_into(&mut space).expect("no conflict");
    assert_eq!(space.dump(), frame.dump());

    // Both gave another definition: a conflict, which can be decided either way.
    let (mut frame, mut space) = spaces("(Define (Concept \"b\") (Number 1))");
    let old = frame.by_type(AtomType::DEFINE).next().expect("read");
    frame.set_truth(old, Truth::simple(0.4, 0.4)).expect("in range");
    space.remove(old).expect("nothing joins it");
    space.load("(Define (Concept \"b\") (Number 2))").expect("well-formed");
    for side in [Prefer::Frame, Prefer::Target] {
        let mut decided = space.clone();
        let merged = frame.merge_preferring(&mut decided, side).expect("decided");
        assert!(!merged.conflicts.is_empty());
        assert_eq!(decided.dump(), space.dump());
    }
}

#[test]
fn a_frame_over_a_frame_hides_and_merges_step_by_step() {
    let (mut lower, mut space) = spaces("(Evaluation (Predicate \"up\") (List (Concept \"cart\")))");
    let cart = lower.find_node(AtomType::CONCEPT, "cart").expect("read");
    lower.set_truth(cart, Truth::simple(0.4, 0.4)).expect("in range");
    let mut upper = Frame::over(lower.share());
    assert_eq!(upper.hide(cart), Ok(3));
    assert!(upper.is_hidden(cart) && !lower.is_hidden(cart) && lower.incoming_len(cart) == 1);
    upper.merge_into(&mut lower).expect("no conflict");
    assert!(!lower.contains(cart) && space.contains(cart));
    lower.merge_into(&mut space).expect("no conflict");
    assert_eq!(space.dump(), "(Predicate \"up\")\n");
}

#[test]
fn types_of_a_frame_come_with_its_atoms() {
    let (mut frame, mut space) = spaces("");
    frame.load("(declare-type Service Concept)(declare-type Queue Service)(Queue \"q\")").expect("well-formed");
    space.load("(declare-type Host Concept)(Host \"h\")").expect("well-formed");
    frame.merge_into(&mut space).expect("no conflict");
    let queue = space.types().named("Queue").expect("it came along");
    assert!(space.types().is_a(queue, AtomType::CONCEPT) && space.find_node(queue, "q").is_some());
    let (mut frame, mut other) = spaces("");
    frame.load("(declare-type Service Concept)").expect("well-formed");
    other.load("(declare-type Service Predicate)").expect("well-formed");
    assert!(matches!(frame.merge_into(&mut other), Err(MergeError::Space(_))));
}
