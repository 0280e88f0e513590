//! Truth values and attention values of a space's atoms.
//!
//! Strength and confidence of every atom stand in a column, as two `f32`; what a count or an interval says beyond that is
//! kept for the atoms that have one.

use super::SpaceError;

/// The look-ahead that turns a count into a confidence, `n / (n + k)`, where none is stated.
/// Source: Goertzel, Iklé, Goertzel, Heljakka, *Probabilistic Logic Networks* (2008), section 4.5; 800 is what OpenCog ships.
pub const DEFAULT_LOOKAHEAD: f32 = 800.0;

/// How true an atom is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Truth {
    /// A strength and a confidence, each in [0, 1].
    Simple {
        /// The probability that the atom holds.
        strength: f32,
        /// How much evidence stands behind the strength.
        confidence: f32,
    },
    /// A strength and a confidence with the number of observations behind them.
    Count {
        /// The probability that the atom holds.
        strength: f32,
        /// How much evidence stands behind the strength.
        confidence: f32,
        /// Observations, 0 or more.
        count: f32,
    },
    /// An imprecise probability: after `lookahead` more observations, the mean will lie in [low, high] with probability
    /// `credibility`. Source: *Probabilistic Logic Networks*, chapter 4.
    Indefinite {
        /// The lower bound L, in [0, high].
        low: f32,
        /// The upper bound U, in [low, 1].
        high: f32,
        /// The credibility b, in [0, 1].
        credibility: f32,
        /// The look-ahead k, 0 or more.
        lookahead: f32,
    },
}

impl Truth {
    /// What an atom has that was given no truth value: strength 1, and no evidence.
    pub const DEFAULT: Self = Self::Simple { strength: 1.0, confidence: 0.0 };

    /// A strength and a confidence; [`super::Space::set_truth`] checks their ranges.
    #[must_use]
    pub const fn simple(strength: f32, confidence: f32) -> Self {
        Self::Simple { strength, confidence }
    }

    /// `count` observations, a share `strength` of them positive; the confidence follows by [`DEFAULT_LOOKAHEAD`].
    #[must_use]
    pub fn counted(strength: f32, count: f32) -> Self {
        Self::Count { strength, confidence: count / (count + DEFAULT_LOOKAHEAD), count }
    }

    /// The probability that the atom holds; the middle of an interval.
    #[must_use]
    pub fn strength(self) -> f32 {
        match self {
            Self::Simple { strength, .. } | Self::Count { strength, .. } => strength,
            Self::Indefinite { low, high, .. } => f32::midpoint(low, high),
        }
    }

    /// How much evidence stands behind the strength; of an interval its credibility times what its width leaves.
    #[must_use]
    pub fn confidence(self) -> f32 {
        match self {
            Self::Simple { confidence, .. } | Self::Count { confidence, .. } => confidence,
            Self::Indefinite { low, high, credibility, .. } => credibility * (1.0 - (high - low)),
        }
    }

    /// The value if all its parts are in their ranges.
    pub(super) fn checked(self) -> Result<Self, SpaceError> {
        let unit = |part, given: f32| within(part, given, (0.0..=1.0).contains(&given), "between 0 and 1");
        let amount = |part, given: f32| within(part, given, given >= 0.0 && given.is_finite(), "0 or more, and finite");
        match self {
            Self::Simple { strength, confidence } => {
                unit("strength", strength)?;
                unit("confidence", confidence)?;
            }
            Self::Count { strength, confidence, count } => {
                unit("strength", strength)?;
                unit("confidence", confidence)?;
                amount("count", count)?;
            }
            Self::Indefinite { low, high, credibility, lookahead } => {
                unit("lower bound", low)?;
                unit("upper bound", high)?;
                within("lower bound", low, low <= high, "no greater than the upper bound")?;
                unit("credibility", credibility)?;
                amount("lookahead", lookahead)?;
            }
        }
        Ok(self)
    }
}

impl Default for Truth {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// For the rules and formulas of this crate, which compute in `f64`.
impl From<Truth> for crate::TruthValue {
    fn from(truth: Truth) -> Self {
        Self::new(truth.strength().into(), truth.confidence().into())
    }
}

impl From<crate::TruthValue> for Truth {
    fn from(truth: crate::TruthValue) -> Self {
        Self::simple(truth.strength as f32, truth.confidence as f32)
    }
}

fn within(part: &'static str, given: f32, fine: bool, wanted: &'static str) -> Result<(), SpaceError> {
    if fine { Ok(()) } else { Err(SpaceError::Range { part, given: given.into(), wanted }) }
}

/// Strength and confidence as the column has them. A confidence with its sign bit set says that more is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    strength: f32,
    confidence: f32,
}

impl Default for Stored {
    fn default() -> Self {
        Self { strength: 1.0, confidence: 0.0 }
    }
}

impl Stored {
    /// The column's part of a truth value, and whether there is more to keep.
    pub(super) fn of(truth: Truth) -> (Self, bool) {
        // Minus zero becomes zero, which leaves the sign bit free.
        let (strength, confidence) = (truth.strength().abs(), truth.confidence().abs());
        let more = !matches!(truth, Truth::Simple { .. });
        (Self { strength, confidence: if more { -confidence } else { confidence } }, more)
    }

    /// Strength and confidence.
    #[inline]
    pub(super) fn simple(self) -> (f32, f32) {
        (self.strength, self.confidence.abs())
    }

    /// Whether more is kept elsewhere.
    #[inline]
    pub(super) fn has_more(self) -> bool {
        self.confidence.is_sign_negative()
    }

    pub(super) fn bits(self) -> (u32, u32) {
        (self.strength.to_bits(), self.confidence.to_bits())
    }
}

/// How much an atom matters at present, after OpenCog's attention allocation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Attention {
    /// Short-term importance: whether to think of it now. Any finite number.
    pub sti: f32,
    /// Long-term importance: whether to keep it. Any finite number.
    pub lti: f32,
    /// Very long-term importance: how many hold that it must never be forgotten.
    pub vlti: u16,
}

impl Attention {
    /// The value if all its parts are in their ranges.
    pub(super) fn checked(self) -> Result<Self, SpaceError> {
        within("sti", self.sti, self.sti.is_finite(), "finite")?;
        within("lti", self.lti, self.lti.is_finite(), "finite")?;
        Ok(self)
    }
}
