//! Sorted lists of handles that only grow at their end, in runs that copies share until one of them writes.

use super::Handle;
use std::sync::Arc;

/// Handles in a full run.
const RUN: usize = 512;

#[derive(Clone, Debug)]
struct Run {
    first: Handle,
    /// Handles at the front that were removed: what is removed oldest first is only counted.
    gone: u32,
    handles: Arc<Vec<Handle>>,
}

impl Run {
    fn left(&self) -> &[Handle] {
        self.handles.get(self.gone as usize..).unwrap_or_default()
    }
}

/// An ascending list of handles. Appending is cheap, removing takes a binary search and the shift of one run.
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
        if let Some(last) = self.runs.last_mut().filter(|last| last.handles.len() < RUN) {
            return Arc::make_mut(&mut last.handles).push(handle);
        }
        let room = if self.runs.is_empty() { 4 } else { RUN };
        let mut handles = Vec::with_capacity(room);
        handles.push(handle);
        self.runs.push(Run { first: handle, gone: 0, handles: Arc::new(handles) });
    }

    /// Removes a handle, if it is there.
    pub(super) fn remove(&mut self, handle: Handle) -> bool {
        let at = self.runs.partition_point(|run| run.first <= handle).wrapping_sub(1);
        let Some(run) = self.runs.get_mut(at) else { return false };
        if run.first == handle {
            run.gone += 1;
        } else {
            let Ok(position) = run.left().binary_search(&handle) else { return false };
            let position = position + run.gone as usize;
            Arc::make_mut(&mut run.handles).remove(position);
        }
        match run.left().first() {
            Some(first) => run.first = *first,
            None => {
                self.runs.remove(at);
            }
        }
        self.len -= 1;
        true
    }

    /// A handle that stands some `part` of `parts` from the beginning; not the same for every `part` where there are
    /// enough of them.
    pub(super) fn near(&self, part: usize, parts: usize) -> Option<Handle> {
        let runs = self.runs.len();
        if runs == 1 {
            let run = self.runs.first()?.left();
            return if part < run.len() { run.get(part * run.len() / parts.min(run.len())).copied() } else { None };
        }
        let run = self.runs.get(part * runs / parts)?.left();
        // Within the run, somewhere that changes from part to part.
        run.get(part * 131 % run.len().max(1)).copied()
    }

    /// The handles, ascending.
    pub(super) fn iter(&self) -> Handles<'_> {
        Handles { runs: self.runs.iter(), run: [].iter(), left: self.len }
    }
}

/// Handles in ascending order.
#[derive(Clone, Debug, Default)]
pub struct Handles<'a> {
    runs: std::slice::Iter<'a, Run>,
    run: std::slice::Iter<'a, Handle>,
    left: usize,
}

impl Iterator for Handles<'_> {
    type Item = Handle;

    #[inline]
    fn next(&mut self) -> Option<Handle> {
        loop {
            if let Some(handle) = self.run.next() {
                self.left -= 1;
                return Some(*handle);
            }
            self.run = self.runs.next()?.left().iter();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    fn fold<B, F: FnMut(B, Handle) -> B>(self, start: B, mut f: F) -> B {
        let start = self.run.fold(start, |sum, handle| f(sum, *handle));
        self.runs.fold(start, |sum, run| run.left().iter().fold(sum, |sum, handle| f(sum, *handle)))
    }
}

impl ExactSizeIterator for Handles<'_> {}

#[cfg(test)]
mod tests {
    use super::{Handle, IdList};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_is_a_sorted_set(removed in prop::collection::vec(0_u32..5000, 0..3000)) {
            let mut list = IdList::default();
            (0..5000).step_by(2).for_each(|handle| list.push(Handle(handle)));
            let kept = list.clone();
            let mut model: std::collections::BTreeSet<u32> = (0..5000).step_by(2).collect();
            for handle in removed {
                prop_assert_eq!(list.remove(Handle(handle)), model.remove(&handle));
            }
            list.push(Handle(9000));
            model.insert(9000);
            prop_assert_eq!(list.len(), model.len());
            prop_assert!(list.iter().eq(model.into_iter().map(Handle)));
            prop_assert_eq!(kept.iter().count(), 2500);
        }
    }
}
