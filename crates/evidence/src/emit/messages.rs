//! Facts about messages: what is new or more frequent, which exceptions came up, whom messages name, what they say in the words
//! of programs ([`crate::kubernetes`] knows these).
//!
//! Where there is a time before the trouble, only what changed is stated: a service that always complained still does. Where
//! there is none, what warnings and errors say is stated as it stands.

use oriel_atomspace::{Frame, Source, Term, TruthValue};
use rustc_hash::FxHashMap;

use super::{MAX_FACTS, MOST, rounded};
use crate::detect::Findings;
use crate::detect::messages::Message;
use crate::logs::{Level, Logs};

pub(super) fn emit(logs: &Logs, findings: &Findings, frame: &mut Frame) {
    let mut messages: Vec<&Message> = findings.messages.iter().collect();
    messages
        .sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entity.cmp(&b.entity)).then(a.template.cmp(&b.template)));
    for message in messages.iter().take(MAX_FACTS) {
        change(logs, message, frame);
    }
    let changed = messages.iter().filter(|message| message.up);
    let said: Vec<(u32, u32, u32)> = if findings.compared {
        changed.map(|message| (message.entity, message.template, message.lines)).collect()
    } else {
        complaints(logs)
    };
    says(logs, said, frame);
}

/// A message that changed.
fn change(logs: &Logs, message: &Message, frame: &mut Frame) {
    let entity = Term::Entity(logs.entities.name(message.entity));
    let tv = TruthValue::new(1.0 - (-message.score / 3.0).exp(), 0.8);
    let score = Term::Number(rounded(message.score.min(MOST)));
    let Some(info) = logs.info(message.template) else { return };
    let source = Source::new(logs.files.name(info.file), info.line);
    let source = Some(&source);
    if message.novel && message.up {
        let text = logs.templates.text(message.template);
        frame.fact("log-novel", &[entity, Term::Text(text), score], tv, source);
    } else if message.level >= Level::Warning {
        let way = Term::Entity(if message.up { "up" } else { "down" });
        frame.fact("log-rate", &[entity, Term::Entity(message.level.word()), way, score], tv, source);
    }
    if !message.up {
        return;
    }
    if let Some(exception) = &info.exception {
        let frame_of = exception.frame.as_deref().unwrap_or_default();
        let args = [entity, Term::Text(&exception.root), Term::Text(frame_of), score];
        frame.fact("log-exception", &args, tv, source);
    }
    if let Some(class) = info.class {
        frame.fact("log-began", &[entity, Term::Entity(class), score], tv, source);
    }
    if info.level >= Level::Warning || info.exception.is_some() || info.class.is_some() {
        let own = logs.entities.name(message.entity);
        for other in logs.named(message.template).filter(|other| *other != own) {
            let class = Term::Entity(info.class.unwrap_or("other"));
            frame.fact("log-blames", &[entity, Term::Entity(other), class, score], tv, source);
        }
    }
}

/// Warnings and errors by service, with how often; also lines whose level is not told.
fn complaints(logs: &Logs) -> Vec<(u32, u32, u32)> {
    let mut lines: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for count in &logs.counts {
        let complains = |level: Level| level >= Level::Warning || level == Level::Unknown;
        if logs.info(count.template).is_some_and(|info| info.class.is_some() && complains(info.level)) {
            *lines.entry((count.entity, count.template)).or_default() += count.lines;
        }
    }
    lines.into_iter().map(|((entity, template), count)| (entity, template, count)).collect()
}

/// What services say, by class, with how many lines.
fn says(logs: &Logs, said: Vec<(u32, u32, u32)>, frame: &mut Frame) {
    let mut classes: FxHashMap<(u32, &'static str), (u32, u32)> = FxHashMap::default();
    for (entity, template, lines) in said {
        let Some(class) = logs.info(template).and_then(|info| info.class) else { continue };
        let (count, first) = classes.entry((entity, class)).or_insert((0, template));
        *count += lines;
        *first = (*first).min(template);
    }
    let mut classes: Vec<_> = classes.into_iter().collect();
    classes.sort_unstable();
    for ((entity, class), (count, template)) in classes.into_iter().take(MAX_FACTS) {
        let args = [Term::Entity(logs.entities.name(entity)), Term::Entity(class), Term::Number(f64::from(count))];
        let source = logs.info(template).map(|info| Source::new(logs.files.name(info.file), info.line));
        frame.fact("log-says", &args, TruthValue::TRUE, source.as_ref());
    }
}
