//! GraphML: nodes with data, and edges between them.
//!
//! | in GraphML | in a space |
//! |---|---|
//! | a `node` | a node, named by its data `name`, else `label`, else its id; of the type in its data `type`, else `Concept` |
//! | an `edge` with a direction | `(Evaluation (Predicate r) (List s t))`, r being its data `relation`, else `label`, else `edge` |
//! | one without | the same with `(Set s t)` |
//! | an `edge` with the data `link` | a link of that type that joins the ends by itself |
//! | the data `strength` and `confidence` | a truth value |
//! | the graph's data `oriel-types` | types that are declared |
//! | any other data | a value under a `Predicate` of the key's name, of the key's type |
//!
//! Nested graphs, hyperedges and ports are refused, and so is a DOCTYPE: nothing is expanded. Elements of other namespaces
//! that stand among these, as some editors write, are passed over.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

use super::Format;

const FORMAT: Format = Format::GraphMl;
/// The key of the graph's data that tells the types which a base has of its own, `Service Concept; Calls Edge`: each with what it is
/// a kind of.
const TYPES: &str = "oriel-types";
/// Elements open at a time.
const DEPTH: usize = 64;
