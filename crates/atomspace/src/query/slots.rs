//! Slots: what the search of one branch fills with atoms. Each variable has one, and so has every part of a pattern that
//! is a link; equal parts share a slot, also across clauses.

use super::declare::Declared;
use super::goal::{Branch, Clause};
use super::pattern::Pattern;
use crate::space::{AtomType, Handle, Space};
use smallvec::SmallVec;
use std::sync::Arc;

pub(super) type Slot = usize;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    One(Slot),
    /// A glob, by the number of its variable.
    Many(usize),
}

/// How the parts of a link are found in an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Each at its position.
    Plain,
    /// Each at any position.
    Unordered,
    /// In order, with globs among them.
    Sequence,
    /// Up to the names of variables that are bound in it.
    Scoped,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct LinkSlot {
    pub(super) of: AtomType,
    pub(super) form: Form,
    pub(super) parts: SmallVec<[Part; 3]>,
    /// The whole, where it is matched as a whole.
    pub(super) whole: Option<Arc<Pattern>>,
    /// The clause that it is the whole of.
    pub(super) clause: Option<Clause>,
}

impl LinkSlot {
    pub(super) fn ones(&self) -> impl Iterator<Item = Slot> {
        self.parts.iter().filter_map(|part| if let Part::One(slot) = part { Some(*slot) } else { None })
    }

    /// Whether the atom can be looked up once all parts are known.
    pub(super) fn can_be_found(&self) -> bool {
        matches!(self.form, Form::Plain | Form::Unordered) && self.parts.iter().all(|part| matches!(part, Part::One(_)))
    }
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Variable,
    Fixed(Handle),
    Link(LinkSlot),
}

/// The slots of a branch.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// How many of the first slots are variables.
    pub(super) variables: usize,
    pub(super) contents: Vec<Content>,
    /// The first atom that must be there and is not, and the clause that needs it.
    pub(super) missing: Option<Clause>,
}

impl Table {
    pub(super) fn new(space: &Space, declared: &[Declared], branch: &Branch) -> Self {
        let room = declared.len() + 1 + 3 * branch.present.len();
        let mut table = Self { variables: declared.len(), contents: Vec::with_capacity(room), missing: None };
        table.contents.resize(declared.len(), Content::Variable);
        for (pattern, clause) in &branch.present {
            let Some(slot) = table.slot(space, declared, pattern) else {
                table.missing.get_or_insert(*clause);
                continue;
            };
            if let Some(Content::Link(link)) = table.contents.get_mut(slot) {
                link.clause.get_or_insert(*clause);
            }
        }
        table
    }

    fn put(&mut self, content: Content) -> Slot {
        self.contents.push(content);
        self.contents.len() - 1
    }

    /// The slot of a pattern; `None` where an atom in it is not there.
    fn slot(&mut self, space: &Space, declared: &[Declared], pattern: &Pattern) -> Option<Slot> {
        match pattern {
            Pattern::Var(number) => return Some(*number),
            Pattern::Bound(..) | Pattern::Choice(_) => return None,
            _ if pattern.is_ground() => {
                let handle = pattern.find(space)?;
                let same = |content: &Content| matches!(content, Content::Fixed(known) if *known == handle);
                let known = self.contents.iter().position(same);
                return Some(known.unwrap_or_else(|| self.put(Content::Fixed(handle))));
            }
            _ => {}
        }
        let (Pattern::Link(of, parts) | Pattern::Quoted(of, parts)) = pattern else { return None };
        let link = self.link(space, declared, pattern, *of, parts)?;
        let same = |content: &Content| {
            matches!(content, Content::Link(known)
                if known.of == link.of && known.parts == link.parts && known.whole == link.whole)
        };
        let known = self.contents.iter().position(same);
        Some(known.unwrap_or_else(|| self.put(Content::Link(link))))
    }

    fn link(
        &mut self,
        space: &Space,
        declared: &[Declared],
        pattern: &Pattern,
        of: AtomType,
        parts: &[Pattern],
    ) -> Option<LinkSlot> {
        if pattern.has_bound() {
            let mut parts = Vec::new();
            pattern.variables(&mut parts);
            parts.sort_unstable();
            parts.dedup();
            let glob = |number: &usize| declared.get(*number).is_some_and(|declared| declared.glob);
            let parts = parts.iter().map(|number| if glob(number) { Part::Many(*number) } else { Part::One(*number) });
            let (parts, whole) = (parts.collect(), Some(Arc::new(pattern.clone())));
            return Some(LinkSlot { of, form: Form::Scoped, parts, whole, clause: None });
        }
        let mut slots = SmallVec::new();
        for part in parts {
            slots.push(match part {
                Pattern::Var(number) if declared.get(*number).is_some_and(|declared| declared.glob) => {
                    Part::Many(*number)
                }
                part => Part::One(self.slot(space, declared, part)?),
            });
        }
        let form = match (space.types().is_unordered(of), slots.iter().any(|part| matches!(part, Part::Many(_)))) {
            (true, _) => Form::Unordered,
            (false, true) => Form::Sequence,
            (false, false) => Form::Plain,
        };
        Some(LinkSlot { of, form, parts: slots, whole: None, clause: None })
    }

    pub(super) fn link_at(&self, slot: Slot) -> Option<&LinkSlot> {
        if let Some(Content::Link(link)) = self.contents.get(slot) { Some(link) } else { None }
    }

    /// All slots of links, with what is in them.
    pub(super) fn links(&self) -> impl Iterator<Item = (Slot, &LinkSlot)> {
        self.contents.iter().enumerate().filter_map(|(slot, content)| match content {
            Content::Link(link) => Some((slot, link)),
            _ => None,
        })
    }
}
