//! An inquiry beside what was measured. The cluster is asked first, as if there were no metrics, logs and traces; then what
//! they say joins, and what is still worth asking is asked. So an inquiry that has measurements knows at least what one
//! without them knows: what was measured shows where it hurts, and the cluster why.

use std::fmt::Write as _;

use oriel_diagnosis::inquiry::{Answer, Ask, AskError, Command, Event, Interrogation, Settings, inquire};
use oriel_diagnosis::{DiagnoseError, Diagnosis, Knowledge, Options};

/// Files of an incident, by path.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// Whether a file holds what was measured.
fn is_measured(path: &str) -> bool {
    ["metrics/", "logs/", "traces/"].iter().any(|directory| path.starts_with(directory))
}

/// Investigates from these files, of which those that hold measurements join after the cluster was asked.
pub(super) fn investigate(
    files: Files,
    knowledge: &Knowledge,
    options: &Options,
    settings: &Settings,
    ask: &mut dyn Ask,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Diagnosis, DiagnoseError> {
    let interrogation = Interrogation::new(knowledge);
    let (measured, start): (Files, Files) = files.into_iter().partition(|(path, _)| is_measured(path));
    let mut ask = Remembering { ask, answers: Vec::new(), asked: Vec::new(), silent: false };
    let first = inquire(start.clone(), knowledge, &interrogation, options, settings, &mut ask, watch)?;
    if measured.is_empty() {
        return Ok(first);
    }
    let before = first.verdict.transcript;
    ask.silent = !before.is_empty() && before.iter().rev().take(3).all(|step| !step.answered);
    let settings = Settings { max_commands: settings.max_commands.saturating_sub(before.len()), ..*settings };
    let known = [start, measured, ask.files()].concat();
    let mut second = inquire(known, knowledge, &interrogation, options, &settings, &mut ask, watch)?;
    let verdict = &mut second.verdict;
    if verdict.transcript.is_empty() {
        // Nothing was asked any more: why it was not stands as it was.
        verdict.stopped = first.verdict.stopped;
    }
    verdict.transcript.splice(..0, before);
    Ok(second)
}

/// Keeps every answer, and asks nothing twice.
struct Remembering<'a> {
    ask: &'a mut dyn Ask,
    answers: Vec<(Command, Answer)>,
    asked: Vec<Command>,
    /// Whether nobody answers, so that nothing more is asked.
    silent: bool,
}

impl Ask for Remembering<'_> {
    fn offers(&self, command: &Command) -> bool {
        !self.silent && !self.asked.contains(command) && self.ask.offers(command)
    }

    fn stopped(&self) -> Option<String> {
        self.ask.stopped()
    }

    fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
        self.asked.push(command.clone());
        let answer = self.ask.ask(command)?;
        self.answers.push((command.clone(), answer.clone()));
        Ok(answer)
    }
}

impl Remembering<'_> {
    /// The answers as an incident has them.
    fn files(&self) -> Files {
        let mut files = Vec::new();
        let (mut printed, mut calls) = (String::new(), String::new());
        for (command, answer) in &self.answers {
            match answer {
                Answer::Printed(text) => {
                    let _ = writeln!(printed, "$ {command}\n{}", text.trim_end());
                }
                Answer::Alerts(text) => files.push(("alerts.json".to_owned(), text.clone().into_bytes())),
                Answer::Calls(list) => {
                    for (caller, callee) in list {
                        let _ = writeln!(calls, "{caller},{callee}");
                    }
                }
            }
        }
        if !printed.is_empty() {
            files.push(("kubernetes/asked-first.txt".to_owned(), printed.into_bytes()));
        }
        if !calls.is_empty() {
            files.push(("topology.csv".to_owned(), format!("caller,callee\n{calls}").into_bytes()));
        }
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows one broken pod, and counts.
    #[derive(Default)]
    struct Cluster {
        away: bool,
        asked: Vec<String>,
    }

    impl Ask for Cluster {
        fn offers(&self, command: &Command) -> bool {
            command.program() == "kubectl"
        }

        fn ask(&mut self, command: &Command) -> Result<Answer, AskError> {
            self.asked.push(command.to_string());
            match command.to_string().as_str() {
                _ if self.away => Err(AskError::Failed("refused".to_owned())),
                "kubectl get pods -n shop -o wide" => Ok(Answer::Printed(
                    "NAME    READY   STATUS             RESTARTS   AGE   IP         NODE\n\
                     web-1   0/1     ImagePullBackOff   0          2m    10.1.0.5   n1\n"
                        .to_owned(),
                )),
                _ => Ok(Answer::Printed("No resources found".to_owned())),
            }
        }
    }

    fn investigated(more: &[(&str, &str)], cluster: &mut Cluster, max_commands: usize) -> Diagnosis {
        let mut files = vec![("incident.toml".to_owned(), b"title = \"web is down\"\nnamespace = \"shop\"\n".to_vec())];
        files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
        let settings = Settings { max_commands, ..Settings::default() };
        let knowledge = Knowledge::shipped().unwrap();
        investigate(files, &knowledge, &Options::default(), &settings, cluster, &mut |_| {}).unwrap()
    }

    const LOG: (&str, &str) =
        ("logs/web.jsonl", "{\"timestamp\":\"2026-05-04T10:00:00Z\",\"service\":\"web\",\"message\":\"started\"}\n");

    #[test]
    fn measurements_join_and_nothing_is_asked_twice() {
        let (mut alone, mut beside) = (Cluster::default(), Cluster::default());
        let without = investigated(&[], &mut alone, 12);
        let with = investigated(&[LOG], &mut beside, 12);
        assert!(beside.asked.starts_with(&alone.asked), "{:?} and {:?}", alone.asked, beside.asked);
        let mut once = beside.asked.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), beside.asked.len());
        assert_eq!(with.verdict.transcript.len(), beside.asked.len());
        assert!(with.evidence.incident.title.is_some() && with.verdict.stopped.is_some());
        let kinds = |diagnosis: &Diagnosis| diagnosis.verdict.evidence_summary.by_kind.clone();
        for (kind, count) in kinds(&without) {
            assert!(kinds(&with).get(&kind).is_some_and(|more| *more >= count), "{kind} is lost");
        }
    }

    #[test]
    fn the_budget_is_one_and_a_cluster_that_is_away_is_left_alone() {
        let mut cluster = Cluster::default();
        let done = investigated(&[LOG], &mut cluster, 2);
        assert_eq!(cluster.asked.len(), 2);
        assert!(done.verdict.stopped.unwrap().contains("All 2 commands"));
        let mut away = Cluster { away: true, ..Cluster::default() };
        let done = investigated(&[LOG], &mut away, 12);
        assert_eq!((away.asked.len(), done.verdict.transcript.len()), (3, 3));
        assert!(done.verdict.stopped.unwrap().contains("not answered"));
    }
}
