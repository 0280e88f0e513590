//! What has a great many ways is gone through way by way, and stops where a bound is met.

use super::space;
use crate::query::{Answer, Bounds, Cancel, Functions, Query, QueryError, Stopped, dual, execute};

/// `name` with each of some numbers, as nodes of a type side by side.
fn nodes(of: &str, name: &str, count: usize) -> String {
    (0..count).map(|at| format!("({of} \"{name}{at}\")")).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_first_of_many_ways_through_a_scope_is_found_without_the_others() {
    let data = format!(r#"(Lambda (Variable "$a") (Set (Variable "$a") {}))"#, nodes("Concept", "c", 12));
    let space = space(&data);
    let variables = nodes("Variable", "$v", 12);
    let text =
        format!(r#"(Get (VariableList {variables}) (Lambda (Variable "$z") (Set (Variable "$z") {variables})))"#);
    let query = Query::parse(space.types(), &text).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    let mut solutions = prepared.solutions(Bounds { steps: 10_000, ..Bounds::default() });
    assert!(matches!(solutions.next(), Some(Ok(_))));
    assert!(solutions.steps() <= 4_096, "{}", solutions.steps());
    assert_eq!(solutions.by_ref().take(50).flatten().count(), 50);
}

#[test]
fn a_filter_with_many_ways_stops_at_each_bound() {
    let variables = nodes("Variable", "v", 11);
    let text = format!(
        r#"(Filter (Rule (VariableList {variables}) (Set {variables}) (Concept "hit")) (List (Set {})))"#,
        nodes("Concept", "c", 11)
    );
    let stopped = |bounds: Bounds| {
        let mut space = space(&text);
        let last = space.handles().last().expect("a filter");
        match execute(&mut space, last, &Functions::new(), bounds) {
            Err(QueryError::Stopped(stopped)) => stopped,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(stopped(Bounds { parts: 20_000, ..Bounds::default() }), Stopped::Parts(20_000));
    assert_eq!(stopped(Bounds { steps: 20_000, ..Bounds::default() }), Stopped::Steps(20_000));
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(stopped(Bounds { cancel: Some(cancel), ..Bounds::default() }), Stopped::Cancelled);
}

#[test]
fn the_patterns_that_an_atom_fits_are_found_without_all_the_ways_in_which_it_does() {
    let data = format!("(Get (Set {})) (Dual (Set {}))", nodes("Variable", "$v", 12), nodes("Concept", "c", 12));
    let mut space = space(&data);
    let asked = space.handles().last().expect("a dual");
    let bounds = || Bounds { steps: 20_000, parts: 20_000, ..Bounds::default() };
    let answer = execute(&mut space, asked, &Functions::new(), bounds()).expect("it ends");
    assert!(matches!(answer, Answer::Atoms(patterns) if patterns.len() == 1));
    let about = space.outgoing(asked)[0];
    let all = dual(&space, about, Bounds { steps: 10_000_000, ..bounds() });
    assert!(matches!(all, Err(QueryError::Stopped(Stopped::Parts(20_000)))), "{all:?}");
}

#[test]
fn solutions_that_are_remembered_so_as_to_come_once_count_as_kept() {
    let members: Vec<String> = (0..200).map(|at| format!("(Member (Concept \"{at}\") (Concept \"w\"))")).collect();
    let space = space(&members.join(" "));
    let text = r#"(Get (Or (Member (Variable "$x") (Concept "w")) (Member (Variable "$x") (Concept "v"))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    assert_eq!(prepared.solutions(Bounds { parts: 400, ..Bounds::default() }).flatten().count(), 200);
    let last = prepared.solutions(Bounds { parts: 399, ..Bounds::default() }).last();
    assert_eq!(last, Some(Err(Stopped::Parts(399))));
}

#[test]
fn what_is_copied_to_each_position_counts_as_made() {
    let text = format!("(ElementOf (Number{}) (List (List {})))", " 0".repeat(200), nodes("Concept", "c", 100));
    let asked = |parts| {
        let mut space = space(&text);
        let last = space.load(&text).expect("well-formed").last.expect("an atom");
        execute(&mut space, last, &Functions::new(), Bounds { parts, ..Bounds::default() })
    };
    assert!(matches!(asked(10_000), Err(QueryError::Stopped(Stopped::Parts(10_000)))));
    assert!(matches!(asked(30_000), Ok(Answer::Atoms(found)) if found.len() == 1));
}
