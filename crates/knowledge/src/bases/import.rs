//! Adding what other formats hold.

use std::sync::Arc;

use oriel_atomspace::space::Space;
use oriel_identity::{Action, Context, authorize};

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

/// Adds what these files hold, as one change: all of it or, where any of it cannot be read, nothing. Types that the base
/// or an earlier file declares are known in them. Where all are of the text format, each is added as it is written, so that what
/// it sets is set on what is there.
pub async fn import(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    files: Vec<Import>,
    note: Note,
) -> Result<Applied> {
    authorize(context, Action::ChangeKnowledge)?;
    let limit = knowledge.inner.settings.change_bytes;
    let given: u64 = files.iter().map(|file| file.bytes.len() as u64).sum();
    if given > limit {
        return Err(KnowledgeError::TooLarge { given, limit });
    }
    if files.iter().all(|file| file.format == Format::Atomese) {
        let names: Vec<String> = files.iter().map(|file| file.file.clone()).collect();
        let operations = files.into_iter().map(written).collect::<Result<_>>()?;
        let made = make(context, knowledge, name, "apply", Arc::new(Change { operations }), &note).await;
        return made.map_err(|error| named(error, &names));
    }
    let view = read(context, knowledge, name, At::Newest).await?;
    let change = tokio::task::spawn_blocking(move || {
        let mut operations = Vec::new();
        let mut types = view.space.types().clone();
        for Import { file, format, bytes } in files {
            let read = formats::read(format, &bytes, &types);
            let space = read.map_err(|source| KnowledgeError::File { file, source })?;
            operations.push(Operation::Add(text(&space, limit)?));
            types = space.types().clone();
        }
        Ok::<_, KnowledgeError>(Change { operations })
    });
    make(context, knowledge, name, "import", Arc::new(change.await??), &note).await
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

/// A space as text, no longer than a change may be.
fn text(space: &Space, limit: u64) -> Result<String> {
    let written = formats::write_bounded(Format::Atomese, space, limit);
    let wrong = |error| match error {
        FormatError::TooLong { .. } => KnowledgeError::TooLarge { given: limit.saturating_add(1), limit },
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
        let error = text(&space, 1 << 20).unwrap_err();
        assert!(matches!(error, KnowledgeError::TooLarge { .. }), "{error}");
    }
}
