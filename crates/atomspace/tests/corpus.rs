//! Replays the texts that fuzzing found worth keeping (`examples/fuzz_text.rs`).

use oriel_atomspace::space::{Limits, Space};
use std::path::Path;

#[test]
fn every_text_of_the_corpus_is_read_or_refused_whole() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut read = 0;
    for file in std::fs::read_dir(directory).expect("the corpus is there") {
        let path = file.expect("it can be listed").path();
        let text = std::fs::read(&path).expect("it can be read");
        let mut space = Space::new();
        if space.read_text(text.as_slice(), Limits::default()).is_err() {
            assert!(space.is_empty(), "{}", path.display());
            continue;
        }
        read += 1;
        let mut again = Space::new();
        again.load(&space.dump()).expect("what was written can be read");
        assert!(again.same_content(&space), "{}", path.display());
        assert_eq!(again.dump(), space.dump(), "{}", path.display());
    }
    assert!(read > 0, "some texts of the corpus are well-formed");
}
