//! Log templates: messages grouped by their constant words, in one pass and bounded memory.
//!
//! After He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree" (ICWS 2017): messages of the same number
//! of words and the same first words are compared; a message joins the most similar group when enough words agree, and
//! the words that differ become `<*>`. Words with digits are variable from the start, except places in the source code
//! (`Controller#51`, `main.go:23`): they name the statement that logged, so they are constant and never merged.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

/// Share of words that must agree.
const SIMILAR: f64 = 0.6;
/// Words looked at; the rest of a long message is detail.
const MAX_WORDS: usize = 40;
/// Groups compared under one key.
const MAX_GROUPS: usize = 64;
/// Remembered word sequences.
const MAX_CACHE: usize = 200_000;
/// The variable word.
const WILD: u32 = 0;

/// Groups messages into templates.
#[derive(Debug)]
pub struct Miner {
    words: FxHashMap<String, u32>,
    texts: Vec<String>,
    groups: FxHashMap<u64, Vec<u32>>,
    templates: Vec<Vec<u32>>,
    cache: FxHashMap<u64, u32>,
    max_templates: usize,
    scratch: Vec<u32>,
    kept: FxHashSet<String>,
}

impl Miner {
    /// A miner of at most `max_templates`; further messages fall into one last template.
    pub fn new(max_templates: usize) -> Self {
        Self {
            words: FxHashMap::default(),
            texts: vec!["<*>".to_owned()],
            groups: FxHashMap::default(),
            templates: Vec::new(),
            cache: FxHashMap::default(),
            max_templates: max_templates.max(1),
            scratch: Vec::new(),
            kept: FxHashSet::default(),
        }
    }

    /// Keeps a word constant from here on: what a message says of one service is not what it says of another.
    pub fn keep(&mut self, word: &str) {
        if self.kept.len() < MAX_CACHE {
            self.kept.insert(word.to_owned());
        }
    }

    /// The number of the message's template.
    pub fn add(&mut self, message: &str) -> u32 {
        let mut words = std::mem::take(&mut self.scratch);
        words.clear();
        let mut key = FxHasher::default();
        for word in split(message).take(MAX_WORDS) {
            let place = self.kept.contains(word) || is_place(word);
            let id = if !place && word.bytes().any(|b| b.is_ascii_digit()) { WILD } else { self.word(word) };
            if words.len() < 2 || place {
                (words.len(), id).hash(&mut key);
            }
            words.push(id);
        }
        words.len().hash(&mut key);
        let whole = hash_of(&words);
        let found = match self.cache.get(&whole) {
            Some(template) => *template,
            None => self.group(key.finish(), &words),
        };
        if self.cache.len() < MAX_CACHE {
            self.cache.insert(whole, found);
        }
        self.scratch = words;
        found
    }

    fn group(&mut self, key: u64, words: &[u32]) -> u32 {
        let group = self.groups.entry(key).or_default();
        let mut best: Option<(usize, u32)> = None;
        for id in group.iter() {
            let Some(template) = self.templates.get(*id as usize) else { continue };
            let same = template.iter().zip(words).filter(|(a, b)| a == b).count();
            if best.is_none_or(|(most, _)| same > most) {
                best = Some((same, *id));
            }
        }
        if let Some((same, id)) = best
            && (same as f64 >= SIMILAR * words.len() as f64 || group.len() >= MAX_GROUPS)
        {
            if let Some(template) = self.templates.get_mut(id as usize) {
                for (word, seen) in template.iter_mut().zip(words) {
                    if word != seen {
                        *word = WILD;
                    }
                }
            }
            return id;
        }
        if self.templates.len() >= self.max_templates {
            return self.templates.len() as u32 - 1;
        }
        let id = self.templates.len() as u32;
        self.templates.push(words.to_vec());
        group.push(id);
        id
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(id) = self.words.get(word) {
            return *id;
        }
        if self.texts.len() >= MAX_CACHE {
            return WILD;
        }
        let id = self.texts.len() as u32;
        self.texts.push(word.to_owned());
        self.words.insert(word.to_owned(), id);
        id
    }

    /// The template's text: its words, with `<*>` for what varies.
    pub fn text(&self, template: u32) -> String {
        let words = self.templates.get(template as usize).map_or(&[][..], Vec::as_slice);
        let words: Vec<&str> =
            words.iter().map(|w| self.texts.get(*w as usize).map_or("<*>", String::as_str)).collect();
        words.join(" ")
    }

    /// How many templates there are.
    pub fn len(&self) -> usize {
        self.templates.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }
}

fn hash_of(words: &[u32]) -> u64 {
    let mut hasher = FxHasher::default();
    words.hash(&mut hasher);
    hasher.finish()
}

/// The words of a message's first line.
fn split(message: &str) -> impl Iterator<Item = &str> {
    let line = message.lines().next().unwrap_or_default();
    line.split(|c: char| {
        c.is_whitespace()
            || matches!(c, '[' | ']' | '(' | ')' | '{' | '}' | '=' | ',' | ';' | '"' | '\'' | '|' | '<' | '>')
    })
    .flat_map(|part| {
        let whole = is_place(part);
        let mut pieces = part.split(move |c: char| !whole && c == ':');
        std::iter::from_fn(move || pieces.next())
    })
    .filter(|word| !word.is_empty())
}

const SOURCE_ENDS: [&str; 14] =
    [".go", ".java", ".py", ".rs", ".js", ".ts", ".cc", ".cpp", ".c", ".rb", ".cs", ".php", ".scala", ".kt"];

/// Whether a word is a place in source code: `name#51`, `main.go:23`.
fn is_place(word: &str) -> bool {
    let Some((name, line)) = word.rsplit_once(['#', ':']) else { return false };
    let is_line = !line.is_empty() && line.len() <= 6 && line.bytes().all(|b| b.is_ascii_digit());
    if !is_line || name.is_empty() {
        return false;
    }
    SOURCE_ENDS.iter().any(|end| name.ends_with(end))
        || (word.contains('#')
            && name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'.' | b'_' | b'$' | b':')))
}

/// Whether a message tells of an exception or a stack trace.
pub fn names_exception(message: &str) -> bool {
    let head = message.get(..message.len().min(400)).unwrap_or(message);
    ["xception", "Traceback", "panic:", "stack trace", "StackTrace"].iter().any(|word| head.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn variable_words_merge_and_places_do_not() {
        let mut miner = Miner::new(100);
        let a = miner.add("INFO t.s.Travel#451 [getTickets] calculate time: 12");
        assert_eq!(miner.add("INFO t.s.Travel#451 [getTickets] calculate time: 99"), a);
        assert_ne!(miner.add("INFO t.s.Travel#457 [getTickets] calculate time: 12"), a);
        let b = miner.add("user alice logged in from 10.0.0.1");
        assert_eq!(miner.add("user alice logged out from 10.0.0.1"), b);
        assert_eq!(miner.text(b), "user alice logged <*> from <*>");
        let c = miner.add("main.go:23 failed to dial");
        assert_ne!(miner.add("main.go:99 failed to dial"), c);
    }

    #[test]
    fn names_of_services_stay_apart() {
        let mut miner = Miner::new(100);
        miner.keep("cart-2");
        miner.keep("pay");
        let cart = miner.add("no instances available for cart-2 in the registry");
        assert_ne!(miner.add("no instances available for pay in the registry"), cart);
        assert_eq!(miner.text(cart), "no instances available for cart-2 in the registry");
    }

    #[test]
    fn the_number_of_templates_is_bounded() {
        let mut miner = Miner::new(3);
        for word in ["a b", "c d e", "f g h i", "j k l m n", "o"] {
            miner.add(word);
        }
        assert_eq!(miner.len(), 3);
    }

    proptest! {
        /// Which lines share a template depends on equality of words, not on what the words are.
        #[test]
        fn renaming_words_leaves_the_grouping(lines in proptest::collection::vec(proptest::collection::vec(0u8..6, 1..6), 1..30)) {
            let group = |words: [&str; 6]| {
                let mut miner = Miner::new(1000);
                let texts = lines.iter().map(|line| line.iter().map(|w| words[*w as usize]).collect::<Vec<_>>().join(" "));
                texts.map(|text| miner.add(&text)).collect::<Vec<_>>()
            };
            prop_assert_eq!(group(["cart", "pay", "ship", "fails", "x9", "ok"]), group(["alpha", "beta", "gamma", "delta", "q7", "mu"]));
        }

        #[test]
        fn arbitrary_messages_never_panic(text in "\\PC{0,80}") {
            let mut miner = Miner::new(10);
            let id = miner.add(&text);
            prop_assert!((id as usize) < 10);
            let _ = (miner.text(id), names_exception(&text));
        }
    }
}
