//! Claims against the volumes there are, and objects that manifests declare and the cluster does not hold.
//!
//! Facts: `(claim CLAIM "PHASE")`, `(claim-unbound CLAIM)`, `(claim-missing S CLAIM)`,
//! `(claim-blocked CLAIM GROUND)`: what keeps the claim from the volume that comes nearest, with GROUND one of class,
//! capacity, access-mode, selector, taken; `(claim-near CLAIM VOLUME)`, `(claim-no-volume CLAIM)`, `(claim-dynamic CLAIM)` (its class makes volumes on demand),
//! `(claim-class-missing CLAIM "CLASS")`, `(declared-missing ENTITY RESOURCE amount NS)` with RESOURCE services, storage,
//! secrets, config-maps, service-accounts or workloads; `(declared-for ENTITY S)`.

use oriel_atomspace::Term;

use super::{Emitter, entity};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, Claim, Labels, Store, Volume, Workload, WorkloadKind};

/// What keeps a claim from a volume.
fn grounds(claim: &Claim, volume: &Volume) -> Vec<&'static str> {
    let mut found = Vec::new();
    let free = match &volume.claim {
        Some(taken) => {
            taken.rsplit('/').next() == Some(claim.meta.name.as_str()) && volume.phase.as_deref() != Some("Released")
        }
        None => volume.phase.as_deref().is_none_or(|phase| phase == "Available"),
    };
    if !free {
        found.push("taken");
    }
    if let (Some(wanted), Some(own)) = (&claim.class, &volume.class)
        && wanted != own
    {
        found.push("class");
    }
    if let (Some(wanted), Some(own)) = (claim.request, volume.capacity)
        && wanted > own
    {
        found.push("capacity");
    }
    if let (Some(wanted), Some(own)) = (&claim.access_modes, &volume.access_modes)
        && !wanted.iter().all(|mode| own.contains(mode))
    {
        found.push("access-mode");
    }
    if let Some(selector) = &claim.selector
        && !selector.matches(volume.meta.labels.as_ref().unwrap_or(&Labels::default()))
    {
        found.push("selector");
    }
    found
}

impl Emitter<'_> {
    pub(super) fn storage(&mut self) {
        let cluster = self.cluster;
        for claim in &cluster.live.claims {
            let name = entity("volume-claim", claim.meta.shown());
            let own = Term::Entity(&name);
            if let Some(phase) = &claim.phase {
                self.say("claim", &[own, Term::Text(phase)], claim.meta.at);
            }
            if claim.phase.as_deref().is_some_and(|phase| phase != "Bound") {
                self.say("claim-unbound", &[own], claim.meta.at);
                self.unbound(own, claim);
            }
        }
        for position in 0..self.components.all.len() {
            self.missing_claims(position);
        }
        self.declared();
    }

    fn unbound(&mut self, own: Term<'_>, claim: &Claim) {
        let cluster = self.cluster;
        let at = claim.meta.at;
        if let Some(class) = claim.class.as_deref().filter(|class| !class.is_empty()) {
            let known = cluster.live.storage_classes.get("", class).is_some();
            if !known && cluster.is_listed(Kind::StorageClass, "") {
                self.say("claim-class-missing", &[own, Term::Text(class)], at);
            }
        }
        let named = claim.volume.as_deref();
        let dynamic = self.is_provisioned(claim);
        if dynamic {
            self.say("claim-dynamic", &[own], at);
        }
        // Where volumes are made on demand, those of others are no candidates.
        let near = |volume: &&Volume| match named {
            Some(name) => name == volume.meta.name,
            None => !dynamic || !grounds(claim, volume).contains(&"taken"),
        };
        let candidates = cluster.live.volumes.iter().filter(near);
        let judged: Vec<(&Volume, Vec<&str>)> = candidates.map(|volume| (volume, grounds(claim, volume))).collect();
        let Some(nearest) = judged.iter().map(|(_, grounds)| grounds.len()).min() else {
            if cluster.is_listed(Kind::Volume, "") {
                self.say("claim-no-volume", &[own], at);
            }
            return;
        };
        for (volume, grounds) in judged.iter().filter(|(_, grounds)| grounds.len() == nearest) {
            self.say("claim-near", &[own, Term::Entity(&entity("volume", &volume.meta.name))], at);
            for ground in grounds {
                self.say("claim-blocked", &[own, Term::Entity(ground)], volume.meta.at);
            }
        }
    }

    /// Whether the claim's class makes volumes on demand.
    fn is_provisioned(&self, claim: &Claim) -> bool {
        let class = claim.class.as_deref().and_then(|name| self.cluster.live.storage_classes.get("", name));
        class.and_then(|class| class.provisioner.as_deref()).is_some_and(|by| by != "kubernetes.io/no-provisioner")
    }

    fn missing_claims(&mut self, position: usize) {
        use crate::kubernetes::model::VolumeSource;
        let Some((component, spec)) = self.components.all.get(position).and_then(|c| Some((c, c.spec()?))) else {
            return;
        };
        let (own, namespace, at) = (component.entity.clone(), component.namespace, component.at);
        for volume in &spec.volumes {
            let VolumeSource::Claim(name) = &volume.source else {
                continue;
            };
            let known = self.cluster.live.claims.get(namespace, name).is_some();
            if !known && self.cluster.is_listed(Kind::Claim, namespace) {
                let claim = entity("volume-claim", name);
                self.say("claim-missing", &[Term::Entity(&own), Term::Entity(&claim)], at);
            }
        }
    }

    /// Manifests that did not become objects.
    fn declared(&mut self) {
        let cluster = self.cluster;
        let (live, declared) = (&cluster.live, &cluster.declared);
        let mut missing: Vec<(String, &str, f64, String, At)> = Vec::new();
        for service in absent(&declared.services, &live.services, cluster, Kind::Service) {
            missing.push((
                entity("endpoint-service", service.meta.shown()),
                "services",
                1.0,
                service.meta.namespace.clone(),
                service.meta.at,
            ));
        }
        for claim in absent(&declared.claims, &live.claims, cluster, Kind::Claim) {
            let bytes = claim.request.unwrap_or(0.0);
            missing.push((
                entity("volume-claim", claim.meta.shown()),
                "storage",
                bytes,
                claim.meta.namespace.clone(),
                claim.meta.at,
            ));
        }
        // Whether absence means something depends on the kind: a list of deployments says nothing of stateful sets.
        let listed = |workload: &Workload| {
            let kind = match workload.kind {
                Some(WorkloadKind::StatefulSet) => Kind::StatefulSet,
                Some(WorkloadKind::DaemonSet) => Kind::DaemonSet,
                Some(WorkloadKind::Job) => return false,
                _ => Kind::Deployment,
            };
            cluster.is_listed(kind, &workload.meta.namespace)
        };
        let unmade = declared
            .workloads
            .iter()
            .filter(|own| listed(own) && live.workloads.get(&own.meta.namespace, &own.meta.name).is_none());
        for workload in unmade {
            missing.push((
                entity("workload", &workload.meta.name),
                "workloads",
                1.0,
                workload.meta.namespace.clone(),
                workload.meta.at,
            ));
        }
        let secrets = absent(&declared.secrets, &live.secrets, cluster, Kind::Secret);
        let accounts = absent(&declared.service_accounts, &live.service_accounts, cluster, Kind::ServiceAccount);
        let maps = absent(&declared.config_maps, &live.config_maps, cluster, Kind::ConfigMap);
        let plain = secrets
            .map(|secret| ("secret", "secrets", &secret.meta))
            .chain(accounts.map(|account| ("service-account", "service-accounts", &account.meta)))
            .chain(maps.map(|map| ("config-map", "config-maps", &map.meta)));
        for (kind, resource, meta) in plain {
            missing.push((entity(kind, &meta.name), resource, 1.0, meta.namespace.clone(), meta.at));
        }
        for (what, resource, amount, namespace, at) in missing {
            let namespace = entity("namespace", &namespace);
            let args = [Term::Entity(&what), Term::Entity(resource), Term::Number(amount), Term::Entity(&namespace)];
            self.say("declared-missing", &args, at);
        }
        for service in &declared.services {
            let served = self.components.serving(service).map(|c| c.entity.clone());
            if let Some(served) = served {
                let own = entity("endpoint-service", service.meta.shown());
                self.say("declared-for", &[Term::Entity(&own), Term::Entity(&served)], service.meta.at);
            }
        }
    }
}

/// Declared objects that a whole list of the cluster's does not have.
fn absent<'a, T: crate::kubernetes::model::Object>(
    declared: &'a Store<T>,
    live: &'a Store<T>,
    cluster: &'a crate::kubernetes::Cluster,
    kind: Kind,
) -> impl Iterator<Item = &'a T> {
    declared.iter().filter(move |object| {
        let meta = object.meta();
        cluster.is_listed(kind, &meta.namespace) && live.get(&meta.namespace, &meta.name).is_none()
    })
}
