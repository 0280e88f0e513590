//! Signed-in callers for tests: made the way real ones are, only with cheap password hashes.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use oriel_identity::{Context, HashCost, Identity, NewAccount, NewSignIn, Origin, Secret, Settings};
use oriel_model::{Clock, Role};
use oriel_storage::Database;

/// The password of every user made here.
pub const PASSWORD: &str = "correct horse battery staple";

/// Identity over `database` with hashes that cost nothing.
pub fn identity(database: &Database) -> Identity {
    let settings = Settings { hash_cost: HashCost::LEAST, ..Settings::default() };
    Identity::new(database.clone(), settings)
}

/// A request of nobody, from no address.
pub fn nobody(clock: &Arc<impl Clock + 'static>) -> Context {
    let clock: Arc<dyn Clock> = Arc::clone(clock) as _;
    Context::anonymous("test", clock, Origin::default())
}

/// Makes the first administrator, `admin`, and signs in as it.
pub async fn set_up(identity: &Identity, nobody: &Context) -> Result<NewSignIn> {
    let token = identity.issue_setup_token(nobody).await?.context("the setup is done already")?;
    Ok(identity.complete_setup(nobody, &token, "admin", Secret::new(PASSWORD)).await?)
}

/// The context of a fresh session.
pub async fn context(identity: &Identity, nobody: &Context, signed_in: &NewSignIn) -> Result<Context> {
    let token = signed_in.token.expose_text().context("the token is text")?;
    Ok(identity.authenticate(nobody, token).await?)
}

/// The caller `username` with this role on a database that `admin` has set up; makes the
/// account.
pub async fn user(identity: &Identity, admin: &Context, username: &str, role: Role) -> Result<Context> {
    let new = NewAccount { username: username.to_owned(), password: Secret::new(PASSWORD), role };
    identity.create_user(admin, new).await?;
    let nobody = Context::anonymous("test", Arc::clone(admin.clock()), Origin::default());
    let signed_in = identity.sign_in(&nobody, username, Secret::new(PASSWORD)).await?;
    context(identity, &nobody, &signed_in).await
}

/// An administrator on a fresh database, in one step.
pub async fn administrator(database: &Database, clock: &Arc<impl Clock + 'static>) -> Result<Context> {
    let (identity, nobody) = (identity(database), nobody(clock));
    let signed_in = set_up(&identity, &nobody).await?;
    context(&identity, &nobody, &signed_in).await
}
