//! The benchmark harness: recorded, labelled incidents in; accuracy, calibration, robustness and speed out.
//!
//! Development only; never shipped. The recorded sets and their labels are known to [`adapters`] and nowhere else; every
//! case runs through the same path as `oriel diagnose`.

pub mod ablation;
pub mod adapters;
pub mod baselines;
pub mod calibrate;
pub mod compare;
pub mod coverage;
pub mod crossval;
pub mod export;
pub mod grid;
pub mod harness;
pub mod interval;
pub mod laid;
pub mod prepared;
pub mod quiet;
pub mod reliability;
pub mod replay;
pub mod report;
pub mod robustness;
pub mod score;
pub mod suite;
pub mod variants;
