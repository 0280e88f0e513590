//! The start stated wrongly, by so many seconds: people remember badly, and alerts come late.

use super::{Files, files, with_files};
use crate::adapters::EvalCase;
use oriel_evidence::time;

/// The errors tried, in seconds.
pub const ERRORS: [f64; 4] = [-300.0, -60.0, 60.0, 300.0];

/// The case with its stated start moved; none where no start is stated. An end that would then lie before the start is
/// left out.
pub fn moved(case: &EvalCase, seconds: f64) -> anyhow::Result<Option<EvalCase>> {
    let mut changed: Files = files(case)?.clone();
    let Some((_, bytes)) = changed.iter_mut().find(|(path, _)| path == "incident.toml") else { return Ok(None) };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let Some(start) = stated(&text, "start") else { return Ok(None) };
    let start = start + seconds;
    let keeps_end = stated(&text, "end").is_none_or(|end| end >= start);
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match name(line) {
            Some("start") => lines.push(format!("start = {start:.3}")),
            Some("end") if !keeps_end => {}
            _ => lines.push(line.to_owned()),
        }
    }
    *bytes = (lines.join("\n") + "\n").into_bytes();
    Ok(Some(with_files(case, changed)))
}

/// The case with another start, and one service that complains of one symptom.
pub fn restated(case: &EvalCase, start: f64, service: &str, symptom: &str) -> anyhow::Result<EvalCase> {
    let mut changed: Files = files(case)?.clone();
    if let Some((_, bytes)) = changed.iter_mut().find(|(path, _)| path == "incident.toml") {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let said = ["start", "services", "symptoms", "title"];
        let mut lines: Vec<String> = vec![
            "title = \"A component degraded\"".to_owned(),
            format!("start = {start:.0}"),
            format!("services = [{service:?}]"),
            format!("symptoms = [{symptom:?}]"),
        ];
        lines.extend(text.lines().filter(|line| !name(line).is_some_and(|n| said.contains(&n))).map(str::to_owned));
        *bytes = (lines.join("\n") + "\n").into_bytes();
    }
    Ok(with_files(case, changed))
}

/// The name that a line of settings sets.
fn name(line: &str) -> Option<&str> {
    line.split_once('=').map(|(name, _)| name.trim())
}

/// A time that the incident states, in seconds since 1970.
pub fn stated(incident: &str, field: &str) -> Option<f64> {
    let line = incident.lines().find(|line| name(line) == Some(field))?;
    time::parse(line.split_once('=')?.1.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{shop, text};
    use super::*;

    #[test]
    fn the_start_moves_and_nothing_else() {
        let moved = moved(&shop("till"), -60.0).unwrap().unwrap();
        assert_eq!(text(&moved, "incident.toml"), "title = \"Slow\"\nstart = 1700000740.000\n");
        assert_eq!(text(&moved, "metrics/m.csv"), text(&shop("till"), "metrics/m.csv"));
    }

    #[test]
    fn an_end_before_the_new_start_is_left_out_and_a_start_in_words_is_read() {
        let mut files = files(&shop("till")).unwrap().clone();
        files[0].1 = b"start = \"2023-01-29T08:42:22Z\"\nend = \"2023-01-29T08:43:00Z\"\n".to_vec();
        let case = with_files(&shop("till"), files);
        assert_eq!(text(&moved(&case, 300.0).unwrap().unwrap(), "incident.toml"), "start = 1674982042.000\n");
        assert!(text(&moved(&case, 10.0).unwrap().unwrap(), "incident.toml").contains("end"));
    }

    #[test]
    fn no_start_no_error_of_it() {
        let mut files = files(&shop("till")).unwrap().clone();
        files[0].1 = b"title = \"x\"\n".to_vec();
        assert!(moved(&with_files(&shop("till"), files), 60.0).unwrap().is_none());
    }
}
