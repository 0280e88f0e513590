//! Writing what a base holds to where somebody wants it.

use std::io::Write;
use std::sync::Arc;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::Space;
use oriel_identity::Context;

use super::part::{on_stored, part};
use super::read::version_of;
use super::{At, Selection, View};
use crate::error::{KnowledgeError, Result};
use crate::formats::{self, Format, Written};
use crate::part::Grown;
use crate::service::{Knowledge, readable};
use crate::work::GOING_THROUGH;

/// What a base holds at a version, all of it or a part, to be written in a format.
#[derive(Debug)]
pub struct Export {
    /// The version.
    pub version: u64,
    /// The format.
    pub format: Format,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// It is held.
    Held(Arc<Space>),
    /// It is larger than memory, and read from a snapshot as it is written.
    Stored(Box<Grown>),
}

/// What is to be exported. A base that is larger than memory is not loaded for that: as Atomese and JSON it is written from the nearest
/// snapshot, with the changes after it laid on top, block by block.
pub async fn export(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (at, selection): (At, &Selection),
    format: Format,
) -> Result<Export> {
    let larger = match part(context, knowledge, name, at, selection).await {
        Ok(View { version, space, .. }) => return Ok(Export { version, format, content: Content::Held(space) }),
        Err(larger @ KnowledgeError::Larger { .. }) if selection.is_whole() => larger,
        Err(other) => return Err(other),
    };
    if !format.is_piecewise() {
        return Err(KnowledgeError::Unwritable { format: format.name(), larger: Box::new(larger) });
    }
    let base = readable(context, knowledge, name).await?;
    let version = version_of(knowledge, &base, at).await?;
    let grown = on_stored(knowledge, &base, (version, GOING_THROUGH), |grown, _| Ok(grown)).await?;
    let grown = Box::new(grown.ok_or(larger)?);
    Ok(Export { version, format, content: Content::Stored(grown) })
}

impl Export {
    /// Writes it, as it is made: nothing of it is held longer. What this takes beside the base is a few bits for each atom, and what is
    /// told before the first of them: the types, and in the formats of graphs the names of the values.
    pub fn write(&mut self, out: &mut dyn Write) -> Result<Written> {
        match &mut self.content {
            Content::Held(space) => Ok(formats::write(self.format, space, out)?),
            Content::Stored(grown) => formats::write_piecewise(self.format, &mut **grown, out, &Cancel::new()),
        }
    }

    /// What would be written, as [`Export::write`] counts it. For the formats that have a place for everything, nothing is gone through.
    pub fn counted(&mut self) -> Result<Written> {
        if self.format.is_piecewise() {
            let atoms = match &self.content {
                Content::Held(space) => space.len(),
                Content::Stored(grown) => usize::try_from(grown.len()).unwrap_or(usize::MAX),
            };
            return Ok(Written { atoms, ..Written::default() });
        }
        self.write(&mut std::io::sink())
    }
}
