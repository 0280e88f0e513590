//! The evidence around each entity as a name-free signature.
//!
//! A fact about an entity adds its predicate and its bare words (`metric-shift cpu up`) under the role that the entity it
//! is about plays: the entity itself, one of its pods, a callee or a caller. Names, texts and numbers are left out;
//! a score weighs the feature instead.

use crate::learning::{Feature, Signature};
use crate::scores::NOTICEABLE;
use crate::topology::Topology;
use oriel_atomspace::{AtomId, FactRef, Frame, Term};
use rustc_hash::FxHashMap;

/// Relations that say where things are, not how they are.
const STRUCTURE: [&str; 8] = ["part-of", "runs-on", "calls", "serves", "observed", "remedy", "depends-on", "owned-by"];

/// What begins the names of relations that only carry values for remedies.
const FILLS: &str = "fill-";

/// The signature of each entity, by entity number.
pub(super) fn of(frame: &Frame, topology: &Topology) -> Vec<Signature> {
    let mut own: FxHashMap<AtomId, Vec<Feature>> = FxHashMap::default();
    for fact in
        frame.all_facts().filter(|fact| !STRUCTURE.contains(&fact.predicate) && !fact.predicate.starts_with(FILLS))
    {
        if let (Some(about), Some(feature)) = (fact.arg_ids.first(), feature(&fact)) {
            own.entry(*about).or_default().push(feature);
        }
    }
    let features = |id: AtomId| own.get(&id).map_or(&[][..], Vec::as_slice);
    let around = |topology_at: &[usize], role: &str, share: f64, into: &mut Vec<Feature>| {
        for id in topology_at.iter().filter_map(|at| topology.entities().get(*at)) {
            into.extend(features(*id).iter().map(|f| in_role(f, role, share)));
        }
    };
    let signature = |(at, id): (usize, &AtomId)| {
        let mut all = features(*id).to_vec();
        if all.is_empty() && frame.related_to("part-of", *id).is_empty() {
            return Signature::default();
        }
        for part in frame.related_to("part-of", *id) {
            all.extend(features(part).iter().map(|f| in_role(f, "part", 1.0)));
        }
        around(topology.callees(at), "callee", 0.5, &mut all);
        around(topology.callers(at), "caller", 0.5, &mut all);
        Signature::new(all)
    };
    topology.entities().iter().enumerate().map(signature).collect()
}

fn in_role(feature: &Feature, role: &str, share: f64) -> Feature {
    Feature { name: format!("{role} {}", feature.name), weight: feature.weight * share }
}

fn feature(fact: &FactRef<'_>) -> Option<Feature> {
    let mut name = fact.predicate.to_owned();
    let mut score = None;
    for arg in fact.args.iter().skip(1) {
        match arg {
            Term::Entity(word) if !word.contains('/') => {
                name.push(' ');
                name.push_str(word);
            }
            Term::Number(number) => score = Some(*number),
            _ => {}
        }
    }
    let telemetry = ["metric-shift", "log-novel", "log-rate", "span-self-time", "span-errors", "span-pattern"];
    let magnitude = match score {
        Some(score) if telemetry.contains(&fact.predicate) => score.max(0.0) / (score.max(0.0) + NOTICEABLE),
        _ => 1.0,
    };
    let weight = fact.tv.strength * fact.tv.confidence * magnitude;
    (weight > 0.0).then_some(Feature { name, weight })
}
