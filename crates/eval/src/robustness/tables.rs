//! The figures of the robustness runs as tables.

use super::{Kept, Said, SetRobustness, Tellings};
use crate::grid::{Grid, difference, share};
use crate::score;
use crate::variants::onset::ERRORS;
use crate::variants::without::KINDS;

/// All tables, in the order of the report.
pub fn tables(sets: &[SetRobustness]) -> Vec<Grid> {
    vec![retold(sets), onset(sets), missing(sets), two_faults(sets)]
}

fn accuracy(said: &[Said]) -> f64 {
    score::share(said.iter().map(|said| said.right))
}

fn stated(said: &[Said]) -> f64 {
    said.iter().map(|said| said.stated).sum::<f64>() / said.len().max(1) as f64
}

fn retold(sets: &[SetRobustness]) -> Grid {
    let about = "Rankings that stay when every service, pod and node has another name; when files, rows, lines, alerts and commands come in another \
                 order; when metrics are in other units (s as ms, cores as millicores, bytes as MiB, names without units). Hypotheses of equal probability may \
                 change places. In brackets: how many lose their first place. Moved: the greatest change of a probability by another order.";
    let header = ["set", "cases", "other names", "another order", "moved", "other units"];
    let mut grid = Grid::new("Told otherwise: rankings that stay", about, 1, &header);
    for set in sets {
        let of = |part: &dyn Fn(&Tellings) -> Option<Kept>| {
            let all: Vec<Kept> = set.cases.iter().filter_map(part).collect();
            let stay = all.iter().filter(|kept| kept.broken.is_none()).count();
            let lost = all.iter().filter(|kept| kept.first).count();
            match all.len() {
                0 => "–".to_owned(),
                count if stay == count => format!("{count} of {count}"),
                count => format!("{stay} of {count} ({lost})"),
            }
        };
        let moved = set.cases.iter().map(|case| case.order.moved).fold(0.0, f64::max);
        grid.row([
            set.set.clone(),
            set.cases.len().to_string(),
            of(&|case| Some(case.names.clone())),
            of(&|case| Some(case.order.clone())),
            format!("{moved:.4}"),
            of(&|case| case.units.clone()),
        ]);
    }
    grid
}

fn onset(sets: &[SetRobustness]) -> Grid {
    let about =
        "AC@1 with the start as recorded, and the difference with it stated so many seconds early (−) or late (+).";
    let mut header = vec!["set".to_owned(), "cases".to_owned(), "AC@1".to_owned()];
    header.extend(ERRORS.iter().map(|error| format!("{error:+.0} s")));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut grid = Grid::new("The start stated wrongly", about, 1, &header);
    for set in sets {
        let told: Vec<&Tellings> = set.cases.iter().filter(|case| case.onset.iter().all(Option::is_some)).collect();
        if told.is_empty() {
            continue;
        }
        let full = accuracy(&told.iter().map(|case| case.full).collect::<Vec<_>>());
        let moved = (0..ERRORS.len()).map(|at| {
            let said: Vec<Said> = told.iter().filter_map(|case| *case.onset.get(at)?).collect();
            difference(accuracy(&said) - full)
        });
        let row = [set.set.clone(), told.len().to_string(), share(full)].into_iter().chain(moved);
        grid.row(row.collect::<Vec<_>>());
    }
    grid
}

/// A mean stated probability this far above the share that is right is overconfident.
const OVER: f64 = 0.10;

fn missing(sets: &[SetRobustness]) -> Grid {
    let about = "Of the cases that have the kind of telemetry: AC@1 and the mean probability stated of the first choice, with it and without it. Flagged: confidence \
                 that does not fall with less evidence, and a mean stated probability more than 0.10 above what is right without it.";
    let header = ["set", "missing", "flag", "cases", "AC@1", "without", "stated", "without"];
    let mut grid = Grid::new("Telemetry missing", about, 3, &header);
    for set in sets {
        for (at, (kind, _)) in KINDS.iter().enumerate() {
            let both = set.cases.iter().filter_map(|case| Some((case.full, (*case.without.get(at)?)?)));
            let (full, without): (Vec<Said>, Vec<Said>) = both.unzip();
            if full.is_empty() {
                continue;
            }
            let figures = [accuracy(&full), accuracy(&without), stated(&full), stated(&without)];
            let row = [set.set.clone(), (*kind).to_owned(), flag(figures), full.len().to_string()];
            grid.row(row.into_iter().chain(figures.map(share)));
        }
    }
    grid
}

fn flag([whole, right, before, after]: [f64; 4]) -> String {
    let mut flags = Vec::new();
    if after >= before - 0.0005 {
        flags.push(if right > whole {
            "confidence does not fall (nor does accuracy)"
        } else {
            "confidence does not fall"
        });
    }
    if after - right > OVER {
        flags.push("overconfident");
    }
    flags.join(", ")
}

fn two_faults(sets: &[SetRobustness]) -> Grid {
    let about = "A second recording's fault laid over a first one's window (sets of metrics only, and only where two cases have different places; made up: the faults do not act on each other). Places named: how often \
                 the first is one of the two, how often both are among the first two and three, and the share of the two found there (recall at k).";
    let header = ["set", "pairs", "first is one", "both in 2", "both in 3", "recall@2", "recall@3"];
    let mut grid = Grid::new("Two faults at once", about, 1, &header);
    for set in sets.iter().filter(|set| !set.pairs.is_empty()) {
        let of = |holds: &dyn Fn(&super::Pair) -> bool| share(score::share(set.pairs.iter().map(holds)));
        let recall = |k: usize| {
            let sum: f64 = set.pairs.iter().map(|pair| score::recall(&pair.ranks, k)).sum();
            share(sum / set.pairs.len() as f64)
        };
        grid.row([
            set.set.clone(),
            set.pairs.len().to_string(),
            of(&|pair| pair.ranks.contains(&Some(1))),
            of(&|pair| pair.both_in(2)),
            of(&|pair| pair.both_in(3)),
            recall(2),
            recall(3),
        ]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robustness::Pair;

    #[test]
    fn less_evidence_must_cost_confidence() {
        assert_eq!(flag([1.0, 0.5, 0.9, 0.9]), "confidence does not fall, overconfident");
        assert_eq!(flag([1.0, 0.8, 0.9, 0.85]), "");
        assert_eq!(flag([0.8, 0.9, 0.7, 0.8]), "confidence does not fall (nor does accuracy)");
    }

    #[test]
    fn the_tables_hold_what_was_found() {
        let said = |right: bool, stated: f64| Said { right, stated };
        let kept =
            |broken: Option<&str>| Kept { broken: broken.map(str::to_owned), first: broken.is_some(), moved: 0.25 };
        let mut without = vec![None; KINDS.len()];
        without[0] = Some(said(false, 0.4));
        let case = Tellings {
            case: "c".to_owned(),
            full: said(true, 0.9),
            onset: vec![Some(said(true, 0.9)), Some(said(false, 0.9)), Some(said(true, 0.9)), Some(said(true, 0.9))],
            without,
            names: kept(None),
            order: kept(Some("rank 1: a became b")),
            units: None,
        };
        let pair = Pair { case: "p".to_owned(), ranks: vec![Some(1), Some(3)] };
        let all = tables(&[SetRobustness { set: "s".to_owned(), cases: vec![case], pairs: vec![pair] }]);
        assert_eq!(all[0].rows[0], ["s", "1", "1 of 1", "0 of 1 (1)", "0.2500", "–"]);
        assert_eq!(all[1].rows[0], ["s", "1", "1.000", "0.000", "-1.000", "0.000", "0.000"]);
        assert_eq!(all[2].rows[0], ["s", "metrics", "overconfident", "1", "1.000", "0.000", "0.900", "0.400"]);
        assert_eq!(all[3].rows[0], ["s", "1", "1.000", "0.000", "1.000", "0.500", "1.000"]);
    }
}
