//! `oriel-eval`: runs the diagnosis over recorded, labelled incidents and reports accuracy, calibration and speed.

mod adapters;

fn main() {}
