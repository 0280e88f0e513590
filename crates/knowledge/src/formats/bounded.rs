//! Writing into no more memory than was said.

use std::io::{self, Write};

use oriel_atomspace::space::TooLong;

/// What was written, up to a number of bytes; what goes beyond is refused.
pub(crate) struct Bounded {
    pub(crate) bytes: Vec<u8>,
    left: usize,
    /// Whether something was refused.
    pub(crate) full: bool,
}

impl Bounded {
    pub(crate) fn new(limit: u64) -> Self {
        Self { bytes: Vec::new(), left: usize::try_from(limit).unwrap_or(usize::MAX), full: false }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len()) else {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.left = left;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The atom that was too long to be written, where that is why writing failed.
pub(crate) fn atom_of(error: &io::Error) -> Option<TooLong> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<TooLong>()).cloned()
}
