/** What an inquiry asks its target: each command, why, what was expected, what came of it; live while it goes on. */
import { useId, useState } from "react";
import { isLive } from "../api/settled";
import type { Asked, Investigation } from "../api/types";
import { Link } from "../app/Link";
import { plural } from "../ui/format";
import { Icon } from "../ui/icons";
import { AskedOutput } from "./AskedOutput";

const STATUS = {
  asking: { tone: "accent live", text: "Asking" },
  answered: { tone: "good", text: "Answered" },
  unanswered: { tone: "warn", text: "No answer" },
} as const;

export function Transcript({ investigation }: { investigation: Investigation }) {
  const { inquiry, asked, verdict } = investigation;
  if (!inquiry) return null;
  const live = isLive(investigation.status);
  const stopped = verdict?.stopped ?? null;
  const last = asked.at(-1);
  return (
    <section className="panel" aria-labelledby="transcript-title">
      <div className="panel-head">
        <h2 id="transcript-title">What was asked</h2>
        <span className="muted small">
          {plural(asked.length, "command")} of {inquiry.max_commands} at most, put to{" "}
          <Link to={`/targets/${inquiry.target_id}`}>{inquiry.target_name}</Link>
        </span>
      </div>
      <p className="visually-hidden" role="status">
        {live && last ? `${STATUS[last.status].text}: ${last.command}` : ""}
      </p>
      {asked.length === 0 ? (
        <p className="panel-body muted">
          {live ? "Working out what to ask first." : `Nothing was asked. ${stopped ?? ""}`}
        </p>
      ) : (
        <ol className="asked">
          {asked.map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows at its end
            <Row key={index} number={index + 1} asked={each} />
          ))}
        </ol>
      )}
      {asked.length > 0 && stopped ? (
        <p className="panel-body stopped break">
          <span className="muted">Why it stopped:</span> {stopped}
        </p>
      ) : null}
    </section>
  );
}

function Row({ number, asked }: { number: number; asked: Asked }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const { tone, text } = STATUS[asked.status];
  return (
    <li>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <span className="rank">{number}</span>
        <code className="what">{asked.command}</code>
        <span className={`badge ${tone}`}>{text}</span>
        <span className="muted small num expected">
          {asked.expected_bits.toFixed(2)} bits expected, cost {asked.cost}
        </span>
        <Icon name="chevron" className="chevron" />
        <span className="came small break">
          {asked.status === "asking" ? (
            <span className="muted">{asked.purpose}</span>
          ) : (
            <Outcome asked={asked} />
          )}
        </span>
      </button>
      {open ? (
        <div className="detail" id={id}>
          <dl className="consequences">
            <dt>Asked for</dt>
            <dd className="break">{asked.purpose}</dd>
            {asked.at_stake.length > 0 ? (
              <>
                <dt>At stake</dt>
                <dd className="break">{asked.at_stake.join(", ")}</dd>
              </>
            ) : null}
            {asked.expected_value > 0 ? (
              <>
                <dt>Worth</dt>
                <dd>
                  The right cause was expected to be {(asked.expected_value * 100).toFixed(1)} points likelier
                  to be named.
                </dd>
              </>
            ) : null}
            {asked.leading ? (
              <>
                <dt>Then</dt>
                <dd className="break">{asked.leading}</dd>
              </>
            ) : null}
            {asked.run_id ? (
              <>
                <dt>Record</dt>
                <dd>
                  <Link to={`/runs/${asked.run_id}`}>The run that carried it</Link>
                </dd>
              </>
            ) : null}
          </dl>
          {asked.task_id && asked.status !== "asking" ? (
            <AskedOutput task={asked.task_id} command={asked.command} />
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

function Outcome({ asked }: { asked: Asked }) {
  return <span className={asked.status === "unanswered" ? "warn" : ""}>{asked.outcome}</span>;
}
