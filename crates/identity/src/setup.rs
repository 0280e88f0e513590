//! The first administrator, made with a one-time token that the server prints.
//!
//! Whoever can read the terminal owns the machine; nobody else can make the first
//! account. Only the token's hash is stored; each start of the server makes a new one
//! until an administrator exists, and then never again.

use oriel_model::{Role, UserId};
use oriel_storage::{NewUser, Repositories as _, Secret, StorageError};
use serde_json::json;

use crate::accounts::{check_username, created};
use crate::passwords::{HashError, PasswordProblem, check_rules};
use crate::sessions::NewSignIn;
use crate::throttle::network;
use crate::token::{self, NoRandomness, Token};
use crate::{AccountError, Context, Identity, audit};

/// Why the first administrator could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is an administrator already.
    #[error("the setup is done: sign in, or ask an administrator for an account")]
    Done,
    /// The token is not the one that the server printed last.
    #[error("token: it is not the setup token; open the link that the server printed when it started last")]
    Token,
    /// Too many attempts.
    #[error("too many attempts; wait {seconds} seconds")]
    Throttled {
        /// How long to wait.
        seconds: u64,
    },
    /// The user name is not acceptable.
    #[error(transparent)]
    Account(AccountError),
    /// The password is not acceptable.
    #[error(transparent)]
    Password(#[from] PasswordProblem),
    /// The password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// A token could not be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl SetupError {
    /// The field of the request that is at fault, for problem responses.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Token => Some("token"),
            Self::Password(_) => Some("password"),
            Self::Account(error) => error.field(),
            _ => None,
        }
    }
}

impl Identity {
    /// Whether the first administrator is still to be made.
    pub async fn setup_needed(&self) -> Result<bool, SetupError> {
        let setup = self.database().setup().get().await?;
        Ok(setup.is_none_or(|setup| setup.completed_at.is_none()))
    }

    /// Makes the setup token, in place of the one before; none once the setup is done.
    pub async fn issue_setup_token(&self, ctx: &Context) -> Result<Option<Secret>, SetupError> {
        let token = Token::generate()?;
        let transaction = self.database().begin().await?;
        if !transaction.setup().set_token(token.hash, ctx.now()).await? {
            return Ok(None);
        }
        audit::record(ctx, &transaction, "setup.issue_token", String::new(), json!({})).await?;
        transaction.commit().await?;
        Ok(Some(token.text))
    }

    /// Makes the first administrator and signs in as it.
    pub async fn complete_setup(
        &self,
        ctx: &Context,
        setup_token: &Secret,
        username: &str,
        password: Secret,
    ) -> Result<NewSignIn, SetupError> {
        if let Some(address) = &ctx.origin().address {
            let attempt = self.by_address().attempt(&network(address), ctx.now());
            attempt.map_err(|wait| SetupError::Throttled { seconds: wait.seconds() })?;
        }
        let given = token::hash(setup_token.expose_text().unwrap_or_default());
        // Before the password is hashed, so that strangers cannot make the server work.
        self.check_setup_token(&given).await?;
        check_username(username).map_err(SetupError::Account)?;
        check_rules(username, &password)?;
        let password_hash = self.passwords().hash(password).await?;
        let transaction = self.database().begin().await?;
        if !is_open_with(transaction.setup().get().await?.as_ref(), &given)? {
            return Err(SetupError::Token);
        }
        let new = NewUser {
            id: UserId::generate(ctx.clock()),
            username: username.to_owned(),
            role: Role::Admin,
            password_hash,
            at: ctx.now(),
        };
        let user = transaction.users().create(new).await.map_err(|error| SetupError::Account(created(error)))?;
        transaction.setup().complete(ctx.now()).await?;
        let (subject, detail) = (format!("user/{}", user.id), json!({ "username": user.username }));
        let signed_in = self.open_session(ctx, &transaction, user).await?;
        audit::record(ctx, &transaction, "setup.complete", subject, detail).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    async fn check_setup_token(&self, given: &[u8; 32]) -> Result<(), SetupError> {
        let setup = self.database().setup().get().await?;
        if is_open_with(setup.as_ref(), given)? { Ok(()) } else { Err(SetupError::Token) }
    }
}

/// Whether the setup waits for the token with this hash. Comparing hashes of 256 random
/// bits leaks nothing through time.
fn is_open_with(setup: Option<&oriel_storage::Setup>, given: &[u8; 32]) -> Result<bool, SetupError> {
    match setup {
        Some(setup) if setup.completed_at.is_some() => Err(SetupError::Done),
        Some(setup) => Ok(setup.token_hash.as_ref() == Some(given)),
        None => Ok(false),
    }
}
