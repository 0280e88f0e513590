//! Output as text: pieces that never end within a character.
//!
//! A chunk of output may end in the middle of a UTF-8 sequence. The begun character waits for the next chunk of the same
//! stream and is counted with it, so positions and offsets stay those of the bytes, and a client that resumes after a piece
//! gets the waiting bytes again. What is not UTF-8 at all is replaced when shown.

use oriel_execution::output::{OutputChunk, OutputStream};

/// Bytes of one stream that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The position after it in the recorded output.
    pub(super) position: u64,
    /// Which stream.
    pub(super) stream: OutputStream,
    /// Bytes of its stream before it.
    pub(super) offset: u64,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
}

impl Piece {
    /// The bytes as text.
    pub(super) fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

/// Cuts chunks into pieces.
#[derive(Debug, Default)]
pub(super) struct TextPieces {
    /// The begun character at the end of the last chunk.
    begun: Option<Piece>,
}

impl TextPieces {
    /// The pieces that this chunk completes, in order.
    pub(super) fn take(&mut self, chunk: &OutputChunk) -> impl Iterator<Item = Piece> + use<> {
        let mut interrupted = None;
        let mut piece =
            Piece { position: chunk.position, stream: chunk.stream, offset: chunk.offset, bytes: chunk.bytes.to_vec() };
        match self.begun.take() {
            Some(begun) if begun.stream == piece.stream && begun.offset + begun.bytes.len() as u64 == piece.offset => {
                piece.offset = begun.offset;
                piece.bytes.splice(0..0, begun.bytes);
            }
            // The other stream came between: what waits is shown as far as it goes.
            other => interrupted = other,
        }
        let begun = begun_character(&piece.bytes);
        if begun > 0 {
            let rest = piece.bytes.split_off(piece.bytes.len() - begun);
            self.begun = Some(Piece {
                position: piece.position,
                stream: piece.stream,
                offset: piece.offset + piece.bytes.len() as u64,
                bytes: rest,
            });
            piece.position -= begun as u64;
        }
        let piece = Some(piece).filter(|piece| !piece.bytes.is_empty());
        interrupted.into_iter().chain(piece)
    }

    /// What still waits when the output is over.
    pub(super) fn rest(&mut self) -> Option<Piece> {
        self.begun.take()
    }
}

/// How many bytes at the end are the beginning of a character: 0 to 3.
fn begun_character(bytes: &[u8]) -> usize {
    for (before, byte) in bytes.iter().rev().take(3).enumerate() {
        let length = match byte {
            0x80..=0xBF => continue,
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return 0,
        };
        let there = before + 1;
        return if there < length { there } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(chunks: &[(OutputStream, &[u8])]) -> Vec<Piece> {
        let mut cutter = TextPieces::default();
        let (mut position, mut offsets) = (0, [0_u64; 2]);
        let mut all = Vec::new();
        for (stream, bytes) in chunks {
            let offset = &mut offsets[usize::from(*stream == OutputStream::Stderr)];
            position += bytes.len() as u64;
            all.extend(cutter.take(&OutputChunk {
                position,
                stream: *stream,
                offset: *offset,
                bytes: bytes.to_vec().into(),
            }));
            *offset += bytes.len() as u64;
        }
        all.extend(cutter.rest());
        all
    }

    #[test]
    fn however_it_is_cut_the_text_is_the_same() {
        let text = "a é € 𝄞 z".as_bytes();
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let parts = [&text[..first], &text[first..second], &text[second..]];
                let all = pieces(&parts.map(|part| (OutputStream::Stdout, part)));
                let shown: String = all.iter().map(|piece| piece.text().into_owned()).collect();
                assert_eq!(shown.as_bytes(), text, "{first} {second}");
                let mut at = 0;
                for piece in &all {
                    assert_eq!(piece.offset, at);
                    at += piece.bytes.len() as u64;
                    assert_eq!(piece.position, at);
                }
                assert_eq!(at, text.len() as u64);
            }
        }
    }

    #[test]
    fn the_other_stream_does_not_lose_what_waits() {
        let all = pieces(&[
            (OutputStream::Stdout, b"x\xE2\x82"),
            (OutputStream::Stderr, b"err"),
            (OutputStream::Stdout, b"\xACy"),
        ]);
        let bytes: usize = all.iter().map(|piece| piece.bytes.len()).sum();
        assert_eq!(bytes, 8);
        assert!(all.windows(2).all(|pair| pair[0].position < pair[1].position), "{all:?}");
    }

    #[test]
    fn what_is_no_text_does_not_wait_for_ever() {
        let all = pieces(&[(OutputStream::Stdout, &[0xFF, 0xFE]), (OutputStream::Stdout, &[0x80; 5])]);
        assert_eq!(all.len(), 2);
        assert_eq!(pieces(&[(OutputStream::Stdout, &[0xF0, 0x9D])]).len(), 1);
    }
}
