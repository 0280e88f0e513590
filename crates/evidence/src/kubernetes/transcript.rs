//! Splits a file into sections: each `$ command` line starts one.

use super::command::{self, Command, Output};
use super::kind::Kind;

/// One command and its output.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) command: Command,
    /// The node that a `# node NAME` or `# from NAME` line names.
    pub(crate) node: Option<&'a str>,
    /// The output, from the line after the command.
    pub(crate) text: &'a str,
    /// Line of the first line of `text`, from 1.
    pub(crate) line: u32,
}

/// The sections of a file; a file without `$` lines is one section whose command follows from its name.
pub(crate) fn sections<'a>(path: &str, text: &'a str) -> Vec<Section<'a>> {
    let mut found: Vec<Section<'a>> = Vec::new();
    let mut open: Option<(Command, Option<&'a str>, usize, u32)> = None;
    let mut pending_node = None;
    let mut offset = 0;
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += raw.len();
        let line = raw.trim_end();
        let next_line = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(2);
        if let Some(command) = line.strip_prefix("$ ") {
            close(&mut found, open.take(), text, start);
            open = Some((command::parse(command), pending_node.take(), offset, next_line));
        } else if let Some(node) = node_comment(line) {
            match &mut open {
                // Directly under its command.
                Some((_, slot, body, body_line))
                    if slot.is_none() && text.get(*body..start).is_some_and(|t| t.trim().is_empty()) =>
                {
                    *slot = Some(node);
                    *body = offset;
                    *body_line = next_line;
                }
                _ => pending_node = Some(node),
            }
        }
    }
    if open.is_none() && found.is_empty() {
        return vec![Section { command: from_path(path, text), node: pending_node, text, line: 1 }];
    }
    close(&mut found, open, text, text.len());
    found
}

fn close<'a>(
    found: &mut Vec<Section<'a>>,
    open: Option<(Command, Option<&'a str>, usize, u32)>,
    text: &'a str,
    end: usize,
) {
    if let Some((command, node, start, line)) = open {
        found.push(Section { command, node, text: text.get(start..end).unwrap_or(""), line });
    }
}

fn node_comment(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('#')?.trim_start();
    let name = rest.strip_prefix("node ").or_else(|| rest.strip_prefix("from "))?;
    let name = name.trim();
    (!name.is_empty() && !name.contains(' ')).then_some(name)
}

/// `describe-pod-x.txt`, `pods.txt`, `get-events.txt`; anything else is read by its content.
fn from_path(path: &str, text: &str) -> Command {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let (stem, extension) = stem.rsplit_once('.').unwrap_or((stem, ""));
    if matches!(extension, "json" | "yaml" | "yml") || text.trim_start().starts_with(['{', '[']) {
        let name = stem.strip_prefix("get-").or_else(|| stem.strip_prefix("get_")).unwrap_or(stem);
        let is_list = text.contains("\"items\"") || text.lines().any(|line| line.starts_with("items:"));
        return Kind::parse(name).filter(|_| is_list).map_or(Command::Unknown, |kind| Command::Dump { kind });
    }
    let mut words = stem.split(['-', '_', '.']);
    let first = words.next().unwrap_or("");
    if first == "describe" {
        return words.next().and_then(Kind::parse).map_or(Command::Unknown, |kind| Command::Describe {
            kind,
            namespace: None,
            whole: false,
            every_namespace: false,
        });
    }
    let (word, rest) = if first == "get" { (words.next().unwrap_or(""), words.next()) } else { (first, words.next()) };
    match Kind::parse(word) {
        Some(kind) => Command::Get {
            kinds: vec![kind],
            namespace: None,
            output: Output::Table,
            whole: rest.is_none_or(|w| matches!(w, "wide" | "labels")),
            every_namespace: false,
        },
        None => Command::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_know_their_lines_and_nodes() {
        let text = "noise\n$ kubectl get pods\nNAME\na\n\n# node w1\n$ systemctl status kubelet\nunit\n$ systemctl status kubelet\n# node w2\nunit\n";
        let found = sections("kubernetes/all.txt", text);
        let view: Vec<_> = found.iter().map(|s| (s.node, s.line, s.text.trim())).collect();
        assert_eq!(view, [(None, 3, "NAME\na\n\n# node w1"), (Some("w1"), 8, "unit"), (Some("w2"), 11, "unit")]);
    }

    #[test]
    fn a_file_without_commands_is_read_by_its_name() {
        let kind = |path: &str| sections(path, "NAME\n").remove(0).command;
        assert!(
            matches!(kind("kubernetes/pods.txt"), Command::Get { kinds, whole: true, .. } if kinds == vec![Kind::Pod])
        );
        assert!(matches!(kind("describe-node-w1.txt"), Command::Describe { kind: Kind::Node, .. }));
        assert!(matches!(kind("deployment-x.yaml"), Command::Unknown));
        assert!(matches!(kind("pods-web.txt"), Command::Get { whole: false, .. }));
    }
}
