//! Bounds, circles, depth, tables, and the order of answers.

use super::{answers, rules, space, term};
use crate::chain::{Bounds, Chainer, End, Formulas, Guide, Rules};
use crate::query::Cancel;
use crate::space::Attention;
use std::fmt::Write as _;

/// A rule of the base `base` from its text.
fn rule(name: &str, variables: &str, premises: &[&str], conclusion: &str) -> String {
    let premises = premises.join(" ");
    format!(
        "(Define (DefinedSchema \"{name}\") (Bind (VariableList {variables}) (And {premises})
           (ExecutionOutput (GroundedSchema \"pln:fuzzy-and\") (List {conclusion} {premises}))))
         (Member (DefinedSchema \"{name}\") (Concept \"base\"))"
    )
}

const A: &str = r#"(Variable "$a")"#;
const B: &str = r#"(Variable "$b")"#;
const C: &str = r#"(Variable "$c")"#;

fn inherits(one: &str, two: &str) -> String {
    format!("(Inheritance {one} {two})")
}

fn transitive() -> String {
    rule("transitive", &format!("{A} {B} {C}"), &[&inherits(A, B), &inherits(B, C)], &inherits(A, C))
}

/// Inheritances in a circle, all on one piece of evidence.
fn circle(length: usize) -> String {
    let mut text = String::new();
    for at in 0..length {
        let next = (at + 1) % length;
        let _ = write!(
            text,
            "(Inheritance (stv 1 0.9) (alist (cons (Predicate \"evidence\") 7)) (Concept \"{at}\") (Concept \"{next}\"))"
        );
    }
    text
}

const GROWING: &str = r#"
    (Define (DefinedSchema "grow") (Bind (Variable "$x")
      (Evaluation (Predicate "natural") (Variable "$x"))
      (ExecutionOutput (GroundedSchema "pln:same")
        (List (Evaluation (Predicate "natural") (List (Variable "$x"))) (Evaluation (Predicate "natural") (Variable "$x"))))))
    (Member (DefinedSchema "grow") (Concept "base"))
    (Evaluation (stv 1 0.9) (Predicate "natural") (Concept "zero"))
"#;

fn ends(bounds: Bounds<'_>) -> (End, usize) {
    let space = space(&[GROWING]);
    let rules = rules(&space, &["base"]);
    let all = Chainer::new(&space, &rules).bounded(bounds).forward().expect("it runs");
    (all.report().end, all.iter().count())
}

#[test]
fn what_has_no_end_meets_a_bound_which_the_report_names() {
    assert_eq!(ends(Bounds { steps: 50, ..Bounds::default() }).0, End::Steps);
    assert_eq!(ends(Bounds { proofs: 10, ..Bounds::default() }), (End::Proofs, 9));
    assert_eq!(ends(Bounds { depth: 6, ..Bounds::default() }), (End::Done, 4));
    assert_eq!(ends(Bounds { memory: 20_000, ..Bounds::default() }).0, End::Memory);
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(ends(Bounds { cancel: Some(cancel), ..Bounds::default() }).0, End::Cancelled);
    let mut asked = 0;
    let deadline = || {
        asked += 1;
        asked > 1
    };
    let bounds = Bounds { depth: 200, deadline: Some(Box::new(deadline)), ..Bounds::default() };
    let (end, found) = ends(bounds);
    assert!(end == End::Deadline && found > 10, "{end} {found}");
}

#[test]
fn backward_meets_bounds_too() {
    let space = space(&[GROWING]);
    let rules = rules(&space, &["base"]);
    let asked = term(&space, r#"(Evaluation (Predicate "natural") (Variable "$n"))"#);
    let bounds = Bounds { steps: 100, ..Bounds::default() };
    let mut answers = Chainer::new(&space, &rules).bounded(bounds).backward(&asked).expect("a target");
    let found = answers.by_ref().count();
    assert!(found > 5 && answers.report().end == End::Steps, "{found} {}", answers.report().end);

    let bounds = Bounds { memory: 50_000, depth: 200, ..Bounds::default() };
    let mut answers = Chainer::new(&space, &rules).bounded(bounds).backward(&asked).expect("a target");
    assert!(answers.by_ref().count() > 5 && answers.report().end == End::Memory, "{:?}", answers.report());
    assert!(answers.report().memory > 50_000);

    // What has more brackets open is not drawn, and counted.
    let shallow = Bounds { depth: 6, ..Bounds::default() };
    let mut answers = Chainer::new(&space, &rules).bounded(shallow).backward(&asked).expect("a target");
    assert!(answers.by_ref().count() == 5 && answers.report().deep > 0, "{:?}", answers.report());

    // The first answer costs little, whatever follows.
    let mut answers = Chainer::new(&space, &rules).backward(&asked).expect("a target");
    assert!(answers.next().is_some() && answers.report().steps < 10, "{:?}", answers.report());
    assert_eq!(answers.report().end, End::Left);
}

#[test]
fn rules_in_circles_end() {
    let both = rule("turn", &format!("{A} {B}"), &[&inherits(A, B)], &inherits(B, A));
    let space = space(&[&transitive(), &both, &circle(6)]);
    let rules = rules(&space, &["base"]);
    let forward = Chainer::new(&space, &rules).forward().expect("it runs");
    assert_eq!(forward.report().end, End::Done);
    // Every pair; six of them are facts.
    assert_eq!(forward.iter().count(), 36 - 6);
    assert!(forward.iter().all(|one| (one.truth.confidence - 0.9).abs() < 1e-9));
    assert_eq!(answers(&space, &rules, &inherits(A, B)).len(), 36);
}

#[test]
fn a_subgoal_is_solved_once_whatever_its_variables_are_called() {
    let space = space(&[&transitive(), &circle(12)]);
    let rules = rules(&space, &["base"]);
    let asked = term(&space, &inherits(r#"(Concept "0")"#, r#"(Variable "$whatever")"#));
    let mut answers = Chainer::new(&space, &rules).backward(&asked).expect("a target");
    assert_eq!(answers.by_ref().count(), 12);
    // What the target asks of the first concept is asked of each.
    assert_eq!((answers.report().goals, answers.report().end), (12, End::Done));
}

#[test]
fn where_the_time_is_up_what_was_found_is_told_without_more_rounds() {
    let both = rule("turn", &format!("{A} {B}"), &[&inherits(A, B)], &inherits(B, A));
    let space = space(&[&transitive(), &both, &circle(9)]);
    let rules = rules(&space, &["base"]);
    let run = |asks: u32| {
        let mut asked = 0;
        let deadline = || {
            asked += 1;
            asked > asks
        };
        let bounds = Bounds { deadline: Some(Box::new(deadline)), ..Bounds::default() };
        let mut all = Chainer::new(&space, &rules).bounded(bounds).forward().expect("it runs");
        let found: Vec<_> = all.iter().collect();
        assert!(found.iter().all(|one| all.proof(&one.statement).is_some()));
        (found.len(), all.report().clone())
    };
    let (few, report) = run(3);
    assert!(few > 5 && report.end == End::Deadline && report.unsettled > 0, "{few} {report:?}");
    let (all, report) = run(u32::MAX);
    assert_eq!((all, report.end, report.unsettled), (72, End::Done, 0));
}

#[test]
fn long_proofs_are_no_recursion() {
    let mut text = String::new();
    for at in 0..3_000 {
        let _ = write!(
            text,
            "(Implication (stv 1 1) (alist (cons (Predicate \"evidence\") 7)) (Predicate \"{at}\") (Predicate \"{}\"))",
            at + 1
        );
    }
    let predicate = |variable: &str| format!("(TypedVariable {variable} (Type \"Predicate\"))");
    let step = rule("step", &format!("{} {}", predicate(A), predicate(B)), &[A, &format!("(Implication {A} {B})")], B);
    let space = space(&[&text, &step, r#"(Predicate "0" (stv 1 0.9))"#]);
    let rules = rules(&space, &["base"]);
    let last = r#"(Predicate "3000")"#;
    assert_eq!(answers(&space, &rules, last).len(), 1);
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    let proof = all.proof(&term(&space, last)).expect("concluded");
    assert_eq!((proof.rules(), proof.steps.len()), (3_000, 6_001));
}

#[test]
fn stamps_name_no_more_than_they_can() {
    let mut text = String::new();
    for at in 0..80 {
        let _ = write!(text, "(Inheritance (stv 1 0.9) (Concept \"{at}\") (Concept \"{}\"))", at + 1);
    }
    let space = space(&[&transitive(), &text]);
    let rules = rules(&space, &["base"]);
    let asked = |last: usize| inherits(r#"(Concept "0")"#, &format!("(Concept \"{last}\")"));
    assert_eq!(answers(&space, &rules, &asked(64)).len(), 1);
    let mut answers = Chainer::new(&space, &rules).backward(&term(&space, &asked(65))).expect("a target");
    assert!(answers.next().is_none() && answers.report().full > 0);
}

#[test]
fn the_most_confident_answers_come_first() {
    let text = r#"
        (Member (stv 1 0.3) (Concept "low") (Concept "class"))
        (Member (stv 1 0.9) (Concept "high") (Concept "class"))
        (Member (stv 1 0.6) (Concept "middle") (Concept "class"))
        (Inheritance (stv 1 0.8) (Concept "class") (Concept "wider"))
    "#;
    let step = rule(
        "widen",
        &format!("{A} {B} {C}"),
        &[&format!("(Member {A} {B})"), &inherits(B, C)],
        &format!("(Member {A} {C})"),
    );
    let space = space(&[&step, text]);
    let rules = rules(&space, &["base"]);
    let guide = Guide { confidence: 1.0, length: 0.0, attention: 0.0 };
    let asked = term(&space, &format!(r#"(Member {A} (Concept "wider"))"#));
    let found = Chainer::new(&space, &rules).guided(guide).backward(&asked).expect("a target");
    let shown: Vec<String> = found.map(|answer| answer.values[0].1.show(space.types())).collect();
    assert_eq!(shown, [r#"(Concept "high")"#, r#"(Concept "middle")"#, r#"(Concept "low")"#]);
}

#[test]
fn the_length_of_proofs_leads() {
    let text = r#"
        (Inheritance (stv 1 0.9) (Concept "0") (Concept "1"))
        (Inheritance (stv 1 0.9) (Concept "1") (Concept "2"))
        (Inheritance (stv 1 0.9) (Concept "2") (Concept "3"))
        (Inheritance (stv 1 0.9) (Concept "3") (Concept "4"))
    "#;
    let space = space(&[&transitive(), text]);
    let rules = rules(&space, &["base"]);
    let asked = term(&space, &inherits(A, B));
    let lengths = |length: f64| {
        let guide = Guide { confidence: 0.0, length, attention: 0.0 };
        let mut answers = Chainer::new(&space, &rules).guided(guide).backward(&asked).expect("a target");
        let mut all = Vec::new();
        while let Some(answer) = answers.next() {
            all.push(answers.proof(&answer.conclusion.statement).expect("a proof").rules());
        }
        all
    };
    let short_first = lengths(1.0);
    assert!(short_first.len() == 10 && short_first.is_sorted(), "{short_first:?}");
    assert!(!lengths(-1.0).is_sorted());
}

#[test]
fn attention_leads() {
    let text = r#"
        (Inheritance (stv 1 0.9) (Concept "x") (Concept "dull"))
        (Inheritance (stv 1 0.9) (Concept "x") (Concept "hot"))
        (Inheritance (stv 1 0.9) (Concept "dull") (Concept "one"))
        (Inheritance (stv 1 0.9) (Concept "hot") (Concept "two"))
    "#;
    let mut space = space(&[&transitive(), text]);
    let first = |space: &crate::space::Space| {
        let rules = rules(space, &["base"]);
        let asked = term(space, &inherits(r#"(Concept "x")"#, A));
        let all: Vec<String> = Chainer::new(space, &rules)
            .backward(&asked)
            .expect("a target")
            .map(|answer| answer.values[0].1.show(space.types()))
            .filter(|name| name.contains("one") || name.contains("two"))
            .collect();
        all
    };
    assert_eq!(first(&space), [r#"(Concept "one")"#, r#"(Concept "two")"#]);
    let hot = space.named("hot").next().expect("there");
    space.set_attention(hot, Some(Attention { sti: 80.0, ..Attention::default() })).expect("finite");
    assert_eq!(first(&space), [r#"(Concept "two")"#, r#"(Concept "one")"#]);
}

#[test]
fn sources_start_what_follows_from_them_alone() {
    let text = r#"
        (Inheritance (stv 1 0.9) (Concept "a") (Concept "b"))
        (Inheritance (stv 1 0.9) (Concept "b") (Concept "c"))
        (Inheritance (stv 1 0.9) (Concept "x") (Concept "y"))
        (Inheritance (stv 1 0.9) (Concept "y") (Concept "z"))
    "#;
    let mut space = space(&[&transitive(), text]);
    let source = space.load(r#"(Inheritance (Concept "a") (Concept "b"))"#).expect("well-formed").last.expect("one");
    let rules = rules(&space, &["base"]);
    let all = Chainer::new(&space, &rules).forward_from(&[source]).expect("it runs");
    let found: Vec<String> = all.iter().map(|one| one.statement.show(space.types())).collect();
    assert_eq!(found, [r#"(Inheritance (Concept "a") (Concept "c"))"#]);
}

#[test]
fn what_is_wrong_with_a_rule_is_said() {
    let wrong = |text: &str| {
        let space = space(&[text, r#"(Member (DefinedSchema "r") (Concept "base"))"#]);
        Rules::read(&space, &["base"], &Formulas::pln()).expect_err("refused").to_string()
    };
    assert!(wrong("").contains("a rule needs a definition"));
    let rule = |premises: &str, formula: &str, arguments: &str| {
        wrong(&format!(
            "(Define (DefinedSchema \"r\") (Bind (Variable \"$a\") {premises}
               (ExecutionOutput (GroundedSchema \"{formula}\") (List {arguments}))))"
        ))
    };
    let member = r#"(Member (Variable "$a") (Concept "c"))"#;
    assert!(rule(member, "none", &format!("(Not {member}) {member}")).contains("no formula `none` is registered"));
    assert!(rule(member, "pln:not", &format!("(Not {member})")).contains("`pln:not` takes 1 arguments, not 0"));
    assert!(rule(member, "pln:not", &format!("{member} (Concept \"c\")")).contains("at least one premise"));
    let undeclared = rule(member, "pln:not", &format!("(Not (Variable \"$b\")) {member}"));
    assert!(undeclared.contains("the variable `$b` is not declared"), "{undeclared}");
    let connective = format!("(Not {member})");
    assert!(rule(&connective, "pln:not", &format!("{member} {connective}")).contains("LocalQuote"));
    let space = space(&[]);
    let none = Rules::read(&space, &["base"], &Formulas::pln()).expect_err("refused").to_string();
    assert!(none.contains("there are no rules in `base`"));
}
