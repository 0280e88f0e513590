//! `/health`: whether the server and its parts can work. Says nothing that is secret, so it needs no session.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use oriel_storage::StorageError;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// A part that takes longer to answer is not well.
const PATIENCE: Duration = Duration::from_secs(3);

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(handle))
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(inline)]
    status: Status,
    /// Of the program.
    version: &'static str,
    /// By name.
    parts: BTreeMap<&'static str, Part>,
}

/// How a part is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HealthPart)]
struct Part {
    #[schema(inline)]
    status: Status,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Degraded,
}

/// Ask how the server is. 503 when it cannot work.
#[utoipa::path(
    get,
    path = "/health",
    tag = "health",
    security(()),
    responses(
        (status = 200, description = "All parts work", body = Health),
        (status = 503, description = "Some part does not", body = Health),
    ),
)]
pub(crate) async fn handle(State(api): State<Api>) -> (StatusCode, Json<Health>) {
    let ending = api.soft().is_cancelled();
    let parts = BTreeMap::from([
        ("database", part(timeout(PATIENCE, api.database().ping()).await)),
        (
            "server",
            Part {
                status: if ending { Status::Degraded } else { Status::Ok },
                detail: ending.then_some("it is shutting down"),
            },
        ),
    ]);
    let well = parts.values().all(|part| part.status == Status::Ok);
    let health =
        Health { status: if well { Status::Ok } else { Status::Degraded }, version: env!("CARGO_PKG_VERSION"), parts };
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}

fn part(answer: Result<Result<(), StorageError>, tokio::time::error::Elapsed>) -> Part {
    let detail = match answer {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::warn!(error = crate::problem::chain(&error), "the database is not well");
            Some("it does not answer as it should")
        }
        Err(_) => Some("it does not answer in time"),
    };
    Part { status: if detail.is_none() { Status::Ok } else { Status::Degraded }, detail }
}
