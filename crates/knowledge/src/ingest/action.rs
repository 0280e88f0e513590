//! Ingesting files into a base.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oriel_atomspace::space::Space;
use oriel_identity::{Action, Context, authorize};
use oriel_model::Timestamp;
use serde::Serialize;

use super::documents::Document;
use super::facts::Facts;
use super::kind::{self, IngestError, Kind, Read, Text};
use super::lay::{self, Laid, Source};
use super::voices::STATED;
use super::{compose, kubernetes, names, otlp};
use crate::bases::{Applied, At, Note, View, check_moment, make, read};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;

/// Letters of the name of a source at most.
const NAME: usize = 200;
/// How often an ingestion without an expected version is tried again, where somebody else was faster.
const TRIES: u32 = 8;

/// How files are ingested.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingest {
    /// The name of the source: what an ingestion of the same name said before and this one does not say is taken away.
    pub source: String,
    /// What the files are; found out of each where it is not said.
    pub kind: Option<Kind>,
    /// Whether files of which nobody knows what they are, are passed over; else they are an error.
    pub passes_over: bool,
    /// When it was observed, where the files do not say it; now if not given.
    pub observed: Option<Timestamp>,
    /// Whether all that the source said before may go, or be said of files of other kinds; else that is an error.
    pub all_gone: bool,
    /// The version that it is made for; none for the newest, whatever it is.
    pub expected: Option<u64>,
    /// Whether to tell only what would be done.
    pub dry_run: bool,
    /// Files that lie beside those that are ingested, and are read where one of those names them: see [`referenced`].
    pub beside: Vec<Text>,
}

/// What an ingestion did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ingested {
    /// The version that it was compared with.
    pub version: u64,
    /// The name of the source.
    pub source: String,
    /// The files that were read, each with its kind.
    pub files: Vec<(String, Kind)>,
    /// How many facts there are, without what says of which kinds the entities are.
    pub facts: usize,
    /// Atoms that are new by it.
    pub added: usize,
    /// Atoms that say something else by it, or have it as one more source.
    pub changed: usize,
    /// Atoms that it does not say any more.
    pub gone: usize,
    /// Atoms that are only said at another place or time.
    pub moved: usize,
    /// How much was withheld because it is, or looks like, a secret.
    pub withheld: u64,
    /// What was noticed.
    pub remarks: Vec<String>,
    /// The change that was made; none for a dry run, or where there was nothing to change.
    pub applied: Option<Applied>,
}

/// Makes a base say of a source what these files say, as one change. Nothing is changed where any of them cannot be read.
pub async fn ingest(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    files: Vec<Text>,
    how: Ingest,
) -> Result<Ingested> {
    authorize(context, Action::ChangeKnowledge)?;
    check(&how)?;
    let given = files.iter().chain(&how.beside).map(|file| file.bytes.len() as u64).sum();
    let limit = knowledge.inner.settings.change_bytes;
    if given > limit {
        return Err(KnowledgeError::TooLarge { given, limit });
    }
    let now = how.observed.unwrap_or_else(|| context.now()).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let work = Arc::new(Work { files, how, now });
    let mut tries = 1;
    loop {
        match once(context, knowledge, name, Arc::clone(&work)).await {
            Err(KnowledgeError::Version { .. }) if work.how.expected.is_none() && tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

/// What is to be done.
struct Work {
    files: Vec<Text>,
    how: Ingest,
    now: String,
}

/// Ingests into the newest version, unless another one comes meanwhile.
async fn once(context: &Context, knowledge: &Knowledge, name: &str, work: Arc<Work>) -> Result<Ingested> {
    let View { base, space, version } = read(context, knowledge, name, At::Newest).await?;
    let (source, dry_run) = (work.how.source.clone(), work.how.dry_run);
    if let Some(expected) = work.how.expected.filter(|expected| *expected != version) {
        return Err(KnowledgeError::Version { expected, found: version });
    }
    let worked = tokio::task::spawn_blocking(move || {
        let Work { files, how, now } = &*work;
        let (facts, files) = facts_of(&space, files, how)?;
        let kinds = files.iter().map(|(_, kind)| *kind).collect();
        let laid = lay::lay(&space, &Source { name: &how.source, kinds, now, all_gone: how.all_gone }, &facts)?;
        Ok::<_, KnowledgeError>((facts, files, laid))
    });
    let (facts, files, Laid { change, added, changed, gone, moved, kept }) = worked.await??;
    let Facts { mut remarks, withheld, all, .. } = facts;
    if gone > kept && kept > 0 {
        remarks.push(format!("{source}: of {} atoms that it said, {gone} go: is it the right source?", gone + kept));
    }
    let mut ingested = Ingested {
        version,
        files,
        facts: all.len(),
        added,
        changed,
        gone,
        moved,
        withheld,
        remarks,
        applied: None,
        source,
    };
    if !dry_run && !change.is_empty() {
        // What was compared is what is changed.
        let note = Note { expected: Some(version), text: format!("ingest {}", ingested.source) };
        ingested.applied = Some(make(context, knowledge, &base, "ingest", Arc::new(change), &note).await?);
    }
    Ok(ingested)
}

fn check(how: &Ingest) -> Result<()> {
    let source = &how.source;
    if let Some(observed) = how.observed {
        check_moment("observed", observed)?;
    }
    if source.trim().is_empty() || source.chars().count() > NAME || source.chars().any(char::is_control) {
        let message = format!(
            "name the source in 1 to {NAME} letters, without control characters: the next ingestion of it replaces this one"
        );
        return Err(KnowledgeError::invalid("source", message));
    }
    if source == STATED {
        return Err(KnowledgeError::invalid(
            "source",
            format!("`{STATED}` is what no source says: choose another name"),
        ));
    }
    Ok(())
}

/// The name of a file as [`referenced`] writes it, whatever way it was given: `./a.yaml` is `a.yaml`.
pub fn plain(name: &str) -> String {
    compose::named(name)
}

/// The names of the files that a file includes, or extends parts of, if it is a Compose file: to be given along, where they may be read.
pub fn referenced(text: &Text) -> Vec<String> {
    // What is long, and names nothing, is not read for that.
    let names = |content: &str| ["include", "extends"].iter().any(|word| content.contains(word));
    if !std::str::from_utf8(&text.bytes).is_ok_and(names) {
        return Vec::new();
    }
    match kind::read(text, None, &mut Facts::default()) {
        Ok((Kind::Compose, Read::Documents(documents))) => {
            compose::referenced(&text.file, &documents).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The Compose files that lie beside others; what cannot be read is noted.
fn beside(files: &[Text], facts: &mut Facts) -> Vec<(String, Vec<Document>)> {
    let mut all = Vec::new();
    for file in files {
        facts.begin(&file.file);
        match kind::read(file, Some(Kind::Compose), facts) {
            Ok((_, Read::Documents(documents))) => all.push((file.file.clone(), documents)),
            Ok(_) => {}
            Err(error) => facts.remark_of_all(format!("{error}: nothing is taken of it")),
        }
    }
    all
}

fn facts_of(
    space: &Space,
    files: &[Text],
    how: &Ingest,
) -> std::result::Result<(Facts, Vec<(String, Kind)>), IngestError> {
    let (mut facts, mut all) = (Facts::default(), Vec::new());
    let (mut texts, mut cluster, mut traces, mut projects) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for file in files {
        facts.begin(&file.file);
        match kind::read(file, how.kind, &mut facts) {
            Ok((Kind::Markdown, read)) => texts.push((&file.file, read)),
            // What refers to what may stand in several files.
            Ok((kind @ (Kind::Kubernetes | Kind::Otlp | Kind::Compose), Read::Documents(documents))) => {
                let together = match kind {
                    Kind::Kubernetes => &mut cluster,
                    Kind::Otlp => &mut traces,
                    _ => &mut projects,
                };
                together.push((file.file.clone(), documents));
                all.push((file.file.clone(), kind));
            }
            Ok((kind, read)) => {
                kind::facts(kind, &read, &mut facts)?;
                all.push((file.file.clone(), kind));
            }
            Err(IngestError::Unknown { .. }) if how.passes_over => facts.remark("passed over: nobody knows what it is"),
            Err(error) => return Err(error),
        }
    }
    let beside = beside(&how.beside, &mut facts);
    compose::facts(&projects, &beside, &mut facts)?;
    facts.begin("");
    kubernetes::facts(&cluster, &mut facts)?;
    otlp::facts(&traces, &mut facts)?;
    names::resolve(&mut facts, space);
    // Texts speak of what the base and the other files know.
    let known = space.by_type(oriel_atomspace::space::AtomType::CONCEPT).filter_map(|atom| space.name(atom));
    let known = known.chain(facts.all.keys().map(|said| said.of.as_str()));
    let names: BTreeSet<&str> = known.filter_map(|name| name.strip_prefix("service/")).collect();
    let mut services = BTreeMap::<String, Vec<String>>::new();
    for name in names {
        services.entry(name.to_lowercase()).or_default().push(name.to_owned());
    }
    facts.services = services;
    for (file, read) in texts {
        facts.begin(file);
        kind::facts(Kind::Markdown, &read, &mut facts)?;
        all.push((file.clone(), Kind::Markdown));
    }
    names::resolve(&mut facts, space);
    facts.check()?;
    Ok((facts, all))
}
