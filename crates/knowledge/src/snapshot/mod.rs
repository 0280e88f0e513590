//! The content of a base at a version as bytes, to be loaded faster than by its log.
//!
//! A snapshot is a cache: it names the hash of the log that it was made from, it is read only where that fits, and where it
//! is missing or damaged an earlier one and the log give the same. It keeps the order in which atoms were added, so that a
//! query finds in the same order whether a base was loaded by a snapshot or by its log alone. Each atom is written once,
//! however many links join it.
//!
//! ```text
//! zstd( "oriel-snapshot 1\n", version, hash of the log (64 bytes),
//!       declared types: name, supertypes; used types: name;
//!       atoms, oldest first: type, name | how many it joins, how far back each is;
//!       truth values, attention values, values: how far on from the one before, what it carries )
//! ```
//! Whole numbers are LEB128, floating ones little endian, texts a length and UTF-8.

mod decode;
mod encode;
mod wire;

pub(crate) use decode::{Snapshot, decode};
pub(crate) use encode::encode;

/// What every snapshot begins with.
const HEADER: &[u8] = b"oriel-snapshot 1\n";
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

    use super::*;

    const TEXT: &str = r#"
        (declare-type Service Concept) (declare-type Pod Service Concept) (declare-type Calls Edge)
        (Calls (Service "cart" (stv 0.25 0.5)) (Pod "p \"1\"\n é" (av 1.5 -2 3)))
        (Set (Number 3) (Number "1 2") (Service "cart"))
        (State (Concept "phase") (Concept "up"))
        (Evaluation (ctv 0.5 0.5 12) (Predicate "p") (List (Service "cart") (List)))
        (Concept "i" (itv 0.1 0.2 0.9 2))
        (Service "cart" (alist (cons (Predicate "k") (LinkValue #t 3 4.5 "x" (BoolValue #t #f) (FloatValue 1 2)
          (StringValue "a" "b") (LinkValue))) (cons (List) (StreamValue 3 7 1 2))))
    "#;

    fn space() -> Space {
        let mut space = Space::new();
        space.load(TEXT).unwrap();
        space
    }

    fn hash() -> String {
        "ab".repeat(32)
    }

    #[test]
    fn a_space_comes_back_with_its_order() {
        let mut before = space();
        let gone = before.find_node(AtomType::CONCEPT, "up").unwrap();
        before.remove_recursive(gone).unwrap();
        let found = decode(&encode(&before, 7, &hash()).unwrap()[..]).unwrap();
        assert_eq!((found.version, found.hash), (7, hash()));
        assert!(found.space.same_content(&before));
        let shown = |space: &Space| space.handles().map(|atom| space.show_bare(atom)).collect::<Vec<_>>();
        assert_eq!(shown(&found.space), shown(&before));
        assert_eq!(encode(&found.space, 7, &hash()).unwrap(), encode(&before, 7, &hash()).unwrap());
    }

    #[test]
    fn what_is_shared_is_written_once() {
        let mut deep = Space::new();
        let mut atom = deep.node(AtomType::CONCEPT, "a").unwrap();
        for _ in 0..5_000 {
            atom = deep.link(AtomType::LIST, &[atom, atom]).unwrap();
        }
        let bytes = encode(&deep, 1, &hash()).unwrap();
        assert!(bytes.len() < 50_000, "{}", bytes.len());
        assert_eq!(decode(&bytes[..]).unwrap().space.len(), 5_001);
    }

    #[test]
    fn a_stream_keeps_what_it_dropped() {
        let mut space = Space::new();
        let atom = space.node(AtomType::CONCEPT, "a").unwrap();
        let mut stream = Stream::new(2);
        (0..5).for_each(|number| stream.push(Value::Int(number)));
        space.set_value(atom, atom, stream).unwrap();
        let found = decode(&encode(&space, 1, &hash()).unwrap()[..]).unwrap();
        assert!(found.space.same_content(&space));
    }

    #[test]
    fn a_part_of_a_snapshot_is_none() {
        let bytes = encode(&space(), 1, &hash()).unwrap();
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let plain = [HEADER, &[0; 65], &bytes].concat();
            let _ = decode(&zstd::bulk::compress(&plain, 1).unwrap()[..]);
        }

        #[test]
        fn no_altered_byte_panics(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let mut plain = zstd::decode_all(&encode(&space(), 1, &hash()).unwrap()[..]).unwrap();
            let at = at.index(plain.len());
            plain[at] = to;
            let _ = decode(&zstd::bulk::compress(&plain, 1).unwrap()[..]);
        }
    }
}
