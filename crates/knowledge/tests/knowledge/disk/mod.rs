//! What a disk may hold after the power failed.
//!
//! A process runs with `recorder.c` before its C library, which writes down everything that it asks of its files. From that
//! [`Disk`] knows at any moment what was flushed, which is there for sure, and what was not, of which any part may be: none, the
//! writes up to a byte, any of their sectors, or a sector of junk. A name is there for sure once its directory was flushed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::junk::Junk;

/// What a disk writes as a whole, or not at all.
const SECTOR: usize = 512;

/// Something that was asked of the disk.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Create(PathBuf),
    Write(PathBuf, usize, Vec<u8>),
    Truncate(PathBuf, usize),
    Flush(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

/// Builds the recorder in a directory.
pub(crate) fn recorder(directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/knowledge/disk/recorder.c");
    let library = directory.join("recorder.so");
    let mut compiler = Command::new("cc");
    compiler
        .args(["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source)
        .arg("-ldl");
    let done = compiler.output().expect("a C compiler is needed: install build-essential");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    library
}

/// What was recorded.
pub(crate) fn recorded(journal: &Path) -> Vec<Op> {
    let bytes = std::fs::read(journal).unwrap();
    let mut rest = bytes.as_slice();
    let mut ops = Vec::new();
    while !rest.is_empty() {
        let small = |at: usize| u32::from_ne_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
        let large = |at: usize| u64::from_ne_bytes(rest[at..at + 8].try_into().unwrap()) as usize;
        let (kind, one, two, number, length) = (rest[0], small(1), small(5), large(9), large(17));
        let path = |bytes: &[u8]| PathBuf::from(String::from_utf8(bytes.to_vec()).unwrap());
        let (first, after) = rest[25..].split_at(one);
        let (second, after) = after.split_at(two);
        let (data, after) = after.split_at(length);
        ops.push(match kind {
            b'C' => Op::Create(path(first)),
            b'W' => Op::Write(path(first), number, data.to_vec()),
            b'T' => Op::Truncate(path(first), number),
            b'S' => Op::Flush(path(first)),
            b'R' => Op::Rename(path(first), path(second)),
            b'U' => Op::Remove(path(first)),
            kind => panic!("a record of kind {kind}"),
        });
        rest = after;
    }
    ops
}

/// A change of a file that was not flushed yet.
#[derive(Debug, Clone)]
enum Pending {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Pending {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Self::Write(at, bytes) => {
                file.resize(file.len().max(at + bytes.len()), 0);
                file[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Self::Truncate(len) => file.resize(*len, 0),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct File {
    flushed: Vec<u8>,
    pending: Vec<Pending>,
}

/// A name that came or went.
#[derive(Debug, Clone)]
struct Named {
    path: PathBuf,
    file: Option<usize>,
}

/// The files under a directory, as they were flushed, and what came after that.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    names: BTreeMap<PathBuf, usize>,
    flushed: BTreeMap<PathBuf, usize>,
    pending: Vec<Named>,
}

impl Disk {
    /// Asks something of it.
    pub(crate) fn take(&mut self, op: &Op) {
        match op {
            Op::Create(path) => {
                self.files.push(File::default());
                self.name(path, Some(self.files.len() - 1));
            }
            Op::Write(path, at, bytes) => self.change(path, Pending::Write(*at, bytes.clone())),
            Op::Truncate(path, len) => self.change(path, Pending::Truncate(*len)),
            Op::Flush(path) => self.flush(path),
            Op::Rename(from, to) => {
                let file = self.names.get(from).copied();
                self.name(to, file);
                self.name(from, None);
            }
            Op::Remove(path) => self.name(path, None),
        }
    }

    fn name(&mut self, path: &Path, file: Option<usize>) {
        match file {
            Some(file) => self.names.insert(path.to_owned(), file),
            None => self.names.remove(path),
        };
        self.pending.push(Named { path: path.to_owned(), file });
    }

    fn change(&mut self, path: &Path, change: Pending) {
        // What was there before the recording began is made here.
        if !self.names.contains_key(path) {
            self.take(&Op::Create(path.to_owned()));
        }
        self.files[self.names[path]].pending.push(change);
    }

    fn flush(&mut self, path: &Path) {
        if let Some(file) = self.names.get(path) {
            let file = &mut self.files[*file];
            for change in std::mem::take(&mut file.pending) {
                change.apply(&mut file.flushed);
            }
            return;
        }
        let (kept, later): (Vec<Named>, Vec<Named>) =
            std::mem::take(&mut self.pending).into_iter().partition(|named| named.path.parent() == Some(path));
        self.pending = later;
        for named in &kept {
            settle(&mut self.flushed, named);
        }
    }

    /// Writes what may be there if the power fails while `last` is being done, below another directory. Tells how it was drawn.
    pub(crate) fn after_a_cut(&self, last: &Op, under: &Path, to: &Path, junk: &mut Junk) -> String {
        let mut names = self.flushed.clone();
        let kept = junk.below(self.pending.len() + 1);
        for named in &self.pending[..kept] {
            settle(&mut names, named);
        }
        let mut told = vec![format!("{kept} of {} names", self.pending.len())];
        for (path, file) in &names {
            let mut file = self.files[*file].clone();
            match last {
                Op::Write(at, offset, bytes) if at == path => file.pending.push(Pending::Write(*offset, bytes.clone())),
                Op::Truncate(at, len) if at == path => file.pending.push(Pending::Truncate(*len)),
                _ => {}
            }
            let before = file.pending.len();
            let (bytes, drawn) = file.drawn(junk);
            if before > 0 {
                told.push(format!("{} {drawn} of {before}", path.display()));
            }
            let path = to.join(path.strip_prefix(under).unwrap());
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        told.join(", ")
    }
}

fn settle(names: &mut BTreeMap<PathBuf, usize>, named: &Named) {
    match named.file {
        Some(file) => names.insert(named.path.clone(), file),
        None => names.remove(&named.path),
    };
}

impl File {
    /// What of it may be there, and how that was drawn.
    fn drawn(self, junk: &mut Junk) -> (Vec<u8>, String) {
        let mut bytes = self.flushed;
        let way = junk.below(4);
        if way == 0 {
            return (bytes, "none".to_owned());
        }
        if way == 1 {
            for change in &self.pending {
                match change {
                    Pending::Write(at, data) => sectors(*at, data, junk).iter().for_each(|part| part.apply(&mut bytes)),
                    change if junk.below(2) == 0 => change.apply(&mut bytes),
                    Pending::Truncate(_) => {}
                }
            }
            return (bytes, "some sectors".to_owned());
        }
        let whole = junk.below(self.pending.len() + 1);
        self.pending[..whole].iter().for_each(|change| change.apply(&mut bytes));
        let mut told = format!("{whole} changes");
        if let Some(Pending::Write(at, data)) = self.pending.get(whole) {
            let cut = junk.below(data.len());
            Pending::Write(*at, data[..cut].to_vec()).apply(&mut bytes);
            told = format!("{whole} changes and {cut} bytes");
            if way == 3 {
                let end = ((at + cut) / SECTOR + 1) * SECTOR;
                Pending::Write(at + cut, junk.bytes(end.min(at + data.len()) - at - cut)).apply(&mut bytes);
                told.push_str(" and junk");
            }
        }
        (bytes, told)
    }
}

/// Some of the sectors of a write.
fn sectors(at: usize, data: &[u8], junk: &mut Junk) -> Vec<Pending> {
    let mut kept = Vec::new();
    let mut from = 0;
    while from < data.len() {
        let to = (((at + from) / SECTOR + 1) * SECTOR - at).min(data.len());
        if junk.below(2) == 0 {
            kept.push(Pending::Write(at + from, data[from..to].to_vec()));
        }
        from = to;
    }
    kept
}
