//! Types that a file names.
//!
//! A base may have types of its own. Turtle and GraphML tell them; a list of edges has no place for what they are kinds of, so a
//! type that nobody declared becomes a kind of `Concept` there, or of links that do or do not have a direction. One that is almost
//! the name of another is taken for a mistake.

use std::collections::{HashMap, VecDeque};

use oriel_atomspace::space::{AtomType, Space, TypeError, Types};

/// The type of nodes that a file names.
pub(super) fn node_type(space: &mut Space, name: &str) -> Result<AtomType, String> {
    known_or(space, name, AtomType::CONCEPT)
}

/// The type of links that a file names.
pub(super) fn link_type(space: &mut Space, name: &str, directed: bool) -> Result<AtomType, String> {
    known_or(space, name, if directed { AtomType::ORDERED } else { AtomType::UNORDERED })
}

fn known_or(space: &mut Space, name: &str, parent: AtomType) -> Result<AtomType, String> {
    let types = space.types();
    let error = match types.named(name) {
        Ok(of) => return Ok(of),
        Err(error) => error,
    };
    match &error {
        TypeError::Unknown(_, Some(near)) if is_slip(name, near) => {
            let parent = types.name(parent);
            Err(format!("{error}; if not, declare it first: (declare-type {name} {parent})"))
        }
        TypeError::Unknown(..) => space.declare_type(name, &[parent]).map_err(|error| error.to_string()),
        _ => Err(error.to_string()),
    }
}

/// Whether one word becomes another by one letter more, less or other, or by two that change places.
fn is_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let begin = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (one.get(begin..).unwrap_or_default(), other.get(begin..).unwrap_or_default());
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    match (one.get(..one.len() - end), other.get(..other.len() - end)) {
        (Some([a, b]), Some([c, d])) => (a, b) == (d, c),
        (Some(one), Some(other)) => one.len() <= 1 && other.len() <= 1,
        _ => false,
    }
}

/// The types that a base has of its own, each with what it is a kind of, in an order in which they can be declared.
pub(super) fn declared(types: &Types) -> impl Iterator<Item = (String, Vec<String>)> {
    types.declared().map(|of| (types.full_name(of), types.parents(of).iter().map(|up| types.full_name(*up)).collect()))
}

/// Declares types as a file tells them, in whatever order it does: a type waits for what it is a kind of.
pub(super) fn declare(space: &mut Space, told: &[(String, Vec<String>)]) -> Result<(), String> {
    let mut next: VecDeque<Waiting<'_>> =
        told.iter().map(|(name, parents)| Waiting { name, parents, known: Vec::new() }).collect();
    let mut waiting: HashMap<&str, Vec<Waiting<'_>>> = HashMap::new();
    while let Some(mut one) = next.pop_front() {
        if let Some(missing) = one.missing(space.types()) {
            waiting.entry(stem(missing)).or_default().push(one);
            continue;
        }
        space.declare_type(one.name, &one.known).map_err(|error| error.to_string())?;
        next.extend(waiting.remove(stem(one.name)).into_iter().flatten());
    }
    let is_waiting = |name: &str| waiting.values().flatten().any(|one| one.name == name);
    match told.iter().find(|(name, _)| is_waiting(name)) {
        Some((name, parents)) => {
            Err(format!("the type `{name}` is a kind of {}, which is not declared", parents.join(" and ")))
        }
        None => Ok(()),
    }
}

/// A type that is told.
struct Waiting<'a> {
    name: &'a str,
    parents: &'a [String],
    /// As many of what it is a kind of, from the first on, as are known.
    known: Vec<AtomType>,
}

impl<'a> Waiting<'a> {
    /// The first of what it is a kind of that is not known.
    fn missing(&mut self, types: &Types) -> Option<&'a str> {
        for parent in self.parents.iter().skip(self.known.len()) {
            match types.find(parent) {
                Some(of) => self.known.push(of),
                None => return Some(parent),
            }
        }
        None
    }
}

/// The name of a type without the ending that says whether it is of nodes or links.
fn stem(name: &str) -> &str {
    ["Node", "Link"].into_iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

/// The types that a space has and others did not, in words.
pub(crate) fn news(before: &Types, after: &Types) -> Vec<String> {
    let new = after.declared().filter(|of| before.find(&after.full_name(*of)).is_none());
    new.map(|of| {
        let parents: Vec<String> = after.parents(of).iter().map(|up| format!("`{}`", after.name(*up))).collect();
        format!("`{}`, a kind of {}", after.name(of), parents.join(" and "))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_types_are_declared_in_whatever_order_they_are_told() {
        const MANY: usize = 2_000;
        let up = |at: usize| if at + 1 < MANY { format!("T{}Node", at + 1) } else { "Concept".to_owned() };
        let told: Vec<(String, Vec<String>)> = (0..MANY).map(|at| (format!("T{at}"), vec![up(at)])).collect();
        let mut space = Space::new();
        let began = std::time::Instant::now();
        declare(&mut space, &told).unwrap();
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
        let of = |name: &str| space.types().find(name).unwrap();
        assert!(space.types().is_a(of("T0"), of("T1999")) && space.types().is_a(of("T0"), AtomType::CONCEPT));
        // What is a kind of several waits for all of them; a circle, and what nobody declares, for ever.
        let told = |all: &[(&str, &[&str])]| -> Vec<(String, Vec<String>)> {
            let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
            all.iter().map(|(name, parents)| ((*name).to_owned(), texts(parents))).collect()
        };
        let mut space = Space::new();
        declare(&mut space, &told(&[("C", &["A", "B"]), ("B", &["A"]), ("A", &["Concept"])])).unwrap();
        assert_eq!(declared(space.types()).map(|(name, _)| name).collect::<Vec<_>>(), ["ANode", "BNode", "CNode"]);
        for (wrong, name) in
            [(&[("X", &["Y"][..]), ("Y", &["X"])][..], "X"), (&[("A", &["Concept"]), ("Z", &["Q"])], "Z")]
        {
            let error = declare(&mut Space::new(), &told(wrong)).unwrap_err();
            assert!(error.starts_with(&format!("the type `{name}` is a kind of ")), "{error}");
        }
    }

    #[test]
    fn a_slip_is_one_letter_or_two_that_changed_places() {
        for (one, other) in
            [("Concpet", "Concept"), ("Concep", "Concept"), ("Conceppt", "Concept"), ("Concapt", "Concept"), ("a", "")]
        {
            assert!(is_slip(one, other) && is_slip(other, one), "{one} {other}");
        }
        for (one, other) in [("Store", "State"), ("Team", "Item"), ("Service", "Server"), ("", "ab")] {
            assert!(!is_slip(one, other) && !is_slip(other, one), "{one} {other}");
        }
    }
}
