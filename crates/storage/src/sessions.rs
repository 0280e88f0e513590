//! Signed-in sessions. Only the SHA-256 of a token is stored; an ended session is deleted.

use oriel_model::{SessionId, Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Serialize;

use crate::entities::sessions::{Column, Entity, Model};
use crate::entities::users;
use crate::users::user;
use crate::{Handle, Result, StorageError, User, row};

/// A signed-in session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the precision that the caller keeps.
    pub last_seen_at: Timestamp,
    /// When it ends, used or not.
    pub expires_at: Timestamp,
    /// The network address that signed in.
    pub address: Option<String>,
    /// The browser or program that signed in.
    pub user_agent: Option<String>,
}

/// A session to create.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Now.
    pub at: Timestamp,
    /// When it ends, used or not.
    pub expires_at: Timestamp,
    /// The network address that signed in.
    pub address: Option<String>,
    /// The browser or program that signed in.
    pub user_agent: Option<String>,
}

/// The table of sessions.
pub struct SessionRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl SessionRepository<'_> {
    /// Adds a session.
    pub async fn create(&self, new: NewSession) -> Result<Session> {
        let row = Model {
            id: new.id.as_uuid(),
            user_id: new.user_id.as_uuid(),
            token_hash: new.token_hash.to_vec(),
            created_at: new.at,
            last_seen_at: new.at,
            expires_at: new.expires_at,
            address: new.address.as_deref().map(row::text),
            user_agent: new.user_agent.as_deref().map(row::text),
        };
        row::insert(self.handle.write(), "add a session", row.clone()).await?;
        Ok(session(row))
    }

    /// The session of the token with this hash, and its user.
    pub async fn find(&self, token_hash: &[u8; 32]) -> Result<Option<(Session, User)>> {
        let found = Entity::find()
            .filter(Column::TokenHash.eq(token_hash.to_vec()))
            .one(self.handle.read())
            .await
            .map_err(StorageError::database("read a session"))?
            .map(session);
        let Some(session) = found else { return Ok(None) };
        let owner = users::Entity::find_by_id(session.user_id.as_uuid())
            .one(self.handle.read())
            .await
            .map_err(StorageError::database("read the user of a session"))?;
        owner.map(|model| Ok((session, user(model)?))).transpose()
    }

    /// The sessions of a user, newest first.
    pub async fn list(&self, user: UserId) -> Result<Vec<Session>> {
        let found = Entity::find()
            .filter(Column::UserId.eq(user.as_uuid()))
            .order_by_desc(Column::Id)
            .all(self.handle.read())
            .await
            .map_err(StorageError::database("list sessions"))?;
        Ok(found.into_iter().map(session).collect())
    }

    /// Notes that the session was used.
    pub async fn touch(&self, id: SessionId, at: Timestamp) -> Result<()> {
        Entity::update_many()
            .col_expr(Column::LastSeenAt, Expr::value(at))
            .filter(Column::Id.eq(id.as_uuid()))
            .exec(self.handle.write())
            .await
            .map(drop)
            .map_err(StorageError::database("note the use of a session"))
    }

    /// Ends a session of a user; whether there was one.
    pub async fn delete(&self, user: UserId, id: SessionId) -> Result<bool> {
        let which = Condition::all().add(Column::Id.eq(id.as_uuid())).add(Column::UserId.eq(user.as_uuid()));
        Ok(self.delete_where(which).await? > 0)
    }

    /// Ends the sessions of a user, all or all but one; how many.
    pub async fn delete_all(&self, user: UserId, except: Option<SessionId>) -> Result<u64> {
        let mut which = Condition::all().add(Column::UserId.eq(user.as_uuid()));
        if let Some(kept) = except {
            which = which.add(Column::Id.ne(kept.as_uuid()));
        }
        self.delete_where(which).await
    }

    /// Ends the sessions that expired by `now` or were last used before `idle_since`; how many.
    pub async fn delete_expired(&self, now: Timestamp, idle_since: Timestamp) -> Result<u64> {
        let which = Condition::any().add(Column::ExpiresAt.lte(now)).add(Column::LastSeenAt.lt(idle_since));
        self.delete_where(which).await
    }

    async fn delete_where(&self, which: Condition) -> Result<u64> {
        let done = Entity::delete_many().filter(which).exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("end sessions"))?.rows_affected)
    }
}

fn session(model: Model) -> Session {
    Session {
        id: SessionId::from_uuid(model.id),
        user_id: UserId::from_uuid(model.user_id),
        created_at: model.created_at,
        last_seen_at: model.last_seen_at,
        expires_at: model.expires_at,
        address: model.address,
        user_agent: model.user_agent,
    }
}
