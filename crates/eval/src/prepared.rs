//! Every case brought to the point where modes begin to think, and what labelled cases teach about the thinking.
//!
//! Reading, detecting and deriving do not depend on what was learned, so folds need not repeat them. What is fitted, in
//! this order: how reliable each mode's first choice is, by domain, then the calibration map of what the consensus says of
//! its first choice with these reliabilities: one of all telemetry, and around it one a profile of evidence and one a domain. Both from the cases given and from no other. Fault-free incidents teach the maps only, and at most as many of a set as it has faults, so that the share
//! of faults fitted to does not depend on how often a recording was cut. So do the fault cases with one kind of telemetry
//! left out, or half of what their cluster was asked: what a verdict from less evidence is worth can only be learned from such.

use crate::adapters::{Adapter, EvalCase, Truth};
use crate::harness::{Found, each, parallel, right, run};
use crate::quiet::{self, Quiet};
use crate::variants::files;
use crate::variants::thinned::thinned;
use crate::variants::without::{KINDS, metrics_alone, without};
use oriel_atomspace::Frame;
use oriel_atomspace::rules::Derivations;
use oriel_diagnosis::{Knowledge, Learning, Options};
use oriel_reasoning::calibration::{Calibration, Prior, Sample};
use oriel_reasoning::learning::{Counts, TELEMETRY, of_health};
use oriel_reasoning::{Case, Deliberation, MODES, deliberate};
use std::collections::{BTreeMap, BTreeSet};

/// Where the state of a cluster is told. Without it such a case is another question, whose labels do not fit.
const CLUSTERED: &str = "kubernetes/";
/// Counts of a mode are scaled down to the weight of this many cases: a prior that new outcomes can move.
const HEAVIEST: f64 = 30.0;

/// What a case is held out with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// The narrow sense: a fault case and the fault-free incidents before it, or those of one recording.
    pub unit: String,
    /// The wide sense: all of the set with the same labelled place, or those of one recording.
    pub group: String,
}

/// A case whose facts are derived.
pub struct Prepared {
    /// The set, as a position among those found.
    pub set: usize,
    /// The case.
    pub id: String,
    /// What is true.
    pub truth: Truth,
    /// What must not be fitted to when it is judged.
    pub together: Together,
    /// The kind of evidence.
    pub domain: String,
    /// The kinds of evidence present.
    pub profile: String,
    /// Whether it is fitted to.
    pub teaches: bool,
    /// Whether all its telemetry is there, so that it counts in figures.
    pub whole: bool,
    frame: Frame,
    derivations: Derivations,
    modes: Vec<(String, bool)>,
}

impl Prepared {
    fn of(
        set: (usize, &dyn Adapter),
        case: EvalCase,
        together: &Together,
        knowledge: &Knowledge,
    ) -> anyhow::Result<Self> {
        let (set, adapter) = set;
        let ran = run(case, knowledge, &Options::default())?;
        let (case, diagnosis) = (ran.case, ran.diagnosis);
        let healthy = case.truth == Truth::Healthy;
        let spoke = diagnosis.record.modes.iter().filter(|_| !healthy);
        let modes = spoke.map(|m| (m.mode.clone(), right(adapter, &case.truth, &m.entity, &m.cause))).collect();
        Ok(Self {
            set,
            id: case.id,
            truth: case.truth,
            together: together.clone(),
            domain: diagnosis.record.domain,
            profile: diagnosis.record.profile,
            teaches: !healthy,
            whole: true,
            frame: diagnosis.frame,
            derivations: diagnosis.derivations,
            modes,
        })
    }

    /// What all modes together say with this learning.
    pub fn judged(&self, knowledge: &Knowledge, learning: &Learning) -> Deliberation {
        deliberate(&Case::new(&self.frame, &self.derivations, knowledge.rules(), learning), &MODES)
    }
}

/// Prepares every fault case and every fault-free incident.
pub fn prepare(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Vec<Prepared>> {
    let of_cases = each(found, "reading", |set, case| {
        let (adapter, at) = (set.adapter.as_ref(), position(found, set.adapter.name()));
        let together = Together { unit: case.id.clone(), group: place(&case.truth) };
        let quiet = quiet::before_fault(adapter, &case);
        let mut lesser = Vec::new();
        let clustered = files(&case)?.iter().any(|(path, _)| path.starts_with(CLUSTERED));
        let kinds = KINDS.iter().filter(|(_, place)| *place != CLUSTERED);
        let alone = if clustered { Ok(None) } else { metrics_alone(&case) };
        let half = if clustered { thinned(&case)?.pop() } else { None };
        for variant in kinds.map(|(_, place)| without(&case, place)).chain([alone, Ok(half)]) {
            if let Some(case) = variant? {
                let one = Prepared::of((at, adapter), case, &together, knowledge)?;
                lesser.push((Prepared { whole: false, modes: Vec::new(), ..one }, None));
            }
        }
        let mut all = vec![(Prepared::of((at, adapter), case, &together, knowledge)?, None)];
        for Quiet { case, recording, window } in quiet {
            all.push((Prepared::of((at, adapter), case, &together, knowledge)?, Some((recording, window))));
        }
        all.extend(lesser);
        Ok(all)
    })?;
    let mut prepared = Vec::new();
    for (at, ((_, cases), set)) in of_cases.into_iter().zip(&found.sets).enumerate() {
        let adapter = set.adapter.as_ref();
        let mut all: Vec<_> = cases.into_iter().flatten().collect();
        all.extend(parallel(&set.fault_free, |_, case| {
            let mut quiet = quiet::recorded(adapter, std::slice::from_ref(case))?;
            let Some(Quiet { case, recording, window }) = quiet.pop() else { anyhow::bail!("no fault-free incident") };
            let together = Together { unit: recording.clone(), group: recording.clone() };
            Ok((Prepared::of((at, adapter), case, &together, knowledge)?, Some((recording, window))))
        })?);
        choose_teachers(&mut all);
        prepared.extend(all.into_iter().map(|(one, _)| one));
    }
    Ok(prepared)
}

fn position(found: &Found, name: &str) -> usize {
    found.sets.iter().position(|set| set.adapter.name() == name).unwrap_or(0)
}

fn place(truth: &Truth) -> String {
    match truth {
        Truth::Healthy => String::new(),
        Truth::Faults(labels) => labels.iter().map(|label| label.entity.as_str()).collect::<Vec<_>>().join("+"),
    }
}

type Period = (String, (f64, f64));

/// Of the fault-free incidents, those that teach: independent ones, evenly taken, at most as many as there are faults.
fn choose_teachers(all: &mut [(Prepared, Option<Period>)]) {
    let faults = all.iter().filter(|(one, period)| one.whole && period.is_none()).count();
    let quiet: Vec<usize> = all.iter().enumerate().filter(|(_, (_, p))| p.is_some()).map(|(at, _)| at).collect();
    let periods: Vec<Period> = all.iter().filter_map(|(_, period)| period.clone()).collect();
    let free = quiet.into_iter().zip(quiet::independent(&periods)).filter(|(_, chosen)| *chosen).map(|(at, _)| at);
    let free: Vec<usize> = free.collect();
    let take = faults.min(free.len());
    for nth in 0..take {
        if let Some((one, _)) = free.get(nth * free.len() / take).and_then(|at| all.get_mut(*at)) {
            one.teaches = true;
        }
    }
}

/// What was said of a case before calibration: of its first choice, and of nothing being wrong, each with whether it was so.
#[derive(Clone, Copy)]
pub struct Lesson<'a> {
    case: &'a Prepared,
    first: Option<Sample>,
    none: Option<Sample>,
}

impl<'a> Lesson<'a> {
    /// The case.
    pub fn case(&self) -> &'a Prepared {
        self.case
    }
}

/// What these cases teach: the reliability of modes and the calibration maps, and nothing else.
pub fn fitted(found: &Found, knowledge: &Knowledge, cases: &[&Prepared]) -> Learning {
    fitted_beside(found, knowledge, cases, &[])
}

/// The same, with lessons of other domains, which teach the maps only.
pub fn fitted_beside(found: &Found, knowledge: &Knowledge, cases: &[&Prepared], others: &[Lesson<'_>]) -> Learning {
    let (modes, mut lessons) = lessons(found, knowledge, cases);
    lessons.extend(others);
    Learning { modes, calibration: maps(&lessons), ..Learning::default() }
}

/// The reliability of modes, and what is said with it.
pub fn lessons<'a>(found: &Found, knowledge: &Knowledge, cases: &[&'a Prepared]) -> (Reliabilities, Vec<Lesson<'a>>) {
    let teachers = || cases.iter().filter(|case| case.teaches);
    let reliable = Learning { modes: reliabilities(teachers().copied()), ..Learning::default() };
    let mut lessons = Vec::new();
    for case in teachers() {
        let Some(set) = found.sets.get(case.set) else { continue };
        let record = case.judged(knowledge, &reliable).record;
        let first = record.hypotheses.first().map(|first| {
            let correct = right(set.adapter.as_ref(), &case.truth, &first.entity, &first.cause);
            Sample { raw: first.raw, correct }
        });
        let healthy = case.truth == Truth::Healthy;
        lessons.push(Lesson { case, first, none: record.none.map(|raw| Sample { raw, correct: healthy }) });
    }
    (reliable.modes, lessons)
}

/// Counts of modes by domain.
pub type Reliabilities = BTreeMap<String, BTreeMap<String, Counts>>;

/// Counts by domain and mode, scaled down.
fn reliabilities<'a>(cases: impl Iterator<Item = &'a Prepared>) -> Reliabilities {
    let mut counts = Reliabilities::new();
    for case in cases {
        for (mode, right) in &case.modes {
            counts.entry(case.domain.clone()).or_default().entry(mode.clone()).or_default().add(*right);
        }
    }
    for count in counts.values_mut().flat_map(BTreeMap::values_mut) {
        let scale = (HEAVIEST / (count.right + count.wrong)).min(1.0);
        let round = |value: f64| (value * scale * 100.0).round() / 100.0;
        (count.right, count.wrong) = (round(count.right), round(count.wrong));
    }
    counts
}

/// The map of all whole cases of telemetry, and around it those of each profile and each domain; a domain's serves profiles
/// that none was fitted for. What a cluster's state says is of another kind: its domain's map starts from nothing, and those of
/// its profiles from it. From nothing also start the maps of nothing being wrong, which there are where fault-free cases were.
fn maps(lessons: &[Lesson<'_>]) -> BTreeMap<String, Calibration> {
    let of = |wanted: &dyn Fn(&Prepared) -> bool| -> Vec<Sample> {
        lessons.iter().filter(|lesson| wanted(lesson.case)).filter_map(|lesson| lesson.first).collect()
    };
    let health = |wanted: &dyn Fn(&Prepared) -> bool| -> Vec<Sample> {
        lessons.iter().filter(|lesson| wanted(lesson.case)).filter_map(|lesson| lesson.none).collect()
    };
    let mut maps = BTreeMap::new();
    let telemetry = Calibration::default().fitted(&of(&|case| case.whole && case.domain != CLUSTER), Prior::WIDE);
    if telemetry.samples > 0.0 {
        maps.insert(TELEMETRY.to_owned(), rounded(telemetry));
    }
    let clustered = Calibration::default().fitted(&of(&|case| case.domain == CLUSTER), Prior::WIDE);
    let kinds = lessons.iter().map(|lesson| (&*lesson.case.domain, &*lesson.case.profile));
    for (domain, profile) in kinds.collect::<BTreeSet<(&str, &str)>>() {
        let start = Calibration { samples: 0.0, ..if domain == CLUSTER { clustered } else { telemetry } };
        let is_domain = |case: &Prepared| case.domain == domain;
        let is_profile = |case: &Prepared| case.profile == profile;
        for (name, first, none) in
            [(domain, of(&is_domain), health(&is_domain)), (profile, of(&is_profile), health(&is_profile))]
        {
            let fitted = || if name == CLUSTER { clustered } else { start.fitted(&first, Prior::NEAR) };
            maps.entry(name.to_owned()).or_insert_with(|| rounded(fitted()));
            if none.iter().any(|sample| sample.correct) {
                let fitted = || rounded(Calibration::default().fitted(&none, Prior::WIDE));
                maps.entry(of_health(name)).or_insert_with(fitted);
            }
        }
    }
    maps
}

/// The domain of cases with the state of a cluster.
const CLUSTER: &str = "cluster";

/// As many decimals as a reader can use.
fn rounded(map: Calibration) -> Calibration {
    let round = |value: f64| (value * 1e4).round() / 1e4;
    let Calibration { a, b, c, samples, covariance } = map;
    Calibration { a: round(a), b: round(b), c: round(c), samples, covariance: covariance.map(round) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::adapters::sock_shop::SockShop;
    use crate::harness::FoundSet;
    use crate::variants::tests::shop;

    pub(crate) fn found() -> Found {
        let set = FoundSet { adapter: Box::new(SockShop), cases: Vec::new(), fault_free: Vec::new() };
        Found { sets: vec![set], absent: Vec::new() }
    }

    pub(crate) fn prepared(hot: &str) -> Prepared {
        let together = Together { unit: hot.to_owned(), group: hot.to_owned() };
        Prepared::of((0, &SockShop), shop(hot), &together, &Knowledge::shipped().unwrap()).unwrap()
    }

    #[test]
    fn what_is_fitted_comes_from_the_cases_given_and_by_domain() {
        let knowledge = Knowledge::shipped().unwrap();
        let cases = [prepared("till"), prepared("depot")];
        let learning = fitted(&found(), &knowledge, &[&cases[0], &cases[1]]);
        let counts = learning.modes["metrics"]["deductive"];
        assert_eq!((counts.right, counts.wrong), (2.0, 0.0));
        assert!(learning.calibration["metrics"].samples >= 2.0);
        assert_eq!(fitted(&found(), &knowledge, &[]), Learning::default());
    }

    #[test]
    fn fault_free_incidents_teach_no_more_than_faults_do() {
        let quiet =
            |from: f64| (Prepared { teaches: false, ..prepared("till") }, Some(("r".to_owned(), (from, from + 10.0))));
        let mut all = vec![(prepared("till"), None), (prepared("depot"), None)];
        all.extend([0.0, 5.0, 10.0, 20.0, 30.0].map(quiet));
        choose_teachers(&mut all);
        let teaching: Vec<bool> = all.iter().map(|(one, _)| one.teaches).collect();
        assert_eq!(teaching, [true, true, true, false, false, true, false]);
    }
}
