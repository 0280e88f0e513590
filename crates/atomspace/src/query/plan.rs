//! The planner: in which order the variables of a branch are found, and by which index.
//!
//! Each round takes, among all that could come next and hangs together with what was found, the step that is expected to
//! leave the fewest possibilities. Where several links lack the same one part, they are one step, which at run time goes
//! through the shortest of their lists and looks the others up: the *generic join* (Ngo, Ré, Rudra: Skew strikes back,
//! SIGMOD Record 2013). For patterns whose links join two atoms, or a fixed atom and such a link, its work stays within
//! the worst case of the answer's size; a link with more parts that are not known is found as a whole, by its rarest known
//! part. Ties go to what was written first, so that a plan is always the same.

pub(super) mod cyclic;
mod direct;
mod fusing;
mod opening;

use super::declare::Declared;
use super::error::QueryError;
use super::estimate::Estimator;
use super::goal::{Branch, Clause, Test, What};
use super::pattern::Pattern;
use super::slots::{Content, Form, LinkSlot, Slot, Table};
use super::steps::{Do, Few, Plan, Source, Step};
use crate::space::{AtomType, Space};
use smallvec::{SmallVec, smallvec};

/// What planning needs to know of a query.
pub(super) struct Planning<'a> {
    pub(super) space: &'a Space,
    pub(super) declared: &'a [Declared],
    /// The types that each variable admits, where it does not admit all.
    pub(super) types: &'a dyn Fn(usize) -> Option<Vec<AtomType>>,
    pub(super) estimator: Estimator<'a>,
    /// How many times what a trie holds must be looked at without it for it to be made.
    pub(super) worth: f64,
    /// Whether what is plain enough is planned without weighing everything; the plan is the same.
    pub(super) direct: bool,
    /// The clause as text.
    pub(super) shown: &'a dyn Fn(Clause) -> String,
}

impl Planning<'_> {
    /// The plan of a branch of which some variables must be found.
    pub(super) fn plan(&self, branch: &Branch, given: &[usize], wanted: &[usize]) -> Result<Plan, QueryError> {
        if !given.is_empty() || branch.present.len() < cyclic::FEWEST {
            return self.steps(branch, given, wanted);
        }
        let plan = self.steps(branch, given, wanted)?;
        match self.core(branch, &plan)? {
            None => Ok(plan),
            Some(core) => Ok({
                let rest = self.steps(&core.rest(branch), &core.variables(), wanted)?;
                core.before(rest)
            }),
        }
    }

    /// The plan of a branch, of which some variables are known, and of which some must be found, step by step.
    fn steps(&self, branch: &Branch, given: &[usize], wanted: &[usize]) -> Result<Plan, QueryError> {
        let table = Table::new(self.space, self.declared, branch);
        let steps = if self.direct && given.is_empty() { self.direct_steps(branch, &table, wanted) } else { None };
        if let Some(steps) = steps {
            return Ok(Plan::new(table, steps));
        }
        let mut planner = Planner {
            planning: self,
            table: &table,
            known: Slots::default(),
            open: Slots::default(),
            anchored: Slots::default(),
            tests: branch.tests.iter().collect(),
            never: branch.never.iter().collect(),
            wanted: SmallVec::from_slice(wanted),
            bare: Vec::new(),
            steps: Vec::with_capacity(1 + 2 * branch.present.len()),
            rows: 1.0,
            joined: false,
        };
        planner.begin(branch, given);
        planner.run()?;
        planner.fuse();
        let steps = planner.steps;
        Ok(Plan::new(table, steps))
    }

    fn name(&self, variable: usize) -> String {
        self.declared.get(variable).map(|declared| declared.name.to_string()).unwrap_or_default()
    }
}

/// Some slots. Planning a short query is mostly asking for memory: what is small stays in place.
#[derive(Default)]
struct Slots(SmallVec<[u64; 2]>);

impl Slots {
    const WORD: usize = u64::BITS as usize;

    #[inline]
    fn has(&self, slot: Slot) -> bool {
        self.0.get(slot / Self::WORD).is_some_and(|word| word >> (slot % Self::WORD) & 1 == 1)
    }

    /// Puts a slot in; `false` where it was.
    #[inline]
    fn put(&mut self, slot: Slot) -> bool {
        let at = slot / Self::WORD;
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        let new = !self.has(slot);
        self.0.get_mut(at).into_iter().for_each(|word| *word |= 1 << (slot % Self::WORD));
        new
    }

    fn take_out(&mut self, slot: Slot) {
        self.0.get_mut(slot / Self::WORD).into_iter().for_each(|word| *word &= !(1 << (slot % Self::WORD)));
    }
}

struct Planner<'p, 'a> {
    planning: &'p Planning<'a>,
    table: &'p Table,
    /// Slots that have an atom by now, and links of which all parts have one.
    known: Slots,
    open: Slots,
    /// Slots that hang together with what was found so far, rather than being fixed.
    anchored: Slots,
    tests: Vec<&'p (Test, Clause)>,
    never: Vec<&'p (Vec<Branch>, Clause)>,
    wanted: SmallVec<[usize; 8]>,
    /// Variables that are clauses by themselves.
    bare: Vec<usize>,
    steps: Vec<Step>,
    rows: f64,
    /// Whether anything was found yet.
    joined: bool,
}

/// What could come next.
struct Candidate {
    what: Next,
    /// How many possibilities each one so far becomes.
    factor: f64,
    /// Whether it shares nothing with what was found.
    apart: bool,
}

enum Next {
    Link(Slot),
    Variable(usize),
    Assign(usize),
}

impl<'p> Planner<'p, '_> {
    fn is_known(&self, slot: Slot) -> bool {
        self.known.has(slot)
    }

    fn mark(&mut self, slot: Slot, anchored: bool) {
        self.known.put(slot);
        if anchored {
            self.anchored.put(slot);
        }
    }

    fn begin(&mut self, branch: &'p Branch, given: &[usize]) {
        for slot in 0..self.table.contents.len() {
            if matches!(self.table.contents.get(slot), Some(Content::Fixed(_))) {
                self.mark(slot, false);
            }
        }
        for variable in given {
            self.mark(*variable, true);
        }
        self.joined = !given.is_empty();
        let mut found = SmallVec::<[usize; 8]>::new();
        for (pattern, _) in &branch.present {
            pattern.all_variables(&mut |variable| {
                found.push(variable);
                true
            });
        }
        self.wanted.extend_from_slice(&found);
        let bare = branch.present.iter().filter_map(|(pattern, _)| match pattern {
            Pattern::Var(variable) => Some(*variable),
            _ => None,
        });
        self.bare.extend(bare);
        if self.table.missing.is_some() {
            // Nothing will be searched: only what can never have a value is still found out.
            for variable in &found {
                self.mark(*variable, true);
            }
            for slot in 0..self.table.contents.len() {
                self.known.put(slot);
                self.open.put(slot);
            }
            let unknown = |slot: &usize| *slot < self.table.variables && !found.contains(slot) && !given.contains(slot);
            for slot in (0..self.table.variables).filter(unknown).collect::<Vec<_>>() {
                self.known.take_out(slot);
            }
        }
        self.wanted.sort_unstable();
        self.wanted.dedup();
    }

    fn run(&mut self) -> Result<(), QueryError> {
        loop {
            self.open_known();
            self.place_tests()?;
            let Some(next) = self.best() else { break };
            self.take(&next);
        }
        self.check_done()
    }

    /// Whether all the variables of a pattern are known.
    fn all_known(&self, pattern: &Pattern) -> bool {
        pattern.all_variables(&mut |variable| self.is_known(variable))
    }

    /// Places what can be asked by now.
    fn place_tests(&mut self) -> Result<(), QueryError> {
        if self.tests.is_empty() && self.never.is_empty() {
            return Ok(());
        }
        let (ready, later): (Vec<_>, Vec<_>) =
            self.tests.iter().partition(|(test, _)| test.of.iter().all(|part| self.all_known(part)));
        self.tests = later;
        for (test, clause) in ready {
            let share = match test.what {
                What::Equal | What::Identical => 0.1,
                _ => 0.5,
            };
            self.rows *= if test.negated { 1.0 - share } else { share };
            self.push(Do::Check(test.clone()), Few::new(), Few::new(), Some(*clause), false);
        }
        let outside = self.outside();
        let ready = |(branches, _): &&&(Vec<Branch>, Clause)| {
            branches
                .iter()
                .flat_map(Branch::variables)
                .all(|variable| self.is_known(variable) || !outside.contains(&variable))
        };
        let (ready, later): (Vec<_>, Vec<_>) = self.never.iter().partition(ready);
        self.never = later;
        for (branches, clause) in ready {
            let known: Vec<usize> = (0..self.table.variables).filter(|variable| self.is_known(*variable)).collect();
            let plans: Result<_, _> = branches.iter().map(|branch| self.planning.steps(branch, &known, &[])).collect();
            self.rows *= 0.5;
            self.push(Do::Never(plans?), Few::new(), Few::new(), Some(*clause), false);
        }
        Ok(())
    }

    /// The variables that this branch gives a value to, sooner or later.
    fn outside(&self) -> Vec<usize> {
        let mut outside = self.wanted.to_vec();
        self.tests.iter().flat_map(|(test, _)| &test.of).for_each(|part| part.variables(&mut outside));
        outside
    }

    fn push(&mut self, what: Do, fills: Few<Slot>, globs: Few<usize>, clause: Option<Clause>, product: bool) {
        self.steps.push(Step { what, fills, globs, clause, includes: 0, expected: self.rows, product });
    }

    /// What can be looked up, which only ever leaves fewer: first what is most likely not there.
    fn lookup(&self) -> Option<Candidate> {
        let ready = |(slot, link): &(Slot, &LinkSlot)| {
            !self.is_known(*slot) && link.can_be_found() && link.ones().all(|part| self.is_known(part))
        };
        let candidate = |(slot, link): (Slot, &LinkSlot)| Candidate {
            what: Next::Link(slot),
            factor: self.planning.estimator.found(self.table, link),
            apart: false,
        };
        let found = self.table.links().filter(ready).map(candidate);
        found.min_by(|one, two| one.factor.total_cmp(&two.factor))
    }

    fn best(&self) -> Option<Candidate> {
        if let Some(lookup) = self.lookup() {
            return Some(lookup);
        }
        let mut best: Option<Candidate> = None;
        let mut offer = |candidate: Candidate| {
            let better =
                best.as_ref().is_none_or(|best| (candidate.apart, candidate.factor) < (best.apart, best.factor));
            if better {
                best = Some(candidate);
            }
        };
        for (slot, link) in self.table.links() {
            if !self.is_known(slot) {
                offer(self.candidate(slot, link));
            }
        }
        for at in 0..self.tests.len() {
            if self.assignable(at).is_some() {
                offer(Candidate { what: Next::Assign(at), factor: 1.0, apart: false });
            }
        }
        for variable in self.wanted.iter().filter(|variable| !self.is_known(**variable)) {
            offer_variable(self, *variable, &mut offer);
        }
        best
    }

    fn candidate(&self, slot: Slot, link: &LinkSlot) -> Candidate {
        let factor = self.planning.estimator.matching(self.table, link, |part| self.is_known(part));
        let anchored = link.ones().any(|part| self.anchored.has(part));
        let apart = self.joined && !anchored && factor > 1.0;
        Candidate { what: Next::Link(slot), factor, apart }
    }

    /// The variable that a test gives a value to, and from what, where it can by now.
    fn assignable(&self, at: usize) -> Option<(Slot, &'p Pattern)> {
        let (test, _) = *self.tests.get(at)?;
        let [one, two] = test.of.as_slice() else { return None };
        if !test.gives() {
            return None;
        }
        let free = |pattern: &Pattern| match pattern {
            Pattern::Var(number) if !self.is_known(*number) => {
                self.planning.declared.get(*number).filter(|declared| !declared.glob).map(|_| *number)
            }
            _ => None,
        };
        match (free(one), free(two)) {
            (Some(variable), None) if self.all_known(two) => Some((variable, two)),
            (None, Some(variable)) if self.all_known(one) => Some((variable, one)),
            _ => None,
        }
    }

    fn take(&mut self, next: &Candidate) {
        let product = next.apart;
        match next.what {
            Next::Assign(at) => {
                let Some((slot, from)) = self.assignable(at) else { return };
                let test = self.tests.remove(at);
                let asks = test.0.what == What::Equal;
                self.push(
                    Do::Assign { slot, from: from.clone(), asks },
                    smallvec![slot],
                    Few::new(),
                    Some(test.1),
                    false,
                );
                self.mark(slot, true);
            }
            Next::Variable(variable) => {
                self.rows *= next.factor;
                let types = (self.planning.types)(variable);
                let all = || self.planning.space.types().iter().collect();
                self.push(
                    Do::Each(variable, types.unwrap_or_else(all)),
                    smallvec![variable],
                    Few::new(),
                    None,
                    product,
                );
                self.mark(variable, true);
            }
            Next::Link(slot) => self.take_link(slot, next.factor, product),
        }
        self.joined = true;
    }

    /// The parts of a link that are not known.
    fn lacking(&self, link: &LinkSlot) -> Few<Slot> {
        let mut lacking: Few<Slot> = link.ones().filter(|part| !self.is_known(*part)).collect();
        lacking.sort_unstable();
        lacking.dedup();
        lacking
    }

    fn take_link(&mut self, slot: Slot, factor: f64, product: bool) {
        let table = self.table;
        let Some(link) = table.link_at(slot) else { return };
        let lacking = self.lacking(link);
        self.rows *= factor;
        if lacking.is_empty() && link.can_be_found() {
            return self.find(slot, link, false);
        }
        let first = self.source(slot, link);
        if first.from.is_empty() {
            let mut fills: Few<Slot> = smallvec![slot];
            self.fill(&first, &mut fills);
            return self.push(Do::Scan(Box::new(first)), fills, Few::new(), link.clause, product);
        }
        let mut others = Vec::new();
        if let ([_], Form::Plain) = (lacking.as_slice(), link.form) {
            for (other, also) in table.links() {
                let same = other != slot && !self.is_known(other) && also.form == Form::Plain;
                if same && self.lacking(also) == lacking && also.ones().any(|part| self.is_known(part)) {
                    others.push((other, also));
                }
            }
        }
        let more = others.iter().map(|(other, also)| self.source(*other, also));
        let sources: Box<[Source]> = std::iter::once(first).chain(more).collect();
        let mut fills: Few<Slot> = sources.iter().map(|source| source.link).collect();
        for source in &sources {
            self.fill(source, &mut fills);
        }
        let what = Do::Extend { sources, lookups: Box::default(), ahead: None };
        self.push(what, fills, Few::new(), link.clause, product);
        if !others.is_empty() {
            others.push((slot, link));
        }
        others.sort_by(|one, two| self.share(one.1).total_cmp(&self.share(two.1)));
        for (other, also) in others {
            if other != slot {
                self.rows *= self.share(also);
            }
            self.known.take_out(other);
            self.find(other, also, true);
        }
    }

    /// The share of what was found for which this link is there too, all its parts being known.
    fn share(&self, link: &LinkSlot) -> f64 {
        self.planning.estimator.found(self.table, link)
    }

    fn find(&mut self, slot: Slot, link: &LinkSlot, filled: bool) {
        let what = Do::Find { link: slot, of: link.of, parts: link.ones().collect(), filled };
        let fills = if filled { Few::new() } else { smallvec![slot] };
        self.push(what, fills, Few::new(), link.clause, false);
        self.mark(slot, true);
        self.open.put(slot);
    }

    fn source(&self, slot: Slot, link: &LinkSlot) -> Source {
        Source::new(slot, link, |part| self.is_known(part))
    }

    /// Marks what a source fills, and adds it to the list.
    fn fill(&mut self, source: &Source, fills: &mut Few<Slot>) {
        self.mark(source.link, true);
        for (_, part) in &source.takes {
            if !self.is_known(*part) {
                fills.push(*part);
            }
            self.mark(*part, true);
        }
        if source.plain.is_some() {
            self.open.put(source.link);
        }
    }

    fn check_done(&self) -> Result<(), QueryError> {
        let unbound = |variable: usize, clause: String| {
            Err(QueryError::Unbound { variable: self.planning.name(variable), clause })
        };
        let unknown = |found: &[usize]| found.iter().copied().find(|variable| !self.is_known(*variable));
        for (test, clause) in &self.tests {
            let mut found = Vec::new();
            test.of.iter().for_each(|part| part.variables(&mut found));
            if let Some(variable) = unknown(&found) {
                return unbound(variable, (self.planning.shown)(*clause));
            }
        }
        if let Some(variable) = unknown(&self.wanted) {
            return unbound(variable, "the query".to_owned());
        }
        for (branches, clause) in &self.never {
            let found: Vec<usize> = branches.iter().flat_map(Branch::variables).collect();
            if let Some(variable) = unknown(&found) {
                return unbound(variable, (self.planning.shown)(*clause));
            }
        }
        Ok(())
    }
}

/// Offers to go through the atoms that a variable admits, if nothing else is sure to find it or there are few.
fn offer_variable(planner: &Planner<'_, '_>, variable: usize, offer: &mut impl FnMut(Candidate)) {
    let declared = planner.planning.declared.get(variable);
    if declared.is_none_or(|declared| declared.glob) {
        return;
    }
    let space = planner.planning.space;
    let types = (planner.planning.types)(variable);
    let factor = match &types {
        Some(types) => types.iter().map(|of| planner.planning.estimator.all(*of)).sum(),
        None => space.len() as f64,
    };
    if types.is_some() || planner.bare.contains(&variable) {
        offer(Candidate { what: Next::Variable(variable), factor, apart: planner.joined && factor > 1.0 });
    }
}
