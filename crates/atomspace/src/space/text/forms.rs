//! The forms of the text: what the word behind a bracket means.

use crate::space::{AtomType, Attention, Handle, Truth, TypeError, Types, Value};

/// What the word behind a bracket means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Head {
    Atom(AtomType),
    Truth(TruthKind),
    Attention,
    Alist,
    Cons,
    Command(Command),
    DeclareType,
    /// A value by itself, which only a name stands for.
    Value,
    /// A name for an atom or a value.
    Define,
    /// A link that defines something.
    Definition(AtomType),
    UseModules,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TruthKind {
    Simple,
    Count,
    Indefinite,
}

/// A command of AtomSpace's own files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Command {
    Value,
    Values,
    Truth,
    Attention,
}

/// What words were found to mean. A word has one place, by its length and some of its letters, which is cheaper than a map;
/// of two words with the same place the one that came last is known, and the other found out again.
#[derive(Debug, Default)]
pub(super) struct Heads(Vec<Option<(Box<[u8]>, Head)>>);

/// Places for words.
const PLACES: usize = 256;

impl Heads {
    #[inline]
    fn place(word: &[u8]) -> usize {
        let letter = |letter: Option<&u8>| usize::from(letter.copied().unwrap_or_default());
        (word.len() * 37 + letter(word.first()) * 5 + letter(word.get(2)) * 11 + letter(word.last())) % PLACES
    }

    #[inline]
    pub(super) fn get(&self, word: &[u8]) -> Option<Head> {
        let (known, head) = self.0.get(Self::place(word))?.as_ref()?;
        (**known == *word).then_some(*head)
    }

    pub(super) fn insert(&mut self, word: &[u8], head: Head) {
        self.0.resize(PLACES, None);
        self.0.get_mut(Self::place(word)).into_iter().for_each(|known| *known = Some((word.into(), head)));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Which truth value a word begins, if any.
pub(super) fn truth_kind(word: &[u8]) -> Option<TruthKind> {
    match word {
        b"stv" | b"SimpleTruthValue" => Some(TruthKind::Simple),
        b"ctv" | b"CountTruthValue" => Some(TruthKind::Count),
        b"itv" | b"IndefiniteTruthValue" => Some(TruthKind::Indefinite),
        _ => None,
    }
}

/// What a word means; why it means nothing, where it does not.
pub(super) fn head(types: &Types, word: &str) -> Result<Head, String> {
    if let Some(kind) = truth_kind(word.as_bytes()) {
        return Ok(Head::Truth(kind));
    }
    Ok(match word {
        "av" | "AttentionValue" => Head::Attention,
        "alist" | "list" => Head::Alist,
        "cons" => Head::Cons,
        "cog-set-value!" => Head::Command(Command::Value),
        "cog-set-values!" => Head::Command(Command::Values),
        "cog-set-tv!" => Head::Command(Command::Truth),
        "cog-set-av!" => Head::Command(Command::Attention),
        "declare-type" => Head::DeclareType,
        "define" => Head::Define,
        "use-modules" => Head::UseModules,
        "BoolValue" | "FloatValue" | "StringValue" | "LinkValue" | "StreamValue" => Head::Value,
        _ => {
            let of = types.named(word).map_err(|error| refusal(word, &error))?;
            if types.is_a(of, AtomType::DEFINE) { Head::Definition(of) } else { Head::Atom(of) }
        }
    })
}

fn refusal(word: &str, error: &TypeError) -> String {
    let scheme = || format!("`{word}` is Scheme, and nothing is executed here: write the atoms themselves");
    match (word, error) {
        (
            "lambda" | "let" | "let*" | "letrec" | "if" | "begin" | "for-each" | "map" | "set!" | "load" | "display",
            _,
        ) => scheme(),
        (command, _) if command.starts_with("cog-") => {
            format!(
                "the command `{command}` is not carried out here: only cog-set-value!, cog-set-values!, cog-set-tv! and cog-set-av! are"
            )
        }
        // Types begin with a capital letter, functions do not.
        (function, TypeError::Unknown(_, None)) if !function.starts_with(char::is_uppercase) => scheme(),
        (_, TypeError::Unknown(..)) => {
            let (name, hint) = match error.to_string().split_once(';') {
                Some((name, hint)) => (name.to_owned(), hint.to_owned()),
                None => (error.to_string(), " declare it before, as in (declare-type Service Concept)".to_owned()),
            };
            format!("{name}:{hint}")
        }
        (_, other) => other.to_string(),
    }
}

/// A form that is being read.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) kind: Kind,
    /// Where its atoms begin on the stack of those that were read.
    pub(super) from: usize,
    pub(super) truth: Option<Truth>,
    pub(super) more: Option<Box<More>>,
}

/// What an atom may carry beside a truth value.
#[derive(Debug, Default)]
pub(super) struct More {
    pub(super) attention: Option<Attention>,
    pub(super) values: Vec<(Handle, Value)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Node(Handle),
    Link(AtomType),
    Definition(AtomType),
    Alist,
    /// With the number of atoms that were there before its key.
    Cons(u32),
    Command(Command),
    /// A name for an atom of the text.
    Name,
}

impl Form {
    #[inline]
    pub(super) fn new(kind: Kind, from: usize) -> Self {
        Self { kind, from, truth: None, more: None }
    }

    pub(super) fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}
