//! Functions of the host that queries call, by the names of `GroundedSchema` and `GroundedPredicate` nodes.

mod standard;

use super::computed::Computed;
use crate::space::Space;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The predicate by which what definitions declare of their variables is asked.
pub(super) const IS_OF_TYPE: &str = "is-of-type";

type Schema = dyn Fn(&Space, &[Computed]) -> Result<Computed, String> + Send + Sync;
type Predicate = dyn Fn(&Space, &[Computed]) -> Result<bool, String> + Send + Sync;

/// The functions that queries may call. A function must give the same result for the same space and arguments: how often
/// it is called, and in which order, is the planner's business.
///
/// ```
/// use oriel_atomspace::query::{Computed, Functions};
/// let mut functions = Functions::new();
/// functions.schema("double", |space, arguments| match arguments {
///     [one] => one.number(space).map(|number| Computed::Number(2.0 * number)).ok_or("not a number".to_owned()),
///     _ => Err("it takes one argument".to_owned()),
/// });
/// functions.predicate("is-big", |space, arguments| {
///     Ok(arguments.iter().all(|argument| argument.number(space).is_some_and(|number| number > 100.0)))
/// });
/// ```
#[derive(Clone, Default)]
pub struct Functions {
    schemas: BTreeMap<Arc<str>, Arc<Schema>>,
    predicates: BTreeMap<Arc<str>, Arc<Predicate>>,
}

impl Functions {
    /// No functions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The standard functions, of texts, types and links: those that `docs/queries.md` lists. Each is pure.
    #[must_use]
    pub fn standard() -> Self {
        standard::functions()
    }

    /// Registers what `(ExecutionOutput (GroundedSchema "name") (List …))` calls. An error stops the query.
    pub fn schema(
        &mut self,
        name: &str,
        function: impl Fn(&Space, &[Computed]) -> Result<Computed, String> + Send + Sync + 'static,
    ) {
        self.schemas.insert(name.into(), Arc::new(function));
    }

    /// Registers what `(Evaluation (GroundedPredicate "name") (List …))` asks. An error stops the query.
    pub fn predicate(
        &mut self,
        name: &str,
        function: impl Fn(&Space, &[Computed]) -> Result<bool, String> + Send + Sync + 'static,
    ) {
        self.predicates.insert(name.into(), Arc::new(function));
    }

    pub(super) fn schema_named(&self, name: &str) -> Option<&Schema> {
        self.schemas.get(name).map(AsRef::as_ref)
    }

    pub(super) fn predicate_named(&self, name: &str) -> Option<&Predicate> {
        self.predicates.get(name).map(AsRef::as_ref)
    }

    /// What is registered, for an error.
    pub(super) fn known(&self, predicates: bool) -> String {
        let names: Vec<&str> = if predicates {
            self.predicates.keys().map(AsRef::as_ref).collect()
        } else {
            self.schemas.keys().map(AsRef::as_ref).collect()
        };
        match names.as_slice() {
            [] => "none is".to_owned(),
            names => format!("registered are {}", names.join(", ")),
        }
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Functions")
            .field("schemas", &self.schemas.keys())
            .field("predicates", &self.predicates.keys())
            .finish()
    }
}
