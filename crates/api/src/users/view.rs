//! How a user is sent.

use chrono::{DateTime, Utc};
use oriel_identity::User;
use oriel_model::{Role, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    pub(crate) id: UserId,
    pub(crate) username: String,
    #[schema(inline)]
    pub(crate) role: Role,
    /// Whether the user may not sign in.
    pub(crate) disabled: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            role: user.role,
            disabled: user.disabled,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}
