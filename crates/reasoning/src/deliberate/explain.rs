//! A hypothesis in words: its title, why it is held, and the facts that speak for it.

use crate::case::{Case, Hypothesis};
use crate::mode::Perspective;
use crate::proof;
use crate::verdict::EvidenceItem;
use crate::words;
use oriel_atomspace::AtomId;

/// Facts listed for each hypothesis.
const LISTED: usize = 12;

/// The hypothesis in one line.
pub(super) fn title(case: &Case<'_>, hypothesis: &Hypothesis) -> String {
    format!("{} in {}", words::sentence(&hypothesis.cause), words::place(case.name(hypothesis.entity)))
}

/// Why it is held: the best rule's sentence, and the modes that hold it for their first choice, of those that had a say.
pub(super) fn explanation(case: &Case<'_>, at: usize, perspectives: &[&Perspective]) -> String {
    let Some(hypothesis) = case.hypotheses.get(at) else { return String::new() };
    let mut sentences: Vec<String> = Vec::new();
    if let Some(firing) = hypothesis.fact.and_then(|fact| proof::best(case, fact)) {
        sentences.push(firing.rule.text.clone());
    }
    let first: Vec<&str> = perspectives.iter().filter(|p| first_choice(p) == Some(at)).map(|p| p.mode).collect();
    if !first.is_empty() {
        sentences.push(format!(
            "First choice of {} reasoning ({} of {}).",
            first.join(", "),
            first.len(),
            perspectives.len()
        ));
    }
    if sentences.is_empty() {
        sentences.push("No rule concludes it; it is suspected for what was measured.".to_owned());
    }
    sentences.join(" ")
}

fn first_choice(perspective: &Perspective) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for conclusion in &perspective.conclusions {
        let worth = conclusion.tv.expectation(0.0);
        if best.is_none_or(|(_, known)| worth > known) {
            best = Some((conclusion.hypothesis, worth));
        }
    }
    best.map(|(at, _)| at)
}

/// The observed facts under its derivation and the strongest findings on its entity.
pub(super) fn evidence(case: &Case<'_>, hypothesis: &Hypothesis) -> Vec<EvidenceItem> {
    let mut atoms: Vec<AtomId> = proof::grounds(case, hypothesis);
    let mut findings: Vec<_> = case.findings.iter().filter(|finding| finding.entity == hypothesis.entity).collect();
    findings.sort_by(|a, b| (b.belief * b.score).total_cmp(&(a.belief * a.score)));
    for finding in findings {
        if !atoms.contains(&finding.atom) {
            atoms.push(finding.atom);
        }
    }
    atoms.into_iter().take(LISTED).map(|atom| proof::item(case, atom)).collect()
}
