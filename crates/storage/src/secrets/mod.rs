//! Secrets: small values (private keys, passwords) that the database holds encrypted.
//!
//! The key is a file in the data directory, not in the database: a copy of the
//! database alone gives nothing away. [`vault`] says how values are sealed.

mod secret;
pub mod vault;

use oriel_model::{SecretId, Timestamp};
use sea_orm::EntityTrait as _;

use crate::entities::secrets::{Entity, Model};
use crate::{Handle, Result, StorageError, row};

pub use secret::Secret;
pub use vault::{Sealed, Vault, VaultError};

/// The table of encrypted secrets.
pub struct SecretRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl SecretRepository<'_> {
    /// Seals and stores a secret. `kind` says what it is, such as `ssh-private-key`; it
    /// can only be opened as the same kind.
    pub async fn put(&self, vault: &Vault, id: SecretId, kind: &str, secret: &Secret, at: Timestamp) -> Result<()> {
        let sealed =
            vault.seal(id, kind, secret).map_err(|error| StorageError::corrupt("secrets.ciphertext", &error))?;
        let row = Model {
            id: id.as_uuid(),
            kind: row::text(kind),
            key_id: sealed.key_id,
            nonce: sealed.nonce,
            ciphertext: sealed.ciphertext,
            created_at: at,
        };
        row::insert(self.handle.write(), "store a secret", row).await
    }

    /// Opens a secret of this kind; none when there is none with this id.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] when it was sealed with another key, as another kind,
    /// or was tampered with.
    pub async fn open(&self, vault: &Vault, id: SecretId, kind: &str) -> Result<Option<Secret>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        let Some(model) = found.map_err(StorageError::database("read a secret"))? else { return Ok(None) };
        let sealed = Sealed { key_id: model.key_id, nonce: model.nonce, ciphertext: model.ciphertext };
        let opened = vault.open(id, kind, sealed);
        opened.map(Some).map_err(|error| StorageError::corrupt("secrets.ciphertext", &error))
    }

    /// Deletes a secret; whether there was one.
    pub async fn delete(&self, id: SecretId) -> Result<bool> {
        let done = Entity::delete_by_id(id.as_uuid()).exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("delete a secret"))?.rows_affected > 0)
    }
}
