//! Cases and their features: what the facts of a space say of each case.

use super::bits::Bits;
use super::bounds::{Bounds, Effort, Met, bytes};
use super::error::LearningError;
use crate::attention::hebbian_links;
use crate::query::{Term, is_open, var};
use crate::space::{AtomType, Handle, Space};
use rustc_hash::{FxHashMap, FxHashSet};

/// The name of the variable that stands for the case in a feature.
pub const CASE: &str = "$case";
/// The name of the variable that stands for another atom in a feature.
pub const OTHER: &str = "$other";

/// Which features are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Also what is left when another atom in a fact is a variable: "it calls something".
    pub open: bool,
    /// Also what is said of that other atom: "it calls something that is down". Only with `open`.
    pub beyond: bool,
    /// Of an atom that more links join, nothing but what it is as a case is looked at.
    pub fan: usize,
    /// What is said of this atom is no feature: what makes the cases cases, such as that they are members of it.
    pub except: Option<Handle>,
}

impl Default for Features {
    /// All of them, through atoms that at most a thousand links join.
    fn default() -> Self {
        Self { open: true, beyond: true, fan: 1_000, except: None }
    }
}

/// A feature, with the cases that have it.
#[derive(Clone, Debug)]
pub(super) struct Feature {
    pub(super) clauses: Vec<Term>,
    pub(super) has: Bits,
    /// The places of features that every case with this one has, because they say less.
    pub(super) implies: FxHashSet<usize>,
    /// Through which other atom cases have it.
    through: Through,
}

/// Through which other atom cases have a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Through {
    /// It has no variable for another one.
    None,
    /// All through this one.
    One(Handle),
    /// Through several.
    Several,
}

impl Through {
    fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Several }
    }
}

/// Cases with their features.
#[derive(Clone, Debug)]
pub struct Cases {
    pub(super) all: Vec<Handle>,
    pub(super) features: Vec<Feature>,
    left: usize,
    met: Option<Met>,
}

impl Cases {
    /// Looks at cases, such as all services or all incidents: any atoms of one kind, each once. A feature is what a fact says
    /// of a case. A fact is a closed link that holds (strength at least ½, with a confidence) and joins the case itself, or
    /// joins a list or set that does. Where a bound is met, the cases are those that were looked at until then, each with all
    /// that is said of it: what is counted is true of them.
    ///
    /// A feature with another atom as a variable is left out where it says of these cases nothing that a plainer one does not:
    /// where all that have it do so through one atom, which a feature names, and where what is said of the other atom is said
    /// of one for every case that has any.
    pub fn of(space: &Space, cases: &[Handle], which: Features, bounds: &Bounds) -> Result<Self, LearningError> {
        let mut all: Vec<Handle> = Vec::new();
        let mut seen = FxHashSet::default();
        for case in cases {
            if !space.contains(*case) {
                return Err(LearningError::NoAtom(*case));
            }
            if seen.insert(*case) {
                all.push(*case);
            }
        }
        let (places, effort) = (FxHashMap::default(), Effort::of(bounds));
        let mut collecting =
            Collecting { space, which, hebbian: hebbian_links(space), places, features: Vec::new(), effort };
        let stopped = all.iter().enumerate().find_map(|(at, case)| Some((at, collecting.case(at, *case).err()?)));
        let mut features = collecting.features;
        let left = stopped.map_or(0, |(at, _)| all.len() - at);
        if let Some((at, _)) = stopped {
            all.truncate(at);
            for feature in &mut features {
                feature.has.truncate(at);
            }
        }
        Ok(Self { all, features: telling(features), left, met: stopped.map(|(_, met)| met) })
    }

    /// How many cases were not looked at, because a bound was met.
    #[must_use]
    pub fn left(&self) -> usize {
        self.left
    }

    /// The bound that was met, if one was.
    #[must_use]
    pub fn met(&self) -> Option<Met> {
        self.met
    }

    /// The cases.
    #[must_use]
    pub fn cases(&self) -> &[Handle] {
        &self.all
    }

    /// The cases of which anything is said, in their order.
    #[must_use]
    pub fn told(&self) -> Vec<Handle> {
        let mut told = vec![false; self.all.len()];
        for case in self.features.iter().flat_map(|feature| feature.has.iter()) {
            if let Some(told) = told.get_mut(case) {
                *told = true;
            }
        }
        self.all.iter().zip(told).filter(|(_, told)| *told).map(|(case, _)| *case).collect()
    }

    /// Whether a feature may be concluded: it has one clause, and no other variable.
    pub(super) fn is_conclusion(&self, at: usize) -> bool {
        let clauses = self.features.get(at).map(|feature| feature.clauses.as_slice());
        matches!(clauses, Some([one]) if !speaks_of(one, OTHER))
    }

    /// The features, each as its clauses, with the number of cases that have it.
    pub fn features(&self) -> impl Iterator<Item = (&[Term], usize)> {
        self.features.iter().map(|feature| (feature.clauses.as_slice(), feature.has.len()))
    }
}

struct Collecting<'a> {
    space: &'a Space,
    which: Features,
    /// The type of the links that say only what was thought of together.
    hebbian: Option<AtomType>,
    places: FxHashMap<Vec<Term>, usize>,
    features: Vec<Feature>,
    effort: Effort<'a>,
}

impl Collecting<'_> {
    fn case(&mut self, at: usize, case: Handle) -> Result<(), Met> {
        for fact in self.facts(case)? {
            let Some(closed) = replaced(self.space, fact, &[(case, CASE)]) else { continue };
            let closed = self.has(at, vec![closed], Through::None)?;
            if !self.which.open {
                continue;
            }
            for other in others(self.space, fact, case) {
                let Some(clause) = replaced(self.space, fact, &[(case, CASE), (other, OTHER)]) else { continue };
                let open = self.has(at, vec![clause.clone()], Through::One(other))?;
                self.implies(closed, open)?;
                if self.which.beyond && self.space.incoming_len(other) <= self.which.fan {
                    self.beyond((at, case), other, &clause, (closed, open))?;
                }
            }
        }
        Ok(())
    }

    /// The facts about an atom that may be features, in the order of their addition. Of an atom that very many links join, each
    /// beyond the `fan` is a step.
    fn facts(&mut self, atom: Handle) -> Result<Vec<Handle>, Met> {
        let Self { space, which, hebbian, .. } = *self;
        let mut found = Vec::new();
        for link in space.incoming(atom) {
            self.effort.look()?;
            found.push(link);
            let of = space.type_of(link).unwrap_or(AtomType::LINK);
            if of == AtomType::LIST || of == AtomType::SET {
                found.extend(space.incoming(link));
            }
        }
        self.effort.steps(found.len().saturating_sub(which.fan) as u64)?;
        found.sort_unstable();
        found.dedup();
        let mut facts = Vec::new();
        for fact in found {
            self.effort.look()?;
            let is_meant = || which.except.is_none_or(|except| !space.outgoing(fact).contains(&except));
            if space.type_of(fact) != hebbian && is_fact(space, fact) && is_meant() {
                facts.push(fact);
            }
        }
        Ok(facts)
    }

    /// What is said of another atom that a case has to do with. That it has the same to do with a further one is not said of
    /// it: all that stand so to it would share that.
    fn beyond(
        &mut self,
        (at, case): (usize, Handle),
        other: Handle,
        clause: &Term,
        (closed, open): (usize, usize),
    ) -> Result<(), Met> {
        for fact in self.facts(other)? {
            let parts = leaves(self.space, fact);
            if parts.contains(&case) {
                continue;
            }
            if is_alike(self.space, (fact, other), clause) {
                self.effort.step()?;
                continue;
            }
            if let Some(said) = replaced(self.space, fact, &[(other, OTHER)]) {
                let beyond = self.has(at, vec![clause.clone(), said], Through::One(other))?;
                self.implies(beyond, open)?;
                // Whatever has to do with that very atom has to do with one of which this is said.
                self.implies(closed, beyond)?;
            }
        }
        Ok(())
    }

    fn has(&mut self, case: usize, clauses: Vec<Term>, through: Through) -> Result<usize, Met> {
        self.effort.step()?;
        let known = self.places.get(&clauses).copied();
        let at = if let Some(at) = known { at } else { self.add(clauses, through)? };
        if let Some(feature) = self.features.get_mut(at) {
            if !feature.has.contains(case) {
                self.effort.hold(Bits::PLACE)?;
                feature.has.insert(case);
            }
            feature.through = feature.through.and(through);
        }
        Ok(at)
    }

    fn add(&mut self, clauses: Vec<Term>, through: Through) -> Result<usize, Met> {
        let at = self.features.len();
        // The clauses are kept twice: as they are, and to be found.
        let said = size_of::<Vec<Term>>() + clauses.iter().map(bytes).sum::<usize>();
        self.effort.hold(2 * said + 2 * size_of::<Feature>())?;
        let (has, implies) = (Bits::default(), FxHashSet::default());
        self.features.push(Feature { clauses: clauses.clone(), has, implies, through });
        self.places.insert(clauses, at);
        Ok(at)
    }

    fn implies(&mut self, one: usize, other: usize) -> Result<(), Met> {
        let is_new = self.features.get_mut(one).is_some_and(|feature| feature.implies.insert(other));
        // The table keeps room beside.
        if is_new { self.effort.hold(2 * size_of::<usize>()) } else { Ok(()) }
    }
}

/// The features that say anything which no plainer one says, of those that any case has.
fn telling(features: Vec<Feature>) -> Vec<Feature> {
    let same = |one: &Feature, at: &usize| {
        // What is implied is had by all that have this, so that as many are the same.
        features.get(*at).is_some_and(|two| one.has.len() == two.has.len())
    };
    let tells = |feature: &Feature| {
        feature.has.len() > 0
            && match feature.through {
                Through::None => true,
                Through::One(_) => false,
                Through::Several => !feature.implies.iter().any(|at| same(feature, at)),
            }
    };
    let kept: Vec<bool> = features.iter().map(tells).collect();
    let mut next = 0;
    let places: Vec<Option<usize>> = kept
        .iter()
        .map(|kept| {
            let place = next;
            next += usize::from(*kept);
            kept.then_some(place)
        })
        .collect();
    let mut telling: Vec<Feature> =
        features.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(feature, _)| feature).collect();
    for feature in &mut telling {
        feature.implies = feature.implies.iter().filter_map(|at| places.get(*at).copied().flatten()).collect();
    }
    telling
}

/// Whether a variable stands in a term.
fn speaks_of(term: &Term, name: &str) -> bool {
    match term {
        Term::Variable(known) => known.as_ref() == name,
        other => other.parts().iter().any(|part| speaks_of(part, name)),
    }
}

/// A term in which a variable has another name.
pub(super) fn renamed(term: &Term, from: &str, to: &str) -> Term {
    match term {
        Term::Variable(known) if known.as_ref() == from => var(to),
        Term::Link(of, parts) => Term::Link(*of, parts.iter().map(|part| renamed(part, from, to)).collect()),
        other => other.clone(),
    }
}

/// Whether a fact says of a further atom what a clause says of the case: that it has the same to do with the other atom.
fn is_alike(space: &Space, (atom, other): (Handle, Handle), clause: &Term) -> bool {
    match clause {
        Term::Variable(name) if name.as_ref() == OTHER => atom == other,
        Term::Variable(_) => atom != other && space.type_of(atom).is_some_and(AtomType::is_node),
        Term::Node(of, name) => space.type_of(atom) == Some(*of) && space.name(atom) == Some(name.as_ref()),
        Term::Link(of, parts) => {
            let joined = space.outgoing(atom);
            let fits = |part: &Term, atom: &Handle| is_alike(space, (*atom, other), part);
            space.type_of(atom) == Some(*of)
                && joined.len() == parts.len()
                && if space.types().is_unordered(*of) {
                    parts.iter().all(|part| joined.iter().any(|atom| fits(part, atom)))
                } else {
                    parts.iter().zip(joined).all(|(part, atom)| fits(part, atom))
                }
        }
        Term::Atom(_) | Term::Glob(_) => false,
    }
}

/// The atoms that a fact may have in it, at most, for a feature: each atom in it makes more of them, as long as it.
const LARGEST: usize = 64;

/// Whether a fact has so few atoms in it, wherever they stand, that this many are left beside.
fn is_small(space: &Space, atom: Handle, left: &mut usize) -> bool {
    let Some(less) = left.checked_sub(1) else { return false };
    *left = less;
    space.outgoing(atom).iter().all(|part| is_small(space, *part, left))
}

/// Whether a link is a fact that may be a feature: it holds, is closed, and is small.
fn is_fact(space: &Space, link: Handle) -> bool {
    let truth = space.truth(link);
    truth.confidence() > 0.0
        && truth.strength() >= 0.5
        && is_small(space, link, &mut LARGEST.clone())
        && !is_open(space, link)
}

/// The nodes in a fact: in it, or in a list or set in it.
fn leaves(space: &Space, fact: Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    for part in space.outgoing(fact) {
        if space.type_of(*part).is_some_and(AtomType::is_node) {
            found.push(*part);
        } else {
            found.extend(
                space.outgoing(*part).iter().filter(|part| space.type_of(**part).is_some_and(AtomType::is_node)),
            );
        }
    }
    found
}

/// The other things in a fact: not its predicate, not the case.
fn others(space: &Space, fact: Handle, case: Handle) -> Vec<Handle> {
    let predicate = (space.type_of(fact) == Some(AtomType::EVALUATION)).then(|| space.outgoing(fact).first().copied());
    let mut found = leaves(space, fact);
    found.retain(|part| *part != case && predicate.flatten() != Some(*part));
    found.sort_unstable();
    found.dedup();
    found
}

/// A fact as a term, with variables for some atoms in it.
fn replaced(space: &Space, atom: Handle, with: &[(Handle, &str)]) -> Option<Term> {
    if let Some((_, name)) = with.iter().find(|(known, _)| *known == atom) {
        return Some(var(name));
    }
    let outgoing = space.outgoing(atom);
    match space.type_of(atom)? {
        of if of.is_link() && (outgoing.iter().any(|part| mentions(space, *part, with))) => {
            let parts: Option<Vec<Term>> = outgoing.iter().map(|part| replaced(space, *part, with)).collect();
            Some(Term::Link(of, parts?))
        }
        _ => Term::of_atom(space, atom),
    }
}

/// Whether an atom, or a part of it, is one of some.
fn mentions(space: &Space, atom: Handle, of: &[(Handle, &str)]) -> bool {
    let is = |atom: &Handle| of.iter().any(|(known, _)| known == atom);
    is(&atom) || space.outgoing(atom).iter().any(is)
}
