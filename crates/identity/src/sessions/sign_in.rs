//! Signing in with a user name and a password.

use oriel_storage::{Repositories as _, Secret, User};
use serde_json::json;

use super::{NewSignIn, SignInError};
use crate::passwords::{Checked, MAX_BYTES};
use crate::throttle::{Wait, network};
use crate::{Context, Identity, audit};

impl Identity {
    /// Opens a session for whoever knows the password of `username`.
    ///
    /// Wrong name, wrong password and disabled account look the same and take the same
    /// time. Attempts are counted before the password is looked at, by name and by
    /// address; a right password is not counted against the name.
    pub async fn sign_in(&self, ctx: &Context, username: &str, password: Secret) -> Result<NewSignIn, SignInError> {
        self.count_attempt(ctx, username)?;
        let found = self.database().users().credentials(username).await?;
        let (user, hash) = found.unzip();
        if password.expose().len() > MAX_BYTES {
            return self.refuse(ctx, user.as_ref()).await;
        }
        // The password is needed once more if its hash is dated.
        let again = Secret::new(password.expose());
        let checked = self.passwords().verify(password, hash.clone()).await?;
        let (Some(user), Some(hash)) = (user, hash) else { return self.refuse(ctx, None).await };
        if checked == Checked::Wrong || user.disabled {
            return self.refuse(ctx, Some(&user)).await;
        }
        let new_hash = match checked {
            Checked::RightButDated => Some(self.passwords().hash(again).await?),
            Checked::Right | Checked::Wrong => None,
        };
        let transaction = self.database().begin().await?;
        // What was checked must still be so: an administrator may have been faster.
        let now = transaction.users().credentials(username).await?;
        let Some((user, _)) = now.filter(|(user, now)| !user.disabled && *now == hash) else {
            transaction.rollback().await?;
            return self.refuse(ctx, Some(&user)).await;
        };
        if let Some(new_hash) = new_hash {
            transaction.users().set_password_hash(user.id, &new_hash, ctx.now()).await?;
        }
        let subject = format!("user/{}", user.id);
        let detail = json!({ "username": user.username, "address": ctx.origin().address });
        let signed_in = self.open_session(ctx, &transaction, user).await?;
        audit::record(ctx, &transaction, "session.sign_in", subject, detail).await?;
        transaction.commit().await?;
        self.by_username().forgive(username);
        Ok(signed_in)
    }

    fn count_attempt(&self, ctx: &Context, username: &str) -> Result<(), SignInError> {
        let throttled = |wait: Wait| SignInError::Throttled { seconds: wait.seconds() };
        if let Some(address) = &ctx.origin().address {
            self.by_address().attempt(&network(address), ctx.now()).map_err(throttled)?;
        }
        self.by_username().attempt(username, ctx.now()).map_err(throttled)
    }

    /// Records a refused attempt. The name is kept only when it is a user's: what else is
    /// typed there is often a password.
    async fn refuse(&self, ctx: &Context, user: Option<&User>) -> Result<NewSignIn, SignInError> {
        let subject = user.map(|user| format!("user/{}", user.id)).unwrap_or_default();
        let detail = json!({ "username": user.map(|user| &user.username), "address": ctx.origin().address });
        let transaction = self.database().begin().await?;
        audit::record(ctx, &transaction, "session.refuse", subject, detail).await?;
        transaction.commit().await?;
        Err(SignInError::Refused)
    }
}
