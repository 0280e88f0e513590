//! Texts with places to fill: `"kubectl set resources deployment/{name ?service}"`.
//!
//! A place is `{?x}`, `{name ?x}`, `{kind ?x}` or `{(+ ?x 1)}`; any other brace is itself, so JSON can stand in a command
//! as it is. Entities come out of evidence that others wrote, and commands go to a shell: a value with characters that a
//! shell would interpret is quoted for the place where it stands (bare, in '…' or in "…").

use super::form::Expr;
use super::read::expression;
use super::value::{Evaluator, Value};
use crate::pattern::Variables;
use crate::sexpr::{self, Position, ReadError};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Literal(String),
    Place(Expr, Quotes),
}

/// The quotes that a place stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    None,
    Single,
    Double,
}

impl Quotes {
    fn after(self, literal: &str) -> Self {
        let mut quotes = self;
        let mut escaped = false;
        for character in literal.chars() {
            quotes = match (quotes, character) {
                _ if escaped => quotes,
                (Self::None, '\'') => Self::Single,
                (Self::None, '"') => Self::Double,
                (Self::Single, '\'') | (Self::Double, '"') => Self::None,
                _ => quotes,
            };
            escaped = character == '\\' && !escaped && quotes != Self::Single;
        }
        quotes
    }
}

/// The pieces of a text, or `None` where it has no places.
pub(crate) fn parse(text: &str, at: Position, variables: &mut Variables) -> Result<Option<Vec<Piece>>, ReadError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut quotes = Quotes::None;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        literal.push_str(before);
        let inside = after.split_once('}').filter(|(inside, _)| is_place(inside));
        let Some((inside, remainder)) = inside else {
            literal.push('{');
            rest = after;
            continue;
        };
        let form = if inside.starts_with(['?', '(']) { inside.to_owned() } else { format!("({inside})") };
        let wrong = |message: String| ReadError {
            at,
            message,
            hint: "write {?x}, {name ?x}, {kind ?x} or {(+ ?x 1)}; other braces stand for themselves".into(),
        };
        let forms =
            sexpr::read_all(&form).map_err(|error| wrong(format!("in the place {{{inside}}}: {}", error.message)))?;
        let [form] = forms.as_slice() else { return Err(wrong(format!("the place {{{inside}}} is not one value"))) };
        let value = expression(form, variables)
            .map_err(|error| wrong(format!("in the place {{{inside}}}: {}", error.message)))?;
        quotes = quotes.after(&literal);
        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        pieces.push(Piece::Place(value, quotes));
        rest = remainder;
    }
    if pieces.is_empty() {
        return Ok(None);
    }
    literal.push_str(rest);
    pieces.push(Piece::Literal(literal));
    Ok(Some(pieces))
}

fn is_place(inside: &str) -> bool {
    let variable =
        |text: &str| text.trim_start().strip_prefix('?').is_some_and(|name| name.starts_with(char::is_alphabetic));
    let call = ["name ", "kind "].iter().any(|function| inside.strip_prefix(function).is_some_and(variable));
    call || variable(inside) || (inside.starts_with('(') && inside.contains('?'))
}

/// The text with its places filled; `None` where a value does not exist.
pub(crate) fn fill(pieces: &[Piece], values: &Evaluator<'_>) -> Option<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Place(value, quotes) => match values.value(value)? {
                Value::Number(number) => sexpr::print_number(&mut text, number).ok()?,
                Value::Text(value) | Value::Entity(value) => push_quoted(&mut text, &value, *quotes),
            },
        }
    }
    Some(text)
}

fn push_quoted(text: &mut String, value: &str, quotes: Quotes) {
    let plain = |character: char| character.is_alphanumeric() || "-_./:@%+=,".contains(character);
    if value.chars().all(plain) && !(value.is_empty() && quotes == Quotes::None) {
        text.push_str(value);
        return;
    }
    match quotes {
        Quotes::None => {
            text.push('\'');
            text.push_str(&value.replace('\'', "'\\''"));
            text.push('\'');
        }
        Quotes::Single => text.push_str(&value.replace('\'', "'\\''")),
        Quotes::Double => {
            for character in value.chars() {
                if matches!(character, '"' | '$' | '`' | '\\') {
                    text.push('\\');
                }
                text.push(character);
            }
        }
    }
}
