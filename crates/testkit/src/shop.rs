//! An invented shop as Prometheus sees it: four services in a cluster, one of which goes wrong.
//!
//! `front` calls `basket` and `orders`, `orders` calls `stock`. From the onset on, the faulty service uses many times the
//! processor time and takes many times as long; those that call it wait for it. Deterministic, and nothing of a real
//! system: names, amounts and times are made up here.

use std::fmt::Write as _;

/// Seconds between samples.
pub const STEP: i64 = 15;
const SERVICES: [(&str, &str); 4] = [
    ("front", "front-6d5f8c7b9d-x2k4p"),
    ("basket", "basket-7c9d6b5f48-9hzr7"),
    ("orders", "orders-5f7b8d9c64-kq8vw"),
    ("stock", "stock-8b6c5d7f94-2m4tn"),
];
/// Whom each calls, directly or not.
const REACHES: [(&str, &[&str]); 4] =
    [("front", &["basket", "orders", "stock"]), ("basket", &[]), ("orders", &["stock"]), ("stock", &[])];
const BOUNDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
const REQUESTS_PER_STEP: u64 = 300;

/// The shop's samples from `start` to `end` (epoch seconds) in the OpenMetrics text format; `faulty` (one of `front`,
/// `basket`, `orders`, `stock`) is in trouble from `onset` on.
pub fn openmetrics(start: i64, onset: i64, end: i64, faulty: &str) -> String {
    let mut text = String::new();
    for (place, (service, pod)) in SERVICES.iter().enumerate() {
        let mut series = Series::new(service, pod, place as u64);
        let waits = REACHES.iter().any(|(name, reached)| name == service && reached.contains(&faulty));
        for at in (start..=end).step_by(STEP as usize) {
            let trouble = at >= onset;
            series.next(trouble && *service == faulty, trouble && waits, (at - start) as u64);
            series.write(&mut text, at);
        }
    }
    // The text format wants the samples of a metric together.
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_by_key(|line| line.split('{').next().unwrap_or_default().to_owned());
    let mut sorted = lines.join("\n");
    sorted.push_str("\n# EOF\n");
    sorted
}

/// The counters of one service.
struct Series {
    labels: String,
    place: u64,
    cpu: f64,
    memory: f64,
    sum: f64,
    buckets: [u64; BOUNDS.len()],
    count: u64,
}

impl Series {
    fn new(service: &str, pod: &str, place: u64) -> Self {
        let labels = format!("namespace=\"shop\",pod=\"{pod}\",job=\"{service}\"");
        Self { labels, place, cpu: 0.0, memory: 0.0, sum: 0.0, buckets: [0; BOUNDS.len()], count: 0 }
    }

    fn next(&mut self, faulty: bool, waits: bool, seconds: u64) {
        let usual = 0.05 * (self.place + 1) as f64 * (1.0 + 0.2 * noise(seconds * 7 + self.place));
        self.cpu += STEP as f64 * if faulty { 20.0 * usual } else { usual };
        self.memory = 2e8 + 1e6 * noise(seconds * 3 + self.place);
        for request in 0..REQUESTS_PER_STEP {
            let own = 0.01 * (1.0 + noise(seconds * 977 + request * 13 + self.place));
            let took = if faulty { own * 30.0 } else { own } + if waits { 0.3 } else { 0.0 };
            self.sum += took;
            self.count += 1;
            for (bucket, bound) in self.buckets.iter_mut().zip(BOUNDS) {
                *bucket += u64::from(took <= bound);
            }
        }
    }

    fn write(&self, text: &mut String, at: i64) {
        let labels = &self.labels;
        let mut line = |name: &str, more: &str, value: f64| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name}{{{labels}{more}}} {value} {at}");
        };
        let container = ",container=\"app\"";
        line("container_cpu_usage_seconds_total", container, self.cpu);
        line("container_memory_working_set_bytes", container, self.memory);
        let name = "http_server_request_duration_seconds";
        let ok = ",http_response_status_code=\"200\"";
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            line(&format!("{name}_bucket"), &format!("{ok},le=\"{bound}\""), *bucket as f64);
        }
        line(&format!("{name}_bucket"), &format!("{ok},le=\"+Inf\""), self.count as f64);
        line(&format!("{name}_sum"), ok, self.sum);
        line(&format!("{name}_count"), ok, self.count as f64);
    }
}

/// Between 0 and 1, the same for the same seed.
fn noise(seed: u64) -> f64 {
    let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (seed << 7);
    (mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f64 / (1_u64 << 24) as f64
}
