//! Test scenes: facts and rules as text, and the case that they make.

use crate::case::Case;
use crate::deliberate::{Deliberation, deliberate};
use crate::learning::Learning;
use crate::mode::{ALL, Mode, Perspective, Think};
use oriel_atomspace::Frame;
use oriel_atomspace::rules::{Derivations, Limits, RuleSet, Strengths};

/// A frame over which rules ran.
pub(crate) struct Scene {
    pub(crate) frame: Frame,
    pub(crate) rules: RuleSet,
    pub(crate) derivations: Derivations,
    pub(crate) learning: Learning,
}

/// Facts over which no rule runs.
pub(crate) fn facts(facts: &str) -> Scene {
    scene(facts, "", Learning::default())
}

/// Facts, rules, and what was learned.
pub(crate) fn scene(facts: &str, rules: &str, learning: Learning) -> Scene {
    let mut frame = Frame::new();
    frame.load(facts).unwrap();
    let rules = RuleSet::parse(rules, "scene.rules").unwrap();
    let learned = rules.rules().iter().filter_map(|rule| {
        let (s, c) = learning.rule_strength(&rule.name, rule.tv.strength, rule.tv.confidence)?;
        Some((rule.name.clone(), oriel_atomspace::TruthValue::new(s, c)))
    });
    let strengths: Strengths = learned.collect();
    let derivations = rules.run(&mut frame, &strengths, Limits::default());
    Scene { frame, rules, derivations, learning }
}

impl Scene {
    pub(crate) fn case(&self) -> Case<'_> {
        Case::new(&self.frame, &self.derivations, &self.rules, &self.learning)
    }

    pub(crate) fn verdict(&self) -> Deliberation {
        deliberate(&self.case(), &ALL)
    }

    /// What one mode says, strongest first, as `entity cause`.
    pub(crate) fn ask(&self, mode: &Mode) -> Vec<String> {
        let case = self.case();
        let Some(perspective) = perspective(&case, mode) else { return Vec::new() };
        let mut said = perspective.conclusions;
        said.sort_by(|a, b| b.tv.expectation(0.0).total_cmp(&a.tv.expectation(0.0)));
        let shown = said.iter().filter_map(|c| case.hypotheses.get(c.hypothesis));
        shown.map(|h| format!("{} {}", case.name(h.entity), h.cause)).collect()
    }

    /// The applicability of a mode, if it speaks.
    pub(crate) fn applicability(&self, mode: &Mode) -> Option<f64> {
        perspective(&self.case(), mode).map(|p| p.applicability)
    }
}

fn perspective(case: &Case<'_>, mode: &Mode) -> Option<Perspective> {
    match mode.think {
        Think::Causes(think) => think(case),
        Think::Actions(_) => None,
    }
}
