//! Where answers and errors of commands go: stdout for the answer, stderr for what went wrong.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Serialize;

/// That an answer could not be written.
pub(crate) const STDOUT: &str = "cannot write to stdout";

/// Prints an answer, with a line end. A reader that closed the pipe early is not an error.
pub(crate) fn text(answer: &str) -> anyhow::Result<()> {
    write(answer)
}

/// Prints an answer that has text of others in it. At a terminal its control characters are escaped, for they could move the
/// cursor, or hide what stands there; a program gets it as it is.
pub(crate) fn foreign(answer: &str) -> anyhow::Result<()> {
    if std::io::stdout().is_terminal() { write(&escaped(answer, &['\n', '\t'])) } else { write(answer) }
}

/// Writes text of others to a terminal, as [`foreign`] does, however it comes in parts.
pub(crate) struct Shown<W> {
    out: W,
    /// The first byte of a control character of two, whose second is still to come.
    first: bool,
}

/// The byte that control characters from U+0080 on begin with in UTF-8, and others too.
const FIRST: u8 = 0xc2;

impl<W: Write> Shown<W> {
    pub(crate) fn to(out: W) -> Self {
        Self { out, first: false }
    }

    fn byte(&mut self, byte: u8) -> std::io::Result<()> {
        match (std::mem::take(&mut self.first), byte) {
            (true, 0x80..=0x9f) => return write!(self.out, "\\u{{{byte:x}}}"),
            (true, _) => self.out.write_all(&[FIRST])?,
            (false, FIRST) => {
                self.first = true;
                return Ok(());
            }
            (false, _) => {}
        }
        if byte.is_ascii_control() && !matches!(byte, b'\n' | b'\t') {
            return write!(self.out, "{}", char::from(byte).escape_default());
        }
        self.out.write_all(&[byte])
    }
}

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        bytes.iter().try_for_each(|byte| self.byte(*byte))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Text of others for a cell of a table: on one line, without control characters.
pub(crate) fn cell(text: &str) -> String {
    escaped(text, &[])
}

fn escaped(text: &str, but: &[char]) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() && !but.contains(&letter) {
            plain.extend(letter.escape_default());
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// Prints an answer as JSON, for programs.
pub(crate) fn json(answer: &impl Serialize) -> anyhow::Result<()> {
    write(&serde_json::to_string_pretty(answer).context("the answer cannot be written as JSON")?)
}

/// Prints an answer as JSON on one line, for programs that read lines.
pub(crate) fn line(answer: &impl Serialize) -> anyhow::Result<()> {
    write(&serde_json::to_string(answer).context("the answer cannot be written as JSON")?)
}

fn write(answer: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout().lock(), "{answer}") {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context(STDOUT),
    }
}

/// Prints an error with its causes.
pub(crate) fn error(error: &anyhow::Error) {
    note(&format!("oriel: {}", told(error)));
}

/// An error with its causes, each once: some say their cause in their own words.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for part in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = part;
        } else if !told.contains(&part) {
            told.push_str(": ");
            told.push_str(&part);
        }
    }
    told
}

/// Prints something for the person at the terminal, beside the answer. Its control characters are escaped: names of files and
/// what stands in them may be told in it.
pub(crate) fn note(text: &str) {
    // Nothing is left to do when stderr is closed.
    let _ = writeln!(std::io::stderr().lock(), "{}", escaped(text, &['\n', '\t']));
}

/// Prints what is wrong with the flags, as their parser says it, and how it ends. What was written in them is shown with its
/// control characters escaped, as [`note`] does.
pub(crate) fn misused(error: &clap::Error) -> ExitCode {
    let is_odd = |argument: OsString| argument.to_string_lossy().chars().any(char::is_control);
    if error.use_stderr() && std::env::args_os().any(is_odd) {
        // Without colours, for those are control characters too.
        note(error.render().to_string().trim_end());
    } else {
        // Nothing is left to do when it cannot be written.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(cell("shop\u{1b}[2J\r\nü"), "shop\\u{1b}[2J\\r\\nü");
        assert_eq!(escaped("one\ttwo\n\u{9b}1A\u{7f}", &['\n', '\t']), "one\ttwo\n\\u{9b}1A\\u{7f}");
    }

    #[test]
    fn what_is_written_in_parts_is_shown_alike() {
        let text = "one\ttwo\n\u{9b}1A\u{7f}\u{1b}[2J £ü\u{a0}\u{85}";
        let mut shown = Shown::to(Vec::new());
        text.as_bytes().iter().for_each(|byte| shown.write_all(&[*byte]).unwrap());
        assert_eq!(String::from_utf8(shown.out).unwrap(), escaped(text, &['\n', '\t']));
    }

    #[test]
    fn a_cause_is_said_once() {
        let cause = || std::io::Error::other("no such file");
        let plain = anyhow::Error::new(cause()).context("cannot read x");
        assert_eq!(told(&plain), "cannot read x: no such file");
        let twice = anyhow::Error::new(cause()).context("cannot read x: no such file").context("--rules");
        assert_eq!(told(&twice), "--rules: cannot read x: no such file");
    }
}
