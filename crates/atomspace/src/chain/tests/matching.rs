//! Matching: unifiers unify, chaining without rules finds what a query finds, and each clause asks what it says.

use super::{answers, close, forward, rules, space, term};
use crate::chain::terms::{Admits, Id, Terms};
use crate::chain::unify::{Bindings as Unifier, filled, unify, unify_once};
use crate::chain::{Chainer, End, Rules};
use crate::query::{Bounds, Query, Term, link, node, var};
use crate::space::{AtomType, Handle, Space, Truth, Types};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NAMES: [&str; 3] = ["$a", "$b", "$c"];

fn leaves() -> BoxedStrategy<Term> {
    prop_oneof![
        3 => (0_usize..3).prop_map(|at| var(NAMES[at])),
        1 => Just(node(AtomType::CONCEPT, "x")),
        1 => Just(node(AtomType::CONCEPT, "y")),
        1 => Just(node(AtomType::PREDICATE, "p")),
    ]
    .boxed()
}

fn patterns() -> BoxedStrategy<Term> {
    leaves()
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| link(AtomType::LIST, [a, b])),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| link(AtomType::EVALUATION, [a, b])),
                2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| link(AtomType::SET, [a, b])),
                1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| link(AtomType::SET, [a, b, c])),
            ]
        })
        .boxed()
}

/// A term of variables numbered from `first`, by their names.
fn read(terms: &mut Terms, types: &Types, term: &Term, first: u32) -> Id {
    let number = |name: &str| {
        let at = NAMES.iter().position(|known| *known == name)?;
        Some((first + at as u32, Admits::default()))
    };
    terms.of_term(types, term, &number).expect("small")
}

/// The term with `x`, `y` and `p` for its variables.
fn closed(term: &Term, values: [usize; 3]) -> Term {
    match term {
        Term::Variable(name) => {
            let at = NAMES.iter().position(|known| *known == name.as_ref()).expect("known");
            [node(AtomType::CONCEPT, "x"), node(AtomType::CONCEPT, "y"), node(AtomType::PREDICATE, "p")][values[at]]
                .clone()
        }
        Term::Link(of, parts) => Term::Link(*of, parts.iter().map(|part| closed(part, values)).collect()),
        other => other.clone(),
    }
}

/// All ways to make two terms one.
fn ways(terms: &mut Terms, types: &Types, pair: (Id, Id), fresh: u32) -> Vec<Unifier> {
    unify(terms, types, pair, fresh, &mut || Ok(())).expect("nothing stops it")
}

/// A space of few atoms that are all facts.
fn spaces() -> impl Strategy<Value = Space> {
    prop::collection::vec((0_usize..6, 0_usize..6, 0_usize..4), 1..14).prop_map(|links| {
        let mut space = Space::new();
        let mut atoms: Vec<Handle> = Vec::new();
        for name in ["x", "y", "z"] {
            atoms.push(space.node(AtomType::CONCEPT, name).expect("room"));
        }
        atoms.push(space.node(AtomType::PREDICATE, "p").expect("room"));
        for (one, two, kind) in links {
            let pick = |at: usize| if at < 4 { atoms[at] } else { atoms[atoms.len() - 1 - (at - 4)] };
            let (one, two) = (pick(one), pick(two));
            let made = match kind {
                0 => space.link(AtomType::LIST, &[one, two]),
                1 => space.link(AtomType::SET, &[one, two]),
                2 => space.link(AtomType::EVALUATION, &[one, two]),
                _ => space.link(AtomType::SET, &[one, two, two]),
            };
            atoms.push(made.expect("room"));
        }
        for atom in atoms {
            space.set_truth(atom, Truth::simple(1.0, 0.9)).expect("in range");
        }
        space
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn unifiers_make_two_terms_one(one in patterns(), two in patterns(), values in [0_usize..3, 0..3, 0..3]) {
        let (mut terms, space) = (Terms::default(), Space::new());
        let types = space.types();
        let (first, second) = (read(&mut terms, types, &one, 0), read(&mut terms, types, &two, 3));
        for bindings in ways(&mut terms, types, (first, second), 6) {
            let (first, second) =
                (filled(&mut terms, types, first, &bindings), filled(&mut terms, types, second, &bindings));
            prop_assert!(first.is_some() && first == second);
        }
        // What is a case of a term unifies with it.
        let case = read(&mut terms, types, &closed(&one, values), 6);
        let found = ways(&mut terms, types, (first, case), 6);
        prop_assert!(found.iter().any(|bindings| filled(&mut terms, types, first, bindings) == Some(case)));
    }

    #[test]
    fn without_rules_a_target_has_the_answers_that_a_query_has(space in spaces(), pattern in patterns()) {
        prop_assume!(matches!(pattern, Term::Link(..)));
        let query = Query::get(space.types(), &[], &pattern).expect("a query");
        let prepared = query.prepare(&space).expect("planned");
        let names: Vec<&str> = query.variables().collect();
        let expected: BTreeSet<BTreeMap<String, String>> = prepared.solutions(Bounds::default())
            .map(|found| found.expect("it ends"))
            .map(|found| {
                let value = |(at, name): (usize, &&str)| ((*name).to_owned(), space.show_bare(found.atom(at)));
                names.iter().enumerate().map(value).collect()
            })
            .collect();
        let none = Rules::default();
        let found: BTreeSet<BTreeMap<String, String>> = Chainer::new(&space, &none).backward(&pattern).expect("a target")
            .map(|answer| answer.values.iter().map(|(name, value)| {
                let mut copy = space.clone();
                let atom = value.write(&mut copy).expect("room");
                (name.to_string(), copy.show_bare(atom))
            }).collect())
            .collect();
        // Each answer is one atom; an unordered one may fit in several ways, of which one is told.
        if matches!(&pattern, Term::Link(AtomType::SET, _)) || pattern.show(space.types()).contains("(Set") {
            prop_assert!(found.is_subset(&expected) && found.is_empty() == expected.is_empty());
        } else {
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn types_and_circles_keep_terms_apart() {
    let (mut terms, space) = (Terms::default(), Space::new());
    let types = space.types();
    let concepts = terms.admits(vec![AtomType::CONCEPT, AtomType::LIST]);
    let predicates = terms.admits(vec![AtomType::PREDICATE, AtomType::LIST]);
    let words = terms.admits(vec![AtomType::WORD]);
    let (concept, predicate) = (terms.variable(0, concepts), terms.variable(1, predicates));
    let word = terms.variable(2, words);
    let (x, q) = (terms.node(AtomType::CONCEPT, "x"), terms.node(AtomType::PREDICATE, "q"));
    assert_eq!(ways(&mut terms, types, (concept, x), 3).len(), 1);
    assert_eq!(ways(&mut terms, types, (concept, q), 3).len(), 0);
    assert_eq!(ways(&mut terms, types, (concept, word), 3).len(), 0);
    let both = ways(&mut terms, types, (concept, predicate), 3);
    let one = filled(&mut terms, types, concept, &both[0]).expect("shallow");
    assert_eq!(ways(&mut terms, types, (one, x), 9).len(), 0, "only a list is what both admit");
    let list = terms.link(types, AtomType::LIST, vec![concept]).expect("shallow");
    assert_eq!(ways(&mut terms, types, (concept, list), 3).len(), 0, "no term is a part of itself");
}

/// A rule of the base `base` that concludes that its variable is chosen.
fn choosing(clauses: &str) -> String {
    format!(
        "(Define (DefinedSchema \"choose\") (Bind (VariableList (Variable \"$x\") (Variable \"$n\"))
           (And (Evaluation (Predicate \"size\") (List (Variable \"$x\") (Variable \"$n\"))) {clauses})
           (ExecutionOutput (GroundedSchema \"pln:same\") (List (Evaluation (Predicate \"chosen\") (Variable \"$x\"))
             (Evaluation (Predicate \"size\") (List (Variable \"$x\") (Variable \"$n\")))))))
         (Member (DefinedSchema \"choose\") (Concept \"base\"))
         (Evaluation (stv 1 0.9) (Predicate \"size\") (List (Concept \"a\") (Number 1)))
         (Evaluation (stv 1 0.9) (Predicate \"size\") (List (Concept \"b\") (Number 5)))
         (Evaluation (stv 1 0.9) (Predicate \"size\") (List (Concept \"c\") (Number 9)))
         (Member (stv 1 0.9) (Concept \"c\") (Concept \"broken\"))
         (And (stv 1 0.9) (Concept \"a\") (Concept \"c\"))
         (Member (Concept \"a\") (Concept \"broken\"))"
    )
}

#[track_caller]
fn chosen(clauses: &str, expected: &str) {
    let space = space(&[&choosing(clauses)]);
    let rules = rules(&space, &["base"]);
    let mut backward: Vec<String> = answers(&space, &rules, r#"(Evaluation (Predicate "chosen") (Variable "$x"))"#)
        .iter()
        .filter_map(|one| Some(one.0.rsplit('"').nth(1)?.to_owned()))
        .collect();
    backward.sort();
    assert_eq!(backward.join(" "), expected, "{clauses}");
    for name in ["a", "b", "c"] {
        let found = forward(&space, &rules, &format!("(Evaluation (Predicate \"chosen\") (Concept \"{name}\"))"));
        assert_eq!(found.is_some(), expected.contains(name), "{name}: {clauses}");
    }
}

#[test]
fn each_clause_asks_what_it_says() {
    chosen("", "a b c");
    chosen(r#"(GreaterThan (Variable "$n") (Number 4))"#, "b c");
    chosen(r#"(LessThan (Variable "$n") (Number 5))"#, "a");
    chosen(r#"(Not (Identical (Variable "$x") (Concept "b")))"#, "a c");
    chosen(r#"(Identical (Variable "$x") (Concept "b"))"#, "b");
    // What has no confidence is no fact.
    chosen(r#"(Absent (Member (Variable "$x") (Concept "broken")))"#, "a b");
    chosen(r#"(Present (Member (Variable "$x") (Concept "broken")))"#, "c");
    chosen(r#"(Present (And (Variable "$x") (Concept "c")))"#, "a");
    chosen(r#"(LocalQuote (And (Variable "$x") (Concept "a")))"#, "c");
}

#[test]
fn what_must_be_a_fact_is_not_chained_for() {
    let text = |premise: &str| {
        format!(
            "(Define (DefinedSchema \"widen\") (Bind (VariableList (Variable \"$x\"))
               (Member (Variable \"$x\") (Concept \"cat\"))
               (ExecutionOutput (GroundedSchema \"pln:same\")
                 (List (Member (Variable \"$x\") (Concept \"animal\")) (Member (Variable \"$x\") (Concept \"cat\"))))))
             (Define (DefinedSchema \"live\") (Bind (VariableList (Variable \"$x\"))
               {premise}
               (ExecutionOutput (GroundedSchema \"pln:same\")
                 (List (Evaluation (Predicate \"lives\") (Variable \"$x\")) (Member (Variable \"$x\") (Concept \"animal\"))))))
             (Member (DefinedSchema \"widen\") (Concept \"base\")) (Member (DefinedSchema \"live\") (Concept \"base\"))
             (Member (stv 1 0.9) (Concept \"tom\") (Concept \"cat\"))"
        )
    };
    let lives = r#"(Evaluation (Predicate "lives") (Concept "tom"))"#;
    for (premise, expected) in [
        (r#"(Member (Variable "$x") (Concept "animal"))"#, true),
        (r#"(Present (Member (Variable "$x") (Concept "animal")))"#, false),
    ] {
        let space = space(&[&text(premise)]);
        let rules = rules(&space, &["base"]);
        assert_eq!(!answers(&space, &rules, lives).is_empty(), expected);
        assert_eq!(forward(&space, &rules, lives).is_some(), expected);
    }
}

#[test]
fn what_a_general_statement_leaves_open_is_found() {
    let facts = r#"
        (Implication (stv 0.9 0.9)
          (Lambda (VariableList (Variable "$a") (Variable "$b"))
            (Evaluation (Predicate "depends") (List (Variable "$a") (Variable "$b"))))
          (Lambda (VariableList (Variable "$a") (Variable "$b"))
            (Evaluation (Predicate "coupled") (Variable "$a"))))
        (Evaluation (stv 1 0.9) (Predicate "depends") (List (Concept "web") (Concept "cart")))
        (Evaluation (stv 1 0.9) (Predicate "depends") (List (Concept "web") (Concept "mail")))
    "#;
    let space = space(&[crate::chain::PLN, facts]);
    let rules = rules(&space, &["pln"]);
    let coupled = r#"(Evaluation (Predicate "coupled") (Concept "web"))"#;
    let found = answers(&space, &rules, coupled);
    // Two proofs, which share the general statement: the first of the equally confident stands.
    close(found[0].1, 0.9, 0.729);
    close(forward(&space, &rules, coupled).expect("concluded"), 0.9, 0.729);
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    let proof = all.proof(&term(&space, coupled)).expect("concluded").to_string();
    assert!(proof.contains("a case of"), "{proof}");
}

#[test]
fn a_general_statement_may_be_used_again_for_another_case() {
    let facts = r#"
        (Implication (stv 0.9 0.9)
          (Lambda (VariableList (Variable "$a") (Variable "$b"))
            (And (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
                 (Evaluation (Predicate "down") (Variable "$b"))))
          (Lambda (VariableList (Variable "$a") (Variable "$b"))
            (Evaluation (Predicate "down") (Variable "$a"))))
        (Evaluation (stv 1 0.99) (Predicate "calls") (List (Concept "web") (Concept "cart")))
        (Evaluation (stv 1 0.99) (Predicate "calls") (List (Concept "cart") (Concept "stock")))
        (Evaluation (stv 1 0.99) (Predicate "calls") (List (Concept "stock") (Concept "db")))
        (Evaluation (stv 1 0.99) (Predicate "calls") (List (Concept "db") (Concept "web")))
        (Evaluation (stv 1 0.9) (Predicate "down") (Concept "db"))
    "#;
    let space = space(&[crate::chain::PLN, facts]);
    let rules = rules(&space, &["pln", "pln-backward"]);
    let mut found = answers(&space, &rules, r#"(Evaluation (Predicate "down") (Variable "$what"))"#);
    found.sort_by(|one, two| one.1.strength.total_cmp(&two.1.strength));
    let names: Vec<&str> = found.iter().filter_map(|one| one.0.rsplit('"').nth(1)).collect();
    assert_eq!(names, ["web", "cart", "stock", "db"]);
    // From one to the next the strength falls, and the general statement is one piece of evidence in all of them.
    let mut all = Chainer::new(&space, &rules).backward(&term(&space, &found[0].0)).expect("a target");
    let web = all.next().expect("down").conclusion;
    assert_eq!(web.stamp.ids().len(), 5);
}

/// A link of a type with some parts.
fn linked(terms: &mut Terms, types: &Types, of: AtomType, parts: &[Id]) -> Id {
    terms.link(types, of, parts.to_vec()).expect("shallow")
}

#[test]
fn unordered_parts_are_joined_in_every_way_and_each_choice_is_counted() {
    let (mut terms, space) = (Terms::default(), Space::new());
    let types = space.types();
    let closed: Vec<Id> = ["a", "b", "c", "d"].map(|name| terms.node(AtomType::CONCEPT, name)).to_vec();
    let open: Vec<Id> = (0..4).map(|number| terms.variable(number, Admits::default())).collect();
    let (one, two) =
        (linked(&mut terms, types, AtomType::SET, &open), linked(&mut terms, types, AtomType::SET, &closed));
    assert_eq!(ways(&mut terms, types, (one, two), 4).len(), 24);
    // What both have is paired with itself, however many parts that leaves out of account.
    let mixed = [&closed[..2], &open[..2]].concat();
    let one = linked(&mut terms, types, AtomType::SET, &mixed);
    assert_eq!(ways(&mut terms, types, (one, two), 4).len(), 2);
    // A part that fits nothing is seen before any order is tried.
    let stranger = terms.node(AtomType::CONCEPT, "e");
    let one = linked(&mut terms, types, AtomType::SET, &[&open[..3], &[stranger]].concat());
    let mut choices = 0;
    let none = unify(&mut terms, types, (one, two), 4, &mut || {
        choices += 1;
        Ok(())
    });
    assert_eq!((none.map(|found| found.len()).ok(), choices), (Some(0), 0));
    // Whoever counts may stop it.
    let nested = |terms: &mut Terms, parts: &[Id]| {
        let sets: Vec<Id> = parts.chunks(4).map(|some| linked(terms, types, AtomType::SET, some)).collect();
        linked(terms, types, AtomType::LIST, &sets)
    };
    let many: Vec<Id> = (0..16).map(|number| terms.variable(number, Admits::default())).collect();
    let names: Vec<String> = (0..16).map(|at| format!("c{at}")).collect();
    let named: Vec<Id> = names.iter().map(|name| terms.node(AtomType::CONCEPT, name)).collect();
    let (one, two) = (nested(&mut terms, &many), nested(&mut terms, &named));
    let mut left = 1_000;
    let stopped = unify(&mut terms, types, (one, two), 16, &mut || {
        left -= 1;
        if left == 0 { Err(End::Steps) } else { Ok(()) }
    });
    assert_eq!(stopped.err(), Some(End::Steps));
    let first = unify_once(&mut terms, types, (one, two), 16, &mut || Ok(())).expect("nothing stops it");
    assert_eq!(first.and_then(|bindings| filled(&mut terms, types, one, &bindings)), Some(two));
}

#[test]
fn a_fact_of_many_sets_is_found_in_few_steps() {
    let set = |at: usize| {
        let parts: Vec<String> = (0..5).map(|part| format!("(Concept \"c{at}{part}\")")).collect();
        format!("(Set {})", parts.join(" "))
    };
    let sets: Vec<String> = (0..4).map(set).collect();
    let fact = format!("(Evaluation (stv 1 0.9) (Predicate \"p\") (List {}))", sets.join(" "));
    let space = space(&[&fact]);
    let asked = fact.replace("(stv 1 0.9) ", "").replace("Concept \"c", "Variable \"$v");
    let (asked, none) = (term(&space, &asked), Rules::default());
    let bounds = crate::chain::Bounds { steps: 1_000, ..Default::default() };
    let mut found = Chainer::new(&space, &none).bounded(bounds).backward(&asked).expect("a target");
    assert_eq!(found.next().map(|answer| answer.values.len()), Some(20));
    assert!(found.next().is_none() && found.report().steps < 100, "{:?}", found.report());
    assert_eq!(found.report().end, End::Done);
}
