//! Pattern queries over a [`Space`](crate::space::Space): which atoms fit a pattern, streamed, in a planned order.
//!
//! A [`Query`] is written in Rust, read from an atom of a space, or parsed from text. [`Query::prepare`] plans it over one
//! space; [`Prepared::solutions`] is an iterator that does only the work it is asked for, stops at a number of steps or by
//! a [`Cancel`] token, and always gives the same solutions in the same order. [`Prepared::explain`] says what was planned,
//! [`Solutions::explain`] also what came of it. [`execute`] runs a query atom and writes what it found.
//!
//! The guide is `docs/queries.md`. In short:
//!
//! | | |
//! |---|---|
//! | `Get`, `Meet` | variables, body: the solutions |
//! | `Bind`, `Query` | variables, body, templates: what the templates become |
//! | `Satisfaction` | variables, body: whether there is a solution |
//! | `MinimalJoin`, `MaximalJoin`, `UpperSet` | variables, body: the atoms that contain the solutions |
//! | `Dual` | an atom: the patterns that it fits |
//!
//! A variable stands for **closed** atoms, in which no variable is free: patterns lie in the same space as facts, and are
//! not taken for facts, unless the variable is declared to be of type `Variable`, or the pattern is quoted. Links of
//! patterns that bind their own variables are equal up to the names of those.
//!
//! ```
//! use oriel_atomspace::query::{Bounds, Query};
//! use oriel_atomspace::space::Space;
//! let mut space = Space::new();
//! space.load(r#"
//!     (Evaluation (Predicate "calls") (List (Concept "web") (Concept "cart")))
//!     (Evaluation (Predicate "calls") (List (Concept "cart") (Concept "stock")))
//! "#)?;
//! let query = Query::parse(space.types(), r#"
//!     (Get (VariableList (Variable "$a") (Variable "$c"))
//!       (And (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
//!            (Evaluation (Predicate "calls") (List (Variable "$b") (Variable "$c")))))
//! "#);
//! assert!(query.unwrap_err().to_string().contains("`$b` is not declared"));
//!
//! let query = Query::parse(space.types(), r#"
//!     (Get (And (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
//!               (Evaluation (Predicate "calls") (List (Variable "$b") (Variable "$c")))))
//! "#)?;
//! let prepared = query.prepare(&space)?;
//! let found = prepared.solutions(Bounds::default()).next().ok_or("nothing found")??;
//! let stock = query.column("$c").map(|column| space.show(found.atom(column)));
//! assert_eq!(stock.as_deref(), Some(r#"(Concept "stock")"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alike;
mod alpha;
mod build;
mod compute;
mod computed;
mod contain;
mod declare;
mod define;
mod dual;
mod error;
mod estimate;
mod execute;
mod explain;
mod free;
mod functions;
mod goal;
mod limits;
mod machine;
mod pattern;
mod plan;
mod prepare;
mod resolve;
mod slots;
mod solutions;
mod steps;
mod term;
mod trie;

#[cfg(test)]
mod tests;

pub use build::{Kind, Query};
pub use computed::Computed;
pub(crate) use declare::{Declared, declared, named_types};
pub use dual::{Fit, dual, explain_dual};
pub use error::{QueryError, Stopped};
pub use execute::{Answer, execute};
pub use explain::{ExplainedBranch, ExplainedStep, Explanation};
pub(crate) use free::is_open;
pub use functions::Functions;
pub use limits::{Bounds, Cancel};
pub use prepare::{Prepared, Setting};
pub use solutions::{Solution, Solutions};
pub use term::{Term, glob, link, node, number, var};
