//! What was not used of the evidence, and why: with file and line, aggregated so that a broken gigabyte says it once.

use rustc_hash::FxHashMap;

/// A piece of evidence that was not used.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Skipped {
    /// Path in the bundle.
    pub file: String,
    /// Line (from 1), or 0 where the whole file or no line in particular is meant.
    pub line: u32,
    /// Why, in words a reader can act on.
    pub reason: String,
}

/// Lines stated one by one for each file and reason, before they are only counted.
const LINES_EACH: u32 = 3;
/// Entries over all files.
const MAX_ENTRIES: usize = 500;

/// Collects [`Skipped`] in bounded memory.
#[derive(Debug, Default)]
pub struct Skips {
    entries: Vec<Skipped>,
    counts: FxHashMap<(String, String), (u32, usize)>,
    dropped: u64,
}

impl Skips {
    /// States that a file, or the rest of it, was not used.
    pub fn file(&mut self, file: &str, reason: String) {
        self.push(file, 0, reason);
    }

    /// States that a line was not used. `reason` should not hold the line's own text, so that it aggregates.
    pub fn line(&mut self, file: &str, line: u32, reason: &str) {
        let key = (file.to_owned(), reason.to_owned());
        if let Some((count, at)) = self.counts.get_mut(&key) {
            *count += 1;
            if *count <= LINES_EACH {
                self.push(file, line, reason.to_owned());
            } else if let Some(entry) = self.entries.get_mut(*at) {
                let more = *count - LINES_EACH;
                entry.reason = format!("{reason} (and {more} more such lines)");
            }
            return;
        }
        self.push(file, line, reason.to_owned());
        if self.counts.len() < MAX_ENTRIES {
            self.counts.insert(key, (1, self.entries.len().saturating_sub(1)));
        }
    }

    fn push(&mut self, file: &str, line: u32, reason: String) {
        if self.entries.len() < MAX_ENTRIES {
            self.entries.push(Skipped { file: file.to_owned(), line, reason });
        } else {
            self.dropped += 1;
        }
    }

    /// Takes what was stated of other files, after the rest.
    pub(crate) fn append(&mut self, other: Self) {
        self.dropped += other.dropped;
        for entry in other.entries {
            self.push(&entry.file, entry.line, entry.reason);
        }
    }

    /// The list, in the order of reading.
    pub fn finish(mut self) -> Vec<Skipped> {
        if self.dropped > 0 {
            let reason = format!("{} further remarks are not listed", self.dropped);
            self.entries.push(Skipped { file: String::new(), line: 0, reason });
        }
        self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_bad_lines_make_three_entries_that_say_so() {
        let mut skips = Skips::default();
        for line in 1..=1000 {
            skips.line("logs/a.log", line, "no time");
        }
        let entries = skips.finish();
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[0].reason, "no time (and 997 more such lines)");
        assert_eq!(entries[1].line, 2);
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        let mut skips = Skips::default();
        for file in 0..2000 {
            skips.file(&format!("f{file}"), "broken".to_owned());
        }
        let entries = skips.finish();
        assert_eq!(entries.len(), MAX_ENTRIES + 1);
        assert!(entries.last().unwrap().reason.contains("1500"));
    }
}
