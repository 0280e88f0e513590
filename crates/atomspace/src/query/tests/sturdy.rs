//! Whatever is asked, it is answered or refused: nothing panics, and nothing takes more steps than it is given.

use crate::query::{Bounds, Functions, Query, Term, dual, execute, glob, node, number, var};
use crate::space::{AtomType, Space};
use proptest::prelude::*;

const LINKS: [AtomType; 42] = [
    AtomType::GET,
    AtomType::BIND,
    AtomType::MEET,
    AtomType::SATISFACTION,
    AtomType::MINIMAL_JOIN,
    AtomType::UPPER_SET,
    AtomType::DUAL,
    AtomType::AND,
    AtomType::OR,
    AtomType::NOT,
    AtomType::ABSENT,
    AtomType::PRESENT,
    AtomType::ALWAYS,
    AtomType::CHOICE,
    AtomType::LAMBDA,
    AtomType::RULE,
    AtomType::QUOTE,
    AtomType::UNQUOTE,
    AtomType::LOCAL_QUOTE,
    AtomType::LIST,
    AtomType::SET,
    AtomType::EVALUATION,
    AtomType::MEMBER,
    AtomType::GREATER_THAN,
    AtomType::EQUAL,
    AtomType::IDENTICAL,
    AtomType::PLUS,
    AtomType::DIVIDE,
    AtomType::COND,
    AtomType::PUT,
    AtomType::FILTER,
    AtomType::STRENGTH_OF,
    AtomType::VALUE_OF,
    AtomType::TYPED_VARIABLE,
    AtomType::VARIABLE_LIST,
    AtomType::INTERVAL,
    AtomType::MAX,
    AtomType::GROUP,
    AtomType::EXECUTION_OUTPUT,
    AtomType::QUERY,
    AtomType::SIGNATURE,
    AtomType::VARIABLE_SET,
];

fn terms() -> BoxedStrategy<Term> {
    let leaf = prop_oneof![
        4 => (0_usize..3).prop_map(|at| var(["$a", "$b", "$c"][at])),
        1 => Just(glob("$g")),
        2 => (0_usize..2).prop_map(|at| node(AtomType::CONCEPT, ["x", "y"][at])),
        1 => (-1_i8..3).prop_map(|value| number(value.into())),
        1 => Just(node(AtomType::TYPE, "Concept")),
        1 => Just(node(AtomType::DEFINED_SCHEMA, "s")),
        1 => Just(node(AtomType::DEFINED_PREDICATE, "p")),
        1 => Just(node(AtomType::GROUNDED_SCHEMA, "concat")),
        1 => Just(node(AtomType::GROUNDED_PREDICATE, "contains")),
    ];
    leaf.prop_recursive(4, 24, 4, |within| {
        (0..LINKS.len(), prop::collection::vec(within, 0..4)).prop_map(|(of, parts)| Term::Link(LINKS[of], parts))
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_answered_or_refused(
        data in prop::collection::vec(terms(), 0..6), body in terms(), template in terms(), kind in 0_usize..7
    ) {
        let mut space = Space::new();
        for term in &data {
            term.write(&mut space).expect("room");
        }
        let bounds = || Bounds { steps: 20_000, ..Bounds::default() };
        for query in [Query::get(space.types(), &[], &body), Query::rewrite(space.types(), &[], &body, std::slice::from_ref(&template))] {
            let Ok(query) = query else { continue };
            let Ok(prepared) = query.prepare(&space) else { continue };
            let mut solutions = prepared.solutions(bounds());
            let found = solutions.by_ref().flatten().count();
            prop_assert!(solutions.steps() <= 20_000);
            prop_assert!(!solutions.explain().to_string().is_empty() || found <= 1);
            let _ = prepared.written(bounds());
        }
        let whole = Term::Link(LINKS[kind], vec![body, template]).write(&mut space).expect("room");
        let _ = execute(&mut space, whole, &Functions::standard(), bounds());
        let _ = dual(&space, whole, bounds());
    }
}
