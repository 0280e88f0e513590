//! `POST /knowledge/{id}/atoms`.

use std::path::Path;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{self, Import, Imported};
use oriel_knowledge::formats::Format;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::files::{FilesForm, Taken};
use super::precondition::{IF_MATCH, IfMatch};
use super::view::{AppliedBody, FormatName};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;
use crate::upload::File;

/// What is said of the files.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Of all files; when not given, as the name of each ends, or else `atomese`.
    #[param(inline)]
    format: Option<FormatName>,
    /// Only where the base still has this version.
    expected_version: Option<u64>,
    /// What to note with the change; the names of the files when not given.
    note: Option<String>,
}

/// What was loaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeLoaded)]
pub(crate) struct LoadedBody {
    #[serde(flatten)]
    applied: AppliedBody,
    /// Types that the files declared, or named without anybody having declared them, in words.
    declared: Vec<String>,
}

impl From<Imported> for LoadedBody {
    fn from(Imported { applied, declared }: Imported) -> Self {
        Self { applied: applied.into(), declared }
    }
}

/// Add what files hold to a knowledge base, as one change: all of it, or nothing.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/atoms",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
        Params,
    ),
    request_body(description = "The files", content = FilesForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The change", body = LoadedBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Query(params): Query<Params>,
    request: Request,
) -> Result<Response, Problem> {
    let taken = Taken::of(&api, &caller, &name, request).await?;
    let text = params.note.unwrap_or_else(|| format!("load {}", taken.names(", ")));
    let note = seen.note(params.expected_version, text)?;
    let said = params.format.map(Format::from);
    let import = |File { name, bytes }: File| {
        let format = said.or_else(|| Format::of_path(Path::new(&name))).unwrap_or(Format::Atomese);
        Import { file: name, format, bytes }
    };
    let (context, knowledge, base) = (caller.context(), api.knowledge(), name.as_str());
    let work = |files: Vec<File>| async move {
        let files = files.into_iter().map(import).collect();
        let imported = bases::import(context, knowledge, base, files, note).await;
        let imported = imported.map_err(|error| match error {
            KnowledgeError::Nothing => Problem::from(error).at("file"),
            other => seen.told(other),
        })?;
        Ok((StatusCode::CREATED, axum::Json(LoadedBody::from(imported))).into_response())
    };
    Box::pin(taken.once(&api, &caller, work)).await
}
