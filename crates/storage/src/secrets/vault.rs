//! Sealing and opening secrets with the key in the data directory.
//!
//! AES-256-GCM with a random 96-bit nonce for each value (NIST SP 800-38D allows 2^32
//! values for one key; a fleet has thousands). The associated data binds each value to
//! its record's id and kind, so that one row's ciphertext cannot be moved into
//! another's. The key file is made on first use, readable by its owner only; one that
//! others can read is refused. Lose it, and the secrets are lost: back it up apart
//! from the database.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use oriel_model::SecretId;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Secret;
use crate::audit::hexadecimal;

/// The key file's name in the data directory.
const FILE: &str = "secret.key";
const KEY_BYTES: usize = 32;

/// Why a secret could not be sealed or opened, or the key file not be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file could not be read or made.
    #[error("key file {}: could not {doing}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// Others than the owner may read the key file.
    #[error("key file {}: others may read it (mode {mode:o}); run `chmod 600` on it", path.display())]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The key file holds no key.
    #[error("key file {}: it must hold exactly 32 bytes, not {bytes}; restore it from a backup", path.display())]
    Length {
        /// The file.
        path: PathBuf,
        /// How many bytes it holds.
        bytes: usize,
    },
    /// The value was sealed with another key.
    #[error(
        "the secret was sealed with the key {sealed_with}, and the key file holds {present}; restore the key file that belongs to this database"
    )]
    OtherKey {
        /// The id of the key that sealed it.
        sealed_with: String,
        /// The id of the key at hand.
        present: String,
    },
    /// The cipher refused: tampered, moved, or of another kind.
    #[error("the secret cannot be decrypted: it was changed, or is not of this kind")]
    Refused,
}

/// A sealed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which key sealed it.
    pub key_id: String,
    /// The nonce.
    pub nonce: Vec<u8>,
    /// The ciphertext and its tag.
    pub ciphertext: Vec<u8>,
}

/// Seals and opens secrets with one key.
pub struct Vault {
    key: RandomizedNonceKey,
    key_id: String,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Vault {
    /// The vault of a data directory; makes its key file when there is none.
    pub fn in_directory(directory: &Path) -> Result<Self, VaultError> {
        let path = directory.join(FILE);
        match read(&path)? {
            Some(key) => Self::with_key(&path, &key),
            None => Self::with_key(&path, &make(directory, &path)?),
        }
    }

    fn with_key(path: &Path, key: &[u8]) -> Result<Self, VaultError> {
        let wrong_length = || VaultError::Length { path: path.to_owned(), bytes: key.len() };
        if key.len() != KEY_BYTES {
            return Err(wrong_length());
        }
        let hash = Sha256::new().chain_update(b"oriel key id\0").chain_update(key).finalize();
        let key_id = hexadecimal(hash.get(..8).unwrap_or_default());
        let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| wrong_length())?;
        Ok(Self { key, key_id })
    }

    /// Encrypts a secret for the record `id`.
    pub fn seal(&self, id: SecretId, kind: &str, secret: &Secret) -> Result<Sealed, VaultError> {
        let mut buffer = secret.expose().to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(binding(id, kind)), &mut buffer)
            .map_err(|_| VaultError::Refused)?;
        Ok(Sealed { key_id: self.key_id.clone(), nonce: nonce.as_ref().to_vec(), ciphertext: buffer })
    }

    /// Decrypts the secret of the record `id`.
    pub fn open(&self, id: SecretId, kind: &str, sealed: Sealed) -> Result<Secret, VaultError> {
        if sealed.key_id != self.key_id {
            return Err(VaultError::OtherKey { sealed_with: sealed.key_id, present: self.key_id.clone() });
        }
        let nonce = Nonce::try_assume_unique_for_key(&sealed.nonce).map_err(|_| VaultError::Refused)?;
        let mut buffer = Zeroizing::new(sealed.ciphertext);
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(binding(id, kind)), &mut buffer)
            .map_err(|_| VaultError::Refused)?;
        Ok(Secret::new(&*plain))
    }
}

/// What a value is bound to. The id has a fixed length, so no two pairs read the same.
fn binding(id: SecretId, kind: &str) -> Vec<u8> {
    [b"oriel secret 1\0".as_slice(), id.as_uuid().as_bytes(), kind.as_bytes()].concat()
}

fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let failed = |doing| move |source| VaultError::File { path: path.to_owned(), doing, source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("open it")(error)),
    };
    let mode = file.metadata().map_err(failed("look at it"))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::Permissions { path: path.to_owned(), mode });
    }
    let mut key = Zeroizing::new(Vec::with_capacity(KEY_BYTES));
    file.take(4096).read_to_end(&mut key).map_err(failed("read it"))?;
    Ok(Some(key))
}

/// Makes the key under another name and links it into place: a crash leaves no half
/// key, and of two processes that start at once one key wins for both.
fn make(directory: &Path, path: &Path) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let failed = |doing| move |source| VaultError::File { path: path.to_owned(), doing, source };
    let no_randomness = |_| failed("get random bytes for it")(std::io::Error::other("the system gave none"));
    let mut key = Zeroizing::new(vec![0_u8; KEY_BYTES]);
    aws_lc_rs::rand::fill(&mut key).map_err(no_randomness)?;
    // A name of its own: another process may be at the same work.
    let mut name = [0_u8; 8];
    aws_lc_rs::rand::fill(&mut name).map_err(no_randomness)?;
    let draft = directory.join(format!("{FILE}.{}", hexadecimal(&name)));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| file.write_all(&key).and_then(|()| file.sync_all()));
    written.map_err(failed("write it"))?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft).map_err(failed("remove the draft of it"))?;
    match linked {
        Ok(()) => {
            File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed("keep it on the disk"))?;
            Ok(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| failed("read it")(error))
        }
        Err(error) => Err(failed("put it in place")(error)),
    }
}
