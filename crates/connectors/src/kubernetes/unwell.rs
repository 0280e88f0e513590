//! Which containers' logs are worth having: those that are not ready, wait, ended badly, or were started again.

use serde::Deserialize;

/// Containers whose logs are asked for at most.
const MOST: usize = 40;

/// The containers that are not well.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Containers {
    /// Those whose logs are asked for.
    pub(super) list: Vec<Container>,
    /// How many there are beyond.
    pub(super) beyond: usize,
}

/// One container.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Container {
    namespace: String,
    pod: String,
    name: String,
    /// Whether it was started again, so that there is a log of before.
    restarted: bool,
    /// Whether it has started at all.
    started: bool,
}

impl Container {
    /// The calls for its logs: now, and before its last start.
    pub(super) fn calls(&self) -> Vec<Vec<String>> {
        let call = |more: &[&str]| {
            let mut call = vec!["logs", &self.pod, "-n", &self.namespace, "-c", &self.name, super::LOG_LINES];
            call.extend(more);
            call.into_iter().map(str::to_owned).collect()
        };
        let now = self.started.then(|| call(&[]));
        let before = self.restarted.then(|| call(&["--previous"]));
        now.into_iter().chain(before).collect()
    }
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    items: Vec<Pod>,
}

#[derive(Deserialize)]
struct Pod {
    metadata: Meta,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize)]
struct Meta {
    name: String,
    #[serde(default)]
    namespace: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    phase: String,
    container_statuses: Vec<ContainerStatus>,
    init_container_statuses: Vec<ContainerStatus>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ContainerStatus {
    name: String,
    ready: bool,
    restart_count: u64,
    state: State,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct State {
    running: Option<serde_json::Value>,
    terminated: Option<Terminated>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Terminated {
    exit_code: i64,
}

/// The containers that are not well, of the JSON of a list of pods. The most restarted come first.
pub(super) fn containers(text: &str) -> Containers {
    let Ok(list) = serde_json::from_str::<List>(text) else { return Containers::default() };
    let mut found: Vec<(u64, Container)> = Vec::new();
    for pod in list.items {
        let over = pod.status.phase == "Succeeded";
        let all = pod.status.container_statuses.into_iter().map(|status| (status, false));
        let first = pod.status.init_container_statuses.into_iter().map(|status| (status, true));
        for (status, init) in all.chain(first) {
            let failed = status.state.terminated.as_ref().is_some_and(|end| end.exit_code != 0);
            let done = init && !failed && (status.ready || status.state.terminated.is_some());
            if over || done || (status.ready && status.restart_count == 0) {
                continue;
            }
            let container = Container {
                namespace: pod.metadata.namespace.clone(),
                pod: pod.metadata.name.clone(),
                name: status.name,
                restarted: status.restart_count > 0,
                started: status.state.running.is_some() || status.state.terminated.is_some(),
            };
            found.push((status.restart_count, container));
        }
    }
    found.sort_by_key(|(restarts, _)| std::cmp::Reverse(*restarts));
    let beyond = found.len().saturating_sub(MOST);
    Containers { list: found.into_iter().take(MOST).map(|(_, container)| container).collect(), beyond }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_well_is_asked_for() {
        let text = r#"{"items":[
            {"metadata":{"name":"fine","namespace":"shop"},"status":{"phase":"Running","containerStatuses":[
                {"name":"a","ready":true,"restartCount":0,"state":{"running":{}}}]}},
            {"metadata":{"name":"crashing","namespace":"shop"},"status":{"phase":"Running","containerStatuses":[
                {"name":"a","ready":false,"restartCount":7,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}},
            {"metadata":{"name":"unready","namespace":"shop"},"status":{"phase":"Running","containerStatuses":[
                {"name":"a","ready":false,"restartCount":0,"state":{"running":{}}}],
                "initContainerStatuses":[{"name":"i","ready":true,"state":{"terminated":{"exitCode":0}}}]}},
            {"metadata":{"name":"done","namespace":"shop"},"status":{"phase":"Succeeded","containerStatuses":[
                {"name":"a","ready":false,"restartCount":1,"state":{"terminated":{"exitCode":0}}}]}}]}"#;
        let found = containers(text);
        let pods: Vec<_> = found.list.iter().map(|container| container.pod.as_str()).collect();
        assert_eq!(pods, ["crashing", "unready"]);
        let calls: Vec<String> = found.list.iter().flat_map(Container::calls).map(|call| call.join(" ")).collect();
        assert_eq!(
            calls,
            ["logs crashing -n shop -c a --tail=1000 --previous", "logs unready -n shop -c a --tail=1000"]
        );
        assert_eq!(containers("nonsense"), Containers::default());
    }
}
