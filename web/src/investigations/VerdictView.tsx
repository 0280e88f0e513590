/** The verdict: the answer first, then everything that it rests on. */
import type { Investigation, Verdict } from "../api/types";
import { count, duration, percent, plural, words } from "../ui/format";
import { EntityName, Interval, Meter } from "../ui/states";
import { Contradictions, Skips, Summary } from "./Findings";
import { Hypotheses } from "./Hypotheses";
import { Perspectives } from "./Perspectives";
import { Recommendations } from "./Recommendations";
import { Transcript } from "./Transcript";

export function VerdictView({ investigation, verdict }: { investigation: Investigation; verdict: Verdict }) {
  return (
    <>
      <p className="visually-hidden" role="status">
        {spoken(verdict)}
      </p>
      <Answer verdict={verdict} />
      {verdict.skipped.length > 0 ? (
        <div className="notice warn panel">
          {plural(verdict.skipped.length, "input was", "inputs were")} skipped, so this verdict rests on part
          of what was submitted. <a href="#skipped">See what and why</a>
        </div>
      ) : null}
      {verdict.hypotheses.length > 0 ? (
        <Hypotheses hypotheses={verdict.hypotheses} abstained={verdict.status === "abstained"} />
      ) : null}
      <Recommendations recommendations={verdict.recommendations} />
      <Transcript investigation={investigation} />
      {verdict.contradictions.length > 0 ? <Contradictions contradictions={verdict.contradictions} /> : null}
      {verdict.perspectives.length > 0 ? (
        <Perspectives perspectives={verdict.perspectives} hypotheses={verdict.hypotheses} />
      ) : null}
      <Summary verdict={verdict} investigation={investigation} />
      {verdict.skipped.length > 0 ? <Skips skipped={verdict.skipped} /> : null}
    </>
  );
}

function spoken(verdict: Verdict): string {
  const top = verdict.hypotheses[0];
  if (verdict.status === "abstained" || !top)
    return `Oriel abstains. ${verdict.abstention?.explanation ?? ""}`;
  return `Verdict: ${top.title}, probability ${percent(top.probability)}.`;
}

/** What an abstention says in one line. A weak finding is not the same as a healthy system. */
function abstention(verdict: Verdict): string {
  switch (verdict.abstention?.reason) {
    case "healthy":
      return verdict.healthy_probability >= 0.5 ? "Nothing appears to be wrong" : "No cause stands out";
    case "undecidable":
      return "The evidence does not decide between causes";
    case "no_evidence":
      return "There is not enough evidence for a verdict";
    default:
      return "No verdict";
  }
}

function Answer({ verdict }: { verdict: Verdict }) {
  const top = verdict.hypotheses[0];
  const abstained = verdict.status === "abstained" || !top;
  return (
    <section className="panel" aria-labelledby="answer-title">
      <h2 id="answer-title" className="visually-hidden">
        Verdict
      </h2>
      {abstained ? (
        <div className="answer abstained">
          <div>
            <div className="label">Oriel abstains</div>
            <div className="what">{abstention(verdict)}</div>
            <p className="break">{verdict.abstention?.explanation}</p>
          </div>
        </div>
      ) : (
        <div className="answer">
          <div>
            <div className="label">Most likely cause</div>
            <div className="what">{top.title}</div>
            <div className="muted">
              <code>
                <EntityName text={top.entity} />
              </code>{" "}
              · {words(top.cause)}
            </div>
          </div>
          <div className="figure">
            <strong>{percent(top.probability)}</strong>
            <span className="muted small num">
              90% credible interval {percent(top.low)} to {percent(top.high)}
            </span>
            <Interval probability={top.probability} low={top.low} high={top.high} />
          </div>
        </div>
      )}
      <dl className="answer-foot facts">
        <div>
          <dt>Agreement between modes</dt>
          <dd>
            <Meter value={verdict.agreement} label="Agreement" />
          </dd>
        </div>
        <div>
          <dt>Nothing wrong</dt>
          <dd className="num">{percent(verdict.healthy_probability)}</dd>
        </div>
        <div>
          <dt>Facts</dt>
          <dd className="num">
            {count(verdict.evidence_summary.facts)} read, {count(verdict.evidence_summary.derived)} derived
          </dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd className="num">{duration(verdict.elapsed_ms)}</dd>
        </div>
      </dl>
    </section>
  );
}
