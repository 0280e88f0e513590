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
}

impl Default for Limits {
    /// 64 GiB of text, 1 MiB a token, 1,000 brackets, and as many atoms as a space can hold.
    fn default() -> Self {
        Self { bytes: 1 << 36, token: 1 << 20, depth: 1_000, atoms: u32::MAX as usize }
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

/// An error on its way through the reader: one word long, so that passing on what was read costs no more than without.
pub(super) type Failure = Box<TextError>;
