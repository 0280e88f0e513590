//! What is known: the facts of the space, found by its incoming sets; general statements; and what was concluded, found
//! by its parts.

use super::book::{Book, Origin, Step};
use super::effort::{Effort, End};
use super::error::ChainError;
use super::evidence::{Evidence, name_of};
use super::reading::Reader;
use super::terms::{Id, Shape, Terms};
use crate::TruthValue;
use crate::learning::SUPPORT;
use crate::pln::{Evidenced, Indefinite, Stamp, StampFull};
use crate::query::{Term, is_open};
use crate::space::{AtomType, Handle, Space, Truth, Types, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::sync::Arc;

/// A statement about everything of some form: an implication between two lambdas, without them.
#[derive(Clone, Debug)]
pub(super) struct General {
    pub(super) term: Id,
    pub(super) variables: u32,
    /// The fact that it is.
    pub(super) fact: Id,
    /// Whether it was learned from what is known of its cases.
    pub(super) is_learned: bool,
}

/// What may be held against a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Candidate {
    /// A statement.
    Statement(Id),
    /// A general statement, by its place.
    General(usize),
}

/// Links from the top of a pattern down to a part, each with the place of the next.
type Path = Vec<(AtomType, usize)>;

/// What is known.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) space: &'a Space,
    evidence: Evidence,
    /// Atoms that were looked at already.
    seen: FxHashSet<Handle>,
    general: Vec<General>,
    /// The ids of the evidence for general statements, each of one that says of no other evidence.
    general_evidence: FxHashSet<u32>,
    /// The facts that are evidence of their own, by its ids.
    own: FxHashMap<u32, Handle>,
    /// How much evidence each id stands for.
    weights: FxHashMap<u32, f64>,
    /// What was concluded and is no atom of the space that is known: by its type and by each of its parts.
    concluded: FxHashMap<(AtomType, Option<Id>), Vec<Id>>,
    entered: FxHashSet<Id>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(space: &'a Space) -> Result<Self, ChainError> {
        Ok(Self {
            space,
            evidence: Evidence::of(space)?,
            seen: FxHashSet::default(),
            general: Vec::new(),
            general_evidence: FxHashSet::default(),
            own: FxHashMap::default(),
            weights: FxHashMap::default(),
            concluded: FxHashMap::default(),
            entered: FxHashSet::default(),
        })
    }

    pub(super) fn types(&self) -> &'a Types {
        self.space.types()
    }

    /// The truth value that an atom was given, if it was given one.
    pub(super) fn given(&self, atom: Handle) -> Option<TruthValue> {
        let truth = self.space.truth(atom);
        let simple = || TruthValue::new(written(truth.strength()), written(truth.confidence()));
        let tv = interval(truth).unwrap_or_else(simple);
        (tv.confidence > 0.0).then_some(tv)
    }

    /// Enters an atom into the book, if it is a fact: closed, with a confidence, and not about a rule.
    pub(super) fn fact(
        &mut self,
        atom: Handle,
        terms: &mut Terms,
        book: &mut Book,
        effort: &mut Effort<'_>,
    ) -> Result<Option<Id>, End> {
        if self.seen.contains(&atom) {
            return Ok(terms.of_atom(self.space, atom).filter(|id| book.is_fact(*id)));
        }
        let Some(tv) = self.given(atom) else { return Ok(None) };
        let about = self.space.outgoing(atom).first().and_then(|first| self.space.type_of(*first));
        if about == Some(AtomType::DEFINED_SCHEMA) || is_open(self.space, atom) {
            self.seen.insert(atom);
            return Ok(None);
        }
        let Some(statement) = terms.of_atom(self.space, atom) else {
            self.seen.insert(atom);
            return Ok(None);
        };
        let given = Evidenced { tv, stamp: self.evidence_of(atom, tv) };
        let (premises, background) = (SmallVec::new(), Box::default());
        let (origin, length, is_bound) = (Origin::Fact(atom), 0, false);
        let step = Step { statement, origin, premises, background, given, length, is_bound };
        book.add(step, effort)?;
        self.seen.insert(atom);
        Ok(Some(statement))
    }

    /// What a fact rests on, which is known by its ids from here on.
    fn evidence_of(&mut self, atom: Handle, tv: TruthValue) -> Stamp {
        let stamp = self.evidence.stamp(self.space, atom);
        if !self.evidence.is_stated(self.space, atom) {
            self.own.extend(stamp.ids().iter().map(|id| (*id, atom)));
        }
        for id in stamp.ids() {
            let weight = self.weights.entry(*id).or_default();
            *weight = weight.max(tv.weight() / stamp.ids().len() as f64);
        }
        stamp
    }

    /// The fact that is evidence of its own by this id.
    pub(super) fn own(&self, id: u32) -> Option<Handle> {
        self.own.get(&id).copied()
    }

    /// The evidence for the case of a general statement. What was learned from what is known of its cases rests on that, too, so that
    /// it is not counted again for one of them.
    pub(super) fn of_case(
        &mut self,
        general: Id,
        case: Id,
        stamp: &Stamp,
        terms: &mut Terms,
    ) -> Result<Stamp, StampFull> {
        let is_learned = self.general.iter().any(|known| known.fact == general && known.is_learned);
        let sides = terms.opened(case).filter(|_| is_learned);
        let (of, sides) = sides.map_or((AtomType::LIST, Vec::new()), |(of, sides)| (of, sides.to_vec()));
        // What an implication is about is its consequence.
        let about = sides.into_iter().skip(usize::from(of == AtomType::IMPLICATION));
        let mut all = stamp.clone();
        for side in about {
            let known = terms.atom(self.space, side).and_then(|atom| Some((atom, self.given(atom)?)));
            if let Some((atom, tv)) = known {
                all = all.union(&self.evidence_of(atom, tv))?;
            }
        }
        Ok(all)
    }

    /// The evidence of a stamp that premises may not share where they must be independent: any but that for general
    /// statements, of which each case is another.
    pub(super) fn particular<'s>(&'s self, stamp: &'s Stamp) -> impl Iterator<Item = u32> + 's {
        stamp.ids().iter().copied().filter(|id| !self.general_evidence.contains(id))
    }

    /// A stamp as a value, by which the evidence is known in any space.
    pub(super) fn written(&self, stamp: &Stamp) -> Value {
        let own = |id: u32| self.own(id).map(|atom| name_of(self.space, atom));
        let name = |id: &u32| self.evidence.name(*id).or_else(|| own(*id)).unwrap_or_else(|| (*id).into());
        let mut names: Vec<u64> = stamp.ids().iter().map(name).collect();
        names.sort_unstable();
        let numbers: Arc<[f64]> = names.into_iter().map(|name| name as f64).collect();
        Value::Floats(numbers)
    }

    /// How much evidence the ids of a stamp stand for, each.
    pub(super) fn weights<'s>(&'s self, stamp: &'s Stamp) -> impl Iterator<Item = f64> + 's {
        stamp.ids().iter().filter_map(|id| self.weights.get(id)).copied()
    }

    /// Finds the general statements of the space.
    pub(super) fn find_general(
        &mut self,
        terms: &mut Terms,
        book: &mut Book,
        effort: &mut Effort<'_>,
    ) -> Result<(), End> {
        let counts = self.space.find_node(AtomType::PREDICATE, SUPPORT);
        for of in [AtomType::IMPLICATION, AtomType::EQUIVALENCE] {
            for atom in self.space.by_type_is_a(of) {
                let lambdas = self.space.outgoing(atom);
                if lambdas.is_empty() || lambdas.iter().any(|part| self.space.type_of(*part) != Some(AtomType::LAMBDA))
                {
                    continue;
                }
                let Some((term, variables)) = general(self.space, atom, terms) else { continue };
                if let Some(fact) = self.fact(atom, terms, book, effort)? {
                    if !self.evidence.is_stated(self.space, atom) {
                        self.general_evidence.extend(self.evidence.stamp(self.space, atom).ids());
                    }
                    let is_learned = counts.is_some_and(|counts| self.space.value(atom, counts).is_some());
                    self.general.push(General { term, variables, fact, is_learned });
                }
            }
        }
        Ok(())
    }

    pub(super) fn general(&self, at: usize) -> Option<&General> {
        self.general.get(at)
    }

    /// The general statement that a fact is.
    pub(super) fn general_of(&self, fact: Id) -> Option<usize> {
        self.general.iter().position(|general| general.fact == fact)
    }

    /// Lets a conclusion be found by its parts.
    pub(super) fn enter(&mut self, statement: Id, terms: &Terms) {
        let Some((of, _)) = terms.opened(statement) else { return };
        if !self.entered.insert(statement) {
            return;
        }
        let mut parts = FxHashSet::default();
        terms.each(statement, &mut |part, _| {
            if parts.insert(part) {
                self.concluded.entry((of, Some(part))).or_default().push(statement);
            }
        });
        self.concluded.entry((of, None)).or_default().push(statement);
    }

    /// What might be like a pattern: general statements, facts, and conclusions that were entered. A statement may come twice.
    pub(super) fn candidates(&self, pattern: Id, terms: &mut Terms) -> (Vec<Candidate>, Vec<Handle>) {
        let of = terms.opened(pattern).map(|(of, _)| of);
        let mut found: Vec<Candidate> = Vec::new();
        for (at, general) in self.general.iter().enumerate() {
            if of.is_none() || terms.opened(general.term).map(|(of, _)| of) == of {
                found.push(Candidate::General(at));
            }
        }
        if let Some(of) = of {
            let mut closed: Vec<(AtomType, Option<Id>)> = Vec::new();
            terms.each(pattern, &mut |part, _| {
                if terms.is_closed(part) {
                    closed.push((of, Some(part)));
                }
            });
            closed.push((of, None));
            let lists = closed.iter().map(|key| self.concluded.get(key).map_or(&[][..], |list| list));
            let shortest = lists.min_by_key(|list| list.len()).unwrap_or_default();
            found.extend(shortest.iter().map(|id| Candidate::Statement(*id)));
        } else {
            let mut all: Vec<Id> = self.entered.iter().copied().collect();
            all.sort_unstable();
            found.extend(all.into_iter().map(Candidate::Statement));
        }
        (found, self.atoms_like(pattern, terms))
    }

    /// The atoms that might be like a pattern: those that contain the closed part of it that fewest contain.
    fn atoms_like(&self, pattern: Id, terms: &mut Terms) -> Vec<Handle> {
        if terms.is_closed(pattern) {
            return terms.atom(self.space, pattern).into_iter().collect();
        }
        let Some((of, _)) = terms.opened(pattern) else {
            return self
                .space
                .handles()
                .filter(|atom| self.space.type_of(*atom).is_some_and(AtomType::is_link))
                .collect();
        };
        let mut ways = Vec::new();
        paths(terms, pattern, &mut Vec::new(), &mut ways);
        let mut best: Option<(usize, Handle, Path)> = None;
        for (part, path) in ways {
            let Some(atom) = terms.atom(self.space, part) else { return Vec::new() };
            let Some((of, at)) = path.last().copied() else { continue };
            let joined = self.joined_len(atom, of, at);
            if best.as_ref().is_none_or(|best| joined < best.0) {
                best = Some((joined, atom, path));
            }
        }
        let Some((_, atom, path)) = best else { return self.space.by_type(of).collect() };
        let mut row = vec![atom];
        for (of, at) in path.into_iter().rev() {
            row = row.iter().flat_map(|atom| self.joined(*atom, of, at)).collect();
            row.sort_unstable();
            row.dedup();
        }
        row
    }

    /// How many links of a type join an atom at a place, or anywhere where they are unordered.
    fn joined_len(&self, atom: Handle, of: AtomType, at: usize) -> usize {
        if self.types().is_unordered(of) {
            self.space.incoming_len_by_type(atom, of)
        } else {
            self.space.incoming_len_at(atom, of, at)
        }
    }

    fn joined(&self, atom: Handle, of: AtomType, at: usize) -> Vec<Handle> {
        if self.types().is_unordered(of) {
            self.space.incoming_by_type(atom, of).collect()
        } else {
            self.space.incoming_at(atom, of, at).collect()
        }
    }
}

/// The simple truth value of an interval ⟨[L, U], b, k⟩: the observations that the belief holds which it describes. What no
/// belief has (L = U, b of 0 or 1, no look-ahead) is read as the store reads it.
fn interval(truth: Truth) -> Option<TruthValue> {
    let Truth::Indefinite { low, high, credibility, lookahead } = truth else { return None };
    let [low, high, credibility, lookahead] = [low, high, credibility, lookahead].map(written);
    Some(Indefinite::from_interval(low, high, credibility, lookahead).ok()?.truth())
}

/// A number of few digits as it was written: the nearest `f64`, not that of the nearest `f32`.
fn written(stored: f32) -> f64 {
    let rounded = (f64::from(stored) * 1e6).round() / 1e6;
    if rounded as f32 == stored { rounded } else { stored.into() }
}

/// The greatest closed parts of a pattern, each with the links that it stands in and its places there, from the top.
fn paths(terms: &Terms, pattern: Id, path: &mut Vec<(AtomType, usize)>, found: &mut Vec<(Id, Vec<(AtomType, usize)>)>) {
    if terms.is_closed(pattern) {
        found.push((pattern, path.clone()));
        return;
    }
    let Some((of, parts)) = terms.opened(pattern) else { return };
    for (at, part) in parts.iter().enumerate() {
        path.push((of, at));
        paths(terms, *part, path, found);
        path.pop();
    }
}

/// The statement that an implication or equivalence between lambdas of the same variables makes.
fn general(space: &Space, atom: Handle, terms: &mut Terms) -> Option<(Id, u32)> {
    let Term::Link(of, lambdas) = Term::of_atom(space, atom)? else { return None };
    let mut declaration = None;
    let mut bodies = Vec::new();
    for lambda in &lambdas {
        let [variables, body] = lambda.parts() else { return None };
        if *declaration.get_or_insert(variables) != variables {
            return None;
        }
        bodies.push(body.clone());
    }
    let mut reader = Reader::new(space.types(), terms);
    reader.declare(declaration?).ok()?;
    let term = reader.term(&Term::Link(of, bodies), false).ok()?;
    let variables = reader.variables();
    matches!(terms.shape(term), Some(Shape::Link(..))).then_some((term, variables))
}
