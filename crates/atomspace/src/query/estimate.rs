//! Cardinalities: how many atoms a step will come across.
//!
//! What is known is counted: atoms of a type, and links that join a fixed atom. What a variable will stand for is not
//! known when a plan is made, so for each type and position the mean is taken over some links that are spread over all of
//! them. A link with several known parts is expected as often as if they were independent.

use super::slots::{Content, LinkSlot, Part, Slot, Table};
use crate::space::{AtomType, Handle, Space};
use smallvec::SmallVec;
use std::cell::RefCell;

/// Links that are looked at for a mean.
const SAMPLE: usize = 8;

/// A type, a position in links of it, and how many links of the type an atom at that position is in.
type Mean = (AtomType, Option<usize>, f64);

pub(super) struct Estimator<'a> {
    space: &'a Space,
    means: RefCell<SmallVec<[Mean; 4]>>,
}

impl<'a> Estimator<'a> {
    pub(super) fn new(space: &'a Space) -> Self {
        Self { space, means: RefCell::default() }
    }

    pub(super) fn all(&self, of: AtomType) -> f64 {
        self.space.count_by_type(of) as f64
    }

    /// How many links of a type join what stands in a slot, at a position or anywhere.
    pub(super) fn joined(&self, table: &Table, slot: Slot, of: AtomType, position: Option<usize>) -> f64 {
        match (table.contents.get(slot), position) {
            (Some(Content::Fixed(atom)), Some(position)) => self.space.incoming_len_at(*atom, of, position) as f64,
            (Some(Content::Fixed(atom)), None) => self.space.incoming_len_by_type(*atom, of) as f64,
            _ => self.mean(of, position),
        }
    }

    fn mean(&self, of: AtomType, position: Option<usize>) -> f64 {
        let known = |mean: &&Mean| mean.0 == of && mean.1 == position;
        if let Some(mean) = self.means.borrow().iter().find(known) {
            return mean.2;
        }
        // In stages, so that the misses of the cache for all of them overlap.
        let links: SmallVec<[_; SAMPLE]> =
            self.space.spread(of, SAMPLE).map(|link| self.space.outgoing(link)).collect();
        let atoms: SmallVec<[_; SAMPLE]> = links
            .iter()
            .enumerate()
            .filter_map(|(turn, outgoing)| outgoing.get(position.unwrap_or(turn % outgoing.len().max(1))).copied())
            .collect();
        let joined = |atom: &Handle| match position {
            Some(position) => self.space.incoming_len_at(*atom, of, position),
            None => self.space.incoming_len_by_type(*atom, of),
        };
        let mean =
            if atoms.is_empty() { 0.0 } else { atoms.iter().map(joined).sum::<usize>() as f64 / atoms.len() as f64 };
        self.means.borrow_mut().push((of, position, mean));
        mean
    }

    /// How many links there are over parts that are all known: none, or one. Means are used where they were taken, and not
    /// taken for this: a link is mostly joined once.
    pub(super) fn found(&self, table: &Table, link: &LinkSlot) -> f64 {
        let all = self.all(link.of).max(1.0);
        let joined = |(part, position)| {
            if matches!(table.contents.get(part), Some(Content::Fixed(_))) {
                return self.joined(table, part, link.of, position);
            }
            let means = self.means.borrow();
            means.iter().find(|mean| mean.0 == link.of && mean.1 == position).map_or(1.0, |mean| mean.2)
        };
        placed(link).map(joined).fold(all, |expected, joined| expected * (joined / all).min(1.0)).min(1.0)
    }

    /// How many links there are for one choice of the parts that are known.
    pub(super) fn matching(&self, table: &Table, link: &LinkSlot, known: impl Fn(Slot) -> bool) -> f64 {
        let all = self.all(link.of);
        if all == 0.0 {
            return 0.0;
        }
        let mut expected = all;
        for (part, position) in placed(link) {
            if known(part) {
                expected *= (self.joined(table, part, link.of, position) / all).min(1.0);
            }
        }
        expected
    }
}

/// The parts of a link that are one atom each, with their positions where they are always at the same.
pub(super) fn placed(link: &LinkSlot) -> impl Iterator<Item = (Slot, Option<usize>)> {
    use super::slots::Form;
    let first_glob = link.parts.iter().position(|part| matches!(part, Part::Many(_))).unwrap_or(usize::MAX);
    let ordered = matches!(link.form, Form::Plain | Form::Sequence);
    let parts = if link.form == Form::Scoped { &[] } else { link.parts.as_slice() };
    parts.iter().enumerate().filter_map(move |(at, part)| match part {
        Part::One(slot) => Some((*slot, (ordered && at < first_glob).then_some(at))),
        Part::Many(_) => None,
    })
}
