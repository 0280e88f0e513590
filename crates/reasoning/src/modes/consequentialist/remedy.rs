//! A remedy as rules state it: reads the fact `(remedy …)` into its parts.
//!
//! `docs/rule-format.md` describes the form. The words between the values are there for whoever reads the rule; a fact
//! whose words are others, or that lacks a part, is refused with the word that was expected.

use crate::verdict::ChangeKind;
use oriel_atomspace::FactRef;

/// What a remedy changes and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change<'a> {
    pub(super) entity: &'a str,
    pub(super) action: &'a str,
    pub(super) kind: ChangeKind,
    pub(super) command: &'a str,
    pub(super) why: &'a str,
    /// The object and the path of the fields, and their lines before and after; all empty where there is none.
    pub(super) diff: [&'a str; 3],
    /// 0 to 1.
    pub(super) risk: f64,
    pub(super) risk_reason: &'a str,
    pub(super) undo: Undo<'a>,
    pub(super) check: &'a str,
    pub(super) check_shows: &'a str,
    /// 0 to 1.
    pub(super) cost: f64,
    /// 0 to 1.
    pub(super) reversible: f64,
}

/// How a change is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undo<'a> {
    /// By this command.
    Command(&'a str),
    /// Not at all, or there is nothing to take back; says why.
    None(&'a str),
}

/// Why a fact is no remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a remedy {expected} at argument {place}; docs/rule-format.md shows the form")]
pub(super) struct Malformed {
    /// The argument, from 1.
    place: usize,
    expected: &'static str,
}

/// Reads a remedy.
pub(super) fn read<'a>(fact: &'a FactRef<'_>) -> Result<Change<'a>, Malformed> {
    let mut args = Args { fact, at: 0 };
    Ok(Change {
        entity: args.word("names the entity that it acts on")?,
        action: args.word("names its action")?,
        kind: args.kind()?,
        command: args.text()?,
        why: args.after("why", "has the word `why`")?.text()?,
        diff: args.after("diff", "has the word `diff`")?.texts()?,
        risk: args.after("risk", "has the word `risk`")?.share()?,
        risk_reason: args.text()?,
        undo: args.undo()?,
        check: args.after("check", "has the word `check`")?.text()?,
        check_shows: args.text()?,
        cost: args.after("cost", "has the word `cost`")?.share()?,
        reversible: args.after("reversible", "has the word `reversible`")?.share()?,
    })
}

/// The arguments of a fact, one after another.
struct Args<'a, 'f> {
    fact: &'a FactRef<'f>,
    at: usize,
}

impl<'a> Args<'a, '_> {
    fn next<T>(&mut self, found: Option<T>, expected: &'static str) -> Result<T, Malformed> {
        self.at += 1;
        found.ok_or(Malformed { place: self.at, expected })
    }

    fn word(&mut self, expected: &'static str) -> Result<&'a str, Malformed> {
        self.next(self.fact.entity(self.at), expected)
    }

    fn after(&mut self, word: &str, expected: &'static str) -> Result<&mut Self, Malformed> {
        self.next(self.fact.entity(self.at).filter(|found| *found == word), expected)?;
        Ok(self)
    }

    fn kind(&mut self) -> Result<ChangeKind, Malformed> {
        let kind = match self.fact.entity(self.at) {
            Some("patch") => Some(ChangeKind::Patch),
            Some("command") => Some(ChangeKind::Command),
            Some("inspect") => Some(ChangeKind::Inspect),
            _ => None,
        };
        self.next(kind, "is of the kind `patch`, `command` or `inspect`")
    }

    fn undo(&mut self) -> Result<Undo<'a>, Malformed> {
        match self.word("has the word `undo` or `no-undo`")? {
            "undo" => self.text().map(Undo::Command),
            "no-undo" => self.text().map(Undo::None),
            _ => Err(Malformed { place: self.at, expected: "has the word `undo` or `no-undo`" }),
        }
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        self.next(self.fact.text(self.at), "has a text")
    }

    fn texts(&mut self) -> Result<[&'a str; 3], Malformed> {
        Ok([self.text()?, self.text()?, self.text()?])
    }

    fn share(&mut self) -> Result<f64, Malformed> {
        let number = self.fact.number(self.at).filter(|number| (0.0..=1.0).contains(number));
        self.next(number, "has a number from 0 to 1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_atomspace::Frame;

    const WHOLE: &str = r#"(remedy service/a grow patch "kubectl patch" why "W" diff "deployment/a spec" "a: 1" "a: 2"
        risk 0.1 "R" undo "kubectl undo" check "kubectl get" "two" cost 0.2 reversible 1)"#;

    fn of(text: &str) -> Result<(ChangeKind, String), String> {
        let mut frame = Frame::new();
        frame.load(text).unwrap();
        let fact = frame.facts("remedy").next().unwrap();
        let change = read(&fact).map_err(|error| error.to_string())?;
        Ok((change.kind, format!("{:?} {} {}", change.undo, change.check_shows, change.reversible)))
    }

    #[test]
    fn every_part_has_its_place() {
        assert_eq!(of(WHOLE), Ok((ChangeKind::Patch, r#"Command("kubectl undo") two 1"#.to_owned())));
        let kept = of(&WHOLE.replace("undo \"kubectl undo\"", "no-undo \"gone\"")).unwrap();
        assert_eq!(kept.1, r#"None("gone") two 1"#);
    }

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        let place = |text: String, at: usize| {
            let said = of(&text).unwrap_err();
            assert!(said.contains(&format!("at argument {at};")), "{said}");
        };
        place(WHOLE.replace(" patch ", " change "), 3);
        place(WHOLE.replace("why", "because"), 5);
        place(WHOLE.replace("risk 0.1", "risk 7"), 12);
        place(WHOLE.replace("reversible 1", ""), 21);
    }
}
