/** Adding or changing a target. The private key goes to the server and never comes back. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { Problem, request } from "../api/client";
import { keys, refresh } from "../api/queries";
import type { Target, TargetChange, TargetInput, Transport } from "../api/types";
import { Button } from "../ui/Button";
import { SelectField, TextArea, TextField } from "../ui/Field";
import { ErrorPanel } from "../ui/states";
import { useToasts } from "../ui/toasts";
import { labelText, parseLabels } from "./target";

interface Props {
  target?: Target;
  onDone: (target: Target) => void;
  onCancel: () => void;
}

const FIELDS = ["name", "transport", "host", "port", "user", "private_key", "labels"];

export function TargetForm({ target, onDone, onCancel }: Props) {
  const client = useQueryClient();
  const { say } = useToasts();
  const [name, setName] = useState(target?.name ?? "");
  const [transport, setTransport] = useState<Transport>(target?.transport ?? "ssh");
  const [host, setHost] = useState(target?.host ?? "");
  const [port, setPort] = useState(String(target?.port ?? 22));
  const [user, setUser] = useState(target?.user ?? "");
  const [key, setKey] = useState("");
  const [labels, setLabels] = useState(labelText(target?.labels ?? {}));
  const [labelError, setLabelError] = useState<string | null>(null);

  const save = useMutation({
    // Of a target that exists the transport cannot change; and what somebody else changed meanwhile is not overwritten.
    mutationFn: (input: TargetInput) => {
      if (!target) return request<Target>("/targets", { method: "POST", body: input });
      const { transport: _, ...change } = input;
      return request<Target>(`/targets/${target.id}`, {
        method: "PATCH",
        body: change satisfies TargetChange,
        ifMatch: `"${target.version}"`,
      });
    },
    onSuccess: async (saved) => {
      say(target ? `${saved.name} is changed.` : `${saved.name} is added.`);
      client.setQueryData(keys.target(saved.id), saved);
      void refresh(client, keys.targets);
      onDone(saved);
    },
  });
  const problem = save.error instanceof Problem ? save.error : null;
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parseLabels(labels);
    setLabelError(parsed.error);
    if (parsed.error || save.isPending) return;
    const remote = {
      host: host.trim(),
      port: Number(port),
      user: user.trim(),
      ...(key.trim() ? { private_key: `${key.trim()}\n` } : {}),
    };
    save.mutate({
      name: name.trim(),
      transport,
      labels: parsed.labels,
      ...(transport === "ssh" ? remote : {}),
    });
  };

  return (
    <form className="stack" onSubmit={submit}>
      {save.error && !FIELDS.includes(problem?.field ?? "") ? <ErrorPanel error={save.error} /> : null}
      <TextField
        label="Name"
        required
        autoFocus={!target}
        spellCheck={false}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={errorOf("name")}
      />
      <SelectField
        label="Transport"
        value={transport}
        disabled={target !== undefined}
        onChange={(event) => setTransport(event.target.value as Transport)}
        error={errorOf("transport")}
        hint={
          transport === "local"
            ? "Commands run on the machine that Oriel itself runs on, as its user."
            : undefined
        }
      >
        <option value="ssh">SSH</option>
        <option value="local">Local (this machine)</option>
      </SelectField>
      {transport === "ssh" ? (
        <>
          <div className="row">
            <TextField
              label="Host"
              required
              mono
              spellCheck={false}
              autoCapitalize="none"
              placeholder="10.0.0.5 or host.example"
              value={host}
              onChange={(event) => setHost(event.target.value)}
              error={errorOf("host")}
            />
            <TextField
              label="Port"
              required
              mono
              type="number"
              min={1}
              max={65535}
              value={port}
              onChange={(event) => setPort(event.target.value)}
              error={errorOf("port")}
            />
            <TextField
              label="User"
              required
              mono
              spellCheck={false}
              autoCapitalize="none"
              autoComplete="off"
              value={user}
              onChange={(event) => setUser(event.target.value)}
              error={errorOf("user")}
            />
          </div>
          <KeyField
            value={key}
            onChange={setKey}
            kept={target !== undefined}
            error={errorOf("private_key")}
          />
        </>
      ) : null}
      <TextField
        label="Labels"
        mono
        spellCheck={false}
        placeholder="role=web, zone=a"
        hint="Optional. Used to find and group targets."
        value={labels}
        onChange={(event) => setLabels(event.target.value)}
        error={labelError ?? errorOf("labels")}
      />
      <div className="dialog-foot">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {target ? "Save" : "Add the target"}
        </Button>
      </div>
    </form>
  );
}

const MAX_KEY_BYTES = 64 * 1024;

function KeyField({
  value,
  onChange,
  kept,
  error,
}: {
  value: string;
  onChange: (key: string) => void;
  kept: boolean;
  error: string | null;
}) {
  const file = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const read = async (chosen: File | undefined) => {
    if (!chosen) return;
    if (chosen.size > MAX_KEY_BYTES) setRefused(`${chosen.name} is too large to be a private key.`);
    else {
      setRefused(null);
      onChange(await chosen.text());
    }
  };
  return (
    <>
      <TextArea
        label="Private key"
        mono
        rows={4}
        required={!kept}
        spellCheck={false}
        autoComplete="off"
        placeholder={kept ? "Leave empty to keep the present key" : "-----BEGIN OPENSSH PRIVATE KEY-----"}
        hint="An ed25519 or ECDSA key in OpenSSH format, without a passphrase. Kept encrypted on the server and never shown again."
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={refused ?? error}
      />
      <div>
        <Button small onClick={() => file.current?.click()}>
          Read the key from a file…
        </Button>
        <input
          ref={file}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="Private key file"
          onChange={(event) => void read(event.target.files?.[0])}
        />
      </div>
    </>
  );
}
