//! Steps that are done together, for several links at a time.

use super::super::steps::{Ahead, Do, Few, Lookup};
use super::Planner;
use smallvec::SmallVec;

impl Planner<'_, '_> {
    /// Has links that are looked up right after a step that goes through others looked up by that step, for several at a
    /// time.
    pub(super) fn fuse(&mut self) {
        let types = self.planning.space.types();
        for at in 0..self.steps.len() {
            if !matches!(self.steps.get(at).map(|step| &step.what), Some(Do::Extend { .. })) {
                continue;
            }
            let mut found = SmallVec::<[Lookup; 2]>::new();
            for (step, next) in self.steps.iter_mut().enumerate().skip(at + 1) {
                let Do::Find { link, of, parts, filled } = &mut next.what else { break };
                if types.is_unordered(*of) {
                    break;
                }
                found.push(Lookup { link: *link, of: *of, parts: parts.clone(), step });
                *filled = true;
                next.fills = Few::new();
            }
            let after = self.steps.get(at + 1 + found.len()).map(|step| &step.what);
            let then = match after {
                Some(Do::Extend { sources, .. }) => match sources.as_ref() {
                    [source] => source.from.first().copied().map(|from| (source.of, from)),
                    _ => None,
                },
                _ => None,
            };
            let Some(step) = self.steps.get_mut(at) else { continue };
            step.includes = found.len();
            let links = found.iter().map(|lookup| lookup.link).filter(|link| !step.fills.contains(link));
            step.fills = step.fills.iter().copied().chain(links).collect();
            if let Do::Extend { sources, lookups, ahead } = &mut step.what {
                *lookups = found.into_boxed_slice();
                if let ([source], Some((of, (slot, Some(position))))) = (sources.as_ref(), then) {
                    let column = source.takes.iter().position(|take| take.1 == slot);
                    *ahead = column.map(|column| Ahead { column: column + 1, of, position });
                }
            }
        }
    }
}
