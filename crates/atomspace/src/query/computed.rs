//! What queries compute: atoms, numbers, and descriptions of atoms that the space may not have.

mod described;

use crate::space::{AtomType, Handle, Space, SpaceError, Truth, Value, as_written, write_number};
use smallvec::SmallVec;
use std::sync::Arc;

/// Numbers side by side; mostly one.
pub(super) type Numbers = SmallVec<[f64; 2]>;

/// Something that was computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Computed {
    /// An atom of the space.
    Atom(Handle),
    /// A number.
    Number(f64),
    /// A node that the space may not have.
    Node(AtomType, Arc<str>),
    /// A link that the space may not have.
    Link(AtomType, Vec<Computed>),
    /// A value.
    Value(Value),
    /// Several, to be joined one by one.
    Several(Vec<Computed>),
}

impl Computed {
    /// The number that it is, if it is one.
    #[must_use]
    pub fn number(&self, space: &Space) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Value(Value::Float(number)) => Some(*number),
            Self::Value(Value::Int(number)) => Some(*number as f64),
            Self::Value(Value::Floats(numbers)) if numbers.len() == 1 => numbers.first().copied(),
            Self::Value(Value::Stream(stream)) => {
                stream.iter().last().and_then(|value| Self::Value(value.clone()).number(space))
            }
            Self::Atom(handle) => space.as_number(*handle),
            Self::Node(AtomType::NUMBER, name) => crate::space::read_number(name),
            _ => None,
        }
    }

    /// The numbers that it is, if it is one or several.
    pub(super) fn numbers(&self, space: &Space) -> Option<Numbers> {
        let spelled = |name: &str| name.split_whitespace().map(crate::space::read_number).collect::<Option<Numbers>>();
        let numbers = match self {
            Self::Atom(atom) => match space.as_number(*atom) {
                Some(number) => SmallVec::from_slice(&[number]),
                None if space.types().is_a(space.opened(*atom).0, AtomType::NUMBER) => spelled(space.name(*atom)?)?,
                None => return None,
            },
            Self::Node(AtomType::NUMBER, name) => spelled(name)?,
            Self::Value(Value::Floats(numbers)) => SmallVec::from_slice(numbers),
            Self::Value(Value::Stream(stream)) => Self::Value(stream.iter().last()?.clone()).numbers(space)?,
            other => SmallVec::from_slice(&[other.number(space)?]),
        };
        (!numbers.is_empty()).then_some(numbers)
    }

    /// A number, or several as one atom.
    pub(super) fn of_numbers(numbers: &[f64]) -> Self {
        match numbers {
            [number] => Self::Number(*number),
            several => {
                let all: Vec<String> = several.iter().map(|number| spelled(*number)).collect();
                Self::Node(AtomType::NUMBER, all.join(" ").into())
            }
        }
    }

    /// Whether it has more than so many brackets open at a time, not counting those of atoms that are there.
    pub(super) fn is_deeper(&self, most: usize) -> bool {
        let mut open = vec![(self, 0)];
        while let Some((computed, depth)) = open.pop() {
            if depth > most {
                return true;
            }
            if let Self::Link(_, parts) | Self::Several(parts) = computed {
                open.extend(parts.iter().map(|part| (part, depth + 1)));
            }
        }
        false
    }

    /// How many parts it has: itself, and those that it is made of, in each place where they stand.
    #[must_use]
    pub fn parts(&self) -> u64 {
        match self {
            Self::Link(_, parts) | Self::Several(parts) => 1 + parts.iter().map(Self::parts).sum::<u64>(),
            _ => 1,
        }
    }

    /// The atom that it is, if the space has it.
    #[must_use]
    pub fn find(&self, space: &Space) -> Option<Handle> {
        match self {
            Self::Atom(handle) => Some(*handle),
            Self::Number(number) => space.find_node(AtomType::NUMBER, &spelled(*number)),
            Self::Node(of, name) => space.find_node(*of, name),
            Self::Link(of, parts) => {
                let mut atoms = Vec::new();
                parts.iter().try_for_each(|part| part.find_into(space, &mut atoms))?;
                space.find_link(*of, &atoms)
            }
            Self::Value(_) => space.find_node(AtomType::NUMBER, &spelled(self.number(space)?)),
            Self::Several(_) => None,
        }
    }

    fn find_into(&self, space: &Space, atoms: &mut Vec<Handle>) -> Option<()> {
        match self {
            Self::Several(parts) => parts.iter().try_for_each(|part| part.find_into(space, atoms)),
            one => one.find(space).map(|atom| atoms.push(atom)),
        }
    }

    /// The atom that it is, made if it is new. Several become a List; a value becomes a Number or, a text, a Phrase, and
    /// several values a List of those.
    pub fn write(&self, space: &mut Space) -> Result<Handle, SpaceError> {
        match self {
            Self::Atom(handle) => Ok(*handle),
            Self::Number(number) => space.number(*number),
            Self::Node(of, name) => space.node(*of, name),
            Self::Link(of, parts) => {
                let mut atoms = Vec::new();
                parts.iter().try_for_each(|part| part.write_into(space, &mut atoms))?;
                space.link(*of, &atoms)
            }
            Self::Several(parts) => Self::Link(AtomType::LIST, parts.clone()).write(space),
            Self::Value(value) => write_value(space, value),
        }
    }

    fn write_into(&self, space: &mut Space, atoms: &mut Vec<Handle>) -> Result<(), SpaceError> {
        match self {
            Self::Several(parts) => parts.iter().try_for_each(|part| part.write_into(space, atoms)),
            one => {
                let atom = one.write(space)?;
                atoms.push(atom);
                Ok(())
            }
        }
    }

    /// Whether two are the same: equal numbers, or one atom, or descriptions of the same.
    #[must_use]
    pub fn same(&self, other: &Self, space: &Space) -> bool {
        if let (Some(one), Some(two)) = (self.numbers(space), other.numbers(space)) {
            return one == two;
        }
        match (self.find(space), other.find(space)) {
            (Some(one), Some(two)) => one == two,
            (None, None) => self == other,
            _ => false,
        }
    }
}

fn spelled(number: f64) -> String {
    let mut name = String::new();
    let _ = write_number(&mut name, number + 0.0);
    name
}

/// The numbers of a truth value, in the order in which they are written.
fn numbers_of(truth: Truth) -> Vec<Value> {
    let numbers = match truth {
        Truth::Simple { strength, confidence } => vec![strength, confidence],
        Truth::Count { strength, confidence, count } => vec![strength, confidence, count],
        Truth::Indefinite { low, high, credibility, lookahead } => vec![low, high, credibility, lookahead],
    };
    numbers.into_iter().map(|number| Value::Float(as_written(number))).collect()
}

fn write_value(space: &mut Space, value: &Value) -> Result<Handle, SpaceError> {
    let all: Vec<Value> = match value {
        Value::Bool(value) => return space.node(AtomType::ITEM, if *value { "true" } else { "false" }),
        Value::Int(number) => return space.number(*number as f64),
        Value::Float(number) => return space.number(*number),
        Value::String(text) => return space.node(AtomType::PHRASE, text),
        Value::Bools(values) => values.iter().map(|value| Value::Bool(*value)).collect(),
        Value::Floats(values) => values.iter().map(|value| Value::Float(*value)).collect(),
        Value::Strings(values) => values.iter().map(|value| Value::String(Arc::clone(value))).collect(),
        Value::Truth(truth) => numbers_of(*truth),
        Value::Attention(attention) => {
            [as_written(attention.sti), as_written(attention.lti), attention.vlti.into()].map(Value::Float).to_vec()
        }
        Value::Link(values) => values.to_vec(),
        Value::Stream(stream) => stream.iter().cloned().collect(),
    };
    let atoms: Result<Vec<Handle>, _> = all.iter().map(|value| write_value(space, value)).collect();
    space.link(AtomType::LIST, &atoms?)
}
