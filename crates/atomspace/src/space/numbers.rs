//! Names of numbers: one spelling for each, so that equal numbers are one atom.

use super::{AtomType, Handle, Space, SpaceError};
use std::borrow::Cow;

/// Writes a number in the fewest digits that read back as the same, `3` for three. All not-a-numbers are one.
pub(crate) fn write_number(out: &mut impl std::fmt::Write, number: f64) -> std::fmt::Result {
    let size = number.abs();
    if number.is_nan() {
        out.write_str("+nan.0")
    } else if number.is_infinite() {
        out.write_str(if number > 0.0 { "+inf.0" } else { "-inf.0" })
    } else if size == 0.0 || (1e-5..1e16).contains(&size) {
        write!(out, "{number}")
    } else {
        write!(out, "{number:e}")
    }
}

/// The number that a word spells, as Scheme and C++ write them.
pub(crate) fn read_number(word: &str) -> Option<f64> {
    match word {
        "+inf.0" | "+inf" | "inf" => return Some(f64::INFINITY),
        "-inf.0" | "-inf" => return Some(f64::NEG_INFINITY),
        "+nan.0" | "+nan" | "-nan.0" | "-nan" | "nan" => return Some(f64::NAN),
        _ => {}
    }
    let first = word.trim_start_matches(['+', '-']).trim_start_matches('.');
    if first.starts_with(|first: char| first.is_ascii_digit()) { word.parse().ok() } else { None }
}

/// The number that one of single precision is written as: 0.1, where its bits say 0.100000001490.
pub(crate) fn as_written(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| number.into())
}

/// The one spelling of one number or several; `None` where there is none in it, or something else.
pub(super) fn canonical(name: &str) -> Option<Cow<'_, str>> {
    let plain = name.len() < 16 && name.bytes().all(|byte| byte.is_ascii_digit());
    if plain && !name.is_empty() && (name.len() == 1 || !name.starts_with('0')) {
        return Some(Cow::Borrowed(name));
    }
    let mut spelling = String::new();
    for word in name.split_ascii_whitespace() {
        if !spelling.is_empty() {
            spelling.push(' ');
        }
        // Minus zero is zero: they compare as equal.
        write_number(&mut spelling, read_number(word)? + 0.0).ok()?;
    }
    (!spelling.is_empty()).then_some(Cow::Owned(spelling))
}

impl Space {
    /// The number node, made if it is new. Equal numbers are one atom, and so are all not-a-numbers.
    ///
    /// ```
    /// use oriel_atomspace::space::{AtomType, Space};
    /// let mut space = Space::new();
    /// let half = space.number(0.5)?;
    /// assert_eq!(space.node(AtomType::NUMBER, "5e-1")?, half);
    /// assert_eq!(space.as_number(half), Some(0.5));
    /// # Ok::<(), oriel_atomspace::space::SpaceError>(())
    /// ```
    pub fn number(&mut self, number: f64) -> Result<Handle, SpaceError> {
        let mut name = String::new();
        let _ = write_number(&mut name, number + 0.0);
        self.node(AtomType::NUMBER, &name)
    }

    /// The number that a node is; `None` where it is no number node, or one of several numbers.
    #[must_use]
    pub fn as_number(&self, handle: Handle) -> Option<f64> {
        let is_number = self.types.traits(self.type_of(handle)?)?.number;
        self.name(handle).filter(|_| is_number).and_then(read_number)
    }
}

#[cfg(test)]
mod tests {
    use super::{canonical, read_number, write_number};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_reads_back_exactly(number in any::<f64>()) {
            let mut text = String::new();
            write_number(&mut text, number).expect("a string takes it");
            let read = read_number(&text).expect("what was written is a number");
            prop_assert!(read.to_bits() == number.to_bits() || (read.is_nan() && number.is_nan()), "{}", text);
            let one = canonical(&text).expect("a number").into_owned();
            prop_assert_eq!(canonical(&one).expect("a number"), one.as_str());
        }
    }

    #[test]
    fn spellings_of_a_number_are_one() {
        for (name, one) in [
            ("1.0", "1"),
            ("007", "7"),
            ("-0", "0"),
            ("1e3", "1000"),
            (" 1  2.50 ", "1 2.5"),
            ("9", "9"),
            ("nan", "+nan.0"),
        ] {
            assert_eq!(canonical(name).as_deref(), Some(one), "{name}");
        }
        for name in ["", " ", "x", "1x", "infinity", "1 2 x", "--1x"] {
            assert_eq!(canonical(name), None, "{name}");
        }
    }
}
