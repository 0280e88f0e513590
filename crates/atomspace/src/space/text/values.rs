//! Values as text.

use super::error::Failure;
use super::forms::{TruthKind, truth_kind};
use super::lexer::{Lexer, Token};
use super::named::Names;
use super::print::{write_attention, write_float, write_string, write_truth};
use crate::space::numbers::read_number;
use crate::space::{Attention, Stream, Truth, Value};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// A list of values that is being read.
struct Open {
    kind: Kind,
    values: Vec<Value>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Bools,
    Floats,
    Strings,
    Truth(TruthKind),
    Attention,
    Link,
    Stream,
}

impl Kind {
    /// Whether its numbers have single precision, as those of truth and attention values.
    fn is_single(self) -> bool {
        matches!(self, Self::Truth(_) | Self::Attention)
    }
}

fn kind(word: &[u8]) -> Option<Kind> {
    Some(match word {
        b"BoolValue" => Kind::Bools,
        b"FloatValue" => Kind::Floats,
        b"StringValue" => Kind::Strings,
        b"LinkValue" => Kind::Link,
        b"StreamValue" => Kind::Stream,
        b"av" | b"AttentionValue" => Kind::Attention,
        _ => return truth_kind(word).map(Kind::Truth),
    })
}

/// Reads a value from the token that the lexer gave last; that token stands behind a bracket where `opened_already`. A name
/// stands for the value that it was given.
pub(super) fn read_value<R: Read>(
    lexer: &mut Lexer<R>,
    mut token: Token,
    opened_already: bool,
    names: &mut Names,
) -> Result<Value, Failure> {
    let mut open: Vec<Open> = Vec::new();
    if opened_already {
        open.push(opened(lexer, token)?);
        token = lexer.next()?;
    }
    loop {
        let done = match token {
            Token::Close => {
                let Some(list) = open.pop() else { return Err(lexer.error("a value is missing here")) };
                let value = closed(lexer, list)?;
                lexer.closed();
                value
            }
            Token::Open => {
                token = lexer.next()?;
                open.push(opened(lexer, token)?);
                token = lexer.next()?;
                continue;
            }
            Token::Text => Value::String(lexer.text()?.into()),
            Token::Word => literal(lexer, &open, names)?,
            Token::End => return Err(lexer.error("a value is missing here")),
        };
        let Some(list) = open.last_mut() else { return Ok(done) };
        list.values.push(done);
        token = lexer.next()?;
    }
}

fn opened<R: Read>(lexer: &Lexer<R>, token: Token) -> Result<Open, Failure> {
    let kind = if token == Token::Word { kind(lexer.bytes()) } else { None };
    let kind = kind.ok_or_else(|| {
        lexer.error(
            "a value is #t, #f, a number, a \"text\", or one of (BoolValue …), (FloatValue …), (StringValue …), (stv …), \
             (ctv …), (itv …), (av …), (LinkValue …), (StreamValue capacity dropped …); an atom is no value",
        )
    })?;
    Ok(Open { kind, values: Vec::new() })
}

fn literal<R: Read>(lexer: &Lexer<R>, open: &[Open], names: &mut Names) -> Result<Value, Failure> {
    let (word, within) = (lexer.text()?, open.last().map(|list| list.kind));
    if let Some(value) = names.value(word, open.len()) {
        return value.map_err(|message| lexer.error(message));
    }
    match (word, within) {
        ("#t" | "#true" | "1", Some(Kind::Bools)) | ("#t" | "#true", _) => return Ok(Value::Bool(true)),
        ("#f" | "#false" | "0", Some(Kind::Bools)) | ("#f" | "#false", _) => return Ok(Value::Bool(false)),
        _ => {}
    }
    if within.is_some_and(Kind::is_single) {
        let single = word.parse::<f32>().map(|number| Value::Float(number.into()));
        return single.map_err(|_| lexer.error("a number is needed here"));
    }
    let digits = word.trim_start_matches(['+', '-']);
    if within != Some(Kind::Floats) && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = "a whole number lies between -2^63 and 2^63 - 1: write it with a point";
        return word.parse().map(Value::Int).map_err(|_| lexer.error(message));
    }
    read_number(word).map(Value::Float).ok_or_else(|| {
        lexer.error(format!(
            "`{}` is no value: a text stands in quotes, a bool is #t or #f",
            crate::space::add::shown(word)
        ))
    })
}

fn each<T>(values: Vec<Value>, part: impl Fn(Value) -> Option<T>) -> Option<Arc<[T]>> {
    values.into_iter().map(part).collect()
}

/// The value of a list that has all its parts.
fn closed<R: Read>(lexer: &Lexer<R>, list: Open) -> Result<Value, Failure> {
    let wrong = |what: &str| lexer.error_in_form(format!("there must be only {what} in it"));
    match list.kind {
        Kind::Link => Ok(Value::Link(list.values.into())),
        Kind::Truth(kind) => match truth(kind, &list.values) {
            Ok(truth) => truth.checked().map(Value::Truth).map_err(|error| lexer.error_in_form(error.to_string())),
            Err(wanted) => Err(lexer.error_in_form(format!("write {wanted}"))),
        },
        Kind::Attention => attention(&list.values).ok_or_else(|| {
            lexer.error_in_form("write (av sti lti vlti): finite numbers, vlti a whole one from 0 to 65535")
        }),
        Kind::Bools => {
            let bool = |value| if let Value::Bool(value) = value { Some(value) } else { None };
            each(list.values, bool).map(Value::Bools).ok_or_else(|| wrong("#t, #f, 1 and 0"))
        }
        Kind::Floats => {
            let float = |value| if let Value::Float(value) = value { Some(value) } else { None };
            each(list.values, float).map(Value::Floats).ok_or_else(|| wrong("numbers"))
        }
        Kind::Strings => {
            let text = |value| if let Value::String(value) = value { Some(value) } else { None };
            each(list.values, text).map(Value::Strings).ok_or_else(|| wrong("texts in quotes"))
        }
        Kind::Stream => stream(list.values).ok_or_else(|| {
            let message =
                "write (StreamValue capacity dropped value …), with no more values than its capacity, 1 to 2^32 - 1";
            lexer.error_in_form(message)
        }),
    }
}

/// The numbers that a list has, where all of it is numbers, and how many there are.
fn singles<const N: usize>(values: &[Value]) -> Option<([f32; N], usize)> {
    let mut numbers = [0.0; N];
    if values.len() > N {
        return None;
    }
    for (slot, value) in numbers.iter_mut().zip(values) {
        let Value::Float(number) = value else { return None };
        *slot = *number as f32;
    }
    Some((numbers, values.len()))
}

/// A truth value, or how one is written.
fn truth(kind: TruthKind, values: &[Value]) -> Result<Truth, &'static str> {
    match (kind, singles(values)) {
        (TruthKind::Simple, Some(([strength, confidence, _, _], 2))) => Ok(Truth::Simple { strength, confidence }),
        (TruthKind::Simple, _) => Err("(stv strength confidence)"),
        (TruthKind::Count, Some(([strength, confidence, count, _], 3))) => {
            Ok(Truth::Count { strength, confidence, count })
        }
        (TruthKind::Count, _) => Err("(ctv strength confidence count)"),
        (TruthKind::Indefinite, Some(([low, high, credibility, lookahead], given @ (3 | 4)))) => {
            Ok(Truth::Indefinite { low, high, credibility, lookahead: if given > 3 { lookahead } else { 1.0 } })
        }
        (TruthKind::Indefinite, _) => Err("(itv lower upper credibility look-ahead)"),
    }
}

fn attention(values: &[Value]) -> Option<Value> {
    let ([sti, lti, vlti], 2 | 3) = singles(values)? else { return None };
    let whole = vlti.fract() == 0.0 && (0.0..=f32::from(u16::MAX)).contains(&vlti);
    let attention = Attention { sti, lti, vlti: vlti as u16 };
    attention.checked().ok().filter(|_| whole).map(Value::Attention)
}

fn stream(values: Vec<Value>) -> Option<Value> {
    let mut values = values.into_iter();
    let (Value::Int(capacity), Value::Int(dropped)) = (values.next()?, values.next()?) else { return None };
    let capacity = u32::try_from(capacity).ok().filter(|capacity| *capacity > 0)?;
    if values.len() > capacity as usize {
        return None;
    }
    let mut stream = Stream::resumed(capacity, u64::try_from(dropped).ok()?);
    values.for_each(|value| stream.push(value));
    Some(stream.into())
}

/// What is still to be written of a value.
enum Step<'a> {
    Value(&'a Value),
    Close,
}

/// Writes a value.
pub(super) fn write_value(out: &mut impl Write, value: &Value) -> io::Result<()> {
    let mut steps = vec![Step::Value(value)];
    let mut first = true;
    while let Some(step) = steps.pop() {
        let Step::Value(value) = step else {
            out.write_all(b")")?;
            continue;
        };
        if !std::mem::take(&mut first) {
            out.write_all(b" ")?;
        }
        match value {
            Value::Link(values) => {
                out.write_all(b"(LinkValue")?;
                steps.push(Step::Close);
                steps.extend(values.iter().rev().map(Step::Value));
            }
            Value::Stream(stream) => {
                write!(out, "(StreamValue {} {}", stream.capacity(), stream.dropped())?;
                steps.push(Step::Close);
                let mut values: Vec<_> = stream.iter().map(Step::Value).collect();
                values.reverse();
                steps.extend(values);
            }
            flat => write_flat(out, flat)?,
        }
    }
    Ok(())
}

fn write_flat(out: &mut impl Write, value: &Value) -> io::Result<()> {
    match value {
        Value::Bool(value) => out.write_all(if *value { b"#t" } else { b"#f" }),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) => write_float(out, *value, true),
        Value::String(text) => write_string(out, text),
        Value::Bools(values) => {
            out.write_all(b"(BoolValue")?;
            values.iter().try_for_each(|value| out.write_all(if *value { b" #t" } else { b" #f" }))?;
            out.write_all(b")")
        }
        Value::Floats(values) => {
            out.write_all(b"(FloatValue")?;
            for value in values.iter() {
                out.write_all(b" ")?;
                write_float(out, *value, false)?;
            }
            out.write_all(b")")
        }
        Value::Strings(texts) => {
            out.write_all(b"(StringValue")?;
            for text in texts.iter() {
                out.write_all(b" ")?;
                write_string(out, text)?;
            }
            out.write_all(b")")
        }
        Value::Truth(truth) => write_truth(out, *truth),
        Value::Attention(attention) => write_attention(out, *attention),
        // Written part by part by the caller.
        Value::Link(_) | Value::Stream(_) => Ok(()),
    }
}
