//! Tables as `kubectl get` prints them: a header, then rows whose cells start where the header's words do.

use super::{Context, events, rows};
use crate::kubernetes::Remarks;
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::Cluster;
use crate::kubernetes::transcript::Section;

/// The names of the columns and where they start, in characters.
#[derive(Debug)]
pub(super) struct Header<'a>(Vec<(&'a str, usize)>);

impl<'a> Header<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let mut columns = Vec::new();
        let mut rest = line;
        let mut start = 0;
        while !rest.trim_start().is_empty() {
            let skipped = rest.len() - rest.trim_start().len();
            rest = rest.get(skipped..)?;
            start += skipped;
            // Words of one column are one space apart, columns at least two.
            let end = rest.find("  ").unwrap_or(rest.len());
            let name = rest.get(..end)?.trim_end();
            columns.push((name, start));
            rest = rest.get(end..)?;
            start += end;
        }
        let named = columns.iter().any(|(name, _)| matches!(*name, "NAME" | "LAST SEEN"));
        (named && columns.iter().all(|(name, _)| !name.bytes().any(|b| b.is_ascii_lowercase())))
            .then_some(Self(columns))
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(column, _)| *column == name)
    }

    /// The cells of a row. Where the text does not stand under the header (copied through something that squeezed
    /// spaces), the row is split at runs of spaces instead, provided that every column is there.
    fn cells<'r>(&self, row: &'r str) -> Option<Vec<&'r str>> {
        let aligned = self.0.iter().skip(1).all(|(_, start)| {
            *start == 0
                || row.get(*start - 1..*start).is_none_or(|gap| gap == " ")
                    && row.is_char_boundary((*start).min(row.len()))
        });
        if aligned {
            let ends = self.0.iter().skip(1).map(|(_, start)| *start).chain([row.len()]);
            let starts = self.0.iter().map(|(_, start)| *start);
            return Some(
                starts.zip(ends).map(|(start, end)| row.get(start..end.min(row.len())).unwrap_or("").trim()).collect(),
            );
        }
        let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        if cells.len() == self.0.len() {
            return Some(cells);
        }
        let words: Vec<&str> = row.split_whitespace().collect();
        (words.len() == self.0.len()).then_some(words)
    }
}

/// A row by column name.
#[derive(Debug)]
pub(super) struct Row<'a> {
    header: &'a Header<'a>,
    cells: Vec<&'a str>,
    pub(super) line: u32,
}

impl Row<'_> {
    /// The cell; `None` where the column is absent or says that there is nothing.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        self.cell(column).filter(|cell| !matches!(*cell, "" | "<none>" | "<unset>" | "<unknown>" | "<pending>"))
    }

    /// The cell as it stands, empty or not; `None` where the column is absent.
    pub(super) fn cell(&self, column: &str) -> Option<&str> {
        let position = self.header.0.iter().position(|(name, _)| *name == column)?;
        self.cells.get(position).copied()
    }
}

pub(super) fn read(
    cluster: &mut Cluster,
    context: Context<'_>,
    kind: Option<Kind>,
    section: &Section<'_>,
    remarks: &mut Remarks<'_>,
) {
    let mut header: Option<Header<'_>> = None;
    let mut refused = false;
    for (number, line) in (section.line..).zip(section.text.lines()) {
        if line.trim().is_empty() {
            header = None;
            continue;
        }
        let Some(columns) = &header else {
            header = Header::parse(line);
            if header.is_none() {
                if !refused && !line.starts_with("No resources") {
                    remarks.line(number, "not a table row, and no header before it");
                }
                refused = true;
            }
            continue;
        };
        let is_events = columns.has("REASON") && columns.has("MESSAGE") && columns.has("OBJECT");
        if is_events && !starts_event(columns, line) {
            events::continued(cluster, line);
            continue;
        }
        let Some(cells) = columns.cells(line) else {
            remarks.line(number, "the row does not fit the table's header");
            continue;
        };
        let row = Row { header: columns, cells, line: number };
        if is_events {
            events::row(cluster, context, &row);
            continue;
        }
        let Some(name) = row.get("NAME") else {
            continue;
        };
        // `kubectl get all` and lists of several kinds print `kind/name`.
        let (row_kind, name) =
            name.split_once('/').map_or((kind.or_else(|| guess(columns)), name), |(k, n)| (Kind::parse(k), n));
        match row_kind {
            Some(row_kind) => rows::row(cluster, context, row_kind, name, &row),
            None => remarks.line(number, "a table of a kind that is not known here"),
        }
    }
}

/// Whether the header has just these columns, `NAMESPACE` aside.
fn columns_are(header: &Header<'_>, names: &[&str]) -> bool {
    header.0.iter().map(|(name, _)| *name).filter(|name| *name != "NAMESPACE").eq(names.iter().copied())
}

/// Whether a line under a table of events begins one: messages of several lines are printed as they are. Before the type
/// stand a namespace and when it was, `40s (x5 over 14m)` at most.
fn starts_event(header: &Header<'_>, line: &str) -> bool {
    !header.has("TYPE") || line.split_whitespace().take(6).any(|word| matches!(word, "Normal" | "Warning"))
}

/// The kind of a table that came without its command.
fn guess(header: &Header<'_>) -> Option<Kind> {
    let has = |name: &str| header.has(name);
    Some(if has("CLUSTER-IP") {
        Kind::Service
    } else if has("RESTARTS") && has("STATUS") {
        Kind::Pod
    } else if has("UP-TO-DATE") && has("DESIRED") {
        Kind::DaemonSet
    } else if has("UP-TO-DATE") {
        Kind::Deployment
    } else if has("DESIRED") && has("CURRENT") {
        Kind::ReplicaSet
    } else if has("ENDPOINTS") {
        Kind::Endpoints
    } else if has("ROLES") && has("VERSION") {
        Kind::Node
    } else if has("VOLUME") && has("ACCESS MODES") {
        Kind::Claim
    } else if has("CLAIM") && has("RECLAIM POLICY") {
        Kind::Volume
    } else if has("PROVISIONER") {
        Kind::StorageClass
    } else if has("REQUEST") && has("LIMIT") {
        Kind::Quota
    } else if has("COMPLETIONS") {
        Kind::Job
    } else if has("SCHEDULE") && has("SUSPEND") {
        Kind::CronJob
    } else if has("MINPODS") {
        Kind::Autoscaler
    } else if has("POD-SELECTOR") {
        Kind::NetworkPolicy
    } else if has("HOSTS") && has("CLASS") {
        Kind::Ingress
    } else if has("READY") && (has("CONTAINERS") || columns_are(header, &["NAME", "READY", "AGE"])) {
        Kind::StatefulSet
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_under_their_header_even_when_empty() {
        let header = Header::parse("NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   AGE").unwrap();
        let row = "data   Pending                                      40s";
        assert_eq!(header.cells(row).unwrap(), ["data", "Pending", "", "", "", "40s"]);
    }

    #[test]
    fn squeezed_rows_are_split_at_spaces() {
        let header = Header::parse("NAME           READY   STATUS").unwrap();
        assert_eq!(
            header.cells("a-very-long-name-of-a-pod 1/1 Running").unwrap(),
            ["a-very-long-name-of-a-pod", "1/1", "Running"]
        );
        assert_eq!(header.cells("a-very-long-name-of-a-pod Running"), None);
    }

    #[test]
    fn an_event_that_repeats_begins_a_row() {
        let header = Header::parse("NAMESPACE   LAST SEEN            TYPE      REASON   OBJECT   MESSAGE").unwrap();
        assert!(starts_event(&header, "shop        40s (x5 over 14m)    Warning   BackOff  Pod/a    Back-off"));
        assert!(!starts_event(&header, "Output: mount.nfs: access denied by server while mounting"));
    }

    #[test]
    fn prose_is_no_header() {
        assert!(Header::parse("The quick brown fox").is_none());
        assert!(Header::parse("LAST SEEN   TYPE   REASON").is_some());
    }
}
