//! Filters: what they keep, and what they give of it.

use super::{fails, gives};

const FOO: &str = r#"(Evaluation (Predicate "foo") (List (Concept "bar") (Number 3)))
    (Evaluation (Predicate "foo") (List (Concept "bar") (Concept "one")))
    (Evaluation (Predicate "oof") (List (Concept "bar") (Concept "two")))"#;

#[track_caller]
fn foo(rule: &str, expected: &str) {
    gives(&format!("(Filter {rule} (List {FOO}))"), &[expected]);
}

#[test]
fn a_lambda_gives_what_its_variables_stand_for() {
    foo(
        r#"(Lambda (Variable "$x") (Evaluation (Predicate "foo") (List (Concept "bar") (Variable "$x"))))"#,
        r#"(List (Number 3) (Concept "one"))"#,
    );
    foo(
        r#"(Lambda (VariableList (Variable "$x") (Variable "$p")) (Evaluation (Variable "$p") (List (Concept "bar") (Variable "$x"))))"#,
        r#"(List (List (Number 3) (Predicate "foo")) (List (Concept "one") (Predicate "foo")) (List (Concept "two") (Predicate "oof")))"#,
    );
    foo(
        r#"(Lambda (Glob "$g") (Evaluation (Predicate "oof") (List (Glob "$g"))))"#,
        r#"(List (List (Concept "bar") (Concept "two")))"#,
    );
}

#[test]
fn what_is_declared_holds() {
    foo(
        r#"(Lambda (TypedVariable (Variable "$x") (Type "ConceptNode")) (Evaluation (Predicate "foo") (List (Concept "bar") (Variable "$x"))))"#,
        r#"(List (Concept "one"))"#,
    );
    let lists = r#"(Set (List (Concept "a")) (List (Concept "a") (Concept "b")))"#;
    let rule =
        r#"(Rule (TypedVariable (Glob "$y") (Interval (Number 2) (Number 2))) (List (Glob "$y")) (Set (Glob "$y")))"#;
    gives(&format!("(Filter {rule} {lists})"), &[r#"(Set (Set (Concept "a") (Concept "b")))"#]);
    let wrong = r#"(Filter (Rule (TypedVariable (Variable "$x") (Type "Nought")) (Variable "$x") (Variable "$x")) (List (Concept "a")))"#;
    fails(wrong, "there is no type `Nought`");
}

#[test]
fn without_a_declaration_the_free_variables_are_declared() {
    foo(
        r#"(Rule (Evaluation (Predicate "foo") (List (Variable "$a") (Variable "$b"))) (List (Variable "$b") (Variable "$a")))"#,
        r#"(List (List (Number 3) (Concept "bar")) (List (Concept "one") (Concept "bar")))"#,
    );
    foo(r#"(Evaluation (Predicate "oof") (List (Concept "bar") (Variable "$x")))"#, r#"(List (Concept "two"))"#);
}

#[test]
fn a_pattern_by_itself_leaves_the_variables_of_the_query_to_that() {
    let data = r#"(Member (Predicate "foo") (Concept "asked"))"#;
    let query = format!(
        r#"{data} (Bind (Variable "$p") (Member (Variable "$p") (Concept "asked"))
            (Filter (Evaluation (Variable "$p") (List (Concept "bar") (Variable "$x"))) (List {FOO})))"#
    );
    gives(&query, &[r#"(List (Number 3) (Concept "one"))"#]);
}

#[test]
fn queries_and_values_are_data() {
    let watched = r#"(Member (Concept "web") (Concept "watched")) (Member (Concept "cart") (Concept "watched"))"#;
    let rule = r#"(Rule (Variable "$x") (Variable "$x") (List (Concept "hit") (Variable "$x")))"#;
    for query in ["Meet", "Get"] {
        gives(
            &format!(r#"{watched} (Filter {rule} ({query} (Member (Variable "$w") (Concept "watched"))))"#),
            &[r#"(Set (List (Concept "hit") (Concept "cart")) (List (Concept "hit") (Concept "web")))"#],
        );
    }
    let values = r#"(Concept "web" (alist (cons (Predicate "vec") (FloatValue 1 2 3))))
        (Filter (Rule (Variable "$x") (Variable "$x") (Plus (Variable "$x") (Number 1))) (ValueOf (Concept "web") (Predicate "vec")))"#;
    gives(values, &["(List (Number 2) (Number 3) (Number 4))"]);
    let wrong =
        format!(r#"(Filter {rule} (Get (And (Member (Variable "$w")) (GreaterThan (Variable "$v") (Number 1)))))"#);
    fails(&wrong, "nothing gives the variable `$v` a value");
}

#[test]
fn what_is_not_in_the_space_is_filtered_too() {
    let query = r#"(Member (Concept "web") (Concept "watched"))
        (Bind (Variable "$w") (Member (Variable "$w") (Concept "watched"))
          (Filter (Rule (Variable "$x") (Set (Variable "$x") (Concept "new")) (List (Variable "$x")))
            (List (Set (Concept "new") (List (Variable "$w") (Plus (Number 1) (Number 1)))))))"#;
    gives(query, &[r#"(List (List (List (Concept "web") (Number 2))))"#]);
}

#[test]
fn ways_that_say_the_same_come_once() {
    let query = r#"(Filter (Rule (Variable "$x") (Choice (Variable "$x") (Choice (Variable "$x") (Concept "a"))) (List (Variable "$x")))
        (List (Concept "a")))"#;
    gives(query, &[r#"(List (List (Concept "a")) (List (Variable "$x")))"#]);
}

#[test]
fn a_variable_by_itself_is_like_everything() {
    gives(r#"(Filter (Variable "$x") (List (Concept "a") (Number 1)))"#, &[r#"(List (Concept "a") (Number 1))"#]);
}

#[test]
fn what_gives_no_data_time_and_again_leaves_the_rest_as_it_is() {
    let numbers: Vec<String> = (0..30).map(|at| format!("(Number {at})")).collect();
    let numbers = numbers.join(" ");
    let put = |otherwise: &str| {
        format!(
            r#"(Put (Lambda (Variable "$n") (Cond (GreaterThan (Variable "$n") (Number 28)) {otherwise}
                (Filter (Variable "$x") (Satisfaction (List (Variable "$n")))))) (Set {numbers}))"#
        )
    };
    gives(&put(r#"(Concept "last")"#), &[r#"(Set (Concept "last"))"#]);
}

#[test]
fn a_glob_by_itself_takes_each_element_as_one() {
    let of = |typed: &str, data: &str| {
        format!(r#"(Filter (Rule (TypedVariable (Glob "$g") {typed}) (Glob "$g") (Set (Glob "$g"))) {data})"#)
    };
    let data = r#"(List (Plus (Number 1) (Number 2)) (List (Concept "a")) (Concept "b"))"#;
    gives(&of(r#"(Type "Number")"#, data), &["(List (Set (Number 3)))"]);
    let form = r#"(Signature (List (Type "Concept")))"#;
    gives(&of(form, data), &[r#"(List (Set (List (Concept "a"))))"#]);
    gives(&of("(Interval (Number 0) (Number 1))", "(List (Number 3))"), &["(List (Set (Number 3)))"]);
    gives(&of("(Interval (Number 2) (Number 2))", "(List (Number 3))"), &["(List)"]);
    let open = r#"(List (List (Variable "$x")) (Concept "b"))"#;
    gives(&of("(Interval (Number 1) (Number 2))", open), &[r#"(List (Set (Concept "b")))"#]);
}
