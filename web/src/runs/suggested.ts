/** The way from a recommended command to the form of a new run. It fills the form in; nothing runs from here. */
import type { Target } from "../api/types";

/** A command and the host that it is for, as far as it names one. */
export interface Suggestion {
  command: string;
  host: string | null;
}

/** `ssh HOST COMMAND` is the command on the target that is this host: Oriel opens the connection itself. */
export function suggestion(command: string): Suggestion {
  const found = /^ssh ([A-Za-z0-9][\w.-]*) (\S.*)$/.exec(command.trim());
  return found ? { command: found[2] ?? "", host: found[1] ?? null } : { command, host: null };
}

/** The path of the new-run form with the command filled in, for a person to review. */
export function reviewPath(command: string): string {
  const { command: own, host } = suggestion(command);
  const query = new URLSearchParams({ command: own });
  if (host) query.set("host", host);
  return `/runs/new?${query}`;
}

/** The targets that are the host: by name first, by address where none has the name. */
export function targetsOf(targets: readonly Target[], host: string): string[] {
  const same = (text: string | null) => text?.toLowerCase() === host.toLowerCase();
  const named = targets.filter((target) => same(target.name));
  return (named.length > 0 ? named : targets.filter((target) => same(target.host))).map(
    (target) => target.id,
  );
}

/** The blanks, `{name}` or `<name>`, that a recommendation left for what Oriel could not know. */
export const blanks = (command: string): string[] => [
  ...new Set(command.match(/\{[a-z_]+\}|<[^<>\s][^<>]*>/gi) ?? []),
];
