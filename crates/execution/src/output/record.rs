//! The framing of an output log.
//!
//! A file is the eight bytes [`MAGIC`], then records. A record is a 24-byte header and its bytes:
//!
//! | bytes | holds (little-endian) |
//! |---|---|
//! | 0 | kind: 1 standard output, 2 standard error, 3 output was cut here |
//! | 1–3 | zero |
//! | 4–7 | length of the bytes that follow, at most [`MAX_BYTES`]; 0 for kind 3 |
//! | 8–15 | position: bytes of output of both streams before this record |
//! | 16–23 | offset: bytes of its own stream before this record; 0 for kind 3 |
//!
//! A reader stops at the first record that is incomplete or does not follow from the one before, so what a killed
//! server left half-written ends the log and spoils nothing before it.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::{OutputStream, Totals};

pub(super) const MAGIC: &[u8; 8] = b"ORIELOG1";
pub(super) const HEADER_BYTES: usize = 24;
/// The most bytes in one record; writers split what is longer.
pub(super) const MAX_BYTES: usize = 64 * 1024;

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const CUT: u8 = 3;

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// The stream, or none where output was cut.
    pub(super) stream: Option<OutputStream>,
    pub(super) length: usize,
    pub(super) position: u64,
    pub(super) offset: u64,
}

impl Header {
    /// Reads a header; none if these bytes cannot be one that follows `before`.
    pub(super) fn parse(mut bytes: &[u8], before: &Totals) -> Option<Self> {
        if bytes.len() < HEADER_BYTES {
            return None;
        }
        let kind = bytes.get_u8();
        let padding = bytes.get_uint_le(3);
        let length = bytes.get_u32_le() as usize;
        let position = bytes.get_u64_le();
        let offset = bytes.get_u64_le();
        let (stream, expected) = match kind {
            STDOUT => (Some(OutputStream::Stdout), before.stdout),
            STDERR => (Some(OutputStream::Stderr), before.stderr),
            CUT => (None, 0),
            _ => return None,
        };
        let sized = if stream.is_some() { (1..=MAX_BYTES).contains(&length) } else { length == 0 };
        let follows = padding == 0 && position == before.position() && offset == expected;
        (sized && follows).then_some(Self { stream, length, position, offset })
    }

    /// What has been recorded once this record is.
    pub(super) fn after(&self, before: &Totals) -> Totals {
        let mut totals = *before;
        match self.stream {
            Some(OutputStream::Stdout) => totals.stdout += self.length as u64,
            Some(OutputStream::Stderr) => totals.stderr += self.length as u64,
            None => totals.cut = true,
        }
        totals
    }
}

/// Appends the records for a piece to `buffer`, and returns how many.
pub(super) fn encode(buffer: &mut BytesMut, totals: &mut Totals, stream: OutputStream, bytes: &Bytes) -> u64 {
    let mut records = 0;
    for part in bytes.chunks(MAX_BYTES) {
        let (kind, offset) = match stream {
            OutputStream::Stdout => (STDOUT, totals.stdout),
            OutputStream::Stderr => (STDERR, totals.stderr),
        };
        put_header(buffer, kind, part.len() as u32, totals.position(), offset);
        buffer.put_slice(part);
        match stream {
            OutputStream::Stdout => totals.stdout += part.len() as u64,
            OutputStream::Stderr => totals.stderr += part.len() as u64,
        }
        records += 1;
    }
    records
}

/// Appends the record that says that output was cut here.
pub(super) fn encode_cut(buffer: &mut BytesMut, totals: &mut Totals) {
    put_header(buffer, CUT, 0, totals.position(), 0);
    totals.cut = true;
}

fn put_header(buffer: &mut BytesMut, kind: u8, length: u32, position: u64, offset: u64) {
    buffer.put_u8(kind);
    buffer.put_uint_le(0, 3);
    buffer.put_u32_le(length);
    buffer.put_u64_le(position);
    buffer.put_u64_le(offset);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_what_was_encoded() {
        let mut buffer = BytesMut::new();
        let mut totals = Totals { stdout: 5, stderr: 7, cut: false };
        let before = totals;
        let records = encode(&mut buffer, &mut totals, OutputStream::Stderr, &Bytes::from_static(b"abc"));
        let header = Header::parse(&buffer, &before).unwrap();
        assert_eq!(records, 1);
        assert_eq!(header.stream, Some(OutputStream::Stderr));
        assert_eq!((header.length, header.position, header.offset), (3, 12, 7));
        assert_eq!(header.after(&before), totals);
    }

    #[test]
    fn a_header_that_does_not_follow_is_refused() {
        let mut buffer = BytesMut::new();
        let mut totals = Totals::default();
        encode(&mut buffer, &mut totals, OutputStream::Stdout, &Bytes::from_static(b"abc"));
        assert_eq!(Header::parse(&buffer, &totals), None);
        assert_eq!(Header::parse(&[0; HEADER_BYTES], &Totals::default()), None);
        assert_eq!(Header::parse(&buffer[..HEADER_BYTES - 1], &Totals::default()), None);
    }

    #[test]
    fn long_pieces_are_split() {
        let mut buffer = BytesMut::new();
        let mut totals = Totals::default();
        let piece = Bytes::from(vec![7; MAX_BYTES * 2 + 1]);
        assert_eq!(encode(&mut buffer, &mut totals, OutputStream::Stdout, &piece), 3);
        assert_eq!(totals.stdout, piece.len() as u64);
        assert_eq!(buffer.len(), piece.len() + 3 * HEADER_BYTES);
    }
}
