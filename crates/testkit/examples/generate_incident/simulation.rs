//! The shop, second by second: who calls whom, how long each call takes, and when `payments` is down.

/// Length of the recording, in seconds.
pub(crate) const SECONDS: u32 = 3_600;
/// When the release with the lower memory limit is rolled out, in seconds from the start.
pub(crate) const FAULT_AT: u32 = 2_400;
/// The component whose memory limit the release lowers.
pub(crate) const FAULTY: &str = "payments";
/// Caller, callee, calls per request of the caller.
pub(crate) const CALLS: [(&str, &str, f64); 10] = [
    ("storefront", "catalog", 1.0),
    ("storefront", "cart", 0.5),
    ("storefront", "checkout", 0.2),
    ("catalog", "catalog-db", 1.2),
    ("cart", "cart-cache", 1.5),
    ("checkout", "payments", 1.0),
    ("checkout", "inventory", 1.0),
    ("checkout", "notifications", 0.9),
    ("payments", "payments-db", 1.0),
    ("inventory", "inventory-db", 1.0),
];
/// Component, own time of a call in milliseconds, cores per request a second, resting memory in MiB.
pub(crate) const COMPONENTS: [(&str, f64, f64, f64); 11] = [
    ("storefront", 6.0, 0.004, 180.0),
    ("catalog", 4.0, 0.002, 210.0),
    ("cart", 3.0, 0.002, 120.0),
    ("checkout", 9.0, 0.006, 160.0),
    ("payments", 14.0, 0.008, 118.0),
    ("inventory", 5.0, 0.003, 140.0),
    ("notifications", 2.0, 0.001, 90.0),
    ("catalog-db", 2.0, 0.001, 400.0),
    ("cart-cache", 0.4, 0.0005, 64.0),
    ("payments-db", 3.0, 0.002, 380.0),
    ("inventory-db", 2.0, 0.001, 360.0),
];

/// SplitMix64 (Steele, Lea and Flood 2014) with a fixed seed: the same recording on every machine.
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform in [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A factor around 1 with the given spread (sum of uniforms, close to normal).
    pub(crate) fn around_one(&mut self, spread: f64) -> f64 {
        let sum: f64 = (0..4).map(|_| self.uniform()).sum();
        (1.0 + (sum - 2.0) * spread * 1.7).max(0.05)
    }
}

/// State of one component over one sampling step.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) rate: f64,
    pub(crate) cpu: f64,
    pub(crate) memory: f64,
    pub(crate) latency_ms: f64,
    pub(crate) error_ratio: f64,
}

pub(crate) struct Recording {
    /// Seconds between two samples.
    pub(crate) step: u32,
    /// One row a step, columns as in [`COMPONENTS`].
    pub(crate) rows: Vec<Vec<Sample>>,
    /// When the kernel killed `payments`, seconds from the start.
    pub(crate) kills: Vec<u32>,
}

impl Recording {
    /// Whether `payments` is down at that second: killed, and waiting out its back-off.
    pub(crate) fn down(&self, second: u32) -> bool {
        self.kills.iter().enumerate().any(|(index, kill)| second >= *kill && second < *kill + back_off(index))
    }
}

/// Kubernetes' restart back-off: 10 s, doubled at each restart, 300 s at most.
fn back_off(restarts: usize) -> u32 {
    (10u32 << restarts.min(5)).min(300)
}

pub(crate) fn time(second: u32) -> String {
    let total = 13 * 3_600 + 40 * 60 + second;
    format!("2026-03-10T{:02}:{:02}:{:02}Z", total / 3_600, total / 60 % 60, total % 60)
}

pub(crate) fn simulate() -> Recording {
    let mut noise = Noise::new(20_260_310);
    let kills = kill_times(&mut noise);
    let step = 15;
    let mut recording = Recording { step, rows: Vec::new(), kills };
    for second in (0..SECONDS).step_by(step as usize) {
        let row = sample_row(&recording, second, &mut noise);
        recording.rows.push(row);
    }
    recording
}

/// Under the lower limit the process fills its memory within a minute or so, is killed, and backs off.
fn kill_times(noise: &mut Noise) -> Vec<u32> {
    let mut kills = Vec::new();
    let mut second = FAULT_AT + 35;
    let last = SECONDS - 41;
    while second < last {
        kills.push(second);
        second += back_off(kills.len() - 1) + 30 + (noise.uniform() * 30.0) as u32;
    }
    kills.push(last);
    kills
}

fn sample_row(recording: &Recording, second: u32, noise: &mut Noise) -> Vec<Sample> {
    let step = recording.step;
    let down_share = f64::from((second..second + step).filter(|s| recording.down(*s)).count() as u32) / f64::from(step);
    let load = 40.0 * (1.0 + 0.15 * (f64::from(second) / 1_900.0).sin()) * noise.around_one(0.04);
    COMPONENTS
        .iter()
        .map(|(name, _, cores, memory)| {
            let rate = load * calls_of(name);
            let failing = failing_share(name, down_share);
            // A caller waits out its time-out for a callee that is down, and retries once.
            let latency = latency_ms(name) + failing * 900.0 * f64::from(u8::from(*name != FAULTY));
            let served = if *name == FAULTY || *name == "payments-db" { 1.0 - down_share } else { 1.0 };
            let (memory, served) = match *name {
                FAULTY if second >= FAULT_AT => (94.0 * (1.0 - 0.6 * down_share), served),
                _ => (*memory, served),
            };
            Sample {
                rate: rate * served.max(0.02) * noise.around_one(0.05),
                cpu: rate * served.max(0.02) * cores * noise.around_one(0.07),
                memory: memory * noise.around_one(0.01),
                latency_ms: latency * noise.around_one(0.06),
                error_ratio: (failing + 0.001 * noise.uniform()).min(1.0),
            }
        })
        .collect()
}

/// Calls a request to the storefront causes at this component.
pub(crate) fn calls_of(component: &str) -> f64 {
    CALLS
        .iter()
        .filter(|(_, callee, _)| *callee == component)
        .map(|(caller, _, calls)| calls * calls_of(caller))
        .sum::<f64>()
        .max(if component == "storefront" { 1.0 } else { 0.0 })
}

/// Time of a call in milliseconds: its own, and that of what it calls, one after the other.
pub(crate) fn latency_ms(component: &str) -> f64 {
    let own = COMPONENTS.iter().find(|(name, ..)| *name == component).map_or(0.0, |(_, own, ..)| *own);
    let below: f64 = CALLS
        .iter()
        .filter(|(caller, ..)| *caller == component)
        .map(|(_, callee, calls)| calls.min(1.0) * latency_ms(callee))
        .sum();
    own + below
}

/// Share of a component's answers that are errors while `payments` is down for that share of the time.
fn failing_share(component: &str, down_share: f64) -> f64 {
    match component {
        FAULTY | "checkout" => down_share,
        "storefront" => 0.2 * down_share,
        _ => 0.0,
    }
}
