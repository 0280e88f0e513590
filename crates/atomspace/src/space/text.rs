//! The text format: s-expressions as Atomese writes them.
//!
//! ```text
//! (declare-type Service Concept)                          ; a type of one's own, and its supertypes
//! (Evaluation (stv 0.9 0.8)                               ; strength and confidence
//!   (Predicate "calls")
//!   (List (Service "cart") (Service "stock" (av 5 0 1)))) ; attention: sti, lti, vlti
//! (Number 42)                                             ; a number is named by itself
//! (Service "cart" (alist (cons (Predicate "load") (FloatValue 0.2 0.9)) (cons (Predicate "up") #t)))
//! ```
//!
//! A type is written with or without its ending `Node` or `Link`. A name is a string in quotes with the escapes `\"`,
//! `\\`, `\n`, `\r`, `\t` and `\x41;`; everything else stands for itself, line breaks included. Comments run from `;`
//! to the end of the line, from `#|` to `|#`, and may stand within one another, or from `#!` to `!#`.
//!
//! | on an atom, after its type or at its end | |
//! |---|---|
//! | `(stv s c)`, `(SimpleTruthValue s c)` | strength and confidence |
//! | `(ctv s c n)`, `(CountTruthValue s c n)` | the same with a number of observations |
//! | `(itv l u b k)`, `(IndefiniteTruthValue l u b k)` | an interval, its credibility, its look-ahead (1 if left out) |
//! | `(av sti lti vlti)` | attention |
//! | `(alist (cons key value) …)` | values under keys; the key is an atom |
//!
//! | value | |
//! |---|---|
//! | `#t`, `3`, `3.0`, `"text"` | a bool, a whole number, a number, a text |
//! | `(BoolValue #t #f)`, `(FloatValue 1 2.5)`, `(StringValue "a" "b")` | several of them; of bools, `1` and `0` too |
//! | `(stv s c)`, `(ctv s c n)`, `(itv l u b k)`, `(av sti lti vlti)` | a truth value, an attention value |
//! | `(LinkValue value …)` | a list of values |
//! | `(StreamValue capacity dropped value …)` | a stream with what it holds |
//!
//! Commands of AtomSpace's own files that mean the same here are carried out: `(cog-set-value! atom key value)`,
//! `(cog-set-values! atom (alist …))`, `(cog-set-tv! atom (stv s c))`, `(cog-set-av! atom (av …))`; `(use-modules …)` is
//! passed over. `(define name atom)` adds an atom and gives it a name, which stands for it in what follows of the text, and
//! nowhere else; `(define name value)` does the same with a value. Nothing is executed: functions and other Scheme are refused, with what to write instead.
//!
//! Reading takes memory for what it makes of the text, and for one token beyond that; [`Limits`] bound tokens, nesting
//! and the whole. A text with an error changes nothing.

mod error;
mod foresee;
mod forms;
mod lexer;
mod named;
mod order;
mod print;
mod read;
mod size;
mod values;

pub use error::{Limits, Position, TextError, TooLong};
#[cfg(test)]
pub(super) use order::Order;
pub(crate) use print::write_string;
pub use print::{LONGEST_ATOM, LONGEST_SHOWN};
pub use read::Loaded;
