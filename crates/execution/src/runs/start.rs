//! Starting a run: checked, authorised and recorded before anything is sent.

use oriel_identity::{Action, Context, Run as RunScope, authorize, authorize_audited};
use oriel_model::{RunId, TargetId, TaskId};
use oriel_storage::{NewRun as RunRow, NewTask, Repositories as _, RunOrigin, Target, Transaction};

use super::supervise::{Job, supervise};
use super::{NewRun, RunDetail, RunError};
use crate::Execution;
use crate::config::Config;

/// The longest command. What is longer is a script: put it on the host, or into a file of its own.
const COMMAND_BYTES: usize = 64 * 1024;
/// The most tasks of one run at once.
const CONCURRENCY: u32 = 256;

/// Starts a run. Returns when it and its audit entry are recorded; the command is sent from then on.
pub async fn start(context: &Context, execution: &Execution, new: NewRun) -> Result<RunDetail, RunError> {
    authorize(context, Action::StartRun)?;
    if execution.is_closing() {
        return Err(RunError::Closing);
    }
    let inner = &execution.inner;
    let (timeout_seconds, concurrency) = check(&new, &inner.config)?;
    let transaction = inner.database.begin().await?;
    let targets = in_order(&new.target_ids, transaction.targets().get_many(&new.target_ids).await?)?;
    let id = RunId::generate(context.clock());
    let row = RunRow {
        id,
        command: new.command,
        timeout_seconds,
        concurrency,
        created_by: context.user_id(),
        at: context.now(),
        origin: RunOrigin::Command,
    };
    let scope = RunScope::new(id, new.target_ids, row.command.clone());
    begin(context, execution, transaction, Beginning { row, targets, scope, output_limit: inner.config.output_limit })
        .await
}

/// A run that may begin if the policy says so.
pub(super) struct Beginning {
    pub(super) row: RunRow,
    pub(super) targets: Vec<Target>,
    pub(super) scope: RunScope,
    /// Bytes of output recorded for one task.
    pub(super) output_limit: u64,
}

/// Asks the policy, writes run, tasks and audit entry, commits, and sets the run going.
pub(super) async fn begin(
    context: &Context,
    execution: &Execution,
    transaction: Transaction,
    beginning: Beginning,
) -> Result<RunDetail, RunError> {
    let inner = &execution.inner;
    let Beginning { row, targets, scope, output_limit } = beginning;
    let (id, at) = (row.id, row.at);
    let run = transaction.runs().create(row).await?;
    let tasks = targets
        .iter()
        .map(|target| NewTask {
            id: TaskId::generate(context.clock()),
            target_id: target.id,
            target_name: target.settings.name.clone(),
        })
        .collect();
    let tasks = transaction.tasks().create(id, tasks, at).await?;
    let pending = authorize_audited(context, &transaction, scope).await?;
    // Before the commit, so that whoever finds a task can follow it.
    for task in &tasks {
        inner.output.announce(task.id);
    }
    let cancel = execution.register(id);
    let proof = match pending.commit(transaction).await {
        Ok(proof) => proof,
        Err(error) => {
            execution.unregister(id);
            for task in &tasks {
                inner.output.close(task.id);
            }
            return Err(error.into());
        }
    };
    inner.changes.run_changed(id);
    let job = Job { execution: execution.clone(), proof, run: run.clone(), cancel, output_limit };
    execution.spawn(supervise(job, tasks.clone()));
    Ok(RunDetail { run, tasks })
}

/// Checks the fields; gives the timeout and the concurrency.
fn check(new: &NewRun, config: &Config) -> Result<(u64, u32), RunError> {
    if new.command.trim().is_empty() {
        return Err(invalid("command", "give a command to run"));
    }
    if new.command.len() > COMMAND_BYTES {
        let message =
            format!("a command has at most {COMMAND_BYTES} bytes: put what is longer into a file on the host");
        return Err(invalid("command", &message));
    }
    if new.command.contains('\0') {
        return Err(invalid("command", "it holds a NUL character, which no shell can be given"));
    }
    if new.target_ids.is_empty() {
        return Err(invalid("target_ids", "choose at least one target"));
    }
    if new.target_ids.len() > config.max_targets {
        return Err(invalid("target_ids", &format!("choose at most {} targets for one run", config.max_targets)));
    }
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = new.target_ids.iter().find(|id| !seen.insert(**id)) {
        return Err(invalid("target_ids", &format!("target {twice} is in the list twice")));
    }
    let longest = config.max_timeout.as_secs();
    let timeout = new.timeout_seconds.unwrap_or(config.default_timeout.as_secs());
    if !(1..=longest).contains(&timeout) {
        return Err(invalid("timeout_seconds", &format!("give 1 to {longest} seconds")));
    }
    let concurrency = new.concurrency.unwrap_or(config.default_concurrency.clamp(1, CONCURRENCY as usize) as u32);
    if !(1..=CONCURRENCY).contains(&concurrency) {
        return Err(invalid("concurrency", &format!("give 1 to {CONCURRENCY} tasks at once")));
    }
    Ok((timeout, concurrency))
}

/// The targets in the order asked for; all must exist.
fn in_order(ids: &[TargetId], mut found: Vec<Target>) -> Result<Vec<Target>, RunError> {
    ids.iter()
        .map(|id| {
            let place = found.iter().position(|target| target.id == *id);
            place
                .map(|place| found.swap_remove(place))
                .ok_or_else(|| invalid("target_ids", &format!("there is no target {id}: it may have been deleted")))
        })
        .collect()
}

fn invalid(field: &'static str, message: &str) -> RunError {
    RunError::Invalid { field, message: format!("{field}: {message}") }
}

#[cfg(test)]
mod tests {
    use oriel_model::ManualClock;

    use super::*;

    fn field(change: impl FnOnce(&mut NewRun)) -> &'static str {
        let target = TargetId::generate(&ManualClock::default());
        let mut new =
            NewRun { command: "true".to_owned(), target_ids: vec![target], timeout_seconds: None, concurrency: None };
        change(&mut new);
        match check(&new, &Config::new("/nowhere")) {
            Ok(_) => "none",
            Err(RunError::Invalid { field, .. }) => field,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(field(|_| ()), "none");
        assert_eq!(field(|new| new.command = " \n".to_owned()), "command");
        assert_eq!(field(|new| new.command = "x".repeat(COMMAND_BYTES + 1)), "command");
        assert_eq!(field(|new| new.command = "a\0b".to_owned()), "command");
        assert_eq!(field(|new| new.target_ids.clear()), "target_ids");
        assert_eq!(field(|new| new.target_ids.extend_from_within(..)), "target_ids");
        assert_eq!(field(|new| new.timeout_seconds = Some(0)), "timeout_seconds");
        assert_eq!(field(|new| new.timeout_seconds = Some(86_401)), "timeout_seconds");
        assert_eq!(field(|new| new.concurrency = Some(0)), "concurrency");
    }
}
