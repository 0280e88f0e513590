//! Why rules or a target cannot be used.

use crate::query::QueryError;
use crate::space::{SpaceError, TextError};

/// Why rules or a target cannot be used, or conclusions not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// A text cannot be read.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A declaration of variables is malformed.
    #[error(transparent)]
    Declaration(#[from] QueryError),
    /// An atom that has no meaning where it stands.
    #[error("{clause}: {message}")]
    Form {
        /// The atom, as text.
        clause: String,
        /// What is wrong, and what to write.
        message: String,
    },
    /// A rule that is malformed.
    #[error("rule `{rule}`: {source}")]
    Rule {
        /// The name of the rule.
        rule: String,
        /// What is wrong with it.
        source: Box<ChainError>,
    },
    /// No rule is a member of a rule base.
    #[error(
        "there are no rules in `{0}`: load them, and let each be a member, (Member (DefinedSchema \"rule\") (Concept \"{0}\"))"
    )]
    NoRules(String),
    /// A formula that nobody registered.
    #[error("no formula `{name}` is registered; registered are {known}")]
    Formula {
        /// The name of the formula.
        name: String,
        /// What is registered.
        known: String,
    },
    /// A fact whose evidence is not a list of ids.
    #[error(
        "the evidence of {atom} is no list of at most 64 whole numbers from 0 to 9007199254740991 with one at least"
    )]
    Evidence {
        /// The fact, as text.
        atom: String,
    },
    /// Ids of evidence are used up.
    #[error(
        "the ids of evidence are used up: {0} is the greatest in use, and the space needs as many more as it has atoms"
    )]
    Ids(u32),
    /// A conclusion cannot be written.
    #[error("a conclusion cannot be written into the space")]
    Space(#[from] SpaceError),
}

impl ChainError {
    pub(super) fn form(clause: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Form { clause: clause.into(), message: message.into() }
    }

    pub(super) fn in_rule(self, rule: &str) -> Self {
        Self::Rule { rule: rule.to_owned(), source: Box::new(self) }
    }
}
