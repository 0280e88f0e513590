//! Changing an account: its role, whether it may sign in, its password.
//!
//! One transaction for all that a request changes. A new password or a disabled account
//! ends all of its sessions; a new role applies to the next request of each.

use oriel_model::{Role, UserId};
use oriel_storage::{Repositories as _, Secret, Transaction, User};
use serde_json::json;

use super::AccountError;
use crate::passwords::check_rules;
use crate::policy::{Action, authorize};
use crate::{Context, Identity, audit};

/// What to change; what is `None` stays.
#[derive(Debug, Default)]
pub struct UserChange {
    /// What the user may do.
    pub role: Option<Role>,
    /// Whether the user may not sign in.
    pub disabled: Option<bool>,
    /// A new password, set by an administrator.
    pub password: Option<Secret>,
}

impl Identity {
    /// Changes an account. All of the change happens or none.
    pub async fn change_user(&self, ctx: &Context, id: UserId, change: UserChange) -> Result<User, AccountError> {
        authorize(ctx, Action::ManageUsers)?;
        let before = self.database().users().get(id).await?.ok_or(AccountError::NotFound)?;
        let password_hash = match change.password {
            Some(password) => {
                check_rules(&before.username, &password)?;
                Some(self.passwords().hash(password).await?)
            }
            None => None,
        };
        let transaction = self.database().begin().await?;
        // Read again: from here on nobody else can change it.
        let before = transaction.users().get(id).await?.ok_or(AccountError::NotFound)?;
        let role = change.role.filter(|role| *role != before.role);
        let disabled = change.disabled.filter(|disabled| *disabled != before.disabled);
        keep_an_administrator(&transaction, &before, role, disabled).await?;
        if let Some(role) = role {
            transaction.users().set_role(id, role, ctx.now()).await?;
            record(ctx, &transaction, "user.change_role", &before, json!({ "from": before.role, "to": role })).await?;
        }
        if let Some(disabled) = disabled {
            transaction.users().set_disabled(id, disabled, ctx.now()).await?;
            let event = if disabled { "user.disable" } else { "user.enable" };
            record(ctx, &transaction, event, &before, json!({})).await?;
        }
        if let Some(hash) = &password_hash {
            transaction.users().set_password_hash(id, hash, ctx.now()).await?;
            record(ctx, &transaction, "user.reset_password", &before, json!({})).await?;
        }
        if password_hash.is_some() || disabled == Some(true) {
            transaction.sessions().delete_all(id, None).await?;
        }
        let after = transaction.users().get(id).await?.ok_or(AccountError::NotFound)?;
        transaction.commit().await?;
        Ok(after)
    }
}

/// Refuses a change after which no administrator could sign in.
async fn keep_an_administrator(
    transaction: &Transaction,
    before: &User,
    role: Option<Role>,
    disabled: Option<bool>,
) -> Result<(), AccountError> {
    let field = match (role, disabled) {
        (_, Some(true)) => "disabled",
        (Some(role), _) if role != Role::Admin => "role",
        _ => return Ok(()),
    };
    let is_one = before.role == Role::Admin && !before.disabled;
    if is_one && transaction.users().count_active_administrators().await? <= 1 {
        return Err(AccountError::LastAdministrator { field });
    }
    Ok(())
}

async fn record(
    ctx: &Context,
    transaction: &Transaction,
    event: &'static str,
    user: &User,
    mut detail: serde_json::Value,
) -> Result<(), AccountError> {
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("username".to_owned(), user.username.clone().into());
    }
    audit::record(ctx, transaction, event, format!("user/{}", user.id), detail).await?;
    Ok(())
}
