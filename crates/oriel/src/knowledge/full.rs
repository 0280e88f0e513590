//! A disk that is full: said with what to do, for the causes only say that something could not be written.

use std::io::{Error, ErrorKind};
use std::path::Path;

use crate::output;

/// What SQLite and PostgreSQL say it by. SQLite's code 4874 is that the file which it shares memory by cannot grow.
const SAID: [&str; 4] =
    ["database or disk is full", "(code: 4874)", "No space left on device", "could not extend file"];

/// An error with what to do where a disk is full: that of the data directory, or that of the file which was to be written.
/// A change is carried out whole or not at all, and a file is put in place when it is whole, so nothing was changed.
pub(super) fn told(error: anyhow::Error, data: &Path, file: Option<&Path>) -> anyhow::Error {
    if !is_full(&error) {
        return error;
    }
    let beside = file.map(|file| file.parent().filter(|at| !at.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let directory = beside.unwrap_or(data).display();
    error.context(format!("the disk is full: nothing was changed; make room in {directory}"))
}

/// Whether an error is of a disk that is full. Not where only the answer could not be written: then all was done.
fn is_full(error: &anyhow::Error) -> bool {
    if error.chain().any(|cause| cause.to_string() == output::STDOUT) {
        return false;
    }
    let is_kind = |error: &Error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    error.chain().any(|cause| {
        let text = cause.to_string();
        cause.downcast_ref::<Error>().is_some_and(is_kind) || SAID.iter().any(|said| text.contains(said))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_with_what_to_do() {
        let io = || anyhow::Error::new(Error::from(ErrorKind::StorageFull)).context("write the file");
        let sqlite = || anyhow::anyhow!("(code: 13) database or disk is full").context("append to the log");
        let (data, file) = (Path::new("/srv/oriel"), Path::new("/backups/shop.backup"));
        for (error, file, room) in [
            (io(), None, "make room in /srv/oriel"),
            (sqlite(), None, "make room in /srv/oriel"),
            (io(), Some(file), "make room in /backups"),
            (io(), Some(Path::new("shop.backup")), "make room in ."),
        ] {
            let told = told(error, data, file);
            assert!(told.to_string().ends_with(room) && told.chain().count() == 3, "{told:?}");
            assert!(told.to_string().contains("nothing was changed"), "{told}");
        }
        let answer = anyhow::Error::new(Error::from(ErrorKind::StorageFull)).context(output::STDOUT);
        assert!(!told(answer, data, None).to_string().contains("nothing was changed"));
        let other = told(anyhow::Error::new(Error::from(ErrorKind::PermissionDenied)), data, None);
        assert!(!other.to_string().contains("room"), "{other}");
    }
}
