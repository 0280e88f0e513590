//! Frames: spaces of atoms, copy-on-write over a shareable base.
//!
//! A frame holds only what its base does not: own atoms, and truth values that differ. Making a frame over a base copies
//! nothing. [`Frame::share`] turns what a frame holds into such a base, again without copying, so that many hypotheses
//! can be thought through side by side over one set of facts.
//! Limits: 2³² atoms; the sources of one fact are kept up to [`MAX_SOURCES`].

mod read;
mod text;

pub use read::Facts;
pub(crate) use read::Postings;
pub use text::FrameError;
pub(crate) use text::fact_parts;

use crate::atom::{Atom, AtomId, Ids, LinkKind, NodeKind, Source, Term};
use crate::layer::{FactEntry, Key, Layer, Ordinal};
use crate::{TruthValue, pln};
use std::sync::Arc;

/// How many sources are remembered for one fact; further ones still count in its truth value.
pub const MAX_SOURCES: usize = 16;

/// A finished space of atoms that frames stand over; shared, never changed.
#[derive(Debug, Default)]
pub struct AtomSpace {
    layer: Layer,
    below: Option<Arc<AtomSpace>>,
}

impl AtomSpace {
    /// An empty space. To fill one, fill a [`Frame`] and turn it into a space with [`Frame::into_space`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of atoms, those of the spaces below included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.layer.end() as usize
    }

    /// Whether there are no atoms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Frame> for AtomSpace {
    fn from(frame: Frame) -> Self {
        frame.into_space()
    }
}

/// A space of atoms over a base.
///
/// ```
/// use oriel_atomspace::{Frame, Source, Term, TruthValue};
/// let mut frame = Frame::new();
/// let source = Source::new("kubernetes/pods.txt", 3);
/// let id = frame.fact("restarts", &[Term::Entity("pod/cart-1"), Term::Number(7.0)], TruthValue::TRUE, Some(&source));
/// assert_eq!(frame.show(id), "(restarts pod/cart-1 7)");
/// assert_eq!(frame.source(id), Some(&source));
/// assert_eq!(frame.facts("restarts").next().and_then(|fact| fact.number(1)), Some(7.0));
/// ```
#[derive(Debug, Default)]
pub struct Frame {
    own: Layer,
    base: Option<Arc<AtomSpace>>,
}

impl Frame {
    /// An empty frame over nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty frame over a base; nothing is copied.
    #[must_use]
    pub fn over(base: Arc<AtomSpace>) -> Self {
        Self { own: Layer::starting_at(base.layer.end(), base.layer.end_fact()), base: Some(base) }
    }

    /// The base, if there is one.
    #[must_use]
    pub fn base(&self) -> Option<&Arc<AtomSpace>> {
        self.base.as_ref()
    }

    /// This frame's contents as a space, over the same base; nothing is copied.
    #[must_use]
    pub fn into_space(self) -> AtomSpace {
        AtomSpace { layer: self.own, below: self.base }
    }

    /// Turns what this frame holds into a base that other frames can stand over too. The frame stands over it from now
    /// on and answers as before; nothing is copied.
    pub fn share(&mut self) -> Arc<AtomSpace> {
        if let (true, Some(base)) = (self.own.is_empty(), &self.base) {
            return Arc::clone(base);
        }
        let space = Arc::new(std::mem::take(self).into_space());
        *self = Self::over(Arc::clone(&space));
        space
    }

    /// A second frame with the same contents, to be changed apart from this one. Free after [`Frame::share`]; else
    /// copies what this frame holds over its base.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { own: self.own.clone(), base: self.base.clone() }
    }

    /// The layers from the newest to the oldest.
    pub(crate) fn layers(&self) -> Layers<'_> {
        Layers { next: Some(&self.own), below: self.base.as_deref() }
    }

    /// The number of atoms, those of the base included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.own.end() as usize
    }

    /// Whether there are no atoms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of facts, those of the base included.
    #[must_use]
    pub fn fact_count(&self) -> usize {
        self.own.end_fact() as usize
    }

    /// The end of the order of facts.
    pub(crate) fn end_fact(&self) -> Ordinal {
        self.own.end_fact()
    }

    pub(crate) fn find(&self, key: Key<'_>) -> Option<AtomId> {
        let hash = key.hash();
        self.layers().find_map(|layer| layer.find(hash, key))
    }

    pub(crate) fn intern(&mut self, key: Key<'_>) -> AtomId {
        let hash = key.hash();
        let known = self.layers().find_map(|layer| layer.find(hash, key));
        known.unwrap_or_else(|| self.own.add(hash, key))
    }

    /// The node of this kind and name, made if it is new.
    pub fn node(&mut self, kind: NodeKind, name: &str) -> AtomId {
        self.intern(Key::Node(kind, name))
    }

    /// The link of this kind over these atoms, made if it is new.
    pub fn link(&mut self, kind: LinkKind, outgoing: &[AtomId]) -> AtomId {
        self.intern(Key::Link(kind, outgoing))
    }

    /// The atom of a term, made if it is new.
    pub fn term_atom(&mut self, term: Term<'_>) -> AtomId {
        self.intern(term_key(term))
    }

    /// The atom of a term, if it was ever seen.
    #[must_use]
    pub fn find_term(&self, term: Term<'_>) -> Option<AtomId> {
        self.find(term_key(term))
    }

    /// Asserts a fact. The same fact from another place is further evidence: the truth values are revised. From the same
    /// place (or, both times, from no place) it is the same evidence, and the more confident value stays.
    pub fn fact(&mut self, predicate: &str, args: &[Term<'_>], tv: TruthValue, source: Option<&Source>) -> AtomId {
        let predicate = self.node(NodeKind::Predicate, predicate);
        let args: Ids = args.iter().map(|term| self.term_atom(*term)).collect();
        let id = self.fact_atom(predicate, &args);
        if self.ordinal(id).is_none() {
            self.own.add_fact(FactEntry { atom: id, predicate, args });
            self.own.truth.insert(id, tv);
        } else if self.is_derived(id) {
            let observed = self.observed(id).map_or(tv, |before| pln::revision(before, tv));
            self.own.derived.insert(id, Some(observed));
            self.own.truth.insert(id, pln::revision(self.tv(id), tv));
        } else {
            let before = self.tv(id);
            let known = match source {
                Some(source) => self.sources(id).any(|other| other == source),
                None => self.source(id).is_none(),
            };
            let after = match known {
                true if tv.confidence > before.confidence => tv,
                true => before,
                false => pln::revision(before, tv),
            };
            self.own.truth.insert(id, after);
        }
        if let Some(source) = source
            && self.sources(id).count() < MAX_SOURCES
            && !self.sources(id).any(|other| other == source)
        {
            self.own.sources.entry(id).or_default().push(source.clone());
        }
        id
    }

    /// The atom of a fact, without asserting it.
    pub(crate) fn fact_atom(&mut self, predicate: AtomId, args: &[AtomId]) -> AtomId {
        let list = self.link(LinkKind::List, args);
        self.link(LinkKind::Evaluation, &[predicate, list])
    }

    /// The atom of a fact, made if it is new, without asserting it: something to think of.
    pub fn evaluation(&mut self, predicate: &str, args: &[Term<'_>]) -> AtomId {
        let predicate = self.node(NodeKind::Predicate, predicate);
        let args: Ids = args.iter().map(|term| self.term_atom(*term)).collect();
        self.fact_atom(predicate, &args)
    }

    /// Takes the atom of a fact, asserted or not, as certainly true in this frame. `false` where the atom cannot be a fact.
    pub fn assume(&mut self, atom: AtomId) -> bool {
        if self.ordinal(atom).is_none() {
            let [predicate, list] = *self.outgoing(atom) else { return false };
            let args = Ids::from_slice(self.outgoing(list));
            let is_fact = matches!(self.atom(atom), Some(Atom::Link { kind: LinkKind::Evaluation, .. }));
            if !is_fact || args.iter().any(|arg| self.term(*arg).is_none()) {
                return false;
            }
            self.own.add_fact(FactEntry { atom, predicate, args });
        }
        self.own.truth.insert(atom, TruthValue::TRUE);
        true
    }

    /// Puts a concluded atom among the facts, with a first truth value. Whether it was not a fact before.
    pub(crate) fn derive(&mut self, entry: FactEntry, tv: TruthValue) -> bool {
        let id = entry.atom;
        if self.ordinal(id).is_none() {
            self.own.add_fact(entry);
            self.own.derived.insert(id, None);
            self.own.truth.insert(id, tv);
            return true;
        }
        if !self.is_derived(id) {
            let observed = self.tv(id);
            self.own.derived.insert(id, Some(observed));
        }
        false
    }

    /// Sets the truth value of an atom, whatever it was.
    pub fn set_tv(&mut self, id: AtomId, tv: TruthValue) {
        self.own.truth.insert(id, tv);
    }

    /// Attaches a named number to an atom, replacing the one of that name in this frame.
    pub fn set_value(&mut self, id: AtomId, name: &str, value: f64) {
        let values = self.own.values.entry(id).or_default();
        match values.iter_mut().find(|(known, _)| &**known == name) {
            Some((_, old)) => *old = value,
            None => values.push((name.into(), value)),
        }
    }
}

/// What identifies the atom of a term.
pub(crate) fn term_key(term: Term<'_>) -> Key<'_> {
    match term {
        Term::Entity(name) => Key::Node(NodeKind::Concept, name),
        Term::Text(text) => Key::Node(NodeKind::Text, text),
        Term::Number(number) => Key::Number(number),
    }
}

/// The term that an atom is, where it is one.
pub(crate) fn atom_term(atom: Atom<'_>) -> Option<Term<'_>> {
    match atom {
        Atom::Node { kind: NodeKind::Text, name } => Some(Term::Text(name)),
        Atom::Node { name, .. } => Some(Term::Entity(name)),
        Atom::Number(number) => Some(Term::Number(number)),
        Atom::Link { .. } => None,
    }
}

/// The layers of a frame from the newest to the oldest.
#[derive(Clone)]
pub(crate) struct Layers<'a> {
    next: Option<&'a Layer>,
    below: Option<&'a AtomSpace>,
}

impl<'a> Iterator for Layers<'a> {
    type Item = &'a Layer;

    fn next(&mut self) -> Option<&'a Layer> {
        let layer = self.next.take()?;
        if let Some(space) = self.below {
            self.next = Some(&space.layer);
            self.below = space.below.as_deref();
        }
        Some(layer)
    }
}
