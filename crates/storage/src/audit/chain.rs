//! The hash of an entry, and the head of the chain.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::canonical_json;
use crate::entities::audit_entries::Model;

/// The hash before the first entry: 64 zeros.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AuditHead {
    /// The last entry's sequence number; 0 when there is none.
    pub seq: i64,
    /// The last entry's hash; [`GENESIS`] when there is none.
    pub hash: String,
}

/// SHA-256 over the hash before and the canonical JSON of the row, in lower-case hexadecimal.
///
/// Taken of the columns as stored (the detail as its text), so that what is checked is
/// what is there.
pub(super) fn hash(previous: &str, row: &Model) -> String {
    let content = json!({
        "v": 1,
        "seq": row.seq,
        "id": row.id.to_string(),
        "at": row.at.timestamp_micros(),
        "actor_kind": row.actor_kind,
        "actor_id": row.actor_id.map(|id| id.to_string()),
        "actor_name": row.actor_name,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
        "request_id": row.request_id,
    });
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update(canonical_json(&content).as_bytes());
    hexadecimal(&hasher.finalize())
}

/// Bytes in lower-case hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
