//! What sections are about, by the words of their headings.

use crate::ingest::secrets::heads_secrets;

/// What stands under a heading with one of these words, in one number or another. The first that fits counts.
const WORDS: [(&str, &[&str]); 3] = [
    ("states-cause", &["cause", "why", "contributing", "trigger", "reason"]),
    ("describes-symptom", &["symptom", "impact", "alert", "detection", "sign", "effect"]),
    (
        "advises",
        &[
            "action",
            "remediation",
            "mitigation",
            "resolution",
            "recovery",
            "step",
            "fix",
            "fixe",
            "prevention",
            "todo",
            "procedure",
            "rollback",
            "workaround",
            "follow",
            "do",
        ],
    ),
];
/// Words of headings of what only repeats the trouble.
const REPEATS: [&str; 3] = ["reproduce", "reproduction", "reproducing"];

/// What is said where no heading says what it is, or the heading is about something else.
const SAYS: &str = "says";

/// What is said under a heading; none where the heading tells nothing of that.
pub(super) fn relation_of(heading: &str) -> Option<&'static str> {
    let lower = heading.to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).collect();
    if words.iter().any(|word| REPEATS.contains(word)) {
        return Some(SAYS);
    }
    let is = |word: &&str, known: &str| *word == known || word.strip_suffix('s') == Some(known);
    let fits = |(_, known): &&(&str, &[&str])| words.iter().any(|word| known.iter().any(|known| is(word, known)));
    WORDS.iter().find(fits).map(|(relation, _)| *relation)
}

/// What a text says by its bold beginning, `Root cause: …`, and what is behind it.
pub(super) fn by_label(text: &str, label: usize) -> Option<(&'static str, &str)> {
    let (bold, rest) = (text.get(..label)?, text.get(label..)?);
    let behind = if bold.ends_with(':') { Some(rest) } else { rest.trim_start().strip_prefix(':') };
    Some((relation_of(bold)?, behind?.trim_start()))
}

/// The headings above a place.
#[derive(Debug, Default)]
pub(super) struct Sections {
    open: Vec<(usize, Option<&'static str>)>,
    /// Whether the last heading is the name of a secret.
    pub(super) is_secret: bool,
}

impl Sections {
    /// Goes on below a heading.
    pub(super) fn enter(&mut self, level: usize, heading: &str) {
        while self.open.last().is_some_and(|(above, _)| *above >= level) {
            self.open.pop();
        }
        self.is_secret = heads_secrets(heading);
        // A title says of what kind a document is, and nothing of each section.
        let relation = if level == 1 && self.open.is_empty() { Some(SAYS) } else { relation_of(heading) };
        self.open.push((level, relation));
    }

    /// What is said here: what the nearest heading says that says anything.
    pub(super) fn relation(&self) -> &'static str {
        self.open.iter().rev().find_map(|(_, relation)| *relation).unwrap_or(SAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_headings_count_and_not_their_parts() {
        for (heading, relation) in [
            ("Root cause", Some("states-cause")),
            ("5 Whys", Some("states-cause")),
            ("Signs", Some("describes-symptom")),
            ("Action items", Some("advises")),
            ("What to do", Some("advises")),
            ("Transactions by design", None),
            ("Steps to reproduce", Some(SAYS)),
            ("Prefixes", None),
        ] {
            assert_eq!(relation_of(heading), relation, "{heading}");
        }
        assert_eq!(by_label("Root cause: full", 11), Some(("states-cause", "full")));
        assert_eq!(by_label("Root cause: full", 10), Some(("states-cause", "full")));
        assert_eq!((by_label("Fix the pool now", 12), by_label("Owner: ann", 6)), (None, None));
        let mut sections = Sections::default();
        for (level, heading, relation) in [
            (1, "Actions of the cart", SAYS),
            (2, "Root cause", "states-cause"),
            (3, "In detail", "states-cause"),
            (2, "Timeline", SAYS),
        ] {
            sections.enter(level, heading);
            assert_eq!(sections.relation(), relation, "{heading}");
        }
    }
}
