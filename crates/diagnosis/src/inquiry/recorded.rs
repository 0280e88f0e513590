//! Answers from an incident's own files: only what is asked is seen.
//!
//! The sections of `kubernetes/` that begin with `$ command` answer the same command, or one that asks the same of the
//! same object in another notation (`-o wide`, another word for the kind, several kinds at once). `alerts.json` answers
//! `amtool alert query`, `topology.csv` who calls whom. Metrics, traces and log files are no answers to commands; they are
//! left out, and so is everything that nothing asks for.

use super::ask::{Answer, Ask, AskError};
use super::command::Command;

/// Words for kinds, with the one that stands for them here.
const KINDS: [(&str, &[&str]); 16] = [
    ("pod", &["pods", "po"]),
    ("service", &["services", "svc"]),
    ("endpoints", &["endpoint", "ep"]),
    ("deployment", &["deployments", "deploy"]),
    ("replicaset", &["replicasets", "rs"]),
    ("statefulset", &["statefulsets", "sts"]),
    ("node", &["nodes", "no"]),
    ("event", &["events", "ev"]),
    ("persistentvolumeclaim", &["persistentvolumeclaims", "pvc"]),
    ("persistentvolume", &["persistentvolumes", "pv"]),
    ("storageclass", &["storageclasses", "sc"]),
    ("resourcequota", &["resourcequotas", "quota"]),
    ("serviceaccount", &["serviceaccounts", "sa"]),
    ("configmap", &["configmaps", "cm"]),
    ("networkpolicy", &["networkpolicies", "netpol"]),
    ("ingress", &["ingresses", "ing"]),
];

/// What a command asks, whatever its notation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asked {
    /// `list`, `describe`, `logs`, `manifest`, or the program.
    what: String,
    kinds: Vec<String>,
    name: String,
    node: String,
    /// `-o wide`, `--show-labels`, `-o yaml`.
    notation: String,
}

impl Asked {
    /// Whether whole objects are wanted, and not a table of them.
    fn is_structured(&self) -> bool {
        matches!(self.notation.as_str(), "yaml" | "json")
    }
}

/// An incident's files, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    sections: Vec<(Asked, String)>,
    alerts: Option<String>,
    calls: Vec<(String, String)>,
}

impl Recorded {
    /// The answers in an incident's files, and what an inquiry into it starts with: `incident.toml`.
    pub fn of(files: Vec<(String, Vec<u8>)>) -> (Self, Vec<(String, Vec<u8>)>) {
        let mut recorded = Self::default();
        let mut start = Vec::new();
        for (path, bytes) in files {
            match path.split('/').next() {
                Some("incident.toml") => start.push((path, bytes)),
                Some("kubernetes") => recorded.read(&String::from_utf8_lossy(&bytes)),
                Some("alerts.json") => recorded.alerts = Some(String::from_utf8_lossy(&bytes).into_owned()),
                Some("topology.csv") => recorded.topology(&String::from_utf8_lossy(&bytes)),
                _ => {}
            }
        }
        if start.is_empty() {
            start.push(("incident.toml".to_owned(), Vec::new()));
        }
        (recorded, start)
    }

    fn read(&mut self, text: &str) {
        let mut node = String::new();
        for line in text.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                let asked = asked(command, &node);
                self.sections.push((asked, String::new()));
                node.clear();
            } else if let Some(name) = line.strip_prefix("# node ") {
                name.trim().clone_into(&mut node);
            } else if let Some((_, output)) = self.sections.last_mut() {
                output.push_str(line);
                output.push('\n');
            }
        }
    }

    fn topology(&mut self, text: &str) {
        for line in text.lines().skip(1) {
            if let Some((caller, callee)) = line.split_once(',') {
                self.calls.push((caller.trim().to_owned(), callee.trim().to_owned()));
            }
        }
    }

    /// The state of some units of a node: asked at once, or one by one; of which one was recorded, that is told.
    fn units(&self, node: &str, units: &[&str]) -> Option<String> {
        let at_once = self.printed(&asked(&format!("systemctl status {}", units.join(" ")), node));
        at_once.or_else(|| {
            let one = |unit: &&str| {
                let printed = self.printed(&asked(&format!("systemctl status {unit}"), node))?;
                let headed = printed.contains(&format!("{unit}.service"));
                Some(if headed { printed } else { format!("● {unit}.service\n{printed}") })
            };
            let found: Vec<String> = units.iter().filter_map(one).collect();
            (!found.is_empty()).then(|| found.join("\n"))
        })
    }

    fn printed(&self, wanted: &Asked) -> Option<String> {
        let alike = |own: &Asked| {
            own.what == wanted.what
                && own.name == wanted.name
                && own.node == wanted.node
                && (own.is_structured() || !wanted.is_structured())
                && wanted.kinds.iter().all(|kind| own.kinds.contains(kind))
        };
        let same = self.sections.iter().find(|(own, _)| own == wanted);
        let found = same.or_else(|| self.sections.iter().find(|(own, _)| alike(own)));
        if let Some((_, text)) = found {
            return Some(text.clone());
        }
        if wanted.kinds.len() > 1 {
            let one = |kind: &String| self.printed(&Asked { kinds: vec![kind.clone()], ..wanted.clone() });
            let found: Vec<String> = wanted.kinds.iter().filter_map(one).collect();
            let apart = if wanted.is_structured() { "---\n" } else { "\n" };
            return (!found.is_empty()).then(|| found.join(apart));
        }
        if wanted.what != "describe" {
            return None;
        }
        // All of a kind described at once, or the same object as YAML.
        let whole = self
            .sections
            .iter()
            .find(|(own, _)| own.what == "describe" && own.name.is_empty() && own.kinds == wanted.kinds);
        let block = whole.and_then(|(_, text)| described(text, &wanted.name));
        block.or_else(|| {
            let object = |own: &Asked| own.what == "get" && own.kinds == wanted.kinds && own.name == wanted.name;
            self.sections.iter().find(|(own, _)| object(own)).map(|(_, text)| text.clone())
        })
    }
}

/// The part of `kubectl describe KIND` that is about one object.
fn described(text: &str, name: &str) -> Option<String> {
    let mut block = String::new();
    let mut within = false;
    for line in text.lines() {
        if let Some(own) = line.strip_prefix("Name:") {
            within = own.trim() == name;
        }
        if within {
            block.push_str(line);
            block.push('\n');
        }
    }
    (!block.is_empty()).then_some(block)
}

fn kind(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    let known = KINDS.iter().find(|(one, others)| *one == word || others.contains(&word.as_str()));
    known.map_or(word.clone(), |(one, _)| (*one).to_owned())
}

fn asked(line: &str, node: &str) -> Asked {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let mut asked = Asked { node: node.to_owned(), ..Asked::default() };
    if let ["ssh", host, ..] = words.as_slice() {
        (*host).rsplit('@').next().unwrap_or(host).clone_into(&mut asked.node);
        words.drain(..2);
    }
    let mut plain: Vec<&str> = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-n" | "--namespace" | "--tail" | "-c" | "--context" => drop(rest.next()),
            "-o" | "--output" => asked.notation.push_str(rest.next().copied().unwrap_or("")),
            "--show-labels" => asked.notation.push_str("labels"),
            option if option.starts_with('-') && plain.first() == Some(&"kubectl") => {}
            other => plain.push(other),
        }
    }
    match plain.as_slice() {
        ["kubectl", verb @ ("get" | "describe"), kinds, names @ ..] => {
            let (kinds, own) = kinds.split_once('/').map_or((*kinds, None), |(kinds, name)| (kinds, Some(name)));
            asked.kinds = kinds.split(',').map(kind).collect();
            own.or(names.first().copied()).unwrap_or("").clone_into(&mut asked.name);
            (*verb).clone_into(&mut asked.what);
        }
        ["kubectl", "events", ..] => {
            "get".clone_into(&mut asked.what);
            asked.kinds.push("event".to_owned());
        }
        ["kubectl", "logs", target, ..] => {
            "logs".clone_into(&mut asked.what);
            target.rsplit('/').next().unwrap_or(target).clone_into(&mut asked.name);
        }
        ["kubectl", "apply", "view-last-applied", target, ..] => {
            "manifest".clone_into(&mut asked.what);
            target.rsplit('/').next().unwrap_or(target).clone_into(&mut asked.name);
        }
        ["cat", file] => {
            "manifest".clone_into(&mut asked.what);
            let file = file.rsplit('/').next().unwrap_or(file);
            file.split('.').next().unwrap_or(file).clone_into(&mut asked.name);
        }
        other => asked.what = other.join(" "),
    }
    asked
}

impl Ask for Recorded {
    fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
        let words: Vec<&str> = command.words().iter().map(String::as_str).collect();
        match words.as_slice() {
            ["amtool", ..] => self.alerts.clone().map(Answer::Alerts).ok_or(AskError::NotRecorded),
            ["linkerd", "viz", "stat", "deployment", "--from", from, ..] => {
                let caller = from.rsplit('/').next().unwrap_or(from);
                let own = self.calls.iter().filter(|(known, _)| known.rsplit('/').next() == Some(caller));
                let own: Vec<(String, String)> = own.cloned().collect();
                if self.calls.is_empty() { Err(AskError::NotRecorded) } else { Ok(Answer::Calls(own)) }
            }
            ["systemctl", "status", units @ ..] => {
                self.units(command.node().unwrap_or(""), units).map(Answer::Printed).ok_or(AskError::NotRecorded)
            }
            _ => {
                let wanted = asked(&command.to_string(), "");
                self.printed(&wanted).map(Answer::Printed).ok_or(AskError::NotRecorded)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str, line: &str, node: Option<&str>) -> Option<String> {
        let files = vec![("kubernetes/transcript.txt".to_owned(), text.as_bytes().to_vec())];
        let words = line.split(' ').map(str::to_owned).collect();
        let command = Command::checked(words, node.map(str::to_owned)).unwrap();
        match Recorded::of(files).0.ask(&command) {
            Ok(Answer::Printed(text)) => Some(text.trim_end().to_owned()),
            _ => None,
        }
    }

    #[test]
    fn the_same_question_in_another_notation_is_answered() {
        let text = "$ kubectl -n shop get po\nPODS\n$ kubectl get svc,endpoints -n shop\nBOTH\n# node w1\n$ systemctl status kubelet\nON W1\n";
        assert_eq!(ask(text, "kubectl get pods -n shop -o wide", None).as_deref(), Some("PODS"));
        assert_eq!(ask(text, "kubectl get endpoints -n shop", None).as_deref(), Some("BOTH"));
        assert_eq!(ask(text, "systemctl status kubelet", Some("w1")).as_deref(), Some("ON W1"));
        assert_eq!(ask(text, "systemctl status kubelet", Some("w2")), None);
        let both = ask(text, "systemctl status kubelet containerd", Some("w1"));
        assert_eq!(both.as_deref(), Some("● kubelet.service\nON W1"), "what was recorded of them");
        assert_eq!(ask(text, "kubectl get pods web-1 -n shop", None), None, "a list does not answer for one");
        assert_eq!(ask(text, "kubectl get pods -n shop -o yaml", None), None, "nor a table for whole objects");
        let of_two = ask(text, "kubectl get pods,statefulsets -n shop", None);
        assert_eq!(of_two.as_deref(), Some("PODS"), "of several kinds those that were recorded");
    }

    #[test]
    fn one_object_is_cut_out_of_many_and_taken_from_yaml() {
        let text = "$ kubectl describe pods -n shop\nName: a\nx\n\nName: b\ny\n$ kubectl get deployment web -o yaml\nkind: Deployment\n$ cat deploy/web.yaml\nWANTED\n";
        assert_eq!(ask(text, "kubectl describe pod b -n shop", None).as_deref(), Some("Name: b\ny"));
        assert_eq!(ask(text, "kubectl describe deployment web -n shop", None).as_deref(), Some("kind: Deployment"));
        assert_eq!(
            ask(text, "kubectl apply view-last-applied deployment/web -n shop", None).as_deref(),
            Some("WANTED")
        );
        assert_eq!(ask(text, "kubectl describe pod c -n shop", None), None);
    }
}
