//! What the end of a command on a target means to an inquiry: an answer, or that none came.

use oriel_diagnosis::inquiry::{Answer, AskError};
use oriel_execution::runs::{LOOK_BYTES, LOOK_SECONDS, Looked};
use oriel_model::TaskStatus;

/// What a shell ends with when there is no such program.
const NO_PROGRAM: i32 = 127;

/// The answer in what came back.
pub(super) fn heard(program: &str, looked: &Looked) -> Result<Answer, AskError> {
    let task = &looked.task;
    let why = || task.error.clone().unwrap_or_else(|| format!("it ended as {}", task.status));
    match task.status {
        TaskStatus::Succeeded | TaskStatus::Failed if task.exit_code.is_some() => {}
        TaskStatus::TimedOut => return Err(AskError::TimedOut(LOOK_SECONDS)),
        TaskStatus::Failed if task.signal.is_some() => return Err(AskError::Failed(why())),
        // Not reached, refused, cut off, cancelled: nothing can be concluded.
        _ => return Err(AskError::Lost(why())),
    }
    if looked.cut {
        // From a list that was cut one could conclude that something is not there.
        return Err(AskError::Failed(format!("more than {} MiB of output", LOOK_BYTES >> 20)));
    }
    let printed = String::from_utf8_lossy(&looked.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&looked.stderr).trim().to_owned();
    match task.exit_code {
        // kubectl says "No resources found" beside its output; it is the answer.
        Some(0) => Ok(Answer::Printed(if printed.trim().is_empty() { complaints } else { printed })),
        Some(NO_PROGRAM) => Err(AskError::NoProgram(program.to_owned())),
        // A unit that is not active is an answer of `systemctl status`, which then ends with 3.
        Some(3) if program == "systemctl" && !printed.trim().is_empty() => Ok(Answer::Printed(printed)),
        _ if complaints.contains("(Forbidden)") || complaints.contains("Unauthorized") => {
            Err(AskError::Forbidden(first_line(&complaints)))
        }
        _ if complaints.contains("(NotFound)") => Ok(Answer::Printed(complaints)),
        _ => Err(AskError::Failed(first_line(&complaints))),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("it said nothing").chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use oriel_execution::runs::Task;
    use oriel_model::{Clock as _, ManualClock, RunId, TargetId, TaskId};

    use super::*;

    fn looked(status: TaskStatus, code: Option<i32>, stdout: &str, stderr: &str) -> Looked {
        let clock = ManualClock::default();
        let task = Task {
            id: TaskId::generate(&clock),
            run_id: RunId::generate(&clock),
            position: 0,
            target_id: TargetId::generate(&clock),
            target_name: "jump".to_owned(),
            status,
            exit_code: code,
            signal: None,
            stdout_bytes: 0,
            stderr_bytes: 0,
            error: (status != TaskStatus::Succeeded).then(|| "the cable".to_owned()),
            created_at: clock.now(),
            started_at: None,
            finished_at: None,
        };
        Looked { task, stdout: stdout.into(), stderr: stderr.into(), cut: false }
    }

    fn said(status: TaskStatus, code: i32, stdout: &str, stderr: &str) -> Result<Answer, AskError> {
        heard("kubectl", &looked(status, Some(code), stdout, stderr))
    }

    #[test]
    fn what_was_printed_and_what_is_not_there_are_answers() {
        let printed = |text: &str| Ok(Answer::Printed(text.to_owned()));
        assert_eq!(said(TaskStatus::Succeeded, 0, "NAME\nweb\n", "W: old"), printed("NAME\nweb\n"));
        assert_eq!(said(TaskStatus::Succeeded, 0, "", "No resources found\n"), printed("No resources found"));
        let absent = "Error from server (NotFound): pods \"x\" not found";
        assert_eq!(said(TaskStatus::Failed, 1, "", absent), printed(absent));
        let unit = heard("systemctl", &looked(TaskStatus::Failed, Some(3), "kubelet.service\n Active: failed\n", ""));
        assert_eq!(unit, printed("kubelet.service\n Active: failed\n"));
    }

    #[test]
    fn everything_else_is_no_answer() {
        let failed = |code, stderr| said(TaskStatus::Failed, code, "half a list", stderr);
        assert_eq!(failed(127, "sh: kubectl: not found"), Err(AskError::NoProgram("kubectl".to_owned())));
        assert!(matches!(failed(1, "Error from server (Forbidden): no"), Err(AskError::Forbidden(_))));
        assert_eq!(failed(1, "refused\nmore"), Err(AskError::Failed("refused".to_owned())));
        assert_eq!(failed(1, ""), Err(AskError::Failed("it said nothing".to_owned())));
        for status in [TaskStatus::Lost, TaskStatus::Refused, TaskStatus::Cancelled, TaskStatus::Interrupted] {
            // Whatever its exit code: output may be missing.
            assert_eq!(said(status, 0, "NAME\n", ""), Err(AskError::Lost("the cable".to_owned())), "{status}");
        }
        assert_eq!(said(TaskStatus::TimedOut, 0, "NAME", ""), Err(AskError::TimedOut(10)));
        let unreached = looked(TaskStatus::Failed, None, "", "");
        assert_eq!(heard("kubectl", &unreached), Err(AskError::Lost("the cable".to_owned())));
        let cut = Looked { cut: true, ..looked(TaskStatus::Succeeded, Some(0), "NAME", "") };
        assert!(matches!(heard("kubectl", &cut), Err(AskError::Failed(why)) if why.contains("8 MiB")));
    }
}
