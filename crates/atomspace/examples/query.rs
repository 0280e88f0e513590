//! Asks a small fleet by patterns: who depends on what is slow, which services nobody watches, and how the search goes.
//!
//! `cargo run -p oriel-atomspace --example query`
#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use oriel_atomspace::query::{
    Answer, Bounds, Computed, Functions, Query, QueryError, Setting, dual, execute, link, node, number, var,
};
use oriel_atomspace::space::{AtomType, Space};
use std::error::Error;

const FLEET: &str = r#"
    (declare-type Service Concept)
    (Evaluation (Predicate "calls") (List (Service "web") (Service "cart")))
    (Evaluation (Predicate "calls") (List (Service "web") (Service "search")))
    (Evaluation (Predicate "calls") (List (Service "cart") (Service "stock")))
    (Evaluation (Predicate "calls") (List (Service "search") (Service "stock")))
    (Evaluation (Predicate "latency") (List (Service "web") (Number 310)))
    (Evaluation (Predicate "latency") (List (Service "cart") (Number 45)))
    (Evaluation (Predicate "latency") (List (Service "search") (Number 40)))
    (Evaluation (Predicate "latency") (List (Service "stock") (Number 280)))
    (Member (Service "web") (Concept "watched"))
    (Member (Service "cart") (Concept "watched"))
"#;

/// Who calls, over one other service, a slow one: written in Rust, with the limit given when it is asked.
fn indirect_callers(space: &Space) -> Result<Vec<String>, Box<dyn Error>> {
    let predicate = |name: &str| node(AtomType::PREDICATE, name);
    let relation =
        |name: &str, one, two| link(AtomType::EVALUATION, [predicate(name), link(AtomType::LIST, [one, two])]);
    let body = link(
        AtomType::AND,
        [
            relation("calls", var("$who"), var("$over")),
            relation("calls", var("$over"), var("$slow")),
            relation("latency", var("$slow"), var("$ms")),
            link(AtomType::GREATER_THAN, [var("$ms"), number(100.0)]),
        ],
    );
    let query = Query::get(space.types(), &[], &body)?;
    let prepared = query.prepare(space)?;
    let mut solutions = prepared.solutions(Bounds::default());
    let mut lines = Vec::new();
    for solution in solutions.by_ref() {
        let solution = solution?;
        let column = |name: &str| {
            query.column(name).and_then(|column| space.name(solution.atom(column))).unwrap_or_default().to_owned()
        };
        lines.push(format!("{} waits for {} over {}", column("$who"), column("$slow"), column("$over")));
    }
    lines.push(format!("\n{}", solutions.explain()));
    Ok(lines)
}

/// Services that are not watched: written as text.
fn unwatched(space: &Space) -> Result<Vec<String>, Box<dyn Error>> {
    let query = Query::parse(
        space.types(),
        r#"(Get (TypedVariable (Variable "$s") (Type "Service"))
             (And (Variable "$s") (Absent (Member (Variable "$s") (Concept "watched")))))"#,
    )?;
    let prepared = query.prepare(space)?;
    let found: Result<Vec<_>, _> = prepared.solutions(Bounds::default()).collect();
    Ok(found?.iter().filter_map(|solution| space.name(solution.atom(0)).map(str::to_owned)).collect())
}

/// A rule that lies in the space: how each service's latency compares, by a function of the host.
fn graded(space: &mut Space) -> Result<Vec<String>, Box<dyn Error>> {
    let mut functions = Functions::new();
    functions.schema("grade", |space, arguments| {
        let [Some(ms)] = arguments.iter().map(|one| one.number(space)).collect::<Vec<_>>()[..] else {
            return Err("it takes one number".to_owned());
        };
        let grade = if ms > 250.0 { "bad" } else { "good" };
        Ok(Computed::Node(AtomType::CONCEPT, grade.into()))
    });
    let rule = space.load(
        r#"(Bind (VariableList (Variable "$s") (Variable "$ms"))
             (Evaluation (Predicate "latency") (List (Variable "$s") (Variable "$ms")))
             (Member (Variable "$s") (ExecutionOutput (GroundedSchema "grade") (Variable "$ms"))))"#,
    )?;
    let rule = rule.last.ok_or("no rule was read")?;
    let Answer::Atoms(written) = execute(space, rule, &functions, Bounds::default())? else { return Ok(Vec::new()) };
    Ok(written.into_iter().map(|atom| space.show(atom)).collect())
}

/// A query that is asked of one service after another, planned once.
fn callees(space: &Space) -> Result<Vec<String>, QueryError> {
    let text = r#"(Get (Evaluation (Predicate "calls") (List (Variable "$from") (Variable "$to"))))"#;
    let query = Query::parse(space.types(), text)?;
    let prepared = query.prepare_with(space, Setting { given: &["$from"], ..Setting::default() })?;
    let mut lines = Vec::new();
    for service in space.by_type_is_a(AtomType::CONCEPT) {
        let count = prepared.solutions_given(&[service], Bounds::default()).tally()?;
        if count > 0 {
            lines.push(format!("{} calls {count}", space.name(service).unwrap_or_default()));
        }
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut space = Space::new();
    space.load(FLEET)?;
    let show = |title: &str, lines: Vec<String>| println!("{title}\n  {}\n", lines.join("\n  "));
    show("Who waits for whom", indirect_callers(&space)?);
    show("Nobody watches", unwatched(&space)?);
    show("How many each calls", callees(&space)?);
    show("Graded", graded(&mut space)?);
    let atom = space.load(r#"(Evaluation (Predicate "latency") (List (Service "mail") (Number 12)))"#)?.last;
    let fits = dual(&space, atom.ok_or("nothing was read")?, Bounds::default())?;
    show("Patterns that a new fact fits", fits.iter().map(|fit| space.show(fit.pattern)).collect());
    Ok(())
}
