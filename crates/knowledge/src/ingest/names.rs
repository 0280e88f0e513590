//! Names of entities: short where that tells things apart, and with their scope where it does not.
//!
//! A thing that has a scope (the namespace of an object, the project of a Compose service, the file of a document) goes under
//! its short name, `service/db`, as a diagnosis and spans call it, unless the base knows another of that name in another scope, or
//! several of one ingestion have it: then it is `service/SCOPE.db`. What a base once named keeps its name, so that what somebody
//! said of it goes on to be said of it. Things of which no scope is known go under their short names.
//!
//! Of each thing that is named in a scope it is stated in which, also where it is only referred to, so that another ingestion knows
//! whose the name is.
//!
//! Readers give names with their scopes behind a mark ([`scoped`]); when all is read, [`resolve`] puts the right ones in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oriel_atomspace::space::{AtomType, Space};

use super::facts::{Facts, Known, Object, STATED, Said, entity};

/// What stands between a name and its scope until all is read. No name of an entity has it.
const MARK: char = '\0';
/// The relations that tell scopes, with what the names of scopes begin with where the object is a text.
const RELATIONS: [(&str, &str); 3] = [("in-namespace", ""), ("in-project", ""), ("in-file", "file/")];

/// A name in a scope, `namespace/shop`; for [`resolve`].
pub(super) fn scoped(of: &str, name: &str, scope: Option<&str>) -> String {
    match scope.filter(|scope| !scope.ends_with('/')) {
        Some(scope) => format!("{}{MARK}{scope}", entity(of, name)),
        None => entity(of, name),
    }
}

/// The scopes that a base knows of its entities.
type Scopes = HashMap<String, BTreeSet<String>>;

fn known(space: &Space) -> Scopes {
    let mut known = Scopes::new();
    for (relation, begins) in RELATIONS {
        let Some(predicate) = space.find_node(AtomType::PREDICATE, relation) else { continue };
        for link in space.incoming(predicate).filter(|link| space.type_of(*link) == Some(AtomType::EVALUATION)) {
            let [_, ends] = space.outgoing(link) else { continue };
            let [of, scope] = space.outgoing(*ends) else { continue };
            if let (Some(of), Some(scope)) = (space.name(*of), space.name(*scope)) {
                known.entry(of.to_owned()).or_default().insert(format!("{begins}{scope}"));
            }
        }
    }
    known
}

/// Gives all things their names.
pub(super) fn resolve(facts: &mut Facts, space: &Space) {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (short, scope) in facts.all.keys().flat_map(marked) {
        all.entry(short.to_owned()).or_default().insert(scope.to_owned());
    }
    if all.is_empty() {
        return;
    }
    state_scopes(facts);
    let known = known(space);
    let mut names = HashMap::new();
    for (short, scopes) in &all {
        for scope in scopes {
            let (name, remark) = name(short, scope, scopes, &known);
            if let Some(remark) = remark {
                facts.remark_of_all(remark);
            }
            names.insert(format!("{short}{MARK}{scope}"), name);
        }
    }
    let named = |name: String| names.get(&name).cloned().unwrap_or(name);
    for (Said { relation, of, object }, known) in std::mem::take(&mut facts.all) {
        let object = if let Object::Entity(name) = object { Object::Entity(named(name)) } else { object };
        facts.keep(Said { relation, of: named(of), object }, known);
    }
}

/// The names of a fact that have a scope, each with it.
fn marked(said: &Said) -> impl Iterator<Item = (&str, &str)> {
    let object = if let Object::Entity(name) = &said.object { Some(name) } else { None };
    [Some(&said.of), object].into_iter().flatten().filter_map(|name| name.split_once(MARK))
}

/// States of each thing in which namespace or project it is, at the place where it is first named. Files say so themselves.
fn state_scopes(facts: &mut Facts) {
    let mut found: BTreeMap<Said, Known> = BTreeMap::new();
    for (said, known) in &facts.all {
        for (short, scope) in marked(said) {
            let relation = match scope.split_once('/') {
                Some(("namespace", _)) => "in-namespace",
                Some(("project", _)) => "in-project",
                _ => continue,
            };
            let of = format!("{short}{MARK}{scope}");
            let said = Said { relation, of, object: Object::Entity(scope.to_owned()) };
            if !facts.all.contains_key(&said) {
                let (strength, confidence) = STATED;
                found.entry(said).or_insert_with(|| Known { strength, confidence, count: 0, ..known.clone() });
            }
        }
    }
    for (said, known) in found {
        facts.keep(said, known);
    }
}

/// The name of one thing, and what is to be said of it.
fn name(short: &str, scope: &str, scopes: &BTreeSet<String>, known: &Scopes) -> (String, Option<String>) {
    let qualified = qualified(short, scope);
    let kind = |scope: &str| scope.split('/').next().unwrap_or_default().to_owned();
    let alike = |all: &BTreeSet<String>| all.iter().filter(|one| kind(one) == kind(scope)).count();
    let none = BTreeSet::new();
    let there = known.get(short).unwrap_or(&none);
    match (alike(there), there.contains(scope)) {
        (1, true) => (short.to_owned(), None),
        (0, _) if alike(scopes) == 1 && !known.contains_key(&qualified) => (short.to_owned(), None),
        (0, _) => (qualified, None),
        // What has its own name already needs no word.
        _ if known.get(&qualified).is_some_and(|scopes| scopes.contains(scope)) => (qualified, None),
        _ => {
            let others: Vec<&str> = there.iter().map(String::as_str).filter(|one| *one != scope).collect();
            let remark = format!("{short} is of {} already: that of {scope} is {qualified}", others.join(", "));
            (qualified, Some(remark))
        }
    }
}

/// `service/NAMESPACE.db`; of a document the path of its file.
fn qualified(short: &str, scope: &str) -> String {
    let (kind, name) = short.split_once('/').unwrap_or(("", short));
    let (of, within) = scope.split_once('/').unwrap_or(("", scope));
    if of == "file" {
        let directory = within.rfind('/').map_or(0, |at| at + 1);
        let ending = within.get(directory..).and_then(|file| file.rfind('.')).filter(|at| *at > 0);
        let path = ending.and_then(|at| within.get(..directory + at)).unwrap_or(within);
        return entity(kind, path.trim_start_matches("./"));
    }
    entity(kind, &format!("{within}.{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(base: &str, all: &[(&str, &str, &str)]) -> (Vec<String>, usize) {
        let mut space = Space::new();
        space.load(base).unwrap();
        let mut facts = Facts::default();
        for (of, name, scope) in all {
            facts.count("replicas", &scoped(of, name, Some(scope)), 1);
        }
        resolve(&mut facts, &space);
        let counted = facts.all.keys().filter(|said| said.relation == "replicas");
        (counted.map(|said| said.of.clone()).collect(), facts.remarks.len())
    }

    fn base(all: &[(&str, &str)]) -> String {
        let one = |(of, scope): &(&str, &str)| {
            format!("(Evaluation (Predicate \"in-namespace\") (List (Concept \"{of}\") (Concept \"{scope}\")))")
        };
        all.iter().map(one).collect()
    }

    #[test]
    fn a_name_stays_what_it_was_and_never_names_two_things() {
        let (prod, staging) = (("service", "db", "namespace/prod"), ("service", "db", "namespace/staging"));
        let check = |base_has: &[(&str, &str)], all: &[(&str, &str, &str)], wanted: &[&str], remarks: usize| {
            assert_eq!(named(&base(base_has), all), (wanted.iter().map(|name| (*name).to_owned()).collect(), remarks));
        };
        check(&[], &[prod], &["service/db"], 0);
        check(&[], &[prod, staging], &["service/prod.db", "service/staging.db"], 0);
        check(&[("service/db", "namespace/prod")], &[prod, staging], &["service/db", "service/staging.db"], 1);
        check(&[("service/db", "namespace/prod")], &[staging], &["service/staging.db"], 1);
        check(&[("service/prod.db", "namespace/prod")], &[prod], &["service/prod.db"], 0);
        check(
            &[("service/db", "namespace/prod"), ("service/staging.db", "namespace/staging")],
            &[staging],
            &["service/staging.db"],
            0,
        );
        // A base in which two were one.
        let mixed = [("service/db", "namespace/prod"), ("service/db", "namespace/staging")];
        check(&mixed, &[prod], &["service/prod.db"], 1);
        // A project is no namespace: a service of both is one.
        check(&[("service/db", "namespace/prod")], &[("service", "db", "project/shop")], &["service/db"], 0);
        check(
            &[],
            &[("document", "README", "file/rb/a/README.md"), ("document", "README", "file/./b/README.md")],
            &["document/b/README", "document/rb/a/README"],
            0,
        );
    }
}
