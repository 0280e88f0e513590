//! Answers that are sent as they are written, so that no more of them is held than is on its way.
//!
//! The writer works on a thread of its own, and waits while the client takes nothing; one that takes nothing for too long, or too little in
//! all that time, is given up, and so is one that is gone: also while there is nothing to be sent yet. What goes wrong before anything was
//! sent is an answer of its own; after that it ends the connection before the end of the body, so that the client does not take the part
//! for all.

use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use oriel_knowledge::KnowledgeError;
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;

use crate::limits::{DOWNLOAD_RATE, DOWNLOAD_SILENCE, DOWNLOAD_SLACK};
use crate::problem::Problem;

/// Bytes that are sent at a time.
const PIECE: usize = 64 << 10;

/// The body that a writer writes, from its first piece on. What is `kept` is dropped once nobody waits for the body any more: so whoever
/// writes is told.
pub(crate) async fn body(
    tasks: &TaskTracker,
    kept: impl Send + 'static,
    write: impl FnOnce(&mut dyn Write) -> Result<(), KnowledgeError> + Send + 'static,
) -> Result<Body, Problem> {
    let (sender, pieces) = mpsc::channel(1);
    let mut out = Pieces::to(sender, Patience::default());
    let writing = tasks.spawn_blocking(move || {
        write(&mut out).map_err(Broken::Told)?;
        out.send().map_err(Broken::Unsent)
    });
    let pieces =
        stream::unfold(pieces, |mut pieces| async move { pieces.recv().await.map(|piece| (Ok(piece), pieces)) });
    Sending { pieces: pieces.boxed(), writing: Some(writing), _kept: Box::new(kept) }.body().await
}

/// As [`body`], by a writer that waits for nothing but its turn, and does so on the threads of the runtime.
pub(crate) async fn body_by<W: Future<Output = Result<(), KnowledgeError>> + Send + 'static>(
    tasks: &TaskTracker,
    write: impl FnOnce(DuplexStream) -> W,
) -> Result<Body, Problem> {
    let (to, from) = duplex(PIECE);
    let writing = write(to);
    let writing = tasks.spawn(async move { writing.await.map_err(Broken::Told) });
    let pieces = stream::try_unfold(from, |mut from| async move {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut from).take(PIECE as u64).read_to_end(&mut piece).await?;
        io::Result::Ok((!piece.is_empty()).then(|| (Bytes::from(piece), from)))
    });
    Sending { pieces: pieces.boxed(), writing: Some(writing), _kept: Box::new(()) }.body().await
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
    /// Each of [`PIECE`] bytes, but the last, which may have fewer.
    pieces: BoxStream<'static, io::Result<Bytes>>,
    /// None once what came of it was seen.
    writing: Option<JoinHandle<Result<(), Broken>>>,
    _kept: Box<dyn Send>,
}

impl Sending {
    async fn body(mut self) -> Result<Body, Problem> {
        let first = match self.next().await {
            Ok(first) => first,
            Err(Broken::Told(error)) => return Err(error.into()),
            Err(Broken::Unsent(error)) => return Err(Problem::internal(&error)),
        };
        let all = stream::try_unfold((first, self), |(piece, mut sending)| async move {
            let Some(piece) = piece else { return io::Result::Ok(None) };
            let next = sending.next().await.map_err(Broken::into_io)?;
            Ok(Some((piece, (next, sending))))
        });
        Ok(Body::from_stream(all))
    }

    /// The next piece. The last one, and none, only when all was written as it should be.
    async fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        let piece = self.pieces.next().await.transpose().map_err(Broken::Unsent)?;
        if piece.as_ref().is_none_or(|piece| piece.len() < PIECE)
            && let Some(writing) = self.writing.take()
        {
            writing.await.map_err(|error| Broken::Unsent(error.into()))??;
        }
        Ok(piece)
    }
}

/// How long a writer waits for its client.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// For one piece.
    silence: Duration,
    /// Altogether, beside what the rate gives.
    slack: Duration,
    /// Bytes in a second.
    rate: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { silence: DOWNLOAD_SILENCE, slack: DOWNLOAD_SLACK, rate: DOWNLOAD_RATE }
    }
}

/// A writer whose bytes are sent piece by piece. Not for the threads of the runtime: it waits.
struct Pieces {
    sender: mpsc::Sender<Bytes>,
    piece: Vec<u8>,
    runtime: Handle,
    patience: Patience,
    sent: u64,
    waited: Duration,
}

impl Pieces {
    fn to(sender: mpsc::Sender<Bytes>, patience: Patience) -> Self {
        let runtime = Handle::current();
        Self { sender, piece: Vec::new(), runtime, patience, sent: 0, waited: Duration::ZERO }
    }

    /// Sends what was written and not sent yet.
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.piece));
        self.sent += piece.len() as u64;
        let Patience { silence, slack, rate } = self.patience;
        let all = slack + Duration::from_secs(self.sent / rate.max(1));
        let (begun, time) = (Instant::now(), silence.min(all.saturating_sub(self.waited)));
        let sent = self.runtime.block_on(timeout(time, self.sender.send(piece)));
        self.waited += begun.elapsed();
        match sent {
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

    use tokio::io::AsyncWriteExt as _;

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
        let body = body(&tasks, (), move |out| {
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
        let at_once = body(&tasks, (), |out| {
            out.write_all(b"begun").map_err(|_| wrong())?;
            Err(wrong())
        });
        assert!(at_once.await.is_err());
        let later = body(&tasks, (), |out| {
            out.write_all(&vec![b'x'; 5 * PIECE]).map_err(|_| wrong())?;
            Err(wrong())
        });
        let pieces: Vec<_> = later.await.unwrap().into_data_stream().collect().await;
        assert!(pieces.len() > 4 && pieces.last().unwrap().is_err(), "{} pieces", pieces.len());
        let empty = body(&tasks, (), |_| Ok(())).await.unwrap();
        assert_eq!(empty.into_data_stream().count().await, 0);
    }

    #[tokio::test]
    async fn a_client_that_is_gone_or_silent_stops_the_writer() {
        let tasks = TaskTracker::new();
        let body = body(&tasks, (), |out| {
            loop {
                out.write_all(&[b'x'; 1_000]).map_err(|_| wrong())?;
            }
        });
        drop(body.await.unwrap());
        tasks.close();
        timeout(Duration::from_secs(10), tasks.wait()).await.unwrap();

        let (sender, _pieces) = mpsc::channel(1);
        let patience = Patience { silence: Duration::from_millis(20), ..Patience::default() };
        let mut out = Pieces::to(sender, patience);
        let silent = tokio::task::spawn_blocking(move || out.write_all(&vec![b'x'; 3 * PIECE]).unwrap_err().kind());
        assert_eq!(silent.await.unwrap(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn so_is_what_is_written_on_the_runtime() {
        let tasks = TaskTracker::new();
        let write = |length: usize, fails: bool| {
            move |mut out: DuplexStream| async move {
                out.write_all(&vec![b'x'; length]).await.map_err(|_| wrong())?;
                if fails { Err(wrong()) } else { Ok(()) }
            }
        };
        assert!(body_by(&tasks, write(10, true)).await.is_err());
        let later: Vec<_> = body_by(&tasks, write(5 * PIECE, true)).await.unwrap().into_data_stream().collect().await;
        assert!(later.len() > 4 && later.last().unwrap().is_err(), "{} pieces", later.len());
        for length in [0, 10, PIECE, 3 * PIECE + 1] {
            let pieces: Vec<_> =
                body_by(&tasks, write(length, false)).await.unwrap().into_data_stream().collect().await;
            assert_eq!(pieces.iter().map(|piece| piece.as_ref().unwrap().len()).sum::<usize>(), length);
        }
    }

    #[tokio::test]
    async fn a_client_that_takes_too_little_is_given_up() {
        let (sender, mut pieces) = mpsc::channel(1);
        let patience = Patience { silence: Duration::from_secs(30), slack: Duration::from_millis(200), rate: u64::MAX };
        let mut out = Pieces::to(sender, patience);
        let slow = tokio::task::spawn_blocking(move || out.write_all(&vec![b'x'; 1_000 * PIECE]).unwrap_err().kind());
        let mut taken = 0;
        while pieces.recv().await.is_some() {
            taken += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(slow.await.unwrap(), ErrorKind::TimedOut);
        assert!((2..100).contains(&taken), "{taken} pieces");
    }

    #[tokio::test]
    async fn a_client_that_leaves_stops_a_writer_that_sends_nothing() {
        struct Told(Arc<AtomicUsize>);
        impl Drop for Told {
            fn drop(&mut self) {
                self.0.store(1, Ordering::SeqCst);
            }
        }
        // Before anything was sent, and after.
        for first in [0, 2 * PIECE] {
            let (tasks, gone) = (TaskTracker::new(), Arc::new(AtomicUsize::new(0)));
            let (kept, seen) = (Told(Arc::clone(&gone)), Arc::clone(&gone));
            let answer = body(&tasks, kept, move |out| {
                out.write_all(&vec![b'x'; first]).map_err(|_| wrong())?;
                while seen.load(Ordering::SeqCst) == 0 {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(wrong())
            });
            // Whoever waits for the first piece leaves after a while.
            let begun = timeout(Duration::from_millis(200), answer).await;
            assert_eq!(begun.is_ok(), first > 0);
            assert_eq!(gone.load(Ordering::SeqCst), usize::from(first == 0));
            drop(begun);
            tasks.close();
            timeout(Duration::from_secs(10), tasks.wait()).await.unwrap();
        }
    }
}
