//! Horizontal pod autoscalers.

use super::{Condition, Meta, Object};

/// A horizontal pod autoscaler.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Autoscaler {
    /// Name and the like.
    pub meta: Meta,
    /// Name of the workload it scales.
    pub target: Option<String>,
    /// Conditions, where an output shows them.
    pub conditions: Vec<Condition>,
}

impl Object for Autoscaler {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}
