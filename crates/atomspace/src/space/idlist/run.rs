//! A run of a list of handles. While it is the last it holds them as they are; when it is full it is written more
//! tightly, for good: as bits where handles stand close together, otherwise as offsets of 16 bits where they fit.

use super::Handle;
use std::sync::Arc;

/// Handles in a full run.
pub(super) const RUN: usize = 512;
/// Bits to a handle up to which bits take no more room than offsets.
const DENSE: u32 = 16;

#[derive(Clone, Debug)]
enum Form {
    Wide(Vec<Handle>),
    /// Offsets from the base.
    Narrow(Vec<u16>),
    /// A bit for each handle from the base on.
    Dense(Box<[u64]>),
}

#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The first handle that is left.
    first: Handle,
    /// The first handle there was, from which offsets count.
    base: Handle,
    len: u16,
    form: Arc<Form>,
}

impl Run {
    /// A run of one handle, with room for some more.
    pub(super) fn new(handle: Handle, room: usize) -> Self {
        let mut handles = Vec::with_capacity(room);
        handles.push(handle);
        Self { first: handle, base: handle, len: 1, form: Arc::new(Form::Wide(handles)) }
    }

    pub(super) fn first(&self) -> Handle {
        self.first
    }

    /// How many handles are left.
    pub(super) fn len(&self) -> usize {
        self.len.into()
    }

    /// Appends a handle, unless the run is full or written for good.
    #[inline]
    pub(super) fn push(&mut self, handle: Handle) -> bool {
        if self.len() >= RUN || !matches!(*self.form, Form::Wide(_)) {
            return false;
        }
        if let Form::Wide(handles) = Arc::make_mut(&mut self.form) {
            handles.push(handle);
            self.len += 1;
        }
        true
    }

    /// Writes the handles for good, in as little room as they need.
    #[cold]
    pub(super) fn close(&mut self) {
        let Form::Wide(handles) = &*self.form else { return };
        let (Some(first), Some(last)) = (handles.first(), handles.last()) else { return };
        let base = first.0;
        let range = last.0 - base + 1;
        let form = if range <= u32::from(self.len) * DENSE {
            let mut words = vec![0_u64; range.div_ceil(64) as usize];
            for handle in handles {
                let offset = handle.0 - base;
                words.get_mut(offset as usize / 64).into_iter().for_each(|word| *word |= 1 << (offset % 64));
            }
            Form::Dense(words.into())
        } else if range <= 1 << 16 {
            Form::Narrow(handles.iter().map(|handle| (handle.0 - base) as u16).collect())
        } else {
            Form::Wide(handles.as_slice().to_vec())
        };
        (self.base, self.form) = (Handle(base), Arc::new(form));
    }

    /// Removes a handle, if it is there.
    pub(super) fn remove(&mut self, handle: Handle) -> bool {
        let Some(at) = self.position(handle) else { return false };
        match Arc::make_mut(&mut self.form) {
            Form::Wide(handles) => drop(handles.remove(at)),
            Form::Narrow(offsets) => _ = offsets.remove(at),
            Form::Dense(words) => words.get_mut(at / 64).into_iter().for_each(|word| *word &= !(1 << (at % 64))),
        }
        self.len -= 1;
        if self.first == handle
            && let Some(first) = self.part().next()
        {
            self.first = first;
        }
        true
    }

    /// Where in its form a handle is, if it is there.
    fn position(&self, handle: Handle) -> Option<usize> {
        let offset = handle.0.checked_sub(self.base.0)?;
        match &*self.form {
            Form::Wide(handles) => handles.binary_search(&handle).ok(),
            Form::Narrow(offsets) => offsets.binary_search(&u16::try_from(offset).ok()?).ok(),
            Form::Dense(words) => {
                let word = words.get(offset as usize / 64)?;
                (word >> (offset % 64) & 1 == 1).then_some(offset as usize)
            }
        }
    }

    /// One of the handles, which goes with the number.
    pub(super) fn somewhere(&self, number: usize) -> Option<Handle> {
        match &*self.form {
            Form::Wide(handles) => handles.get(number % handles.len().max(1)).copied(),
            Form::Narrow(offsets) => {
                offsets.get(number % offsets.len().max(1)).map(|offset| Handle(self.base.0 + u32::from(*offset)))
            }
            Form::Dense(words) => {
                let from = number % words.len().max(1);
                let after = (from..words.len()).chain(0..from);
                let mut filled = after.filter_map(|at| Some((at, *words.get(at)?))).filter(|(_, word)| *word != 0);
                filled.next().map(|(at, word)| Handle(self.base.0 + at as u32 * 64 + word.trailing_zeros()))
            }
        }
    }

    /// The handles, ascending.
    #[inline]
    pub(super) fn part(&self) -> Part<'_> {
        match &*self.form {
            Form::Wide(handles) => Part::Wide(handles.iter()),
            Form::Narrow(offsets) => Part::Narrow(self.base.0, offsets.iter()),
            Form::Dense(words) => {
                let gone = (self.first.0 - self.base.0) / 64;
                let words = words.get(gone as usize..).unwrap_or_default().iter();
                Part::Dense { next: self.base.0 + gone * 64, base: 0, word: 0, words }
            }
        }
    }
}

/// Handles of a run.
#[derive(Clone, Debug)]
pub(super) enum Part<'a> {
    Wide(std::slice::Iter<'a, Handle>),
    /// The base and offsets from it.
    Narrow(u32, std::slice::Iter<'a, u16>),
    /// Bits that are left of a word which begins at `base`, and words of which the first begins at `next`.
    Dense {
        next: u32,
        base: u32,
        word: u64,
        words: std::slice::Iter<'a, u64>,
    },
}

impl Default for Part<'_> {
    fn default() -> Self {
        Self::Wide([].iter())
    }
}

impl Iterator for Part<'_> {
    type Item = Handle;

    #[inline]
    fn next(&mut self) -> Option<Handle> {
        match self {
            Self::Wide(handles) => handles.next().copied(),
            Self::Narrow(base, offsets) => offsets.next().map(|offset| Handle(*base + u32::from(*offset))),
            Self::Dense { next, base, word, words } => {
                while *word == 0 {
                    *word = *words.next()?;
                    (*base, *next) = (*next, next.wrapping_add(64));
                }
                let bit = word.trailing_zeros();
                *word &= *word - 1;
                Some(Handle(*base + bit))
            }
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, Handle) -> B>(self, start: B, mut f: F) -> B {
        match self {
            Self::Wide(handles) => handles.fold(start, |sum, handle| f(sum, *handle)),
            Self::Narrow(base, offsets) => offsets.fold(start, |sum, offset| f(sum, Handle(base + u32::from(*offset)))),
            dense @ Self::Dense { .. } => {
                let mut sum = start;
                for handle in dense {
                    sum = f(sum, handle);
                }
                sum
            }
        }
    }
}
