//! How a hypothesis was derived: its grounds, its best proof, the rules that concluded it.

use crate::case::{Case, Hypothesis};
use crate::verdict::{EvidenceItem, ProofTree};
use oriel_atomspace::AtomId;
use oriel_atomspace::rules::Firing;
use rustc_hash::FxHashSet;

/// Derivations are followed this deep.
const MAX_DEPTH: usize = 16;

/// The best firing that concluded an atom: the strongest, the first of equals; circular ones prove nothing.
pub fn best<'c>(case: &Case<'c>, atom: AtomId) -> Option<&'c Firing> {
    let mut best: Option<&Firing> = None;
    for firing in case.derivations.of(atom).filter(|firing| !firing.circular) {
        let worth = |f: &Firing| f.tv.strength * f.tv.confidence;
        if best.is_none_or(|known| worth(firing) > worth(known)) {
            best = Some(firing);
        }
    }
    best
}

/// The observed facts at the bottom of all derivations of a hypothesis, in first-seen order.
pub fn grounds(case: &Case<'_>, hypothesis: &Hypothesis) -> Vec<AtomId> {
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    let mut open: Vec<AtomId> = hypothesis.fact.into_iter().collect();
    while let Some(atom) = open.pop() {
        if !seen.insert(atom) {
            continue;
        }
        let before = open.len();
        open.extend(
            case.derivations.of(atom).filter(|f| !f.circular).flat_map(|firing| firing.premises.iter().copied()),
        );
        if open.len() == before && Some(atom) != hypothesis.fact && !is_structure(case, atom) {
            found.push(atom);
        }
    }
    found.sort_unstable();
    found
}

/// Facts that say where things are: shared by everything, evidence of nothing.
fn is_structure(case: &Case<'_>, atom: AtomId) -> bool {
    let structure = ["part-of", "runs-on", "calls", "serves", "observed", "in-namespace"];
    case.frame.get(atom).is_some_and(|fact| structure.contains(&fact.predicate))
}

/// The best derivation of an atom as a tree of words.
pub fn tree(case: &Case<'_>, atom: AtomId) -> ProofTree {
    tree_within(case, atom, MAX_DEPTH)
}

fn tree_within(case: &Case<'_>, atom: AtomId, depth: usize) -> ProofTree {
    let tv = case.frame.tv(atom);
    let source = case.frame.source(atom);
    let firing = if depth > 0 { best(case, atom) } else { None };
    let premises = firing.map_or(&[][..], |firing| firing.premises.as_slice());
    ProofTree {
        atom: case.frame.show(atom),
        strength: tv.strength,
        confidence: tv.confidence,
        rule: firing.map(|firing| firing.rule.name.clone()),
        says: firing.map(|firing| firing.rule.text.clone()),
        file: source.map(|source| source.file.clone()),
        line: source.map(|source| source.line),
        premises: premises.iter().map(|premise| tree_within(case, *premise, depth.saturating_sub(1))).collect(),
    }
}

/// An atom as an item of evidence.
pub fn item(case: &Case<'_>, atom: AtomId) -> EvidenceItem {
    let tv = case.frame.tv(atom);
    let source = case.frame.source(atom);
    EvidenceItem {
        atom: case.frame.show(atom),
        strength: tv.strength,
        confidence: tv.confidence,
        file: source.map(|source| source.file.clone()),
        line: source.map(|source| source.line),
    }
}
