//! How a task ended, in the words and states that are recorded.

use oriel_model::{TaskStatus, Timestamp};
use oriel_storage::{Run, StorageError, TaskEnd};

use crate::config::Config;
use crate::drive::{Driven, Stop};
use crate::output::{OutputError, Totals};
use crate::transport::Exit;

/// A task's end, before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    status: TaskStatus,
    exit_code: Option<i32>,
    signal: Option<String>,
    totals: Totals,
    /// Sentences for whoever reads the result.
    remarks: Vec<String>,
}

impl Report {
    pub(super) fn new(status: TaskStatus, remark: String) -> Self {
        Self { status, exit_code: None, signal: None, totals: Totals::default(), remarks: vec![remark] }
    }

    pub(super) fn cancelled_before_start() -> Self {
        Self::new(TaskStatus::Cancelled, "cancelled before the command was sent".to_owned())
    }

    pub(super) fn interrupted_before_start() -> Self {
        Self::new(TaskStatus::Interrupted, "the server was stopped before the command was sent".to_owned())
    }

    pub(super) fn not_recorded(error: &StorageError) -> Self {
        Self::new(
            TaskStatus::Failed,
            format!("the command was not sent, because its start could not be recorded: {error}"),
        )
    }

    /// The end of a task whose process was driven to its end.
    pub(super) fn driven(driven: Driven, run: &Run, config: &Config) -> Self {
        let mut report = Self {
            status: TaskStatus::Failed,
            exit_code: None,
            signal: None,
            totals: Totals::default(),
            remarks: Vec::new(),
        };
        let exit = driven.ending.as_ref().map(|ending| &ending.exit);
        report.status = match driven.stop {
            None => report.own_end(exit),
            Some(stop) => report.stopped(stop, exit, run, config),
        };
        report.remarks.extend(driven.ending.and_then(|ending| ending.note));
        report.remarks.extend(driven.not_ended);
        report
    }

    fn own_end(&mut self, exit: Option<&Exit>) -> TaskStatus {
        match exit {
            Some(Exit::Code(0)) => {
                self.exit_code = Some(0);
                TaskStatus::Succeeded
            }
            Some(Exit::Code(code)) => {
                self.exit_code = Some(*code);
                TaskStatus::Failed
            }
            Some(Exit::Signal(signal)) => {
                self.remarks.push(format!("the signal {signal} ended the command"));
                self.signal = Some(signal.clone());
                TaskStatus::Failed
            }
            Some(Exit::Lost { reason, code }) => {
                self.lost(reason, *code);
                TaskStatus::Lost
            }
            None => {
                self.remarks.push("the end of the command was not seen".to_owned());
                TaskStatus::Lost
            }
        }
    }

    fn stopped(&mut self, stop: Stop, exit: Option<&Exit>, run: &Run, config: &Config) -> TaskStatus {
        let (status, remark) = match stop {
            Stop::TimedOut => {
                (TaskStatus::TimedOut, format!("the command was ended after its {} s were up", run.timeout_seconds))
            }
            Stop::Cancelled => {
                (TaskStatus::Cancelled, "the command was ended because the run was cancelled".to_owned())
            }
            Stop::Shutdown => {
                let seconds = config.drain.as_secs();
                let remark =
                    format!("the server was stopped; the command was ended when it still ran after {seconds} s");
                (TaskStatus::Interrupted, remark)
            }
            Stop::NotRecorded(reason) => (
                TaskStatus::Failed,
                format!("the command was ended because its output could not be recorded: {reason}"),
            ),
        };
        self.remarks.push(remark);
        match exit {
            Some(Exit::Code(code)) => self.exit_code = Some(*code),
            Some(Exit::Signal(signal)) => self.signal = Some(signal.clone()),
            Some(Exit::Lost { reason, code }) => {
                self.lost(reason, *code);
                return TaskStatus::Lost;
            }
            None => self.remarks.push("its end was not seen".to_owned()),
        }
        status
    }

    fn lost(&mut self, reason: &str, code: Option<i32>) {
        self.exit_code = code;
        self.remarks.push(match code {
            None => format!("{reason}; whether and how the command ended is not known"),
            Some(code) => format!("{reason}; the command ended with {code}, but its output may not be complete"),
        });
    }

    /// Adds what was recorded of the output.
    pub(super) fn with_output(mut self, totals: Totals, not_durable: Option<OutputError>, limit: u64) -> Self {
        self.totals = totals;
        if totals.cut {
            self.remarks.push(format!("output beyond the limit of {limit} bytes was discarded"));
        }
        self.remarks.extend(not_durable.map(|error| error.to_string()));
        self
    }

    /// The end to record.
    pub(super) fn end(self, at: Timestamp) -> TaskEnd {
        TaskEnd {
            status: self.status,
            exit_code: self.exit_code,
            signal: self.signal,
            stdout_bytes: self.totals.stdout,
            stderr_bytes: self.totals.stderr,
            error: (!self.remarks.is_empty()).then(|| self.remarks.join("; ")),
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use oriel_model::{Clock as _, ManualClock, RunId, RunStatus};
    use oriel_storage::RunOrigin;

    use super::*;
    use crate::transport::Ending;

    fn end(exit: Option<Exit>, stop: Option<Stop>) -> TaskEnd {
        let clock = ManualClock::default();
        let run = Run {
            id: RunId::generate(&clock),
            command: "true".to_owned(),
            status: RunStatus::Running,
            timeout_seconds: 7,
            concurrency: 1,
            created_at: clock.now(),
            created_by: None,
            started_at: None,
            finished_at: None,
            origin: RunOrigin::Command,
        };
        let driven = Driven { ending: exit.map(|exit| Ending { exit, note: None }), stop, not_ended: None };
        Report::driven(driven, &run, &Config::new("/nowhere")).end(clock.now())
    }

    #[test]
    fn only_exit_code_0_succeeds() {
        assert_eq!(end(Some(Exit::Code(0)), None).status, TaskStatus::Succeeded);
        assert_eq!(end(Some(Exit::Code(3)), None).status, TaskStatus::Failed);
        assert_eq!(end(None, None).status, TaskStatus::Lost);
        let signalled = end(Some(Exit::Signal("SEGV".to_owned())), None);
        assert_eq!((signalled.status, signalled.signal.as_deref()), (TaskStatus::Failed, Some("SEGV")));
    }

    #[test]
    fn a_lost_connection_is_lost_whatever_else_happened() {
        for code in [None, Some(0)] {
            let lost = || Some(Exit::Lost { reason: "the cable".to_owned(), code });
            for stop in [None, Some(Stop::Cancelled), Some(Stop::TimedOut), Some(Stop::Shutdown)] {
                let end = end(lost(), stop);
                assert_eq!((end.status, end.exit_code), (TaskStatus::Lost, code));
                assert!(end.error.unwrap().contains("the cable"));
            }
        }
    }

    #[test]
    fn what_was_stopped_did_not_succeed_even_with_exit_code_0() {
        for (stop, status) in [
            (Stop::TimedOut, TaskStatus::TimedOut),
            (Stop::Cancelled, TaskStatus::Cancelled),
            (Stop::Shutdown, TaskStatus::Interrupted),
            (Stop::NotRecorded("disk full".to_owned()), TaskStatus::Failed),
        ] {
            let end = end(Some(Exit::Code(0)), Some(stop));
            assert_eq!((end.status, end.exit_code), (status, Some(0)));
            assert!(end.error.is_some());
        }
    }
}
