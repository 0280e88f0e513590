//! What is planned directly is planned as everything else would be.

use super::laws::{clauses, patterns, spaces};
use super::space;
use crate::query::estimate::Estimator;
use crate::query::plan::{Planning, cyclic};
use crate::query::slots::Table;
use crate::query::{Bounds, Query, Setting, Solution, Term, link, node, var};
use crate::space::{AtomType, Handle, Space};
use proptest::prelude::*;

/// Whether the first branch of a query over untyped variables is planned directly.
fn is_direct(space: &Space, query: &Query) -> bool {
    let planning = Planning {
        space,
        declared: &query.declared,
        types: &|_| None,
        estimator: Estimator::new(space),
        worth: cyclic::WORTH,
        direct: true,
        shown: &|_| String::new(),
    };
    let branch = query.branches.first().expect("a branch");
    let table = Table::new(space, &query.declared, branch);
    planning.direct_steps(branch, &table, &(0..query.columns).collect::<Vec<_>>()).is_some()
}

/// Plans a query both ways and checks that plans, explanations, solutions and their order are the same.
fn check_same(space: &Space, query: &Query) {
    let plan = |direct| query.planned(space, Setting::default(), cyclic::WORTH, direct);
    let (direct, general) = match (plan(true), plan(false)) {
        (Ok(direct), Ok(general)) => (direct, general),
        (one, two) => {
            let refusals = [one, two].map(|prepared| prepared.map(|_| ()).map_err(|error| error.to_string()));
            assert_eq!(refusals[0], refusals[1]);
            return;
        }
    };
    assert_eq!(format!("{:?}", direct.plans), format!("{:?}", general.plans));
    assert_eq!(direct.explain(), general.explain());
    let (mut found, mut expected) = (direct.solutions(Bounds::default()), general.solutions(Bounds::default()));
    let all = |found: &mut crate::query::Solutions<'_>| -> Vec<Solution> {
        found.map(|solution| solution.expect("it ends")).collect()
    };
    assert_eq!(all(&mut found), all(&mut expected));
    assert_eq!(found.explain(), expected.explain());
    assert_eq!(found.steps(), expected.steps());
}

/// Every variable of some terms, typed or not, as drawn.
fn declaration(terms: &[Term], typed: [usize; 4]) -> Vec<Term> {
    let types = ["Concept", "Predicate", "List", "Set"];
    let mut names: Vec<String> = Vec::new();
    let mut open: Vec<&Term> = terms.iter().rev().collect();
    while let Some(term) = open.pop() {
        let name = term.variable().map(ToString::to_string);
        names.extend(name.filter(|name| !names.contains(name)));
        open.extend(term.parts());
    }
    let declared = names.iter().zip(typed).map(|(name, of)| match types.get(of) {
        Some(of) => link(AtomType::TYPED_VARIABLE, [var(name), node(AtomType::TYPE, of)]),
        None => var(name),
    });
    let all: Vec<Term> = declared.collect();
    if all.is_empty() { all } else { vec![Term::Link(AtomType::VARIABLE_LIST, all)] }
}

/// One clause, in several layers, ordered or not.
fn nested() -> impl Strategy<Value = Term> {
    (patterns(), prop::collection::vec((0_usize..4, patterns()), 0..3)).prop_map(|(inner, around)| {
        around.into_iter().fold(inner, |inner, (kind, other)| match kind {
            0 => link(AtomType::EVALUATION, [node(AtomType::PREDICATE, "p"), inner]),
            1 => link(AtomType::LIST, [inner, node(AtomType::CONCEPT, "y")]),
            2 => link(AtomType::LIST, [inner, other]),
            _ => link(AtomType::EVALUATION, [var("$a"), inner]),
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn one_clause_is_planned_as_by_weighing_everything(
        space in spaces(), clause in nested(), typed in prop::array::uniform4(0_usize..12)
    ) {
        let query = Query::get(space.types(), &declaration(std::slice::from_ref(&clause), typed), &clause).expect("a query");
        check_same(&space, &query);
    }

    #[test]
    fn edges_are_planned_as_by_weighing_everything(
        edges in prop::collection::vec((0_usize..5, 0_usize..5, 0_usize..3), 0..30),
        asked in (0_usize..7, 0_usize..7, 0_usize..4),
    ) {
        let mut space = Space::new();
        let names = ["v", "w", "x", "y", "z"];
        for (one, two, of) in edges {
            let pair = [one, two].map(|at| space.node(AtomType::CONCEPT, names[at]).expect("room"));
            let list = space.link(AtomType::LIST, &pair).expect("room");
            let predicate = space.node(AtomType::PREDICATE, ["p", "q", "r"][of]).expect("room");
            space.link(AtomType::EVALUATION, &[predicate, list]).expect("room");
        }
        let part = |at: usize, name: &str| names.get(at).map_or(var(name), |name| node(AtomType::CONCEPT, name));
        let of = ["p", "q", "r"].get(asked.2).map_or(var("$p"), |name| node(AtomType::PREDICATE, name));
        let list = link(AtomType::LIST, [part(asked.0, "$a"), part(asked.1, "$b")]);
        let query = Query::get(space.types(), &[], &link(AtomType::EVALUATION, [of, list])).expect("a query");
        check_same(&space, &query);
    }

    #[test]
    fn several_clauses_are_planned_as_without_a_direct_plan(space in spaces(), clauses in clauses()) {
        let body = Term::Link(AtomType::AND, clauses.clone());
        let query = Query::get(space.types(), &declaration(&clauses, [9; 4]), &body).expect("a query");
        check_same(&space, &query);
    }
}

#[test]
fn what_is_plain_is_planned_directly() {
    let space = space(
        r#"(Evaluation (Predicate "calls") (List (Concept "web") (Concept "cart")))
           (Evaluation (Predicate "calls") (List (Concept "cart") (Concept "stock")))
           (Member (Concept "cart") (Concept "shop")) (Set (Concept "cart") (Concept "till"))
           (List (Concept "till") (Concept "shop"))"#,
    );
    let direct = [
        r#"(Get (Evaluation (Predicate "calls") (List (Concept "web") (Variable "$x"))))"#,
        r#"(Get (Evaluation (Predicate "calls") (List (Variable "$x") (Concept "cart"))))"#,
        r#"(Get (Evaluation (Predicate "calls") (List (Variable "$x") (Variable "$y"))))"#,
        r#"(Get (Member (Variable "$what") (Concept "shop")))"#,
        r#"(Get (Evaluation (Predicate "calls") (Variable "$pair")))"#,
    ];
    let weighed = [
        r#"(Get (And (Member (Variable "$x") (Concept "shop")) (Member (Variable "$x") (Concept "cart"))))"#,
        r#"(Get (And (Member (Variable "$x") (Concept "shop")) (Absent (Member (Concept "cart") (Variable "$x")))))"#,
        r#"(Get (Set (Variable "$x") (Concept "till")))"#,
        r#"(Get (List (Glob "$some") (Concept "cart")))"#,
        r#"(Get (Member (Variable "$one") (Variable "$other")))"#,
        r#"(Get (List (List (Concept "web") (Variable "$x")) (List (Concept "cart") (Variable "$x"))))"#,
        r#"(Get (List (List (Concept "web") (Variable "$x")) (List (Variable "$y") (Concept "cart"))))"#,
        r#"(Get (Member (Concept "nowhere") (Variable "$x")))"#,
        r#"(Get (Member (Concept "cart") (Concept "shop")))"#,
        r#"(Get (Variable "$anything"))"#,
    ];
    for (text, expected) in direct.iter().map(|text| (text, true)).chain(weighed.iter().map(|text| (text, false))) {
        let query = Query::parse(space.types(), text).expect("a query");
        assert_eq!(is_direct(&space, &query), expected, "{text}");
        check_same(&space, &query);
    }
}

#[test]
fn a_variable_with_few_values_is_found_first_all_the_same() {
    // One predicate, and three edges from the atom that is named.
    let space = space(
        r#"(Evaluation (Predicate "calls") (List (Concept "web") (Concept "cart")))
           (Evaluation (Predicate "calls") (List (Concept "web") (Concept "stock")))
           (Evaluation (Predicate "calls") (List (Concept "web") (Concept "till")))"#,
    );
    let text = r#"(Get (VariableList (TypedVariable (Variable "$p") (Type "Predicate")) (Variable "$x"))
        (Evaluation (Variable "$p") (List (Concept "web") (Variable "$x"))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    check_same(&space, &query);
    let shown = query.prepare(&space).expect("planned").explain().to_string();
    assert!(shown.contains("1. each $p among Predicate"), "{shown}");
}

#[test]
fn what_is_looked_up_with_the_links_goes_with_the_right_one() {
    // Of the lists that begin with the atom, some have three parts, and some no relation over them; in all, more than are
    // gone through at a time.
    for (threes, unrelated) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut space = Space::new();
        let web = space.node(AtomType::CONCEPT, "web").expect("room");
        let calls = space.node(AtomType::PREDICATE, "calls").expect("room");
        let mut expected = Vec::new();
        for at in 0..100 {
            let to = space.node(AtomType::CONCEPT, &at.to_string()).expect("room");
            let three = threes && at % 3 == 0;
            let parts = if three { vec![web, to, to] } else { vec![web, to] };
            let list = space.link(AtomType::LIST, &parts).expect("room");
            if unrelated && at % 5 == 0 {
                continue;
            }
            space.link(AtomType::EVALUATION, &[calls, list]).expect("room");
            if !three {
                expected.push(to);
            }
        }
        let edge = |from| {
            let pair = link(AtomType::LIST, [from, var("$to")]);
            link(AtomType::EVALUATION, [node(AtomType::PREDICATE, "calls"), pair])
        };
        let query = Query::get(space.types(), &[], &edge(node(AtomType::CONCEPT, "web"))).expect("a query");
        assert!(is_direct(&space, &query));
        check_same(&space, &query);
        let found = |query: &Query, given: &[&str], atoms: &[Handle], column: &str| -> Vec<Handle> {
            let prepared = query.prepare_with(&space, Setting { given, ..Setting::default() }).expect("planned");
            let column = query.column(column).expect("there");
            prepared
                .solutions_given(atoms, Bounds::default())
                .map(|found| found.expect("it ends").atom(column))
                .collect()
        };
        assert_eq!(found(&query, &[], &[], "$to"), expected);
        let any = Query::get(space.types(), &[], &edge(var("$from"))).expect("a query");
        assert_eq!(found(&any, &["$from"], &[web], "$to"), expected);
    }
}
