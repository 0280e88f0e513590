//! Less evidence than was recorded: half of the commands asked of a cluster, or some kinds of telemetry only.

use super::shuffle::{sections, shuffle};
use super::without::{KINDS, logs_without_ids, metrics_alone, without};
use super::{Files, files, with_files};
use crate::adapters::EvalCase;

/// Where commands asked of a cluster are told.
const TRANSCRIPTS: &str = "kubernetes/";

/// The case told with less: with half of what its cluster was asked, where it was asked; else with each kind of telemetry left
/// out in turn, with its metrics alone, and with its logs alone, without ids.
pub fn thinned(case: &EvalCase) -> anyhow::Result<Vec<EvalCase>> {
    let all = files(case)?;
    if all.iter().any(|(path, _)| path.starts_with(TRANSCRIPTS)) {
        let thin = |(path, bytes): &(String, Vec<u8>)| {
            let kept =
                if path.starts_with(TRANSCRIPTS) { half(&format!("{} {path}", case.id), bytes) } else { bytes.clone() };
            (path.clone(), kept)
        };
        return Ok(vec![with_files(case, all.iter().map(thin).collect::<Files>())]);
    }
    let told = KINDS.iter().map(|(_, place)| without(case, place)).chain([metrics_alone(case), logs_without_ids(case)]);
    Ok(told.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Half of the commands of a transcript, drawn by a generator that `seed` starts.
fn half(seed: &str, bytes: &[u8]) -> Vec<u8> {
    let mut sections = sections(bytes);
    shuffle(&mut sections, seed);
    sections.truncate(sections.len().div_ceil(2));
    sections.concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variants::tests::shop;

    #[test]
    fn of_a_cluster_half_of_the_commands_are_left() {
        let transcript =
            [1, 2, 3, 4, 5, 6, 7, 8, 9].map(|at| format!("$ kubectl get pods -n n{at}\nNAME\np{at}\n")).concat();
        let mut all = files(&shop("till")).unwrap().clone();
        all.push(("kubernetes/transcript.txt".to_owned(), transcript.into_bytes()));
        let told = thinned(&with_files(&shop("till"), all)).unwrap();
        let (_, bytes) = files(&told[0]).unwrap().iter().find(|(path, _)| path.starts_with(TRANSCRIPTS)).unwrap();
        assert_eq!((told.len(), sections(bytes).len()), (1, 5));
        assert!(sections(bytes).iter().all(|section| section.lines().count() == 3));
    }

    #[test]
    fn of_telemetry_each_kind_is_left_out() {
        // Metrics, and nothing beside them.
        let told = thinned(&shop("till")).unwrap();
        assert_eq!(told.len(), 1);
        assert!(files(&told[0]).unwrap().iter().all(|(path, _)| !path.starts_with("metrics/")));
    }
}
