//! Probes: what may be asked of a system, as knowledge in rule files.
//!
//! A `(probe …)` says which command it is, what it costs, when and of what it can be asked, and which views its output
//! gives. A `(seen …)` says in which views the facts of a relation are seen. Both are described in `docs/rule-format.md`.
//! Refused, with file, line and a hint: what cannot be read, and a probe whose command does more than look.

use oriel_atomspace::sexpr::{Datum, ReadError, Sexpr, read_all};
use oriel_atomspace::{Frame, Pattern, Query};
use oriel_reasoning::inquiry::{Census, Declaration, Hint, Seeing};

use super::command::{Command, Refused};
use super::template::{self, Piece};

/// Why probes cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}; {hint}")]
pub struct ProbeError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// Something that can be asked.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Its name.
    pub name: String,
    /// What it tells, in a sentence.
    pub text: String,
    /// Where the knowledge comes from.
    pub sources: Vec<String>,
    /// What it costs: 1 for listing one kind of object.
    pub cost: f64,
    /// What must be known to ask it.
    patterns: Vec<Pattern>,
    words: Vec<Vec<Piece>>,
    /// The node it runs on.
    node: Option<Vec<Piece>>,
    /// The views that it gives.
    pub parts: Vec<Part>,
    examples: Vec<(String, String)>,
}

/// Views that a probe gives of the same things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The variables whose entities the views are of; of everything where there are none.
    of: Vec<String>,
    /// The views.
    pub views: Vec<String>,
}

/// A probe with its places filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// The command.
    pub command: Command,
    /// By part of the probe: the entities that its views are of.
    pub of: Vec<Vec<String>>,
}

/// All probes, and where relations are seen.
#[derive(Debug, Clone, Default)]
pub struct Probes {
    /// The probes, in the order written.
    pub probes: Vec<Probe>,
    /// Where things are seen.
    pub seeing: Seeing,
}

impl Probes {
    /// Reads the `(probe …)` and `(seen …)` forms of rule files, given as text and name; other forms are the rules'.
    pub fn parse_all<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, ProbeError> {
        let mut found = Self::default();
        for (text, file) in files {
            let placed = |error: ReadError| ProbeError {
                file: file.to_owned(),
                line: error.at.line,
                column: error.at.column,
                message: error.message,
                hint: error.hint,
            };
            for form in read_all(text).map_err(placed)? {
                match form.head() {
                    Some("probe") => found.probes.push(probe(&form).map_err(placed)?),
                    Some("seen") => found.seeing.declarations.extend(seen(&form).map_err(placed)?),
                    Some("census") => found.seeing.census.push(census(&form).map_err(placed)?),
                    Some("hint") => found.seeing.hints.push(hint(&form).map_err(placed)?),
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    /// What does not hold together: views that no probe gives or no relation needs, and examples that fill otherwise.
    pub fn problems(&self) -> Vec<String> {
        let needed =
            |view: &String| self.seeing.declarations.iter().any(|d| d.ways.iter().flatten().any(|v| v == view));
        let given = |view: &String| self.probes.iter().any(|p| p.views().any(|own| own == view));
        let mut problems: Vec<String> = Vec::new();
        for probe in &self.probes {
            problems.extend(
                probe
                    .views()
                    .filter(|v| !needed(v))
                    .map(|v| format!("{}: no relation is seen in the view `{v}`; write (seen … (in {v}))", probe.name)),
            );
            if probe.sources.is_empty() || probe.text.is_empty() {
                problems.push(format!("{}: write what it tells, in a text, and its (source …)", probe.name));
            }
            if probe.examples.is_empty() {
                problems.push(format!("{}: write an (example FACT… => \"command\")", probe.name));
            }
            problems.extend(probe.wrong_examples());
        }
        let views = self.seeing.declarations.iter().flat_map(|d| d.ways.iter().flatten().map(move |v| (d, v)));
        problems.extend(
            views
                .filter(|(_, v)| !given(v))
                .map(|(d, v)| format!("{}: no probe gives the view `{v}`; add one with (shows {v})", d.relation)),
        );
        problems
    }
}

impl Probe {
    /// All views that it gives.
    pub fn views(&self) -> impl Iterator<Item = &String> {
        self.parts.iter().flat_map(|part| &part.views)
    }

    /// All ways to ask it over a frame, in the order in which what it asks about was seen. What cannot be made a command
    /// (a name that is none) is left out.
    pub fn filled(&self, frame: &Frame, namespace: &str) -> Vec<Filled> {
        if self.patterns.is_empty() {
            return self.fill(frame, None, namespace).into_iter().collect();
        }
        let mut found: Vec<Filled> = Vec::new();
        for bindings in frame.query(&self.patterns) {
            let Some(filled) = self.fill(frame, Some(&bindings), namespace) else { continue };
            match found.iter_mut().find(|known| known.command == filled.command) {
                Some(known) => {
                    for (known, more) in known.of.iter_mut().zip(filled.of) {
                        known.extend(more);
                        known.dedup();
                    }
                }
                None => found.push(filled),
            }
        }
        found
    }

    fn fill(&self, frame: &Frame, bindings: Option<&oriel_atomspace::Bindings>, namespace: &str) -> Option<Filled> {
        let fill = |pieces: &Vec<Piece>| template::fill(pieces, frame, bindings, namespace);
        let words = self.words.iter().map(fill).collect::<Option<Vec<String>>>()?;
        let node = self.node.as_ref().map(fill);
        let node = match node {
            Some(None) => return None,
            other => other.flatten(),
        };
        let entity = |variable: &String| frame.term(bindings?.get(variable)?)?.as_entity().map(str::to_owned);
        let of = self.parts.iter().map(|part| part.of.iter().filter_map(entity).collect());
        let of = of.collect();
        Some(Filled { command: Command::checked(words, node).ok()?, of })
    }

    fn wrong_examples(&self) -> Vec<String> {
        let wrong = self.examples.iter().filter_map(|(facts, wanted)| {
            let mut frame = Frame::new();
            if let Err(error) = frame.load(facts) {
                return Some(format!("{}: its example is no list of facts: {error}", self.name));
            }
            let made: Vec<String> = self.filled(&frame, "shop").iter().map(|f| f.command.to_string()).collect();
            (!made.contains(wanted)).then(|| format!("{}: its example gives {made:?}, not {wanted:?}", self.name))
        });
        wrong.collect()
    }
}

fn wrong(form: &Sexpr, message: impl Into<String>, hint: &str) -> ReadError {
    ReadError { at: form.at, message: message.into(), hint: hint.to_owned() }
}

const PROBE: &str = "write (probe name \"…\" (source \"…\") (cost 1) (if (fact ?x)…) (run word…) (of ?x) (shows view…) (example (fact)… => \"command\"))";

fn probe(form: &Sexpr) -> Result<Probe, ReadError> {
    let items = form.as_list().unwrap_or_default();
    let name =
        items.get(1).and_then(Sexpr::as_word).ok_or_else(|| wrong(form, "the name of the probe is missing", PROBE))?;
    let mut probe = Probe {
        name: name.to_owned(),
        text: String::new(),
        sources: Vec::new(),
        cost: 0.0,
        patterns: Vec::new(),
        words: Vec::new(),
        node: None,
        parts: Vec::new(),
        examples: Vec::new(),
    };
    for part in items.iter().skip(2) {
        if let Datum::Text(text) = &part.datum {
            probe.text.clone_from(text);
            continue;
        }
        let head = part.head().ok_or_else(|| wrong(part, "this is no part of a probe", PROBE))?;
        section(&mut probe, head, part)?;
    }
    if probe.cost <= 0.0 || probe.words.is_empty() || probe.parts.iter().all(|part| part.views.is_empty()) {
        return Err(wrong(form, format!("the probe `{name}` lacks a (cost …) above 0, (run …) or (shows …)"), PROBE));
    }
    looks_only(&probe).map_err(|refused| wrong(form, refused.to_string(), "a probe only looks"))?;
    Ok(probe)
}

/// Whether a probe's command, with names in its places, only looks.
fn looks_only(probe: &Probe) -> Result<(), Refused> {
    let words = probe.words.iter().map(|pieces| template::sample(pieces)).collect();
    Command::checked(words, probe.node.as_ref().map(|pieces| template::sample(pieces))).map(|_| ())
}

fn section(probe: &mut Probe, head: &str, part: &Sexpr) -> Result<(), ReadError> {
    let rest = part.as_list().and_then(|items| items.get(1..)).unwrap_or_default();
    match head {
        "source" => probe.sources.extend(texts(rest)?),
        "domain" => {
            texts(rest)?;
        }
        "cost" => match rest {
            [Sexpr { datum: Datum::Number(cost), .. }] if *cost > 0.0 && cost.is_finite() => probe.cost = *cost,
            _ => return Err(wrong(part, "a cost is one number above 0", "write (cost 1)")),
        },
        "if" => {
            let text: Vec<String> = rest.iter().map(ToString::to_string).collect();
            let query = Query::parse(&text.join(" ")).map_err(|error| ReadError { at: part.at, ..error })?;
            query.patterns().clone_into(&mut probe.patterns);
        }
        "run" => probe.words = rest.iter().map(template::parse).collect::<Result<_, _>>()?,
        "on" => match rest {
            [node] => probe.node = Some(template::parse(node)?),
            _ => return Err(wrong(part, "a command runs on one node", "write (on {?node})")),
        },
        "of" => {
            let variables = rest.iter().map(|item| match &item.datum {
                Datum::Variable(name) => Ok(name.clone()),
                _ => Err(wrong(item, "a variable was expected", "write (of ?x)")),
            });
            probe.parts.push(Part { of: variables.collect::<Result<_, _>>()?, views: Vec::new() });
        }
        "shows" => {
            let views = texts(rest)?;
            match probe.parts.last_mut() {
                Some(part) if part.views.is_empty() => part.views = views,
                _ => probe.parts.push(Part { of: Vec::new(), views }),
            }
        }
        "example" => probe.examples.push(example(part, rest)?),
        other => return Err(wrong(part, format!("unknown part `{other}`"), PROBE)),
    }
    Ok(())
}

fn texts(items: &[Sexpr]) -> Result<Vec<String>, ReadError> {
    let words = items.iter().map(|item| match &item.datum {
        Datum::Text(word) | Datum::Word(word) => Ok(word.clone()),
        _ => Err(wrong(item, "a word or text was expected", "")),
    });
    words.collect()
}

fn example(part: &Sexpr, rest: &[Sexpr]) -> Result<(String, String), ReadError> {
    match rest {
        [facts @ .., arrow, Sexpr { datum: Datum::Text(command), .. }] if arrow.as_word() == Some("=>") => {
            let facts: Vec<String> = facts.iter().map(ToString::to_string).collect();
            Ok((facts.join(" "), command.clone()))
        }
        _ => Err(wrong(part, "an example ends with => and a command", "write (example (fact)… => \"command\")")),
    }
}

const CENSUS: &str = "write (census kind (in view) (in other-view))";

fn census(form: &Sexpr) -> Result<Census, ReadError> {
    let items = form.as_list().unwrap_or_default();
    let kind = items.get(1).and_then(Sexpr::as_word).ok_or_else(|| wrong(form, "the kind is missing", CENSUS))?;
    let mut views = Vec::new();
    for item in items.iter().skip(2) {
        match (item.head(), item.as_list().and_then(|items| items.get(1..))) {
            (Some("in"), Some(rest)) => views.extend(texts(rest)?),
            _ => return Err(wrong(item, "this is no part of (census …)", CENSUS)),
        }
    }
    if views.is_empty() {
        return Err(wrong(form, "it is not said where they are all seen", CENSUS));
    }
    Ok(Census { kind: kind.to_owned(), views })
}

fn hint(form: &Sexpr) -> Result<Hint, ReadError> {
    let hint = "write (hint symptom \"word\" \"other word\"…)";
    let items = form.as_list().unwrap_or_default();
    let symptom = items.get(1).and_then(Sexpr::as_word).ok_or_else(|| wrong(form, "the symptom is missing", hint))?;
    let words = texts(items.get(2..).unwrap_or_default())?;
    if words.is_empty() || words.iter().any(|word| word.is_empty() || *word != word.to_lowercase()) {
        return Err(wrong(form, "the words are missing, or not in lower case", hint));
    }
    Ok(Hint { symptom: symptom.to_owned(), words })
}

const SEEN: &str = "write (seen relation… (rate 0.05) (given relation…) (in view…) (in other-view…))";

fn seen(form: &Sexpr) -> Result<Vec<Declaration>, ReadError> {
    let mut relations: Vec<(String, Vec<Option<String>>)> = Vec::new();
    let (mut rate, mut ways, mut given) = (oriel_reasoning::inquiry::RATE, Vec::new(), Vec::new());
    for item in form.as_list().unwrap_or_default().iter().skip(1) {
        let rest = item.as_list().and_then(|items| items.get(1..)).unwrap_or_default();
        match (&item.datum, item.head()) {
            (Datum::Word(relation), _) => relations.push((relation.clone(), Vec::new())),
            (_, Some("rate")) => match rest {
                [Sexpr { datum: Datum::Number(number), .. }] if *number > 0.0 && *number <= 1.0 => rate = *number,
                _ => return Err(wrong(item, "a rate is one number above 0, at most 1", SEEN)),
            },
            (_, Some("in")) => ways.push(texts(rest)?),
            (_, Some("given")) => given.extend(texts(rest)?),
            (_, Some(relation)) => {
                let words = rest.iter().map(|word| match &word.datum {
                    Datum::Word(word) | Datum::Text(word) => Some(word.clone()),
                    _ => None,
                });
                relations.push((relation.to_owned(), words.collect()));
            }
            _ => return Err(wrong(item, "this is no part of (seen …)", SEEN)),
        }
    }
    if relations.is_empty() || ways.is_empty() || ways.iter().any(Vec::is_empty) {
        return Err(wrong(form, "it is not said what is seen, or where", SEEN));
    }
    let all = relations.into_iter();
    Ok(all
        .map(|(relation, words)| Declaration { relation, words, rate, given: given.clone(), ways: ways.clone() })
        .collect())
}

#[cfg(test)]
mod tests;
