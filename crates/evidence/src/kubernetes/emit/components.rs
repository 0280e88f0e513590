//! Application components: which pods, workloads and Services belong to the same `service/NAME`.
//!
//! A component is what its top-level workload is; pods without one are attributed by their name without the hashes that
//! controllers append. A Service belongs to the component it selects; one that selects nothing belongs to the component
//! that has its name, its labels, or whose container ports it leads to; where labels or selector were not shown, also to the
//! one that the selector names or whose name its own lengthens.
//!
//! Facts: `(component S)`, `(part-of POD S)`, `(part-of WORKLOAD S)`, `(runs-on POD NODE)`, `(in-namespace S NS)`,
//! `(serves E S)`, `(known-as N S)` (callers know S by the name of its Service, which no component has), `(desired-replicas S n)`, `(existing-pods S n)`, `(ready-pods S n)`, `(unavailable S)`,
//! `(degraded S)`, `(available S)`, `(missing-pods S n)`, `(job-failed S "REASON")`.

use oriel_atomspace::Term;
use rustc_hash::FxHashMap;

use super::{Emitter, entity};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{
    At, Cluster, Labels, Meta, Outcome, Pod, PodSpec, Service, TargetPort, Workload, WorkloadKind,
};

/// One application component.
#[derive(Debug)]
pub(super) struct Component<'a> {
    pub(super) name: String,
    /// `service/NAME`.
    pub(super) entity: String,
    pub(super) namespace: &'a str,
    pub(super) workload: Option<&'a Workload>,
    pub(super) pods: Vec<&'a Pod>,
    pub(super) at: At,
}

impl<'a> Component<'a> {
    /// What its pods ask for: from the workload, or from a pod.
    pub(super) fn spec(&self) -> Option<&'a PodSpec> {
        let own = self.workload.and_then(|w| w.template.as_ref()).filter(|spec| !spec.containers.is_empty());
        own.or_else(|| self.pods.iter().find_map(|pod| pod.spec.as_ref()))
    }

    /// The labels of its pods.
    pub(super) fn labels(&self) -> Option<&'a Labels> {
        let own = self.workload.and_then(|w| w.template_labels.as_ref());
        own.or_else(|| self.pods.iter().find_map(|pod| pod.meta.labels.as_ref()))
            .or_else(|| self.workload.and_then(|w| w.selector.as_ref()).map(|s| &s.equal))
    }

    /// Pods that are not being deleted.
    pub(super) fn living(&self) -> impl Iterator<Item = &'a Pod> {
        self.pods.iter().copied().filter(|pod| !pod.meta.deleting && !pod.is_done())
    }
}

/// All components, in the order first seen.
#[derive(Debug)]
pub(super) struct Components<'a> {
    pub(super) all: Vec<Component<'a>>,
    by_name: FxHashMap<(String, String), usize>,
    of_service: FxHashMap<(&'a str, &'a str), usize>,
    of_pod: FxHashMap<(&'a str, &'a str), usize>,
}

impl<'a> Components<'a> {
    /// The components of a cluster; the names of those in `namespace` stay as they are.
    pub(super) fn of(cluster: &'a Cluster, namespace: &str) -> Self {
        let mut found = Self {
            all: Vec::new(),
            by_name: FxHashMap::default(),
            of_service: FxHashMap::default(),
            of_pod: FxHashMap::default(),
        };
        for workload in &cluster.live.workloads {
            let name = job_owner(cluster, &workload.meta, workload.kind);
            let position = found.entry(&workload.meta.namespace, &name, workload.meta.at);
            if let Some(component) = found.all.get_mut(position) {
                component.workload = component.workload.or(Some(workload));
            }
        }
        // Manifests stand in for workloads only where the cluster's own were not shown at all.
        if cluster.live.workloads.is_empty() {
            for workload in &cluster.declared.workloads {
                let position = found.entry(&workload.meta.namespace, &workload.meta.name, workload.meta.at);
                if let Some(component) = found.all.get_mut(position) {
                    component.workload = component.workload.or(Some(workload));
                }
            }
        }
        for pod in &cluster.live.pods {
            let name = owner_name(cluster, &pod.meta);
            let position = found.entry(&pod.meta.namespace, &name, pod.meta.at);
            if let Some(component) = found.all.get_mut(position) {
                component.pods.push(pod);
                found.of_pod.insert((&pod.meta.namespace, &pod.meta.name), position);
            }
        }
        found.tell_apart(namespace);
        for service in cluster.live.services.iter().chain(&cluster.declared.services) {
            let all_known = cluster.is_listed(Kind::Deployment, &service.meta.namespace);
            if let Some(position) = found.behind(service, all_known) {
                found.of_service.entry((&service.meta.namespace, &service.meta.name)).or_insert(position);
            }
        }
        found
    }

    fn entry(&mut self, namespace: &'a str, name: &str, at: At) -> usize {
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(position) = self.by_name.get(&key) {
            return *position;
        }
        let position = self.all.len();
        self.all.push(Component {
            name: name.to_owned(),
            entity: entity("service", name),
            namespace,
            workload: None,
            pods: Vec::new(),
            at,
        });
        self.by_name.insert(key, position);
        position
    }

    /// Components of one name in several namespaces get the namespace into their name, except the one of `namespace`, or
    /// else the first.
    fn tell_apart(&mut self, namespace: &str) {
        let mut plain: FxHashMap<String, usize> = FxHashMap::default();
        for (position, component) in self.all.iter().enumerate() {
            let first = plain.entry(component.name.clone()).or_insert(position);
            if component.namespace == namespace && !namespace.is_empty() {
                *first = position;
            }
        }
        for (position, component) in self.all.iter_mut().enumerate() {
            if plain.get(&component.name).is_some_and(|first| *first != position) {
                component.entity = entity("service", &format!("{}.{}", component.name, component.namespace));
            }
        }
    }

    /// The component of a pod.
    pub(super) fn of_pod(&self, namespace: &str, name: &str) -> Option<&Component<'a>> {
        let exact = self.of_pod.get(&(namespace, name));
        let any = || {
            let found = self.of_pod.iter().find(|((_, own), _)| namespace.is_empty() && *own == name);
            found.map(|(_, position)| position)
        };
        exact.or_else(any).and_then(|position| self.all.get(*position))
    }

    /// The component of a workload or stripped pod name.
    pub(super) fn named(&self, namespace: &str, name: &str) -> Option<&Component<'a>> {
        let exact =
            self.by_name.get(&(namespace.to_owned(), name.to_owned())).and_then(|position| self.all.get(*position));
        exact.or_else(|| {
            let any = namespace.is_empty().then(|| self.all.iter().find(|c| c.name == name));
            any.flatten().or_else(|| self.by_name.get(&(String::new(), name.to_owned())).and_then(|p| self.all.get(*p)))
        })
    }

    /// The component behind a Service.
    pub(super) fn serving(&self, service: &Service) -> Option<&Component<'a>> {
        let key = (service.meta.namespace.as_str(), service.meta.name.as_str());
        self.of_service.get(&key).and_then(|position| self.all.get(*position))
    }

    /// The component that a Service most likely stands for; that it is the only one with the port says so only where all are
    /// known, with their ports.
    fn behind(&self, service: &Service, all_known: bool) -> Option<usize> {
        let near = |c: &&(usize, &Component<'a>)| {
            c.1.namespace == service.meta.namespace || c.1.namespace.is_empty() || service.meta.namespace.is_empty()
        };
        let candidates: Vec<(usize, &Component<'a>)> = self.all.iter().enumerate().collect();
        let candidates: Vec<_> = candidates.iter().filter(near).collect();
        let selector = service.selector.as_ref().filter(|s| !s.is_empty());
        let selected = |c: &&&(usize, &Component<'a>)| {
            selector.zip(c.1.labels()).is_some_and(|(selector, labels)| selector.matches(labels))
        };
        let same_name = |c: &&&(usize, &Component<'a>)| c.1.name == service.meta.name;
        let same_labels = |c: &&&(usize, &Component<'a>)| {
            let own = service.meta.labels.as_ref().filter(|l| !l.is_empty());
            own.zip(c.1.labels()).is_some_and(|(own, labels)| own.matches(labels))
        };
        let only_port = || {
            let all_known = all_known && candidates.iter().all(|c| c.1.spec().is_some());
            let mut with_port = candidates.iter().filter(|c| c.1.spec().is_some_and(|spec| leads_to(service, spec)));
            with_port.next().filter(|_| all_known && with_port.next().is_none())
        };
        let found = candidates
            .iter()
            .find(|c| selected(c) && same_name(c))
            .or_else(|| candidates.iter().find(selected))
            .or_else(|| candidates.iter().find(same_name))
            .or_else(|| candidates.iter().find(same_labels))
            .or_else(only_port)
            .or_else(|| by_name(&candidates, service));
        found.map(|c| c.0)
    }
}

/// The component behind a Service where the labels of one of both were not shown: the one that a value of its selector
/// names; else the one whose name the Service lengthens (`db-rw` and `db-headless` of `db`; of several the longest), or the
/// only one that lengthens the Service's (`web-server` of `web`).
fn by_name<'s, 'c, 'a>(
    candidates: &'s [&'c (usize, &'c Component<'a>)],
    service: &Service,
) -> Option<&'s &'c (usize, &'c Component<'a>)> {
    let name = service.meta.name.as_str();
    let selector = service.selector.as_ref().filter(|selector| !selector.is_empty());
    let open = || candidates.iter().filter(|c| selector.is_none() || c.1.labels().is_none());
    let begins = |whole: &str, start: &str| whole.strip_prefix(start).is_some_and(|rest| rest.starts_with('-'));
    let selected =
        selector.and_then(|selector| open().find(|c| selector.0.iter().any(|(_, value)| *value == c.1.name)));
    let mut longer = open().filter(|c| begins(&c.1.name, name));
    selected
        .or_else(|| open().filter(|c| begins(name, &c.1.name)).max_by_key(|c| c.1.name.len()))
        .or_else(|| longer.next().filter(|_| longer.next().is_none()))
}

fn leads_to(service: &Service, spec: &PodSpec) -> bool {
    let mut ports = spec.containers.iter().flat_map(|c| &c.ports);
    ports.any(|port| {
        service.ports.iter().any(|own| match &own.target {
            Some(TargetPort::Number(number)) => *number == port.number,
            Some(TargetPort::Name(name)) => port.name.as_ref() == Some(name),
            None => own.number == port.number,
        })
    })
}

/// The name of a workload, or of the cron job that made it.
fn job_owner(cluster: &Cluster, meta: &Meta, kind: Option<WorkloadKind>) -> String {
    match &meta.owner {
        Some((owner, name)) if owner == "CronJob" => name.clone(),
        _ if kind == Some(WorkloadKind::Job) => without_time(cluster, &meta.namespace, &meta.name),
        _ => meta.name.clone(),
    }
}

/// Cron jobs name their jobs after themselves and the minute: `report-29123456`. Believed where such a cron job is known.
fn without_time(cluster: &Cluster, namespace: &str, name: &str) -> String {
    let base = name.rsplit_once('-').filter(|(_, end)| end.len() >= 6 && end.bytes().all(|b| b.is_ascii_digit()));
    let base = base.map(|(base, _)| base).filter(|base| cluster.live.workloads.get(namespace, base).is_some());
    base.unwrap_or(name).to_owned()
}

/// The name of what owns a pod: its deployment where a replica set stands between.
fn owner_name(cluster: &Cluster, meta: &Meta) -> String {
    match &meta.owner {
        Some((kind, name)) if kind == "ReplicaSet" => {
            let above = cluster.live.replica_sets.get(&meta.namespace, name).and_then(|set| set.meta.owner.as_ref());
            above.map_or_else(|| without_hash(name).to_owned(), |(_, deployment)| deployment.clone())
        }
        Some((kind, name)) if kind == "Job" => {
            let job = cluster.live.workloads.get(&meta.namespace, name);
            job.map_or_else(
                || without_time(cluster, &meta.namespace, name),
                |job| job_owner(cluster, &job.meta, Some(WorkloadKind::Job)),
            )
        }
        Some((_, name)) => name.clone(),
        None => without_hashes(&meta.name).to_owned(),
    }
}

/// `web-5dc8d4f9fd` → `web`.
pub(super) fn without_hash(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((base, hash)) if (5..=10).contains(&hash.len()) && is_hash(hash) => base,
        _ => name,
    }
}

/// `web-5dc8d4f9fd-46997` → `web`, `db-0` → `db`, `agent-x7k2p` → `agent`.
pub(super) fn without_hashes(name: &str) -> &str {
    let Some((base, last)) = name.rsplit_once('-') else {
        return name;
    };
    if last.bytes().all(|b| b.is_ascii_digit()) && last.len() <= 3 && !last.is_empty() {
        return base;
    }
    if last.len() == 5 && is_hash(last) { without_hash(base) } else { name }
}

/// The alphabet of Kubernetes' random suffixes: no vowels, no 0, 1, 3.
fn is_hash(text: &str) -> bool {
    text.bytes().all(|b| b"bcdfghjklmnpqrstvwxz2456789".contains(&b))
}

impl Emitter<'_> {
    pub(super) fn components(&mut self) {
        for position in 0..self.components.all.len() {
            self.component(position);
        }
        for workload in self.cluster.live.workloads.iter().filter(|w| w.outcome.is_some()) {
            self.job(workload);
        }
        for service in &self.cluster.live.services {
            let served = self.components.serving(service).map(|c| c.entity.clone());
            if let Some(served) = served {
                let own = entity("endpoint-service", service.meta.shown());
                self.say("serves", &[Term::Entity(&own), Term::Entity(&served)], service.meta.at);
                let called = entity("service", service.meta.shown());
                if called != served && self.components.all.iter().all(|component| component.entity != called) {
                    self.say("known-as", &[Term::Entity(&called), Term::Entity(&served)], service.meta.at);
                }
            }
        }
    }

    fn component(&mut self, position: usize) {
        let Some(component) = self.components.all.get(position) else {
            return;
        };
        let (own, at) = (component.entity.clone(), component.at);
        let (workload, pods) = (component.workload, component.pods.clone());
        let living: Vec<&Pod> = component.living().collect();
        let namespace = entity("namespace", component.namespace);
        let known_namespace = !component.namespace.is_empty();
        let own = Term::Entity(&own);
        self.say("component", &[own], at);
        if known_namespace {
            self.say("in-namespace", &[own, Term::Entity(&namespace)], at);
        }
        if let Some(workload) = workload {
            self.say("part-of", &[Term::Entity(&entity("workload", &workload.meta.name)), own], workload.meta.at);
        }
        for pod in pods {
            let name = entity("pod", pod.meta.shown());
            self.say("part-of", &[Term::Entity(&name), own], pod.meta.at);
            if let Some(node) = &pod.node {
                self.say("runs-on", &[Term::Entity(&name), Term::Entity(&entity("node", node))], pod.meta.at);
            }
        }
        self.replicas(own, workload, &living, at);
    }

    /// A job that ended without success, unless a later one of the same cron job succeeded.
    fn job(&mut self, job: &Workload) {
        let Some(Outcome::Failed(reason)) = &job.outcome else {
            return;
        };
        let name = job_owner(self.cluster, &job.meta, job.kind);
        let later = |other: &&Workload| {
            other.outcome == Some(Outcome::Complete)
                && other.meta.namespace == job.meta.namespace
                && job_owner(self.cluster, &other.meta, other.kind) == name
                && (&other.meta.created, &other.meta.name) > (&job.meta.created, &job.meta.name)
        };
        if self.cluster.live.workloads.iter().any(|w| later(&w)) {
            return;
        }
        if let Some(component) = self.components.named(&job.meta.namespace, &name) {
            let own = component.entity.clone();
            self.say("job-failed", &[Term::Entity(&own), Term::Text(reason)], job.meta.at);
        }
    }

    /// Replicas wanted against pods there and ready.
    fn replicas(&mut self, own: Term<'_>, workload: Option<&Workload>, living: &[&Pod], at: At) {
        let at = workload.map_or(at, |w| w.meta.at);
        let is_job = workload.is_some_and(|w| w.kind == Some(WorkloadKind::Job));
        if is_job {
            return;
        }
        let namespace = workload.map_or("", |w| w.meta.namespace.as_str());
        let said = workload.and_then(|w| w.current).map(|n| n as usize);
        // Pods that were not listed may exist; those that were seen do.
        let existing = if self.cluster.is_listed(Kind::Pod, namespace) {
            Some(living.len())
        } else {
            said.max(Some(living.len()).filter(|seen| *seen > 0))
        };
        let counted = living.iter().filter(|pod| pod.is_ready() == Some(true)).count();
        let ready = if living.iter().any(|pod| pod.is_ready().is_some()) {
            Some(counted)
        } else {
            workload.and_then(|w| w.ready).map(|n| n as usize).or(existing.filter(|n| *n == 0))
        };
        let desired = workload.and_then(|w| w.desired).map(|n| n as usize);
        let mut number = |predicate: &str, value: Option<usize>| {
            if let Some(value) = value {
                self.say(predicate, &[own, Term::Number(value as f64)], at);
            }
        };
        number("desired-replicas", desired);
        number("existing-pods", existing);
        number("ready-pods", ready);
        let wanted = desired.or(existing).unwrap_or(0);
        if wanted > 0 {
            match ready {
                Some(0) => self.say("unavailable", &[own], at),
                Some(ready) if ready < wanted => self.say("degraded", &[own], at),
                Some(_) => self.say("available", &[own], at),
                None => {}
            }
        }
        if let (Some(desired), Some(existing)) = (desired, existing)
            && existing < desired
        {
            self.say("missing-pods", &[own, Term::Number((desired - existing) as f64)], at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_the_hashes_of_controllers() {
        for (pod, component) in [
            ("web-5dc8d4f9fd-46997", "web"),
            ("redis-cart-68db7b6f97-l59zz", "redis-cart"),
            ("db-0", "db"),
            ("agent-x7k2p", "agent"),
            ("plain", "plain"),
            ("web-front", "web-front"),
        ] {
            assert_eq!(without_hashes(pod), component, "{pod}");
        }
    }
}
