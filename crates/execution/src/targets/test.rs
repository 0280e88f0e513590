//! Testing the connection to a target, step by step.

use oriel_identity::{Action, Context, Reach, authorize, authorize_audited};
use oriel_model::TargetId;
use oriel_storage::Repositories as _;
use serde::Serialize;
use tokio::time::Instant;

use super::{Place, TargetError, place};
use crate::Execution;
use crate::transport::{Step, Trail, local};

/// How a test went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// Whether a command can run there.
    pub ok: bool,
    /// How long it all took, in milliseconds.
    pub duration_ms: u64,
    /// In a sentence: what went wrong, or that all is well.
    pub detail: String,
    /// The steps that were taken, in order; after a failure those before it.
    pub steps: Vec<Step>,
}

/// Connects anew, signs in, runs a command that does nothing, and says how each step went. It is recorded
/// before the host is touched.
pub async fn test_connection(
    context: &Context,
    execution: &Execution,
    id: TargetId,
) -> Result<TestReport, TargetError> {
    authorize(context, Action::ReachTarget)?;
    let inner = &execution.inner;
    let transaction = inner.database.begin().await?;
    let target = transaction.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    let proof = authorize_audited(context, &transaction, Reach::test(id)).await?.commit(transaction).await?;
    let started = Instant::now();
    let mut trail = Trail::default();
    let result = match place(execution, &target).await {
        Ok(Place::Ssh(place)) => inner.ssh.probe(&proof, &place, &mut trail).await,
        Ok(Place::Local(_)) => local::probe(&inner.local, &proof, &mut trail).await,
        Err(error) => Err(error),
    };
    Ok(TestReport {
        ok: result.is_ok(),
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        detail: match result {
            Ok(()) => "commands can run on this target".to_owned(),
            Err(error) => error.to_string(),
        },
        steps: trail.into_steps(),
    })
}
