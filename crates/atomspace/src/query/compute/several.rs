//! Several side by side: their elements, bools, sums, and what is made a set of.

use super::Computing;
use crate::query::computed::Computed;
use crate::query::limits::Halt;
use crate::query::pattern::Pattern;
use crate::space::{AtomType, Value};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Whether a link is computed from elements.
pub(super) fn is_of_several(of: AtomType) -> bool {
    const ALL: [AtomType; 11] = [
        AtomType::ELEMENT_OF,
        AtomType::ACCUMULATE,
        AtomType::BOOL_AND,
        AtomType::BOOL_OR,
        AtomType::BOOL_NOT,
        AtomType::IMPULSE,
        AtomType::DECIMATE,
        AtomType::COLLECTION_OF,
        AtomType::ARITY,
        AtomType::KEYS_OF,
        AtomType::INCOMING_OF,
    ];
    ALL.contains(&of)
}

/// What is made of elements again that were taken from something.
#[derive(Clone, Copy)]
enum Whole {
    Numbers,
    Bools,
    Strings,
    Values,
    Link(AtomType),
}

impl Computing<'_, '_, '_> {
    pub(super) fn of_several(&mut self, of: AtomType, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        if of == AtomType::COLLECTION_OF {
            return self.collection(parts);
        }
        let mut all = Vec::new();
        for part in parts {
            let Some(one) = self.data(part)? else { return Ok(None) };
            self.budget.make(one.parts())?;
            all.push(one);
        }
        Ok(match (of, all.as_slice()) {
            (AtomType::ELEMENT_OF, [at, of]) => self.element(at, of)?,
            (AtomType::DECIMATE, [mask, of]) => self.decimated(mask, of),
            (AtomType::ACCUMULATE, [one]) => self.sum(one),
            (AtomType::ARITY, [one]) => self.arity(one),
            (AtomType::IMPULSE, [one]) => self.bools(one).map(|bools| {
                let numbers: Vec<f64> = bools.iter().map(|bool| f64::from(u8::from(*bool))).collect();
                Computed::Value(Value::from(numbers))
            }),
            (AtomType::BOOL_NOT, [one]) => {
                self.bools(one).map(|bools| of_bools(bools.iter().map(|bool| !bool).collect()))
            }
            (AtomType::KEYS_OF, all) => self.keys(all)?,
            (AtomType::INCOMING_OF, [one]) => self.incoming(one, None)?,
            (AtomType::INCOMING_OF, [one, of]) => self.incoming(one, Some(of))?,
            (AtomType::BOOL_AND | AtomType::BOOL_OR, all) => self.joined_bools(of == AtomType::BOOL_AND, all),
            _ => {
                let count = all.len();
                self.lacks(|own| format!("{} does not take {count}", own.holding.context.space.types().name(of)))
            }
        })
    }

    /// The elements of something, and what it is made of them.
    fn taken_apart(&self, of: &Computed) -> Option<(Whole, Vec<Computed>)> {
        let space = self.holding.context.space;
        let values = |all: Vec<Value>| all.into_iter().map(Computed::Value).collect();
        Some(match of {
            Computed::Link(of, parts) => (Whole::Link(*of), Computed::side_by_side(parts)),
            Computed::Atom(atom) if space.opened(*atom).0.is_link() => {
                let (of, outgoing) = space.opened(*atom);
                (Whole::Link(of), outgoing.iter().map(|part| Computed::Atom(*part)).collect())
            }
            Computed::Value(Value::Bools(all)) => {
                (Whole::Bools, values(all.iter().map(|one| Value::Bool(*one)).collect()))
            }
            Computed::Value(Value::Strings(all)) => {
                (Whole::Strings, values(all.iter().map(|one| Value::String(Arc::clone(one))).collect()))
            }
            Computed::Value(Value::Link(all)) => (Whole::Values, values(all.to_vec())),
            Computed::Value(Value::Stream(all)) => (Whole::Values, values(all.iter().cloned().collect())),
            other => {
                let numbers = other.numbers(space)?;
                (Whole::Numbers, numbers.iter().map(|number| Computed::Number(*number)).collect())
            }
        })
    }

    fn apart(&mut self, of: &Computed) -> Option<(Whole, Vec<Computed>)> {
        match self.taken_apart(of) {
            Some(apart) => Some(apart),
            None => self.lacks(|own| format!("{} has no elements", own.show(of))),
        }
    }

    /// `(ElementOf positions data)`: one element, or those of several positions as what the data are.
    fn element(&mut self, at: &Computed, of: &Computed) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let Some(positions) = at.numbers(space) else {
            return Ok(self.lacks(|own| format!("{} is no position", own.show(at))));
        };
        let Some((whole, elements)) = self.apart(of) else { return Ok(None) };
        let mut taken = Vec::with_capacity(positions.len());
        for position in &positions {
            self.budget.step()?;
            let element = if *position >= 0.0 { elements.get(*position as usize) } else { None };
            let Some(element) = element else {
                let (position, count) = (*position, elements.len());
                return Ok(self.lacks(|own| format!("{} has {count} elements, and none at {position}", own.show(of))));
            };
            // It is copied to each position.
            self.budget.make(1 + element.parts())?;
            taken.push(element.clone());
        }
        Ok(match (taken.len(), taken.pop()) {
            (1, only) => only,
            (_, last) => {
                taken.extend(last);
                Some(self.made(whole, taken))
            }
        })
    }

    /// `(Decimate mask data)`: the elements in whose place the mask has what holds, or a number above zero.
    fn decimated(&mut self, mask: &Computed, of: &Computed) -> Option<Computed> {
        let space = self.holding.context.space;
        let mask: Vec<bool> = match mask.numbers(space) {
            Some(numbers) => numbers.iter().map(|number| *number > 0.0).collect(),
            None => self.bools(mask)?,
        };
        let (whole, elements) = self.apart(of)?;
        let kept = elements.into_iter().zip(mask).filter(|(_, keep)| *keep).map(|(element, _)| element).collect();
        Some(self.made(whole, kept))
    }

    fn made(&self, whole: Whole, elements: Vec<Computed>) -> Computed {
        let space = self.holding.context.space;
        let value = |element: Computed| match element {
            Computed::Value(value) => Some(value),
            _ => None,
        };
        match whole {
            Whole::Numbers => {
                let numbers: Vec<f64> = elements.iter().filter_map(|element| element.number(space)).collect();
                Computed::Value(Value::from(numbers))
            }
            Whole::Bools => {
                let bool = |value: Value| if let Value::Bool(bool) = value { Some(bool) } else { None };
                of_bools(elements.into_iter().filter_map(value).filter_map(bool).collect())
            }
            Whole::Strings => {
                let text = |value: Value| if let Value::String(text) = value { Some(text) } else { None };
                let texts: Vec<Arc<str>> = elements.into_iter().filter_map(value).filter_map(text).collect();
                Computed::Value(Value::from(texts))
            }
            Whole::Values => Computed::Value(Value::from(elements.into_iter().filter_map(value).collect::<Vec<_>>())),
            Whole::Link(of) => Computed::Link(of, elements),
        }
    }

    /// The bools that something is.
    fn bools(&mut self, of: &Computed) -> Option<Vec<bool>> {
        match of {
            Computed::Value(Value::Bool(one)) => Some(vec![*one]),
            Computed::Value(Value::Bools(all)) => Some(all.to_vec()),
            other => self.lacks(|own| format!("{} is neither #t nor #f, nor several of them", own.show(other))),
        }
    }

    /// All, or any, place by place; one goes with each of several.
    fn joined_bools(&mut self, all: bool, of: &[Computed]) -> Option<Computed> {
        let mut made: Option<Vec<bool>> = None;
        for one in of {
            let next = self.bools(one)?;
            let Some(before) = made else {
                made = Some(next);
                continue;
            };
            let count = before.len().max(next.len());
            if [&before, &next].iter().any(|side| side.len() != count && side.len() != 1) {
                return self.lacks(|own| format!("{} is not as long as what is before it", own.show(one)));
            }
            let at = |side: &[bool], at: usize| side.get(at).or(side.first()).copied().unwrap_or_default();
            let joined = |place| match (at(&before, place), at(&next, place)) {
                (one, two) if all => one && two,
                (one, two) => one || two,
            };
            made = Some((0..count).map(joined).collect());
        }
        Some(of_bools(made.unwrap_or_else(|| vec![all])))
    }

    /// The sum of numbers side by side, how many of some bools hold, or the sum of several, element by element.
    fn sum(&mut self, of: &Computed) -> Option<Computed> {
        let space = self.holding.context.space;
        if let Some(numbers) = of.numbers(space) {
            return Some(Computed::Number(numbers.iter().sum()));
        }
        match of {
            Computed::Value(Value::Bool(one)) => return Some(Computed::Number(f64::from(u8::from(*one)))),
            Computed::Value(Value::Bools(all)) => {
                return Some(Computed::Number(all.iter().filter(|one| **one).count() as f64));
            }
            Computed::Value(Value::Floats(all)) if all.is_empty() => return Some(Computed::Number(0.0)),
            _ => {}
        }
        let (_, elements) = self.apart(of)?;
        let mut sum: Vec<f64> = Vec::new();
        for element in &elements {
            let Some(numbers) = element.numbers(space) else {
                return self.lacks(|own| format!("{} is no number", own.show(element)));
            };
            if sum.len() < numbers.len() {
                sum.resize(numbers.len(), 0.0);
            }
            sum.iter_mut().zip(&numbers).for_each(|(sum, number)| *sum += number);
        }
        Some(if sum.is_empty() { Computed::Number(0.0) } else { Computed::of_numbers(&sum) })
    }

    fn arity(&mut self, of: &Computed) -> Option<Computed> {
        match self.taken_apart(of) {
            Some((Whole::Link(_), parts)) => Some(Computed::Number(parts.len() as f64)),
            _ => self.lacks(|own| format!("{} is no link", own.show(of))),
        }
    }

    /// The keys of all that some atoms carry, as a set.
    fn keys(&mut self, of: &[Computed]) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let (mut keys, mut seen) = (Vec::new(), FxHashSet::default());
        for one in of {
            let Some(atom) = one.find(space) else {
                return Ok(self.lacks(|own| format!("{} is not there, and carries nothing", own.show(one))));
            };
            for (key, _) in space.values(atom) {
                self.budget.step()?;
                if seen.insert(key) {
                    keys.push(Computed::Atom(key));
                }
            }
        }
        self.budget.make(1 + keys.len() as u64)?;
        Ok(Some(Computed::Link(AtomType::SET, keys)))
    }

    /// The links that join an atom, as a set; of one type, where that is named.
    fn incoming(&mut self, one: &Computed, of: Option<&Computed>) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let named = of.map(|of| of.text(space).and_then(|name| space.types().named(&name).ok()));
        let (Some(atom), false) = (one.find(space), named == Some(None)) else {
            return Ok(self.lacks(|_| "an IncomingOf takes an atom that is there, and the type of links".to_owned()));
        };
        let mut links = Vec::new();
        for link in space.incoming(atom) {
            self.budget.step()?;
            if named.flatten().is_none_or(|of| space.type_of(link) == Some(of)) {
                self.budget.make(1)?;
                links.push(Computed::Atom(link));
            }
        }
        Ok(Some(Computed::Link(AtomType::SET, links)))
    }

    /// `(CollectionOf data)`, or `(CollectionOf (Type "Link") data)`: what a query finds, or a list or set holds, as a link.
    fn collection(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let types = self.holding.context.space.types();
        let (of, data) = match parts {
            [data] => (AtomType::SET, data),
            [Pattern::Node(AtomType::TYPE, name), data] => match types.named(name) {
                Ok(of) if of.is_link() => (of, data),
                _ => return Ok(self.lacks(|_| format!("`{name}` is no type of links"))),
            },
            _ => {
                return Ok(
                    self.lacks(|_| "write (CollectionOf data), or (CollectionOf (Type \"List\") data)".to_owned())
                );
            }
        };
        let Some(data) = self.data(data)? else { return Ok(None) };
        let (_, elements) = self.elements(data);
        self.budget.make(1 + elements.len() as u64)?;
        Ok(Some(Computed::Link(of, elements)))
    }
}

fn of_bools(bools: Vec<bool>) -> Computed {
    Computed::Value(Value::from(bools))
}
