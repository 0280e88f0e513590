//! The s-expression text that rules, facts and frames are written in: reader with positions, and printer.
//!
//! Words are bare (`pod/cart-1`), quoted where they hold a blank, a bracket or the like (`|a word|`); `?x` is a variable,
//! `"…"` a text, `12.5` a number, `;` starts a comment. What is printed reads back as the same expression.
//! Limits: nesting of [`MAX_DEPTH`] and [`MAX_BYTES`] of text; more is an error, never a crash.

use std::fmt::{self, Write as _};

/// How deep lists may stand in lists.
pub const MAX_DEPTH: usize = 24;
/// How much text is read at once.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A place in a text, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// An expression and where it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Sexpr {
    /// What it is.
    pub datum: Datum,
    /// Where it starts.
    pub at: Position,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `( … )`
    List(Vec<Sexpr>),
    /// A bare or `|quoted|` word.
    Word(String),
    /// `?name`, without the question mark.
    Variable(String),
    /// `"…"`
    Text(String),
    /// A number.
    Number(f64),
}

impl Sexpr {
    /// The word, where it is one.
    #[must_use]
    pub fn as_word(&self) -> Option<&str> {
        if let Datum::Word(word) = &self.datum { Some(word) } else { None }
    }

    /// The items, where it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Datum::List(items) = &self.datum { Some(items) } else { None }
    }

    /// The word that a list begins with.
    #[must_use]
    pub fn head(&self) -> Option<&str> {
        self.as_list()?.first()?.as_word()
    }
}

impl fmt::Display for Sexpr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.datum {
            Datum::List(items) => {
                out.write_char('(')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.write_char(' ')?;
                    }
                    item.fmt(out)?;
                }
                out.write_char(')')
            }
            Datum::Word(word) => print_word(out, word),
            Datum::Variable(name) => write!(out, "?{name}"),
            Datum::Text(text) => print_text(out, text),
            Datum::Number(number) => print_number(out, *number),
        }
    }
}

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {message}{}", at.line, at.column, if hint.is_empty() { String::new() } else { format!(" ({hint})") })]
pub struct ReadError {
    /// Where.
    pub at: Position,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

/// Reads all the expressions of a text.
pub fn read_all(text: &str) -> Result<Vec<Sexpr>, ReadError> {
    let mut reader = Reader::new(text)?;
    let mut done = Vec::new();
    while let Some(expression) = reader.next_expression()? {
        done.push(expression);
    }
    Ok(done)
}

/// Writes a word, quoted where it must be.
pub(crate) fn print_word(out: &mut impl fmt::Write, word: &str) -> fmt::Result {
    let bare = word.chars().all(is_word_char) && !word.is_empty() && !word.starts_with('?') && number(word).is_none();
    if bare { out.write_str(word) } else { print_quoted(out, word, '|') }
}

/// Writes a text in quotes.
pub(crate) fn print_text(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    print_quoted(out, text, '"')
}

/// Writes a number so that reading gives the same one.
pub(crate) fn print_number(out: &mut impl fmt::Write, number: f64) -> fmt::Result {
    let size = number.abs();
    if number.is_nan() {
        out.write_str("+nan")
    } else if number.is_infinite() {
        out.write_str(if number > 0.0 { "+inf" } else { "-inf" })
    } else if size == 0.0 || (1e-5..1e15).contains(&size) {
        write!(out, "{number}")
    } else {
        write!(out, "{number:e}")
    }
}

fn print_quoted(out: &mut impl fmt::Write, text: &str, quote: char) -> fmt::Result {
    out.write_char(quote)?;
    for character in text.chars() {
        match character {
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\\' => out.write_str("\\\\")?,
            other if other == quote => {
                out.write_char('\\')?;
                out.write_char(quote)?;
            }
            other => out.write_char(other)?,
        }
    }
    out.write_char(quote)
}

fn is_word_char(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '(' | ')' | '"' | ';' | '|')
}

/// The number that a word spells: a digit first, after an optional sign or point; or `+inf`, `-inf`, `+nan`.
fn number(word: &str) -> Option<f64> {
    match word {
        "+inf" => return Some(f64::INFINITY),
        "-inf" => return Some(f64::NEG_INFINITY),
        "+nan" => return Some(f64::NAN),
        _ => {}
    }
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let digits = unsigned.strip_prefix('.').unwrap_or(unsigned);
    if digits.starts_with(|first: char| first.is_ascii_digit()) { word.parse().ok() } else { None }
}

/// Reads expressions one after the other.
pub(crate) struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    at: Position,
}

impl<'a> Reader<'a> {
    /// Starts at the beginning of a text.
    pub(crate) fn new(text: &'a str) -> Result<Self, ReadError> {
        let at = Position { line: 1, column: 1 };
        if text.len() > MAX_BYTES {
            return Err(error(
                at,
                format!("the text has {} bytes; at most {MAX_BYTES} are read", text.len()),
                "split it",
            ));
        }
        Ok(Self { rest: text.chars().peekable(), at })
    }

    /// The next expression, or `None` at the end of the text.
    pub(crate) fn next_expression(&mut self) -> Result<Option<Sexpr>, ReadError> {
        let mut open: Vec<(Position, Vec<Sexpr>)> = Vec::new();
        loop {
            self.skip_blank();
            let at = self.at;
            let Some(&next) = self.rest.peek() else {
                return match open.first() {
                    None => Ok(None),
                    Some((start, _)) => {
                        Err(error(*start, "this bracket is never closed".into(), "add a `)` where the form ends"))
                    }
                };
            };
            let done = match next {
                '(' => {
                    self.advance();
                    if open.len() >= MAX_DEPTH {
                        return Err(error(at, format!("brackets nest deeper than {MAX_DEPTH}"), "write it flatter"));
                    }
                    open.push((at, Vec::new()));
                    continue;
                }
                ')' => {
                    self.advance();
                    let Some((start, items)) = open.pop() else {
                        return Err(error(at, "this bracket closes nothing".into(), "remove it, or open one before"));
                    };
                    Sexpr { datum: Datum::List(items), at: start }
                }
                '"' => Sexpr { datum: Datum::Text(self.quoted('"')?), at },
                '|' => Sexpr { datum: Datum::Word(self.quoted('|')?), at },
                _ => Sexpr { datum: self.bare()?, at },
            };
            match open.last_mut() {
                Some((_, items)) => items.push(done),
                None => return Ok(Some(done)),
            }
        }
    }

    fn advance(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        if next == '\n' {
            self.at.line = self.at.line.saturating_add(1);
            self.at.column = 1;
        } else {
            self.at.column = self.at.column.saturating_add(1);
        }
        Some(next)
    }

    fn skip_blank(&mut self) {
        while let Some(&next) = self.rest.peek() {
            if next == ';' {
                while self.rest.peek().is_some_and(|&character| character != '\n') {
                    self.advance();
                }
            } else if next.is_whitespace() {
                self.advance();
            } else {
                return;
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, ReadError> {
        let start = self.at;
        self.advance();
        let mut text = String::new();
        loop {
            let at = self.at;
            match self.advance() {
                None => {
                    return Err(error(start, format!("this {quote} is never closed"), "close the quote"));
                }
                Some(end) if end == quote => return Ok(text),
                Some('\\') => match self.advance() {
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some(same @ ('\\' | '"' | '|')) => text.push(same),
                    _ => {
                        return Err(error(
                            at,
                            "unknown escape".into(),
                            r#"use \n \r \t \\ \" or \|; write a backslash as \\"#,
                        ));
                    }
                },
                Some(other) => text.push(other),
            }
        }
    }

    fn bare(&mut self) -> Result<Datum, ReadError> {
        let at = self.at;
        let mut word = String::new();
        while let Some(&next) = self.rest.peek().filter(|next| is_word_char(**next)) {
            word.push(next);
            self.advance();
        }
        if let Some(name) = word.strip_prefix('?') {
            if name.is_empty() {
                return Err(error(
                    at,
                    "a variable without a name".into(),
                    "write a name after the `?`, or `?_` for one that does not matter",
                ));
            }
            return Ok(Datum::Variable(name.to_owned()));
        }
        Ok(number(&word).map_or(Datum::Word(word), Datum::Number))
    }
}

fn error(at: Position, message: String, hint: &str) -> ReadError {
    ReadError { at, message, hint: hint.to_owned() }
}
