//! What a look at the system is expected to tell: beliefs over all possibilities, and the channel that a look is.
//!
//! The utility is the logarithmic score of the verdict. A look raises it in two ways: it tells possibilities apart (the
//! mutual information), and it lets the verdict say what is already believed.
//!
//! Beliefs join two sources. What the modes name keeps their probability; what they leave is shared by the other
//! possibilities in proportion to their weights. A named cause whose rule rests on the absence of something that nobody
//! looked for counts only as far as that absence is likely.

use super::channel::{Channel, Expected, NOTHING};
use super::outlook::Outlook;
use super::possibility::{Possibilities, Possibility, possibilities};
use super::sight::{Taken, View};
use oriel_atomspace::rules::Derivations;
use oriel_atomspace::{AtomId, Frame, Term};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the named causes leave at least to those not named.
const OTHERS: f64 = 0.02;
/// Possibilities below this probability are not followed.
const FOLLOWED: f64 = 1e-5;
/// A cause of this probability has its grounds questioned.
const QUESTIONED: f64 = 0.02;
/// Grounds questioned by one look.
const QUESTIONS: usize = 6;
/// Pairs of looks that are valued together.
const PAIRS: usize = 16;
/// Looks considered that give one view of one place.
const GIVING: usize = 4;
/// The chance that a circumstance not yet looked at is so.
const EVEN: f64 = 0.5;

/// A cause that the modes named, with its probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The place, `kind/name`.
    pub entity: String,
    /// The cause.
    pub cause: String,
    /// Its probability.
    pub probability: f64,
}

/// Views that a look takes, of which entities; of everything where none is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// The views.
    pub views: Vec<View>,
    /// `kind/name` of what is looked at.
    pub of: Vec<String>,
}

/// A look, in parts.
pub type Glance = [Part];

/// What is believed now, ready to value looks.
pub struct Prospect {
    all: Vec<Possibility>,
    possibilities: Possibilities,
    causes: Vec<String>,
    /// By possibility in `all`.
    beliefs: Vec<f64>,
    /// By class: what the verdict says of it already, 0 to 1; of what it does not name, an equal part of what it leaves.
    said: Vec<f64>,
}

/// A look by the atoms of the frame.
struct Resolved(Vec<(Vec<View>, Option<Vec<AtomId>>)>);

impl Resolved {
    fn new(frame: &Frame, glance: &Glance) -> Self {
        let part = |part: &Part| {
            let of = (!part.of.is_empty()).then(|| part.of.iter().filter_map(|name| frame.entity(name)).collect());
            (part.views.clone(), of)
        };
        Self(glance.iter().map(part).collect())
    }

    /// Whether it gives a view of everything, or of any of these places.
    fn gives(&self, view: View, places: &[AtomId]) -> bool {
        let touches =
            |of: &Option<Vec<AtomId>>| of.as_ref().is_none_or(|of| of.iter().any(|place| places.contains(place)));
        self.0.iter().any(|(views, of)| views.contains(&view) && touches(of))
    }
}

impl Prospect {
    /// What is believed over a frame on which the rules ran. `prior` is by cause, in the outlook's order.
    pub fn new(
        outlook: &Outlook,
        (frame, derivations): (&Frame, &Derivations),
        taken: &Taken,
        prior: &[f64],
        named: &[Named],
    ) -> Self {
        let covered = taken.over(frame);
        let mut found = possibilities(outlook, frame, derivations, &covered, prior);
        let all = std::mem::take(&mut found.all);
        let causes: Vec<String> = outlook.causes().map(str::to_owned).collect();
        let mut prospect = Self { beliefs: vec![0.0; all.len()], all, possibilities: found, causes, said: Vec::new() };
        prospect.believe(frame, named);
        prospect.prune();
        prospect
    }

    /// Shares probability: named causes keep theirs, the others share the rest.
    fn believe(&mut self, frame: &Frame, named: &[Named]) {
        let stated: FxHashMap<(AtomId, &str), f64> =
            named.iter().filter_map(|n| Some(((frame.entity(&n.entity)?, n.cause.as_str()), n.probability))).collect();
        let by_class: Vec<Option<f64>> = self
            .possibilities
            .classes
            .iter()
            .map(|class| {
                let cause = self.causes.get(class.cause).map_or("", String::as_str);
                stated.get(&(class.entity?, cause)).copied()
            })
            .collect();
        let mut grounds = vec![(0.0_f64, 0.0_f64); by_class.len()];
        let mut totals = vec![0.0_f64; by_class.len()];
        let mut others = 0.0;
        for possibility in &self.all {
            let absent: f64 = possibility.against.iter().map(|(_, rate)| 1.0 - rate).product();
            if possibility.whole
                && let Some((firm, all)) = grounds.get_mut(possibility.class)
            {
                *firm += possibility.share * absent;
                *all += possibility.share;
            }
            match by_class.get(possibility.class) {
                Some(Some(_)) => {
                    if let Some(total) = totals.get_mut(possibility.class) {
                        *total += possibility.weight;
                    }
                }
                _ => others += possibility.weight,
            }
        }
        let firm =
            |class: usize| grounds.get(class).filter(|(_, all)| *all > 0.0).map_or(1.0, |(firm, all)| firm / all);
        let sum: f64 = by_class.iter().enumerate().filter_map(|(at, p)| Some((*p)? * firm(at))).sum();
        let scale = 1.0 / sum.max(1.0);
        let rest = (1.0 - sum * scale).max(OTHERS);
        let unnamed = by_class.iter().filter(|p| p.is_none()).count().max(1) as f64;
        self.said = by_class.iter().map(|p| p.unwrap_or(rest / unnamed)).collect();
        for (possibility, belief) in self.all.iter().zip(&mut self.beliefs) {
            *belief = match by_class.get(possibility.class) {
                Some(Some(p)) => {
                    let total = totals.get(possibility.class).copied().unwrap_or(0.0).max(f64::MIN_POSITIVE);
                    p * firm(possibility.class) * scale * possibility.weight / total
                }
                _ => rest * possibility.weight / others.max(f64::MIN_POSITIVE),
            };
        }
    }

    fn prune(&mut self) {
        let keep: Vec<bool> = self.beliefs.iter().map(|belief| *belief >= FOLLOWED).collect();
        let mut at = keep.iter();
        self.all.retain(|_| at.next().copied().unwrap_or(false));
        self.beliefs.retain(|belief| *belief >= FOLLOWED);
    }

    /// By sign: whether the glances together show it.
    fn shown(&self, glances: &[Resolved]) -> Vec<bool> {
        let sees = |view: View, places: &[AtomId]| glances.iter().any(|glance| glance.gives(view, places));
        let signs = self.possibilities.signs.iter();
        signs.map(|sign| sign.missing.iter().any(|way| way.iter().all(|view| sees(*view, &sign.places)))).collect()
    }

    /// What these looks together are expected to tell.
    pub fn expected(&self, frame: &Frame, glances: &[&Glance]) -> Expected {
        let resolved: Vec<Resolved> = glances.iter().map(|glance| Resolved::new(frame, glance)).collect();
        let shown = self.shown(&resolved);
        if !shown.contains(&true) {
            return Expected::default();
        }
        let visible = |sign: &usize| shown.get(*sign) == Some(&true);
        let questions = self.questions(&visible);
        let relying: FxHashSet<(usize, usize)> = self
            .all
            .iter()
            .flat_map(|possibility| possibility.against.iter().map(|(sign, _)| (possibility.class, *sign)))
            .collect();
        let mut outcomes: FxHashMap<Vec<usize>, u32> = FxHashMap::default();
        outcomes.insert(Vec::new(), NOTHING);
        let mut number = |signs: Vec<usize>| {
            let next = u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
            *outcomes.entry(signs).or_insert(next)
        };
        let mut channel = Channel::default();
        for (possibility, belief) in self.all.iter().zip(&self.beliefs) {
            let class = u32::try_from(possibility.class).unwrap_or(u32::MAX);
            let awaited = possibility.open.iter().chain(&possibility.circumstances);
            let mut signs: Vec<usize> = awaited.copied().filter(|sign| visible(sign)).collect();
            signs.sort_unstable();
            let mut left = *belief;
            if !signs.is_empty() {
                channel.add(class, number(signs), left * possibility.shown);
                left *= 1.0 - possibility.shown;
            }
            for (question, rate) in &questions {
                let own = possibility.circumstances.contains(question);
                let relies = !possibility.against.is_empty() && relying.contains(&(possibility.class, *question));
                if !own && !relies {
                    channel.add(class, number(vec![*question]), left * rate);
                    left *= 1.0 - rate;
                }
            }
            channel.add(class, NOTHING, left);
        }
        let mut expected = channel.expected();
        expected.bits += self.sayable(&visible);
        expected
    }

    /// What the verdict could say after these looks and cannot now, in bits: where all that a rule waits for would be shown,
    /// its cause could be named, and the logarithmic score of the verdict rises from what it says of it to what is believed.
    fn sayable(&self, visible: &dyn Fn(&usize) -> bool) -> f64 {
        let mut classes: FxHashMap<usize, (f64, f64)> = FxHashMap::default();
        for (possibility, belief) in self.all.iter().zip(&self.beliefs) {
            let (all, shown) = classes.entry(possibility.class).or_default();
            *all += belief;
            if !possibility.waiting.is_empty() && possibility.waiting.iter().all(visible) {
                *shown += belief * possibility.shown;
            }
        }
        let mut classes: Vec<(usize, (f64, f64))> = classes.into_iter().collect();
        classes.sort_by_key(|(class, _)| *class);
        let gain = |class: usize, all: f64, shown: f64| {
            let said = self.said.get(class).copied().unwrap_or(1.0).max(FOLLOWED);
            shown * (all / said).log2().max(0.0)
        };
        classes.into_iter().map(|(class, (all, shown))| gain(class, all, shown)).sum()
    }

    /// The signs that would take a probable cause its ground, with how often they are there by chance.
    fn questions(&self, visible: &dyn Fn(&usize) -> bool) -> Vec<(usize, f64)> {
        let mut classes: FxHashMap<usize, f64> = FxHashMap::default();
        for (possibility, belief) in self.all.iter().zip(&self.beliefs) {
            *classes.entry(possibility.class).or_default() += belief;
        }
        let mut questions: Vec<(usize, f64)> = Vec::new();
        for possibility in &self.all {
            if classes.get(&possibility.class).copied().unwrap_or(0.0) < QUESTIONED {
                continue;
            }
            let against = possibility.against.iter().copied();
            let circumstances = possibility.circumstances.iter().map(|sign| (*sign, EVEN));
            for (sign, rate) in against.chain(circumstances).filter(|(sign, _)| visible(sign)) {
                if questions.len() < QUESTIONS && !questions.iter().any(|(known, _)| *known == sign) {
                    questions.push((sign, rate));
                }
            }
        }
        questions
    }

    /// The pairs of looks, by place in the list, that show together what neither shows alone; those first on which most
    /// probability waits, [`PAIRS`] at most.
    pub fn pairs(&self, frame: &Frame, glances: &[&Glance]) -> Vec<(usize, usize)> {
        let resolved: Vec<Resolved> = glances.iter().map(|glance| Resolved::new(frame, glance)).collect();
        let mut waiting = vec![0.0_f64; self.possibilities.signs.len()];
        for (possibility, belief) in self.all.iter().zip(&self.beliefs) {
            for sign in possibility.open.iter().chain(&possibility.circumstances) {
                if let Some(sum) = waiting.get_mut(*sign) {
                    *sum += belief;
                }
            }
        }
        let mut pairs: FxHashMap<(usize, usize), f64> = FxHashMap::default();
        for (sign, waiting) in self.possibilities.signs.iter().zip(&waiting).filter(|(_, waiting)| **waiting > 0.0) {
            for way in &sign.missing {
                let [one, other] = way.as_slice() else { continue };
                let giving = |view: View| -> Vec<usize> {
                    let gives = |glance: &Resolved| glance.gives(view, &sign.places);
                    resolved
                        .iter()
                        .enumerate()
                        .filter(|(_, glance)| gives(glance))
                        .map(|(at, _)| at)
                        .take(GIVING)
                        .collect()
                };
                let others = giving(*other);
                let both = giving(*one).into_iter().flat_map(|a| others.iter().map(move |b| (a, *b)));
                for (a, b) in both.filter(|(a, b)| a != b) {
                    *pairs.entry((a.min(b), a.max(b))).or_default() += waiting;
                }
            }
        }
        let mut pairs: Vec<((usize, usize), f64)> = pairs.into_iter().collect();
        pairs.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        pairs.into_iter().take(PAIRS).map(|(pair, _)| pair).collect()
    }

    /// The causes that a look could show, most probable first, with the places where they are known.
    pub fn at_stake(&self, frame: &Frame, glance: &Glance) -> Vec<String> {
        let shown = self.shown(&[Resolved::new(frame, glance)]);
        let visible = |sign: &usize| shown.get(*sign) == Some(&true);
        let mut classes: Vec<(usize, f64)> = Vec::new();
        for (possibility, belief) in self.all.iter().zip(&self.beliefs) {
            let awaited = possibility.open.iter().chain(&possibility.circumstances);
            if awaited.into_iter().any(visible) || possibility.against.iter().any(|(sign, _)| visible(sign)) {
                match classes.iter_mut().find(|(class, _)| *class == possibility.class) {
                    Some((_, sum)) => *sum += belief,
                    None => classes.push((possibility.class, *belief)),
                }
            }
        }
        classes.sort_by(|a, b| b.1.total_cmp(&a.1));
        classes.iter().filter_map(|(class, _)| self.show(frame, *class)).collect()
    }

    /// The most probable causes, with their probabilities.
    pub fn leading(&self, frame: &Frame) -> Vec<(String, f64)> {
        let mut classes: Vec<(usize, f64)> = Vec::new();
        for (possibility, belief) in self.all.iter().zip(&self.beliefs) {
            match classes.iter_mut().find(|(class, _)| *class == possibility.class) {
                Some((_, sum)) => *sum += belief,
                None => classes.push((possibility.class, *belief)),
            }
        }
        classes.sort_by(|a, b| b.1.total_cmp(&a.1));
        classes.iter().filter_map(|(class, p)| Some((self.show(frame, *class)?, *p))).collect()
    }

    fn show(&self, frame: &Frame, class: usize) -> Option<String> {
        let class = self.possibilities.classes.get(class)?;
        let cause = self.causes.get(class.cause)?;
        let entity = class.entity.and_then(|entity| frame.term(entity)).and_then(Term::as_entity);
        Some(entity.map_or_else(|| cause.clone(), |entity| format!("{cause} ({entity})")))
    }
}
