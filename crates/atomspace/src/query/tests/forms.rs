//! Variables with types, globs, quotes, unordered links and scopes.

use super::{check, found, space};

#[test]
fn a_type_restricts_a_variable() {
    let data = r#"(declare-type Service Concept)
        (List (Concept "c")) (List (Service "s")) (List (Predicate "p")) (List (List (Concept "c")))
        (List (Evaluation (Predicate "p") (List (Concept "c"))))"#;
    let with = |of: &str, expected: &[&str]| {
        let space = space(data);
        let query = format!(r#"(Get (TypedVariable (Variable "$x") {of}) (List (Variable "$x")))"#);
        assert_eq!(found(&space, &query), expected, "{of}");
    };
    with(r#"(Type "Concept")"#, &["c"]);
    with(r#"(Type "ConceptNode")"#, &["c"]);
    with(r#"(TypeInh "Concept")"#, &[r#"(Service "s")"#, "c"]);
    with(r#"(TypeChoice (Type "Service") (Type "Predicate"))"#, &[r#"(Predicate "p")"#, r#"(Service "s")"#]);
    with(r#"(TypeSet (TypeInh "Node") (TypeChoice (Type "List") (Type "Predicate")))"#, &[r#"(Predicate "p")"#]);
    let evaluation = r#"(Evaluation (Predicate "p") (List (Concept "c")))"#;
    with(r#"(Signature (Evaluation (Type "Predicate") (Type "List")))"#, &[evaluation]);
    with(r#"(Signature (Evaluation (Type "Predicate") (List (Type "Service"))))"#, &[]);
    with(r#"(Signature (List (TypeInh "Concept")))"#, &[r#"(List (Concept "c"))"#]);
    with(r#"(TypeInh "Link")"#, &[evaluation, r#"(List (Concept "c"))"#]);
}

#[test]
fn a_glob_takes_as_many_atoms_as_its_interval_allows() {
    let data = r#"(List (Concept "a")) (List (Concept "a") (Concept "b")) (List (Concept "a") (Concept "b") (Concept "c"))
        (List (Concept "z"))"#;
    let with = |interval: &str, expected: &[&str]| {
        let query = format!(r#"(Get (TypedVariable (Glob "$g") {interval}) (List (Concept "a") (Glob "$g")))"#);
        check(data, &query, expected);
    };
    with("(Interval (Number 0) (Number -1))", &["[]", "[b c]", "[b]"]);
    with("(Interval (Number 1) (Number 1))", &["[b]"]);
    with(r#"(TypeSet (Interval (Number 2) (Number 5)) (Type "Concept"))"#, &["[b c]"]);
    check(data, r#"(Get (List (Glob "$front") (Concept "b") (Glob "$back")))"#, &["[a] [c]"]);
    check(data, r#"(Get (List (Variable "$first") (Glob "$rest") (Variable "$last")))"#, &["a [b] c"]);
    let twice = r#"(List (Concept "a") (Concept "b") (Concept "a") (Concept "b")) (List (Concept "a") (Concept "b") (Concept "b") (Concept "a"))"#;
    check(twice, r#"(Get (List (Glob "$g") (Glob "$g")))"#, &["[a b]"]);
}

#[test]
fn an_unordered_link_is_matched_in_every_order() {
    let data = r#"(Set (Concept "a") (Concept "b") (Concept "c")) (Set (Concept "a") (List (Concept "b")))"#;
    check(
        data,
        r#"(Get (VariableList (Variable "$x") (Variable "$y")) (Set (Variable "$x") (Concept "b") (Variable "$y")))"#,
        &["a c", "c a"],
    );
    check(data, r#"(Get (Set (List (Variable "$x")) (Variable "$y")))"#, &["b a"]);
    check(
        data,
        r#"(Get (VariableList (Variable "$x") (Glob "$rest")) (Set (Glob "$rest") (Variable "$x") (Concept "b")))"#,
        &["a [c]", "c [a]"],
    );
    check(data, r#"(Get (Set (Variable "$x") (Variable "$x")))"#, &[]);
    check(r#"(Set (Concept "a") (Concept "a"))"#, r#"(Get (Set (Variable "$x") (Variable "$y")))"#, &["a a"]);
}

#[test]
fn a_quote_takes_connectives_and_variables_as_they_are() {
    let data = r#"(And (Concept "a") (Concept "b")) (List (Concept "a") (Variable "$x"))
        (Bind (Variable "$v") (List (Variable "$v")) (Concept "seen"))"#;
    check(data, r#"(Get (Quote (And (Unquote (Variable "$q")) (Concept "b"))))"#, &["a"]);
    check(data, r#"(Get (List (Variable "$a") (Quote (Variable "$x"))))"#, &["a"]);
    // A variable stands for closed atoms only, unless it is said to stand for a variable.
    check(data, r#"(Get (List (Concept "a") (Variable "$a")))"#, &[]);
    let typed = r#"(Get (TypedVariable (Variable "$a") (Type "Variable")) (List (Concept "a") (Variable "$a")))"#;
    check(data, typed, &[r#"(Variable "$x")"#]);
    let rules = r#"(Get (Variable "$what") (Quote (Bind (Variable "$v") (List (Variable "$v")) (Unquote (Variable "$what")))))"#;
    check(data, rules, &["seen"]);
    // The parts of a quoted scope are open by nature.
    let parts = r#"(Get (VariableList (Variable "$of") (Variable "$body")) (Quote (Lambda (Unquote (Variable "$of")) (Unquote (Variable "$body")))))"#;
    let lambda =
        r#"(Lambda (Variable "$v") (List (Variable "$v") (Concept "a"))) (List (Concept "a") (Variable "$v"))"#;
    check(lambda, parts, &[r#"(Variable "$v") (List (Variable "$v") (Concept "a"))"#]);
    check(lambda, r#"(Get (Quote (List (Concept "a") (Unquote (Variable "$open")))))"#, &[]);
    check(data, r#"(Get (LocalQuote (And (Variable "$p") (Concept "a"))))"#, &["b"]);
}

#[test]
fn scopes_are_equal_up_to_the_names_that_they_bind() {
    let data = r#"
        (Lambda (Variable "$a") (List (Variable "$a") (Concept "c")))
        (Lambda (Variable "$a") (List (Concept "d") (Concept "d")))
        (Lambda (VariableList (Variable "$a") (Variable "$b")) (List (Variable "$b") (Variable "$a")))
        (Member (Lambda (Variable "$k") (Set (Variable "$k") (Concept "c"))) (Concept "known"))"#;
    let with = |pattern: &str, expected: &[&str]| check(data, &format!(r#"(Get (Variable "$v") {pattern})"#), expected);
    with(r#"(Lambda (Variable "$z") (List (Variable "$z") (Variable "$v")))"#, &["c"]);
    with(r#"(Lambda (Variable "$z") (List (Variable "$v") (Variable "$v")))"#, &["d"]);
    with(r#"(Member (Lambda (Variable "$z") (Set (Variable "$v") (Variable "$z"))) (Concept "known"))"#, &["c"]);
    // The bound variables are those of the atom, in its order.
    let two = |one: &str, two: &str| {
        format!(
            r#"(Satisfaction (Lambda (VariableList (Variable "$x") (Variable "$y")) (List (Variable "{one}") (Variable "{two}"))))"#
        )
    };
    let space = space(data);
    assert_eq!(found(&space, &two("$y", "$x")), [""]);
    assert_eq!(found(&space, &two("$x", "$y")), Vec::<String>::new());
    // A name that an inner scope binds again is another variable.
    let nested = r#"(Lambda (Variable "$a") (List (Variable "$a") (Lambda (Variable "$a") (List (Variable "$a")))))"#;
    let query = r#"(Satisfaction (Lambda (Variable "$p") (List (Variable "$p") (Lambda (Variable "$q") (List (Variable "$q"))))))"#;
    check(nested, query, &[""]);
    let query = r#"(Satisfaction (Lambda (Variable "$p") (List (Variable "$p") (Lambda (Variable "$q") (List (Variable "$p"))))))"#;
    check(nested, query, &[]);
}

#[test]
fn a_solution_that_several_scopes_give_comes_once() {
    let data = r#"(Lambda (Variable "$a") (List (Variable "$a") (Concept "c"))) (Lambda (Variable "$b") (List (Variable "$b") (Concept "c")))"#;
    check(data, r#"(Get (Variable "$v") (Lambda (Variable "$z") (List (Variable "$z") (Variable "$v"))))"#, &["c"]);
}
