//! `POST /knowledge/{id}/changes`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use oriel_knowledge::bases;
use oriel_knowledge::{Change, KnowledgeError, Operation};
use serde::Deserialize;
use utoipa::ToSchema;

use super::precondition::{IF_MATCH, IfMatch};
use super::view::AppliedBody;
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// A change to make: all of it, or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewKnowledgeChange)]
pub(crate) struct Request {
    /// Carried out in order.
    operations: Vec<OperationBody>,
    /// Only where the base still has this version.
    expected_version: Option<u64>,
    /// What to note with the change.
    #[serde(default)]
    note: String,
}

/// One operation. Atoms are written in the text format.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, tag = "op", rename_all = "snake_case")]
#[schema(as = KnowledgeOperation)]
enum OperationBody {
    /// Add the atoms of a text, and set what it says that they carry.
    Add {
        /// Atoms.
        text: String,
    },
    /// Remove an atom.
    Remove {
        /// The atom.
        atom: String,
        /// Whether links that join it go too.
        #[serde(default)]
        recursive: bool,
    },
    /// Take a value away.
    UnsetValue {
        /// The atom.
        atom: String,
        /// The key, an atom.
        key: String,
    },
    /// Take the attention value away.
    UnsetAttention {
        /// The atom.
        atom: String,
    },
}

impl From<OperationBody> for Operation {
    fn from(body: OperationBody) -> Self {
        match body {
            OperationBody::Add { text } => Self::Add(text),
            OperationBody::Remove { atom, recursive } => Self::Remove { atom, recursive },
            OperationBody::UnsetValue { atom, key } => Self::UnsetValue { atom, key },
            OperationBody::UnsetAttention { atom } => Self::UnsetAttention { atom },
        }
    }
}

/// Change a knowledge base. When this answers, the change is on the disk.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/changes",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    request_body = Request,
    responses((status = 201, description = "The change", body = AppliedBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let change = Change { operations: request.operations.into_iter().map(Operation::from).collect() };
    let note = seen.note(request.expected_version, request.note)?;
    let applied = bases::apply(caller.context(), api.knowledge(), &name, change, note).await;
    let applied = applied.map_err(|error| match error {
        KnowledgeError::Invalid { field: "change", .. } => Problem::from(error).at("operations"),
        other => seen.told(other),
    })?;
    Ok((StatusCode::CREATED, axum::Json(AppliedBody::from(applied))).into_response())
}
