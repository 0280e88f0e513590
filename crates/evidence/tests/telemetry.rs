//! From telemetry to the origin: a generated shop with one fault, written down in many ways.

#[cfg(test)]
mod shop;

use oriel_evidence::{Evidence, Limits, Source};
use shop::{Fault, Writing, first, incident, origins};

const FAULTS: [(Fault, &str, &str); 7] = [
    (Fault::Slow("store"), "service/store", "latency"),
    (Fault::Slow("cart"), "service/cart", "latency"),
    (Fault::Delay("pay"), "service/pay", "network"),
    (Fault::CutShort("store"), "service/store", "exception"),
    (Fault::OtherBranch("cart"), "service/cart", "reply"),
    (Fault::Cpu("pay"), "service/pay", "cpu"),
    (Fault::Memory("cart"), "service/cart", "memory"),
];

#[test]
fn each_fault_is_found_at_its_origin_with_its_kind() {
    for (fault, entity, kind) in FAULTS {
        assert_eq!(first(fault, &Writing::default()), (entity.to_owned(), kind.to_owned()), "{fault:?}");
    }
}

#[test]
fn an_onset_stated_five_minutes_wrong_changes_nothing() {
    for (fault, entity, kind) in FAULTS {
        for onset_error in [-295.0, -60.0, 60.0, 270.0] {
            let writing = Writing { onset_error, ..Writing::default() };
            assert_eq!(first(fault, &writing), (entity.to_owned(), kind.to_owned()), "{fault:?} {onset_error}");
        }
    }
}

#[test]
fn names_and_units_change_nothing() {
    let renamed = Writing { names: ["zeta-9", "alpha", "mid_2", "a"], unit: 1e-3, ..Writing::default() };
    for (fault, entity, kind) in FAULTS {
        let plain = origins(incident(fault, &Writing::default()));
        let other = origins(incident(fault, &renamed));
        let names = [
            ("service/web", "service/zeta-9"),
            ("service/cart", "service/alpha"),
            ("service/pay", "service/mid_2"),
            ("service/store", "service/a"),
        ];
        let mapped: Vec<_> = plain
            .iter()
            .map(|(e, k, s)| {
                (names.iter().find(|(from, _)| from == e).unwrap().1.to_owned(), k.clone(), format!("{s:.6}"))
            })
            .collect();
        let other: Vec<_> = other.into_iter().map(|(e, k, s)| (e, k, format!("{s:.6}"))).collect();
        assert_eq!(mapped, other, "{fault:?} {entity} {kind}");
    }
}

#[test]
fn without_a_fault_nobody_is_blamed_with_certainty() {
    for (_, _, share) in origins(incident(Fault::None, &Writing::default())) {
        assert!(share < 0.5, "{share}");
    }
}

#[test]
fn one_kind_of_telemetry_may_be_missing() {
    let writing = Writing { without: &["metrics"], ..Writing::default() };
    assert_eq!(first(Fault::Slow("store"), &writing).0, "service/store");
    let writing = Writing { without: &["traces"], ..Writing::default() };
    assert_eq!(first(Fault::Cpu("pay"), &writing).0, "service/pay");
    assert_eq!(first(Fault::OtherBranch("cart"), &writing).0, "service/cart");
    let writing = Writing { without: &["traces", "logs"], ..Writing::default() };
    assert_eq!(first(Fault::Memory("cart"), &writing), ("service/cart".to_owned(), "memory".to_owned()));
}

#[test]
fn shuffled_and_doubled_lines_change_nothing() {
    let plain = incident(Fault::CutShort("store"), &Writing::default());
    let shuffled = plain.iter().map(|(path, bytes)| {
        if path == "incident.toml" {
            return (path.clone(), bytes.clone());
        }
        let text = String::from_utf8(bytes.clone()).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let header = lines.remove(0);
        let doubled: Vec<&str> = lines.iter().rev().chain(lines.iter().take(20)).copied().collect();
        (path.clone(), format!("{header}\n{}\n", doubled.join("\n")).into_bytes())
    });
    let found = origins(shuffled.collect());
    assert_eq!((found[0].0.as_str(), found[0].1.as_str()), ("service/store", "exception"), "{found:?}");
}

#[test]
fn a_long_log_is_one_template_and_its_counts() {
    let line = "2023-11-14T22:13:20Z INFO request 12345 took 17 ms for user 99 on path /cart/items\n";
    let text = line.repeat(40_000);
    let limits = Limits::default();
    let evidence =
        Evidence::read(&Source::Memory(vec![("logs/cart.log".to_owned(), text.into_bytes())]), &limits, &mut |_| {})
            .unwrap();
    assert_eq!((evidence.counts.log_lines, evidence.counts.log_templates), (40_000, 1));
}
