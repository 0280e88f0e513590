//! Reading what tasks wrote, as it comes or afterwards.

use oriel_identity::{Action, Context, authorize};
use oriel_model::TaskId;

use super::{RunError, Task, get};
use crate::Execution;
use crate::output::{ByteStream, ChunkStream, Selection, Totals};

/// A task and its output from a position on.
pub struct Followed {
    /// The task as it is now. When `chunks` has ended, read it again: it has its final state then.
    pub task: Task,
    /// The output after the position: what is recorded, then what comes. Ends when the task is over.
    pub chunks: ChunkStream,
}

/// Recorded bytes of a task's output.
pub struct RecordedOutput {
    /// How much there is in all, by stream, and whether more was discarded.
    pub totals: Totals,
    /// The bytes asked for.
    pub bytes: ByteStream,
}

/// Follows a task's output from a position: 0, or the position of the last chunk that was seen.
pub async fn follow(context: &Context, execution: &Execution, id: TaskId, from: u64) -> Result<Followed, RunError> {
    authorize(context, Action::ReadRuns)?;
    let task = get::task(execution, id).await?;
    Ok(Followed { task, chunks: execution.inner.output.follow(id, from) })
}

/// Reads recorded output from `start` up to but not including `end`, or as far as there is, counted in the bytes of what
/// is selected.
pub async fn read_output(
    context: &Context,
    execution: &Execution,
    id: TaskId,
    selection: Selection,
    start: u64,
    end: Option<u64>,
) -> Result<RecordedOutput, RunError> {
    authorize(context, Action::ReadRuns)?;
    get::task(execution, id).await?;
    let output = &execution.inner.output;
    let totals = output.totals(id).await?;
    // What is written after this is not read, so that as many bytes come as the totals promise.
    let end = end.unwrap_or(u64::MAX).min(totals.of(selection));
    Ok(RecordedOutput { totals, bytes: output.read(id, selection, start, Some(end)).await? })
}
