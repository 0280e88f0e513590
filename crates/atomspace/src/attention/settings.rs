//! What an economy of attention goes by, and why it is refused.

use crate::space::{Handle, SpaceError};

/// What an economy of attention goes by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How many atoms are in the focus, at most: the most important ones.
    pub focus: usize,
    /// Units of short-term importance that a use earns.
    pub sti_wage: u32,
    /// Units of long-term importance that a use earns.
    pub lti_wage: u32,
    /// The share of its short-term importance that an atom pays each tick, in [0, 1], rounded up.
    pub sti_rent: f64,
    /// The same of long-term importance.
    pub lti_rent: f64,
    /// The share of its short-term importance that an atom in the focus passes on each tick, in [0, 1].
    pub spread: f64,
    /// The part of that which goes along Hebbian links, in [0, 1], where there are any.
    pub hebbian: f64,
    /// How much one tick counts in the strength of a Hebbian link, in (0, 1].
    pub learning: f64,
    /// An atom that more links join passes nothing on to those: what everything is joined to tells nothing apart.
    pub fan: usize,
}

impl Default for Settings {
    /// A focus of 20 atoms; wages of 100 and 10; rents of 5 % and 1 %; 20 % spread, half of it along Hebbian links; learning
    /// at 10 %; at most 1,000 links.
    fn default() -> Self {
        Self {
            focus: 20,
            sti_wage: 100,
            lti_wage: 10,
            sti_rent: 0.05,
            lti_rent: 0.01,
            spread: 0.2,
            hebbian: 0.5,
            learning: 0.1,
            fan: 1_000,
        }
    }
}

impl Settings {
    pub(super) fn checked(self) -> Result<Self, AttentionError> {
        for (field, given) in [
            ("sti_rent", self.sti_rent),
            ("lti_rent", self.lti_rent),
            ("spread", self.spread),
            ("hebbian", self.hebbian),
            ("learning", self.learning),
        ] {
            if !(0.0..=1.0).contains(&given) || (field == "learning" && given == 0.0) {
                return Err(AttentionError::Setting { field, given });
            }
        }
        Ok(self)
    }
}

/// Why an economy of attention cannot begin, or a change of it is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AttentionError {
    /// A setting is outside of its range.
    #[error("{field} is {given}: it must be from 0 to 1, and learning above 0")]
    Setting {
        /// Which one.
        field: &'static str,
        /// What it is.
        given: f64,
    },
    /// The atoms have more importance than the funds.
    #[error("the atoms hold {held} units of {which}, but the funds are {funds}: raise the funds")]
    Funds {
        /// Which importance.
        which: &'static str,
        /// What the atoms hold.
        held: i64,
        /// What there is.
        funds: i64,
    },
    /// There is no such atom.
    #[error("there is no atom {0} in this space")]
    NoAtom(Handle),
    /// The space refused a change.
    #[error(transparent)]
    Space(#[from] SpaceError),
}
