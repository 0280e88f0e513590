//! The binary: command line, configuration, wiring and lifecycle.
fn main() {}
