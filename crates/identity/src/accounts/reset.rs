//! A new password for whoever has the data directory in hand: the way back in when nobody can sign in.

use oriel_storage::{Repositories as _, Secret, User};
use serde_json::json;

use super::AccountError;
use crate::passwords::check_rules;
use crate::policy::{Action, authorize};
use crate::{Context, Identity, audit};

impl Identity {
    /// Sets the password of `username` and ends the user's sessions. For the command line on the machine that has the
    /// data; a request never carries the system's context, so no request gets here.
    pub async fn reset_password_locally(
        &self,
        ctx: &Context,
        username: &str,
        password: Secret,
    ) -> Result<User, AccountError> {
        authorize(ctx, Action::RecoverAccount)?;
        let (user, _) = self.database().users().credentials(username).await?.ok_or(AccountError::NotFound)?;
        check_rules(&user.username, &password)?;
        let hash = self.passwords().hash(password).await?;
        let transaction = self.database().begin().await?;
        transaction.users().set_password_hash(user.id, &hash, ctx.now()).await?;
        transaction.sessions().delete_all(user.id, None).await?;
        let detail = json!({ "username": user.username, "locally": true });
        audit::record(ctx, &transaction, "user.reset_password", format!("user/{}", user.id), detail).await?;
        transaction.commit().await?;
        Ok(user)
    }
}
