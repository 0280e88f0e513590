//! Claims, volumes, storage classes and quotas.

use super::{Meta, Object, Selector};

/// A persistent volume claim.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claim {
    /// Name and the like.
    pub meta: Meta,
    /// `Pending`, `Bound`, `Lost`.
    pub phase: Option<String>,
    /// The volume it is bound to, or asks for by name.
    pub volume: Option<String>,
    /// Bytes asked for.
    pub request: Option<f64>,
    /// Access modes asked for, short (`RWO`).
    pub access_modes: Option<Vec<String>>,
    /// Storage class; empty means none on purpose.
    pub class: Option<String>,
    /// Which volumes it accepts.
    pub selector: Option<Selector>,
}

impl Object for Claim {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

/// A persistent volume.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Volume {
    /// Name and the like.
    pub meta: Meta,
    /// `Available`, `Bound`, `Released`, `Failed`.
    pub phase: Option<String>,
    /// Bytes it holds.
    pub capacity: Option<f64>,
    /// Access modes, short.
    pub access_modes: Option<Vec<String>>,
    /// Storage class.
    pub class: Option<String>,
    /// `namespace/name` of the claim it belongs to.
    pub claim: Option<String>,
}

impl Object for Volume {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

/// A storage class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StorageClass {
    /// Name and the like.
    pub meta: Meta,
    /// Provisioner.
    pub provisioner: Option<String>,
    /// Whether claims without a class get it.
    pub default: bool,
}

impl Object for StorageClass {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

/// A resource quota: resource, used, hard.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quota {
    /// Name and the like.
    pub meta: Meta,
    /// Resource as written, used, hard.
    pub resources: Vec<(String, f64, f64)>,
}

impl Object for Quota {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

impl Object for super::Plain {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

impl Object for super::ConfigMap {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

/// Access modes in any notation, short: `ReadWriteOnce` → `RWO`.
pub(crate) fn short_mode(text: &str) -> String {
    match text.trim() {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        other => other,
    }
    .to_owned()
}
