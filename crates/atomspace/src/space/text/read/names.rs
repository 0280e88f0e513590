//! Names for atoms and values, which a text gives for itself, and definitions, which stay.

use super::super::Position;
use super::super::error::Failure;
use super::super::forms::{Command, Kind};
use super::super::lexer::{Token, syntax};
use super::super::named::Named;
use super::super::values::read_value;
use super::Reader;
use crate::space::{AtomType, Handle, Value};
use std::io::Read;

impl<R: Read> Reader<'_, R> {
    /// Takes a word or a text that stands by itself: what a name stands for, or the value of a name that is being given.
    pub(super) fn loose(&mut self, token: Token) -> Result<(), Failure> {
        if token == Token::Word && !self.names.is_empty() {
            match self.names.get(self.lexer.text()?).cloned() {
                Some(Named::Atom(atom)) => return self.deliver(atom),
                Some(Named::Value(value)) => return self.carried_by_name(value),
                None => {}
            }
        }
        if self.is_named_next() && is_literal(token, self.lexer.bytes()) {
            return self.define_value(token, false);
        }
        Err(self.stray(token))
    }

    /// Whether the form that is open gives a name, and what it stands for is still to come.
    fn is_named_next(&self) -> bool {
        self.forms.last().is_some_and(|form| form.kind == Kind::Name && form.from == self.atoms.len())
    }

    /// Takes a value that a name stands for: as what an atom carries, or for another name.
    fn carried_by_name(&mut self, value: Value) -> Result<(), Failure> {
        if self.is_named_next() {
            return self.named(value);
        }
        let Some(form) = self.forms.last_mut() else { return Err(self.stray(Token::Word)) };
        let atom = matches!(form.kind, Kind::Node(_) | Kind::Link(_) | Kind::Definition(_));
        match value {
            Value::Truth(truth) if atom || form.kind == Kind::Command(Command::Truth) => form.truth = Some(truth),
            Value::Attention(attention) if atom || form.kind == Kind::Command(Command::Attention) => {
                form.more().attention = Some(attention);
            }
            _ => return Err(self.stray(Token::Word)),
        }
        Ok(())
    }

    /// Reads the value of a name from the last token on; that token stands behind a bracket where it `opened`.
    pub(super) fn define_value(&mut self, token: Token, opened: bool) -> Result<(), Failure> {
        if !self.is_named_next() {
            return Err(self.lexer.error("a name stands for one atom or value"));
        }
        let value = read_value(&mut self.lexer, token, opened, &mut self.names)?;
        self.named(value)
    }

    fn named(&mut self, value: Value) -> Result<(), Failure> {
        if self.lexer.next()? != Token::Close {
            return Err(self.lexer.error("a name stands for one value: write (define name (LinkValue …)) for several"));
        }
        self.names.give(std::mem::take(&mut self.naming), Named::Value(value));
        self.forms.pop();
        self.lexer.closed();
        Ok(())
    }

    /// Reads the name of a `define`.
    pub(super) fn define(&mut self) -> Result<(), Failure> {
        match self.lexer.next()? {
            Token::Word => {}
            Token::Open => {
                let message = "a function is Scheme, and nothing is executed here: write the atoms themselves, or \
                               (Define (DefinedSchema \"name\") (Lambda …))";
                return Err(self.lexer.error(message));
            }
            _ => return Err(self.lexer.error("write (define name atom)")),
        }
        self.naming = self.lexer.text()?.into();
        Ok(())
    }

    /// A link that defines something. Of a name that nothing else joins, nothing is made yet.
    pub(super) fn definition(&mut self, of: AtomType, from: usize) -> Result<Handle, Failure> {
        let link = self.link(of, from)?;
        let place = self.defining.pop();
        if let ([name, body], Some(place)) = (self.space.outgoing(link), place)
            && (name == body || self.space.incoming(*name).nth(1).is_some())
        {
            self.definitions.push((link, place));
        }
        Ok(link)
    }

    /// Whether all definitions that were read come to an end.
    pub(super) fn check_definitions(&self) -> Result<(), Failure> {
        if self.limits.endless_definitions {
            return Ok(());
        }
        let all = self.definitions.iter().map(|(link, _)| *link);
        let Some(endless) = self.space.endless_definition(all) else { return Ok(()) };
        let place = self.definitions.iter().find(|(link, _)| *link == endless).map_or(Position::START, |one| one.1);
        let name = self.space.outgoing(endless).first().map(|name| self.space.show_bare(*name)).unwrap_or_default();
        let message = format!(
            "{name} is defined by itself, or by what is, so that it would never be done: put what it needs of itself into a \
             Lambda, or into the cases of a Cond"
        );
        Err(syntax(place, message))
    }
}

/// Whether a token is a value by itself: a text, a number or a bool.
fn is_literal(token: Token, bytes: &[u8]) -> bool {
    let number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
    token == Token::Text || bytes.first().is_some_and(|first| number(first) || *first == b'#')
}
