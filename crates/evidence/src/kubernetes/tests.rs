//! The importer from text to facts: one `check`, a case a kind, and the same object in every notation.

mod fills;
mod notations;
mod objects;
mod robustness;
mod unseen;

use oriel_atomspace::Frame;

use super::{Cluster, Importer};
use crate::incident::IncidentMeta;
use crate::skipped::{Skipped, Skips};

/// Reads one file under `kubernetes/`.
fn read(path: &str, text: &[u8]) -> (Cluster, Vec<Skipped>) {
    let mut skips = Skips::default();
    let mut importer = Importer::default();
    importer.file(path, text, &mut skips);
    (importer.finish(), skips.finish())
}

/// All facts, without truth values and places, in the order emitted.
fn facts(text: &str) -> Vec<String> {
    let (cluster, skipped) = read("kubernetes/transcript.txt", text.as_bytes());
    assert_eq!(skipped, [], "everything should be understood");
    facts_of(&cluster)
}

fn facts_of(cluster: &Cluster) -> Vec<String> {
    let mut frame = Frame::new();
    cluster.emit(&IncidentMeta::default(), &mut frame);
    frame.all_facts().map(|fact| frame.show(fact.id)).collect()
}

/// Checks that the facts of `text` hold every line of `expected`, and none that begins with one of `absent`.
#[track_caller]
fn check(text: &str, expected: &str, absent: &[&str]) {
    let facts = facts(text);
    for line in expected.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert!(facts.iter().any(|fact| fact == line), "{line} is not among\n{}", facts.join("\n"));
    }
    for start in absent {
        assert!(!facts.iter().any(|fact| fact.starts_with(start)), "{start} is among\n{}", facts.join("\n"));
    }
}
