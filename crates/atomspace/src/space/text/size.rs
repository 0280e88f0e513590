//! How much text an atom would be, told without writing it.

use crate::space::{Handle, Space};
use rustc_hash::FxHashMap;

/// Brackets, quotes and the space before an atom.
const AROUND: u64 = 5;

impl Space {
    /// About how many bytes [`Space::show`] of these atoms together would give, without what they carry. A link writes out all
    /// that it joins wherever it stands, so that one of forty links that each join the last one twice is a terabyte of text:
    /// this takes time and memory for the atoms below, each once. Atoms that are not there count nothing.
    ///
    /// ```
    /// use oriel_atomspace::space::{AtomType, Space};
    /// let mut space = Space::new();
    /// let mut atom = space.node(AtomType::CONCEPT, "a")?;
    /// for _ in 0..40 {
    ///     atom = space.link(AtomType::LIST, &[atom, atom])?;
    /// }
    /// assert!(space.text_size([atom]) > 1 << 40);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn text_size(&self, atoms: impl IntoIterator<Item = Handle>) -> u64 {
        let mut known: FxHashMap<Handle, u64> = FxHashMap::default();
        let mut whole = 0_u64;
        let mut open: Vec<Handle> = Vec::new();
        for atom in atoms {
            open.push(atom);
            while let Some(atom) = open.last().copied() {
                let joined = self.outgoing(atom);
                let before = open.len();
                open.extend(joined.iter().copied().filter(|below| !known.contains_key(below)));
                if open.len() > before && !known.contains_key(&atom) {
                    continue;
                }
                open.truncate(before - 1);
                let own = self.type_of(atom).map_or(0, |of| self.types().name(of).len() as u64 + AROUND)
                    + self.name(atom).map_or(0, |name| name.len() as u64);
                let below = joined.iter().filter_map(|below| known.get(below));
                known.insert(atom, below.fold(own, |sum, size| sum.saturating_add(*size)));
            }
            whole = whole.saturating_add(known.get(&atom).copied().unwrap_or(0));
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_about_the_length_of_the_text() {
        let mut space = Space::new();
        let text = r#"(List (List (Concept "some name") (Concept "b")) (Concept "some name") (List (Concept "b")))"#;
        let atom = space.load(text).unwrap().last.unwrap();
        let (told, shown) = (space.text_size([atom]), space.show(atom).len() as u64);
        assert!(told.abs_diff(shown) * 5 < shown, "{told} of {shown}");
        assert_eq!(space.text_size([atom, atom]), 2 * told);
        assert_eq!(space.text_size([Handle::NONE]), 0);
    }
}
