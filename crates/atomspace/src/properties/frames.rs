//! Queries against brute force, rules against closure by hand; layers and names make no difference.

use crate::rules::{Limits, RuleSet, Strengths};
use crate::{Frame, Query, Term, TruthValue};
use proptest::prelude::*;
use std::collections::BTreeSet;

type Edge = (u8, u8);

fn edges() -> impl Strategy<Value = Vec<Edge>> {
    prop::collection::vec((0_u8..7, 0_u8..7), 0..20)
}

fn assert_edges(frame: &mut Frame, edges: &[Edge], name: impl Fn(u8) -> String) {
    for (index, (from, to)) in edges.iter().enumerate() {
        let tv = TruthValue::new(0.8 + index as f64 / 100.0, 0.9);
        frame.fact("edge", &[Term::Entity(&name(*from)), Term::Entity(&name(*to))], tv, None);
    }
}

fn plain(node: u8) -> String {
    format!("n/{node}")
}

const RULES: &str = r#"
    (rule base (tv 1 0.9) (if (edge ?x ?y)) (then (reach ?x ?y)))
    (rule step (tv 1 0.9) (if (reach ?x ?y) (reach ?y ?z)) (then (reach ?x ?z)))
    (rule apart (tv 0.7 0.9) (if (edge ?x ?_) (edge ?_ ?y) (not (reach ?x ?y))) (then (apart ?x ?y)))
    (rule wide (tv 0.6 0.9) (if (edge ?x ?_) (count ?n ?y (reach ?x ?y)) (> ?n 2)) (then (wide ?x ?n)))
    (rule note (tv 0.5 0.9) (if (apart ?x ?y)) (then (note "{name ?x} to {name ?y}")))"#;

/// What the rules conclude, in order, with truth values.
fn concluded(frame: &mut Frame) -> Vec<(String, TruthValue)> {
    let rules = RuleSet::parse(RULES, "laws.rules").expect("well-formed");
    let out = rules.run(frame, &Strengths::new(), Limits::default());
    assert!(out.truncated().is_none());
    let mut seen = BTreeSet::new();
    for firing in out.firings() {
        let key = (firing.rule.name.clone(), firing.premises.clone().into_vec(), firing.conclusion);
        assert!(seen.insert(key), "{} fired twice on the same facts", firing.rule.name);
        assert!(TruthValue::checked(firing.tv.strength, firing.tv.confidence).is_some());
    }
    out.concluded().iter().map(|id| (frame.show(*id), frame.tv(*id))).collect()
}

proptest! {
    #[test]
    fn a_query_finds_what_brute_force_finds(edges in edges()) {
        let mut frame = Frame::new();
        assert_edges(&mut frame, &edges, plain);
        let query = Query::parse("(edge ?x ?y) (edge ?y ?z) (edge ?z ?x)").expect("well-formed");
        let show = |id| frame.show(id);
        let found: Vec<[String; 3]> = frame.query(query.patterns()).iter().map(|found| ["x", "y", "z"].map(|name| found.get(name).map(show).expect("bound"))).collect();
        let set: BTreeSet<&[String; 3]> = found.iter().collect();
        prop_assert_eq!(set.len(), found.len(), "a match was found twice");
        let unique: BTreeSet<Edge> = edges.iter().copied().collect();
        let mut expected = BTreeSet::new();
        for (x, y) in &unique {
            for (_, z) in unique.iter().filter(|(from, _)| from == y) {
                if unique.contains(&(*z, *x)) {
                    expected.insert([plain(*x), plain(*y), plain(*z)]);
                }
            }
        }
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn rules_reach_the_closure_and_its_complement(edges in edges()) {
        let mut frame = Frame::new();
        for (from, to) in &edges {
            frame.fact("edge", &[Term::Entity(&plain(*from)), Term::Entity(&plain(*to))], TruthValue::TRUE, None);
        }
        let found: BTreeSet<String> = concluded(&mut frame).into_iter().map(|(atom, _)| atom).collect();
        let mut reach: BTreeSet<Edge> = edges.iter().copied().collect();
        loop {
            let more: Vec<Edge> = reach.iter().flat_map(|(x, y)| reach.iter().filter(move |(from, _)| from == y).map(move |(_, z)| (*x, *z))).collect();
            let before = reach.len();
            reach.extend(more);
            if reach.len() == before {
                break;
            }
        }
        let mut expected: BTreeSet<String> = reach.iter().map(|(x, y)| format!("(reach n/{x} n/{y})")).collect();
        for (x, _) in &edges {
            for (_, y) in edges.iter().filter(|(_, y)| !reach.contains(&(*x, *y))) {
                expected.insert(format!("(apart n/{x} n/{y})"));
                expected.insert(format!("(note \"{x} to {y}\")"));
            }
            let width = reach.iter().filter(|(from, _)| from == x).count();
            if width > 2 {
                expected.insert(format!("(wide n/{x} {width})"));
            }
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn names_make_no_difference(edges in edges(), seed in any::<u64>()) {
        let mut one = Frame::new();
        assert_edges(&mut one, &edges, plain);
        // Other names, in another alphabetical order; none is part of another.
        let name = |node: u8| format!("n/{}x", (u64::from(node) * 7 + 3).wrapping_mul(seed | 1) % 1_000_003 + 1_000_000);
        let mut two = Frame::new();
        assert_edges(&mut two, &edges, name);
        let back = |text: String| (0..7).fold(text, |text, node| text.replace(&name(node)[2..], &node.to_string()));
        let renamed: Vec<_> = concluded(&mut two).into_iter().map(|(atom, tv)| (back(atom), tv)).collect();
        prop_assert_eq!(renamed, concluded(&mut one));
    }

    #[test]
    fn layers_make_no_difference(edges in edges(), first in 0_usize..20, second in 0_usize..20) {
        let mut flat = Frame::new();
        assert_edges(&mut flat, &edges, plain);
        let mut layered = Frame::new();
        for (index, edge) in edges.iter().enumerate() {
            if index == first || index == second {
                layered.share();
            }
            let tv = TruthValue::new(0.8 + index as f64 / 100.0, 0.9);
            layered.fact("edge", &[Term::Entity(&plain(edge.0)), Term::Entity(&plain(edge.1))], tv, None);
        }
        prop_assert_eq!(layered.dump(), flat.dump());
        let base = layered.share();
        let mut over = Frame::over(base);
        prop_assert_eq!(concluded(&mut over), concluded(&mut flat));
        prop_assert_eq!(over.dump(), flat.dump());
        prop_assert_eq!(layered.facts("reach").count(), 0, "a conclusion leaked into the base");
    }
}

#[test]
fn incoming_and_neighbours_reach_through_layers() {
    let mut frame = Frame::new();
    frame.load("(calls s/a s/b) (calls s/a s/c)").expect("well-formed");
    frame.share();
    frame.load("(calls s/d s/b) (calls s/a s/b) (slow s/b)").expect("well-formed");
    let [a, b] = ["s/a", "s/b"].map(|name| frame.entity(name).expect("known"));
    let show = |ids: Vec<crate::AtomId>| ids.into_iter().map(|id| frame.show(id)).collect::<Vec<_>>();
    assert_eq!(show(frame.related("calls", a)), ["s/b", "s/c"]);
    assert_eq!(show(frame.related_to("calls", b)), ["s/a", "s/d"]);
    let lists: Vec<_> = frame.incoming(b).collect();
    assert_eq!(show(lists.clone()), ["(List s/a s/b)", "(List s/d s/b)", "(List s/b)"]);
    assert_eq!(show(frame.incoming(lists[0]).collect()), ["(calls s/a s/b)"]);
    assert_eq!(frame.facts_with("calls", 1, Term::Entity("s/b")).count(), 2);
}

#[test]
fn the_same_fact_twice() {
    let (place, other) = (crate::Source::new("a", 1), crate::Source::new("b", 2));
    let mut frame = Frame::new();
    let mut put = |strength, confidence, source| {
        let id = frame.fact("hot", &[Term::Entity("n/1")], TruthValue::new(strength, confidence), source);
        (frame.tv(id), frame.sources(id).count())
    };
    assert_eq!(put(1.0, 0.5, Some(&place)), (TruthValue::new(1.0, 0.5), 1));
    assert_eq!(put(1.0, 0.5, Some(&place)), (TruthValue::new(1.0, 0.5), 1), "the same place is the same evidence");
    let (tv, sources) = put(0.0, 0.5, Some(&other));
    assert_eq!((tv.strength, sources), (0.5, 2), "another place is more evidence");
    assert!(tv.confidence > 0.5);
}

#[test]
fn a_thought_is_no_fact_until_it_is_assumed() {
    let mut frame = Frame::new();
    let thought = frame.evaluation("cause", &[Term::Entity("service/a"), Term::Entity("crash")]);
    assert!(frame.get(thought).is_none());
    assert_eq!(frame.facts("cause").count(), 0);
    assert!(frame.assume(thought));
    assert_eq!((frame.facts("cause").count(), frame.tv(thought)), (1, TruthValue::TRUE));
    let word = frame.entity("crash").expect("known");
    assert!(!frame.assume(word), "a word cannot be a fact");
}

#[test]
fn a_query_says_whether_it_saw_all() {
    let mut frame = Frame::new();
    assert_edges(&mut frame, &[(0, 1), (1, 2), (2, 3)], plain);
    let query = Query::parse("(edge ?x ?y)").expect("well-formed");
    let ask = |budget| {
        let (found, all) = frame.query_within(query.patterns(), budget);
        (found.len(), all)
    };
    assert_eq!((ask(2), ask(3)), ((2, false), (3, true)));
}

#[test]
fn values_are_kept_by_layer() {
    let mut frame = Frame::new();
    let id = frame.fact("hot", &[Term::Entity("n/1")], TruthValue::TRUE, None);
    frame.set_value(id, "importance", 1.0);
    let mut over = Frame::over(frame.share());
    over.set_value(id, "importance", 2.0);
    over.set_tv(id, TruthValue::FALSE);
    assert_eq!((frame.value(id, "importance"), over.value(id, "importance")), (Some(1.0), Some(2.0)));
    assert_eq!((frame.tv(id), over.tv(id)), (TruthValue::TRUE, TruthValue::FALSE));
    assert_eq!(over.value(id, "other"), None);
}
