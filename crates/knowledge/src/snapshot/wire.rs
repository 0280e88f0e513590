//! Numbers and texts as bytes.

use std::io::{Read, Write};

use super::SnapshotError;

/// The longest text that is read in one go; a longer one is no name that a space took.
const LONGEST: u64 = 1 << 30;

pub(super) fn put(out: &mut impl Write, mut number: u64) -> std::io::Result<()> {
    while number >= 0x80 {
        out.write_all(&[number as u8 | 0x80])?;
        number >>= 7;
    }
    out.write_all(&[number as u8])
}

pub(super) fn put_text(out: &mut impl Write, text: &str) -> std::io::Result<()> {
    put(out, text.len() as u64)?;
    out.write_all(text.as_bytes())
}

pub(super) fn take<const N: usize>(from: &mut impl Read) -> Result<[u8; N], SnapshotError> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn number(from: &mut impl Read) -> Result<u64, SnapshotError> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let [byte] = take(from)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(SnapshotError::Damaged("a number is too long"))
}

pub(super) fn size(from: &mut impl Read) -> Result<usize, SnapshotError> {
    usize::try_from(number(from)?).map_err(|_| SnapshotError::Damaged("a number is too large"))
}

pub(super) fn text(from: &mut impl Read) -> Result<String, SnapshotError> {
    let length = number(from)?;
    if length > LONGEST {
        return Err(SnapshotError::Damaged("a text is too long"));
    }
    let mut bytes = Vec::new();
    // Grows with what is there, not with what is claimed.
    from.by_ref().take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(SnapshotError::Damaged("it ends within a text"));
    }
    String::from_utf8(bytes).map_err(|_| SnapshotError::Damaged("a text is not UTF-8"))
}

pub(super) fn single(from: &mut impl Read) -> Result<f32, SnapshotError> {
    take(from).map(f32::from_le_bytes)
}

pub(super) fn double(from: &mut impl Read) -> Result<f64, SnapshotError> {
    take(from).map(f64::from_le_bytes)
}

/// The next bytes.
pub(super) fn slice<'a>(from: &mut &'a [u8], length: usize) -> Result<&'a [u8], SnapshotError> {
    let (taken, rest) = from.split_at_checked(length).ok_or(SnapshotError::Damaged("it ends too early"))?;
    *from = rest;
    Ok(taken)
}
