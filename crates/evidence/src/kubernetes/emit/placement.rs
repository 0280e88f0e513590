//! Which nodes a component's pods could run on, computed the way the scheduler does it.
//!
//! Nodes of the control plane that are cordoned or tainted as such are no places for ordinary pods and do not count.
//!
//! Facts, for components that constrain their nodes or have pods waiting for one: `(nodes-total n)`,
//! `(selector-nodes S n)`, `(selector-nodes-cordoned S n)`,
//! `(affinity-nodes S n)`, `(placeable-nodes S n)` (selector and affinity), `(placeable-cordoned S n)`,
//! `(placeable-tainted S n)` (not cordoned, and with a taint that the pods do not tolerate and that somebody set),
//! `(placeable-down S n)`, `(placeable-open S n)` (nothing above stands in the way; this and tainted only where all taints
//! are known), `(anti-affinity S self|others)`,
//! `(spread-places S n)` (distinct places that anti-affinity to itself allows).

use oriel_atomspace::Term;

use super::Emitter;
use super::components::Component;
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{Labels, Node, Pod, PodSpec, Taint, Toleration};

const HOST_NAME: &str = "kubernetes.io/hostname";

/// Why a node is out of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    Cordoned,
    Tainted,
    Down,
    None,
}

fn obstacle(node: &Node, tolerations: &[Toleration]) -> Obstacle {
    if node.cordoned == Some(true) {
        return Obstacle::Cordoned;
    }
    let bars = |taint: &&Taint| taint.is_hard() && !taint.is_tolerated(tolerations);
    let own = |taint: &&Taint| !taint.is_built_in() && !taint.is_control_plane();
    if node.taints.iter().flatten().filter(bars).any(|taint| own(&taint)) {
        Obstacle::Tainted
    } else if node.ready == Some(false) || node.taints.iter().flatten().any(|taint| bars(&taint)) {
        Obstacle::Down
    } else {
        Obstacle::None
    }
}

/// Labels of a node; the kubelet gives each its name as `kubernetes.io/hostname`, whatever else was edited.
fn with_host_name(node: &Node) -> Option<(&Node, Labels)> {
    let mut labels = node.meta.labels.clone()?;
    if labels.get(HOST_NAME).is_none() {
        labels.0.push((HOST_NAME.to_owned(), node.meta.name.clone()));
    }
    Some((node, labels))
}

/// A node of the control plane that is kept free of ordinary pods: it was never a place for them.
fn is_reserved(node: &Node) -> bool {
    let kept_free = node.cordoned == Some(true) || node.taints.iter().flatten().any(Taint::is_control_plane);
    kept_free && super::nodes::is_control_plane(node)
}

fn matches_affinity(spec: &PodSpec, labels: &Labels) -> bool {
    let terms = spec.node_affinity.as_deref().unwrap_or(&[]);
    terms.is_empty() || terms.iter().any(|term| !term.is_empty() && term.iter().all(|e| e.matches(labels)))
}

/// The nodes, counted under one component's constraints.
#[derive(Debug, Default)]
struct Count {
    selected: usize,
    selected_cordoned: usize,
    affine: usize,
    placeable: usize,
    cordoned: usize,
    tainted: usize,
    down: usize,
    open: usize,
    /// Placeable, not cordoned, and nobody has shown their taints.
    unjudged: usize,
}

fn count(spec: &PodSpec, nodes: &[(&Node, &Labels)]) -> Count {
    let mut count = Count::default();
    let none = Labels::default();
    let selector = spec.node_selector.as_ref().unwrap_or(&none);
    let tolerations = spec.tolerations.as_deref().unwrap_or(&[]);
    for (node, labels) in nodes {
        let selected = selector.matches(labels);
        let affine = matches_affinity(spec, labels);
        let obstacle = obstacle(node, tolerations);
        count.selected += usize::from(selected);
        count.selected_cordoned += usize::from(selected && obstacle == Obstacle::Cordoned);
        count.affine += usize::from(affine);
        if selected && affine {
            count.placeable += 1;
            count.unjudged += usize::from(obstacle != Obstacle::Cordoned && node.taints.is_none());
            match obstacle {
                Obstacle::Cordoned => count.cordoned += 1,
                Obstacle::Tainted => count.tainted += 1,
                Obstacle::Down => count.down += 1,
                Obstacle::None => count.open += 1,
            }
        }
    }
    count
}

impl Emitter<'_> {
    pub(super) fn placement(&mut self) {
        let cluster = self.cluster;
        let labelled: Vec<(&Node, Labels)> = cluster.live.nodes.iter().filter_map(with_host_name).collect();
        let Some((first, _)) = labelled.first() else {
            return;
        };
        // A node that was not seen, or whose labels were not, may be the one that fits.
        if labelled.len() < cluster.live.nodes.len() || !cluster.is_listed(Kind::Node, "") {
            return;
        }
        self.say("nodes-total", &[Term::Number(labelled.len() as f64)], first.meta.at);
        let workers = || labelled.iter().filter(|(node, _)| !is_reserved(node)).map(|(node, labels)| (*node, labels));
        let mut nodes: Vec<(&Node, &Labels)> = workers().collect();
        if nodes.is_empty() {
            nodes = labelled.iter().map(|(node, labels)| (*node, labels)).collect();
        }
        for position in 0..self.components.all.len() {
            let Some((component, spec)) = self.components.all.get(position).and_then(|c| Some((c, c.spec()?))) else {
                continue;
            };
            let constrained = spec.node_selector.as_ref().is_some_and(|s| !s.is_empty())
                || spec.node_affinity.as_ref().is_some_and(|a| !a.is_empty())
                || spec.anti_affinity.as_ref().is_some_and(|a| !a.is_empty());
            let waiting = component.living().any(Pod::is_unscheduled);
            if constrained || waiting {
                self.placement_of(position, spec, &nodes);
            }
        }
    }

    fn placement_of(&mut self, position: usize, spec: &PodSpec, nodes: &[(&Node, &Labels)]) {
        let Some(component) = self.components.all.get(position) else {
            return;
        };
        let (own, at) = (component.entity.clone(), component.at);
        let apart = self_apart(component, spec);
        let own = Term::Entity(&own);
        let count = count(spec, nodes);
        let number = |value: usize| Term::Number(value as f64);
        if spec.node_selector.as_ref().is_some_and(|s| !s.is_empty()) {
            self.say("selector-nodes", &[own, number(count.selected)], at);
            self.say("selector-nodes-cordoned", &[own, number(count.selected_cordoned)], at);
        }
        if spec.node_affinity.as_ref().is_some_and(|a| !a.is_empty()) {
            self.say("affinity-nodes", &[own, number(count.affine)], at);
        }
        for (predicate, value) in [
            ("placeable-nodes", count.placeable),
            ("placeable-cordoned", count.cordoned),
            ("placeable-down", count.down),
        ] {
            self.say(predicate, &[own, number(value)], at);
        }
        // Taints that were not shown are not absent.
        if count.unjudged == 0 {
            self.say("placeable-tainted", &[own, number(count.tainted)], at);
            self.say("placeable-open", &[own, number(count.open)], at);
        }
        for (to_itself, key) in apart {
            self.say("anti-affinity", &[own, Term::Entity(if to_itself { "self" } else { "others" })], at);
            if to_itself {
                let places = places(spec, &key, nodes);
                self.say("spread-places", &[own, number(places)], at);
            }
        }
    }
}

/// The required anti-affinity terms: whether each is to the component's own pods, and over which places.
fn self_apart(component: &Component<'_>, spec: &PodSpec) -> Vec<(bool, String)> {
    let none = Labels::default();
    let labels = component.labels().unwrap_or(&none);
    let terms = spec.anti_affinity.iter().flatten();
    terms.map(|term| (term.selector.matches(labels), term.topology_key.clone())).collect()
}

/// How many places, by the topology key, hold a node that is open to the pods.
fn places(spec: &PodSpec, key: &str, nodes: &[(&Node, &Labels)]) -> usize {
    let none = Labels::default();
    let selector = spec.node_selector.as_ref().unwrap_or(&none);
    let tolerations = spec.tolerations.as_deref().unwrap_or(&[]);
    let mut seen: Vec<&str> = Vec::new();
    for (node, labels) in nodes {
        let fits = selector.matches(labels) && matches_affinity(spec, labels);
        let place = labels.get(key);
        if let Some(place) = place
            && fits
            && obstacle(node, tolerations) == Obstacle::None
            && !seen.contains(&place)
        {
            seen.push(place);
        }
    }
    seen.len()
}
