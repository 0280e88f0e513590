//! What looking at the things of a base may take, and what was looked at.

use std::time::Duration;

use oriel_knowledge::learning::{Effort, Looked};
use serde::Serialize;
use utoipa::ToSchema;

use super::proven::SECONDS;
use super::view::up_to;
use crate::problem::Problem;

/// Steps that looking may be given.
const STEPS: u64 = 50_000_000;

/// What looking may take, of what was asked for.
pub(super) fn looking(steps: Option<u64>) -> Result<Effort, Problem> {
    let steps = up_to("steps", steps, (Effort::default().steps, STEPS))?;
    Ok(Effort { steps, time: Duration::from_secs(SECONDS), ..Effort::default() })
}

/// What was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeLooked)]
pub(crate) struct LookedBody {
    /// How many things; what is counted and compared is of these.
    things: usize,
    /// Of how many of them a fact says anything.
    told: usize,
    /// How many more there are, which were not looked at because a bound was met.
    left: usize,
    /// Whether no bound was met.
    complete: bool,
    /// Why it ended, in words.
    ended: String,
}

impl From<Looked> for LookedBody {
    fn from(looked: Looked) -> Self {
        let Looked { things, told, left, complete, ended } = looked;
        Self { things, told, left, complete, ended }
    }
}
