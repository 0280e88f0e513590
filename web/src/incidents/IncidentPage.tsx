/** One incident: what it is, its investigations, and the one being looked at, live until its verdict. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import { useTopic } from "../api/live";
import { keys, refresh, useIncident, useInvestigation } from "../api/queries";
import { isLive } from "../api/settled";
import type { Incident, Investigation } from "../api/types";
import { Link } from "../app/Link";
import { navigate } from "../app/router";
import { Page } from "../app/Shell";
import { AskDialog } from "../investigations/AskDialog";
import { OutcomePanel } from "../investigations/OutcomePanel";
import { Stages } from "../investigations/Stages";
import { Transcript } from "../investigations/Transcript";
import { VerdictView } from "../investigations/VerdictView";
import { useSession } from "../session/session";
import { Button, CopyButton } from "../ui/Button";
import { bytes } from "../ui/format";
import { ErrorPanel, Skeleton, Status, Time } from "../ui/states";
import { useToasts } from "../ui/toasts";

export function IncidentPage({ id, investigation }: { id: string; investigation: string | null }) {
  const incident = useIncident(id);
  if (incident.isPending) {
    return (
      <Page title="Incident">
        <Skeleton label="Loading the incident" rows={8} />
      </Page>
    );
  }
  if (incident.isError) {
    return (
      <Page title="Incident" crumb={<Link to="/incidents">Incidents</Link>}>
        <ErrorPanel error={incident.error} retry={() => void incident.refetch()} />
      </Page>
    );
  }
  const ordered = [...incident.data.investigations].sort((a, b) => a.created_at.localeCompare(b.created_at));
  const shown = investigation ?? ordered.at(-1)?.id ?? null;
  return <Loaded incident={{ ...incident.data, investigations: ordered }} shown={shown} />;
}

function Loaded({ incident, shown }: { incident: Incident; shown: string | null }) {
  const client = useQueryClient();
  const { canOperate } = useSession();
  const { fail } = useToasts();
  const [asking, setAsking] = useState(false);
  const investigation = useInvestigation(shown);
  useLiveInvestigation(incident.id, shown);

  const again = useMutation({
    mutationFn: () => request<Investigation>(`/incidents/${incident.id}/investigations`, { method: "POST" }),
    onSuccess: async (made) => {
      client.setQueryData(keys.investigation(made.id), made);
      await refresh(client, keys.incident(incident.id));
      navigate(`/incidents/${incident.id}/investigations/${made.id}`);
    },
    onError: fail,
  });
  const cancel = useMutation({
    mutationFn: (id: string) => request<Investigation>(`/investigations/${id}/cancel`, { method: "POST" }),
    onSuccess: (made) => client.setQueryData(keys.investigation(made.id), made),
    onError: fail,
  });
  const working = isLive(investigation.data?.status ?? "");

  return (
    <Page
      title={incident.title}
      crumb={<Link to="/incidents">Incidents</Link>}
      sub={
        <dl className="facts">
          <Fact name="Source">{incident.source}</Fact>
          <Fact name="Size">{bytes(incident.size_bytes)}</Fact>
          <Fact name="Submitted">
            <Time at={incident.created_at} />
            {incident.created_by ? ` by ${incident.created_by}` : ""}
          </Fact>
          {incident.resolved_at ? (
            <Fact name="Resolved">
              <Time at={incident.resolved_at} />
            </Fact>
          ) : null}
          <Fact name="SHA-256">
            <code title={incident.sha256}>{incident.sha256.slice(0, 12)}…</code>
          </Fact>
        </dl>
      }
      actions={
        canOperate ? (
          <>
            {working && shown ? (
              <Button variant="danger" busy={cancel.isPending} onClick={() => cancel.mutate(shown)}>
                Cancel the investigation
              </Button>
            ) : (
              <Button onClick={() => setAsking(true)}>Ask the cluster…</Button>
            )}
            <Button busy={again.isPending || working} onClick={() => again.mutate()}>
              Investigate again
            </Button>
          </>
        ) : null
      }
    >
      {asking ? <AskDialog incident={incident} onClose={() => setAsking(false)} /> : null}
      {investigation.isError ? (
        <ErrorPanel error={investigation.error} retry={() => void investigation.refetch()} />
      ) : null}
      {shown && investigation.isPending ? <Skeleton label="Loading the investigation" rows={8} /> : null}
      {shown === null ? (
        <div className="notice">This incident has no investigation yet. “Investigate again” starts one.</div>
      ) : null}
      {investigation.data ? (
        <div className="columns">
          <div>
            <Progress investigation={investigation.data} />
          </div>
          <aside aria-label="Investigations and outcome">
            <History incident={incident} shown={shown} />
            <OutcomePanel
              key={investigation.data.id}
              investigation={investigation.data}
              onInvestigateAgain={() => again.mutate()}
            />
          </aside>
        </div>
      ) : null}
    </Page>
  );
}

function Progress({ investigation }: { investigation: Investigation }) {
  if (investigation.verdict)
    return <VerdictView investigation={investigation} verdict={investigation.verdict} />;
  const asks = investigation.inquiry !== null;
  return (
    <>
      {investigation.status === "failed" ? (
        <div className="notice bad" role="alert">
          <strong>The investigation failed</strong>
          <p className="break">{investigation.error ?? "The server gave no reason."}</p>
        </div>
      ) : null}
      {investigation.status === "interrupted" ? (
        <div className="notice warn" role="alert">
          <strong>The investigation was interrupted</strong>
          <p>
            {investigation.error ?? "The server stopped while it ran."} Nothing was lost: investigate again to
            finish it.
          </p>
        </div>
      ) : null}
      {investigation.status === "cancelled" ? (
        <div className="notice warn" role="alert">
          <strong>The investigation was cancelled</strong>
          <p className="break">{investigation.error} What was asked until then stands below.</p>
        </div>
      ) : null}
      {asks ? <Transcript investigation={investigation} /> : null}
      {asks && !isLive(investigation.status) ? null : <Stages investigation={investigation} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function History({ incident, shown }: { incident: Incident; shown: string | null }) {
  const investigations = [...incident.investigations].reverse();
  return (
    <section className="panel" aria-labelledby="history-title">
      <div className="panel-head">
        <h2 id="history-title">Investigations</h2>
        {shown ? <CopyButton text={shown} what="investigation id" label="Copy id" /> : null}
      </div>
      <ul className="list-plain">
        {investigations.map((each, index) => (
          <li key={each.id} className="actions">
            <Link
              to={`/incidents/${incident.id}/investigations/${each.id}`}
              aria-current={each.id === shown ? "true" : undefined}
            >
              {each.id === shown ? (
                <strong>Number {investigations.length - index}</strong>
              ) : (
                `Number ${investigations.length - index}`
              )}
            </Link>
            <Status status={each.status} />
            <span className="muted small">
              <Time at={each.created_at} />
            </span>
            {each.headline ? <span className="small break">{each.headline}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Keeps the shown investigation current from the stream, which sends it whole at each step. */
function useLiveInvestigation(incidentId: string, id: string | null): void {
  const client = useQueryClient();
  useTopic(id ? `investigation/${id}` : null, (message) => {
    if (!id || (message.type !== "done" && message.type !== "stage")) return;
    client.setQueryData(keys.investigation(id), message.data as Investigation);
    if (message.type === "done") void refresh(client, keys.incident(incidentId), keys.incidents);
  });
}
