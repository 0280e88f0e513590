//! Everything that is measured, in one run: the tables, `report.json`, `report.md`, `reliability.svg` and `ablation.md`.

use crate::ablation;
use crate::compare;
use crate::crossval::{self, Validated, Way};
use crate::grid::Grid;
use crate::harness::{Found, evaluate};
use crate::laid::{self, SetLaid};
use crate::prepared::prepare;
use crate::reliability::{Panel, diagram};
use crate::report::{self, Report};
use crate::robustness::{self, SetRobustness};
use anyhow::Context as _;
use oriel_diagnosis::{Knowledge, Options};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

/// All figures.
#[derive(Serialize)]
pub struct Suite {
    /// Accuracy, calibration as shipped, speed; every ranking.
    #[serde(flatten)]
    pub report: Report,
    /// Cross-validated figures.
    pub cross_validated: Vec<Validated>,
    /// Oriel beside baselines.
    pub baselines: Vec<compare::Line>,
    /// Tellings of every case.
    pub robustness: Vec<SetRobustness>,
    /// Made cases.
    pub laid: Vec<SetLaid>,
    /// Parts left out.
    pub ablation: Vec<ablation::Line>,
}

impl Suite {
    /// Measures everything.
    pub fn measure(found: &Found, knowledge: &Knowledge) -> anyhow::Result<Self> {
        let report = evaluate(found, knowledge, &Options::default())?;
        let prepared = prepare(found, knowledge)?;
        let cross_validated = crossval::validated(found, knowledge, &prepared)?;
        drop(prepared);
        Ok(Self {
            report,
            cross_validated,
            baselines: compare::compared(found, knowledge)?,
            robustness: robustness::tested(found, knowledge)?,
            laid: laid::laid(found, knowledge)?,
            ablation: ablation::ablated(found, knowledge)?,
        })
    }

    /// The tables, in the order of the report.
    pub fn tables(&self) -> Vec<Grid> {
        let mut tables =
            vec![report::table(&self.report), crossval::table(&self.cross_validated), compare::table(&self.baselines)];
        tables.extend(robustness::tables(&self.robustness));
        tables.push(laid::table(&self.laid));
        tables.push(report::mode_table(&self.report));
        tables
    }

    /// Rankings that changed though they must not have.
    pub fn broken(&self) -> Vec<String> {
        self.robustness.iter().flat_map(SetRobustness::broken).collect()
    }

    /// The reliability diagram of the five folds: a panel a set, and one of all.
    pub fn diagram(&self) -> String {
        let folds = self.cross_validated.iter().filter(|line| line.way == Way::FiveFolds);
        let panels: Vec<Panel<'_>> = folds.map(|line| Panel { name: &line.set, stated: &line.stated }).collect();
        let note = "First choices of fault cases, held out in five folds. Bars: 90 % Wilson intervals. Numbers: cases.";
        diagram("Stated probability and what was so", note, &panels)
    }

    /// The report in Markdown.
    pub fn markdown(&self) -> String {
        let mut text: String = self.tables().iter().map(|table| table.markdown() + "\n").collect();
        let broken = self.broken();
        if !broken.is_empty() {
            text.push_str("### Rankings that changed though they must not\n\n");
            for line in &broken {
                let _ = writeln!(text, "- {line}");
            }
            text.push('\n');
        }
        for set in &self.report.absent {
            let _ = writeln!(text, "{set}: absent.");
        }
        text
    }

    /// Writes the four files into `directory`, which is made where it is missing.
    pub fn write(&self, directory: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(directory).with_context(|| format!("creating {}", directory.display()))?;
        let files = [
            ("report.json", serde_json::to_string_pretty(self)? + "\n"),
            ("report.md", self.markdown()),
            ("reliability.svg", self.diagram()),
            ("ablation.md", ablation::table(&self.ablation).markdown()),
        ];
        for (name, text) in files {
            let path = directory.join(name);
            std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::{Adapter, CaseRef, sock_shop::SockShop};
    use crate::harness::FoundSet;
    use crate::variants::tests::shop;

    #[test]
    fn everything_is_measured_and_written() {
        let cases = ["till", "depot", "shelf", "badge"].map(|hot| CaseRef {
            set: "shop",
            id: hot.to_owned(),
            loader: Box::new(move || Ok(shop(hot))),
        });
        let adapter: Box<dyn Adapter> = Box::new(SockShop);
        let set = FoundSet { adapter, cases: cases.into_iter().collect(), fault_free: Vec::new() };
        let found = Found { sets: vec![set], absent: vec!["another".to_owned()] };
        let suite = Suite::measure(&found, &Knowledge::shipped().unwrap()).unwrap();
        let out = tempfile::tempdir().unwrap();
        suite.write(&out.path().join("eval")).unwrap();
        let read = |name: &str| std::fs::read_to_string(out.path().join("eval").join(name)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&read("report.json")).unwrap();
        assert_eq!(json["sets"]["sock-shop"]["cases"], 4);
        assert_eq!(json["sets"]["sock-shop"]["places"], 4);
        assert_eq!(json["sets"]["sock-shop"]["healthy_cases"], 12);
        assert_eq!(json["robustness"][0]["pairs"].as_array().unwrap().len(), 4);
        let report = read("report.md");
        for title in [
            "Diagnosis",
            "Cross-validated",
            "Oriel beside baselines",
            "Telemetry missing",
            "Two faults",
            "Laid faults",
            "absent",
        ] {
            assert!(report.contains(title), "{title}");
        }
        assert!(read("ablation.md").contains("detector shift") && read("reliability.svg").contains("</svg>"));
        assert_eq!(suite.broken(), Vec::<String>::new());
    }
}
