/** A new run: the command, the targets, the limits. A recommendation or a target may have filled in a part. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { newKey, Problem, request } from "../api/client";
import { keys, refresh, useTargets } from "../api/queries";
import type { Run, RunInput } from "../api/types";
import { Link } from "../app/Link";
import { navigate, useSearch } from "../app/router";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { TextArea, TextField } from "../ui/Field";
import { plural } from "../ui/format";
import { Empty, ErrorPanel, Skeleton } from "../ui/states";
import { TargetPicker } from "./TargetPicker";

/** A recommendation's command may hold `{name}` for what Oriel could not know. */
export const placeholders = (command: string): string[] => [
  ...new Set(command.match(/\{[a-z_]+\}|<[a-z_-]+>/gi) ?? []),
];

export function NewRunPage() {
  const client = useQueryClient();
  const { canOperate, isAdmin } = useSession();
  const search = useSearch();
  const targets = useTargets();
  const given = search.get("target");
  const [command, setCommand] = useState(search.get("command") ?? "");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(given ? given.split(",") : []));
  const [timeout, setTimeoutSeconds] = useState("300");
  const [concurrency, setConcurrency] = useState("16");
  const [missing, setMissing] = useState(false);

  const start = useMutation({
    mutationFn: (input: RunInput) =>
      request<Run>("/runs", { method: "POST", body: input, idempotencyKey: newKey() }),
    onSuccess: (run) => {
      client.setQueryData(keys.run(run.id), run);
      void refresh(client, keys.runs);
      navigate(`/runs/${run.id}`);
    },
  });
  const known = useMemo(() => targets.rows.filter((target) => chosen.has(target.id)), [targets.rows, chosen]);
  const problem = start.error instanceof Problem ? start.error : null;
  const open = placeholders(command);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(known.length === 0);
    if (known.length === 0 || start.isPending) return;
    start.mutate({
      command,
      target_ids: known.map((target) => target.id),
      timeout_seconds: Number(timeout),
      concurrency: Number(concurrency),
    });
  };
  const crumb = <Link to="/runs">Runs</Link>;
  if (!canOperate) {
    return (
      <Page title="New run" crumb={crumb}>
        <div className="notice warn">
          Your role may look at runs, not start them. An administrator can make you an operator.
        </div>
      </Page>
    );
  }
  if (targets.isPending) {
    return (
      <Page title="New run" crumb={crumb}>
        <Skeleton label="Loading the targets" />
      </Page>
    );
  }
  if (targets.isSuccess && targets.rows.length === 0) {
    return (
      <Page title="New run" crumb={crumb}>
        <Empty
          title="There is no target to run on"
          actions={
            isAdmin ? (
              <Link className="button primary" to="/targets?add=1">
                Add a target
              </Link>
            ) : null
          }
        >
          {isAdmin ? "Add a host first, and pin its key." : "An administrator has to add a host first."}
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="New run" crumb={crumb}>
      <form className="stack" onSubmit={submit} style={{ maxWidth: 860 }}>
        {targets.isError ? <ErrorPanel error={targets.error} retry={() => void targets.refetch()} /> : null}
        {start.error &&
        !["command", "target_ids", "timeout_seconds", "concurrency"].includes(problem?.field ?? "") ? (
          <ErrorPanel error={start.error} title="The run was not started" />
        ) : null}
        <TextArea
          label="Command"
          mono
          required
          rows={3}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          placeholder="systemctl status kubelet"
          hint="Run by the login shell of each target's user. Ctrl Enter starts it."
          value={command}
          onChange={(event) => setCommand(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
              event.currentTarget.form?.requestSubmit();
          }}
          error={problem?.field === "command" ? problem.message : null}
        />
        {open.length > 0 ? (
          <div className="notice warn">
            The command still holds {open.join(", ")}: put the real value there before it runs.
          </div>
        ) : null}
        <TargetPicker
          targets={targets.rows}
          complete={targets.complete}
          chosen={chosen}
          onChange={setChosen}
          error={
            missing && known.length === 0
              ? "Choose at least one target."
              : problem?.field === "target_ids"
                ? problem.message
                : null
          }
        />
        <div className="row" style={{ maxWidth: 420 }}>
          <TextField
            label="Timeout in seconds"
            type="number"
            min={1}
            max={86400}
            required
            value={timeout}
            onChange={(event) => setTimeoutSeconds(event.target.value)}
            error={problem?.field === "timeout_seconds" ? problem.message : null}
          />
          <TextField
            label="Targets at a time"
            type="number"
            min={1}
            max={256}
            required
            value={concurrency}
            onChange={(event) => setConcurrency(event.target.value)}
            error={problem?.field === "concurrency" ? problem.message : null}
          />
        </div>
        <div className="actions">
          <Button type="submit" variant="primary" busy={start.isPending} disabled={open.length > 0}>
            {known.length > 0 ? `Run on ${plural(known.length, "target")}` : "Run"}
          </Button>
          <Link className="button" to="/runs">
            Cancel
          </Link>
        </div>
      </form>
    </Page>
  );
}
