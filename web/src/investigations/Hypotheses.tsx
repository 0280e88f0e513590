/** The ranked hypotheses, each expandable to its explanation, its evidence and its proof. */
import { useId, useState } from "react";
import type { EvidenceItem, Hypothesis } from "../api/types";
import { percent, sourceLine, words } from "../ui/format";
import { Icon } from "../ui/icons";
import { EntityName, Interval, ShowAll } from "../ui/states";
import { ProofView } from "./ProofView";

/** How many are shown at first. */
const FIRST = 5;

export function Hypotheses({ hypotheses, abstained }: { hypotheses: Hypothesis[]; abstained: boolean }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set(abstained ? [] : [0]));
  const [all, setAll] = useState(false);
  const shown = all ? hypotheses : hypotheses.slice(0, FIRST);
  const toggle = (index: number) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(index)) after.add(index);
      return after;
    });
  return (
    <section className="panel" aria-labelledby="hypotheses-title">
      <div className="panel-head">
        <h2 id="hypotheses-title">Hypotheses</h2>
        <span className="muted small">Probability, with its 90% credible interval as whiskers</span>
      </div>
      <ol>
        {shown.map((hypothesis, index) => (
          <Row
            key={`${hypothesis.entity} ${hypothesis.cause}`}
            hypothesis={hypothesis}
            rank={index + 1}
            open={open.has(index)}
            onToggle={() => toggle(index)}
          />
        ))}
      </ol>
      {hypotheses.length > FIRST ? (
        <ShowAll all={all} count={hypotheses.length} of="hypotheses" onToggle={() => setAll(!all)} />
      ) : null}
    </section>
  );
}

function Row({
  hypothesis,
  rank,
  open,
  onToggle,
}: {
  hypothesis: Hypothesis;
  rank: number;
  open: boolean;
  onToggle: () => void;
}) {
  const id = useId();
  return (
    <li className="hypothesis">
      <button type="button" aria-expanded={open} aria-controls={id} onClick={onToggle}>
        <span className="rank">{rank}</span>
        <span className="name">
          <code>
            <EntityName text={hypothesis.entity} />
          </code>{" "}
          <span className="nowrap">{words(hypothesis.cause)}</span>
        </span>
        <Interval probability={hypothesis.probability} low={hypothesis.low} high={hypothesis.high} />
        <span className="value">
          <strong>{percent(hypothesis.probability)}</strong>{" "}
          <span className="muted small">
            {percent(hypothesis.low)} – {percent(hypothesis.high)}
          </span>
        </span>
        <Icon name="chevron" className="chevron" />
      </button>
      {open ? (
        <div className="detail" id={id}>
          <div>
            <h3>{hypothesis.title}</h3>
            <p className="break">{hypothesis.explanation}</p>
          </div>
          <div>
            <h3>What supports it</h3>
            {hypothesis.evidence.length > 0 ? (
              <EvidenceList evidence={hypothesis.evidence} />
            ) : (
              <p className="muted">No fact supports it directly: it is what remains likely by its prior.</p>
            )}
          </div>
          {hypothesis.proof ? <ProofView proof={hypothesis.proof} /> : null}
        </div>
      ) : null}
    </li>
  );
}

const FIRST_EVIDENCE = 8;

function EvidenceList({ evidence }: { evidence: EvidenceItem[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? evidence : evidence.slice(0, FIRST_EVIDENCE);
  return (
    <>
      <ul className="evidence">
        {shown.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never reorders, and one atom may come from two places
          <li key={`${item.atom} ${index}`}>
            <code>{item.atom}</code>
            <TruthValue strength={item.strength} confidence={item.confidence} />
            <span className="from">{sourceLine(item.file, item.line) ?? "derived"}</span>
          </li>
        ))}
      </ul>
      {evidence.length > FIRST_EVIDENCE ? (
        <ShowAll all={all} count={evidence.length} of="facts" onToggle={() => setAll(!all)} />
      ) : null}
    </>
  );
}

export function TruthValue({ strength, confidence }: { strength: number; confidence: number }) {
  return (
    <span className="tv" title={`Strength ${strength.toFixed(3)}, confidence ${confidence.toFixed(3)}`}>
      ⟨{strength.toFixed(2)}, {confidence.toFixed(2)}⟩
    </span>
  );
}
