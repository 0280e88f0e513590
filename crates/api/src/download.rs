//! Answers that are sent as they are written, so that no more of them is held than is on its way.
//!
//! The writer works on a thread of its own, and waits while the client takes nothing; one that takes nothing for too long is given up,
//! and so is one that is gone. What goes wrong before anything was sent is an answer of its own; after that it ends the connection
//! before the end of the body, so that the client does not take the part for all.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::stream;
use oriel_knowledge::KnowledgeError;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::limits::DOWNLOAD_SILENCE;
use crate::problem::Problem;

/// Bytes that are sent at a time.
const PIECE: usize = 64 << 10;

/// The body that a writer writes, from its first piece on.
pub(crate) async fn body(
    tasks: &TaskTracker,
    write: impl FnOnce(&mut dyn Write) -> Result<(), KnowledgeError> + Send + 'static,
) -> Result<Body, Problem> {
    let (sender, pieces) = mpsc::channel(1);
    let mut out = Pieces { sender, piece: Vec::new(), runtime: Handle::current(), silence: DOWNLOAD_SILENCE };
    let writing = tasks.spawn_blocking(move || {
        write(&mut out).map_err(Broken::Told)?;
        out.send().map_err(Broken::Unsent)
    });
    let mut sending = Sending { pieces, writing: Some(writing) };
    let first = match sending.next().await {
        Ok(first) => first,
        Err(Broken::Told(error)) => return Err(error.into()),
        Err(Broken::Unsent(error)) => return Err(Problem::internal(&error)),
    };
    let all = stream::try_unfold((first, sending), |(piece, mut sending)| async move {
        let Some(piece) = piece else { return io::Result::Ok(None) };
        let next = sending.next().await.map_err(Broken::into_io)?;
        Ok(Some((piece, (next, sending))))
    });
    Ok(Body::from_stream(all))
}

/// Why it does not go on.
enum Broken {
    Told(KnowledgeError),
    Unsent(io::Error),
}

impl Broken {
    fn into_io(self) -> io::Error {
        let error = match self {
            Self::Told(error) => io::Error::other(error),
            Self::Unsent(error) => error,
        };
        tracing::error!(%error, "an answer was broken off");
        error
    }
}

/// What is being written, to be sent.
struct Sending {
    pieces: mpsc::Receiver<Bytes>,
    /// None once what came of it was seen.
    writing: Option<JoinHandle<Result<(), Broken>>>,
}

impl Sending {
    /// The next piece; none at the end, when all was written as it should be.
    async fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        if let Some(piece) = self.pieces.recv().await {
            return Ok(Some(piece));
        }
        match self.writing.take() {
            Some(writing) => writing.await.map_err(|error| Broken::Unsent(error.into()))?.map(|()| None),
            None => Ok(None),
        }
    }
}

/// A writer whose bytes are sent piece by piece. Not for the threads of the runtime: it waits.
struct Pieces {
    sender: mpsc::Sender<Bytes>,
    piece: Vec<u8>,
    runtime: Handle,
    silence: Duration,
}

impl Pieces {
    /// Sends what was written and not sent yet.
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.piece));
        match self.runtime.block_on(timeout(self.silence, self.sender.send(piece))) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(ErrorKind::BrokenPipe.into()),
            Err(_) => Err(ErrorKind::TimedOut.into()),
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE.saturating_sub(self.piece.len());
        let (now, _) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.piece.extend_from_slice(now);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(now.len())
    }

    /// What is shorter than a piece waits for more: the end of the work sends it.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::StreamExt as _;

    use super::*;

    fn wrong() -> KnowledgeError {
        KnowledgeError::Format(oriel_knowledge::formats::FormatError::TooLong {
            format: oriel_knowledge::formats::Format::Csv,
            limit: 7,
        })
    }

    #[tokio::test]
    async fn a_writer_is_no_farther_than_its_reader_wants() {
        const LINES: usize = 200_000;
        let written = Arc::new(AtomicUsize::new(0));
        let (count, tasks) = (Arc::clone(&written), TaskTracker::new());
        let body = body(&tasks, move |out| {
            for number in 0..LINES {
                let line = format!("(Concept \"{number:>30}\")\n");
                out.write_all(line.as_bytes()).map_err(|_| wrong())?;
                count.fetch_add(line.len(), Ordering::SeqCst);
            }
            Ok(())
        });
        let mut pieces = body.await.unwrap().into_data_stream();
        let (mut read, mut most) = (0, 0);
        while let Some(piece) = pieces.next().await {
            read += piece.unwrap().len();
            // Whoever writes is given time to go as far as it can.
            tokio::time::sleep(Duration::from_millis(1)).await;
            most = most.max(written.load(Ordering::SeqCst) - read.min(written.load(Ordering::SeqCst)));
        }
        assert_eq!(read, written.load(Ordering::SeqCst));
        assert!(read > 40 * PIECE && most <= 4 * PIECE, "{most} of {read} bytes were written ahead");
    }

    #[tokio::test]
    async fn what_is_wrong_at_once_is_an_answer_and_later_the_end_of_it() {
        let tasks = TaskTracker::new();
        let at_once = body(&tasks, |out| {
            out.write_all(b"begun").map_err(|_| wrong())?;
            Err(wrong())
        });
        assert!(at_once.await.is_err());
        let later = body(&tasks, |out| {
            out.write_all(&vec![b'x'; 5 * PIECE]).map_err(|_| wrong())?;
            Err(wrong())
        });
        let pieces: Vec<_> = later.await.unwrap().into_data_stream().collect().await;
        assert!(pieces.len() > 4 && pieces.last().unwrap().is_err(), "{} pieces", pieces.len());
        let empty = body(&tasks, |_| Ok(())).await.unwrap();
        assert_eq!(empty.into_data_stream().count().await, 0);
    }

    #[tokio::test]
    async fn a_client_that_is_gone_or_silent_stops_the_writer() {
        let tasks = TaskTracker::new();
        let body = body(&tasks, |out| {
            loop {
                out.write_all(&[b'x'; 1_000]).map_err(|_| wrong())?;
            }
        });
        drop(body.await.unwrap());
        tasks.close();
        timeout(Duration::from_secs(10), tasks.wait()).await.unwrap();

        let (sender, _pieces) = mpsc::channel(1);
        let (runtime, silence) = (Handle::current(), Duration::from_millis(20));
        let mut out = Pieces { sender, piece: Vec::new(), runtime, silence };
        let silent = tokio::task::spawn_blocking(move || out.write_all(&vec![b'x'; 3 * PIECE]).unwrap_err().kind());
        assert_eq!(silent.await.unwrap(), ErrorKind::TimedOut);
    }
}
