//! Faults laid into recordings without one: what could be found if it broke, place by place.
//!
//! A recorded set may have its faults in few places. Here every place gets some: [`calls`] lays delays, failures and overload
//! into components of a call graph and passes their effect on to the callers; [`resource`] lays what one service's fault did to
//! its own metrics onto another service. All is drawn by a generator seeded from the case's name ([`dice`]), so that a run can
//! be repeated. Limits: the effects are those of a model, milder or rougher than a real fault's, and the recordings are of
//! calm times.

pub mod calls;
pub mod dice;
pub mod resource;

use crate::adapters::EvalCase;

/// What is laid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Every request takes longer.
    Delay,
    /// A share of the requests fails.
    Failures,
    /// More requests come than it can do, from elsewhere.
    Overload,
    /// Its own resources, as in a recorded fault of another service.
    Resource,
}

impl Fault {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Failures => "failures",
            Self::Overload => "overload",
            Self::Resource => "resource",
        }
    }
}

/// A case with a laid fault, labelled with its place.
pub struct Laid {
    /// The incident.
    pub case: EvalCase,
    /// What was laid.
    pub fault: Fault,
    /// Calls between the complaint and the place; none where nobody complains or no call is known.
    pub hops: Option<usize>,
}
