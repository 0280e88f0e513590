//! The standard functions.

use super::{fails, gives};

#[track_caller]
fn called(name: &str, arguments: &str, expected: &str) {
    gives(&format!("(ExecutionOutput (GroundedSchema \"{name}\") (List {arguments}))"), &[expected]);
}

#[test]
fn texts_are_made_of_texts() {
    called("concat", r#"(Concept "a") (Phrase "-") (Number 7)"#, r#"(Concept "a-7")"#);
    called("concat", r#"(Number 7) (Concept "a")"#, r#"(Phrase "7a")"#);
    called("length", r#"(Concept "héllo")"#, "(Number 5)");
    called("lower", r#"(Concept "Web-1")"#, r#"(Concept "web-1")"#);
    called("upper", r#"(Concept "Web-1")"#, r#"(Concept "WEB-1")"#);
    called("trim", r#"(Concept "  a b ")"#, r#"(Concept "a b")"#);
    called("replace", r#"(Concept "a.b.c") (Phrase ".") (Phrase "/")"#, r#"(Concept "a/b/c")"#);
    called("slice", r#"(Concept "prod-web") (Number 5) (Number 3)"#, r#"(Concept "web")"#);
    called("split", r#"(Concept "a.b") (Phrase ".")"#, r#"(List (Concept "a") (Concept "b"))"#);
    called("text", r#"(Predicate "p")"#, r#"(Phrase "p")"#);
    called("number", r#"(Concept " 12.5 ")"#, "(Number 12.5)");
    called("node", r#"(Type "Predicate") (Concept "p")"#, r#"(Predicate "p")"#);
    called("size", r#"(List (Concept "a") (Concept "b"))"#, "(Number 2)");
}

#[test]
fn predicates_ask_of_texts_and_types() {
    let data = r#"(declare-type Service Concept) (Member (Service "prod-web") (Concept "w")) (Member (Service "test-web") (Concept "w"))
        (Member (Concept "cart") (Concept "w"))"#;
    let with = |name: &str, argument: &str, expected: &[&str]| {
        gives(
            &format!(
                r#"{data} (Get (And (Member (Variable "$x") (Concept "w"))
                    (Evaluation (GroundedPredicate "{name}") (List (Variable "$x") {argument}))))"#
            ),
            expected,
        );
    };
    with("starts-with", r#"(Phrase "prod-")"#, &[r#"(Service "prod-web")"#]);
    with("ends-with", r#"(Phrase "rt")"#, &[r#"(Concept "cart")"#]);
    with("contains", r#"(Phrase "t-w")"#, &[r#"(Service "test-web")"#]);
    with("is-of-type", r#"(Type "Concept")"#, &[r#"(Concept "cart")"#]);
    with("is-of-type", r#"(TypeChoice (Type "Number") (Type "Concept"))"#, &[r#"(Concept "cart")"#]);
    with("is-of-type", r#"(Quote (Signature (Concept "cart")))"#, &[r#"(Concept "cart")"#]);
}

#[test]
fn a_function_says_what_it_takes() {
    let fail = |name: &str, arguments: &str, expected: &str| {
        fails(&format!("(ExecutionOutput (GroundedSchema \"{name}\") (List {arguments}))"), expected);
    };
    fail("lower", "", "the function `lower` failed: it takes 1 argument, and was given 0");
    fail("length", r#"(List (Concept "a"))"#, r#"(List (Concept "a")) has no text"#);
    fail("node", r#"(Type "Link") (Concept "p")"#, "Link is the type of links");
    fail("number", r#"(Concept "x")"#, "\"x\" is no number");
    fail("slice", r#"(Concept "x") (Number -1) (Number 1)"#, "(Number -1) is no position");
    fail("lowre", r#"(Concept "x")"#, "no function `lowre` is registered; registered are concat, length, lower, node");
}
