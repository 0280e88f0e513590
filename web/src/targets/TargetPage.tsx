/** One target: what it is, its host key, the connection test, and its recent runs. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import { keys, refresh, useRuns } from "../api/queries";
import type { Target, TestResult } from "../api/types";
import { Link } from "../app/Link";
import { navigate } from "../app/router";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { duration } from "../ui/format";
import { ErrorPanel, Skeleton, Status, Time } from "../ui/states";
import { useToasts } from "../ui/toasts";
import { HostKeyPanel } from "./HostKeyPanel";
import { TargetForm } from "./TargetForm";
import { address, labelText } from "./target";

export function TargetPage({ id }: { id: string }) {
  const target = useQuery({
    queryKey: keys.target(id),
    queryFn: ({ signal }) => request<Target>(`/targets/${id}`, { signal }),
  });
  const crumb = <Link to="/targets">Targets</Link>;
  if (target.isPending) {
    return (
      <Page title="Target" crumb={crumb}>
        <Skeleton label="Loading the target" />
      </Page>
    );
  }
  if (target.isError) {
    return (
      <Page title="Target" crumb={crumb}>
        <ErrorPanel error={target.error} retry={() => void target.refetch()} />
      </Page>
    );
  }
  return <Loaded target={target.data} />;
}

function Loaded({ target }: { target: Target }) {
  const { canOperate, isAdmin } = useSession();
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const close = () => setDialog(null);
  return (
    <Page
      title={target.name}
      crumb={<Link to="/targets">Targets</Link>}
      sub={<code>{address(target)}</code>}
      actions={
        <>
          {canOperate ? (
            <Link className="button primary" to={`/runs/new?target=${target.id}`}>
              Run a command…
            </Link>
          ) : null}
          {isAdmin ? (
            <>
              <Button onClick={() => setDialog("edit")}>Edit</Button>
              <Button variant="danger" onClick={() => setDialog("delete")}>
                Delete
              </Button>
            </>
          ) : null}
        </>
      }
    >
      <div className="columns">
        <div>
          {target.transport === "ssh" ? <HostKeyPanel target={target} /> : null}
          <ConnectionTest target={target} />
          <RecentRuns target={target} />
        </div>
        <aside aria-label="Details">
          <section className="panel" aria-labelledby="details-title">
            <div className="panel-head">
              <h2 id="details-title">Details</h2>
            </div>
            <dl className="panel-body pairs">
              <dt>Transport</dt>
              <dd>{target.transport === "ssh" ? "SSH" : "Local"}</dd>
              {target.transport === "ssh" ? (
                <>
                  <dt>Host</dt>
                  <dd className="mono">{target.host}</dd>
                  <dt>Port</dt>
                  <dd className="mono">{target.port}</dd>
                  <dt>User</dt>
                  <dd className="mono">{target.user}</dd>
                </>
              ) : null}
              <dt>Labels</dt>
              <dd className="mono">{labelText(target.labels ?? {}) || "–"}</dd>
              {target.created_at ? (
                <>
                  <dt>Added</dt>
                  <dd>
                    <Time at={target.created_at} />
                  </dd>
                </>
              ) : null}
            </dl>
          </section>
        </aside>
      </div>
      {dialog === "edit" ? (
        <Dialog title={`Edit ${target.name}`} onClose={close}>
          <TargetForm target={target} onDone={close} onCancel={close} />
        </Dialog>
      ) : null}
      {dialog === "delete" ? <DeleteDialog target={target} onClose={close} /> : null}
    </Page>
  );
}

function DeleteDialog({ target, onClose }: { target: Target; onClose: () => void }) {
  const client = useQueryClient();
  const { say } = useToasts();
  const remove = useMutation({
    mutationFn: () => request(`/targets/${target.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      say(`${target.name} is deleted.`);
      navigate("/targets");
      client.removeQueries({ queryKey: keys.target(target.id) });
      await refresh(client, keys.targets);
    },
  });
  return (
    <Dialog title={`Delete ${target.name}?`} onClose={onClose}>
      <p>
        Oriel forgets its address, private key and pinned host key, and can no longer run commands there. Past
        runs and the audit log stay. Nothing changes on the host itself.
      </p>
      {remove.error ? <ErrorPanel error={remove.error} /> : null}
      <div className="dialog-foot">
        <Button onClick={onClose} autoFocus>
          Keep it
        </Button>
        <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete the target
        </Button>
      </div>
    </Dialog>
  );
}

function ConnectionTest({ target }: { target: Target }) {
  const { canOperate } = useSession();
  const test = useMutation({
    mutationFn: () => request<TestResult>(`/targets/${target.id}/test`, { method: "POST" }),
  });
  return (
    <section className="panel" aria-labelledby="test-title">
      <div className="panel-head">
        <h2 id="test-title">Connection</h2>
        {canOperate ? (
          <Button small busy={test.isPending} onClick={() => test.mutate()}>
            {test.isPending ? "Testing…" : "Test the connection"}
          </Button>
        ) : null}
      </div>
      <div className="panel-body stack" aria-live="polite">
        {test.error ? <ErrorPanel error={test.error} /> : null}
        {test.data ? <TestOutcome result={test.data} /> : null}
        {!test.data && !test.error ? (
          <p className="muted">
            {test.isPending
              ? "Connecting…"
              : target.transport === "ssh"
                ? "The test connects, checks the host key against the pinned one, signs in with the private key and runs nothing but “true”."
                : "The test starts a process on this machine."}
          </p>
        ) : null}
      </div>
    </section>
  );
}

function TestOutcome({ result }: { result: TestResult }) {
  return (
    <>
      <div className={`notice ${result.ok ? "good" : "bad"}`}>
        <strong>{result.ok ? "The connection works" : "The connection does not work"}</strong>{" "}
        <span className="muted small num">{duration(result.duration_ms)}</span>
        {result.detail ? <p className="break">{result.detail}</p> : null}
      </div>
      {result.steps && result.steps.length > 0 ? (
        <ol className="steps">
          {result.steps.map((step) => (
            <li key={step.name}>
              <span className="good" aria-hidden="true">
                ✓
              </span>
              <span>
                {step.name}
                <span className="visually-hidden">, passed</span>
                {step.detail ? <span className="muted break"> {step.detail}</span> : null}
              </span>
              <span className="muted small num">{duration(step.duration_ms)}</span>
            </li>
          ))}
        </ol>
      ) : null}
    </>
  );
}

const RECENT = 8;

function RecentRuns({ target }: { target: Target }) {
  const runs = useRuns({ status: "", target_id: target.id });
  return (
    <section className="panel" aria-labelledby="recent-title">
      <div className="panel-head">
        <h2 id="recent-title">Recent runs</h2>
        {runs.rows.length > 0 ? (
          <Link to={`/runs?target_id=${target.id}`}>All runs on {target.name}</Link>
        ) : null}
      </div>
      {runs.isError ? <ErrorPanel error={runs.error} retry={() => void runs.refetch()} /> : null}
      {runs.isSuccess && runs.rows.length === 0 ? (
        <p className="panel-body muted">Nothing has run here yet.</p>
      ) : null}
      <ul className="list-plain">
        {runs.rows.slice(0, RECENT).map((run) => (
          <li key={run.id} className="actions">
            <Status status={run.status} />
            <Link to={`/runs/${run.id}`} className="mono break">
              {run.command.split("\n")[0]}
            </Link>
            <span className="muted small">
              <Time at={run.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
