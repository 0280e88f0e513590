//! What an inquiry starts from, and what it leaves: the files of an incident.

use std::io::Read as _;
use std::path::PathBuf;

use oriel_connectors::Collection;
use oriel_evidence::bundle::walk;
use oriel_evidence::{Limits, Skips, Source};
use oriel_model::InvestigationId;

use super::Inquiry;
use crate::error::{InvestigationError, Result};

/// Files of an incident in memory.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// The most bytes of an incident that an inquiry goes on from: it reads them again with each answer.
const MAX_BYTES: u64 = 256 << 20;
const ABOUT: &str = "incident.toml";

/// What an inquiry starts from.
#[derive(Debug)]
pub(crate) enum Start {
    /// The question alone; the id makes the archive one of its own.
    Question(InvestigationId),
    /// What an incident's archive holds.
    Archive(PathBuf),
}

/// The files to start from, with what is asked written into `incident.toml`. Blocks.
pub(crate) fn start(start: Start, inquiry: &Inquiry) -> Result<Files> {
    let (mut files, first_line) = match start {
        Start::Question(id) => (Vec::new(), format!("# investigation {id}\n")),
        Start::Archive(path) => (read(path)?, String::new()),
    };
    let known = files.iter().position(|(path, _)| path == ABOUT).map(|at| files.remove(at).1);
    let about = about(known.as_deref().unwrap_or_default(), inquiry)?;
    files.insert(0, (ABOUT.to_owned(), (first_line + &about).into_bytes()));
    Ok(files)
}

/// `incident.toml` with the question: as its title where it has none, as a symptom besides.
fn about(known: &[u8], inquiry: &Inquiry) -> Result<String> {
    let unreadable = |error: &dyn std::fmt::Display| {
        InvestigationError::Conflict(format!("The incident cannot be asked further: incident.toml: {error}"))
    };
    let mut table: toml::Table = toml::from_str(&String::from_utf8_lossy(known))
        .map_err(|error: toml::de::Error| unreadable(&error.message()))?;
    if !inquiry.namespace.is_empty() {
        table.insert("namespace".to_owned(), inquiry.namespace.clone().into());
    }
    if !inquiry.question.is_empty() {
        if table.contains_key("title") {
            let symptoms = table.entry("symptoms").or_insert_with(|| toml::Value::Array(Vec::new()));
            if let Some(symptoms) = symptoms.as_array_mut()
                && !symptoms.iter().any(|said| said.as_str() == Some(&inquiry.question))
            {
                symptoms.push(inquiry.question.clone().into());
            }
        } else {
            table.insert("title".to_owned(), inquiry.question.clone().into());
        }
    }
    toml::to_string(&table).map_err(|error| unreadable(&error))
}

fn read(path: PathBuf) -> Result<Files> {
    let mut files = Files::new();
    let (mut bytes, mut failed) = (0, None);
    let walked = walk(&Source::Archive(path), &Limits::default(), &mut Skips::default(), &mut |file, _| {
        let mut content = Vec::new();
        match file.reader.take(MAX_BYTES + 1 - bytes).read_to_end(&mut content) {
            Ok(read) => bytes += read as u64,
            Err(error) => failed = Some(error.to_string()),
        }
        if bytes <= MAX_BYTES {
            files.push((file.path.to_owned(), content));
        }
    });
    walked.map_err(InvestigationError::Archive)?;
    if bytes > MAX_BYTES {
        let why =
            format!("The incident holds more than {} MiB, too much to read again with each answer.", MAX_BYTES >> 20);
        return Err(InvestigationError::Conflict(why));
    }
    match failed {
        Some(why) => Err(InvestigationError::Conflict(format!("The incident's archive cannot be read: {why}."))),
        None => Ok(files),
    }
}

/// The files as an archive. Blocks.
pub(crate) fn pack(files: Files) -> Result<Vec<u8>> {
    let mut collection = Collection::default();
    for (path, bytes) in files {
        collection.add(path, bytes);
    }
    collection.archive().map_err(InvestigationError::Packing)
}

#[cfg(test)]
mod tests {
    use oriel_model::{ManualClock, TargetId};

    use super::*;

    fn inquiry(question: &str, namespace: &str) -> Inquiry {
        Inquiry {
            question: question.to_owned(),
            namespace: namespace.to_owned(),
            target_id: TargetId::generate(&ManualClock::default()),
            target_name: "jump".to_owned(),
            context: String::new(),
            max_commands: 12,
        }
    }

    fn said(known: &str, inquiry: &Inquiry) -> toml::Table {
        toml::from_str(&about(known.as_bytes(), inquiry).unwrap()).unwrap()
    }

    #[test]
    fn a_question_is_the_title_or_a_symptom() {
        let alone = said("", &inquiry("checkout \"is\" slow", "shop"));
        assert_eq!(
            (alone["title"].as_str(), alone["namespace"].as_str()),
            (Some("checkout \"is\" slow"), Some("shop"))
        );
        let more = said("title = 'old'\nnamespace = 'a'\nsymptoms = ['latency']", &inquiry("slow", ""));
        assert_eq!((more["title"].as_str(), more["namespace"].as_str()), (Some("old"), Some("a")));
        assert_eq!(more["symptoms"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn the_same_question_twice_makes_two_archives_and_what_is_packed_is_read_again() {
        let clock = ManualClock::default();
        let mut made = Vec::new();
        for _ in 0..2 {
            let files = start(Start::Question(InvestigationId::generate(&clock)), &inquiry("slow", "shop")).unwrap();
            made.push(pack(files).unwrap());
        }
        assert_ne!(made[0], made[1]);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.tar.zst");
        std::fs::write(&path, &made[0]).unwrap();
        let again = start(Start::Archive(path), &inquiry("", "")).unwrap();
        assert_eq!(again.len(), 1);
        assert!(String::from_utf8(again[0].1.clone()).unwrap().contains("slow"));
    }
}
