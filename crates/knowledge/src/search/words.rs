//! The words of a text, the same way for what is searched and for what is asked.
//!
//! A word is a run of letters, digits and the marks on them, cut inside where the case says so: `cartService` and `HTTPServer` are
//! two words each, and one more, the whole. Whatever else stands between letters (`-`, `.`, `/`, `_`, spaces) separates.
//! Words are compared without case, accents and width (Unicode's NFKC; marks on Latin, Greek and Cyrillic letters, points of Hebrew
//! and Arabic are left out). In scripts that write no spaces (Han, kana, Thai, Lao, Khmer, Burmese) each character is a word.

use std::iter::Peekable;

use tantivy::tokenizer::{AsciiFoldingFilter, RawTokenizer, TextAnalyzer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Bytes of a word at most; what is longer counts by its beginning.
pub(super) const WORD: usize = 255;
/// Bytes that are read of a word before it is compared by its beginning.
const READ: usize = 4 * WORD;

/// A word at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The word, as it is compared.
    pub(super) text: String,
    /// Which of the text's words it is, from 0. The whole of several has the place of the first.
    pub(super) place: usize,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, or a part of one.
    Part,
    /// The whole of parts that were written together.
    Whole,
    /// A character of a script without spaces.
    Character,
}

/// Passes on the words of a text, each whole after its parts; how many places they took. Ends early where `each` returns false.
pub(super) fn words(text: &str, each: &mut dyn FnMut(Word) -> bool) -> usize {
    if text.is_ascii() { Cutter::new(each).cut(text.chars()) } else { Cutter::new(each).cut(text.nfkc()) }
}

struct Cutter<'a> {
    each: &'a mut dyn FnMut(Word) -> bool,
    more: bool,
    place: usize,
    part: String,
    is_character: bool,
    before: Option<char>,
    /// What was written together: its parts one after the other, where it began, and how many they are.
    whole: String,
    began: usize,
    parts: usize,
}

impl<'a> Cutter<'a> {
    fn new(each: &'a mut dyn FnMut(Word) -> bool) -> Self {
        let (part, whole) = (String::new(), String::new());
        Self { each, more: true, place: 0, part, is_character: false, before: None, whole, began: 0, parts: 0 }
    }

    fn cut(mut self, letters: impl Iterator<Item = char>) -> usize {
        let mut letters = letters.peekable();
        while let Some(letter) = letters.next() {
            self.take(letter, &mut letters);
            if !self.more {
                return self.place;
            }
        }
        self.end();
        self.place
    }

    fn take(&mut self, letter: char, following: &mut Peekable<impl Iterator<Item = char>>) {
        if is_passed_over(letter) {
            return;
        }
        if is_combining_mark(letter) {
            if !self.part.is_empty() {
                self.push(letter);
            }
            return;
        }
        if !letter.is_alphanumeric() {
            self.end();
            return;
        }
        if self.is_character || is_character(letter) {
            self.end();
        } else if self.before.is_some_and(|before| is_cut(before, letter, following.peek().copied())) {
            self.end_part();
        }
        self.is_character = is_character(letter);
        self.push(letter);
        self.before = Some(letter);
    }

    fn push(&mut self, letter: char) {
        if self.part.len() < READ {
            self.part.push(letter);
        }
    }

    /// A part ends, and what is written together with it goes on.
    fn end_part(&mut self) {
        let text = compared(&self.part);
        self.part.clear();
        if text.is_empty() {
            return;
        }
        if self.parts == 0 {
            self.began = self.place;
        }
        self.parts += 1;
        if self.whole.len() <= WORD {
            self.whole.push_str(&text);
        }
        let kind = if self.is_character { Kind::Character } else { Kind::Part };
        self.give(Word { text, place: self.place, kind });
        self.place += 1;
    }

    fn end(&mut self) {
        self.end_part();
        let whole = std::mem::take(&mut self.whole);
        if self.parts > 1 && whole.len() <= WORD {
            self.give(Word { text: whole, place: self.began, kind: Kind::Whole });
        }
        self.parts = 0;
        self.before = None;
        self.is_character = false;
    }

    fn give(&mut self, word: Word) {
        if self.more {
            self.more = (self.each)(word);
        }
    }
}

/// Whether a word is cut before a letter. What has no small letter (`🅐`) stays as it is when it is compared, and would be cut again.
fn is_cut(before: char, letter: char, after: Option<char>) -> bool {
    if !letter.is_uppercase() || letter.to_lowercase().eq([letter]) {
        return false;
    }
    let is_begin = after.is_some_and(char::is_lowercase);
    before.is_lowercase() || (is_begin && (before.is_uppercase() || before.is_numeric()))
}

/// What may stand inside a word and is none of its letters: joiners, soft hyphens, the lengthening of Arabic.
fn is_passed_over(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{640}')
}

/// Letters of scripts that write no spaces between words.
fn is_character(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}'      // Thai, Lao
        | '\u{1000}'..='\u{109f}'    // Burmese
        | '\u{1780}'..='\u{17ff}'    // Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' // kana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // Han
    )
}

/// Marks that words are compared without.
fn is_left_out(mark: char) -> bool {
    matches!(mark,
        '\u{300}'..='\u{36f}'                                  // on Latin, Greek and Cyrillic letters
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' // Hebrew
        | '\u{64b}'..='\u{652}' | '\u{670}'                    // Arabic
    )
}

/// A word as it is compared.
fn compared(word: &str) -> String {
    let mut word = word.to_lowercase();
    if !word.is_ascii() {
        word = word
            .nfd()
            .filter(|mark| !is_left_out(*mark))
            .map(|letter| if letter == 'ς' { 'σ' } else { letter })
            .nfc()
            .collect();
        // Letter by letter, whatever stands beside it. What stands for a small capital (`ʏ`) is a capital.
        word = latin(&word).to_lowercase();
    }
    word.truncate(word.floor_char_boundary(WORD));
    word
}

/// Latin letters that are none with a mark (`ß`, `ø`, `æ`, `ł`), as those that stand for them.
fn latin(word: &str) -> String {
    let mut analyzer = TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).build();
    let mut stream = analyzer.token_stream(word);
    if stream.advance() { stream.token().text.clone() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, &mut |word| {
            found.push(word.text);
            true
        });
        found
    }

    #[test]
    fn a_text_is_cut_into_words() {
        for (text, expected) in [
            ("checkout-service", "checkout service"),
            ("kube-system/coredns-7db6d8ff4d-x2x9p", "kube system coredns 7db6d8ff4d x2x9p"),
            ("http://x.example/a_b?c=1", "http x example a b c 1"),
            ("cartService", "cart service cartservice"),
            ("HTTPServer", "http server httpserver"),
            ("getHTTPServer2 s3Bucket", "get http server2 gethttpserver2 s3 bucket s3bucket"),
            ("OOMKilled 5XX Log4J", "oom killed oomkilled 5xx log4j"),
            ("a🅐 ðʏ ȺƛB", "a🅐 dy aƛ b aƛb"),
            ("  --- …!", ""),
        ] {
            assert_eq!(cut(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn case_accents_and_width_do_not_matter() {
        for (one, other) in [
            ("Größe", "GROSSE"),
            ("café", "cafe\u{301}"),
            ("café", "CAFE"),
            ("Ærø Łódź", "aero lodz"),
            ("ﬁle", "file"),
            ("ＡＢＣ１", "abc1"),
            ("ΟΔΟΣ", "οδός"),
            ("ёлка Й", "Елка и"),
            ("כָּל", "כל"),
            ("مُحَمَّد", "محمد"),
            ("ｶﾞ", "ガ"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(cut(one), cut(other), "{one} {other}");
            assert!(!cut(one).is_empty(), "{one}");
        }
        assert_ne!(cut("か"), cut("が"), "another letter, not an accent");
    }

    #[test]
    fn other_scripts_have_words() {
        assert_eq!(cut("Слово дня").len(), 2);
        assert_eq!(cut("हिन्दी में"), ["हिन्दी", "में"], "marks that are no letters do not cut");
        assert_eq!(cut("支払い失敗"), ["支", "払", "い", "失", "敗"]);
        assert_eq!(cut("pod支払x"), ["pod", "支", "払", "x"]);
        assert_eq!(cut("결제 서비스"), ["결제", "서비스"]);
        let mut kinds = Vec::new();
        words("支pod", &mut |word| {
            kinds.push((word.kind, word.place));
            true
        });
        assert_eq!(kinds, [(Kind::Character, 0), (Kind::Part, 1)]);
    }

    #[test]
    fn a_long_word_counts_by_its_beginning() {
        let long = "é".repeat(1 << 20);
        assert_eq!(cut(&long), ["e".repeat(WORD)]);
        let many = "aB".repeat(1 << 18);
        let mut given = 0;
        words(&many, &mut |word| {
            assert!(word.text.len() <= WORD);
            given += 1;
            given < 10
        });
        assert_eq!(given, 10, "it ends when nobody wants more");
        assert!(!cut(&many).iter().any(|word| word.len() > 2), "no whole of so many");
    }

    proptest! {
        #[test]
        fn any_text_has_words_within_bounds(text in "\\PC{0,60}") {
            let mut last = 0;
            let places = words(&text, &mut |word| {
                assert!(!word.text.is_empty() && word.text.len() <= WORD);
                assert!(word.place <= last || word.place == last + 1);
                last = last.max(word.place);
                true
            });
            prop_assert!(places <= text.len());
        }

        /// Else what was found by its name would not be found by the name as it is shown.
        #[test]
        fn words_of_words_are_the_same(text in "\\PC{0,40}") {
            let once: Vec<String> = cut(&text);
            prop_assert_eq!(cut(&once.join(" ")), once);
        }
    }
}
