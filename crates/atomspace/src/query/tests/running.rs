//! Running query atoms.

use super::{gives as check, run, space};
use crate::query::{Bounds, Computed, Functions, Query, QueryError, Setting, Stopped, dual, execute, explain_dual};
use crate::space::AtomType;

const FACTS: &str = r#"(List (Concept "a") (Number 2)) (List (Concept "b") (Number 5))"#;

#[test]
fn queries_give_atoms() {
    let with = |query: &str, expected: &[&str]| check(&format!("{FACTS} {query}"), expected);
    with(r#"(Get (Variable "$x") (List (Variable "$x") (Number 2)))"#, &[r#"(Concept "a")"#]);
    with(
        r#"(Meet (List (Variable "$x") (Variable "$y")))"#,
        &[r#"(List (Concept "a") (Number 2))"#, r#"(List (Concept "b") (Number 5))"#],
    );
    with(r#"(Get (List (Glob "$g") (Number 5)))"#, &[r#"(List (Concept "b"))"#]);
    with(r#"(Satisfaction (List (Variable "$x") (Number 2)))"#, &["true"]);
    with(r#"(Satisfaction (List (Variable "$x") (Number 3)))"#, &["false"]);
    with(
        r#"(Query (List (Variable "$x") (Variable "$n")) (Member (Variable "$x") (Concept "seen")) (Plus (Variable "$n") (Number 1)))"#,
        &[
            r#"(Member (Concept "a") (Concept "seen"))"#,
            "(Number 3)",
            r#"(Member (Concept "b") (Concept "seen"))"#,
            "(Number 6)",
        ],
    );
    with(
        r#"(Bind (List (Variable "$x") (Variable "$n")) (Quote (Plus (Unquote (Variable "$n")) (Number 1))))"#,
        &["(Plus (Number 2) (Number 1))", "(Plus (Number 5) (Number 1))"],
    );
}

#[test]
fn what_is_computed_gives_what_it_computes() {
    check("(Plus (Number 1) (Times (Number 2) (Number 3)))", &["(Number 7)"]);
    check("(Minus (Number 1))", &["(Number -1)"]);
    check(r#"(Cond (GreaterThan (Number 1) (Number 2)) (Concept "yes") (Concept "no"))"#, &[r#"(Concept "no")"#]);
    let put = r#"(Put (Lambda (VariableList (Variable "$x") (Variable "$y")) (Set (Variable "$y") (Plus (Variable "$x") (Number 1))))
        (List (Number 1) (Concept "c")))"#;
    check(put, &[r#"(Set (Concept "c") (Number 2))"#]);
    let filter = r#"(Filter (Rule (Variable "$x") (Member (Variable "$x") (Concept "c")) (List (Variable "$x")))
        (Set (Member (Concept "a") (Concept "c")) (Member (Concept "b") (Concept "d")) (Concept "x")))"#;
    check(filter, &[r#"(Set (List (Concept "a")))"#]);
}

fn functions() -> Functions {
    let mut functions = Functions::new();
    functions.schema("joined", |space, arguments| {
        let names: Vec<String> =
            arguments.iter().filter_map(|argument| space.name(argument.find(space)?).map(str::to_owned)).collect();
        if names.is_empty() {
            return Err("nothing to join".to_owned());
        }
        Ok(Computed::Node(AtomType::CONCEPT, names.join("-").into()))
    });
    functions.predicate("even", |space, arguments| match arguments {
        [one] => Ok(one.number(space).is_some_and(|number| number % 2.0 == 0.0)),
        _ => Err("it takes one".to_owned()),
    });
    functions
}

#[test]
fn registered_functions_are_called() {
    let with = |query: &str| run(&format!("{FACTS} {query}"), &functions()).expect("it runs");
    let even = r#"(Get (Variable "$x") (And (List (Variable "$x") (Variable "$n")) (Evaluation (GroundedPredicate "even") (List (Variable "$n")))))"#;
    // The number has no column of its own to be declared in: it must be declared.
    let error = run(&format!("{FACTS} {even}"), &functions()).expect_err("undeclared");
    assert!(matches!(error, QueryError::Undeclared { variable, .. } if variable == "$n"));
    let even = even.replace(r#"(Get (Variable "$x")"#, "(Get");
    assert_eq!(with(&even), [r#"(List (Concept "a") (Number 2))"#]);
    let joined = r#"(Bind (List (Variable "$x") (Variable "$n")) (ExecutionOutput (GroundedSchema "joined") (List (Variable "$x") (Variable "$n"))))"#;
    assert_eq!(with(joined), [r#"(Concept "a-2")"#, r#"(Concept "b-5")"#]);
    let compared = r#"(Get (And (List (Variable "$x") (Variable "$n"))
        (Equal (Concept "b-5") (ExecutionOutput (GroundedSchema "joined") (List (Variable "$x") (Variable "$n"))))))"#;
    assert_eq!(with(compared), [r#"(List (Concept "b") (Number 5))"#]);
    let failing = r#"(ExecutionOutput (GroundedSchema "joined") (List))"#;
    let error = run(failing, &functions()).expect_err("it fails").to_string();
    assert_eq!(error, "the function `joined` failed: nothing to join");
}

#[test]
fn a_function_that_fails_stops_the_search() {
    let space = space(FACTS);
    let text = r#"(Get (And (List (Variable "$x") (Variable "$n")) (Evaluation (GroundedPredicate "even") (List (Variable "$n") (Variable "$n")))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let functions = functions();
    let prepared = query.prepare_with(&space, Setting { functions: &functions, given: &[] }).expect("registered");
    let mut found = prepared.solutions(Bounds::default());
    assert!(matches!(found.next(), Some(Err(Stopped::Function { .. }))));
    assert!(found.next().is_none());
}

#[test]
fn a_dual_finds_the_patterns_that_an_atom_fits() {
    let data = r#"
        (Get (List (Variable "$x") (Concept "b")))
        (Get (List (Variable "$x") (Variable "$x")))
        (Get (List (Variable "$x") (Set (Variable "$y") (Concept "k"))))
        (Get (List (Glob "$any")))
        (List (Concept "a") (Concept "b"))
        (List (Concept "a") (Set (Concept "j") (Concept "k")))"#;
    check(
        &format!(r#"{data} (Dual (List (Concept "a") (Concept "b")))"#),
        &[r#"(List (Variable "$x") (Concept "b"))"#, r#"(List (Glob "$any"))"#],
    );
    let mut space = space(data);
    let atom = space
        .load(r#"(List (Concept "a") (Set (Concept "k") (Concept "j")))"#)
        .expect("well-formed")
        .last
        .expect("one");
    let fits = dual(&space, atom, Bounds::default()).expect("it ends");
    let shown: Vec<String> = fits.iter().map(|fit| space.show(fit.pattern)).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    let names: Vec<String> = fits[0]
        .values
        .iter()
        .map(|(variable, atoms)| format!("{} {}", space.show(*variable), space.show(atoms[0])))
        .collect();
    assert_eq!(names, [r#"(Variable "$x") (Concept "a")"#, r#"(Variable "$y") (Concept "j")"#]);
}

#[test]
fn a_dual_respects_what_is_declared_where_a_pattern_stands() {
    let data = r#"(declare-type Service Concept) (declare-type Cart Service)
        (Get (TypedVariable (Variable "$c") (Type "Cart")) (And (Member (Variable "$c") (Concept "w")) (List (Variable "$c"))))
        (Get (TypedVariable (Variable "$s") (TypeInh "Service")) (Member (Variable "$s") (Concept "w")))
        (Bind (TypedVariable (Variable "$s") (Type "Number")) (Member (Variable "$s") (Concept "w")) (Variable "$s"))"#;
    let patterns = [r#"(Member (Variable "$c") (Concept "w"))"#, r#"(Member (Variable "$s") (Concept "w"))"#];
    check(&format!(r#"{data} (Dual (Member (Service "mail") (Concept "w")))"#), &patterns[1..]);
    check(&format!(r#"{data} (Dual (Member (Cart "cart") (Concept "w")))"#), &patterns);
    check(&format!(r#"{data} (Dual (Member (Concept "other") (Concept "w")))"#), &[]);
}

#[test]
fn how_a_dual_is_searched_can_be_explained() {
    let mut space = space(r#"(Get (List (Variable "$x") (Concept "b"))) (Get (List (Variable "$x") (Concept "c")))"#);
    let atom = space.load(r#"(List (Concept "a") (Concept "b"))"#).expect("well-formed").last.expect("one");
    let planned = explain_dual(&space, atom, None).expect("explained");
    assert!(!planned.asked && planned.branches[0].steps.len() == 2);
    let asked = explain_dual(&space, atom, Some(Bounds::default())).expect("explained");
    let steps = &asked.branches[0].steps;
    assert_eq!((steps[0].passed, steps[1].tried, steps[1].passed), (2, 2, 1));
    assert!(
        asked.to_string().starts_with("1. each link that joins what fits a part [incoming set] expected 5.0, passed 2")
    );
}

#[test]
fn the_lambda_of_a_put_binds_its_own_variables_and_no_others() {
    let data = r#"(Member (Concept "a") (Concept "w"))
        (Bind (Variable "$z") (Member (Variable "$z") (Concept "w"))
          (Put (Lambda (Variable "$p") (Inheritance (Variable "$p") (Concept "x"))) (Variable "$z")))"#;
    check(data, &[r#"(Inheritance (Concept "a") (Concept "x"))"#]);
    let compared = r#"(Member (Concept "a") (Concept "w")) (List (Concept "a") (Concept "a"))
        (Get (Variable "$z") (And (Member (Variable "$z") (Concept "w"))
          (Equal (Put (Lambda (Variable "$p") (List (Variable "$p") (Variable "$p"))) (Variable "$z"))
                 (List (Concept "a") (Concept "a")))))"#;
    check(compared, &[r#"(Concept "a")"#]);
}

#[test]
fn what_grows_without_end_stops_at_a_number_of_parts() {
    let twice = r#"(Put (Lambda (Variable "$p") (List (Variable "$p") (Variable "$p"))) "#;
    let deep = format!("{}(Concept \"a\"){}", twice.repeat(60), ")".repeat(60));
    match run(&deep, &Functions::new()) {
        Err(QueryError::Stopped(Stopped::Parts(most))) => assert_eq!(most, Bounds::default().parts),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_kept_until_all_is_found_is_bounded_and_one_by_one_nothing_is_kept() {
    let member = |at: i32| format!("(Member (Concept \"{at}\") (Concept \"w\"))");
    let mut many = space(&(0..60).map(member).collect::<Vec<_>>().join(" "));
    let pairs = r#"(VariableList (Variable "$a") (Variable "$b"))
        (And (Member (Variable "$a") (Variable "$w")) (Member (Variable "$b") (Variable "$w")))"#;
    let pairs = pairs.replace("(VariableList ", r#"(VariableList (Variable "$w") "#);
    let bounds = Bounds { parts: 5_000, ..Bounds::default() };
    let rewrites = format!("(Bind {pairs} (List (Variable \"$a\") (Variable \"$b\")))");
    let query = Query::parse(many.types(), &rewrites).unwrap();
    let prepared = query.prepare(&many).unwrap();
    assert!(matches!(prepared.written(bounds.clone()), Err(QueryError::Stopped(Stopped::Parts(5_000)))));
    let mut taken = 0;
    let took = prepared.written_each(&bounds, |computed| {
        taken += 1;
        assert_eq!(computed.parts(), 3);
        Ok::<_, QueryError>(true)
    });
    assert!(took.is_ok() && taken == 3_600, "{taken}");
    let mut left = 10;
    let stopped = prepared.written_each(&bounds, |_| {
        left -= 1;
        Ok::<_, QueryError>(left > 0)
    });
    assert!(stopped.is_ok() && left == 0);
    let get = many.load(&format!("(Get {pairs})")).unwrap().last.unwrap();
    let gotten = execute(&mut many, get, &Functions::new(), bounds);
    assert!(matches!(gotten, Err(QueryError::Stopped(Stopped::Parts(5_000)))), "{gotten:?}");
}
