//! What is changed: a list of operations on atoms that are carried out together, or not at all.
//!
//! A change is what a log keeps, so it says everything as text: an atom is named by what it is, never by a handle. Carrying
//! out the changes of a log one after another gives the same content always; nothing here knows a clock or chance.

mod apply;
mod between;
mod encoding;

pub use apply::ChangeError;
pub(crate) use apply::{apply, counterpart, unbounded};
pub use encoding::EncodingError;

/// One operation of a change. Atoms are written in the text format of `oriel_atomspace::space::text`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Adds the atoms of a text, declares its types, and sets what it says that atoms carry.
    Add(String),
    /// Removes an atom with what it carries.
    Remove {
        /// The atom.
        atom: String,
        /// Whether links that join it go too, and what joins those; else it is refused where there are any.
        recursive: bool,
    },
    /// Takes the value of an atom under a key away.
    UnsetValue {
        /// The atom.
        atom: String,
        /// The key.
        key: String,
    },
    /// Takes the attention value of an atom away.
    UnsetAttention {
        /// The atom.
        atom: String,
    },
}

impl Operation {
    /// What it is called, in records and errors.
    fn word(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Remove { recursive: false, .. } => "remove",
            Self::Remove { recursive: true, .. } => "remove-recursive",
            Self::UnsetValue { .. } => "unset-value",
            Self::UnsetAttention { .. } => "unset-attention",
        }
    }

    /// Its texts; those that it does not have are empty.
    fn texts(&self) -> (&str, &str) {
        match self {
            Self::Add(text) => (text, ""),
            Self::Remove { atom, .. } | Self::UnsetAttention { atom } => (atom, ""),
            Self::UnsetValue { atom, key } => (atom, key),
        }
    }
}

/// Operations that are carried out together, in order, or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The operations.
    pub operations: Vec<Operation>,
}

impl Change {
    /// A change that adds what a text says.
    pub fn add(text: impl Into<String>) -> Self {
        Self { operations: vec![Operation::Add(text.into())] }
    }

    /// A change that removes one atom.
    pub fn remove(atom: impl Into<String>, recursive: bool) -> Self {
        Self { operations: vec![Operation::Remove { atom: atom.into(), recursive }] }
    }

    /// Whether it takes nothing away.
    pub(crate) fn only_adds(&self) -> bool {
        self.operations.iter().all(|operation| matches!(operation, Operation::Add(_)))
    }

    /// Whether it has no operations.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Bytes of its texts.
    pub fn bytes(&self) -> u64 {
        let bytes = |operation: &Operation| {
            let (one, two) = operation.texts();
            (one.len() + two.len()) as u64
        };
        self.operations.iter().map(bytes).sum()
    }
}
