//! A clock for tests: it stands still until moved.

use std::sync::Arc;

use oriel_model::ManualClock;

/// A shared clock at 2026-01-01 00:00:00 UTC.
pub fn manual() -> Arc<ManualClock> {
    Arc::new(ManualClock::default())
}
