//! Files of YAML or JSON documents, each with the line where it begins.

use serde_json::Value;

use super::kind::IngestError;

/// Documents of one file at most.
const MOST: usize = 100_000;

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Document {
    /// Where it begins, from 1.
    pub(super) line: u32,
    pub(super) value: Value,
}

/// The documents of a file, and why others of it cannot be read: JSON where it begins like it (also one document a line), else YAML. An
/// error where none can be read.
pub(super) fn read(file: &str, text: &str) -> Result<(Vec<Document>, Vec<IngestError>), IngestError> {
    let mut found = Found { file, all: Vec::new(), broken: Vec::new() };
    if text.trim_start().starts_with(['{', '[']) {
        found.json(text)?;
    } else {
        found.yaml(text)?;
    }
    let Found { all, mut broken, .. } = found;
    if all.is_empty() && !broken.is_empty() {
        return Err(broken.swap_remove(0));
    }
    Ok((all, broken))
}

fn lines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

/// The documents that were found in a file.
struct Found<'a> {
    file: &'a str,
    all: Vec<Document>,
    broken: Vec<IngestError>,
}

impl Found<'_> {
    fn add(&mut self, read: Result<Option<Document>, IngestError>) -> Result<(), IngestError> {
        match read {
            Ok(document) => self.all.extend(document),
            Err(error) => self.broken.push(error),
        }
        if self.all.len() + self.broken.len() <= MOST {
            return Ok(());
        }
        Err(IngestError::TooMuch { what: format!("{}: documents", self.file), most: MOST })
    }

    /// JSON, document after document. Where one cannot be read, it goes on at the next line that begins like one.
    fn json(&mut self, text: &str) -> Result<(), IngestError> {
        let (mut rest, mut first) = (text, 1_u32);
        while let Some((broken, begins)) = self.stream(rest, first)? {
            let after = rest.get(begins..).unwrap_or_default();
            let ends = after.find('\n').map_or(after.len(), |end| end + 1);
            let next = next_document(after.get(ends..).unwrap_or_default());
            self.add(Err(broken))?;
            let Some(next) = next else { return Ok(()) };
            let at = begins + ends + next;
            first += lines(rest.get(..at).unwrap_or_default());
            rest = rest.get(at..).unwrap_or_default();
        }
        Ok(())
    }

    /// Reads until one cannot be read: why, and where it begins.
    fn stream(&mut self, text: &str, first: u32) -> Result<Option<(IngestError, usize)>, IngestError> {
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let (mut line, mut seen) = (first, 0);
        loop {
            let begins = stream.byte_offset();
            let Some(next) = stream.next() else { return Ok(None) };
            let blank = text.get(begins..).map_or(0, |rest| rest.len() - rest.trim_start().len());
            line += lines(text.get(seen..begins + blank).unwrap_or_default());
            seen = begins + blank;
            match next {
                Ok(value) => self.add(Ok(Some(Document { line, value })))?,
                Err(error) => {
                    // It tells the place by itself, from where this was begun.
                    let message = error.to_string();
                    let message = message.split(" at line ").next().unwrap_or_default().to_owned();
                    let broken = IngestError::Syntax {
                        file: self.file.to_owned(),
                        line: first as usize - 1 + error.line(),
                        column: error.column(),
                        message,
                    };
                    return Ok(Some((broken, seen)));
                }
            }
        }
    }

    /// YAML is cut at its `---` lines, so that each document has its line. The reader bounds aliases and depth.
    fn yaml(&mut self, text: &str) -> Result<(), IngestError> {
        let (mut begins, mut at, mut first) = (0, 0, 1_u32);
        for (line, all) in (1_u32..).zip(text.split_inclusive('\n')) {
            let is_cut = all.trim_end() == "---" || all.starts_with("--- ");
            if is_cut {
                self.add(document(self.file, text.get(begins..at).unwrap_or_default(), first))?;
                // What stands behind the dashes is a comment.
                (begins, first) = (at + all.len(), line + 1);
            }
            at += all.len();
        }
        self.add(document(self.file, text.get(begins..).unwrap_or_default(), first))
    }
}

/// Where the next line stands that begins as a document does.
fn next_document(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with('{') {
            return Some(at);
        }
        at += line.len();
    }
    None
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
