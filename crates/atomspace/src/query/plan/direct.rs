//! The plan of what is asked most: one clause whose links have each part at its position, found by an atom in it.
//!
//! It is the plan that [`Planner`](super::Planner) comes to. Its first step is chosen as there, by what is counted; after
//! that, nothing is left to choose: links whose atom is known are taken apart, and those whose parts are known are looked
//! up. Where that does not find everything, or more than the links has to be weighed, there is no direct plan.

use super::super::goal::Branch;
use super::super::slots::{Content, Form, LinkSlot, Slot, Table};
use super::super::steps::{Do, Few, Lookup, Source, Step};
use super::{Planning, Slots};
use smallvec::smallvec;

/// A plan in the making.
struct Direct<'p, 'a> {
    planning: &'p Planning<'a>,
    table: &'p Table,
    known: Slots,
    /// Links of which all parts are known.
    open: Slots,
    steps: Vec<Step>,
    rows: f64,
}

impl Planning<'_> {
    /// The steps for a branch of which nothing is given, if it is plain.
    pub(in crate::query) fn direct_steps(&self, branch: &Branch, table: &Table, wanted: &[usize]) -> Option<Vec<Step>> {
        let one = branch.present.len() == 1 && branch.tests.is_empty() && branch.never.is_empty();
        if !one || table.missing.is_some() {
            return None;
        }
        let mut known = Slots::default();
        for (slot, content) in table.contents.iter().enumerate() {
            match content {
                Content::Variable => {}
                Content::Fixed(_) => {
                    known.put(slot);
                }
                Content::Link(link) if link.form == Form::Plain => {}
                Content::Link(_) => return None,
            }
        }
        let steps = Vec::with_capacity(3);
        let mut direct = Direct { planning: self, table, known, open: Slots::default(), steps, rows: 1.0 };
        direct.extend()?;
        direct.open_known();
        direct.look_up();
        direct.is_done(wanted).then_some(direct.steps)
    }
}

impl<'p> Direct<'p, '_> {
    fn push(&mut self, what: Do, fills: Few<Slot>, link: &LinkSlot) {
        let (clause, expected) = (link.clause, self.rows);
        self.steps.push(Step { what, fills, globs: Few::new(), clause, includes: 0, expected, product: false });
    }

    /// The link that is expected to leave the fewest possibilities, and how many those are.
    fn fewest(&self) -> Option<(Slot, &'p LinkSlot, f64)> {
        let mut best: Option<(Slot, &LinkSlot, f64)> = None;
        for (slot, link) in self.table.links() {
            let factor = self.planning.estimator.matching(self.table, link, |part| self.known.has(part));
            if best.is_none_or(|best| factor < best.2) {
                best = Some((slot, link, factor));
            }
        }
        best
    }

    /// Whether the atoms that some variable admits are fewer than this.
    fn some_variable_has_fewer(&self, than: f64) -> bool {
        let declared = self.planning.declared.iter().enumerate();
        let mut typed = declared.filter(|(_, declared)| !declared.forms.is_empty());
        typed.any(|(variable, _)| {
            let types = (self.planning.types)(variable);
            types.is_some_and(|types| types.iter().map(|of| self.planning.estimator.all(*of)).sum::<f64>() < than)
        })
    }

    /// Whether another link lacks nothing but the one part that this link lacks, and could be gone through as well.
    fn has_rival(&self, slot: Slot, link: &LinkSlot) -> bool {
        let mut lacking = link.ones().filter(|part| !self.known.has(*part));
        let Some(only) = lacking.next() else { return false };
        if lacking.any(|part| part != only) {
            return false;
        }
        let lacks_only = |other: &LinkSlot| {
            other.ones().any(|part| part == only) && other.ones().all(|part| part == only || self.known.has(part))
        };
        let known = |other: &LinkSlot| other.ones().any(|part| self.known.has(part));
        self.table.links().any(|(other, also)| other != slot && lacks_only(also) && known(also))
    }

    /// Goes through the links that an atom is in.
    fn extend(&mut self) -> Option<()> {
        let (slot, link, factor) = self.fewest()?;
        let source = Source::new(slot, link, |part| self.known.has(part));
        if source.from.is_empty() || self.some_variable_has_fewer(factor) || self.has_rival(slot, link) {
            return None;
        }
        self.rows *= factor;
        let mut fills: Few<Slot> = smallvec![slot];
        self.known.put(slot);
        self.open.put(slot);
        for (_, part) in &source.takes {
            if self.known.put(*part) {
                fills.push(*part);
            }
        }
        let what = Do::Extend { sources: Box::new([source]), lookups: Box::default(), ahead: None };
        self.push(what, fills, link);
        Some(())
    }

    /// Takes apart the links whose atom is known.
    fn open_known(&mut self) {
        let table = self.table;
        while let Some((slot, link)) = table.links().find(|(slot, _)| self.known.has(*slot) && !self.open.has(*slot)) {
            self.open.put(slot);
            let parts: Few<Slot> = link.ones().collect();
            let fills = parts.iter().copied().filter(|part| self.known.put(*part)).collect();
            self.push(Do::Open { link: slot, of: link.of, parts }, fills, link);
        }
    }

    /// Looks up the links whose parts are known, along with the first step where nothing comes between.
    fn look_up(&mut self) {
        let table = self.table;
        let filled = self.steps.len() == 1;
        let unknown = table.links().filter(|(slot, _)| !self.known.has(*slot)).count();
        let mut lookups = Vec::with_capacity(if filled { unknown } else { 0 });
        loop {
            let ready = table
                .links()
                .filter(|(slot, link)| !self.known.has(*slot) && link.ones().all(|part| self.known.has(part)));
            let weighed = ready.map(|(slot, link)| (slot, link, self.planning.estimator.found(table, link)));
            let Some((slot, link, factor)) = weighed.min_by(|one, two| one.2.total_cmp(&two.2)) else { break };
            self.rows *= factor;
            self.known.put(slot);
            self.open.put(slot);
            let parts: Few<Slot> = link.ones().collect();
            if filled {
                lookups.push(Lookup { link: slot, of: link.of, parts: parts.clone(), step: self.steps.len() });
            }
            let fills = if filled { Few::new() } else { smallvec![slot] };
            self.push(Do::Find { link: slot, of: link.of, parts, filled }, fills, link);
        }
        let Some(first) = self.steps.first_mut() else { return };
        first.includes = lookups.len();
        first.fills.extend(lookups.iter().map(|lookup| lookup.link));
        if let Do::Extend { lookups: all, .. } = &mut first.what {
            *all = lookups.into();
        }
    }

    /// Whether all links are found and taken apart, and so is every variable that must be.
    fn is_done(&self, wanted: &[usize]) -> bool {
        self.table.links().all(|(slot, _)| self.open.has(slot))
            && wanted.iter().all(|variable| self.known.has(*variable))
    }
}
