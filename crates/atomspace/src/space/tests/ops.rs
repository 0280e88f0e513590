//! Random changes of a space. Atoms are chosen by what they are, so that the same changes can be made in any copy.

use crate::space::text::Order;
use crate::space::{AtomType, Attention, Handle, Space, Stream, Truth, Value};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) enum Op {
    Node(usize, String),
    Link(usize, Vec<usize>),
    Remove(usize),
    RemoveRecursive(usize),
    Truth(usize, Truth),
    Attention(usize, Option<Attention>),
    Value(usize, usize, Value),
    RemoveValue(usize, usize),
    Push(usize, usize, Value),
    Compact,
}

pub(super) fn name() -> impl Strategy<Value = String> {
    prop_oneof![6 => "[abc]", 1 => any::<String>(), 1 => "[\"\\\\\n\r\t ;()|#'é∀🦀]{0,6}"]
}

fn part() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.0), Just(-0.0), Just(1.0), 0.0_f32..=1.0]
}

fn truth() -> impl Strategy<Value = Truth> {
    prop_oneof![
        (part(), part()).prop_map(|(strength, confidence)| Truth::Simple { strength, confidence }),
        (part(), 0.0_f32..1e9).prop_map(|(strength, count)| Truth::counted(strength, count)),
        (part(), part(), part(), 0.0_f32..50.0).prop_map(|(one, two, credibility, lookahead)| {
            Truth::Indefinite { low: one.min(two), high: one.max(two), credibility, lookahead }
        }),
    ]
}

fn attention() -> impl Strategy<Value = Option<Attention>> {
    let some = (-1e6_f32..1e6, -1e6_f32..1e6, any::<u16>()).prop_map(|(sti, lti, vlti)| Attention { sti, lti, vlti });
    prop::option::of(some)
}

pub(super) fn value() -> impl Strategy<Value = Value> {
    let number = || prop_oneof![any::<f64>(), Just(0.0), Just(-0.0), Just(3.0), Just(f64::NAN), Just(1e300)];
    let text = || name().prop_map(Arc::<str>::from);
    let flat = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        number().prop_map(Value::Float),
        text().prop_map(Value::String),
        prop::collection::vec(any::<bool>(), 0..4).prop_map(Value::from),
        prop::collection::vec(number(), 0..4).prop_map(Value::from),
        prop::collection::vec(text(), 0..4).prop_map(Value::from),
        truth().prop_map(Value::from),
        attention().prop_map(|attention| Value::from(attention.unwrap_or_default())),
    ];
    flat.prop_recursive(3, 12, 4, |inner| {
        let many = prop::collection::vec(inner, 0..4);
        prop_oneof![
            many.clone().prop_map(Value::from),
            (many, 1_u32..6).prop_map(|(values, capacity)| {
                let mut stream = Stream::new(capacity);
                for value in values {
                    stream.push(value);
                }
                stream.into()
            }),
        ]
    })
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let any = || 0_usize..1000;
    prop_oneof![
        6 => (any(), name()).prop_map(|(of, name)| Op::Node(of, name)),
        10 => (any(), prop::collection::vec(any(), 0..4)).prop_map(|(of, parts)| Op::Link(of, parts)),
        1 => (any(), prop::collection::vec(any(), 12..40)).prop_map(|(of, parts)| Op::Link(of, parts)),
        2 => any().prop_map(Op::Remove),
        1 => any().prop_map(Op::RemoveRecursive),
        4 => (any(), truth()).prop_map(|(atom, truth)| Op::Truth(atom, truth)),
        2 => (any(), attention()).prop_map(|(atom, attention)| Op::Attention(atom, attention)),
        4 => (any(), any(), value()).prop_map(|(atom, key, value)| Op::Value(atom, key, value)),
        1 => (any(), any()).prop_map(|(atom, key)| Op::RemoveValue(atom, key)),
        1 => (any(), any(), value()).prop_map(|(atom, key, value)| Op::Push(atom, key, value)),
        1 => Just(Op::Compact),
    ]
}

pub(super) fn ops(most: usize) -> impl Strategy<Value = Vec<Op>> {
    prop::collection::vec(op(), 0..most)
}

/// A third of the usual cases: each makes and checks whole spaces. `PROPTEST_CASES` gives more.
pub(super) fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases / 3 + 1, ..usual }
}

/// An atom by its place among all, sorted by what they are.
fn pick(space: &Space, at: usize) -> Option<Handle> {
    let mut order = Order::default();
    let mut all: Vec<(u64, Handle)> = space.handles().map(|handle| (order.hash(space, handle), handle)).collect();
    all.sort_unstable();
    all.get(at % all.len().max(1)).map(|(_, handle)| *handle)
}

fn node_type(at: usize) -> AtomType {
    [AtomType::CONCEPT, AtomType::PREDICATE, AtomType::NUMBER, AtomType::VARIABLE][at % 4]
}

fn link_type(at: usize) -> AtomType {
    use AtomType as A;
    [A::LIST, A::LIST, A::SET, A::EVALUATION, A::STATE, A::DEFINE, A::AND, A::INHERITANCE][at % 8]
}

/// Makes a change, or leaves it where it is refused.
pub(super) fn apply(space: &mut Space, op: &Op) {
    let pair = |space: &Space, one: usize, two: usize| Some((pick(space, one)?, pick(space, two)?));
    match op {
        Op::Node(of, name) if node_type(*of) == AtomType::NUMBER => {
            let _ = space.number(name.len() as f64 / 4.0);
        }
        Op::Node(of, name) => {
            let _ = space.node(node_type(*of), name);
        }
        Op::Link(of, parts) => {
            let parts: Vec<Handle> = parts.iter().filter_map(|part| pick(space, *part)).collect();
            let _ = space.link(link_type(*of), &parts);
        }
        Op::Remove(atom) => drop(pick(space, *atom).map(|atom| space.remove(atom))),
        Op::RemoveRecursive(atom) => drop(pick(space, *atom).map(|atom| space.remove_recursive(atom))),
        Op::Truth(atom, truth) => drop(pick(space, *atom).map(|atom| space.set_truth(atom, *truth))),
        Op::Attention(atom, attention) => drop(pick(space, *atom).map(|atom| space.set_attention(atom, *attention))),
        Op::Value(atom, key, value) => {
            drop(pair(space, *atom, *key).map(|(atom, key)| space.set_value(atom, key, value.clone())));
        }
        Op::RemoveValue(atom, key) => {
            drop(pair(space, *atom, *key).map(|(atom, key)| space.remove_value(atom, key)));
        }
        Op::Push(atom, key, value) => {
            drop(pair(space, *atom, *key).map(|(atom, key)| space.push_value(atom, key, value.clone())));
        }
        Op::Compact => space.compact(),
    }
}

pub(super) fn made(ops: &[Op]) -> Space {
    let mut space = Space::new();
    for op in ops {
        apply(&mut space, op);
    }
    space
}

/// Checks all that must hold of any space at any time.
pub(super) fn check(space: &Space) {
    let all: Vec<Handle> = space.handles().collect();
    assert_eq!(all.len(), space.len());
    let (mut seen, mut order) = (BTreeSet::new(), Order::default());
    let mut incoming: BTreeMap<Handle, Vec<Handle>> = BTreeMap::new();
    let mut by_type: BTreeMap<AtomType, Vec<Handle>> = BTreeMap::new();
    for &handle in &all {
        assert!(seen.insert(order.hash(space, handle)), "{} is there twice", space.show_bare(handle));
        let of = space.type_of(handle).expect("it is there");
        by_type.entry(of).or_default().push(handle);
        let found = match space.name(handle) {
            Some(name) => space.find_node(of, name),
            None => space.find_link(of, space.outgoing(handle)),
        };
        assert_eq!(found, Some(handle), "{} is not found", space.show_bare(handle));
        for part in space.outgoing(handle) {
            assert!(space.contains(*part) && *part < handle);
            incoming.entry(*part).or_default().push(handle);
        }
    }
    for (of, expected) in by_type {
        assert!(space.by_type(of).eq(expected.iter().copied()));
        assert_eq!(space.count_by_type(of), expected.len());
    }
    for &handle in &all {
        check_incoming(space, handle, incoming.remove(&handle).unwrap_or_default());
    }
    let mut uses: BTreeMap<Handle, u32> = BTreeMap::new();
    all.iter().flat_map(|handle| space.values(*handle)).for_each(|(key, _)| *uses.entry(key).or_default() += 1);
    assert!(space.key_uses.iter().map(|(key, uses)| (key, *uses)).eq(uses));
}

fn check_incoming(space: &Space, handle: Handle, mut expected: Vec<Handle>) {
    expected.dedup();
    let sorted = |links: &mut dyn Iterator<Item = Handle>| {
        let mut links: Vec<Handle> = links.collect();
        links.sort_unstable();
        links
    };
    assert_eq!(sorted(&mut space.incoming(handle)), expected, "incoming set of {}", space.show_bare(handle));
    assert_eq!(space.incoming_len(handle), expected.len());
    let mut folded = space.incoming(handle).fold(Vec::new(), |mut links, link| {
        links.push(link);
        links
    });
    folded.sort_unstable();
    assert_eq!(folded, expected);
    let types: BTreeSet<AtomType> = expected.iter().filter_map(|link| space.type_of(*link)).collect();
    for of in types {
        let of_type: Vec<Handle> = expected.iter().copied().filter(|link| space.type_of(*link) == Some(of)).collect();
        assert_eq!(sorted(&mut space.incoming_by_type(handle, of)), of_type);
        for position in 0..of_type.iter().map(|link| space.outgoing(*link).len()).max().unwrap_or_default() {
            let at: Vec<Handle> =
                of_type.iter().copied().filter(|link| space.outgoing(*link).get(position) == Some(&handle)).collect();
            assert_eq!(sorted(&mut space.incoming_at(handle, of, position)), at, "position {position}");
        }
    }
}
