//! What is refused, and what is said.

use super::{refused, space};
use crate::query::{Query, link, var};
use crate::space::AtomType;

/// Queries, and what is said of each.
const REFUSED: &[(&str, &str)] = &[
    (
        r#"(Get (Variable "$x") (And (List (Variable "$x")) (GreaterThan (Variable "$y") (Number 1))))"#,
        "(GreaterThan (Variable \"$y\") (Number 1)): the variable `$y` is not declared: declare it, or put it into a \
         Quote where it stands for itself",
    ),
    (
        r#"(Get (And (List (Variable "$x")) (GreaterThan (Variable "$y") (Number 1))))"#,
        "(GreaterThan (Variable \"$y\") (Number 1)): nothing gives the variable `$y` a value: let it stand in a pattern \
         that must be there, in every branch of an Or",
    ),
    (
        r#"(Get (And (List (Variable "$x")) (Not (And (List (Variable "$x")) (LessThan (Variable "$y") (Number 1))))))"#,
        "(LessThan (Variable \"$y\") (Number 1)): nothing gives the variable `$y` a value: let it stand in a pattern \
         that must be there, in every branch of an Or",
    ),
    (
        r#"(Get (VariableList (Variable "$x") (Variable "$y")) (Or (List (Variable "$x")) (List (Variable "$x") (Variable "$y"))))"#,
        "the query: nothing gives the variable `$y` a value: let it stand in a pattern that must be there, in every \
         branch of an Or",
    ),
    (
        r#"(Get (TypedVariable (Glob "$g") (Interval (Number 3) (Number 2))) (List (Glob "$g")))"#,
        "(Interval (Number 3) (Number 2)): the lower bound is above the upper one: an interval is two whole numbers, the \
         second no less than the first, or -1 for no end",
    ),
    (
        r#"(Get (TypedVariable (Glob "$g") (Interval (Number 0.5) (Number 2))) (List (Glob "$g")))"#,
        "(Interval (Number 0.5) (Number 2)): a bound is not a whole number: an interval is two whole numbers, the second \
         no less than the first, or -1 for no end",
    ),
    (
        r#"(Get (TypedVariable (Variable "$x") (Type "Concpet")) (List (Variable "$x")))"#,
        "(Type \"Concpet\"): there is no type `Concpet`; did you mean `Concept`?",
    ),
    (
        r#"(Get (And (List (Variable "$x")) (Evaluation (GroundedPredicate "big") (Variable "$x"))))"#,
        "(Evaluation (GroundedPredicate \"big\") (Variable \"$x\")): no function `big` is registered; registered \
         are contains, ends-with, is-of-type, starts-with",
    ),
    (
        r#"(Bind (List (Variable "$x")) (ExecutionOutput (GroundedSchema "f") (List (Variable "$x"))))"#,
        "what is written: no function `f` is registered; registered are concat, length, lower, node, number, replace, size, \
         slice, split, text, trim, upper",
    ),
    (
        r#"(Get (VariableList (Variable "$x") (Variable "$x")) (List (Variable "$x")))"#,
        "(VariableList (Variable \"$x\") (Variable \"$x\")): `$x` is declared twice",
    ),
    (r#"(Concept "x")"#, "(Concept \"x\"): a query is a link, such as (Get variables body)"),
    (r#"(Get (Unquote (Variable "$x")))"#, "(Unquote (Variable \"$x\")): an Unquote stands within a Quote"),
    (
        r#"(Get (Set (Glob "$x") (Glob "$y")))"#,
        "(Set (Glob \"$x\") (Glob \"$y\")): an unordered link has one Glob at most",
    ),
    (r#"(Get (Glob "$x"))"#, "(Glob \"$x\"): a Glob stands in a link, not for a whole clause"),
    (
        r#"(Get (Or (Always (List (Variable "$x"))) (List (Variable "$x"))))"#,
        "(Always (List (Variable \"$x\"))): an Always stands by itself or in an And, not in another clause",
    ),
    (
        r#"(Get (And (List (Variable "$x")) (Group (Variable "$x"))))"#,
        "(And (List (Variable \"$x\")) (Group (Variable \"$x\"))): a Group says for which solutions an Always holds, \
         or how many belong together: it names variables that have a value in each, and stands beside an Always, or has an Interval",
    ),
    (
        r#"(Get (And (List (Variable "$x")) (Always (List (Variable "$x"))) (Group (List (Variable "$x")))))"#,
        "(Group (List (Variable \"$x\"))): a Group names variables of the query that are no Globs, and how many solutions \
         belong together, as an Interval",
    ),
    ("(Get\n (List (Variabel \"$x\")))", "2:9: there is no type `Variabel`: did you mean `Variable`?"),
    ("", "the text: there is no query in it"),
    (
        r#"(declare-type Mine Concept) (Get (List (Variable "$x")))"#,
        "the text: a query declares no types: declare them in the space that is asked",
    ),
];

#[test]
fn what_has_no_meaning_is_refused_with_its_clause() {
    for (query, expected) in REFUSED {
        refused("(List (Concept \"a\"))", query, expected);
    }
}

#[test]
fn alternatives_that_multiply_are_bounded() {
    let choice = r#"(Choice (Concept "a") (Concept "b") (Concept "c") (Concept "d"))"#;
    let query = format!(r#"(Get (And (List (Variable "$x") {choice} {choice} {choice} {choice} {choice})))"#);
    refused("", &query, "the query has more than 256 branches when its Or and Choice are multiplied out: split it");
}

#[test]
fn a_deep_pattern_is_refused_before_it_is_worked_through() {
    let query = format!("(Get {}(Variable \"$x\"){})", "(List ".repeat(300), ")".repeat(300));
    refused("", &query, "atom 301: it has more than 65,536 parts, or more than 200 brackets open at a time");
    let deep = (0..300).fold(var("$x"), |within, _| link(AtomType::LIST, [within]));
    let error = Query::get(space("").types(), &[], &deep).expect_err("too deep");
    assert_eq!(error.to_string(), "the query: it has more than 200 brackets open at a time");
}
