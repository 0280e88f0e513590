//! What queries find, held against a matcher that only tries everything.

mod clauses;
mod direct;
mod errors;
mod forms;
mod guide;
mod laws;
mod naive;
mod plans;
mod running;
mod sturdy;

use super::{Bounds, Prepared, Query, Solution};
use crate::space::Space;

/// A space that holds what a text says.
fn space(text: &str) -> Space {
    let mut space = Space::new();
    space.load(text).expect("well-formed");
    space
}

/// A solution as text: the atoms of its columns, those of a glob in square brackets.
fn shown(space: &Space, query: &Query, solution: &Solution) -> String {
    let column = |(at, _)| {
        let atoms: Vec<String> = solution.atoms(at).iter().map(|atom| short(&space.show_bare(*atom))).collect();
        if query.declared.get(at).is_some_and(|declared| declared.glob) {
            format!("[{}]", atoms.join(" "))
        } else {
            atoms.join(" ")
        }
    };
    let columns: Vec<String> = query.variables().enumerate().map(column).collect();
    columns.join(" ")
}

/// A node of the commonest type is shown by its name.
fn short(text: &str) -> String {
    match text.strip_prefix("(Concept \"").and_then(|rest| rest.strip_suffix("\")")) {
        Some(name) if !name.contains('"') => name.to_owned(),
        _ => text.to_owned(),
    }
}

fn all(prepared: &Prepared<'_>) -> Vec<String> {
    let found = prepared.solutions(Bounds::default());
    found.map(|solution| shown(prepared.space, prepared.query, &solution.expect("it ends"))).collect()
}

/// The solutions of a query over a space, as sorted text.
fn found(space: &Space, query: &str) -> Vec<String> {
    let query = Query::parse(space.types(), query).expect("a query");
    let mut found = all(&query.prepare(space).expect("it can be asked"));
    found.sort();
    found
}

/// Checks the solutions of a query over a space.
#[track_caller]
fn check(data: &str, query: &str, expected: &[&str]) {
    assert_eq!(found(&space(data), query), expected, "{query}");
}

/// Checks why a query is refused.
#[track_caller]
fn refused(data: &str, query: &str, expected: &str) {
    let space = space(data);
    let error = match Query::parse(space.types(), query) {
        Ok(query) => query.prepare(&space).map(|_| ()).expect_err("refused").to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(error, expected);
}
