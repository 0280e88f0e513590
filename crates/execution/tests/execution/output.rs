//! The output log: any position, followers, limits, and what a killed server leaves behind.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::StreamExt;
use oriel_execution::output::{OutputChunk, OutputStore, OutputStream, Selection, Totals};
use oriel_model::{ManualClock, TaskId};
use tempfile::TempDir;

use OutputStream::{Stderr, Stdout};

const LIMIT: u64 = 1024 * 1024;

fn store() -> (TempDir, OutputStore, TaskId) {
    let directory = tempfile::tempdir().unwrap();
    let store = OutputStore::new(directory.path());
    (directory, store, TaskId::generate(&ManualClock::default()))
}

fn piece(stream: OutputStream, text: &str) -> (OutputStream, Bytes) {
    (stream, Bytes::copy_from_slice(text.as_bytes()))
}

async fn read(store: &OutputStore, task: TaskId, selection: Selection, start: u64, end: Option<u64>) -> String {
    let mut stream = store.read(task, selection, start, end).await.unwrap();
    let mut text = Vec::new();
    while let Some(bytes) = stream.next().await {
        text.extend_from_slice(&bytes.unwrap());
    }
    String::from_utf8(text).unwrap()
}

async fn follow(store: &OutputStore, task: TaskId, from: u64) -> Vec<OutputChunk> {
    store.follow(task, from).map(Result::unwrap).collect().await
}

fn log_file(directory: &Path) -> PathBuf {
    let shard = std::fs::read_dir(directory.join("output")).unwrap().next().unwrap().unwrap().path();
    std::fs::read_dir(shard).unwrap().next().unwrap().unwrap().path()
}

#[tokio::test]
async fn every_position_and_offset_reads_what_belongs_there() {
    let (_directory, store, task) = store();
    let mut log = store.create(task, LIMIT).await.unwrap();
    log.append(&[piece(Stdout, "one "), piece(Stderr, "ERR"), piece(Stdout, "two")]).await.unwrap();
    log.append(&[piece(Stdout, " three")]).await.unwrap();
    assert_eq!(log.finish().await.unwrap(), Totals { stdout: 13, stderr: 3, cut: false });
    store.close(task);

    let all = "one ERRtwo three";
    for from in 0..=all.len() {
        assert_eq!(read(&store, task, Selection::All, from as u64, None).await, all[from..]);
        let followed: Vec<u8> = follow(&store, task, from as u64).await.iter().flat_map(|c| c.bytes.to_vec()).collect();
        assert_eq!(followed, all.as_bytes()[from..]);
        for end in from..=all.len() {
            let part = read(&store, task, Selection::All, from as u64, Some(end as u64)).await;
            assert_eq!(part, all[from..end]);
        }
    }
    assert_eq!(read(&store, task, Selection::Stdout, 0, None).await, "one two three");
    assert_eq!(read(&store, task, Selection::Stdout, 5, Some(9)).await, "wo t");
    assert_eq!(read(&store, task, Selection::Stderr, 1, None).await, "RR");
    assert_eq!(read(&store, task, Selection::Stderr, 9, None).await, "");
    assert_eq!(store.totals(task).await.unwrap(), Totals { stdout: 13, stderr: 3, cut: false });
}

#[tokio::test]
async fn a_chunk_says_where_it_is_and_where_to_go_on() {
    let (_directory, store, task) = store();
    let mut log = store.create(task, LIMIT).await.unwrap();
    log.append(&[piece(Stdout, "abc"), piece(Stderr, "de"), piece(Stdout, "fgh")]).await.unwrap();
    log.finish().await.unwrap();
    store.close(task);
    let chunks = follow(&store, task, 1).await;
    let places: Vec<_> = chunks.iter().map(|c| (c.stream, c.offset, c.position, &c.bytes[..])).collect();
    assert_eq!(places, [(Stdout, 1, 3, &b"bc"[..]), (Stderr, 0, 5, &b"de"[..]), (Stdout, 3, 8, &b"fgh"[..])]);
    assert_eq!(follow(&store, task, chunks[0].position).await, chunks[1..]);
}

#[tokio::test]
async fn a_follower_gets_what_comes_and_ends_with_the_task() {
    let (_directory, store, task) = store();
    store.announce(task);
    let mut early = store.follow(task, 0);
    let mut log = store.create(task, LIMIT).await.unwrap();
    log.append(&[piece(Stdout, "first")]).await.unwrap();
    assert_eq!(&early.next().await.unwrap().unwrap().bytes[..], b"first");
    let mut late = store.follow(task, 3);
    assert_eq!(&late.next().await.unwrap().unwrap().bytes[..], b"st");
    let waiting = tokio::spawn(async move { (early.next().await.unwrap().unwrap(), early.next().await.is_none()) });
    log.append(&[piece(Stderr, "second")]).await.unwrap();
    log.finish().await.unwrap();
    store.close(task);
    let (chunk, ended) = waiting.await.unwrap();
    assert_eq!((&chunk.bytes[..], chunk.position, ended), (&b"second"[..], 11, true));
    assert_eq!(&late.next().await.unwrap().unwrap().bytes[..], b"second");
    assert!(late.next().await.is_none());
}

#[tokio::test]
async fn a_task_without_output_ends_its_followers() {
    let (_directory, store, task) = store();
    assert!(follow(&store, task, 0).await.is_empty());
    store.announce(task);
    let follower = store.follow(task, 0);
    store.close(task);
    assert_eq!(follower.count().await, 0);
    assert_eq!(read(&store, task, Selection::All, 0, None).await, "");
}

#[tokio::test]
async fn output_is_cut_at_the_limit_and_the_log_says_so() {
    let (_directory, store, task) = store();
    let mut log = store.create(task, 100).await.unwrap();
    log.append(&[piece(Stdout, &"x".repeat(99)), piece(Stderr, "yz"), piece(Stdout, "lost")]).await.unwrap();
    log.append(&[piece(Stdout, "lost too")]).await.unwrap();
    let totals = log.finish().await.unwrap();
    store.close(task);
    assert_eq!(totals, Totals { stdout: 99, stderr: 1, cut: true });
    assert_eq!(store.totals(task).await.unwrap(), totals);
    assert_eq!(read(&store, task, Selection::Stderr, 0, None).await, "y");
    assert_eq!(follow(&store, task, 0).await.len(), 2);
}

#[tokio::test]
async fn single_bytes_take_no_more_than_twice_the_limit() {
    let (directory, store, task) = store();
    let mut log = store.create(task, 24_000).await.unwrap();
    for _ in 0..100 {
        log.append(&vec![piece(Stdout, "x"); 100]).await.unwrap();
    }
    let totals = log.finish().await.unwrap();
    assert!(totals.cut);
    assert_eq!(totals.stdout, 1_000);
    assert!(std::fs::metadata(log_file(directory.path())).unwrap().len() < 48_000);
}

#[tokio::test]
async fn what_was_left_half_written_ends_the_log_and_spoils_nothing_before() {
    let (directory, store, task) = store();
    let mut log = store.create(task, LIMIT).await.unwrap();
    log.append(&[piece(Stdout, "complete"), piece(Stderr, "also complete")]).await.unwrap();
    log.append(&[piece(Stdout, "the last record")]).await.unwrap();
    drop(log);
    let path = log_file(directory.path());
    let whole = std::fs::read(&path).unwrap();
    // As found by a new server after the one that wrote it was killed.
    for lost in 1..(24 + "the last record".len()) {
        std::fs::write(&path, &whole[..whole.len() - lost]).unwrap();
        let store = OutputStore::new(directory.path());
        assert_eq!(store.totals(task).await.unwrap(), Totals { stdout: 8, stderr: 13, cut: false });
        assert_eq!(read(&store, task, Selection::All, 0, None).await, "completealso complete");
        assert_eq!(follow(&store, task, 8).await.len(), 1);
    }
    // A tail of zeros, as file systems leave after a loss of power.
    let mut zeros = whole.clone();
    zeros.extend_from_slice(&[0; 100]);
    std::fs::write(&path, zeros).unwrap();
    assert_eq!(OutputStore::new(directory.path()).totals(task).await.unwrap().position(), 36);
}

#[tokio::test]
async fn a_log_is_never_written_twice_and_a_foreign_file_is_refused() {
    let (directory, store, task) = store();
    drop(store.create(task, LIMIT).await.unwrap());
    let error = store.create(task, LIMIT).await.unwrap_err().to_string();
    assert!(error.contains("cannot create the output log"), "{error}");
    std::fs::write(log_file(directory.path()), b"something else entirely").unwrap();
    let store = OutputStore::new(directory.path());
    let error = store.totals(task).await.unwrap_err().to_string();
    assert!(error.contains("is not an output log"), "{error}");
}

#[tokio::test]
async fn a_large_log_is_read_from_anywhere() {
    let (_directory, store, task) = store();
    let mut log = store.create(task, LIMIT * 64).await.unwrap();
    let content: Vec<u8> = (0..10 * LIMIT).map(|index| (index % 251) as u8).collect();
    for part in content.chunks(300_000) {
        log.append(&[(Stdout, Bytes::copy_from_slice(part))]).await.unwrap();
    }
    log.finish().await.unwrap();
    store.close(task);
    for start in [0, 1, 65_535, 65_536, 65_537, 5_000_001, content.len() - 1, content.len()] {
        let mut stream = store.read(task, Selection::Stdout, start as u64, None).await.unwrap();
        let mut got = Vec::new();
        while let Some(bytes) = stream.next().await {
            got.extend_from_slice(&bytes.unwrap());
        }
        assert!(got == content[start..], "from {start}");
    }
}
