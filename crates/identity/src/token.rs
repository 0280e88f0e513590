//! Random tokens: 256 bits from the operating system, of which only the SHA-256 is stored.
//!
//! A plain hash is right here and wrong for passwords: nobody can guess 256 random bits,
//! so there is nothing to slow down.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oriel_storage::Secret;
use rand::TryRng as _;
use sha2::{Digest as _, Sha256};

/// A token and its hash.
#[derive(Debug)]
pub(crate) struct Token {
    /// 43 characters of URL-safe base64, to be given to the client once.
    pub(crate) text: Secret,
    /// What is stored.
    pub(crate) hash: [u8; 32],
}

/// The operating system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct NoRandomness(#[source] rand::rngs::SysError);

impl Token {
    pub(crate) fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0_u8; 32];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(NoRandomness)?;
        let text = URL_SAFE_NO_PAD.encode(bytes);
        Ok(Self { hash: hash(&text), text: Secret::new(text) })
    }
}

/// The hash under which a token is found.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_found_by_their_hash() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert_ne!(one.hash, other.hash);
        let text = one.text.expose_text().unwrap();
        assert_eq!(text.len(), 43);
        assert_eq!(hash(text), one.hash);
    }
}
