//! How far a collection is, for whoever watches.

/// One source's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The connector.
    pub source: &'static str,
    /// How many of its requests are answered.
    pub done: u64,
    /// How many there will be, as far as it is known.
    pub total: u64,
}

/// Is told of every step. Called from the tasks that collect, so it must not wait.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    told: &'a (dyn Fn(Step) + Send + Sync),
}

impl<'a> Progress<'a> {
    /// Tells `told`.
    pub fn new(told: &'a (dyn Fn(Step) + Send + Sync)) -> Self {
        Self { told }
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self { told: &|_| {} }
    }

    pub(crate) fn report(&self, source: &'static str, done: u64, total: u64) {
        (self.told)(Step { source, done, total });
    }
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}
