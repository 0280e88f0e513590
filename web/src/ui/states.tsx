/** What a screen shows when it has no data yet, none at all, or an error; and the small marks of status. */
import { type ReactNode, useSyncExternalStore } from "react";
import { Problem } from "../api/client";
import type { InvestigationStatus, RunStatus, TaskStatus } from "../api/types";
import { Button } from "./Button";
import { ago, dateTime, entity as parseEntity, percent, sentence, words } from "./format";

export function Skeleton({ rows = 6, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div className="panel panel-body stack" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical bars without identity
        <div key={row} className="skeleton" style={{ width: `${92 - ((row * 17) % 45)}%` }} />
      ))}
    </div>
  );
}

export function Empty({
  title,
  children,
  actions,
}: {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="panel empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {actions ? <div className="actions">{actions}</div> : null}
    </div>
  );
}

/** A failure with the server's own words and the request id to look for in its log. */
export function ErrorPanel({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const problem = error instanceof Problem ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  const heading = title ?? problem?.title ?? "Something went wrong";
  return (
    <div className="notice bad" role="alert">
      <strong>{heading}</strong>
      {message && message !== heading ? <p className="break">{message}</p> : null}
      {problem?.requestId ? (
        <p className="muted small">
          Request <code>{problem.requestId}</code>
        </p>
      ) : null}
      {retry ? (
        <div className="actions">
          <Button small onClick={retry}>
            Try again
          </Button>
        </div>
      ) : null}
    </div>
  );
}

const TONES: Record<InvestigationStatus | RunStatus | TaskStatus, string> = {
  queued: "",
  running: "accent live",
  done: "good",
  succeeded: "good",
  failed: "bad",
  lost: "bad",
  refused: "bad",
  timed_out: "bad",
  cancelled: "warn",
  interrupted: "warn",
};

export function Status({ status }: { status: InvestigationStatus | RunStatus | TaskStatus }) {
  return <span className={`badge ${TONES[status] ?? ""}`}>{sentence(words(status))}</span>;
}

// One clock for every relative time on the page, ticking each half minute.
let now = Date.now();
const watchers = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;
function watchClock(watcher: () => void) {
  watchers.add(watcher);
  now = Date.now();
  ticking ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, 30_000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

export function Time({ at }: { at: string | null | undefined }) {
  const clock = useSyncExternalStore(watchClock, () => now);
  if (!at) return <span className="muted">–</span>;
  return (
    <time dateTime={at} title={dateTime(at)}>
      {ago(at, clock)}
    </time>
  );
}

export function EntityName({ text }: { text: string }) {
  const { kind, name } = parseEntity(text);
  return (
    <span className="entity">
      {kind ? <span className="kind">{kind}/</span> : null}
      {name}
    </span>
  );
}

const at = (value: number) => `${(Math.max(0, Math.min(1, value)) * 100).toFixed(2)}%`;

/** A probability as a bar, with its credible interval as whiskers. */
export function Interval({ probability, low, high }: { probability: number; low: number; high: number }) {
  return (
    <div
      className="interval"
      role="img"
      aria-label={`Probability ${percent(probability)}, credible interval ${percent(low)} to ${percent(high)}`}
    >
      <div className="track" />
      <div className="fill" style={{ width: at(probability) }} />
      <div className="whisker" style={{ left: at(low), width: at(Math.max(0, high - low)) }} />
    </div>
  );
}

/** A quantity in [0, 1] as a short bar with its number. */
export function Meter({ value, label }: { value: number; label: string }) {
  return (
    <span className="meter" role="img" aria-label={`${label}: ${value.toFixed(2)}`}>
      <span className="bar">
        <span style={{ width: at(value) }} />
      </span>
      <span aria-hidden="true">{value.toFixed(2)}</span>
    </span>
  );
}

/** Opens the rest of a list that shows its first entries. */
export function ShowAll({
  all,
  count,
  of,
  onToggle,
}: {
  all: boolean;
  count: number;
  of: string;
  onToggle: () => void;
}) {
  return (
    <div className="show-all">
      <Button small variant="quiet" onClick={onToggle}>
        {all ? `Show fewer ${of}` : `Show all ${count} ${of}`}
      </Button>
    </div>
  );
}
