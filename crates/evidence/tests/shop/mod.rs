//! A made-up shop whose telemetry is generated: web calls cart and pay, cart calls store. Faults are put in by name.

use std::fmt::Write as _;

use oriel_atomspace::Frame;
use oriel_evidence::{Evidence, Limits, Source};

/// What goes wrong, and where, from the onset on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    None,
    /// A service spends ten times as long.
    Slow(&'static str),
    /// Half a second is lost before a service.
    Delay(&'static str),
    /// A service's second step vanishes.
    CutShort(&'static str),
    /// A service says something else instead of its second step.
    OtherBranch(&'static str),
    /// A service's processor use is forty times as high.
    Cpu(&'static str),
    /// A service's memory is three times as large, and its processor use grows too.
    Memory(&'static str),
}

pub(crate) const START: f64 = 1_700_000_000.0;
const SERVICES: [&str; 4] = ["web", "cart", "pay", "store"];
const PATHS: [&[&str]; 2] = [&["web", "cart", "store"], &["web", "pay"]];

/// How the incident is written down.
#[derive(Debug, Clone)]
pub(crate) struct Writing {
    /// The names of web, cart, pay and store.
    pub names: [&'static str; 4],
    /// Error of the stated onset in seconds.
    pub onset_error: f64,
    /// Factor on all resource metrics.
    pub unit: f64,
    /// Kinds of telemetry left out.
    pub without: &'static [&'static str],
}

impl Default for Writing {
    fn default() -> Self {
        Self { names: SERVICES, onset_error: 0.0, unit: 1.0, without: &[] }
    }
}

fn noise(seed: usize) -> f64 {
    let mixed = seed.wrapping_mul(2_654_435_761).wrapping_add(seed >> 3).wrapping_mul(40_503) % 10_007;
    mixed as f64 / 10_007.0
}

/// The incident's files.
pub(crate) fn incident(fault: Fault, writing: &Writing) -> Vec<(String, Vec<u8>)> {
    let stated = START + 300.0 + writing.onset_error;
    let mut files = vec![("incident.toml".to_owned(), format!("start = {stated:.0}\n").into_bytes())];
    if !writing.without.contains(&"metrics") {
        files.push(("metrics/all.csv".to_owned(), metrics(fault, writing).into_bytes()));
    }
    let (traces, logs) = requests(fault, writing);
    if !writing.without.contains(&"traces") {
        files.push(("traces/all.csv".to_owned(), traces.into_bytes()));
    }
    if !writing.without.contains(&"logs") {
        files.push(("logs/all.csv".to_owned(), logs.into_bytes()));
    }
    files
}

fn metrics(fault: Fault, writing: &Writing) -> String {
    let mut text = String::from("time,service,metric,value\n");
    for at in 0..40 {
        let after = at >= 20;
        for (place, service) in SERVICES.iter().enumerate() {
            let base = (place + 1) as f64 * 5.0 * (1.0 + 0.2 * noise(at * 31 + place));
            let cpu = match fault {
                Fault::Cpu(faulty) if after && faulty == *service => base * 40.0,
                Fault::Memory(faulty) if after && faulty == *service => base * 45.0,
                _ => base,
            };
            let memory = match fault {
                Fault::Memory(faulty) if after && faulty == *service => 3e8,
                _ => 1e8 + 1e5 * noise(at * 17 + place),
            };
            let time = START + at as f64 * 15.0;
            let name = writing.names[place];
            writeln!(text, "{time},{name},cpu_usage,{}", cpu * writing.unit).unwrap();
            writeln!(text, "{time},{name},memory_bytes,{}", memory * writing.unit).unwrap();
        }
    }
    text
}

fn requests(fault: Fault, writing: &Writing) -> (String, String) {
    let mut traces = String::from("trace_id,span_id,parent_id,service,operation,start_ns,duration_ms\n")
        .replace("start_ns", "start");
    let mut logs = String::from("time,service,span_id,message\n");
    for request in 0..200 {
        let path = PATHS[request % 2];
        let start = START + request as f64 * 3.0;
        let after = request >= 100;
        let own = |service: &str, depth: usize| {
            let usual = 0.010 * (1.0 + 0.3 * noise(request * 13 + depth));
            if after && fault == Fault::Slow(leak(service)) { usual * 10.0 } else { usual }
        };
        let lost = |service: &str| if after && fault == Fault::Delay(leak(service)) { 0.5 } else { 0.0 };
        let took = |from: usize| -> f64 {
            (from..path.len()).map(|d| own(path[d], d) + if d > from { lost(path[d]) } else { 0.0 }).sum()
        };
        let mut began = start;
        for (depth, service) in path.iter().enumerate() {
            let place = SERVICES.iter().position(|s| s == service).unwrap();
            let (name, id) = (writing.names[place], format!("s{request}x{depth}"));
            let parent = if depth == 0 { String::new() } else { format!("s{request}x{}c", depth - 1) };
            let duration = took(depth) * 1e3;
            writeln!(traces, "t{request},{id},{parent},{name},/{depth}/work,{began:.6},{duration:.3}").unwrap();
            step(&mut logs, began + 0.001, name, &id, "INFO work begins");
            match fault {
                Fault::CutShort(faulty) if after && faulty == *service => {}
                Fault::OtherBranch(faulty) if after && faulty == *service => {
                    step(&mut logs, began + 0.002, name, &id, "WARN nothing was found for this key");
                }
                _ => step(&mut logs, began + 0.002, name, &id, "INFO work is done now"),
            }
            if depth + 1 < path.len() {
                let wait = (took(depth + 1) + lost(path[depth + 1])) * 1e3;
                let call = began + 0.004;
                writeln!(traces, "t{request},{id}c,{id},{name},client call,{call:.6},{wait:.3}").unwrap();
                began = call + lost(path[depth + 1]);
            }
        }
    }
    (traces, logs)
}

/// The service's own constant, for comparing with a fault.
fn leak(service: &str) -> &'static str {
    SERVICES.iter().find(|s| **s == service).copied().unwrap_or("")
}

fn step(logs: &mut String, time: f64, service: &str, span: &str, message: &str) {
    writeln!(logs, "{time:.6},{service},{span},{message}").unwrap();
}

/// The suspects by share: entity and kind.
pub(crate) fn origins(files: Vec<(String, Vec<u8>)>) -> Vec<(String, String, f64)> {
    let evidence = Evidence::read(&Source::Memory(files), &Limits::default(), &mut |_| {}).unwrap();
    let mut frame = Frame::new();
    evidence.emit(&mut frame);
    let facts = frame
        .facts("origin")
        .map(|fact| (fact.entity(0).unwrap().to_owned(), fact.text(1).unwrap().to_owned(), fact.tv.strength));
    let mut found: Vec<_> = facts.collect();
    found.sort_by(|a, b| b.2.total_cmp(&a.2));
    found
}

/// The first suspect, who must be likelier than all others together.
pub(crate) fn first(fault: Fault, writing: &Writing) -> (String, String) {
    let found = origins(incident(fault, writing));
    let (entity, kind, share) = found.first().unwrap_or_else(|| panic!("{fault:?}: nothing found"));
    assert!(*share > 0.5, "{fault:?}: {found:?}");
    (entity.clone(), kind.clone())
}
