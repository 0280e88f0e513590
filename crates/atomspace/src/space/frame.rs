//! Frames: a copy of a space that remembers what it stood over, to think something through apart.
//!
//! A frame reads and changes like a [`Space`]; the base sees nothing of it. What it changed is found by comparing the two:
//! what they share is skipped a chunk at a time, so that the cost goes with the changes. [`Frame::merge_into`] carries the
//! changes to the base or whatever has become of it. A frame over a frame stands over what [`Frame::share`] gives.

use super::{Changes, Handle, Space, SpaceError};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A space over a base.
///
/// ```
/// use oriel_atomspace::space::{AtomType, Frame, Space, Truth};
/// use std::sync::Arc;
/// let mut space = Space::new();
/// let cart = space.node(AtomType::CONCEPT, "cart")?;
/// let stock = space.node(AtomType::CONCEPT, "stock")?;
/// let mut frame = Frame::over(Arc::new(space.clone()));
/// frame.hide(stock)?;
/// frame.set_truth(cart, Truth::simple(0.5, 0.5))?;
/// frame.node(AtomType::CONCEPT, "mail")?;
///
/// space.node(AtomType::CONCEPT, "meanwhile")?;
/// frame.merge_into(&mut space)?;
/// assert_eq!(space.dump(), "(Concept \"cart\" (stv 0.5 0.5))\n(Concept \"meanwhile\")\n(Concept \"mail\")\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Frame {
    base: Arc<Space>,
    space: Space,
}

impl Frame {
    /// A frame over a base, with the same content.
    #[must_use]
    pub fn over(base: Arc<Space>) -> Self {
        let space = Space::clone(&base);
        Self { base, space }
    }

    /// What it stands over.
    #[must_use]
    pub fn base(&self) -> &Arc<Space> {
        &self.base
    }

    /// What the frame holds now, for other frames to stand over.
    #[must_use]
    pub fn share(&self) -> Arc<Space> {
        Arc::new(self.space.clone())
    }

    /// The frame's content as a space of its own.
    #[must_use]
    pub fn into_space(self) -> Space {
        self.space
    }

    /// Hides an atom of the base, with all links that join it; they are as if removed, in this frame alone. Returns how
    /// many atoms are hidden by this.
    pub fn hide(&mut self, handle: Handle) -> Result<usize, SpaceError> {
        self.space.remove_recursive(handle)
    }

    /// Whether the base has an atom that the frame does not show.
    #[must_use]
    pub fn is_hidden(&self, handle: Handle) -> bool {
        self.base.contains(handle) && !self.space.contains(handle)
    }

    /// What the frame changed.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes::between(&self.base, &self.space)
    }
}

impl Deref for Frame {
    type Target = Space;

    fn deref(&self) -> &Space {
        &self.space
    }
}

impl DerefMut for Frame {
    fn deref_mut(&mut self) -> &mut Space {
        &mut self.space
    }
}
