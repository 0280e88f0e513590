//! The content of a base at a version as bytes, to be loaded faster than by its log.
//!
//! A snapshot is a cache: it names the hash of the log that it was made from, it is read only where that fits, and where it
//! is missing or damaged an earlier one and the log give the same. It keeps the order in which atoms were added, so that a
//! query finds in the same order whether a base was loaded by a snapshot or by its log alone. Each atom is written once,
//! however many links join it.
//!
//! It can be read in part, by reads of its file at places that the directory at its end tells. The unit of reading is a
//! block of atoms: what leads to atoms names the block that they are in, and the atoms in a block are looked through.
//!
//! ```text
//! "oriel-snapshot 2\n"
//! blocks: 64 KiB of atoms that follow each other, with what they carry                                     ([`block`])
//! for each block: of each of its atoms, in which blocks the links are that join it
//! buckets of names: by the hash of a node's name, in which block it is                                     ([`names`])
//! directory: version, hash of the log, declared types, types with the blocks that have them, the frames    ([`directory`])
//! where the directory is, its SHA-256, "oriel-s2"
//! ```
//! Each of these is a zstd frame of its own, and the directory has the first half of its SHA-256. Whole numbers are LEB128,
//! floating ones little endian, texts a length and UTF-8.
//!
//! A snapshot of another format is none: the log gives the same, and the next snapshot is written as is said here.

mod block;
mod carried;
mod decode;
mod directory;
mod encode;
mod names;
mod piecewise;
mod stored;
mod wire;

pub(crate) use block::Kept;
pub(crate) use decode::{Snapshot, decode};
pub(crate) use encode::encode;
pub(crate) use piecewise::encode_piecewise;
pub(crate) use stored::Stored;

/// What every snapshot begins with.
const HEADER: &[u8] = b"oriel-snapshot 2\n";
/// Of compression: fast; higher levels cost more than they save.
const LEVEL: i32 = 3;
/// Values within values, at most.
const DEPTH: usize = 2_000;

/// A snapshot that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It does not hold what a snapshot holds.
    #[error("the snapshot is damaged: {0}")]
    Damaged(&'static str),
    /// The space does not take what it holds.
    #[error("the snapshot holds what a space does not take")]
    Space(#[from] oriel_atomspace::space::SpaceError),
    /// The bytes cannot be written or read.
    #[error("the snapshot cannot be written or read")]
    Io(#[from] std::io::Error),
    /// A space has what a snapshot cannot keep.
    #[error("a snapshot cannot keep {0}")]
    Unkeepable(&'static str),
}

#[cfg(test)]
mod tests {
    use oriel_atomspace::space::{AtomType, Space, Stream, Value};
    use proptest::prelude::*;

    use super::block::Block;
    use super::directory::{Directory, Frame, Used};
    use super::*;

    const TEXT: &str = r#"
        (declare-type Service Concept) (declare-type Pod Service Concept) (declare-type Calls Edge)
        (Calls (Service "cart" (stv 0.25 0.5)) (Pod "p \"1\"\n é" (av 1.5 -2 3)))
        (Set (Number 3) (Number "1 2") (Service "cart"))
        (State (Concept "phase") (Concept "up"))
        (Evaluation (ctv 0.5 0.5 12) (Predicate "p") (List (Service "cart") (List)))
        (Concept "i" (itv 0.1 0.2 0.9 2))
        (Service "cart" (alist (cons (Predicate "k") (LinkValue #t 3 4.5 "x" (BoolValue #t #f) (FloatValue 1 2)
          (StringValue "a" "b") (LinkValue) (stv 0.1 0.7) (itv 0.1 0.2 0.9 2) (av -1.5 2 3))) (cons (List) (StreamValue 3 7 1 2))))
    "#;

    fn space() -> Space {
        let mut space = Space::new();
        space.load(TEXT).unwrap();
        space
    }

    fn hash() -> String {
        "ab".repeat(32)
    }

    fn encoded(space: &Space, version: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(space, version, &hash(), &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_space_comes_back_with_its_order() {
        let mut before = space();
        let gone = before.find_node(AtomType::CONCEPT, "up").unwrap();
        before.remove_recursive(gone).unwrap();
        let found = decode(&encoded(&before, 7)).unwrap();
        assert_eq!((found.version, found.hash), (7, hash()));
        assert!(found.space.same_content(&before));
        let shown = |space: &Space| space.handles().map(|atom| space.show_bare(atom)).collect::<Vec<_>>();
        assert_eq!(shown(&found.space), shown(&before));
        assert_eq!(encoded(&found.space, 7), encoded(&before, 7));
    }

    #[test]
    fn what_is_shared_is_written_once() {
        let mut deep = Space::new();
        let mut atom = deep.node(AtomType::CONCEPT, "a").unwrap();
        for _ in 0..5_000 {
            atom = deep.link(AtomType::LIST, &[atom, atom]).unwrap();
        }
        let bytes = encoded(&deep, 1);
        assert!(bytes.len() < 50_000, "{}", bytes.len());
        assert_eq!(decode(&bytes).unwrap().space.len(), 5_001);
    }

    #[test]
    fn a_stream_keeps_what_it_dropped() {
        let mut space = Space::new();
        let atom = space.node(AtomType::CONCEPT, "a").unwrap();
        let mut stream = Stream::new(2);
        (0..5).for_each(|number| stream.push(Value::Int(number)));
        space.set_value(atom, atom, stream).unwrap();
        let found = decode(&encoded(&space, 1)).unwrap();
        assert!(found.space.same_content(&space));
    }

    #[test]
    fn a_part_of_a_snapshot_is_none() {
        let bytes = encoded(&space(), 1);
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
        }
    }

    /// A snapshot of one block, which is these bytes.
    fn of_block(plain: &[u8]) -> Vec<u8> {
        let mut whole = HEADER.to_vec();
        let mut directory = Directory { atoms: 9, firsts: vec![0], ..Directory::default() };
        directory.used = vec![
            Used { name: "ConceptNode".to_owned(), blocks: vec![0] },
            Used { name: "ListLink".to_owned(), blocks: vec![0] },
        ];
        for frames in [&mut directory.blocks, &mut directory.above, &mut directory.names] {
            let (frame, bytes) = Frame::of(whole.len() as u64, plain).unwrap();
            frames.push(frame);
            whole.extend(bytes);
        }
        let end = directory.bytes(whole.len() as u64).unwrap();
        whole.extend(end);
        whole
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), atoms in 0_u32..40) {
            let _ = decode(&bytes);
            let _ = decode(&[HEADER, &bytes, &[0; 56], b"oriel-s2"].concat());
            let _ = decode(&of_block(&bytes));
            let _ = Block::read(&bytes, (7, atoms), &[AtomType::CONCEPT, AtomType::LIST]);
            let _ = names::Bucket::read(&bytes);
        }

        #[test]
        fn no_altered_byte_panics(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut bytes = encoded(&space(), 1);
            let at = at.index(bytes.len());
            bytes[at] = to;
            let _ = decode(&bytes);
        }
    }
}
