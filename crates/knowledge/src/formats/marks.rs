//! Sets of atoms that take a few bits each.

use oriel_atomspace::space::{Handle, Space};
use roaring::RoaringBitmap;

/// Some atoms of a space.
#[derive(Debug, Default)]
pub(super) struct Marks(RoaringBitmap);

impl Marks {
    pub(super) fn insert(&mut self, atom: Handle) {
        self.0.insert(atom.index() as u32);
    }

    pub(super) fn contains(&self, atom: Handle) -> bool {
        self.0.contains(atom.index() as u32)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.0.len()).unwrap_or(usize::MAX)
    }

    /// The atoms, in the order of addition.
    pub(super) fn atoms<'a>(&'a self, space: &'a Space) -> impl Iterator<Item = Handle> + 'a {
        self.0.iter().filter_map(|at| space.handle_at(at as usize))
    }
}

impl Extend<Handle> for Marks {
    fn extend<I: IntoIterator<Item = Handle>>(&mut self, atoms: I) {
        atoms.into_iter().for_each(|atom| self.insert(atom));
    }
}

impl FromIterator<Handle> for Marks {
    fn from_iter<I: IntoIterator<Item = Handle>>(atoms: I) -> Self {
        let mut marks = Self::default();
        marks.extend(atoms);
        marks
    }
}
