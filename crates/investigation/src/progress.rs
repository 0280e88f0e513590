//! What a working engine says of itself, on its way from its thread to the database and to watchers.
//!
//! The engine's thread writes into a board and never waits; the recorder copies the board when it changed. So a fast engine
//! costs a few writes, not thousands. The board also carries the wish to stop back to the engine, which has no other way to
//! hear of it: the next step that it reports does not return but unwinds.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oriel_model::{Clock, RunId, TaskId};
use oriel_reasoning::verdict::TranscriptStep;
use oriel_storage::Stage;
use tokio::sync::Notify;

use crate::asking::{Asked, AskedStatus};

/// Stages of one investigation at most; an engine has a dozen.
const MAX_STAGES: usize = 100;

/// The payload with which a stopped engine unwinds.
#[derive(Debug)]
pub(crate) struct Stopped;

/// Shared by the engine's thread and the recorder.
#[derive(Debug)]
pub struct Board {
    clock: Arc<dyn Clock>,
    stages: Mutex<Vec<Stage>>,
    asked: Mutex<Vec<Asked>>,
    changed: Notify,
    stop: AtomicBool,
}

impl Board {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            stages: Mutex::default(),
            asked: Mutex::default(),
            changed: Notify::new(),
            stop: AtomicBool::new(false),
        })
    }

    /// Notes how far a stage is. Called by the engine; does not return when it shall stop.
    pub fn report(&self, name: &str, done: u64, total: u64) {
        if self.stop.load(Ordering::Relaxed) {
            resume_unwind(Box::new(Stopped));
        }
        let at = self.clock.now();
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stage) = stages.iter_mut().find(|stage| stage.name == name) {
            stage.done = done;
            stage.total = total;
            stage.at = at;
        } else if stages.len() < MAX_STAGES {
            let name = name.to_owned();
            stages.push(Stage { name, done, total, at });
        } else {
            return;
        }
        drop(stages);
        self.changed.notify_one();
    }

    /// Notes that a command is put. Called by the engine.
    pub fn asking(&self, step: &TranscriptStep) {
        let asked = Asked {
            step: step.clone(),
            status: AskedStatus::Asking,
            run_id: None,
            task_id: None,
            asked_at: self.clock.now(),
            answered_at: None,
        };
        self.lock_asked().push(asked);
        self.changed.notify_one();
    }

    /// Notes which run carries the command that was put last.
    pub(crate) fn carried(&self, run: RunId, task: TaskId) {
        if let Some(last) = self.lock_asked().last_mut() {
            last.run_id = Some(run);
            last.task_id = Some(task);
        }
        self.changed.notify_one();
    }

    /// Notes what came of the command that was put last. Called by the engine.
    pub fn answered(&self, step: &TranscriptStep) {
        if let Some(last) = self.lock_asked().last_mut() {
            last.step = step.clone();
            last.status = if step.answered { AskedStatus::Answered } else { AskedStatus::Unanswered };
            last.answered_at = Some(self.clock.now());
        }
        self.changed.notify_one();
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.lock_asked().clone()
    }

    fn lock_asked(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the engine to stop at its next step.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The stages so far.
    pub(crate) fn stages(&self) -> Vec<Stage> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until something was noted since the last wait.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_model::ManualClock;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn a_stage_is_kept_once_with_its_last_numbers() {
        let board = Board::new(Arc::new(ManualClock::default()));
        board.report("reading", 1, 3);
        board.report("reading", 3, 3);
        board.report("reasoning", 0, 0);
        let stages = board.stages();
        let seen: Vec<_> = stages.iter().map(|s| (s.name.as_str(), s.done, s.total)).collect();
        assert_eq!(seen, [("reading", 3, 3), ("reasoning", 0, 0)]);
    }

    #[test]
    fn a_stopped_engine_unwinds_at_its_next_step() {
        let board = Board::new(Arc::new(ManualClock::default()));
        board.stop();
        let payload = catch_unwind(AssertUnwindSafe(|| board.report("reading", 1, 3))).unwrap_err();
        assert!(payload.downcast_ref::<Stopped>().is_some());
    }
}
