//! What tests need: a booted application, real servers on free ports, clocks and fixtures.

pub mod alertmanager;
#[cfg(feature = "app")]
pub mod app;
pub mod clock;
pub mod database;
pub mod kubectl;
pub mod principal;
pub mod prometheus;
mod server;
pub mod shop;
pub mod sshd;
#[cfg(feature = "app")]
pub mod stream;
