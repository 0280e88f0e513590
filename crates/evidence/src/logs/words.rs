//! The words of a message: which are constant, and which tell one thing from another.
//!
//! A word with a digit varies and becomes `<*>`, except
//! - places in the source code (`Controller#51`, `main.go:23`): they name the statement that logged;
//! - short numbers after `status`, `code`, `errno`, `HTTP/1.1`: they name an outcome;
//! - names that are known before;
//! - what could be the name of a service (`cart-2`) that only logs tell of: whether it is one is known at the end of reading, see
//!   [`super::template`].
//!
//! A host is reduced to the name of its service: `http://cart-2.shop.svc.cluster.local:8080/items` gives `//cart-2`, the mark
//! saying that it was written as a host, and pods give their service. What a word is depends on the message alone.

use rustc_hash::FxHashMap;

use super::missed::Missed;
use crate::names;

/// What stands for a word that varies.
pub(super) const WILD: &str = "<*>";
/// What marks a name written as a host.
pub(super) const HOST: &str = "//";
/// What marks the innermost exception of a chain, the last word of its message.
pub(super) const CAUSE: &str = "←";
/// Words looked at; the rest of a long message is detail.
pub(super) const MAX_WORDS: usize = 40;
/// A word of more bytes is data.
const MAX_WORD: usize = 128;
/// Digits of a number that names an outcome.
const OUTCOME: usize = 3;

/// Calls `take` with each word of the first line of `message`, as it stands in a template. `names` are those known before; what others
/// would change is noted in `missed`.
pub(super) fn each<'m>(
    message: &'m str,
    names: &FxHashMap<String, u32>,
    missed: &mut Missed,
    mut take: impl FnMut(&'m str),
) {
    let line = message.get(..memchr::memchr(b'\n', message.as_bytes()).unwrap_or(message.len())).unwrap_or_default();
    let (mut before, mut count) = ("", 0);
    for word in split(line) {
        if count == MAX_WORDS {
            return;
        }
        take(masked(word, before, names, missed));
        before = word;
        count += 1;
    }
}

/// The words of a line as they stand in it: what lies between spaces and brackets, a place in source code whole, others apart at `:`.
pub(super) fn split(line: &str) -> Words<'_> {
    Words { rest: line, part: "" }
}

/// The words of a line, one after the other.
pub(super) struct Words<'l> {
    rest: &'l str,
    /// What is left of a part with words apart at `:`.
    part: &'l str,
}

impl<'l> Iterator for Words<'l> {
    type Item = &'l str;

    fn next(&mut self) -> Option<&'l str> {
        loop {
            if !self.part.is_empty() {
                let end = memchr::memchr(b':', self.part.as_bytes()).unwrap_or(self.part.len());
                let word = self.part.get(..end).unwrap_or_default();
                self.part = self.part.get(end + 1..).unwrap_or_default();
                if !word.is_empty() {
                    return Some(word);
                }
                continue;
            }
            if self.rest.is_empty() {
                return None;
            }
            let (end, next, has_colon) = part(self.rest);
            let part = self.rest.get(..end).unwrap_or_default();
            self.rest = self.rest.get(next..).unwrap_or_default();
            if has_colon && !is_place(part) {
                self.part = part;
            } else if !part.is_empty() {
                return Some(part);
            }
        }
    }
}

/// Where the first part of a line ends, where the next begins, and whether it holds a `:`.
fn part(line: &str) -> (usize, usize, bool) {
    let (mut at, mut has_colon) = (0, false);
    for byte in line.bytes() {
        let traits = traits_of(byte);
        if traits & (BREAK | OTHER) != 0 {
            if traits & BREAK != 0 {
                return (at, at + 1, has_colon);
            }
            // Spaces of other scripts; what is within a letter of several bytes is none.
            if let Some(letter) =
                line.get(at..).and_then(|rest| rest.chars().next()).filter(|letter| letter.is_whitespace())
            {
                return (at, at + letter.len_utf8(), has_colon);
            }
        }
        has_colon |= byte == b':';
        at += 1;
    }
    (at, at, has_colon)
}

/// What bytes are to words.
const BREAK: u8 = 1;
const DIGIT: u8 = 2;
/// `.` and `-`, which parts of names stand between.
const JOIN: u8 = 4;
/// `:` and `#`, which a line number stands after.
const MARK: u8 = 8;
/// Part of a letter that is not of ASCII.
const OTHER: u8 = 16;

const fn traits_of(byte: u8) -> u8 {
    match byte {
        b'\t'..=b'\r'
        | b' '
        | b'['
        | b']'
        | b'('
        | b')'
        | b'{'
        | b'}'
        | b'='
        | b','
        | b';'
        | b'"'
        | b'\''
        | b'|'
        | b'<'
        | b'>' => BREAK,
        b'0'..=b'9' => DIGIT,
        b'.' | b'-' => JOIN,
        b':' | b'#' => MARK,
        128.. => OTHER,
        _ => 0,
    }
}

/// The word as it stands in a template; `before` is the one before it.
fn masked<'m>(word: &'m str, before: &str, names: &FxHashMap<String, u32>, missed: &mut Missed) -> &'m str {
    if word.len() > MAX_WORD {
        return WILD;
    }
    if word.starts_with(HOST) && word.len() > HOST.len() {
        return host(word, names, missed);
    }
    let traits = word.bytes().fold(0, |all, byte| all | traits_of(byte));
    if traits & (DIGIT | JOIN) == 0 {
        return word;
    }
    if traits & DIGIT == 0 {
        return service_name(word).filter(|name| !name.is_empty()).unwrap_or(word);
    }
    if traits & MARK != 0 && is_place(word) {
        return word;
    }
    let is_number = word.len() <= OUTCOME && word.bytes().all(|b| b.is_ascii_digit());
    if is_number && names_an_outcome(before) {
        return word;
    }
    if names.contains_key(word) {
        return word;
    }
    let name = service_name(word);
    if name != Some(word) {
        missed.note(word);
    }
    let Some(name) = name else { return WILD };
    if could_be_name(name) || (name.len() != word.len() && names.contains_key(name)) {
        return name;
    }
    missed.note(name);
    WILD
}

/// Whether a name stands in templates as it is, known or not.
pub(super) fn stays(name: &str) -> bool {
    let (none, mut missed) = (FxHashMap::default(), Missed::default());
    let as_host = format!("{HOST}{name}");
    masked(name, "", &none, &mut missed) == name && host(&as_host, &none, &mut missed) == as_host
}

/// `//cart-2.shop.svc:…/path` reduced to `//cart-2`; an address or a host of the world outside varies.
fn host<'m>(word: &'m str, names: &FxHashMap<String, u32>, missed: &mut Missed) -> &'m str {
    let name = word.get(HOST.len()..).unwrap_or_default();
    let end = name.find(['/', '?', '#', '\\', '@']).unwrap_or(name.len());
    let host = name.get(..end).unwrap_or(name);
    let known = Some(host).filter(|host| names.contains_key(*host));
    let service = known.or_else(|| service_name(host));
    if service != Some(host) {
        missed.note(host);
    }
    let Some(service) = service else { return WILD };
    let is_plain = !service.bytes().any(|b| b.is_ascii_digit());
    if !service.is_empty() && (is_plain || names.contains_key(service) || could_be_name(service)) {
        word.get(..HOST.len() + service.len()).unwrap_or(word)
    } else {
        missed.note(service);
        WILD
    }
}

/// The service that a host name within a cluster, or a pod, belongs to; other words as they are.
///
/// `cart.shop.svc.cluster.local` (Kubernetes DNS) and `cart.shop.svc` give `cart`. Nothing for an IP address.
fn service_name(word: &str) -> Option<&str> {
    let word = word.trim_end_matches('.');
    if let Some((first, rest)) = word.split_once('.') {
        let mut labels = rest.split('.');
        let in_cluster = labels.any(|label| label == "svc" || label == "local");
        if in_cluster {
            return Some(names::service_of(first));
        }
        let is_address = word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        return (!is_address).then_some(word);
    }
    Some(names::service_of(word))
}

/// Whether a word with digits could be the name of a service: a DNS label (RFC 1123) that begins with a letter, is no hexadecimal
/// number, and has few digits.
fn could_be_name(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_lowercase).count();
    (2..=63).contains(&word.len())
        && digits <= 2
        && letters >= 2
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
        && !word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Whether a number after this word tells how something ended.
fn names_an_outcome(before: &str) -> bool {
    let ends = |end: &str| {
        before.len() >= end.len()
            && before.get(before.len() - end.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    ["status", "code", "errno"].into_iter().any(ends)
        || before.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("http/"))
}

const SOURCE_ENDS: [&str; 14] =
    [".go", ".java", ".py", ".rs", ".js", ".ts", ".cc", ".cpp", ".c", ".rb", ".cs", ".php", ".scala", ".kt"];

/// Whether a word is a place in source code: `name#51`, `main.go:23`.
pub(super) fn is_place(word: &str) -> bool {
    let Some((name, line)) = word.rsplit_once(['#', ':']) else { return false };
    let is_line = !line.is_empty() && line.len() <= 6 && line.bytes().all(|b| b.is_ascii_digit());
    if !is_line || name.is_empty() {
        return false;
    }
    SOURCE_ENDS.iter().any(|end| name.ends_with(end))
        || (word.contains('#')
            // What could be the name of a service is no class.
            && name.bytes().any(|b| b.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'.' | b'_' | b'$' | b':')))
}

/// Whether a word that stands in a template is a name only if it turns out to be one: it has a digit and begins with a letter.
pub(super) fn is_candidate(word: &str) -> bool {
    let name = word.strip_prefix(HOST).unwrap_or(word);
    name.bytes().any(|b| b.is_ascii_digit()) && name.starts_with(|c: char| c.is_ascii_lowercase()) && !is_place(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(message: &str) -> String {
        let mut all = Vec::new();
        each(message, &FxHashMap::default(), &mut Missed::default(), |word| all.push(word));
        all.join(" ")
    }

    #[test]
    fn what_varies_is_masked_and_what_names_stays() {
        for (message, expected) in [
            ("INFO t.s.Travel#451 [getTickets] time: 12", "INFO t.s.Travel#451 getTickets time <*>"),
            ("main.go:23 user 17 from 10.0.0.1:80", "main.go:23 user <*> from <*> <*>"),
            ("GET /a HTTP/1.1\" 503 1234 2ms", "GET /a <*> 503 <*> <*>"),
            ("Response(status=1, msg=Success)", "Response status 1 msg Success"),
            ("exited with code 137, size 12", "exited with code 137 size <*>"),
            ("zip code 90210", "zip code <*>"),
            ("no answer from cart-2", "no answer from cart-2"),
            ("pod cart-2-5dc8d4f9fd-46997 gone", "pod cart-2 gone"),
            ("order d4f4d3ef-693b-4456-8eed-59c0d717dd08 lost", "order <*> lost"),
            ("Get \"http://cart-2.shop.svc.cluster.local:8080/items?id=1\": EOF", "Get http //cart-2 <*> <*> EOF"),
            ("dial tcp: lookup tide.shop.svc.cluster.local: no such host", "dial tcp lookup tide no such host"),
            ("Get http://pay/charge", "Get http //pay"),
            ("see https://10.1.2.3/x", "see https <*>"),
        ] {
            assert_eq!(words(message), expected, "{message}");
        }
    }

    #[test]
    fn long_messages_are_cut() {
        assert_eq!(words(&"a ".repeat(100)).len(), 2 * MAX_WORDS - 1);
        assert!(words(&"ä".repeat(10_000)).len() <= MAX_WORD);
    }

    proptest! {
        /// The words are those between what separates, letter by letter.
        #[test]
        fn words_are_what_lies_between_separators(text in "[a-z0-9 .:#=(\\[\"\u{a0}\u{2003}äß]{0,60}") {
            let is_separator = |c: char| c.is_whitespace() || "[](){}=,;\"'|<>".contains(c);
            let pieces = |part: &'static str| -> Vec<&'static str> {
                if is_place(part) { vec![part] } else { part.split(':').collect() }
            };
            let text: &'static str = Box::leak(text.into_boxed_str());
            let expected: Vec<&str> = text.split(is_separator).flat_map(pieces).filter(|word| !word.is_empty()).collect();
            prop_assert_eq!(split(text).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn arbitrary_messages_never_panic(text in "[ -~äß:/.0-9]{0,80}") { let _ = words(&text); }
    }
}
