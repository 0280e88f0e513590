//! Files of YAML or JSON documents, each with the line where it begins.

use serde_json::Value;

use super::kind::IngestError;

/// Documents of one file at most.
const MOST: usize = 100_000;

/// A document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Where it begins, from 1.
    pub(super) line: u32,
    pub(super) value: Value,
}

/// The documents of a file: JSON where it begins like it (also one document a line), else YAML.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Document>, IngestError> {
    if text.trim_start().starts_with(['{', '[']) { json(file, text) } else { yaml(file, text) }
}

fn json(file: &str, text: &str) -> Result<Vec<Document>, IngestError> {
    let mut found = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let (mut line, mut seen) = (1_u32, 0);
    loop {
        let begins = stream.byte_offset();
        let Some(next) = stream.next() else { return Ok(found) };
        let value = next.map_err(|error| IngestError::Syntax {
            file: file.to_owned(),
            line: error.line(),
            column: error.column(),
            message: error.to_string(),
        })?;
        let blank = text.get(begins..).map_or(0, |rest| rest.len() - rest.trim_start().len());
        line += lines(text.get(seen..begins + blank).unwrap_or_default());
        seen = begins + blank;
        found.push(Document { line, value });
        enough(file, &found)?;
    }
}

fn lines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

fn enough(file: &str, found: &[Document]) -> Result<(), IngestError> {
    if found.len() <= MOST {
        return Ok(());
    }
    Err(IngestError::TooMuch { what: format!("{file}: documents"), most: MOST })
}

/// YAML is cut at its `---` lines, so that each document has its line. The reader bounds aliases and depth.
fn yaml(file: &str, text: &str) -> Result<Vec<Document>, IngestError> {
    let mut found = Vec::new();
    let (mut begins, mut at, mut first) = (0, 0, 1_u32);
    for (line, all) in (1_u32..).zip(text.split_inclusive('\n')) {
        let is_cut = all.trim_end() == "---" || all.starts_with("--- ");
        if is_cut {
            found.extend(document(file, text.get(begins..at).unwrap_or_default(), first)?);
            enough(file, &found)?;
            // What stands behind the dashes is a comment.
            (begins, first) = (at + all.len(), line + 1);
        }
        at += all.len();
    }
    found.extend(document(file, text.get(begins..).unwrap_or_default(), first)?);
    Ok(found)
}

fn document(file: &str, text: &str, first: u32) -> Result<Option<Document>, IngestError> {
    let mut lines = (first..).zip(text.lines());
    let Some((line, _)) = lines.find(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#')) else {
        return Ok(None);
    };
    match serde_saphyr::from_str::<Value>(text) {
        Ok(value) => Ok(Some(Document { line, value })),
        Err(error) => {
            let (row, column) = error.location().map_or((1, 1), |at| (at.line() as usize, at.column() as usize));
            // The first line is enough; the rest shows the text, which may hold what nobody should see.
            let message = error.without_snippet().to_string().lines().next().unwrap_or_default().to_owned();
            // The name of a key may be what nobody should see, too.
            let is_twice = message.to_lowercase().contains("duplicate");
            let message =
                if is_twice { "a key stands twice in one mapping: leave one of them out".to_owned() } else { message };
            Err(IngestError::Syntax { file: file.to_owned(), line: first as usize + row - 1, column, message })
        }
    }
}
