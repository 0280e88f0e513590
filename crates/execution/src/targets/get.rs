//! Reading one target.

use oriel_identity::{Action, Context, authorize};
use oriel_model::TargetId;
use oriel_storage::Repositories as _;

use super::{Target, TargetError};
use crate::Execution;

/// The target with this id.
pub async fn get(context: &Context, execution: &Execution, id: TargetId) -> Result<Target, TargetError> {
    authorize(context, Action::ReadTargets)?;
    execution.inner.database.targets().get(id).await?.ok_or(TargetError::NotFound)
}
