/** The frame of the two screens that answer without a session, and the form both share. */
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Problem, request } from "../api/client";
import { keys } from "../api/queries";
import type { Session } from "../api/types";
import { navigate, safeReturn } from "../app/router";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { Logo } from "../ui/icons";
import { ErrorPanel } from "../ui/states";

export function Entrance({
  title,
  intro,
  children,
}: {
  title: string;
  intro: ReactNode;
  children?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Oriel`;
  }, [title]);
  return (
    <main className="center-page">
      <div className="card">
        <div className="brand">
          <Logo /> Oriel
        </div>
        <h1>{title}</h1>
        <p className="muted">{intro}</p>
        {children}
      </div>
    </main>
  );
}

interface FormProps {
  path: "/session" | "/setup";
  extra?: Record<string, string>;
  submit: string;
  newPassword: boolean;
  next: string | null;
}

export function CredentialsForm({ path, extra, submit, newPassword, next }: FormProps) {
  const client = useQueryClient();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLFormElement>(null);
  useEffect(() => first.current?.querySelector("input")?.focus(), []);
  const field = error instanceof Problem ? error.field : null;

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const session = await request<Session>(path, {
        method: "POST",
        body: { ...extra, username, password },
        expectUnauthorized: true,
      });
      client.setQueryData(keys.setup, { needed: false });
      client.setQueryData(keys.session, session);
      navigate(safeReturn(next), { replace: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <form className="stack" onSubmit={send} ref={first}>
      {error && field !== "username" && field !== "password" ? <ErrorPanel error={error} /> : null}
      <TextField
        label="User name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        error={field === "username" && error instanceof Problem ? error.message : null}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete={newPassword ? "new-password" : "current-password"}
        required
        minLength={newPassword ? 12 : undefined}
        hint={
          newPassword ? "At least 12 characters. A sentence is easier to remember than symbols." : undefined
        }
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={field === "password" && error instanceof Problem ? error.message : null}
      />
      <Button type="submit" variant="primary" busy={busy}>
        {busy ? "One moment…" : submit}
      </Button>
    </form>
  );
}
