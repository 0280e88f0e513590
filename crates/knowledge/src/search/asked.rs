//! What is asked: the text of a search, understood.
//!
//! | | finds nodes |
//! |---|---|
//! | `cart service` | with any of the words; the last one also where a word begins with it |
//! | `check*` | with a word that begins so |
//! | `"cart service"` | with these words next to each other, as they are |
//! | `-test`, `-"load test"` | only without it |
//!
//! An error says in which column what cannot be understood stands.

use std::iter::Peekable;
use std::str::Chars;

use unicode_normalization::char::is_combining_mark;

use super::words::{Kind, words};

/// Words of one search at most.
const WORDS: usize = 64;
/// Bytes of one search at most.
const BYTES: usize = 16 * 1024;

/// What is searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Any of these, each once.
    pub(super) wanted: Vec<Clause>,
    /// None of these.
    pub(super) unwanted: Vec<Clause>,
}

/// What a node has or has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clause {
    /// A word.
    Word(String),
    /// A word that begins so.
    Begins {
        /// How it begins.
        with: String,
        /// The column of the `*` that asked for it; none where it is only the last word.
        star: Option<usize>,
    },
    /// Two words or more next to each other.
    Phrase(Vec<String>),
}

/// Understands the text of a search; else says where not, and why.
pub(crate) fn understood(text: &str) -> Result<Asked, String> {
    if text.len() > BYTES {
        return Err(format!("it has {} bytes: write {BYTES} at most", text.len()));
    }
    let mut reader = Reader { letters: text.chars().peekable(), column: 0 };
    let mut items = Vec::new();
    while let Some(item) = reader.item()? {
        if !item.parts.is_empty() {
            items.push(item);
        } else if item.is_unwanted {
            return Err(format!("column {}: there is no word after this `-`", item.column));
        }
    }
    let count: usize = items.iter().map(|item| item.parts.len()).sum();
    if count > WORDS {
        return Err(format!("it has {count} words: write {WORDS} at most"));
    }
    if let Some(last) = items.last_mut().filter(|last| !last.is_quoted && !last.is_unwanted) {
        last.begins = true;
    }
    let mut asked = Asked::default();
    for item in &items {
        let among = if item.is_unwanted { &mut asked.unwanted } else { &mut asked.wanted };
        for clause in item.clauses() {
            if !among.contains(&clause) {
                among.push(clause);
            }
        }
    }
    for among in [&mut asked.wanted, &mut asked.unwanted] {
        // Who has a word has one that begins with it.
        let begun = among.clone();
        let is_begun =
            |word: &String| begun.iter().any(|clause| matches!(clause, Clause::Begins { with, .. } if with == word));
        among.retain(|clause| !matches!(clause, Clause::Word(word) if is_begun(word)));
    }
    match (asked.wanted.is_empty(), asked.unwanted.is_empty()) {
        (true, true) => Err(format!("write one word to {WORDS}, of letters and digits")),
        (true, false) => Err("it only says what must not be there: add a word that must".to_owned()),
        _ => Ok(asked),
    }
}

/// What stands between spaces, or in quotes.
#[derive(Debug, Default)]
struct Item {
    /// Where it begins, from 1.
    column: usize,
    is_unwanted: bool,
    is_quoted: bool,
    /// Its words, and whether each is a character of a script without spaces.
    parts: Vec<(String, bool)>,
    /// The wholes that some of its words make.
    wholes: Vec<String>,
    /// Whether its last word may go on.
    begins: bool,
    star: Option<usize>,
}

impl Item {
    fn clauses(&self) -> Vec<Clause> {
        let all = || self.parts.iter().map(|(text, _)| text.clone()).collect::<Vec<String>>();
        if self.is_quoted {
            return vec![joined(all())];
        }
        let begins = self.begins || self.star.is_some();
        let whole = |text: &String| self.word(text.clone(), begins);
        if self.is_unwanted {
            // A name of several words is not wanted as it is; its words alone may be there.
            let parts = if let [(text, false)] = &*self.parts { whole(text) } else { joined(all()) };
            return std::iter::once(parts).chain(self.wholes.iter().map(whole)).collect();
        }
        let mut clauses = Vec::new();
        let mut characters = Vec::new();
        for (at, (text, is_character)) in self.parts.iter().enumerate() {
            if *is_character {
                characters.push(text.clone());
                continue;
            }
            clauses.extend((!characters.is_empty()).then(|| joined(std::mem::take(&mut characters))));
            clauses.push(self.word(text.clone(), begins && at + 1 == self.parts.len()));
        }
        clauses.extend((!characters.is_empty()).then(|| joined(characters)));
        clauses.extend(self.wholes.iter().map(whole));
        clauses
    }

    fn word(&self, text: String, begins: bool) -> Clause {
        if begins { Clause::Begins { with: text, star: self.star } } else { Clause::Word(text) }
    }
}

fn joined(mut words: Vec<String>) -> Clause {
    if words.len() == 1 { Clause::Word(words.remove(0)) } else { Clause::Phrase(words) }
}

struct Reader<'a> {
    letters: Peekable<Chars<'a>>,
    /// Of the last letter that was read, from 1.
    column: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        self.column += 1;
        self.letters.next()
    }

    fn next_is(&mut self, is: impl Fn(char) -> bool) -> bool {
        self.letters.peek().is_some_and(|letter| is(*letter))
    }

    fn item(&mut self) -> Result<Option<Item>, String> {
        while self.next_is(char::is_whitespace) {
            self.next();
        }
        let mut item = Item { column: self.column + 1, ..Item::default() };
        if self.next_is(|letter| letter == '-') {
            self.next();
            // A dash by itself separates.
            item.is_unwanted = self.next_is(|letter| !letter.is_whitespace());
            if self.next_is(|letter| letter == '-') {
                let message = "write one `-` before what must not be there, and quotes around what has dashes in it";
                return Err(format!("column {}: {message}", self.column + 1));
            }
        }
        if self.next_is(|letter| letter == '"') {
            self.quoted(&mut item)?;
        } else if self.letters.peek().is_none() {
            return Ok(None);
        } else {
            self.plain(&mut item)?;
        }
        Ok(Some(item))
    }

    fn quoted(&mut self, item: &mut Item) -> Result<(), String> {
        self.next();
        let opened = self.column;
        let mut text = String::new();
        loop {
            match self.next() {
                Some('"') => break,
                Some(letter) => text.push(letter),
                None => return Err(format!("column {opened}: the quote that begins here has no end")),
            }
        }
        item.is_quoted = true;
        item.read(&text);
        if item.parts.is_empty() {
            return Err(format!("column {opened}: there is no word between these quotes"));
        }
        Ok(())
    }

    fn plain(&mut self, item: &mut Item) -> Result<(), String> {
        let mut text = String::new();
        while self.next_is(|letter| !letter.is_whitespace() && letter != '"') {
            let Some(letter) = self.next() else { break };
            if let Some(star) = item.star {
                return Err(format!("column {star}: `*` can only stand at the end of a word"));
            }
            if letter == '*' && !text.ends_with(is_in_word) {
                return Err(format!("column {}: write the beginning of a word before `*`", self.column));
            }
            if letter == '*' {
                item.star = Some(self.column);
            } else {
                text.push(letter);
            }
        }
        item.read(&text);
        let is_character = item.parts.last().is_none_or(|(_, is_character)| *is_character);
        match item.star.filter(|_| is_character) {
            Some(star) => Err(format!("column {star}: what stands before `*` is found without it")),
            None => Ok(()),
        }
    }
}

/// Whether it can be the end of a word's beginning.
fn is_in_word(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter)
}

impl Item {
    fn read(&mut self, text: &str) {
        words(text, &mut |word| {
            match word.kind {
                Kind::Whole => self.wholes.push(word.text),
                kind => self.parts.push((word.text, kind == Kind::Character)),
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(text: &str) -> Clause {
        Clause::Word(text.to_owned())
    }

    fn begins(text: &str, star: Option<usize>) -> Clause {
        Clause::Begins { with: text.to_owned(), star }
    }

    fn phrase(text: &str) -> Clause {
        Clause::Phrase(text.split(' ').map(str::to_owned).collect())
    }

    fn wanted(text: &str) -> Vec<Clause> {
        understood(text).unwrap().wanted
    }

    #[test]
    fn words_phrases_and_beginnings_are_told_apart() {
        assert_eq!(wanted("cart Service"), [word("cart"), begins("service", None)]);
        assert_eq!(wanted("check* web "), [begins("check", Some(6)), begins("web", None)]);
        assert_eq!(wanted("cart \"Cart-Service\""), [word("cart"), phrase("cart service")]);
        assert_eq!(wanted("\"cart\""), [word("cart")]);
        assert_eq!(wanted("web - \"x\" web"), [word("x"), begins("web", None)]);
        assert_eq!(wanted("cart cart \"cart\""), [word("cart")]);
        assert_eq!(wanted("cartServ"), [word("cart"), begins("serv", None), begins("cartserv", None)]);
        assert_eq!(wanted("支払い"), [phrase("支 払 い")]);
        assert_eq!(wanted("支 pod支払"), [word("支"), word("pod"), phrase("支 払")]);
        assert_eq!(wanted("a\"b c\"d"), [word("a"), phrase("b c"), begins("d", None)]);
    }

    #[test]
    fn what_must_not_be_there_is_kept_apart() {
        let asked = understood("cart -test -\"load test\" -kube-system -mailServ* -支払").unwrap();
        assert_eq!(asked.wanted, [word("cart")], "the last word is one that must not be there");
        let unwanted = [
            word("test"),
            phrase("load test"),
            phrase("kube system"),
            phrase("mail serv"),
            begins("mailserv", Some(47)),
            phrase("支 払"),
        ];
        assert_eq!(asked.unwanted, unwanted);
        assert_eq!(understood("a-b").unwrap().unwanted, [], "a dash within a name");
    }

    #[test]
    fn an_error_says_where() {
        for (text, says) in [
            ("", "write one word to 64"),
            (" - …", "write one word to 64"),
            ("-test", "only says what must not be there"),
            ("cart \"load", "column 6: the quote that begins here has no end"),
            ("cart \"…\"", "column 6: there is no word between these quotes"),
            ("é *art", "column 3: write the beginning of a word before `*`"),
            ("c*rt", "column 2: `*` can only stand at the end of a word"),
            ("ca**", "column 3: `*` can only stand at the end of a word"),
            ("cart-*", "column 6: write the beginning"),
            ("支*", "column 2: what stands before `*` is found without it"),
            ("cart -…", "column 6: there is no word after this `-`"),
            ("cart --near web", "column 7: write one `-`"),
        ] {
            let error = understood(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
        let error = understood(&"word ".repeat(3_000)).unwrap_err();
        assert_eq!(error, "it has 3000 words: write 64 at most");
        assert_eq!(understood(&"word ".repeat(10_000)).unwrap_err(), "it has 50000 bytes: write 16384 at most");
        assert_eq!(understood(&"a b ".repeat(32)).unwrap().wanted.len(), 2);
    }

    proptest! {
        #[test]
        fn any_text_is_understood_or_refused(text in "\\PC{0,80}") {
            match understood(&text) {
                Ok(asked) => prop_assert!(!asked.wanted.is_empty()),
                Err(error) => prop_assert!(!error.is_empty()),
            }
        }
    }
}
