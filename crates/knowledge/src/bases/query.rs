//! Asking a base.

use std::sync::Arc;
use std::time::Duration;

use oriel_atomspace::query::{self, Bounds, Explanation, Functions, Kind, Query, QueryError, Stopped};
use oriel_atomspace::space::{AtomType, Frame, Handle, Space, TooLong};
use oriel_identity::{Action, Context, authorize};
use serde::Serialize;

use super::apply::make;
use super::{Applied, At, Note, Selection, View, part, read};
use crate::change::Change;
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;
use crate::work::within;

/// The longest query, in bytes.
const LONGEST: usize = 1 << 20;
/// How often what a query finds is written again, where the base was changed meanwhile.
const TRIES: u32 = 8;

/// How a base is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// At which version.
    pub at: At,
    /// Which part of the base; what a query finds there is what that part alone holds.
    pub selection: Selection,
    /// How many solutions at most.
    pub limit: usize,
    /// How many candidates may be looked at.
    pub steps: u64,
    /// How long it may take.
    pub time: Duration,
}

impl Default for Ask {
    /// The newest version, all of it, a thousand solutions, a billion steps, half a minute.
    fn default() -> Self {
        let (steps, time) = (Bounds::default().steps, Duration::from_secs(30));
        Self { at: At::Newest, selection: Selection::default(), limit: 1_000, steps, time }
    }
}

/// What a base answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The version that was asked.
    pub version: u64,
    /// What was found.
    pub found: Found,
    /// Whether there is more than the limit lets through.
    pub more: bool,
}

/// What a query finds. Atoms are written in the text format, with what they carry.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Found {
    /// Solutions: an atom for each variable; of a glob the atoms side by side.
    Solutions {
        /// The variables, in the order of the columns.
        variables: Vec<String>,
        /// A row for each solution.
        rows: Vec<Vec<String>>,
    },
    /// Atoms: what templates became, or what contains what was asked for.
    Atoms {
        /// Each once.
        atoms: Vec<String>,
    },
    /// Whether there is a solution.
    Holds {
        /// Whether there is.
        holds: bool,
    },
}

/// Asks a base. Nothing is changed; what a `Bind` would write is only shown.
pub async fn query(context: &Context, knowledge: &Knowledge, name: &str, text: &str, ask: &Ask) -> Result<Answer> {
    check(text)?;
    let view = part(context, knowledge, name, ask.at, &ask.selection).await?;
    let (version, text, limit) = (view.version, text.to_owned(), ask.limit);
    let (found, more) = bounded(ask, move |bounds| asked(&view.space, &text, limit, &bounds)).await?;
    Ok(Answer { version, found, more })
}

/// How a query would be searched; where `ask_it`, it is asked, and what came of each step is told too.
pub async fn explain(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    text: &str,
    (ask, ask_it): (&Ask, bool),
) -> Result<Explanation> {
    check(text)?;
    let view = part(context, knowledge, name, ask.at, &ask.selection).await?;
    let text = text.to_owned();
    bounded(ask, move |bounds| {
        if head(&view.space, &text)? == AtomType::DUAL {
            let (apart, _, about) = about(&view.space, &text)?;
            return Ok(query::explain_dual(&apart, about, ask_it.then_some(bounds))?);
        }
        let query = Query::parse_in(&view.space, &text)?;
        let prepared = query.prepare(&view.space)?;
        if !ask_it {
            return Ok(prepared.explain());
        }
        let mut solutions = prepared.solutions(bounds);
        for solution in solutions.by_ref() {
            solution.map_err(QueryError::from)?;
        }
        Ok(solutions.explain())
    })
    .await
}

/// Asks the newest version, and keeps what the templates of a `Bind` or `Query` become, as a change. None where the base
/// has all of it already.
pub async fn rewrite(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    text: &str,
    (ask, note): (&Ask, Note),
) -> Result<Option<Applied>> {
    authorize(context, Action::ChangeKnowledge)?;
    check(text)?;
    if !ask.selection.is_whole() {
        return Err(KnowledgeError::invalid(
            "selection",
            "what is kept is found in the whole base: select no part of it",
        ));
    }
    let mut tries = 1;
    loop {
        let view = read(context, knowledge, name, At::Newest).await?;
        let (base, version, text) = (view.base.clone(), view.version, text.to_owned());
        if let Some(expected) = note.expected.filter(|expected| *expected != version) {
            return Err(KnowledgeError::Version { expected, found: version });
        }
        let change = bounded(ask, move |bounds| written(&view, &text, &bounds)).await?;
        if change.is_empty() {
            return Ok(None);
        }
        let on = Note { expected: Some(version), text: note.text.clone() };
        match make(context, knowledge, &base, "query", Arc::new(change), &on).await {
            Err(KnowledgeError::Version { .. }) if note.expected.is_none() && tries < TRIES => tries += 1,
            done => return done.map(Some),
        }
    }
}

/// How many parts a query may make of one solution, and keep: some hundred megabytes.
const PARTS: u64 = 3_000_000;

fn check(text: &str) -> Result<()> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    Err(KnowledgeError::invalid("query", format!("it has {} bytes, and may have {LONGEST}", text.len())))
}

/// Works on another thread, and stops the work when its time is up.
async fn bounded<T: Send + 'static>(ask: &Ask, work: impl FnOnce(Bounds) -> Result<T> + Send + 'static) -> Result<T> {
    let steps = ask.steps;
    let work = move |cancel| work(Bounds { steps, parts: PARTS, cancel: Some(cancel), ..Bounds::default() });
    match within(ask.time, work).await? {
        (Err(KnowledgeError::Query(QueryError::Stopped(Stopped::Cancelled))), true) => {
            Err(KnowledgeError::TooSlow { seconds: ask.time.as_secs() })
        }
        (done, _) => done,
    }
}

fn asked(space: &Space, text: &str, limit: usize, bounds: &Bounds) -> Result<(Found, bool)> {
    if head(space, text)? == AtomType::DUAL {
        return dual(space, text, limit, bounds);
    }
    let query = Query::parse_in(space, text)?;
    let prepared = query.prepare(space)?;
    match query.kind() {
        Kind::Satisfaction => Ok((Found::Holds { holds: prepared.holds(bounds.clone())? }, false)),
        Kind::Get => {
            let variables: Vec<String> = query.variables().map(str::to_owned).collect();
            let (mut rows, mut more, mut room) = (Vec::new(), false, Room::default());
            for solution in prepared.solutions(bounds.clone()) {
                let solution = solution.map_err(QueryError::from)?;
                more = rows.len() >= limit;
                if more {
                    break;
                }
                room.take(space, (0..solution.len()).flat_map(|column| solution.atoms(column)).copied())?;
                let texts = |column| {
                    let atoms = solution.atoms(column).iter();
                    atoms.map(|atom| space.show_whole(*atom, LARGEST as usize)).collect::<Result<Vec<_>, _>>()
                };
                let columns = (0..solution.len()).map(|column| Ok(texts(column)?.join(" ")));
                rows.push(columns.collect::<Result<_, TooLong>>()?);
            }
            Ok((Found::Solutions { variables, rows }, more))
        }
        Kind::Join(_) => {
            let mut apart = space.clone();
            let found = prepared.replaced(bounds.clone())?;
            let atoms: std::result::Result<Vec<_>, _> =
                found.iter().map(|computed| computed.write(&mut apart)).collect();
            shown(&apart, atoms?, limit)
        }
        Kind::Rewrite => {
            let mut apart = space.clone();
            let (mut atoms, mut seen) = (Vec::new(), std::collections::HashSet::new());
            prepared.written_each(bounds, |computed| {
                let atom = computed.write(&mut apart)?;
                if seen.insert(atom) {
                    atoms.push(atom);
                }
                Ok::<bool, KnowledgeError>(atoms.len() <= limit)
            })?;
            shown(&apart, atoms, limit)
        }
    }
}

/// What the query in a text is.
fn head(space: &Space, text: &str) -> Result<AtomType> {
    let mut apart = Space::with_types(space.types());
    let read = apart.load(text).map_err(QueryError::from)?;
    if read.forms > 1 {
        let message = format!("there are {} atoms side by side in it: ask one query at a time", read.forms);
        return Err(KnowledgeError::invalid("query", message));
    }
    let of = read.last.and_then(|last| apart.type_of(last));
    of.ok_or_else(|| KnowledgeError::invalid("query", "there is no query in it: write one, such as (Get …)"))
}

/// The patterns of a base that an atom fits, which need not be in it.
fn dual(space: &Space, text: &str, limit: usize, bounds: &Bounds) -> Result<(Found, bool)> {
    let (mut apart, last, _) = about(space, text)?;
    match query::execute(&mut apart, last, &Functions::standard(), bounds.clone())? {
        query::Answer::Holds(holds) => Ok((Found::Holds { holds }, false)),
        query::Answer::Atoms(atoms) => shown(&apart, atoms, limit),
    }
}

/// A copy of a base with a `Dual` in it, that, and the atom that it is about.
fn about(space: &Space, text: &str) -> Result<(Space, Handle, Handle)> {
    let mut apart = space.clone();
    let last = apart.load(text).map_err(QueryError::from)?.last;
    let about = last.and_then(|last| Some((last, *apart.outgoing(last).first()?)));
    let (last, about) = about.ok_or_else(|| KnowledgeError::invalid("query", "a Dual takes one atom: (Dual atom)"))?;
    Ok((apart, last, about))
}

/// Atoms, each once, as text.
fn shown(space: &Space, mut atoms: Vec<Handle>, limit: usize) -> Result<(Found, bool)> {
    let mut seen = std::collections::HashSet::new();
    atoms.retain(|atom| seen.insert(*atom));
    let more = atoms.len() > limit;
    atoms.truncate(limit);
    Room::default().take(space, atoms.iter().copied())?;
    let atoms = atoms.into_iter().map(|atom| space.show_whole(atom, LARGEST as usize)).collect::<Result<_, _>>()?;
    Ok((Found::Atoms { atoms }, more))
}

/// How much text an answer may be, in bytes, without what atoms carry.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What is left of it: links write out what they join wherever they stand, so that few atoms can be endless text.
struct Room(u64);

impl Default for Room {
    fn default() -> Self {
        Self(LARGEST)
    }
}

impl Room {
    fn take(&mut self, space: &Space, atoms: impl Iterator<Item = Handle>) -> Result<()> {
        let refused = || {
            let said = format!("the answer is more than {LARGEST} bytes of text: ask for fewer atoms, or smaller ones");
            KnowledgeError::invalid("query", said)
        };
        self.0 = self.0.checked_sub(space.text_size(atoms)).ok_or_else(refused)?;
        Ok(())
    }
}

/// The change that writes what the query finds.
fn written(view: &View, text: &str, bounds: &Bounds) -> Result<Change> {
    head(&view.space, text)?;
    let query = Query::parse_in(&view.space, text)?;
    if query.kind() != Kind::Rewrite || query.is_computation() {
        return Err(KnowledgeError::invalid("query", "only a Bind or Query writes something: (Bind pattern template)"));
    }
    let mut frame = Frame::over(Arc::clone(&view.space));
    query.prepare(&view.space)?.written_each(bounds, |computed| {
        computed.write(&mut frame)?;
        Ok::<bool, KnowledgeError>(true)
    })?;
    Ok(Change::of_frame(&frame)?)
}
