//! Other units: seconds as milliseconds, cores as millicores, bytes as MiB, under names that tell no unit.
//!
//! The same incident is written twice with neutral names, once with the values as they are and once scaled; the two must
//! be judged alike, since a floor or a threshold in some unit would tell them apart. Shares and counts have no other unit.
//! Limits: metrics only; spans carry their unit in the column's name.

use super::retold::{Table, neutral};
use crate::adapters::EvalCase;
use oriel_evidence::metrics::{Kind, Series};
use oriel_evidence::{Evidence, Limits};

/// Bytes of a MiB.
const MIB: f64 = 1_048_576.0;

/// The case with neutral names, as it is and in other units; none where it has no metrics.
pub fn rescaled(case: &EvalCase) -> anyhow::Result<Option<(EvalCase, EvalCase)>> {
    let evidence = Evidence::read(&case.source, &Limits::default(), &mut |_| {})?;
    let metrics = &evidence.metrics;
    if metrics.series.is_empty() {
        return Ok(None);
    }
    let (mut plain, mut scaled) = (Table::default(), Table::default());
    for (series, name) in metrics.series.iter().zip(neutral(metrics)) {
        let entity = metrics.entities.name(series.entity);
        let factor = factor(series, metrics.names.name(series.metric));
        plain.add(entity, &name, series.samples.iter().copied());
        scaled.add(entity, &name, series.samples.iter().map(|(time, value)| (*time, value * factor)));
    }
    Ok(Some((plain.instead(case)?, scaled.instead(case)?)))
}

/// What a value becomes in the other unit.
fn factor(series: &Series, name: &str) -> f64 {
    let bytes = name.to_lowercase().contains("byte");
    match series.kind {
        Kind::Latency | Kind::Cpu | Kind::Throttling => 1_000.0,
        Kind::Memory => 1.0 / MIB,
        Kind::Network | Kind::Disk if bytes => 1.0 / MIB,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{shop, text, verdict};
    use super::*;

    #[test]
    fn values_scale_by_what_they_measure_and_names_do_not_tell() {
        let (plain, scaled) = rescaled(&shop("till")).unwrap().unwrap();
        let first = |case: &EvalCase, metric: &str| {
            let table = text(case, "metrics/all.csv");
            let line = table.lines().find(|line| line.contains(&format!("\"{metric}\""))).unwrap().to_owned();
            line.rsplit(',').next().unwrap().parse::<f64>().unwrap()
        };
        assert!((first(&scaled, "cpu") / first(&plain, "cpu") - 1_000.0).abs() < 1e-6);
        assert!((first(&plain, "mem") / first(&scaled, "mem") - MIB).abs() < 1e-3);
        assert!(!text(&scaled, "metrics/all.csv").contains("_ms"));
    }

    #[test]
    fn the_ranking_does_not_depend_on_units() {
        let (plain, scaled) = rescaled(&shop("depot")).unwrap().unwrap();
        let same = |entity: &str| entity.to_owned();
        assert_eq!(super::super::compare(&verdict(&plain), &verdict(&scaled), &same).ranking, None);
    }
}
