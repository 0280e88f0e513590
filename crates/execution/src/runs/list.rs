//! Listing runs.

use oriel_identity::{Action, Context, authorize};
use oriel_model::{Page, PageRequest};
use oriel_storage::Repositories as _;

use super::{Run, RunError, RunFilter};
use crate::Execution;

/// The runs that the filter lets through, newest first, without their tasks.
pub async fn list(
    context: &Context,
    execution: &Execution,
    filter: RunFilter,
    page: PageRequest,
) -> Result<Page<Run>, RunError> {
    authorize(context, Action::ReadRuns)?;
    Ok(execution.inner.database.runs().list(filter, page).await?)
}
