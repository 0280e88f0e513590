//! The data directory: made with mode 0700, and held by one server at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// The directory, locked for as long as this value lives. The lock ends with the process, however it ends.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the directory when it is missing and takes its lock.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("data_dir: cannot make {}", path.display()))?;
        let path = path.canonicalize().with_context(|| format!("data_dir: cannot open {}", path.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("data_dir: {} must belong to the user that runs oriel", path.display()))?;
        let file = path.join("oriel.lock");
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&file)
            .with_context(|| format!("data_dir: cannot open {}", file.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "data_dir: another oriel already uses {}; stop it, or give this one another --data-dir",
                path.display()
            ),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("data_dir: cannot lock {}", file.display()));
            }
        }
        lock.set_len(0).context("data_dir: cannot write the lock file")?;
        writeln!(lock, "{}", std::process::id()).context("data_dir: cannot write the lock file")?;
        Ok(Self { path, _lock: lock })
    }

    /// Where it is, as an absolute path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_servers_do_not_share_a_directory() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/data");
        let first = DataDir::open(&path).unwrap();
        assert_eq!(fs::metadata(first.path()).unwrap().permissions().mode() & 0o777, 0o700);
        let message = format!("{:#}", DataDir::open(&path).unwrap_err());
        assert!(message.contains("another oriel"), "{message}");
        drop(first);
        DataDir::open(&path).unwrap();
    }
}
