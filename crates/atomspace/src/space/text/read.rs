//! Reading a text into a space.

#![expect(clippy::unnecessary_box_returns, reason = "see `Failure`")]

mod names;
mod truths;

use super::error::Failure;
use super::foresee::Foreseen;
use super::forms::{Command, Form, Head, Heads, Kind, More, head, truth_kind};
use super::lexer::{Lexer, Token};
use super::named::{Named, Names};
use super::values::read_value;
use super::{Limits, Position, TextError};
use crate::space::{AtomType, Handle, Space, SpaceError, Truth};
use std::io::Read;

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Atoms that the text gave by themselves, not within another.
    pub forms: u64,
    /// Atoms that the space did not have before.
    pub added: usize,
    /// The last atom that the text gave by itself.
    pub last: Option<Handle>,
}

impl Space {
    /// Reads a text into the space. A text with an error changes nothing.
    ///
    /// ```
    /// use oriel_atomspace::space::Space;
    /// let mut space = Space::new();
    /// let loaded = space.load(r#"(EvaluationLink (stv .9 .8) (PredicateNode "up") (ListLink (ConceptNode "cart")))"#)?;
    /// assert_eq!((loaded.forms, loaded.added), (1, 4));
    /// let error = space.load("(List (Concept \"a\")\n  (Concpet \"b\"))").unwrap_err();
    /// assert_eq!(error.to_string(), "2:4: there is no type `Concpet`: did you mean `Concept`?");
    /// assert_eq!(space.len(), 4);
    /// # Ok::<(), oriel_atomspace::space::TextError>(())
    /// ```
    pub fn load(&mut self, text: &str) -> Result<Loaded, TextError> {
        self.read_text(text.as_bytes(), Limits::default())
    }

    /// Reads a text from a source that gives it little by little, within limits. A text with an error changes nothing.
    /// The source need not be buffered.
    pub fn read_text(&mut self, source: impl Read, limits: Limits) -> Result<Loaded, TextError> {
        let mut next = self.clone();
        let (before, mut reader) = (next.len(), Reader::new(&mut next, source, limits));
        reader.run().map_err(|failure| *failure)?;
        let mut loaded = reader.loaded;
        loaded.added = next.len().saturating_sub(before);
        *self = next;
        Ok(loaded)
    }
}

struct Reader<'a, R> {
    space: &'a mut Space,
    lexer: Lexer<R>,
    limits: Limits,
    /// What words were found to mean.
    heads: Heads,
    forms: Vec<Form>,
    /// The atoms of the forms that are open.
    atoms: Vec<Handle>,
    loaded: Loaded,
    /// What names stand for, and the name of the form that is open.
    names: Names,
    naming: Box<str>,
    /// Where the definitions that are open begin, and those that were read of names that something joins.
    defining: Vec<Position>,
    definitions: Vec<(Handle, Position)>,
    foreseen: Foreseen,
    /// How many atoms had been removed from the space when reading began, and when names were looked up ahead.
    removed: u32,
    removed_ahead: u32,
}

impl<'a, R: Read> Reader<'a, R> {
    fn new(space: &'a mut Space, source: R, limits: Limits) -> Self {
        Self {
            removed: space.removed(),
            removed_ahead: space.removed(),
            foreseen: Foreseen::default(),
            space,
            lexer: Lexer::new(source, limits),
            limits,
            heads: Heads::default(),
            forms: Vec::new(),
            atoms: Vec::new(),
            loaded: Loaded::default(),
            names: Names::default(),
            naming: Box::default(),
            defining: Vec::new(),
            definitions: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Failure> {
        let mut pending = None;
        loop {
            let token = match pending.take() {
                Some(token) => token,
                None => self.lexer.next()?,
            };
            match token {
                Token::Open => {
                    if self.lexer.place() >= self.foreseen.until {
                        self.foresee();
                    }
                    pending = self.open()?;
                }
                Token::Close => self.close()?,
                Token::End => return self.check_definitions(),
                Token::Text | Token::Word => self.loose(token)?,
            }
        }
    }

    /// Looks the next names up.
    #[inline(never)]
    fn foresee(&mut self) {
        self.removed_ahead = self.space.removed();
        self.foreseen.look(self.space, &self.heads, self.lexer.place(), self.lexer.upcoming());
    }

    /// The node of this type whose name is the last token, if it is there already.
    #[inline]
    fn known_node(&mut self, of: AtomType) -> Option<Handle> {
        if self.space.removed() != self.removed_ahead {
            self.foreseen.clear();
        }
        // A name that is known is UTF-8.
        let name = self.lexer.plain()?;
        self.foreseen.take(self.lexer.begins(), of).or_else(|| self.space.known_node(of, name))
    }

    #[cold]
    fn stray(&self, token: Token) -> Failure {
        let word = self.lexer.text().map(crate::space::add::shown).unwrap_or_default();
        self.lexer.error(match self.forms.last().map(|form| form.kind) {
            None => format!("`{word}` stands outside of all brackets: write an atom, such as (Concept \"name\")"),
            Some(Kind::Node(_)) => "a node has one name".to_owned(),
            Some(Kind::Link(_) | Kind::Definition(_)) if token == Token::Text => {
                format!("a link joins atoms: write (Concept \"{word}\") instead of \"{word}\"")
            }
            Some(_) => format!("`{word}` does not belong here"),
        })
    }

    #[inline]
    fn head(&mut self) -> Result<Head, Failure> {
        if self.lexer.next()? != Token::Word {
            return Err(self.lexer.error("a bracket begins with a type, such as (Concept \"name\")"));
        }
        if let Some(head) = self.heads.get(self.lexer.bytes()) {
            return Ok(head);
        }
        let found = head(self.space.types(), self.lexer.text()?).map_err(|message| self.lexer.error(message))?;
        self.heads.insert(self.lexer.bytes(), found);
        Ok(found)
    }

    /// Reads on behind an opening bracket; may return a token that it did not use.
    #[inline]
    fn open(&mut self) -> Result<Option<Token>, Failure> {
        let head = self.head()?;
        let from = self.atoms.len();
        let kind = match head {
            Head::Atom(of) if of.is_node() => return self.node(of),
            Head::Atom(of) => Kind::Link(of),
            other => return self.open_other(other),
        };
        self.forms.push(Form::new(kind, from));
        Ok(None)
    }

    fn open_other(&mut self, head: Head) -> Result<Option<Token>, Failure> {
        let within = self.forms.last().map(|form| form.kind);
        let atom = matches!(within, Some(Kind::Node(_) | Kind::Link(_) | Kind::Definition(_)));
        if within == Some(Kind::Name) && matches!(head, Head::Value | Head::Truth(_) | Head::Attention) {
            return self.define_value(Token::Word, true).map(|()| None);
        }
        let command = |wanted| within == Some(Kind::Command(wanted));
        let fits = match head {
            Head::Truth(_) => atom || command(Command::Truth),
            Head::Attention => atom || command(Command::Attention),
            Head::Alist => atom || command(Command::Values),
            Head::Cons => within == Some(Kind::Alist),
            Head::Command(_) | Head::DeclareType | Head::Define | Head::UseModules => within.is_none(),
            Head::Atom(_) | Head::Definition(_) => true,
            Head::Value => false,
        };
        if !fits {
            let word = self.lexer.text()?.to_owned();
            return Err(self.lexer.error(format!("`{word}` does not belong here")));
        }
        let kind = match head {
            Head::Truth(kind) => {
                let truth = self.truth(kind)?;
                if let Some(form) = self.forms.last_mut() {
                    form.truth = Some(truth);
                }
                return Ok(None);
            }
            Head::Attention => {
                let attention = self.attention()?;
                if let Some(form) = self.forms.last_mut() {
                    form.more().attention = Some(attention);
                }
                return Ok(None);
            }
            Head::DeclareType => return self.declare_type().map(|()| None),
            Head::UseModules => return self.pass_over().map(|()| None),
            Head::Define => {
                self.define()?;
                Kind::Name
            }
            Head::Alist => Kind::Alist,
            Head::Cons => Kind::Cons(self.space.atoms.end()),
            Head::Command(command) => Kind::Command(command),
            Head::Atom(of) => Kind::Link(of),
            Head::Value => return Err(self.stray(Token::Word)),
            Head::Definition(of) => {
                let place = self.lexer.form();
                self.defining.push(place);
                Kind::Definition(of)
            }
        };
        self.forms.push(Form::new(kind, self.atoms.len()));
        Ok(None)
    }

    #[inline]
    fn node(&mut self, of: AtomType) -> Result<Option<Token>, Failure> {
        let mut token = self.lexer.next()?;
        let handle = match token {
            Token::Text => {
                let handle = match self.known_node(of) {
                    Some(known) => Ok(known),
                    None => self.space.node(of, self.lexer.text()?),
                };
                token = self.lexer.next()?;
                handle
            }
            Token::Word => {
                let name = self.bare_name(of, &mut token)?;
                self.space.node(of, &name)
            }
            _ => return Err(self.lexer.error("a node has a name in quotes, a number its digits")),
        };
        let handle = handle.map_err(|error| self.lexer.error_in_form(error.to_string()))?;
        if token == Token::Close {
            self.lexer.closed();
            return self.deliver(handle).map(|()| None);
        }
        self.forms.push(Form::new(Kind::Node(handle), self.atoms.len()));
        Ok(Some(token))
    }

    /// The name of a node that is not in quotes: numbers, or a type after a `'`. Reads up to the token behind it.
    fn bare_name(&mut self, of: AtomType, token: &mut Token) -> Result<String, Failure> {
        let word = self.lexer.text()?;
        if let Some(name) = word.strip_prefix('\'') {
            let name = name.to_owned();
            *token = self.lexer.next()?;
            return Ok(name);
        }
        if !self.space.types.traits(of).is_some_and(|traits| traits.number) {
            return Err(self.lexer.error(format!("a name stands in quotes: \"{}\"", crate::space::add::shown(word))));
        }
        let mut name = String::new();
        while *token == Token::Word {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(self.lexer.text()?);
            if name.len() > self.limits.token {
                return Err(self.lexer.error_in_form(format!("this is longer than {} bytes", self.limits.token)));
            }
            *token = self.lexer.next()?;
        }
        Ok(name)
    }

    #[inline]
    fn close(&mut self) -> Result<(), Failure> {
        let Some(form) = self.forms.pop() else { return Err(self.lexer.error("this bracket closes nothing")) };
        let handle = match form.kind {
            Kind::Node(handle) => handle,
            Kind::Link(of) => self.link(of, form.from)?,
            Kind::Definition(of) => self.definition(of, form.from)?,
            other => return self.close_other(other, form),
        };
        if form.truth.is_some() || form.more.is_some() {
            self.carry(handle, form.truth, form.more)?;
        }
        self.lexer.closed();
        self.deliver(handle)
    }

    /// The link that joins the atoms that were read from there on.
    #[inline]
    fn link(&mut self, of: AtomType, from: usize) -> Result<Handle, Failure> {
        let outgoing = self.atoms.get(from..).unwrap_or_default();
        // Atoms that were read are there, unless a state that was read since replaced one.
        let known = self.space.removed() == self.removed;
        let link = if known { self.space.link_known(of, outgoing) } else { self.space.link(of, outgoing) };
        self.atoms.truncate(from);
        link.map_err(|error| self.lexer.error_in_form(error.to_string()))
    }

    fn close_other(&mut self, kind: Kind, form: Form) -> Result<(), Failure> {
        let atom = self.atoms.get(form.from).copied();
        let given = form.more.as_ref().is_some_and(|more| more.attention.is_some() || !more.values.is_empty());
        match (kind, atom) {
            (Kind::Alist, _) => {
                if let (Some(parent), Some(more)) = (self.forms.last_mut(), form.more) {
                    parent.more().values.extend(more.values);
                }
                if let (Some(parent), Some(truth)) = (self.forms.last_mut(), form.truth) {
                    parent.truth = Some(truth);
                }
            }
            (Kind::Command(Command::Truth), Some(atom)) if form.truth.is_some() => {
                self.carry(atom, form.truth, None)?;
            }
            (Kind::Command(Command::Attention | Command::Values), Some(atom)) if given || form.truth.is_some() => {
                self.carry(atom, form.truth, form.more)?;
            }
            (Kind::Name, Some(atom)) => {
                self.names.give(std::mem::take(&mut self.naming), Named::Atom(atom));
                self.loaded.forms += 1;
                self.loaded.last = Some(atom);
                self.check_atoms()?;
            }
            (Kind::Name, None) => {
                return Err(self.lexer.error_in_form("write (define name atom): it needs an atom or a value"));
            }
            (Kind::Cons(_), _) => return Err(self.lexer.error_in_form("write (cons key value): the key is an atom")),
            _ => return Err(self.lexer.error_in_form("the command needs an atom and what to set")),
        }
        self.atoms.truncate(form.from);
        self.lexer.closed();
        Ok(())
    }

    /// Gives an atom to the form that it stands in.
    #[inline]
    fn deliver(&mut self, handle: Handle) -> Result<(), Failure> {
        let Some(form) = self.forms.last() else {
            self.loaded.forms += 1;
            self.loaded.last = Some(handle);
            return self.check_atoms();
        };
        match form.kind {
            Kind::Link(_) | Kind::Definition(_) => {
                self.atoms.push(handle);
                Ok(())
            }
            Kind::Cons(before) => self.pair(handle, before),
            Kind::Command(Command::Value) if self.atoms.len() > form.from => self.set_value(handle),
            Kind::Command(_) | Kind::Name if self.atoms.len() == form.from => {
                self.atoms.push(handle);
                Ok(())
            }
            _ => Err(self.lexer.error("an atom does not belong here")),
        }
    }

    fn check_atoms(&self) -> Result<(), Failure> {
        let most = self.limits.atoms;
        if self.space.len() <= most {
            return Ok(());
        }
        Err(self
            .lexer
            .error(format!("the space would hold more than {most} atoms: raise the limit, or split the text")))
    }

    fn carry(&mut self, handle: Handle, truth: Option<Truth>, more: Option<Box<More>>) -> Result<(), Failure> {
        let carried = |space: &mut Space| -> Result<(), SpaceError> {
            if let Some(truth) = truth {
                space.set_truth(handle, truth)?;
            }
            let Some(more) = more else { return Ok(()) };
            if more.attention.is_some() {
                space.set_attention(handle, more.attention)?;
            }
            more.values.into_iter().try_for_each(|(key, value)| space.set_value(handle, key, value))
        };
        carried(self.space).map_err(|error| self.lexer.error_in_form(error.to_string()))
    }

    /// Reads the value of a pair whose key was read, and the end of the pair.
    fn pair(&mut self, key: Handle, before: u32) -> Result<(), Failure> {
        let token = self.lexer.next()?;
        let opened = token == Token::Open;
        let token = if opened { self.lexer.next()? } else { token };
        // Not by `head`: of a word that is no type it finds out which one may be meant, and most values begin with such a word.
        let kind = truth_kind(self.lexer.bytes()).filter(|_| opened && token == Token::Word);
        // Under AtomSpace's own key it is the truth value of the atom.
        if let Some(kind) = kind.filter(|_| self.space.is_truth_key(key)) {
            let truth = self.truth(kind)?;
            self.end_of_pair()?;
            // The key is no atom of its own here: it goes, where it came for this.
            if key.0 >= before {
                let _ = self.space.remove(key);
            }
            if let Some(alist) = self.forms.last_mut() {
                alist.truth = Some(truth);
            }
            return Ok(());
        }
        let value = read_value(&mut self.lexer, token, opened, &mut self.names)?;
        self.end_of_pair()?;
        if let Some(alist) = self.forms.last_mut() {
            alist.more().values.push((key, value));
        }
        Ok(())
    }

    fn end_of_pair(&mut self) -> Result<(), Failure> {
        if self.lexer.next()? != Token::Close {
            return Err(self.lexer.error("one value stands under a key: write (cons key (LinkValue …)) for several"));
        }
        self.forms.pop();
        self.lexer.closed();
        Ok(())
    }

    /// Reads the value of a `cog-set-value!` whose atom and key were read, and carries it out.
    fn set_value(&mut self, key: Handle) -> Result<(), Failure> {
        let atom = self.atoms.pop();
        let token = self.lexer.next()?;
        let opened = token == Token::Open;
        let token = if opened { self.lexer.next()? } else { token };
        let value = read_value(&mut self.lexer, token, opened, &mut self.names)?;
        if let Some(atom) = atom {
            let set = self.space.set_value(atom, key, value);
            set.map_err(|error| self.lexer.error_in_form(error.to_string()))?;
        }
        self.end_of_pair()
    }

    fn declare_type(&mut self) -> Result<(), Failure> {
        let mut names = Vec::new();
        loop {
            match self.lexer.next()? {
                Token::Close => break,
                Token::Word | Token::Text if names.len() < 1_000 => names.push(self.lexer.text()?.to_owned()),
                _ => return Err(self.lexer.error("write (declare-type Name Supertype …)")),
            }
        }
        let (name, parents) = names.split_first().ok_or_else(|| self.lexer.error("a type needs a name"))?;
        let parents: Result<Vec<AtomType>, _> = parents.iter().map(|name| self.space.types().named(name)).collect();
        let declared = parents.map_err(SpaceError::from).and_then(|parents| self.space.declare_type(name, &parents));
        declared.map_err(|error| self.lexer.error_in_form(error.to_string()))?;
        // A name may have become ambiguous.
        self.heads.clear();
        self.lexer.closed();
        Ok(())
    }

    /// Passes over a form with all that is in it.
    fn pass_over(&mut self) -> Result<(), Failure> {
        let mut open = 1;
        while open > 0 {
            match self.lexer.next()? {
                Token::Open => open += 1,
                Token::Close => {
                    self.lexer.closed();
                    open -= 1;
                }
                Token::Text | Token::Word | Token::End => {}
            }
        }
        Ok(())
    }
}
