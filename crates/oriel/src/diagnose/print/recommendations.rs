//! What to do, for a person at a terminal: the command, the lines that it changes, what it risks, how it is undone, and
//! how to tell that it worked. Nothing is run from here.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};
use oriel_reasoning::verdict::{ChangeKind, Recommendation, Risk};

use super::{QUIET, STRONG, WARN};

const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();

pub(super) fn print(out: &mut String, list: &[Recommendation]) -> fmt::Result {
    if list.is_empty() {
        return Ok(());
    }
    writeln!(out, "{STRONG}Recommended{STRONG:#} {QUIET}(nothing is run without you){QUIET:#}")?;
    for (index, item) in list.iter().enumerate() {
        writeln!(out, "{:>2}. {} {QUIET}{}{QUIET:#}", index + 1, item.title, nature(item))?;
        writeln!(out, "      {QUIET}{}{QUIET:#}", item.explanation)?;
        if !item.command.is_empty() {
            writeln!(out, "      {STRONG}{}{STRONG:#}", item.command)?;
        }
        if !item.blanks.is_empty() {
            writeln!(out, "      {WARN}to fill in: {}{WARN:#}", item.blanks.join(", "))?;
        }
        item.diff.iter().try_for_each(|diff| self::diff(out, diff))?;
        rest(out, item)?;
    }
    out.push('\n');
    Ok(())
}

fn nature(item: &Recommendation) -> String {
    let risk = match item.risk {
        Risk::Low => "low risk",
        Risk::Medium => "medium risk",
        Risk::High => "high risk",
    };
    match item.kind {
        ChangeKind::Inspect => "only reads".to_owned(),
        _ if item.reversible => format!("{risk}, reversible"),
        _ => format!("{risk}, not reversible"),
    }
}

fn diff(out: &mut String, diff: &str) -> fmt::Result {
    for line in diff.lines() {
        let style = match line.chars().next() {
            Some('+') => ADDED,
            Some('-') => REMOVED,
            _ => QUIET,
        };
        writeln!(out, "        {style}{line}{style:#}")?;
    }
    Ok(())
}

fn rest(out: &mut String, item: &Recommendation) -> fmt::Result {
    if item.kind == ChangeKind::Inspect {
        return writeln!(out, "      {QUIET}shows{QUIET:#} {}", item.check_shows);
    }
    if !item.risk_reason.is_empty() {
        writeln!(out, "      {QUIET}risk {QUIET:#} {}", item.risk_reason)?;
    }
    if let Some(undo) = item.undo.as_ref().or(item.undo_reason.as_ref()) {
        writeln!(out, "      {QUIET}undo {QUIET:#} {undo}")?;
    }
    if !item.check.is_empty() {
        writeln!(out, "      {QUIET}check{QUIET:#} {}", item.check)?;
        writeln!(out, "            {}", item.check_shows)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(more: &serde_json::Value) -> Vec<String> {
        let mut whole = json!({"action": "raise", "entity": "service/cart", "cause": "out-of-memory", "title": "Raise it",
            "kind": "patch", "command": "kubectl patch", "risk": "low", "reversible": true, "utility": 0.5,
            "explanation": "More room.", "risk_reason": "It restarts.", "undo": "kubectl undo", "check": "kubectl get",
            "check_shows": "It runs.", "diff": "--- a\n+++ a\n@@ -1,1 +1,1 @@\n-x: 1\n+x: 2"});
        for (name, value) in more.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let mut text = String::new();
        print(&mut text, &[serde_json::from_value(whole).unwrap()]).unwrap();
        anstream::adapter::strip_str(&text).to_string().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_change_shows_its_lines_its_risk_its_undo_and_its_check() {
        assert_eq!(
            lines(&json!({})),
            [
                "Recommended (nothing is run without you)",
                " 1. Raise it low risk, reversible",
                "      More room.",
                "      kubectl patch",
                "        --- a",
                "        +++ a",
                "        @@ -1,1 +1,1 @@",
                "        -x: 1",
                "        +x: 2",
                "      risk  It restarts.",
                "      undo  kubectl undo",
                "      check kubectl get",
                "            It runs.",
                "",
            ]
        );
    }

    #[test]
    fn what_is_left_open_and_what_cannot_be_undone_is_said() {
        let shown = lines(
            &json!({"blanks": ["<user>"], "undo": null, "undo_reason": "It cannot be undone because it is gone.",
            "reversible": false, "risk": "high", "diff": null}),
        );
        assert!(shown.contains(&" 1. Raise it high risk, not reversible".to_owned()), "{shown:?}");
        assert!(shown.contains(&"      to fill in: <user>".to_owned()), "{shown:?}");
        assert!(shown.contains(&"      undo  It cannot be undone because it is gone.".to_owned()), "{shown:?}");
    }

    #[test]
    fn a_look_says_what_it_shows_and_a_verdict_stored_earlier_still_prints() {
        let look = lines(&json!({"kind": "inspect", "diff": null}));
        assert_eq!(
            look[1..],
            [" 1. Raise it only reads", "      More room.", "      kubectl patch", "      shows It runs.", ""]
        );
        let old = json!({"action": "a", "entity": "service/a", "cause": "c", "title": "T", "command": "", "risk": "low",
            "reversible": true, "utility": 0.1, "explanation": "E."});
        let mut text = String::new();
        print(&mut text, &[serde_json::from_value(old).unwrap()]).unwrap();
        assert!(text.contains('T') && !text.contains("undo"));
    }
}
