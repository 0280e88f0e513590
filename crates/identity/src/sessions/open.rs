//! Opening a session for a user whose password (or setup token) was right.

use oriel_model::{SessionId, Timestamp};
use oriel_storage::{NewSession, Repositories as _, Secret, StorageError, Transaction, User};

use crate::token::{NoRandomness, Token};
use crate::{Context, Identity};

/// A fresh session. The token is given out once.
#[derive(Debug)]
pub struct NewSignIn {
    /// Who signed in.
    pub user: User,
    /// What the client keeps and sends: 43 characters of URL-safe base64.
    pub token: Secret,
    /// The session.
    pub session: SessionId,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Why a session could not be opened.
pub(crate) enum OpenError {
    Randomness(NoRandomness),
    Storage(StorageError),
}

macro_rules! from_open_error {
    ($($error:ty),*) => {$(
        impl From<OpenError> for $error {
            fn from(error: OpenError) -> Self {
                match error {
                    OpenError::Randomness(error) => Self::Randomness(error),
                    OpenError::Storage(error) => Self::Storage(error),
                }
            }
        }
    )*};
}

from_open_error!(crate::AccountError, crate::SetupError, super::SignInError);

impl Identity {
    pub(crate) async fn open_session(
        &self,
        ctx: &Context,
        transaction: &Transaction,
        user: User,
    ) -> Result<NewSignIn, OpenError> {
        let token = Token::generate().map_err(OpenError::Randomness)?;
        let now = ctx.now();
        let new = NewSession {
            id: SessionId::generate(ctx.clock()),
            user_id: user.id,
            token_hash: token.hash,
            at: now,
            expires_at: now.checked_add_signed(self.settings().session_lifetime).unwrap_or(now),
            address: ctx.origin().address.clone(),
            user_agent: ctx.origin().user_agent.as_deref().map(|text| text.chars().take(256).collect()),
        };
        let session = transaction.sessions().create(new).await.map_err(OpenError::Storage)?;
        Ok(NewSignIn { user, token: token.text, session: session.id, expires_at: session.expires_at })
    }
}
