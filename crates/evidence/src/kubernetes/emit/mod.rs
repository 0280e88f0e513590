//! The cluster as facts. Every module here owns a part of the vocabulary that `docs/incident-kubernetes.md` lists.

mod address_text;
mod addresses;
mod autoscalers;
mod components;
mod events;
mod fills;
mod images;
mod logs;
mod network;
mod nodes;
mod placement;
mod pods;
mod policies;
mod probes;
mod spec;
mod storage;

use oriel_atomspace::{Frame, Source, Term, TruthValue};

use super::model::{At, Cluster};
use crate::incident::IncidentMeta;
use components::Components;

/// Writes facts with their places.
struct Emitter<'a> {
    cluster: &'a Cluster,
    components: Components<'a>,
    frame: &'a mut Frame,
}

impl Emitter<'_> {
    fn say(&mut self, predicate: &str, args: &[Term<'_>], at: At) {
        self.say_with(predicate, args, TruthValue::TRUE, at);
    }

    fn say_with(&mut self, predicate: &str, args: &[Term<'_>], tv: TruthValue, at: At) {
        let file = usize::try_from(at.file).ok().and_then(|index| self.cluster.files.get(index));
        let source = file.map(|file| Source::new(file.as_str(), at.line));
        self.frame.fact(predicate, args, tv, source.as_ref());
    }
}

/// `kind/name`.
fn entity(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

impl Cluster {
    /// Writes everything that rules may ask about into `frame`, in the order read.
    pub fn emit(&self, incident: &IncidentMeta, frame: &mut Frame) {
        if self.is_empty() {
            return;
        }
        let namespace = incident.namespace.as_deref().unwrap_or("");
        let components = Components::of(self, namespace);
        let mut emitter = Emitter { cluster: self, components, frame };
        emitter.components();
        emitter.pods();
        emitter.specs();
        emitter.images();
        emitter.probes();
        emitter.nodes();
        emitter.placement();
        emitter.storage();
        emitter.network();
        emitter.addresses();
        emitter.policies();
        emitter.autoscalers();
        emitter.events();
        emitter.logs();
        emitter.fills();
    }
}
