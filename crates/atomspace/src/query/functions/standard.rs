//! The standard functions. A text is the name of a node, a number as it is spelled, or a text that an atom carries; what is
//! made of the name of a node is a node of its type, and else a `Phrase`.

use super::{Functions, IS_OF_TYPE};
use crate::query::Term;
use crate::query::computed::Computed;
use crate::query::declare::{check_form, fits, named_types};
use crate::query::resolve::resolved;
use crate::space::{AtomType, Space, read_number};

type Made = Result<Computed, String>;

pub(super) fn functions() -> Functions {
    let mut all = Functions::new();
    all.schema("concat", concat);
    all.schema("length", |space, arguments| {
        let [text] = texts(space, arguments)?;
        Ok(Computed::Number(text.chars().count() as f64))
    });
    all.schema("lower", |space, arguments| changed(space, arguments, str::to_lowercase));
    all.schema("upper", |space, arguments| changed(space, arguments, str::to_uppercase));
    all.schema("trim", |space, arguments| changed(space, arguments, |text| text.trim().to_owned()));
    all.schema("replace", replace);
    all.schema("slice", slice);
    all.schema("split", split);
    all.schema("text", |space, arguments| {
        let [text] = texts(space, arguments)?;
        Ok(Computed::Node(AtomType::PHRASE, text.into()))
    });
    all.schema("number", |space, arguments| {
        let [text] = texts(space, arguments)?;
        read_number(text.trim()).map(Computed::Number).ok_or_else(|| format!("{text:?} is no number"))
    });
    all.schema("node", node);
    all.schema("size", |space, arguments| match arguments {
        [one] => Ok(Computed::Number(joined(space, one)? as f64)),
        _ => Err(format!("it takes 1 argument, and was given {}", arguments.len())),
    });
    all.predicate("starts-with", |space, arguments| {
        texts(space, arguments).map(|[text, part]| text.starts_with(&part))
    });
    all.predicate("ends-with", |space, arguments| texts(space, arguments).map(|[text, part]| text.ends_with(&part)));
    all.predicate("contains", |space, arguments| texts(space, arguments).map(|[text, part]| text.contains(&part)));
    all.predicate(IS_OF_TYPE, is_of_type);
    all
}

/// So many arguments, each as text.
fn texts<const N: usize>(space: &Space, arguments: &[Computed]) -> Result<[String; N], String> {
    let all: Result<Vec<String>, String> = arguments.iter().map(|argument| text(space, argument)).collect();
    all?.try_into().map_err(|all: Vec<String>| {
        format!("it takes {N} argument{}, and was given {}", if N == 1 { "" } else { "s" }, all.len())
    })
}

fn text(space: &Space, argument: &Computed) -> Result<String, String> {
    argument.text(space).ok_or_else(|| format!("{} has no text", argument.show(space)))
}

/// A text in the place of another: a node of its type, where that is one and no number.
fn like(space: &Space, other: Option<&Computed>, text: String) -> Computed {
    let of = other.and_then(|other| other.type_in(space)).filter(|of| !of.is_link());
    let of = of.filter(|of| !space.types().is_a(*of, AtomType::NUMBER)).unwrap_or(AtomType::PHRASE);
    Computed::Node(of, text.into())
}

fn changed(space: &Space, arguments: &[Computed], change: impl Fn(&str) -> String) -> Made {
    let [text] = texts(space, arguments)?;
    Ok(like(space, arguments.first(), change(&text)))
}

/// The longest text that is made.
const LONGEST: usize = 1 << 20;

fn concat(space: &Space, arguments: &[Computed]) -> Made {
    let mut all = String::new();
    for argument in arguments {
        all.push_str(&text(space, argument)?);
        if all.len() > LONGEST {
            return Err(format!("what it makes is longer than {LONGEST} bytes"));
        }
    }
    Ok(like(space, arguments.first(), all))
}

fn replace(space: &Space, arguments: &[Computed]) -> Made {
    let [text, from, to] = texts(space, arguments)?;
    if from.is_empty() {
        return Err("what it replaces is empty".to_owned());
    }
    let length = text.len().saturating_add(text.matches(&from).count().saturating_mul(to.len()));
    if length > LONGEST {
        return Err(format!("what it makes is longer than {LONGEST} bytes"));
    }
    Ok(like(space, arguments.first(), text.replace(&from, &to)))
}

/// The letters from a position on, counted from 0, and so many of them.
fn slice(space: &Space, arguments: &[Computed]) -> Made {
    let [of, from, count] = arguments else {
        return Err(format!("it takes 3 arguments, a text, a position and a count, and was given {}", arguments.len()));
    };
    let whole = |argument: &Computed| {
        let number = argument.number(space).filter(|number| *number >= 0.0 && number.fract() == 0.0);
        number.map(|number| number as usize).ok_or_else(|| format!("{} is no position", argument.show(space)))
    };
    let taken = text(space, of)?.chars().skip(whole(from)?).take(whole(count)?).collect();
    Ok(like(space, Some(of), taken))
}

fn split(space: &Space, arguments: &[Computed]) -> Made {
    let [text, by] = texts(space, arguments)?;
    if by.is_empty() {
        return Err("what it splits by is empty".to_owned());
    }
    let parts = text.split(&by).map(|part| like(space, arguments.first(), part.to_owned()));
    Ok(Computed::Link(AtomType::LIST, parts.collect()))
}

/// A node of a type that is named, and of a name.
fn node(space: &Space, arguments: &[Computed]) -> Made {
    let [of, name] = texts(space, arguments)?;
    let of = space.types().named(&of).map_err(|error| error.to_string())?;
    if of.is_link() {
        return Err(format!("{} is the type of links", space.types().name(of)));
    }
    if space.types().is_a(of, AtomType::NUMBER) {
        return read_number(name.trim()).map(Computed::Number).ok_or_else(|| format!("{name:?} is no number"));
    }
    Ok(Computed::Node(of, name.into()))
}

fn joined(space: &Space, one: &Computed) -> Result<usize, String> {
    match one {
        Computed::Link(_, parts) => Ok(Computed::side_by_side(parts).len()),
        Computed::Atom(atom) if space.opened(*atom).0.is_link() => Ok(space.outgoing(*atom).len()),
        Computed::Value(_) => Ok(one.numbers(space).map_or(1, |numbers| numbers.len())),
        other => Err(format!("{} is no link", other.show(space))),
    }
}

fn is_of_type(space: &Space, arguments: &[Computed]) -> Result<bool, String> {
    let [one, form] = arguments else {
        return Err(format!("it takes 2 arguments, an atom and its type, and was given {}", arguments.len()));
    };
    let form: Term = form.term(space).ok_or_else(|| format!("{} is no type", form.show(space)))?;
    check_form(space.types(), &form).map_err(|error| error.to_string())?;
    let form = resolved(space, &form).map_err(|error| error.to_string())?;
    if let Some(types) = named_types(space.types(), &form) {
        return Ok(one.type_in(space).is_some_and(|of| types.contains(&of)));
    }
    if let Some(atom) = one.find(space) {
        return Ok(fits(space, &form, atom));
    }
    let mut apart = space.clone();
    let atom = one.write(&mut apart).map_err(|error| error.to_string())?;
    Ok(fits(&apart, &form, atom))
}
