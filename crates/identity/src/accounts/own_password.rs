//! Changing one's own password.

use oriel_storage::{Repositories as _, Secret};
use serde_json::json;

use super::AccountError;
use crate::passwords::{Checked, check_rules};
use crate::policy::{Action, Denied, authorize};
use crate::sessions::NewSignIn;
use crate::{Context, Identity, audit};

impl Identity {
    /// Changes the caller's password. Asks for the current one again (an unattended
    /// browser must not be enough), ends all of the caller's sessions, and gives a new one.
    pub async fn change_own_password(
        &self,
        ctx: &Context,
        current: Secret,
        new: Secret,
    ) -> Result<NewSignIn, AccountError> {
        authorize(ctx, Action::ManageSelf)?;
        let user = ctx.user().ok_or(Denied::NotSignedIn)?;
        check_rules(user.username(), &new)?;
        self.by_username()
            .attempt(user.username(), ctx.now())
            .map_err(|wait| AccountError::Throttled { seconds: wait.seconds() })?;
        let found = self.database().users().credentials(user.username()).await?;
        let (_, hash) = found.ok_or(AccountError::NotFound)?;
        if self.passwords().verify(current, Some(hash.clone())).await? == Checked::Wrong {
            return Err(AccountError::CurrentPassword);
        }
        self.by_username().forgive(user.username());
        let new_hash = self.passwords().hash(new).await?;
        let transaction = self.database().begin().await?;
        // What was checked above must still be so: not disabled, and not reset by an administrator.
        let found = transaction.users().credentials(user.username()).await?;
        let (account, _) =
            found.filter(|(account, now)| !account.disabled && *now == hash).ok_or(AccountError::CurrentPassword)?;
        transaction.users().set_password_hash(account.id, &new_hash, ctx.now()).await?;
        transaction.sessions().delete_all(account.id, None).await?;
        let detail = json!({ "username": account.username });
        audit::record(ctx, &transaction, "user.change_password", format!("user/{}", account.id), detail).await?;
        let signed_in = self.open_session(ctx, &transaction, account).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }
}
