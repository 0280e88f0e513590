//! What rules are made of: premises, guards, expressions, conclusions, examples; and how they print.

use crate::TruthValue;
use crate::atom::Term;
use crate::pattern::{Arg, Pattern, Variable};
use crate::sexpr::Position;
use std::fmt;
use std::sync::Arc;

/// Whether a rule concludes from what is seen, or tells what a cause brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Evidence to conclusion; fired by [`super::RuleSet::run`].
    Rule,
    /// Cause to effect; fired by [`super::RuleSet::predict`], and read backwards by abduction.
    Mechanism,
}

impl RuleKind {
    /// The word that begins the form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Mechanism => "mechanism",
        }
    }
}

/// A rule or mechanism.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, unique in its set.
    pub name: String,
    /// Rule or mechanism.
    pub kind: RuleKind,
    /// What it says, for people.
    pub text: String,
    /// Where the knowledge comes from: addresses or titles.
    pub sources: Vec<String>,
    /// The field it belongs to; several where it holds in several.
    pub domains: Vec<String>,
    /// P(conclusion | premises) and the confidence in it.
    pub tv: TruthValue,
    /// What must hold.
    pub premises: Vec<Premise>,
    /// What then holds.
    pub conclusions: Vec<Conclusion>,
    /// Cases that show it.
    pub examples: Vec<Example>,
    /// The file it was read from.
    pub file: Arc<str>,
    /// Where in the file.
    pub at: Position,
    pub(crate) names: Arc<[Arc<str>]>,
}

impl Rule {
    /// The patterns among the premises, those inside `not` and aggregates left out, in the order written.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.premises
            .iter()
            .filter_map(|premise| if let Form::Match(pattern) = &premise.form { Some(pattern) } else { None })
    }
}

/// One premise.
#[derive(Clone, Debug, PartialEq)]
pub struct Premise {
    /// What it asks.
    pub form: Form,
    /// Where it was written.
    pub at: Position,
}

/// The forms of premises.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A fact that must be there.
    Match(Pattern),
    /// What must not hold together (negation as failure).
    Not(Vec<Premise>),
    /// A condition over what is bound.
    Guard(Guard),
    /// A computed value.
    Bind(Variable, Expr),
    /// A number over all the matches of the body.
    Aggregate(Aggregate),
}

/// `(count ?n …)`, `(count ?n ?x …)`, `(max ?m ?x …)`, `(min …)`, `(sum …)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// How the matches become one number.
    pub kind: AggregateKind,
    /// The variable that gets the number.
    pub result: Variable,
    /// The variable that is counted or compared.
    pub over: Option<Variable>,
    /// What is matched.
    pub body: Vec<Premise>,
}

/// How an aggregate makes one number of many matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateKind {
    /// How many matches, or how many different values.
    Count,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// The sum.
    Sum,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Guard {
    /// `(= a b)` and its like.
    Compare(Comparison, Expr, Expr),
    /// `(contains text needle…)` and its like: any of the needles.
    Search(Search, Expr, Vec<Expr>),
    /// `(one-of x a b …)`
    OneOf(Expr, Vec<Expr>),
    /// `(or guard…)`
    Any(Vec<Guard>),
    /// `(and guard…)`
    All(Vec<Guard>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// Searches in texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// `contains`
    Contains,
    /// `starts-with`
    StartsWith,
    /// `ends-with`
    EndsWith,
    /// `mentions`: contains, whatever the case of the letters.
    Mentions,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A variable or a constant.
    Arg(Arg),
    /// A function of values.
    Call(Function, Vec<Expr>),
}

/// Functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `max`
    Max,
    /// `min`
    Min,
    /// `abs`
    Abs,
    /// `name`: the part of an entity after the slash.
    Name,
    /// `kind`: the part of an entity before the slash.
    Kind,
    /// `round-up`: the least multiple of the second that is not below the first.
    RoundUp,
    /// `usual`: the least size of the series 1, 1.5, 2, 3, 4, 6, 8, 12, … that is not below it.
    Usual,
    /// `bytes`: a number of bytes as Kubernetes writes it, `384Mi`.
    Bytes,
    /// `cores`: a number of processor cores as Kubernetes writes it, `250m`.
    Cores,
}

impl Function {
    /// How many operands it takes; none where any number will do.
    pub(crate) fn operands(self) -> Option<usize> {
        match self {
            Self::Abs | Self::Name | Self::Kind | Self::Usual | Self::Bytes | Self::Cores => Some(1),
            Self::RoundUp => Some(2),
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Max | Self::Min => None,
        }
    }
}

/// A conclusion: a fact with variables, and texts with places to fill.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// The fact.
    pub pattern: Pattern,
    /// For each argument, its pieces where it is a text with places to fill.
    pub(crate) templates: Vec<Option<Vec<super::template::Piece>>>,
}

/// A case that shows when a rule fires, or when not.
#[derive(Clone, Debug)]
pub struct Example {
    /// Whether the rule must fire.
    pub fires: bool,
    /// The facts of the case, without variables.
    pub facts: Vec<Pattern>,
    /// What must be concluded; where `silent`, what must not be (nothing at all, if empty). `?_` stands for anything.
    pub conclusions: Vec<Pattern>,
    /// Where it was written.
    pub at: Position,
}

macro_rules! words {
    ($($type:ident: $($variant:ident = $word:literal),+;)+) => {$(
        impl $type {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];

            /// The word that it is written with.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub(crate) fn from_word(word: &str) -> Option<Self> {
                Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
            }

            /// All the words of this kind.
            pub fn words() -> impl Iterator<Item = &'static str> {
                Self::WORDS.iter().map(|(word, _)| *word)
            }
        }
    )+};
}

words! {
    AggregateKind: Count = "count", Max = "max", Min = "min", Sum = "sum";
    Comparison: Equal = "=", Unequal = "!=", Less = "<", AtMost = "<=", Greater = ">", AtLeast = ">=";
    Search: Contains = "contains", StartsWith = "starts-with", EndsWith = "ends-with", Mentions = "mentions";
    Function: Add = "+", Subtract = "-", Multiply = "*", Divide = "/", Max = "max", Min = "min", Abs = "abs", Name = "name", Kind = "kind",
        RoundUp = "round-up", Usual = "usual", Bytes = "bytes", Cores = "cores";
}

/// Items with a blank before each.
struct Spaced<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Spaced<'_, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|item| write!(out, " {item}"))
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arg(arg) => arg.fmt(out),
            Self::Call(function, args) => write!(out, "({}{})", function.word(), Spaced(args)),
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(comparison, left, right) => write!(out, "({} {left} {right})", comparison.word()),
            Self::Search(search, text, needles) => write!(out, "({} {text}{})", search.word(), Spaced(needles)),
            Self::OneOf(value, options) => write!(out, "(one-of {value}{})", Spaced(options)),
            Self::Any(guards) => write!(out, "(or{})", Spaced(guards)),
            Self::All(guards) => write!(out, "(and{})", Spaced(guards)),
        }
    }
}

impl fmt::Display for Premise {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.form {
            Form::Match(pattern) => pattern.fmt(out),
            Form::Not(body) => write!(out, "(not{})", Spaced(body)),
            Form::Guard(guard) => guard.fmt(out),
            Form::Bind(variable, value) => write!(out, "(bind ?{} {value})", variable.name),
            Form::Aggregate(Aggregate { kind, result, over, body }) => {
                write!(out, "({} ?{}", kind.word(), result.name)?;
                over.iter().try_for_each(|over| write!(out, " ?{}", over.name))?;
                write!(out, "{})", Spaced(body))
            }
        }
    }
}

impl fmt::Display for Example {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "(example {}{}", if self.fires { "fires" } else { "silent" }, Spaced(&self.facts))?;
        if !self.conclusions.is_empty() {
            write!(out, " =>{}", Spaced(&self.conclusions))?;
        }
        out.write_str(")")
    }
}

impl fmt::Display for Rule {
    /// Writes the rule as the text format has it, laid out for reading.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "({} {}", self.kind.word(), Term::Entity(&self.name))?;
        if !self.text.is_empty() {
            write!(out, "\n  {}", Term::Text(&self.text))?;
        }
        self.sources.iter().try_for_each(|source| write!(out, "\n  (source {})", Term::Text(source)))?;
        self.domains.iter().try_for_each(|domain| write!(out, "\n  (domain {})", Term::Entity(domain)))?;
        let (strength, confidence) = (Term::Number(self.tv.strength), Term::Number(self.tv.confidence));
        write!(out, "\n  (tv {strength} {confidence})")?;
        write!(out, "\n  (if{})", Spaced(&self.premises))?;
        out.write_str("\n  (then")?;
        self.conclusions.iter().try_for_each(|conclusion| write!(out, " {}", conclusion.pattern))?;
        out.write_str(")")?;
        self.examples.iter().try_for_each(|example| write!(out, "\n  {example}"))?;
        out.write_str(")")
    }
}
