//! What is planned, and how it is explained.

use super::space;
use crate::query::{Bounds, Query, Setting, Solution};
use crate::space::{AtomType, Space};

/// A ring of edges with a hub that joins every node.
fn wheel(nodes: usize) -> Space {
    let mut space = Space::new();
    let calls = space.node(AtomType::PREDICATE, "calls").expect("room");
    let hub = space.node(AtomType::CONCEPT, "hub").expect("room");
    let name = |at: usize| format!("n{}", at % nodes);
    for at in 0..nodes {
        let one = space.node(AtomType::CONCEPT, &name(at)).expect("room");
        let two = space.node(AtomType::CONCEPT, &name(at + 1)).expect("room");
        for pair in [[one, two], [hub, one], [one, hub]] {
            let list = space.link(AtomType::LIST, &pair).expect("room");
            space.link(AtomType::EVALUATION, &[calls, list]).expect("room");
        }
    }
    space
}

const TRIANGLE: &str = r#"(Get (And
    (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
    (Evaluation (Predicate "calls") (List (Variable "$b") (Variable "$c")))
    (Evaluation (Predicate "calls") (List (Variable "$c") (Variable "$a")))))"#;

#[test]
fn a_triangle_costs_no_more_than_its_edges_allow() {
    // A plan of two-way joins goes through hub to every node and back: the square of the nodes.
    for nodes in [200, 800] {
        let space = wheel(nodes);
        let query = Query::parse(space.types(), TRIANGLE).expect("a query");
        let prepared = query.prepare(&space).expect("planned");
        let mut found = prepared.solutions(Bounds::default());
        assert_eq!(found.by_ref().flatten().count(), 3 * nodes);
        let edges = 3 * nodes as u64;
        assert!(found.steps() < 20 * edges, "{} steps for {edges} edges", found.steps());
    }
}

#[test]
fn a_plan_begins_with_what_is_rare() {
    let mut space = wheel(50);
    space.load(r#"(Member (Concept "n7") (Concept "rare"))"#).expect("well-formed");
    let text = r#"(Get (And (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
        (Member (Variable "$a") (Concept "rare"))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    let mut found = prepared.solutions(Bounds::default());
    assert_eq!(found.by_ref().count(), 2);
    assert_eq!(
        found.explain().to_string(),
        "order: $a, $b\n\
         1. each (Member $a (Concept \"rare\")) by (Concept \"rare\") at 1 [incoming set] expected 1.0, passed 1 of 1\n\
         2. each (List $a $b) by $a at 0 [incoming set] expected 14, passed 2 of 2\n\
         3. look up (Evaluation (Predicate \"calls\") (List $a $b)) [links by content] expected 14, passed 2 of 2\n"
    );
}

#[test]
fn clauses_that_do_not_hang_together_are_shown() {
    let space = space(r#"(List (Concept "a")) (List (Concept "b")) (Set (Concept "c")) (Set (Concept "d"))"#);
    let query =
        Query::parse(space.types(), r#"(Get (And (List (Variable "$x")) (Set (Variable "$y"))))"#).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    let plan = prepared.explain();
    let products: Vec<bool> = plan.branches[0].steps.iter().map(|step| step.product).collect();
    assert_eq!(products, [false, true, false, false], "{plan}");
    assert!(plan.to_string().contains("2. each (Set $y) [atoms by type] expected 4.0 — PRODUCT"), "{plan}");
    assert_eq!(prepared.solutions(Bounds::default()).tally(), Ok(4));
}

#[test]
fn an_atom_that_is_not_there_ends_the_search_before_it_begins() {
    let space = wheel(5);
    let query = Query::parse(space.types(), r#"(Get (List (Variable "$x") (Concept "nobody")))"#).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    let mut found = prepared.solutions(Bounds::default());
    assert!(found.next().is_none() && found.steps() == 0);
    let shown = prepared.explain().to_string();
    assert!(
        shown.contains("an atom is not there, which is named by (List (Variable \"$x\") (Concept \"nobody\"))"),
        "{shown}"
    );
}

#[test]
fn a_negation_is_explained_within() {
    let space = wheel(5);
    let text = r#"(Get (Variable "$x") (And (List (Variable "$x") (Concept "hub")) (Absent (List (Variable "$x") (Concept "n1")))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    let mut found = prepared.solutions(Bounds::default());
    assert_eq!(found.by_ref().count(), 4);
    let plan = found.explain();
    let last = plan.branches[0].steps.last().expect("a step");
    assert_eq!((last.tried, last.passed), (5, 4));
    assert_eq!(last.within[0].steps[0].action, "look up (List $x (Concept \"n1\"))");
}

#[test]
fn asking_again_gives_what_asking_anew_gives() {
    let mut space = wheel(40);
    space
        .load(r#"(Member (Concept "n3") (Concept "odd")) (Member (Concept "n4") (Concept "even"))"#)
        .expect("well-formed");
    let text = r#"(Get (VariableList (Variable "$from") (Variable "$to") (Variable "$any")) (And
        (Or (Evaluation (Predicate "calls") (List (Variable "$from") (Variable "$to")))
            (List (Variable "$to") (Variable "$from")))
        (Absent (Member (Variable "$to") (Variable "$any")))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let prepared = query.prepare_with(&space, Setting { given: &["$from"], ..Setting::default() }).expect("planned");
    let mut asking = prepared.solutions_given(&[], Bounds::default());
    assert!(asking.next().is_none(), "nothing was given");
    let mut found = 0;
    for node in space.by_type(AtomType::CONCEPT) {
        asking.again(&[node], Bounds::default());
        let again: Vec<Solution> = asking.by_ref().map(|one| one.expect("it ends")).collect();
        let anew: Vec<Solution> =
            prepared.solutions_given(&[node], Bounds::default()).map(|one| one.expect("it ends")).collect();
        assert_eq!(again, anew);
        found += again.len();
    }
    assert!(found > 100, "{found}");
}

#[test]
fn a_triangle_is_searched_by_tries_where_that_saves_much() {
    let mut space = Space::new();
    let nodes: Vec<_> = (0..60).map(|at| space.node(AtomType::CONCEPT, &format!("n{at}")).expect("room")).collect();
    for one in 0..60_usize {
        for step in [1, 7, 11, 23, 36, 37] {
            space.link(AtomType::LIST, &[nodes[one], nodes[(one + step) % 60]]).expect("room");
        }
    }
    let text = r#"(Get (And (List (Variable "$a") (Variable "$b")) (List (Variable "$b") (Variable "$c"))
        (List (Variable "$c") (Variable "$a"))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    let shown = prepared.explain().to_string();
    assert!(
        shown.contains("1. each $a common to level 0 of (List (Variable \"$a\") (Variable \"$b\")), level 0 of"),
        "{shown}"
    );
    let by_steps = query.planned(&space, Setting::default(), f64::INFINITY, true).expect("planned");
    assert!(!by_steps.explain().to_string().contains("common to"));
    let sorted = |prepared: &crate::query::Prepared<'_>| {
        let mut all = super::all(prepared);
        all.sort();
        all
    };
    assert_eq!(sorted(&prepared), sorted(&by_steps));
    assert!(!sorted(&prepared).is_empty());
}
