//! Why a query cannot be asked, and why one that was asked stopped.

use crate::space::{SpaceError, TextError};

/// Why a query cannot be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The text of the query cannot be read.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The atom is no query, or one that says something which has no meaning.
    #[error("{clause}: {message}")]
    Form {
        /// The clause or the part of it that is wrong, as text.
        clause: String,
        /// What is wrong, and what to write.
        message: String,
    },
    /// A variable that the query does not declare.
    #[error(
        "{clause}: the variable `{variable}` is not declared: declare it, or put it into a Quote where it stands for itself"
    )]
    Undeclared {
        /// The variable.
        variable: String,
        /// The clause that it stands in.
        clause: String,
    },
    /// A variable that nothing gives a value.
    #[error(
        "{clause}: nothing gives the variable `{variable}` a value: let it stand in a pattern that must be there, \
         in every branch of an Or"
    )]
    Unbound {
        /// The variable.
        variable: String,
        /// The clause that needs it.
        clause: String,
    },
    /// An interval that is none.
    #[error(
        "{clause}: {message}: an interval is two whole numbers, the second no less than the first, or -1 for no end"
    )]
    Interval {
        /// The interval as text.
        clause: String,
        /// What is wrong.
        message: String,
    },
    /// A function that nobody registered.
    #[error("{clause}: no function `{name}` is registered; {known}")]
    Function {
        /// The name of the function.
        name: String,
        /// The clause that calls it.
        clause: String,
        /// What is registered.
        known: String,
    },
    /// A predicate or schema that nothing defines.
    #[error(
        "{clause}: `{name}` is not defined here: define it in the base by (Define (Defined… {name:?}) (Lambda variables \
         body)), or put the clause into a Present where it is looked for as it stands"
    )]
    Undefined {
        /// The name of the definition.
        name: String,
        /// The clause that it stands in.
        clause: String,
    },
    /// The alternatives multiply beyond what is worked through.
    #[error("the query has more than {0} branches when its Or and Choice are multiplied out: split it")]
    Branches(usize),
    /// It stopped before it was done.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// What it found cannot be written into the space.
    #[error("what was found cannot be written into the space")]
    Space(#[from] SpaceError),
}

/// Why a search stopped before it was done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stopped {
    /// The token was cancelled.
    #[error("the query was cancelled")]
    Cancelled,
    /// It took as many steps as it was given.
    #[error("the query took all of its {0} steps: raise the limit, or make it narrower")]
    Steps(u64),
    /// Its clauses do not hang together, and their product is large.
    #[error(
        "clauses that share no variable multiply to more than {0} combinations: connect them, or raise the limit for products"
    )]
    Product(u64),
    /// What it computes and keeps is large.
    #[error("what the query makes has more than {0} parts: make less of each solution, or ask for fewer")]
    Parts(u64),
    /// A definition calls itself without end, or almost.
    #[error(
        "`{name}` is computed in terms of itself, deeper than is followed: let a Cond end it, or let it take fewer rounds"
    )]
    Definition {
        /// The name of the innermost definition.
        name: String,
    },
    /// A function said that it cannot compute what it was asked.
    #[error("the function `{name}` failed: {message}")]
    Function {
        /// The name of the function.
        name: String,
        /// What it said.
        message: String,
    },
}

impl QueryError {
    pub(super) fn form(clause: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Form { clause: clause.into(), message: message.into() }
    }
}
