//! Listing targets.

use oriel_identity::{Action, Context, authorize};
use oriel_model::{Page, PageRequest};
use oriel_storage::Repositories as _;

use super::{Target, TargetError};
use crate::Execution;

/// The targets, newest first.
pub async fn list(context: &Context, execution: &Execution, page: PageRequest) -> Result<Page<Target>, TargetError> {
    authorize(context, Action::ReadTargets)?;
    Ok(execution.inner.database.targets().list(page).await?)
}
