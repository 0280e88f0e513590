//! States, definitions, numbers, what atoms carry, and what is refused.

use crate::space::{AtomType, Attention, Handle, Space, SpaceError, Stream, Truth, Value};

fn space(text: &str) -> Space {
    let mut space = Space::new();
    space.load(text).expect("well-formed");
    space
}

fn concept(space: &Space, name: &str) -> Handle {
    space.find_node(AtomType::CONCEPT, name).expect("read")
}

#[test]
fn a_state_replaces_the_one_before() {
    let space = space("(State (Concept \"k\") (Concept \"a\") (stv 0.5 0.5)) (State (Concept \"k\") (Concept \"b\"))");
    let key = concept(&space, "k");
    assert_eq!(space.state(key), Some(concept(&space, "b")));
    assert_eq!(space.count_by_type(AtomType::STATE), 1);
    assert_eq!(space.state(concept(&space, "a")), None);
}

#[test]
fn a_pattern_over_states_is_no_state() {
    let text = "(State (Concept \"k\") (Concept \"a\")) (Get (State (Concept \"k\") (Variable \"$x\")))
                (Define (DefinedSchema \"f\") (Concept \"a\")) (Get (Define (DefinedSchema \"f\") (Variable \"$x\")))
                (State (Concept \"k\") (Concept \"b\"))";
    let space = space(text);
    assert_eq!(space.state(concept(&space, "k")), Some(concept(&space, "b")));
    assert_eq!(space.count_by_type(AtomType::STATE), 2);
    let name = space.find_node(AtomType::DEFINED_SCHEMA, "f").expect("read");
    assert_eq!(space.definition(name), Some(concept(&space, "a")));
}

#[test]
fn a_state_that_is_joined_stays() {
    let mut space = space("(Not (State (Concept \"k\") (Concept \"a\"))) (Concept \"b\")");
    let (key, other) = (concept(&space, "k"), concept(&space, "b"));
    let before = space.dump();
    assert!(matches!(space.link(AtomType::STATE, &[key, other]), Err(SpaceError::StateInUse { .. })));
    assert_eq!(space.dump(), before);
}

#[test]
fn a_state_does_not_replace_what_it_joins() {
    let mut space = space("(State (Concept \"k\") (Concept \"a\"))");
    let key = concept(&space, "k");
    let existing = space.by_type(AtomType::STATE).next().expect("read");
    assert_eq!(space.link(AtomType::STATE, &[key, existing]), Err(SpaceError::StateInUse { existing }));
    assert!(space.contains(existing));
}

#[test]
fn what_an_atom_carries_goes_with_it() {
    let mut space = space("(Concept \"a\" (ctv 0.5 0.5 9) (av 1 2 3) (alist (cons (Predicate \"k\") 1)))");
    let (atom, key) = (concept(&space, "a"), space.find_node(AtomType::PREDICATE, "k").expect("read"));
    assert!(matches!(space.remove(key), Err(SpaceError::KeyInUse { atoms: 1, .. })));
    assert_eq!(space.attended().collect::<Vec<_>>(), [(atom, Attention { sti: 1.0, lti: 2.0, vlti: 3 })]);
    space.remove(atom).expect("nothing joins it");
    assert_eq!((space.truth(atom), space.attention(atom), space.value(atom, key)), (Truth::DEFAULT, None, None));
    assert_eq!((space.valued_len(), space.remove(key)), (0, Ok(())));
}

#[test]
fn removing_a_key_for_good_takes_the_values_under_it() {
    let mut space = space("(Concept \"a\" (alist (cons (Predicate \"k\") 1) (cons (Predicate \"l\") 2)))");
    let key = space.find_node(AtomType::PREDICATE, "k").expect("read");
    assert_eq!(space.remove_recursive(key), Ok(1));
    assert_eq!(space.values(concept(&space, "a")).map(|(_, value)| value.clone()).collect::<Vec<_>>(), [Value::Int(2)]);
}

#[test]
fn values_out_of_range_are_refused() {
    let mut space = space("(Concept \"a\")");
    let atom = concept(&space, "a");
    for truth in [
        Truth::simple(1.1, 0.0),
        Truth::simple(0.5, f32::NAN),
        Truth::Count { strength: 0.5, confidence: 0.5, count: -1.0 },
        Truth::Indefinite { low: 0.6, high: 0.5, credibility: 0.9, lookahead: 1.0 },
    ] {
        assert!(matches!(space.set_truth(atom, truth), Err(SpaceError::Range { .. })), "{truth:?}");
    }
    let attention = Some(Attention { sti: f32::INFINITY, ..Attention::default() });
    assert!(space.set_attention(atom, attention).is_err());
    assert_eq!((space.truth(atom), space.attention(atom)), (Truth::DEFAULT, None));
    assert_eq!(space.push_value(atom, atom, 1_i64), Err(SpaceError::NotAStream(atom)));
    space.set_value(atom, atom, Stream::new(2)).expect("it is there");
    for number in 0_i64..3 {
        space.push_value(atom, atom, number).expect("a stream");
    }
    let Some(Value::Stream(stream)) = space.value(atom, atom) else { panic!("a stream was set") };
    assert_eq!((stream.latest(), stream.dropped(), stream.iter().len()), (Some(&Value::Int(2)), 1, 2));
}

#[test]
fn types_of_the_wrong_kind_are_refused() {
    let mut space = Space::new();
    assert!(matches!(space.node(AtomType::LIST, "a"), Err(SpaceError::NotANodeType(_))));
    assert!(matches!(space.link(AtomType::CONCEPT, &[]), Err(SpaceError::NotALinkType(_))));
    let mut other = Space::new();
    let own = other.declare_type("Own", &[AtomType::CONCEPT]).expect("new");
    assert!(matches!(space.node(own, "a"), Err(SpaceError::NotANodeType(_))));
    assert!(matches!(space.node(AtomType::NUMBER, "many"), Err(SpaceError::Number(_))));
    assert!(space.is_empty());
}

#[test]
fn nodes_are_found_by_name_and_atoms_by_supertype() {
    let mut space = space(
        "(declare-type Service Concept) (Service \"a\") (Concept \"a\") (Predicate \"a\") (Concept \"b\") (List (Concept \"b\"))",
    );
    assert_eq!(space.named("a").count(), 3);
    assert_eq!(space.by_type_is_a(AtomType::CONCEPT).count(), 3);
    assert_eq!(space.by_type_is_a(AtomType::NODE).count(), 4);
    let b = concept(&space, "b");
    assert_eq!(space.incoming_is_a(b, AtomType::ORDERED).count(), 1);
    assert_eq!(space.incoming_is_a(b, AtomType::SET).count(), 0);
    assert_eq!(space.declare_type("Service", &[AtomType::CONCEPT]).map(AtomType::is_node), Ok(true));
}
