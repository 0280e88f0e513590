//! An `Always` for each group of solutions.

use super::check;

const BASKETS: &str = r#"
    (Member (Concept "r1") (Concept "reds")) (Member (Concept "r2") (Concept "reds"))
    (Member (Concept "r3") (Concept "mixed")) (Member (Concept "g1") (Concept "mixed"))
    (Member (Concept "g2") (Concept "greens"))
    (Evaluation (Predicate "red") (Concept "r1")) (Evaluation (Predicate "red") (Concept "r2"))
    (Evaluation (Predicate "red") (Concept "r3"))
    (Evaluation (Predicate "green") (Concept "g1")) (Evaluation (Predicate "green") (Concept "g2"))"#;

#[test]
fn an_always_holds_for_each_group_by_itself() {
    let query = |group: &str| {
        format!(
            r#"(Get (VariableList (Variable "$basket") (Variable "$ball")) (And (Member (Variable "$ball") (Variable "$basket")) {group}
                (Always (Evaluation (Predicate "red") (Variable "$ball")))))"#
        )
    };
    check(BASKETS, &query(r#"(Group (Variable "$basket"))"#), &["reds r1", "reds r2"]);
    check(BASKETS, &query(""), &[]);
    check(BASKETS, &query(r#"(Group (Variable "$basket") (Variable "$ball"))"#), &["mixed r3", "reds r1", "reds r2"]);
}

#[test]
fn a_group_is_one_across_branches_and_comparisons() {
    let same = r#"(Get (VariableList (Variable "$basket") (Variable "$one") (Variable "$two") (Variable "$c") (Variable "$d"))
        (And (Member (Variable "$one") (Variable "$basket")) (Member (Variable "$two") (Variable "$basket"))
             (Evaluation (Variable "$c") (Variable "$one")) (Evaluation (Variable "$d") (Variable "$two"))
             (Group (Variable "$basket")) (Always (Equal (Variable "$c") (Variable "$d")))))"#;
    let found = super::found(&super::space(BASKETS), same);
    let mut baskets: Vec<&str> = found.iter().filter_map(|row| row.split(' ').next()).collect();
    baskets.dedup();
    assert_eq!(baskets, ["greens", "reds"]);
    let branches = r#"(Get (VariableList (Variable "$basket") (Variable "$ball")) (And (Member (Variable "$ball") (Variable "$basket"))
        (Or (Evaluation (Predicate "red") (Variable "$ball")) (Evaluation (Predicate "green") (Variable "$ball")))
        (Group (Variable "$basket")) (Always (Evaluation (Predicate "green") (Variable "$ball")))))"#;
    check(BASKETS, branches, &["greens g2"]);
}

#[test]
fn groups_are_asked_anew_with_other_given_values() {
    use crate::query::{Bounds, Query, Setting};
    use crate::space::AtomType;
    let space = super::space(BASKETS);
    let text = r#"(Get (VariableList (Variable "$color") (Variable "$basket") (Variable "$ball")) (And
        (Evaluation (Variable "$color") (Concept "r1")) (Member (Variable "$ball") (Variable "$basket"))
        (Group (Variable "$basket")) (Always (Evaluation (Variable "$color") (Variable "$ball")))))"#;
    let query = Query::parse(space.types(), text).expect("a query");
    let prepared = query.prepare_with(&space, Setting { given: &["$color"], ..Setting::default() }).expect("planned");
    let color = |name| space.find_node(AtomType::PREDICATE, name).expect("there");
    let mut solutions = prepared.solutions_given(&[color("red")], Bounds::default());
    assert_eq!(solutions.by_ref().flatten().count(), 2);
    solutions.again(&[color("green")], Bounds::default());
    assert_eq!(solutions.by_ref().flatten().count(), 0);
    solutions.again(&[color("red")], Bounds::default());
    assert_eq!(solutions.by_ref().flatten().count(), 2);
}

#[test]
fn a_query_has_one_interval_for_its_groups() {
    let group = |name: &str| format!(r#"(Group (Variable "{name}") (Interval (Number 1) (Number 2)))"#);
    let query = format!(
        r#"(Get (VariableList (Variable "$a") (Variable "$b")) (And (Member (Variable "$a") (Variable "$b")) {} {}))"#,
        group("$a"),
        group("$b")
    );
    let space = super::space(BASKETS);
    let error = crate::query::Query::parse(space.types(), &query).expect_err("refused").to_string();
    assert!(error.contains("one Interval among them"), "{error}");
}
