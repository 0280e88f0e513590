//! Carries questions to a live cluster with the `kubectl` of this machine.
//!
//! Only commands of `kubectl` are offered; each is one that looks, made by `oriel_diagnosis::inquiry::Command`. How it is
//! called is `oriel_connectors::kubernetes`; what it wrote becomes an answer here. What is longer than is taken is no
//! answer: from a list that was cut one could conclude that something is not there.

use oriel_connectors::KubernetesSettings;
use oriel_connectors::kubernetes::{CallError, Failure, Kubectl as Caller, Limits, Output};
use oriel_diagnosis::inquiry::{Answer, Ask, AskError, Command};

use crate::foreground::Foreground;

/// `kubectl`, led to the cluster that it is to speak to.
pub(super) struct Kubectl {
    caller: Caller,
    foreground: &'static Foreground,
}

impl Kubectl {
    /// As the settings lead it. A namespace is named by each command.
    pub(super) fn new(settings: &KubernetesSettings) -> anyhow::Result<Self> {
        Ok(Self { caller: Caller::new(settings, Limits::QUESTION)?, foreground: Foreground::get()? })
    }
}

impl Ask for Kubectl {
    fn offers(&self, command: &Command) -> bool {
        command.program() == "kubectl" && command.node().is_none()
    }

    fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
        let arguments: Vec<&str> = command.words().iter().skip(1).map(String::as_str).collect();
        let output = self.foreground.run(self.caller.run(&arguments)).map_err(unanswered)?;
        answer(&output, self.caller.limits())
    }
}

fn unanswered(error: CallError) -> AskError {
    match error {
        CallError::Missing { program } => AskError::NoProgram(program),
        CallError::TimedOut { seconds, .. } => AskError::TimedOut(seconds),
        error @ (CallError::NotReading { .. } | CallError::Broken { .. }) => AskError::Failed(error.to_string()),
    }
}

fn answer(output: &Output, limits: Limits) -> Result<Answer, AskError> {
    if output.cut {
        return Err(AskError::Failed(format!("more than {} MiB of output", limits.bytes >> 20)));
    }
    let complaints = || String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.failure() {
        None => {
            // kubectl says "No resources found" beside its output; it is the answer.
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            Ok(Answer::Printed(if text.trim().is_empty() { complaints() } else { text }))
        }
        Some(Failure::NotFound(_)) => Ok(Answer::Printed(complaints())),
        Some(Failure::Forbidden(reason)) => Err(AskError::Forbidden(reason)),
        Some(Failure::Other(reason)) => Err(AskError::Failed(reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(stdout: &str, stderr: &str, success: bool) -> Result<Answer, AskError> {
        let output = Output { success, stdout: stdout.into(), stderr: stderr.into(), cut: false };
        answer(&output, Limits::QUESTION)
    }

    #[test]
    fn what_is_printed_is_the_answer() {
        assert_eq!(answered("NAME\nweb-1\n", "", true), Ok(Answer::Printed("NAME\nweb-1\n".to_owned())));
        let none = answered("", "No resources found in shop namespace.\n", true);
        assert_eq!(none, Ok(Answer::Printed("No resources found in shop namespace.".to_owned())));
        let absent = answered("", "Error from server (NotFound): pods \"x\" not found", false);
        assert!(matches!(absent, Ok(Answer::Printed(said)) if said.contains("NotFound")));
    }

    #[test]
    fn refusals_failures_and_half_answers_are_no_answers() {
        let forbidden = answered("", "Error from server (Forbidden): pods is forbidden", false);
        assert!(matches!(forbidden, Err(AskError::Forbidden(said)) if said.contains("pods is forbidden")));
        let refused = answered("NAME", "connection to the server was refused", false);
        assert!(matches!(refused, Err(AskError::Failed(said)) if said.contains("refused")));
        let cut = Output { success: true, stdout: b"NAME".to_vec(), stderr: Vec::new(), cut: true };
        assert!(matches!(answer(&cut, Limits::QUESTION), Err(AskError::Failed(said)) if said.contains("8 MiB")));
        let late = unanswered(CallError::TimedOut { call: "get pods".to_owned(), seconds: 10 });
        assert_eq!(late, AskError::TimedOut(10));
    }

    #[test]
    fn only_kubectl_is_offered() {
        let command = |line: &str| Command::checked(line.split(' ').map(str::to_owned).collect(), None).unwrap();
        let kubectl = Kubectl::new(&KubernetesSettings::default()).unwrap();
        assert!(kubectl.offers(&command("kubectl get pods -n shop")));
        assert!(!kubectl.offers(&command("nc -zv cart 7070")));
    }
}
