//! What outcomes have taught: how often each rule was right, how reliable each mode is in each domain, how raw
//! probabilities map to true ones, and the past cases themselves.
//!
//! Everything learned is counts and small records without any entity's name except inside the case record itself, so
//! that what one system taught holds for another. Counts are read as Beta posteriors (Gelman et al., *Bayesian Data
//! Analysis*, §2.4). Refuses nothing: an outcome that matches no hypothesis teaches that all of them were wrong.

mod outcome;
mod signature;

pub use outcome::{CaseRecord, Change, EntityRecord, Outcome, RecordedHypothesis, RecordedMode, RecordedRule};
pub use signature::{Feature, Signature};

use crate::calibration::{Calibration, Prior, Sample};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often something was right and wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Times it was right.
    pub right: f64,
    /// Times it was wrong.
    pub wrong: f64,
}

impl Counts {
    /// The posterior mean of the share that is right, under a Beta prior of mean `mean` worth `size` observations.
    pub fn share(self, mean: f64, size: f64) -> f64 {
        (mean.mul_add(size, self.right)) / (size + self.right + self.wrong)
    }

    /// Counts one more.
    pub fn add(&mut self, right: bool) {
        if right {
            self.right += 1.0;
        } else {
            self.wrong += 1.0;
        }
    }
}

/// A past case: how the culprit looked, without names, and what it turned out to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastCase {
    /// The evidence around the culprit.
    pub signature: Signature,
    /// What it turned out to be.
    pub cause: String,
}

/// Cases kept at most; the oldest go first.
const MAX_CASES: usize = 5_000;
/// Calibration samples kept at most, by profile; the oldest go first.
const MAX_SAMPLES: usize = 5_000;
/// A mode's reliability before anything is known of it.
const MODE_PRIOR: f64 = 0.5;
/// The weight of that prior, in outcomes.
const MODE_PRIOR_SIZE: f64 = 4.0;
/// How many outcomes a rule's confidence of ½ stands for.
const RULE_LOOKAHEAD: f64 = 1.0;

/// The name of the calibration map that stands in for a domain's where there is none.
pub const TELEMETRY: &str = "telemetry";

/// The name of the map, and of its samples, of the probability that nothing is wrong.
pub fn of_health(profile: &str) -> String {
    format!("healthy, from {profile}")
}

/// Everything learned. The default is what a fresh installation without shipped calibration knows: nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Learning {
    /// By rule name: how often its conclusion was so.
    pub rules: BTreeMap<String, Counts>,
    /// By domain and mode name: how often the mode's first choice was so.
    pub modes: BTreeMap<String, BTreeMap<String, Counts>>,
    /// By profile, and by domain for profiles that none was fitted for: the calibration map that was shipped or fitted.
    pub calibration: BTreeMap<String, Calibration>,
    /// By profile: what was said of the first choice and what was so since that map was fitted.
    pub samples: BTreeMap<String, Vec<Sample>>,
    /// Past cases, oldest first.
    pub cases: Vec<PastCase>,
}

impl Learning {
    /// The reliability of a mode in a domain: the posterior mean of the share of cases in which its first choice was so.
    pub fn reliability(&self, domain: &str, mode: &str) -> f64 {
        self.mode_counts(domain, mode).share(MODE_PRIOR, MODE_PRIOR_SIZE)
    }

    fn mode_counts(&self, domain: &str, mode: &str) -> Counts {
        self.modes.get(domain).and_then(|modes| modes.get(mode)).copied().unwrap_or_default()
    }

    /// The strength and confidence of a rule after what outcomes said of it; none when they said nothing.
    pub fn rule_strength(&self, rule: &str, strength: f64, confidence: f64) -> Option<(f64, f64)> {
        let counts = self.rules.get(rule)?;
        let size = RULE_LOOKAHEAD * confidence.min(0.99) / (1.0 - confidence.min(0.99));
        let total = size + counts.right + counts.wrong;
        Some((counts.share(strength, size), total / (total + RULE_LOOKAHEAD)))
    }

    /// The calibration map of a profile of evidence, with what was learned since it was fitted. Where none was fitted for the
    /// profile, that of the domain; where none was for that either, the one of all telemetry.
    pub fn calibration(&self, profile: &str, domain: &str) -> Calibration {
        let fitted = [profile, domain, TELEMETRY].into_iter().find_map(|name| self.calibration.get(name));
        self.with_samples(fitted.copied().unwrap_or_default(), profile)
    }

    /// The same for the probability that nothing is wrong; none where no fault-free case of the kind was ever seen.
    pub fn health(&self, profile: &str, domain: &str) -> Option<Calibration> {
        let fitted = [profile, domain].into_iter().find_map(|name| self.calibration.get(&of_health(name)))?;
        Some(self.with_samples(*fitted, &of_health(profile)))
    }

    fn with_samples(&self, shipped: Calibration, name: &str) -> Calibration {
        match self.samples.get(name) {
            Some(samples) if !samples.is_empty() => shipped.fitted(samples, Prior::NEAR),
            _ => shipped,
        }
    }

    fn remember(&mut self, case: PastCase) {
        self.cases.push(case);
        let surplus = self.cases.len().saturating_sub(MAX_CASES);
        self.cases.drain(..surplus);
    }

    fn sample(&mut self, profile: &str, sample: Sample) {
        let samples = self.samples.entry(profile.to_owned()).or_default();
        samples.push(sample);
        let surplus = samples.len().saturating_sub(MAX_SAMPLES);
        samples.drain(..surplus);
    }
}
