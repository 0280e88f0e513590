//! Sessions: signing in and out, and knowing a caller by a token.
//!
//! A session is a random token that the client keeps and the SHA-256 of it that the
//! database keeps. It ends when it is not used for a while, after its lifetime, when it
//! is signed out or revoked, when the password changes, and when the user is disabled.

mod authenticate;
mod manage;
mod open;
mod sign_in;

use oriel_storage::StorageError;

use crate::passwords::HashError;
use crate::policy::Denied;
use crate::token::NoRandomness;

pub use open::NewSignIn;

/// Why somebody could not sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name or the password is wrong, or the account is disabled; which one is not told.
    #[error("the user name or the password is wrong")]
    Refused,
    /// Too many attempts for this name or from this address.
    #[error("too many attempts to sign in; wait {seconds} seconds")]
    Throttled {
        /// How long to wait.
        seconds: u64,
    },
    /// The password could not be checked.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// A token could not be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a session could not be used, listed or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The policy said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such session.
    #[error("there is no such session")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
