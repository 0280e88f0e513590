//! Making a base of a backup.

use std::io::SeekFrom;

use oriel_atomspace::space::{Limits, Space};
use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::KnowledgeBaseId;
use oriel_storage::audit::GENESIS;
use oriel_storage::{KnowledgeBase, KnowledgeChange, NewKnowledgeBase, Repositories as _, StorageError};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncSeek, AsyncSeekExt as _, BufReader};

use super::reader::Reader;
use super::{BackedUp, BackupError, Progress};
use crate::bases::{check_free, check_words};
use crate::change::{Change, apply};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;

/// Makes a base of a backup, under its own name or another. Whether the name is free is found out first. The file is read
/// twice: first all of it is checked (its sum, the chain of hashes, that every change can be carried out), and only then is
/// anything written, in one transaction.
pub async fn restore(
    context: &Context,
    knowledge: &Knowledge,
    from: &mut (impl AsyncRead + AsyncSeek + Unpin + Send),
    name: Option<&str>,
    progress: Progress<'_>,
) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    if let Some(name) = name {
        check_free(knowledge, name).await?;
    }
    // The semaphore is never closed.
    let _alone = knowledge.inner.checks.acquire().await.ok();
    let header = check(knowledge, from, name, progress).await?;
    let name = name.unwrap_or(&header.name);
    from.seek(SeekFrom::Start(0)).await.map_err(BackupError::io("read it again"))?;

    let new = NewKnowledgeBase {
        id: KnowledgeBaseId::generate(context.clock()),
        name: name.to_owned(),
        description: header.description.clone(),
        created_by: context.user_id(),
        at: header.created_at,
    };
    let id = new.id;
    let transaction = knowledge.inner.database.begin().await?;
    match transaction.knowledge().create(new).await {
        Err(StorageError::Taken { .. }) => return Err(KnowledgeError::NameTaken { name: name.to_owned() }),
        created => created?,
    };
    let (_, mut reader) = Reader::start(BufReader::new(from)).await?;
    while let Some(change) = reader.next().await? {
        transaction.append_recorded_knowledge(id, change).await?;
    }
    let base = transaction.knowledge().get(id).await?;
    let base = base.filter(|base| base.version == header.version && base.head == header.head);
    let message = "it changed while it was read".to_owned();
    let base = base.ok_or_else(|| BackupError::Damaged { at: reader.at(), message })?;
    let detail = json!({ "name": base.name, "of": header.name, "version": base.version, "hash": base.head });
    audit::record(context, &transaction, "knowledge.restore", format!("knowledge/{id}"), detail).await?;
    transaction.commit().await?;
    Ok(base)
}

/// Checks a backup from its beginning to its end, and before that whether it can be restored under this name, or its own.
async fn check(
    knowledge: &Knowledge,
    from: &mut (impl AsyncRead + Unpin + Send),
    name: Option<&str>,
    progress: Progress<'_>,
) -> Result<BackedUp> {
    let (header, mut reader) = Reader::start(BufReader::new(from)).await?;
    check_free(knowledge, name.unwrap_or(&header.name)).await?;
    check_words("description", &header.description)?;
    let mut on = (GENESIS.to_owned(), Space::new());
    let mut last = header.created_at;
    while let Some(change) = reader.next().await? {
        let (version, at) = (change.summary.version, change.summary.at);
        let before = reader.at();
        let wrong =
            |message| BackupError::Damaged { at: before, message: format!("the change before, {version}: {message}") };
        if at < last {
            return Err(wrong("it is older than the one before it".to_owned()).into());
        }
        check_words("note", &change.summary.note).map_err(|error| wrong(error.to_string()))?;
        last = at;
        on = tokio::task::spawn_blocking(move || step(&change, on)).await?.map_err(wrong)?;
        progress(version, header.version);
    }
    if on.0 != header.head {
        let message = "the last hash is not the one in the second line".to_owned();
        return Err(BackupError::Damaged { at: reader.at(), message }.into());
    }
    Ok(header)
}

/// The hash and the content after a change.
fn step(change: &KnowledgeChange, (hash, mut space): (String, Space)) -> Result<(String, Space), String> {
    if !change.follows(&hash) {
        return Err("its hash does not fit: it or one before it was altered".to_owned());
    }
    let decoded = Change::decode(&change.data).map_err(|error| error.to_string())?;
    // All that the log has was within these limits when it was made. Deeper text could not be read without harm.
    let limits = Limits { bytes: u64::MAX, atoms: usize::MAX, ..Limits::default() };
    apply(&mut space, &decoded, limits).map_err(|error| error.to_string())?;
    if space.len() as u64 != change.summary.atoms {
        return Err(format!("it gives {} atoms in place of {}", space.len(), change.summary.atoms));
    }
    Ok((change.summary.hash.clone(), space))
}
