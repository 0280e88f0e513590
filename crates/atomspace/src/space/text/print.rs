//! Writing a space, or one atom of it.

use super::error::TooLong;
use super::order::Order;
use super::values::write_value;
use crate::space::numbers::write_number;
use crate::space::{Attention, Handle, Space, Truth, Value};
use std::io::{self, Write};

/// How many bytes of text one atom may be where a space, or some atoms of it, are written.
pub const LONGEST_ATOM: u64 = 256 * 1024 * 1024;

/// How many bytes [`Space::show`] gives at most.
pub const LONGEST_SHOWN: usize = 1024 * 1024;

/// What goes on to a writer, up to a number of bytes.
struct Bounded<'o, W> {
    out: &'o mut W,
    left: u64,
    /// Whether more was to be written.
    full: bool,
}

impl<W: Write> Write for Bounded<'_, W> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.left = left;
        self.out.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What is still to be written of a form.
enum Step {
    Atom(Handle),
    Close,
}

/// Which atoms are written with what they carry.
enum Carried {
    /// Every one, each time.
    All,
    /// Those that were not written yet; a bit for each that was.
    Once(Vec<u64>),
    /// None.
    Never,
}

impl Carried {
    fn takes(&mut self, handle: Handle) -> bool {
        match self {
            Self::All => true,
            Self::Never => false,
            Self::Once(seen) => seen.get_mut(handle.index() / 64).is_some_and(|word| {
                let bit = 1 << (handle.index() % 64);
                let new = *word & bit == 0;
                *word |= bit;
                new
            }),
        }
    }
}

impl Space {
    /// The whole space as text, as [`Space::write_text`] writes it, up to the first atom that is too long for it.
    #[must_use]
    pub fn dump(&self) -> String {
        let mut text = Vec::new();
        // What is written is UTF-8.
        let _ = self.write_text(&mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// Writes the whole space, one line for every atom that no link joins. Each atom carries what it carries where it is
    /// written first. Reading gives the same content, and writing that gives the same text. An atom that is deep is
    /// written deep: reading one of more than 1,000 brackets takes [`super::Limits`] that allow it, and so does reading a
    /// definition that is made of itself.
    ///
    /// # Errors
    /// What the writer says; and a [`TooLong`] within an error of the kind [`io::ErrorKind::FileTooLarge`], where an atom
    /// has more than [`LONGEST_ATOM`] bytes. Then a part is written.
    pub fn write_text(&self, out: impl Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let mut carried = Carried::Once(vec![0; self.atoms.end() as usize / 64 + 1]);
        let mut order = Order::default();
        for of in self.types.declared() {
            write!(out, "(declare-type {}", self.types.full_name(of))?;
            for parent in self.types.parents(of) {
                write!(out, " {}", self.types.full_name(*parent))?;
            }
            out.write_all(b")\n")?;
        }
        // Keys first, and bare: other atoms mention them, which would change the order in which they are added.
        let keys = || self.key_uses.iter().map(|(key, _)| key);
        for key in keys() {
            self.write_line(&mut out, (key, LONGEST_ATOM), &mut Carried::Never, &mut order)?;
        }
        let plain = |key: &Handle| self.name(*key).is_some() && !self.carries(*key);
        let keys = keys().filter(|key| self.incoming.is_empty(*key) && !plain(key));
        let roots = self.handles().filter(|root| self.incoming.is_empty(*root) && self.key_uses.get(*root).is_none());
        for root in keys.chain(roots) {
            self.write_line(&mut out, (root, LONGEST_ATOM), &mut carried, &mut order)?;
        }
        out.flush()
    }

    /// Whether the atom carries anything that is written.
    fn carries(&self, handle: Handle) -> bool {
        self.truth(handle) != Truth::DEFAULT || self.attention(handle).is_some() || self.values(handle).next().is_some()
    }

    /// One atom as text, with what it and the atoms below it carry. Empty where there is no such atom. What is longer than
    /// [`LONGEST_SHOWN`] ends there with `…`, which cannot be read again.
    #[must_use]
    pub fn show(&self, handle: Handle) -> String {
        self.shown(handle, &mut Carried::All, LONGEST_SHOWN).unwrap_or_else(|begun| begun + "…")
    }

    /// As [`Space::show`], of any length up to a limit in bytes.
    pub fn show_whole(&self, handle: Handle, limit: usize) -> Result<String, TooLong> {
        self.shown(handle, &mut Carried::All, limit).map_err(|begun| TooLong::new(limit as u64, &begun))
    }

    /// Writes some atoms, a line each. Of all atoms that are written, those among `carrying` carry what they carry, each
    /// where it is written first. Fails as [`Space::write_text`] does.
    ///
    /// ```
    /// use oriel_atomspace::space::{AtomType, Space};
    /// let mut space = Space::new();
    /// space.load(r#"(List (Concept "a" (stv 0.5 0.5)) (Concept "b" (stv 0.1 0.1)))"#)?;
    /// let (list, b) = (space.by_type(AtomType::LIST).next(), space.find_node(AtomType::CONCEPT, "b"));
    /// let mut text = Vec::new();
    /// space.write_atoms(&mut text, list, b)?;
    /// assert_eq!(text, b"(List (Concept \"a\") (Concept \"b\" (stv 0.1 0.1)))\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_atoms(
        &self,
        out: impl Write,
        atoms: impl IntoIterator<Item = Handle>,
        carrying: impl IntoIterator<Item = Handle>,
    ) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let mut seen = vec![u64::MAX; self.atoms.end() as usize / 64 + 1];
        for handle in carrying {
            if let Some(word) = seen.get_mut(handle.index() / 64) {
                *word &= !(1 << (handle.index() % 64));
            }
        }
        let (mut carried, mut order) = (Carried::Once(seen), Order::default());
        for atom in atoms {
            self.write_line(&mut out, (atom, LONGEST_ATOM), &mut carried, &mut order)?;
        }
        out.flush()
    }

    /// As [`Space::show`], without what the atoms carry.
    #[must_use]
    pub fn show_bare(&self, handle: Handle) -> String {
        self.shown(handle, &mut Carried::Never, LONGEST_SHOWN).unwrap_or_else(|begun| begun + "…")
    }

    /// As [`Space::show_whole`], without what the atoms carry.
    pub fn show_bare_whole(&self, handle: Handle, limit: usize) -> Result<String, TooLong> {
        self.shown(handle, &mut Carried::Never, limit).map_err(|begun| TooLong::new(limit as u64, &begun))
    }

    /// An atom as text, or as much of it as the limit takes.
    fn shown(&self, handle: Handle, carried: &mut Carried, limit: usize) -> Result<String, String> {
        let mut text = Vec::new();
        let mut out = Bounded { out: &mut text, left: limit as u64, full: false };
        // Writing to memory does not fail otherwise, and what is written is UTF-8.
        let whole = self.write_atom(&mut out, handle, carried, &mut Order::default()).is_ok();
        let text = String::from_utf8(text).unwrap_or_default();
        if whole { Ok(text) } else { Err(text) }
    }

    fn write_line(
        &self,
        out: &mut impl Write,
        (atom, limit): (Handle, u64),
        carried: &mut Carried,
        order: &mut Order,
    ) -> io::Result<()> {
        let mut line = Bounded { out, left: limit, full: false };
        let done = self.write_atom(&mut line, atom, carried, order);
        if line.full {
            let begun = self.shown(atom, &mut Carried::Never, TooLong::TOLD).unwrap_or_else(|begun| begun);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, TooLong::new(limit, &begun)));
        }
        done.and_then(|()| out.write_all(b"\n"))
    }

    fn write_atom(
        &self,
        out: &mut impl Write,
        root: Handle,
        carried: &mut Carried,
        order: &mut Order,
    ) -> io::Result<()> {
        let mut steps = vec![Step::Atom(root)];
        let mut first = true;
        while let Some(step) = steps.pop() {
            let Step::Atom(handle) = step else {
                out.write_all(b")")?;
                continue;
            };
            let Some(of) = self.type_of(handle) else { continue };
            if !std::mem::take(&mut first) {
                out.write_all(b" ")?;
            }
            write!(out, "({}", self.types.name(of))?;
            if let Some(name) = self.name(handle) {
                out.write_all(b" ")?;
                if self.types.traits(of).is_some_and(|traits| traits.number) {
                    out.write_all(name.as_bytes())?;
                } else {
                    write_string(out, name)?;
                }
            }
            if carried.takes(handle) {
                self.write_carried(out, handle, order)?;
            }
            steps.push(Step::Close);
            steps.extend(order.of(self, handle).into_iter().rev().map(Step::Atom));
        }
        Ok(())
    }

    fn write_carried(&self, out: &mut impl Write, handle: Handle, order: &mut Order) -> io::Result<()> {
        let truth = self.truth(handle);
        if truth != Truth::DEFAULT {
            out.write_all(b" ")?;
            write_truth(out, truth)?;
        }
        if let Some(attention) = self.attention(handle) {
            out.write_all(b" ")?;
            write_attention(out, attention)?;
        }
        let mut open = false;
        for (key, value) in self.values(handle) {
            out.write_all(if open { b" (cons " } else { b" (alist (cons " })?;
            open = true;
            self.write_atom(out, key, &mut Carried::Never, order)?;
            out.write_all(b" ")?;
            write_value(out, value)?;
            out.write_all(b")")?;
        }
        if open { out.write_all(b")") } else { Ok(()) }
    }
}

/// The truth value as the text format has it.
impl std::fmt::Display for Truth {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = Vec::new();
        let _ = write_truth(&mut text, *self);
        out.write_str(&String::from_utf8(text).unwrap_or_default())
    }
}

/// The value as the text format has it.
impl std::fmt::Display for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = Vec::new();
        let _ = write_value(&mut text, self);
        out.write_str(&String::from_utf8(text).unwrap_or_default())
    }
}

pub(super) fn write_attention(out: &mut impl Write, attention: Attention) -> io::Result<()> {
    let Attention { sti, lti, vlti } = attention;
    write!(out, "(av {sti} {lti} {vlti})")
}

pub(super) fn write_truth(out: &mut impl Write, truth: Truth) -> io::Result<()> {
    match truth {
        Truth::Simple { strength, confidence } => write!(out, "(stv {strength} {confidence})"),
        Truth::Count { strength, confidence, count } => write!(out, "(ctv {strength} {confidence} {count})"),
        Truth::Indefinite { low, high, credibility, lookahead } => {
            write!(out, "(itv {low} {high} {credibility} {lookahead})")
        }
    }
}

/// Writes a number so that it reads back as the same.
pub(super) fn write_float(out: &mut impl Write, number: f64, with_point: bool) -> io::Result<()> {
    let mut text = String::new();
    let _ = write_number(&mut text, number);
    if with_point && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        text.push_str(".0");
    }
    out.write_all(text.as_bytes())
}

/// Writes a string in quotes.
pub(crate) fn write_string(out: &mut impl Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'\t')) {
        let (before, from) = rest.split_at(at);
        out.write_all(before)?;
        out.write_all(match from.first() {
            Some(b'"') => b"\\\"",
            Some(b'\n') => b"\\n",
            Some(b'\r') => b"\\r",
            Some(b'\t') => b"\\t",
            _ => b"\\\\",
        })?;
        rest = from.get(1..).unwrap_or_default();
    }
    out.write_all(rest)?;
    out.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::AtomType;

    /// A link that is a terabyte as text.
    fn endless() -> (Space, Handle) {
        let mut space = Space::new();
        let mut atom = space.node(AtomType::CONCEPT, "a").unwrap();
        for _ in 0..40 {
            atom = space.link(AtomType::LIST, &[atom, atom]).unwrap();
        }
        (space, atom)
    }

    #[test]
    fn what_is_shown_ends_somewhere() {
        let (space, atom) = endless();
        for text in [space.show(atom), space.show_bare(atom)] {
            assert!(text.len() <= LONGEST_SHOWN + "…".len() && text.ends_with('…'));
            assert!(Space::new().load(&text).is_err(), "what was cut is not read as if it were whole");
        }
        let error = space.show_whole(atom, 1000).unwrap_err();
        assert_eq!((error.limit, error.begins.len()), (1000, TooLong::TOLD));
        let short = space.find_node(AtomType::CONCEPT, "a").unwrap();
        assert_eq!(space.show_whole(short, 13).unwrap(), "(Concept \"a\")");
        assert!(space.show_bare_whole(short, 12).is_err());
    }

    #[test]
    fn an_atom_that_is_too_long_is_refused_with_its_beginning() {
        let (space, atom) = endless();
        let mut out = Vec::new();
        let line = |out: &mut Vec<u8>, limit| {
            space.write_line(out, (atom, limit), &mut Carried::Never, &mut Order::default()).unwrap_err()
        };
        let error = line(&mut out, 1000);
        assert!(out.len() <= 1000);
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<TooLong>()).expect("it says which");
        assert!(inner.begins.starts_with("(List (List (List "), "{inner}");
        // A writer that is full itself is something else.
        let error = space.write_text([0_u8; 100].as_mut_slice()).unwrap_err();
        assert!(error.get_ref().is_none_or(|inner| inner.downcast_ref::<TooLong>().is_none()), "{error}");
    }
}
