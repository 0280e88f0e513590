//! That a command was called wrongly, where only the command itself can tell: flags that do not go together, or name nothing.
//! The program then ends with 2, as it does where the parser of flags can tell.

/// What is wrong with the flags, and what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

impl Misuse {
    /// As an error of a command.
    pub(crate) fn because(reason: impl Into<String>) -> anyhow::Error {
        Self(reason.into()).into()
    }
}
