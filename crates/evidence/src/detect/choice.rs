//! Which detectors run: all of them, but for measuring what each one is worth.
//!
//! Importers are not concerned: what was read stays readable, and stays stated as observed.

/// One detector that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detector {
    /// The state of the cluster (`kubernetes/`).
    Cluster,
    /// Metrics that left their normal range ([`super::shift`]).
    Shift,
    /// Requests by service: steps, order, times ([`super::behaviour`]).
    Behaviour,
    /// Messages without requests ([`super::messages`]).
    Messages,
    /// Shares of the complaint over the call graph ([`super::flow`]).
    Flow,
    /// Latency at both ends of calls ([`super::calls`]).
    Calls,
}

impl Detector {
    /// Every detector.
    pub const ALL: [Self; 6] = [Self::Cluster, Self::Shift, Self::Behaviour, Self::Messages, Self::Flow, Self::Calls];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Shift => "shift",
            Self::Behaviour => "behaviour",
            Self::Messages => "messages",
            Self::Flow => "flow",
            Self::Calls => "calls",
        }
    }
}

/// The detectors that run. The default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detectors {
    left_out: Vec<Detector>,
}

impl Detectors {
    /// All but one.
    pub fn without(detector: Detector) -> Self {
        Self { left_out: vec![detector] }
    }

    /// Whether a detector runs.
    pub fn run(&self, detector: Detector) -> bool {
        !self.left_out.contains(&detector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_run_unless_one_is_left_out() {
        assert!(Detector::ALL.iter().all(|detector| Detectors::default().run(*detector)));
        let without = Detectors::without(Detector::Flow);
        assert_eq!(Detector::ALL.iter().filter(|detector| !without.run(**detector)).count(), 1);
    }
}
