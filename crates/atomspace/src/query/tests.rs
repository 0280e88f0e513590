//! What queries find, held against a matcher that only tries everything.

mod arithmetic;
mod atomese;
mod bounded;
mod clauses;
mod definitions;
mod direct;
mod errors;
mod filters;
mod forms;
mod groups;
mod guide;
mod joins;
mod laws;
mod naive;
mod naming;
mod plans;
mod running;
mod standard;
mod sturdy;
mod types;

use super::{Answer, Bounds, Functions, Prepared, Query, QueryError, Solution, execute};
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

/// What running the last atom of a text gives, as text.
fn run(data: &str, functions: &Functions) -> Result<Vec<String>, QueryError> {
    let mut space = Space::new();
    let last = space.load(data).expect("well-formed").last.expect("an atom");
    let answer = execute(&mut space, last, functions, Bounds::default())?;
    Ok(match answer {
        Answer::Holds(holds) => vec![holds.to_string()],
        Answer::Atoms(atoms) => atoms.into_iter().map(|atom| space.show(atom)).collect(),
    })
}

/// Checks what running the last atom of a text gives, with the standard functions.
#[track_caller]
fn gives(data: &str, expected: &[&str]) {
    assert_eq!(run(data, &Functions::standard()).expect("it runs"), expected, "{data}");
}

/// Checks what is said of running the last atom of a text.
#[track_caller]
fn fails(data: &str, expected: &str) {
    let error = run(data, &Functions::standard()).expect_err(data).to_string();
    assert!(error.contains(expected), "{error}");
}
