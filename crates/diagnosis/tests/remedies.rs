//! Over lists: every cause that a shipped rule concludes has a change and a look, and every remedy has all of its parts.
//!
//! Each rule that concludes a remedy is run over its own examples with all the shipped rules, and what comes out is looked
//! at: the commands are single and only read where they should, their JSON can be parsed and sets fields that Kubernetes
//! has, and what they leave open is quoted.

use oriel_atomspace::Frame;
use oriel_atomspace::rules::{Limits, Rule, Strengths};
use oriel_diagnosis::Knowledge;
use std::collections::{BTreeMap, BTreeSet};

/// A remedy as its rule concludes it from an example.
struct Remedy {
    rule: String,
    kind: String,
    command: String,
    risk_reason: String,
    undo: Result<String, String>,
    check: String,
    check_shows: String,
    reversible: f64,
}

/// The places of the parts in the fact; `docs/rule-format.md` describes it.
fn remedies() -> Result<Vec<Remedy>, Box<dyn std::error::Error>> {
    let knowledge = Knowledge::shipped()?;
    let mut found = Vec::new();
    for rule in knowledge.rules().rules().iter().filter(|rule| concludes(rule, "remedy")) {
        for example in rule.examples.iter().filter(|example| example.fires) {
            let mut frame = Frame::new();
            let facts: Vec<String> = example.facts.iter().map(ToString::to_string).collect();
            frame.load(&facts.join(" "))?;
            knowledge.rules().run(&mut frame, &Strengths::new(), Limits::default());
            for fact in frame.facts("remedy") {
                let text = |at: usize| fact.text(at).unwrap_or_default().to_owned();
                let word = |at: usize| fact.entity(at).unwrap_or_default().to_owned();
                let undo = if word(13) == "undo" { Ok(text(14)) } else { Err(text(14)) };
                found.push(Remedy {
                    rule: rule.name.clone(),
                    kind: word(2),
                    command: text(3),
                    risk_reason: text(12),
                    undo,
                    check: text(16),
                    check_shows: text(17),
                    reversible: fact.number(21).ok_or("no reversibility")?,
                });
            }
        }
    }
    assert!(found.len() > 200, "{}", found.len());
    Ok(found)
}

fn concludes(rule: &Rule, relation: &str) -> bool {
    rule.conclusions.iter().any(|conclusion| conclusion.pattern.predicate == relation)
}

/// The cause that a remedy's rule asks for: the second argument of its premise `(cause …)`.
fn cause_of(rule: &Rule) -> Option<String> {
    let cause = rule.patterns().find(|pattern| pattern.predicate == "cause")?;
    cause.args.get(1).map(ToString::to_string)
}

#[test]
fn the_shipped_rules_are_sound_and_their_examples_hold() {
    let knowledge = Knowledge::shipped().unwrap();
    let problems: Vec<String> = knowledge.rules().check().iter().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    let failures: Vec<String> = knowledge.rules().test().iter().map(ToString::to_string).collect();
    assert_eq!(failures, Vec::<String>::new());
}

#[test]
fn every_cause_has_a_change_and_a_look() {
    let knowledge = Knowledge::shipped().unwrap();
    let mut causes = BTreeSet::new();
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rule in knowledge.rules().rules() {
        for conclusion in &rule.conclusions {
            let word = |at: usize| conclusion.pattern.args.get(at).map(ToString::to_string).unwrap_or_default();
            match conclusion.pattern.predicate.as_str() {
                "cause" => drop(causes.insert(word(1))),
                "remedy" => drop(kinds.entry(cause_of(rule).unwrap()).or_default().insert(word(2))),
                _ => {}
            }
        }
    }
    assert!(causes.len() > 90, "{}", causes.len());
    let without = |kind: &[&str]| -> Vec<&String> {
        let has = |cause: &String| kinds.get(cause).is_some_and(|known| kind.iter().any(|kind| known.contains(*kind)));
        causes.iter().filter(|cause| !has(cause)).collect()
    };
    assert_eq!(without(&["patch", "command"]), Vec::<&String>::new(), "without a change");
    assert_eq!(without(&["inspect"]), Vec::<&String>::new(), "without a look");
}

#[test]
fn every_remedy_says_what_it_risks_how_it_is_undone_and_how_to_tell_that_it_worked() {
    for each in remedies().unwrap() {
        let rule = &each.rule;
        assert!(!each.command.is_empty() && !each.risk_reason.is_empty(), "{rule}");
        assert!(!each.check.is_empty() && !each.check_shows.is_empty(), "{rule}");
        match &each.undo {
            Ok(undo) => assert!(!undo.is_empty() && each.reversible >= 0.5, "{rule}"),
            Err(reason) if each.kind == "inspect" => assert_eq!(reason, "It only reads.", "{rule}"),
            Err(reason) => assert!(reason.contains("cannot be") && reason.contains(" because "), "{rule}: {reason}"),
        }
    }
}

#[test]
fn commands_are_single_and_checks_only_read() {
    for each in remedies().unwrap() {
        let undo = each.undo.as_deref().unwrap_or("true");
        for command in [each.command.as_str(), undo, &each.check] {
            let words = words(command).unwrap_or_else(|problem| panic!("{}: {problem} in {command}", each.rule));
            assert!(!words.is_empty(), "{}", each.rule);
        }
        assert!(reads(&each.check), "{}: {}", each.rule, each.check);
        assert_eq!(each.kind == "inspect", reads(&each.command), "{}: {}", each.rule, each.command);
        if each.kind == "patch" {
            assert!(each.command.starts_with("kubectl patch "), "{}: {}", each.rule, each.command);
        }
    }
}

#[test]
fn patches_are_json_and_set_fields_that_kubernetes_has() {
    let mut patches = 0;
    for each in remedies().unwrap() {
        for command in [Some(&each.command), each.undo.as_ref().ok()].into_iter().flatten() {
            let words = words(command).unwrap();
            if !command.starts_with("kubectl patch ") {
                continue;
            }
            let at = words.iter().position(|word| word == "-p").unwrap();
            let body = quoted_blanks(&words[at + 1]);
            let patch: serde_json::Value =
                serde_json::from_str(&body).unwrap_or_else(|problem| panic!("{}: {problem} in {body}", each.rule));
            patches += 1;
            match &patch {
                serde_json::Value::Array(operations) => operations.iter().for_each(operation),
                object => fields(object, &each.rule),
            }
        }
    }
    assert!(patches > 100, "{patches}");
}

/// A blank where a number belongs (`"port":<port>`) as a text, so that the rest can be parsed.
fn quoted_blanks(body: &str) -> String {
    let mut whole = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once(":<") {
        let (blank, after) = after.split_once('>').unwrap_or((after, ""));
        whole.extend([before, ":\"<", blank, ">\""]);
        rest = after;
    }
    whole + rest
}

/// A JSON patch (RFC 6902): each operation has a path of known fields.
fn operation(operation: &serde_json::Value) {
    let [path, op] = ["path", "op"].map(|part| operation[part].as_str().unwrap_or_default());
    assert!(["remove", "replace", "test", "add"].contains(&op) && path.starts_with('/'), "{operation}");
    assert_eq!(op == "remove", operation.get("value").is_none(), "{operation}");
    for step in path.split('/').skip(1).filter(|step| step.parse::<u8>().is_err() && *step != "-") {
        if step.starts_with('<') {
            continue;
        }
        assert!(is_field(step), "{path}");
    }
}

/// Fields of the objects that remedies patch, as the Kubernetes API reference names them.
const FIELDS: &str = "\
    accessModes affinity allowPrivilegeEscalation annotations backend capabilities capacity claimRef command \
    containers data dnsConfig dnsPolicy drop effect egress env externalName failurePolicy failureThreshold \
    fsGroup grpc hard hostAliases hostPort http httpGet image imagePullPolicy imagePullSecrets ingress \
    initialDelaySeconds key kubernetes.io/arch lifecycle limits livenessProbe metadata name nodeAffinity \
    nodeSelector number operator path paths podAffinity podAntiAffinity port ports postStart priorityClassName \
    protocol from podSelector matchLabels readinessProbe requests resources rollingUpdate rules runAsNonRoot runAsUser scaleTargetRef \
    schedulerName seccompProfile securityContext selector service spec startupProbe storage storageClassName \
    strategy stringData targetPort tcpSocket template timeoutSeconds tls.crt tls.key tolerations \
    topologySpreadConstraints type value webhooks";

fn is_field(name: &str) -> bool {
    FIELDS.split_whitespace().any(|field| field == name)
}

/// The maps whose keys are free: labels, quotas, data.
const FREE: [&str; 6] = ["selector", "matchLabels", "hard", "data", "stringData", "nodeSelector"];

fn fields(value: &serde_json::Value, rule: &str) {
    match value {
        serde_json::Value::Object(object) => {
            for (key, inner) in object {
                assert!(key.starts_with('<') || is_field(key), "{rule}: unknown field {key}");
                if !FREE.contains(&key.as_str()) {
                    fields(inner, rule);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| fields(item, rule)),
        _ => {}
    }
}

/// Whether a command only reads.
fn reads(command: &str) -> bool {
    let words = words(command).unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["kubectl", "get" | "describe" | "logs" | "top", ..]
        | ["kubectl", "auth", "can-i", ..]
        | ["kubectl", "rollout", "status" | "history", ..] => true,
        ["kubectl", "set", "env", rest @ ..] => rest.contains(&"--list"),
        ["ssh", _, rest @ ..] | ["kubectl", "exec", _, "-n", _, "--", rest @ ..] => reads_on_host(rest),
        _ => false,
    }
}

fn reads_on_host(words: &[&str]) -> bool {
    match words {
        ["df", ..] | ["systemctl", "status" | "is-active", ..] => true,
        ["tc", rest @ ..] => !rest.iter().any(|word| ["add", "del", "change", "replace"].contains(word)),
        ["mysql", "-e", statement] => statement.starts_with("SELECT ") || statement.starts_with("SHOW "),
        ["psql", "-U", "postgres", "-c", statement] => {
            statement.starts_with("SELECT ") || statement.starts_with("SHOW ")
        }
        _ => false,
    }
}

/// The words of one simple shell command; refuses what would make it more than one, or what is left open without quotes.
fn words(command: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for character in command.chars() {
        match (quote, character) {
            (Some(open), closing) if open == closing => quote = None,
            (Some('"'), '$' | '`' | '\\') => return Err(format!("{character} inside double quotes")),
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, ';' | '|' | '&' | '<' | '>' | '$' | '`' | '(' | ')' | '*' | '?' | '#' | '\n' | '\\' | '~' | '!') => {
                return Err(format!("{character} without quotes"));
            }
            (_, other) => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    if quote.is_some() { Err("a quote that is not closed".to_owned()) } else { Ok(words) }
}
