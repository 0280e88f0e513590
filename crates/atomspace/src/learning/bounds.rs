//! What learning may take.

use super::error::LearningError;
use crate::query::{Cancel, Term};
use std::fmt;

/// What looking for something may take. Collecting what is said of cases, mining, induction, and comparing may take as much each.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// What is looked at, at most: what is said of a case, what it has beside a set of features, what a pair shares.
    pub steps: u64,
    /// Bytes that what is found may take in memory, by an estimate.
    pub memory: usize,
    /// Stops it from outside.
    pub cancel: Option<Cancel>,
}

impl Default for Bounds {
    /// Ten million steps, 512 MiB, and nobody who stops it.
    fn default() -> Self {
        Self { steps: 10_000_000, memory: 512 << 20, cancel: None }
    }
}

/// A bound that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// The steps.
    Steps,
    /// The memory.
    Memory,
    /// It was stopped from outside.
    Cancelled,
}

impl fmt::Display for Met {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Steps => "all steps were taken",
            Self::Memory => "no more memory may be taken",
            Self::Cancelled => "it was cancelled",
        })
    }
}

impl From<Met> for LearningError {
    fn from(met: Met) -> Self {
        Self::Stopped(met)
    }
}

/// What was taken of what may be.
#[derive(Debug)]
pub(super) struct Effort<'a> {
    bounds: &'a Bounds,
    pub(super) steps: u64,
    memory: usize,
}

impl<'a> Effort<'a> {
    pub(super) fn of(bounds: &'a Bounds) -> Self {
        Self { bounds, steps: 0, memory: 0 }
    }

    /// Looks at one thing more, if that may be.
    pub(super) fn step(&mut self) -> Result<(), Met> {
        self.steps(1)
    }

    /// Looks at so many things more, if that may be.
    pub(super) fn steps(&mut self, more: u64) -> Result<(), Met> {
        if self.bounds.steps - self.steps < more {
            return Err(Met::Steps);
        }
        self.look()?;
        self.steps += more;
        Ok(())
    }

    /// Whether it was stopped from outside.
    pub(super) fn look(&self) -> Result<(), Met> {
        if self.bounds.cancel.as_ref().is_some_and(Cancel::is_cancelled) { Err(Met::Cancelled) } else { Ok(()) }
    }

    /// Takes so much memory more, if that may be.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), Met> {
        self.memory = self.memory.saturating_add(bytes);
        if self.memory > self.bounds.memory { Err(Met::Memory) } else { Ok(()) }
    }

    /// Gives memory back.
    pub(super) fn free(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_sub(bytes);
    }
}

/// About how many bytes a term takes in memory.
pub(super) fn bytes(term: &Term) -> usize {
    let more = match term {
        // The name has two counts beside it.
        Term::Node(_, name) | Term::Variable(name) | Term::Glob(name) => 16 + name.len(),
        Term::Link(_, parts) => parts.iter().map(bytes).sum(),
        Term::Atom(_) => 0,
    };
    size_of::<Term>() + more
}
