//! Contradictions: what was told true and told false, with both proofs.
//!
//! Nothing is made of a contradiction here but its report: no rule concludes anything from it, so that it does not spread to
//! what it does not touch.

use super::book::Step;
use super::conclusions::{Conclusion, Conclusions};
use super::proof::Proof;
use super::terms::{Id, Shape};
use crate::pln::{self, FourValue, Threshold};
use crate::space::AtomType;

/// The name of the `Predicate` that says of predicates or concepts that at most one of them holds of a thing:
/// `(Evaluation (Predicate "exclusive") (List (Predicate "up") (Predicate "down")))`.
pub const EXCLUSIVE: &str = "exclusive";

/// How two statements contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opposition {
    /// One is the `Not` of the other.
    Negation,
    /// It is one statement, with evidence for it and evidence against it.
    Evidence,
    /// They say of one thing what is declared to be exclusive.
    Exclusive,
}

/// Two statements that cannot both be as they were told.
#[derive(Clone, Debug)]
pub struct Contradiction {
    /// How they contradict each other.
    pub opposition: Opposition,
    /// One of them.
    pub one: Conclusion,
    /// The other.
    pub other: Conclusion,
    /// How one is proven.
    pub proof_of_one: Proof,
    /// How the other is proven.
    pub proof_of_other: Proof,
    /// How much they contradict each other, in [0, 1]: the difference of the strengths, or for exclusive ones the least share
    /// of cases in which both hold, times both confidences.
    pub degree: f64,
}

/// Places at which statements say what is declared exclusive.
const PLACES: [(AtomType, usize); 3] = [(AtomType::EVALUATION, 0), (AtomType::MEMBER, 1), (AtomType::INHERITANCE, 1)];

impl Conclusions<'_> {
    /// The contradictions among facts and conclusions in which both sides tell something by the threshold, the greatest
    /// first. Looks at all negations in the space and at all that is declared exclusive.
    #[must_use]
    pub fn contradictions(&mut self, threshold: Threshold) -> Vec<Contradiction> {
        let mut found = Vec::new();
        self.negations(threshold, &mut found);
        for statement in self.engine.book.statements().to_vec() {
            let [Some(favour), Some(against)] = self.engine.book.sides(statement) else { continue };
            let told = FourValue::of_two(favour.given.tv, against.given.tv, threshold);
            if told == FourValue::Both {
                let degree = pln::contradiction(favour.given.tv, against.given.tv);
                found.push(self.contradiction(Opposition::Evidence, &favour, &against, degree));
            }
        }
        self.exclusives(threshold, &mut found);
        found.sort_by(|one, two| two.degree.total_cmp(&one.degree));
        found
    }

    fn contradiction(&self, opposition: Opposition, one: &Step, other: &Step, degree: f64) -> Contradiction {
        Contradiction {
            opposition,
            one: self.told(one),
            other: self.told(other),
            proof_of_one: self.telling().proof(one),
            proof_of_other: self.telling().proof(other),
            degree,
        }
    }

    fn negations(&mut self, threshold: Threshold, found: &mut Vec<Contradiction>) {
        let space = self.engine.facts.space;
        for atom in space.by_type(AtomType::NOT) {
            if let Some(id) = self.engine.terms.of_atom(space, atom) {
                self.touch(id);
            }
        }
        for negation in self.engine.book.statements().to_vec() {
            let Some((AtomType::NOT, &[statement])) = self.engine.terms.opened(negation) else { continue };
            self.touch(statement);
            let [favour, against] = self.engine.book.sides(statement);
            let [denied, granted] = self.engine.book.sides(negation);
            for (one, other) in [(favour, denied), (against, granted)] {
                let (Some(one), Some(other)) = (one, other) else { continue };
                let turned = pln::not(other.given.tv);
                if FourValue::of_two(one.given.tv, turned, threshold) == FourValue::Both {
                    let degree = pln::contradiction(one.given.tv, turned);
                    found.push(self.contradiction(Opposition::Negation, &one, &other, degree));
                }
            }
        }
    }

    /// The pairs that are declared exclusive.
    fn declared(&mut self) -> Vec<(Id, Id)> {
        let space = self.engine.facts.space;
        let mut pairs = Vec::new();
        let Some(exclusive) = space.find_node(AtomType::PREDICATE, EXCLUSIVE) else { return pairs };
        for atom in space.incoming_at(exclusive, AtomType::EVALUATION, 0) {
            let Some(list) = space.outgoing(atom).get(1) else { continue };
            let parts: Vec<Id> =
                space.outgoing(*list).iter().filter_map(|part| self.engine.terms.of_atom(space, *part)).collect();
            for (at, one) in parts.iter().enumerate() {
                pairs.extend(parts.iter().skip(at + 1).map(|two| (*one, *two)));
            }
        }
        pairs
    }

    fn exclusives(&mut self, threshold: Threshold, found: &mut Vec<Contradiction>) {
        let space = self.engine.facts.space;
        for (one, two) in self.declared() {
            for (of, at) in PLACES {
                let atom = self.engine.terms.atom(space, one);
                let facts: Vec<_> = atom.into_iter().flat_map(|atom| space.incoming_at(atom, of, at)).collect();
                for fact in facts {
                    if let Some(id) = self.engine.terms.of_atom(space, fact) {
                        self.touch(id);
                    }
                }
            }
            for statement in self.engine.book.statements().to_vec() {
                let Some(other) = self.with_other(statement, one, two) else { continue };
                self.touch(other);
                let ([Some(first), _], [Some(second), _]) =
                    (self.engine.book.sides(statement), self.engine.book.sides(other))
                else {
                    continue;
                };
                let (a, b) = (first.given.tv, second.given.tv);
                if FourValue::of(a, threshold).told_true() && FourValue::of(b, threshold).told_true() {
                    let degree = (a.strength + b.strength - 1.0).max(0.0) * a.confidence * b.confidence;
                    found.push(self.contradiction(Opposition::Exclusive, &first, &second, degree));
                }
            }
        }
    }

    /// The statement that says of the same thing what is exclusive with what this one says.
    fn with_other(&mut self, statement: Id, one: Id, two: Id) -> Option<Id> {
        let Some(Shape::Link(of, parts)) = self.engine.terms.shape(statement) else { return None };
        let (_, at) = PLACES.iter().find(|(place, at)| place == of && parts.get(*at) == Some(&one))?;
        let (of, mut parts) = (*of, parts.to_vec());
        *parts.get_mut(*at)? = two;
        let types = self.engine.facts.types();
        self.engine.terms.link(types, of, parts)
    }
}
