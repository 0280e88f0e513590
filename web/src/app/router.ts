/**
 * Routing over the History API: the current location as a store, navigation, and path patterns.
 * It knows no screens. Patterns are literal segments and `:name` parameters; nothing more.
 */
import { useSyncExternalStore } from "react";

export type Params = Readonly<Record<string, string>>;

const listeners = new Set<() => void>();
const notify = () => {
  for (const listener of listeners) listener();
};
if (typeof window !== "undefined") window.addEventListener("popstate", notify);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Goes to a path of this console. With `replace`, the current entry of the history is overwritten. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) window.history.replaceState(null, "", to);
  else if (to !== window.location.pathname + window.location.search) window.history.pushState(null, "", to);
  notify();
}

/** The current path, re-rendering on change. */
export const usePath = () => useSyncExternalStore(subscribe, () => window.location.pathname);

/** The current query, re-rendering on change. */
export const useSearch = () =>
  new URLSearchParams(useSyncExternalStore(subscribe, () => window.location.search));

/** Rewrites parameters of the query in place (for filters): an empty value removes its parameter. */
export function setSearch(changes: Readonly<Record<string, string>>): void {
  const search = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) search.set(name, value);
    else search.delete(name);
  }
  const text = search.toString();
  navigate(window.location.pathname + (text ? `?${text}` : ""), { replace: true });
}

/** The parameters if the path has the pattern's shape, else null. A trailing slash is tolerated. */
export function match(pattern: string, path: string): Params | null {
  const want = pattern.split("/").filter(Boolean);
  const have = path.split("/").filter(Boolean);
  if (want.length !== have.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of want.entries()) {
    const value = have[index] ?? "";
    if (segment.startsWith(":")) {
      try {
        params[segment.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;
      }
    } else if (segment !== value) return null;
  }
  return params;
}

/** Accepts only a path inside this console as the place to return to after signing in. */
export function safeReturn(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/incidents";
}
