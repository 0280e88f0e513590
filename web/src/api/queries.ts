/** What the console reads: one hook for each resource, with its key, so that the live stream can update the cache. */
import { type QueryClient, replaceEqualDeep, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { Problem, type RequestOptions, request } from "./client";
import { isLive, later } from "./settled";
import type {
  AuditEntry,
  Cause,
  Health,
  Incident,
  Investigation,
  Page,
  Run,
  RunSummary,
  Session,
  Target,
  User,
} from "./types";

export const keys = {
  session: ["session"] as const,
  setup: ["setup"] as const,
  health: ["health"] as const,
  causes: ["causes"] as const,
  incidents: ["incidents"] as const,
  incident: (id: string) => ["incident", id] as const,
  investigation: (id: string) => ["investigation", id] as const,
  targets: ["targets"] as const,
  target: (id: string) => ["target", id] as const,
  runs: ["runs"] as const,
  run: (id: string) => ["run", id] as const,
  audit: ["audit"] as const,
  users: ["users"] as const,
};

/** Retries only what may pass: no connection, or the server's own fault. */
export const mayPass = (failures: number, error: unknown): boolean =>
  failures < 2 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500);

export const PAGE_SIZE = 200;
const POLL_MS = 5000;

/** A cursor-paginated list: the rows loaded so far, and how to get more. With `all`, every page is fetched. */
export function useList<T>(
  key: readonly unknown[],
  path: string,
  query: RequestOptions["query"] = {},
  all = false,
) {
  const list = useInfiniteQuery({
    queryKey: [...key, "list", query],
    queryFn: ({ pageParam, signal }) =>
      request<Page<T>>(path, { query: { ...query, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: all ? 60_000 : 5_000,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = list;
  const more = hasNextPage && !isFetchingNextPage && !isError ? fetchNextPage : undefined;
  useEffect(() => {
    if (all && more) void more();
  }, [all, more]);
  return {
    ...list,
    rows,
    complete: list.isSuccess && !hasNextPage,
    more: more ? () => void more() : undefined,
  };
}

export const useIncidents = () => useList<Incident>(keys.incidents, "/incidents");
/** Every target: pickers and the list search and sort all of them. */
export const useTargets = () => useList<Target>(keys.targets, "/targets", {}, true);
/** The targets that happen to be loaded, or the first page. */
export const useFirstTargets = () => useList<Target>(keys.targets, "/targets");
export const useRuns = (filters: { status: string; target_id: string; origin?: string }) =>
  useList<RunSummary>(keys.runs, "/runs", filters);
export const useAudit = (filters: { actor: string; action: string }) =>
  useList<AuditEntry>(keys.audit, "/audit", filters);
export const useUsers = () => useList<User>(keys.users, "/users", {}, true);

const one = <T>(key: readonly unknown[], path: string) => ({
  queryKey: key,
  queryFn: ({ signal }: { signal: AbortSignal }) => request<T>(path, { signal }),
});

export const useIncident = (id: string) => useQuery(one<Incident>(keys.incident(id), `/incidents/${id}`));
/** What is under way: the stream updates it, a slow poll covers a stream that is down, and an end stays. */
const watched = <T extends { status: string }>(id: string | null) => ({
  enabled: id !== null,
  refetchInterval: (query: { state: { data: T | undefined } }) =>
    isLive(query.state.data?.status ?? "") ? POLL_MS : (false as const),
  structuralSharing: (before: unknown, after: unknown) =>
    replaceEqualDeep(before, later(before as T | undefined, after as T)),
});

/** A run; none for null. */
export const useRun = (id: string | null) =>
  useQuery({ ...one<Run>(keys.run(id ?? ""), `/runs/${id}`), ...watched<Run>(id) });
export const useHealth = () => useQuery({ ...one<Health>(keys.health, "/health"), refetchInterval: 15_000 });
export const useSetup = () => useQuery(one<{ needed: boolean }>(keys.setup, "/setup"));

/** An investigation; none for null. */
export const useInvestigation = (id: string | null) =>
  useQuery({
    ...one<Investigation>(keys.investigation(id ?? ""), `/investigations/${id}`),
    ...watched<Investigation>(id),
  });

/** Known causes, for the outcome form. The server may send a list or a page. */
export const useCauses = () =>
  useQuery({
    queryKey: keys.causes,
    queryFn: async ({ signal }) => {
      const body = await request<Cause[] | Page<Cause>>("/causes", { signal });
      return Array.isArray(body) ? body : body.items;
    },
    staleTime: 600_000,
  });

/** The session, or null when there is none. */
export const useSessionQuery = () =>
  useQuery({
    queryKey: keys.session,
    queryFn: async ({ signal }) => {
      try {
        return await request<Session>("/session", { signal, expectUnauthorized: true });
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });

/** Marks a list stale after a change made here or announced by the stream. */
export const refresh = (client: QueryClient, ...which: (readonly unknown[])[]) =>
  Promise.all(which.map((queryKey) => client.invalidateQueries({ queryKey })));
