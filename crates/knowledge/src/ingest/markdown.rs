//! Runbooks and post-mortems: which services they name, which symptoms and causes they tell, and what they advise.
//!
//! What a section is about is told by its heading; its list items are symptoms, causes or actions. Items that look as if they
//! held a secret are left out.

use super::facts::{Facts, INFERRED, Object, entity};

/// What items under a heading with one of these words are. The first that fits counts.
const SECTIONS: [(&str, &[&str]); 3] = [
    ("states-cause", &["cause", "why"]),
    ("describes-symptom", &["symptom", "impact", "alert", "detection", "signs"]),
    (
        "advises",
        &["action", "remediation", "mitigation", "resolution", "recovery", "steps", "fix", "what to do", "prevention"],
    ),
];

pub(super) fn facts(text: &str, facts: &mut Facts) {
    let file = facts.file().rsplit('/').next().unwrap_or_default().to_owned();
    let own = entity("document", file.rsplit_once('.').map_or(file.as_str(), |(name, _)| name));
    let mut section = None;
    let mut is_code = false;
    let mut has_title = false;
    for (number, line) in (1_u32..).zip(text.lines()) {
        facts.at_line(number);
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            is_code = !is_code;
            continue;
        }
        mentions(&own, line, facts);
        if is_code {
            continue;
        }
        if let Some(heading) = heading(line) {
            if !has_title {
                facts.write("title", &own, heading);
                facts.say("is-a", &own, &entity("kind", kind_of(heading, &file)));
                has_title = true;
            }
            facts.write("has-section", &own, heading);
            let lower = heading.to_lowercase();
            let fits = |(_, words): &&(&str, &[&str])| words.iter().any(|word| lower.contains(word));
            section = SECTIONS.iter().find(fits).map(|(relation, _)| *relation);
        } else if let (Some(relation), Some(item)) = (section, item(line)) {
            facts.write(relation, &own, item);
        }
    }
    if !has_title {
        facts.at_line(1);
        facts.say("is-a", &own, &entity("kind", kind_of("", &file)));
    }
}

fn kind_of(title: &str, file: &str) -> &'static str {
    let words = format!("{title} {file}").to_lowercase();
    let is = |all: &[&str]| all.iter().any(|word| words.contains(word));
    if is(&["post-mortem", "postmortem", "incident", "retrospective"]) {
        "post-mortem"
    } else if is(&["runbook", "playbook"]) {
        "runbook"
    } else {
        "document"
    }
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    ((1..=6).contains(&level) && text.starts_with(' ')).then(|| text.trim().trim_end_matches('#').trim_end())
}

/// The text of a list item, without its mark and box.
fn item(line: &str) -> Option<&str> {
    let text = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).or_else(|| line.strip_prefix("+ "));
    let text = text.or_else(|| {
        let (number, rest) = line.split_once(['.', ')'])?;
        (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
    })?;
    let text = text.trim();
    Some(["[ ]", "[x]", "[X]"].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text).trim())
}

/// The services that a line names, as words of their own.
fn mentions(own: &str, line: &str, facts: &mut Facts) {
    let words = line.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '_')));
    let found: Vec<String> = words
        .filter(|word| facts.services.binary_search_by(|known| known.as_str().cmp(word)).is_ok())
        .map(|word| entity("service", word))
        .collect();
    for service in found {
        facts.with("mentions", own, Object::Entity(service), INFERRED);
    }
}
