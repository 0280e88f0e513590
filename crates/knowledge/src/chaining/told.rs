//! Conclusions and proofs as they are sent.

use std::collections::BTreeMap;

use oriel_atomspace::TruthValue;
use oriel_atomspace::chain::{By, Conclusion, Proof};
use oriel_atomspace::space::Types;
use serde::Serialize;

/// Something that was concluded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inference {
    /// What, as an atom in the text format.
    pub statement: String,
    /// How likely it is, in [0, 1].
    pub strength: f64,
    /// How sure that is, in [0, 1].
    pub confidence: f64,
    /// The ids of the evidence that it rests on.
    pub evidence: Vec<u32>,
    /// What the variables of the target stand for.
    pub values: BTreeMap<String, String>,
    /// How it is proven, where that was asked for.
    pub proof: Option<Proven>,
}

impl Inference {
    pub(super) fn of(conclusion: &Conclusion, types: &Types) -> Self {
        let Conclusion { statement, truth, stamp } = conclusion;
        Self {
            statement: statement.show(types),
            strength: truth.strength,
            confidence: truth.confidence,
            evidence: stamp.ids().to_vec(),
            values: BTreeMap::new(),
            proof: None,
        }
    }
}

/// A proof: steps, each after its premises, the last of them what is proven.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proven {
    /// The steps.
    pub steps: Vec<Step>,
    /// The same to be read, a line a step, premises below what rests on them.
    #[serde(skip)]
    pub text: String,
}

/// A step of a proof.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// What it states.
    pub statement: String,
    /// `fact`, `case` (of its premise, a general statement), `revision`, or the name of a rule.
    pub by: String,
    /// The places of its premises among the steps.
    pub premises: Vec<usize>,
    /// What the formula read beside the premises.
    pub background: Vec<String>,
    /// How likely it is, in [0, 1].
    pub strength: f64,
    /// How sure that is, in [0, 1].
    pub confidence: f64,
    /// The ids of the evidence that it rests on.
    pub evidence: Vec<u32>,
}

impl Proven {
    pub(super) fn of(proof: &Proof, types: &Types) -> Self {
        let step = |step: &oriel_atomspace::chain::ProofStep| Step {
            statement: step.text.clone(),
            by: by(&step.by),
            premises: step.premises.clone(),
            background: step
                .background
                .iter()
                .map(|(term, tv)| format!("{} {}", term.show(types), truth(*tv)))
                .collect(),
            strength: step.truth.strength,
            confidence: step.truth.confidence,
            evidence: step.stamp.ids().to_vec(),
        };
        Self { steps: proof.steps.iter().map(step).collect(), text: proof.to_string().trim_end().to_owned() }
    }
}

/// How a step comes about, in a word.
pub(super) fn by(by: &By) -> String {
    match by {
        By::Fact(_) => "fact".to_owned(),
        By::Case => "case".to_owned(),
        By::Revision => "revision".to_owned(),
        By::Rule(name) => name.to_string(),
    }
}

/// A truth value as the text format writes it.
fn truth(truth: TruthValue) -> String {
    format!("(stv {} {})", truth.strength as f32, truth.confidence as f32)
}
