/** Choosing targets out of any number of them: search, select all that match, and a virtualised list of checkboxes. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useId, useMemo, useRef, useState } from "react";
import type { Target } from "../api/types";
import { address, hostKeyOf, targetMatches } from "../targets/target";
import { count, plural } from "../ui/format";

interface Props {
  targets: readonly Target[];
  complete: boolean;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  error: string | null;
}

const ROW = 34;

export function TargetPicker({ targets, complete, chosen, onChange, error }: Props) {
  const id = useId();
  const [query, setQuery] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const matching = useMemo(() => targets.filter((target) => targetMatches(target, query)), [targets, query]);
  const allChosen = matching.length > 0 && matching.every((target) => chosen.has(target.id));
  const someChosen = !allChosen && matching.some((target) => chosen.has(target.id));
  const total = targets.reduce((sum, target) => sum + (chosen.has(target.id) ? 1 : 0), 0);
  const virtual = useVirtualizer({
    count: matching.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });

  const set = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const each of ids) {
      if (on) next.add(each);
      else next.delete(each);
    }
    onChange(next);
  };

  return (
    <fieldset className="field" aria-describedby={error ? `${id}-error` : undefined}>
      <legend>Targets</legend>
      <div className="picker">
        <div className="picker-head">
          <input
            className="input"
            type="search"
            aria-label="Search the targets"
            placeholder="Name, address or label"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <label className="check">
            <input
              type="checkbox"
              checked={allChosen}
              ref={(box) => {
                if (box) box.indeterminate = someChosen;
              }}
              onChange={(event) =>
                set(
                  matching.map((target) => target.id),
                  event.target.checked,
                )
              }
            />
            {query ? `All ${count(matching.length)} that match` : `All ${count(targets.length)}`}
          </label>
          <span className="muted small num" role="status">
            {plural(total, "target")} chosen{complete ? "" : ", loading more…"}
          </span>
        </div>
        {matching.length === 0 ? <p className="panel-body muted">No target matches “{query}”.</p> : null}
        <div className={`picker-list ${matching.length < 8 ? "few" : ""}`} ref={scroller}>
          <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {virtual.getVirtualItems().map((item) => {
              const target = matching[item.index];
              if (!target) return null;
              return (
                <label
                  key={target.id}
                  className="picker-row"
                  style={{ position: "absolute", top: item.start, left: 0, right: 0 }}
                >
                  <input
                    type="checkbox"
                    checked={chosen.has(target.id)}
                    onChange={(event) => set([target.id], event.target.checked)}
                  />
                  <span className="nowrap">{target.name}</span>
                  <code className="muted">{address(target)}</code>
                  {target.transport === "ssh" && !hostKeyOf(target) ? (
                    <span className="badge warn">No pinned key: will be refused</span>
                  ) : null}
                </label>
              );
            })}
          </div>
        </div>
      </div>
      {error ? (
        <span className="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      ) : null}
    </fieldset>
  );
}
