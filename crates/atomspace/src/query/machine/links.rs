//! The steps within links.

use super::super::alike::{self, State};
use super::super::limits::{Budget, Halt};
use super::super::pattern::Pattern;
use super::super::slots::Slot;
use super::super::steps::{Do, Source, Step};
use super::{Context, Cursor, Machine};
use crate::space::{AtomType, Handle, Space};
use smallvec::SmallVec;

impl<'a> Machine<'a> {
    /// The shortest of the lists that could be gone through.
    #[inline]
    pub(super) fn shortest(&self, sources: &[Source], space: &'a Space) -> Cursor<'a> {
        let links = |source: &Source, part: Slot, position: Option<usize>| match position {
            Some(position) => space.incoming_near(self.value(part), source.of, position),
            None => space.incoming_by_type(self.value(part), source.of),
        };
        if let [source] = sources
            && let [(part, position)] = source.from.as_ref()
        {
            return Cursor::Links(links(source, *part, *position), 0);
        }
        let mut best: Option<(usize, usize, Slot, Option<usize>)> = None;
        for (at, source) in sources.iter().enumerate() {
            for (part, position) in &source.from {
                let count = match position {
                    Some(position) => space.incoming_len_at(self.value(*part), source.of, *position),
                    None => space.incoming_len_by_type(self.value(*part), source.of),
                };
                if best.is_none_or(|best| count < best.0) {
                    best = Some((count, at, *part, *position));
                }
            }
        }
        let Some((_, at, part, position)) = best else { return Cursor::Done };
        sources.get(at).map_or(Cursor::Done, |source| Cursor::Links(links(source, part, position), at))
    }

    /// Takes a link from a source, and its parts where they are at their positions.
    #[inline]
    pub(super) fn fill(&mut self, source: &Source, link: Handle, context: &Context<'a>) -> bool {
        self.set(source.link, link);
        let Some(arity) = source.plain else { return true };
        let outgoing = context.space.opened(link).1;
        let at = |position: usize| outgoing.get(position).copied().unwrap_or(Handle::NONE);
        outgoing.len() == arity
            && source.same.iter().all(|(position, part)| self.value(*part) == at(*position))
            && source.twins.iter().all(|(one, two)| at(*one) == at(*two))
            && source.takes.iter().all(|(position, part)| self.admit(*part, at(*position), context))
    }

    /// Makes each part what stands at its position, or finds that it is that.
    #[inline]
    pub(super) fn unify(&mut self, parts: &[Slot], outgoing: &[Handle], context: &Context<'a>) -> bool {
        parts.len() == outgoing.len()
            && parts.iter().zip(outgoing).all(|(part, atom)| self.is_or_becomes(*part, *atom, context))
    }

    #[inline]
    fn is_or_becomes(&mut self, part: Slot, atom: Handle, context: &Context<'a>) -> bool {
        let value = self.value(part);
        if value == Handle::NONE { self.admit(part, atom, context) } else { value == atom }
    }

    #[inline]
    pub(super) fn find(&mut self, space: &Space, link: Slot, of: AtomType, parts: &[Slot]) -> bool {
        let parts: SmallVec<[Handle; 8]> = parts.iter().map(|part| self.value(*part)).collect();
        let found = space.find_link(of, &parts);
        self.set(link, found.unwrap_or(Handle::NONE));
        found.is_some()
    }

    /// The positions that earlier steps took.
    fn is_taken(&self, earlier: &[usize], position: usize) -> bool {
        earlier.iter().any(|step| self.offsets.get(*step) == Some(&position))
    }

    /// Takes the next position of an unordered link that is free and holds what it must. Of equal atoms only the first
    /// free one is taken: the others would be the same solution.
    pub(super) fn pick(
        &mut self,
        step: &'a Step,
        at: usize,
        (link, part, earlier): (Slot, Slot, &[usize]),
        context: &Context<'a>,
        budget: &mut Budget,
    ) -> Result<bool, Halt> {
        let outgoing = context.space.opened(self.value(link)).1;
        loop {
            let Some(Cursor::Position(next)) = self.cursor(at) else { return Ok(false) };
            let position = *next;
            *next += 1;
            let Some(atom) = outgoing.get(position).copied() else { return Ok(false) };
            budget.step()?;
            self.tried(at);
            let same_before = outgoing.get(..position).unwrap_or_default().iter().rposition(|other| *other == atom);
            if self.is_taken(earlier, position) || same_before.is_some_and(|before| !self.is_taken(earlier, before)) {
                continue;
            }
            self.empty(step);
            if self.is_or_becomes(part, atom, context) {
                self.end(at, position);
                return Ok(true);
            }
        }
    }

    /// Gives a glob what no earlier step took of an unordered link.
    pub(super) fn rest(
        &mut self,
        (link, glob): (Slot, usize),
        known: bool,
        earlier: &[usize],
        context: &Context<'a>,
    ) -> bool {
        let outgoing = context.space.opened(self.value(link)).1;
        let left = outgoing.iter().enumerate().filter(|(position, _)| !self.is_taken(earlier, *position));
        let left: Vec<Handle> = left.map(|(_, atom)| *atom).collect();
        if known {
            let mut wanted = self.globs.get(glob).cloned().flatten().map(|atoms| atoms.to_vec()).unwrap_or_default();
            wanted.sort_unstable();
            return wanted == left;
        }
        self.take_glob(glob, &left, context)
    }

    fn take_glob(&mut self, glob: usize, atoms: &[Handle], context: &Context<'a>) -> bool {
        let admitted = context.admissions.get(glob).is_none_or(|admission| {
            (admission.least..=admission.most).contains(&atoms.len())
                && (admission.is_any() || atoms.iter().all(|atom| admission.admits(context.space, *atom)))
        });
        if admitted {
            self.set_glob(glob, Some(&atoms.into()));
        }
        admitted
    }

    /// Where a step within a sequence begins.
    fn begin(&self, after: Option<usize>) -> usize {
        after.and_then(|step| self.offsets.get(step).copied()).unwrap_or_default()
    }

    fn end(&mut self, at: usize, offset: usize) {
        self.offsets.get_mut(at).into_iter().for_each(|end| *end = offset);
    }

    pub(super) fn take_next(
        &mut self,
        (link, part): (Slot, Slot),
        after: Option<usize>,
        at: usize,
        context: &Context<'a>,
    ) -> bool {
        let begin = self.begin(after);
        let atom = context.space.opened(self.value(link)).1.get(begin).copied();
        self.end(at, begin + 1);
        atom.is_some_and(|atom| self.is_or_becomes(part, atom, context))
    }

    pub(super) fn enter_span(
        &mut self,
        step: &'a Step,
        at: usize,
        context: &Context<'a>,
        budget: &mut Budget,
    ) -> Result<bool, Halt> {
        let Do::Span { link, glob, known, after, left, last } = &step.what else { return Ok(false) };
        let outgoing = context.space.opened(self.value(*link)).1;
        let begin = self.begin(*after);
        let Some(room) = outgoing.len().checked_sub(begin + left) else { return Ok(false) };
        budget.step()?;
        if *known {
            self.tried(at);
            let atoms = self.globs.get(*glob).cloned().flatten();
            let Some(atoms) = atoms.filter(|atoms| atoms.len() <= room && (!last || atoms.len() == room)) else {
                return Ok(false);
            };
            self.end(at, begin + atoms.len());
            return Ok(outgoing.get(begin..begin + atoms.len()) == Some(&atoms[..]));
        }
        if *last {
            self.tried(at);
            self.empty(step);
            self.end(at, begin + room);
            let atoms = outgoing.get(begin..begin + room).unwrap_or_default();
            return Ok(self.take_glob(*glob, atoms, context));
        }
        let least = context.admissions.get(*glob).map_or(1, |admission| admission.least);
        self.put_cursor(at, Cursor::Length(least));
        self.next_span(step, at, context, budget)
    }

    pub(super) fn next_span(
        &mut self,
        step: &'a Step,
        at: usize,
        context: &Context<'a>,
        budget: &mut Budget,
    ) -> Result<bool, Halt> {
        let Do::Span { link, glob, after, left, .. } = &step.what else { return Ok(false) };
        let outgoing = context.space.opened(self.value(*link)).1;
        let begin = self.begin(*after);
        let most = context.admissions.get(*glob).map_or(usize::MAX, |admission| admission.most);
        loop {
            let Some(Cursor::Length(next)) = self.cursor(at) else { return Ok(false) };
            let length = *next;
            *next += 1;
            if length > most || begin + length + left > outgoing.len() {
                return Ok(false);
            }
            budget.step()?;
            self.tried(at);
            self.empty(step);
            self.end(at, begin + length);
            let atoms = outgoing.get(begin..begin + length).unwrap_or_default();
            if self.take_glob(*glob, atoms, context) {
                return Ok(true);
            }
        }
    }

    /// The ways in which the atom of a slot is like a pattern.
    pub(super) fn ways(
        &self,
        link: Slot,
        whole: &'a Pattern,
        variables: &[usize],
        context: &Context<'a>,
    ) -> alike::Ways<'a> {
        let mut begun = State::default();
        for variable in variables {
            match self.globs.get(*variable).cloned().flatten() {
                Some(atoms) => begun.set(*variable, alike::Found::Many(atoms)),
                None if self.value(*variable) != Handle::NONE => {
                    begun.set(*variable, alike::Found::One(self.value(*variable)));
                }
                None => {}
            }
        }
        let matcher = alike::Matcher { space: context.space, admissions: context.admissions };
        alike::Ways::new(matcher, whole, self.value(link), begun)
    }

    /// Takes over what a pattern as a whole says of its variables.
    pub(super) fn accept(&mut self, state: &State, variables: &[usize], context: &Context<'a>) -> bool {
        variables.iter().all(|variable| match state.get(*variable) {
            Some(alike::Found::One(atom)) => self.is_or_becomes(*variable, *atom, context),
            Some(alike::Found::Many(atoms)) => match self.globs.get(*variable).cloned().flatten() {
                Some(known) => known == *atoms,
                None => self.take_glob(*variable, atoms, context),
            },
            None => false,
        })
    }
}
