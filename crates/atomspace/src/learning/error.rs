//! Why something cannot be learnt.

use super::bounds::Met;
use crate::space::{Handle, SpaceError};

/// Why something cannot be learnt.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LearningError {
    /// A setting is outside of its range.
    #[error("{field} is {given}: it must be {wanted}")]
    Setting {
        /// Which one.
        field: &'static str,
        /// What it is.
        given: f64,
        /// What it must be.
        wanted: &'static str,
    },
    /// There is no such atom.
    #[error("there is no atom {0} in this space")]
    NoAtom(Handle),
    /// There are more things to group than are compared each with each.
    #[error("{given} things cannot be grouped, at most {most} are: group a part of them")]
    TooMany {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// A bound was met where a part of the answer would be none.
    #[error("{0}: look at fewer things, or give it more")]
    Stopped(Met),
    /// The space refused a change.
    #[error(transparent)]
    Space(#[from] SpaceError),
}
