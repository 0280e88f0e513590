//! Runbooks and post-mortems: which services they name, which symptoms and causes they tell, what they advise, and what else
//! they say.
//!
//! What a block is about (a list item, a paragraph, a row of a table) is told by its heading, or by how it begins (`**Root cause:** …`);
//! blocks of code are what a document shows. What looks as if it held a secret is left out: a block, a line of code, a
//! cell below the name of a secret, what stands below such a heading. A document is as old as the date that it gives.

mod blocks;
mod front;
mod sections;

use super::facts::{Facts, INFERRED, Object, entity};
use super::names::scoped;
use super::secrets::{gives_value, holds_key, is_sentence, looks_secret};
use blocks::{Block, What};
use sections::Sections;

pub(super) fn facts(text: &str, facts: &mut Facts) {
    let path = facts.file().to_owned();
    let file = path.rsplit('/').next().unwrap_or_default().to_owned();
    let name = file.rsplit_once('.').map_or(file.as_str(), |(name, _)| name);
    let own = scoped("document", name, Some(&format!("file/{path}")));
    let blocks = blocks::of(text);
    let front = blocks.iter().find(|block| block.what == What::Front).map(|block| front::read(&block.text));
    let front = front.unwrap_or_default();
    let heading = blocks.iter().find(|block| matches!(block.what, What::Heading(_))).map(|block| block.text.as_str());
    let title = heading.or(front.title.as_deref()).unwrap_or_default();
    facts.observed_at(
        front.date.clone().or_else(|| front::date_of(&blocks)).or_else(|| front::date_in(&[title, &file])),
    );
    facts.at_line(1);
    facts.say("is-a", &own, &entity("kind", kind_of(title, &file)));
    facts.tell("in-file", &own, &path);
    facts.write("title", &own, title);
    for label in &front.labels {
        facts.write("label", &own, label);
    }
    facts.withheld += front.withheld;
    for service in &front.services {
        facts.say("mentions", &own, &entity("service", service));
    }
    let mut sections = Sections::default();
    for block in &blocks {
        facts.at_line(block.line);
        one(&own, block, &mut sections, facts);
    }
}

fn one(own: &str, block: &Block, sections: &mut Sections, facts: &mut Facts) {
    match block.what {
        What::Front | What::Columns => return,
        What::Heading(level) => {
            facts.write("has-section", own, &block.text);
            sections.enter(level, &block.text);
        }
        What::Code => code(own, &block.text, sections.is_secret, facts),
        What::Text(label) => {
            let (relation, text) =
                sections::by_label(&block.text, label).unwrap_or((sections.relation(), block.text.as_str()));
            // With its label, for that may say that it is a secret.
            facts.withheld += block.withheld;
            if looks_secret(&block.text) || (sections.is_secret && !is_sentence(&block.text)) {
                facts.withheld += 1;
            } else {
                facts.write(relation, own, text);
            }
        }
    }
    mentions(own, &block.text, facts);
}

/// Adds the lines of a block of code, without those that look secret, or give a secret that the line before names.
fn code(own: &str, text: &str, is_secret: bool, facts: &mut Facts) {
    if is_secret || holds_key(text) {
        facts.withheld += 1;
        return;
    }
    let (mut open, mut before) = (Vec::new(), "");
    for line in text.lines() {
        if looks_secret(line) || gives_value(before, line) {
            facts.withheld += 1;
        } else {
            open.push(line);
        }
        before = if line.trim().is_empty() { before } else { line };
    }
    facts.write("shows", own, &open.join("\n"));
}

fn kind_of(title: &str, file: &str) -> &'static str {
    let words = format!("{title} {file}").to_lowercase();
    let is = |all: &[&str]| all.iter().any(|word| words.contains(word));
    if is(&["post-mortem", "postmortem", "post mortem", "incident", "retrospective", "outage"]) {
        "post-mortem"
    } else if is(&["runbook", "playbook"]) {
        "runbook"
    } else {
        "document"
    }
}

/// The services that a text names, as words of their own, with small or great letters.
fn mentions(own: &str, text: &str, facts: &mut Facts) {
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.')));
    let mut found: Vec<String> = Vec::new();
    for word in words.map(|word| word.trim_matches(['.', '-', '_']).to_lowercase()) {
        let host = word.split_once(".svc").map_or(word.as_str(), |(host, _)| host);
        let short = if host.len() < word.len() { host.split('.').next().unwrap_or(host) } else { host };
        for known in [host, short].iter().find_map(|name| facts.services.get(*name)).into_iter().flatten() {
            found.push(entity("service", known));
        }
    }
    found.sort_unstable();
    found.dedup();
    for service in found {
        facts.with("mentions", own, Object::Entity(service), INFERRED);
    }
}
