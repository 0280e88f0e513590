//! Going through incoming sets several links at a time.
//!
//! What a link joins, and whether another link over that is there, are misses of the cache, each of which waits for the one
//! before. So links are taken by the dozen and each question is asked of all of them before the next: then the misses for
//! one question overlap.

use super::super::limits::{Budget, Halt};
use super::super::steps::{Ahead, Lookup, Source};
use super::{Context, Cursor, Machine};
use crate::space::{AtomType, Handle, Space};
use smallvec::SmallVec;

/// Links that are taken at first, and later, so that the first solution does not wait for what may not be asked for.
const FIRST: usize = 8;
const LATER: usize = 32;

/// What was found ahead: rows of a link, the parts that it gives, and the links that were looked up.
#[derive(Debug, Default)]
pub(super) struct Batch {
    rows: Vec<Handle>,
    width: usize,
    next: usize,
    /// Links that are taken the next time; none where there are no more.
    size: usize,
    /// Links that were counted ahead.
    seen: usize,
}

/// A link that was looked up, and may be another: its handle, its type, and what it joins.
type Guess<'a> = Option<(Handle, AtomType, &'a [Handle])>;

/// What was asked of some links.
#[derive(Default)]
struct Asked<'a> {
    /// What each joins.
    opened: SmallVec<[&'a [Handle]; LATER]>,
    /// What was looked up for each.
    guesses: SmallVec<[Guess<'a>; LATER]>,
}

impl<'a> Machine<'a> {
    #[inline]
    fn batch(&mut self, at: usize) -> Option<&mut Batch> {
        self.places.get_mut(at).map(|place| &mut place.batch)
    }

    #[inline]
    pub(super) fn begin_batch(&mut self, at: usize) {
        if let Some(batch) = self.batch(at) {
            batch.rows.clear();
            batch.next = 0;
            batch.size = FIRST;
        }
    }

    /// Takes the next link of a step, and all that goes with it.
    #[inline]
    pub(super) fn next_of_batch(
        &mut self,
        at: usize,
        sources: &'a [Source],
        (lookups, ahead): (&'a [Lookup], Option<Ahead>),
        context: &Context<'a>,
        budget: &mut Budget,
    ) -> Result<bool, Halt> {
        let Some(Cursor::Links(_, chosen)) = self.places.get(at).map(|place| &place.cursor) else { return Ok(false) };
        let Some(source) = sources.get(*chosen) else { return Ok(false) };
        loop {
            let Some(batch) = self.places.get_mut(at).map(|place| &mut place.batch) else { return Ok(false) };
            let (from, width) = (batch.next, batch.width);
            if let Some(row) = batch.rows.get(from..from + width).filter(|row| !row.is_empty()) {
                batch.next += width;
                // What other sources would have filled is looked up later, or was by this one.
                for other in sources.iter().filter(|_| sources.len() > 1) {
                    self.values.get_mut(other.link).into_iter().for_each(|value| *value = Handle::NONE);
                }
                let slots = std::iter::once(source.link)
                    .chain(source.takes.iter().map(|take| take.1))
                    .chain(lookups.iter().map(|lookup| lookup.link));
                for (slot, atom) in slots.zip(row) {
                    if let Some(value) = self.values.get_mut(slot) {
                        *value = *atom;
                    }
                }
                return Ok(true);
            }
            if !self.refill(at, source, (lookups, ahead), context, budget)? {
                return Ok(false);
            }
        }
    }

    /// Takes more links; `false` where there are none.
    fn refill(
        &mut self,
        at: usize,
        source: &'a Source,
        (lookups, ahead): (&'a [Lookup], Option<Ahead>),
        context: &Context<'a>,
        budget: &mut Budget,
    ) -> Result<bool, Halt> {
        let Some(batch) = self.batch(at) else { return Ok(false) };
        if batch.size == 0 {
            return Ok(false);
        }
        let mut taken = std::mem::take(batch);
        taken.rows.clear();
        taken.next = 0;
        let mut links = SmallVec::<[Handle; LATER]>::new();
        if let Some(Cursor::Links(from, _)) = self.cursor(at) {
            while links.len() < taken.size {
                let Some(link) = from.next() else {
                    taken.size = 0;
                    break;
                };
                // What was taken before the budget ran out is still delivered: the next time it is empty at once.
                match budget.step() {
                    Err(halt) if links.is_empty() => return Err(halt),
                    Err(_) => break,
                    Ok(()) => links.push(link),
                }
            }
        }
        if let Some(place) = self.places.get_mut(at) {
            place.count.tried += links.len() as u64;
        }
        if taken.size > 0 {
            taken.size = LATER;
        }
        taken.width = 1 + source.takes.len() + lookups.len();
        taken.rows.reserve(links.len() * taken.width);
        let mut asked = Asked::default();
        self.ask(source, lookups, &links, &mut asked, context.space);
        self.take_rows(source, &links, &asked.opened, &mut taken, context);
        for number in 0..lookups.len() {
            // What was looked up with the links is for the first, and in its place if there is a row for each of them.
            if number > 0 || asked.guesses.len() * taken.width != taken.rows.len() {
                asked.guesses.clear();
            }
            self.look_up((source, lookups, number), &mut asked.guesses, &mut taken, context.space);
        }
        if let Some(ahead) = ahead {
            // Only looked at, so that it is in the cache by the time that each row is gone on from.
            let atoms = taken.rows.chunks_exact(taken.width).filter_map(|row| row.get(ahead.column));
            let seen: usize = atoms.map(|atom| context.space.incoming_len_at(*atom, ahead.of, ahead.position)).sum();
            taken.seen = taken.seen.wrapping_add(seen);
        }
        let more = !links.is_empty();
        if let Some(batch) = self.batch(at) {
            *batch = taken;
        }
        Ok(more)
    }

    /// Asks what links join. What is looked up first is looked up with that where it needs the link and nothing that it
    /// joins: then the misses of the cache for both overlap.
    fn ask(&self, source: &Source, lookups: &[Lookup], links: &[Handle], asked: &mut Asked<'a>, space: &'a Space) {
        if source.plain.is_none() {
            return;
        }
        let by_link = |lookup: &&Lookup| {
            let known = |part: &usize| column_of(source, lookups, *part).is_none_or(|column| column == 0);
            source.from.len() == 1 && lookup.link != source.link && lookup.parts.iter().all(known)
        };
        asked.opened.extend(links.iter().map(|link| space.opened(*link).1));
        let mut found = SmallVec::<[Option<Handle>; LATER]>::new();
        if let Some(lookup) = lookups.first().filter(by_link) {
            let mut parts: SmallVec<[Handle; 8]> = lookup.parts.iter().map(|part| self.value(*part)).collect();
            for link in links {
                let own = parts.iter_mut().zip(&lookup.parts).filter(|(_, part)| **part == source.link);
                own.for_each(|(part, _)| *part = *link);
                found.push(space.guess_link(lookup.of, &parts));
            }
        }
        asked.guesses.extend(found.iter().map(|found| opened(space, *found)));
    }

    /// Makes a row for each link that fits.
    fn take_rows(
        &self,
        source: &Source,
        links: &[Handle],
        opened: &[&[Handle]],
        batch: &mut Batch,
        context: &Context<'a>,
    ) {
        let Some(arity) = source.plain else {
            for link in links {
                batch.rows.push(*link);
                batch.rows.resize(batch.rows.len() + batch.width - 1, Handle::NONE);
            }
            return;
        };
        for (link, outgoing) in links.iter().zip(opened) {
            let at = |position: usize| outgoing.get(position).copied().unwrap_or(Handle::NONE);
            let fits = outgoing.len() == arity
                && source.same.iter().all(|(position, part)| self.value(*part) == at(*position))
                && source.twins.iter().all(|(one, two)| at(*one) == at(*two))
                && source.takes.iter().all(|(position, part)| {
                    context
                        .admissions
                        .get(*part)
                        .is_none_or(|admission| admission.is_any() || admission.admits(context.space, at(*position)))
                });
            if fits {
                let end = batch.rows.len() + batch.width;
                batch.rows.push(*link);
                batch.rows.extend(source.takes.iter().map(|(position, _)| at(*position)));
                batch.rows.resize(end, Handle::NONE);
            }
        }
    }

    /// Looks a link up for each row, unless that was done, and keeps the rows for which it is there.
    fn look_up(
        &mut self,
        (source, lookups, number): (&Source, &[Lookup], usize),
        guesses: &mut SmallVec<[Guess<'a>; LATER]>,
        batch: &mut Batch,
        space: &'a Space,
    ) {
        let Some(lookup) = lookups.get(number) else { return };
        let (width, column) = (batch.width, 1 + source.takes.len() + number);
        if lookup.link == source.link {
            for row in batch.rows.chunks_exact_mut(width) {
                let link = row.first().copied().unwrap_or(Handle::NONE);
                row.get_mut(column).into_iter().for_each(|atom| *atom = link);
            }
            return;
        }
        let mut parts: SmallVec<[Handle; 8]> = lookup.parts.iter().map(|part| self.value(*part)).collect();
        // Where in a row each part stands that is not known before.
        let in_row: SmallVec<[(usize, usize); 4]> = lookup
            .parts
            .iter()
            .enumerate()
            .filter_map(|(at, part)| column_of(source, lookups, *part).map(|column| (at, column)))
            .collect();
        let put = |row: &[Handle], parts: &mut [Handle]| {
            for (at, column) in &in_row {
                if let (Some(part), Some(atom)) = (parts.get_mut(*at), row.get(*column)) {
                    *part = *atom;
                }
            }
        };
        if guesses.is_empty() {
            let mut found = SmallVec::<[Option<Handle>; LATER]>::new();
            for row in batch.rows.chunks_exact(width) {
                put(row, &mut parts);
                found.push(space.guess_link(lookup.of, &parts));
            }
            guesses.extend(found.iter().map(|found| opened(space, *found)));
        }
        let mut kept = 0;
        for (number, guess) in guesses.iter().enumerate() {
            let Some((guess, of, outgoing)) = *guess else { continue };
            let from = number * width;
            put(batch.rows.get(from..from + width).unwrap_or_default(), &mut parts);
            let right = of == lookup.of && outgoing == parts.as_slice();
            let found = if right { Some(guess) } else { space.find_link(lookup.of, &parts) };
            let Some(found) = found else { continue };
            batch.rows.copy_within(from..from + width, kept * width);
            batch.rows.get_mut(kept * width + column).into_iter().for_each(|atom| *atom = found);
            kept += 1;
        }
        let failed = batch.rows.len() / width - kept;
        batch.rows.truncate(kept * width);
        if let Some(place) = self.places.get_mut(lookup.step) {
            place.count.tried += failed as u64;
        }
    }
}

fn opened(space: &Space, found: Option<Handle>) -> Guess<'_> {
    found.map(|link| {
        let (of, outgoing) = space.opened(link);
        (link, of, outgoing)
    })
}

/// The column of a row that a slot is filled from.
fn column_of(source: &Source, lookups: &[Lookup], slot: usize) -> Option<usize> {
    if slot == source.link {
        return Some(0);
    }
    let taken = source.takes.iter().position(|take| take.1 == slot).map(|take| take + 1);
    let found = || lookups.iter().position(|lookup| lookup.link == slot);
    taken.or_else(|| found().map(|lookup| 1 + source.takes.len() + lookup))
}
