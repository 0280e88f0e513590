//! A read-only command: the words of it, and the list of what may be asked at all.
//!
//! Commands are words for an argument vector; no shell ever sees them. Only what stands on [`Command::checked`]'s list can
//! be made: it looks and changes nothing. Refused: any other program or verb, options that are not known to be harmless,
//! the contents of secrets, and words with characters that no Kubernetes name, number or option needs.

use std::fmt;

/// The longest word, in bytes: RFC 1123 allows names of 253.
const LONGEST: usize = 300;
/// The most words.
const MOST: usize = 16;

/// Programs and verbs that only look.
const LOOKING: [&[&str]; 11] = [
    &["kubectl", "get"],
    &["kubectl", "describe"],
    &["kubectl", "logs"],
    &["kubectl", "top"],
    &["kubectl", "events"],
    &["kubectl", "apply", "view-last-applied"],
    &["systemctl", "status"],
    &["nc", "-zv"],
    &["nslookup"],
    &["amtool", "alert", "query"],
    &["linkerd", "viz", "stat"],
];

/// Options that change only what is printed.
const HARMLESS: [&str; 16] = [
    "-n",
    "-A",
    "-o",
    "-l",
    "-zv",
    "-w",
    "--show-labels",
    "--previous",
    "--tail",
    "--since",
    "--sort-by",
    "--no-pager",
    "--all-containers",
    "--from",
    "--no-headers",
    "--ignore-not-found",
];

/// Why a command is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not on the list of what only looks.
    #[error(
        "refused: `{0}` is not on the list of commands that only look (kubectl get, describe, logs, top, events; systemctl status; nc -zv; …)"
    )]
    NotReading(String),
    /// An option that is not known to be harmless.
    #[error("refused: the option {0:?} is not known to change only what is printed")]
    Option(String),
    /// It would show the contents of secrets.
    #[error("refused: `{0}` would show the contents of secrets; list their names instead")]
    Secrets(String),
    /// A word with a character that does not belong into a command, or too long.
    #[error("refused: {0:?} is no name, number or option")]
    Word(String),
    /// No words, or too many.
    #[error("refused: a command has 1 to {MOST} words, this one has {0}")]
    Length(usize),
}

/// A command that only looks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Command {
    words: Vec<String>,
    node: Option<String>,
}

impl Command {
    /// A command of these words, run on `node` where it must be run on one.
    pub fn checked(words: Vec<String>, node: Option<String>) -> Result<Self, Refused> {
        if words.is_empty() || words.len() > MOST {
            return Err(Refused::Length(words.len()));
        }
        if let Some(wrong) = words.iter().chain(&node).find(|word| !is_word(word)) {
            return Err(Refused::Word(wrong.clone()));
        }
        let command = Self { words, node };
        let looks = |verb: &&[&str]| {
            command.words.iter().zip(verb.iter()).filter(|(word, verb)| word == *verb).count() == verb.len()
        };
        let Some(verb) = LOOKING.iter().find(|verb| looks(verb)) else {
            return Err(Refused::NotReading(command.to_string()));
        };
        for option in command.words.iter().skip(verb.len()).filter(|word| word.starts_with('-')) {
            let name = option.split('=').next().unwrap_or(option);
            if !HARMLESS.contains(&name) {
                return Err(Refused::Option(option.clone()));
            }
        }
        if command.shows_secrets() {
            return Err(Refused::Secrets(command.to_string()));
        }
        Ok(command)
    }

    /// Whether it prints secrets in full: `get secrets` in any form but a list of names.
    fn shows_secrets(&self) -> bool {
        let secret = |word: &String| {
            word.split(',').any(|kind| matches!(kind.split('/').next(), Some("secret" | "secrets" | "all")))
        };
        let format = self.words.iter().position(|word| word.starts_with("-o"));
        let format = format.and_then(|at| match self.words.get(at).map(String::as_str) {
            Some("-o") => self.words.get(at + 1).map(String::as_str),
            word => word.map(|word| word.trim_start_matches("-o").trim_start_matches('=')),
        });
        self.words.iter().skip(2).any(secret) && !matches!(format, None | Some("wide" | "name"))
    }

    /// The words: the program and its arguments.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The program.
    pub fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The node it has to run on, where that matters.
    pub fn node(&self) -> Option<&str> {
        self.node.as_deref()
    }
}

impl fmt::Display for Command {
    /// As one would type it; on a node, with `ssh NODE` before it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(node) = &self.node {
            write!(out, "ssh {node} ")?;
        }
        out.write_str(&self.words.join(" "))
    }
}

/// Letters, digits, and what stands in names, options and references.
fn is_word(word: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=,@".contains(&byte);
    !word.is_empty() && word.len() <= LONGEST && word.bytes().all(allowed)
}

/// Whether a text is a name as RFC 1123 has them: dot-separated labels of lower-case letters, digits and inner hyphens.
pub(super) fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        (1..=63).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(line: &str) -> Result<Command, Refused> {
        Command::checked(line.split(' ').map(str::to_owned).collect(), None)
    }

    #[test]
    fn what_only_looks_is_made() {
        for line in [
            "kubectl get pods -n shop -o wide",
            "kubectl describe pod web-5d4f8c7b9d-x2k4p -n shop",
            "kubectl logs deployment/web -n shop --tail=200 --previous",
            "kubectl apply view-last-applied deployment/web -n shop",
            "kubectl get secrets -n shop",
            "nc -zv cart 7070",
            "amtool alert query -o json",
        ] {
            assert_eq!(made(line).map(|c| c.to_string()), Ok(line.to_owned()));
        }
        let on = Command::checked(vec!["systemctl".into(), "status".into(), "kubelet".into()], Some("w1".into()));
        assert_eq!(on.unwrap().to_string(), "ssh w1 systemctl status kubelet");
    }

    #[test]
    fn what_changes_runs_or_tells_secrets_is_refused() {
        for line in [
            "kubectl delete pod web",
            "kubectl exec web",
            "kubectl apply view",
            "kubectl",
            "rm -rf",
            "systemctl restart kubelet",
            "kubectl get pods --watch",
            "kubectl get --raw /api",
            "kubectl get pods --kubeconfig=/etc/x",
            "kubectl get secrets -n shop -o yaml",
            "kubectl get secret/token -ojson",
            "kubectl get pods,secrets -o=json",
            "kubectl get pods $(reboot)",
            "kubectl get pods ;reboot",
            "kubectl get pods -n shop\nreboot",
        ] {
            assert!(made(line).is_err(), "{line}");
        }
        assert_eq!(made("kubectl get pods -f"), Err(Refused::Option("-f".to_owned())));
    }

    #[test]
    fn names_are_those_of_rfc_1123() {
        for good in ["web", "web-1", "ip-10-0-0-1.ec2.internal", "a"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "-web", "web-", "Web", "a b", "a..b", "a/b", "$(x)", &"a".repeat(64), &"a.".repeat(200)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
