//! What stands before a text, and of which date it is.

use serde_json::Value;

use super::blocks::{Block, What};
use crate::ingest::secrets::is_secret_name;

/// Blocks at the beginning in which a date is looked for.
const FIRST: usize = 12;

/// What a document says of itself.
#[derive(Debug, Default)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    /// RFC 3339.
    pub(super) date: Option<String>,
    pub(super) services: Vec<String>,
    /// All else, `key=value`.
    pub(super) labels: Vec<String>,
    pub(super) withheld: u64,
}

/// Reads what stands before a text. What is no mapping says nothing.
pub(super) fn read(text: &str) -> Front {
    let mut front = Front::default();
    let Ok(Value::Object(all)) = serde_saphyr::from_str::<Value>(text) else { return front };
    for (key, value) in &all {
        let texts = texts(value);
        match key.to_lowercase().as_str() {
            _ if is_secret_name(key) => front.withheld += 1,
            "title" => front.title = texts.into_iter().next(),
            "date" => front.date = texts.first().and_then(|text| date_in(&[text])),
            "service" | "services" | "component" | "components" => front.services.extend(texts),
            _ => front.labels.extend(texts.iter().map(|text| format!("{key}={text}"))),
        }
    }
    front
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(|one| if one.is_array() { Vec::new() } else { texts(one) }).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(is) => vec![is.to_string()],
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

/// The date that a text gives at its beginning, `Date: 2026-03-01`.
pub(super) fn date_of(blocks: &[Block]) -> Option<String> {
    let texts = blocks.iter().take(FIRST).filter(|block| matches!(block.what, What::Text(_)));
    let dated = texts.filter(|block| {
        let word = block.text.split([':', '|', ' ']).next().unwrap_or_default().to_lowercase();
        matches!(word.as_str(), "date" | "when" | "day")
    });
    dated.map(|block| block.text.as_str()).find_map(|text| date_in(&[text]))
}

/// The first date, YYYY-MM-DD, in some texts, as its beginning in UTC.
pub(super) fn date_in(texts: &[&str]) -> Option<String> {
    let words = texts.iter().flat_map(|text| text.split(|letter: char| !(letter.is_ascii_digit() || letter == '-')));
    words.filter_map(|word| word.trim_matches('-').get(..10)).find_map(|word| {
        let date: chrono::NaiveDate = word.parse().ok()?;
        Some(format!("{}T00:00:00Z", date.format("%Y-%m-%d")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_its_title_date_and_services() {
        let front = read("title: Outage\ndate: 2026-02-03\nservices: [web, cart]\nseverity: SEV1\ntoken: x\n");
        assert_eq!((front.title.as_deref(), front.date.as_deref()), (Some("Outage"), Some("2026-02-03T00:00:00Z")));
        assert_eq!(
            (front.services, front.labels, front.withheld),
            (vec!["web".into(), "cart".into()], vec!["severity=SEV1".into()], 1)
        );
        assert_eq!(date_in(&["pm-2026-02-03.md"]).as_deref(), Some("2026-02-03T00:00:00Z"));
        assert_eq!((date_in(&["2026-13-03"]), date_in(&["10.0.0.7"])), (None, None));
        assert!(read("- a\n").title.is_none());
    }
}
