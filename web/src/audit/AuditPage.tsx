/** The audit log: who did what, newest first, and the check that its hash chain is whole. */
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { request } from "../api/client";
import { useAudit } from "../api/queries";
import type { AuditCheck, AuditEntry } from "../api/types";
import { setSearch, useSearch } from "../app/router";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { count, dateTime, plural } from "../ui/format";
import { Empty, ErrorPanel, Skeleton } from "../ui/states";
import { type Column, VirtualTable } from "../ui/VirtualTable";

const TYPING_MS = 250;

export const detailText = (detail: unknown): string =>
  detail === null || detail === undefined || JSON.stringify(detail) === "{}"
    ? "–"
    : typeof detail === "string"
      ? detail
      : JSON.stringify(detail);

export function AuditPage() {
  const { canOperate } = useSession();
  if (canOperate) return <AuditLog />;
  return (
    <Page title="Audit">
      <div className="notice warn">
        Your role does not read the audit log. An administrator can make you an operator.
      </div>
    </Page>
  );
}

function AuditLog() {
  const search = useSearch();
  const filters = { actor: search.get("actor") ?? "", action: search.get("action") ?? "" };
  const audit = useAudit(filters);
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const verify = useMutation({ mutationFn: () => request<AuditCheck>("/audit/verify") });
  const columns: readonly Column<AuditEntry>[] = [
    { key: "seq", title: "No.", width: "84px", wide: true, right: true, cell: (entry) => count(entry.seq) },
    {
      key: "at",
      title: "Time",
      width: "clamp(164px, 12vw, 180px)",
      cell: (entry) => (
        <time dateTime={entry.at} className="num small">
          {dateTime(entry.at)}
        </time>
      ),
    },
    { key: "actor", title: "Actor", width: "clamp(76px, 10vw, 140px)", cell: (entry) => entry.actor },
    {
      key: "action",
      title: "Action",
      width: "clamp(120px, 14vw, 190px)",
      cell: (entry) => (
        <button
          type="button"
          className="button small quiet"
          onClick={() => setOpen(entry)}
          aria-label={`Entry ${entry.seq}: ${entry.action}`}
        >
          {entry.action}
        </button>
      ),
    },
    { key: "subject", title: "Subject", wide: true, cell: (entry) => <code>{entry.subject || "–"}</code> },
    {
      key: "detail",
      title: "Detail",
      wide: true,
      cell: (entry) => <code className="muted">{detailText(entry.detail)}</code>,
    },
  ];
  return (
    <Page
      title="Audit"
      fill
      sub="Every change and who made it. Each entry carries the hash of the one before, so that a removed or altered entry shows."
      actions={
        <Button busy={verify.isPending} onClick={() => verify.mutate()}>
          {verify.isPending ? "Verifying…" : "Verify the chain"}
        </Button>
      }
    >
      <div aria-live="polite">
        {verify.data ? (
          <div className={`notice panel ${verify.data.ok ? "good" : "bad"}`} style={{ marginBottom: 12 }}>
            {verify.data.ok ? (
              <>
                <strong>The chain is whole.</strong> {plural(verify.data.entries, "entry", "entries")}{" "}
                checked.
              </>
            ) : (
              <>
                <strong>The chain is broken at entry {count(verify.data.broken_at ?? 0)}.</strong>{" "}
                {verify.data.reason ?? "It or one before it was altered or removed after it was written."} The{" "}
                {plural(verify.data.entries, "entry", "entries")} before it are sound.
              </>
            )}
          </div>
        ) : null}
        {verify.error ? <ErrorPanel error={verify.error} /> : null}
      </div>
      <search className="filters">
        <Filter name="actor" label="Actor" example="ada" value={filters.actor} />
        <Filter name="action" label="Action" example="run.create" value={filters.action} />
        <span className="count num" role="status">
          {audit.isSuccess
            ? `${plural(audit.rows.length, "entry", "entries")}${audit.complete ? "" : " loaded"}`
            : ""}
        </span>
      </search>
      {audit.isPending ? <Skeleton label="Loading the audit log" /> : null}
      {audit.isError ? <ErrorPanel error={audit.error} retry={() => void audit.refetch()} /> : null}
      {audit.isSuccess && audit.rows.length === 0 ? (
        <Empty title="No entry matches">
          Nothing by this actor with this action is on record. Clear a filter to see more.
        </Empty>
      ) : null}
      {audit.rows.length > 0 ? (
        <VirtualTable
          label="Audit log"
          columns={columns}
          rows={audit.rows}
          rowKey={(entry) => entry.seq}
          onEnd={audit.more}
        />
      ) : null}
      {open ? (
        <Dialog title={`Entry ${count(open.seq)}`} onClose={() => setOpen(null)}>
          <dl className="pairs">
            <dt>Time</dt>
            <dd>{dateTime(open.at)}</dd>
            <dt>Actor</dt>
            <dd>{open.actor}</dd>
            <dt>Action</dt>
            <dd>{open.action}</dd>
            <dt>Subject</dt>
            <dd className="mono">{open.subject || "–"}</dd>
            <dt>Detail</dt>
            <dd>
              <pre>{open.detail === null ? "–" : JSON.stringify(open.detail, null, 2)}</pre>
            </dd>
            <dt>Request</dt>
            <dd className="mono">{open.request_id}</dd>
            <dt>Hash</dt>
            <dd className="mono">{open.hash}</dd>
          </dl>
        </Dialog>
      ) : null}
    </Page>
  );
}

/** A filter that waits for a pause in typing before it asks the server. */
function Filter({
  name,
  label,
  value,
  example,
}: {
  name: string;
  label: string;
  value: string;
  example: string;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => setSearch({ [name]: text.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, name]);
  return (
    <TextField
      label={label}
      type="search"
      placeholder={`Exactly, as ${example}`}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
