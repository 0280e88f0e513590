//! The terms that chaining thinks in: interned, so that equal terms are one number, and apart from the space, which is
//! only read.

use super::error::ChainError;
use crate::query::Term;
use crate::space::{Atom, AtomType, Handle, Space, Types};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Brackets that a term may have open at a time. What goes through a term calls itself no deeper than this.
pub(super) const DEEPEST: usize = 200;
/// Parts that a fact may have, shared ones counted each time, so that going through it stays cheap.
const MOST_PARTS: u32 = 1 << 16;

/// Bytes that a term takes beside its parts and its name, about: its entry, its shape, and where it is found.
const TERM: usize = 192;
/// Bytes that knowing the atom of a term takes, about.
const ATOM: usize = 32;

/// A term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(u32);

/// The types that a variable admits, as a number: 0 is any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Admits(u32);

/// What a term is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    /// A node; variables that a scope binds are nodes too.
    Node(AtomType, Arc<str>),
    /// A variable, by number.
    Variable(u32, Admits),
    /// A link; of an unordered type, its parts ascend.
    Link(AtomType, Box<[Id]>),
}

#[derive(Clone, Debug)]
struct Entry {
    shape: Arc<Shape>,
    /// One more than the greatest number of a variable in it: 0 where it is closed.
    open: u32,
    depth: u32,
    parts: u32,
}

/// All terms of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    all: Vec<Entry>,
    index: FxHashMap<Arc<Shape>, Id>,
    admitted: Vec<Box<[AtomType]>>,
    of_atoms: FxHashMap<Handle, Id>,
    atoms: FxHashMap<Id, Option<Handle>>,
    /// Brackets that a term may have open here.
    depth: Option<u32>,
    /// Bytes that the terms take, about.
    bytes: usize,
    /// How many terms were not made because they were too deep or too large.
    refused: u64,
}

impl Terms {
    /// Sets how many brackets a new term may have open, at most [`DEEPEST`].
    pub(super) fn limit(&mut self, depth: usize) {
        self.depth = Some(depth.min(DEEPEST) as u32);
    }

    /// How many terms were too deep or too large since this was asked last.
    pub(super) fn take_refused(&mut self) -> u64 {
        std::mem::take(&mut self.refused)
    }

    /// Bytes that the terms take, about.
    pub(super) fn bytes(&self) -> usize {
        self.bytes + ATOM * self.of_atoms.len() + ATOM * self.atoms.len()
    }

    fn entry(&self, id: Id) -> Option<&Entry> {
        self.all.get(id.0 as usize)
    }

    /// What a term is.
    pub(super) fn shape(&self, id: Id) -> Option<&Shape> {
        self.entry(id).map(|entry| entry.shape.as_ref())
    }

    /// What a term is, to keep while terms are made.
    pub(super) fn shared(&self, id: Id) -> Option<Arc<Shape>> {
        self.entry(id).map(|entry| Arc::clone(&entry.shape))
    }

    /// Whether no variable stands in it.
    pub(super) fn is_closed(&self, id: Id) -> bool {
        self.variables(id) == 0
    }

    /// One more than the greatest number of a variable in it.
    pub(super) fn variables(&self, id: Id) -> u32 {
        self.entry(id).map_or(0, |entry| entry.open)
    }

    /// The number of a variable and what it admits.
    pub(super) fn as_variable(&self, id: Id) -> Option<(u32, Admits)> {
        if let Some(Shape::Variable(number, admits)) = self.shape(id) { Some((*number, *admits)) } else { None }
    }

    /// The type of a node or link, and what it joins.
    pub(super) fn opened(&self, id: Id) -> Option<(AtomType, &[Id])> {
        match self.shape(id)? {
            Shape::Node(of, _) => Some((*of, &[])),
            Shape::Link(of, parts) => Some((*of, parts)),
            Shape::Variable(..) => None,
        }
    }

    fn intern(&mut self, shape: Shape, open: u32, depth: u32, parts: u32) -> Id {
        if let Some(known) = self.index.get(&shape) {
            return *known;
        }
        let id = Id(self.all.len() as u32);
        let inside = match &shape {
            Shape::Node(_, name) => name.len(),
            Shape::Variable(..) => 0,
            Shape::Link(_, parts) => size_of_val::<[Id]>(parts),
        };
        self.bytes += TERM + inside;
        let shape = Arc::new(shape);
        self.index.insert(Arc::clone(&shape), id);
        self.all.push(Entry { shape, open, depth, parts });
        id
    }

    pub(super) fn node(&mut self, of: AtomType, name: &str) -> Id {
        self.intern(Shape::Node(of, name.into()), 0, 1, 1)
    }

    pub(super) fn variable(&mut self, number: u32, admits: Admits) -> Id {
        self.intern(Shape::Variable(number, admits), number + 1, 1, 1)
    }

    /// A link; `None` where it is too deep or has too many parts.
    pub(super) fn link(&mut self, types: &Types, of: AtomType, mut parts: Vec<Id>) -> Option<Id> {
        if types.is_unordered(of) {
            parts.sort_unstable();
        }
        let shape = Shape::Link(of, parts.into());
        if let Some(known) = self.index.get(&shape) {
            return Some(*known);
        }
        let (mut open, mut depth, mut size) = (0, 0, 1_u32);
        if let Shape::Link(_, parts) = &shape {
            for entry in parts.iter().filter_map(|part| self.entry(*part)) {
                open = open.max(entry.open);
                depth = depth.max(entry.depth);
                size = size.saturating_add(entry.parts);
            }
        }
        let fits = depth < self.depth.unwrap_or(DEEPEST as u32) && size <= MOST_PARTS;
        if !fits {
            self.refused += 1;
            return None;
        }
        Some(self.intern(shape, open, depth + 1, size))
    }

    /// The number of a set of types.
    pub(super) fn admits(&mut self, mut types: Vec<AtomType>) -> Admits {
        types.sort_unstable();
        types.dedup();
        let at = self.admitted.iter().position(|known| **known == *types).unwrap_or_else(|| {
            self.admitted.push(types.into());
            self.admitted.len() - 1
        });
        Admits(at as u32 + 1)
    }

    fn admitted(&self, admits: Admits) -> Option<&[AtomType]> {
        self.admitted.get((admits.0 as usize).checked_sub(1)?).map(AsRef::as_ref)
    }

    /// Whether a variable may stand for a node or link of this type.
    pub(super) fn allows(&self, admits: Admits, of: AtomType) -> bool {
        self.admitted(admits).is_none_or(|types| types.contains(&of))
    }

    /// What two variables admit both; `None` where that is nothing.
    pub(super) fn both(&mut self, one: Admits, two: Admits) -> Option<Admits> {
        let (Some(first), Some(second)) = (self.admitted(one), self.admitted(two)) else {
            return Some(if one == Admits::default() { two } else { one });
        };
        let both: Vec<AtomType> = first.iter().filter(|of| second.contains(of)).copied().collect();
        if both.is_empty() { None } else { Some(self.admits(both)) }
    }

    /// The term that an atom of the space is. All its variables are names here: a fact has none that are free. `None` where
    /// there is no such atom, or it is too deep or too large.
    pub(super) fn of_atom(&mut self, space: &Space, atom: Handle) -> Option<Id> {
        if let Some(known) = self.of_atoms.get(&atom) {
            return Some(*known);
        }
        let id = match space.atom(atom)? {
            Atom::Node { of, name } => self.node(of, name),
            Atom::Link { of, outgoing } => {
                // As deep as a term may be, so that this calls itself no deeper.
                if height(space, atom) > DEEPEST {
                    self.refused += 1;
                    return None;
                }
                let parts: Option<Vec<Id>> = outgoing.iter().map(|part| self.of_atom(space, *part)).collect();
                self.link(space.types(), of, parts?)?
            }
        };
        self.of_atoms.insert(atom, id);
        self.atoms.insert(id, Some(atom));
        Some(id)
    }

    /// The atom of the space that a closed term is, if it is there.
    pub(super) fn atom(&mut self, space: &Space, id: Id) -> Option<Handle> {
        if let Some(known) = self.atoms.get(&id) {
            return *known;
        }
        let found = match self.shared(id)?.as_ref() {
            Shape::Node(of, name) => space.find_node(*of, name),
            Shape::Variable(..) => None,
            Shape::Link(of, parts) => {
                let parts: Option<Vec<Handle>> = parts.iter().map(|part| self.atom(space, *part)).collect();
                parts.and_then(|parts| space.find_link(*of, &parts))
            }
        };
        self.atoms.insert(id, found);
        found
    }

    /// The term that a written term is; `variable` says what stands for a variable by its name.
    pub(super) fn of_term(
        &mut self,
        types: &Types,
        term: &Term,
        variable: &dyn Fn(&str) -> Option<(u32, Admits)>,
    ) -> Result<Id, ChainError> {
        match term {
            Term::Node(of, name) => Ok(self.node(*of, name)),
            Term::Variable(name) => Ok(match variable(name) {
                Some((number, admits)) => self.variable(number, admits),
                None => self.node(AtomType::VARIABLE, name),
            }),
            Term::Link(of, parts) => {
                let parts: Result<Vec<Id>, _> = parts.iter().map(|part| self.of_term(types, part, variable)).collect();
                let linked = self.link(types, *of, parts?);
                linked.ok_or_else(|| {
                    ChainError::form(term.show(types), "it has too many brackets open, or too many parts")
                })
            }
            Term::Glob(_) => {
                Err(ChainError::form(term.show(types), "rules and targets take no Glob: write the parts out"))
            }
            Term::Atom(_) => Err(ChainError::form(term.show(types), "write the atom out")),
        }
    }

    /// The term for people and for writing; variables are named by their numbers.
    pub(super) fn to_term(&self, id: Id) -> Term {
        match self.shape(id) {
            Some(Shape::Node(of, name)) => Term::Node(*of, Arc::clone(name)),
            Some(Shape::Variable(number, _)) => Term::Variable(format!("${number}").into()),
            Some(Shape::Link(of, parts)) => Term::Link(*of, parts.iter().map(|part| self.to_term(*part)).collect()),
            None => Term::Link(AtomType::LIST, Vec::new()),
        }
    }

    /// Calls `with` for the term and everything in it, shared parts each time.
    pub(super) fn each(&self, id: Id, with: &mut dyn FnMut(Id, &Shape)) {
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            let Some(shape) = self.shape(next) else { continue };
            with(next, shape);
            if let Shape::Link(_, parts) = shape {
                open.extend(parts.iter().rev());
            }
        }
    }
}

/// How many brackets an atom has open, as far as it matters whether that is more than [`DEEPEST`].
fn height(space: &Space, atom: Handle) -> usize {
    let (mut row, mut height) = (vec![atom], 0);
    while !row.is_empty() && height <= DEEPEST {
        height += 1;
        row = row.iter().flat_map(|atom| space.outgoing(*atom)).copied().collect();
        row.sort_unstable();
        row.dedup();
    }
    height
}
