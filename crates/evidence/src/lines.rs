//! Lines and comma-separated records from a stream, in bounded memory.
//!
//! A line longer than its bound is cut and its rest passed over; a quoted field that never closes costs one record.

use std::borrow::Cow;
use std::io::{self, BufRead};

/// Reads lines, each at most `max` bytes.
pub(crate) struct Lines<'a> {
    reader: &'a mut dyn BufRead,
    max: usize,
    /// Number of the line last read, from 1.
    pub(crate) line: u32,
}

/// What reading one line gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// A whole line.
    Line,
    /// The start of a line longer than the bound.
    Cut,
    /// Nothing is left.
    End,
}

impl<'a> Lines<'a> {
    /// Lines of `reader`.
    pub(crate) fn new(reader: &'a mut dyn BufRead, max: usize) -> Self {
        Self { reader, max, line: 0 }
    }

    /// Appends the next line, without its end, to `buffer`.
    pub(crate) fn append(&mut self, buffer: &mut Vec<u8>) -> io::Result<Read> {
        let start = buffer.len();
        let mut any = false;
        let mut cut = false;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', available);
            let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
            let room = self.max.saturating_sub(buffer.len() - start);
            cut |= part.len() > room;
            buffer.extend_from_slice(part.get(..part.len().min(room)).unwrap_or_default());
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(Read::End);
        }
        self.line = self.line.saturating_add(1);
        if buffer.len() > start && buffer.last() == Some(&b'\r') {
            buffer.pop();
        }
        if self.line == 1 && buffer.get(start..).is_some_and(|b| b.starts_with(b"\xef\xbb\xbf")) {
            buffer.drain(start..start + 3);
        }
        Ok(if cut { Read::Cut } else { Read::Line })
    }

    /// Reads the next line into `buffer`, replacing what was there.
    pub(crate) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Read> {
        buffer.clear();
        self.append(buffer)
    }
}

/// Reads comma-separated records (RFC 4180; `;` or tab where the header has no comma).
pub(crate) struct Records<'a> {
    lines: Lines<'a>,
    raw: Vec<u8>,
    text: String,
    /// Where each field ends in `text`; between two fields lie `gap` bytes.
    ends: Vec<usize>,
    gap: usize,
    separator: u8,
    /// Whether the current record holds a quote.
    has_quote: bool,
    max: usize,
    /// Line on which the record starts.
    pub(crate) line: u32,
    /// Records passed over because they were longer than the bound.
    pub(crate) dropped: u32,
}

impl<'a> Records<'a> {
    /// Records of `reader`, each at most `max` bytes.
    pub(crate) fn new(reader: &'a mut dyn BufRead, max: usize) -> Self {
        Self {
            lines: Lines::new(reader, max),
            raw: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
            gap: 0,
            separator: b',',
            has_quote: false,
            max,
            line: 0,
            dropped: 0,
        }
    }

    /// The header's fields; sets the separator.
    pub(crate) fn header(&mut self) -> io::Result<Vec<String>> {
        if !self.read_raw()? {
            return Ok(Vec::new());
        }
        if memchr::memchr(b',', &self.raw).is_none() {
            self.separator =
                [b'\t', b';'].into_iter().find(|b| memchr::memchr(*b, &self.raw).is_some()).unwrap_or(b',');
        }
        self.split();
        Ok(self.fields().map(|field| field.trim().to_owned()).collect())
    }

    /// Reads the next record; false at the end.
    pub(crate) fn next(&mut self) -> io::Result<bool> {
        if !self.read_raw()? {
            return Ok(false);
        }
        self.split();
        Ok(true)
    }

    /// The number of fields of the current record.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The field at a position of the current record.
    pub(crate) fn get(&self, at: usize) -> Option<&str> {
        let start = if at == 0 { 0 } else { *self.ends.get(at - 1)? + self.gap };
        self.text.get(start..*self.ends.get(at)?)
    }

    /// The fields of the current record.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    fn read_raw(&mut self) -> io::Result<bool> {
        loop {
            let mut outcome = self.lines.next(&mut self.raw)?;
            self.line = self.lines.line;
            self.has_quote = memchr::memchr(b'"', &self.raw).is_some();
            let mut is_open = self.has_quote && is_open(&self.raw, self.separator);
            while outcome == Read::Line && is_open {
                if self.raw.len() > self.max {
                    outcome = Read::Cut;
                    break;
                }
                self.raw.push(b'\n');
                let end = self.raw.len();
                match self.lines.append(&mut self.raw)? {
                    Read::Line => {}
                    Read::Cut => outcome = Read::Cut,
                    Read::End => break,
                }
                is_open = is_open_within(self.raw.get(end..).unwrap_or_default(), self.separator);
            }
            match outcome {
                Read::End => return Ok(false),
                Read::Cut => self.dropped += 1,
                Read::Line if self.raw.iter().all(u8::is_ascii_whitespace) => {}
                Read::Line => return Ok(true),
            }
        }
    }

    fn split(&mut self) {
        self.text.clear();
        self.ends.clear();
        let raw = match std::str::from_utf8(&self.raw) {
            Ok(raw) => Cow::Borrowed(raw),
            Err(_) => String::from_utf8_lossy(&self.raw),
        };
        if !self.has_quote {
            self.text.push_str(&raw);
            places(self.text.as_bytes(), self.separator, &mut self.ends);
            self.ends.push(self.text.len());
            self.gap = 1;
            return;
        }
        self.gap = 0;
        let mut rest = &*raw;
        loop {
            if let Some(quoted) = rest.strip_prefix('"') {
                rest = unquote(quoted, &mut self.text);
            }
            let (field, next) = split_at(rest, self.separator);
            self.text.push_str(field);
            self.ends.push(self.text.len());
            let Some(next) = next else { return };
            rest = next;
        }
    }
}

/// Appends the places of a byte. Fields of tables are short: eight bytes at a time cost less than a search for each.
fn places(bytes: &[u8], byte: u8, found: &mut Vec<usize>) {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let wanted = u64::from_ne_bytes([byte; 8]);
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (nth, chunk) in chunks.iter().enumerate() {
        // A byte of zero is where the byte is; adding to the lower seven bits of the others carries into their highest.
        let other = u64::from_le_bytes(*chunk) ^ wanted;
        let mut marks = !(((other & LOW) + LOW) | other | LOW);
        while marks != 0 {
            found.push(nth * 8 + marks.trailing_zeros() as usize / 8);
            marks &= marks - 1;
        }
    }
    let start = bytes.len() - rest.len();
    found.extend(rest.iter().enumerate().filter(|(_, other)| **other == byte).map(|(at, _)| start + at));
}

/// Appends a quoted field that begins at `text` to `out`; what follows its closing quote.
fn unquote<'t>(text: &'t str, out: &mut String) -> &'t str {
    let mut rest = text;
    loop {
        let (part, next) = split_at(rest, b'"');
        out.push_str(part);
        let Some(next) = next else { return "" };
        let Some(escaped) = next.strip_prefix('"') else { return next };
        out.push('"');
        rest = escaped;
    }
}

/// What stands before a byte of ASCII, and what after it, if it occurs.
fn split_at(text: &str, byte: u8) -> (&str, Option<&str>) {
    match memchr::memchr(byte, text.as_bytes()) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

/// Whether a record goes on on the next line: a quoted field is not closed. A quote elsewhere than at the start of a field is a
/// character like others.
fn is_open(raw: &[u8], separator: u8) -> bool {
    let mut rest = raw;
    loop {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            return is_open_within(quoted, separator);
        }
        match memchr::memchr(separator, rest).and_then(|at| rest.get(at + 1..)) {
            Some(next) => rest = next,
            None => return false,
        }
    }
}

/// The same where the text begins within a quoted field.
fn is_open_within(text: &[u8], separator: u8) -> bool {
    let mut rest = text;
    loop {
        let Some(at) = memchr::memchr(b'"', rest) else { return true };
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(escaped) = rest.strip_prefix(b"\"") {
            rest = escaped;
            continue;
        }
        // What follows the closing quote is text up to the next field.
        loop {
            let Some(at) = memchr::memchr(separator, rest) else { return false };
            rest = rest.get(at + 1..).unwrap_or_default();
            if let Some(quoted) = rest.strip_prefix(b"\"") {
                rest = quoted;
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, max: usize) -> (Vec<Vec<String>>, u32) {
        let mut bytes = text.as_bytes();
        let mut records = Records::new(&mut bytes, max);
        let mut rows = vec![records.header().unwrap()];
        while records.next().unwrap() {
            rows.push(records.fields().map(str::to_owned).collect());
        }
        (rows, records.dropped)
    }

    #[test]
    fn quotes_newlines_and_other_separators() {
        let (found, _) = rows("\u{feff}a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n2,\n", 100);
        assert_eq!(found, [vec!["a", "b"], vec!["1", "x, \"y\"\nz"], vec!["2", ""]]);
        assert_eq!(rows("a;b\n1;2\n", 100).0[1], ["1", "2"]);
    }

    #[test]
    fn a_stray_quote_opens_nothing() {
        let (found, dropped) = rows("a,b\n1,x\"y\n2,\"x\"y\"\n3,\"x, \"\"\ny\"\n4,z\n", 100);
        let expected = [vec!["a", "b"], vec!["1", "x\"y"], vec!["2", "xy\""], vec!["3", "x, \"\ny"], vec!["4", "z"]];
        assert_eq!((found, dropped), (expected.map(|row| row.into_iter().map(str::to_owned).collect()).to_vec(), 0));
    }

    #[test]
    fn endless_lines_and_open_quotes_cost_one_record() {
        let long = format!("a,b\n{}\n1,2\n", "x".repeat(500));
        assert_eq!(rows(&long, 100), (vec![vec!["a".into(), "b".into()], vec!["1".into(), "2".into()]], 1));
        let open = format!("a,b\n\"{}", "x\n".repeat(500));
        assert!(rows(&open, 100).1 >= 1);
    }

    proptest! {
        #[test]
        fn places_are_all_those_of_the_byte(bytes in proptest::collection::vec(prop_oneof![Just(b','), Just(b'-'), Just(0xac), Just(0), any::<u8>()], 0..60)) {
            let mut found = Vec::new();
            places(&bytes, b',', &mut found);
            prop_assert_eq!(found, memchr::memchr_iter(b',', &bytes).collect::<Vec<_>>());
        }

        #[test]
        fn arbitrary_bytes_never_panic_and_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut reader = bytes.as_slice();
            let mut records = Records::new(&mut reader, 64);
            let _ = records.header().unwrap();
            while records.next().unwrap() { prop_assert!(records.text.len() <= 400); }
        }
    }
}
