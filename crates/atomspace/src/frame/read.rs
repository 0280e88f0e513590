//! Looking at a frame: atoms, truth values, sources, facts by predicate and argument, neighbours.
//!
//! Everything here is a hash look-up or walks exactly what it returns. Facts come in the order in which they were first
//! asserted, those of the base first.

use super::{Frame, atom_term};
use crate::TruthValue;
use crate::atom::FactRef;
use crate::atom::{Atom, AtomId, Ids, LinkKind, NodeKind, Source, Term};
use crate::layer::{FactEntry, Key, Ordinal};
use smallvec::SmallVec;
use std::fmt::Write as _;

/// Lists of ordinals, one a layer, the oldest layer first.
pub(crate) type Postings<'a> = SmallVec<[&'a [Ordinal]; 3]>;

/// Facts of a frame, in the order in which they were first asserted.
pub struct Facts<'a> {
    frame: &'a Frame,
    ordinals: OrdinalIter<'a>,
}

enum OrdinalIter<'a> {
    Listed(std::iter::Flatten<smallvec::IntoIter<[&'a [Ordinal]; 3]>>),
    All(std::ops::Range<Ordinal>),
}

impl<'a> Iterator for Facts<'a> {
    type Item = FactRef<'a>;

    fn next(&mut self) -> Option<FactRef<'a>> {
        let ordinal = match &mut self.ordinals {
            OrdinalIter::Listed(list) => *list.next()?,
            OrdinalIter::All(range) => range.next()?,
        };
        self.frame.fact_ref(self.frame.fact_entry(ordinal)?)
    }
}

impl Frame {
    /// The atom with this id.
    #[must_use]
    pub fn atom(&self, id: AtomId) -> Option<Atom<'_>> {
        self.layers().find_map(|layer| layer.atom(id))
    }

    /// The term that an atom is: a node or a number, not a link.
    #[must_use]
    pub fn term(&self, id: AtomId) -> Option<Term<'_>> {
        atom_term(self.atom(id)?)
    }

    /// The truth value of an atom; [`TruthValue::UNKNOWN`] where none was given.
    #[must_use]
    pub fn tv(&self, id: AtomId) -> TruthValue {
        self.layers().find_map(|layer| layer.truth.get(&id).copied()).unwrap_or(TruthValue::UNKNOWN)
    }

    /// A number that was attached to an atom.
    #[must_use]
    pub fn value(&self, id: AtomId, name: &str) -> Option<f64> {
        self.layers().find_map(|layer| {
            let values = layer.values.get(&id)?;
            values.iter().find(|(known, _)| &**known == name).map(|(_, value)| *value)
        })
    }

    /// Where a fact was first read; `None` where it was concluded or never read.
    #[must_use]
    pub fn source(&self, id: AtomId) -> Option<&Source> {
        let oldest = self.layers().filter_map(|layer| layer.sources.get(&id)).last();
        oldest.and_then(|list| list.first())
    }

    /// All the remembered places where a fact was read.
    pub fn sources(&self, id: AtomId) -> impl Iterator<Item = &Source> {
        self.layers().filter_map(move |layer| layer.sources.get(&id)).flatten()
    }

    /// Whether the fact was concluded by a rule (it may have been observed as well).
    #[must_use]
    pub fn is_derived(&self, id: AtomId) -> bool {
        self.layers().any(|layer| layer.derived.contains_key(&id))
    }

    /// The truth value that observation alone gives: for a concluded fact, what was observed besides.
    #[must_use]
    pub fn observed(&self, id: AtomId) -> Option<TruthValue> {
        match self.layers().find_map(|layer| layer.derived.get(&id)) {
            Some(observed) => *observed,
            None => self.ordinal(id).map(|_| self.tv(id)),
        }
    }

    /// The node of an entity or word, if it was ever seen.
    #[must_use]
    pub fn entity(&self, name: &str) -> Option<AtomId> {
        self.find_term(Term::Entity(name))
    }

    pub(crate) fn predicate(&self, name: &str) -> Option<AtomId> {
        self.find(Key::Node(NodeKind::Predicate, name))
    }

    pub(crate) fn ordinal(&self, fact: AtomId) -> Option<Ordinal> {
        self.layers().find_map(|layer| layer.ordinal(fact))
    }

    pub(crate) fn fact_entry(&self, ordinal: Ordinal) -> Option<&FactEntry> {
        self.layers().find(|layer| ordinal >= layer.first_fact())?.fact(ordinal)
    }

    pub(crate) fn with_predicate(&self, predicate: AtomId) -> Postings<'_> {
        let mut lists: Postings<'_> = self.layers().map(|layer| layer.with_predicate(predicate)).collect();
        lists.reverse();
        lists
    }

    pub(crate) fn with_argument(&self, predicate: AtomId, position: u8, argument: AtomId) -> Postings<'_> {
        let lists = self.layers().map(|layer| layer.with_argument(predicate, position, argument));
        let mut lists: Postings<'_> = lists.collect();
        lists.reverse();
        lists
    }

    fn fact_ref<'a>(&'a self, entry: &'a FactEntry) -> Option<FactRef<'a>> {
        let Atom::Node { name, .. } = self.atom(entry.predicate)? else {
            return None;
        };
        let args = entry.args.iter().filter_map(|id| self.term(*id)).collect();
        Some(FactRef { id: entry.atom, predicate: name, args, arg_ids: &entry.args, tv: self.tv(entry.atom) })
    }

    /// The fact that an atom is; `None` for nodes, other links, and evaluations that were never asserted.
    #[must_use]
    pub fn get(&self, fact: AtomId) -> Option<FactRef<'_>> {
        self.fact_ref(self.fact_entry(self.ordinal(fact)?)?)
    }

    /// The facts of a relation.
    pub fn facts(&self, predicate: &str) -> Facts<'_> {
        let lists = self.predicate(predicate).map(|id| self.with_predicate(id)).unwrap_or_default();
        Facts { frame: self, ordinals: OrdinalIter::Listed(lists.into_iter().flatten()) }
    }

    /// The facts of a relation whose argument `position` (from 0) is `term`.
    pub fn facts_with(&self, predicate: &str, position: usize, term: Term<'_>) -> Facts<'_> {
        let key = self.predicate(predicate).zip(u8::try_from(position).ok()).zip(self.find_term(term));
        let lists = key.map(|((predicate, position), term)| self.with_argument(predicate, position, term));
        Facts { frame: self, ordinals: OrdinalIter::Listed(lists.unwrap_or_default().into_iter().flatten()) }
    }

    /// All facts.
    pub fn all_facts(&self) -> Facts<'_> {
        Facts { frame: self, ordinals: OrdinalIter::All(0..self.end_fact()) }
    }

    /// The atom of a fact, if it was asserted.
    #[must_use]
    pub fn find_fact(&self, predicate: &str, args: &[Term<'_>]) -> Option<AtomId> {
        let predicate = self.predicate(predicate)?;
        let args: Option<Ids> = args.iter().map(|term| self.find_term(*term)).collect();
        let list = self.find(Key::Link(LinkKind::List, &args?))?;
        let id = self.find(Key::Link(LinkKind::Evaluation, &[predicate, list]))?;
        self.ordinal(id).map(|_| id)
    }

    /// The links that join an atom, the oldest first.
    pub fn incoming(&self, id: AtomId) -> impl Iterator<Item = AtomId> {
        let mut lists: SmallVec<[&[AtomId]; 3]> = self.layers().map(|layer| layer.incoming(id)).collect();
        lists.reverse();
        lists.into_iter().flatten().copied()
    }

    /// The atoms that a link joins; none for a node.
    #[must_use]
    pub fn outgoing(&self, id: AtomId) -> &[AtomId] {
        if let Some(Atom::Link { outgoing, .. }) = self.atom(id) { outgoing } else { &[] }
    }

    /// What `from` stands to in a relation: the second arguments of the facts `(predicate from …)`, each once.
    #[must_use]
    pub fn related(&self, predicate: &str, from: AtomId) -> Vec<AtomId> {
        self.neighbours(predicate, from, 0, 1)
    }

    /// What stands to `to` in a relation: the first arguments of the facts `(predicate … to)`, each once.
    #[must_use]
    pub fn related_to(&self, predicate: &str, to: AtomId) -> Vec<AtomId> {
        self.neighbours(predicate, to, 1, 0)
    }

    fn neighbours(&self, predicate: &str, known: AtomId, position: u8, wanted: usize) -> Vec<AtomId> {
        let Some(predicate) = self.predicate(predicate) else {
            return Vec::new();
        };
        let mut seen = rustc_hash::FxHashSet::default();
        let ordinals = self.with_argument(predicate, position, known).into_iter().flatten();
        let entries = ordinals.filter_map(|ordinal| self.fact_entry(*ordinal));
        entries.filter_map(|entry| entry.args.get(wanted).copied()).filter(|id| seen.insert(*id)).collect()
    }

    /// An atom as an s-expression: `(restarts pod/cart-1 7)`. Links other than facts show their kind:
    /// `(Inheritance (…) (…))`; an id of another space shows as `()`.
    #[must_use]
    pub fn show(&self, id: AtomId) -> String {
        let mut text = String::new();
        self.write_atom(&mut text, id, crate::sexpr::MAX_DEPTH);
        text
    }

    fn write_atom(&self, text: &mut String, id: AtomId, depth: usize) {
        let evaluation = |outgoing: &[AtomId]| match outgoing {
            [predicate, list] => Some((*predicate, self.outgoing(*list))),
            _ => None,
        };
        let written = match self.atom(id) {
            None => crate::sexpr::print_word(text, "()"),
            Some(Atom::Link { kind, outgoing }) if depth > 0 => {
                text.push('(');
                let mut members: Ids = Ids::from_slice(outgoing);
                if let (LinkKind::Evaluation, Some((predicate, args))) = (kind, evaluation(outgoing)) {
                    members = std::iter::once(predicate).chain(args.iter().copied()).collect();
                } else {
                    let _ = write!(text, "{kind:?} ");
                }
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        text.push(' ');
                    }
                    self.write_atom(text, *member, depth - 1);
                }
                text.push(')');
                Ok(())
            }
            Some(Atom::Link { .. }) => crate::sexpr::print_word(text, "…"),
            Some(Atom::Node { kind: NodeKind::Variable, name }) => {
                text.push('?');
                text.push_str(name);
                Ok(())
            }
            Some(atom) => atom_term(atom).map_or(Ok(()), |term| write!(text, "{term}")),
        };
        debug_assert!(written.is_ok(), "writing to a string does not fail");
    }
}
