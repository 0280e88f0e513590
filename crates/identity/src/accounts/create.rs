//! Making an account.

use oriel_model::{Role, UserId};
use oriel_storage::{NewUser, Repositories as _, Secret, User};
use serde_json::json;

use super::{AccountError, check_username, created};
use crate::passwords::check_rules;
use crate::policy::{Action, authorize};
use crate::{Context, Identity, audit};

/// An account to make.
#[derive(Debug)]
pub struct NewAccount {
    /// The name, unique without regard to case.
    pub username: String,
    /// The first password.
    pub password: Secret,
    /// What the user may do.
    pub role: Role,
}

impl Identity {
    /// Makes an account.
    pub async fn create_user(&self, ctx: &Context, new: NewAccount) -> Result<User, AccountError> {
        authorize(ctx, Action::ManageUsers)?;
        check_username(&new.username)?;
        check_rules(&new.username, &new.password)?;
        let password_hash = self.passwords().hash(new.password).await?;
        let transaction = self.database().begin().await?;
        let user = NewUser {
            id: UserId::generate(ctx.clock()),
            username: new.username,
            role: new.role,
            password_hash,
            at: ctx.now(),
        };
        let user = transaction.users().create(user).await.map_err(created)?;
        let detail = json!({ "username": user.username, "role": user.role });
        audit::record(ctx, &transaction, "user.create", format!("user/{}", user.id), detail).await?;
        transaction.commit().await?;
        Ok(user)
    }
}
