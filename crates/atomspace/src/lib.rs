//! Hypergraph of atoms with truth values: store, frames, queries, inference, text format.
