//! How a session is sent.

use chrono::{DateTime, Utc};
use oriel_model::{Role, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    pub(crate) user: SessionUser,
    /// When it ends at the latest; it ends earlier when it is not used.
    pub(crate) expires_at: DateTime<Utc>,
    /// For `Authorization: Bearer`; only in the answer to a sign-in with `?token=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub(crate) token: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionUser {
    pub(crate) id: UserId,
    pub(crate) username: String,
    #[schema(inline)]
    pub(crate) role: Role,
}
