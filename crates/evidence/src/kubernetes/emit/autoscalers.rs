//! Autoscalers that cannot do their work.
//!
//! Facts: `(autoscaler-blind S "REASON")` (it gets no metrics for S), `(autoscaler-lost AUTOSCALER "TARGET")` (it does not
//! find what it should scale). An autoscaler of a workload that wants no replicas is at rest and says nothing.

use oriel_atomspace::Term;

use super::{Emitter, entity};

impl Emitter<'_> {
    pub(super) fn autoscalers(&mut self) {
        let cluster = self.cluster;
        for autoscaler in &cluster.live.autoscalers {
            let at = autoscaler.meta.at;
            let target = autoscaler.target.as_deref().unwrap_or("");
            let own = self.components.named(&autoscaler.meta.namespace, target).map(|c| c.entity.clone());
            for condition in autoscaler.conditions.iter().filter(|c| c.status == "False") {
                let reason = Term::Text(&condition.reason);
                match (condition.kind.as_str(), &own) {
                    ("ScalingActive", Some(own)) if condition.reason != "ScalingDisabled" => {
                        self.say("autoscaler-blind", &[Term::Entity(own), reason], at);
                    }
                    ("AbleToScale", _) if condition.reason == "FailedGetScale" => {
                        let name = entity("autoscaler", autoscaler.meta.shown());
                        self.say("autoscaler-lost", &[Term::Entity(&name), Term::Text(target)], at);
                    }
                    _ => {}
                }
            }
        }
    }
}
