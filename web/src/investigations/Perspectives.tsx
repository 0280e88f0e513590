/** What each mode of reasoning concluded, how much the case suits it, and how much it weighed. */
import { Fragment, useMemo, useState } from "react";
import type { Hypothesis, Perspective } from "../api/types";
import { percent, sentence, words } from "../ui/format";
import { EntityName, Meter } from "../ui/states";
import type { Sort } from "../ui/VirtualTable";

type Key = "mode" | "applicability" | "weight";

export function Perspectives({
  perspectives,
  hypotheses,
}: {
  perspectives: Perspective[];
  hypotheses: Hypothesis[];
}) {
  const [sort, setSort] = useState<Sort>({ key: "weight", descending: true });
  const [open, setOpen] = useState<string | null>(null);
  const top = hypotheses[0];
  const rows = useMemo(() => {
    const key = sort.key as Key;
    const order = (a: Perspective, b: Perspective) =>
      key === "mode" ? a.mode.localeCompare(b.mode) : a[key] - b[key];
    return [...perspectives].sort((a, b) => (sort.descending ? order(b, a) : order(a, b)));
  }, [perspectives, sort]);

  const head = (key: Key, title: string) => {
    const active = sort.key === key;
    return (
      <th scope="col" aria-sort={active ? (sort.descending ? "descending" : "ascending") : "none"}>
        <button
          type="button"
          onClick={() => setSort({ key, descending: active ? !sort.descending : key !== "mode" })}
        >
          {title} <span aria-hidden="true">{active ? (sort.descending ? "↓" : "↑") : "↕"}</span>
        </button>
      </th>
    );
  };

  return (
    <section className="panel" aria-labelledby="perspectives-title">
      <div className="panel-head">
        <h2 id="perspectives-title">Perspectives</h2>
        <span className="muted small">Each mode reasons alone; the weight is its say in the verdict</span>
      </div>
      <section
        className="scroll-x"
        aria-label="Perspectives by mode"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        <table className="table">
          <thead>
            <tr>
              {head("mode", "Mode")}
              {head("applicability", "Applicability")}
              {head("weight", "Weight")}
              <th scope="col">Its first conclusion</th>
              <th scope="col">
                <span className="visually-hidden">Details</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((perspective) => (
              <Fragment key={perspective.mode}>
                <Row
                  perspective={perspective}
                  agrees={top ? agrees(perspective, top) : null}
                  open={open === perspective.mode}
                  onToggle={() => setOpen(open === perspective.mode ? null : perspective.mode)}
                />
                {open === perspective.mode ? <Detail perspective={perspective} /> : null}
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

const strongest = (perspective: Perspective) =>
  [...perspective.conclusions].sort((a, b) => b.strength * b.confidence - a.strength * a.confidence);

function agrees(perspective: Perspective, top: Hypothesis): boolean | null {
  const first = strongest(perspective)[0];
  return first ? first.entity === top.entity && first.cause === top.cause : null;
}

function Row({
  perspective,
  agrees,
  open,
  onToggle,
}: {
  perspective: Perspective;
  agrees: boolean | null;
  open: boolean;
  onToggle: () => void;
}) {
  const first = strongest(perspective)[0];
  return (
    <tr>
      <th scope="row" className="nowrap">
        {sentence(perspective.mode)}
      </th>
      <td>
        <Meter value={perspective.applicability} label="Applicability" />
      </td>
      <td>
        <Meter value={perspective.weight} label="Weight" />
      </td>
      <td>
        {first ? (
          <>
            <code>
              <EntityName text={first.entity} />
            </code>{" "}
            {words(first.cause)} {agrees === false ? <span className="badge plain warn">differs</span> : null}
          </>
        ) : (
          <span className="muted">{perspective.note || "Nothing to say here"}</span>
        )}
      </td>
      <td className="right">
        <button
          type="button"
          className="button small quiet"
          aria-expanded={open}
          onClick={onToggle}
          aria-label={`${open ? "Hide" : "Show"} the details of ${perspective.mode}`}
        >
          {open ? "Hide" : "Details"}
        </button>
      </td>
    </tr>
  );
}

function Detail({ perspective }: { perspective: Perspective }) {
  return (
    <tr>
      <td colSpan={5}>
        <div className="stack">
          {perspective.note ? <p>{perspective.note}</p> : null}
          {perspective.conclusions.length > 0 ? (
            <ul className="bullets">
              {strongest(perspective).map((each) => (
                <li key={`${each.entity} ${each.cause}`}>
                  <code>
                    <EntityName text={each.entity} />
                  </code>{" "}
                  {words(each.cause)}{" "}
                  <span className="muted num">
                    strength {percent(each.strength)}, confidence {percent(each.confidence)}
                  </span>
                </li>
              ))}
            </ul>
          ) : null}
          {perspective.assumptions.length > 0 ? (
            <div>
              <h3>It assumes</h3>
              <ul className="bullets">
                {perspective.assumptions.map((assumption) => (
                  <li key={assumption}>{assumption}</li>
                ))}
              </ul>
            </div>
          ) : null}
          <p className="muted small">Used {perspective.used.length} atoms.</p>
        </div>
      </td>
    </tr>
  );
}
