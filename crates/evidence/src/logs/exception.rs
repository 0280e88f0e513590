//! Exceptions in messages: the chain of their types, the innermost cause, and the first frame in the program's own code.
//!
//! Read as runtimes print them: Java and Kotlin (`Caused by:`), Python (`Traceback`, the chain's innermost first), Go (`panic:`, goroutines),
//! .NET (`--->`), Node (`[cause]:`), Rust (`panicked at`), PHP and Ruby where they print alike. One message may hold the
//! whole trace, or be one line of it. A type is a word that names one: dotted, ending in `Exception`, `Error`, and the like.

use std::sync::LazyLock;

use regex::Regex;

/// What a message tells of exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exception {
    /// The type of the innermost cause: `java.net.ConnectException`, `panic`.
    pub root: String,
    /// The type that was logged, where another caused it.
    pub outer: Option<String>,
    /// The innermost cause's first frame outside of libraries: `shop.Cart.add(Cart.java:51)`.
    pub frame: Option<String>,
}

/// Bytes of a message that are looked at: a trace of a few hundred frames.
const MAX_BYTES: usize = 64 << 10;
/// Bytes of a line looked at for a type.
const MAX_LINE: usize = 16 << 10;
/// Bytes of a type or a frame that are kept.
const MAX_NAME: usize = 160;

const TYPE_ENDS: [&str; 6] = ["Exception", "Error", "Failure", "Fault", "Timeout", "Interrupt"];

/// What each line of a trace says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'l> {
    /// A type is thrown, or wraps one that follows.
    Type(&'l str),
    /// The cause of what stands above (Java, Node, .NET).
    Cause(&'l str),
    /// A frame: code, and the file it stands in.
    Frame(&'l str),
    /// Another traceback of the same chain follows, whose cause stands above (Python).
    Then,
    /// The outer frames come last (Python).
    Traceback,
    /// Part of a trace, without meaning here.
    Rest,
    Other,
}

/// What the message tells of exceptions, if anything.
pub fn read(message: &str) -> Option<Exception> {
    let message = message.get(..message.floor_char_boundary(MAX_BYTES)).unwrap_or(message);
    let mut links: Vec<(&str, Vec<&str>)> = Vec::new();
    let (mut python, mut inner_first, mut early) = (false, 0, Vec::new());
    for (at, text) in message.lines().enumerate() {
        match line(text, at == 0) {
            Line::Type(name) => {
                // One type a traceback, not indented as its code is, and in Java one before its causes.
                let expected = if python { !text.starts_with([' ', '\t']) } else { links.is_empty() };
                if expected {
                    links.push((name, std::mem::take(&mut early)));
                    python = false;
                }
                links.extend(inline_causes(text).map(|cause| (cause, Vec::new())));
            }
            Line::Cause(name) => {
                links.push((name, Vec::new()));
                links.extend(inline_causes(text).map(|cause| (cause, Vec::new())));
            }
            Line::Frame(code) => match links.last_mut().filter(|_| !python) {
                Some((_, frames)) => frames.push(code),
                None => early.push(code),
            },
            Line::Traceback => {
                // The message before a traceback may name the type that follows: it is said again below.
                if links.len() > inner_first {
                    links.truncate(inner_first);
                }
                python = true;
                early.clear();
            }
            Line::Then => inner_first = links.len(),
            Line::Rest | Line::Other => {}
        }
    }
    let is_python = inner_first > 0;
    let (root, frames) = if is_python { links.first() } else { links.last() }?;
    let outer = if is_python { links.last() } else { links.first() }.map(|(name, _)| *name).filter(|name| name != root);
    // Python prints the innermost frame last, the others first.
    let told_last = frames.iter().any(|frame| frame.starts_with("File "));
    let own = if told_last { frames.iter().rev().find(|f| is_own(f)) } else { frames.iter().find(|f| is_own(f)) };
    Some(Exception {
        root: cut(root),
        outer: outer.map(cut),
        frame: own.map(|frame| cut(frame.trim_end_matches([':', ',']))),
    })
}

fn cut(text: &str) -> String {
    text.get(..text.floor_char_boundary(MAX_NAME)).unwrap_or(text).to_owned()
}

/// Whether a message could tell of an exception: a cheap look before [`read`].
pub fn may_tell(message: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("(?-u)Exception|Error|Failure|Fault|Timeout|Interrupt|panic: |panicked at").ok());
    WORDS.as_ref().is_none_or(|words| words.is_match(message))
}

/// Whether a record that stands by itself is only a frame of a stack trace, or fills between frames.
pub fn is_frame(message: &str) -> bool {
    matches!(line(message, false), Line::Frame(_) | Line::Rest | Line::Then) && !message.trim_end().contains('\n')
}

/// Whether a message holds a stack trace, or what stands above one.
pub fn begins_trace(message: &str) -> bool {
    may_tell(message) || message.contains("Traceback (most recent call last)") || message.contains("goroutine ")
}

/// Whether a line belongs to the message above it. `in_trace`: that one tells of an exception. `is_timed`: the line has a time of
/// its own, as container runtimes give every line.
pub fn continues(text: &str, in_trace: impl FnOnce() -> bool, is_timed: bool) -> bool {
    if text.starts_with([' ', '\t', '}', ')']) {
        return true;
    }
    match line(text, false) {
        Line::Cause(_) => true,
        Line::Rest | Line::Then | Line::Frame(_) => in_trace(),
        // What is thrown stands at the start of a line below the message that tells of it, or below the frames (Python).
        Line::Type(name) => (text.starts_with(name) || text.starts_with("panic: ")) && (!is_timed || in_trace()),
        Line::Traceback => !is_timed || in_trace(),
        Line::Other => false,
    }
}

fn line(text: &str, is_first: bool) -> Line<'_> {
    let text = text.get(..text.floor_char_boundary(MAX_LINE)).unwrap_or(text);
    let bare = text.trim();
    if bare.is_empty() {
        return Line::Other;
    }
    // Most lines of a log begin like none of these.
    let may_lead = bare.starts_with(['C', '[', '-', 'W', 'T', 'D', '.', 'g', 'S', 's', 'n']);
    if may_lead && let Some(found) = led(bare, is_first) {
        return found;
    }
    if let Some(code) = frame(text, bare) {
        return Line::Frame(code);
    }
    if text.starts_with('\t') && bare.starts_with('/') && bare.contains(".go:") {
        return Line::Rest;
    }
    if !may_tell(text) {
        return Line::Other;
    }
    if let Some(name) = panic_in(bare) {
        return Line::Type(name);
    }
    type_in(text).map_or(Line::Other, Line::Type)
}

/// What a line says that begins with one of the words that traces have between types and frames.
fn led(bare: &str, is_first: bool) -> Option<Line<'_>> {
    for lead in ["Caused by: ", "[cause]: ", "---> ", "Wrapped by: "] {
        if let Some(rest) = bare.strip_prefix(lead) {
            return Some(type_in(rest).map_or(Line::Rest, Line::Cause));
        }
    }
    if bare.starts_with("Traceback (most recent call last)") {
        return Some(Line::Traceback);
    }
    if bare.starts_with("During handling of the above exception")
        || bare.starts_with("The above exception was the direct cause")
    {
        return Some(Line::Then);
    }
    let is_rest =
        ["... ", "--- End of", "goroutine ", "[signal ", "Suppressed: ", "stack backtrace:", "note: run with"];
    (is_rest.iter().any(|lead| bare.starts_with(lead)) && !is_first).then_some(Line::Rest)
}

/// The code of a frame: Java, .NET and Node (`at …`), Python (`File "…", line 3, in f`), Go (`main.f(…)`).
fn frame<'l>(text: &str, bare: &'l str) -> Option<&'l str> {
    if let Some(code) = bare.strip_prefix("at ") {
        // A sentence may begin with "at": code has brackets, a colon, or no space.
        return (code.contains('(') || code.contains(':') || !code.contains(' ')).then_some(code);
    }
    if bare.starts_with("File \"") && bare.contains(", line ") {
        return Some(bare);
    }
    let is_go = text.starts_with(|c: char| c.is_ascii_lowercase())
        && bare.ends_with(')')
        && bare.rsplit_once('(').is_some_and(|(name, arguments)| {
            name.contains('.')
                && !name.contains(' ')
                && arguments.bytes().all(|b| {
                    b.is_ascii_hexdigit() || matches!(b, b'x' | b',' | b' ' | b'?' | b'.' | b'{' | b'}' | b')' | b'(')
                })
        });
    is_go.then_some(bare)
}

/// `panic: …` (Go) and `thread 'main' panicked at …` (Rust), by what they say where that is a fixed text.
fn panic_in(text: &str) -> Option<&'static str> {
    if let Some(at) = text.find("panic: ") {
        let before = text.get(..at).unwrap_or_default();
        let begins = before.is_empty() || before.ends_with([' ', '\t', ':']);
        let rest = text.get(at + 7..).unwrap_or_default();
        let known = [
            ("runtime error: invalid memory address", "panic nil-pointer"),
            ("runtime error: index out of range", "panic index-out-of-range"),
            ("runtime error: slice bounds", "panic slice-bounds"),
            ("runtime error: integer divide", "panic divide-by-zero"),
            ("assignment to entry in nil map", "panic nil-map"),
            ("send on closed channel", "panic closed-channel"),
        ];
        let kind = known.iter().find(|(words, _)| rest.starts_with(words)).map_or("panic", |(_, kind)| kind);
        return begins.then_some(kind);
    }
    text.contains("' panicked at ").then_some("panic")
}

/// The causes that a .NET line names after its first type: `A: … ---> B: …`.
fn inline_causes(text: &str) -> impl Iterator<Item = &str> {
    text.trim_start().split(" ---> ").skip(1).filter_map(type_in)
}

/// The first word of a text that names an exception's type.
fn type_in(text: &str) -> Option<&str> {
    static ENDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?-u){}", TYPE_ENDS.join("|"))).ok());
    if !ENDS.as_ref().is_none_or(|ends| ends.is_match(text)) {
        return None;
    }
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$' | '\\')))
        .map(|word| word.trim_matches('.'))
        .find(|word| is_type(word))
}

fn is_type(word: &str) -> bool {
    let last = word.rsplit(['.', '$', '\\']).next().unwrap_or(word);
    let ends = TYPE_ENDS.iter().any(|end| last.ends_with(end));
    // `Error` alone is a type only where one is thrown (Node): see `line`. A word in capitals is a level.
    ends && last.len() > "Error".len()
        && last.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && !["Timeout", "Failure", "Interrupt", "Exception", "Error", "Fault"].contains(&last)
}

/// Whether a frame lies outside of libraries and runtimes.
fn is_own(frame: &str) -> bool {
    const LIBRARIES: [&str; 39] = [
        "java.",
        "javax.",
        "jdk.",
        "sun.",
        "com.sun.",
        "jakarta.",
        "kotlin.",
        "kotlinx.",
        "scala.",
        "org.springframework.",
        "org.apache.",
        "org.hibernate.",
        "org.eclipse.",
        "org.jboss.",
        "io.netty.",
        "io.grpc.",
        "reactor.",
        "com.zaxxer.",
        "com.mysql.",
        "org.postgresql.",
        "com.mongodb.",
        "com.fasterxml.",
        "feign.",
        "okhttp3.",
        "com.google.",
        "redis.clients.",
        "com.netflix.",
        "rx.",
        "System.",
        "Microsoft.",
        "Grpc.",
        "Npgsql.",
        "StackExchange.",
        "MySql.",
        "runtime.",
        "panic(",
        "runtime/",
        "net/http",
        "google.golang.org/",
    ];
    const PLACES: [&str; 9] = [
        "node_modules",
        "node:internal",
        "(internal/",
        "site-packages",
        "dist-packages",
        "lib/python",
        "/rustc/",
        "/usr/lib/",
        "<frozen ",
    ];
    const NATIVE: [&str; 2] = ["Native Method", "<anonymous>"];
    let code = frame.strip_prefix("async ").unwrap_or(frame);
    !LIBRARIES.iter().any(|lead| code.starts_with(lead))
        && !PLACES.iter().chain(&NATIVE).any(|part| code.contains(part))
}

#[cfg(test)]
#[path = "exception/tests.rs"]
mod tests;
