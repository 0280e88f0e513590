//! Reasoning modes, contradictions, consensus, calibration and learning.
