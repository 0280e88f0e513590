//! Targets: machines that commands run on, and the host keys pinned for them.

use std::collections::BTreeMap;

use oriel_model::{Cursor, Page, PageRequest, SecretId, TargetId, Timestamp, Transport};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use crate::entities::targets::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// A host key that was shown to a user and pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostKey {
    /// The algorithm, such as `ssh-ed25519`.
    pub algorithm: String,
    /// `SHA256:` and the unpadded base64 of the key's hash, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// The public key in base64, as in a `known_hosts` line.
    pub key: String,
}

/// What a user decides about a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetSettings {
    /// The name; unique.
    pub name: String,
    /// How it is reached.
    pub transport: Transport,
    /// Host name or address; none for the local transport.
    pub host: Option<String>,
    /// TCP port; none for the local transport.
    pub port: Option<u16>,
    /// The user to sign in as; none for the local transport.
    pub user: Option<String>,
    /// Free words to choose targets by.
    pub labels: BTreeMap<String, String>,
}

/// A machine that commands run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The id.
    pub id: TargetId,
    /// What a user decided.
    #[serde(flatten)]
    pub settings: TargetSettings,
    /// The pinned host key; none before it was pinned.
    pub host_key: Option<HostKey>,
    /// Where the private key is kept; none when there is none.
    #[serde(skip)]
    pub secret_id: Option<SecretId>,
    /// How often it has changed, from 1; for optimistic updates.
    pub version: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// New contents of a target. What is not a setting stays unless said.
#[derive(Debug, Clone)]
pub struct TargetChange {
    /// The settings, all of them.
    pub settings: TargetSettings,
    /// The pinned host key; none forgets it (as when host or port changed).
    pub host_key: Option<HostKey>,
    /// Where the private key is kept.
    pub secret_id: Option<SecretId>,
}

/// The table of targets.
pub struct TargetRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl TargetRepository<'_> {
    /// Adds a target without a pinned host key.
    ///
    /// # Errors
    /// [`StorageError::Taken`] when the name is in use.
    pub async fn create(
        &self,
        id: TargetId,
        settings: TargetSettings,
        secret_id: Option<SecretId>,
        at: Timestamp,
    ) -> Result<Target> {
        let row = Model {
            id: id.as_uuid(),
            name: row::text(&settings.name),
            transport: settings.transport.to_string(),
            host: settings.host.as_deref().map(row::text),
            port: settings.port.map(i32::from),
            username: settings.user.as_deref().map(row::text),
            host_key_algorithm: None,
            host_key_fingerprint: None,
            host_key: None,
            labels: row::to_json("targets.labels", &settings.labels)?,
            secret_id: secret_id.map(SecretId::as_uuid),
            version: 1,
            created_at: at,
            updated_at: at,
        };
        if row::insert_new(self.handle.write(), "add a target", row.clone()).await? {
            target(row)
        } else {
            Err(StorageError::Taken { what: "name" })
        }
    }

    /// The target with this id.
    pub async fn get(&self, id: TargetId) -> Result<Option<Target>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a target"))?.map(target).transpose()
    }

    /// The targets with these ids, oldest first; those that do not exist are left out.
    pub async fn get_many(&self, ids: &[TargetId]) -> Result<Vec<Target>> {
        let found = Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(|id| id.as_uuid())))
            .order_by_asc(Column::Id)
            .all(self.handle.read())
            .await;
        found.map_err(StorageError::database("read targets"))?.into_iter().map(target).collect()
    }

    /// The target with this name.
    pub async fn find_by_name(&self, name: &str) -> Result<Option<Target>> {
        let found = Entity::find().filter(Column::Name.eq(row::text(name))).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a target"))?.map(target).transpose()
    }

    /// The targets, newest first.
    pub async fn list(&self, page: PageRequest) -> Result<Page<Target>> {
        let mut query = Entity::find().order_by_desc(Column::Id).limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_id(page)? {
            query = query.filter(Column::Id.lt(after));
        }
        let found = query.all(self.handle.read()).await.map_err(StorageError::database("list targets"))?;
        Page::from_found(found, page.limit, |model| Cursor::Id(model.id)).try_map(target)
    }

    /// Replaces the contents of the target that has version `expected`; the new version.
    ///
    /// # Errors
    /// [`StorageError::Changed`] when it has another version or was deleted,
    /// [`StorageError::Taken`] when the new name is in use.
    pub async fn update(&self, id: TargetId, expected: u64, change: TargetChange, at: Timestamp) -> Result<u64> {
        let TargetChange { settings, host_key, secret_id } = change;
        let holder = self.find_by_name(&settings.name).await?;
        if holder.is_some_and(|holder| holder.id != id) {
            return Err(StorageError::Taken { what: "name" });
        }
        let (algorithm, fingerprint, key) = split(host_key);
        let version = expected.saturating_add(1);
        let done = Entity::update_many()
            .col_expr(Column::Name, Expr::value(row::text(&settings.name)))
            .col_expr(Column::Transport, Expr::value(settings.transport.as_str()))
            .col_expr(Column::Host, Expr::value(settings.host.as_deref().map(row::text)))
            .col_expr(Column::Port, Expr::value(settings.port.map(i32::from)))
            .col_expr(Column::Username, Expr::value(settings.user.as_deref().map(row::text)))
            .col_expr(Column::HostKeyAlgorithm, Expr::value(algorithm))
            .col_expr(Column::HostKeyFingerprint, Expr::value(fingerprint))
            .col_expr(Column::HostKey, Expr::value(key))
            .col_expr(Column::Labels, Expr::value(row::to_json("targets.labels", &settings.labels)?))
            .col_expr(Column::SecretId, Expr::value(secret_id.map(SecretId::as_uuid)))
            .col_expr(Column::Version, Expr::value(row::column_count(version)))
            .col_expr(Column::UpdatedAt, Expr::value(at))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Version.eq(row::column_count(expected)))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("change a target"))?;
        if done.rows_affected > 0 { Ok(version) } else { Err(StorageError::Changed { what: "target" }) }
    }

    /// Pins a host key, in place of the one before; whether the target exists.
    pub async fn pin_host_key(&self, id: TargetId, host_key: HostKey, at: Timestamp) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::HostKeyAlgorithm, Expr::value(host_key.algorithm))
            .col_expr(Column::HostKeyFingerprint, Expr::value(host_key.fingerprint))
            .col_expr(Column::HostKey, Expr::value(host_key.key))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .col_expr(Column::UpdatedAt, Expr::value(at))
            .filter(Column::Id.eq(id.as_uuid()))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("pin a host key"))?;
        Ok(done.rows_affected > 0)
    }

    /// Deletes the target; whether it existed. Its tasks stay in the history; its
    /// secret is deleted by the caller, in the same transaction, after this.
    pub async fn delete(&self, id: TargetId) -> Result<bool> {
        let done = Entity::delete_by_id(id.as_uuid()).exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("delete a target"))?.rows_affected > 0)
    }
}

fn split(host_key: Option<HostKey>) -> (Option<String>, Option<String>, Option<String>) {
    match host_key {
        Some(HostKey { algorithm, fingerprint, key }) => (Some(algorithm), Some(fingerprint), Some(key)),
        None => (None, None, None),
    }
}

fn target(model: Model) -> Result<Target> {
    let host_key = match (model.host_key_algorithm, model.host_key_fingerprint, model.host_key) {
        (Some(algorithm), Some(fingerprint), Some(key)) => Some(HostKey { algorithm, fingerprint, key }),
        (None, None, None) => None,
        _ => return Err(StorageError::corrupt("targets.host_key", "only a part of the pinned key is there")),
    };
    Ok(Target {
        id: TargetId::from_uuid(model.id),
        settings: TargetSettings {
            name: model.name,
            transport: row::word("targets.transport", &model.transport)?,
            host: model.host,
            port: model.port.map(|port| row::count("targets.port", i64::from(port))).transpose()?,
            user: model.username,
            labels: row::json("targets.labels", &model.labels)?,
        },
        host_key,
        secret_id: model.secret_id.map(SecretId::from_uuid),
        version: row::count("targets.version", model.version)?,
        created_at: model.created_at,
        updated_at: model.updated_at,
    })
}
