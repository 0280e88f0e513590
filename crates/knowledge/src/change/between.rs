//! The change that leads from one space to another.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Write as _;

use oriel_atomspace::space::{Frame, Handle, LONGEST_ATOM, Space, Truth};

use super::encoding::{EncodingError, LARGEST};
use super::{Change, Operation};
use crate::formats::bounded::{Bounded, atom_of};

impl Change {
    /// The change that carries out on its base what a frame did: carried out there, it gives the content of the frame.
    ///
    /// # Errors
    /// It cannot be written down, since what its atoms share is written out wherever it stands.
    pub fn of_frame(frame: &Frame) -> Result<Self, EncodingError> {
        let (base, changes) = (frame.base(), frame.changes());
        let removed: HashSet<Handle> = changes.removed.iter().copied().collect();
        let room = Cell::new(LARGEST);
        let shown = |space: &Space, atom| {
            let text = space.show_bare_whole(atom, LONGEST_ATOM as usize)?;
            room.set(room.get().checked_sub(text.len() as u64).ok_or(EncodingError::TooLong)?);
            Ok::<_, EncodingError>(text)
        };
        let mut operations = Vec::new();
        for change in changes.values.iter().filter(|change| change.after.is_none()) {
            let key = if frame.contains(change.key) { shown(frame, change.key)? } else { shown(base, change.key)? };
            operations.push(Operation::UnsetValue { atom: shown(frame, change.atom)?, key });
        }
        // What is removed may hold values under what is removed: these would keep each other.
        for atom in &changes.removed {
            for (key, _) in base.values(*atom).filter(|(key, _)| removed.contains(key)) {
                operations.push(Operation::UnsetValue { atom: shown(base, *atom)?, key: shown(base, key)? });
            }
        }
        for change in changes.attention.iter().filter(|change| change.after.is_none()) {
            operations.push(Operation::UnsetAttention { atom: shown(frame, change.atom)? });
        }
        // A link is newer than what it joins.
        for atom in changes.removed.iter().rev() {
            operations.push(Operation::Remove { atom: shown(base, *atom)?, recursive: false });
        }

        let mut text = declarations(base, frame);
        let truths = changes.truths.iter();
        for change in truths.clone().filter(|change| change.after == Truth::DEFAULT) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "(cog-set-tv! {} {})", shown(frame, change.atom)?, Truth::DEFAULT);
        }
        let added: HashSet<Handle> = changes.added.iter().copied().collect();
        let mut carrying: Vec<Handle> = changes.added.clone();
        carrying.extend(truths.map(|change| change.atom));
        carrying.extend(changes.attention.iter().map(|change| change.atom));
        carrying.extend(changes.values.iter().map(|change| change.atom));
        carrying.sort_unstable();
        carrying.dedup();
        let written = |atom: &Handle| !frame.incoming(*atom).any(|link| added.contains(&link));
        let mut lines = Bounded::new(room.get());
        frame
            .write_atoms(&mut lines, carrying.iter().copied().filter(written), carrying.iter().copied())
            .map_err(|error| atom_of(&error).map_or(EncodingError::TooLong, EncodingError::Atom))?;
        // What is written is UTF-8.
        text.push_str(&String::from_utf8(lines.bytes).unwrap_or_default());
        if !text.is_empty() {
            operations.push(Operation::Add(text));
        }
        Ok(Self { operations })
    }
}

/// The declarations of the types that the frame has and its base does not.
fn declarations(base: &Space, frame: &Space) -> String {
    let types = frame.types();
    let new = types.declared().filter(|of| base.types().find(&types.full_name(*of)).is_none());
    let line = |of| {
        let names = types.parents(of).iter().map(|parent| types.full_name(*parent));
        let names: Vec<String> = [types.full_name(of)].into_iter().chain(names).collect();
        format!("(declare-type {})\n", names.join(" "))
    };
    new.map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use oriel_atomspace::space::{AtomType, Attention, Limits, Value};
    use proptest::prelude::*;

    use super::super::apply;
    use super::*;

    /// Checks that what a frame did can be done again by its change.
    fn check(before: &Space, change: impl FnOnce(&mut Frame)) -> Change {
        let mut frame = Frame::over(Arc::new(before.clone()));
        change(&mut frame);
        let found = Change::of_frame(&frame).unwrap();
        let mut after = before.clone();
        apply(&mut after, &Change::decode(&found.encode().unwrap()).unwrap(), Limits::default())
            .unwrap_or_else(|error| panic!("{error}\n{found:#?}"));
        assert!(after.same_content(&frame), "{found:#?}\n--- wanted\n{}--- got\n{}", frame.dump(), after.dump());
        found
    }

    fn space(text: &str) -> Space {
        let mut space = Space::new();
        space.load(text).unwrap();
        space
    }

    #[test]
    fn nothing_done_is_an_empty_change() {
        assert!(check(&space("(Concept \"a\" (stv 0.5 0.5))"), |_| {}).is_empty());
    }

    #[test]
    fn states_types_keys_and_defaults_are_carried_over() {
        let before = space(
            "(State (Concept \"phase\") (Concept \"up\")) (Concept \"a\" (stv 0.5 0.5) (av 1 1 1)
             (alist (cons (Predicate \"k\") 1) (cons (Concept \"b\") 2))) (Concept \"b\" (alist (cons (Concept \"a\") 3)))",
        );
        check(&before, |frame| {
            let node = |frame: &Frame, name: &str| frame.find_node(AtomType::CONCEPT, name).unwrap();
            let (phase, a, b) = (node(frame, "phase"), node(frame, "a"), node(frame, "b"));
            let down = frame.node(AtomType::CONCEPT, "down").unwrap();
            frame.link(AtomType::STATE, &[phase, down]).unwrap();
            let service = frame.declare_type("Service", &[AtomType::CONCEPT]).unwrap();
            let pay = frame.node(service, "pay \"x\"\\\n").unwrap();
            frame.link(AtomType::SET, &[pay, a]).unwrap();
            frame.set_truth(a, Truth::DEFAULT).unwrap();
            frame.set_attention(a, None).unwrap();
            frame.remove_value(a, b);
            frame.set_value(pay, a, Value::from(0.25)).unwrap();
        });
        // Two atoms that are keys of each other's values go together.
        check(&before, |frame| {
            let b = frame.find_node(AtomType::CONCEPT, "b").unwrap();
            let a = frame.find_node(AtomType::CONCEPT, "a").unwrap();
            frame.remove_recursive(a).unwrap();
            frame.remove_recursive(b).unwrap();
        });
    }

    #[derive(Debug, Clone)]
    enum Step {
        Node(u8),
        Link(u8, u8, bool),
        Truth(u8, u8),
        Attention(u8, bool),
        Value(u8, u8, i64),
        Unset(u8, u8),
        Remove(u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..6_u8).prop_map(Step::Node),
            4 => (any::<u8>(), any::<u8>(), any::<bool>()).prop_map(|(one, two, set)| Step::Link(one, two, set)),
            2 => (any::<u8>(), 0..3_u8).prop_map(|(atom, part)| Step::Truth(atom, part)),
            1 => (any::<u8>(), any::<bool>()).prop_map(|(atom, set)| Step::Attention(atom, set)),
            3 => (any::<u8>(), any::<u8>(), 0..3_i64).prop_map(|(atom, key, value)| Step::Value(atom, key, value)),
            1 => (any::<u8>(), any::<u8>()).prop_map(|(atom, key)| Step::Unset(atom, key)),
            2 => any::<u8>().prop_map(Step::Remove),
        ]
    }

    fn work(space: &mut Space, steps: &[Step]) {
        for step in steps {
            let all: Vec<Handle> = space.handles().collect();
            let pick = |at: &u8| all.get(usize::from(*at) % all.len().max(1)).copied();
            match step {
                Step::Node(name) => drop(space.node(AtomType::CONCEPT, &name.to_string()).unwrap()),
                Step::Link(one, two, set) => {
                    let (Some(one), Some(two)) = (pick(one), pick(two)) else { continue };
                    let of = if *set { AtomType::SET } else { AtomType::STATE };
                    let _ = space.link(of, &[one, two]);
                }
                Step::Truth(atom, part) => {
                    let Some(atom) = pick(atom) else { continue };
                    let truth = match part {
                        0 => Truth::DEFAULT,
                        1 => Truth::simple(0.25, 0.5),
                        _ => Truth::counted(0.5, 10.0),
                    };
                    space.set_truth(atom, truth).unwrap();
                }
                Step::Attention(atom, set) => {
                    let Some(atom) = pick(atom) else { continue };
                    let attention = set.then_some(Attention { sti: 1.5, lti: -2.0, vlti: 3 });
                    space.set_attention(atom, attention).unwrap();
                }
                Step::Value(atom, key, value) => {
                    let (Some(atom), Some(key)) = (pick(atom), pick(key)) else { continue };
                    space.set_value(atom, key, Value::Int(*value)).unwrap();
                }
                Step::Unset(atom, key) => {
                    let (Some(atom), Some(key)) = (pick(atom), pick(key)) else { continue };
                    space.remove_value(atom, key);
                }
                Step::Remove(atom) => {
                    let Some(atom) = pick(atom) else { continue };
                    space.remove_recursive(atom).unwrap();
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn whatever_a_frame_does_can_be_done_again(
            before in proptest::collection::vec(step(), 0..30),
            during in proptest::collection::vec(step(), 0..20),
        ) {
            let mut space = Space::new();
            work(&mut space, &before);
            check(&space, |frame| work(frame, &during));
        }
    }
}
