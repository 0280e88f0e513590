//! What was asked, for a person at a terminal: the commands, what came of each, and why it stopped.

use std::fmt::{self, Write as _};

use anstyle::Style;
use oriel_reasoning::verdict::Verdict;

const STRONG: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();

/// One line a command; with `explain` also why it was asked, and what was thought afterwards.
pub(super) fn transcript(out: &mut String, verdict: &Verdict, explain: bool) -> fmt::Result {
    if verdict.transcript.is_empty() && verdict.stopped.is_none() {
        return Ok(());
    }
    writeln!(out, "{STRONG}Asked{STRONG:#}")?;
    for (at, step) in verdict.transcript.iter().enumerate() {
        writeln!(out, "{:>2}. {}  {QUIET}{}{QUIET:#}", at + 1, step.command, step.outcome)?;
        if explain {
            writeln!(
                out,
                "      {QUIET}{} Expected {:.2} bits for a cost of {}; the right cause {:.0} % likelier to be named.{QUIET:#}",
                step.purpose,
                step.expected_bits,
                step.cost,
                step.expected_value * 100.0
            )?;
            if !step.at_stake.is_empty() {
                writeln!(out, "      {QUIET}at stake: {}{QUIET:#}", step.at_stake.join(", "))?;
            }
            if !step.leading.is_empty() {
                writeln!(out, "      {QUIET}then: {}{QUIET:#}", step.leading)?;
            }
        }
    }
    if let Some(why) = &verdict.stopped {
        writeln!(out, "    {QUIET}{why}{QUIET:#}")?;
    }
    out.push('\n');
    Ok(())
}
