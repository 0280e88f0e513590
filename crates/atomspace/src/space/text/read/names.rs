//! Names for atoms, which a text gives for itself, and definitions, which stay.

use super::super::Position;
use super::super::error::Failure;
use super::super::lexer::{Token, syntax};
use super::Reader;
use crate::space::{AtomType, Handle};
use std::io::Read;

impl<R: Read> Reader<'_, R> {
    /// Takes what the last word stands for.
    pub(super) fn name(&mut self) -> Result<(), Failure> {
        match self.names.get(self.lexer.text()?).copied() {
            Some(atom) => self.deliver(atom),
            None => Err(self.stray(Token::Word)),
        }
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
