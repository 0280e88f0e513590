//! What a diagnosis knows before it sees any evidence: the rules and what outcomes taught.
//!
//! The shipped rules are embedded in the program; a directory of further `.rules` files may be added. What was learned is
//! one JSON document. Refuses: two rules of the same name, an unreadable file, a rule that does not parse (with file,
//! line and column).

use oriel_atomspace::TruthValue;
use oriel_atomspace::rules::{ParseError, RuleSet, Strengths};
use oriel_reasoning::Learning;

use crate::inquiry::{ProbeError, Probes};
use std::path::{Path, PathBuf};

const SHIPPED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/rules.in"));
const CALIBRATION: &str = include_str!(concat!(env!("OUT_DIR"), "/calibration.json"));

/// Why the knowledge could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// A rule file does not parse.
    #[error("{0}")]
    Rule(#[from] ParseError),
    /// A probe does not parse.
    #[error("{0}")]
    Probe(#[from] ProbeError),
    /// Two rules have the same name.
    #[error("two rules are named {name:?}: in {first} and in {second}; rename one of them")]
    SameName {
        /// The name.
        name: String,
        /// The first file.
        first: String,
        /// The second file.
        second: String,
    },
    /// A file or directory could not be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Io {
        /// What was being read.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The learned data is not what this version writes.
    #[error("the learned data is not readable: {0}; restore it from a backup or start without it")]
    Learning(#[from] serde_json::Error),
}

/// Rules and learning, ready for use by any number of diagnoses.
#[derive(Debug, Clone)]
pub struct Knowledge {
    rules: RuleSet,
    probes: Probes,
    learning: Learning,
    strengths: Strengths,
}

impl Knowledge {
    /// The shipped rules with the shipped calibration.
    pub fn shipped() -> Result<Self, KnowledgeError> {
        let knowledge = Self::of(RuleSet::parse_all(SHIPPED.iter().copied())?, serde_json::from_str(CALIBRATION)?)?;
        Ok(Self { probes: Probes::parse_all(SHIPPED.iter().copied())?, ..knowledge })
    }

    /// The shipped rules and those of every `.rules` file under `directory`, in path order.
    pub fn with_directory(directory: &Path) -> Result<Self, KnowledgeError> {
        let mut files = Vec::new();
        collect(directory, &mut files)?;
        files.sort();
        let mut texts = Vec::with_capacity(files.len());
        for path in files {
            let text =
                std::fs::read_to_string(&path).map_err(|source| KnowledgeError::Io { path: path.clone(), source })?;
            texts.push((text, path.display().to_string()));
        }
        let further = texts.iter().map(|(text, name)| (text.as_str(), name.as_str()));
        let all: Vec<(&str, &str)> = SHIPPED.iter().copied().chain(further).collect();
        let knowledge = Self::of(RuleSet::parse_all(all.iter().copied())?, serde_json::from_str(CALIBRATION)?)?;
        Ok(Self { probes: Probes::parse_all(all)?, ..knowledge })
    }

    /// These rules with this learning, and no probes.
    pub fn of(rules: RuleSet, learning: Learning) -> Result<Self, KnowledgeError> {
        let mut named: std::collections::HashMap<&str, &str> = std::collections::HashMap::new();
        for rule in rules.rules() {
            if let Some(first) = named.insert(&rule.name, &rule.file) {
                let (name, first, second) = (rule.name.clone(), first.to_owned(), rule.file.to_string());
                return Err(KnowledgeError::SameName { name, first, second });
            }
        }
        let strengths = strengths(&rules, &learning);
        Ok(Self { rules, probes: Probes::default(), learning, strengths })
    }

    /// The names and texts of the shipped rule files.
    pub fn shipped_files() -> impl Iterator<Item = (&'static str, &'static str)> {
        SHIPPED.iter().map(|(text, name)| (*name, *text))
    }

    /// The shipped learning: calibration and mode reliability, no past cases.
    pub fn shipped_learning() -> Result<Learning, KnowledgeError> {
        Ok(serde_json::from_str(CALIBRATION)?)
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// What may be asked of a system.
    pub fn probes(&self) -> &Probes {
        &self.probes
    }

    /// The same with these probes.
    #[must_use]
    pub fn with_probes(self, probes: Probes) -> Self {
        Self { probes, ..self }
    }

    /// What was learned.
    pub fn learning(&self) -> &Learning {
        &self.learning
    }

    /// The truth values of rules that outcomes changed.
    pub fn strengths(&self) -> &Strengths {
        &self.strengths
    }

    /// The same rules with other learning.
    #[must_use]
    pub fn with_learning(&self, learning: Learning) -> Self {
        let strengths = strengths(&self.rules, &learning);
        Self { rules: self.rules.clone(), probes: self.probes.clone(), learning, strengths }
    }
}

fn strengths(rules: &RuleSet, learning: &Learning) -> Strengths {
    let changed = rules.rules().iter().filter_map(|rule| {
        let (strength, confidence) = learning.rule_strength(&rule.name, rule.tv.strength, rule.tv.confidence)?;
        Some((rule.name.clone(), TruthValue::new(strength, confidence)))
    });
    changed.collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), KnowledgeError> {
    let failed = |source| KnowledgeError::Io { path: directory.to_owned(), source };
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rules") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"(rule r "R." (source "s") (tv 0.9 0.9) (if (a ?x)) (then (cause ?x b))
        (example fires (a service/x) => (cause service/x b)) (example silent (c service/x)))"#;

    #[test]
    fn the_shipped_knowledge_is_whole() {
        let knowledge = Knowledge::shipped().unwrap();
        assert!(
            knowledge
                .rules()
                .rules()
                .iter()
                .any(|rule| rule.conclusions.iter().any(|c| c.pattern.predicate == "cause"))
        );
    }

    #[test]
    fn two_rules_of_one_name_are_refused() {
        let twice = RuleSet::parse_all([(RULE, "a.rules"), (RULE, "b.rules")]);
        // Either the parser or the knowledge refuses; the name and a file are in the message.
        let error = match twice {
            Ok(rules) => Knowledge::of(rules, Learning::default()).err().unwrap().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(error.contains("b.rules"), "{error}");
    }

    #[test]
    fn a_directory_adds_rules_and_a_missing_one_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("deeper")).unwrap();
        std::fs::write(directory.path().join("deeper/own.rules"), RULE).unwrap();
        let knowledge = Knowledge::with_directory(directory.path()).unwrap();
        assert!(knowledge.rules().get("r").is_some());
        let missing = Knowledge::with_directory(&directory.path().join("absent")).err().unwrap();
        assert!(missing.to_string().contains("absent"));
    }
}
