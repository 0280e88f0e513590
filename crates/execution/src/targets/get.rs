//! Reading one target.

use oriel_identity::{Action, Context, authorize};
use oriel_model::TargetId;
use oriel_storage::Repositories as _;

use super::{Target, TargetError};
use crate::Execution;

/// The target with this name; none if there is none.
pub async fn find(context: &Context, execution: &Execution, name: &str) -> Result<Option<Target>, TargetError> {
    authorize(context, Action::ReadTargets)?;
    Ok(execution.inner.database.targets().find_by_name(name).await?)
}

/// The target with this id.
pub async fn get(context: &Context, execution: &Execution, id: TargetId) -> Result<Target, TargetError> {
    authorize(context, Action::ReadTargets)?;
    execution.inner.database.targets().get(id).await?.ok_or(TargetError::NotFound)
}
