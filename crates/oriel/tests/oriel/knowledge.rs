//! Knowledge bases at the command line, without a server.

use std::process::{Command, Stdio};

use anyhow::Result;
use serde_json::Value;

use crate::program::{Server, oriel, run, said};

/// Runs `oriel knowledge …` over a data directory.
pub(crate) fn knowledge(data: &str, arguments: &[&str]) -> Result<(Option<i32>, String, String)> {
    let mut all = vec!["knowledge"];
    all.extend(arguments);
    all.extend(["--data-dir", data]);
    let output = run(&all)?;
    Ok((output.status.code(), said(&output), String::from_utf8_lossy(&output.stderr).into_owned()))
}

pub(crate) fn done(data: &str, arguments: &[&str]) -> Result<String> {
    let (code, out, errors) = knowledge(data, arguments)?;
    assert_eq!(code, Some(0), "{arguments:?}: {out}{errors}");
    Ok(out)
}

#[test]
fn a_base_lives_at_the_command_line() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let data = &path("data");
    std::fs::write(
        path("graph.scm"),
        "(Member (Concept \"cart\" (stv 0.5 0.5)) (Concept \"shop\"))\n(Concept \"mail\")",
    )?;
    done(data, &["create", "shop", "--description", "what belongs where"])?;
    assert_eq!(
        done(data, &["load", "shop", &path("graph.scm")])?,
        "shop has version 1: 4 atoms, 4 more than before.\n"
    );
    let members = "(Get (Member (Variable \"$what\") (Concept \"shop\")))";
    assert_eq!(done(data, &["query", "shop", members])?, "(Concept \"cart\" (stv 0.5 0.5))\n");
    done(data, &["remove", "shop", "(Concept \"cart\")", "--recursive", "--expect", "1", "--note", "closed"])?;
    assert_eq!(done(data, &["query", "shop", members])?, "");
    assert_eq!(done(data, &["query", "shop", members, "--at", "1"])?.lines().count(), 1);
    let plan: Value = serde_json::from_str(&done(data, &["explain", "shop", members, "--json"])?)?;
    assert!(plan["branches"].is_array(), "{plan}");
    let bind = "(Bind (Concept \"mail\") (Member (Concept \"mail\") (Concept \"shop\")))";
    assert!(done(data, &["query", "shop", bind, "--write"])?.contains("version 3: 3 atoms, 1 more"));

    let changed = done(data, &["diff", "shop", "--from", "1"])?;
    assert!(changed.contains("- (Concept \"cart\")") && changed.ends_with("1 came, 2 went, 0 differ\n"), "{changed}");
    let history: Value = serde_json::from_str(&done(data, &["history", "shop", "--json", "--limit", "2"])?)?;
    assert_eq!((history[0]["version"].as_u64(), history[1]["note"].as_str()), (Some(3), Some("closed")));
    assert_eq!(history[0]["actor"]["name"], "command line");
    assert!(done(data, &["list"])?.contains("what belongs where"));

    done(data, &["backup", "shop", &path("shop.backup")])?;
    done(data, &["restore", &path("shop.backup"), "--name", "copy"])?;
    let export = |name| done(data, &["export", name]);
    assert_eq!(export("copy")?, export("shop")?);
    done(data, &["load", "copy", &path("graph.scm")])?;
    assert!(done(data, &["merge", "copy", "shop"])?.contains("shop has version 4"));
    assert!(done(data, &["validate", "shop"])?.contains("The log of shop is whole: 4 changes"));

    assert!(done(data, &["rm", "shop"])?.contains("--undo"));
    assert!(done(data, &["list", "--deleted"])?.contains("shop"));
    done(data, &["rm", "shop", "--undo"])?;
    done(data, &["rm", "shop"])?;
    done(data, &["rm", "shop", "--purge"])?;
    let list: Value = serde_json::from_str(&done(data, &["list", "--json"])?)?;
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    Ok(())
}

#[test]
fn mistakes_name_what_to_do_and_change_nothing() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let data = &path("data");
    let (code, _, errors) = knowledge(data, &["list"])?;
    assert!(code == Some(1) && errors.contains("oriel knowledge create"), "{errors}");
    assert!(!std::path::Path::new(data).exists(), "a wrong path makes nothing");
    done(data, &["create", "shop"])?;
    std::fs::write(path("good.scm"), "(Concept \"a\")")?;
    std::fs::write(path("bad.scm"), "(Concept \"b\")\n(Concpet \"c\")")?;
    std::fs::write(path("empty.scm"), "; nothing\n")?;
    std::fs::write(path("bad.csv"), "no,header\n1,2\n")?;
    std::os::unix::fs::symlink(path("good.scm"), path("link.scm"))?;
    std::fs::write(path("cut.backup"), "oriel-backup 1\n{}\n")?;
    for (arguments, code, says) in [
        (vec!["load", "shop", &path("good.scm"), &path("bad.scm")], 1, "bad.scm:2:2: there is no type `Concpet`"),
        (vec!["load", "shop", &path("good.scm"), "--expect", "4"], 1, "version 0"),
        (vec!["load", "stock", &path("good.scm")], 1, "there is no knowledge base `stock`"),
        (vec!["create", "Shop"], 2, "name: use a-z"),
        (vec!["create", "shop"], 1, "another name"),
        (vec!["query", "shop", "(Get"], 2, "1:"),
        (vec!["query", "shop", "(Nope (Concept \"a\"))"], 2, "did you mean `Node`"),
        (vec!["explain", "shop", "(Concept \"a\")"], 2, "a query is a link"),
        (vec!["remove", "shop", "(Concept"], 2, "ATOM: 1:1: this bracket is never closed"),
        (vec!["remove", "shop", "(Concept \"a\") (Concept \"b\")"], 2, "one atom here, not 2"),
        (vec!["infer", "shop", "(Concept"], 2, "1:1: this bracket"),
        (vec!["infer", "shop", "(Concept \"a\")", "--rules", "none"], 2, "there are no rules in `none`"),
        (vec!["contradictions", "shop", "--rules", "none"], 2, "there are no rules in `none`"),
        (vec!["rules", "shop", "--limit", "3"], 2, "--suggest"),
        (vec!["rules", "shop", "--suggest", "none"], 2, "--suggest: there is no node named `none`"),
        (vec!["rules", "shop", "--suggest", "(Concept"], 2, "--suggest: 1:1: this bracket"),
        (vec!["search", "shop", "a", "--near", "(Conc"], 2, "near: 1:"),
        (vec!["path", "shop", "(Co", "a"], 2, "from: 1:"),
        (vec!["related", "shop", "(x"], 2, "node: 1:"),
        (vec!["ingest", "shop", &path("good.scm"), "--observed", "now"], 2, "2026-11-20T10:00:00Z"),
        (vec!["export", "shop", "--json", "--format", "csv"], 2, "leave one of them out"),
        (vec!["load", "shop", "-", "-"], 2, "stdin is read once"),
        (vec!["rm", "shop", "--undo"], 2, "there is nothing to bring back"),
        (vec!["restore", &path("good.scm")], 1, "it does not begin with `oriel-backup 1`"),
        (vec!["restore", &path("good.scm"), "--name", "Shop"], 2, "name: use a-z"),
        (vec!["query", "shop", "(Get (Concept \"a\"))", "--at", "yesterday"], 2, "2026-11-20T10:00:00Z"),
        (vec!["query", "shop", "(Get (Concept \"a\"))", "--at", "9"], 1, "the newest version of `shop` is 0"),
        (vec!["query", "shop", "(Get (Concept \"a\"))", "--write"], 2, "only a Bind or Query"),
        (
            vec!["query", "shop", "(Bind (Concept \"a\") (Concept \"b\"))", "--write", "--limit", "3"],
            2,
            "leave --limit out",
        ),
        (vec!["query", "shop", "(Get (Concept \"a\"))", "--note", "x"], 2, "give --write too"),
        (vec!["query", "shop", "(Get (Concept \"a\")) (Get (Concept \"b\"))"], 2, "one query at a time"),
        (vec!["query", "shop", "(Concept \"a\")"], 2, "neither a query nor something to be computed"),
        (vec!["export", "shop", "--at", "+12026-11-20T10:00:00Z"], 2, "years 0 to 9999"),
        (vec!["load", "shop", &path("empty.scm")], 1, "there is nothing in"),
        (vec!["load", "shop", &path("good.scm"), &path("bad.csv")], 1, "bad.csv: CSV"),
        (vec!["export", "shop", "--out", &path("data/oriel.db")], 2, "lies in the data directory"),
        (vec!["backup", "shop", &path("data/oriel.db")], 2, "lies in the data directory"),
        (vec!["export", "shop", "--out", &path("link.scm")], 1, "no regular file"),
        (vec!["remove", "shop", "(Concept \"a\")"], 1, "there is no (Concept \"a\")"),
        (vec!["restore", &path("cut.backup")], 1, "nothing was restored"),
        (vec!["rm", "shop", "--purge"], 2, "delete it first"),
    ] {
        let (found, out, errors) = knowledge(data, &arguments)?;
        assert_eq!(found, Some(code), "{arguments:?}: {out}{errors}");
        assert!(out.is_empty() && errors.contains(says), "{arguments:?}: {errors}");
    }
    assert_eq!(done(data, &["export", "shop"])?, "");
    Ok(())
}

#[test]
fn what_is_done_and_what_is_not_is_said() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let data = &path("data");
    done(data, &["create", "shop", "--description", "red \u{1b}[31m"])?;
    assert!(done(data, &["list"])?.contains("red \\u{1b}[31m"));
    std::fs::write(path("types.scm"), "(declare-type Service Concept)")?;
    std::fs::write(path("edges.csv"), "source,source_type,target\nweb,Service,Cart\n")?;
    done(data, &["load", "shop", &path("types.scm"), &path("edges.csv")])?;
    assert!(done(data, &["export", "shop"])?.contains("(Service \"web\")"));
    let (code, _, errors) = knowledge(data, &["remove", "shop", "(Concept \"Cart\")"])?;
    assert!(code == Some(1) && errors.contains("(List (Service \"web\") (Concept \"Cart\"))"), "{errors}");
    assert!(errors.contains("--recursive"), "{errors}");

    let bind = "(Bind (Service \"web\") (Concept \"new\"))";
    let (code, _, errors) = knowledge(data, &["query", "shop", bind, "--write", "--expect", "7"])?;
    assert!(code == Some(1) && errors.contains("version 7"), "{errors}");
    done(data, &["query", "shop", bind, "--write", "--expect", "1", "--note", "by rule"])?;
    assert!(done(data, &["history", "shop"])?.contains("by rule"));
    let (_, _, errors) = knowledge(data, &["related", "shop", "new"])?;
    assert!(errors.contains("nothing shares"), "{errors}");

    std::fs::write(path("shop.scm"), "what was there")?;
    done(data, &["export", "shop", "--out", &path("shop.scm")])?;
    assert_eq!(std::fs::read_to_string(path("shop.scm"))?, done(data, &["export", "shop"])?);

    done(data, &["create", "other"])?;
    std::fs::write(path("one.scm"), "(Service \"web\" (stv 0.5 0.5))")?;
    std::fs::write(path("two.scm"), "(declare-type Service Concept) (Service \"web\" (stv 0.25 0.5))")?;
    done(data, &["load", "shop", &path("one.scm")])?;
    done(data, &["load", "other", &path("two.scm")])?;
    let (code, _, errors) = knowledge(data, &["merge", "other", "shop"])?;
    assert!(code == Some(1) && errors.contains("--prefer source or --prefer target"), "{errors}");
    let (code, _, errors) = knowledge(data, &["merge", "other", "shop", "--prefer", "target"])?;
    assert!(code == Some(0) && errors.contains("decided for `shop`: of (Service \"web\")"), "{errors}");
    Ok(())
}

#[test]
fn what_is_longer_than_a_change_is_not_read_to_its_end() -> Result<()> {
    use std::io::Write as _;
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let data = &path("data");
    done(data, &["create", "shop"])?;
    std::fs::write(path("oriel.toml"), "[knowledge]\nchange_bytes = 1024\n")?;
    std::fs::write(path("half.scm"), " ".repeat(1_000))?;
    for (verb, format) in [("load", &["--format=atomese"][..]), ("ingest", &["--as=markdown", "--source=x"])] {
        let (config, half) = (path("oriel.toml"), path("half.scm"));
        let mut child = oriel(
            &[&["knowledge", "--data-dir", data, "--config", &config, verb, "shop", &half, "-"], format].concat(),
        );
        let mut child = child.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // More than a pipe holds: who does not read it all breaks it.
        let written = child.stdin.take().unwrap().write_all(&vec![b' '; 4 << 20]);
        assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::BrokenPipe, "{verb}");
        let output = child.wait_with_output()?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && errors.contains("more than 1024 bytes together"), "{errors}");
    }
    Ok(())
}

#[test]
fn an_answer_that_cannot_be_written_is_no_full_disk() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().to_str().unwrap();
    done(data, &["create", "shop"])?;
    std::fs::write(directory.path().join("a.scm"), "(Concept \"a\")")?;
    let file = directory.path().join("a.scm");
    let mut loading = oriel(&["knowledge", "--data-dir", data, "load", "shop", file.to_str().unwrap()]);
    let full = std::fs::File::options().write(true).open("/dev/full")?;
    let output = loading.stdout(full).output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("cannot write to stdout") && !errors.contains("nothing was changed"), "{errors}");
    assert_eq!(done(data, &["export", "shop"])?, "(Concept \"a\")\n");
    Ok(())
}

#[test]
fn a_broken_log_is_not_said_to_be_repaired() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().to_str().unwrap();
    done(data, &["create", "shop"])?;
    std::fs::write(directory.path().join("a.scm"), "(Concept \"a\")")?;
    done(data, &["load", "shop", directory.path().join("a.scm").to_str().unwrap(), "--note", "a note to be altered"])?;
    // The note stands in the row of the change as it is.
    let database = directory.path().join("oriel.db");
    let mut bytes = std::fs::read(&database)?;
    let mut altered = 0;
    let note = b"applya note to be altered";
    while let Some(at) = bytes.windows(note.len()).position(|window| window == note) {
        bytes[at + 5] = b'A';
        altered += 1;
    }
    assert!(altered > 0, "the note is found");
    std::fs::write(&database, bytes)?;
    let (code, out, _) = knowledge(data, &["validate", "shop", "--repair"])?;
    assert!(code == Some(1) && out.contains("Nothing was repaired: the log itself is broken"), "{out}");
    assert!(out.contains("oriel knowledge export shop --at 0 --out"), "what can be done is said: {out}");
    let (code, _, errors) = knowledge(data, &["load", "shop", directory.path().join("a.scm").to_str().unwrap()])?;
    assert!(code == Some(1) && errors.contains("damaged at version 1"), "{errors}");
    Ok(())
}

#[test]
fn an_empty_file_is_no_database() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let (data, file) = (directory.path().to_str().unwrap(), directory.path().join("oriel.db"));
    std::fs::write(&file, "")?;
    let (code, _, errors) = knowledge(data, &["list"])?;
    assert!(code == Some(1) && errors.contains("there is no Oriel database"), "{errors}");
    let (code, _, errors) = knowledge(data, &["create", "shop"])?;
    assert!(code == Some(0) && errors.contains("oriel.db was empty: a new database is made in it"), "{errors}");
    // What was kept with it tells that it held something.
    std::fs::write(&file, "")?;
    for (arguments, says) in [
        (vec!["knowledge", "create", "shop"], "put a copy of the database in its place"),
        (vec!["serve", "--listen", "127.0.0.1:0"], "put a copy of the database in its place"),
        (vec!["audit", "verify"], "there is no Oriel database"),
    ] {
        let output = run(&[&arguments[..], &["--data-dir", data]].concat())?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && errors.contains(says), "{arguments:?}: {errors}");
        assert_eq!(std::fs::metadata(&file)?.len(), 0, "{arguments:?}");
    }
    Ok(())
}

#[test]
fn a_name_that_is_taken_is_told_before_a_backup_is_read() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let data = &path("data");
    done(data, &["create", "shop"])?;
    done(data, &["backup", "shop", &path("shop.backup")])?;
    // Damaged behind its head.
    let head: String =
        std::fs::read_to_string(path("shop.backup"))?.lines().take(2).map(|line| line.to_owned() + "\n").collect();
    std::fs::write(path("cut.backup"), head)?;
    for (name, code, says) in [("shop", 1, "another name"), ("Shop", 2, "name: use a-z"), ("copy", 1, "ends too early")]
    {
        let (found, _, errors) = knowledge(data, &["restore", &path("cut.backup"), "--name", name])?;
        assert!(found == Some(code) && errors.contains(says), "{name}: {errors}");
    }
    Ok(())
}

#[test]
fn no_command_works_beside_a_server() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::start(directory.path())?;
    let (code, _, errors) = knowledge(directory.path().to_str().unwrap(), &["list"])?;
    assert!(code == Some(1) && errors.contains("another oriel"), "{errors}");
    assert_eq!(server.terminate()?, Some(0));
    Ok(())
}

#[test]
fn a_change_comes_from_a_pipe() -> Result<()> {
    use std::io::Write as _;
    let directory = tempfile::tempdir()?;
    let data = directory.path().to_str().unwrap();
    done(data, &["create", "shop"])?;
    let mut loading = oriel(&["knowledge", "--data-dir", data, "load", "shop", "-"]);
    let mut loading = loading.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    loading.stdin.take().unwrap().write_all(b"(Concept \"piped\")")?;
    assert!(said(&loading.wait_with_output()?).contains("1 atoms"));
    assert_eq!(done(data, &["export", "shop"])?, "(Concept \"piped\")\n");
    Ok(())
}

/// The guide's blocks: what stands behind the fence, and what is in them.
fn blocks(guide: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut inside = false;
    for line in guide.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(info), false) => {
                found.push((info, String::new()));
                inside = true;
            }
            (Some(_), true) => inside = false,
            (None, true) => {
                if let Some((_, text)) = found.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            (None, false) => {}
        }
    }
    found
}

#[test]
fn a_part_of_a_base_is_read_at_the_command_line() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let data = &path("data");
    let line = |number: usize| {
        format!("(Evaluation (Predicate \"calls\") (List (Concept \"s{number}\") (Concept \"s{}\")))\n", number + 1)
    };
    let mut text: String = (0..200).map(line).collect();
    text.push_str(r#"(Member (stv 1 0.9) (Concept "s7") (Concept "watched"))"#);
    std::fs::write(path("graph.scm"), text)?;
    done(data, &["create", "shop"])?;
    done(data, &["load", "shop", &path("graph.scm")])?;
    let around = done(data, &["export", "shop", "--around", "watched", "--hops", "2"])?;
    assert_eq!(around.lines().count(), 3, "{around}");
    done(data, &["export", "shop", "--type", "Member", "--out", &path("part.json")])?;
    assert!(std::fs::read_to_string(path("part.json"))?.contains("watched"));
    let calls = "(Get (Evaluation (Predicate \"calls\") (List (Variable \"$a\") (Variable \"$b\"))))";
    let some = done(data, &["query", "shop", calls, "--around", "s3", "--around", "(Concept \"s9\")"])?;
    assert_eq!(some.lines().count(), 4, "{some}");
    let ways = done(data, &["path", "shop", "s1", "s4", "--around", "s1", "--hops", "3"])?;
    assert_eq!(ways.lines().count(), 4, "{ways}");
    let whole = done(data, &["related", "shop", "s7"])?;
    assert_eq!(done(data, &["related", "shop", "s7", "--around", "s7", "--hops", "2"])?, whole);
    let concluded = done(data, &["infer", "shop", "(Member (Concept \"s7\") (Variable \"$of\"))", "--type", "Member"])?;
    assert!(concluded.contains("watched"), "{concluded}");
    for (arguments, says) in [
        (vec!["export", "shop", "--hops", "2"], "--around"),
        (vec!["export", "shop", "--type", "Membre"], "did you mean `Member`"),
        (vec!["export", "shop", "--type", "Concept", "--most", "7"], "would have 202 atoms, and may have 7"),
        (vec!["query", "shop", "(Bind (Concept \"s1\") (Concept \"z\"))", "--write", "--around", "s1"], "leave --type"),
        (vec!["infer", "shop", "--forward", "--write", "--around", "s1"], "select no part"),
    ] {
        let (code, out, errors) = knowledge(data, &arguments)?;
        assert!(code == Some(2) && errors.contains(says), "{arguments:?}: {code:?} {out}{errors}");
    }
    Ok(())
}

#[test]
fn the_guide_says_what_the_commands_print() -> Result<()> {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/knowledge.md"))?;
    let directory = tempfile::tempdir()?;
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_oriel"), directory.path().join("oriel"))?;
    let mut commands = 0;
    for (info, text) in blocks(&guide) {
        if let Some((_, file)) = info.split_once(" file=") {
            std::fs::write(directory.path().join(file), text)?;
        } else if info == "console" {
            for example in text.split("$ ").filter(|example| !example.is_empty()) {
                let (command, expected) = example.split_once('\n').unwrap();
                // Without this process's settings, as the other tests have it.
                let clean = oriel(&[]);
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("PATH=.:$PATH; exec 2>&1; {command}")]).current_dir(directory.path());
                for (name, _) in clean.get_envs() {
                    shell.env_remove(name);
                }
                let output = shell.stdin(Stdio::null()).output()?;
                assert_eq!(said(&output), expected, "$ {command}");
                commands += 1;
            }
        }
    }
    assert!(commands > 20, "{commands} commands");
    Ok(())
}
