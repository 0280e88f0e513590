//! `incident.toml`: what is said about the incident, as opposed to what was measured.
//!
//! All fields are optional. `start` and `end` (RFC 3339, TOML date-times or epoch numbers) bound the suspected window;
//! all before `start` is taken as normal. The detectors treat `start` as a hint: they look for the change themselves.

use serde::Deserialize;

use crate::bundle::ReadError;
use crate::skipped::Skips;
use crate::time::{self, Seconds};

/// What the bundle says about its incident.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IncidentMeta {
    /// One line for lists.
    pub title: Option<String>,
    /// Start of the suspected window.
    pub start: Option<Seconds>,
    /// End of the suspected window.
    pub end: Option<Seconds>,
    /// Services that the complaint names.
    pub services: Vec<String>,
    /// What is wrong with them, in the metric kinds' words (latency, errors, availability, …).
    pub symptoms: Vec<String>,
    /// Kubernetes namespace.
    pub namespace: Option<String>,
    /// Free text.
    pub description: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    title: Option<String>,
    start: Option<toml::Value>,
    end: Option<toml::Value>,
    #[serde(default)]
    services: Vec<String>,
    #[serde(default)]
    symptoms: Vec<String>,
    namespace: Option<String>,
    description: Option<String>,
    #[serde(flatten)]
    rest: toml::Table,
}

/// Parses `incident.toml`. A wrong type or a broken date is an error, an unknown field only a remark.
pub fn parse(text: &str, file: &str, skips: &mut Skips) -> Result<IncidentMeta, ReadError> {
    let raw: Raw = toml::from_str(text).map_err(|error| ReadError::Incident(error.message().to_owned()))?;
    for name in raw.rest.keys() {
        skips.file(
            file,
            format!("unknown field {name:?} (known: title, start, end, services, symptoms, namespace, description)"),
        );
    }
    let start = raw.start.map(|value| moment("start", &value)).transpose()?;
    let end = raw.end.map(|value| moment("end", &value)).transpose()?;
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        return Err(ReadError::Incident("end is before start; swap them or leave one out".to_owned()));
    }
    Ok(IncidentMeta {
        title: raw.title,
        start,
        end,
        services: raw.services,
        symptoms: raw.symptoms,
        namespace: raw.namespace,
        description: raw.description,
    })
}

fn moment(field: &str, value: &toml::Value) -> Result<Seconds, ReadError> {
    let parsed = match value {
        toml::Value::Datetime(at) => time::parse(&at.to_string()),
        toml::Value::String(text) => time::parse(text),
        toml::Value::Integer(at) => time::from_epoch(*at as f64),
        toml::Value::Float(at) => time::from_epoch(*at),
        _ => None,
    };
    parsed.ok_or_else(|| {
        ReadError::Incident(format!("{field} is not a time: write it as RFC 3339, for example 2026-05-04T10:15:00Z"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_be_dates_strings_or_epochs() {
        let mut skips = Skips::default();
        for start in ["2023-01-29T08:42:22Z", "\"2023-01-29T08:42:22+00:00\"", "1674981742", "1674981742.0"] {
            let meta = parse(
                &format!("title = 'x'\nstart = {start}\nservices = ['a']\ncolour = 1"),
                "incident.toml",
                &mut skips,
            );
            let meta = meta.unwrap();
            assert_eq!(meta.start, Some(1_674_981_742.0));
            assert_eq!(meta.services, ["a"]);
        }
        assert!(skips.finish()[0].reason.contains("colour"));
    }

    #[test]
    fn wrong_values_name_their_field() {
        let error = |text: &str| parse(text, "incident.toml", &mut Skips::default()).unwrap_err().to_string();
        assert!(error("start = 'soon'").contains("start"));
        assert!(error("services = 3").contains("incident.toml"));
        assert!(error("start = 2023-01-29T08:42:22Z\nend = 2023-01-28T08:42:22Z").contains("before"));
    }
}
