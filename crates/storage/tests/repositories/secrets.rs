//! Secrets: sealed in the table, opened only with the key, the id and the kind.

use std::os::unix::fs::PermissionsExt as _;

use oriel_model::{Clock as _, SecretId, TargetId};
use oriel_storage::{Repositories as _, Secret, StorageError, Vault, VaultError};
use oriel_testkit::{clock, on_each_database};
use sea_orm::ConnectionTrait as _;

use crate::fixture;

const KIND: &str = "ssh-private-key";

on_each_database! {
    async fn a_secret_is_kept_and_opened(database: Database) {
        let (clock, data) = (clock::manual(), tempfile::tempdir().unwrap());
        let vault = Vault::in_directory(data.path()).unwrap();
        let id = SecretId::generate(&clock);
        database.secrets().put(&vault, id, KIND, &Secret::new("BEGIN KEY \0 bytes"), clock.now()).await.unwrap();
        let vault = Vault::in_directory(data.path()).unwrap();
        let opened = database.secrets().open(&vault, id, KIND).await.unwrap().unwrap();
        assert_eq!(opened.expose(), b"BEGIN KEY \0 bytes");
        assert!(database.secrets().open(&vault, SecretId::generate(&clock), KIND).await.unwrap().is_none());
        assert!(database.secrets().open(&vault, id, "password").await.is_err(), "another kind");
        assert!(database.secrets().delete(id).await.unwrap());
        assert!(database.secrets().open(&vault, id, KIND).await.unwrap().is_none());
    }

    async fn a_moved_or_changed_ciphertext_is_refused(database: Database, url: Url) {
        let (clock, data) = (clock::manual(), tempfile::tempdir().unwrap());
        let vault = Vault::in_directory(data.path()).unwrap();
        let (mine, yours) = (SecretId::generate(&clock), SecretId::generate(&clock));
        database.secrets().put(&vault, mine, KIND, &Secret::new("mine"), clock.now()).await.unwrap();
        database.secrets().put(&vault, yours, KIND, &Secret::new("yours"), clock.now()).await.unwrap();
        let raw = sea_orm::Database::connect(url).await.unwrap();
        // All rows get the first one's contents: those of the second must not open.
        let first = "(SELECT ciphertext FROM secrets ORDER BY id LIMIT 1)";
        raw.execute_unprepared(&format!("UPDATE secrets SET ciphertext = {first}")).await.unwrap();
        let first = "(SELECT nonce FROM secrets ORDER BY id LIMIT 1)";
        raw.execute_unprepared(&format!("UPDATE secrets SET nonce = {first}")).await.unwrap();
        raw.close().await.unwrap();
        assert_eq!(database.secrets().open(&vault, mine, KIND).await.unwrap().unwrap().expose(), b"mine");
        let error = database.secrets().open(&vault, yours, KIND).await.unwrap_err();
        assert!(matches!(error, StorageError::Corrupt { .. }), "{error}");
    }

    async fn another_key_file_is_named(database: Database) {
        let (clock, data, other) = (clock::manual(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let vault = Vault::in_directory(data.path()).unwrap();
        let id = SecretId::generate(&clock);
        database.secrets().put(&vault, id, KIND, &Secret::new("x"), clock.now()).await.unwrap();
        let error = database.secrets().open(&Vault::in_directory(other.path()).unwrap(), id, KIND).await.unwrap_err();
        assert!(error.to_string().contains("restore the key file"), "{error}");
    }

    async fn a_secret_in_use_cannot_be_deleted(database: Database) {
        let (clock, data) = (clock::manual(), tempfile::tempdir().unwrap());
        let vault = Vault::in_directory(data.path()).unwrap();
        let (id, target) = (SecretId::generate(&clock), TargetId::generate(&clock));
        database.secrets().put(&vault, id, KIND, &Secret::new("x"), clock.now()).await.unwrap();
        let made = database.targets().create(target, fixture::settings("web"), Some(id), clock.now()).await.unwrap();
        assert_eq!(made.secret_id, Some(id));
        assert!(database.secrets().delete(id).await.is_err());
        database.targets().delete(target).await.unwrap();
        assert!(database.secrets().delete(id).await.unwrap());
    }
}

#[test]
fn the_key_file_is_for_its_owner_alone() {
    let data = tempfile::tempdir().unwrap();
    Vault::in_directory(data.path()).unwrap();
    let file = data.path().join("secret.key");
    let mode = |file: &std::path::Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 1, "no draft is left");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = Vault::in_directory(data.path()).unwrap_err();
    assert!(matches!(error, VaultError::Permissions { mode: 0o640, .. }), "{error}");
}

#[test]
fn a_truncated_key_file_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("secret.key");
    std::fs::write(&file, [7; 31]).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let error = Vault::in_directory(data.path()).unwrap_err();
    assert!(matches!(error, VaultError::Length { bytes: 31, .. }), "{error}");
}

#[test]
fn of_many_processes_one_makes_the_key() {
    let data = tempfile::tempdir().unwrap();
    let vaults = std::thread::scope(|scope| {
        let makers: Vec<_> =
            (0..8).map(|_| scope.spawn(|| format!("{:?}", Vault::in_directory(data.path()).unwrap()))).collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect::<std::collections::BTreeSet<_>>()
    });
    assert_eq!(vaults.len(), 1, "{vaults:?}");
}
