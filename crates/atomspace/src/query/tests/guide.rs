//! The guide, `docs/queries.md`: every example in it is run, and gives what stands under it.

use crate::query::{Answer, Bounds, Functions, Query, execute};
use crate::space::Space;

const GUIDE: &str = include_str!("../../../../../docs/queries.md");

/// The blocks of the guide: what stands behind the marks, and what is in them.
fn blocks() -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&'static str, String)> = None;
    for line in GUIDE.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(kind), None) => open = Some((kind, String::new())),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some((kind, mut text))) => {
                text.push_str(line);
                text.push('\n');
                open = Some((kind, text));
            }
            (None, None) => {}
        }
    }
    blocks
}

fn answer(data: &str, query: &str) -> String {
    let mut space = Space::new();
    space.load(data).expect("the data of the guide");
    let last = space.load(query).expect(query).last.expect("a query");
    match execute(&mut space, last, &Functions::standard(), Bounds::default()).expect(query) {
        Answer::Holds(holds) => format!("{holds}\n"),
        Answer::Atoms(atoms) => atoms.into_iter().map(|atom| space.show(atom) + "\n").collect(),
    }
}

fn explained(data: &str, query: &str) -> String {
    let mut space = Space::new();
    space.load(data).expect("the data of the guide");
    let query = Query::parse(space.types(), query).expect("a query");
    let prepared = query.prepare(&space).expect("planned");
    let mut solutions = prepared.solutions(Bounds::default());
    while solutions.next().is_some() {}
    solutions.explain().to_string()
}

#[test]
fn the_guide_says_what_happens() {
    let (mut data, mut asked, mut run) = (String::new(), None, 0);
    for (kind, text) in blocks() {
        match kind {
            "scheme data" => data = text,
            "scheme" => asked = Some((answer(&data, &text), text)),
            "scheme explain" => asked = Some((explained(&data, &text), text)),
            "text" => {
                let (answer, query) = asked.take().expect("a query before its answer");
                assert_eq!(answer, text, "{query}");
                run += 1;
            }
            other => panic!("a block of the guide is `{other}`"),
        }
    }
    assert!(run > 15 && asked.is_none(), "{run} examples");
}
