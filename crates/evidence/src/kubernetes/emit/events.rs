//! Events, of objects that still exist, with their messages classified.
//!
//! Facts: `(scheduling-blocked POD CLASS nodes)`, `(scheduling-nodes POD n)`, `(untolerated-taint POD "KEY")`,
//! `(scheduling-tried POD)`, `(waits-for-claim POD CLAIM)`, `(pull-failed POD CLASS)`, `(pull-secret-unretrieved POD)`, `(sandbox-failed POD CLASS)`,
//! `(mount-failed POD CLASS)`, `(config-failed POD CLASS)`, `(creation-refused S CLASS n)`, `(quota-refused NS RESOURCE S)`,
//! `(probe-failed POD KIND CLASS n)`, `(probe-status POD KIND code)`, `(killed-by-probe POD KIND n)`,
//! `(claim-event CLAIM CLASS)`, `(node-event NODE "REASON" n)`, `(event ENTITY "REASON" n)` for other warnings,
//! `(evicted POD CLASS)`, `(preempted S)`, `(events-read yes)` where any events were read,
//! or a list of all namespaces showed none; `(events-shown POD)` where those of the pod were, be there any or not.
//!
//! Events of pods, replica sets and claims that are gone are left out: they tell of an earlier state.

use oriel_atomspace::Term;
use rustc_hash::FxHashMap;

use super::components::without_hashes;
use super::{Emitter, entity};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, Cluster, Event, Pod};
use crate::kubernetes::{messages, scheduling};

/// Quota resources by the word that rules use, whatever notation the quota has.
pub(super) fn quota_resource(resource: &str) -> &str {
    let plain = resource.strip_prefix("count/").unwrap_or(resource);
    match plain {
        "cpu" | "requests.cpu" | "limits.cpu" => "cpu",
        "memory" | "requests.memory" | "limits.memory" => "memory",
        "services" | "services.nodeports" | "services.loadbalancers" => "services",
        "requests.storage" | "persistentvolumeclaims" => "storage",
        plain if plain.ends_with("requests.storage") || plain.ends_with("/persistentvolumeclaims") => "storage",
        plain => plain,
    }
}

/// Facts that several outputs of the same event would make several times: kept once, with the largest count.
#[derive(Default)]
pub(super) struct Tally {
    order: Vec<(String, Vec<String>, u32, At)>,
    index: FxHashMap<(String, Vec<String>), usize>,
}

impl Tally {
    pub(super) fn add(&mut self, predicate: &str, args: &[&str], count: u32, at: At) {
        let key = (predicate.to_owned(), args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>());
        if let Some(entry) = self.index.get(&key).and_then(|position| self.order.get_mut(*position)) {
            entry.2 = entry.2.max(count);
            return;
        }
        self.index.insert(key.clone(), self.order.len());
        self.order.push((key.0, key.1, count, at));
    }
}

impl Emitter<'_> {
    pub(super) fn events(&mut self) {
        let cluster = self.cluster;
        let mut tally = Tally::default();
        if let Some(first) = cluster.events.first() {
            self.say("events-read", &[Term::Entity("yes")], first.at);
        } else if cluster.is_listed(Kind::Event, "") {
            // A list of all namespaces that is empty.
            self.say("events-read", &[Term::Entity("yes")], At::default());
        }
        for pod in &cluster.live.pods {
            if pod.events_shown || cluster.is_listed(Kind::Event, &pod.meta.namespace) {
                self.say("events-shown", &[Term::Entity(&entity("pod", pod.meta.shown()))], pod.meta.at);
            }
        }
        for event in &cluster.events {
            match event.kind {
                Kind::Pod if event.reason == "Preempted" => self.preempted(event),
                Kind::Pod if exists(cluster, event) => {
                    let pod = cluster.live.pods.get(&event.namespace, &event.name);
                    let overcome =
                        matches!(event.reason.as_str(), "FailedMount" | "FailedAttachVolume" | "ErrImagePull")
                            || messages::is_about_pulling(&event.message);
                    if overcome && pod.is_some_and(Pod::has_started) {
                        continue;
                    }
                    pod_event(event, pod.map_or(event.name.as_str(), |pod| pod.meta.shown()), &mut tally);
                }
                Kind::ReplicaSet | Kind::StatefulSet | Kind::DaemonSet | Kind::Job | Kind::Deployment => {
                    self.controller_event(event, &mut tally);
                }
                Kind::Claim if exists(cluster, event) => {
                    if let Some(class) = messages::claim(&event.message) {
                        tally.add("claim-event", &[&entity("volume-claim", &event.name), class], event.count, event.at);
                    }
                }
                Kind::Node if event.warning || event.reason.starts_with("Node") => {
                    tally.add("node-event", &[&entity("node", &event.name), &event.reason], event.count, event.at);
                }
                _ => {}
            }
        }
        self.scheduling();
        self.write(tally);
    }

    /// Writes the tally: the first argument and upper-case words are entities or texts as the vocabulary has them.
    pub(super) fn write(&mut self, tally: Tally) {
        for (predicate, args, count, at) in tally.order {
            let mut terms: Vec<Term<'_>> = args.iter().filter(|arg| !arg.is_empty()).map(|arg| term(arg)).collect();
            let counted = matches!(
                predicate.as_str(),
                "creation-refused"
                    | "probe-failed"
                    | "killed-by-probe"
                    | "node-event"
                    | "event"
                    | "log-says"
                    | "log-names-closed-port"
            );
            if counted {
                terms.push(Term::Number(f64::from(count)));
            }
            self.say(&predicate, &terms, at);
        }
    }

    /// What a controller could not make, while pods of its component are still missing.
    fn controller_event(&mut self, event: &Event, tally: &mut Tally) {
        if !matches!(event.reason.as_str(), "FailedCreate" | "ReplicaSetCreateError" | "FailedUpdate") {
            return;
        }
        let cluster = self.cluster;
        let set = (event.kind == Kind::ReplicaSet)
            .then(|| cluster.live.replica_sets.get(&event.namespace, &event.name))
            .flatten();
        if event.kind == Kind::ReplicaSet && set.is_none() && !cluster.live.replica_sets.is_empty() {
            return;
        }
        let above = set.and_then(|s| s.meta.owner.as_ref()).map(|(_, name)| name.clone());
        let name = above.unwrap_or_else(|| {
            if event.kind == Kind::ReplicaSet { super::components::without_hash(&event.name) } else { &event.name }
                .to_owned()
        });
        let Some(component) = self.components.named(&event.namespace, &name) else {
            return;
        };
        let service = component.entity.clone();
        let Some(class) = messages::refused(&event.message) else {
            return;
        };
        tally.add("creation-refused", &[&service, class], event.count, event.at);
        if class == "quota" {
            let namespace =
                entity("namespace", if event.namespace.is_empty() { component.namespace } else { &event.namespace });
            for resource in messages::quota_resources(&event.message) {
                tally.add("quota-refused", &[&namespace, quota_resource(resource), &service], event.count, event.at);
            }
        }
    }

    /// A pod that made room for one of higher priority; it is gone, its component may wait for room itself.
    fn preempted(&mut self, event: &Event) {
        let own = self.components.of_pod(&event.namespace, &event.name);
        let own = own.or_else(|| self.components.named(&event.namespace, without_hashes(&event.name)));
        if let Some(own) = own.map(|c| c.entity.clone()) {
            self.say("preempted", &[Term::Entity(&own)], event.at);
        }
    }

    /// The latest refusal of each pod that still waits for a node.
    fn scheduling(&mut self) {
        let cluster = self.cluster;
        for pod in cluster.live.pods.iter().filter(|pod| pod.is_unscheduled()) {
            let about = |e: &&Event| {
                e.kind == Kind::Pod
                    && e.reason == "FailedScheduling"
                    && e.name == pod.meta.name
                    && (e.namespace.is_empty() || pod.meta.namespace.is_empty() || e.namespace == pod.meta.namespace)
                    && scheduling::parse(&e.message).is_some()
            };
            let said = cluster.events.iter().filter(about).reduce(later);
            let said = said.map(|e| (e.message.as_str(), e.at));
            let said = said.or_else(|| pod.unschedulable.as_deref().map(|message| (message, pod.meta.at)));
            if let Some((message, at)) = said {
                self.refusal(&entity("pod", pod.meta.shown()), message, at);
            }
        }
    }

    fn refusal(&mut self, pod: &str, message: &str, at: At) {
        let Some(refusal) = scheduling::parse(message) else {
            return;
        };
        let own = Term::Entity(pod);
        self.say("scheduling-nodes", &[own, Term::Number(f64::from(refusal.nodes))], at);
        for ground in refusal.grounds {
            let nodes = Term::Number(f64::from(ground.nodes));
            self.say("scheduling-blocked", &[own, Term::Entity(ground.class), nodes], at);
            match (ground.class, ground.detail) {
                ("taint", Some(key)) => self.say("untolerated-taint", &[own, Term::Text(key)], at),
                ("claim-missing", Some(claim)) => {
                    self.say("waits-for-claim", &[own, Term::Entity(&entity("volume-claim", claim))], at);
                }
                _ => {}
            }
        }
    }
}

/// Of two events about one thing the later; without ages the one read later.
fn later<'e>(one: &'e Event, other: &'e Event) -> &'e Event {
    match (one.age, other.age) {
        (Some(one_age), Some(other_age)) if one_age < other_age => one,
        (Some(_), None) => one,
        _ => other,
    }
}

/// An argument of the tally: `kind/name` and classes are entities; a leading quote or an upper-case letter marks text.
fn term(arg: &str) -> Term<'_> {
    if let Some(text) = arg.strip_prefix('"') {
        Term::Text(text)
    } else if arg.starts_with(|c: char| c.is_ascii_uppercase()) {
        Term::Text(arg)
    } else {
        Term::Entity(arg)
    }
}

fn pod_event(event: &Event, shown: &str, tally: &mut Tally) {
    let pod = entity("pod", shown);
    let message = event.message.as_str();
    let mut add = |predicate: &str, class: &str| tally.add(predicate, &[&pod, class], event.count, event.at);
    match event.reason.as_str() {
        "FailedScheduling" | "Scheduled" => add("scheduling-tried", ""),
        "Failed" | "ErrImagePull" | "InspectFailed" if messages::is_about_pulling(message) => {
            if let Some(class) = messages::pull(message) {
                add("pull-failed", class);
            }
        }
        "FailedToRetrieveImagePullSecret" => add("pull-secret-unretrieved", ""),
        "Evicted" => {
            if let Some(class) = messages::evicted(message) {
                add("evicted", class);
            }
        }
        "FailedCreatePodSandBox" | "FailedKillPod" | "FailedPodSandBoxStatus" => {
            if let Some(class) = messages::sandbox(message) {
                add("sandbox-failed", class);
            }
        }
        "FailedMount" | "FailedAttachVolume" | "FailedMapVolume" => {
            if let Some(class) = messages::mount(message) {
                add("mount-failed", class);
            }
        }
        "FailedPostStartHook" => add("config-failed", "hook-failed"),
        "Failed" | "CreateContainerConfigError" => {
            if let Some(class) = messages::config(message) {
                add("config-failed", class);
            }
        }
        "Unhealthy" => probe_event(&pod, event, tally),
        "Killing" if message.contains("failed liveness probe") => {
            tally.add("killed-by-probe", &[&pod, "liveness"], event.count, event.at);
        }
        "Killing" if message.contains("failed startup probe") => {
            tally.add("killed-by-probe", &[&pod, "startup"], event.count, event.at);
        }
        reason if event.warning => tally.add("event", &[&pod, reason], event.count, event.at),
        _ => {}
    }
}

fn probe_event(pod: &str, event: &Event, tally: &mut Tally) {
    let Some((kind, class)) = messages::probe(&event.message) else {
        return;
    };
    tally.add("probe-failed", &[pod, kind, class], event.count, event.at);
    if let Some(status) = messages::probe_status(&event.message) {
        let family = match status {
            400..=499 => "status-4xx",
            500..=599 => "status-5xx",
            _ => "status-other",
        };
        tally.add("probe-status", &[pod, kind, family], 1, event.at);
    }
}

/// Whether what the event is about is among the objects read.
fn exists(cluster: &Cluster, event: &Event) -> bool {
    match event.kind {
        Kind::Pod => cluster.live.pods.get(&event.namespace, &event.name).is_some_and(|pod| !pod.meta.deleting),
        Kind::Claim => cluster.live.claims.get(&event.namespace, &event.name).is_some(),
        _ => true,
    }
}
