//! Values: what an atom carries under a key. They change, are not unique, and no query finds an atom by them.

use super::{Attention, SpaceError, Truth};
use std::collections::VecDeque;
use std::sync::Arc;

/// A value. Cheap to clone: what may be long is shared.
///
/// All not-a-numbers are equal here, and zero differs from minus zero: two values are equal where no reader could tell
/// them apart.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    String(Arc<str>),
    /// True or false, several times.
    Bools(Arc<[bool]>),
    /// Numbers.
    Floats(Arc<[f64]>),
    /// Texts.
    Strings(Arc<[Arc<str>]>),
    /// A truth value.
    Truth(Truth),
    /// An attention value.
    Attention(Attention),
    /// Values of any kind.
    Link(Arc<[Value]>),
    /// The last values of something that goes on.
    Stream(Arc<Stream>),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(one), Self::Bool(two)) => one == two,
            (Self::Int(one), Self::Int(two)) => one == two,
            (Self::Float(one), Self::Float(two)) => same(*one, *two),
            (Self::String(one), Self::String(two)) => one == two,
            (Self::Bools(one), Self::Bools(two)) => one == two,
            (Self::Floats(one), Self::Floats(two)) => {
                one.len() == two.len() && one.iter().zip(two.iter()).all(|(one, two)| same(*one, *two))
            }
            (Self::Strings(one), Self::Strings(two)) => one == two,
            (Self::Truth(one), Self::Truth(two)) => one == two,
            (Self::Attention(one), Self::Attention(two)) => one == two,
            (Self::Link(one), Self::Link(two)) => one == two,
            (Self::Stream(one), Self::Stream(two)) => one == two,
            _ => false,
        }
    }
}

fn same(one: f64, two: f64) -> bool {
    one.to_bits() == two.to_bits() || (one.is_nan() && two.is_nan())
}

macro_rules! from {
    ($($kind:ident: $($source:ty)*;)*) => {
        $($(impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$kind(value.into())
            }
        })*)*
    };
}

from! {
    Bool: bool;
    Int: i64;
    Float: f64;
    String: &str String Arc<str>;
    Bools: Vec<bool> &[bool];
    Floats: Vec<f64> &[f64];
    Strings: Vec<Arc<str>>;
    Truth: Truth;
    Attention: Attention;
    Link: Vec<Value>;
}

impl Value {
    /// The value, if the truth and attention values in it are in their ranges.
    pub(super) fn checked(self) -> Result<Self, SpaceError> {
        let mut open: Vec<&Self> = Vec::new();
        let mut next = Some(&self);
        while let Some(value) = next {
            match value {
                Self::Truth(truth) => truth.checked().map(drop)?,
                Self::Attention(attention) => attention.checked().map(drop)?,
                Self::Link(values) => open.extend(values.iter()),
                Self::Stream(stream) => open.extend(stream.iter()),
                _ => {}
            }
            next = open.pop();
        }
        Ok(self)
    }
}

impl From<Stream> for Value {
    fn from(stream: Stream) -> Self {
        Self::Stream(Arc::new(stream))
    }
}

/// A finite buffer over something that goes on: the last `capacity` values that were pushed, oldest first, and how many
/// were pushed out. It does no IO and never blocks: who has new values pushes them, and a reader sees what is there.
///
/// ```
/// use oriel_atomspace::space::Stream;
/// let mut stream = Stream::new(2);
/// for sample in [0.1, 0.2, 0.3] {
///     stream.push(sample.into());
/// }
/// assert_eq!(stream.iter().collect::<Vec<_>>(), [&0.2.into(), &0.3.into()]);
/// assert_eq!(stream.dropped(), 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    capacity: u32,
    dropped: u64,
    values: VecDeque<Value>,
}

impl Stream {
    /// An empty stream that keeps up to `capacity` values, at least one.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        Self { capacity: capacity.max(1), dropped: 0, values: VecDeque::new() }
    }

    /// A stream with a past: `dropped` values were pushed out already.
    #[must_use]
    pub fn resumed(capacity: u32, dropped: u64) -> Self {
        Self { dropped, ..Self::new(capacity) }
    }

    /// Appends a value; where the buffer is full the oldest goes.
    pub fn push(&mut self, value: Value) {
        if self.values.len() >= self.capacity as usize {
            self.values.pop_front();
            self.dropped = (self.dropped + 1).min(i64::MAX as u64);
        }
        self.values.push_back(value);
    }

    /// The values that are kept, oldest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.values.iter()
    }

    /// The newest value.
    #[must_use]
    pub fn latest(&self) -> Option<&Value> {
        self.values.back()
    }

    /// How many values it keeps at most.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// How many values were pushed out; it stops counting at 2⁶³ − 1.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}
