//! What lies beside a node, without what joins it otherwise.

use std::collections::HashSet;
use std::fmt::Write as _;

use oriel_atomspace::space::AtomType;

use super::*;
use crate::graph::Graph;

fn first_edges(space: &Space, node: oriel_atomspace::space::Handle, most: usize) -> Vec<String> {
    let (none, cancel) = (HashSet::new(), Cancel::new());
    let graph = Graph { space, directed: false, relations: &none, through_classes: true, cancel: &cancel };
    graph.beside(node).iter().take(most).map(|(_, edge)| space.show_bare(edge.carrier)).collect()
}

#[test]
fn of_a_predicate_its_relations_are_not_copied() {
    let mut text = String::new();
    for number in 0..3_000 {
        let _ = write!(text, "(Evaluation (Predicate \"calls\") (List (Concept \"{number}\") (Concept \"x\")))");
    }
    text += "(Inheritance (Predicate \"calls\") (Concept \"verb\"))";
    let mut whole = Space::new();
    whole.load(&text).unwrap();
    let look = |of: AtomType, name: &str| {
        let node = whole.find_node(of, name).unwrap();
        let (space, found) = beside(&mut Held(&whole), node.index() as u32, 5, &Cancel::new()).unwrap();
        (first_edges(&space, found, 5), first_edges(&whole, node, 5), space.len())
    };
    let (found, expected, atoms) = look(AtomType::PREDICATE, "calls");
    assert_eq!((found.len(), atoms), (1, 3));
    assert_eq!(found, expected);
    let (found, expected, atoms) = look(AtomType::CONCEPT, "x");
    assert_eq!(found, expected);
    assert!(found.len() == 5 && atoms == 5 * 3 + 2, "{atoms} atoms");
}

/// Of a node with too many links, some are looked at.
#[test]
fn only_so_many_links_are_looked_at() {
    let mut text = String::new();
    for number in 0..10_001 {
        let _ = write!(text, "(List (Concept \"hub\") (Number {number}) (Concept \"x\"))");
    }
    text += "(Member (Concept \"hub\") (Concept \"far\"))";
    let mut whole = Space::new();
    whole.load(&text).unwrap();
    let node = whole.find_node(AtomType::CONCEPT, "hub").unwrap();
    let (space, _) = beside(&mut Held(&whole), node.index() as u32, 5, &Cancel::new()).unwrap();
    assert_eq!(space.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_first_edges_of_a_node_are_those_that_it_has(
        operations in prop::collection::vec(operation(), 0..60), most in 1..6_usize
    ) {
        let (_, _, whole) = grown(operations, 0);
        for node in whole.handles().filter(|atom| whole.name(*atom).is_some()) {
            let (space, found) = beside(&mut Held(&whole), node.index() as u32, most, &Cancel::new()).unwrap();
            prop_assert_eq!(first_edges(&space, found, most), first_edges(&whole, node, most));
            prop_assert_eq!(space.show(found), whole.show(node));
        }
    }
}
