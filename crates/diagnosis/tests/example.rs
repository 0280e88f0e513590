//! The shipped example incident, diagnosed from its directory with the shipped knowledge.

use oriel_diagnosis::{Diagnosis, Knowledge, Options, Source, Stage, diagnose};
use oriel_reasoning::verdict::Status;
use std::path::Path;

fn example(options: &Options, stages: &mut Vec<Stage>) -> Result<Diagnosis, Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/checkout-outage");
    let knowledge = Knowledge::shipped()?;
    Ok(diagnose(&Source::Directory(path), &knowledge, options, &mut |stage| stages.push(stage))?)
}

#[test]
fn the_proved_cause_comes_first_and_is_not_talked_down_by_where_trouble_shows() {
    let verdict = example(&Options::default(), &mut Vec::new()).unwrap().verdict;
    let shown: Vec<String> =
        verdict.hypotheses.iter().map(|h| format!("{} {} {:.2}", h.entity, h.cause, h.probability)).collect();
    assert_eq!(verdict.status, Status::Diagnosed, "{shown:?}");
    let first = verdict.hypotheses.first().unwrap();
    assert_eq!((first.entity.as_str(), first.cause.as_str()), ("service/payments", "out-of-memory"), "{shown:?}");
    assert!(first.probability > 0.8, "{shown:?}");
    assert!(verdict.hypotheses.iter().skip(1).all(|h| h.probability < 0.2), "the rest is explained away: {shown:?}");
    assert_eq!(verdict.recommendations.first().map(|r| r.cause.as_str()), Some("out-of-memory"));
    assert!(verdict.healthy_probability < 0.05);
    assert!(first.proof.as_ref().is_some_and(|proof| proof.rule.is_some()));
    assert!(first.evidence.iter().any(|item| item.file.is_some()));
}

#[test]
fn stages_are_reported_in_order() {
    let mut stages = Vec::new();
    example(&Options::default(), &mut stages).unwrap();
    let mut names: Vec<&str> = stages.iter().map(|stage| stage.name).collect();
    names.dedup();
    assert_eq!(names, ["reading", "detecting", "deriving", "reasoning", "concluding"]);
}

#[test]
fn an_unknown_mode_is_an_error() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/checkout-outage");
    let options = Options { modes: vec!["telepathic".to_owned()], ..Options::default() };
    let error =
        diagnose(&Source::Directory(path), &Knowledge::shipped().unwrap(), &options, &mut |_| {}).err().unwrap();
    assert!(error.to_string().contains("telepathic"));
}
