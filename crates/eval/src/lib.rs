//! The benchmark harness: recorded, labelled incidents in, accuracy, calibration and speed out.
//!
//! Development only; never shipped. The recorded sets and their labels are known to [`adapters`] and nowhere else; every
//! case runs through the same path as `oriel diagnose`.

pub mod adapters;
pub mod calibrate;
pub mod export;
pub mod harness;
pub mod quiet;
pub mod rename;
pub mod replay;
pub mod report;
pub mod score;
