/** What to do, best first: each as a change to review, with its risk, its undo and the check that shows that it worked. */

import { useState } from "react";
import type { Recommendation } from "../api/types";
import { Link } from "../app/Link";
import { reviewPath } from "../runs/suggested";
import { useSession } from "../session/session";
import { CopyButton } from "../ui/Button";
import { sentence, words } from "../ui/format";
import { EntityName, ShowAll } from "../ui/states";
import { Diff } from "./Diff";

const RISK_TONE = { low: "good", medium: "warn", high: "bad" } as const;
const KIND = { patch: "Patch", command: "Command", inspect: "Only reads" } as const;

/** How many are shown at first: those after rarely matter. */
const FIRST = 3;

export function Recommendations({ recommendations }: { recommendations: Recommendation[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? recommendations : recommendations.slice(0, FIRST);
  return (
    <section className="panel" aria-labelledby="recommendations-title">
      <div className="panel-head">
        <h2 id="recommendations-title">Recommendations</h2>
        <span className="muted small">By expected utility. Nothing runs until you run it.</span>
      </div>
      {recommendations.length === 0 ? (
        <p className="muted recommend">
          Nothing is recommended: no cause is probable enough, or no rule knows a change that is worth its
          risk.
        </p>
      ) : (
        <ol>
          {shown.map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is the ranking, and an action may recur
            <li className="recommend" key={`${each.action} ${each.entity} ${index}`}>
              <Change each={each} />
            </li>
          ))}
        </ol>
      )}
      {recommendations.length > FIRST ? (
        <ShowAll
          all={all}
          count={recommendations.length}
          of="recommendations"
          onToggle={() => setAll(!all)}
        />
      ) : null}
    </section>
  );
}

function Change({ each }: { each: Recommendation }) {
  const looks = each.kind === "inspect";
  return (
    <>
      <div className="top">
        <h3>{each.title}</h3>
        {looks ? null : <span className="badge plain">{KIND[each.kind] ?? "Command"}</span>}
        {looks ? (
          <span className="badge plain good">{KIND.inspect}</span>
        ) : (
          <>
            <span className={`badge plain ${RISK_TONE[each.risk] ?? ""}`}>{sentence(each.risk)} risk</span>
            <span className={`badge plain ${each.reversible ? "" : "bad"}`}>
              {each.reversible ? "Reversible" : "Cannot be undone"}
            </span>
          </>
        )}
        <span className="muted small num">utility {each.utility.toFixed(2)}</span>
      </div>
      <p className="break">{each.explanation}</p>
      <p className="muted small">
        {looks ? "About" : "Against"}{" "}
        <code>
          <EntityName text={each.entity} />
        </code>{" "}
        {words(each.cause)}
      </p>
      {each.command ? (
        <Command
          text={each.command}
          what={`the command for ${each.title}`}
          runnable={each.runnable ?? false}
        />
      ) : null}
      {each.blanks && each.blanks.length > 0 ? (
        <p className="small warn break">
          Left open: {each.blanks.join(", ")}. Fill this in before you use it; until then it is not offered
          for running.
        </p>
      ) : null}
      {each.diff ? <Diff text={each.diff} what={each.title} /> : null}
      <Consequences each={each} />
    </>
  );
}

function Consequences({ each }: { each: Recommendation }) {
  if (each.kind === "inspect")
    return each.check_shows ? (
      <dl className="consequences">
        <dt>It is so if</dt>
        <dd className="break">{each.check_shows}</dd>
      </dl>
    ) : null;
  return (
    <dl className="consequences">
      {each.risk_reason ? (
        <>
          <dt>Risk</dt>
          <dd className="break">{each.risk_reason}</dd>
        </>
      ) : null}
      {each.undo || each.undo_reason ? (
        <>
          <dt>Undo</dt>
          <dd>
            {each.undo ? (
              <Command text={each.undo} what={`the undo of ${each.title}`} runnable={false} />
            ) : (
              <span className="break">{each.undo_reason}</span>
            )}
          </dd>
        </>
      ) : null}
      {each.check ? (
        <>
          <dt>Check</dt>
          <dd>
            <Command
              text={each.check}
              what={`the check of ${each.title}`}
              runnable={!each.check.includes("<")}
            />
            <p className="break">{each.check_shows}</p>
          </dd>
        </>
      ) : null}
    </dl>
  );
}

/** A command with its copy button and, where it may be run, the way to the form that reviews it. */
function Command({ text, what, runnable }: { text: string; what: string; runnable: boolean }) {
  const { canOperate } = useSession();
  return (
    <div className="command">
      <pre>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} what={what} />
      {canOperate && runnable ? (
        <Link className="button small" to={reviewPath(text)} aria-label={`Review as a run: ${what}`}>
          Review as a run
        </Link>
      ) : null}
    </div>
  );
}
