//! What is found in logs must not depend on how things are called, nor on the order of lines: an invented shop whose store fails,
//! told under names of every look and in several orders.

use std::fmt::Write as _;

use oriel_atomspace::Frame;
use oriel_evidence::{Evidence, Limits, Source};

const START: u32 = 1_700_000_300;

/// Names of the shop's front, of what it calls, and of what that calls.
const NAMES: [[&str; 3]; 7] = [
    ["web", "order", "db"],
    ["kobadige", "zumifate", "rotelupo"],
    ["ts-web-service", "ts-order-other-service", "ts-store-service"],
    ["web-1", "order-22", "db-3"],
    ["node-0417-a7", "order-20481", "192-168-7-31-store"],
    ["Web", "OrderDesk", "STORE"],
    ["w.example.com", "orders-of-a-very-long-name-that-fills-almost-a-whole-label-000", "s"],
];

/// The lines of one request, as the times within it, who logs, and what.
fn request(at: u32, [web, order, store]: [&str; 3]) -> Vec<(f64, String, String)> {
    let fails = at >= 50 && at.is_multiple_of(3);
    let mut lines = vec![
        (0.0, web, format!("INFO [{web}] begin of request {at}")),
        (0.0, web, "INFO user is known".to_owned()),
        (0.1, order, format!("INFO asking http://{store}:8080/items/{at}")),
        (0.2, store, format!("INFO read {at} of the shelf")),
        (0.2, store, "INFO counted".to_owned()),
    ];
    if fails {
        lines.push((0.3, store, "ERROR shelf is locked".to_owned()));
        lines.push((0.4, order, format!("ERROR no answer from {store} after {at} ms: connection refused")));
        lines.push((0.5, order, format!("WARN {store}.shop.svc.cluster.local is asked again")));
        lines.push((0.5, web, format!("ERROR {order} failed\njava.net.ConnectException: Connection refused")));
    } else {
        lines.push((0.4, order, "INFO answered".to_owned()));
    }
    lines.push((0.6, web, format!("INFO [{web}] end of request {at}")));
    lines.into_iter().map(|(time, who, message)| (time, who.to_owned(), message)).collect()
}

/// The facts of the shop under these names, with the names of the first list instead; lines in the order that `arrange` gives.
#[cfg(test)]
fn facts(names: [&str; 3], arrange: impl Fn(&mut Vec<String>)) -> Vec<String> {
    facts_of(names, arrange, Source::Memory)
}

/// The same of the files as `packed`.
#[cfg(test)]
fn facts_of(
    names: [&str; 3],
    arrange: impl Fn(&mut Vec<String>),
    packed: impl Fn(Vec<(String, Vec<u8>)>) -> Source,
) -> Vec<String> {
    let mut lines = Vec::new();
    for at in 0..100 {
        for (time, who, message) in request(at, names) {
            let time = f64::from(START - 300 + at * 6) + time;
            let (who, message) = (serde_json::Value::from(who), serde_json::Value::from(message));
            lines.push(format!(
                "{{\"time\":{time:.3},\"service\":{who},\"trace_id\":\"feed{at:04x}\",\"msg\":{message}}}"
            ));
        }
    }
    arrange(&mut lines);
    let mut metrics = "time,service,metric,value\n".to_owned();
    for (at, name) in (0..40).flat_map(|at| names.map(|name| (at, name))) {
        let _ = writeln!(metrics, "{},{name},cpu_usage,{}", START - 300 + at * 15, 5 + (at * 7) % 3);
    }
    let [web, order, store] = names;
    let files = vec![
        ("incident.toml".to_owned(), format!("start = {START}\nservices = [\"{web}\"]\n").into_bytes()),
        ("logs/all.jsonl".to_owned(), lines.join("\n").into_bytes()),
        ("metrics/m.csv".to_owned(), metrics.into_bytes()),
        ("topology.csv".to_owned(), format!("caller,callee\n{web},{order}\n{order},{store}\n").into_bytes()),
    ];
    let evidence = Evidence::read(&packed(files), &Limits::default(), &mut |_| {}).unwrap();
    let mut frame = Frame::new();
    evidence.emit(&mut frame);
    let mut all: Vec<String> = frame
        .all_facts()
        .map(|fact| {
            let args: Vec<String> = fact.args.iter().map(|arg| alike(&arg.to_string(), names)).collect();
            format!("({} {}) {:.9} {:.9}", fact.predicate, args.join(" "), fact.tv.strength, fact.tv.confidence)
        })
        .collect();
    all.sort();
    all
}

/// The text with the names of the first list.
#[cfg(test)]
fn alike(text: &str, names: [&str; 3]) -> String {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let words = text.split_inclusive(|c: char| !is_of_name(c)).map(|piece| {
        let end = piece.trim_end_matches(|c: char| !is_of_name(c)).len();
        let (word, rest) = piece.split_at(end);
        let place = names.iter().position(|name| *name == word);
        place.map_or(word, |place| NAMES[0][place]).to_owned() + rest
    });
    words.collect()
}

#[test]
fn names_mean_nothing() {
    let first = facts(NAMES[0], |_| {});
    for relation in ["log-novel", "log-blames", "log-exception", "log-began", "calls", "span-pattern", "origin"] {
        assert!(first.iter().any(|fact| fact.starts_with(&format!("({relation} "))), "{relation}: {first:#?}");
    }
    for names in &NAMES[1..] {
        let other = facts(*names, |_| {});
        let (new, gone): (Vec<_>, Vec<_>) = (
            other.iter().filter(|fact| !first.contains(fact)).collect(),
            first.iter().filter(|fact| !other.contains(fact)).collect(),
        );
        assert!(new.is_empty() && gone.is_empty(), "{names:?}: new {new:#?}, gone {gone:#?}");
    }
}

#[test]
fn the_order_of_lines_means_nothing() {
    let first = facts(NAMES[0], |_| {});
    assert_eq!(first, facts(NAMES[0], |lines| lines.reverse()));
    assert_eq!(first, facts(NAMES[0], |lines| lines.sort()));
    // Every seventh line first, and so on.
    let strided = facts(NAMES[0], |lines| {
        *lines = (0..7).flat_map(|from| lines.iter().skip(from).step_by(7).cloned().collect::<Vec<_>>()).collect();
    });
    assert_eq!(first, strided);
}

/// An archive of the files in their order.
#[cfg(test)]
fn archive(files: Vec<(String, Vec<u8>)>) -> Source {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    Source::ArchiveBytes(builder.into_inner().unwrap())
}

#[test]
fn an_archive_whose_logs_come_first_says_what_a_directory_says() {
    for names in NAMES {
        assert_eq!(facts(names, |_| {}), facts_of(names, |_| {}, archive), "{names:?}");
    }
}
