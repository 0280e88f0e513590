//! Pods and their containers.
//!
//! Facts: `(pod-status POD "S")`, `(pod-phase POD "P")`, `(pod-reason POD "R")`, `(pod-ready POD)`, `(pod-unready POD)`,
//! `(pod-ending POD)`, `(pod-address POD "IP")`, `(unscheduled POD)`, `(restarts POD n)`, `(container-waiting POD CONTAINER "REASON")`,
//! `(container-terminated POD CONTAINER "REASON" code)`, `(init-container POD CONTAINER)`.

use oriel_atomspace::Term;

use super::{Emitter, entity};
use crate::kubernetes::model::{Container, Pod, State};

impl Emitter<'_> {
    pub(super) fn pods(&mut self) {
        for pod in &self.cluster.live.pods {
            self.pod(pod);
        }
    }

    fn pod(&mut self, pod: &Pod) {
        let at = pod.meta.at;
        let name = entity("pod", &pod.meta.name);
        let own = Term::Entity(&name);
        if let Some(status) = &pod.status {
            self.say("pod-status", &[own, Term::Text(status)], at);
        }
        if let Some(phase) = &pod.phase {
            self.say("pod-phase", &[own, Term::Text(phase)], at);
        }
        if let Some(reason) = &pod.reason {
            self.say("pod-reason", &[own, Term::Text(reason)], at);
        }
        if let Some(ip) = &pod.ip {
            self.say("pod-address", &[own, Term::Text(ip)], at);
        }
        if pod.meta.deleting {
            self.say("pod-ending", &[own], at);
        }
        match pod.is_ready() {
            Some(true) => self.say("pod-ready", &[own], at),
            Some(false) if !pod.is_done() && !pod.meta.deleting => self.say("pod-unready", &[own], at),
            _ => {}
        }
        if pod.is_unscheduled() {
            self.say("unscheduled", &[own], at);
        }
        if let Some(restarts) = pod.restarts {
            self.say("restarts", &[own, Term::Number(f64::from(restarts))], at);
        }
        for container in pod.spec.iter().flat_map(|spec| &spec.containers) {
            self.container_state(own, container, pod);
        }
        self.status_without_containers(own, pod);
    }

    fn container_state(&mut self, pod: Term<'_>, container: &Container, of: &Pod) {
        let at = of.meta.at;
        let name = Term::Text(&container.name);
        if let State::Waiting(reason) = &container.state {
            self.say("container-waiting", &[pod, name, Term::Text(reason)], at);
        }
        for state in [&container.state, &container.last] {
            if let State::Terminated(reason, code) = state {
                let code = Term::Number(f64::from(code.unwrap_or(0)));
                self.say("container-terminated", &[pod, name, Term::Text(reason), code], at);
            }
        }
        if container.init {
            self.say("init-container", &[pod, name], at);
        }
    }

    /// The STATUS column says what containers wait for when no description was taken.
    fn status_without_containers(&mut self, own: Term<'_>, pod: &Pod) {
        let described = pod.spec.as_ref().is_some_and(|spec| spec.containers.iter().any(|c| c.state != State::Unknown));
        let Some(status) = pod.status.as_deref().filter(|_| !described) else {
            return;
        };
        let at = pod.meta.at;
        let status = status.strip_prefix("Init:").unwrap_or(status);
        match status {
            "OOMKilled" => {
                self.say(
                    "container-terminated",
                    &[own, Term::Text(""), Term::Text("OOMKilled"), Term::Number(137.0)],
                    at,
                );
            }
            "Error" => {
                self.say("container-terminated", &[own, Term::Text(""), Term::Text("Error"), Term::Number(1.0)], at);
            }
            _ if status.ends_with("BackOff")
                || status.starts_with("Err")
                || status.starts_with("Create")
                || status == "ContainerCreating"
                || status == "InvalidImageName" =>
            {
                self.say("container-waiting", &[own, Term::Text(""), Term::Text(status)], at);
            }
            _ => {}
        }
    }
}
