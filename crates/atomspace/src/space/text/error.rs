//! What reading may take, and why a text cannot be read.

/// A place in a text: both count from 1, columns by characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

impl Position {
    /// The beginning.
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// The place after some bytes that stand here.
    pub(super) fn after(self, bytes: &[u8]) -> Self {
        let lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let last = memchr::memrchr(b'\n', bytes).and_then(|at| bytes.get(at + 1..)).unwrap_or(bytes);
        // Every character has one byte that does not continue another.
        let characters = last.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64;
        let column = if lines > 0 { 1 } else { self.column };
        Self { line: self.line + lines, column: column + characters }
    }
}

/// What reading a text may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes: u64,
    /// Bytes of one name, word or string as they are written; memory for this much is taken at most.
    pub token: usize,
    /// Brackets open at a time.
    pub depth: usize,
    /// Atoms in the space after reading.
    pub atoms: usize,
    /// Whether a definition may be made of itself, so that it would never come to its end.
    pub endless_definitions: bool,
}

impl Default for Limits {
    /// 64 GiB of text, 1 MiB a token, 1,000 brackets, as many atoms as a space can hold, and definitions that end.
    fn default() -> Self {
        Self { bytes: 1 << 36, token: 1 << 20, depth: 1_000, atoms: u32::MAX as usize, endless_definitions: false }
    }
}

/// Why a text cannot be read. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Something is wrong in it.
    #[error("{}:{}: {message}", at.line, at.column)]
    Syntax {
        /// Where.
        at: Position,
        /// What, and what to do about it.
        message: String,
    },
    /// It could not be got at.
    #[error("the text could not be read further than line {}, column {}", at.line, at.column)]
    Io {
        /// How far it was read.
        at: Position,
        /// Why not further.
        #[source]
        source: std::io::Error,
    },
}

/// An atom is endless as text: a link writes out all that it joins wherever it stands, so that a few links that share what
/// they join can be more text than any disk holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "an atom is more than {limit} bytes as text, for a link writes out what it joins wherever it stands: {begins} …"
)]
pub struct TooLong {
    /// How many bytes one atom may be.
    pub limit: u64,
    /// How its text begins.
    pub begins: String,
}

impl TooLong {
    /// How much of the text is told.
    pub(super) const TOLD: usize = 80;

    pub(super) fn new(limit: u64, begun: &str) -> Self {
        Self { limit, begins: begun.chars().take(Self::TOLD).collect() }
    }
}

/// An error on its way through the reader: one word long, so that passing on what was read costs no more than without.
pub(super) type Failure = Box<TextError>;
