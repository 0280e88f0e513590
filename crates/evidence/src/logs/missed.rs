//! Words that would stand otherwise in templates had a name been known that became known later.
//!
//! Names that metrics, traces and the topology tell of are words of messages whatever they look like. In an archive they may stand behind
//! the logs. To read logs a second time because of that costs as much as the first time, and hardly any name makes a difference: most
//! stay as they are unknown or not, and most of the others are in no message. So what words were masked that could be names is
//! remembered in a filter (Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 13, 1970), and only a name that it
//! holds is worth a second reading. It forgets nothing; a million words make it take about one name in three hundred for one it holds.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::words;

/// Bits of the filter, as a power of two: 4 MiB.
const BITS: u32 = 25;

/// What was masked.
#[derive(Debug, Default)]
pub(super) struct Missed {
    /// The filter; empty where words are not remembered.
    filter: Vec<u64>,
}

impl Missed {
    /// From now on words are remembered.
    pub(super) fn begin(&mut self) {
        self.filter = vec![0; 1 << (BITS - u64::BITS.ilog2())];
    }

    /// Remembers a word that would stay if it were a known name.
    pub(super) fn note(&mut self, word: &str) {
        if self.filter.is_empty() || !is_remembered(word) {
            return;
        }
        for (place, bit) in places(word) {
            if let Some(part) = self.filter.get_mut(place) {
                *part |= bit;
            }
        }
    }

    /// Whether templates could be others had this name been known.
    pub(super) fn concerns(&self, name: &str) -> bool {
        let is_held =
            || places(name).iter().all(|(place, bit)| self.filter.get(*place).is_some_and(|part| part & bit != 0));
        (!is_remembered(name) || is_held()) && !words::stays(name)
    }
}

/// The two bits of a word in the filter.
fn places(word: &str) -> [(usize, u64); 2] {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    let hash = hasher.finish();
    [hash >> (u64::BITS - BITS), hash & ((1 << BITS) - 1)].map(|bit| ((bit / 64) as usize, 1 << (bit % 64)))
}

/// Numbers and ids are not remembered: there is no end of them.
fn is_remembered(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && !word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
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
    fn many_words_make_few_names_seem_missed() {
        let many: Vec<String> = (0..200_000).map(|at| format!("worked for user-{at:09} today")).collect();
        let missed = missed(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert!((0..200_000).all(|at| missed.concerns(&format!("user-{at:09}"))));
        let wrong = (0..10_000).filter(|at| missed.concerns(&format!("node-{at:09}"))).count();
        assert!(wrong < 100, "{wrong}");
    }

    #[test]
    fn ids_are_not_remembered() {
        let missed = missed(&["id d4f4d3ef-693b-4456-8eed-59c0d717dd08 and 12345 and a1b2c3d4e5"]);
        assert!(missed.filter.iter().all(|part| *part == 0));
    }
}
