//! Conclusions in spaces and frames, and chaining from them again.

use super::{close, rules, space, term};
use crate::TruthValue;
use crate::chain::{Chainer, EVIDENCE, PLN};
use crate::query::Term;
use crate::space::{AtomType, Frame, Space, Truth, Value};
use std::sync::Arc;

const FACTS: &str = r#"
    (Concept "a" (stv 0.3 0.9)) (Concept "b" (stv 0.4 0.9)) (Concept "c" (stv 0.5 0.9))
    (Inheritance (stv 0.9 0.9) (Concept "a") (Concept "b"))
    (Inheritance (stv 0.9 0.8) (Concept "b") (Concept "c"))
"#;

/// Everything that follows, and what each statement stands by.
fn concluded(space: &Space) -> Vec<(String, TruthValue)> {
    let rules = rules(space, &["pln"]);
    let all = Chainer::new(space, &rules).forward().expect("it runs");
    let mut all: Vec<_> = all.iter().map(|one| (one.statement.show(space.types()), one.truth)).collect();
    all.sort_by(|one, two| one.0.cmp(&two.0));
    all
}

fn write(space: &Space, into: &mut Space) -> usize {
    let rules = rules(space, &["pln"]);
    let all = Chainer::new(space, &rules).forward().expect("it runs");
    all.write(into).expect("room").len()
}

/// All truth values in a space, by the texts of the atoms.
fn truths(space: &Space) -> Vec<(String, f32, f32)> {
    let mut all: Vec<_> = space
        .handles()
        .map(|atom| (space.show_bare(atom), space.truth(atom).strength(), space.truth(atom).confidence()))
        .collect();
    all.sort_by(|one, two| one.0.cmp(&two.0));
    all
}

#[test]
fn a_frame_takes_what_follows_and_its_base_stays() {
    let base = Arc::new(space(&[PLN, FACTS]));
    let before = base.dump();
    let mut frame = Frame::over(Arc::clone(&base));
    let written = write(&base, &mut frame);
    assert!(written >= 3, "{written}");
    let deduced = frame.load(r#"(Inheritance (Concept "a") (Concept "c"))"#).expect("well-formed").last.expect("one");
    let known = concluded(&base).into_iter().find(|one| one.0 == frame.show_bare(deduced)).expect("deduced").1;
    assert!((f64::from(frame.truth(deduced).confidence()) - known.confidence).abs() < 1e-6);
    assert_eq!(base.dump(), before);
}

#[test]
fn what_was_written_does_not_count_again() {
    let mut space = space(&[PLN, FACTS]);
    let copy = space.clone();
    assert!(write(&copy, &mut space) > 0);
    let once = truths(&space);
    for _ in 0..3 {
        let copy = space.clone();
        write(&copy, &mut space);
        for (one, two) in once.iter().zip(truths(&space)) {
            assert!(one.0 == two.0 && (one.2 - two.2).abs() < 1e-4, "{one:?} {two:?}");
        }
    }
    // A text tells of the evidence, too.
    let mut loaded = Space::new();
    loaded.load(&space.dump()).expect("its own text");
    let copy = loaded.clone();
    write(&copy, &mut loaded);
    for (one, two) in once.iter().zip(truths(&loaded)) {
        assert!(one.0 == two.0 && (one.2 - two.2).abs() < 1e-4, "{one:?} {two:?}");
    }
}

#[test]
fn stated_evidence_is_never_that_of_a_fact_which_states_none() {
    let ids: Vec<String> = (0..60).map(|id| id.to_string()).collect();
    let facts = format!(
        "(Predicate \"p\" (stv 1 0.9) (alist (cons (Predicate \"evidence\") (FloatValue {}))))
         (Implication (stv 1 0.9) (Predicate \"p\") (Predicate \"q\"))",
        ids.join(" ")
    );
    // Without the rules before them, the handles of the facts are among the ids.
    let space = space(&[&facts, PLN]);
    let rules = rules(&space, &["pln"]);
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    let q = all.get(&term(&space, r#"(Predicate "q")"#)).expect("by modus ponens");
    assert_eq!(q.stamp.ids().len(), 61);
}

#[test]
fn stated_evidence_that_leaves_no_ids_is_refused() {
    let with = |id: u32| {
        let z = format!("(Concept \"z\" (stv 1 0.9) (alist (cons (Predicate \"evidence\") {id})))");
        let facts = r#"(Predicate "p" (stv 0.8 0.9)) (Implication (stv 0.9 0.9) (Predicate "p") (Predicate "q"))"#;
        space(&[PLN, &z, facts])
    };
    let high = with(u32::MAX - 1);
    let all = rules(&high, &["pln"]);
    let error = Chainer::new(&high, &all).forward().expect_err("refused").to_string();
    assert!(error.contains("4294967294 is the greatest in use"), "{error}");
    let last = high.handles().map(|atom| atom.index() as u32).max().expect("atoms");
    let most = with(u32::MAX - 1 - last);
    let mut all = Chainer::new(&most, &all).forward().expect("it runs");
    assert_eq!(all.get(&term(&most, r#"(Predicate "q")"#)).expect("by modus ponens").stamp.ids().len(), 2);
}

#[test]
fn what_speaks_of_rules_is_no_fact() {
    let mut space = space(&[PLN, FACTS]);
    let text = r#"(Member (stv 0.5 0.9) (DefinedSchema "modus-ponens") (Concept "pln"))"#;
    space.load(text).expect("well-formed");
    let rules = rules(&space, &["pln"]);
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    assert_eq!(all.get(&term(&space, text)), None);
    assert!(all.get(&term(&space, r#"(Concept "a")"#)).is_some());
}

#[test]
fn stated_evidence_is_shared() {
    let facts = r#"
        (Predicate "p" (stv 1 0.5) (alist (cons (Predicate "evidence") (FloatValue 3 4))))
        (Implication (stv 1 0.9) (Predicate "p") (Predicate "q"))
        (Predicate "q" (stv 1 0.5) (alist (cons (Predicate "evidence") 4)))
    "#;
    let shared = space(&[PLN, facts]);
    let q = r#"(Predicate "q")"#;
    let known = |space: &Space| {
        let rules = rules(space, &["pln"]);
        let mut all = Chainer::new(space, &rules).forward().expect("it runs");
        all.get(&term(space, q)).expect("known").truth
    };
    close(known(&shared), 1.0, 0.5);
    let apart = space(&[PLN, &facts.replace("3 4", "3 5")]);
    // Half and 0.45 as weights are 1 and 9/11.
    close(known(&apart), 1.0, (1.0 + 9.0 / 11.0) / (2.0 + 9.0 / 11.0));
    let wrong = space(&[PLN, r#"(Predicate "p" (stv 1 0.5) (alist (cons (Predicate "evidence") "none")))"#]);
    let rules = rules(&wrong, &["pln"]);
    let error = Chainer::new(&wrong, &rules).forward().expect_err("refused").to_string();
    assert!(error.starts_with("the evidence of (Predicate \"p\") is no list"), "{error}");
}

#[test]
fn evidence_of_several_spaces_stays_apart_and_that_of_one_fact_is_one() {
    let conclude = |text: &str| {
        let mut space = space(&[PLN, text]);
        let copy = space.clone();
        assert!(write(&copy, &mut space) > 0);
        space
    };
    let rule = |from: &str, to: &str| {
        format!(
            r#"(Predicate "{from}" (stv 1 0.9)) (Implication (stv 0.9 0.9) (Predicate "{from}") (Predicate "{to}"))"#
        )
    };
    let (one, two) = (conclude(&rule("a", "b")), conclude(&rule("c", "d")));
    let mut both = space(&[PLN]);
    for part in [&one, &two] {
        both.load(&part.dump()).expect("its own text");
    }
    let all = rules(&both, &["pln", "pln-backward"]);
    let asked = term(&both, r#"(And (Predicate "b") (Predicate "d"))"#);
    let found = Chainer::new(&both, &all).backward(&asked).expect("a target").last().expect("independent");
    close(found.conclusion.truth, 0.81, 0.729);
    assert_eq!(found.conclusion.stamp.ids().len(), 4);

    // What both know from the same fact is one piece of evidence, wherever it was written.
    let (one, two) = (conclude(&rule("a", "b")), conclude(&format!("(Concept \"more\") {}", rule("a", "e"))));
    let evidence = |space: &Space| {
        let key = space.find_node(AtomType::PREDICATE, EVIDENCE).expect("written");
        let a = space.find_node(AtomType::PREDICATE, "a").expect("there");
        space.value(a, key).cloned()
    };
    assert!(evidence(&one).is_some() && evidence(&one) == evidence(&two), "{:?}", evidence(&one));
}

/// What is said of c, and a rule from A to B that was learned from cases, of which c is one.
const LEARNED: &str = r#"
    (Implication (stv 0.9 0.9)
      (Lambda (Variable "$x") (Evaluation (Predicate "A") (Variable "$x")))
      (Lambda (Variable "$x") (Evaluation (Predicate "B") (Variable "$x")))
      (alist (cons (Predicate "support") (FloatValue 9 10 0.01))))
    (Evaluation (stv 0.9 0.9) (Predicate "A") (Concept "c"))
    (Evaluation (stv 0.9 0.9) (Predicate "B") (Concept "c"))
"#;

#[test]
fn evidence_of_facts_that_no_rule_used_keeps_its_identity() {
    // Only the case is asked for: what B says of c is part of its evidence, and nothing looks at it.
    let turn = r#"
        (Define (DefinedSchema "turn") (Bind (VariableList (Variable "$a") (Variable "$b"))
          (Implication (Evaluation (Predicate "A") (Variable "$a")) (Variable "$b"))
          (ExecutionOutput (GroundedSchema "pln:same")
            (List (List (Variable "$a") (Variable "$b")) (Implication (Evaluation (Predicate "A") (Variable "$a")) (Variable "$b"))))))
        (Member (DefinedSchema "turn") (Concept "base"))
    "#;
    let base = space(&[PLN, turn, LEARNED]);
    let all = rules(&base, &["base"]);
    let asked = term(&base, r#"(List (Concept "c") (Evaluation (Predicate "B") (Concept "c")))"#);
    let mut answers = Chainer::new(&base, &all).backward(&asked).expect("a target");
    let found = answers.next().expect("of the case").conclusion;
    assert_eq!(found.stamp.ids().len(), 2);
    let conclusions = answers.conclusions();
    let Value::Floats(names) = conclusions.written(&found.stamp) else { panic!("a list of numbers") };
    assert!(names.iter().all(|name| *name >= f64::from(u32::MAX)), "{names:?}");

    let mut marked = base.clone();
    let atom = conclusions.write(&mut marked).expect("room")[0];
    let key = marked.find_node(AtomType::PREDICATE, EVIDENCE).expect("written");
    let fact = marked.load(r#"(Evaluation (Predicate "B") (Concept "c"))"#).expect("well-formed").last.expect("one");
    assert_eq!(marked.value(fact, key).map(|own| shares(own, &names)), Some(true));

    // It is known again where only the conclusion was kept, too.
    let mut kept = base.clone();
    let written = marked.value(atom, key).cloned().expect("evidence");
    let conclusion = Term::of_atom(&marked, atom).expect("closed").write(&mut kept).expect("room");
    let key = kept.node(AtomType::PREDICATE, EVIDENCE).expect("room");
    kept.set_truth(conclusion, Truth::simple(0.9, 0.9)).expect("in range");
    kept.set_value(conclusion, key, written).expect("room");
    for again in [&marked, &kept] {
        let all = rules(again, &["pln"]);
        let mut all = Chainer::new(again, &all).forward().expect("it runs");
        let stamp = |text: &str| all.get(&term(again, text)).expect("known").stamp;
        let [conclusion, fact] = [
            r#"(List (Concept "c") (Evaluation (Predicate "B") (Concept "c")))"#,
            r#"(Evaluation (Predicate "B") (Concept "c"))"#,
        ]
        .map(stamp);
        assert!(!conclusion.disjoint(&fact), "{conclusion:?} {fact:?}");
    }
}

/// Whether evidence is among these numbers.
fn shares(evidence: &Value, names: &[f64]) -> bool {
    matches!(evidence, Value::Floats(own) if own.iter().all(|name| names.contains(name)))
}
