//! Callees that fell silent, where only logs tell of calls.
//!
//! A call of which no span tells is the callee's lines between two of its caller's. Where these vanish, and what came after them now
//! follows what came before, the caller was answered and went on as ever: nothing changed in it, but the callee no longer says what
//! it said. So the change is the callee's. Where the caller goes another way instead, it may have left out the call: the change stays its own.

use rustc_hash::FxHashSet;

use super::behaviour::{Change, Feature};
use super::visits::{NO_OPERATION, Step, StepId, Visits};

/// Marks the changes that are those of a callee. `features` are pairs of a way in and a feature that were seen before the onset.
pub(super) fn mark(visits: &Visits, features: impl Iterator<Item = (u32, Feature)>, changes: &mut [Change]) {
    let known: FxHashSet<(u32, StepId, StepId)> =
        features.filter_map(|(entry, feature)| follows(entry, feature)).collect();
    let appeared = changes.iter().filter(|change| change.appeared);
    let bridges: Vec<_> = appeared.filter_map(|change| follows(change.entry, change.feature)).collect();
    for change in changes.iter_mut().filter(|change| !change.appeared) {
        let (Feature::Takes(call) | Feature::Follows(_, call)) = change.feature else { continue };
        let Some(Step::Call(callee, NO_OPERATION)) = visits.steps.get(call as usize) else { continue };
        let entry = change.entry;
        let spans = |(at, from, to): &(u32, StepId, StepId)| {
            *at == entry && known.contains(&(entry, *from, call)) && known.contains(&(entry, call, *to))
        };
        if bridges.iter().any(spans) {
            change.silent = Some(*callee);
        }
    }
}

fn follows(entry: u32, feature: Feature) -> Option<(u32, StepId, StepId)> {
    match feature {
        Feature::Follows(from, to) => Some((entry, from, to)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the vanished call is put down to the callee when `bridge` appeared.
    fn is_callees(bridge: (StepId, StepId)) -> bool {
        let call = Step::Call(9, NO_OPERATION);
        let steps = vec![Step::Begin, Step::End, Step::Log(0), call, Step::Log(1), Step::Log(2)];
        let visits = Visits { steps, ..Visits::default() };
        let change = |feature, appeared| Change { entry: 0, feature, appeared, score: 9.0, factor: 1.0, silent: None };
        let mut changes = [change(Feature::Takes(3), false), change(Feature::Follows(bridge.0, bridge.1), true)];
        let before = [Feature::Follows(2, 3), Feature::Follows(3, 4), Feature::Follows(4, 1)];
        mark(&visits, before.into_iter().map(|feature| (0, feature)), &mut changes);
        assert_eq!(changes[1].silent, None);
        changes[0].silent == Some(9)
    }

    #[test]
    fn who_is_passed_over_was_silent_and_who_goes_elsewhere_did_not_call() {
        assert!(is_callees((2, 4)), "from the line before the call to the line after it");
        assert!(!is_callees((2, 5)), "to a line that never followed the call");
        assert!(!is_callees((2, 1)), "to the end");
    }
}
