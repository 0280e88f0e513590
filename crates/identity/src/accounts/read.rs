//! Reading accounts.

use oriel_model::{Page, PageRequest, UserId};
use oriel_storage::{Repositories as _, User};

use super::AccountError;
use crate::policy::{Action, authorize};
use crate::{Context, Identity};

impl Identity {
    /// The users, newest first.
    pub async fn list_users(&self, ctx: &Context, page: PageRequest) -> Result<Page<User>, AccountError> {
        authorize(ctx, Action::ReadUsers)?;
        Ok(self.database().users().list(page).await?)
    }

    /// One user.
    pub async fn get_user(&self, ctx: &Context, id: UserId) -> Result<User, AccountError> {
        authorize(ctx, Action::ReadUsers)?;
        self.database().users().get(id).await?.ok_or(AccountError::NotFound)
    }
}
