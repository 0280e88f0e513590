/** What can be said of a target without asking the server: its address, its labels as text, whether a search finds it. */
import type { Target } from "../api/types";

export function address(target: Target): string {
  if (target.transport === "local") return "this machine";
  const host = target.host ?? "";
  const shown = host.includes(":") ? `[${host}]` : host;
  const port = target.port === null || target.port === 22 ? "" : `:${target.port}`;
  return `${target.user ? `${target.user}@` : ""}${shown}${port}`;
}

/** The pinned host key's fingerprint, if there is one. */
export const hostKeyOf = (target: Target): string | null => target.host_key;

export const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");

/** Reads `name=value, name=value`; an error says which part is not of that form. */
export function parseLabels(text: string): { labels: Record<string, string>; error: string | null } {
  const labels: Record<string, string> = {};
  for (const part of text.split(/[,\n]/)) {
    const trimmed = part.trim();
    if (!trimmed) continue;
    const equals = trimmed.indexOf("=");
    if (equals < 1) return { labels, error: `“${trimmed}” is not of the form name=value.` };
    labels[trimmed.slice(0, equals).trim()] = trimmed.slice(equals + 1).trim();
  }
  return { labels, error: null };
}

/** Every word of the query must occur in the name, the address or a label. */
export function targetMatches(target: Target, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = `${target.name} ${address(target)} ${labelText(target.labels ?? {})}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
