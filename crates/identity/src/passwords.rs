//! Passwords: what is accepted, and how they are hashed and checked.
//!
//! Argon2id with the OWASP parameters (Password Storage Cheat Sheet: 19 MiB, two
//! passes, one lane) and a random 16-byte salt, as a PHC string. Hashing runs on
//! blocking threads, a few at a time, because each takes tens of milliseconds of CPU
//! and 19 MiB. For a user that does not exist a hash of the same cost is checked, so
//! that the time taken tells nothing; hashes are compared in constant time.
//!
//! The rules follow NIST SP 800-63B: length, not character classes.

use std::sync::Arc;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use oriel_storage::Secret;
use tokio::sync::Semaphore;

/// Characters that a password has at least.
pub const MIN_CHARACTERS: usize = 12;
/// Bytes that a password has at most.
pub const MAX_BYTES: usize = 1024;

/// What hashing one password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl HashCost {
    /// What OWASP recommends: 19 MiB, two passes.
    pub const OWASP: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// The least that Argon2 accepts. For tests: it protects nothing.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1 };
}

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Too few characters.
    #[error("password: it must have at least {MIN_CHARACTERS} characters; a few words in a row are easy to remember")]
    TooShort,
    /// Too many bytes.
    #[error("password: it must have at most {MAX_BYTES} bytes")]
    TooLong,
    /// No text.
    #[error("password: it must be text (UTF-8)")]
    NoText,
    /// The same as the user name.
    #[error("password: it must not be the user name")]
    IsUsername,
}

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The parameters or the stored hash are not valid.
    #[error("password hash: {0}")]
    Hash(String),
    /// The process is shutting down.
    #[error("password hash: the server is shutting down")]
    ShuttingDown,
}

/// Checks a new password against the rules.
pub fn check_rules(username: &str, password: &Secret) -> Result<(), PasswordProblem> {
    if password.expose().len() > MAX_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    let text = password.expose_text().ok_or(PasswordProblem::NoText)?;
    if text.chars().count() < MIN_CHARACTERS {
        return Err(PasswordProblem::TooShort);
    }
    if text.to_lowercase() == username.to_lowercase() {
        return Err(PasswordProblem::IsUsername);
    }
    Ok(())
}

/// What a check of a password found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It is not the password.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, and its hash has another cost than new ones: hash it again.
    RightButDated,
}

/// Hashes and checks passwords, a few at a time.
#[derive(Debug)]
pub(crate) struct PasswordHashing {
    cost: HashCost,
    /// How many hashes may be computed at once.
    slots: Arc<Semaphore>,
    /// The hash that is checked for users that do not exist.
    nobody: tokio::sync::OnceCell<String>,
}

impl PasswordHashing {
    pub(crate) fn new(cost: HashCost) -> Self {
        let at_once = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
        Self { cost, slots: Arc::new(Semaphore::new(at_once)), nobody: tokio::sync::OnceCell::new() }
    }

    /// The PHC string of a new password.
    pub(crate) async fn hash(&self, password: Secret) -> Result<String, HashError> {
        let cost = self.cost;
        self.blocking(move || hash(cost, password.expose())).await
    }

    /// Checks a password against a hash, or for a user that does not exist (`None`)
    /// against one that nothing matches, in the same time.
    pub(crate) async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Checked, HashError> {
        let cost = self.cost;
        let exists = stored.is_some();
        let stored = match stored {
            Some(stored) => stored,
            None => self.nobody().await?,
        };
        let checked = self.blocking(move || verify(cost, password.expose(), &stored)).await?;
        Ok(if exists { checked } else { Checked::Wrong })
    }

    async fn nobody(&self) -> Result<String, HashError> {
        let cost = self.cost;
        let made = self.nobody.get_or_try_init(|| self.blocking(move || hash(cost, b"nobody's password")));
        made.await.cloned()
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| HashError::ShuttingDown)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work, not by the request: a client that hangs up frees no slot early.
            let _slot = slot;
            work()
        });
        done.await.map_err(|_| HashError::ShuttingDown)?
    }
}

fn hash(cost: HashCost, password: &[u8]) -> Result<String, HashError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(failed)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2.hash_password(password).map_err(failed)?;
    Ok(hash.to_string())
}

fn verify(cost: HashCost, password: &[u8], stored: &str) -> Result<Checked, HashError> {
    let hash = PasswordHash::new(stored).map_err(failed)?;
    match Argon2::default().verify_password(password, &hash) {
        Ok(()) => {
            let params = Params::try_from(&hash).map_err(failed)?;
            let current = params.m_cost() == cost.memory_kib && params.t_cost() == cost.passes;
            Ok(if current { Checked::Right } else { Checked::RightButDated })
        }
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Checked::Wrong),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: impl std::fmt::Display) -> HashError {
    HashError::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(username: &str, password: &str) -> Result<(), PasswordProblem> {
        check_rules(username, &Secret::new(password))
    }

    #[test]
    fn the_rules() {
        assert_eq!(rules("ada", "twelve chars"), Ok(()));
        assert_eq!(rules("ada", "eleven char"), Err(PasswordProblem::TooShort));
        assert_eq!(rules("ada", "ééééééééééé"), Err(PasswordProblem::TooShort), "characters, not bytes");
        assert_eq!(rules("ada", &"x".repeat(1024)), Ok(()));
        assert_eq!(rules("ada", &"x".repeat(1025)), Err(PasswordProblem::TooLong));
        assert_eq!(rules("Grace.Hopper.1", "gRACE.hOPPER.1"), Err(PasswordProblem::IsUsername));
        assert_eq!(check_rules("ada", &Secret::new([0xff; 20])), Err(PasswordProblem::NoText));
    }

    #[tokio::test]
    async fn a_hash_is_salted_and_names_its_parameters() {
        let hashing = PasswordHashing::new(HashCost::OWASP);
        let one = hashing.hash(Secret::new("correct horse")).await.unwrap();
        let other = hashing.hash(Secret::new("correct horse")).await.unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
        let checked = hashing.verify(Secret::new("correct horse"), Some(one.clone())).await.unwrap();
        assert_eq!(checked, Checked::Right);
        let checked = hashing.verify(Secret::new("correct horsf"), Some(one)).await.unwrap();
        assert_eq!(checked, Checked::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_still_works_and_is_dated() {
        let old = PasswordHashing::new(HashCost::LEAST).hash(Secret::new("correct horse")).await.unwrap();
        let hashing = PasswordHashing::new(HashCost { memory_kib: 16, passes: 1 });
        let checked = hashing.verify(Secret::new("correct horse"), Some(old)).await.unwrap();
        assert_eq!(checked, Checked::RightButDated);
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        let hashing = PasswordHashing::new(HashCost::LEAST);
        for guess in ["nobody's password", "x"] {
            assert_eq!(hashing.verify(Secret::new(guess), None).await.unwrap(), Checked::Wrong);
        }
    }

    #[tokio::test]
    async fn a_broken_hash_is_an_error_and_not_a_match() {
        let hashing = PasswordHashing::new(HashCost::LEAST);
        assert!(hashing.verify(Secret::new("x"), Some("plain".to_owned())).await.is_err());
    }
}
