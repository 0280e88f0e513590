//! What chaining may take, and what it took.

use crate::query::Cancel;
use std::fmt;

/// What chaining may take.
pub struct Bounds<'a> {
    /// Candidates that are held against a premise, and applications of formulas. What waits for an answer grows with them.
    pub steps: u64,
    /// Proofs that are kept, those of facts included.
    pub proofs: usize,
    /// Bytes that terms, proofs, goals and what waits may take in memory, by an estimate.
    pub memory: usize,
    /// Brackets that a conclusion may have open, at most 200. What would be deeper is not drawn.
    pub depth: usize,
    /// Backward: answers of a subgoal that a rule uses which differ only in variables that nothing but its conclusion has. The
    /// most promising ones are. Where one way is enough, as in a plan, 1 saves the work for all others.
    pub answers: usize,
    /// Stops it from outside.
    pub cancel: Option<Cancel>,
    /// Whether the time is up; asked about every 256 steps. There is no clock in here.
    pub deadline: Option<Box<dyn FnMut() -> bool + 'a>>,
}

impl Default for Bounds<'_> {
    /// A million steps, a hundred thousand proofs, 512 MiB, 64 brackets, all answers, no token and no deadline.
    fn default() -> Self {
        Self {
            steps: 1_000_000,
            proofs: 100_000,
            memory: 512 << 20,
            depth: 64,
            answers: usize::MAX,
            cancel: None,
            deadline: None,
        }
    }
}

impl fmt::Debug for Bounds<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Bounds")
            .field("steps", &self.steps)
            .field("proofs", &self.proofs)
            .field("memory", &self.memory)
            .field("depth", &self.depth)
            .field("answers", &self.answers)
            .finish_non_exhaustive()
    }
}

/// Why chaining ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// Nothing more follows, within the bounds on depth and answers.
    Done,
    /// The caller asked for no more.
    Left,
    /// All steps were taken.
    Steps,
    /// As many proofs were kept as may be.
    Proofs,
    /// As much memory was taken as may be.
    Memory,
    /// The token was cancelled.
    Cancelled,
    /// The deadline was reached.
    Deadline,
}

impl fmt::Display for End {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Done => "nothing more follows",
            Self::Left => "no more was asked for",
            Self::Steps => "all steps were taken",
            Self::Proofs => "no more proofs may be kept",
            Self::Memory => "no more memory may be taken",
            Self::Cancelled => "it was cancelled",
            Self::Deadline => "the deadline was reached",
        })
    }
}

/// What chaining took, and what it left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Why it ended.
    pub end: End,
    /// Steps that were taken.
    pub steps: u64,
    /// Proofs that are kept.
    pub proofs: usize,
    /// Bytes that were taken in memory, by an estimate.
    pub memory: usize,
    /// Applications of rules to premises, formulas that refused and evidence that was shared included.
    pub applications: u64,
    /// Applications that were left out because independent premises shared evidence.
    pub shared: u64,
    /// Applications that were left out because a stamp cannot name that much evidence.
    pub full: u64,
    /// Applications that a formula refused, or whose background is not known.
    pub refused: u64,
    /// The first reason that a formula gave, with the rule.
    pub refusal: Option<String>,
    /// Terms that were too deep or too large: facts that were left out, and conclusions and subgoals that were not drawn.
    pub deep: u64,
    /// Answers of subgoals that were not used.
    pub narrowed: u64,
    /// Backward: subgoals that were solved, each once.
    pub goals: usize,
    /// Circles of statements that rest on one another which did not come to rest, or for which there was no time: what is said of
    /// them is one of several things that might be.
    pub unsettled: u64,
}

impl Report {
    fn new() -> Self {
        Self {
            end: End::Left,
            steps: 0,
            proofs: 0,
            memory: 0,
            applications: 0,
            shared: 0,
            full: 0,
            refused: 0,
            refusal: None,
            deep: 0,
            narrowed: 0,
            goals: 0,
            unsettled: 0,
        }
    }
}

/// Steps between two looks at the token and the deadline.
const STRIDE: u64 = 256;
/// Steps that are taken after the search whether or not the time is up.
const AFTER: u64 = 100_000;

/// What chaining still may take.
#[derive(Debug)]
pub(super) struct Effort<'a> {
    bounds: Bounds<'a>,
    /// Steps may be taken up to here.
    until: u64,
    /// Up to here neither the token nor the deadline is looked at.
    unasked: u64,
    pub(super) report: Report,
    /// Whether what was concluded is brought up to date: proofs replace others then.
    is_settling: bool,
}

impl<'a> Effort<'a> {
    pub(super) fn new(bounds: Bounds<'a>) -> Self {
        Self { until: bounds.steps, unasked: 0, bounds, report: Report::new(), is_settling: false }
    }

    /// Takes a step; an error says which bound was met.
    pub(super) fn step(&mut self) -> Result<(), End> {
        if self.report.steps >= self.until {
            return Err(End::Steps);
        }
        if self.report.steps.is_multiple_of(STRIDE) && self.report.steps >= self.unasked {
            self.look()?;
        }
        self.report.steps += 1;
        Ok(())
    }

    /// What comes after the search may take as many steps again; a little of it is done even where the time is up.
    pub(super) fn begin_again(&mut self) {
        self.until = self.report.steps.saturating_add(self.bounds.steps);
        self.unasked = self.report.steps.saturating_add(AFTER);
    }

    /// Notes that a bound was met, unless one was before.
    pub(super) fn met(&mut self, end: End) {
        if matches!(self.report.end, End::Done | End::Left) {
            self.report.end = end;
        }
    }

    fn look(&mut self) -> Result<(), End> {
        if self.bounds.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
            return Err(End::Cancelled);
        }
        if self.bounds.deadline.as_mut().is_some_and(|is_up| is_up()) {
            return Err(End::Deadline);
        }
        Ok(())
    }

    /// Whether it was cancelled, or the time is up.
    pub(super) fn is_stopped(&mut self) -> bool {
        self.look().is_err()
    }

    /// Makes room for a proof.
    pub(super) fn keep(&mut self) -> Result<(), End> {
        if self.is_settling {
            return Ok(());
        }
        if self.report.proofs >= self.bounds.proofs {
            return Err(End::Proofs);
        }
        self.report.proofs += 1;
        Ok(())
    }

    /// Takes note of the bytes that are taken.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), End> {
        self.report.memory = self.report.memory.max(bytes);
        if bytes > self.bounds.memory { Err(End::Memory) } else { Ok(()) }
    }

    /// From here on what was concluded is brought up to date: nothing of it counts as new.
    pub(super) fn begin_settling(&mut self) -> Report {
        self.is_settling = true;
        self.report.clone()
    }

    /// All is up to date, but for some circles.
    pub(super) fn end_settling(&mut self, before: Report, unsettled: u64) {
        self.is_settling = false;
        self.report = Report { unsettled, ..before };
    }

    pub(super) fn answers(&self) -> usize {
        self.bounds.answers
    }

    pub(super) fn depth(&self) -> usize {
        self.bounds.depth
    }
}
