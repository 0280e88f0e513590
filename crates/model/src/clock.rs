//! The clock as a value.
//!
//! Owns the only call of the wall clock in the workspace. Times are cut to the
//! microsecond, because that is what PostgreSQL keeps: a time that went through
//! the database equals the one that was written.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use crate::Timestamp;

/// Tells the time. Passed to whatever needs it, so that tests decide it.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The current moment, precise to the microsecond.
    fn now(&self) -> Timestamp;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// The machine's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        to_micros(Utc::now())
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
}

impl ManualClock {
    /// A clock that stands at `start` (cut to the microsecond).
    pub fn new(start: Timestamp) -> Self {
        Self { now: Mutex::new(to_micros(start)) }
    }

    /// Moves the clock forwards (or, with a negative step, backwards).
    ///
    /// A step that leaves the range of representable times leaves the clock where it is.
    pub fn advance(&self, step: TimeDelta) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add_signed(step).map_or(*now, to_micros);
    }

    /// Sets the clock to `moment`.
    pub fn set(&self, moment: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = to_micros(moment);
    }
}

impl Default for ManualClock {
    /// A clock that stands at 2026-01-01 00:00:00 UTC.
    fn default() -> Self {
        Self::new(DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn to_micros(moment: Timestamp) -> Timestamp {
    moment.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::default();
        let first = clock.now();
        assert_eq!(first.to_rfc3339(), "2026-01-01T00:00:00+00:00");
        assert_eq!(clock.now(), first);
        clock.advance(TimeDelta::seconds(90));
        assert_eq!(clock.now() - first, TimeDelta::seconds(90));
        clock.set(first);
        assert_eq!(clock.now(), first);
    }

    #[test]
    fn times_are_cut_to_the_microsecond() {
        let clock = ManualClock::new(DateTime::from_timestamp(5, 123_456_789).unwrap());
        assert_eq!(clock.now().timestamp_subsec_nanos(), 123_456_000);
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1000, 0);
    }

    #[test]
    fn a_step_out_of_range_is_ignored() {
        let clock = ManualClock::default();
        let before = clock.now();
        clock.advance(TimeDelta::MAX);
        assert_eq!(clock.now(), before);
    }
}
