//! A file that is whole, or not there.

use std::path::Path;

use tokio::fs::File;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::BackupError;
use crate::draft::{Draft, Readers};
use crate::error::Result;

/// Writes a file beside its place, and puts it there when it is whole and on the disk. What was there stays until then.
/// Only its owner may read it: it has all that the base has.
///
/// `layer` stands between what is written and the file.
pub(super) async fn whole<W: AsyncWrite + Unpin + Send, T>(
    path: &Path,
    layer: impl FnOnce(File) -> W,
    write: impl AsyncFnOnce(&mut W) -> Result<T>,
) -> Result<T> {
    let draft = Draft::beside(path, Readers::Owner).map_err(BackupError::io("make the file"))?;
    let file = draft.file().map_err(BackupError::io("make the file"))?;
    let mut out = layer(File::from_std(file));
    let done = write(&mut out).await?;
    out.flush().await.map_err(BackupError::io("write the file"))?;
    drop(out);
    let kept = tokio::task::spawn_blocking(move || draft.keep()).await?;
    kept.map_err(BackupError::io("put the file in place"))?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use tokio::sync::Notify;

    use super::*;
    use crate::error::KnowledgeError;

    /// Takes so many bytes; then fails, or stops as a process does that is gone.
    struct Faulty {
        file: File,
        left: usize,
        stopped: Option<Arc<Notify>>,
    }

    impl AsyncWrite for Faulty {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
            let fits = bytes.len().min(self.left);
            if fits == 0 && !bytes.is_empty() {
                return match &self.stopped {
                    None => Poll::Ready(Err(std::io::Error::other("no space left"))),
                    Some(stopped) => {
                        stopped.notify_one();
                        Poll::Pending
                    }
                };
            }
            let written = Pin::new(&mut self.file).poll_write(cx, &bytes[..fits]);
            if let Poll::Ready(Ok(count)) = written {
                self.left -= count;
            }
            written
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
            Pin::new(&mut self.file).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
            Pin::new(&mut self.file).poll_shutdown(cx)
        }
    }

    const NEW: &[u8] = b"what is written anew, in several parts";

    async fn write(path: &Path, left: usize, stopped: Option<Arc<Notify>>) -> Result<()> {
        let layer = |file: File| Faulty { file, left, stopped };
        whole(path, layer, async |out| {
            for part in NEW.chunks(7) {
                out.write_all(part).await.map_err(BackupError::io("write the file"))?;
            }
            Ok(())
        })
        .await
    }

    #[tokio::test]
    async fn at_whatever_byte_it_fails_or_stops_the_old_file_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("shop.backup");
        for old in [None, Some(b"old")] {
            for left in 0..NEW.len() {
                let _ = std::fs::remove_file(&path);
                if let Some(old) = old {
                    std::fs::write(&path, old).unwrap();
                }
                let failed = write(&path, left, None).await.unwrap_err();
                assert!(matches!(failed, KnowledgeError::Backup(BackupError::Io { .. })), "{failed}");
                let gone = Arc::new(Notify::new());
                tokio::select! {
                    done = write(&path, left, Some(Arc::clone(&gone))) => panic!("{done:?} at byte {left}"),
                    () = gone.notified() => {}
                }
                assert_eq!(std::fs::read(&path).ok().as_deref(), old.map(|old| &old[..]), "at byte {left}");
            }
        }
        write(&path, NEW.len(), None).await.unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), NEW);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
