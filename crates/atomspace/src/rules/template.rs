//! Texts with places to fill: `"kubectl set resources deployment/{name ?service}"`.
//!
//! A place is `{?x}`, `{name ?x}`, `{kind ?x}`, `{bytes ?x}`, `{cores ?x}` or `{(+ ?x 1)}`; any other brace is itself, so
//! JSON can stand in a command as it is.
//!
//! Values come out of evidence that others wrote, and commands go to a shell. A value of ASCII letters, digits and
//! `-_./:@%+=,` is put in as it is. Any other, an empty one, and one that begins a bare word with `-` (which a program
//! would take for an option) is put in as a blank, `<value>`, which whoever reads the text has to replace: a command with
//! a blank is never offered for running. The blank is quoted for the place where it stands besides (bare, in '…', in "…",
//! or in a JSON string inside '…'), with control characters replaced, so that not even a copied command can be broken
//! out of.

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
    /// In a JSON string inside '…'.
    Json,
    Double,
}

impl Quotes {
    fn after(self, literal: &str) -> Self {
        let mut quotes = self;
        let mut escaped = false;
        for character in literal.chars() {
            quotes = match (quotes, character) {
                _ if escaped => quotes,
                (Self::None, '\'') | (Self::Json, '"') => Self::Single,
                (Self::None, '"') => Self::Double,
                (Self::Single, '"') => Self::Json,
                (Self::Single | Self::Json, '\'') | (Self::Double, '"') => Self::None,
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
            hint: "write {?x}, {name ?x}, {kind ?x}, {bytes ?x}, {cores ?x} or {(+ ?x 1)}; \
                   other braces stand for themselves"
                .into(),
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
    let computed = |text: &str| variable(text) || (text.starts_with('(') && text.contains('?'));
    ["name ", "kind "].iter().any(|function| inside.strip_prefix(function).is_some_and(variable))
        || ["bytes ", "cores "].iter().any(|function| inside.strip_prefix(function).is_some_and(computed))
        || computed(inside)
}

/// The text with its places filled; `None` where a value does not exist.
pub(crate) fn fill(pieces: &[Piece], values: &Evaluator<'_>) -> Option<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Place(value, quotes) => match values.value(value)? {
                Value::Number(number) => sexpr::print_number(&mut text, number).ok()?,
                Value::Text(value) | Value::Entity(value) => push_value(&mut text, &value, *quotes),
            },
        }
    }
    Some(text)
}

fn push_value(text: &mut String, value: &str, quotes: Quotes) {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@%+=,".contains(character);
    let begins_word = quotes == Quotes::None && !text.ends_with(|last: char| !last.is_whitespace());
    if !value.is_empty() && value.chars().all(plain) && !(begins_word && value.starts_with('-')) {
        text.push_str(value);
    } else {
        push_quoted(text, &blank(value), quotes);
    }
}

/// What whoever reads the text has to replace. A value that is a blank already (`<port>`) stays one.
fn blank(value: &str) -> String {
    let inside = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(value);
    let shown = |character: char| if character.is_control() || "<>".contains(character) { '?' } else { character };
    let inside: String = inside.chars().map(shown).collect();
    format!("<{}>", if inside.is_empty() { "empty" } else { &inside })
}

fn push_quoted(text: &mut String, value: &str, quotes: Quotes) {
    let single = |value: &str| value.replace('\'', "'\\''");
    match quotes {
        Quotes::None => {
            text.push('\'');
            text.push_str(&single(value));
            text.push('\'');
        }
        Quotes::Single => text.push_str(&single(value)),
        Quotes::Json => text.push_str(&single(&value.replace('\\', "\\\\").replace('"', "\\\""))),
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
