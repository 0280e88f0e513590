//! Laws: the engine finds what trying everything finds, whatever variables are called and however clauses are ordered.

use super::naive::Naive;
use crate::query::{Bounds, Cancel, Prepared, Query, Setting, Term, glob, link, node, var};
use crate::space::{AtomType, Handle, Space};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const VARIABLES: [&str; 4] = ["$a", "$b", "$c", "$d"];

/// A space of few atoms, so that everything can be tried.
pub(super) fn spaces() -> impl Strategy<Value = Space> {
    let two = (0_usize..6, 0_usize..6, 0_usize..5);
    prop::collection::vec(two, 0..12).prop_map(|links| {
        let mut space = Space::new();
        let mut atoms: Vec<Handle> = Vec::new();
        for name in ["x", "y", "z"] {
            atoms.push(space.node(AtomType::CONCEPT, name).expect("room"));
        }
        atoms.push(space.node(AtomType::PREDICATE, "p").expect("room"));
        for (one, two, kind) in links {
            let pick = |at: usize| if at < 4 { atoms[at] } else { atoms[atoms.len() - 1 - (at - 4)] };
            let (one, two) = (pick(one), pick(two));
            let link = match kind {
                0 => space.link(AtomType::LIST, &[one, two]),
                1 => space.link(AtomType::SET, &[one, two]),
                2 => space.link(AtomType::EVALUATION, &[one, two]),
                3 => space.link(AtomType::LIST, &[one, two, one]),
                _ => space.link(AtomType::SET, &[one, two, two]),
            };
            atoms.push(link.expect("room"));
        }
        space
    })
}

fn leaves() -> BoxedStrategy<Term> {
    prop_oneof![
        3 => (0_usize..3).prop_map(|at| var(VARIABLES[at])),
        1 => Just(node(AtomType::CONCEPT, "x")),
        1 => Just(node(AtomType::CONCEPT, "y")),
        1 => Just(node(AtomType::PREDICATE, "p")),
    ]
    .boxed()
}

pub(super) fn patterns() -> BoxedStrategy<Term> {
    let part = || {
        prop_oneof![4 => leaves(), 1 => (leaves(), leaves()).prop_map(|(a, b)| link(AtomType::LIST, [a, b]))].boxed()
    };
    prop_oneof![
        3 => (part(), part()).prop_map(|(a, b)| link(AtomType::LIST, [a, b])),
        2 => (part(), part()).prop_map(|(a, b)| link(AtomType::SET, [a, b])),
        2 => (part(), part()).prop_map(|(a, b)| link(AtomType::EVALUATION, [a, b])),
        1 => (part(), part(), part()).prop_map(|(a, b, c)| link(AtomType::LIST, [a, b, c])),
        1 => (part(), part(), part()).prop_map(|(a, b, c)| link(AtomType::SET, [a, b, c])),
    ]
    .boxed()
}

fn with_local(term: &Term) -> Term {
    match term {
        Term::Variable(name) if name.as_ref() == "$c" => var("$d"),
        Term::Link(of, parts) => Term::Link(*of, parts.iter().map(with_local).collect()),
        other => other.clone(),
    }
}

pub(super) fn clauses() -> BoxedStrategy<Vec<Term>> {
    let extra = prop_oneof![
        3 => patterns(),
        1 => patterns().prop_map(|pattern| link(AtomType::ABSENT, [with_local(&pattern)])),
        1 => (patterns(), patterns()).prop_map(|(a, b)| {
            link(AtomType::NOT, [link(AtomType::OR, [with_local(&a), with_local(&b)])])
        }),
        1 => (leaves(), leaves()).prop_map(|(a, b)| link(AtomType::IDENTICAL, [a, b])),
        1 => (patterns(), patterns()).prop_map(|(a, b)| link(AtomType::OR, [a, b])),
    ]
    .boxed();
    (prop::collection::vec(patterns(), 1..3), prop::collection::vec(extra, 0..3))
        .prop_map(|(first, more)| first.into_iter().chain(more).collect())
        .boxed()
}

fn renamed(term: &Term, names: &dyn Fn(&str) -> String) -> Term {
    match term {
        Term::Variable(name) => var(&names(name)),
        Term::Glob(name) => glob(&names(name)),
        Term::Link(of, parts) => Term::Link(*of, parts.iter().map(|part| renamed(part, names)).collect()),
        other => other.clone(),
    }
}

/// The variables that something outside of a negation has in it.
fn wanted(clauses: &[Term]) -> Vec<(Arc<str>, bool)> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Term> = clauses.iter().collect();
    while let Some(term) = open.pop() {
        match term {
            Term::Variable(name) => drop(found.insert((Arc::clone(name), false))),
            Term::Glob(name) => drop(found.insert((Arc::clone(name), true))),
            Term::Link(AtomType::NOT | AtomType::ABSENT, _) => {}
            other => open.extend(other.parts()),
        }
    }
    found.into_iter().collect()
}

/// The declaration of what is wanted and of what stands in negations alone.
fn declaration(clauses: &[Term], wanted: &[(Arc<str>, bool)]) -> Vec<Term> {
    let mut all: Vec<Term> = wanted.iter().map(|(name, many)| if *many { glob(name) } else { var(name) }).collect();
    let mut open: Vec<&Term> = clauses.iter().collect();
    while let Some(term) = open.pop() {
        open.extend(term.parts());
        if term.variable().is_some() && !all.contains(term) {
            all.push(term.clone());
        }
    }
    all
}

/// What the engine finds, in order; `None` where it refuses the query, because a variable has no value.
fn engine(space: &Space, clauses: &[Term]) -> Option<Vec<Vec<Vec<Handle>>>> {
    let wanted = wanted(clauses);
    let body = Term::Link(AtomType::AND, clauses.to_vec());
    let query = Query::get(space.types(), &declaration(clauses, &wanted), &body).expect("a query");
    let prepared = query.prepare(space).ok()?;
    let row = |found: crate::query::Solution| (0..wanted.len()).map(|at| found.atoms(at).to_vec()).collect();
    let all = |prepared: &Prepared<'_>| -> Vec<Vec<Vec<Handle>>> {
        prepared.solutions(Bounds::default()).map(|found| row(found.expect("it ends"))).collect()
    };
    let found = all(&prepared);
    // Whatever closes a circle by sorted tries, too.
    let by_tries = query.planned(space, Setting::default(), 0.0, true).expect("planned before");
    assert_eq!(found.iter().collect::<BTreeSet<_>>(), all(&by_tries).iter().collect());
    Some(found)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 700, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_finds_what_trying_everything_finds(space in spaces(), clauses in clauses()) {
        let naive = Naive { space: &space, types: BTreeMap::new() };
        if let Some(found) = engine(&space, &clauses) {
            let set: BTreeSet<_> = found.iter().cloned().collect();
            prop_assert_eq!(set.len(), found.len(), "a solution came twice");
            prop_assert_eq!(set, naive.all(&wanted(&clauses), &clauses));
        }
    }

    #[test]
    fn edges_are_joined_as_trying_everything_joins_them(
        edges in prop::collection::vec((0_usize..5, 0_usize..5, any::<bool>()), 0..25),
        clauses in prop::collection::vec((0_usize..4, 0_usize..4, any::<bool>(), any::<bool>()), 1..5),
    ) {
        let mut space = Space::new();
        let nodes: Vec<Handle> =
            ["x", "y", "v", "w", "u"].iter().map(|name| space.node(AtomType::CONCEPT, name).expect("room")).collect();
        let p = space.node(AtomType::PREDICATE, "p").expect("room");
        for (one, two, evaluated) in edges {
            let pair = space.link(AtomType::LIST, &[nodes[one], nodes[two]]).expect("room");
            if evaluated {
                space.link(AtomType::EVALUATION, &[p, pair]).expect("room");
            }
        }
        let part = |at: usize| if at < 3 { var(VARIABLES[at]) } else { node(AtomType::CONCEPT, "x") };
        let clauses: Vec<Term> = clauses.into_iter().map(|(one, two, evaluated, typed)| {
            let pair = link(AtomType::LIST, [part(one), part(two)]);
            let evaluation = |pair| link(AtomType::EVALUATION, [node(AtomType::PREDICATE, "p"), pair]);
            match (evaluated, typed) {
                (false, _) => pair,
                (true, true) => evaluation(pair),
                (true, false) => link(AtomType::ABSENT, [evaluation(pair)]),
            }
        }).collect();
        let naive = Naive { space: &space, types: BTreeMap::new() };
        if let Some(found) = engine(&space, &clauses) {
            let set: BTreeSet<_> = found.iter().cloned().collect();
            prop_assert_eq!(set.len(), found.len(), "a solution came twice");
            prop_assert_eq!(set, naive.all(&wanted(&clauses), &clauses));
        }
    }

    #[test]
    fn names_of_variables_and_the_order_of_clauses_change_nothing(
        space in spaces(), clauses in clauses(), turn in 0_usize..6, reverse in any::<bool>()
    ) {
        let mut other: Vec<Term> = clauses.iter().map(|clause| {
            renamed(clause, &|name| format!("$z{}", (b'z' - name.as_bytes().last().copied().unwrap_or(0)) as char))
        }).collect();
        let turn = turn % other.len();
        other.rotate_left(turn);
        if reverse {
            other.reverse();
        }
        let columns = |clauses: &[Term], back: bool| {
            let mut rows = engine(&space, clauses)?;
            // The other names sort the other way round.
            if back {
                for row in &mut rows {
                    row.reverse();
                }
            }
            rows.sort();
            Some(rows)
        };
        prop_assert_eq!(columns(&clauses, false), columns(&other, true));
    }

    #[test]
    fn a_query_gives_the_same_solutions_in_the_same_order_each_time(space in spaces(), clauses in clauses()) {
        let copy = space.clone();
        prop_assert_eq!(engine(&space, &clauses), engine(&copy, &clauses));
    }

    #[test]
    fn globs_take_what_trying_everything_takes(
        links in prop::collection::vec((prop::collection::vec(0_usize..3, 0..4), any::<bool>()), 1..6),
        pattern in prop::collection::vec(0_usize..5, 1..4),
        second in prop::collection::vec(0_usize..5, 1..3),
    ) {
        let mut space = Space::new();
        let atoms = ["x", "y", "z"].map(|name| space.node(AtomType::CONCEPT, name).expect("room"));
        for (parts, unordered) in links {
            let parts: Vec<Handle> = parts.into_iter().map(|at| atoms[at]).collect();
            space.link(if unordered { AtomType::SET } else { AtomType::LIST }, &parts).expect("room");
        }
        let part = |at: &usize| match at {
            0 => node(AtomType::CONCEPT, "x"),
            1 => var("$a"),
            2 => var("$b"),
            3 => glob("$g"),
            _ => glob("$h"),
        };
        let clauses = [
            Term::Link(AtomType::LIST, pattern.iter().map(part).collect()),
            Term::Link(AtomType::LIST, second.iter().map(part).collect()),
        ];
        let naive = Naive { space: &space, types: ["$g", "$h", "$a", "$b"].into_iter().map(|name| (name.into(), AtomType::CONCEPT)).collect() };
        let wanted = wanted(&clauses);
        let typed = |term: Term| link(AtomType::TYPED_VARIABLE, [term, node(AtomType::TYPE, "Concept")]);
        let all: Vec<Term> = declaration(&clauses, &wanted).into_iter().map(typed).collect();
        let all = Term::Link(AtomType::VARIABLE_LIST, all);
        let query = Query::get(space.types(), &[all], &Term::Link(AtomType::AND, clauses.to_vec())).expect("a query");
        let prepared = query.prepare(&space).expect("it can be asked");
        let found: Vec<Vec<Vec<Handle>>> = prepared.solutions(Bounds::default())
            .map(|found| found.expect("it ends"))
            .map(|found| (0..wanted.len()).map(|at| found.atoms(at).to_vec()).collect())
            .collect();
        let set: BTreeSet<_> = found.iter().cloned().collect();
        prop_assert_eq!(set.len(), found.len(), "a solution came twice");
        prop_assert_eq!(set, naive.all(&wanted, &clauses));
    }
}

#[test]
fn a_search_stops_when_it_is_told_to() {
    let mut space = Space::new();
    for name in 0..100 {
        space.node(AtomType::CONCEPT, &name.to_string()).expect("room");
    }
    let body = link(AtomType::AND, [var("$a"), var("$b")]);
    let query = Query::get(space.types(), &[], &body).expect("a query");
    let prepared = query.prepare(&space).expect("it can be asked");
    let bounds = Bounds { steps: 50, ..Bounds::default() };
    let mut found = prepared.solutions(bounds);
    assert_eq!(found.by_ref().flatten().count(), 49);
    assert_eq!(found.steps(), 50);
    let bounds = Bounds { product: 30, ..Bounds::default() };
    let last = prepared.solutions(bounds).last().expect("something");
    assert_eq!(
        last.expect_err("too many").to_string().split(" more than ").nth(1).expect("so").split(' ').next(),
        Some("30")
    );
    let cancel = Cancel::new();
    cancel.cancel();
    let bounds = Bounds { cancel: Some(cancel), ..Bounds::default() };
    assert!(matches!(prepared.solutions(bounds).next(), Some(Err(crate::query::Stopped::Cancelled))));
    assert_eq!(prepared.solutions(Bounds::default()).tally(), Ok(10_000));
}
