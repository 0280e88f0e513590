//! What knowledge bases may take.

use std::path::PathBuf;

/// What knowledge bases may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The text of one change, in bytes.
    pub change_bytes: u64,
    /// A backup that is sent in, in bytes.
    pub backup_bytes: u64,
    /// The directory where a backup that is sent in is kept until it is restored, under no name; the system's for such files
    /// where none is given.
    pub uploads: Option<PathBuf>,
    /// Atoms in one base.
    pub atoms: usize,
    /// A snapshot is made when so many changes were made after the last one,
    pub snapshot_changes: u64,
    /// or when the changes after it have so many bytes, and a quarter of those of the snapshot itself.
    pub snapshot_bytes: u64,
    /// A snapshot is also made when there are so many atoms more or fewer than in the last one, and a quarter of those that it has: they
    /// may be few bytes in the log, and take long to be added again.
    pub snapshot_atoms: usize,
    /// How many snapshots of one base are kept, at least one.
    pub snapshots_kept: usize,
    /// Bytes of memory for the bases that are held loaded. The one that is used is held whatever it takes.
    pub memory_bytes: u64,
    /// Bytes of memory, about, that one base may take; a larger one is not loaded, and can be read in part.
    pub base_bytes: u64,
    /// A log of up to so many bytes is checked from its beginning before the first change that a process makes to its base.
    pub checked_bytes: u64,
    /// Where what is searched is kept, a directory that only this process uses; in memory where there is none.
    pub indexes: Option<PathBuf>,
}

impl Default for Settings {
    /// 256 MiB a change, 16 GiB a backup, a hundred million atoms, a snapshot after 1,000 changes, 8 MiB of them or 100,000 atoms, eight
    /// snapshots kept, 1 GiB of memory, as much for one base, logs of 64 MiB checked before a change, and indexes in memory.
    fn default() -> Self {
        Self {
            change_bytes: 256 << 20,
            backup_bytes: 16 << 30,
            uploads: None,
            atoms: 100_000_000,
            snapshot_changes: 1_000,
            snapshot_bytes: 8 << 20,
            snapshot_atoms: 100_000,
            snapshots_kept: 8,
            memory_bytes: 1 << 30,
            base_bytes: 1 << 30,
            checked_bytes: 64 << 20,
            indexes: None,
        }
    }
}
