//! User accounts: made, changed and listed by administrators.
//!
//! There is always an administrator who can sign in: the last one can be neither
//! demoted nor disabled. Users are disabled, never deleted, because history names them.

mod change;
mod create;
mod own_password;
mod read;
mod reset;

use oriel_storage::StorageError;

use crate::passwords::{HashError, PasswordProblem};
use crate::policy::Denied;
use crate::token::NoRandomness;

pub use change::UserChange;
pub use create::NewAccount;

/// Characters that a user name has at most.
const MAX_USERNAME: usize = 64;

/// Why an account could not be made, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The policy said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The name is not acceptable.
    #[error(
        "username: it must have 1 to {MAX_USERNAME} characters, start with a letter or digit, and hold only letters, digits and . _ - @"
    )]
    Username,
    /// The name is in use.
    #[error("username: it is already taken; choose another")]
    UsernameTaken,
    /// The password is not acceptable.
    #[error(transparent)]
    Password(#[from] PasswordProblem),
    /// The current password, asked for again, was wrong.
    #[error("current_password: it is not your password")]
    CurrentPassword,
    /// Too many wrong current passwords.
    #[error("current_password: too many wrong attempts; wait {seconds} seconds")]
    Throttled {
        /// How long to wait.
        seconds: u64,
    },
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// The change would leave nobody who can administer.
    #[error("{field}: this is the last administrator who can sign in; make another user an administrator first")]
    LastAdministrator {
        /// The field that would do it: `role` or `disabled`.
        field: &'static str,
    },
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// A token could not be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl AccountError {
    /// The field of the request that is at fault, for problem responses.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Username | Self::UsernameTaken => Some("username"),
            Self::Password(_) => Some("password"),
            Self::CurrentPassword | Self::Throttled { .. } => Some("current_password"),
            Self::LastAdministrator { field } => Some(field),
            Self::Denied(_) | Self::NotFound | Self::Hash(_) | Self::Randomness(_) | Self::Storage(_) => None,
        }
    }
}

/// Checks a new user name.
pub(crate) fn check_username(username: &str) -> Result<(), AccountError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    let sound = username.len() <= MAX_USERNAME
        && username.starts_with(|c: char| c.is_ascii_alphanumeric())
        && username.chars().all(allowed);
    if sound { Ok(()) } else { Err(AccountError::Username) }
}

/// A storage error of creating a user, where a taken name has its own meaning.
pub(crate) fn created(error: StorageError) -> AccountError {
    match error {
        StorageError::Taken { .. } => AccountError::UsernameTaken,
        other => AccountError::Storage(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names() {
        for good in ["a", "ada", "Ada.Lovelace-1_x@example.com", "7", &"x".repeat(64)] {
            assert!(check_username(good).is_ok(), "{good}");
        }
        for bad in ["", ".ada", "a b", "ada\n", "adä", "a/b", &"x".repeat(65)] {
            assert!(check_username(bad).is_err(), "{bad}");
        }
    }
}
