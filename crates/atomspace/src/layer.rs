//! One layer of atoms: interned nodes and links, incoming sets, truth values, sources, and the index of facts.
//!
//! A layer stands over zero or more layers below it and holds only what they do not: [`crate::Frame`] walks them. Ids
//! and fact ordinals go on where the layer below stopped. All look-ups hash; nothing here scans.

use crate::TruthValue;
use crate::atom::{Atom, AtomId, Ids, LinkKind, NodeKind, Source};
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};

/// The position of a fact in the order in which facts were first asserted, over all layers.
pub(crate) type Ordinal = u32;

/// A stored atom.
#[derive(Clone, Debug)]
enum Stored {
    Node(NodeKind, Box<str>),
    Number(f64),
    Link(LinkKind, Ids),
}

/// Named numbers of one atom.
type Values = SmallVec<[(Box<str>, f64); 2]>;

/// A fact in the index: its atom, and its parts without going through the links.
#[derive(Clone, Debug)]
pub(crate) struct FactEntry {
    pub(crate) atom: AtomId,
    pub(crate) predicate: AtomId,
    pub(crate) args: Ids,
}

/// What identifies an atom when it is looked up.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    Node(NodeKind, &'a str),
    Number(f64),
    Link(LinkKind, &'a [AtomId]),
}

impl Key<'_> {
    pub(crate) fn hash(self) -> u64 {
        let mut hasher = FxHasher::default();
        match self {
            Self::Node(kind, name) => (kind, name).hash(&mut hasher),
            Self::Number(number) => number_bits(number).hash(&mut hasher),
            Self::Link(kind, outgoing) => (kind, outgoing).hash(&mut hasher),
        }
        hasher.finish()
    }
}

/// Equal numbers have equal bits: one zero and one not-a-number.
fn number_bits(number: f64) -> u64 {
    if number.is_nan() {
        f64::NAN.to_bits()
    } else if number == 0.0 {
        0
    } else {
        number.to_bits()
    }
}

/// The atoms that were first seen in this layer, and what it says anew about those below.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    first: u32,
    first_fact: Ordinal,
    atoms: Vec<Stored>,
    interned: FxHashMap<u64, SmallVec<[AtomId; 2]>>,
    incoming: Vec<SmallVec<[AtomId; 3]>>,
    incoming_below: FxHashMap<AtomId, Vec<AtomId>>,
    facts: Vec<FactEntry>,
    ordinals: FxHashMap<AtomId, Ordinal>,
    by_predicate: FxHashMap<AtomId, Vec<Ordinal>>,
    by_argument: FxHashMap<(AtomId, u8, AtomId), SmallVec<[Ordinal; 4]>>,
    pub(crate) truth: FxHashMap<AtomId, TruthValue>,
    pub(crate) sources: FxHashMap<AtomId, SmallVec<[Source; 1]>>,
    pub(crate) values: FxHashMap<AtomId, Values>,
    pub(crate) derived: FxHashMap<AtomId, Option<TruthValue>>,
}

impl Layer {
    /// An empty layer whose ids and ordinals begin where those below end.
    pub(crate) fn starting_at(atom: u32, fact: Ordinal) -> Self {
        Self { first: atom, first_fact: fact, ..Self::default() }
    }

    pub(crate) fn end(&self) -> u32 {
        self.first + self.atoms.len() as u32
    }

    pub(crate) fn end_fact(&self) -> Ordinal {
        self.first_fact + self.facts.len() as Ordinal
    }

    pub(crate) fn first_fact(&self) -> Ordinal {
        self.first_fact
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.atoms.is_empty() && self.facts.is_empty() && self.truth.is_empty() && self.values.is_empty()
    }

    pub(crate) fn atom(&self, id: AtomId) -> Option<Atom<'_>> {
        Some(match self.atoms.get(id.0.checked_sub(self.first)? as usize)? {
            Stored::Node(kind, name) => Atom::Node { kind: *kind, name },
            Stored::Number(number) => Atom::Number(*number),
            Stored::Link(kind, outgoing) => Atom::Link { kind: *kind, outgoing },
        })
    }

    pub(crate) fn find(&self, hash: u64, key: Key<'_>) -> Option<AtomId> {
        self.interned.get(&hash)?.iter().copied().find(|id| match (self.atom(*id), key) {
            (Some(Atom::Node { kind, name }), Key::Node(wanted, wanted_name)) => kind == wanted && name == wanted_name,
            (Some(Atom::Number(number)), Key::Number(wanted)) => number_bits(number) == number_bits(wanted),
            (Some(Atom::Link { kind, outgoing }), Key::Link(wanted, wanted_outgoing)) => {
                kind == wanted && outgoing == wanted_outgoing
            }
            _ => false,
        })
    }

    /// Adds an atom that no layer has.
    pub(crate) fn add(&mut self, hash: u64, key: Key<'_>) -> AtomId {
        let id = AtomId(self.end());
        self.atoms.push(match key {
            Key::Node(kind, name) => Stored::Node(kind, name.into()),
            Key::Number(number) => Stored::Number(if number == 0.0 { 0.0 } else { number }),
            Key::Link(kind, outgoing) => Stored::Link(kind, outgoing.into()),
        });
        self.incoming.push(SmallVec::new());
        self.interned.entry(hash).or_default().push(id);
        if let Key::Link(_, outgoing) = key {
            for member in outgoing {
                self.note_incoming(*member, id);
            }
        }
        id
    }

    fn note_incoming(&mut self, member: AtomId, link: AtomId) {
        let own = member.0.checked_sub(self.first).and_then(|index| self.incoming.get_mut(index as usize));
        match own {
            Some(list) if list.last() == Some(&link) => {}
            Some(list) => list.push(link),
            None => {
                let list = self.incoming_below.entry(member).or_default();
                if list.last() != Some(&link) {
                    list.push(link);
                }
            }
        }
    }

    /// The links of this layer that join `member`.
    pub(crate) fn incoming(&self, member: AtomId) -> &[AtomId] {
        let own = member.0.checked_sub(self.first).and_then(|index| self.incoming.get(index as usize));
        own.map(SmallVec::as_slice).or_else(|| self.incoming_below.get(&member).map(Vec::as_slice)).unwrap_or_default()
    }

    pub(crate) fn ordinal(&self, fact: AtomId) -> Option<Ordinal> {
        self.ordinals.get(&fact).copied()
    }

    pub(crate) fn fact(&self, ordinal: Ordinal) -> Option<&FactEntry> {
        self.facts.get(ordinal.checked_sub(self.first_fact)? as usize)
    }

    /// Puts an atom into the index of facts.
    pub(crate) fn add_fact(&mut self, entry: FactEntry) {
        let ordinal = self.end_fact();
        self.ordinals.insert(entry.atom, ordinal);
        self.by_predicate.entry(entry.predicate).or_default().push(ordinal);
        for (position, argument) in (0..=u8::MAX).zip(&entry.args) {
            self.by_argument.entry((entry.predicate, position, *argument)).or_default().push(ordinal);
        }
        self.facts.push(entry);
    }

    /// The ordinals of the facts with this predicate, ascending.
    pub(crate) fn with_predicate(&self, predicate: AtomId) -> &[Ordinal] {
        self.by_predicate.get(&predicate).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ordinals of the facts with this predicate and argument, ascending.
    pub(crate) fn with_argument(&self, predicate: AtomId, position: u8, argument: AtomId) -> &[Ordinal] {
        self.by_argument.get(&(predicate, position, argument)).map(SmallVec::as_slice).unwrap_or_default()
    }
}
