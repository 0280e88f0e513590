//! The shipped example incident, diagnosed from its directory with the shipped knowledge.

use oriel_diagnosis::{Diagnosis, Knowledge, Options, Source, Stage, diagnose};
use oriel_reasoning::verdict::Status;
use std::path::Path;

fn example(options: &Options, stages: &mut Vec<Stage>) -> Diagnosis {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/checkout-outage");
    let knowledge = Knowledge::shipped().unwrap();
    diagnose(&Source::Directory(path), &knowledge, options, &mut |stage| stages.push(stage)).unwrap()
}

#[test]
fn the_proved_cause_comes_first_and_is_not_talked_down_by_where_trouble_shows() {
    let verdict = example(&Options::default(), &mut Vec::new()).verdict;
    let shown: Vec<String> =
        verdict.hypotheses.iter().map(|h| format!("{} {} {:.2}", h.entity, h.cause, h.probability)).collect();
    for p in &verdict.perspectives {
        println!("{} a={:.2} w={:.2} {}", p.mode, p.applicability, p.weight, p.note);
        for c in p.conclusions.iter().take(5) {
            println!("    {} {} {:.3} {:.2}", c.entity, c.cause, c.strength, c.confidence);
        }
    }
    println!("healthy {:.3} agreement {:.3} {:?}", verdict.healthy_probability, verdict.agreement, verdict.abstention);
    println!("{shown:#?}\n{:#?}", verdict.recommendations);
    assert_eq!(verdict.status, Status::Diagnosed, "{shown:?}");
    let first = verdict.hypotheses.first().unwrap();
    assert_eq!((first.entity.as_str(), first.cause.as_str()), ("service/payments", "out-of-memory"), "{shown:?}");
    assert!(first.probability > 0.8, "{shown:?}");
    assert!(verdict.healthy_probability < 0.05);
    assert!(first.proof.as_ref().is_some_and(|proof| proof.rule.is_some()));
    assert!(first.evidence.iter().any(|item| item.file.is_some()));
}

#[test]
fn stages_are_reported_in_order() {
    let mut stages = Vec::new();
    example(&Options::default(), &mut stages);
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
