//! Terraform states of version 4: resources and what they depend on. Of the attributes only those of a short list are read,
//! and of those none that the state calls sensitive.

use std::collections::HashMap;

use serde_json::Value;

use super::documents::Document;
use super::facts::{Facts, Refused, entity};
use super::kind::IngestError;

/// Attributes that say what and where a resource is.
const ATTRIBUTES: [(&str, &str); 10] = [
    ("name", "name"),
    ("region", "region"),
    ("location", "region"),
    ("zone", "zone"),
    ("availability_zone", "zone"),
    ("instance_type", "instance-type"),
    ("machine_type", "instance-type"),
    ("instance_class", "instance-type"),
    ("engine", "engine"),
    ("engine_version", "version"),
];

pub(super) fn facts(documents: &[Document], facts: &mut Facts) -> Result<(), IngestError> {
    for document in documents {
        let state = &document.value;
        match state.get("version").and_then(Value::as_u64) {
            Some(4) => {}
            other => {
                let given = other.map_or("no version".to_owned(), |version| format!("version {version}"));
                let message = format!("it has {given}, and 4 is read: `terraform state pull` writes it");
                return Err(IngestError::content(facts.file(), "version", message));
            }
        }
        let resources = state.get("resources").and_then(Value::as_array);
        let resources =
            resources.ok_or_else(|| IngestError::content(facts.file(), "resources", "there is no list of them"))?;
        let known = addresses(resources);
        let mut refused = Vec::new();
        for (at, resource) in resources.iter().enumerate() {
            if let Err(missing) = one(resource, &known, facts) {
                refused.push(Refused::new(format!("resources[{at}].{missing}"), "it is not there"));
            }
        }
        let has_others = refused.len() < resources.len();
        facts.pass_over(refused, has_others)?;
        let outputs = state.get("outputs").and_then(Value::as_object);
        let sensitive = |output: &&Value| output.get("sensitive").and_then(Value::as_bool) == Some(true);
        facts.withheld += outputs.into_iter().flat_map(|all| all.values()).filter(sensitive).count() as u64;
    }
    Ok(())
}

/// Adds what a resource says; an error where it lacks a field, which is then named.
fn one(resource: &Value, known: &Addresses, facts: &mut Facts) -> Result<(), &'static str> {
    let field = |key: &'static str| resource.get(key).and_then(Value::as_str).ok_or(key);
    let (mode, kind, name) = (field("mode")?, field("type")?, field("name")?);
    let module = resource.get("module").and_then(Value::as_str);
    let address = address(module, (mode, kind, name));
    let own = entity("resource", &address);
    facts.at(&address);
    facts.say("of-type", &own, &entity("resource-type", kind));
    if let Some(module) = module {
        facts.say("part-of", &own, &entity("module", module.trim_start_matches("module.")));
    }
    let provider = resource.get("provider").and_then(Value::as_str).and_then(|text| text.split('"').nth(1));
    if let Some(provider) = provider {
        facts.say("provided-by", &own, &entity("provider", provider));
    }
    let instances = resource.get("instances").and_then(Value::as_array);
    facts.count("instances", &own, instances.map_or(0, Vec::len) as u64);
    for instance in instances.into_iter().flatten() {
        for dependency in instance.get("dependencies").and_then(Value::as_array).into_iter().flatten() {
            for found in dependency.as_str().into_iter().flat_map(|dependency| known.find(&address, dependency)) {
                facts.say("depends-on", &own, &entity("resource", found));
            }
        }
        let sensitive = sensitive(instance);
        facts.withheld += sensitive.len() as u64;
        let attributes = instance.get("attributes").and_then(Value::as_object);
        for (attribute, relation) in ATTRIBUTES {
            let value = attributes.and_then(|all| all.get(attribute)).and_then(Value::as_str);
            let Some(value) = value.filter(|_| !sensitive.contains(&attribute)) else { continue };
            facts.tell(relation, &own, value);
        }
    }
    Ok(())
}

/// The address of a resource, `module.net["eu"].data.aws_ami.x`.
fn address(module: Option<&str>, (mode, kind, name): (&str, &str, &str)) -> String {
    let module = module.map(|module| format!("{module}.")).unwrap_or_default();
    let data = if mode == "data" { "data." } else { "" };
    format!("{module}{data}{kind}.{name}")
}

/// The addresses of a state's resources, by the same without the keys of modules, as dependencies have them.
struct Addresses(HashMap<String, Vec<String>>);

fn addresses(resources: &[Value]) -> Addresses {
    let mut all = HashMap::<String, Vec<String>>::new();
    for resource in resources {
        let text = |key: &str| resource.get(key).and_then(Value::as_str);
        if let (Some(mode), Some(kind), Some(name)) = (text("mode"), text("type"), text("name")) {
            let address = address(text("module"), (mode, kind, name));
            all.entry(bare(&address)).or_default().push(address);
        }
    }
    Addresses(all)
}

impl Addresses {
    /// The resources that a dependency of a resource means: of several, those of the same module, where there are any. What is
    /// not in the state is named as it is.
    fn find<'a>(&'a self, from: &str, dependency: &'a str) -> Vec<&'a str> {
        let Some(all) = self.0.get(&bare(dependency)) else { return vec![dependency] };
        let shared = |address: &str| {
            let steps = from.split('.').zip(address.split('.'));
            steps.take_while(|(one, other)| one == other).filter(|(step, _)| step.contains('[')).count()
        };
        let most = all.iter().map(|address| shared(address)).max().unwrap_or_default();
        all.iter().map(String::as_str).filter(|address| shared(address) == most).collect()
    }
}

/// An address without the keys of its modules.
fn bare(address: &str) -> String {
    let (mut bare, mut depth, mut is_text) = (String::new(), 0_u32, false);
    for letter in address.chars() {
        match letter {
            '"' if depth > 0 => is_text = !is_text,
            '[' if !is_text => depth += 1,
            ']' if !is_text => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(letter),
            _ => {}
        }
    }
    bare
}

/// The names of the attributes that the state calls sensitive: paths, of which the first step counts.
fn sensitive(instance: &Value) -> Vec<&str> {
    let paths = instance.get("sensitive_attributes").and_then(Value::as_array);
    let first = |path: &'_ Value| -> Option<String> {
        let step = path.as_array().map_or(Some(path), |steps| steps.first())?;
        step.get("value").and_then(Value::as_str).or_else(|| step.as_str()).map(str::to_owned)
    };
    let names: Vec<String> = paths.into_iter().flatten().filter_map(first).collect();
    let known = instance.get("attributes").and_then(Value::as_object);
    known
        .into_iter()
        .flat_map(|all| all.keys())
        .map(String::as_str)
        .filter(|key| names.iter().any(|name| name == key))
        .collect()
}
