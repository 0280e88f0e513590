//! Pages and cursors.
//!
//! Lists are read newest first, by id or by sequence number, never by offset: a
//! page stays right while entries are added. A cursor is the position after which
//! the next page starts; its text is opaque to clients and checked when parsed.
//! It is not signed: a forged one only chooses where in a list, that the caller
//! may read anyway, the page starts.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many items a page has: 1 to 200, 50 when not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(NonZeroU16);

impl Limit {
    /// The largest page.
    pub const MAX: u16 = 200;

    /// A limit of 1 to [`Limit::MAX`] items.
    pub fn new(items: u64) -> Result<Self, LimitError> {
        u16::try_from(items)
            .ok()
            .filter(|items| *items <= Self::MAX)
            .and_then(NonZeroU16::new)
            .map(Self)
            .ok_or(LimitError { given: items })
    }

    /// The number of items.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(NonZeroU16::MIN.saturating_add(49))
    }
}

/// A page size that is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limit: {given} is out of range; ask for 1 to {} items", Limit::MAX)]
pub struct LimitError {
    given: u64,
}

/// The position after which the next page starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cursor {
    /// After the entry with this id.
    Id(Uuid),
    /// After the entry with this sequence number.
    Sequence(i64),
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "i{}", id.simple()),
            Self::Sequence(sequence) => write!(f, "s{sequence}"),
        }
    }
}

/// A text that is no cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "cursor: this is not a position in this list; pass `next_cursor` of the page before, unchanged, or none for the first page"
)]
pub struct ParseCursorError;

impl FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Self, ParseCursorError> {
        let cursor = if let Some(id) = text.strip_prefix('i') {
            Uuid::try_parse(id).ok().map(Self::Id)
        } else if let Some(sequence) = text.strip_prefix('s') {
            sequence.parse().ok().map(Self::Sequence)
        } else {
            None
        };
        // One text for one position: what does not print as it was given is refused.
        cursor.filter(|cursor| cursor.to_string() == text).ok_or(ParseCursorError)
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageRequest {
    /// How many items at most.
    pub limit: Limit,
    /// Where the page before ended; none for the first page.
    pub cursor: Option<Cursor>,
}

impl PageRequest {
    /// The first page, of the default size.
    pub fn first() -> Self {
        Self::default()
    }

    /// The page that starts after `cursor`, of the same size.
    #[must_use]
    pub fn after(self, cursor: Cursor) -> Self {
        Self { cursor: Some(cursor), ..self }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, newest first unless the list says otherwise.
    pub items: Vec<T>,
    /// Where the next page starts; none when this is the last.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of at most `limit` items out of `found`, which the store read one longer
    /// than the limit to learn whether there is more. `position` tells an item's cursor.
    pub fn from_found(mut found: Vec<T>, limit: Limit, position: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::from(limit.get());
        let more = found.len() > limit;
        found.truncate(limit);
        let next_cursor = if more { found.last().map(position) } else { None };
        Self { items: found, next_cursor }
    }

    /// The same page with each item changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next_cursor: self.next_cursor }
    }

    /// The same page with each item changed, or the first error.
    pub fn try_map<U, E>(self, change: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(change).collect::<Result<_, E>>()?;
        Ok(Page { items, next_cursor: self.next_cursor })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn limits_are_bounded() {
        assert_eq!(Limit::default().get(), 50);
        assert_eq!(Limit::new(200).unwrap().get(), 200);
        for bad in [0, 201, 65_537, u64::MAX] {
            let error = Limit::new(bad).unwrap_err().to_string();
            assert_eq!(error, format!("limit: {bad} is out of range; ask for 1 to 200 items"));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in ["", "i", "s", "s+5", "s05", "x1", "i0199c1f0-7a3e-7c54-9d2b-1f6f0a3b5c77", "s9223372036854775808"] {
            assert_eq!(bad.parse::<Cursor>(), Err(ParseCursorError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn cursors_round_trip(bits in any::<u128>(), sequence in any::<i64>()) {
            for cursor in [Cursor::Id(Uuid::from_u128(bits)), Cursor::Sequence(sequence)] {
                prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
                let json = serde_json::to_string(&cursor).unwrap();
                prop_assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
            }
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Cursor>();
        }

        #[test]
        fn pages_cover_a_list_once(length in 0_i64..300, limit in 1_u64..60) {
            let limit = Limit::new(limit).unwrap();
            let mut seen = Vec::new();
            let mut cursor = None;
            loop {
                let start = match cursor { Some(Cursor::Sequence(last)) => last + 1, _ => 0 };
                let end = length.min(start + i64::from(limit.get()) + 1);
                let page = Page::from_found((start..end).collect(), limit, |n| Cursor::Sequence(*n));
                prop_assert!(page.items.len() <= usize::from(limit.get()));
                seen.extend(page.items);
                cursor = page.next_cursor;
                if cursor.is_none() { break }
            }
            prop_assert_eq!(seen, (0..length).collect::<Vec<_>>());
        }
    }
}
