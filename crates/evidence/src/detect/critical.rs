//! The critical path of each request: the spans, and the parts of them, that its duration is made of.
//!
//! From the end of a request backwards, the path is in the child that ended last before the moment looked at, else in the span
//! itself (Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures", USENIX ATC 2022). So children that ran beside
//! a longer one have none of it, overlapping ones share it, and what a child did after its parent ended counts for nobody.

use crate::time::Seconds;
use crate::traces::Traces;

/// A span that the path is within, down to `until`.
struct Within {
    span: u32,
    /// When it began, within its parent.
    from: Seconds,
    /// The moment up to which the path is known.
    at: Seconds,
    /// The next child to look at, as a position in the list of children by their end.
    next: u32,
}

/// Seconds of each span on the critical path of its request. `parent` gives the span that a span was started by.
pub fn seconds(traces: &Traces, parent: impl Fn(u32) -> Option<u32>) -> Vec<f64> {
    let spans = &traces.spans;
    let ends = |span: u32| spans.get(span as usize).map_or((0.0, 0.0), |s| (s.start, s.start + s.duration));
    // Children of each span next to each other, the last to end first.
    let mut children: Vec<(u32, u32)> =
        (0..spans.len() as u32).filter_map(|span| parent(span).map(|parent| (parent, span))).collect();
    children.sort_unstable_by(|a, b| {
        let ((start, end), (begin, finish)) = (ends(a.1), ends(b.1));
        a.0.cmp(&b.0).then(finish.total_cmp(&end)).then(start.total_cmp(&begin))
    });
    let mut own = vec![0.0; spans.len()];
    let mut is_child = vec![false; spans.len()];
    for (_, span) in &children {
        if let Some(flag) = is_child.get_mut(*span as usize) {
            *flag = true;
        }
    }
    let first = |span: u32| children.partition_point(|(parent, _)| *parent < span) as u32;
    let roots = (0..spans.len() as u32).filter(|span| is_child.get(*span as usize) == Some(&false));
    let mut path: Vec<Within> = Vec::new();
    for root in roots {
        let (from, at) = ends(root);
        path.push(Within { span: root, from, at, next: first(root) });
        while let Some(mut top) = path.pop() {
            let child =
                children.get(top.next as usize).filter(|(parent, _)| *parent == top.span).map(|(_, child)| *child);
            let Some(child) = child else {
                if let Some(own) = own.get_mut(top.span as usize) {
                    *own += (top.at - top.from).max(0.0);
                }
                continue;
            };
            top.next += 1;
            let (begin, finish) = ends(child);
            let (begin, finish) = (begin.max(top.from), finish.min(top.at));
            if finish <= begin {
                path.push(top);
                continue;
            }
            if let Some(own) = own.get_mut(top.span as usize) {
                *own += top.at - finish;
            }
            top.at = begin;
            path.push(top);
            path.push(Within { span: child, from: begin, at: finish, next: first(child) });
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traces::store::Record;

    /// Spans as (id, parent, start, end); seconds on the path by id.
    fn path(spans: &[(&str, &str, f64, f64)]) -> Vec<f64> {
        let mut traces = Traces::default();
        for (id, parent, start, end) in spans {
            let (start, duration) = (*start, end - start);
            traces.push(
                &Record { trace: "t", id, parent, entity: id, operation: "o", start, duration, error: false },
                "t",
                1,
            );
        }
        let position = |name: &str| spans.iter().position(|(id, ..)| *id == name).map(|at| at as u32);
        seconds(&traces, |span| position(spans[span as usize].1))
    }

    #[test]
    fn the_path_goes_through_what_ended_last() {
        assert_eq!(path(&[("a", "", 0.0, 10.0), ("b", "a", 1.0, 4.0), ("c", "a", 5.0, 9.0)]), [3.0, 3.0, 4.0]);
    }

    #[test]
    fn what_ran_beside_something_longer_has_none_of_it() {
        assert_eq!(path(&[("a", "", 0.0, 10.0), ("b", "a", 1.0, 9.0), ("c", "a", 2.0, 8.0)]), [2.0, 8.0, 0.0]);
    }

    #[test]
    fn overlapping_children_share_the_time() {
        assert_eq!(path(&[("a", "", 0.0, 10.0), ("b", "a", 1.0, 6.0), ("c", "a", 4.0, 9.0)]), [2.0, 3.0, 5.0]);
    }

    #[test]
    fn work_after_the_parent_ended_is_not_waited_for() {
        assert_eq!(path(&[("a", "", 0.0, 4.0), ("b", "a", 1.0, 9.0), ("d", "b", 5.0, 9.0)]), [1.0, 3.0, 0.0]);
    }

    proptest::proptest! {
        /// The parts add up to the request's duration.
        #[test]
        fn all_of_the_request_is_somebodys(spans in proptest::collection::vec((0usize..20, 0.0f64..10.0, 0.0f64..5.0), 0..20)) {
            let names: Vec<String> = (0..=spans.len()).map(|at| format!("s{at}")).collect();
            let mut all = vec![(names[0].as_str(), "", 0.0, 10.0)];
            for (at, (parent, start, duration)) in spans.iter().enumerate() {
                all.push((names[at + 1].as_str(), names[parent % (at + 1)].as_str(), *start, start + duration));
            }
            let total: f64 = path(&all).iter().sum();
            proptest::prop_assert!((total - 10.0).abs() < 1e-6);
        }
    }
}
