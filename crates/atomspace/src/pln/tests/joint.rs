//! Every formula against a whole joint distribution of three events: what it concludes is what is counted there.

use super::{near, sure};
use crate::TruthValue;
use crate::pln::{
    abduction, antecedent_and, antecedent_or, attraction_from_terms, condition_negation, consequent_and, consequent_or,
    consistent, contraposition, deduction, evaluation_implication, induction, inheritance_to_similarity, inversion,
    member_deduction, modus_ponens, modus_tollens, one_inheritance_to_similarity, precise_modus_ponens,
    similarity_to_inheritance, symmetric_modus_ponens, transitive_similarity,
};
use proptest::prelude::*;

/// The probabilities of the eight cases of three events.
#[derive(Clone, Debug)]
struct Joint([f64; 8]);

#[derive(Clone, Copy)]
enum Event {
    A = 1,
    B = 2,
    C = 4,
}
use Event::{A, B, C};

impl Joint {
    fn of(&self, holds: impl Fn(usize) -> bool) -> f64 {
        self.0.iter().enumerate().filter(|(case, _)| holds(*case)).map(|(_, p)| p).sum()
    }

    fn p(&self, event: Event) -> TruthValue {
        sure(self.of(|case| holds(case, event)))
    }

    /// P(what | given).
    fn given(&self, given: impl Fn(usize) -> bool, what: impl Fn(usize) -> bool) -> f64 {
        self.of(|case| given(case) && what(case)) / self.of(given)
    }

    fn link(&self, from: Event, to: Event) -> TruthValue {
        sure(self.given(|case| holds(case, from), |case| holds(case, to)))
    }

    fn similarity(&self, one: Event, two: Event) -> TruthValue {
        let both = self.of(|case| holds(case, one) && holds(case, two));
        sure(both / self.of(|case| holds(case, one) || holds(case, two)))
    }
}

fn holds(case: usize, event: Event) -> bool {
    case & event as usize != 0
}

fn any_joint() -> impl Strategy<Value = Joint> {
    prop::array::uniform8(0.01..1.0f64).prop_map(|weights| {
        let sum: f64 = weights.iter().sum();
        Joint(weights.map(|weight| weight / sum))
    })
}

/// One in which the other two events are independent given `middle` and given not `middle`.
fn independent_given(middle: Event) -> impl Strategy<Value = Joint> {
    prop::array::uniform5(0.02..0.98f64).prop_map(move |[m, one_with, one_without, two_with, two_without]| {
        let others: Vec<Event> = [A, B, C].into_iter().filter(|event| *event as usize != middle as usize).collect();
        let side = |holds: bool, p: f64| if holds { p } else { 1.0 - p };
        Joint(std::array::from_fn(|case| {
            let with = holds(case, middle);
            let (one, two) = if with { (one_with, two_with) } else { (one_without, two_without) };
            side(with, m) * side(holds(case, others[0]), one) * side(holds(case, others[1]), two)
        }))
    })
}

proptest! {
    #[test]
    fn syllogisms(joint in independent_given(B)) {
        let (a, b, c) = (joint.p(A), joint.p(B), joint.p(C));
        let (ab, ba, bc, cb) = (joint.link(A, B), joint.link(B, A), joint.link(B, C), joint.link(C, B));
        let counted = joint.link(A, C).strength;
        prop_assert!(near(deduction(a, b, c, ab, bc).unwrap().strength, counted));
        prop_assert!(near(member_deduction(a, b, c, ab, bc).unwrap().strength, counted));
        prop_assert!(near(evaluation_implication(b, a, c, ab, bc).unwrap().strength, counted));
        prop_assert!(near(induction(a, b, c, ba, bc).unwrap().strength, counted));
        prop_assert!(near(abduction(a, b, c, ab, cb).unwrap().strength, counted));
        let inverted = inversion(b, a, ba).unwrap();
        prop_assert!(near(deduction(a, b, c, inverted, bc).unwrap().strength, counted));
        let (near_b, b_near) = (joint.similarity(A, B), joint.similarity(B, C));
        let found = transitive_similarity(a, b, c, near_b, b_near).unwrap();
        prop_assert!(near(found.strength, joint.similarity(A, C).strength));
    }

    #[test]
    fn two_events(joint in any_joint()) {
        let (a, b) = (joint.p(A), joint.p(B));
        let (ab, ba, similarity) = (joint.link(A, B), joint.link(B, A), joint.similarity(A, B));
        prop_assert!(consistent(a.strength, b.strength, ab.strength));
        prop_assert!(near(inversion(a, b, ab).unwrap().strength, ba.strength));
        let not_a = |case| !holds(case, A);
        let not_b = |case| !holds(case, B);
        prop_assert!(near(contraposition(a, b, ab).unwrap().strength, joint.given(not_b, not_a)));
        let otherwise = joint.given(not_a, |case| holds(case, B));
        prop_assert!(near(condition_negation(a, b, ab).unwrap().strength, otherwise));
        let drawn = (ab.strength - otherwise).max(0.0);
        prop_assert!(near(attraction_from_terms(a, b, ab).unwrap().strength, drawn));
        prop_assert!(near(inheritance_to_similarity(ab, ba).strength, similarity.strength));
        prop_assert!(near(one_inheritance_to_similarity(a, b, ab).unwrap().strength, similarity.strength));
        prop_assert!(near(similarity_to_inheritance(a, b, similarity).unwrap().strength, ab.strength));
        prop_assert!(near(modus_ponens(a, ab, otherwise).strength, b.strength));
        prop_assert!(near(precise_modus_ponens(a, ab, sure(otherwise)).strength, b.strength));
        prop_assert!(near(symmetric_modus_ponens(a, similarity, otherwise).strength, b.strength));
        prop_assume!((ab.strength - otherwise).abs() > 1e-3);
        prop_assert!(near(modus_tollens(ab, b, otherwise).unwrap().strength, a.strength));
    }

    #[test]
    fn composed_antecedents(joint in independent_given(C)) {
        let (a, b, c) = (joint.p(A), joint.p(B), joint.p(C));
        let (ac, bc) = (joint.link(A, C), joint.link(B, C));
        let is_c = |case| holds(case, C);
        let both = joint.given(|case| holds(case, A) && holds(case, B), is_c);
        let either = joint.given(|case| holds(case, A) || holds(case, B), is_c);
        prop_assert!(near(antecedent_and(a, b, c, ac, bc).unwrap().strength, both));
        prop_assert!(near(antecedent_or(a, b, c, ac, bc).unwrap().strength, either));
    }

    #[test]
    fn composed_consequents(joint in independent_given(A)) {
        let (ab, ac) = (joint.link(A, B), joint.link(A, C));
        let is_a = |case| holds(case, A);
        let both = joint.given(is_a, |case| holds(case, B) && holds(case, C));
        let either = joint.given(is_a, |case| holds(case, B) || holds(case, C));
        prop_assert!(near(consequent_and(ab, ac).strength, both));
        prop_assert!(near(consequent_or(ab, ac).strength, either));
    }
}
