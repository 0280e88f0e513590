//! What a search may take.

use super::error::Stopped;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops a search from another thread. Clones stop the same searches.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A token that was not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the searches that have the token, within some thousand steps.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a search may take.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Candidates that are looked at, checks of sub-queries included.
    pub steps: u64,
    /// Combinations of clauses that share no variable.
    pub product: u64,
    /// Parts of what is computed, and of the solutions that are kept until all are found: each atom, number and link in each
    /// place where it stands.
    pub parts: u64,
    /// Stops it from outside.
    pub cancel: Option<Cancel>,
}

impl Default for Bounds {
    /// A billion steps, a million combinations, ten million parts, and no token.
    fn default() -> Self {
        Self { steps: 1_000_000_000, product: 1_000_000, parts: 10_000_000, cancel: None }
    }
}

/// Steps between two looks at the token.
const STRIDE: u64 = 4096;

/// What a search still may take.
#[derive(Debug)]
pub(super) struct Budget {
    bounds: Bounds,
    /// Steps until the next look.
    fuel: u64,
    /// Steps after that.
    left: u64,
    /// Parts that may still be made.
    parts: u64,
}

/// A search's way out; one word, so that it costs nothing where all is well.
pub(super) type Halt = Box<Stopped>;

impl Budget {
    pub(super) fn new(bounds: Bounds) -> Self {
        let (left, parts) = (bounds.steps, bounds.parts);
        Self { bounds, fuel: 0, left, parts }
    }

    #[inline]
    pub(super) fn step(&mut self) -> Result<(), Halt> {
        if self.fuel == 0 {
            self.refill()?;
        }
        self.fuel -= 1;
        Ok(())
    }

    #[cold]
    fn refill(&mut self) -> Result<(), Halt> {
        if self.bounds.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
            return Err(Box::new(Stopped::Cancelled));
        }
        if self.left == 0 {
            return Err(Box::new(Stopped::Steps(self.bounds.steps)));
        }
        self.fuel = self.left.min(STRIDE);
        self.left -= self.fuel;
        Ok(())
    }

    /// So many parts are made.
    pub(super) fn make(&mut self, parts: u64) -> Result<(), Halt> {
        match self.parts.checked_sub(parts) {
            Some(left) => {
                self.parts = left;
                Ok(())
            }
            None => Err(Box::new(Stopped::Parts(self.bounds.parts))),
        }
    }

    /// What is left of it, for a search within.
    pub(super) fn rest(&self) -> Bounds {
        Bounds { steps: self.left + self.fuel, parts: self.parts, ..self.bounds.clone() }
    }

    /// A search within took so many steps.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Halt> {
        let left = (self.left + self.fuel).checked_sub(steps);
        (self.left, self.fuel) = (left.unwrap_or_default(), 0);
        if left.is_some() { Ok(()) } else { Err(Box::new(Stopped::Steps(self.bounds.steps))) }
    }

    /// The steps that were taken.
    pub(super) fn taken(&self) -> u64 {
        self.bounds.steps - self.left - self.fuel
    }

    #[inline]
    pub(super) fn check_product(&self, combinations: u64) -> Result<(), Halt> {
        if combinations > self.bounds.product {
            return Err(Box::new(Stopped::Product(self.bounds.product)));
        }
        Ok(())
    }
}
