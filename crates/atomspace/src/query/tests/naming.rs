//! The names of bound variables in what is written.

use super::gives;

const W: &str = r#"(Member (Concept "c") (Concept "w"))"#;

/// What a template gives for `$x` being `c`.
#[track_caller]
fn template(template: &str, expected: &str) {
    gives(&format!(r#"{W} (Bind (Member (Variable "$x") (Concept "w")) {template})"#), &[expected]);
}

#[test]
fn bound_variables_keep_their_names() {
    template(
        r#"(Lambda (Variable "$y") (List (Variable "$y") (Variable "$x")))"#,
        r#"(Lambda (Variable "$y") (List (Variable "$y") (Concept "c")))"#,
    );
    template(
        r#"(Lambda (Variable "$y") (List (Variable "$y") (Quote (Variable "$bound-0"))))"#,
        r#"(Lambda (Variable "$y") (List (Variable "$y") (Variable "$bound-0")))"#,
    );
    template(
        r#"(Lambda (Variable "$y") (Lambda (TypedVariable (Glob "$z") (Type "Concept")) (List (Glob "$z") (Lambda (Variable "$y") (Variable "$y")))))"#,
        r#"(Lambda (Variable "$y") (Lambda (TypedVariable (Glob "$z") (Type "Concept")) (List (Glob "$z") (Lambda (Variable "$y") (Variable "$y")))))"#,
    );
}

#[test]
fn a_name_that_would_catch_what_is_put_in_gives_way() {
    template(
        r#"(Lambda (Variable "$y") (List (Variable "$y") (Quote (Variable "$y"))))"#,
        r#"(Lambda (Variable "$y-1") (List (Variable "$y-1") (Variable "$y")))"#,
    );
    template(
        r#"(Lambda (VariableList (Variable "$y") (Variable "$y-1")) (List (Variable "$y") (Variable "$y-1") (Quote (Variable "$y"))))"#,
        r#"(Lambda (VariableList (Variable "$y-2") (Variable "$y-1")) (List (Variable "$y-2") (Variable "$y-1") (Variable "$y")))"#,
    );
    // Without a declaration, the scope would bind it whatever its name.
    template(
        r#"(Get (List (Variable "$y") (Quote (Variable "$z"))))"#,
        r#"(Get (VariableList (Variable "$y")) (List (Variable "$y") (Variable "$z")))"#,
    );
    // A quoted scope is written as it stands: catching is what it is for.
    template(
        r#"(Quote (Lambda (Variable "$y") (List (Variable "$y") (Unquote (Variable "$x")))))"#,
        r#"(Lambda (Variable "$y") (List (Variable "$y") (Concept "c")))"#,
    );
}

#[test]
fn a_value_that_is_open_is_not_caught() {
    let data = r#"(List (Concept "open") (Variable "$y"))
        (Bind (TypedVariable (Variable "$v") (Type "Variable")) (List (Concept "open") (Variable "$v"))
          (Lambda (Variable "$y") (List (Variable "$y") (Variable "$v"))))"#;
    let with = |name: &str, value: &str| {
        format!(r#"(Lambda (Variable "{name}") (List (Variable "{name}") (Variable "{value}")))"#)
    };
    // The query itself lies in the space, and has such a list in it.
    gives(data, &[&with("$y-1", "$y"), &with("$y", "$v")]);
    let put = r#"(Put (Lambda (Variable "$p") (Lambda (Variable "$y") (List (Variable "$y") (Variable "$p")))) (Quote (Variable "$y")))"#;
    gives(put, &[r#"(Lambda (Variable "$y-1") (List (Variable "$y-1") (Variable "$y")))"#]);
}

#[test]
fn links_that_differ_in_bound_names_are_equal_and_not_identical() {
    let with = |test: &str, one: (&str, &str), two: (&str, &str), expected: &str| {
        let lambda = |(name, other): (&str, &str)| {
            format!(
                r#"(Lambda (Variable "{name}") (Set (Variable "{name}") (Concept "{other}") (Quote (Variable "$f"))))"#
            )
        };
        let query = format!("(Cond ({test} {} {}) (Concept \"yes\") (Concept \"no\"))", lambda(one), lambda(two));
        gives(&query, &[&format!("(Concept \"{expected}\")")]);
    };
    with("Equal", ("$a", "c"), ("$b", "c"), "yes");
    with("Equal", ("$a", "c"), ("$f", "c"), "yes");
    with("Equal", ("$a", "c"), ("$b", "d"), "no");
    with("Identical", ("$a", "c"), ("$b", "c"), "no");
    with("Identical", ("$a", "c"), ("$a", "c"), "yes");
    let free = r#"(Cond (Equal (Lambda (Variable "$a") (Quote (Variable "$f"))) (Lambda (Variable "$a") (Quote (Variable "$g"))))
        (Concept "yes") (Concept "no"))"#;
    gives(free, &[r#"(Concept "no")"#]);
}
