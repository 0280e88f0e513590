//! `topology.csv`: who calls whom, one `caller,callee` a line under a header.
//!
//! Other columns are ignored; `source,destination` and `from,to` are understood; a line that lacks a side is stated.

use std::io::{self, BufRead};

use crate::bundle::Limits;
use crate::lines::Records;
use crate::names;
use crate::skipped::Skips;

/// Calls between entities, by atom name, in order of first sight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Caller and callee, with the line that says so.
    pub calls: Vec<(String, String, u32)>,
}

/// Edges beyond this are not read.
const MAX_CALLS: usize = 200_000;

/// Reads `topology.csv`.
pub(crate) fn read(reader: &mut dyn BufRead, file: &str, limits: &Limits, skips: &mut Skips) -> io::Result<Topology> {
    let mut records = Records::new(reader, limits.max_line_bytes);
    let header = records.header()?;
    let find = |names: &[&str]| names.iter().find_map(|n| header.iter().position(|h| h.eq_ignore_ascii_case(n)));
    let caller = find(&["caller", "source", "from", "parent", "src"]).unwrap_or(0);
    let callee = find(&["callee", "destination", "to", "child", "target", "dst"]).unwrap_or(1);
    let mut topology = Topology::default();
    while records.next()? {
        let side = |at: usize| records.get(at).map(str::trim).filter(|name| !name.is_empty());
        match (side(caller), side(callee)) {
            (Some(from), Some(to)) if topology.calls.len() < MAX_CALLS => {
                topology.calls.push((names::entity(from), names::entity(to), records.line));
            }
            (Some(_), Some(_)) => skips.line(file, records.line, "calls beyond the limit are not read"),
            _ => skips.line(file, records.line, "a call needs a caller and a callee"),
        }
    }
    Ok(topology)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_by_header_in_order() {
        let mut skips = Skips::default();
        let text = "weight,callee,caller\n1,b,a\n2,,c\n3,c,a\n";
        let topology = read(&mut text.as_bytes(), "topology.csv", &Limits::default(), &mut skips).unwrap();
        let calls: Vec<_> = topology.calls.iter().map(|(a, b, _)| (a.as_str(), b.as_str())).collect();
        assert_eq!(calls, [("service/a", "service/b"), ("service/a", "service/c")]);
        assert_eq!(skips.finish()[0].line, 3);
    }
}
