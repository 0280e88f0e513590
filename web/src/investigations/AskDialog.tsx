/** Starts an inquiry: from a question, or from an incident's evidence, with the target that is asked. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useMemo, useState } from "react";
import { newKey, Problem, request } from "../api/client";
import { keys, refresh, useTargets } from "../api/queries";
import type { Incident, InquiryInput, Investigation } from "../api/types";
import { Link } from "../app/Link";
import { navigate } from "../app/router";
import { targetMatches } from "../targets/target";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { ErrorPanel } from "../ui/states";

const FIELDS = ["question", "target_id", "namespace", "context", "max_commands"];
const SUGGESTIONS = 50;

export function AskDialog({ incident, onClose }: { incident: Incident | null; onClose: () => void }) {
  const client = useQueryClient();
  const targets = useTargets();
  const list = useId();
  const [question, setQuestion] = useState("");
  const [name, setName] = useState<string | null>(null);
  const [namespace, setNamespace] = useState("");
  const [context, setContext] = useState("");
  const [most, setMost] = useState("12");
  const [missing, setMissing] = useState(false);
  // The only target there is needs no choosing.
  const only = targets.complete && targets.rows.length === 1 ? (targets.rows[0]?.name ?? "") : "";
  const typed = name ?? only;
  const chosen = targets.rows.find((target) => target.name === typed);
  const found = useMemo(
    () => targets.rows.filter((target) => targetMatches(target, typed)).slice(0, SUGGESTIONS),
    [targets.rows, typed],
  );

  const ask = useMutation({
    mutationFn: (body: InquiryInput) =>
      request<Investigation>("/investigations", { method: "POST", body, idempotencyKey: newKey() }),
    onSuccess: async (made) => {
      client.setQueryData(keys.investigation(made.id), made);
      await refresh(client, keys.incident(made.incident_id), keys.incidents);
      onClose();
      navigate(`/incidents/${made.incident_id}/investigations/${made.id}`);
    },
  });
  const problem = ask.error instanceof Problem ? ask.error : null;
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(!chosen);
    if (!chosen || ask.isPending) return;
    ask.mutate({
      question,
      target_id: chosen.id,
      incident_id: incident?.id ?? null,
      namespace,
      context,
      max_commands: Number(most),
    });
  };

  return (
    <Dialog title={incident ? "Ask the cluster" : "Ask a question"} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p className="muted">
          Oriel puts the most telling commands first, and only such that look: <code>kubectl get</code>,{" "}
          <code>describe</code>, <code>logs</code> and the like. Each is a run on the target, with its
          permission and its record.
        </p>
        {ask.error && !FIELDS.includes(problem?.field ?? "") ? (
          <ErrorPanel error={ask.error} title="Nothing was asked" />
        ) : null}
        <TextField
          label={incident ? "What is wrong now (optional)" : "What is wrong"}
          required={!incident}
          maxLength={200}
          placeholder="checkout is slow"
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
          error={errorOf("question")}
        />
        <TextField
          label="Target to ask"
          required
          list={list}
          autoComplete="off"
          placeholder="A host whose kubectl reaches the cluster"
          value={typed}
          onChange={(event) => setName(event.target.value)}
          error={
            missing && !chosen ? "No target has this name: choose one of the list." : errorOf("target_id")
          }
        />
        <datalist id={list}>
          {found.map((target) => (
            <option key={target.id} value={target.name} />
          ))}
        </datalist>
        {targets.complete && targets.rows.length === 0 ? (
          <div className="notice warn">
            There is no target yet. <Link to="/targets?add=1">Add one</Link> first.
          </div>
        ) : null}
        <div className="row">
          <TextField
            label="Namespace"
            autoComplete="off"
            placeholder={incident ? "As the incident says" : "default"}
            value={namespace}
            onChange={(event) => setNamespace(event.target.value)}
            error={errorOf("namespace")}
          />
          <TextField
            label="kubectl context"
            autoComplete="off"
            placeholder="The target's current one"
            value={context}
            onChange={(event) => setContext(event.target.value)}
            error={errorOf("context")}
          />
          <TextField
            label="Commands at most"
            type="number"
            min={1}
            max={100}
            required
            value={most}
            onChange={(event) => setMost(event.target.value)}
            error={errorOf("max_commands")}
          />
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={ask.isPending}>
            {chosen ? `Ask ${chosen.name}` : "Ask"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
