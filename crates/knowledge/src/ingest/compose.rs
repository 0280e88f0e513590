//! Compose files: services, what they depend on, and what they share. Values of variables are read for one thing: whether
//! they hold the address of another service of the file.
//!
//! The project is the scope of names: `name`, else the directory of the file where that is said. What a file includes or extends of
//! other files is followed where those are at hand (`files.rs`).

mod files;
mod merged;

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::documents::Document;
use super::facts::{Facts, INFERRED, Object, entity};
use super::kind::IngestError;
use super::kubernetes::{host_of, named_host};
use super::names::scoped;
use super::secrets::is_secret_name;
use files::{Files, Part, Parts, Taken};
pub(super) use files::{named, referenced};

/// Ports of one range at most.
const PORTS: u64 = 100;

/// Adds what the Compose files of an ingestion say: `given`, and where those name them also `beside`. What a file includes is a part of each
/// project that includes it, and is not taken by itself.
pub(super) fn facts(
    given: &[(String, Vec<Document>)],
    beside: &[(String, Vec<Document>)],
    facts: &mut Facts,
) -> Result<(), IngestError> {
    let files = Files::of(given, beside);
    files.tell_equal_names(given.len(), facts);
    let included = files.included(given.len());
    let mut taken = Taken::default();
    // Those that only include each other come last.
    for all in [false, true] {
        for at in 0..given.len() {
            if if all { !taken.files.contains(&at) } else { !included.contains(&at) } {
                whole(&files, at, &mut taken, facts)?;
            }
        }
    }
    Ok(())
}

/// Adds what a file says, with what it includes.
fn whole(files: &Files<'_>, at: usize, taken: &mut Taken, facts: &mut Facts) -> Result<(), IngestError> {
    taken.files.insert(at);
    let mut seen = BTreeSet::from([at]);
    let (mut refused, mut has_others) = (Vec::new(), false);
    let (file, documents) = files.get(at);
    for document in documents {
        let mut parts = Parts::new(files, &mut seen, taken);
        has_others |= parts.document(file, document, &mut refused, facts)?;
        let project = project(&document.value, file).map(|name| entity("project", &name));
        tell(files, project.as_deref(), &parts.services, facts);
    }
    facts.begin(file);
    facts.pass_over(refused, has_others)
}

/// Adds what the services of a project say.
fn tell(files: &Files<'_>, project: Option<&str>, services: &[Part<'_>], facts: &mut Facts) {
    let mut all = Vec::new();
    for part in services {
        facts.begin(part.file);
        facts.at(&format!("services.{}", part.name));
        all.push((part, merged::service(files, part, facts)));
    }
    let hosts = all.iter().flat_map(|(part, service)| hosts(part.name, service)).collect();
    let of = Project { scope: project, hosts };
    for (part, service) in &all {
        facts.begin(part.file);
        facts.at(&format!("services.{}", part.name));
        of.service(part.name, service, facts);
    }
}

/// The name of the project.
fn project(file: &Value, path: &str) -> Option<String> {
    let said = file.get("name").and_then(Value::as_str).filter(|name| !name.is_empty() && !name.contains('$'));
    let directory = || path.rsplit('/').nth(1).filter(|name| !name.is_empty() && !name.starts_with('.'));
    said.or_else(directory).map(str::to_lowercase)
}

/// The names by which others reach a service.
fn hosts(name: &str, service: &Map<String, Value>) -> Vec<(String, String)> {
    let own = ["hostname", "container_name"].into_iter().filter_map(|key| service.get(key)?.as_str());
    let networks = service.get("networks").and_then(Value::as_object).into_iter().flat_map(|all| all.values());
    let aliases = networks.filter_map(|network| network.get("aliases")?.as_array()).flatten().filter_map(Value::as_str);
    own.chain(aliases).chain([name]).map(|host| (host.to_owned(), name.to_owned())).collect()
}

/// A text with the defaults of its variables, `${PORT:-80}`.
fn filled(text: &str) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, variable)) = rest.split_once("${") {
        let (inside, after) = variable.split_once('}').unwrap_or((variable, ""));
        filled.push_str(before);
        filled.push_str(inside.split_once('-').map_or("", |(_, default)| default));
        rest = after;
    }
    filled + rest
}

/// The names in a list of texts or mappings, or the keys of a mapping.
fn names(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(all)) => {
            all.iter().filter_map(|one| one.as_str().or_else(|| one.get("source")?.as_str())).collect()
        }
        Some(Value::Object(all)) => all.keys().map(String::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    }
}

/// Variables with their values, written as a list of `NAME=value` or as a mapping.
fn variables(value: Option<&Value>) -> Vec<(&str, &str)> {
    match value {
        Some(Value::Array(all)) => all.iter().filter_map(|one| one.as_str()?.split_once('=')).collect(),
        Some(Value::Object(all)) => {
            all.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
        }
        _ => Vec::new(),
    }
}

/// The services of one file.
struct Project<'a> {
    scope: Option<&'a str>,
    /// Which service answers at a host.
    hosts: HashMap<String, String>,
}

impl Project<'_> {
    fn named(&self, of: &str, name: &str) -> String {
        scoped(of, name, self.scope)
    }

    fn service(&self, name: &str, service: &Map<String, Value>, facts: &mut Facts) {
        let own = self.named("service", name);
        facts.say("is-a", &own, &entity("kind", "service"));
        if let Some(project) = self.scope {
            facts.say("in-project", &own, project);
        }
        self.parts(&own, service, facts);
        self.volumes(&own, service.get("volumes"), facts);
        ports(&own, service.get("ports"), facts);
        for (variable, value) in variables(service.get("environment")) {
            if is_secret_name(variable) {
                facts.withheld += 1;
                continue;
            }
            let value = filled(value);
            let words = value.split([',', ' ', ';']).filter_map(host_of);
            for host in named_host(variable, &value).into_iter().chain(words) {
                if let Some(called) = self.hosts.get(host).filter(|called| *called != name) {
                    facts.with("calls", &own, Object::Entity(self.named("service", called)), INFERRED);
                }
            }
        }
    }

    /// What it is made of, and what it names.
    fn parts(&self, own: &str, service: &Map<String, Value>, facts: &mut Facts) {
        if let Some(image) = service.get("image").and_then(Value::as_str) {
            facts.tell("image", own, image);
        }
        let build = service.get("build");
        if let Some(from) = build.and_then(|build| build.as_str().or_else(|| build.get("context")?.as_str())) {
            facts.tell("built-from", own, from);
        }
        let replicas = service.get("deploy").and_then(|deploy| deploy.get("replicas")).or_else(|| service.get("scale"));
        if let Some(replicas) = replicas.and_then(Value::as_u64) {
            facts.count("replicas", own, replicas);
        }
        for profile in names(service.get("profiles")) {
            facts.say("in-profile", own, &entity("profile", profile));
        }
        for key in ["network_mode", "pid", "ipc"] {
            let other = service.get(key).and_then(Value::as_str).and_then(|mode| mode.strip_prefix("service:"));
            if let Some(other) = other {
                facts.say("shares-with", own, &self.named("service", other));
            }
        }
        for (key, relation, of) in [
            ("depends_on", "depends-on", "service"),
            ("links", "depends-on", "service"),
            ("networks", "on-network", "network"),
            ("configs", "uses-config", "config"),
            ("secrets", "uses-secret", "secret"),
        ] {
            for name in names(service.get(key)) {
                // `links` may give another name behind a colon.
                let name = name.split(':').next().unwrap_or_default();
                facts.say(relation, own, &self.named(of, name));
            }
        }
    }

    fn volumes(&self, own: &str, volumes: Option<&Value>, facts: &mut Facts) {
        for volume in volumes.and_then(Value::as_array).into_iter().flatten() {
            let source = match volume {
                // C:\data:/data
                Value::String(text) if text.get(1..3) == Some(":\\") => text.get(2..).and_then(|rest| {
                    let end = rest.find(':').map(|at| at + 2)?;
                    text.get(..end)
                }),
                Value::String(text) => text.split_once(':').map(|(source, _)| source),
                other => other.get("source").and_then(Value::as_str),
            };
            match source {
                Some(path) if path.starts_with(['/', '.', '~', '$']) || path.contains('\\') => {
                    facts.tell("uses-host-path", own, path);
                }
                Some(name) => facts.say("uses-volume", own, &self.named("volume", name)),
                None => {}
            }
        }
    }
}

/// The ports that are published: one, a range, or one of a variable with its default.
fn ports(own: &str, ports: Option<&Value>, facts: &mut Facts) {
    for port in ports.and_then(Value::as_array).into_iter().flatten() {
        let published = match port {
            Value::String(text) => {
                let text = filled(text);
                let text = text.split('/').next().unwrap_or_default();
                text.rsplit_once(':').and_then(|(host, _)| host.rsplit(':').next()).map(str::to_owned)
            }
            other => other
                .get("published")
                .and_then(|port| port.as_u64().map(|port| port.to_string()).or_else(|| port.as_str().map(filled))),
        };
        let Some(published) = published else { continue };
        let (first, last) = published.split_once('-').unwrap_or((&published, &published));
        if let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) {
            let (first, last) = (u64::from(first), u64::from(last));
            (first..=last.min(first + PORTS)).for_each(|port| facts.count("listens-on", own, port));
        }
    }
}
