//! Another order of everything whose order means nothing: files, rows of tables, JSON lines, alerts, commands of a
//! transcript.
//!
//! What is read line by line with a memory of the line before (plain logs, the output of one command) stays as it is.
//! The order is that of a fixed generator seeded by the path, so that a run can be repeated.

use super::{Files, files, with_files};
use crate::adapters::EvalCase;
use serde_json::Value;

/// The case in another order.
pub fn shuffled(case: &EvalCase) -> anyhow::Result<EvalCase> {
    let mut changed: Files = Vec::new();
    for (path, bytes) in files(case)? {
        changed.push((path.clone(), contents(path, bytes)?));
    }
    shuffle(&mut changed, "files");
    Ok(with_files(case, changed))
}

fn contents(path: &str, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let ending = path.rsplit('.').next().unwrap_or_default();
    match ending {
        "csv" => table(path, bytes, b','),
        "tsv" => table(path, bytes, b'\t'),
        "jsonl" | "ndjson" => Ok(lines(path, bytes)),
        _ if path == "alerts.json" => Ok(alerts(path, bytes)),
        "txt" if path.starts_with("kubernetes/") => Ok(commands(path, bytes)),
        _ => Ok(bytes.to_vec()),
    }
}

fn table(path: &str, bytes: &[u8], delimiter: u8) -> anyhow::Result<Vec<u8>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let mut records: Vec<csv::ByteRecord> = reader.byte_records().collect::<Result<_, _>>()?;
    let header = if records.is_empty() { None } else { Some(records.remove(0)) };
    shuffle(&mut records, path);
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
    for record in header.iter().chain(&records) {
        writer.write_byte_record(record)?;
    }
    Ok(writer.into_inner()?)
}

fn lines(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    shuffle(&mut lines, path);
    let mut text = lines.join(&b'\n');
    text.push(b'\n');
    text
}

fn alerts(path: &str, bytes: &[u8]) -> Vec<u8> {
    let Ok(mut document) = serde_json::from_slice::<Value>(bytes) else { return bytes.to_vec() };
    let list = if document.is_array() { Some(&mut document) } else { document.get_mut("alerts") };
    if let Some(list) = list.and_then(Value::as_array_mut) {
        shuffle(list, path);
    }
    document.to_string().into_bytes()
}

fn commands(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut sections = sections(bytes);
    shuffle(&mut sections, path);
    sections.concat().into_bytes()
}

/// The sections of a transcript: a command with its output, and the remark above it.
pub(super) fn sections(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut sections: Vec<String> = Vec::new();
    let mut remarked = false;
    for line in text.lines() {
        let remark = line.starts_with("# node ");
        if remark || (line.starts_with("$ ") && !remarked) || sections.is_empty() {
            sections.push(String::new());
        }
        remarked = remark;
        if let Some(section) = sections.last_mut() {
            section.push_str(line);
            section.push('\n');
        }
    }
    sections
}

/// Fisher and Yates' shuffle with a linear congruential generator (Knuth's MMIX constants) seeded by `seed`.
pub(super) fn shuffle<T>(list: &mut [T], seed: &str) {
    let mut state = seed
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    for last in (1..list.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(last, (state >> 33) as usize % (last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{shop, text, verdict};
    use super::*;

    #[test]
    fn rows_move_the_header_stays_and_none_is_lost() {
        let (before, after) = (shop("till"), shuffled(&shop("till")).unwrap());
        let (old, new) = (text(&before, "metrics/m.csv"), text(&after, "metrics/m.csv"));
        assert_eq!(old.lines().next(), new.lines().next());
        assert_ne!(old.lines().nth(1), new.lines().nth(1));
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&old), sorted(&new));
        let same = |entity: &str| entity.to_owned();
        assert_eq!(super::super::compare(&verdict(&before), &verdict(&after), &same).any(), None);
    }

    #[test]
    fn a_command_keeps_its_output_and_its_remark() {
        let transcript = "$ a\n1\n2\n# node w\n$ b\n3\n$ c\n4\n";
        let mut sections = String::from_utf8(commands("kubernetes/t.txt", transcript.as_bytes())).unwrap();
        for section in ["$ a\n1\n2\n", "# node w\n$ b\n3\n", "$ c\n4\n"] {
            assert!(sections.contains(section), "{sections}");
            sections = sections.replace(section, "");
        }
        assert_eq!(sections, "");
    }

    #[test]
    fn lines_and_alerts_are_kept_whole() {
        assert_eq!(lines("logs/a.jsonl", b"{}\n{}\n"), b"{}\n{}\n");
        let alerts = alerts("alerts.json", br#"{"alerts":[{"name":"a"},{"name":"b"},{"name":"c"}]}"#);
        let document: Value = serde_json::from_slice(&alerts).unwrap();
        assert_eq!(document["alerts"].as_array().unwrap().len(), 3);
    }
}
