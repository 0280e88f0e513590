//! Next best evidence: what looking at a system is expected to tell about what is wrong with it.
//!
//! [`Outlook`] takes the rules apart once. At each step of an inquiry a [`Prospect`] joins what the modes believe with what
//! the rules still leave possible, and values each look by its expected information ([`channel`]). Which looks there are,
//! what they cost and who carries them out is the caller's matter; nothing here knows a command. Pure and deterministic.

pub mod channel;
mod guard;
mod laying;
mod outcome;
mod outlook;
mod possibility;
mod sight;
#[cfg(test)]
mod tests;
mod weighing;

pub use channel::Expected;
pub use laying::LAYINGS;
pub use outcome::{Glance, Named, Part, Prospect};
pub use outlook::Outlook;
pub use sight::{Census, Declaration, Hint, RATE, Seeing, Taken, View};
