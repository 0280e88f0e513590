//! What a merge did, and where frame and target do not go together.

use crate::space::{Attention, SpaceError, Truth, Value};
use std::fmt;

/// Which side wins where both changed the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefer {
    /// The frame that is merged.
    Frame,
    /// The space that it is merged into.
    Target,
}

/// What a merge did to the target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// Atoms that are new there.
    pub added: usize,
    /// Atoms that are gone there.
    pub removed: usize,
    /// Truth values, attention values and values that were set or taken away.
    pub changed: usize,
    /// Where both had changed the same, in the order in which it was found.
    pub conflicts: Vec<Conflict>,
}

/// Why a merge was not carried out. Nothing was changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Both sides changed the same, differently.
    #[error("frame and space changed the same, {} time(s): {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Conflicts(Vec<Conflict>),
    /// The target cannot take the change.
    #[error(transparent)]
    Space(#[from] SpaceError),
}

/// An atom that frame and target did not treat alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The atom, as text.
    pub atom: String,
    /// What is at odds.
    pub kind: ConflictKind,
}

/// What is at odds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConflictKind {
    /// Both set the truth value.
    Truth {
        /// In the base.
        base: Truth,
        /// In the frame.
        frame: Truth,
        /// In the target.
        target: Truth,
    },
    /// Both set the attention value.
    Attention {
        /// In the base.
        base: Option<Attention>,
        /// In the frame.
        frame: Option<Attention>,
        /// In the target.
        target: Option<Attention>,
    },
    /// Both set the value under a key.
    Value {
        /// The key, as text.
        key: String,
        /// In the base.
        base: Option<Value>,
        /// In the frame.
        frame: Option<Value>,
        /// In the target.
        target: Option<Value>,
    },
    /// The frame uses or changed the atom, and the target removed it.
    Gone,
    /// The frame removed the atom, and in the target it is in use; it stays.
    InUse {
        /// By which link, as text.
        by: String,
    },
    /// The frame removed the atom, and the target changed what it carries.
    ChangedThere,
    /// The frame sets a state or definition, and the target has another by now.
    Standing {
        /// The target's, as text.
        there: String,
    },
}

impl fmt::Display for Conflict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let atom = &self.atom;
        match &self.kind {
            ConflictKind::Truth { base, frame, target } => {
                let said = |truth: &Truth| format!("({}, {})", truth.strength(), truth.confidence());
                write!(
                    out,
                    "{atom} had the truth value {}: the frame says {}, the space {}",
                    said(base),
                    said(frame),
                    said(target)
                )
            }
            ConflictKind::Attention { .. } => write!(out, "frame and space gave {atom} different attention"),
            ConflictKind::Value { key, .. } => {
                write!(out, "frame and space set the value of {atom} under {key} differently")
            }
            ConflictKind::Gone => write!(out, "the frame uses {atom}, which the space removed"),
            ConflictKind::InUse { by } => write!(out, "the frame removed {atom}, which the space uses in {by}"),
            ConflictKind::ChangedThere => {
                write!(out, "the frame removed {atom}, and the space changed what it carries")
            }
            ConflictKind::Standing { there } => write!(out, "the frame states {atom}, and the space {there}"),
        }
    }
}
