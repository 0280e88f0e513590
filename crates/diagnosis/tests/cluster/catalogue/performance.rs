//! Slow and busy components, as alerts and a drawing of the calls tell of them.

use super::{Fault, fault};
use crate::world::World;

pub(super) const FAULTS: &[Fault] = &[
    fault("processor", "service/tariff", &["cpu-overload"], |w| {
        calls(w);
        w.alert("CPUThrottlingHigh", "pod", &pod(w, "tariff"), "warning");
        slow(w, &["tariff", "seats", "pilot"]);
    }),
    fault("network of a component", "service/tariff", &["network-delay"], |w| {
        calls(w);
        slow(w, &["tariff", "seats", "pilot", "pier"]);
    }),
    fault("delays of a node", "node/w-1", &["node-network-delay"], |w| {
        calls(w);
        for (name, node) in
            [("tides", "w-1"), ("manifest", "w-1"), ("locker", "w-2"), ("logbook", "w-1"), ("foghorn", "w-3")]
        {
            w.each_pod(name, |pod| pod["spec"]["nodeName"] = serde_json::json!(node));
        }
        slow(w, &["tides", "manifest", "logbook"]);
    }),
    fault("packets lost", "node/w-3", &["node-network-loss"], |w| {
        w.alert("NodeNetworkTcpRetransmissionsHigh", "node", "w-3", "critical");
    }),
];

fn calls(world: &mut World) {
    for (from, to) in [
        ("pier", "pilot"),
        ("pilot", "seats"),
        ("pilot", "tides"),
        ("seats", "tariff"),
        ("seats", "logbook"),
        ("tariff", "manifest"),
        ("tariff", "locker"),
    ] {
        world.edges.push((from.to_owned(), to.to_owned()));
    }
}

fn pod(world: &World, name: &str) -> String {
    world.pods(name).remove(0).1
}

fn slow(world: &mut World, names: &[&str]) {
    for name in names {
        world.alert("HighRequestLatency", "service", name, "warning");
    }
}
