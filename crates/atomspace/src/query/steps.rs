//! The steps of a plan.

use super::estimate::placed;
use super::goal::{Clause, Test};
use super::pattern::Pattern;
use super::slots::{Content, Form, LinkSlot, Slot, Table};
use crate::space::{AtomType, Handle};
use smallvec::SmallVec;
use std::sync::Arc;

/// A list that mostly is short.
pub(super) type Few<T> = SmallVec<[T; 3]>;

/// One step: what it does, which slots it fills, and what was expected of it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) what: Do,
    /// Emptied before each try.
    pub(super) fills: Few<Slot>,
    pub(super) globs: Few<usize>,
    pub(super) clause: Option<Clause>,
    /// How many of the steps after it are done with it.
    pub(super) includes: usize,
    /// How often it is expected to be passed, in all.
    pub(super) expected: f64,
    /// Whether it shares no variable with what was found before it.
    pub(super) product: bool,
}

/// Where links come from that may fill a slot.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) link: Slot,
    pub(super) of: AtomType,
    /// How many parts it has, where each is at its position; the others are opened by later steps.
    pub(super) plain: Option<usize>,
    /// Positions and slots that are filled from them.
    pub(super) takes: Few<(usize, Slot)>,
    /// Positions and slots that have the same atom.
    pub(super) same: Few<(usize, Slot)>,
    /// Positions that have the same atom.
    pub(super) twins: Few<(usize, usize)>,
    /// Parts that are known when the step is tried, each with its position if it has one.
    pub(super) from: Few<(Slot, Option<usize>)>,
}

impl Source {
    /// The links that may fill a slot, where some slots are known.
    pub(super) fn new(slot: Slot, link: &LinkSlot, is_known: impl Fn(Slot) -> bool) -> Self {
        let mut from: Few<(Slot, Option<usize>)> = placed(link).filter(|(part, _)| is_known(*part)).collect();
        from.dedup();
        let plain = (link.form == Form::Plain).then_some(link.parts.len());
        let (mut takes, mut same, mut twins) = (Few::<(usize, Slot)>::new(), Few::new(), Few::new());
        for (position, part) in link.ones().enumerate().filter(|_| plain.is_some()) {
            if is_known(part) {
                same.push((position, part));
            } else if let Some((first, _)) = takes.iter().find(|(_, taken)| *taken == part) {
                twins.push((*first, position));
            } else {
                takes.push((position, part));
            }
        }
        Self { link: slot, of: link.of, plain, takes, same, twins, from }
    }
}

/// Where the step after those looks: at the links of a type that have a part, in this column of a row, at a position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    pub(super) column: usize,
    pub(super) of: AtomType,
    pub(super) position: usize,
}

/// A link of an ordered type that is looked up as soon as a source has given its last part.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    pub(super) link: Slot,
    pub(super) of: AtomType,
    pub(super) parts: Few<Slot>,
    /// The step that it is done for.
    pub(super) step: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Do {
    /// Goes through the links that join a known part: of all sources and parts, the one with the fewest.
    Extend { sources: Box<[Source]>, lookups: Box<[Lookup]>, ahead: Option<Ahead> },
    /// Goes through the atoms that several tries, each at a level, have in common.
    Leap { variable: usize, tries: Few<(usize, usize)> },
    /// Goes through all links of a type.
    Scan(Box<Source>),
    /// Goes through all atoms of some types.
    Each(Slot, Vec<AtomType>),
    /// Looks a link up whose parts are known; where an `Extend` may have filled it, only if it did not.
    Find { link: Slot, of: AtomType, parts: Few<Slot>, filled: bool },
    /// Takes a link apart, each part at its position.
    Open { link: Slot, of: AtomType, parts: Few<Slot> },
    /// Asks for a type and a number of parts.
    Shape { link: Slot, of: AtomType, least: usize, exact: bool },
    /// Takes a part from any position that no earlier step took.
    Pick { link: Slot, part: Slot, earlier: Few<usize> },
    /// Takes the parts that no earlier step took.
    Rest { link: Slot, glob: usize, known: bool, earlier: Few<usize> },
    /// Takes the part after those that the step `after` took.
    Next { link: Slot, part: Slot, after: Option<usize> },
    /// Takes some parts after those that the step `after` took, and leaves at least `left`; where it is the last glob,
    /// exactly that many.
    Span { link: Slot, glob: usize, known: bool, after: Option<usize>, left: usize, last: bool },
    /// Holds an atom against a pattern as a whole.
    Alike { link: Slot, whole: Arc<Pattern>, variables: Few<usize> },
    /// Computes something and asks whether it holds.
    Check(Test),
    /// Computes an atom; `asks` where a query stands for what it finds, rather than for itself.
    Assign { slot: Slot, from: Pattern, asks: bool },
    /// Goes on where none of these has a solution.
    Never(Vec<Plan>),
}

impl Do {
    /// Whether it can be passed more than once for what was found before it.
    pub(super) fn repeats(&self) -> bool {
        match self {
            Self::Extend { .. }
            | Self::Leap { .. }
            | Self::Scan(_)
            | Self::Each(..)
            | Self::Alike { .. }
            | Self::Pick { .. } => true,
            Self::Span { last, known, .. } => !*last && !*known,
            _ => false,
        }
    }
}

/// What a clause says of its variables, to be found all at once.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) plan: Plan,
    /// The variables, in the order of their appearance.
    pub(super) columns: Vec<usize>,
}

/// A clause that is searched by a trie.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) relation: usize,
    /// The columns of the relation in the order of the trie's levels.
    pub(super) levels: Vec<usize>,
    /// The variables of this clause, for the columns of the relation.
    pub(super) columns: Vec<usize>,
    pub(super) clause: Clause,
}

/// How one branch is searched.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub(super) table: Table,
    /// What the slots hold before anything was found.
    pub(super) begun: SmallVec<[Handle; 16]>,
    pub(super) steps: Vec<Step>,
    /// For every step, and for after the last, the step before it that can be passed again.
    pub(super) back: SmallVec<[Option<usize>; 8]>,
    /// Whether steps take parts of links one by one, and whether searches lie within.
    pub(super) positions: bool,
    pub(super) inner: bool,
    /// What is made into tries, and the clauses that each search through one.
    pub(super) relations: Vec<Relation>,
    pub(super) instances: Vec<Instance>,
}

impl Plan {
    /// The plan that these steps over these slots are.
    pub(super) fn new(table: Table, steps: Vec<Step>) -> Self {
        let begun = table.contents.iter().map(|content| match content {
            Content::Fixed(handle) => *handle,
            _ => Handle::NONE,
        });
        let mut plan = Self { begun: begun.collect(), steps, table, ..Self::default() };
        plan.note_ways_back();
        plan
    }

    /// Notes for every step where to go back to.
    pub(super) fn note_ways_back(&mut self) {
        self.back.clear();
        let mut last = None;
        for (at, step) in self.steps.iter().enumerate() {
            self.back.push(last);
            if step.what.repeats() {
                last = Some(at);
            }
        }
        self.back.push(last);
        self.inner = self.steps.iter().any(|step| matches!(step.what, Do::Never(_)));
        let positions = |step: &Step| matches!(step.what, Do::Pick { .. } | Do::Span { .. } | Do::Next { .. });
        self.positions = self.steps.iter().any(positions);
    }
}
