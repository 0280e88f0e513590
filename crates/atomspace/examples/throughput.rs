//! How fast facts are asserted and rules run: 5,000 facts of a made-up cluster, 200 rules over them.
//!
//! `cargo run --release -p oriel-atomspace --example throughput`
#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use oriel_atomspace::rules::{Limits, RuleSet, Strengths};
use oriel_atomspace::{Frame, Source, Term, TruthValue};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const SERVICES: usize = 60;
const PODS_A_SERVICE: usize = 5;
const RULES: usize = 200;

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// About 5,000 facts in the shapes that importers and detectors emit.
fn cluster() -> Frame {
    let mut frame = Frame::new();
    let tv = TruthValue::new(1.0, 0.95);
    let mut line = 0;
    let mut put = |predicate: &str, args: &[Term<'_>]| {
        line += 1;
        frame.fact(predicate, args, tv, Some(&Source::new("kubernetes/pods.txt", line)));
    };
    for service in 0..SERVICES {
        let name = format!("service/s{service}");
        for callee in [(service * 7 + 1) % SERVICES, (service * 3 + 2) % SERVICES] {
            put("calls", &[Term::Entity(&name), Term::Entity(&format!("service/s{callee}"))]);
        }
        for (number, kind) in ["cpu", "memory", "latency", "errors", "traffic", "network"].into_iter().enumerate() {
            let score = ((service * 31 + number * 17) % 20) as f64;
            put("metric-shift", &[Term::Entity(&name), Term::Entity(kind), Term::Entity("up"), Term::Number(score)]);
            put("observed", &[Term::Entity(&name), Term::Entity(kind)]);
        }
        for pod in 0..PODS_A_SERVICE {
            let pod_name = format!("pod/s{service}-{pod}");
            let pod_term = Term::Entity(&pod_name);
            put("part-of", &[pod_term, Term::Entity(&name)]);
            put("runs-on", &[pod_term, Term::Entity(&format!("node/n{}", (service + pod) % 9))]);
            put("phase", &[pod_term, Term::Text(if (service + pod) % 11 == 0 { "Pending" } else { "Running" })]);
            put("restarts", &[pod_term, Term::Number(((service * pod) % 8) as f64)]);
            for field in ["image", "port", "limit", "request", "probe", "volume", "env", "ready"] {
                put("field", &[pod_term, Term::Entity(field), Term::Text(&format!("{field} of {service}"))]);
            }
            let message = format!("Back-off restarting failed container {pod} in {service}");
            put("event", &[pod_term, Term::Text("Warning"), Term::Text("BackOff"), Term::Text(&message)]);
        }
    }
    frame
}

/// Rules of a few shapes: joins, guards, absence, aggregates, and chains over the call graph.
fn rules() -> String {
    let mut text = String::new();
    for number in 0..RULES {
        let kind =
            ["cpu", "memory", "latency", "errors", "traffic", "network"].get(number % 6).copied().unwrap_or_default();
        let body = match number % 5 {
            0 => format!(
                "(metric-shift ?s {kind} up ?score) (> ?score {}) (not (calls ?s ?other) (metric-shift ?other {kind} up ?more) (> ?more 15))",
                number % 20
            ),
            1 => format!("(part-of ?p ?s) (restarts ?p ?n) (>= ?n {}) (phase ?p \"Pending\")", number % 8),
            2 => format!(
                "(event ?p \"Warning\" \"BackOff\" ?text) (contains ?text \"container {}\") (part-of ?p ?s)",
                number % 5
            ),
            3 => format!(
                "(metric-shift ?s {kind} up ?score) (count ?n (part-of ?p ?s) (phase ?p \"Pending\")) (> ?n 0) (> ?score 5)"
            ),
            _ => format!("(cause ?b c{}) (calls ?s ?b)", number - 3),
        };
        let _ = writeln!(text, "(rule r{number} (tv 0.7 0.9) (if {body}) (then (cause ?s c{number})))");
    }
    text
}

fn main() {
    let text = rules();
    let set = match RuleSet::parse(&text, "made-up.rules") {
        Ok(set) => set,
        Err(error) => return println!("{error}"),
    };
    let mut parsing = Vec::new();
    let mut asserting = Vec::new();
    let mut running = Vec::new();
    let mut summary = String::new();
    for _ in 0..21 {
        let start = Instant::now();
        let _ = RuleSet::parse(&text, "made-up.rules");
        parsing.push(start.elapsed());
        let start = Instant::now();
        let mut frame = cluster();
        asserting.push(start.elapsed());
        let facts = frame.fact_count();
        let start = Instant::now();
        let out = set.run(&mut frame, &Strengths::new(), Limits::default());
        running.push(start.elapsed());
        summary = format!(
            "{facts} facts, {RULES} rules, {} firings, {} conclusions, truncated: {}",
            out.firings().len(),
            out.concluded().len(),
            out.truncated().is_some()
        );
    }
    let facts = cluster().fact_count() as f64;
    let assert_time = median(asserting);
    let mut frame = cluster();
    let start = Instant::now();
    let copy = frame.fork();
    let forked = start.elapsed();
    let start = Instant::now();
    let base = frame.share();
    let over = Frame::over(base);
    let shared = start.elapsed();
    println!("{summary}");
    println!(
        "fork {forked:.2?} (copies {} facts)   share and over {shared:.2?} ({} facts)",
        copy.fact_count(),
        over.fact_count()
    );
    println!(
        "parse {:.2?}   assert {:.2?} ({:.0} facts/s)   run {:.2?}",
        median(parsing),
        assert_time,
        facts / assert_time.as_secs_f64(),
        median(running)
    );
}
