//! Joins: what contains what was found.

use super::{fails, gives, run, space};
use crate::query::{Bounds, Functions, Query, QueryError, Stopped};
use crate::space::{AtomType, Handle, Space};

#[test]
fn joins_go_upwards() {
    let data = r#"
        (Evaluation (Predicate "p") (List (Concept "a") (Concept "b")))
        (Member (List (Concept "a") (Concept "b")) (Concept "pairs"))
        (List (Concept "a"))"#;
    let with = |query: &str, expected: &[&str]| gives(&format!("{data} {query}"), expected);
    let pair = r#"(List (Concept "a") (Concept "b"))"#;
    let [evaluation, member] = [
        r#"(Evaluation (Predicate "p") (List (Concept "a") (Concept "b")))"#,
        r#"(Member (List (Concept "a") (Concept "b")) (Concept "pairs"))"#,
    ];
    with(r#"(MinimalJoin (Present (Concept "a") (Concept "b")))"#, &[pair]);
    with(r#"(MaximalJoin (Present (Concept "a") (Concept "b")))"#, &[evaluation, member]);
    with(r#"(UpperSet (Present (Concept "a") (Concept "b")))"#, &[pair, evaluation, member]);
    with(r#"(MaximalJoin (Variable "$x") (Present (List (Variable "$x"))))"#, &[r#"(List (Concept "a"))"#]);
}

const PAIRS: &str = r#"
    (List (Concept "A") (Concept "B")) (Evaluation (Predicate "P") (List (Concept "A") (Concept "B")))
    (Member (List (Concept "A") (Concept "B")) (Concept "pairs")) (Evaluation (Predicate "Q") (Concept "B"))"#;

/// What a join gives, sorted.
fn joined(query: &str) -> Vec<String> {
    let mut found = run(&format!("{PAIRS} {query}"), &Functions::new()).expect(query);
    found.sort();
    found
}

#[test]
fn what_is_to_be_contained_is_written_with_a_present_or_without() {
    let pair = r#"(List (Concept "A") (Concept "B"))"#;
    assert_eq!(joined(r#"(MinimalJoin (Concept "A") (Concept "B"))"#), [pair]);
    assert_eq!(joined(r#"(MinimalJoin (Present (Concept "A")) (Present (Concept "B")))"#), [pair]);
}

#[test]
fn a_declared_variable_that_stands_in_no_clause_is_to_be_contained_too() {
    let pair = r#"(List (Concept "A") (Concept "B"))"#;
    let both = r#"(MinimalJoin (VariableList (TypedVariable (Variable "X") (Signature (Concept "A")))
        (TypedVariable (Variable "Y") (Signature (Concept "B")))))"#;
    assert_eq!(joined(both), [pair]);
    let with_predicate = r#"(MinimalJoin (TypedVariable (Variable "P") (Type "PredicateNode")) (Concept "B"))"#;
    let p = r#"(Evaluation (Predicate "P") (List (Concept "A") (Concept "B")))"#;
    assert_eq!(joined(with_predicate), [p, r#"(Evaluation (Predicate "Q") (Concept "B"))"#]);
}

#[test]
fn types_among_the_clauses_say_what_the_containing_atoms_are() {
    let member = r#"(Member (List (Concept "A") (Concept "B")) (Concept "pairs"))"#;
    assert_eq!(joined(r#"(UpperSet (Concept "A") (Type "Member"))"#), [member]);
    fails(r#"(UpperSet (Concept "A") (Type "Membre"))"#, "there is no type `Membre`");
    fails("(UpperSet (VariableList))", "it does not say what is to be contained");
}

#[test]
fn a_join_that_is_asked_apart_finds_only_what_is_there() {
    let space = space(PAIRS);
    let asked = |text: &str| {
        let query = Query::parse_in(&space, text).expect("a join");
        let found = query.prepare(&space).expect("planned").containers(Bounds::default()).expect("it ends");
        found.into_iter().map(|atom| space.show(atom)).collect::<Vec<_>>()
    };
    assert_eq!(asked(r#"(UpperSet (Present (Member (Concept "no") (Concept "such"))))"#), Vec::<String>::new());
    assert_eq!(asked(r#"(MinimalJoin (Concept "A") (Concept "B"))"#), [r#"(List (Concept "A") (Concept "B"))"#]);
    let get = Query::parse_in(&space, r#"(Get (Member (Variable "$x") (Concept "pairs")))"#).expect("a query");
    assert!(get.prepare(&space).expect("planned").containers(Bounds::default()).is_err());
}

#[test]
fn what_there_is_once_for_each_name_is_not_replaced() {
    let data = r#"(State (Anchor "k") (Concept "A")) (Define (DefinedSchema "d") (Concept "A")) (List (Concept "A"))
        (Set (State (Anchor "k") (Concept "A")))"#;
    let join = r#"(UpperSet (Concept "A") (Replacement (Concept "A") (Concept "B")))"#;
    gives(&format!("{data} {join}"), &[r#"(Concept "B")"#, r#"(List (Concept "B"))"#]);
}

#[test]
fn what_is_replaced_by_what_has_no_value_is_left_out() {
    let with = |to: &str| joined(&format!(r#"(UpperSet (Concept "B") (Replacement (Concept "A") {to}))"#));
    let kept = [r#"(Concept "B")"#, r#"(Evaluation (Predicate "Q") (Concept "B"))"#];
    assert_eq!(with(r#"(Plus (Concept "A") (Number 1))"#), kept);
    assert_eq!(with("(Plus (Number 1) (Number 1))").len(), 5);
}

/// Lists of one before, twice, upon an atom.
fn doubled(space: &mut Space, of: &str) -> Handle {
    let mut top = space.node(AtomType::CONCEPT, of).expect("a node");
    for _ in 0..40 {
        top = space.link(AtomType::LIST, &[top, top]).expect("a link");
    }
    top
}

#[test]
fn what_shares_its_parts_is_unfolded_no_further_than_it_may_be() {
    let mut space = Space::new();
    doubled(&mut space, "a");
    let kept = doubled(&mut space, "other");
    let one = space.node(AtomType::CONCEPT, "one").expect("a node");
    space.link(AtomType::LIST, &[one, kept]).expect("a link");
    let replaced = |of: &str| {
        let text = format!(r#"(UpperSet (Concept "{of}") (Replacement (Concept "{of}") (Concept "b")))"#);
        let query = Query::parse(space.types(), &text).expect("a join");
        let bounds = Bounds { steps: 100_000, parts: 10_000, ..Bounds::default() };
        query.prepare(&space).expect("planned").replaced(bounds)
    };
    assert!(matches!(replaced("a"), Err(QueryError::Stopped(Stopped::Parts(10_000)))));
    assert_eq!(replaced("one").expect("nothing in what is shared is replaced").len(), 2);
}
