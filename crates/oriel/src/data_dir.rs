//! The data directory: made with mode 0700, and held by one server at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::output;

/// The file of the database.
const DATABASE: &str = "oriel.db";
/// The file that is locked.
const LOCK: &str = "oriel.lock";

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
        let file = path.join(LOCK);
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

/// Whether there is a database in a data directory. An empty file is none.
pub(crate) fn has_database(path: &Path) -> bool {
    fs::metadata(path.join(DATABASE)).is_ok_and(|found| found.is_file() && found.len() > 0)
}

/// Refuses to make a database in place of an empty file where something was kept by another: the file lost what it held.
/// Where nothing was, a first start ended too early, and that is said.
pub(crate) fn check_new(path: &Path) -> anyhow::Result<()> {
    let file = path.join(DATABASE);
    if !fs::metadata(&file).is_ok_and(|found| found.is_file() && found.len() == 0) {
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("data_dir: cannot list {}", path.display()))? {
        let name = entry.with_context(|| format!("data_dir: cannot list {}", path.display()))?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(DATABASE) && name != LOCK {
            bail!(
                "data_dir: {} is empty, and {name} beside it tells that it was not: put a copy of the database in its place, \
                 or move all of the directory away to begin anew",
                file.display()
            );
        }
    }
    output::note(&format!("{} was empty: a new database is made in it", file.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_database_is_made_anew_only_where_nothing_else_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        assert!(check_new(path).is_ok() && !has_database(path));
        for name in ["oriel.db", "oriel.db-wal", "oriel.lock"] {
            fs::write(path.join(name), "").unwrap();
        }
        assert!(check_new(path).is_ok() && !has_database(path));
        fs::create_dir(path.join("blobs")).unwrap();
        let message = check_new(path).unwrap_err().to_string();
        assert!(message.contains("oriel.db is empty, and blobs beside it"), "{message}");
        fs::write(path.join("oriel.db"), "x").unwrap();
        assert!(check_new(path).is_ok() && has_database(path));
    }

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
