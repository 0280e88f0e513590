//! The same incident told otherwise: under other names, in another order, in other units, with the start stated wrongly,
//! with a kind of telemetry missing, with a second fault laid over it, or, of a recording without a fault, with one laid into it.
//!
//! A variant changes the files of an incident and nothing else. [`compare`] says whether a ranking stayed as it was.

pub mod laid;
pub mod onset;
pub mod rename;
pub mod retold;
pub mod shuffle;
pub mod thinned;
pub mod two_faults;
pub mod units;
pub mod without;

use crate::adapters::EvalCase;
use oriel_diagnosis::Verdict;
use oriel_evidence::Source;

/// The files of an incident: path and contents.
pub type Files = Vec<(String, Vec<u8>)>;

/// The files of a case, which adapters hold in memory.
pub fn files(case: &EvalCase) -> anyhow::Result<&Files> {
    match &case.source {
        Source::Memory(files) => Ok(files),
        _ => anyhow::bail!("{} {} is not held in memory", case.set, case.id),
    }
}

/// The same case with other files.
pub fn with_files(case: &EvalCase, files: Files) -> EvalCase {
    EvalCase { set: case.set, id: case.id.clone(), source: Source::Memory(files), truth: case.truth.clone() }
}

/// The same case once more, for another run.
pub fn again(case: &EvalCase) -> anyhow::Result<EvalCase> {
    Ok(with_files(case, files(case)?.clone()))
}

/// Probabilities nearer than this are a tie, whose order says nothing.
const TIE: f64 = 1e-6;

/// Two verdicts on the same incident, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Where the order of the hypotheses first differs, in words; none where it does not.
    pub ranking: Option<String>,
    /// The greatest change of a probability by rank.
    pub moved: f64,
}

impl Comparison {
    /// What differs, the probabilities included.
    pub fn any(&self) -> Option<String> {
        let moved =
            || (self.moved > TIE).then(|| format!("the same order, but a probability moved by {:.6}", self.moved));
        self.ranking.clone().or_else(moved)
    }
}

/// Compares two rankings; `name` gives an entity of the first as the second has it. Hypotheses of the same probability
/// may change places; so may those at the end of a list that was cut off there.
pub fn compare(before: &Verdict, after: &Verdict, name: &dyn Fn(&str) -> String) -> Comparison {
    let said = |verdict: &Verdict, named: &dyn Fn(&str) -> String| -> Vec<(String, f64)> {
        let all = verdict.hypotheses.iter();
        all.map(|h| (format!("{} {}", named(&h.entity), h.cause), h.probability)).collect()
    };
    let (old, new) = (said(before, name), said(after, &|entity| entity.to_owned()));
    let moved = old.iter().zip(&new).map(|(a, b)| (a.1 - b.1).abs()).fold(0.0, f64::max);
    if old.len() != new.len() {
        return Comparison { ranking: Some(format!("{} hypotheses became {}", old.len(), new.len())), moved };
    }
    let mut at = 0;
    while let Some((_, p)) = old.get(at) {
        let end = old.iter().skip(at).position(|(_, other)| (p - other).abs() > TIE).map_or(old.len(), |far| at + far);
        let (mut was, mut is) = (names(&old, at, end), names(&new, at, end));
        was.sort_unstable();
        is.sort_unstable();
        let cut_off = end == old.len() && end - at > 1;
        if was != is && !cut_off {
            let at = at + 1;
            return Comparison {
                ranking: Some(format!("rank {at}: {} became {}", was.join(", "), is.join(", "))),
                moved,
            };
        }
        at = end;
    }
    Comparison { ranking: None, moved }
}

fn names(list: &[(String, f64)], from: usize, to: usize) -> Vec<&str> {
    list.iter().take(to).skip(from).map(|(name, _)| name.as_str()).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::adapters::{Label, Truth};
    use oriel_diagnosis::{Knowledge, Options, diagnose};
    use std::fmt::Write as _;

    /// An incident of an invented shop in which the service `hot` takes all the processor time there is.
    pub(crate) fn shop(hot: &str) -> EvalCase {
        let names = ["till", "shelf", "depot", "badge"];
        let mut table = String::from("time");
        for name in names {
            let _ = write!(table, ",{name}_cpu,{name}_mem,{name}_latency_ms");
        }
        for at in 0..120_u32 {
            let _ = write!(table, "\n{}", 1_700_000_000 + at * 10);
            for (place, name) in names.iter().enumerate() {
                let place = place as u32;
                // Noise without a period: where two moments split a series equally well, rounding would choose.
                let noise =
                    |by: u32| f64::from((at * 7919 + place * 104_729 + by).wrapping_mul(2_654_435_761) >> 16) / 9_000.0;
                let busy = if at >= 80 && *name == hot { 1.0 } else { 0.0 };
                let cpu = 0.25 + noise(3) * 0.01 + busy * 0.7;
                let _ =
                    write!(table, ",{cpu},{},{}", 52_428_800.0 + noise(5) * 1_000.0, 20.0 + noise(11) + busy * 90.0);
            }
        }
        let files = vec![
            ("incident.toml".to_owned(), b"title = \"Slow\"\nstart = 1700000800\n".to_vec()),
            ("metrics/m.csv".to_owned(), table.into_bytes()),
        ];
        let truth = Truth::Faults(vec![Label { entity: hot.to_owned(), cause: None }]);
        EvalCase { set: "shop", id: hot.to_owned(), source: Source::Memory(files), truth }
    }

    pub(crate) fn verdict(case: &EvalCase) -> Verdict {
        let knowledge = Knowledge::shipped().unwrap();
        diagnose(&case.source, &knowledge, &Options::default(), &mut |_| {}).unwrap().verdict
    }

    pub(crate) fn text(case: &EvalCase, path: &str) -> String {
        let files = files(case).unwrap();
        String::from_utf8(files.iter().find(|(known, _)| known == path).unwrap().1.clone()).unwrap()
    }

    #[test]
    fn a_ranking_is_the_same_as_itself_and_not_as_another() {
        let (one, other) = (verdict(&shop("depot")), verdict(&shop("shelf")));
        let same = |entity: &str| entity.to_owned();
        assert_eq!(compare(&one, &one, &same).any(), None);
        assert!(compare(&one, &other, &same).ranking.unwrap().starts_with("rank 1"));
    }

    #[test]
    fn equal_probabilities_may_change_places_and_others_may_not() {
        let mut one = verdict(&shop("depot"));
        let mut first = one.hypotheses[0].clone();
        first.entity = "service/another".to_owned();
        one.hypotheses = vec![one.hypotheses[0].clone(), first.clone(), first.clone()];
        one.hypotheses[2].entity = "service/third".to_owned();
        one.hypotheses[2].probability = 0.0;
        let mut other = one.clone();
        other.hypotheses.swap(0, 1);
        let same = |entity: &str| entity.to_owned();
        assert_eq!(compare(&one, &other, &same).ranking, None);
        other.hypotheses.swap(1, 2);
        assert!(compare(&one, &other, &same).ranking.is_some());
    }
}
