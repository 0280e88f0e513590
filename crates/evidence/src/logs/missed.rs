//! Words that would stand otherwise in templates had a name been known that became known later.
//!
//! Names that metrics, traces and the topology tell of are words of messages whatever they look like. In an archive they may stand behind
//! the logs. To read logs a second time because of that costs as much as the first time, and hardly any name makes a difference: most
//! stay as they are unknown or not, and most of the others are in no message. So what words were masked that could be names is
//! remembered, by their hashes and in bounded memory, and only a name among these is worth a second reading.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashSet, FxHasher};

use super::words;

/// Words remembered; where there are more, every name that could make a difference does.
const MAX_WORDS: usize = 50_000;

/// What was masked.
#[derive(Debug, Default)]
pub(super) struct Missed {
    is_on: bool,
    is_full: bool,
    words: FxHashSet<u64>,
}

impl Missed {
    /// From now on words are remembered.
    pub(super) fn begin(&mut self) {
        self.is_on = true;
    }

    /// Remembers a word that would stay if it were a known name.
    pub(super) fn note(&mut self, word: &str) {
        if !self.is_on || self.is_full || !is_remembered(word) {
            return;
        }
        self.words.insert(hash(word));
        if self.words.len() > MAX_WORDS {
            self.is_full = true;
            self.words = FxHashSet::default();
        }
    }

    /// Whether templates could be others had this name been known.
    pub(super) fn concerns(&self, name: &str) -> bool {
        let may = self.is_full || !is_remembered(name) || self.words.contains(&hash(name));
        may && !words::stays(name)
    }
}

/// Numbers and ids are not remembered: there is no end of them.
fn is_remembered(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && !word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashMap;

    use super::*;

    /// What was masked of messages.
    fn missed(messages: &[&str]) -> Missed {
        let mut missed = Missed::default();
        missed.begin();
        for message in messages {
            words::each(message, &FxHashMap::default(), &mut missed, |_| {});
        }
        missed
    }

    #[test]
    fn only_a_name_that_was_masked_in_a_message_is_missed() {
        let missed = missed(&[
            "evicted from aks-pool-12345678-vmss000001 in 12 ms",
            "GET http://Store9999/items by cart-2 of pay at 17:04",
            "asked cart.local and //till.local:80/sales",
            "pod ledger1234-5dc8d4f9fd-46997 is gone",
        ]);
        for name in ["aks-pool-12345678-vmss000001", "Store9999", "till.local", "ledger1234", "17"] {
            assert!(missed.concerns(name), "{name}");
        }
        for name in ["aks-pool-12345678-vmss000002", "cart-2", "pay", "evicted", "Store8888"] {
            assert!(!missed.concerns(name), "{name}");
        }
    }

    #[test]
    fn of_too_many_words_none_is_remembered_and_every_odd_name_is_missed() {
        let many: Vec<String> = (0..=MAX_WORDS).map(|at| format!("worked for user-{at:09}")).collect();
        let missed = missed(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(missed.is_full && missed.words.is_empty());
        assert!(missed.concerns("Store8888") && !missed.concerns("cart-2"));
    }

    #[test]
    fn ids_are_not_remembered() {
        let missed = missed(&["id d4f4d3ef-693b-4456-8eed-59c0d717dd08 and 12345 and a1b2c3d4e5"]);
        assert!(missed.words.is_empty());
    }
}
