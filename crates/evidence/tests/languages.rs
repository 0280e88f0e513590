//! Logs alone, in the manner of each language's usual logger: an invented till whose `shelf` begins to fail, written by
//! services in Java, Go, .NET, Node and Python. What fails, and why, must be told from what is written.

use std::fmt::Write as _;

use oriel_atomspace::Frame;
use oriel_evidence::{Evidence, Limits, Source};

const START: u32 = 1_700_000_300;

/// How one language's logger writes.
struct Language {
    name: &'static str,
    /// The file of a service.
    file: &'static str,
    /// A message at a level.
    line: fn(at: u32, level: &str, message: &str) -> String,
    /// A failure with its stack trace.
    failure: fn(at: u32) -> String,
    /// The innermost type, and part of the frame in own code.
    root: &'static str,
    frame: &'static str,
}

/// `2023-11-14T22:13:20Z` for a time in the hour of the recording.
fn clock(at: u32) -> String {
    let second = 13 * 60 + 20 + (at - 1_700_000_000);
    format!("2023-11-14T22:{:02}:{:02}Z", second / 60, second % 60)
}

fn json(at: u32, level: &str, message: &str) -> String {
    format!(
        "{{\"timestamp\":\"{}\",\"severity\":\"{level}\",\"message\":{}}}\n",
        clock(at),
        serde_json::Value::from(message)
    )
}

const LANGUAGES: [Language; 6] = [
    Language {
        name: "java",
        file: "logs/shelf.log",
        line: |at, level, message| {
            format!(
                "{} {level} [exec-1] org.till.Shelf#{} : {message}\n",
                clock(at),
                if message.starts_with("counting") { 51 } else { 57 }
            )
        },
        failure: |at| {
            format!(
                "{} ERROR [exec-1] org.till.Shelf#99 : count failed\norg.till.ShelfException: cannot count\n\tat org.till.Shelf.count(Shelf.java:40)\nCaused by: java.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.poll(Native Method)\n\tat org.till.Wire.open(Wire.java:7)\n\t... 9 more\n",
                clock(at)
            )
        },
        root: "java.net.ConnectException",
        frame: "org.till.Wire.open",
    },
    Language {
        name: "go",
        file: "logs/shelf.jsonl",
        line: json,
        failure: |at| {
            json(
                at,
                "error",
                "panic: runtime error: index out of range [3] with length 2\n\ngoroutine 21 [running]:\nmain.(*shelf).Count(0xc0000b2000)\n\t/src/main.go:88 +0x1d",
            )
        },
        root: "panic index-out-of-range",
        frame: "main.(*shelf).Count",
    },
    Language {
        name: "dotnet",
        file: "logs/shelf/console.log",
        line: |at, level, message| {
            let level = if level == "info" { "info" } else { "fail" };
            format!("{} {level}: Till.Shelf[0]\n      {message}\n", clock(at))
        },
        failure: |at| {
            format!(
                "{} fail: Till.Shelf[0]\n      count failed\n      System.InvalidOperationException: cannot count\n       ---> StackExchange.Redis.RedisTimeoutException: Timeout awaiting response\n         at StackExchange.Redis.Link.Get()\n         at Till.Shelf.Count(String id) in /src/Shelf.cs:line 12\n         --- End of inner exception stack trace ---\n",
                clock(at)
            )
        },
        root: "StackExchange.Redis.RedisTimeoutException",
        frame: "Till.Shelf.Count",
    },
    Language {
        name: "node",
        file: "logs/shelf.ndjson",
        line: |at, level, message| {
            let level = if level == "info" { 30 } else { 50 };
            format!("{{\"level\":{level},\"time\":{at}000,\"msg\":{}}}\n", serde_json::Value::from(message))
        },
        failure: |at| {
            format!(
                "{{\"level\":50,\"time\":{at}000,\"msg\":\"count failed\",\"err\":{{\"type\":\"TypeError\",\"message\":\"x is undefined\",\"stack\":\"TypeError: x is undefined\\n    at get (/app/node_modules/wire/index.js:3:1)\\n    at count (/app/shelf.js:10:5)\"}}}}\n"
            )
        },
        root: "TypeError",
        frame: "count (/app/shelf.js",
    },
    Language {
        name: "python",
        file: "logs/shelf.log",
        line: |at, level, message| format!("{} {} shelf {message}\n", clock(at), level.to_uppercase()),
        failure: |at| {
            format!(
                "{} ERROR shelf count failed\nTraceback (most recent call last):\n  File \"/app/shelf.py\", line 10, in count\n    stock[key]\nKeyError: 'tea'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/app/main.py\", line 5, in run\n    count()\nshelf.CountError: no count\n",
                clock(at)
            )
        },
        root: "KeyError",
        frame: "/app/shelf.py",
    },
    Language {
        name: "java, a record for each line of the trace",
        file: "logs/shelf.csv",
        line: |at, level, message| format!("{},shelf,{} org.till.Shelf : {message}\n", clock(at), level.to_uppercase()),
        failure: |at| {
            let lines = [
                "ERROR org.till.Shelf : java.lang.IllegalStateException: cannot count",
                "\tat org.till.Shelf.count(Shelf.java:40)",
                "\t... 9 more",
            ];
            lines.iter().fold(String::new(), |mut text, line| {
                let _ = writeln!(text, "{},shelf,{line}", clock(at));
                text
            })
        },
        root: "java.lang.IllegalStateException",
        frame: "",
    },
];

/// The incident, as a table where no frame is kept: `shelf` fails in every third count from the start on, if it fails.
#[cfg(test)]
fn incident(language: &Language, fails: bool) -> Frame {
    let mut shelf = String::new();
    if language.frame.is_empty() {
        shelf.push_str("time,service,message\n");
    }
    let mut till = String::new();
    for at in 0..100 {
        let time = 1_700_000_000 + at * 6;
        let _ = writeln!(till, "{} INFO sale {at} was rung up", clock(time));
        shelf.push_str(&(language.line)(time, "info", &format!("counting tea for sale {at}")));
        if fails && time >= START && at % 3 == 0 {
            shelf.push_str(&(language.failure)(time));
        } else {
            shelf.push_str(&(language.line)(time + 1, "info", &format!("counted {at} boxes on the shelf")));
        }
    }
    let files = vec![
        ("incident.toml".to_owned(), format!("start = {START}\n").into_bytes()),
        (language.file.to_owned(), shelf.into_bytes()),
        ("logs/till.log".to_owned(), till.into_bytes()),
    ];
    let evidence = Evidence::read(&Source::Memory(files), &Limits::default(), &mut |_| {}).unwrap();
    let mut frame = Frame::new();
    evidence.emit(&mut frame);
    frame
}

#[test]
fn a_new_exception_is_found_in_every_language() {
    for language in &LANGUAGES {
        let frame = incident(language, true);
        let exceptions: Vec<_> = frame.facts("log-exception").collect();
        assert_eq!(
            exceptions.len(),
            1,
            "{}: {:?}",
            language.name,
            frame.facts("log-novel").map(|f| f.text(1).map(str::to_owned)).collect::<Vec<_>>()
        );
        let found = &exceptions[0];
        assert_eq!((found.entity(0), found.text(1)), (Some("service/shelf"), Some(language.root)), "{}", language.name);
        assert!(found.text(2).unwrap().contains(language.frame), "{}: {:?}", language.name, found.text(2));
        let mut origins: Vec<_> = frame.facts("origin").collect();
        origins.sort_by(|a, b| b.tv.strength.total_cmp(&a.tv.strength));
        let first = origins.first().unwrap_or_else(|| panic!("{}: nobody is suspected", language.name));
        assert_eq!((first.entity(0), first.text(1)), (Some("service/shelf"), Some("exception")), "{}", language.name);
    }
}

#[test]
fn without_a_failure_nothing_is_new() {
    for language in &LANGUAGES {
        let frame = incident(language, false);
        for relation in ["log-exception", "log-novel", "log-began", "log-says", "origin"] {
            assert_eq!(frame.facts(relation).count(), 0, "{}: {relation}", language.name);
        }
    }
}
