//! Types by their names.

use super::{fails, gives};
use std::fmt::Write as _;

const DATA: &str = r#"
    (Define (DefinedType "thing") (TypeChoice (Type "Concept") (Type "Number")))
    (Define (DefinedType "half") (Signature (List (DefinedType "thing") (DefinedType "typo"))))
    (Define (DefinedType "wrong") (Type "Nought"))
    (Member (Concept "a") (Concept "s")) (Member (Predicate "p") (Concept "s"))"#;

/// A query in each of the places that a type may have.
fn places(of: &str) -> [String; 6] {
    let member = r#"(Member (Variable "$x") (Concept "s"))"#;
    let typed = format!(r#"(TypedVariable (Variable "$x") (DefinedType "{of}"))"#);
    [
        format!("(Get {typed} {member})"),
        format!(r#"(Get (Variable "$x") (And {member} {typed}))"#),
        format!(r#"(Get (Variable "$x") (And {member} (Not {typed})))"#),
        format!(r#"(UpperSet (DefinedType "{of}") (Concept "a"))"#),
        format!(r#"(Put (Lambda {typed} (Variable "$x")) (Set (Concept "a") (Predicate "p")))"#),
        format!(r#"(Filter (Rule {typed} (Variable "$x") (Variable "$x")) (List (Concept "a") (Predicate "p")))"#),
    ]
}

#[test]
fn a_name_stands_for_what_it_is_defined_as_wherever_a_type_stands() {
    let (a, p) = (r#"(Concept "a")"#, r#"(Predicate "p")"#);
    let expected = [a, a, p, a, &format!("(Set {a})"), &format!("(List {a})")];
    for (query, expected) in places("thing").iter().zip(expected) {
        gives(&format!("{DATA} {query}"), &[expected]);
    }
    let always = r#"(Get (Variable "$x") (And (Member (Variable "$x") (Concept "s")) (Always (TypedVariable (Variable "$x") (DefinedType "thing")))))"#;
    gives(&format!("{DATA} {always}"), &[]);
    let all = r#"(Define (DefinedType "any") (TypeChoice (DefinedType "thing") (Type "Predicate")))"#;
    gives(&format!("{DATA} {all} {}", always.replace("thing", "any")), &[a, p]);
}

#[test]
fn a_name_that_nothing_defines_is_refused_wherever_a_type_stands() {
    for query in places("typo").iter().chain(&places("half")) {
        fails(&format!("{DATA} {query}"), "`typo` is not defined here");
    }
    for query in places("wrong") {
        fails(&format!("{DATA} {query}"), "there is no type `Nought`");
    }
}

#[test]
fn definitions_that_unfold_without_measure_are_refused() {
    let mut data = r#"(Define (DefinedType "t0") (Type "Concept"))"#.to_owned();
    for at in 1..=19 {
        let before = format!(r#"(DefinedType "t{}")"#, at - 1);
        let _ = write!(data, r#"(Define (DefinedType "t{at}") (TypeChoice (TypeSet {before}) (Signature {before})))"#);
    }
    data.push_str(DATA);
    for query in places("t19") {
        fails(&format!("{data} {query}"), "more than 65536 parts");
    }
    gives(&format!("{data} {}", places("t9")[0]), &[r#"(Concept "a")"#]);
}
