//! `POST /targets/{id}/test`.

use axum::Json;
use axum::extract::State;
use oriel_execution::targets::{self, TestReport};
use oriel_execution::transport::Step;
use oriel_model::TargetId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// How a test went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestResult)]
pub(crate) struct TestBody {
    /// Whether a command can run there.
    ok: bool,
    duration_ms: u64,
    /// What went wrong, or that all is well.
    detail: String,
    /// The steps taken, in order; after a failure those before it.
    steps: Vec<StepBody>,
}

/// One step of a test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TestStep)]
pub(crate) struct StepBody {
    name: String,
    /// Always true: the step that failed is told in the result's `detail`.
    ok: bool,
    detail: String,
    duration_ms: u64,
}

/// Connect, sign in and run a command that does nothing.
#[utoipa::path(
    post,
    path = "/targets/{id}/test",
    tag = "targets",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "How it went, also when it did not work", body = TestBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TargetId>,
) -> Result<Json<TestBody>, Problem> {
    let report = targets::test_connection(caller.context(), api.execution(), id).await?;
    Ok(Json(body(report)))
}

fn body(report: TestReport) -> TestBody {
    TestBody {
        ok: report.ok,
        duration_ms: report.duration_ms,
        detail: report.detail,
        steps: report.steps.into_iter().map(step).collect(),
    }
}

fn step(step: Step) -> StepBody {
    StepBody { name: step.name, ok: true, detail: step.detail, duration_ms: step.duration_ms }
}
