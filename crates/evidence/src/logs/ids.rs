//! Ids of requests that a message itself tells: `TraceID: 49a5… SpanID: 083e…`, `request_id=…`.
//!
//! An id is what follows `:` or `=` after a word for what it is of and `id`, in any case, with quotes or without: 8 to 64
//! hexadecimal digits and dashes. Every line of a log is looked at, so it is sought from the separators, which are few.

/// What an id is of.
const REQUESTS: [&[u8]; 3] = [b"trace", b"request", b"correlation"];
const SPANS: [&[u8]; 1] = [b"span"];
/// Bytes of an id.
const LEAST: usize = 8;
const MOST: usize = 64;

/// The ids of trace (or request) and span in the first line of a message; empty for none, and a span only beside a request.
pub(super) fn ids(message: &str) -> (&str, &str) {
    let bytes = message.as_bytes();
    let head = message.get(..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())).unwrap_or_default();
    let trace = find(head, &REQUESTS);
    let span = find(head, &SPANS);
    // A span alone tells of a request only where the line speaks of one.
    let is_span = !span.is_empty() && (!trace.is_empty() || names_a_request(head));
    (trace, if is_span { span } else { "" })
}

fn names_a_request(head: &str) -> bool {
    ["race", "equest", "orrelation"].iter().any(|word| memchr::memmem::find(head.as_bytes(), word.as_bytes()).is_some())
}

/// The first id of one of some words; empty for none.
fn find<'h>(head: &'h str, words: &[&[u8]]) -> &'h str {
    let bytes = head.as_bytes();
    let mut places = memchr::memchr2_iter(b':', b'=', bytes);
    let id = places.find_map(|at| {
        let before = bytes.get(..at)?;
        if is_named(before, words) { value(head, at + 1) } else { None }
    });
    id.unwrap_or_default()
}

/// Whether what stands before a separator ends with one of the words and `id`.
fn is_named(before: &[u8], words: &[&[u8]]) -> bool {
    let end = before.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    let before = before.get(..end).unwrap_or_default();
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    let Some(before) = without(before, b"id") else { return false };
    let starts = |before: &[u8]| {
        let lead = words.iter().find_map(|word| without(before, word));
        // The word begins there.
        lead.is_some_and(|lead| !lead.last().is_some_and(|byte| is_word(*byte)))
    };
    starts(before) || matches!(before, [rest @ .., b'-' | b'_' | b' '] if starts(rest))
}

/// What stands before an end in any case, if it is the end.
fn without<'b>(bytes: &'b [u8], end: &[u8]) -> Option<&'b [u8]> {
    let at = bytes.len().checked_sub(end.len())?;
    bytes.get(at..)?.eq_ignore_ascii_case(end).then(|| bytes.get(..at).unwrap_or_default())
}

/// The id that begins at a place, after spaces and a quote: the longest that ends where a word does.
fn value(head: &str, from: usize) -> Option<&str> {
    let bytes = head.as_bytes();
    let spaces = bytes.get(from..)?.iter().take_while(|byte| is_space(**byte)).count();
    let quote = usize::from(matches!(bytes.get(from + spaces), Some(b'"' | b'\'')));
    let start = from + spaces + quote;
    let run =
        bytes.get(start..)?.iter().take(MOST).take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'-').count();
    let is_word_at = |at: usize| bytes.get(at).is_some_and(|byte| is_word(*byte));
    let length = (LEAST..=run).rev().find(|length| is_word_at(start + length - 1) != is_word_at(start + length))?;
    head.get(start..start + length)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What a regular expression takes for a space.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\x0b'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    #[test]
    fn ids_are_found_in_messages() {
        assert_eq!(
            ids("INFO x TraceID: 49a51828322183eb SpanID: 083e5d40259e7999 done"),
            ("49a51828322183eb", "083e5d40259e7999")
        );
        assert_eq!(ids("request_id=\"d4f4d3ef-693b\" took 3"), ("d4f4d3ef-693b", ""));
        assert_eq!(ids("the request id is missing"), ("", ""));
        assert_eq!(ids("request_id=d4f4d3ef-693bz, second"), ("d4f4d3ef-", ""), "up to where a word ends");
        assert_eq!(ids("subrequest_id=d4f4d3ef-693b\ntrace_id=d4f4d3ef-693b"), ("", ""));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The same as a regular expression says.
        #[test]
        fn an_id_is_what_the_expression_finds(
            parts in proptest::collection::vec(prop_oneof![
                Just("trace"), Just("Request"), Just("CORRELATION"), Just("x"), Just("id"), Just("ID"), Just("_"), Just("-"), Just(" "), Just("\t"),
                Just(":"), Just("="), Just("\""), Just("'"), Just("d4f4d3ef-693b"), Just("49a51828322183eb"), Just("z"), Just("é"),
                Just("d4f4d3ef-693b-4456-8eed-59c0d717dd08-d4f4d3ef-693b-4456-8eed-59c0d717dd08"), Just("request_id="), Just("traceId\": \""),
            ], 0..12),
        ) {
            let text = parts.concat();
            let id = Regex::new(r#"(?i-u)\b(?:trace|request|correlation)[-_ ]?id["']?\s*[:=]\s*["']?([0-9a-f-]{8,64})\b"#).unwrap();
            let expected = id.captures(&text).map_or("", |found| found.get(1).unwrap().as_str());
            prop_assert_eq!(find(&text, &REQUESTS), expected, "{}", text);
        }
    }
}
