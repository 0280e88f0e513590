//! A change as bytes, as the log keeps it.
//!
//! ```text
//! oriel-change 1
//! add 23 0
//! (Concept "a" (stv 1 1))
//! unset-value 13 15
//! (Concept "a")(Predicate "k")
//! ```
//! Each operation is a line with its word and the lengths of its two texts, then the texts, then a line end. The whole is
//! compressed with zstd where that makes it shorter; which it is, the first bytes tell.

use std::io::Read as _;

use oriel_atomspace::space::TooLong;

use super::{Change, Operation};

const HEADER: &str = "oriel-change 1\n";
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Fast, and most of what there is to gain from text.
const LEVEL: i32 = 3;
/// More than any change has: what is larger after decompression is none.
pub(super) const LARGEST: u64 = (1 << 30) + (1 << 26);

/// Bytes that are no change, or a change that no bytes can be.
#[derive(Debug, thiserror::Error)]
pub enum EncodingError {
    /// They are not what is written here.
    #[error("byte {at}: {message}")]
    Form {
        /// Where, in the decompressed bytes.
        at: usize,
        /// What is wrong.
        message: &'static str,
    },
    /// An atom of it is endless as text.
    #[error(transparent)]
    Atom(#[from] TooLong),
    /// All of it is too long.
    #[error("the change is more than {LARGEST} bytes of text")]
    TooLong,
    /// They cannot be compressed or decompressed.
    #[error("the bytes cannot be (de)compressed")]
    Compression(#[source] std::io::Error),
}

impl Change {
    /// The change as bytes.
    pub fn encode(&self) -> Result<Vec<u8>, EncodingError> {
        let mut plain = HEADER.as_bytes().to_vec();
        for operation in &self.operations {
            let (one, two) = operation.texts();
            plain.extend_from_slice(format!("{} {} {}\n", operation.word(), one.len(), two.len()).as_bytes());
            plain.extend_from_slice(one.as_bytes());
            plain.extend_from_slice(two.as_bytes());
            plain.push(b'\n');
        }
        let small = zstd::bulk::compress(&plain, LEVEL).map_err(EncodingError::Compression)?;
        Ok(if small.len() < plain.len() { small } else { plain })
    }

    /// The change that the bytes are.
    pub fn decode(bytes: &[u8]) -> Result<Self, EncodingError> {
        if !bytes.starts_with(&ZSTD) {
            return Reader { bytes, at: 0 }.change();
        }
        let mut plain = Vec::new();
        zstd::Decoder::new(bytes)
            .and_then(|decoder| decoder.take(LARGEST).read_to_end(&mut plain))
            .map_err(EncodingError::Compression)?;
        Reader { bytes: &plain, at: 0 }.change()
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong<T>(&self, message: &'static str) -> Result<T, EncodingError> {
        Err(EncodingError::Form { at: self.at, message })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], EncodingError> {
        let end = self.at.checked_add(length);
        let Some(taken) = end.and_then(|end| self.bytes.get(self.at..end)) else {
            return self.wrong("the bytes end too early");
        };
        self.at += length;
        Ok(taken)
    }

    fn text(&mut self, length: usize) -> Result<String, EncodingError> {
        let taken = self.take(length)?;
        match std::str::from_utf8(taken) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => self.wrong("a text before this is not UTF-8"),
        }
    }

    /// What stands up to the next line end, which is short.
    fn line(&mut self) -> Result<&'a str, EncodingError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().take(128).position(|byte| *byte == b'\n');
        let Some(line) = end.and_then(|end| rest.get(..end)) else { return self.wrong("a line is missing here") };
        self.at += line.len() + 1;
        match std::str::from_utf8(line) {
            Ok(line) => Ok(line),
            Err(_) => self.wrong("the line before this is not UTF-8"),
        }
    }

    fn change(mut self) -> Result<Change, EncodingError> {
        if self.take(HEADER.len()).ok() != Some(HEADER.as_bytes()) {
            return Err(EncodingError::Form { at: 0, message: "this is not the beginning of a change" });
        }
        let mut operations = Vec::new();
        while self.at < self.bytes.len() {
            operations.push(self.operation()?);
        }
        Ok(Change { operations })
    }

    fn operation(&mut self) -> Result<Operation, EncodingError> {
        let mut parts = self.line()?.split(' ');
        let word = parts.next().unwrap_or_default();
        let mut length = || parts.next().and_then(|part| part.parse::<usize>().ok());
        let (Some(one), Some(two)) = (length(), length()) else {
            return self.wrong("the lengths before this are wrong");
        };
        let (one, two) = (self.text(one)?, self.text(two)?);
        if self.take(1)? != b"\n" {
            return self.wrong("a line end is missing before this");
        }
        match (word, two.is_empty()) {
            ("add", true) => Ok(Operation::Add(one)),
            ("remove", true) => Ok(Operation::Remove { atom: one, recursive: false }),
            ("remove-recursive", true) => Ok(Operation::Remove { atom: one, recursive: true }),
            ("unset-value", _) => Ok(Operation::UnsetValue { atom: one, key: two }),
            ("unset-attention", true) => Ok(Operation::UnsetAttention { atom: one }),
            _ => self.wrong("there is no such operation, or it has other texts"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn operation() -> impl Strategy<Value = Operation> {
        prop_oneof![
            ".{0,80}".prop_map(Operation::Add),
            (".*", any::<bool>()).prop_map(|(atom, recursive)| Operation::Remove { atom, recursive }),
            (".*", ".*").prop_map(|(atom, key)| Operation::UnsetValue { atom, key }),
            ".*".prop_map(|atom| Operation::UnsetAttention { atom }),
        ]
    }

    proptest! {
        #[test]
        fn a_change_comes_back_as_it_was(operations in proptest::collection::vec(operation(), 0..8)) {
            let change = Change { operations };
            prop_assert_eq!(Change::decode(&change.encode().unwrap()).unwrap(), change);
        }

        #[test]
        fn a_part_of_a_change_is_none(operations in proptest::collection::vec(operation(), 1..4), cut in any::<prop::sample::Index>()) {
            let bytes = Change { operations }.encode().unwrap();
            let part = &bytes[..cut.index(bytes.len())];
            // A cut between two operations leaves a change; anywhere else it is an error. Both without a panic.
            if let Ok(change) = Change::decode(part) {
                prop_assert_eq!(change.encode().unwrap().len() <= bytes.len(), true);
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Change::decode(&bytes);
            let _ = Change::decode(&[HEADER.as_bytes(), &bytes].concat());
        }
    }

    #[test]
    fn what_repeats_is_kept_small() {
        let text = "(Evaluation (Predicate \"calls\") (List (Concept \"a\") (Concept \"b\")))\n".repeat(1_000);
        let change = Change::add(text);
        let bytes = change.encode().unwrap();
        assert!(bytes.len() * 100 < change.bytes() as usize, "{}", bytes.len());
    }
}
