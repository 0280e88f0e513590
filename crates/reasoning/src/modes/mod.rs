//! The modes, one a file: each a cited algorithm with its own cases.

pub mod abductive;
pub mod causal;
pub mod comparative;
pub mod consequentialist;
pub mod deductive;
pub mod intuitive;
pub mod objective;
pub mod probabilistic;
