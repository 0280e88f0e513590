//! Compose files that name each other: what one includes or extends is looked for among the files that were given along, and those that
//! lie beside it, by its path from there. Nothing is read here: who calls gives what may be read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::ingest::documents::Document;
use crate::ingest::facts::{Facts, Refused};
use crate::ingest::kind::IngestError;
use crate::ingest::secrets::holds_credential;

/// Files that include each other at most.
const DEEPEST: usize = 8;
/// Services and included files of all projects at most, each as often as a project has it.
const MOST: usize = 1_000_000;

/// The files at hand: those that were given, in their order, and after them those that lie beside. Several may have one name, where
/// whoever gives them says no directories.
pub(super) struct Files<'a> {
    all: Vec<(&'a str, &'a [Document])>,
    /// Which a name means: of several the first, so that what was given comes before what lies beside.
    names: BTreeMap<String, usize>,
}

/// A service, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) file: &'a str,
    /// All services of its document.
    pub(super) services: &'a Map<String, Value>,
    pub(super) name: &'a str,
}

impl<'a> Files<'a> {
    pub(super) fn of(given: &'a [(String, Vec<Document>)], beside: &'a [(String, Vec<Document>)]) -> Self {
        let all = given.iter().chain(beside).map(|(file, documents)| (file.as_str(), documents.as_slice()));
        let (all, mut names) = (all.collect::<Vec<_>>(), BTreeMap::new());
        for (at, (file, _)) in all.iter().enumerate() {
            names.entry(named(file)).or_insert(at);
        }
        Self { all, names }
    }

    /// A file, by its place.
    pub(super) fn get(&self, at: usize) -> (&'a str, &'a [Document]) {
        self.all.get(at).copied().unwrap_or_default()
    }

    /// Tells which names several of the given files have that do not say the same.
    pub(super) fn tell_equal_names(&self, given: usize, facts: &mut Facts) {
        let mut equal = BTreeMap::<usize, usize>::new();
        for (file, documents) in self.all.iter().take(given) {
            if let Some(first) = self.names.get(&named(file)).filter(|first| self.get(**first).1 != *documents) {
                *equal.entry(*first).or_insert(1) += 1;
            }
        }
        for (first, count) in equal {
            let file = self.get(first).0;
            facts.remark_of_all(format!(
                "{file}: {count} different files have this name, and each is taken; where another file names it, the first is meant: \
                 give each a name of its own, such as its path"
            ));
        }
    }

    /// The place of the file that a path means in another file.
    fn place(&self, from: &str, path: &str) -> Option<usize> {
        self.names.get(&joined(from, path)?).copied()
    }

    /// The service of this name in the file that a path means in another file.
    pub(super) fn service(&self, from: &str, path: &str, name: &'a str) -> Option<Part<'a>> {
        let (file, documents) = self.get(self.place(from, path)?);
        let services = documents.iter().filter_map(|document| document.value.get("services")?.as_object());
        services.filter(|services| services.contains_key(name)).map(|services| Part { file, services, name }).next()
    }

    /// The places of the files that some of the given ones include, and that these include.
    pub(super) fn included(&self, given: usize) -> BTreeSet<usize> {
        let (mut found, mut open) = (BTreeSet::new(), (0..given).collect::<Vec<_>>());
        while let Some(at) = open.pop() {
            let (file, documents) = self.get(at);
            for path in documents.iter().flat_map(|document| includes(&document.value)) {
                if let Some(other) = self.place(file, path)
                    && found.insert(other)
                {
                    open.push(other);
                }
            }
        }
        found
    }
}

/// What projects were made of until now.
#[derive(Default)]
pub(super) struct Taken {
    /// The places of the files that are a project, or a part of one.
    pub(super) files: BTreeSet<usize>,
    /// Services and included files, each as often as a project has it.
    parts: usize,
}

impl Taken {
    fn one_more(&mut self) -> Result<(), IngestError> {
        self.parts += 1;
        if self.parts <= MOST {
            return Ok(());
        }
        let what = "services and included files of all Compose projects, each as often as a project has it".to_owned();
        Err(IngestError::TooMuch { what, most: MOST })
    }
}

/// The services of a project, of its document and what that includes.
pub(super) struct Parts<'a, 's> {
    files: &'s Files<'a>,
    /// The places of the files that are parts of this project.
    seen: &'s mut BTreeSet<usize>,
    taken: &'s mut Taken,
    names: BTreeSet<&'a str>,
    pub(super) services: Vec<Part<'a>>,
}

impl<'a, 's> Parts<'a, 's> {
    pub(super) fn new(files: &'s Files<'a>, seen: &'s mut BTreeSet<usize>, taken: &'s mut Taken) -> Self {
        Self { files, seen, taken, names: BTreeSet::new(), services: Vec::new() }
    }
}

impl<'a> Parts<'a, '_> {
    /// Adds those of a document, and of what it includes; whether it has any, or includes anything.
    pub(super) fn document(
        &mut self,
        file: &'a str,
        document: &'a Document,
        refused: &mut Vec<Refused>,
        facts: &mut Facts,
    ) -> Result<bool, IngestError> {
        self.within((file, document), 0, refused, facts)
    }

    fn within(
        &mut self,
        (file, document): (&'a str, &'a Document),
        depth: usize,
        refused: &mut Vec<Refused>,
        facts: &mut Facts,
    ) -> Result<bool, IngestError> {
        let services = document.value.get("services").and_then(Value::as_object);
        let includes = document.value.get("include").is_some_and(|include| !include.is_null());
        if services.is_none() && !includes {
            let why = "a Compose file needs `services`, each under its name";
            refused.push(Refused::new(format!("line {}", document.line), why));
        }
        let mut any = includes;
        for (name, service) in services.into_iter().flatten() {
            if !service.is_object() && !service.is_null() {
                let why = "a service is a mapping, `image: …` and the like";
                refused.push(Refused::new(format!("services.{name}"), why));
                continue;
            }
            any = true;
            // Of two of one name, that of the file which includes the other counts.
            if let Some(services) = services.filter(|_| self.names.insert(name)) {
                self.taken.one_more()?;
                self.services.push(Part { file, services, name });
            }
        }
        let mut missing = Vec::new();
        for path in self::includes(&document.value) {
            match self.files.place(file, path).filter(|_| depth < DEEPEST) {
                Some(other) => self.file(other, depth + 1, facts)?,
                None => missing.push(path),
            }
        }
        if !missing.is_empty() {
            facts.begin(file);
            facts.at_line(document.line);
            let all = told(&missing, facts);
            facts.remark(format!("it includes {}: ingest that as a part of the same source", all.join(", ")));
        }
        Ok(any)
    }

    /// Adds those of a file that is included, once.
    fn file(&mut self, at: usize, depth: usize, facts: &mut Facts) -> Result<(), IngestError> {
        if !self.seen.insert(at) {
            return Ok(());
        }
        self.taken.files.insert(at);
        self.taken.one_more()?;
        let (file, documents) = self.files.get(at);
        let (mut refused, mut any) = (Vec::new(), false);
        for document in documents {
            any |= self.within((file, document), depth, &mut refused, facts)?;
        }
        facts.begin(file);
        facts.pass_over(refused, any)
    }
}

/// What is included, as it is written.
fn includes(file: &Value) -> Vec<&str> {
    let mut all = Vec::new();
    for one in file.get("include").and_then(Value::as_array).into_iter().flatten() {
        match one.get("path").unwrap_or(one) {
            Value::String(path) => all.push(path.as_str()),
            Value::Array(paths) => all.extend(paths.iter().filter_map(Value::as_str)),
            _ => {}
        }
    }
    all
}

/// Paths as they are told: without what holds a credential.
fn told(paths: &[&str], facts: &mut Facts) -> Vec<String> {
    let (secret, mut open): (Vec<&str>, Vec<&str>) = paths.iter().partition(|path| holds_credential(path));
    facts.withheld += secret.len() as u64;
    open.extend((!secret.is_empty()).then_some("what holds a credential"));
    open.into_iter().map(str::to_owned).collect()
}

/// The files that the documents of a file include, or extend services of, by their names.
pub(in crate::ingest) fn referenced(file: &str, documents: &[Document]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for document in documents {
        let services = document.value.get("services").and_then(Value::as_object);
        let extended =
            services.into_iter().flatten().filter_map(|(_, service)| service.pointer("/extends/file")?.as_str());
        all.extend(includes(&document.value).into_iter().chain(extended).filter_map(|path| joined(file, path)));
    }
    all.remove(&named(file));
    all
}

/// A path as it is written in a file, from where that file's own path begins. None of what is not beside it: an absolute path, an
/// address, or what a variable says.
fn joined(from: &str, path: &str) -> Option<String> {
    if path.is_empty() || path.starts_with(['/', '~']) || path.contains(['$', '\\', ':']) {
        return None;
    }
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let all = if from.contains('/') { format!("{directory}/{path}") } else { path.to_owned() };
    Some(named(&all))
}

/// A path in the one way in which it is written here: without `.`, and without `..` behind a name.
pub(in crate::ingest) fn named(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_looked_for_from_where_it_is_written() {
        for (from, path, wanted) in [
            ("compose.yaml", "db.yaml", Some("db.yaml")),
            ("./app/compose.yaml", "../db/./db.yaml", Some("db/db.yaml")),
            ("/srv/app/compose.yaml", "db.yaml", Some("/srv/app/db.yaml")),
            ("../app/compose.yaml", "db.yaml", Some("../app/db.yaml")),
            ("app/compose.yaml", "../../db.yaml", Some("../db.yaml")),
            ("compose.yaml", "/etc/passwd", None),
            ("compose.yaml", "https://git.example/x.git", None),
            ("compose.yaml", "${HERE}/db.yaml", None),
            ("compose.yaml", "", None),
        ] {
            assert_eq!(joined(from, path).as_deref(), wanted, "{from} {path}");
        }
    }
}
