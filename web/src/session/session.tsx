/**
 * Who is signed in. Screens below `RequireSession` always have a user; when the session ends, for whatever
 * reason, the user goes to sign in and comes back to the same place.
 */
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo } from "react";
import { onSessionExpired, request } from "../api/client";
import { stream, useConnection } from "../api/live";
import { keys, useSessionQuery, useSetup } from "../api/queries";
import type { SessionUser } from "../api/types";
import { navigate, usePath } from "../app/router";
import { ErrorPanel } from "../ui/states";
import { useToasts } from "../ui/toasts";

interface SessionValue {
  user: SessionUser;
  /** Whether the role may start work: runs, investigations, outcomes. The server decides; this only hides buttons. */
  canOperate: boolean;
  isAdmin: boolean;
  signOut: () => void;
}

const Context = createContext<SessionValue | null>(null);

export function useSession(): SessionValue {
  const value = useContext(Context);
  if (!value) throw new Error("useSession is used outside RequireSession");
  return value;
}

export const signInPath = () =>
  `/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;

export function RequireSession({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const session = useSessionQuery();
  const setup = useSetup();
  const toasts = useToasts();
  const path = usePath();
  const connection = useConnection();
  const user = session.data?.user ?? null;

  useEffect(() => onSessionExpired(() => client.setQueryData(keys.session, null)), [client]);

  // A refused stream cannot say why: ask whether the session still holds, and catch up when it is back.
  useEffect(() => {
    if (connection === "waiting") void client.invalidateQueries({ queryKey: keys.session });
  }, [connection, client]);

  const firstRun = setup.data?.needed === true;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is part of where to return to
  useEffect(() => {
    if (session.data !== null || setup.isPending) return;
    stream.reset();
    client.removeQueries({
      predicate: (query) => query.queryKey[0] !== "session" && query.queryKey[0] !== "setup",
    });
    navigate(firstRun ? "/setup" : signInPath(), { replace: true });
  }, [session.data, setup.isPending, firstRun, client, path]);

  const signOut = useCallback(async () => {
    try {
      await request("/session", { method: "DELETE", expectUnauthorized: true });
    } catch (error) {
      toasts.fail(error);
      return;
    }
    stream.reset();
    client.clear();
    client.setQueryData(keys.session, null);
    navigate("/sign-in", { replace: true });
  }, [client, toasts]);

  const value = useMemo(
    () =>
      user && {
        user,
        canOperate: user.role === "admin" || user.role === "operator",
        isAdmin: user.role === "admin",
        signOut: () => void signOut(),
      },
    [user, signOut],
  );

  if (session.isError) {
    return (
      <main className="center-page">
        <ErrorPanel error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  }
  return value ? <Context value={value}>{children}</Context> : null;
}
