//! Resource kinds and the names `kubectl` knows them by.

/// The kinds that diagnosis reads. Others that exist in every cluster but say nothing here are [`Kind::Ignored`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Pods.
    Pod,
    /// Services.
    Service,
    /// Endpoints.
    Endpoints,
    /// Endpoint slices.
    EndpointSlice,
    /// Deployments.
    Deployment,
    /// Replica sets.
    ReplicaSet,
    /// Stateful sets.
    StatefulSet,
    /// Daemon sets.
    DaemonSet,
    /// Jobs.
    Job,
    /// Cron jobs.
    CronJob,
    /// Nodes.
    Node,
    /// Namespaces.
    Namespace,
    /// Events.
    Event,
    /// Persistent volume claims.
    Claim,
    /// Persistent volumes.
    Volume,
    /// Storage classes.
    StorageClass,
    /// Resource quotas.
    Quota,
    /// Limit ranges.
    LimitRange,
    /// Service accounts.
    ServiceAccount,
    /// Secrets (never their contents).
    Secret,
    /// Configuration maps.
    ConfigMap,
    /// Network policies.
    NetworkPolicy,
    /// Ingresses, and the routes of gateways.
    Ingress,
    /// Horizontal pod autoscalers.
    Autoscaler,
    /// Known, and of no use here.
    Ignored,
}

impl Kind {
    /// Parses what stands on a command line or in `kind:`, in any number and case, with or without its API group.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let word = text.split('.').next().unwrap_or(text).to_ascii_lowercase();
        Some(match word.as_str() {
            "pod" | "pods" | "po" => Self::Pod,
            "service" | "services" | "svc" => Self::Service,
            "endpoints" | "endpoint" | "ep" => Self::Endpoints,
            "endpointslice" | "endpointslices" => Self::EndpointSlice,
            "deployment" | "deployments" | "deploy" => Self::Deployment,
            "replicaset" | "replicasets" | "rs" => Self::ReplicaSet,
            "statefulset" | "statefulsets" | "sts" => Self::StatefulSet,
            "daemonset" | "daemonsets" | "ds" => Self::DaemonSet,
            "job" | "jobs" => Self::Job,
            "cronjob" | "cronjobs" | "cj" => Self::CronJob,
            "node" | "nodes" | "no" => Self::Node,
            "namespace" | "namespaces" | "ns" => Self::Namespace,
            "event" | "events" | "ev" => Self::Event,
            "persistentvolumeclaim" | "persistentvolumeclaims" | "pvc" | "pvcs" => Self::Claim,
            "persistentvolume" | "persistentvolumes" | "pv" | "pvs" => Self::Volume,
            "storageclass" | "storageclasses" | "sc" => Self::StorageClass,
            "resourcequota" | "resourcequotas" | "quota" => Self::Quota,
            "limitrange" | "limitranges" | "limits" => Self::LimitRange,
            "serviceaccount" | "serviceaccounts" | "sa" => Self::ServiceAccount,
            "secret" | "secrets" => Self::Secret,
            "configmap" | "configmaps" | "cm" => Self::ConfigMap,
            "networkpolicy" | "networkpolicies" | "netpol" => Self::NetworkPolicy,
            "ingress" | "ingresses" | "ing" | "httproute" | "httproutes" | "grpcroute" | "grpcroutes" => Self::Ingress,
            "horizontalpodautoscaler" | "horizontalpodautoscalers" | "hpa" => Self::Autoscaler,
            "role"
            | "roles"
            | "rolebinding"
            | "rolebindings"
            | "clusterrole"
            | "clusterroles"
            | "clusterrolebinding"
            | "clusterrolebindings"
            | "customresourcedefinition"
            | "customresourcedefinitions"
            | "crd"
            | "lease"
            | "leases"
            | "priorityclass"
            | "priorityclasses"
            | "poddisruptionbudget"
            | "poddisruptionbudgets"
            | "pdb"
            | "componentstatus"
            | "componentstatuses"
            | "controllerrevision"
            | "controllerrevisions"
            | "replicationcontroller"
            | "replicationcontrollers"
            | "rc"
            | "csidriver"
            | "csinode"
            | "ingressclass"
            | "volumeattachment"
            | "volumeattachments" => Self::Ignored,
            _ => return None,
        })
    }

    /// The kinds that `kubectl get all` prints.
    pub(crate) const ALL: [Self; 8] = [
        Self::Pod,
        Self::Service,
        Self::DaemonSet,
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::Job,
        Self::CronJob,
    ];

    /// Whether objects of this kind own pods through a template.
    pub(crate) fn is_workload(self) -> bool {
        matches!(
            self,
            Self::Deployment | Self::ReplicaSet | Self::StatefulSet | Self::DaemonSet | Self::Job | Self::CronJob
        )
    }

    /// Whether objects of this kind live outside namespaces.
    pub(crate) fn is_cluster_scoped(self) -> bool {
        matches!(self, Self::Node | Self::Namespace | Self::Volume | Self::StorageClass)
    }
}
