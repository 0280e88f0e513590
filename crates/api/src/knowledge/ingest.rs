//! `POST /knowledge/{id}/ingest`.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use oriel_knowledge::KnowledgeError;
use oriel_knowledge::ingest::{self, Ingest, IngestError, Ingested, Kind, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::files::{FilesForm, Taken};
use super::precondition::{IF_MATCH, IfMatch};
use super::view::AppliedBody;
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
    /// The name of the source: what it said before and does not say now is taken away.
    #[param(required = true)]
    source: Option<String>,
    /// What the files are; found out of each when not given.
    #[param(inline)]
    kind: Option<KindName>,
    /// When it was observed, where the files do not say it; now when not given.
    observed: Option<DateTime<Utc>>,
    /// Pass over files of which nobody knows what they are, in place of refusing them.
    pass_over: Option<bool>,
    /// All that the source said before may go; else that is refused.
    all_gone: Option<bool>,
    /// Only where the base still has this version.
    expected_version: Option<u64>,
    /// Tell what would be done, and do nothing.
    dry_run: Option<bool>,
}

/// A kind of files.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum KindName {
    Kubernetes,
    Compose,
    Terraform,
    Prometheus,
    Otlp,
    Markdown,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Kubernetes => Self::Kubernetes,
            KindName::Compose => Self::Compose,
            KindName::Terraform => Self::Terraform,
            KindName::Prometheus => Self::Prometheus,
            KindName::Otlp => Self::Otlp,
            KindName::Markdown => Self::Markdown,
        }
    }
}

/// What an ingestion did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeIngested)]
pub(crate) struct IngestedBody {
    /// The version that it was compared with.
    version: u64,
    /// The name of the source.
    source: String,
    /// The files that were read.
    files: Vec<FileBody>,
    /// How many facts there are, without what says of which kinds the entities are.
    facts: usize,
    /// Atoms that are new by it.
    added: usize,
    /// Atoms that say something else by it, or have it as one more source.
    changed: usize,
    /// Atoms that it does not say any more.
    gone: usize,
    /// Atoms that are only said at another place or time.
    moved: usize,
    /// How much was withheld because it is, or looks like, a secret.
    withheld: u64,
    /// What was noticed.
    remarks: Vec<String>,
    /// The change that was made; null for a dry run, or where there was nothing to change.
    applied: Option<AppliedBody>,
}

/// A file that was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeIngestedFile)]
struct FileBody {
    file: String,
    /// What it is.
    kind: String,
}

impl From<Ingested> for IngestedBody {
    fn from(done: Ingested) -> Self {
        let file = |(file, kind): (String, Kind)| FileBody { file, kind: kind.to_string() };
        Self {
            version: done.version,
            source: done.source,
            files: done.files.into_iter().map(file).collect(),
            facts: done.facts,
            added: done.added,
            changed: done.changed,
            gone: done.gone,
            moved: done.moved,
            withheld: done.withheld,
            remarks: done.remarks,
            applied: done.applied.map(AppliedBody::from),
        }
    }
}

/// Take in what a system is configured and observed as. Secrets stay outside.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/ingest",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
        Params,
    ),
    request_body(description = "The files", content = FilesForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What was done", body = IngestedBody)),
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
    // Who may not change the base is told so first.
    let source = params.source.ok_or_else(|| {
        Problem::invalid("source", "Name the source: the next ingestion of the same name replaces what this one says.")
    })?;
    let how = Ingest {
        source,
        kind: params.kind.map(Kind::from),
        passes_over: params.pass_over.unwrap_or_default(),
        observed: params.observed,
        all_gone: params.all_gone.unwrap_or_default(),
        expected: seen.version(params.expected_version)?,
        dry_run: params.dry_run.unwrap_or_default(),
        // What they name is taken of the form, and of nothing else.
        beside: Vec::new(),
    };
    let (context, knowledge, base) = (caller.context(), api.knowledge(), name.as_str());
    let work = |files: Vec<File>| async move {
        let files = files.into_iter().map(|File { name, bytes }| Text { file: name, bytes }).collect();
        let done = ingest::ingest(context, knowledge, base, files, how).await;
        let done = done.map_err(|error| match error {
            KnowledgeError::Ingest(IngestError::AllGone { .. }) => Problem::from(error).at("all_gone"),
            other => seen.told(other),
        })?;
        Ok(axum::Json(IngestedBody::from(done)).into_response())
    };
    Box::pin(taken.once(&api, &caller, work)).await
}
