//! Private keys of users, as they are pasted or read from a file.
//!
//! Takes unencrypted ed25519 and ECDSA keys in OpenSSH or PKCS#8 form. What it does not take it names, with the way out.

use std::sync::Arc;

use russh::keys::{Algorithm, Error, HashAlg, PrivateKey, decode_secret_key};

const MAKE_ONE: &str = "make one for Oriel with: ssh-keygen -t ed25519 -N '' -f oriel_key";

/// A user's private key. Its `Debug` shows the fingerprint alone.
#[derive(Clone)]
pub struct UserKey {
    key: Arc<PrivateKey>,
}

/// Why a text is not a private key that can be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeyError {
    /// Nothing was given.
    #[error("private_key is empty: paste an OpenSSH private key; {MAKE_ONE}")]
    Empty,
    /// The public half was given.
    #[error("private_key is a public key: paste the private half, the file without .pub")]
    Public,
    /// It needs a passphrase.
    #[error(
        "private_key is protected by a passphrase, which nobody could enter when a run starts: remove it from a copy \
         with ssh-keygen -p -N '' -f COPY_OF_KEY, or {MAKE_ONE}"
    )]
    Encrypted,
    /// It is of another algorithm.
    #[error("private_key is of a kind that is not supported ({0}): ed25519 and ECDSA are; {MAKE_ONE}")]
    Unsupported(String),
    /// It cannot be read at all.
    #[error("private_key cannot be read ({0}): paste the whole file, from -----BEGIN to -----END")]
    Unreadable(String),
}

impl UserKey {
    /// Reads a key. Surrounding blanks and Windows line ends do not matter.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let Some(first) = lines.first() else { return Err(KeyError::Empty) };
        if first.starts_with("ssh-") || first.starts_with("ecdsa-") {
            return Err(KeyError::Public);
        }
        if lines.iter().any(|line| line.contains(": 4,ENCRYPTED") || line.starts_with("-----BEGIN ENCRYPTED")) {
            return Err(KeyError::Encrypted);
        }
        let key = decode_secret_key(&(lines.join("\n") + "\n"), None).map_err(|error| match error {
            Error::KeyIsEncrypted => KeyError::Encrypted,
            Error::UnsupportedKeyType { key_type_string, .. } => KeyError::Unsupported(key_type_string),
            other => KeyError::Unreadable(other.to_string()),
        })?;
        match key.algorithm() {
            Algorithm::Ed25519 | Algorithm::Ecdsa { .. } => Ok(Self { key: Arc::new(key) }),
            other => Err(KeyError::Unsupported(other.to_string())),
        }
    }

    /// The fingerprint of its public half, `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint(HashAlg::Sha256).to_string()
    }

    pub(super) fn inner(&self) -> Arc<PrivateKey> {
        Arc::clone(&self.key)
    }
}

impl std::fmt::Debug for UserKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("UserKey").field(&self.fingerprint()).finish()
    }
}
