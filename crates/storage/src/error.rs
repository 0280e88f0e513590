//! What can go wrong between a repository and its database.

use sea_orm::{DbErr, SqlErr};

/// A result of a repository.
pub type Result<T, E = StorageError> = std::result::Result<T, E>;

/// An error of the database or of what it holds. Absence is `Option`, not an error.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database did not do what it was asked.
    #[error("database: could not {doing}")]
    Database {
        /// What was being done, as a verb phrase.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another record has the same unique value.
    #[error("{what} is already taken: choose another")]
    Taken {
        /// The field, such as `username`.
        what: &'static str,
    },
    /// A record refers to one that does not exist, or is referred to and cannot be deleted.
    #[error("database: could not {doing}: it refers to something that does not exist, or something else refers to it")]
    Dangling {
        /// What was being done, as a verb phrase.
        doing: &'static str,
    },
    /// The record was changed by somebody else since it was read.
    #[error("{what} was changed in the meantime: read it again and repeat the change")]
    Changed {
        /// The record, such as `target`.
        what: &'static str,
    },
    /// The record has another version than the one that the change was made for.
    #[error(
        "{what} has version {found}, and the change was made for version {expected}: read it again and repeat the change"
    )]
    Version {
        /// The record, such as `knowledge base`.
        what: &'static str,
        /// The version that the change was made for.
        expected: u64,
        /// The version that there is.
        found: u64,
    },
    /// The caller gave a value that cannot be stored.
    #[error("{what}: {why}")]
    Invalid {
        /// The field, such as `command`.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A stored value is not what this program writes.
    #[error("{what} holds a value that cannot be read: {why}")]
    Corrupt {
        /// Table and column, such as `runs.status`.
        what: &'static str,
        /// What is wrong with the value.
        why: String,
    },
    /// The address of the database cannot be used.
    #[error("database url: {why}")]
    Url {
        /// What is wrong and what to write instead.
        why: String,
    },
}

impl StorageError {
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(DbErr) -> Self {
        move |source| match source.sql_err() {
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Dangling { doing },
            _ => Self::Database { doing, source: Box::new(source) },
        }
    }

    pub(crate) fn corrupt(what: &'static str, why: &(impl ToString + ?Sized)) -> Self {
        Self::Corrupt { what, why: why.to_string() }
    }
}
