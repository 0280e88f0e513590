//! Benchmark harness: diagnosis accuracy, calibration and speed over recorded incidents.
fn main() {}
