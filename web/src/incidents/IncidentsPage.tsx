/** The incidents, newest first, and the ways to bring one in: drop an archive, choose a file, take the example. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client";
import { useIncidents } from "../api/queries";
import type { Incident, SubmittedIncident } from "../api/types";
import { Link } from "../app/Link";
import { navigate } from "../app/router";
import { Page } from "../app/Shell";
import { AskDialog } from "../investigations/AskDialog";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { bytes, plural } from "../ui/format";
import { Empty, ErrorPanel, Skeleton, Status, Time } from "../ui/states";
import { useToasts } from "../ui/toasts";
import { type Column, VirtualTable } from "../ui/VirtualTable";
import { DropZone } from "./DropZone";

const COLUMNS: readonly Column<Incident>[] = [
  {
    key: "title",
    title: "Incident",
    cell: (incident) => (
      <Link to={`/incidents/${incident.id}`} className="row-link">
        {incident.title}
      </Link>
    ),
  },
  {
    key: "status",
    title: "Investigation",
    width: "clamp(104px, 10vw, 150px)",
    cell: (incident) => {
      const last = incident.investigations[0];
      return last ? <Status status={last.status} /> : <span className="muted">–</span>;
    },
  },
  {
    key: "verdict",
    title: "Verdict",
    wide: true,
    cell: (incident) => incident.investigations[0]?.headline ?? <span className="muted">–</span>,
  },
  {
    key: "source",
    title: "Source",
    width: "110px",
    wide: true,
    cell: (incident) => <span className="muted">{incident.source}</span>,
  },
  {
    key: "size",
    title: "Size",
    width: "90px",
    wide: true,
    right: true,
    cell: (incident) => bytes(incident.size_bytes),
  },
  {
    key: "by",
    title: "Submitted by",
    width: "120px",
    wide: true,
    cell: (incident) => incident.created_by ?? "–",
  },
  {
    key: "at",
    title: "Submitted",
    width: "clamp(92px, 9vw, 120px)",
    cell: (incident) => <Time at={incident.created_at} />,
  },
];

/** Where a submission leads: to the incident, with a word if Oriel had it already. */
export function useSubmitted() {
  const { say } = useToasts();
  return (submitted: SubmittedIncident) => {
    if (submitted.duplicate) say("Oriel has this archive already: this is the incident that it made then.");
    navigate(`/incidents/${submitted.incident.id}`);
  };
}

export function IncidentsPage() {
  const incidents = useIncidents();
  const { canOperate } = useSession();
  const submitted = useSubmitted();
  const example = useMutation({
    mutationFn: () => request<SubmittedIncident>("/incidents/example", { method: "POST" }),
    onSuccess: submitted,
  });
  const [asking, setAsking] = useState(false);
  const { rows } = incidents;
  return (
    <Page
      title="Incidents"
      fill
      sub="What went wrong, with its evidence. Each is investigated as it arrives."
      actions={
        canOperate ? (
          <>
            {rows.length > 0 ? (
              <Button busy={example.isPending} onClick={() => example.mutate()}>
                Investigate the example incident
              </Button>
            ) : null}
            <Button onClick={() => setAsking(true)}>Ask a question…</Button>
          </>
        ) : null
      }
    >
      {asking ? <AskDialog incident={null} onClose={() => setAsking(false)} /> : null}
      {canOperate ? <DropZone onSubmitted={submitted} /> : null}
      {example.error ? <ErrorPanel error={example.error} /> : null}
      {incidents.isPending ? <Skeleton label="Loading the incidents" /> : null}
      {incidents.isError ? (
        <ErrorPanel error={incidents.error} retry={() => void incidents.refetch()} />
      ) : null}
      {incidents.isSuccess && rows.length === 0 ? (
        <Empty
          title="No incident yet"
          actions={
            canOperate ? (
              <Button variant="primary" busy={example.isPending} onClick={() => example.mutate()}>
                Investigate the example incident
              </Button>
            ) : null
          }
        >
          {canOperate
            ? "Drop an incident archive above: cluster state, metrics, logs or traces in a .tar.zst. Or ask a question, and Oriel asks a target for the evidence. Or begin with the example incident that it brings along."
            : "An operator can bring one in; it then appears here by itself."}
        </Empty>
      ) : null}
      {rows.length > 0 ? (
        <>
          <p className="visually-hidden" role="status">
            {plural(rows.length, "incident")} loaded
          </p>
          <VirtualTable
            label="Incidents"
            columns={COLUMNS}
            rows={rows}
            rowKey={(incident) => incident.id}
            href={(incident) => `/incidents/${incident.id}`}
            onEnd={incidents.more}
          />
        </>
      ) : null}
    </Page>
  );
}
