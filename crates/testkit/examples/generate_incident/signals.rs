//! What the shop's telemetry says: metrics, logs, spans, alerts and the call graph.

use std::fmt::Write as _;

use crate::simulation::{CALLS, COMPONENTS, FAULTY, Noise, Recording, SECONDS, latency_ms, time};

pub(crate) fn topology() -> String {
    CALLS.iter().fold(String::from("caller,callee\n"), |mut text, (caller, callee, _)| {
        let _ = writeln!(text, "{caller},{callee}");
        text
    })
}

pub(crate) fn alerts() -> String {
    let alert = |name: &str, service: &str, severity: &str, summary: &str, second: u32| {
        serde_json::json!({
            "status": "firing",
            "labels": {"alertname": name, "service": service, "namespace": "shop", "severity": severity},
            "annotations": {"summary": summary},
            "startsAt": time(second),
            "endsAt": "0001-01-01T00:00:00Z",
        })
    };
    let body = serde_json::json!({
        "version": "4",
        "status": "firing",
        "receiver": "on-call",
        "alerts": [
            alert("HighErrorRatio", "storefront", "critical", "More than 5 % of requests fail", 2_520),
            alert("HighLatency", "checkout", "warning", "p95 latency above 400 ms", 2_550),
        ],
    });
    format!("{body:#}\n")
}

pub(crate) fn metrics(run: &Recording) -> String {
    let mut text = String::from("time");
    for (name, ..) in COMPONENTS {
        for metric in ["cpu", "memory", "rps", "latency_p95", "error_rate"] {
            let _ = write!(text, ",{name}_{metric}");
        }
    }
    text.push('\n');
    for (index, row) in run.rows.iter().enumerate() {
        text.push_str(&time(index as u32 * run.step));
        for s in row {
            let bytes = s.memory * 1_048_576.0;
            let _ =
                write!(text, ",{:.4},{bytes:.0},{:.3},{:.2},{:.5}", s.cpu, s.rate, s.latency_ms * 1.8, s.error_ratio);
        }
        text.push('\n');
    }
    text
}

pub(crate) fn logs(run: &Recording) -> String {
    let mut noise = Noise::new(7);
    let mut text = String::new();
    let mut line = |second: u32, service: &str, level: &str, message: String| {
        let entry = serde_json::json!({"time": time(second), "service": service, "level": level, "message": message});
        let _ = writeln!(text, "{entry}");
    };
    for second in (0..SECONDS).step_by(20) {
        let order = 10_000 + (noise.uniform() * 80_000.0) as u32;
        let took = latency_ms("checkout") * noise.around_one(0.1);
        line(second, "storefront", "info", format!("GET /product/{} 200", order % 937));
        line(second, "catalog", "info", format!("returned {} products", 5 + order % 30));
        if run.down(second) {
            line(
                second,
                "checkout",
                "error",
                format!("order {order}: charge failed: dial tcp 10.96.40.12:8443: connect: connection refused"),
            );
            line(
                second + 1,
                "storefront",
                "error",
                format!("POST /checkout 502 order {order}: upstream error from checkout"),
            );
        } else {
            line(second, FAULTY, "info", format!("charged order {order} in {} ms", 14 + order % 9));
            line(second, "checkout", "info", format!("order {order} placed in {took:.0} ms"));
        }
    }
    for kill in &run.kills {
        line(kill - 2, FAULTY, "warn", format!("heap at {} MiB of 96 MiB, collecting", 91 + kill % 4));
    }
    text
}

pub(crate) fn traces(run: &Recording) -> String {
    let mut noise = Noise::new(11);
    let mut text = String::from("trace_id,span_id,parent_id,service,operation,start,duration_us,status\n");
    for (count, second) in (0..SECONDS).step_by(30).enumerate() {
        let mut next = 0;
        span(
            run,
            &mut noise,
            &mut text,
            &Call { trace: count as u32, parent: String::new(), service: "storefront", second },
            &mut next,
        );
    }
    text
}

struct Call<'a> {
    trace: u32,
    parent: String,
    service: &'a str,
    second: u32,
}

/// Writes the span of a call and those below it; returns whether it failed.
fn span(run: &Recording, noise: &mut Noise, text: &mut String, call: &Call<'_>, next: &mut u32) -> bool {
    *next += 1;
    let id = format!("{:08x}{next:08x}", (call.trace + 1).wrapping_mul(0x9E37_79B1));
    if call.service == FAULTY && run.down(call.second) {
        return true;
    }
    let mut failed = false;
    for (_, callee, _) in CALLS.iter().filter(|(caller, ..)| *caller == call.service) {
        let below = Call { trace: call.trace, parent: id.clone(), service: callee, second: call.second };
        failed |= span(run, noise, text, &below, next);
    }
    let took = (latency_ms(call.service) * noise.around_one(0.08) + if failed { 900.0 } else { 0.0 }) * 1_000.0;
    let status = if failed { "ERROR" } else { "OK" };
    let trace = format!("{:016x}{:016x}", 0x0A11_u64, call.trace);
    let (service, parent) = (call.service, &call.parent);
    let _ = writeln!(text, "{trace},{id},{parent},{service},handle,{},{took:.0},{status}", time(call.second));
    failed
}
