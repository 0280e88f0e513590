//! A verdict for a person at a terminal: what is wrong, how sure, why, what to do, what was not looked at.

mod recommendations;

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};
use oriel_reasoning::verdict::{ProofTree, RankedHypothesis, Status, Verdict};
use oriel_reasoning::words::{percent, range};

const STRONG: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const BAR: Style = AnsiColor::Cyan.on_default();
const WARN: Style = AnsiColor::Yellow.on_default();

/// Cells of the probability bar.
const BAR_CELLS: usize = 20;
/// Facts shown for a hypothesis before "and N more".
const FACTS_SHOWN: usize = 4;
/// Inputs that were not used, shown before "and N more".
const SKIPS_SHOWN: usize = 5;

/// What to show besides the verdict itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Show {
    /// How many hypotheses.
    pub(super) top: usize,
    /// The proof tree of each, and what every mode said.
    pub(super) explain: bool,
}

/// The verdict as styled text; strip the styles where there is no terminal.
pub(super) fn verdict(verdict: &Verdict, show: Show) -> Result<String, fmt::Error> {
    let mut out = String::new();
    headline(&mut out, verdict)?;
    for (rank, hypothesis) in verdict.hypotheses.iter().take(show.top).enumerate() {
        self::hypothesis(&mut out, rank + 1, hypothesis, show.explain)?;
    }
    if !show.explain && verdict.hypotheses.len() > 1 {
        out.push('\n');
    }
    if show.explain {
        perspectives(&mut out, verdict)?;
    }
    super::transcript::transcript(&mut out, verdict, show.explain)?;
    contradictions(&mut out, verdict)?;
    recommendations::print(&mut out, &verdict.recommendations)?;
    skipped(&mut out, verdict)?;
    footer(&mut out, verdict)?;
    Ok(out)
}

fn headline(out: &mut String, verdict: &Verdict) -> fmt::Result {
    match (&verdict.status, &verdict.abstention, verdict.hypotheses.first()) {
        (Status::Abstained, Some(abstention), _) => {
            writeln!(out, "{STRONG}No diagnosis.{STRONG:#} {}\n", abstention.explanation)
        }
        (Status::Diagnosed, _, Some(first)) => writeln!(out, "{STRONG}{}{STRONG:#}\n", first.title),
        _ => writeln!(out, "{STRONG}No diagnosis.{STRONG:#}\n"),
    }
}

fn hypothesis(out: &mut String, rank: usize, hypothesis: &RankedHypothesis, explain: bool) -> fmt::Result {
    let filled = (hypothesis.probability * BAR_CELLS as f64).round() as usize;
    writeln!(
        out,
        "{rank:>2}. {BAR}{}{BAR:#}{QUIET}{}{QUIET:#} {STRONG}{:>5}{STRONG:#} {QUIET}({}){QUIET:#}  {} · {}",
        "█".repeat(filled.min(BAR_CELLS)),
        "░".repeat(BAR_CELLS.saturating_sub(filled)),
        percent(hypothesis.probability),
        range(hypothesis.low, hypothesis.high),
        hypothesis.entity,
        hypothesis.cause,
    )?;
    if rank == 1 || explain {
        evidence(out, hypothesis)?;
    }
    if explain && let Some(proof) = &hypothesis.proof {
        self::proof(out, proof, 2)?;
    }
    if rank == 1 || explain {
        out.push('\n');
    }
    Ok(())
}

fn evidence(out: &mut String, hypothesis: &RankedHypothesis) -> fmt::Result {
    if !hypothesis.explanation.is_empty() {
        writeln!(out, "      {}", hypothesis.explanation)?;
    }
    for item in hypothesis.evidence.iter().take(FACTS_SHOWN) {
        writeln!(out, "      {} {QUIET}{}{QUIET:#}", item.atom, place(item.file.as_deref(), item.line))?;
    }
    let more = hypothesis.evidence.len().saturating_sub(FACTS_SHOWN);
    if more > 0 {
        writeln!(out, "      {QUIET}and {more} more facts (--json lists all){QUIET:#}")?;
    }
    Ok(())
}

fn place(file: Option<&str>, line: Option<u32>) -> String {
    match (file, line) {
        (Some(file), Some(line)) if line > 0 => format!("{file}:{line}"),
        (Some(file), _) => file.to_owned(),
        _ => String::new(),
    }
}

fn proof(out: &mut String, tree: &ProofTree, depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth + 1);
    write!(out, "{indent}{} {QUIET}<{:.2} {:.2}>{QUIET:#}", tree.atom, tree.strength, tree.confidence)?;
    match &tree.rule {
        Some(rule) => writeln!(out, "  {QUIET}by {rule}: {}{QUIET:#}", tree.says.as_deref().unwrap_or_default())?,
        None => writeln!(out, "  {QUIET}{}{QUIET:#}", place(tree.file.as_deref(), tree.line))?,
    }
    tree.premises.iter().try_for_each(|premise| proof(out, premise, depth + 1))
}

fn perspectives(out: &mut String, verdict: &Verdict) -> fmt::Result {
    writeln!(out, "{STRONG}What each mode said{STRONG:#}")?;
    for view in &verdict.perspectives {
        let first = view.conclusions.first().map_or_else(
            || "nothing about a cause".to_owned(),
            |c| format!("{} · {} {QUIET}<{:.2} {:.2}>{QUIET:#}", c.entity, c.cause, c.strength, c.confidence),
        );
        writeln!(out, "  {:<16} applies {:.2}, weight {:.2}  {first}", view.mode, view.applicability, view.weight)?;
        if !view.note.is_empty() {
            writeln!(out, "  {:<16} {QUIET}{}{QUIET:#}", "", view.note)?;
        }
        for assumption in &view.assumptions {
            writeln!(out, "  {:<16} {QUIET}assumes: {assumption}{QUIET:#}", "")?;
        }
    }
    out.push('\n');
    Ok(())
}

fn contradictions(out: &mut String, verdict: &Verdict) -> fmt::Result {
    if verdict.contradictions.is_empty() {
        return Ok(());
    }
    writeln!(out, "{STRONG}Contradictions{STRONG:#}")?;
    for contradiction in &verdict.contradictions {
        writeln!(
            out,
            "  {WARN}{}{WARN:#} {QUIET}({}){QUIET:#}",
            contradiction.explanation,
            contradiction.between.join(", ")
        )?;
    }
    out.push('\n');
    Ok(())
}

fn skipped(out: &mut String, verdict: &Verdict) -> fmt::Result {
    if verdict.skipped.is_empty() {
        return Ok(());
    }
    writeln!(out, "{STRONG}Not used{STRONG:#}")?;
    for item in verdict.skipped.iter().take(SKIPS_SHOWN) {
        writeln!(out, "  {WARN}{}{WARN:#} {}", place(Some(&item.file), Some(item.line)), item.reason)?;
    }
    let more = verdict.skipped.len().saturating_sub(SKIPS_SHOWN);
    if more > 0 {
        writeln!(out, "  {QUIET}and {more} more (--json lists all){QUIET:#}")?;
    }
    out.push('\n');
    Ok(())
}

fn footer(out: &mut String, verdict: &Verdict) -> fmt::Result {
    writeln!(
        out,
        "{QUIET}{} facts, {} derived · {} modes, agreement {:.2} · nothing wrong: {:.0} % · {:.0} ms{QUIET:#}",
        verdict.evidence_summary.facts,
        verdict.evidence_summary.derived,
        verdict.perspectives.len(),
        verdict.agreement,
        verdict.healthy_probability * 100.0,
        verdict.elapsed_ms,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The text of a verdict without its styles, line by line.
    fn lines(more: &serde_json::Value, show: Show) -> Vec<String> {
        let mut whole = json!({
            "status": "abstained", "abstention": null, "hypotheses": [], "healthy_probability": 0.2, "agreement": 0.5,
            "contradictions": [], "perspectives": [], "recommendations": [], "skipped": [], "elapsed_ms": 12.4,
            "evidence_summary": {"facts": 7, "derived": 2, "by_kind": {}}
        });
        for (name, value) in more.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let text = verdict(&serde_json::from_value(whole).unwrap(), show).unwrap();
        anstream::adapter::strip_str(&text).to_string().lines().map(str::to_owned).collect()
    }

    fn cart() -> serde_json::Value {
        let fact = json!({"atom": "(restarts pod/cart-1 7)", "strength": 1.0, "confidence": 0.9, "file": "pods.txt", "line": 3});
        let proof = json!({"atom": "(cause service/cart out-of-memory)", "strength": 0.9, "confidence": 0.9,
            "rule": "killed", "says": "It was killed.", "file": null, "line": null, "premises": [
                {"atom": "(restarts pod/cart-1 7)", "strength": 1.0, "confidence": 0.9, "rule": null, "says": null,
                 "file": "pods.txt", "line": 3, "premises": []}]});
        json!({"entity": "service/cart", "cause": "out-of-memory", "title": "Out of memory in service cart",
            "probability": 0.934, "low": 0.8, "high": 0.97, "explanation": "It was killed.", "evidence": [fact], "proof": proof})
    }

    #[test]
    fn a_diagnosis_shows_how_sure_it_is_and_where_each_fact_stands() {
        let found = json!({"status": "diagnosed", "hypotheses": [cart()]});
        let shown = lines(&found, Show { top: 5, explain: false });
        assert_eq!(shown[0], "Out of memory in service cart");
        assert_eq!(shown[2], " 1. ███████████████████░  93 % (80–97)  service/cart · out-of-memory");
        assert_eq!(shown[4], "      (restarts pod/cart-1 7) pods.txt:3");
        assert_eq!(shown.last().unwrap(), "7 facts, 2 derived · 0 modes, agreement 0.50 · nothing wrong: 20 % · 12 ms");
        let explained = lines(&found, Show { top: 5, explain: true });
        assert!(
            explained.contains(
                &"      (cause service/cart out-of-memory) <0.90 0.90>  by killed: It was killed.".to_owned()
            )
        );
        assert!(explained.contains(&"        (restarts pod/cart-1 7) <1.00 0.90>  pods.txt:3".to_owned()));
    }

    #[test]
    fn an_abstention_says_why_and_what_was_not_read() {
        let silent = json!({"abstention": {"reason": "no_evidence", "explanation": "There is no evidence."},
            "skipped": [{"file": "logs/a.log", "line": 2, "reason": "no time"}]});
        let shown = lines(&silent, Show { top: 5, explain: false });
        assert_eq!(shown[..4], ["No diagnosis. There is no evidence.", "", "Not used", "  logs/a.log:2 no time"]);
    }
}
