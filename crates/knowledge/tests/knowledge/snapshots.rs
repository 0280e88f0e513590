//! A snapshot that was not made to its end loses nothing: cut at any byte, broken off, not noted, not claimed.

use std::sync::Arc;

use oriel_knowledge::bases::{self, At, Note};
use oriel_knowledge::{Change, Knowledge, Settings};
use oriel_storage::blobs::sweep;
use oriel_storage::{BlobStore as _, LocalBlobs};
use tokio_util::task::TaskTracker;

use crate::fixture::{World, call, settled};

#[tokio::test]
async fn a_snapshot_cut_at_any_byte_is_passed_over() {
    let fresh = oriel_testkit::database::sqlite().await.unwrap();
    let world = World::with(fresh.database.clone(), Settings { snapshot_changes: 3, ..Settings::default() }).await;
    world.create("shop").await;
    for number in 0..4 {
        world.add("shop", &call(number, number + 1)).await;
    }
    let before = world.dump("shop", At::Newest).await;
    let files = world.blobs();
    let [file] = files.as_slice() else { panic!("one snapshot: {files:?}") };
    let whole = std::fs::read(file).unwrap();
    for end in 0..=whole.len() {
        std::fs::write(file, &whole[..end]).unwrap();
        let view = bases::read(&world.context, &world.restarted().await, "shop", At::Newest).await.unwrap();
        assert_eq!((view.version, view.space.dump()), (4, before.clone()), "cut at byte {end}");
    }
}

#[tokio::test]
async fn a_snapshot_that_fails_or_stops_at_any_byte_loses_no_change() {
    use faulty::{Fault, Faulty};
    let fresh = oriel_testkit::database::sqlite().await.unwrap();
    let settings = Settings { snapshot_changes: 1, ..Settings::default() };
    let world = World::with(fresh.database.clone(), settings.clone()).await;
    world.create("shop").await;
    for number in 0..120_usize {
        let fault = if number % 2 == 0 { Fault::Fails } else { Fault::Stops };
        let blobs = LocalBlobs::in_directory(world.directory.path()).await.unwrap();
        let blobs = Arc::new(Faulty::new(blobs, number * 7, fault));
        let tasks = TaskTracker::new();
        let knowledge =
            Knowledge::new(world.database.clone(), Arc::clone(&blobs) as _, settings.clone(), tasks.clone());
        let change = Change::add(format!("(Concept \"{number}\")"));
        bases::apply(&world.context, &knowledge, "shop", change, Note::default()).await.unwrap();
        tokio::select! {
            () = settled(&tasks) => {}
            // The process is gone; what it had done is there or not.
            () = blobs.stopped.notified() => {}
        }
        let view = bases::read(&world.context, &world.restarted().await, "shop", At::Newest).await.unwrap();
        assert_eq!((view.version, view.space.len()), (number as u64 + 1, number + 1), "after {number}");
    }
    let found = bases::validate(&world.context, &world.restarted().await, "shop", false, &mut |_, _| {}).await.unwrap();
    assert!(found.is_sound(), "{found:?}");
}

#[tokio::test]
async fn a_snapshot_that_was_not_noted_is_swept_and_one_that_was_stays() {
    use faulty::{Fault, Faulty};
    let fresh = oriel_testkit::database::sqlite().await.unwrap();
    let settings = Settings { snapshot_changes: 1, ..Settings::default() };
    let world = World::with(fresh.database.clone(), settings.clone()).await;
    world.create("shop").await;
    let opened = async || LocalBlobs::in_directory(world.directory.path()).await.unwrap();
    for (fault, swept) in [(Fault::StopsBeforeItIsNoted, 1), (Fault::StopsBeforeItIsClaimed, 0)] {
        let blobs = Arc::new(Faulty::new(opened().await, usize::MAX, fault));
        let tasks = TaskTracker::new();
        let knowledge =
            Knowledge::new(world.database.clone(), Arc::clone(&blobs) as _, settings.clone(), tasks.clone());
        let change = Change::add(format!("(Concept \"{fault:?}\")"));
        bases::apply(&world.context, &knowledge, "shop", change, Note::default()).await.unwrap();
        // The process is gone.
        blobs.stopped.notified().await;
        let before = world.blobs().len();
        let blobs = opened().await;
        assert_eq!(sweep(&world.database, &blobs).await.unwrap(), swept, "{fault:?}");
        assert_eq!(world.blobs().len() as u64, before as u64 - swept, "{fault:?}");
        assert!(blobs.unclaimed().await.unwrap().is_empty(), "{fault:?}");
    }
    let found = bases::validate(&world.context, &world.restarted().await, "shop", false, &mut |_, _| {}).await.unwrap();
    assert!(found.is_sound() && found.snapshots.len() == 1, "{found:?}");
}

/// A store of blobs that fails, or stops as a process does that is gone, when so many bytes of a blob were read.
mod faulty {
    use std::path::PathBuf;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use oriel_storage::blobs::BlobReader;
    use oriel_storage::{BlobError, BlobInfo, BlobStore, LocalBlobs};
    use tokio::io::{AsyncRead, ReadBuf};
    use tokio::sync::Notify;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Fault {
        Fails,
        Stops,
        StopsBeforeItIsNoted,
        StopsBeforeItIsClaimed,
    }

    #[derive(Debug)]
    pub(super) struct Faulty {
        blobs: LocalBlobs,
        at: usize,
        fault: Fault,
        pub(super) stopped: Arc<Notify>,
    }

    impl Faulty {
        pub(super) fn new(blobs: LocalBlobs, at: usize, fault: Fault) -> Self {
            Self { blobs, at, fault, stopped: Arc::default() }
        }

        async fn stop_for(&self, fault: Fault) {
            if self.fault == fault {
                self.stopped.notify_one();
                std::future::pending::<()>().await;
            }
        }
    }

    struct Cut<'a> {
        bytes: &'a mut (dyn AsyncRead + Send + Unpin),
        left: usize,
        fault: Fault,
        stopped: Arc<Notify>,
    }

    impl AsyncRead for Cut<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            out: &mut ReadBuf<'_>,
        ) -> Poll<std::io::Result<()>> {
            if self.left == 0 {
                if self.fault == Fault::Fails {
                    return Poll::Ready(Err(std::io::Error::other("the disk is full")));
                }
                self.stopped.notify_one();
                return Poll::Pending;
            }
            let mut part = vec![0; self.left.min(out.remaining()).min(64)];
            let mut read = ReadBuf::new(&mut part);
            let polled = Pin::new(&mut *self.bytes).poll_read(cx, &mut read);
            if let Poll::Ready(Ok(())) = &polled {
                let count = read.filled().len();
                out.put_slice(&part[..count]);
                self.left -= count;
            }
            polled
        }
    }

    #[async_trait::async_trait]
    impl BlobStore for Faulty {
        async fn put(&self, bytes: &mut (dyn AsyncRead + Send + Unpin), limit: u64) -> Result<BlobInfo, BlobError> {
            let stopped = Arc::clone(&self.stopped);
            let put = self.blobs.put(&mut Cut { bytes, left: self.at, fault: self.fault, stopped }, limit).await;
            self.stop_for(Fault::StopsBeforeItIsNoted).await;
            put
        }

        async fn open(&self, sha256: &str) -> Result<Option<BlobReader>, BlobError> {
            self.blobs.open(sha256).await
        }

        async fn file(&self, sha256: &str) -> Result<Option<PathBuf>, BlobError> {
            self.blobs.file(sha256).await
        }

        async fn delete(&self, sha256: &str) -> Result<bool, BlobError> {
            self.blobs.delete(sha256).await
        }

        async fn claim(&self, sha256: &str) -> Result<(), BlobError> {
            self.stop_for(Fault::StopsBeforeItIsClaimed).await;
            self.blobs.claim(sha256).await
        }

        async fn release(&self, sha256: &str) -> Result<(), BlobError> {
            self.blobs.release(sha256).await
        }

        async fn unclaimed(&self) -> Result<Vec<String>, BlobError> {
            self.blobs.unclaimed().await
        }
    }
}
