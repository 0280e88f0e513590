//! What is often said together.

use std::sync::Arc;

use oriel_atomspace::learning::{Cases, Mined, Mining};
use oriel_atomspace::query::Term;
use oriel_atomspace::space::{AtomType, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::effort::{Effort, Looked};
use super::things::looked;
use crate::bases::{At, read};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;
use crate::work::within_parts;

/// The longest text of all patterns together, in bytes.
const LONGEST: usize = 16 << 20;

/// Which patterns are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// The node whose members are looked at: its name, or an atom. All concepts where there is none.
    pub of: Option<String>,
    /// At which version.
    pub at: At,
    /// In how many things a pattern must be found, 1 or more.
    pub support: usize,
    /// How many features a pattern has at most, 1 to 5.
    pub size: usize,
    /// How many patterns are told at most.
    pub limit: usize,
    /// What it may take.
    pub effort: Effort,
}

impl Default for Mine {
    /// Patterns of at most three features that five concepts have, twenty of them.
    fn default() -> Self {
        let Mining { support, features, .. } = Mining::default();
        Self { of: None, at: At::Newest, support, size: features, limit: 20, effort: Effort::default() }
    }
}

/// The patterns of a base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Patterns {
    /// The version that was looked at.
    pub version: u64,
    /// How many patterns there are.
    pub found: usize,
    /// The first of them: the most surprising first, then those that most things have.
    pub patterns: Vec<Said>,
    /// Whether more of them were asked for, and would be too long a text.
    pub cut: bool,
    /// What was looked at.
    pub looked: Looked,
}

/// Features that things have together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    /// What is said of a thing, `$case`: an atom, or a conjunction of several. `(Get …)` around it finds the things again.
    pub pattern: String,
    /// How many features it has.
    pub size: usize,
    /// How many things have all of them.
    pub support: usize,
    /// How many things are expected to have all of them, by the independent parts that explain it best.
    pub expected: f64,
    /// How surprising it is that so many have, in [0, 1]: how far that is from what is expected, over the greater of the two.
    pub surprise: f64,
}

/// Finds what is often said together of things of a base.
pub async fn patterns(context: &Context, knowledge: &Knowledge, name: &str, mine: Mine) -> Result<Patterns> {
    mine.effort.check()?;
    if mine.support == 0 {
        return Err(KnowledgeError::invalid("min_support", "ask for patterns that 1 thing has, or more"));
    }
    if !(1..=5).contains(&mine.size) {
        return Err(KnowledgeError::invalid("max_size", "ask for patterns of 1 to 5 features"));
    }
    let view = read(context, knowledge, name, mine.at).await?;
    let (time, effort) = (mine.effort.time, mine.effort.clone());
    let (space, of) = (Arc::clone(&view.space), mine.of.clone());
    let collect = move |cancel| looked(&space, (of.as_deref(), AtomType::CONCEPT), None, (&effort, cancel));
    let done = within_parts(time, collect, move |cases, cancel| {
        let (space, bounds) = (&view.space, mine.effort.bounds(cancel));
        let mining = Mining { support: mine.support, features: mine.size, most: mine.limit };
        let mined = cases.mine(&mining, &bounds)?;
        let (told, cut) = told(&cases, &mined, space, LONGEST);
        let looked = Looked::of(&cases, mined.met);
        Ok(Patterns { version: view.version, found: mined.found, patterns: told, cut, looked })
    });
    done.await?
}

/// The patterns, as many as are this long together at most, and whether there are more.
fn told(cases: &Cases, mined: &Mined, space: &Space, mut room: usize) -> (Vec<Said>, bool) {
    let mut told = Vec::new();
    for pattern in &mined.patterns {
        let term: Term = cases.term(pattern);
        let text = term.show(space.types());
        let Some(left) = room.checked_sub(text.len()) else { return (told, true) };
        room = left;
        let (size, support) = (pattern.features(), pattern.support);
        let (expected, surprise) = (pattern.expected, pattern.surprise);
        told.push(Said { pattern: text, size, support, expected, surprise });
    }
    (told, false)
}

#[cfg(test)]
mod tests {
    use oriel_atomspace::learning::{Bounds, Cases, Features, Mining};
    use oriel_atomspace::space::{AtomType, Handle, Space};

    use super::told;

    #[test]
    fn patterns_that_are_too_long_together_are_cut_and_that_is_told() {
        let mut space = Space::new();
        let mut all: Vec<Handle> = Vec::new();
        for at in 0..6 {
            let text = format!("(Member (stv 1 0.9) (Concept \"c{at}\") (Concept \"{}\"))", "kind".repeat(1 + at % 2));
            space.load(&text).unwrap();
            all.push(space.find_node(AtomType::CONCEPT, &format!("c{at}")).unwrap());
        }
        let bounds = Bounds::default();
        let cases = Cases::of(&space, &all, Features { open: false, ..Features::default() }, &bounds).unwrap();
        let mined = cases.mine(&Mining { support: 1, ..Mining::default() }, &bounds).unwrap();
        let (whole, cut) = told(&cases, &mined, &space, usize::MAX);
        assert_eq!((whole.len(), cut), (2, false), "{whole:#?}");
        let long: usize = whole.iter().map(|one| one.pattern.len()).sum();
        assert_eq!(told(&cases, &mined, &space, long), (whole.clone(), false));
        assert_eq!(told(&cases, &mined, &space, long - 1), (whole[..1].to_vec(), true));
    }
}
