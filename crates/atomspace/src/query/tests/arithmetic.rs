//! Arithmetic, and what is said where something cannot be computed.

use super::{check, fails, gives};

#[test]
fn operations_compute() {
    for (query, expected) in [
        ("(Max (Number 1) (Number 7) (Number 3))", "(Number 7)"),
        ("(Min (Number 1) (Number 7) (Number -3))", "(Number -3)"),
        ("(Abs (Number -2.5))", "(Number 2.5)"),
        ("(Floor (Number -2.5))", "(Number -3)"),
        ("(Pow (Number 2) (Number 10))", "(Number 1024)"),
        ("(Log2 (Number 8))", "(Number 3)"),
        ("(Exp2 (Number 3))", "(Number 8)"),
        ("(Sine (Number 0))", "(Number 0)"),
        ("(Cosine (Number 0))", "(Number 1)"),
        ("(Divide (Number 4))", "(Number 0.25)"),
        ("(Plus)", "(Number 0)"),
        ("(Times)", "(Number 1)"),
    ] {
        gives(query, &[expected]);
    }
}

#[test]
fn several_numbers_are_computed_element_by_element() {
    gives("(Plus (Number 1 2 3) (Number 10))", &["(Number 11 12 13)"]);
    gives("(Minus (Number 10) (Number 1 2 3))", &["(Number 9 8 7)"]);
    gives("(Times (Number 1 2 3) (Number 3 2 1))", &["(Number 3 4 3)"]);
    gives("(Minus (Number 1 -2))", &["(Number -1 2)"]);
    let data = r#"(Concept "web" (alist (cons (Predicate "vec") (FloatValue 1 2 3))))"#;
    gives(&format!(r#"{data} (Max (ValueOf (Concept "web") (Predicate "vec")) (Number 2))"#), &["(Number 2 2 3)"]);
    let equal =
        r#"(Cond (Equal (ValueOf (Concept "web") (Predicate "vec")) (Number 1 2 3)) (Concept "yes") (Concept "no"))"#;
    gives(&format!("{data} {equal}"), &[r#"(Concept "yes")"#]);
    fails("(Plus (Number 1 2 3) (Number 1 2))", "Plus cannot be computed of 3 numbers and 2");
}

#[test]
fn what_cannot_be_computed_says_why() {
    fails(r#"(Plus (Concept "a") (Number 1))"#, r#"(Concept "a") is no number"#);
    fails(r#"(Plus (Variable "$x") (Number 1))"#, r#"(Variable "$x") is no number"#);
    fails("(Minus)", "Minus cannot be computed of 0 numbers");
    fails("(Pow (Number 2))", "Pow cannot be computed of 1 numbers");
    fails(r#"(ValueOf (Concept "a") (Predicate "k"))"#, r#"(Concept "a") carries nothing under (Predicate "k")"#);
    fails(r#"(Cond (GreaterThan (Concept "a") (Number 1)) (Concept "b"))"#, "are not two numbers to be compared");
    fails("(Cond (GreaterThan (Number 1) (Number 2)) (Number 3))", "no condition of the Cond holds");
    fails(r#"(Filter (Lambda (Variable "$x") (Variable "$x")))"#, "a Filter has a rule");
}

#[test]
fn what_has_no_answer_makes_no_negation_hold_however_it_is_written() {
    let data = "(List (Number 1 2 3)) (List (Number 10)) (List (Number 100))";
    for negation in [
        r#"(Not (GreaterThan (Variable "$x") (Number 50)))"#,
        r#"(Not (And (GreaterThan (Variable "$x") (Number 50))))"#,
        r#"(Not (Or (GreaterThan (Variable "$x") (Number 50))))"#,
        r#"(Not (And (List (Variable "$x")) (GreaterThan (Variable "$x") (Number 50))))"#,
        r#"(Not (Not (Not (GreaterThan (Variable "$x") (Number 50)))))"#,
        r#"(Not (Not (And (Not (GreaterThan (Variable "$x") (Number 50))))))"#,
    ] {
        check(data, &format!(r#"(Get (And (List (Variable "$x")) {negation}))"#), &["(Number 10)"]);
    }
}

#[test]
fn what_is_denied_twice_is_said() {
    let data = r#"(Member (Concept "a") (Concept "w")) (Member (Concept "b") (Concept "w"))"#;
    check(data, r#"(Get (Variable "$x") (Not (Not (Member (Variable "$x") (Concept "w")))))"#, &["a", "b"]);
    check(data, r#"(Get (Variable "$x") (Not (Absent (Member (Variable "$x") (Concept "w")))))"#, &["a", "b"]);
}

#[test]
fn what_an_atom_carries_is_the_number_that_was_written() {
    let data = r#"(Concept "a" (stv 0.1 0.7) (alist (cons (Predicate "k") (itv 0.1 0.2 0.9 3)) (cons (Predicate "av") (av 0.3 2))))"#;
    for (query, expected) in [
        (r#"(StrengthOf (Concept "a"))"#, "(Number 0.1)"),
        (r#"(ConfidenceOf (Concept "a"))"#, "(Number 0.7)"),
        (r#"(TruthValueOf (Concept "a"))"#, "(List (Number 0.1) (Number 0.7))"),
        (r#"(ValueOf (Concept "a") (Predicate "k"))"#, "(List (Number 0.1) (Number 0.2) (Number 0.9) (Number 3))"),
        (r#"(ValueOf (Concept "a") (Predicate "av"))"#, "(List (Number 0.3) (Number 2) (Number 0))"),
        (
            r#"(Cond (GreaterThan (StrengthOf (Concept "a")) (Number 0.1)) (Concept "more") (Concept "as much"))"#,
            r#"(Concept "as much")"#,
        ),
    ] {
        gives(&format!("{data} {query}"), &[expected]);
    }
}
