//! Types that a file names.
//!
//! A base may have types of its own. Turtle and GraphML tell them; a list of edges has no place for what they are kinds of, so a
//! type that nobody declared becomes a kind of `Concept` there, or of links that do or do not have a direction. One that is almost
//! the name of another is taken for a mistake.

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

/// Declares types as a file tells them, in whatever order it does.
pub(super) fn declare(space: &mut Space, told: &[(String, Vec<String>)]) -> Result<(), String> {
    let mut left: Vec<&(String, Vec<String>)> = told.iter().collect();
    while !left.is_empty() {
        let mut later = Vec::new();
        let before = left.len();
        for one in left {
            let (name, parents) = one;
            let known: Result<Vec<AtomType>, TypeError> = parents.iter().map(|up| space.types().named(up)).collect();
            match known {
                Ok(parents) => drop(space.declare_type(name, &parents).map_err(|error| error.to_string())?),
                Err(_) => later.push(one),
            }
        }
        if let Some((name, parents)) = later.first().filter(|_| later.len() == before) {
            return Err(format!("the type `{name}` is a kind of {}, which is not declared", parents.join(" and ")));
        }
        left = later;
    }
    Ok(())
}

/// The types that a space has and others did not, in words.
pub(crate) fn news(before: &Types, after: &Types) -> Vec<String> {
    let new = after.declared().filter(|of| before.named(&after.full_name(*of)).is_err());
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
