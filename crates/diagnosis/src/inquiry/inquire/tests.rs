//! Whole inquiries over scripted answers.

use std::collections::HashMap;

use super::*;
use crate::inquiry::Answer;

/// Answers by command; what is not there fails.
struct Script {
    answers: HashMap<String, String>,
    otherwise: AskError,
    only: &'static str,
}

impl Ask for Script {
    fn offers(&self, command: &Command) -> bool {
        command.program() == self.only
    }

    fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
        let text = self.answers.get(&command.to_string()).cloned();
        text.map(Answer::Printed).ok_or_else(|| self.otherwise.clone())
    }
}

const PODS: &str = "\
NAME                   READY   STATUS             RESTARTS   AGE   IP           NODE\n\
db-6f7c9d8b5-k8v2p     1/1     Running            0          2d    10.1.0.4     n1\n\
web-5d4f8c7b9d-x2k4p   0/1     ImagePullBackOff   0          2m    10.1.0.5     n1\n";
const WEB: &str = "\
Name:             web-5d4f8c7b9d-x2k4p\n\
Namespace:        shop\n\
Node:             n1/10.0.0.1\n\
Labels:           app=web\n\
Status:           Pending\n\
Controlled By:    ReplicaSet/web-5d4f8c7b9d\n\
Containers:\n  \
  main:\n    \
    Image:          registry.example/web:no-such-tag\n    \
    State:          Waiting\n      \
      Reason:       ImagePullBackOff\n    \
    Ready:          False\n    \
    Restart Count:  0\n\
Conditions:\n  \
  Type              Status\n  \
  PodScheduled      True\n\
Events:\n  \
  Type     Reason   Age                From     Message\n  \
  ----     ------   ----               ----     -------\n  \
  Warning  Failed   30s (x4 over 2m)   kubelet  Failed to pull image \"registry.example/web:no-such-tag\": manifest unknown: not found\n";

fn script() -> HashMap<String, String> {
    [
        ("kubectl get pods -n shop -o wide", PODS),
        ("kubectl describe pod web-5d4f8c7b9d-x2k4p -n shop", WEB),
        ("kubectl get events -n shop", "No resources found in shop namespace.\n"),
    ]
    .map(|(command, text)| (command.to_owned(), text.to_owned()))
    .into()
}

fn asked(answers: HashMap<String, String>, otherwise: AskError, settings: &Settings) -> Verdict {
    let knowledge = Knowledge::shipped().unwrap();
    let interrogation = Interrogation::new(&knowledge);
    let start = vec![("incident.toml".to_owned(), b"title = \"web is down\"\nnamespace = \"shop\"\n".to_vec())];
    let mut script = Script { answers, otherwise, only: "kubectl" };
    let options = Options::default();
    inquire(start, &knowledge, &interrogation, &options, settings, &mut script, &mut |_| {}).unwrap().verdict
}

fn commands(verdict: &Verdict) -> Vec<&str> {
    verdict.transcript.iter().map(|step| step.command.as_str()).collect()
}

const UNRECORDED: AskError = AskError::NotRecorded;

#[test]
fn it_lists_the_pods_looks_at_the_one_in_trouble_and_names_the_cause() {
    let verdict = asked(script(), UNRECORDED, &Settings::default());
    assert_eq!(
        commands(&verdict)[..2],
        ["kubectl get pods -n shop -o wide", "kubectl describe pod web-5d4f8c7b9d-x2k4p -n shop"]
    );
    let first = &verdict.hypotheses[0];
    assert_eq!((first.entity.as_str(), first.cause.as_str()), ("service/web", "image-reference-wrong"));
    assert!(verdict.transcript.len() < 6, "{:?}", commands(&verdict));
    let step = &verdict.transcript[1];
    assert!(step.answered && step.facts > 0 && step.expected_bits > PRICE && !step.at_stake.is_empty());
    assert!(step.outcome.contains("pull-failed"), "{}", step.outcome);
    assert!(step.leading.contains("image-reference-wrong"));
    assert!(verdict.stopped.is_some());
}

#[test]
fn the_same_system_under_other_names_is_asked_the_same() {
    let other = |text: &str| text.replace("web", "zeb").replace("db-", "aa-").replace("n1", "m9");
    let answers = script().into_iter().map(|(command, text)| (other(&command), other(&text))).collect();
    let (one, two) =
        (asked(script(), UNRECORDED, &Settings::default()), asked(answers, UNRECORDED, &Settings::default()));
    let renamed: Vec<String> = commands(&one).into_iter().map(other).collect();
    assert_eq!(renamed, commands(&two));
    for (a, b) in one.transcript.iter().zip(&two.transcript) {
        assert!((a.expected_bits - b.expected_bits).abs() < 1e-9);
    }
}

#[test]
fn the_budget_is_kept() {
    let verdict = asked(script(), UNRECORDED, &Settings { max_commands: 1, ..Settings::default() });
    assert_eq!(verdict.transcript.len(), 1);
    assert!(verdict.stopped.unwrap().contains("All 1 commands"));
}

#[test]
fn a_price_above_all_gains_asks_nothing() {
    let verdict = asked(script(), UNRECORDED, &Settings { price: 100.0, ..Settings::default() });
    assert!(verdict.transcript.is_empty());
    assert!(verdict.stopped.unwrap().contains("worth its cost"));
}

#[test]
fn a_system_that_does_not_answer_is_left_alone() {
    let refused = AskError::Failed("connection refused".to_owned());
    let verdict = asked(HashMap::new(), refused, &Settings::default());
    assert_eq!(verdict.transcript.len(), UNANSWERED);
    assert!(verdict.transcript.iter().all(|step| !step.answered && step.outcome.contains("connection refused")));
    assert!(verdict.abstention.is_some(), "nothing was observed, so nothing is named");
}

#[test]
fn a_program_that_is_not_there_is_asked_once() {
    let verdict = asked(HashMap::new(), AskError::NoProgram("kubectl".to_owned()), &Settings::default());
    assert_eq!(verdict.transcript.len(), 1);
    assert!(verdict.transcript[0].outcome.contains("kubectl was not found"));
    assert_eq!(verdict.stopped.unwrap(), "Nothing is left to ask here.");
}

#[test]
fn a_checklist_and_a_random_order_use_the_whole_budget() {
    for strategy in [Strategy::Checklist, Strategy::Random(7)] {
        let settings = Settings { strategy, max_commands: 3, ..Settings::default() };
        assert_eq!(asked(script(), UNRECORDED, &settings).transcript.len(), 3);
    }
}

#[test]
fn the_shipped_probes_hold_together() {
    let knowledge = Knowledge::shipped().unwrap();
    assert_eq!(knowledge.probes().problems(), Vec::<String>::new());
    let learned = Knowledge::shipped().unwrap().with_learning(Learning::default());
    assert_eq!(learned.probes().probes.len(), knowledge.probes().probes.len());
}
