//! Reasoning modes, contradictions, consensus, calibration and learning.

pub mod verdict;
