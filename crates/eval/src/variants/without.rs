//! One kind of telemetry missing.
//!
//! A kind is told by the place of its files, so logs that stand in a transcript of commands count as part of it.

use super::{files, with_files};
use crate::adapters::EvalCase;

/// The kinds that can be missing, by the place of their files.
pub const KINDS: [(&str, &str); 6] = [
    ("metrics", "metrics/"),
    ("logs", "logs/"),
    ("traces", "traces/"),
    ("kubernetes", "kubernetes/"),
    ("alerts", "alerts.json"),
    ("topology", "topology.csv"),
];

/// The case without the files whose path begins with `place`; none where it has none.
pub fn without(case: &EvalCase, place: &str) -> anyhow::Result<Option<EvalCase>> {
    let all = files(case)?;
    let kept: Vec<_> = all.iter().filter(|(path, _)| !path.starts_with(place)).cloned().collect();
    Ok((kept.len() < all.len()).then(|| with_files(case, kept)))
}

/// The case with its metrics alone; none where it has none, or nothing else.
pub fn metrics_alone(case: &EvalCase) -> anyhow::Result<Option<EvalCase>> {
    let all = files(case)?;
    let is_telemetry = |path: &str| ["logs/", "traces/", "kubernetes/"].iter().any(|place| path.starts_with(place));
    let kept: Vec<_> = all.iter().filter(|(path, _)| !is_telemetry(path)).cloned().collect();
    let measured = kept.iter().any(|(path, _)| path.starts_with("metrics/"));
    Ok((measured && kept.len() < all.len()).then(|| with_files(case, kept)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::shop;
    use super::*;

    #[test]
    fn what_is_there_is_taken_and_what_is_not_is_no_variant() {
        let kept = without(&shop("till"), "metrics/").unwrap().unwrap();
        assert_eq!(files(&kept).unwrap().len(), 1);
        assert!(without(&shop("till"), "logs/").unwrap().is_none());
    }
}
