//! Definitions, and what arguments are put into.

use super::{fails, gives, space};
use crate::query::{Query, QueryError};

const DEFINED: &str = r#"(declare-type Service Concept)
    (Define (DefinedSchema "inc") (Lambda (Variable "$x") (Plus (Variable "$x") (Number 1))))
    (Define (DefinedSchema "twice") (Lambda (TypedVariable (Variable "$n") (Type "Number"))
        (ExecutionOutput (DefinedSchema "inc") (ExecutionOutput (DefinedSchema "inc") (Variable "$n")))))
    (Define (DefinedSchema "low") (GroundedSchema "lower"))
    (Define (DefinedSchema "factorial") (Lambda (Variable "$n") (Cond (LessThan (Variable "$n") (Number 2)) (Number 1)
        (Times (Variable "$n") (ExecutionOutput (DefinedSchema "factorial") (Minus (Variable "$n") (Number 1)))))))
    (Define (DefinedSchema "endless") (Lambda (Variable "$n") (ExecutionOutput (DefinedSchema "endless") (Variable "$n"))))
    (Define (DefinedSchema "broken") (Lambda (Variable "$n") (ExecutionOutput (DefinedSchema "missing") (Variable "$n"))))
    (Define (DefinedPredicate "watched") (Lambda (Variable "$x") (Member (Variable "$x") (Concept "watched"))))
    (Define (DefinedPredicate "calm") (Lambda (TypedVariable (Variable "$x") (Type "Service"))
        (And (Evaluation (DefinedPredicate "watched") (Variable "$x")) (Not (Evaluation (Predicate "alarm") (Variable "$x"))))))
    (Define (DefinedPredicate "related") (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b"))))
    (Define (DefinedPredicate "prod") (Lambda (Variable "$x") (Evaluation (GroundedPredicate "starts-with") (List (Variable "$x") (Phrase "prod")))))
    (Define (DefinedPredicate "called") (Lambda (Variable "$x") (Evaluation (Predicate "calls") (List (Variable "$by") (Variable "$x")))))
    (Define (DefinedPredicate "loop1") (Lambda (Variable "$x") (Evaluation (DefinedPredicate "loop2") (Variable "$x"))))
    (Define (DefinedPredicate "loop2") (Lambda (Variable "$y") (Evaluation (DefinedPredicate "loop1") (Variable "$y"))))
    (Define (DefinedPredicate "named") (DefinedPredicate "watched"))
    (Member (Service "web") (Concept "watched")) (Member (Service "cart") (Concept "watched"))
    (Member (Concept "prod-mail") (Concept "watched"))
    (Evaluation (Predicate "alarm") (Service "cart"))
    (Evaluation (Predicate "calls") (List (Service "web") (Service "cart")))
    (Evaluation (Predicate "calls") (List (Service "mail") (Service "cart")))
"#;

#[track_caller]
fn with(query: &str, expected: &[&str]) {
    gives(&format!("{DEFINED} {query}"), expected);
}

#[track_caller]
fn refused(query: &str, expected: &str) {
    fails(&format!("{DEFINED} {query}"), expected);
}

#[test]
fn a_defined_schema_is_carried_out() {
    with(r#"(ExecutionOutput (DefinedSchema "inc") (List (Number 4)))"#, &["(Number 5)"]);
    with(r#"(ExecutionOutput (DefinedSchema "twice") (Number 4))"#, &["(Number 6)"]);
    with(r#"(ExecutionOutput (DefinedSchema "low") (List (Concept "ABC")))"#, &[r#"(Concept "abc")"#]);
    with(
        r#"(ExecutionOutput (Lambda (Variable "$x") (Plus (Variable "$x") (Number 1))) (List (Number 4)))"#,
        &["(Number 5)"],
    );
    with(r#"(ExecutionOutput (DefinedSchema "factorial") (Number 10))"#, &["(Number 3628800)"]);
    let compared = r#"(Get (And (Member (Variable "$x") (Concept "watched"))
        (Equal (Number 5) (ExecutionOutput (DefinedSchema "inc") (Number 4))) (Equal (Variable "$x") (Service "web"))))"#;
    with(compared, &[r#"(Service "web")"#]);
}

#[test]
fn a_definition_that_does_not_end_or_is_not_there_is_named() {
    refused(r#"(ExecutionOutput (DefinedSchema "endless") (Number 1))"#, "`endless` is computed in terms of itself");
    refused(
        r#"(ExecutionOutput (DefinedSchema "factorial") (Number 5000))"#,
        "`factorial` is computed in terms of itself",
    );
    refused(r#"(ExecutionOutput (DefinedSchema "nought") (Number 1))"#, "`nought` is not defined");
    refused(r#"(ExecutionOutput (DefinedSchema "broken") (Number 1))"#, "`missing` is not defined");
    refused(
        r#"(ExecutionOutput (DefinedSchema "inc") (List (Number 1) (Number 2)))"#,
        "what takes 1 arguments was given 2",
    );
    refused(r#"(ExecutionOutput (DefinedSchema "twice") (List (Concept "a")))"#, "is not what `$n` is declared to be");
}

#[test]
fn a_defined_predicate_stands_for_its_clauses() {
    let all = [r#"(Service "web")"#, r#"(Service "cart")"#, r#"(Concept "prod-mail")"#];
    with(r#"(Get (Evaluation (DefinedPredicate "watched") (List (Variable "$q"))))"#, &all);
    // The names of variables say nothing.
    with(r#"(Get (Variable "$x") (Evaluation (DefinedPredicate "watched") (Variable "$x")))"#, &all);
    with(r#"(Get (Evaluation (DefinedPredicate "calm") (Variable "$y")))"#, &[r#"(Service "web")"#]);
    with(
        r#"(Get (And (Member (Variable "$y") (Concept "watched")) (Evaluation (DefinedPredicate "prod") (Variable "$y"))))"#,
        &[r#"(Concept "prod-mail")"#],
    );
    with(r#"(Satisfaction (Evaluation (DefinedPredicate "calm") (Service "cart")))"#, &["false"]);
    let related = [r#"(List (Service "web") (Service "cart"))"#, r#"(List (Service "mail") (Service "cart"))"#];
    with(r#"(Get (DefinedPredicate "related"))"#, &related);
    with(
        r#"(Get (And (Member (Variable "$z") (Concept "watched")) (Not (Evaluation (DefinedPredicate "calm") (Variable "$z")))))"#,
        &[r#"(Service "cart")"#, r#"(Concept "prod-mail")"#],
    );
}

#[test]
fn variables_that_are_a_definitions_own_have_no_column_and_meet_no_other() {
    with(r#"(Get (Evaluation (DefinedPredicate "called") (Variable "$q")))"#, &[r#"(Service "cart")"#]);
    let by = r#"(Get (VariableList (Variable "$by") (Variable "$q"))
        (And (Member (Variable "$by") (Concept "watched")) (Evaluation (DefinedPredicate "called") (Variable "$q"))))"#;
    with(
        by,
        &[
            r#"(List (Service "web") (Service "cart"))"#,
            r#"(List (Service "cart") (Service "cart"))"#,
            r#"(List (Concept "prod-mail") (Service "cart"))"#,
        ],
    );
    let none = r#"(Get (Variable "$by") (And (Member (Variable "$by") (Concept "watched"))
        (Not (Evaluation (DefinedPredicate "called") (Variable "$by")))))"#;
    with(none, &[r#"(Service "web")"#, r#"(Concept "prod-mail")"#]);
}

#[test]
fn a_predicate_without_an_end_or_a_definition_is_refused() {
    refused(
        r#"(Satisfaction (Evaluation (DefinedPredicate "loop1") (Concept "a")))"#,
        "the predicate `loop1` is defined by itself",
    );
    refused(r#"(Get (Evaluation (DefinedPredicate "nought") (Variable "$x")))"#, "`nought` is not defined here");
    refused(
        r#"(Get (Evaluation (DefinedPredicate "watched") (List (Variable "$x") (Variable "$y"))))"#,
        "takes 1 arguments, and here are 2",
    );
    let space = space(DEFINED);
    let apart = Query::parse(space.types(), r#"(Get (Evaluation (DefinedPredicate "watched") (Variable "$x")))"#);
    assert!(matches!(apart, Err(QueryError::Undefined { name, .. }) if name == "watched"));
    with(
        r#"(Get (Variable "$d") (Define (DefinedPredicate "named") (Variable "$d")))"#,
        &[r#"(DefinedPredicate "watched")"#],
    );
}

#[test]
fn an_argument_is_not_caught_by_a_name_within() {
    let data = r#"(Define (DefinedPredicate "known") (Lambda (Variable "$x")
            (Member (Lambda (Variable "$y") (List (Variable "$y") (Variable "$x"))) (Concept "known"))))
        (Member (Lambda (Variable "$k") (List (Variable "$k") (Concept "c"))) (Concept "known"))
        (Get (Variable "$y") (Evaluation (DefinedPredicate "known") (Variable "$y")))"#;
    gives(data, &[r#"(Concept "c")"#]);
}

#[test]
fn a_put_maps_sets_asks_queries_and_checks_types() {
    let template = r#"(Variable "$x") (List (Variable "$x") (Concept "A"))"#;
    with(
        &format!(r#"(Put {template} (Set (Concept "B") (Concept "C")))"#),
        &[r#"(Set (List (Concept "C") (Concept "A")) (List (Concept "B") (Concept "A")))"#],
    );
    with(
        &format!(r#"(Put {template} (Get (Evaluation (Predicate "calls") (List (Service "web") (Variable "$w")))))"#),
        &[r#"(Set (List (Service "cart") (Concept "A")))"#],
    );
    with(
        r#"(Put (Edge (Predicate "relation") (List (Variable "x") (Concept "A"))) (Concept "B"))"#,
        &[r#"(Edge (Predicate "relation") (List (Concept "B") (Concept "A")))"#],
    );
    with(
        r#"(Put (Lambda (List (Variable "$y") (Variable "$x"))) (Set (List (Number 1) (Number 2))))"#,
        &["(Set (List (Number 1) (Number 2)))"],
    );
    let typed = r#"(Lambda (TypedVariable (Variable "$x") (Type "Number")) (Plus (Variable "$x") (Number 1)))"#;
    with(&format!(r#"(Put {typed} (Set (Number 1) (Concept "a") (Number 5)))"#), &["(Set (Number 2) (Number 6))"]);
    refused(&format!(r#"(Put {typed} (Concept "a"))"#), r#"(Concept "a") is not what `$x` is declared to be"#);
    with(r#"(Put (DefinedSchema "inc") (Set (Number 1) (Number 2)))"#, &["(Set (Number 2) (Number 3))"]);
    let glob =
        r#"(Put (VariableList (Variable "$f") (Glob "$g")) (Set (Glob "$g")) (List (Number 1) (Number 2) (Number 3)))"#;
    with(glob, &["(Set (Number 2) (Number 3))"]);
}

/// Predicates, each defined by the next with its argument in `body` for `$x`, the last by a fact.
fn chain(length: usize, body: &str) -> String {
    let one = |at: usize| {
        format!(
            "(Define (DefinedPredicate \"p{at}\") (Lambda (Variable \"$x\") (Evaluation (DefinedPredicate \"p{}\") (List {body}))))\n",
            at + 1
        )
    };
    let last = format!(
        "(Define (DefinedPredicate \"p{length}\") (Lambda (Variable \"$x\") (Member (Variable \"$x\") (Concept \"s\"))))\n"
    );
    (0..length).map(one).collect::<Vec<_>>().concat() + &last
}

#[test]
fn definitions_of_definitions_have_bounds() {
    let fact = r#"(Member (Concept "a") (Concept "s"))"#;
    let asked = r#"(Get (Evaluation (DefinedPredicate "p0") (Variable "$y")))"#;
    let plain = r#"(Variable "$x")"#;
    gives(&format!("{} {fact} {asked}", chain(100, plain)), &[r#"(Concept "a")"#]);
    fails(&format!("{} {fact} {asked}", chain(1_000, plain)), "more than 200 definitions of predicates stand within");
    // What is put in doubles each time.
    let twice = r#"(List (Variable "$x") (Variable "$x"))"#;
    fails(&format!("{} {fact} {asked}", chain(60, twice)), "it has more than 65536 parts");
}

#[test]
fn what_is_made_is_no_deeper_than_a_text() {
    let nested = format!("{}(Variable \"$x\"){}", "(List ".repeat(180), ")".repeat(180));
    let of = |name: &str, inner: &str| format!("(ExecutionOutput (DefinedSchema \"{name}\") (List {inner}))");
    let tenfold = (0..10).fold(r#"(Variable "$x")"#.to_owned(), |inner, _| of("g", &inner));
    let defined =
        |name: &str, body: &str| format!("(Define (DefinedSchema \"{name}\") (Lambda (Variable \"$x\") {body}))\n");
    let text = defined("g", &nested) + &defined("h", &tenfold);
    fails(&format!("{text} {}", of("h", "(Concept \"a\")")), "what it makes has more than 1000 brackets open");
}

#[test]
fn a_query_about_definitions_defines_nothing() {
    let text = r#"(Get (Variable "$b") (Define (DefinedSchema "f") (Variable "$b")))
        (Define (DefinedSchema "f") (Lambda (Variable "$x") (Plus (Variable "$x") (Number 1))))"#;
    gives(&format!(r#"{text} (ExecutionOutput (DefinedSchema "f") (Number 1))"#), &["(Number 2)"]);
}

#[test]
fn a_query_among_arguments_stands_for_what_it_finds() {
    let facts = r#"(Member (Concept "a") (Concept "s")) (Member (Concept "b") (Concept "s"))"#;
    let get = r#"(Get (Variable "$x") (Member (Variable "$x") (Concept "s")))"#;
    for arguments in [get.to_owned(), format!("(List {get})")] {
        gives(&format!(r#"{facts} (ExecutionOutput (GroundedSchema "size") {arguments})"#), &["(Number 2)"]);
    }
}

#[test]
fn what_a_predicate_by_itself_does_not_take_is_its_own() {
    let data = r#"(Member (Concept "a") (Concept "busy")) (Member (Concept "b") (Concept "idle"))
        (Define (DefinedPredicate "any") (Lambda (VariableList) (Member (Variable "$y") (Concept "busy"))))
        (Define (DefinedPredicate "in") (Lambda (Variable "$y") (Member (Variable "$y") (Variable "$of"))))"#;
    for name in ["$x", "$y"] {
        let get = format!(
            r#"(Get (Variable "{name}") (And (Member (Variable "{name}") (Concept "idle")) (DefinedPredicate "any")))"#
        );
        gives(&format!("{data} {get}"), &[r#"(Concept "b")"#]);
    }
    let both = [r#"(Concept "a")"#, r#"(Concept "b")"#];
    gives(&format!(r#"{data} (Get (DefinedPredicate "in"))"#), &both);
    // Nor does it get the name of what another leaves to the query, in whichever order they stand.
    gives(&format!(r#"{data} (Get (SequentialAnd (DefinedPredicate "any") (DefinedPredicate "in")))"#), &both);
    gives(&format!(r#"{data} (Get (SequentialAnd (DefinedPredicate "in") (DefinedPredicate "any")))"#), &both);
}
