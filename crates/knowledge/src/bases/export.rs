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
use crate::formats::{self, Format, Prepared, Written};
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
    cancel: Cancel,
}

/// Stops the export that it is of, once it is dropped: nobody waits for what is written.
#[derive(Debug)]
pub struct StopsExport(Cancel);

impl Drop for StopsExport {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[derive(Debug)]
enum Content {
    /// It is held.
    Held(Arc<Space>),
    /// It is larger than memory, and read from a snapshot as it is written.
    Stored(Box<(Grown, Prepared)>),
}

/// What is to be exported. A base that is larger than memory is not loaded for that: as Atomese and JSON it is written from the nearest
/// snapshot, with the changes after it laid on top, block by block. All of it is gone through here once, so that a snapshot which is
/// damaged anywhere is passed over before anything is written.
pub async fn export(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (at, selection): (At, &Selection),
    format: Format,
) -> Result<Export> {
    let larger = match part(context, knowledge, name, at, selection).await {
        Ok(View { version, space, .. }) => return Ok(Export::of(version, format, Content::Held(space))),
        Err(larger @ KnowledgeError::Larger { .. }) if selection.is_whole() => larger,
        Err(other) => return Err(other),
    };
    if !format.is_piecewise() {
        return Err(KnowledgeError::Unwritable { format: format.name(), larger: Box::new(larger) });
    }
    let base = readable(context, knowledge, name).await?;
    let version = version_of(knowledge, &base, at).await?;
    let look = move |mut grown: Grown, cancel: &Cancel| {
        let prepared = formats::prepared(format, &mut grown, cancel)?;
        Ok(Box::new((grown, prepared)))
    };
    let found = on_stored(knowledge, &base, (version, GOING_THROUGH), look).await?;
    Ok(Export::of(version, format, Content::Stored(found.ok_or(larger)?)))
}

impl Export {
    fn of(version: u64, format: Format, content: Content) -> Self {
        Self { version, format, content, cancel: Cancel::new() }
    }

    /// What stops it when it is dropped, also while nothing of it is written: to be kept as long as somebody waits for it.
    pub fn stopping(&self) -> StopsExport {
        StopsExport(self.cancel.clone())
    }

    /// Writes it, as it is made: nothing of it is held longer. What this takes beside the base is a few bits for each atom, and what is
    /// told before the first of them: the types, and in the formats of graphs the names of the values.
    pub fn write(&mut self, out: &mut dyn Write) -> Result<Written> {
        match &mut self.content {
            Content::Held(space) => Ok(formats::write(self.format, space, out)?),
            Content::Stored(stored) => {
                let (grown, prepared) = &mut **stored;
                formats::write_piecewise(prepared, grown, out, &self.cancel)
            }
        }
    }

    /// What would be written, as [`Export::write`] counts it. For the formats that have a place for everything, nothing is gone through.
    pub fn counted(&mut self) -> Result<Written> {
        if self.format.is_piecewise() {
            let atoms = match &self.content {
                Content::Held(space) => space.len(),
                Content::Stored(stored) => usize::try_from(stored.0.len()).unwrap_or(usize::MAX),
            };
            return Ok(Written { atoms, ..Written::default() });
        }
        self.write(&mut std::io::sink())
    }
}
