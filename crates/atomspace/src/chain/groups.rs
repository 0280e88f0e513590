//! What rests on one another: the strongly connected parts of the statements.

use super::terms::Id;
use rustc_hash::FxHashMap;

/// Puts statements into groups of those that rest on one another, each group after all that it rests on.
///
/// Source: Tarjan, *Depth-first search and linear graph algorithms* (1972), with what waits in a list, never on the stack.
pub(super) fn groups(all: impl IntoIterator<Item = Id>, below: impl Fn(Id) -> Vec<Id>) -> Vec<Vec<Id>> {
    let mut walk = Walk { below, marks: FxHashMap::default(), stack: Vec::new(), groups: Vec::new() };
    for statement in all {
        if !walk.marks.contains_key(&statement) {
            walk.from(statement);
        }
    }
    walk.groups
}

/// When a statement was met, and the first that is still open which it rests on.
struct Mark {
    met: u32,
    least: u32,
    is_open: bool,
}

/// A statement whose parts below are being gone through.
struct Visit {
    statement: Id,
    below: std::vec::IntoIter<Id>,
}

struct Walk<F> {
    below: F,
    marks: FxHashMap<Id, Mark>,
    stack: Vec<Id>,
    groups: Vec<Vec<Id>>,
}

impl<F: Fn(Id) -> Vec<Id>> Walk<F> {
    fn begin(&mut self, statement: Id) -> Visit {
        let met = self.marks.len() as u32;
        self.marks.insert(statement, Mark { met, least: met, is_open: true });
        self.stack.push(statement);
        Visit { statement, below: (self.below)(statement).into_iter() }
    }

    fn from(&mut self, first: Id) {
        let mut visits = vec![self.begin(first)];
        while let Some(visit) = visits.last_mut() {
            let statement = visit.statement;
            let Some(next) = visit.below.next() else {
                visits.pop();
                let least = self.end(statement);
                if let Some(above) = visits.last() {
                    self.lower(above.statement, least);
                }
                continue;
            };
            match self.marks.get(&next).map(|mark| (mark.is_open, mark.met)) {
                None => {
                    let begun = self.begin(next);
                    visits.push(begun);
                }
                Some((true, met)) => self.lower(statement, met),
                Some((false, _)) => {}
            }
        }
    }

    fn lower(&mut self, statement: Id, to: u32) {
        if let Some(mark) = self.marks.get_mut(&statement) {
            mark.least = mark.least.min(to);
        }
    }

    /// Closes a statement, and its group where it is the first of that.
    fn end(&mut self, statement: Id) -> u32 {
        let Some((met, least)) = self.marks.get(&statement).map(|mark| (mark.met, mark.least)) else { return u32::MAX };
        if met == least {
            let at = self.stack.iter().rposition(|open| *open == statement).unwrap_or_default();
            let group = self.stack.split_off(at);
            for member in &group {
                if let Some(mark) = self.marks.get_mut(member) {
                    mark.is_open = false;
                }
            }
            self.groups.push(group);
        }
        least
    }
}
