//! Joins: what contains what was found.

use super::{fails, gives, run, space};
use crate::query::{Bounds, Functions, Query};

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
