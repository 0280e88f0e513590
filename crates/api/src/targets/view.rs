//! How a target is sent. Its private key is not: nothing here could hold it.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use oriel_execution::targets::Target;
use oriel_model::{TargetId, Transport};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Kind, Problem};

/// A host that commands run on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Target)]
pub(crate) struct TargetBody {
    pub(crate) id: TargetId,
    pub(crate) name: String,
    #[schema(inline)]
    pub(crate) transport: Transport,
    /// Null for a local target.
    pub(crate) host: Option<String>,
    /// Null for a local target.
    pub(crate) port: Option<u16>,
    /// The user to be there; null for a local target.
    pub(crate) user: Option<String>,
    /// Free words to choose targets by.
    pub(crate) labels: BTreeMap<String, String>,
    /// The fingerprint of the pinned host key, `SHA256:…`; null before it was pinned.
    pub(crate) host_key: Option<String>,
    /// Whether a private key is kept for it.
    pub(crate) has_private_key: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    /// Grows with every change; also in the ETag.
    pub(crate) version: u64,
}

impl From<Target> for TargetBody {
    fn from(target: Target) -> Self {
        let settings = target.settings;
        Self {
            id: target.id,
            name: settings.name,
            transport: settings.transport,
            host: settings.host,
            port: settings.port,
            user: settings.user,
            labels: settings.labels,
            host_key: target.host_key.map(|key| key.fingerprint),
            has_private_key: target.secret_id.is_some(),
            created_at: target.created_at,
            updated_at: target.updated_at,
            version: target.version,
        }
    }
}

/// The target with its ETag.
pub(super) fn tagged(target: Target) -> Response {
    let tag = format!("\"{}\"", target.version);
    let mut response = Json(TargetBody::from(target)).into_response();
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// The version that `If-Match` names; none when any will do.
pub(super) fn expected_version(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(wanted) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let wanted = wanted.to_str().unwrap_or_default().trim();
    if wanted == "*" {
        return Ok(None);
    }
    wanted
        .trim_matches('"')
        .parse()
        .map(Some)
        .map_err(|_| Problem::new(Kind::PreconditionFailed, "If-Match names no version of this target.").at("If-Match"))
}
