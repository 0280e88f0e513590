//! `collection.json`: what a collector could not fetch, so that a verdict says what it does not rest on.
//!
//! Read of it is `left_out`, a list of `{"source", "reason"}`; the rest is for people. It is no evidence.

use serde::Deserialize;

use crate::skipped::Skips;

/// Gaps stated at most.
const MOST: usize = 200;

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    left_out: Vec<Gap>,
}

#[derive(Deserialize)]
struct Gap {
    source: String,
    reason: String,
}

/// States every gap among what was not used.
pub(crate) fn state_gaps(bytes: &[u8], file: &str, skips: &mut Skips) {
    match serde_json::from_slice::<Said>(bytes) {
        Ok(said) => {
            for gap in said.left_out.into_iter().take(MOST) {
                skips.file(&gap.source, format!("not collected: {}", gap.reason));
            }
        }
        Err(error) => skips.file(file, format!("not read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_stated_under_their_source() {
        let mut skips = Skips::default();
        let text = br#"{"from":"x","left_out":[{"source":"loki","reason":"cannot be reached"}]}"#;
        state_gaps(text, "collection.json", &mut skips);
        state_gaps(b"[", "collection.json", &mut skips);
        let stated = skips.finish();
        assert_eq!(stated[0].file, "loki");
        assert!(stated[0].reason.contains("cannot be reached"));
        assert_eq!(stated.len(), 2);
    }
}
