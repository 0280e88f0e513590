//! User accounts. A user is never deleted, only disabled: history names it.

use oriel_model::{Cursor, Page, PageRequest, Role, Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

use crate::entities::users::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// A user, without the password hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The name as written when the account was made.
    pub username: String,
    /// What the user may do.
    pub role: Role,
    /// Whether the user may not sign in.
    pub disabled: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When role, state or password last changed.
    pub updated_at: Timestamp,
    /// When the password last changed.
    pub password_changed_at: Timestamp,
}

/// A user to create.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id.
    pub id: UserId,
    /// The name; unique without regard to case.
    pub username: String,
    /// What the user may do.
    pub role: Role,
    /// The password's hash, in PHC string format.
    pub password_hash: String,
    /// Now.
    pub at: Timestamp,
}

/// The table of users.
pub struct UserRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl UserRepository<'_> {
    /// Adds a user.
    ///
    /// # Errors
    /// [`StorageError::Taken`] when the name is in use.
    pub async fn create(&self, new: NewUser) -> Result<User> {
        let row = Model {
            id: new.id.as_uuid(),
            username_key: key(&new.username),
            username: row::text(&new.username),
            role: new.role.to_string(),
            password_hash: new.password_hash,
            disabled: false,
            created_at: new.at,
            updated_at: new.at,
            password_changed_at: new.at,
        };
        if row::insert_new(self.handle.write(), "add a user", row.clone()).await? {
            user(row)
        } else {
            Err(StorageError::Taken { what: "username" })
        }
    }

    /// The user with this id.
    pub async fn get(&self, id: UserId) -> Result<Option<User>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a user"))?.map(user).transpose()
    }

    /// The user with this name (in any case) and the hash of its password.
    pub async fn credentials(&self, username: &str) -> Result<Option<(User, String)>> {
        let found = Entity::find()
            .filter(Column::UsernameKey.eq(key(username)))
            .one(self.handle.read())
            .await
            .map_err(StorageError::database("read a user"))?;
        found
            .map(|model| {
                let hash = model.password_hash.clone();
                Ok((user(model)?, hash))
            })
            .transpose()
    }

    /// The users, newest first.
    pub async fn list(&self, page: PageRequest) -> Result<Page<User>> {
        let mut query = Entity::find().order_by_desc(Column::Id).limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_id(page)? {
            query = query.filter(Column::Id.lt(after));
        }
        let found = query.all(self.handle.read()).await.map_err(StorageError::database("list users"))?;
        Page::from_found(found, page.limit, |model| Cursor::Id(model.id)).try_map(user)
    }

    /// How many users there are.
    pub async fn count(&self) -> Result<u64> {
        Entity::find().count(self.handle.read()).await.map_err(StorageError::database("count users"))
    }

    /// How many administrators may sign in. Ask in a transaction to rely on the answer.
    pub async fn count_active_administrators(&self) -> Result<u64> {
        Entity::find()
            .filter(Column::Role.eq(Role::Admin.as_str()))
            .filter(Column::Disabled.eq(false))
            .count(self.handle.read())
            .await
            .map_err(StorageError::database("count administrators"))
    }

    /// Changes the role; whether the user exists.
    pub async fn set_role(&self, id: UserId, role: Role, at: Timestamp) -> Result<bool> {
        self.update(id, at, [(Column::Role, Expr::value(role.as_str()))]).await
    }

    /// Lets the user sign in or not; whether the user exists.
    pub async fn set_disabled(&self, id: UserId, disabled: bool, at: Timestamp) -> Result<bool> {
        self.update(id, at, [(Column::Disabled, Expr::value(disabled))]).await
    }

    /// Changes the password's hash; whether the user exists.
    pub async fn set_password_hash(&self, id: UserId, hash: &str, at: Timestamp) -> Result<bool> {
        let values = [(Column::PasswordHash, Expr::value(hash)), (Column::PasswordChangedAt, Expr::value(at))];
        self.update(id, at, values).await
    }

    async fn update(
        &self,
        id: UserId,
        at: Timestamp,
        values: impl IntoIterator<Item = (Column, Expr)>,
    ) -> Result<bool> {
        let mut update = Entity::update_many().filter(Column::Id.eq(id.as_uuid()));
        for (column, value) in values.into_iter().chain([(Column::UpdatedAt, Expr::value(at))]) {
            update = update.col_expr(column, value);
        }
        let done = update.exec(self.handle.write()).await.map_err(StorageError::database("change a user"))?;
        Ok(done.rows_affected > 0)
    }
}

/// Names that differ only in case are one name.
fn key(username: &str) -> String {
    row::text(username).to_lowercase()
}

pub(crate) fn user(model: Model) -> Result<User> {
    Ok(User {
        id: UserId::from_uuid(model.id),
        username: model.username,
        role: row::word("users.role", &model.role)?,
        disabled: model.disabled,
        created_at: model.created_at,
        updated_at: model.updated_at,
        password_changed_at: model.password_changed_at,
    })
}
