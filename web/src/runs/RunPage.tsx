/** One run: the state of each task, and the live output of those chosen, beside each other or stacked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import { useTopic } from "../api/live";
import { keys, refresh, useInvestigation, useRun } from "../api/queries";
import { isLive } from "../api/settled";
import type { Run, RunOrigin } from "../api/types";
import { Link } from "../app/Link";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { Button, CopyButton } from "../ui/Button";
import { between, duration, plural, words } from "../ui/format";
import { ErrorPanel, Skeleton, Status, Time } from "../ui/states";
import { useToasts } from "../ui/toasts";
import { OutputPane } from "./OutputPane";
import { tally } from "./run";
import { TaskList } from "./TaskList";

/** How many panes open by themselves, and at most: each open pane follows its task's output live. */
const FIRST_PANES = 4;
const MOST_PANES = 12;

export function RunPage({ id }: { id: string }) {
  const client = useQueryClient();
  const run = useRun(id);
  useTopic(`run/${id}`, (message) => {
    if (message.type === "run") client.setQueryData(keys.run(id), message.data as Run);
  });
  const crumb = <Link to="/runs">Runs</Link>;
  if (run.isPending) {
    return (
      <Page title="Run" crumb={crumb}>
        <Skeleton label="Loading the run" />
      </Page>
    );
  }
  if (run.isError) {
    return (
      <Page title="Run" crumb={crumb}>
        <ErrorPanel error={run.error} retry={() => void run.refetch()} />
      </Page>
    );
  }
  return <Loaded run={run.data} />;
}

function Loaded({ run }: { run: Run }) {
  const { canOperate } = useSession();
  const [shown, setShown] = useState<readonly string[]>(() =>
    run.tasks.slice(0, FIRST_PANES).map((task) => task.id),
  );
  const [beside, setBeside] = useState(true);
  const several = run.tasks.length > 1;
  const toggle = (id: string) =>
    setShown((before) =>
      before.includes(id) ? before.filter((each) => each !== id) : [...before.slice(-(MOST_PANES - 1)), id],
    );
  const panes = shown.flatMap((id) => run.tasks.find((task) => task.id === id) ?? []);
  const took = between(run.started_at, run.finished_at);
  const title = run.command.split("\n")[0] ?? "Run";

  return (
    <Page
      title={title.length > 90 ? `${title.slice(0, 90)}…` : title}
      crumb={<Link to="/runs">Runs</Link>}
      sub={
        <dl className="facts">
          <div>
            <dt className="visually-hidden">Status</dt>
            <dd aria-live="polite">
              <Status status={run.status} />
            </dd>
          </div>
          <div>
            <dt>Tasks</dt>
            <dd>{progress(run)}</dd>
          </div>
          <div>
            <dt>Started</dt>
            <dd>
              <Time at={run.created_at} />
              {run.created_by ? ` by ${run.created_by}` : ""}
            </dd>
          </div>
          {run.origin.kind === "command" ? null : <Origin origin={run.origin} />}
          {took === null ? null : (
            <div>
              <dt>Took</dt>
              <dd className="num">{duration(took)}</dd>
            </div>
          )}
        </dl>
      }
      actions={<Actions run={run} />}
    >
      {run.command.includes("\n") || title.length > 90 ? (
        <div className="panel panel-body">
          <pre>
            <code>{run.command}</code>
          </pre>
        </div>
      ) : null}
      {run.status === "interrupted" ? (
        <div className="notice warn panel">
          The server stopped while this ran, so how it ended is not known.{" "}
          {canOperate ? "Check the targets before you run it again." : ""}
        </div>
      ) : null}
      <div className={several ? "run-grid" : ""}>
        {several ? <TaskList tasks={run.tasks} shown={shown} onToggle={toggle} /> : null}
        <div>
          {several ? (
            <div className="filters">
              <h2>Output</h2>
              <div className="actions">
                <Button small aria-pressed={beside} onClick={() => setBeside(true)}>
                  Side by side
                </Button>
                <Button small aria-pressed={!beside} onClick={() => setBeside(false)}>
                  Stacked
                </Button>
              </div>
              <span className="count">{plural(panes.length, "pane")} open</span>
            </div>
          ) : (
            <h2 className="visually-hidden">Output</h2>
          )}
          <div className={`panes ${beside && panes.length > 1 ? "beside" : ""}`}>
            {panes.map((task) => (
              <OutputPane
                key={task.id}
                task={task}
                {...(several ? { onClose: () => toggle(task.id) } : {})}
              />
            ))}
          </div>
          {panes.length === 0 ? <p className="muted">Choose a task on the left to see its output.</p> : null}
        </div>
      </div>
    </Page>
  );
}

function progress(run: Run): string {
  const counts = tally(run.tasks);
  return [...counts].map(([status, number]) => `${number} ${words(status)}`).join(", ");
}

/** What the run came from, with the way back there. */
function Origin({ origin }: { origin: RunOrigin }) {
  const investigation = useInvestigation(origin.investigation_id);
  const { data } = investigation;
  return (
    <div>
      <dt>Asked by</dt>
      <dd>
        {data ? (
          <Link to={`/incidents/${data.incident_id}/investigations/${data.id}`}>an inquiry</Link>
        ) : (
          "an inquiry"
        )}
      </dd>
    </div>
  );
}

function Actions({ run }: { run: Run }) {
  const client = useQueryClient();
  const { canOperate } = useSession();
  const { say, fail } = useToasts();
  const cancel = useMutation({
    mutationFn: () => request(`/runs/${run.id}/cancel`, { method: "POST" }),
    onSuccess: async () => {
      say("The run is being cancelled: Oriel ends the remote processes.");
      await refresh(client, keys.runs);
    },
    onError: fail,
  });
  return (
    <>
      <CopyButton text={run.command} what="command" label="Copy command" />
      {canOperate && isLive(run.status) ? (
        <Button variant="danger" busy={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
          {cancel.isSuccess ? "Cancelling…" : "Cancel the run"}
        </Button>
      ) : null}
      {canOperate && !isLive(run.status) ? (
        <Link className="button" to={`/runs/new?again=${run.id}`}>
          Run again…
        </Link>
      ) : null}
    </>
  );
}
