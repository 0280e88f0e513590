//! Targets, runs and tasks over SSH and local transports.
