//! Learning of knowledge bases at the command line: patterns, what is alike, outcomes.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::Value;

use crate::knowledge::{done, knowledge};

/// A data directory with a base `shop` of thirty services, every second of them old and slow, and one thing without a fact.
fn shop(directory: &tempfile::TempDir) -> Result<String> {
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let mut text = String::from("(Member (Concept \"idle\") (Concept \"thing\"))\n");
    for at in 0..30 {
        writeln!(text, "(Member (stv 1 0.9) (Concept \"s{at}\") (Concept \"service\"))")?;
        for what in ["old", "slow"].iter().filter(|_| at % 2 == 0) {
            writeln!(text, "(Evaluation (stv 1 0.9) (Predicate \"{what}\") (Concept \"s{at}\"))")?;
        }
    }
    std::fs::write(path("shop.scm"), text)?;
    let data = path("data");
    done(&data, &["create", "shop"])?;
    done(&data, &["create", "empty"])?;
    done(&data, &["load", "shop", &path("shop.scm")])?;
    Ok(data)
}

/// What a command says beside its answer, which must be empty.
fn noted(data: &str, arguments: &[&str]) -> Result<String> {
    let (code, out, errors) = knowledge(data, arguments)?;
    assert!(code == Some(0) && out.is_empty(), "{arguments:?}: {code:?} {out}{errors}");
    Ok(errors)
}

const PAIR: &str = "(And (Evaluation (Predicate \"old\") (Variable \"$case\")) (Evaluation (Predicate \"slow\") (Variable \"$case\")))";

#[test]
fn patterns_are_found_at_the_command_line() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = &shop(&directory)?;
    let found = done(data, &["patterns", "shop", "--of", "service"])?;
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, format!("0.5000\t15\t7.5\t{PAIR}").as_str()), "{found}");
    assert!(lines[1].starts_with("0.0000\t15\t15.0\t(Evaluation"), "{found}");
    let asked = done(data, &["query", "shop", &format!("(Get {PAIR})")])?;
    assert_eq!(asked.lines().count(), 15);

    let arguments = ["patterns", "shop", "--of", "service", "--top", "1", "--max-size", "2", "--json"];
    let found: Value = serde_json::from_str(&done(data, &arguments)?)?;
    assert_eq!((&found["found"], &found["patterns"][0]["support"]), (&3.into(), &15.into()), "{found}");
    assert_eq!((&found["patterns"][0]["pattern"], &found["looked"]["things"]), (&PAIR.into(), &30.into()));
    let (_, out, errors) = knowledge(data, &["patterns", "shop", "--of", "service", "--limit", "1"])?;
    assert!(out.lines().count() == 1 && errors.contains("there are 3: --top 1 lets no more through"), "{errors}");
    let (_, out, errors) = knowledge(data, &["patterns", "shop", "--of", "service", "--steps", "10"])?;
    assert!(errors.contains("of 30 things were looked at: all steps were taken; give it more"), "{out}{errors}");
    let few = noted(data, &["patterns", "shop", "--of", "service", "--min-support", "16"])?;
    assert!(few.contains("nothing is said of as many as 16 of 30 things: --min-support asks for fewer"), "{few}");
    let none = noted(data, &["patterns", "empty"])?;
    assert!(none.contains("no fact says anything of any of 0 things: a fact is a link with a truth value"), "{none}");
    let idle = noted(data, &["patterns", "shop", "--of", "thing"])?;
    assert!(idle.contains("no fact says anything of any of 1 thing:"), "{idle}");
    Ok(())
}

#[test]
fn what_is_alike_is_found_at_the_command_line() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = &shop(&directory)?;
    let like = done(data, &["similar", "shop", "s0", "--of", "service", "--top", "1"])?;
    assert_eq!(
        like,
        "(stv 1.0000 0.1667)\t(Concept \"s2\")\t2 of 2\n  (Evaluation (Predicate \"old\") (Variable \"$case\"))\n  \
         (Evaluation (Predicate \"slow\") (Variable \"$case\"))\n"
    );
    let found: Value = serde_json::from_str(&done(data, &["similar", "shop", "(Concept \"s0\")", "--json"])?)?;
    assert_eq!((&found["similar"][0]["shared"], &found["is_told"]), (&3.into(), &true.into()), "{found}");
    let (_, out, errors) = knowledge(data, &["similar", "shop", "s0", "--of", "service", "--top", "1"])?;
    assert!(out.lines().count() == 3 && errors.contains("there are 14: --top 1 lets no more through"), "{errors}");
    let fact = |what: &str| format!("(Evaluation (stv 1 0.9) (Predicate \"is-{what}\") (Concept \"{what}\"))");
    let file = directory.path().join("two.scm").to_str().unwrap_or_default().to_owned();
    std::fs::write(&file, fact("old") + &fact("new"))?;
    done(data, &["create", "two"])?;
    done(data, &["load", "two", &file])?;
    let alone = noted(data, &["similar", "two", "old"])?;
    assert!(alone.contains("nothing is like (Concept \"old\"), of 1 thing that"), "{alone}");
    let few = noted(data, &["clusters", "two", "--steps", "1"])?;
    assert!(few.contains("only 1 of 2 things were looked at") && few.contains("1 thing; --least"), "{few}");
    let few = noted(data, &["patterns", "two", "--steps", "1"])?;
    assert!(few.contains("only 1 of 2 things were looked at") && !few.contains("nothing is said"), "{few}");
    let (code, _, errors) = knowledge(data, &["clusters", "shop", "--of", "service", "--steps", "70"])?;
    assert!(code == Some(1) && errors.contains("all steps were taken") && errors.contains("--steps"), "{errors}");
    let idle = noted(data, &["similar", "shop", "idle"])?;
    assert!(idle.contains("no fact says anything of (Concept \"idle\")"), "{idle}");

    let (_, groups, errors) = knowledge(data, &["clusters", "shop", "--of", "service"])?;
    assert!(
        groups.starts_with("15\t1.0000\t(Concept \"s0\") (Concept \"s2\")") && groups.lines().count() == 3,
        "{groups}"
    );
    assert!(errors.is_empty(), "{errors}");
    let found: Value = serde_json::from_str(&done(data, &["clusters", "shop", "--json"])?)?;
    assert_eq!((&found["found"], found["groups"].as_array().map(Vec::len)), (&2.into(), Some(2)), "{found}");
    let none = noted(data, &["clusters", "empty"])?;
    assert!(none.contains("no fact says anything of any of 0 things"), "{none}");
    for (arguments, says) in [
        (vec!["patterns", "shop", "--of", "nobody"], "of: there is no node named `nobody`"),
        (vec!["patterns", "shop", "--of", "s1"], "of: nothing is a member of it"),
        (vec!["patterns", "shop", "--min-support", "0"], "min_support: "),
        (vec!["patterns", "shop", "--max-size", "9"], "max_size: "),
        (vec!["patterns", "shop", "--memory", "0"], "memory: "),
        (vec!["similar", "shop", "(Conc"], "atom: 1:"),
        (vec!["similar", "shop", "s0", "--top", "0"], "limit: ask for 1 thing"),
        (vec!["similar", "shop", "s0", "--least", "2"], "least is 2: it must be from 0 to 1"),
        (vec!["clusters", "shop", "--least", "0"], "least: it must be above 0"),
    ] {
        let (code, out, errors) = knowledge(data, &arguments)?;
        assert!(code == Some(2) && out.is_empty() && errors.contains(says), "{arguments:?}: {code:?} {out}{errors}");
    }
    let (code, _, errors) = knowledge(data, &["patterns", "none"])?;
    assert!(code == Some(1) && errors.contains("there is no knowledge base `none`"), "{errors}");
    Ok(())
}

#[test]
fn an_outcome_is_counted_at_the_command_line() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = &shop(&directory)?;
    let slow = "(Evaluation (Predicate \"slow\") (Concept \"s0\"))";
    let say = |positive: &'static str, total: &'static str, more: &[&'static str]| {
        let said = ["outcome", "shop", slow, "--source", "probes", "--positive", positive, "--total", total];
        knowledge(data, &[&said[..], more].concat())
    };
    let (code, out, errors) = say("0", "10", &["--observed", "2026-11-20T10:00:00Z", "--expect", "1"])?;
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(
        out,
        format!("(stv 0.9 0.90909094)\t{slow}\nshop has version 2: 97 atoms, 1 more than before.\n"),
        "{errors}"
    );
    let (_, out, _) = say("0", "10", &[])?;
    assert!(out.ends_with("shop has that of probes already.\n"), "{out}");
    let (_, out, errors) = say("10", "10", &["--note", "looked again"])?;
    assert!(out.starts_with("(stv 1 0.90909094)\t") && errors.contains("probes had said 0 of 10"), "{out}{errors}");
    let history: Value = serde_json::from_str(&done(data, &["history", "shop", "--json", "--limit", "2"])?)?;
    assert_eq!((&history[0]["note"], &history[1]["note"]), (&"looked again".into(), &"outcome probes".into()));
    assert_eq!(history[0]["kind"], "outcome");
    let (code, _, errors) = say("1", "1", &["--expect", "1"])?;
    assert!(code == Some(1) && errors.contains("version 3"), "{errors}");
    for (arguments, says) in [
        (["nobody", "x", "1", "1"], "atom: there is no node named `nobody`"),
        ([slow, " ", "1", "1"], "source: say where"),
        ([slow, "x", "2", "1"], "positive: give 0 to 1"),
        ([slow, "x", "0", "1e9"], "total: give 0 to 16777216"),
    ] {
        let [atom, source, positive, total] = arguments;
        let said = ["outcome", "shop", atom, "--source", source, "--positive", positive, "--total", total];
        let (code, out, errors) = knowledge(data, &said)?;
        assert!(code == Some(2) && out.is_empty() && errors.contains(says), "{said:?}: {code:?} {out}{errors}");
    }
    let (_, out, _) =
        knowledge(data, &["outcome", "shop", slow, "--source", "nobody", "--positive", "0", "--total", "0"])?;
    assert!(out.ends_with("nobody never said anything of it: there is nothing to take back.\n"), "{out}");
    let taken: Value = serde_json::from_str(&say("0", "0", &["--json"])?.1)?;
    assert_eq!((&taken["sources"], &taken["applied"]["version"]), (&0.into(), &4.into()), "{taken}");
    Ok(())
}

#[test]
fn what_matters_is_told_and_changed_at_the_command_line() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = &shop(&directory)?;
    let nothing = noted(data, &["attention", "shop"])?;
    assert!(nothing.contains("no atom has any importance") && nothing.contains("1000000 of 1000000"), "{nothing}");
    let (_, out, errors) = knowledge(data, &["attention", "shop", "--stimulate", "s0", "--by", "500", "--ticks", "1"])?;
    let member = "32\t0\t(Member (Concept \"s0\") (Concept \"service\"))";
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((lines[0], lines.len()), ("380\t0\t(Concept \"s0\")", 5), "{out}");
    assert_eq!(lines[1], member, "{out}");
    assert!(lines[4].starts_with("shop has version 2: "), "{out}{errors}");
    assert!(errors.contains("in reserve: 999"), "{errors}");
    let found: Value = serde_json::from_str(&done(data, &["attention", "shop", "--top", "1", "--json"])?)?;
    assert_eq!((&found["atoms"][0]["sti"], &found["found"]), (&380.0.into(), &4.into()), "{found}");
    let used = done(data, &["attention", "shop", "--use", "s1", "--top", "1", "--expect", "2"])?;
    assert!(used.starts_with("380\t0\t(Concept \"s0\")\nshop has version 3"), "{used}");
    let (_, out, errors) = knowledge(data, &["attention", "shop", "--protect", "s3", "--forget-to", "20"])?;
    assert!(out.contains("0\t0\t(Concept \"s3\")\tprotected") && out.contains("20 atoms, "), "{out}");
    assert!(errors.contains("atoms are forgotten"), "{errors}");
    let (_, out, errors) = knowledge(data, &["attention", "shop", "--forget-to", "0"])?;
    assert!(errors.contains("2 atoms more than that stay") && out.contains("2 atoms, 18 fewer"), "{out}{errors}");
    assert!(done(data, &["attention", "shop", "--ticks", "3"])?.ends_with("shop is so already.\n"));
    for (arguments, says) in [
        (vec!["attention", "shop", "--stimulate", "s3"], "--by"),
        (vec!["attention", "shop", "--by", "3"], "--stimulate"),
        (vec!["attention", "shop", "--ticks", "1", "--at", "1"], "only the newest version"),
        (vec!["attention", "shop", "--note", "x"], "nothing is changed"),
        (vec!["attention", "shop", "--use", "nobody"], "use: there is no node named `nobody`"),
        (vec!["attention", "shop", "--ticks", "9999"], "ticks: "),
    ] {
        let (code, out, errors) = knowledge(data, &arguments)?;
        assert!(code == Some(2) && out.is_empty() && errors.contains(says), "{arguments:?}: {code:?} {out}{errors}");
    }
    Ok(())
}
