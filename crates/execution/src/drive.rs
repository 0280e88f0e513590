//! Drives one process from its start to its end: its output into the log, its time limit, its cancellation.
//!
//! Output is always read on, also while the process is being ended, because a channel that is not read holds up its
//! whole connection. What has arrived is written at once, in one batch, and nothing is waited for to fill a batch up.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::output::{LogWriter, OutputStream};
use crate::transport::{EndError, Ending, Event, Process};

/// The most bytes taken into one batch before it is written.
const BATCH_BYTES: usize = 256 * 1024;
/// How long, after a process was ended, the rest of its output may take.
const REST: Duration = Duration::from_secs(3);

/// Why a process is ended from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Its time is up.
    TimedOut,
    /// A user cancelled it.
    Cancelled,
    /// The server stops.
    Shutdown,
    /// Its output cannot be recorded; this is why.
    NotRecorded(String),
}

/// How driving a process came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Driven {
    /// How the process ended, without a note if it was ended from here; none if that was not seen.
    pub(crate) ending: Option<Ending>,
    /// Why it was ended from here, if it was.
    pub(crate) stop: Option<Stop>,
    /// Why it could not be ended for sure, if it was to be.
    pub(crate) not_ended: Option<String>,
}

/// What can end a process before it ends itself.
pub(crate) struct Stops<'a> {
    pub(crate) timeout: Duration,
    pub(crate) cancel: &'a CancellationToken,
    pub(crate) shutdown: &'a CancellationToken,
    /// Between TERM and KILL.
    pub(crate) grace: Duration,
}

type EndingIt = Pin<Box<dyn Future<Output = Result<(), EndError>> + Send>>;

/// Drives a process to its end.
pub(crate) async fn drive(process: &mut dyn Process, log: &mut LogWriter, stops: &Stops<'_>) -> Driven {
    let mut state = Driving { stop: None, ending_it: None, not_ended: None, deadline: Instant::now() + stops.timeout };
    let ending = loop {
        let stopping = state.stop.is_some();
        let waiting_for_end = state.ending_it.is_some();
        let event = tokio::select! {
            event = process.next() => event,
            () = stops.cancel.cancelled(), if !stopping => {
                state.begin(process, Stop::Cancelled, stops.grace);
                continue;
            }
            () = stops.shutdown.cancelled(), if !stopping => {
                state.begin(process, Stop::Shutdown, stops.grace);
                continue;
            }
            result = ended(&mut state.ending_it), if waiting_for_end => {
                state.ending_it = None;
                state.not_ended = result.err().map(|error| error.to_string());
                state.deadline = Instant::now() + REST;
                continue;
            }
            () = sleep_until(state.deadline), if !waiting_for_end => {
                if stopping {
                    break None;
                }
                state.begin(process, Stop::TimedOut, stops.grace);
                continue;
            }
        };
        let (batch, ending) = gather(process, event);
        if !matches!(state.stop, Some(Stop::NotRecorded(_)))
            && let Err(error) = log.append(&batch).await
        {
            state.begin(process, Stop::NotRecorded(error.to_string()), stops.grace);
        }
        if ending.is_some() {
            break ending;
        }
    };
    // A process that has ended may leave members of its group behind; what was begun is brought to its end.
    if let Some(ending_it) = state.ending_it.take() {
        state.not_ended = ending_it.await.err().map(|error| error.to_string());
    }
    process.close().await;
    let noteless = state.stop.is_some();
    let ending = ending.map(|ending| Ending { note: ending.note.filter(|_| !noteless), ..ending });
    Driven { ending, stop: state.stop, not_ended: state.not_ended }
}

struct Driving {
    stop: Option<Stop>,
    ending_it: Option<EndingIt>,
    not_ended: Option<String>,
    /// The process's time limit; once it was ended, the limit for the rest of its output.
    deadline: Instant,
}

impl Driving {
    fn begin(&mut self, process: &dyn Process, stop: Stop, grace: Duration) {
        if self.stop.is_none() {
            let ender = process.ender();
            self.ending_it = Some(Box::pin(async move { ender.end(grace).await }));
        }
        self.stop = Some(stop);
    }
}

async fn ended(ending_it: &mut Option<EndingIt>) -> Result<(), EndError> {
    match ending_it {
        Some(ending_it) => ending_it.await,
        None => std::future::pending().await,
    }
}

/// Adds to an event what else has arrived by now.
fn gather(process: &mut dyn Process, first: Event) -> (Vec<(OutputStream, Bytes)>, Option<Ending>) {
    let mut batch = Vec::new();
    let mut size = 0;
    let mut next = Some(first);
    while let Some(event) = next {
        match event {
            Event::Ended(ending) => return (batch, Some(ending)),
            Event::Output(stream, bytes) => {
                size += bytes.len();
                batch.push((stream, bytes));
            }
        }
        next = if size < BATCH_BYTES { process.next().now_or_never() } else { None };
    }
    (batch, None)
}
