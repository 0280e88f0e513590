//! What owns pods: deployments, stateful sets, daemon sets, jobs and the replica sets between.

use super::{Meta, Object, PodSpec, Selector};
use crate::kubernetes::kind::Kind;

/// A workload.
#[derive(Debug, Clone, Default)]
pub struct Workload {
    /// Name and the like.
    pub meta: Meta,
    /// Which kind, as the API names it.
    pub kind: Option<WorkloadKind>,
    /// Replicas wanted.
    pub desired: Option<u32>,
    /// Replicas that exist.
    pub current: Option<u32>,
    /// Replicas ready.
    pub ready: Option<u32>,
    /// Which pods are its own.
    pub selector: Option<Selector>,
    /// Labels its pods get.
    pub template_labels: Option<super::Labels>,
    /// What its pods ask for.
    pub template: Option<PodSpec>,
    /// Whether its rollout is paused, or a cron job suspended.
    pub paused: bool,
    /// How a job ended.
    pub outcome: Option<Outcome>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Complete,
    /// Without success; the reason, where the output shows it.
    Failed(String),
}

/// The kinds of [`Workload`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkloadKind {
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` ReplicaSet.
    ReplicaSet,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `apps/v1` DaemonSet.
    DaemonSet,
    /// `batch/v1` Job or CronJob.
    Job,
}

impl WorkloadKind {
    pub(crate) fn from_kind(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Deployment => Self::Deployment,
            Kind::ReplicaSet => Self::ReplicaSet,
            Kind::StatefulSet => Self::StatefulSet,
            Kind::DaemonSet => Self::DaemonSet,
            Kind::Job | Kind::CronJob => Self::Job,
            _ => return None,
        })
    }
}

impl Object for Workload {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}
