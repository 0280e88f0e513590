//! Writing a backup.

use std::path::Path;

use oriel_identity::Context;
use oriel_storage::audit::{GENESIS, hexadecimal};
use oriel_storage::{KnowledgeBase, KnowledgeChange, Repositories as _};
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncWrite, AsyncWriteExt as _, BufWriter};

use super::{BackedUp, BackupError, HEADER, Progress, file};
use crate::error::{KnowledgeError, Result};
use crate::service::{Knowledge, readable};

/// Writes a backup of a base, up to the version that it has now. Memory is taken for some megabytes of the log at a time.
/// A log whose hashes do not follow each other up to the last one is refused: a backup of it could not be restored.
pub async fn write(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    out: &mut (dyn AsyncWrite + Send + Unpin),
    progress: Progress<'_>,
) -> Result<BackedUp> {
    let base = readable(context, knowledge, name).await?;
    let header = BackedUp {
        name: base.name.clone(),
        description: base.description.clone(),
        created_at: base.created_at,
        version: base.version,
        head: base.head.clone(),
    };
    let mut out = Summed { out, sum: Sha256::new() };
    out.put(format!("{HEADER}\n{}\n", json(&header)?).as_bytes()).await?;
    let (mut done, mut hash) = (0, GENESIS.to_owned());
    while done < base.version {
        let changes = knowledge.inner.database.knowledge().changes(base.id, done, base.version).await?;
        if changes.is_empty() {
            return Err(damaged(&base, done + 1, "the change is missing"));
        }
        for change in changes {
            sound(&base, (done, &hash), &change)?;
            let told = json(&change.summary)?;
            out.put(format!("change {} {}\n{told}", told.len(), change.data.len()).as_bytes()).await?;
            out.put(&change.data).await?;
            out.put(b"\n").await?;
            (done, hash) = (change.summary.version, change.summary.hash);
        }
        progress(done, base.version);
    }
    if hash != base.head {
        return Err(damaged(&base, done, "its hash is not the one noted as the end of the log"));
    }
    let sum = hexadecimal(&out.sum.clone().finalize());
    out.put(format!("end {done} {sum}\n").as_bytes()).await?;
    out.out.flush().await.map_err(BackupError::io("write it"))?;
    Ok(header)
}

/// Writes a backup to a file, which is there when it is whole and on the disk, and not before.
pub async fn to_file(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    path: &Path,
    progress: Progress<'_>,
) -> Result<BackedUp> {
    file::whole(path, BufWriter::new, async |out: &mut BufWriter<File>| {
        write(context, knowledge, name, out, progress).await
    })
    .await
}

/// Refuses a change that does not follow the one before it, of which the version and the hash are given.
fn sound(base: &KnowledgeBase, (before, hash): (u64, &str), change: &KnowledgeChange) -> Result<()> {
    let next = before + 1;
    if change.summary.version != next {
        return Err(damaged(base, next, "the change is missing"));
    }
    if change.summary.size_bytes != change.data.len() as u64 {
        return Err(damaged(base, next, "it has another size than was noted"));
    }
    if !change.follows(hash) {
        return Err(damaged(base, next, "the hash does not fit: the change or one before it was altered"));
    }
    Ok(())
}

fn damaged(base: &KnowledgeBase, version: u64, why: &str) -> KnowledgeError {
    KnowledgeError::Damaged { name: base.name.clone(), version, why: why.to_owned() }
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string(value);
    Ok(text.map_err(|error| BackupError::Io { doing: "describe a change", source: error.into() })?)
}

/// Sums what goes through it.
struct Summed<'a> {
    out: &'a mut (dyn AsyncWrite + Send + Unpin),
    sum: Sha256,
}

impl Summed<'_> {
    async fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.sum.update(bytes);
        self.out.write_all(bytes).await.map_err(BackupError::io("write it"))?;
        Ok(())
    }
}
