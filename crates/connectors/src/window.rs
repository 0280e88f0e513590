//! The stretch of time that evidence is taken of.

use chrono::TimeDelta;
use oriel_model::Timestamp;

/// From when to when, and when the trouble began where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The beginning, of which enough must lie before the trouble to know what is normal.
    pub from: Timestamp,
    /// The end.
    pub to: Timestamp,
    /// When the trouble began, or was noticed.
    pub onset: Option<Timestamp>,
}

/// Why a stretch of time cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It has no length.
    #[error("the window ends at {to}, which is not after its beginning at {from}; swap them")]
    Empty {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        to: Timestamp,
    },
    /// It is too long.
    #[error("the window is {days} days long; ask for at most {most}")]
    TooLong {
        /// How long it is.
        days: i64,
        /// How long it may be.
        most: i64,
    },
    /// The onset lies outside.
    #[error("the onset at {onset} is not inside the window from {from} to {to}")]
    OnsetOutside {
        /// The onset.
        onset: Timestamp,
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        to: Timestamp,
    },
}

/// The longest window.
const MOST_DAYS: i64 = 31;

impl Window {
    /// A window, if it can be asked for.
    pub fn new(from: Timestamp, to: Timestamp, onset: Option<Timestamp>) -> Result<Self, WindowError> {
        let length = to - from;
        if length <= TimeDelta::zero() {
            return Err(WindowError::Empty { from, to });
        }
        if length > TimeDelta::days(MOST_DAYS) {
            return Err(WindowError::TooLong { days: length.num_days(), most: MOST_DAYS });
        }
        if let Some(onset) = onset.filter(|onset| *onset < from || *onset > to) {
            return Err(WindowError::OnsetOutside { onset, from, to });
        }
        Ok(Self { from, to, onset })
    }

    /// `before` the onset and `after` it, but not beyond `now`.
    pub fn around(onset: Timestamp, before: TimeDelta, after: TimeDelta, now: Timestamp) -> Self {
        Self { from: onset - before, to: (onset + after).min(now.max(onset)), onset: Some(onset) }
    }

    /// How long it is, in whole seconds.
    pub fn seconds(&self) -> i64 {
        (self.to - self.from).num_seconds()
    }
}
