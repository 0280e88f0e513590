//! How bases and changes are sent, and how a version is asked for.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use oriel_knowledge::bases::{Applied, At};
use oriel_knowledge::formats::Format;
use oriel_knowledge::{KnowledgeBase, KnowledgeSummary};
use oriel_model::{KnowledgeBaseId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::precondition::tag;
use crate::problem::Problem;

/// A knowledge base.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeBase)]
pub(crate) struct BaseBody {
    pub(crate) id: KnowledgeBaseId,
    /// Unique; what it is named by in paths.
    pub(crate) name: String,
    /// What it is about.
    pub(crate) description: String,
    /// How many changes were made; also in the ETag.
    pub(crate) version: u64,
    /// The hash of the last change; 64 zeros when there is none.
    pub(crate) head: String,
    pub(crate) created_at: DateTime<Utc>,
    /// Null for the system.
    pub(crate) created_by: Option<UserId>,
    pub(crate) changed_at: DateTime<Utc>,
}

impl From<KnowledgeBase> for BaseBody {
    fn from(base: KnowledgeBase) -> Self {
        Self {
            id: base.id,
            name: base.name,
            description: base.description,
            version: base.version,
            head: base.head,
            created_at: base.created_at,
            created_by: base.created_by,
            changed_at: base.changed_at,
        }
    }
}

/// The base with its ETag.
pub(super) fn tagged(base: KnowledgeBase) -> Response {
    let tag = tag(&base);
    let mut response = Json(BaseBody::from(base)).into_response();
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// A change of a base.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeChange)]
pub(crate) struct ChangeBody {
    /// The version that it made.
    pub(crate) version: u64,
    pub(crate) at: DateTime<Utc>,
    /// The name of who made it.
    pub(crate) actor: String,
    /// `apply`, `import`, `ingest`, `merge`, `query`, `infer`, `outcome` or `attention`.
    pub(crate) kind: String,
    /// What was said of it.
    pub(crate) note: String,
    /// Bytes of what was changed, as they are stored.
    pub(crate) size_bytes: u64,
    /// How many atoms there were after it.
    pub(crate) atoms: u64,
    /// Covers the change and the hash before, in lower-case hexadecimal.
    pub(crate) hash: String,
}

impl From<KnowledgeSummary> for ChangeBody {
    fn from(change: KnowledgeSummary) -> Self {
        Self {
            version: change.version,
            at: change.at,
            actor: change.actor.name().to_owned(),
            kind: change.kind,
            note: change.note,
            size_bytes: change.size_bytes,
            atoms: change.atoms,
            hash: change.hash,
        }
    }
}

/// A change that was made, and is on the disk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppliedChange)]
pub(crate) struct AppliedBody {
    /// The version that it made.
    pub(crate) version: u64,
    pub(crate) at: DateTime<Utc>,
    /// How many atoms there are now.
    pub(crate) atoms: u64,
    /// How many there were before.
    pub(crate) atoms_before: u64,
    pub(crate) hash: String,
}

impl From<Applied> for AppliedBody {
    fn from(applied: Applied) -> Self {
        let Applied { version, at, atoms, atoms_before, hash } = applied;
        Self { version, at, atoms, atoms_before, hash }
    }
}

/// A format that bases are read from and written to.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum FormatName {
    Atomese,
    Json,
    Turtle,
    Csv,
    GraphMl,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Atomese => Self::Atomese,
            FormatName::Json => Self::Json,
            FormatName::Turtle => Self::Turtle,
            FormatName::Csv => Self::Csv,
            FormatName::GraphMl => Self::GraphMl,
        }
    }
}

/// The version that two parameters ask for, of which one may be given.
pub(super) fn at(version: Option<u64>, at: Option<DateTime<Utc>>) -> Result<At, Problem> {
    match (version, at) {
        (None, None) => Ok(At::Newest),
        (Some(version), None) => Ok(At::Version(version)),
        (None, Some(at)) => Ok(At::Time(at)),
        (Some(_), Some(_)) => Err(Problem::invalid("at", "Ask by `version` or by `at`, not by both.")),
    }
}

/// A number that may be given, up to the most; else what it is otherwise.
pub(super) fn up_to<N: PartialOrd + std::fmt::Display>(
    field: &'static str,
    given: Option<N>,
    (otherwise, most): (N, N),
) -> Result<N, Problem> {
    match given {
        None => Ok(otherwise),
        Some(given) if given <= most => Ok(given),
        Some(_) => Err(Problem::invalid(field, format!("Ask for up to {most}."))),
    }
}
