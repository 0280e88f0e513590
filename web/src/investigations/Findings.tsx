/** The smaller findings of a verdict: contradictions, what was read, what was skipped. */
import type { Contradiction, Investigation, Skipped, Verdict } from "../api/types";
import { between, count, duration, plural, sentence, sourceLine, words } from "../ui/format";

export function Contradictions({ contradictions }: { contradictions: Contradiction[] }) {
  return (
    <section className="panel" aria-labelledby="contradictions-title">
      <div className="panel-head">
        <h2 id="contradictions-title">Contradictions</h2>
        <span className="muted small">Where the evidence or the modes disagree</span>
      </div>
      <ul className="list-plain">
        {contradictions.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: contradictions have no identity of their own
          <li key={index}>
            <strong>{sentence(words(each.kind))}</strong>{" "}
            {each.between.length > 0 ? (
              <span className="muted">between {each.between.map(String).join(" and ")}</span>
            ) : null}
            <p className="break">{each.explanation}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Summary({ verdict, investigation }: { verdict: Verdict; investigation: Investigation }) {
  const kinds = Object.entries(verdict.evidence_summary.by_kind).sort((a, b) => b[1] - a[1]);
  const took = between(investigation.created_at, investigation.finished_at);
  return (
    <section className="panel" aria-labelledby="summary-title">
      <div className="panel-head">
        <h2 id="summary-title">What was read</h2>
        <span className="muted small num">
          {took === null
            ? ""
            : `${duration(took)} from submission to verdict, ${duration(verdict.elapsed_ms)} of it reasoning`}
        </span>
      </div>
      <div className="panel-body">
        <dl className="facts">
          {kinds.map(([kind, number]) => (
            <div key={kind}>
              <dt>{sentence(words(kind))}</dt>
              <dd className="num">{count(number)}</dd>
            </div>
          ))}
        </dl>
        {kinds.length === 0 ? <p className="muted">No fact was found in what was submitted.</p> : null}
      </div>
    </section>
  );
}

export function Skips({ skipped }: { skipped: Skipped[] }) {
  return (
    <section className="panel" id="skipped" aria-labelledby="skipped-title">
      <div className="panel-head">
        <h2 id="skipped-title">Skipped inputs</h2>
        <span className="muted small">{plural(skipped.length, "entry", "entries")}</span>
      </div>
      <ul className="list-plain">
        {skipped.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a file may be skipped twice for one reason
          <li key={index}>
            <code className="break">{sourceLine(each.file, each.line)}</code>{" "}
            <span className="break">{each.reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
