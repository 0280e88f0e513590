//! Writing a space, or one atom of it.

use super::order::Order;
use super::values::write_value;
use crate::space::numbers::write_number;
use crate::space::{Attention, Handle, Space, Truth, Value};
use std::io::{self, Write};

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
    /// The whole space as text, as [`Space::write_text`] writes it.
    #[must_use]
    pub fn dump(&self) -> String {
        let mut text = Vec::new();
        // Writing to memory does not fail, and what is written is UTF-8.
        let _ = self.write_text(&mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// Writes the whole space, one line for every atom that no link joins. Each atom carries what it carries where it is
    /// written first. Reading gives the same content, and writing that gives the same text. An atom that is deep is
    /// written deep: reading one of more than 1,000 brackets takes [`super::Limits`] that allow it.
    pub fn write_text(&self, out: impl Write) -> io::Result<()> {
        let mut out = io::BufWriter::new(out);
        let mut carried = Carried::Once(vec![0; self.end as usize / 64 + 1]);
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
            self.write_atom(&mut out, key, &mut Carried::Never, &mut order)?;
            out.write_all(b"\n")?;
        }
        let plain = |key: &Handle| self.name(*key).is_some() && !self.carries(*key);
        let keys = keys().filter(|key| self.incoming.is_empty(*key) && !plain(key));
        let roots = self.handles().filter(|root| self.incoming.is_empty(*root) && self.key_uses.get(*root).is_none());
        for root in keys.chain(roots) {
            self.write_atom(&mut out, root, &mut carried, &mut order)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// Whether the atom carries anything that is written.
    fn carries(&self, handle: Handle) -> bool {
        self.truth(handle) != Truth::DEFAULT || self.attention(handle).is_some() || self.values(handle).next().is_some()
    }

    /// One atom as text, with what it and the atoms below it carry. Empty where there is no such atom.
    #[must_use]
    pub fn show(&self, handle: Handle) -> String {
        let mut text = Vec::new();
        let _ = self.write_atom(&mut text, handle, &mut Carried::All, &mut Order::default());
        String::from_utf8(text).unwrap_or_default()
    }

    /// Writes some atoms, a line each. Of all atoms that are written, those among `carrying` carry what they carry, each
    /// where it is written first.
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
        let mut seen = vec![u64::MAX; self.end as usize / 64 + 1];
        for handle in carrying {
            if let Some(word) = seen.get_mut(handle.index() / 64) {
                *word &= !(1 << (handle.index() % 64));
            }
        }
        let (mut carried, mut order) = (Carried::Once(seen), Order::default());
        for atom in atoms {
            self.write_atom(&mut out, atom, &mut carried, &mut order)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }

    /// One atom as text, without what it carries. Empty where there is no such atom.
    #[must_use]
    pub fn show_bare(&self, handle: Handle) -> String {
        let mut text = Vec::new();
        let _ = self.write_atom(&mut text, handle, &mut Carried::Never, &mut Order::default());
        String::from_utf8(text).unwrap_or_default()
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
        if let Some(Attention { sti, lti, vlti }) = self.attention(handle) {
            write!(out, " (av {sti} {lti} {vlti})")?;
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

fn write_truth(out: &mut impl Write, truth: Truth) -> io::Result<()> {
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
