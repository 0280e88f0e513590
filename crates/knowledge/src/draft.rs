//! A file that is whole, or not there.

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Who may read a file that is new, as far as the process's mask of permissions lets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Only who writes it.
    Owner,
    /// All.
    All,
}

/// A file that is written beside its place, and put there when it is whole and on the disk. What was there stays until then.
/// One that is not put in place is deleted when this is dropped.
#[derive(Debug)]
pub struct Draft {
    file: NamedTempFile,
    place: PathBuf,
}

impl Draft {
    /// A new, empty file beside this place, under a name that nobody can know before.
    ///
    /// # Errors
    /// Where something is in the place that is no regular file, and so must not be replaced, or where no file can be made
    /// beside it.
    pub fn beside(place: &Path, readers: Readers) -> Result<Self> {
        match std::fs::symlink_metadata(place) {
            Ok(there) if !there.is_file() => {
                let message = "what is there is no regular file, and is not replaced: name another file";
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut prefix = OsString::from(".");
        prefix.push(place.file_name().ok_or(ErrorKind::InvalidInput)?);
        let mode = if readers == Readers::Owner { 0o600 } else { 0o666 };
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".partial")
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(directory(place))?;
        Ok(Self { file, place: place.to_owned() })
    }

    /// The file, to write to.
    pub fn file(&self) -> Result<File> {
        self.file.as_file().try_clone()
    }

    /// Puts the file in its place: when this returns, it is there also after a power loss.
    pub fn keep(self) -> Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist(&self.place).map_err(|error| error.error)?;
        // The rename is durable when its directory is.
        File::open(directory(&self.place))?.sync_all()
    }
}

fn directory(place: &Path) -> &Path {
    place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_a_regular_file_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        std::fs::write(path("victim"), "precious").unwrap();
        symlink(path("victim"), path("link")).unwrap();
        std::fs::create_dir(path("folder")).unwrap();
        for name in ["link", "folder"] {
            let error = Draft::beside(&path(name), Readers::All).unwrap_err();
            assert!(error.to_string().contains("no regular file"), "{name}: {error}");
        }
        assert_eq!(std::fs::read(path("victim")).unwrap(), b"precious");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_draft_has_a_name_of_its_own_and_the_readers_it_was_given() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("shop.backup");
        // Whoever knows the name of the draft could make it a link to another file.
        std::fs::write(directory.path().join("victim"), "precious").unwrap();
        symlink(directory.path().join("victim"), directory.path().join("shop.backup.partial")).unwrap();
        for readers in [Readers::All, Readers::Owner] {
            let draft = Draft::beside(&place, readers).unwrap();
            draft.file().unwrap().write_all(b"whole").unwrap();
            draft.keep().unwrap();
            let mode = std::fs::metadata(&place).unwrap().permissions().mode();
            assert!(readers == Readers::All || mode & 0o777 == 0o600, "{mode:o}");
            assert_eq!(std::fs::read(&place).unwrap(), b"whole");
        }
        assert_eq!(std::fs::read(directory.path().join("victim")).unwrap(), b"precious");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 3);
    }
}
