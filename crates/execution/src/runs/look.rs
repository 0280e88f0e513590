//! Looking: a command that changes nothing, run on one target for an inquiry, and what it printed.
//!
//! It is a run like any other: recorded, audited, streamed, cancelled. What is particular is the permission, which is for
//! commands that only look; the proof that it is one (an [`inquiry::Command`], which nothing but the closed list of those
//! makes); and small limits on time and output. The words reach the target's shell quoted, each as it is.

use std::fmt::Write as _;

use futures::StreamExt as _;
use oriel_diagnosis::inquiry;
use oriel_identity::{Action, Context, Denied, Run as RunScope, authorize};
use oriel_model::{InvestigationId, RunId, TargetId};
use oriel_storage::{NewRun as RunRow, Repositories as _, RunOrigin};
use tokio_util::sync::CancellationToken;

use super::start::{Beginning, begin};
use super::{RunDetail, RunError, Task, cancel, get};
use crate::Execution;
use crate::output::Selection;

/// How long a command that looks may take, once it is sent.
pub const LOOK_SECONDS: u64 = 10;
/// How much it may print.
pub const LOOK_BYTES: u64 = 8 << 20;

/// A command that only looks, for one target.
#[derive(Debug, Clone)]
pub struct Look {
    /// Where.
    pub target: TargetId,
    /// What.
    pub command: inquiry::Command,
    /// The kubectl context to speak to, where it is kubectl; its own choice where there is none.
    pub kubectl_context: Option<String>,
    /// The investigation that asks; none at a terminal.
    pub investigation: Option<InvestigationId>,
}

/// How a look came out.
#[derive(Debug, Clone)]
pub struct Looked {
    /// Its task, at its end.
    pub task: Task,
    /// What it printed, as far as it was recorded.
    pub stdout: Vec<u8>,
    /// What it complained of.
    pub stderr: Vec<u8>,
    /// Whether it printed more than is recorded.
    pub cut: bool,
}

impl Look {
    /// The command line for the target's shell.
    fn line(&self) -> String {
        let mut line = String::new();
        let context = self.kubectl_context.as_ref().filter(|_| self.command.program() == "kubectl");
        let more = context.map(|name| ["--context", name.as_str()]).into_iter().flatten();
        for word in self.command.words().iter().map(String::as_str).chain(more) {
            if !line.is_empty() {
                line.push(' ');
            }
            quote(&mut line, word);
        }
        line
    }
}

/// Whether the caller may put such commands to targets.
pub fn may_look(context: &Context) -> Result<(), RunError> {
    Ok(authorize(context, Action::AskTarget).map(drop)?)
}

/// Runs the command and waits for its end. `begun` is told of the run once it is recorded. When `stop` is cancelled the
/// command is ended on its target.
pub async fn look(
    context: &Context,
    execution: &Execution,
    look: Look,
    stop: &CancellationToken,
    begun: impl FnOnce(&RunDetail) + Send,
) -> Result<Looked, RunError> {
    may_look(context)?;
    if execution.is_closing() {
        return Err(RunError::Closing);
    }
    let transaction = execution.inner.database.begin().await?;
    if !still_the_same(context, &transaction).await? {
        transaction.rollback().await?;
        return Err(Denied::NotSignedIn.into());
    }
    let Some(target) = transaction.targets().get(look.target).await? else {
        transaction.rollback().await?;
        let message = "target_id: there is no such target: it may have been deleted".to_owned();
        return Err(RunError::Invalid { field: "target_id", message });
    };
    let id = RunId::generate(context.clock());
    let row = RunRow {
        id,
        command: look.line(),
        timeout_seconds: LOOK_SECONDS,
        concurrency: 1,
        created_by: context.user_id(),
        at: context.now(),
        origin: RunOrigin::Inquiry { investigation: look.investigation },
    };
    let scope = RunScope::look(id, target.id, row.command.clone());
    let beginning = Beginning { row, targets: vec![target], scope, output_limit: LOOK_BYTES };
    let started = begin(context, execution, transaction, beginning).await?;
    begun(&started);
    let ended = end(context, execution, id, stop).await?;
    read(execution, ended).await
}

/// Whether the user is who it was when the inquiry began: not disabled since, and of the same role.
async fn still_the_same(context: &Context, repositories: &oriel_storage::Transaction) -> Result<bool, RunError> {
    let Some(user) = context.user() else { return Ok(true) };
    let now = repositories.users().get(user.id()).await?;
    Ok(now.is_some_and(|now| !now.disabled && now.role == user.role()))
}

/// Waits for the run's end, and brings it about when it shall stop.
async fn end(
    context: &Context,
    execution: &Execution,
    id: RunId,
    stop: &CancellationToken,
) -> Result<RunDetail, RunError> {
    let mut changes = execution.inner.changes.watch_run(id);
    let mut stopping = false;
    loop {
        changes.mark_unchanged();
        let detail = get::read(execution, id).await?;
        if detail.run.status.is_terminal() {
            return Ok(detail);
        }
        tokio::select! {
            biased;
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                cancel::end(context, execution, id).await?;
            }
            changed = changes.changed() => if changed.is_err() {
                return get::read(execution, id).await;
            },
        }
    }
}

async fn read(execution: &Execution, detail: RunDetail) -> Result<Looked, RunError> {
    let task = detail.tasks.into_iter().next().ok_or(RunError::TaskNotFound)?;
    let output = &execution.inner.output;
    let cut = output.totals(task.id).await?.cut;
    let mut parts = [Vec::new(), Vec::new()];
    for (part, selection) in parts.iter_mut().zip([Selection::Stdout, Selection::Stderr]) {
        let mut bytes = output.read(task.id, selection, 0, None).await?;
        while let Some(piece) = bytes.next().await {
            part.extend_from_slice(&piece?);
        }
    }
    let [stdout, stderr] = parts;
    Ok(Looked { task, stdout, stderr, cut })
}

/// Adds a word as a POSIX shell takes it unchanged: between single quotes unless it needs none.
fn quote(line: &mut String, word: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=,@".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        line.push_str(word);
    } else {
        let _ = write!(line, "'{}'", word.replace('\'', "'\\''"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a shell makes of the words that are quoted here.
    fn through_a_shell(words: &[&str]) -> Vec<String> {
        let mut line = String::from("printf '%s\\0'");
        for word in words {
            line.push(' ');
            quote(&mut line, word);
        }
        let output = std::process::Command::new("/bin/sh").arg("-c").arg(&line).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    #[test]
    fn a_shell_takes_every_word_as_it_is() {
        let words = [
            "plain-1.2/3:4=5,6@7",
            "",
            " ",
            "a b",
            "'",
            "''",
            "a'b",
            "\\",
            "$(reboot)",
            "`reboot`",
            ";reboot",
            "a\nb",
            "&& reboot",
            "| reboot",
            "> /etc/passwd",
            "~",
            "*",
            "$HOME",
            "!!",
            "\"",
            "日本",
            "-n",
            "#x",
            "{a,b}",
        ];
        assert_eq!(through_a_shell(&words), words);
    }

    #[test]
    fn the_context_is_for_kubectl_alone() {
        let command =
            |line: &str| inquiry::Command::checked(line.split(' ').map(str::to_owned).collect(), None).unwrap();
        let mut look = Look {
            target: TargetId::generate(&oriel_model::ManualClock::default()),
            command: command("kubectl get pods -n shop"),
            kubectl_context: Some("blue; reboot".to_owned()),
            investigation: None,
        };
        assert_eq!(look.line(), "kubectl get pods -n shop --context 'blue; reboot'");
        look.command = command("systemctl status kubelet");
        assert_eq!(look.line(), "systemctl status kubelet");
    }
}
