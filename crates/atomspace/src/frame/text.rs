//! The text of a frame: one fact a line, `(restarts pod/a 7) <1.00 0.90> @kubernetes/pods.txt:12`.
//!
//! [`Frame::dump`] writes it and [`Frame::load`] reads it back: same facts, same order, same truth values, same first
//! sources. Only facts are written; other links, values and what rules concluded from what are not.

use super::Frame;
use crate::TruthValue;
use crate::atom::{Source, Term};
use crate::sexpr::{self, Datum, ReadError, Reader, Sexpr};
use std::fmt::Write as _;

/// Why a text is not a list of facts.
#[derive(Debug, thiserror::Error)]
#[error("facts: {0}")]
pub struct FrameError(#[from] ReadError);

impl Frame {
    /// All facts with their truth values and sources, one a line.
    #[must_use]
    pub fn dump(&self) -> String {
        let mut text = String::new();
        for fact in self.all_facts() {
            text.push_str(&self.show(fact.id));
            // Writing to a string does not fail.
            let _ = write!(text, " {}", fact.tv);
            if let Some(source) = self.source(fact.id) {
                text.push(' ');
                let _ = sexpr::print_word(&mut text, &format!("@{source}"));
            }
            text.push('\n');
        }
        text
    }

    /// Asserts the facts of a text in the form that [`Frame::dump`] writes. A fact without a truth value is
    /// [`TruthValue::TRUE`]. Returns how many were read.
    ///
    /// ```
    /// let mut frame = oriel_atomspace::Frame::new();
    /// frame.load("(restarts pod/a 7) <1.00 0.90> @pods.txt:3\n(part-of pod/a service/a)")?;
    /// assert_eq!(frame.dump(), "(restarts pod/a 7) <1.00 0.90> @pods.txt:3\n(part-of pod/a service/a) <1.00 1.00>\n");
    /// # Ok::<(), oriel_atomspace::FrameError>(())
    /// ```
    pub fn load(&mut self, text: &str) -> Result<usize, FrameError> {
        let mut reader = Reader::new(text)?;
        let mut next = reader.next_expression()?;
        let mut count = 0;
        while let Some(form) = next {
            let (predicate, args) = fact_parts(&form)?;
            next = reader.next_expression()?;
            let mut tv = TruthValue::TRUE;
            if let Some(strength) = next.as_ref().and_then(|part| part.as_word()?.strip_prefix('<')) {
                let confidence = reader.next_expression()?;
                let confidence = confidence.as_ref().and_then(|part| part.as_word()?.strip_suffix('>'));
                tv = truth(strength, confidence).ok_or_else(|| {
                    wrong(&form, "the truth value of this fact is not two numbers in [0, 1]", "write <1.00 0.90>")
                })?;
                next = reader.next_expression()?;
            }
            let mut source = None;
            if let Some(place) = next.as_ref().and_then(|part| part.as_word()?.strip_prefix('@')) {
                let parts = place.rsplit_once(':').and_then(|(file, line)| Some(Source::new(file, line.parse().ok()?)));
                source = Some(parts.ok_or_else(|| {
                    wrong(&form, "the source of this fact is not a file and a line", "write @file:line")
                })?);
                next = reader.next_expression()?;
            }
            self.fact(predicate, &args, tv, source.as_ref());
            count += 1;
        }
        Ok(count)
    }
}

fn truth(strength: &str, confidence: Option<&str>) -> Option<TruthValue> {
    TruthValue::checked(strength.parse().ok()?, confidence?.parse().ok()?)
}

/// The predicate and the arguments of a ground fact.
pub(crate) fn fact_parts(form: &Sexpr) -> Result<(&str, Vec<Term<'_>>), ReadError> {
    let items = form.as_list().ok_or_else(|| wrong(form, "a fact was expected", "write (predicate argument…)"))?;
    let Some((head, args)) = items.split_first() else {
        return Err(wrong(form, "a fact without a predicate", "write (predicate argument…)"));
    };
    let predicate =
        head.as_word().ok_or_else(|| wrong(head, "the predicate must be a word", "write (predicate argument…)"))?;
    let args = args.iter().map(|arg| match &arg.datum {
        Datum::Word(word) => Ok(Term::Entity(word)),
        Datum::Text(text) => Ok(Term::Text(text)),
        Datum::Number(number) => Ok(Term::Number(*number)),
        Datum::Variable(_) => Err(wrong(
            arg,
            "a fact has no variables",
            "name the entity; a word that begins with `?` is written |?word|",
        )),
        Datum::List(_) => Err(wrong(arg, "a fact has no lists among its arguments", "use words, texts and numbers")),
    });
    Ok((predicate, args.collect::<Result<_, _>>()?))
}

fn wrong(form: &Sexpr, message: &str, hint: &str) -> ReadError {
    ReadError { at: form.at, message: message.to_owned(), hint: hint.to_owned() }
}
