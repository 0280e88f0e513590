/** What to do, best first: the command, its risk and whether it can be undone, and the way to run it on a target. */

import { useState } from "react";
import type { Recommendation } from "../api/types";
import { Link } from "../app/Link";
import { useSession } from "../session/session";
import { CopyButton } from "../ui/Button";
import { sentence, words } from "../ui/format";
import { EntityName, ShowAll } from "../ui/states";

const RISK_TONE = { low: "good", medium: "warn", high: "bad" } as const;

/** How many are shown at first: those after rarely matter. */
const FIRST = 3;

export function Recommendations({ recommendations }: { recommendations: Recommendation[] }) {
  const { canOperate } = useSession();
  const [all, setAll] = useState(false);
  const shown = all ? recommendations : recommendations.slice(0, FIRST);
  return (
    <section className="panel" aria-labelledby="recommendations-title">
      <div className="panel-head">
        <h2 id="recommendations-title">Recommendations</h2>
        <span className="muted small">By expected utility. Nothing runs until you run it.</span>
      </div>
      <ol>
        {shown.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is the ranking, and an action may recur
          <li className="recommend" key={`${each.action} ${each.entity} ${index}`}>
            <div className="top">
              <h3>{each.title}</h3>
              <span className={`badge plain ${RISK_TONE[each.risk] ?? ""}`}>{sentence(each.risk)} risk</span>
              <span className={`badge plain ${each.reversible ? "" : "bad"}`}>
                {each.reversible ? "Reversible" : "Cannot be undone"}
              </span>
              <span className="muted small num">utility {each.utility.toFixed(2)}</span>
            </div>
            <p className="break">{each.explanation}</p>
            <p className="muted small">
              Against{" "}
              <code>
                <EntityName text={each.entity} />
              </code>{" "}
              {words(each.cause)}
            </p>
            {each.command ? (
              <div className="command">
                <pre>
                  <code>{each.command}</code>
                </pre>
                <CopyButton text={each.command} what={`the command for ${each.title}`} />
                {canOperate ? (
                  <Link className="button small" to={`/runs/new?command=${encodeURIComponent(each.command)}`}>
                    Run on target…
                  </Link>
                ) : null}
              </div>
            ) : null}
          </li>
        ))}
      </ol>
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
