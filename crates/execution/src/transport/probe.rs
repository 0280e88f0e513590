//! Finding out, step by step, whether commands can run on a host.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use super::{Event, Exit, OpenError, Process};

/// How much of what a host says instead of running a command is passed on.
const SAID: usize = 300;

/// One step of reaching a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `resolved`, `connected`, `key verified`, `authenticated`, `command ran`.
    pub name: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What came of it.
    pub detail: String,
}

/// The steps that were taken, in order.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    steps: Vec<Step>,
}

impl Trail {
    /// The steps, in order.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        self.steps.append(&mut other.steps);
    }

    pub(crate) fn note(&mut self, name: &str, since: Instant, detail: String) {
        let duration_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.steps.push(Step { name: name.to_owned(), duration_ms, detail });
    }
}

/// What is run to see that commands run.
pub(super) const NOTHING: &str = "exit 0";

/// Waits for the end of [`NOTHING`], and notes it as the last step.
pub(super) async fn finish(
    mut process: Box<dyn Process>,
    host: &str,
    started: Instant,
    time: Duration,
    trail: &mut Trail,
) -> Result<(), OpenError> {
    let mut said = Vec::new();
    let running = async {
        loop {
            match process.next().await {
                Event::Output(_, bytes) => said.extend(bytes.iter().take(SAID.saturating_sub(said.len()))),
                Event::Ended(ending) => return ending.exit,
            }
        }
    };
    let exit = timeout(time, running).await;
    process.close().await;
    match exit {
        Ok(Exit::Code(0)) => {
            trail.note("command ran", started, "exit code 0".to_owned());
            Ok(())
        }
        Ok(exit) => {
            let said = String::from_utf8_lossy(&said);
            let reason = format!("a command that does nothing ended as {exit:?}, saying: {}", said.trim());
            Err(OpenError::Start { host: host.to_owned(), reason })
        }
        Err(_) => Err(OpenError::Timeout {
            host: host.to_owned(),
            doing: "running a command that does nothing",
            seconds: time.as_secs(),
        }),
    }
}
