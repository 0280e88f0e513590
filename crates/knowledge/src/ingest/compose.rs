//! Compose files: services, what they depend on, and what they share. Values of variables are read for one thing: whether
//! they hold the address of another service of the file.

use serde_json::Value;

use super::documents::Document;
use super::facts::{Facts, INFERRED, Object, entity};
use super::kind::IngestError;
use super::kubernetes::host_of;
use super::secrets::is_secret_name;

pub(super) fn facts(documents: &[Document], facts: &mut Facts) -> Result<(), IngestError> {
    for document in documents {
        facts.at_line(document.line);
        let services = document.value.get("services").and_then(Value::as_object);
        let Some(services) = services else {
            let message = "a Compose file needs `services`, each under its name";
            return Err(IngestError::content(facts.file(), format!("line {}", document.line), message));
        };
        for (name, service) in services {
            facts.at(&format!("services.{name}"));
            if !service.is_object() {
                let place = format!("services.{name}");
                return Err(IngestError::content(
                    facts.file(),
                    place,
                    "a service is a mapping, `image: …` and the like",
                ));
            }
            let own = entity("service", name);
            facts.say("is-a", &own, &entity("kind", "service"));
            one(&own, service, facts);
            for (variable, value) in variables(service.get("environment")) {
                if is_secret_name(variable) {
                    facts.withheld += 1;
                    continue;
                }
                let host = host_of(value).filter(|host| services.contains_key(*host) && *host != name.as_str());
                if let Some(host) = host {
                    facts.with("calls", &own, Object::Entity(entity("service", host)), INFERRED);
                }
            }
        }
    }
    Ok(())
}

fn one(own: &str, service: &Value, facts: &mut Facts) {
    if let Some(image) = service.get("image").and_then(Value::as_str) {
        facts.tell("image", own, image);
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
            facts.say(relation, own, &entity(of, name));
        }
    }
    for volume in service.get("volumes").and_then(Value::as_array).into_iter().flatten() {
        let source = match volume {
            Value::String(text) => text.split_once(':').map(|(source, _)| source),
            other => other.get("source").and_then(Value::as_str),
        };
        match source {
            Some(path) if path.starts_with(['/', '.', '~', '$']) => facts.tell("uses-host-path", own, path),
            Some(name) => facts.say("uses-volume", own, &entity("volume", name)),
            None => {}
        }
    }
    for port in service.get("ports").and_then(Value::as_array).into_iter().flatten() {
        let published = match port {
            Value::String(text) => {
                let text = text.split('/').next().unwrap_or_default();
                text.rsplit_once(':').and_then(|(host, _)| host.rsplit(':').next()).and_then(|port| port.parse().ok())
            }
            other => other.get("published").and_then(|port| port.as_u64().or_else(|| port.as_str()?.parse().ok())),
        };
        if let Some(port) = published {
            facts.count("listens-on", own, port);
        }
    }
}

/// The names in a list of texts or mappings, or the keys of a mapping.
fn names(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(all)) => {
            all.iter().filter_map(|one| one.as_str().or_else(|| one.get("source")?.as_str())).collect()
        }
        Some(Value::Object(all)) => all.keys().map(String::as_str).collect(),
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
