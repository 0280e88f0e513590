//! Contradictions: what was told true and told false, with both proofs.
//!
//! Nothing is made of a contradiction here but its report: no rule concludes anything from it, so that it does not spread to
//! what it does not touch.

use super::conclusions::{Conclusion, Conclusions};
use super::effort::End;
use super::proof::Proof;
use super::terms::{Id, Shape};
use crate::TruthValue;
use crate::pln::{self, FourValue, Threshold};
use crate::space::AtomType;
use rustc_hash::FxHashMap;

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

/// A contradiction, by the statements and by which of their sides: 0 is what speaks for one, 1 what speaks against it.
struct Opposed {
    opposition: Opposition,
    one: (Id, usize),
    other: (Id, usize),
    degree: f64,
}

impl Conclusions<'_> {
    /// The contradictions among facts and conclusions in which both sides tell something by the threshold, the greatest
    /// first. Looks at all negations in the space and at all that is declared exclusive.
    #[must_use]
    pub fn contradictions(&mut self, threshold: Threshold) -> Vec<Contradiction> {
        self.greatest_contradictions(threshold, usize::MAX).1
    }

    /// How many contradictions there are, and the greatest of them, at most so many. May take as many steps as the search
    /// before; where that or the time is not enough, the report says so, and there may be more.
    #[must_use]
    pub fn greatest_contradictions(&mut self, threshold: Threshold, most: usize) -> (usize, Vec<Contradiction>) {
        let mut found = Vec::new();
        self.engine.effort.begin_again();
        self.negations(threshold, &mut found);
        for statement in self.engine.book.statements().to_vec() {
            let [Some(favour), Some(against)] = self.engine.book.sides(statement) else { continue };
            if FourValue::of_two(favour.given.tv, against.given.tv, threshold) == FourValue::Both {
                let degree = pln::contradiction(favour.given.tv, against.given.tv);
                let (one, other) = ((statement, 0), (statement, 1));
                found.push(Opposed { opposition: Opposition::Evidence, one, other, degree });
            }
        }
        if let Err(end) = self.exclusives(threshold, &mut found) {
            self.engine.effort.met(end);
        }
        found.sort_by(|one, two| two.degree.total_cmp(&one.degree));
        let told = found.iter().take(most).filter_map(|opposed| self.contradiction(opposed)).collect();
        (found.len(), told)
    }

    fn contradiction(&self, opposed: &Opposed) -> Option<Contradiction> {
        let side = |(statement, side): (Id, usize)| self.engine.book.sides(statement).into_iter().nth(side).flatten();
        let (one, other) = (side(opposed.one)?, side(opposed.other)?);
        Some(Contradiction {
            opposition: opposed.opposition,
            one: self.told(&one),
            other: self.told(&other),
            proof_of_one: self.telling().proof(&one),
            proof_of_other: self.telling().proof(&other),
            degree: opposed.degree,
        })
    }

    fn negations(&mut self, threshold: Threshold, found: &mut Vec<Opposed>) {
        let space = self.engine.facts.space;
        for atom in space.by_type(AtomType::NOT) {
            if let Some(id) = self.engine.terms.of_atom(space, atom) {
                self.touch(id);
            }
        }
        for negation in self.engine.book.statements().to_vec() {
            let Some((AtomType::NOT, &[statement])) = self.engine.terms.opened(negation) else { continue };
            self.touch(statement);
            let pairs = self.engine.book.sides(statement).into_iter().zip(self.engine.book.sides(negation));
            for (side, (one, other)) in pairs.enumerate() {
                let (Some(one), Some(other)) = (one, other) else { continue };
                let turned = pln::not(other.given.tv);
                if FourValue::of_two(one.given.tv, turned, threshold) == FourValue::Both {
                    let degree = pln::contradiction(one.given.tv, turned);
                    let (one, other) = ((statement, side), (negation, side));
                    found.push(Opposed { opposition: Opposition::Negation, one, other, degree });
                }
            }
        }
    }

    /// What is declared exclusive: each by the declarations that it stands in, and its places there.
    fn declared(&mut self) -> Declared {
        let space = self.engine.facts.space;
        let mut declared = Declared::default();
        let Some(exclusive) = space.find_node(AtomType::PREDICATE, EXCLUSIVE) else { return declared };
        for (at, atom) in space.incoming_at(exclusive, AtomType::EVALUATION, 0).enumerate() {
            let Some(list) = space.outgoing(atom).get(1) else { continue };
            for (place, part) in space.outgoing(*list).iter().enumerate() {
                if let Some(id) = self.engine.terms.of_atom(space, *part) {
                    declared.entry(id).or_default().push((at, place));
                }
            }
        }
        declared
    }

    /// Looks at the statements that are told true of one thing by what stands in one declaration, and at no others.
    fn exclusives(&mut self, threshold: Threshold, found: &mut Vec<Opposed>) -> Result<(), End> {
        let declared = self.declared();
        self.touch_said_of(&declared)?;
        let mut places: FxHashMap<(usize, AtomType, Vec<Id>), usize> = FxHashMap::default();
        let mut about: Vec<Vec<Said>> = Vec::new();
        for statement in self.engine.book.statements().to_vec() {
            let Some((of, at, part)) = self.said_of(statement).filter(|(_, _, part)| declared.contains_key(part))
            else {
                continue;
            };
            self.engine.effort.step()?;
            let Some(tv) = self.told_true(statement, threshold) else { continue };
            let mut rest = self.engine.terms.opened(statement).map_or(Vec::new(), |(_, parts)| parts.to_vec());
            rest.remove(at);
            for (declaration, place) in declared.get(&part).into_iter().flatten() {
                let next = about.len();
                let bucket = *places.entry((*declaration, of, rest.clone())).or_insert(next);
                if bucket == next {
                    about.push(Vec::new());
                }
                let said = Said { declaration: *declaration, place: *place, part, statement, tv };
                if let Some(all) = about.get_mut(bucket) {
                    all.push(said);
                }
            }
        }
        for mut said in about {
            said.sort_by_key(|said| said.place);
            self.opposed(&said, &declared, found)?;
        }
        Ok(())
    }

    /// Holds all that is said of one thing by what stands in one declaration against each other.
    fn opposed(&mut self, said: &[Said], declared: &Declared, found: &mut Vec<Opposed>) -> Result<(), End> {
        for (at, one) in said.iter().enumerate() {
            for two in said.iter().skip(at + 1).filter(|two| two.statement != one.statement) {
                self.engine.effort.step()?;
                // What stands in several declarations together counts in the first of them.
                let of = |part: &Id| declared.get(part).into_iter().flatten().map(|(declaration, _)| *declaration);
                if of(&one.part).find(|declaration| of(&two.part).any(|other| other == *declaration))
                    != Some(one.declaration)
                {
                    continue;
                }
                let degree = (one.tv.strength + two.tv.strength - 1.0).max(0.0) * one.tv.confidence * two.tv.confidence;
                let (one, other) = ((one.statement, 0), (two.statement, 0));
                found.push(Opposed { opposition: Opposition::Exclusive, one, other, degree });
            }
        }
        Ok(())
    }

    /// Looks at the facts that what is declared exclusive stands in.
    fn touch_said_of(&mut self, declared: &Declared) -> Result<(), End> {
        let space = self.engine.facts.space;
        let mut parts: Vec<Id> = declared.keys().copied().collect();
        parts.sort_unstable();
        for part in parts {
            let Some(atom) = self.engine.terms.atom(space, part) else { continue };
            for (of, at) in PLACES {
                for fact in space.incoming_at(atom, of, at) {
                    self.engine.effort.step()?;
                    if let Some(id) = self.engine.terms.of_atom(space, fact) {
                        self.touch(id);
                    }
                }
            }
        }
        Ok(())
    }

    /// What a statement says of something, by the place where that stands.
    fn said_of(&self, statement: Id) -> Option<(AtomType, usize, Id)> {
        let Some(Shape::Link(of, parts)) = self.engine.terms.shape(statement) else { return None };
        let (_, at) = PLACES.iter().find(|(place, _)| place == of)?;
        parts.get(*at).map(|part| (*of, *at, *part))
    }

    /// What speaks for a statement, where that tells it true.
    fn told_true(&self, statement: Id, threshold: Threshold) -> Option<TruthValue> {
        let [favour, _] = self.engine.book.sides(statement);
        let tv = favour?.given.tv;
        FourValue::of(tv, threshold).told_true().then_some(tv)
    }
}

/// By what is declared exclusive: the declarations, and its place in each.
type Declared = FxHashMap<Id, Vec<(usize, usize)>>;

/// A statement that says of a thing what is declared exclusive.
struct Said {
    declaration: usize,
    place: usize,
    part: Id,
    statement: Id,
    tv: TruthValue,
}
