//! Words of a command with places: `{?pod}` is the name of what the variable stands for, `{kind ?x}` its kind.
//!
//! Only names (RFC 1123) and whole numbers are filled in; anything else makes no command. `{?namespace}` is the namespace
//! of the inquiry where the probe's own facts bind no other.

use oriel_atomspace::sexpr::{Datum, ReadError, Sexpr};
use oriel_atomspace::{Bindings, Frame, Term, entity_kind, entity_name};

use super::command::is_name;

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it stands.
    Fixed(String),
    /// The name of an entity, a name in a text, or a whole number.
    Name(String),
    /// The kind of an entity.
    Kind(String),
}

/// Reads a word or text.
pub(super) fn parse(form: &Sexpr) -> Result<Vec<Piece>, ReadError> {
    let wrong = |message: &str| ReadError {
        at: form.at,
        message: message.to_owned(),
        hint: "write words and places: kubectl describe pod {?pod}, \"deployment/{?service}\"".to_owned(),
    };
    let number;
    let text = match &form.datum {
        Datum::Word(text) | Datum::Text(text) => text,
        Datum::Number(n) => {
            number = n.to_string();
            &number
        }
        _ => return Err(wrong("a word of a command was expected")),
    };
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (place, behind) = after.split_once('}').ok_or_else(|| wrong("a place is not closed with }"))?;
        if !before.is_empty() {
            pieces.push(Piece::Fixed(before.to_owned()));
        }
        pieces.push(match (place.strip_prefix('?'), place.strip_prefix("kind ?")) {
            (Some(name), _) => Piece::Name(name.to_owned()),
            (_, Some(name)) => Piece::Kind(name.to_owned()),
            _ => return Err(wrong("a place holds {?variable} or {kind ?variable}")),
        });
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Fixed(rest.to_owned()));
    }
    Ok(pieces)
}

/// Fills the places; none where a value is missing or is no name.
pub(super) fn fill(pieces: &[Piece], frame: &Frame, bindings: Option<&Bindings>, namespace: &str) -> Option<String> {
    let mut word = String::new();
    for piece in pieces {
        let value = |variable: &str| bindings.and_then(|b| b.get(variable)).and_then(|atom| frame.term(atom));
        match piece {
            Piece::Fixed(text) => word.push_str(text),
            Piece::Name(variable) => match value(variable) {
                Some(Term::Number(number)) if number.fract() == 0.0 && (0.0..=65535.0).contains(&number) => {
                    word.push_str(&number.to_string());
                }
                Some(Term::Entity(text) | Term::Text(text)) if is_name(entity_name(text)) => {
                    word.push_str(entity_name(text));
                }
                None if variable == "namespace" && is_name(namespace) => word.push_str(namespace),
                _ => return None,
            },
            Piece::Kind(variable) => word.push_str(entity_kind(value(variable)?.as_entity()?)?),
        }
    }
    Some(word)
}

/// The word with an arbitrary name in every place.
pub(super) fn sample(pieces: &[Piece]) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Fixed(text) => text.clone(),
        Piece::Name(_) | Piece::Kind(_) => "x".to_owned(),
    };
    pieces.iter().map(one).collect()
}
