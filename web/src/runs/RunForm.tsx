/** The form of a new run: the command, the targets, the limits. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { newKey, Problem, request } from "../api/client";
import { keys, refresh } from "../api/queries";
import type { Run, RunInput, Target } from "../api/types";
import { Link } from "../app/Link";
import { navigate } from "../app/router";
import { Button } from "../ui/Button";
import { TextArea, TextField } from "../ui/Field";
import { plural } from "../ui/format";
import { ErrorPanel } from "../ui/states";
import { blanks } from "./suggested";
import { TargetPicker } from "./TargetPicker";

interface Props {
  targets: readonly Target[];
  /** Whether all targets are loaded. */
  complete: boolean;
  command: string;
  /** Whether the command came from a recommendation, which may leave blanks. */
  suggested: boolean;
  /** The host that the command is for and that is no target, if it is for one. */
  missingHost: string | null;
  chosen: readonly string[];
}

const FIELDS = ["command", "target_ids", "timeout_seconds", "concurrency"];

export function RunForm(props: Props) {
  const { targets, complete, suggested } = props;
  const client = useQueryClient();
  const [command, setCommand] = useState(props.command);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(props.chosen));
  const [timeout, setTimeoutSeconds] = useState("300");
  const [concurrency, setConcurrency] = useState("16");
  const [missing, setMissing] = useState(false);
  const known = useMemo(() => targets.filter((target) => chosen.has(target.id)), [targets, chosen]);

  const start = useMutation({
    mutationFn: (input: RunInput) =>
      request<Run>("/runs", { method: "POST", body: input, idempotencyKey: newKey() }),
    onSuccess: (run) => {
      client.setQueryData(keys.run(run.id), run);
      void refresh(client, keys.runs);
      navigate(`/runs/${run.id}`);
    },
  });
  const problem = start.error instanceof Problem ? start.error : null;
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);
  const open = suggested ? blanks(command) : [];

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

  return (
    <form className="stack" onSubmit={submit} style={{ maxWidth: 860 }}>
      {start.error && !FIELDS.includes(problem?.field ?? "") ? (
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
        error={errorOf("command")}
      />
      {open.length > 0 ? (
        <div className="notice warn">
          The recommendation left {open.join(", ")} open: put the real value there before you run it.
        </div>
      ) : null}
      {suggested ? (
        <p className="muted small">
          From a recommendation: read it before you run it. It goes the way of every run, with its
          permissions, approvals and record.
        </p>
      ) : null}
      {props.missingHost ? (
        <div className="notice warn">
          The command is for <code>{props.missingHost}</code>, which is no target by name or address. Choose
          the target that is this host.
        </div>
      ) : null}
      <TargetPicker
        targets={targets}
        complete={complete}
        chosen={chosen}
        onChange={setChosen}
        error={missing && known.length === 0 ? "Choose at least one target." : errorOf("target_ids")}
      />
      <div className="row" style={{ maxWidth: 420 }}>
        <TextField
          label="Timeout in seconds"
          type="number"
          min={1}
          required
          value={timeout}
          onChange={(event) => setTimeoutSeconds(event.target.value)}
          error={errorOf("timeout_seconds")}
        />
        <TextField
          label="Targets at a time"
          type="number"
          min={1}
          required
          value={concurrency}
          onChange={(event) => setConcurrency(event.target.value)}
          error={errorOf("concurrency")}
        />
      </div>
      <div className="actions">
        <Button type="submit" variant="primary" busy={start.isPending}>
          {known.length > 0 ? `Run on ${plural(known.length, "target")}` : "Run"}
        </Button>
        <Link className="button" to="/runs">
          Cancel
        </Link>
      </div>
    </form>
  );
}
