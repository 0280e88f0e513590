//! The domain of a case: which kind of evidence it mostly consists of.
//!
//! Modes are reliable in one kind and not in another, so reliability is learned by domain. How far a verdict can be
//! trusted depends on everything that was there to look at, so calibration is learned by profile: the kinds of evidence
//! present. Both are decided by what was observed, never by names.

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

/// The kinds of evidence there are to look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "kinds of evidence, each of which is there or not")]
pub struct Profile {
    /// The state of a cluster.
    pub cluster: bool,
    /// What entities use: processor, memory, storage, queues.
    pub resources: bool,
    /// How entities answer: latency, errors, availability, traffic.
    pub requests: bool,
    /// Who calls whom.
    pub calls: bool,
    /// Logs.
    pub logs: bool,
    /// Traces.
    pub traces: bool,
}

impl Profile {
    /// What a frame holds.
    pub fn of(frame: &Frame) -> Self {
        let any = |predicate: &str| frame.facts(predicate).next().is_some();
        let mut profile = Self { cluster: any("part-of") || any("runs-on"), calls: any("calls"), ..Self::default() };
        for fact in frame.facts("observed") {
            match fact.text(1) {
                Some("logs") => profile.logs = true,
                Some("traces") => profile.traces = true,
                Some("latency" | "errors" | "availability" | "traffic") => profile.requests = true,
                Some("cpu" | "memory" | "disk" | "saturation" | "throttling" | "network") => profile.resources = true,
                _ => {}
            }
        }
        profile
    }

    /// The kinds present, joined by `+`; `nothing` where there is none.
    pub fn name(self) -> String {
        let kinds = [
            ("cluster", self.cluster),
            ("resources", self.resources),
            ("requests", self.requests),
            ("calls", self.calls),
            ("logs", self.logs),
            ("traces", self.traces),
        ];
        let present: Vec<&str> = kinds.into_iter().filter(|(_, present)| *present).map(|(kind, _)| kind).collect();
        if present.is_empty() { "nothing".to_owned() } else { present.join("+") }
    }

    /// The domain it belongs to.
    pub fn domain(self) -> Domain {
        if self.cluster {
            Domain::Cluster
        } else if self.logs || self.traces {
            Domain::Traces
        } else if self.calls {
            Domain::Mesh
        } else {
            Domain::Metrics
        }
    }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(facts: &str) -> Profile {
        let mut frame = Frame::new();
        frame.load(facts).unwrap();
        Profile::of(&frame)
    }

    #[test]
    fn the_kinds_present_are_named_in_one_order() {
        let seen = "(observed service/a traces) (calls service/a service/b) (observed service/b latency) (observed service/a cpu)";
        assert_eq!(profile(seen).name(), "resources+requests+calls+traces");
        assert_eq!(profile(seen).domain(), Domain::Traces);
        assert_eq!(profile("(complaint service/a latency)").name(), "nothing");
        assert_eq!(profile("(part-of pod/a service/a) (observed service/a logs)").domain(), Domain::Cluster);
    }
}
