//! Series of Prometheus: what is measured of what, from the labels alone.
//!
//! A label `service`, `app` or `app_kubernetes_io_name` names the service, else `job` does; `pod`, `node`, `namespace` and
//! `instance` what they say.

use std::collections::BTreeMap;

use super::documents::Document;
use super::facts::{Facts, entity};
use super::kind::IngestError;

type Labels = BTreeMap<String, String>;

pub(super) fn facts(documents: &[Document], facts: &mut Facts) -> Result<(), IngestError> {
    for document in documents {
        let data = document.value.get("data").unwrap_or(&document.value);
        let series = data.get("result").unwrap_or(data).as_array().ok_or_else(|| {
            IngestError::content(facts.file(), "data", "it is no list of series, as `/api/v1/series` answers it")
        })?;
        for (at, one) in series.iter().enumerate() {
            facts.at(&format!("data[{at}]"));
            let labels = one.get("metric").unwrap_or(one).as_object().ok_or_else(|| {
                IngestError::content(facts.file(), format!("data[{at}]"), "a series is a mapping of its labels")
            })?;
            let labels = labels.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
            one_series(&labels.collect(), facts);
        }
    }
    Ok(())
}

/// Series as text lines: `name{label="value", …} [value]`.
pub(super) fn lines(text: &str, facts: &mut Facts) -> Result<(), IngestError> {
    for (number, line) in (1_u32..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        facts.at_line(number);
        let labels = parsed(line).map_err(|(column, message)| IngestError::Syntax {
            file: facts.file().to_owned(),
            line: number as usize,
            column,
            message: message.to_owned(),
        })?;
        one_series(&labels, facts);
    }
    Ok(())
}

/// The labels of a line; else at which column what is wrong.
fn parsed(line: &str) -> Result<Labels, (usize, &'static str)> {
    let (name, mut rest) = match line.find(['{', ' ']) {
        Some(at) => line.split_at(at),
        None => (line, ""),
    };
    let mut labels = Labels::new();
    if !name.is_empty() {
        labels.insert("__name__".to_owned(), name.to_owned());
    }
    let column = |rest: &str| line.len() - rest.len() + 1;
    let Some(inside) = rest.strip_prefix('{') else { return Ok(labels) };
    rest = inside;
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if rest.starts_with('}') {
            return Ok(labels);
        }
        let (key, value) =
            rest.split_once("=\"").ok_or((column(rest), "write labels as name=\"value\", and close with }"))?;
        let mut text = String::new();
        let mut letters = value.char_indices();
        let end = loop {
            match letters.next().ok_or((column(value), "the text of this label has no end: close it with \""))? {
                (at, '"') => break at,
                (_, '\\') => text.extend(letters.next().map(|(_, letter)| if letter == 'n' { '\n' } else { letter })),
                (_, letter) => text.push(letter),
            }
        };
        labels.insert(key.trim().to_owned(), text);
        rest = value.get(end + 1..).unwrap_or_default();
    }
}

fn one_series(labels: &Labels, facts: &mut Facts) {
    let label = |names: &[&str]| names.iter().find_map(|name| labels.get(*name)).filter(|value| !value.is_empty());
    let job = label(&["job"]);
    let service = label(&["service", "app", "app_kubernetes_io_name"]).or(job);
    let service = service.map(|name| entity("service", name.rsplit('/').next().unwrap_or(name)));
    let pod = label(&["pod", "pod_name"]).map(|name| entity("pod", name));
    if let (Some(service), Some(job)) = (&service, job) {
        facts.say("scraped-by", service, &entity("job", job));
    }
    if let (Some(pod), Some(service)) = (&pod, &service) {
        facts.say("part-of", pod, service);
    }
    if let (Some(node), Some(of)) = (label(&["node", "kubernetes_node"]), pod.as_ref().or(service.as_ref())) {
        facts.say("runs-on", of, &entity("node", node));
    }
    if let (Some(of), Some(namespace)) = (service.as_ref().or(pod.as_ref()), label(&["namespace"])) {
        facts.say("in-namespace", of, &entity("namespace", namespace));
    }
    if let (Some(instance), Some(service)) = (label(&["instance"]), &service) {
        facts.say("part-of", &entity("instance", instance), service);
    }
    if let (Some(name), Some(of)) = (labels.get("__name__"), service.as_ref().or(pod.as_ref())) {
        facts.say("measured-by", of, &entity("metric", name));
    }
}
