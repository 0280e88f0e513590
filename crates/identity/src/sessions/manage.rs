//! Listing and ending sessions.
//!
//! Everybody sees and ends their own; an administrator anybody's. A session of somebody
//! else is, to others, not there.

use oriel_model::{SessionId, UserId};
use oriel_storage::{Repositories as _, Session};
use serde_json::json;

use super::SessionError;
use crate::policy::{Action, Denied, authorize};
use crate::{Context, Identity, audit};

impl Identity {
    /// Ends the session that the request came with.
    pub async fn sign_out(&self, ctx: &Context) -> Result<(), SessionError> {
        let user = ctx.user().ok_or(Denied::NotSignedIn)?;
        self.end_session(ctx, user.id(), user.session(), "session.sign_out").await
    }

    /// The sessions of a user, newest first, those that have run out left out.
    pub async fn list_sessions(&self, ctx: &Context, user: UserId) -> Result<Vec<Session>, SessionError> {
        may_see(ctx, user, Action::ReadUsers)?;
        let (now, idle) = (ctx.now(), self.settings().session_idle);
        let mut sessions = self.database().sessions().list(user).await?;
        sessions.retain(|session| now < session.expires_at && now - session.last_seen_at < idle);
        Ok(sessions)
    }

    /// Ends one session of a user.
    pub async fn revoke_session(&self, ctx: &Context, user: UserId, session: SessionId) -> Result<(), SessionError> {
        may_see(ctx, user, Action::ManageUsers)?;
        self.end_session(ctx, user, session, "session.revoke").await
    }

    /// Deletes the sessions that have run out; how many. They were of no use already.
    pub async fn sweep_sessions(&self, ctx: &Context) -> Result<u64, SessionError> {
        let now = ctx.now();
        let idle_since = now.checked_sub_signed(self.settings().session_idle).unwrap_or(now);
        Ok(self.database().sessions().delete_expired(now, idle_since).await?)
    }

    async fn end_session(
        &self,
        ctx: &Context,
        user: UserId,
        session: SessionId,
        event: &'static str,
    ) -> Result<(), SessionError> {
        let transaction = self.database().begin().await?;
        if !transaction.sessions().delete(user, session).await? {
            return Err(SessionError::NotFound);
        }
        let detail = json!({ "session": session });
        audit::record(ctx, &transaction, event, format!("user/{user}"), detail).await?;
        Ok(transaction.commit().await?)
    }
}

fn may_see(ctx: &Context, user: UserId, others: Action) -> Result<(), Denied> {
    let action = if ctx.user_id() == Some(user) { Action::ManageSelf } else { others };
    authorize(ctx, action).map(drop)
}
