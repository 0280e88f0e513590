//! Values that changes are filled in with, and nothing that could be wrong: names as the cluster has them, ports, labels,
//! what claims ask for and volumes have.
//!
//! Facts: `(fill-object S KIND "NAME")`, `(fill-pod S "POD")` (one that is not ready, or the first), `(fill-pods-by S "KEY=VALUE,…")` (the
//! labels that its pods are found by), `(fill-container-port S "CONTAINER" port)`, `(fill-selector-label E "KEY" "VALUE")` where
//! the selector of a Service matches no pod, `(fill-pod-label S "KEY" "VALUE")` there and where there are network policies
//! (labels that controllers add are left out),
//! `(fill-node-label S "KEY" "VALUE")` (what a node selector asks for), `(fill-quota-entry NS RESOURCE PART "QUOTA" "KEY" used hard)`
//! with PART requests, limits or count, `(fill-asked-size CLAIM bytes)`, `(fill-asked-class CLAIM "CLASS")`,
//! `(fill-asked-mode CLAIM "MODE")`, `(fill-asked-label CLAIM "KEY" "VALUE")`, `(fill-held-size VOLUME bytes)`,
//! `(fill-held-class VOLUME "CLASS")`, `(fill-held-mode VOLUME "MODE")`, `(fill-plain-address S "VARIABLE")` (its value is
//! `host:port` and nothing else), `(fill-policy S "POLICY")` (a network policy that selects S).

use oriel_atomspace::Term;

use super::components::Component;
use super::events::quota_resource;
use super::{Emitter, entity};
use crate::kubernetes::model::{At, EnvSource, Labels, Pod, PodSpec, WorkloadKind};

/// Labels that controllers add to pods, another value for each revision or pod.
const OF_CONTROLLERS: [&str; 4] =
    ["pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name"];

impl Emitter<'_> {
    pub(super) fn fills(&mut self) {
        for position in 0..self.components.all.len() {
            let Some(component) = self.components.all.get(position) else { continue };
            let (own, at, spec) = (component.entity.clone(), component.at, component.spec());
            let object = component.workload.and_then(|workload| Some((kind_word(workload.kind?), &workload.meta.name)));
            let (pod, labels) = (component.pod_in_trouble(), component.found_by());
            if let Some((kind, name)) = object {
                self.say("fill-object", &[Term::Entity(&own), Term::Entity(kind), Term::Text(name)], at);
            }
            if let Some(pod) = pod {
                self.say("fill-pod", &[Term::Entity(&own), Term::Text(&pod.meta.name)], pod.meta.at);
            }
            if let Some(labels) = labels {
                self.say("fill-pods-by", &[Term::Entity(&own), Term::Text(&labels)], at);
            }
            if let Some(spec) = spec {
                self.spec_fills(Term::Entity(&own), spec, at);
            }
        }
        self.selector_fills();
        self.policy_fills();
        self.quota_fills();
        self.storage_fills();
    }

    fn spec_fills(&mut self, own: Term<'_>, spec: &PodSpec, at: At) {
        for container in spec.containers.iter().filter(|container| !container.init) {
            for port in &container.ports {
                let args = [own, Term::Text(&container.name), Term::Number(f64::from(port.number))];
                self.say("fill-container-port", &args, at);
            }
            for variable in &container.env {
                if let EnvSource::Value(value) = &variable.source
                    && is_plain_address(value)
                {
                    self.say("fill-plain-address", &[own, Term::Text(&variable.name)], at);
                }
            }
        }
        if let Some(selector) = &spec.node_selector {
            self.labels("fill-node-label", own, selector, at);
        }
    }

    fn labels(&mut self, predicate: &str, own: Term<'_>, labels: &Labels, at: At) {
        for (key, value) in labels.0.iter().filter(|(key, _)| !OF_CONTROLLERS.contains(&key.as_str())) {
            self.say(predicate, &[own, Term::Text(key), Term::Text(value)], at);
        }
    }

    fn selector_fills(&mut self) {
        let cluster = self.cluster;
        for service in &cluster.live.services {
            let Some(selector) = service.selector.as_ref().filter(|selector| !selector.is_empty()) else { continue };
            let Some(component) = self.components.serving(service) else { continue };
            let Some(labels) = component.labels().filter(|labels| !selector.matches(labels)) else { continue };
            let (own, at) = (component.entity.clone(), service.meta.at);
            let name = entity("endpoint-service", service.meta.shown());
            self.labels("fill-selector-label", Term::Entity(&name), selector, at);
            self.labels("fill-pod-label", Term::Entity(&own), labels, at);
        }
    }

    fn policy_fills(&mut self) {
        let cluster = self.cluster;
        if cluster.live.network_policies.is_empty() {
            return;
        }
        let (mut found, mut labelled) = (Vec::new(), Vec::new());
        for component in &self.components.all {
            let Some(labels) = component.labels() else { continue };
            labelled.push((component.entity.clone(), labels, component.at));
            let policies = cluster.live.network_policies.iter().filter(|policy| {
                (policy.meta.namespace.is_empty() || policy.meta.namespace == component.namespace)
                    && policy.selector.as_ref().is_some_and(|selector| selector.matches(labels))
            });
            found.extend(policies.map(|policy| (component.entity.clone(), policy)));
        }
        for (own, labels, at) in labelled {
            self.labels("fill-pod-label", Term::Entity(&own), labels, at);
        }
        for (own, policy) in found {
            self.say("fill-policy", &[Term::Entity(&own), Term::Text(&policy.meta.name)], policy.meta.at);
        }
    }

    fn quota_fills(&mut self) {
        let cluster = self.cluster;
        for quota in &cluster.live.quotas {
            let namespace = entity("namespace", &quota.meta.namespace);
            for (key, used, hard) in &quota.resources {
                let resource = quota_resource(key);
                let part = match key.as_str() {
                    "persistentvolumeclaims" => continue, // a number of claims, and no bytes
                    key if key.starts_with("limits.") => "limits",
                    _ if ["cpu", "memory", "storage"].contains(&resource) => "requests",
                    _ => "count",
                };
                let args = [
                    Term::Entity(&namespace),
                    Term::Entity(resource),
                    Term::Entity(part),
                    Term::Text(&quota.meta.name),
                    Term::Text(key),
                    Term::Number(*used),
                    Term::Number(*hard),
                ];
                self.say("fill-quota-entry", &args, quota.meta.at);
            }
        }
    }

    fn storage_fills(&mut self) {
        let cluster = self.cluster;
        for claim in &cluster.live.claims {
            let name = entity("volume-claim", claim.meta.shown());
            let (own, at) = (Term::Entity(&name), claim.meta.at);
            let names = ["fill-asked-size", "fill-asked-class", "fill-asked-mode"];
            self.storage_of(names, own, (claim.request, claim.class.as_deref(), claim.access_modes.as_deref()), at);
            if let Some(selector) = &claim.selector {
                self.labels("fill-asked-label", own, &selector.equal, at);
            }
        }
        for volume in &cluster.live.volumes {
            let name = entity("volume", &volume.meta.name);
            let names = ["fill-held-size", "fill-held-class", "fill-held-mode"];
            let parts = (volume.capacity, volume.class.as_deref(), volume.access_modes.as_deref());
            self.storage_of(names, Term::Entity(&name), parts, volume.meta.at);
        }
    }

    fn storage_of(
        &mut self,
        [size_name, class_name, mode_name]: [&str; 3],
        own: Term<'_>,
        (size, class, modes): (Option<f64>, Option<&str>, Option<&[String]>),
        at: At,
    ) {
        if let Some(size) = size {
            self.say(size_name, &[own, Term::Number(size)], at);
        }
        if let Some(class) = class.filter(|class| !class.is_empty()) {
            self.say(class_name, &[own, Term::Text(class)], at);
        }
        // A change names one mode: which of several is meant, somebody has to say.
        if let Some([mode]) = modes {
            self.say(mode_name, &[own, Term::Text(mode_word(mode))], at);
        }
    }
}

impl<'a> Component<'a> {
    /// The first pod that is not ready, or the first.
    fn pod_in_trouble(&self) -> Option<&'a Pod> {
        self.living().find(|pod| pod.is_ready() == Some(false)).or_else(|| self.living().next())
    }

    /// The labels that its pods are found by, as `kubectl -l` takes them: those of the workload's selector, or their own.
    fn found_by(&self) -> Option<String> {
        let selected = self.workload.and_then(|w| w.selector.as_ref()).map(|selector| &selector.equal);
        let labels = selected.filter(|labels| !labels.is_empty()).or_else(|| self.labels())?;
        let own = labels.0.iter().filter(|(key, _)| !OF_CONTROLLERS.contains(&key.as_str()));
        let pairs: Vec<String> = own.map(|(key, value)| format!("{key}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join(","))
    }
}

fn kind_word(kind: WorkloadKind) -> &'static str {
    match kind {
        WorkloadKind::Deployment => "deployment",
        WorkloadKind::ReplicaSet => "replicaset",
        WorkloadKind::StatefulSet => "statefulset",
        WorkloadKind::DaemonSet => "daemonset",
        WorkloadKind::Job => "job",
    }
}

/// The access mode as manifests write it.
fn mode_word(short: &str) -> &str {
    match short {
        "RWO" => "ReadWriteOnce",
        "ROX" => "ReadOnlyMany",
        "RWX" => "ReadWriteMany",
        "RWOP" => "ReadWriteOncePod",
        other => other,
    }
}

/// `host:port`, without scheme, user or path.
fn is_plain_address(value: &str) -> bool {
    let plain = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    value.split_once(':').is_some_and(|(host, port)| !host.is_empty() && plain(host) && port.parse::<u16>().is_ok())
}
