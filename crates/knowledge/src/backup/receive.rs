//! Making a base of a backup that is sent in.

use std::io::SeekFrom;

use oriel_identity::{Action, Context, authorize};
use oriel_storage::KnowledgeBase;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

use super::{BackupError, restore};
use crate::bases::check_free;
use crate::error::Result;
use crate::service::Knowledge;

/// Bytes that are passed on at a time.
const CHUNK: usize = 128 << 10;

/// Makes a base of this name of a backup that comes in. Whether the caller may, and whether the name is free, is found out
/// before anything is read. What comes is written to a file without a name, which is gone when this ends, however it ends.
pub async fn receive(
    context: &Context,
    knowledge: &Knowledge,
    bytes: &mut (dyn AsyncRead + Send + Unpin),
    name: &str,
) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    check_free(knowledge, name).await?;
    let uploads = knowledge.inner.settings.uploads.clone();
    let made = tokio::task::spawn_blocking(move || match uploads {
        Some(directory) => tempfile::tempfile_in(directory),
        None => tempfile::tempfile(),
    });
    let mut file = File::from_std(made.await?.map_err(BackupError::io("make a file for it"))?);
    take(bytes, &mut file, knowledge.inner.settings.backup_bytes).await?;
    file.seek(SeekFrom::Start(0)).await.map_err(BackupError::io("read it"))?;
    restore(context, knowledge, &mut file, Some(name), &mut |_, _| {}).await
}

async fn take(from: &mut (dyn AsyncRead + Send + Unpin), to: &mut File, limit: u64) -> Result<(), BackupError> {
    let mut buffer = vec![0; CHUNK];
    let mut left = limit;
    loop {
        let read = from.read(&mut buffer).await.map_err(BackupError::BrokenOff)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        left = left.checked_sub(read as u64).ok_or(BackupError::TooLarge { limit })?;
        to.write_all(chunk).await.map_err(BackupError::io("write it"))?;
    }
    to.flush().await.map_err(BackupError::io("write it"))
}
