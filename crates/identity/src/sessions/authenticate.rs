//! Knowing a caller by the token of its session.

use chrono::TimeDelta;
use oriel_storage::Repositories as _;

use super::SessionError;
use crate::context::SignedIn;
use crate::policy::Denied;
use crate::{Context, Identity, token};

/// The use of a session is noted at most this often, to spare the database.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(1);

impl Identity {
    /// The context of a request that came with this token.
    ///
    /// # Errors
    /// [`SessionError::Denied`] when the token is of no session, or of one that has
    /// ended, or of a user who is disabled.
    pub async fn authenticate(&self, ctx: &Context, token: &str) -> Result<Context, SessionError> {
        let found = self.database().sessions().find(&token::hash(token)).await?;
        let (session, user) = found.ok_or(Denied::NotSignedIn)?;
        let now = ctx.now();
        let idle = now - session.last_seen_at;
        if user.disabled || now >= session.expires_at || idle >= self.settings().session_idle {
            return Err(Denied::NotSignedIn.into());
        }
        if idle >= NOTE_EVERY {
            self.database().sessions().touch(session.id, now).await?;
        }
        Ok(ctx.signed_in(SignedIn::new(&user, &session)))
    }
}
