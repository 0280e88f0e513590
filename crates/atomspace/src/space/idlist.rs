//! Sorted lists of handles that only grow at their end, in runs that copies share until one of them writes.

mod run;

use super::Handle;
use run::{Part, RUN, Run};

/// An ascending list of handles. Appending is cheap, removing takes a binary search and at most the shift of one run.
#[derive(Clone, Debug, Default)]
pub(super) struct IdList {
    runs: Vec<Run>,
    len: usize,
}

impl IdList {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Appends a handle that is greater than all before.
    #[inline]
    pub(super) fn push(&mut self, handle: Handle) {
        self.len += 1;
        if let Some(last) = self.runs.last_mut() {
            if last.push(handle) {
                return;
            }
            last.close();
        }
        let room = if self.runs.is_empty() { 4 } else { RUN };
        self.runs.push(Run::new(handle, room));
    }

    /// Removes a handle, if it is there.
    pub(super) fn remove(&mut self, handle: Handle) -> bool {
        let at = self.runs.partition_point(|run| run.first() <= handle).wrapping_sub(1);
        let Some(run) = self.runs.get_mut(at) else { return false };
        if !run.remove(handle) {
            return false;
        }
        if run.len() == 0 {
            self.runs.remove(at);
        }
        self.len -= 1;
        true
    }

    /// A handle that stands some `part` of `parts` from the beginning; not the same for every `part` where there are
    /// enough of them.
    pub(super) fn near(&self, part: usize, parts: usize) -> Option<Handle> {
        if let [run] = self.runs.as_slice() {
            return if part < run.len() { run.part().nth(part * run.len() / parts.min(run.len())) } else { None };
        }
        // Within the run, somewhere that changes from part to part.
        self.runs.get(part * self.runs.len() / parts)?.somewhere(part * 131)
    }

    /// The handles, ascending.
    pub(super) fn iter(&self) -> Handles<'_> {
        Handles { runs: self.runs.iter(), part: Part::default(), left: self.len }
    }
}

/// Handles in ascending order.
#[derive(Clone, Debug, Default)]
pub struct Handles<'a> {
    runs: std::slice::Iter<'a, Run>,
    part: Part<'a>,
    left: usize,
}

impl Iterator for Handles<'_> {
    type Item = Handle;

    #[inline]
    fn next(&mut self) -> Option<Handle> {
        loop {
            if let Some(handle) = self.part.next() {
                self.left -= 1;
                return Some(handle);
            }
            self.part = self.runs.next()?.part();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Handle) -> B>(self, start: B, mut f: F) -> B {
        let start = self.part.fold(start, &mut f);
        self.runs.fold(start, |sum, run| run.part().fold(sum, &mut f))
    }
}

impl ExactSizeIterator for Handles<'_> {}

#[cfg(test)]
mod tests {
    use super::{Handle, IdList};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_list_is_a_sorted_set(
            step in prop_oneof![Just(1_u32), Just(2), Just(40), Just(900)],
            removed in prop::collection::vec(0_u32..3000, 0..3000),
            parts in 1_usize..20,
        ) {
            let mut list = IdList::default();
            let mut model = BTreeSet::new();
            // Close together, far apart, and at last too far apart for short offsets.
            for number in 0..3000 {
                let handle = number * step + if number > 2500 { 10_000_000 } else { 0 };
                list.push(Handle(handle));
                model.insert(handle);
            }
            let (kept, all) = (list.clone(), model.clone());
            for number in removed {
                for handle in [number * step, number * step + 10_000_000, number * step + 1] {
                    prop_assert_eq!(list.remove(Handle(handle)), model.remove(&handle), "{}", handle);
                }
            }
            for handle in [20_000_000, 20_000_001] {
                list.push(Handle(handle));
                model.insert(handle);
            }
            prop_assert_eq!(list.len(), model.len());
            prop_assert!(list.iter().eq(model.iter().copied().map(Handle)));
            prop_assert_eq!(list.iter().fold(0, |sum, handle| sum ^ handle.0), model.iter().fold(0, |sum, handle| sum ^ handle));
            prop_assert!(kept.iter().eq(all.into_iter().map(Handle)));
            for part in 0..parts {
                let near = list.near(part, parts);
                prop_assert!(near.is_none_or(|near| model.contains(&near.0)), "{:?}", near);
                prop_assert!(near.is_some() || part >= model.len());
            }
        }
    }

    #[test]
    fn samples_of_a_long_list_differ() {
        for step in [1, 3, 50, 1000] {
            let mut list = IdList::default();
            (0..20_000).for_each(|number| list.push(Handle(number * step)));
            let samples: BTreeSet<Handle> = (0..8).filter_map(|part| list.near(part, 8)).collect();
            assert_eq!(samples.len(), 8, "handles {step} apart");
        }
    }
}
