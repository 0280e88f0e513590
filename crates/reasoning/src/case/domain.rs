//! The domain of a case: which kind of evidence it mostly consists of.
//!
//! Modes are reliable in one kind and not in another, so reliability and calibration are learned by domain. Decided by
//! what was observed, never by names.

use crate::anomaly::Finding;
use oriel_atomspace::Frame;

/// The kinds of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// The state of a cluster was recorded.
    Cluster,
    /// Logs or traces were recorded, and no cluster state.
    Traces,
    /// Metrics with a call graph.
    Mesh,
    /// Metrics alone.
    Metrics,
}

impl Domain {
    /// The name used in learned data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Traces => "traces",
            Self::Mesh => "mesh",
            Self::Metrics => "metrics",
        }
    }

    /// The domain of a case.
    pub fn of(frame: &Frame, findings: &[Finding]) -> Self {
        let any = |predicate: &str| frame.facts(predicate).next().is_some();
        if any("part-of") || any("runs-on") {
            Self::Cluster
        } else if findings
            .iter()
            .any(|f| f.kind.starts_with("log-") || f.kind.starts_with("span-") || f.kind == "self-time")
        {
            Self::Traces
        } else if any("calls") {
            Self::Mesh
        } else {
            Self::Metrics
        }
    }
}
