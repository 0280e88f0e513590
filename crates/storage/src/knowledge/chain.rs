//! The hash of a change.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::audit::hexadecimal;
use crate::canonical_json;
use crate::entities::knowledge_changes::Model;

/// SHA-256 over the hash before, the canonical JSON of the row, and so over the SHA-256 of what is changed.
///
/// Taken of the columns as stored, `data` being that column. The base's id is not in it: a restored base has another id and the same chain.
pub(super) fn hash(previous: &str, row: &Model, data: &[u8]) -> String {
    let content = json!({
        "v": 1,
        "version": row.version,
        "at": row.at.timestamp_micros(),
        "actor_kind": row.actor_kind,
        "actor_id": row.actor_id.map(|id| id.to_string()),
        "actor_name": row.actor_name,
        "kind": row.kind,
        "note": row.note,
        "atoms": row.atoms,
        "data": hexadecimal(&Sha256::digest(data)),
    });
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update(canonical_json(&content).as_bytes());
    hexadecimal(&hasher.finalize())
}
