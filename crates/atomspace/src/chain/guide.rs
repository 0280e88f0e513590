//! What chaining turns to first.

use super::terms::{Id, Shape, Terms};
use crate::space::Space;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// How much each consideration counts when chaining decides what to do next. What is chosen first changes which bounds are met
/// with which conclusions; without bounds, and with confidences that fall along proofs, the same follows in the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guide {
    /// For each unit of confidence that a conclusion can still have, at most, times how much its rule is preferred.
    pub confidence: f64,
    /// Against each rule that stands above another in its proof.
    pub length: f64,
    /// For the mean short-term importance of the nodes in it, as a share of the greatest in the space.
    pub attention: f64,
}

impl Default for Guide {
    /// Confidence 1, length 0.05, attention 0.5.
    fn default() -> Self {
        Self { confidence: 1.0, length: 0.05, attention: 0.5 }
    }
}

/// The guide over one space.
#[derive(Debug)]
pub(super) struct Guiding {
    guide: Guide,
    /// One over the greatest short-term importance, by its absolute value; 0 where nothing is attended to.
    scale: f64,
    known: FxHashMap<Id, f64>,
}

impl Guiding {
    pub(super) fn new(guide: Guide, space: &Space) -> Self {
        let greatest = space.attended().map(|(_, attention)| f64::from(attention.sti).abs()).fold(0.0, f64::max);
        let scale = if greatest > 0.0 { 1.0 / greatest } else { 0.0 };
        Self { guide, scale, known: FxHashMap::default() }
    }

    /// How soon something is done: the greater, the sooner.
    pub(super) fn priority(
        &mut self,
        confidence: f64,
        length: u32,
        about: Id,
        terms: &mut Terms,
        space: &Space,
    ) -> f64 {
        let Guide { confidence: sure, length: long, attention } = self.guide;
        let attended = if self.scale > 0.0 { attention * self.attended(about, terms, space) } else { 0.0 };
        sure * confidence - long * f64::from(length) + attended
    }

    fn attended(&mut self, about: Id, terms: &mut Terms, space: &Space) -> f64 {
        if let Some(known) = self.known.get(&about) {
            return *known;
        }
        let mut nodes = Vec::new();
        terms.each(about, &mut |part, shape| {
            if matches!(shape, Shape::Node(..)) {
                nodes.push(part);
            }
        });
        let mut sum = 0.0;
        for node in &nodes {
            let attention = terms.atom(space, *node).and_then(|atom| space.attention(atom));
            sum += attention.map_or(0.0, |attention| f64::from(attention.sti));
        }
        let mean = self.scale * sum / (nodes.len().max(1) as f64);
        self.known.insert(about, mean);
        mean
    }
}

/// What is to be done, the most promising first; among equals, what came first.
#[derive(Debug)]
pub(super) struct Agenda<T> {
    heap: BinaryHeap<Entry<T>>,
    came: u64,
}

#[derive(Debug)]
struct Entry<T> {
    priority: f64,
    came: u64,
    task: T,
}

impl<T> Agenda<T> {
    pub(super) fn new() -> Self {
        Self { heap: BinaryHeap::new(), came: 0 }
    }

    pub(super) fn push(&mut self, priority: f64, task: T) {
        self.came += 1;
        self.heap.push(Entry { priority, came: self.came, task });
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.heap.capacity() * size_of::<Entry<T>>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.heap.pop().map(|entry| entry.task)
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.total_cmp(&other.priority).then(other.came.cmp(&self.came))
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}
