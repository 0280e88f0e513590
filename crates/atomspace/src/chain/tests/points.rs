//! Points that MeTTa-PLN publishes as the results of its examples, as little programs.

use super::{answers, close, forward, rules, space};
use crate::chain::{Formulas, PLN, Premises, Rules};

const SMOKES: &str = r#"
    (Evaluation (stv 1 0.9) (Predicate "smokes") (Concept "Edward"))
    (Implication (stv 0.6 0.9)
      (Lambda (Variable "$x") (Evaluation (Predicate "smokes") (Variable "$x")))
      (Lambda (Variable "$x") (Evaluation (Predicate "cancer") (Variable "$x"))))
"#;

#[test]
fn smokes_both_ways() {
    let space = space(&[PLN, SMOKES]);
    let rules = rules(&space, &["pln"]);
    let found = answers(&space, &rules, r#"(Evaluation (Predicate "cancer") (Variable "$who"))"#);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, r#"(Evaluation (Predicate "cancer") (Concept "Edward"))"#);
    close(found[0].1, 0.6, 0.486);
    close(forward(&space, &rules, &found[0].0).expect("concluded"), 0.6, 0.486);
}

#[test]
fn inversion_of_equally_probable_terms() {
    let facts = r#"
        (Concept "a" (stv 0.5 1)) (Concept "b" (stv 0.5 1))
        (Inheritance (stv 0.87 0.81) (Concept "a") (Concept "b"))
    "#;
    let space = space(&[PLN, facts]);
    let rules = rules(&space, &["pln"]);
    let wanted = r#"(Inheritance (Concept "b") (Concept "a"))"#;
    let found = answers(&space, &rules, wanted);
    close(found[0].1, 0.87, 0.486);
    close(forward(&space, &rules, wanted).expect("concluded"), 0.87, 0.486);
}

#[test]
fn transitive_similarity_of_equals() {
    let facts = r#"
        (Concept "a" (stv 0.333 1)) (Concept "b" (stv 0.333 1)) (Concept "c" (stv 0.333 1))
        (Similarity (stv 1 0.89) (Concept "a") (Concept "b"))
        (Similarity (stv 1 0.5) (Concept "b") (Concept "c"))
    "#;
    let space = space(&[PLN, facts]);
    let rules = rules(&space, &["pln"]);
    let wanted = r#"(Similarity (Concept "a") (Concept "c"))"#;
    let found = answers(&space, &rules, wanted);
    close(found[0].1, 1.0, 0.445);
    close(forward(&space, &rules, wanted).expect("concluded"), 1.0, 0.445);
}

/// The published program inverts without regard to the terms and hands induction the conclusion's term where the middle one
/// belongs; `docs/pln.md` has more of that. What it shows of chaining is that two proofs on disjoint evidence are revised.
const PUBLISHED_RULES: &str = r#"
    (Define (DefinedSchema "inversion")
      (Bind (VariableList (Variable "$a") (Variable "$b"))
        (And (Inheritance (Variable "$a") (Variable "$b")) (Not (Identical (Variable "$a") (Variable "$b"))))
        (ExecutionOutput (GroundedSchema "published:inversion")
          (List (Inheritance (Variable "$b") (Variable "$a")) (Variable "$b") (Inheritance (Variable "$a") (Variable "$b"))))))
    (Define (DefinedSchema "induction")
      (Bind (VariableList (Variable "$a") (Variable "$b") (Variable "$c"))
        (And (Inheritance (Variable "$b") (Variable "$a")) (Inheritance (Variable "$b") (Variable "$c"))
             (Not (Identical (Variable "$a") (Variable "$c"))))
        (ExecutionOutput (GroundedSchema "pln:induction")
          (List (Inheritance (Variable "$a") (Variable "$c")) (Variable "$a") (Variable "$c") (Variable "$b")
            (Inheritance (Variable "$b") (Variable "$a")) (Inheritance (Variable "$b") (Variable "$c"))))))
    (Member (DefinedSchema "inversion") (Concept "published"))
    (Member (DefinedSchema "induction") (Concept "published"))
"#;

#[test]
fn deduction_and_revision() {
    let facts = r#"
        (Concept "a" (stv 0.5 0.9)) (Concept "b" (stv 0.25 0.9)) (Concept "c" (stv 0.25 0.9)) (Concept "d" (stv 0.5 0.9))
        (Inheritance (stv 0.25 0.9) (Concept "a") (Concept "b"))
        (Inheritance (stv 0.25 0.9) (Concept "a") (Concept "c"))
        (Inheritance (stv 0.5 0.9) (Concept "b") (Concept "d"))
        (Inheritance (stv 0.5 0.9) (Concept "c") (Concept "d"))
    "#;
    let space = space(&[PUBLISHED_RULES, facts]);
    let mut formulas = Formulas::pln();
    formulas.register("published:inversion", Some(2), Premises::Dependent, |given| match given {
        [b, ab] => Ok(crate::TruthValue::new(ab.tv.strength, 0.6 * b.tv.confidence * ab.tv.confidence)),
        _ => Err("two arguments".to_owned()),
    });
    let rules = Rules::read(&space, &["published"], &formulas).expect("well-formed rules");
    let wanted = r#"(Inheritance (Concept "a") (Concept "d"))"#;
    let found = answers(&space, &rules, wanted);
    close(found[0].1, 0.125, 0.304_299_429_53);
    close(forward(&space, &rules, wanted).expect("concluded"), 0.125, 0.304_299_429_53);
}
