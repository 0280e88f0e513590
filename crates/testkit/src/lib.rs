//! What tests need: a booted application, real servers on free ports, clocks and fixtures.

pub mod clock;
pub mod database;
pub mod principal;
pub mod sshd;
