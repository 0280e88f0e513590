//! Adding what other formats hold.

use std::sync::Arc;

use oriel_atomspace::space::Space;
use oriel_identity::{Action, Context, authorize};
use serde::Serialize;

use super::apply::make;
use super::{Applied, At, Note, read};
use crate::change::{Change, ChangeError, Operation};
use crate::error::{KnowledgeError, Result};
use crate::formats::{self, Format, FormatError};
use crate::service::Knowledge;

/// A file to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What it is called in errors.
    pub file: String,
    /// Its format.
    pub format: Format,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// The change.
    #[serde(flatten)]
    pub applied: Applied,
    /// Types that files of other formats declared, or named without anybody having declared them, in words.
    pub declared: Vec<String>,
}

/// Adds what these files hold, as one change: all of it or, where any of it cannot be read, nothing. Types that the base
/// or an earlier file declares are known in them. Where all are of the text format, each is added as it is written, so that what
/// it sets is set on what is there.
pub async fn import(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    files: Vec<Import>,
    note: Note,
) -> Result<Imported> {
    authorize(context, Action::ChangeKnowledge)?;
    let limit = knowledge.inner.settings.change_bytes;
    let given: u64 = files.iter().map(|file| file.bytes.len() as u64).sum();
    if given > limit {
        return Err(KnowledgeError::TooLarge { given, limit });
    }
    if files.iter().all(|file| file.format == Format::Atomese) {
        let names: Vec<String> = files.iter().map(|file| file.file.clone()).collect();
        let operations = files.into_iter().map(written).collect::<Result<_>>()?;
        let base = knowledge.named(name).await?;
        let made = make(context, knowledge, &base, "apply", Arc::new(Change { operations }), &note).await;
        let applied = made.map_err(|error| named(error, &names))?;
        return Ok(Imported { applied, declared: Vec::new() });
    }
    let view = read(context, knowledge, name, At::Newest).await?;
    let base = view.base.clone();
    let change = tokio::task::spawn_blocking(move || {
        let (mut operations, mut declared) = (Vec::new(), Vec::new());
        let mut types = view.space.types().clone();
        for Import { file, format, bytes } in files {
            let read = formats::read_within(format, &bytes, &types, Some(limit));
            let space = read.map_err(|source| KnowledgeError::File { file: file.clone(), source })?;
            operations.push(Operation::Add(text(&file, &space, limit)?));
            if format != Format::Atomese {
                declared.extend(formats::types::news(&types, space.types()));
            }
            types = space.types().clone();
        }
        Ok::<_, KnowledgeError>((Change { operations }, declared))
    });
    let (change, declared) = change.await??;
    let applied = make(context, knowledge, &base, "import", Arc::new(change), &note).await?;
    Ok(Imported { applied, declared })
}

/// A file of the text format, as it is.
fn written(Import { file, format, bytes }: Import) -> Result<Operation> {
    String::from_utf8(bytes).map(Operation::Add).map_err(|error| {
        let (line, column) = formats::position(error.as_bytes(), error.utf8_error().valid_up_to());
        let source = FormatError::At { format, line, column, message: "it is not UTF-8".to_owned() };
        KnowledgeError::File { file, source }
    })
}

/// Says in which file a mistake is.
fn named(error: KnowledgeError, names: &[String]) -> KnowledgeError {
    match error {
        KnowledgeError::Change(ChangeError::Text { operation, word, source }) => {
            match operation.checked_sub(1).and_then(|at| names.get(at)) {
                Some(file) => KnowledgeError::File { file: file.clone(), source: source.into() },
                None => ChangeError::Text { operation, word, source }.into(),
            }
        }
        other => other,
    }
}

/// What a file holds as text, no longer than a change may be.
fn text(file: &str, space: &Space, limit: u64) -> Result<String> {
    let written = formats::write_bounded(Format::Atomese, space, limit);
    let wrong = |error| match error {
        FormatError::TooLong { .. } => KnowledgeError::Longer { file: file.to_owned(), limit },
        other => other.into(),
    };
    // What is written is UTF-8.
    Ok(String::from_utf8(written.map_err(wrong)?.0).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_many_times_is_refused_and_not_written_out() {
        let links: Vec<String> = (0..60).map(|at| format!(",{{\"type\":\"List\",\"out\":[{at},{at}]}}")).collect();
        let first = "{\"format\":\"oriel-atoms\",\"version\":1,\"atoms\":[{\"type\":\"Concept\",\"name\":\"a\"}";
        let atoms = format!("{first}{}]}}", links.concat());
        let space = formats::read(Format::Json, atoms.as_bytes(), Space::new().types()).unwrap();
        assert_eq!(space.len(), 61, "2^60 atoms when written out");
        let error = text("f", &space, 1 << 20).unwrap_err();
        assert!(matches!(error, KnowledgeError::Longer { .. }), "{error}");
        let types = Space::new().types().clone();
        let error = formats::read_within(Format::Json, atoms.as_bytes(), &types, Some(1 << 20)).unwrap_err();
        assert!(error.to_string().starts_with("JSON: atom 16: written out as text"), "{error}");
    }

    #[test]
    fn what_is_deeper_than_a_text_may_be_is_told_by_its_place() {
        let links: Vec<String> = (0..3_000).map(|at| format!(",{{\"type\":\"List\",\"out\":[{at}]}}")).collect();
        let first = "{\"format\":\"oriel-atoms\",\"version\":1,\"atoms\":[{\"type\":\"Concept\",\"name\":\"a\"}";
        let (atoms, types) = (format!("{first}{}]}}", links.concat()), Space::new().types().clone());
        let error = formats::read_within(Format::Json, atoms.as_bytes(), &types, Some(1 << 20)).unwrap_err();
        assert!(error.to_string().starts_with("JSON: atom 1000: it joins atoms that join atoms"), "{error}");
        // What is taken can be carried out.
        let fits = format!("{first}{}]}}", links[..999].concat());
        let space = formats::read_within(Format::Json, fits.as_bytes(), &types, Some(1 << 20)).unwrap();
        Space::new().load(&text("f", &space, 1 << 20).unwrap()).unwrap();
    }
}
