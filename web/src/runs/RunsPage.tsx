/** The history of runs, newest first, with filters in the address so that a view can be shared. */

import { useEffect, useId, useMemo, useState } from "react";
import { useRuns, useTargets } from "../api/queries";
import type { RunStatus, RunSummary } from "../api/types";
import { Link } from "../app/Link";
import { setSearch, useSearch } from "../app/router";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { targetMatches } from "../targets/target";
import { SelectField, TextField } from "../ui/Field";
import { between, duration, plural, sentence, words } from "../ui/format";
import { Empty, ErrorPanel, Skeleton, Status, Time } from "../ui/states";
import { type Column, VirtualTable } from "../ui/VirtualTable";

const STATUSES: readonly RunStatus[] = [
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "interrupted",
];

const COLUMNS: readonly Column<RunSummary>[] = [
  {
    key: "command",
    title: "Command",
    cell: (run) => (
      <Link to={`/runs/${run.id}`} className="row-link mono">
        {run.command.split("\n")[0]}
      </Link>
    ),
  },
  { key: "status", title: "Status", width: "128px", cell: (run) => <Status status={run.status} /> },
  {
    key: "took",
    title: "Took",
    width: "110px",
    wide: true,
    right: true,
    cell: (run) => {
      const ms = between(run.started_at, run.finished_at);
      return ms === null ? "–" : duration(ms);
    },
  },
  { key: "by", title: "By", width: "130px", wide: true, cell: (run) => run.created_by ?? "–" },
  {
    key: "at",
    title: "Started",
    width: "clamp(92px, 9vw, 120px)",
    cell: (run) => <Time at={run.created_at} />,
  },
];

export function RunsPage() {
  const { canOperate } = useSession();
  const search = useSearch();
  const filters = {
    status: search.get("status") ?? "",
    target_id: search.get("target_id") ?? "",
    origin: search.get("origin") ?? "",
  };
  const runs = useRuns(filters);
  const filtered = Boolean(filters.status || filters.target_id || filters.origin);
  const start = (
    <Link className="button primary" to="/runs/new">
      New run
    </Link>
  );
  return (
    <Page
      title="Runs"
      fill
      sub="Commands on targets, with their whole output and exit codes."
      actions={canOperate ? start : null}
    >
      <search className="filters">
        <SelectField
          label="Status"
          value={filters.status}
          onChange={(event) => setSearch({ status: event.target.value })}
        >
          <option value="">Any</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {sentence(words(status))}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Origin"
          value={filters.origin}
          onChange={(event) => setSearch({ origin: event.target.value })}
        >
          <option value="">Any</option>
          <option value="command">Given by somebody</option>
          <option value="inquiry">Asked by an inquiry</option>
        </SelectField>
        <TargetFilter chosen={filters.target_id} />
        <span className="count num" role="status">
          {runs.isSuccess ? `${plural(runs.rows.length, "run")}${runs.complete ? "" : " loaded"}` : ""}
        </span>
      </search>
      {runs.isPending ? <Skeleton label="Loading the runs" /> : null}
      {runs.isError ? <ErrorPanel error={runs.error} retry={() => void runs.refetch()} /> : null}
      {runs.isSuccess && runs.rows.length === 0 ? (
        filtered ? (
          <Empty
            title="No run matches"
            actions={
              <button
                type="button"
                className="button"
                onClick={() => setSearch({ status: "", target_id: "", origin: "" })}
              >
                Clear the filters
              </button>
            }
          >
            No run has this status and origin on this target.
          </Empty>
        ) : (
          <Empty title="Nothing has run yet" actions={canOperate ? start : null}>
            {canOperate
              ? "Run a command on one or many targets; its output appears here live and stays on record."
              : "An operator can run commands; they are then listed here."}
          </Empty>
        )
      ) : null}
      {runs.rows.length > 0 ? (
        <VirtualTable
          label="Runs"
          columns={COLUMNS}
          rows={runs.rows}
          rowKey={(run) => run.id}
          href={(run) => `/runs/${run.id}`}
          onEnd={runs.more}
        />
      ) : null}
    </Page>
  );
}

const SUGGESTIONS = 50;

/** A target by its name, with suggestions: a list of all of them would be too long to choose from. */
function TargetFilter({ chosen }: { chosen: string }) {
  const targets = useTargets();
  const list = useId();
  const current = targets.rows.find((target) => target.id === chosen)?.name ?? "";
  const [text, setText] = useState(current);
  useEffect(() => setText(current), [current]);
  const found = useMemo(
    () => targets.rows.filter((target) => targetMatches(target, text)).slice(0, SUGGESTIONS),
    [targets.rows, text],
  );
  const choose = (name: string) => {
    setText(name);
    const target = targets.rows.find((each) => each.name === name);
    if (target || !name) setSearch({ target_id: target?.id ?? "" });
  };
  const unknown = text !== "" && text !== current && found.length === 0;
  return (
    <>
      <TextField
        label="Target"
        type="search"
        list={list}
        placeholder="Any"
        value={text}
        onChange={(event) => choose(event.target.value)}
        error={unknown ? "No target has this name." : null}
      />
      <datalist id={list}>
        {found.map((target) => (
          <option key={target.id} value={target.name} />
        ))}
      </datalist>
    </>
  );
}
