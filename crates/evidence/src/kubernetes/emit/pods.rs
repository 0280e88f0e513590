//! Pods and their containers.
//!
//! Facts: `(pod-status POD "S")`, `(pod-phase POD "P")`, `(pod-reason POD "R")`, `(pod-ready POD)`, `(pod-unready POD)`,
//! `(pod-ending POD)`, `(pod-address POD "IP")`, `(unscheduled POD)`, `(restarts POD n)` (recent, or nobody knows when),
//! `(past-restarts POD n)` (none within the last hour), `(fresh POD)` (made within half a minute), `(container-waiting POD CONTAINER "REASON")`,
//! `(container-terminated POD CONTAINER "REASON" code)`, `(init-container POD CONTAINER)`,
//! `(evicted POD CLASS)` with CLASS memory, disk, processes, own-disk-limit or taint, `(control-plane-pod POD ROLE)`.

use oriel_atomspace::Term;

use super::{Emitter, entity};
use crate::kubernetes::messages;
use crate::kubernetes::model::{Container, Pod, State};

/// What a pod of the control plane is, by the labels that its installers give it.
fn control_plane_role(pod: &Pod) -> Option<&str> {
    let labels = pod.meta.labels.as_ref()?;
    labels.get("component").filter(|_| labels.get("tier") == Some("control-plane"))
}

impl Emitter<'_> {
    pub(super) fn pods(&mut self) {
        for pod in &self.cluster.live.pods {
            self.pod(pod);
        }
    }

    fn pod(&mut self, pod: &Pod) {
        let at = pod.meta.at;
        let name = entity("pod", pod.meta.shown());
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
        let settled = pod.is_settled(self.cluster.latest);
        if let Some(restarts) = pod.restarts {
            let predicate = if settled { "past-restarts" } else { "restarts" };
            self.say(predicate, &[own, Term::Number(f64::from(restarts))], at);
        }
        if pod.is_fresh(self.cluster.latest) {
            self.say("fresh", &[own], at);
        }
        for container in pod.spec.iter().flat_map(|spec| &spec.containers) {
            self.container_state(own, container, pod);
            if pod.is_ready() != Some(true) {
                self.container_said(own, container, pod);
            }
        }
        if let Some(class) =
            pod.message.as_deref().filter(|_| pod.reason.as_deref() == Some("Evicted")).and_then(messages::evicted)
        {
            self.say("evicted", &[own, Term::Entity(class)], at);
        }
        if let Some(role) = control_plane_role(pod) {
            self.say("control-plane-pod", &[own, Term::Entity(role)], at);
        }
        self.status_without_containers(own, pod);
    }

    fn container_state(&mut self, pod: Term<'_>, container: &Container, of: &Pod) {
        let at = of.meta.at;
        let name = Term::Text(&container.name);
        if let State::Waiting(reason) = &container.state {
            self.say("container-waiting", &[pod, name, Term::Text(reason)], at);
        }
        let past = of.is_settled(self.cluster.latest);
        for state in [Some(&container.state), Some(&container.last).filter(|_| !past)].into_iter().flatten() {
            if let State::Terminated(reason, code) = state {
                let code = Term::Number(f64::from(code.unwrap_or(0)));
                self.say("container-terminated", &[pod, name, Term::Text(reason), code], at);
            }
        }
        if container.init {
            self.say("init-container", &[pod, name], at);
        }
    }

    /// A status repeats what events said: of use where events were not taken or are gone.
    fn container_said(&mut self, own: Term<'_>, container: &Container, of: &Pod) {
        for (reason, message) in &container.said {
            let (predicate, class) = match reason.as_str() {
                "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull"
                | "ImageInspectError" => ("pull-failed", messages::pull(message)),
                "CreateContainerConfigError"
                | "CreateContainerError"
                | "RunContainerError"
                | "StartError"
                | "ContainerCannotRun"
                | "PostStartHookError" => ("config-failed", messages::config(message)),
                _ => continue,
            };
            if let Some(class) = class {
                self.say(predicate, &[own, Term::Entity(class)], of.meta.at);
            }
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
