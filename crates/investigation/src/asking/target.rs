//! Puts an inquiry's commands to a target, each as a run.

use oriel_diagnosis::inquiry::{Answer, Ask, AskError, Command, Gathered};
use oriel_execution::Execution;
use oriel_execution::runs::{self, Look, RunError};
use oriel_execution::targets::Target;
use oriel_identity::Context;
use oriel_model::{InvestigationId, RunId, TaskId};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::heard::heard;

/// Is told of the run that carries a command.
pub type Begun = Box<dyn Fn(RunId, TaskId) + Send + Sync>;

/// A target that is asked. Blocks the thread it is used on, which must be none of the runtime's own.
pub struct TargetAsk {
    runtime: Handle,
    execution: Execution,
    context: Context,
    target: Target,
    kubectl_context: Option<String>,
    investigation: Option<InvestigationId>,
    stop: CancellationToken,
    begun: Begun,
    gathered: Gathered,
}

impl TargetAsk {
    /// Asks `target` with the permissions of `context`. When `stop` is cancelled the command under way is ended on the
    /// target, and nothing more is asked.
    pub fn new(
        runtime: Handle,
        execution: Execution,
        context: Context,
        target: Target,
        stop: CancellationToken,
        begun: Begun,
    ) -> Self {
        Self {
            runtime,
            execution,
            context,
            target,
            kubectl_context: None,
            investigation: None,
            stop,
            begun,
            gathered: Gathered::default(),
        }
    }

    /// Speaks to this context of the target's kubectl configuration.
    #[must_use]
    pub fn with_kubectl_context(self, name: Option<String>) -> Self {
        Self { kubectl_context: name, ..self }
    }

    /// Asks for this investigation, which began with these files.
    #[must_use]
    pub(crate) fn of(self, investigation: InvestigationId, start: Vec<(String, Vec<u8>)>) -> Self {
        Self { investigation: Some(investigation), gathered: Gathered::from(start), ..self }
    }

    /// What was known at the start, and all answers.
    pub(crate) fn into_files(self) -> Vec<(String, Vec<u8>)> {
        self.gathered.files()
    }

    /// Whether the target is this node.
    fn is(&self, node: &str) -> bool {
        let settings = &self.target.settings;
        settings.name.eq_ignore_ascii_case(node)
            || settings.host.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(node))
    }
}

impl Ask for TargetAsk {
    /// `kubectl` from wherever the target is; what must be run on a node only where the target is that node. What else
    /// looks (`nc`, `nslookup`, …) would tell of the target's network, not of the pods'.
    fn offers(&self, command: &Command) -> bool {
        match command.node() {
            None => command.program() == "kubectl",
            Some(node) => self.is(node),
        }
    }

    fn stopped(&self) -> Option<String> {
        self.stop.is_cancelled().then(|| "It was stopped before it had asked all that was worth asking.".to_owned())
    }

    fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
        let look = Look {
            target: self.target.id,
            command: command.clone(),
            kubectl_context: self.kubectl_context.clone(),
            investigation: self.investigation,
        };
        let begun = |started: &runs::RunDetail| {
            if let Some(task) = started.tasks.first() {
                (self.begun)(started.run.id, task.id);
            }
        };
        let looking = runs::look(&self.context, &self.execution, look, &self.stop, begun);
        let looked = self.runtime.block_on(looking).map_err(|error| match error {
            RunError::Denied(denied) => AskError::Forbidden(denied.to_string()),
            other => AskError::Lost(other.to_string()),
        })?;
        let answer = heard(command.program(), &looked)?;
        self.gathered.add(command, &answer);
        Ok(answer)
    }
}

impl std::fmt::Debug for TargetAsk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TargetAsk").field("target", &self.target.settings.name).finish_non_exhaustive()
    }
}
