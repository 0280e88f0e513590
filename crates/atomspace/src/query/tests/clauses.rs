//! What each kind of clause says.

use super::{check, found, space};

const CALLS: &str = r#"
    (Evaluation (Predicate "calls") (List (Concept "web") (Concept "cart")))
    (Evaluation (Predicate "calls") (List (Concept "web") (Concept "mail")))
    (Evaluation (Predicate "calls") (List (Concept "cart") (Concept "stock")))
    (Evaluation (Predicate "slow") (List (Concept "stock")))
    (Member (Concept "web") (Concept "front"))
    (Member (Concept "mail") (Concept "back"))
    (Member (Concept "cart") (Concept "back"))
"#;

#[test]
fn clauses_are_joined_by_their_variables() {
    let query = r#"(Get (VariableList (Variable "$a") (Variable "$b") (Variable "$c"))
        (And (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
             (Evaluation (Predicate "calls") (List (Variable "$b") (Variable "$c")))))"#;
    check(CALLS, query, &["web cart stock"]);
    check(
        CALLS,
        r#"(Get (Variable "$p") (Evaluation (Variable "$p") (List (Concept "stock"))))"#,
        &[r#"(Predicate "slow")"#],
    );
}

#[test]
fn what_is_absent_must_not_be_there() {
    let query = r#"(Get (VariableList (Variable "$a") (Variable "$any")) (And (Member (Variable "$a") (Concept "back"))
        (Absent (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$any"))))))"#;
    check(CALLS, query, &["mail"]);
    let query = r#"(Get (And (Member (Variable "$a") (Concept "back"))
        (Not (And (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
                  (Evaluation (Predicate "slow") (List (Variable "$b")))))))"#;
    check(CALLS, query, &["mail"]);
    check(CALLS, r#"(Get (Absent (Member (Concept "web") (Concept "back"))))"#, &[""]);
    check(CALLS, r#"(Get (Absent (Member (Concept "web") (Variable "$anywhere"))))"#, &[]);
}

#[test]
fn an_or_holds_where_a_branch_does_and_says_each_solution_once() {
    let query = r#"(Get (Variable "$a") (Or (Member (Variable "$a") (Concept "back"))
        (Evaluation (Predicate "calls") (List (Concept "web") (Variable "$a")))))"#;
    check(CALLS, query, &["cart", "mail"]);
    let query = r#"(Get (VariableList (Variable "$a") (Variable "$where"))
        (Member (Variable "$a") (Choice (Concept "front") (Concept "nowhere"))))"#;
    check(CALLS, query, &["web"]);
}

#[test]
fn an_always_refuses_all_solutions_where_one_breaks_it() {
    let with = |class: &str| {
        format!(
            r#"(Get (Variable "$a") (And (Evaluation (Predicate "calls") (List (Concept "web") (Variable "$a")))
                (Always (Member (Variable "$a") (Concept "{class}")))))"#
        )
    };
    check(CALLS, &with("back"), &["cart", "mail"]);
    check(CALLS, &with("front"), &[]);
}

#[test]
fn a_test_is_computed() {
    let data = r#"
        (Evaluation (Predicate "load") (List (Concept "web") (Number 3)))
        (Evaluation (Predicate "load") (List (Concept "cart") (Number 7)))
        (Evaluation (Predicate "load") (List (Concept "mail") (Concept "unknown")))
        (Number 10)"#;
    let with = |test: &str| {
        format!(
            r#"(Get (Variable "$a") (And {test}
                (Evaluation (Predicate "load") (List (Variable "$a") (Variable "$n")))))"#
        )
    };
    let with = |test: &str, expected: &[&str]| {
        let query =
            with(test).replace(r#"(Get (Variable "$a")"#, r#"(Get (VariableList (Variable "$a") (Variable "$n"))"#);
        let found = found(&space(data), &query);
        let names: Vec<&str> = found.iter().map(|row| row.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(names, expected, "{test}");
    };
    with(r#"(GreaterThan (Variable "$n") (Number 5))"#, &["cart"]);
    with(r#"(LessThan (Variable "$n") (Number 5))"#, &["web"]);
    with(r#"(Not (GreaterThan (Variable "$n") (Number 5)))"#, &["web"]);
    with(r#"(GreaterThan (Plus (Variable "$n") (Number 1)) (Times (Number 2) (Number 3.5)))"#, &["cart"]);
    with(r#"(Equal (Minus (Variable "$n") (Number 1)) (Divide (Number 4) (Number 2)))"#, &["web"]);
    with(r#"(Equal (Variable "$n") (Minus (Number 10) (Number 3)))"#, &["cart"]);
    with(r#"(Identical (Variable "$n") (Concept "unknown"))"#, &["mail"]);
    with(r#"(Not (Identical (Variable "$n") (Number 3)))"#, &["cart", "mail"]);
}

#[test]
fn an_equation_gives_a_variable_its_value() {
    let data = r#"(Evaluation (Predicate "load") (List (Concept "web") (Number 3))) (Number 4)"#;
    let query = r#"(Get (VariableList (Variable "$n") (Variable "$next"))
        (And (Equal (Variable "$next") (Plus (Variable "$n") (Number 1)))
             (Evaluation (Predicate "load") (List (Concept "web") (Variable "$n")))))"#;
    check(data, query, &["(Number 3) (Number 4)"]);
    // The sum is no atom of the space.
    check(
        "(List (Number 3))",
        r#"(Get (And (Equal (Variable "$m") (Plus (Variable "$n") (Number 1))) (List (Variable "$n"))))"#,
        &[],
    );
}

#[test]
fn what_atoms_carry_can_be_compared() {
    let data = r#"
        (Member (Concept "web" (stv 0.9 0.8) (alist (cons (Predicate "load") 0.75))) (Concept "all"))
        (Member (Concept "cart" (stv 0.2 0.8) (alist (cons (Predicate "load") (FloatValue 0.5)))) (Concept "all"))
        (Member (Concept "mail") (Concept "all"))"#;
    let with = |test: &str| format!(r#"(Get (Variable "$a") (And (Member (Variable "$a") (Concept "all")) {test}))"#);
    check(data, &with(r#"(GreaterThan (StrengthOf (Variable "$a")) (Number 0.5))"#), &["mail", "web"]);
    check(data, &with(r#"(GreaterThan (ConfidenceOf (Variable "$a")) (Number 0.5))"#), &["cart", "web"]);
    check(data, &with(r#"(LessThan (ValueOf (Variable "$a") (Predicate "load")) (Number 0.6))"#), &["cart"]);
    check(data, &with(r#"(Not (LessThan (ValueOf (Variable "$a") (Predicate "load")) (Number 0.6)))"#), &["web"]);
}

#[test]
fn a_sequential_and_is_an_and_and_present_looks_for_what_else_would_be_a_clause() {
    let data = r#"(Or (Concept "a") (Concept "b")) (GreaterThan (Concept "a") (Concept "b")) (Not (Concept "c"))"#;
    check(data, r#"(Get (Present (Or (Variable "$x") (Concept "b"))))"#, &["a"]);
    check(data, r#"(Get (Present (GreaterThan (Variable "$x") (Variable "$y"))))"#, &["a b"]);
    check(data, r#"(Get (SequentialAnd (Present (Not (Variable "$x"))) (Variable "$x")))"#, &["c"]);
}
