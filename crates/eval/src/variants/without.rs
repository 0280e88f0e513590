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

/// An id of a request, a trace or a span has this many hexadecimal digits at least.
const ID: usize = 16;

/// The case with its logs alone and no id in any line, as of programs that serve no requests: nothing tells which lines belong
/// together. None where it has no logs.
pub fn logs_without_ids(case: &EvalCase) -> anyhow::Result<Option<EvalCase>> {
    let all = files(case)?;
    let is_kept = |path: &str| !["metrics/", "traces/", "kubernetes/"].iter().any(|place| path.starts_with(place));
    let kept = all.iter().filter(|(path, _)| is_kept(path)).map(|(path, bytes)| {
        let bytes = if path.starts_with("logs/") { unnumbered(bytes) } else { bytes.clone() };
        (path.clone(), bytes)
    });
    Ok(all.iter().any(|(path, _)| path.starts_with("logs/")).then(|| with_files(case, kept.collect())))
}

/// A text without its ids: words of hexadecimal digits alone, some of them digits from 0 to 9.
fn unnumbered(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    for word in text.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let is_id = word.len() >= ID
            && word.iter().all(u8::is_ascii_hexdigit)
            && word.iter().any(u8::is_ascii_digit)
            && word.iter().any(u8::is_ascii_alphabetic);
        if !is_id {
            kept.extend_from_slice(word);
        }
    }
    kept
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

    #[test]
    fn ids_are_taken_out_of_lines_and_times_stay() {
        let line = b"1674978522425293566,49a51828322183eb20bfe4ace3060000,at 08:48:42.424 TraceID: 083e5d40259e7999 [id=f3d4d4ef-693b]";
        assert_eq!(unnumbered(line), b"1674978522425293566,,at 08:48:42.424 TraceID:  [id=f3d4d4ef-693b]");
    }
}
