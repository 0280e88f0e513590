//! Blobs: found by their hash, whole or not at all.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use oriel_storage::blobs::sweep;
use oriel_storage::{BlobError, BlobStore as _, LocalBlobs, Repositories as _};
use oriel_testkit::{clock, on_each_database};
use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

use crate::fixture;

/// SHA-256 of no bytes.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Gives some bytes and then breaks off, or waits for ever.
struct Broken {
    given: bool,
    hang: bool,
}

impl AsyncRead for Broken {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.given {
            self.given = true;
            buffer.put_slice(b"some");
            return Poll::Ready(Ok(()));
        }
        if self.hang { Poll::Pending } else { Poll::Ready(Err(io::Error::other("reset"))) }
    }
}

/// Every file under `directory`, but for the marks of unclaimed blobs.
fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("blobs/unclaimed") {
            continue;
        }
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

async fn read(blobs: &LocalBlobs, sha256: &str) -> Vec<u8> {
    let mut opened = blobs.open(sha256).await.unwrap().unwrap();
    let mut bytes = Vec::new();
    opened.bytes.read_to_end(&mut bytes).await.unwrap();
    assert_eq!(opened.size, bytes.len() as u64);
    bytes
}

#[tokio::test]
async fn bytes_are_kept_once_and_read_back() {
    let data = tempfile::tempdir().unwrap();
    let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
    let large: Vec<u8> = (0..1_000_003_u32).map(|n| n.to_le_bytes()[0]).collect();
    let first = blobs.put(&mut large.as_slice(), 2_000_000).await.unwrap();
    assert_eq!(first.size, 1_000_003);
    assert_eq!(blobs.put(&mut large.as_slice(), 2_000_000).await.unwrap(), first);
    assert_eq!(files(data.path()), [blobs.file(&first.sha256).await.unwrap().unwrap()]);
    assert_eq!(read(&blobs, &first.sha256).await, large);
    let empty = blobs.put(&mut [].as_slice(), 0).await.unwrap();
    assert_eq!((empty.sha256.as_str(), empty.size), (EMPTY, 0));
    let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
    assert_eq!(read(&blobs, &first.sha256).await, large, "after a restart");
    assert!(blobs.delete(&first.sha256).await.unwrap());
    assert!(!blobs.delete(&first.sha256).await.unwrap());
    assert!(blobs.open(&first.sha256).await.unwrap().is_none());
}

#[tokio::test]
async fn too_many_bytes_leave_nothing() {
    let data = tempfile::tempdir().unwrap();
    let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
    blobs.put(&mut [7; 100].as_slice(), 100).await.unwrap();
    let error = blobs.put(&mut [8; 101].as_slice(), 100).await.unwrap_err();
    assert!(matches!(error, BlobError::TooLarge { limit: 100 }), "{error}");
    let endless = blobs.put(&mut tokio::io::repeat(1), 10_000_000).await.unwrap_err();
    assert!(matches!(endless, BlobError::TooLarge { .. }), "{endless}");
    assert_eq!(files(data.path()).len(), 1);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
    let error = blobs.put(&mut Broken { given: false, hang: false }, 100).await.unwrap_err();
    assert!(matches!(error, BlobError::Upload { .. }), "{error}");
    let mut hanging = Broken { given: false, hang: true };
    tokio::select! {
        biased;
        done = blobs.put(&mut hanging, 100) => panic!("{done:?}"),
        () = tokio::time::sleep(std::time::Duration::from_millis(100)) => {}
    }
    assert_eq!(files(data.path()), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn a_crash_in_an_upload_is_swept_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    LocalBlobs::in_directory(data.path()).await.unwrap();
    std::fs::write(data.path().join("blobs/incoming/0"), b"half").unwrap();
    let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
    assert_eq!(files(data.path()), Vec::<std::path::PathBuf>::new());
    blobs.put(&mut b"whole".as_slice(), 100).await.unwrap();
}

#[tokio::test]
async fn names_that_are_no_hash_are_refused() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("secret.key"), b"x").unwrap();
    let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
    let upper = EMPTY.to_uppercase();
    for name in ["", "ab", "../../secret.key", &format!("../{}", &EMPTY[3..]), &upper, &format!("{EMPTY}0"), "é"] {
        assert!(matches!(blobs.open(name).await, Err(BlobError::Name { .. })), "{name}");
        assert!(matches!(blobs.delete(name).await, Err(BlobError::Name { .. })), "{name}");
    }
    assert!(blobs.open(EMPTY).await.unwrap().is_none());
}

#[tokio::test]
async fn many_uploads_of_the_same_bytes_end_in_one_file() {
    let data = tempfile::tempdir().unwrap();
    let blobs = std::sync::Arc::new(LocalBlobs::in_directory(data.path()).await.unwrap());
    let uploads: Vec<_> = (0..16)
        .map(|_| {
            let blobs = blobs.clone();
            tokio::spawn(async move { blobs.put(&mut vec![9; 300_000].as_slice(), 300_000).await.unwrap() })
        })
        .collect();
    for upload in uploads {
        assert_eq!(upload.await.unwrap().size, 300_000);
    }
    assert_eq!(files(data.path()).len(), 1);
}

on_each_database! {
    async fn what_nothing_names_is_swept_unless_it_was_claimed(database: Database) {
        let data = tempfile::tempdir().unwrap();
        let (clock, blobs) = (clock::manual(), LocalBlobs::in_directory(data.path()).await.unwrap());
        let put = async |bytes: &[u8]| blobs.put(&mut &*bytes, 100).await.unwrap().sha256;
        let [left, named, claimed, released, gone] =
            [put(b"left").await, put(b"named").await, put(b"claimed").await, put(b"released").await, put(b"gone").await];
        for sha256 in [&named, &released] {
            database.incidents().create(fixture::new_incident(&clock, sha256)).await.unwrap();
        }
        // Claimed with another database, such as one that was lost.
        blobs.claim(&claimed).await.unwrap();
        blobs.claim(&released).await.unwrap();
        blobs.release(&released).await.unwrap();
        blobs.delete(&gone).await.unwrap();
        put(b"claimed").await;
        let mut unclaimed = blobs.unclaimed().await.unwrap();
        unclaimed.sort_unstable();
        let mut expected = vec![left.clone(), named.clone(), released.clone()];
        expected.sort_unstable();
        assert_eq!(unclaimed, expected);

        let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
        assert_eq!(sweep(&database, &blobs).await.unwrap(), 1);
        assert!(blobs.open(&left).await.unwrap().is_none());
        for kept in [&named, &claimed, &released] {
            assert!(blobs.open(kept).await.unwrap().is_some());
        }
        assert!(blobs.unclaimed().await.unwrap().is_empty());
        assert_eq!(sweep(&database, &blobs).await.unwrap(), 0);
        std::fs::write(data.path().join("blobs/unclaimed/notes.txt"), "x").unwrap();
        assert!(blobs.unclaimed().await.unwrap().is_empty(), "what is no blob's name is left alone");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_goes_in_comes_out(bytes in prop::collection::vec(any::<u8>(), 0..200_000)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let data = tempfile::tempdir().unwrap();
            let blobs = LocalBlobs::in_directory(data.path()).await.unwrap();
            let info = blobs.put(&mut bytes.as_slice(), bytes.len() as u64).await.unwrap();
            assert_eq!(read(&blobs, &info.sha256).await, bytes);
        });
    }
}
