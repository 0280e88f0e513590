//! The token of a service that sends something in, such as Alertmanager: set in the configuration, known here by its hash.

use sha2::{Digest as _, Sha256};

use crate::token;

/// The fewest characters a token may have: as many as 128 random bits in base64.
pub const MIN_TOKEN_CHARS: usize = 22;

/// The hash of a configured token. Nothing of the token can be read from it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceToken {
    hash: [u8; 32],
}

/// A token that is too easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token has at least {MIN_TOKEN_CHARS} characters; make one with: openssl rand -base64 32")]
pub struct WeakToken;

impl ServiceToken {
    /// The token with this text.
    pub fn new(text: &str) -> Result<Self, WeakToken> {
        if text.trim().chars().count() < MIN_TOKEN_CHARS {
            return Err(WeakToken);
        }
        Ok(Self { hash: token::hash(text.trim()) })
    }

    /// Whether `given` is the token. Takes the same time however much of it is right: hashes are compared, all of them.
    pub fn matches(&self, given: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(given.as_bytes()).into();
        let different = self.hash.iter().zip(given).fold(0_u8, |different, (a, b)| different | (a ^ b));
        std::hint::black_box(different) == 0
    }
}

impl std::fmt::Debug for ServiceToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServiceToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_matches() {
        let text = "a-token-of-more-than-22-characters";
        let token = ServiceToken::new(text).unwrap();
        assert!(token.matches(text));
        for other in ["", "a", &text[1..], &format!("{text} ")] {
            assert!(!token.matches(other), "{other:?}");
        }
        assert_eq!(format!("{token:?}"), "ServiceToken(…)");
        assert_eq!(ServiceToken::new("short"), Err(WeakToken));
    }
}
