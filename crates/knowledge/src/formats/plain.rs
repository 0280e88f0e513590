//! What atoms carry that a format has no place for.

use oriel_atomspace::space::{Handle, Space, Truth};

/// Whether an atom carries nothing.
pub(super) fn is_bare(space: &Space, atom: Handle) -> bool {
    space.truth(atom) == Truth::DEFAULT && is_whole(space, atom, 0)
}

/// Whether strength, confidence and so many values are all that an atom carries: no format of graphs has a place for attention,
/// or for more of a truth value.
pub(super) fn is_whole(space: &Space, atom: Handle, values: usize) -> bool {
    let plain = matches!(space.truth(atom), Truth::Simple { .. });
    plain && space.attention(atom).is_none() && space.values(atom).count() == values
}
