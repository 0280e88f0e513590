//! From bytes that come little by little to tokens.
//!
//! The lexer has a buffer of its own that always holds the whole token; it counts the brackets, too. Places are kept as
//! offsets and become lines and columns only where an error says them, or where the buffer moves on under an open bracket.

#![expect(clippy::unnecessary_box_returns, reason = "see `Failure`")]

use super::error::Failure;
use super::{Limits, Position, TextError};
use std::io::Read;

/// Bytes read at a time.
const BLOCK: usize = 1 << 16;

/// What some editors put at the beginning of a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A token. Its text is that of [`Lexer::text`] until the next token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `(`
    Open,
    /// `)`
    Close,
    /// A string in quotes; the text is without them and without escapes.
    Text,
    /// A word or number.
    Word,
    /// No more text.
    End,
}

/// The place of an open bracket, counted from the beginning of the buffer, or worked out already.
#[derive(Clone, Copy, Debug)]
enum Place {
    Offset(usize),
    Known(Position),
}

pub(super) struct Lexer<R> {
    source: R,
    limits: Limits,
    /// What the source is read into.
    block: Box<[u8]>,
    buffer: Vec<u8>,
    /// The next byte of the buffer.
    at: usize,
    /// Where the last token begins, and its text.
    token: usize,
    text: std::ops::Range<usize>,
    /// The text of a string that had escapes.
    unescaped: Option<String>,
    /// The brackets and comments that are open.
    open: Vec<Place>,
    /// The place of the beginning of the buffer, and how many bytes came before it.
    start: Position,
    passed: u64,
    ended: bool,
    /// An offset of the buffer whose place was asked for, so that the next is counted from there.
    marked: (usize, Position),
}

const BLANK: u8 = 1;
const ENDS_WORD: u8 = 2;

/// What a byte does, for all bytes.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    #[expect(clippy::indexing_slicing, reason = "a byte is less than 256")]
    {
        classes[b' ' as usize] = BLANK | ENDS_WORD;
        classes[b'\n' as usize] = BLANK | ENDS_WORD;
        classes[b'\t' as usize] = BLANK | ENDS_WORD;
        classes[b'\r' as usize] = BLANK | ENDS_WORD;
        classes[0x0c] = BLANK | ENDS_WORD;
        classes[b'(' as usize] = ENDS_WORD;
        classes[b')' as usize] = ENDS_WORD;
        classes[b'"' as usize] = ENDS_WORD;
        classes[b';' as usize] = ENDS_WORD;
    }
    classes
};

#[inline]
fn is(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class != 0)
}

impl<R: Read> Lexer<R> {
    pub(super) fn new(source: R, limits: Limits) -> Self {
        Self {
            source,
            limits,
            block: vec![0; BLOCK].into_boxed_slice(),
            buffer: Vec::new(),
            at: 0,
            token: 0,
            text: 0..0,
            unescaped: None,
            open: Vec::new(),
            start: Position::START,
            passed: 0,
            ended: false,
            marked: (0, Position::START),
        }
    }

    /// The text of the last token.
    pub(super) fn text(&self) -> Result<&str, Failure> {
        if let Some(text) = &self.unescaped {
            return Ok(text);
        }
        let bytes = self.buffer.get(self.text.clone()).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|error| {
            let at = self.after(self.text.start + error.valid_up_to());
            syntax(at, "the text is not UTF-8 here: convert the file")
        })
    }

    /// The bytes of the last token if its text is just these, which need not be UTF-8.
    #[inline]
    pub(super) fn plain(&self) -> Option<&[u8]> {
        if self.unescaped.is_none() { self.buffer.get(self.text.clone()) } else { None }
    }

    /// The bytes of the last token as they are written.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.text.clone()).unwrap_or_default()
    }

    /// Where the text of the last token begins, counted from the beginning of the text.
    #[inline]
    pub(super) fn begins(&self) -> u64 {
        self.passed + self.text.start as u64
    }

    /// Where the next token is looked for, counted from the beginning of the text.
    #[inline]
    pub(super) fn place(&self) -> u64 {
        self.passed + self.at as u64
    }

    /// What was read of the text from there on.
    pub(super) fn upcoming(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// The place at an offset of the buffer.
    fn after(&self, offset: usize) -> Position {
        self.start.after(self.buffer.get(..offset).unwrap_or(&self.buffer))
    }

    fn position(&self, place: Place) -> Position {
        match place {
            Place::Offset(offset) => self.after(offset),
            Place::Known(position) => position,
        }
    }

    /// An error at the last token.
    #[cold]
    pub(super) fn error(&self, message: impl Into<String>) -> Failure {
        syntax(self.after(self.token), message)
    }

    /// An error at the bracket that was opened last of those still open.
    #[cold]
    pub(super) fn error_in_form(&self, message: impl Into<String>) -> Failure {
        match self.open.last() {
            Some(place) => syntax(self.position(*place), message),
            None => self.error(message),
        }
    }

    /// Lets go of the part of the buffer before the token.
    fn move_on(&mut self) {
        let (mut from, mut position) = (0, self.start);
        for place in &mut self.open {
            if let Place::Offset(offset) = *place {
                position = position.after(self.buffer.get(from..offset).unwrap_or_default());
                from = offset;
                *place = Place::Known(position);
            }
        }
        self.start = position.after(self.buffer.get(from..self.token).unwrap_or_default());
        self.passed += self.token as u64;
        self.buffer.drain(..self.token);
        self.at -= self.token;
        self.token = 0;
        self.marked = (0, self.start);
    }

    /// Where the bracket stands that was opened last of those still open.
    pub(super) fn form(&mut self) -> Position {
        match self.open.last() {
            Some(Place::Offset(offset)) => {
                let (from, place) = if self.marked.0 <= *offset { self.marked } else { (0, self.start) };
                self.marked = (*offset, place.after(self.buffer.get(from..*offset).unwrap_or_default()));
                self.marked.1
            }
            Some(Place::Known(position)) => *position,
            None => self.start,
        }
    }

    /// Reads another block behind what is there. `false` at the end.
    #[cold]
    fn more(&mut self) -> Result<bool, Failure> {
        if self.ended {
            return Ok(false);
        }
        if self.at > self.token && self.at - self.token > self.limits.token {
            let most = self.limits.token;
            return Err(
                self.error(format!("this is longer than {most} bytes: split it, or raise the limit of a token"))
            );
        }
        self.move_on();
        let held = self.buffer.len();
        let got = loop {
            match self.source.read(&mut self.block) {
                Ok(got) => break got.min(BLOCK),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Box::new(TextError::Io { at: self.after(held), source })),
            }
        };
        self.buffer.extend_from_slice(self.block.get(..got).unwrap_or_default());
        self.ended = got == 0;
        if self.passed + self.buffer.len() as u64 > self.limits.bytes {
            let most = self.limits.bytes;
            return Err(self.error(format!("the text is longer than {most} bytes: split it, or raise the limit")));
        }
        Ok(got > 0)
    }

    #[inline]
    fn peek(&mut self) -> Result<Option<u8>, Failure> {
        loop {
            if let Some(byte) = self.buffer.get(self.at) {
                return Ok(Some(*byte));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// The next token.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Token, Failure> {
        loop {
            let Some(byte) = self.buffer.get(self.at).copied() else {
                self.token = self.at;
                if self.more()? {
                    continue;
                }
                return self.end();
            };
            if is(byte, BLANK) {
                self.at += 1;
                continue;
            }
            self.token = self.at;
            match byte {
                b'(' => {
                    self.at += 1;
                    let most = self.limits.depth;
                    if self.open.len() >= most {
                        return Err(
                            self.error(format!("more than {most} brackets are open: raise the limit of the depth"))
                        );
                    }
                    self.open.push(Place::Offset(self.token));
                    return Ok(Token::Open);
                }
                b')' => {
                    self.at += 1;
                    if self.open.is_empty() {
                        return Err(self.error("this bracket closes nothing: remove it, or open one before"));
                    }
                    return Ok(Token::Close);
                }
                b'"' => return self.string(),
                b';' => self.line_comment()?,
                b'#' if self.starts_block_comment(b'|')? => self.block_comment(b'|')?,
                b'#' if self.starts_block_comment(b'!')? => self.block_comment(b'!')?,
                0xef if self.begins() == 0 && self.place() == 0 && self.pass_byte_order_mark()? => {}
                _ => return self.word(),
            }
        }
    }

    #[cold]
    fn end(&mut self) -> Result<Token, Failure> {
        self.text = self.at..self.at;
        match self.open.last() {
            Some(place) => {
                let message = "this bracket is never closed: add a `)` where the form ends";
                Err(syntax(self.position(*place), message))
            }
            None => Ok(Token::End),
        }
    }

    /// The form of the bracket that was opened last is done. Told by the reader, for its errors to point at the form.
    #[inline]
    pub(super) fn closed(&mut self) {
        self.open.pop();
    }

    fn word(&mut self) -> Result<Token, Failure> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if let Some(len) = rest.iter().position(|byte| is(*byte, ENDS_WORD)) {
                self.at += len;
                break;
            }
            self.at = self.buffer.len();
            if !self.more()? {
                break;
            }
        }
        self.text = self.token..self.at;
        self.unescaped = None;
        self.check_length()?;
        Ok(Token::Word)
    }

    fn check_length(&self) -> Result<(), Failure> {
        let most = self.limits.token;
        if self.text.len() <= most {
            return Ok(());
        }
        Err(self.error(format!("this is longer than {most} bytes: split it, or raise the limit of a token")))
    }

    /// Reads a string, from its opening quote. What is read stays in the buffer, so that the text is one slice of it.
    fn string(&mut self) -> Result<Token, Failure> {
        self.at += 1;
        let mut escapes = false;
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            match memchr::memchr2(b'"', b'\\', rest) {
                Some(len) if rest.get(len) == Some(&b'"') => {
                    self.at += len;
                    break;
                }
                Some(len) => {
                    escapes = true;
                    self.at += len + 1;
                    if self.peek()?.is_some() {
                        self.at += 1;
                    }
                }
                None => {
                    self.at = self.buffer.len();
                    if !self.more()? {
                        return Err(self.error("this string is never closed: add a `\"` where it ends"));
                    }
                }
            }
        }
        self.text = self.token + 1..self.at;
        self.at += 1;
        self.unescaped = None;
        self.check_length()?;
        if escapes {
            self.unescaped = Some(self.unescape()?);
        }
        Ok(Token::Text)
    }

    fn unescape(&self) -> Result<String, Failure> {
        let raw = self.text()?;
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((before, escape)) = rest.split_once('\\') {
            text.push_str(before);
            let (character, len) = unescaped(escape).ok_or_else(|| {
                let offset = self.text.start + (raw.len() - escape.len() - 1);
                let message = r#"unknown escape: use \" \\ \n \r \t or \x41; and write a backslash as \\"#;
                syntax(self.after(offset), message)
            })?;
            text.push(character);
            rest = escape.get(len..).unwrap_or_default();
        }
        text.push_str(rest);
        Ok(text)
    }

    fn line_comment(&mut self) -> Result<(), Failure> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if let Some(len) = memchr::memchr(b'\n', rest) {
                self.at += len + 1;
                return Ok(());
            }
            self.pass_over();
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// Passes over all that is in the buffer, within a comment: nothing of it needs to stay.
    fn pass_over(&mut self) {
        self.at = self.buffer.len();
        self.token = self.at;
    }

    /// Passes over the mark, where the text begins with it; no column counts it.
    #[cold]
    fn pass_byte_order_mark(&mut self) -> Result<bool, Failure> {
        while self.buffer.len() < BYTE_ORDER_MARK.len() && self.more()? {}
        let is_there = self.buffer.starts_with(BYTE_ORDER_MARK);
        if is_there {
            self.buffer.drain(..BYTE_ORDER_MARK.len());
            self.marked = (0, self.start);
            self.passed += BYTE_ORDER_MARK.len() as u64;
        }
        Ok(is_there)
    }

    fn starts_block_comment(&mut self, mark: u8) -> Result<bool, Failure> {
        while self.buffer.len() < self.at + 2 {
            if !self.more()? {
                return Ok(false);
            }
        }
        Ok(self.buffer.get(self.at + 1) == Some(&mark))
    }

    /// Passes over a comment from `#` and a mark to the mark and `#`. Those with a `|` may stand within one another.
    fn block_comment(&mut self, mark: u8) -> Result<(), Failure> {
        self.open.push(Place::Offset(self.at));
        self.at += 2;
        let mut within = 1_u64;
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let Some(len) = memchr::memchr2(mark, b'#', rest) else {
                self.pass_over();
                if !self.more()? {
                    let end = char::from(mark);
                    return Err(self.error_in_form(format!("this comment is never closed: add `{end}#` where it ends")));
                }
                continue;
            };
            let closes = rest.get(len) == Some(&mark);
            self.at += len + 1;
            self.token = self.at;
            match (closes, self.peek()?) {
                (true, Some(b'#')) => within -= 1,
                (false, Some(b'|')) if mark == b'|' => within += 1,
                _ => continue,
            }
            self.at += 1;
            if within == 0 {
                self.open.pop();
                return Ok(());
            }
        }
    }
}

pub(super) fn syntax(at: Position, message: impl Into<String>) -> Failure {
    Box::new(TextError::Syntax { at, message: message.into() })
}

/// The character of an escape, after its backslash, and how many bytes spell it.
fn unescaped(escape: &str) -> Option<(char, usize)> {
    match escape.chars().next()? {
        'n' => Some(('\n', 1)),
        'r' => Some(('\r', 1)),
        't' => Some(('\t', 1)),
        same @ ('"' | '\\') => Some((same, 1)),
        'x' => {
            let (digits, _) = escape.get(1..)?.split_once(';')?;
            let plain = (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
            Some((char::from_u32(code)?, digits.len() + 2))
        }
        _ => None,
    }
}
