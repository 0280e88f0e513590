//! 100 MB of output: every byte arrives, and memory does not grow with it. A process of its own, so that its memory is.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]
#![allow(dead_code, reason = "the fixture is shared with the other tests")]

#[path = "execution/fixture.rs"]
mod fixture;

use std::fmt::Write as _;

use fixture::Fixture;
use futures::StreamExt;
use oriel_execution::output::{OutputStream, Selection};
use oriel_execution::runs;
use oriel_model::TaskStatus;
use sha2::{Digest as _, Sha256};

const BYTES: u64 = 100 * 1024 * 1024;
/// Far more than what is needed (two SSH windows and some buffers), far less than the output.
const GROWTH: u64 = 64 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_arrive_whole_in_bounded_memory() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    // Everything that is loaded once is loaded by this.
    assert_eq!(fixture.run("head -c 1000000 /dev/urandom | od", target).await.status, TaskStatus::Succeeded);

    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmRSS");
    let seed = fixture.directory.path().join("seed");
    let command = format!(
        "head -c {} /dev/urandom > {seed}; i=0; while [ $i -lt 100 ]; do cat {seed}; i=$((i+1)); done; \
         (i=0; while [ $i -lt 100 ]; do cat {seed}; i=$((i+1)); done) | sha256sum >&2",
        BYTES / 100,
        seed = seed.display()
    );
    let run = fixture.start(&command, &[target], 300).await;
    // Followed while it comes, by one who keeps up and one who looks at the beginning and then not for long.
    let slow = runs::follow(&fixture.context, &fixture.execution, run.tasks[0].id, 0).await.unwrap();
    let mut slow = slow.chunks;
    let first = slow.next().await.unwrap().unwrap();
    let followed = runs::follow(&fixture.context, &fixture.execution, run.tasks[0].id, 0).await.unwrap();
    let mut chunks = followed.chunks;
    let (mut seen, mut said) = (Sha256::new(), String::new());
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.unwrap();
        match chunk.stream {
            OutputStream::Stdout => seen.update(&chunk.bytes),
            OutputStream::Stderr => said.push_str(std::str::from_utf8(&chunk.bytes).unwrap()),
        }
    }
    let task = fixture.ended(run.run.id).await.tasks.remove(0);
    assert_eq!((task.status, task.stdout_bytes), (TaskStatus::Succeeded, BYTES), "{:?}", task.error);
    let sent = said.split_whitespace().next().unwrap().to_owned();
    assert_eq!(hexadecimal(seen), sent);

    let read = runs::read_output(&fixture.context, &fixture.execution, task.id, Selection::Stdout, 0, None);
    let mut stream = read.await.unwrap().bytes;
    let mut recorded = Sha256::new();
    while let Some(bytes) = stream.next().await {
        recorded.update(bytes.unwrap());
    }
    assert_eq!(hexadecimal(recorded), sent);

    let mut late = first.bytes.len() as u64;
    while let Some(chunk) = slow.next().await {
        late += chunk.unwrap().bytes.len() as u64;
    }
    assert_eq!(late, task.stdout_bytes + task.stderr_bytes);

    let growth = memory("VmHWM").saturating_sub(before);
    println!("100 MiB: memory grew by {:.1} MiB at its peak", growth as f64 / 1_048_576.0);
    assert!(growth < GROWTH, "memory grew by {growth} bytes");
}

/// A line of this process's status, in bytes.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let kibibytes = found.and_then(|text| text.split_whitespace().next()).and_then(|text| text.parse::<u64>().ok());
    kibibytes.unwrap_or_else(|| panic!("no {line} in /proc/self/status")) * 1024
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
