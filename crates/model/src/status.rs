//! States of investigations, runs and tasks, and which may follow which.
//!
//! A state that is terminal never changes again; the repositories enforce this by
//! compare-and-set with the tables below.

use crate::text_enum::text_enum;

text_enum! {
    /// How a target is reached.
    Transport, "transport" {
        /// Over SSH, with a pinned host key.
        Ssh => "ssh",
        /// A process on this machine.
        Local => "local",
    }
}

text_enum! {
    /// Where an investigation stands.
    InvestigationStatus, "investigation status" {
        /// Waiting for a free worker.
        Queued => "queued",
        /// Being worked on.
        Running => "running",
        /// It has a verdict.
        Done => "done",
        /// It ended with an error.
        Failed => "failed",
        /// A user cancelled it.
        Cancelled => "cancelled",
        /// The server stopped before it ended.
        Interrupted => "interrupted",
    }
}

text_enum! {
    /// Where a run stands, over all of its tasks.
    RunStatus, "run status" {
        /// No task has started.
        Queued => "queued",
        /// At least one task has started and not all have ended.
        Running => "running",
        /// Every task succeeded.
        Succeeded => "succeeded",
        /// Every task ended and at least one did not succeed.
        Failed => "failed",
        /// A user cancelled it.
        Cancelled => "cancelled",
        /// The server stopped before it ended.
        Interrupted => "interrupted",
    }
}

text_enum! {
    /// Where one target's part of a run stands.
    TaskStatus, "task status" {
        /// Waiting for its turn.
        Queued => "queued",
        /// The command was sent to the target.
        Running => "running",
        /// The command ended with exit code 0.
        Succeeded => "succeeded",
        /// The command ended with another exit code or a signal, or could not be started.
        Failed => "failed",
        /// The time limit passed and the command was ended.
        TimedOut => "timed_out",
        /// A user cancelled it.
        Cancelled => "cancelled",
        /// The connection or the server went away while the command ran: how it ended is unknown.
        Lost => "lost",
        /// It was never sent: the host key changed, or the target may not be used.
        Refused => "refused",
        /// The server stopped before the command was sent, or ended it while it shut down.
        Interrupted => "interrupted",
    }
}

macro_rules! transitions {
    ($name:ident { $($from:ident => [$($to:ident),*],)* }) => {
        impl $name {
            /// The states that may follow this one.
            pub const fn next(self) -> &'static [Self] {
                match self { $(Self::$from => &[$(Self::$to),*],)* }
            }

            /// Whether nothing may follow this state.
            pub const fn is_terminal(self) -> bool {
                self.next().is_empty()
            }

            /// Whether `to` may follow this state.
            pub fn can_become(self, to: Self) -> bool {
                self.next().contains(&to)
            }

            /// The states that `self` may follow.
            pub fn predecessors(self) -> impl Iterator<Item = Self> {
                Self::ALL.iter().copied().filter(move |from| from.can_become(self))
            }
        }
    };
}

transitions! { InvestigationStatus {
    Queued => [Running, Failed, Cancelled, Interrupted],
    Running => [Done, Failed, Cancelled, Interrupted],
    Done => [],
    Failed => [],
    Cancelled => [],
    Interrupted => [],
}}

transitions! { RunStatus {
    Queued => [Running, Failed, Cancelled, Interrupted],
    Running => [Succeeded, Failed, Cancelled, Interrupted],
    Succeeded => [],
    Failed => [],
    Cancelled => [],
    Interrupted => [],
}}

transitions! { TaskStatus {
    Queued => [Running, Failed, TimedOut, Cancelled, Refused, Interrupted],
    Running => [Succeeded, Failed, TimedOut, Cancelled, Lost, Refused, Interrupted],
    Succeeded => [],
    Failed => [],
    TimedOut => [],
    Cancelled => [],
    Lost => [],
    Refused => [],
    Interrupted => [],
}}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for status in TaskStatus::ALL {
            assert_eq!(status.as_str().parse::<TaskStatus>(), Ok(*status));
        }
        for status in RunStatus::ALL {
            assert_eq!(status.as_str().parse::<RunStatus>(), Ok(*status));
        }
        for status in InvestigationStatus::ALL {
            assert_eq!(status.as_str().parse::<InvestigationStatus>(), Ok(*status));
        }
    }

    #[test]
    fn nothing_follows_the_end_of_a_task() {
        let open: Vec<_> = TaskStatus::ALL.iter().filter(|s| !s.is_terminal()).collect();
        assert_eq!(open, [&TaskStatus::Queued, &TaskStatus::Running]);
        assert!(!TaskStatus::Lost.can_become(TaskStatus::Succeeded));
        assert!(!TaskStatus::Queued.can_become(TaskStatus::Succeeded));
    }

    #[test]
    fn every_state_but_the_first_can_be_reached() {
        for status in TaskStatus::ALL.iter().skip(1) {
            assert!(status.predecessors().next().is_some(), "{status}");
        }
        for status in RunStatus::ALL.iter().skip(1) {
            assert!(status.predecessors().next().is_some(), "{status}");
        }
        assert_eq!(TaskStatus::Queued.predecessors().count(), 0);
    }
}
