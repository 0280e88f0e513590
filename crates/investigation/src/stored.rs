//! How a finding lies in the database: the verdict that clients get, and beside it the record that only learning needs.

use oriel_storage::Investigation;
use serde_json::Value;

/// The investigation as clients get it: its verdict without the record.
pub(crate) fn open(mut investigation: Investigation) -> Investigation {
    investigation.verdict = investigation.verdict.and_then(|mut stored| stored.get_mut("verdict").map(Value::take));
    investigation
}

/// The record of a stored finding.
pub(crate) fn record(investigation: &Investigation) -> Option<&Value> {
    investigation.verdict.as_ref()?.get("record")
}
