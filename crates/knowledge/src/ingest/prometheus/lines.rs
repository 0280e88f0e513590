//! Series as text lines: `name{label="value", …} [value [milliseconds]]`, as a scrape has them.

use super::{Labels, Sample, moment, note_nameless, one_series};
use crate::ingest::facts::Facts;
use crate::ingest::kind::IngestError;

/// Lines that are looked at to tell what a text is.
const LOOKED_AT: usize = 50;

pub(in crate::ingest) fn lines(text: &str, facts: &mut Facts) -> Result<(), IngestError> {
    let mut nameless = 0;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (labels, sample) = parsed(line).map_err(|(column, message)| IngestError::Syntax {
            file: facts.file().to_owned(),
            line: number as usize,
            column,
            message: message.to_owned(),
        })?;
        nameless += usize::from(!one_series(&labels, &sample, facts));
    }
    note_nameless(nameless, facts);
    Ok(())
}

/// Whether a text is what a scrape gives: the comments of metrics, or lines of series with values and nothing else.
pub(in crate::ingest) fn is_series(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LOOKED_AT).peekable();
    let is_comment = |line: &str| {
        let mut words = line.split_whitespace();
        words.next() == Some("#") && matches!(words.next(), Some("HELP" | "TYPE")) && words.count() >= 1
    };
    lines.peek().is_some()
        && lines.all(|line| {
            is_comment(line)
                || line.starts_with('#')
                || parsed(line).is_ok_and(|(labels, sample)| {
                    sample.value.is_some()
                        && labels.get("__name__").is_some_and(|name| !name.contains(':') || line.contains('{'))
                })
        })
        && text
            .lines()
            .any(|line| !line.trim().is_empty() && (is_comment(line.trim()) || !line.trim().starts_with('#')))
}

/// The labels and the sample of a line; else at which column what is wrong.
fn parsed(line: &str) -> Result<(Labels, Sample), (usize, &'static str)> {
    let (name, rest) = match line.find(['{', ' ', '\t']) {
        Some(at) => line.split_at(at),
        None => (line, ""),
    };
    let mut labels = Labels::new();
    if !name.is_empty() {
        labels.insert("__name__".to_owned(), name.to_owned());
    }
    let Some(mut rest) = rest.trim_start().strip_prefix('{') else { return Ok((labels, sample(rest))) };
    let column = |rest: &str| line.len() - rest.len() + 1;
    loop {
        rest = rest.trim_start_matches([' ', ',', '\t']);
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((labels, sample(after)));
        }
        // A metric whose name is no word stands as a text between the labels.
        let (key, value) = match rest.strip_prefix('"') {
            Some(name) => ("__name__", name),
            None => rest.split_once("=\"").ok_or((column(rest), "write labels as name=\"value\", and close with }"))?,
        };
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

/// The value of a line, and when it was taken: in milliseconds, or in seconds with a fraction as OpenMetrics writes it.
fn sample(rest: &str) -> Sample {
    let mut words = rest.split_whitespace().take_while(|word| !word.starts_with('#'));
    let value = words.next().and_then(|value| value.parse().ok());
    let taken = words.next().and_then(|at| {
        let millis = if at.contains('.') { (at.parse::<f64>().ok()? * 1000.0) as i64 } else { at.parse().ok()? };
        moment(millis)
    });
    Sample { value, taken }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_labels_a_value_and_a_moment() {
        let (labels, sample) = parsed("up {job=\"a}b\", x=\"\\\"\"} 3 1395066363000 # {trace=\"1\"} 0.5").unwrap();
        assert_eq!((labels["job"].as_str(), labels["x"].as_str(), labels["__name__"].as_str()), ("a}b", "\"", "up"));
        assert_eq!((sample.value, sample.taken.unwrap().timestamp()), (Some(3.0), 1_395_066_363));
        assert_eq!(parsed("up 1 999999999999999").unwrap().1.taken, None);
        let (labels, sample) = parsed("{\"my.metric\", job=\"web\"} +Inf 1395066363.5").unwrap();
        assert_eq!((labels["__name__"].as_str(), sample.taken.unwrap().timestamp()), ("my.metric", 1_395_066_363));
    }

    #[test]
    fn a_scrape_is_told_from_other_texts() {
        for series in [
            "# HELP x y\n# TYPE x counter\nx{a=\"b\"} 5\n",
            "# TYPE go_goroutines gauge\ngo_goroutines 5\n",
            "up{job=\"a\"} 1\nup{job=\"b\"} NaN 1395066363000\n",
            "job:token:rate5m{job=\"web\"} 1",
            "{__name__=\"x\",job=\"web\"} 1",
        ] {
            assert!(is_series(series), "{series}");
        }
        for other in [
            "",
            "# a comment\n",
            "services: {web: {}}\n",
            "a: 1\nb: 2\n",
            "{\"a\": 1}",
            "# Runbook\n\nRestart it\n",
            "up{job=\"a\"}\n",
        ] {
            assert!(!is_series(other), "{other}");
        }
    }
}
