/**
 * Which of two states of the same thing is the later one. The stream tells of an end while an older answer to a
 * request may still be on its way: what has ended never runs again, so an end stays.
 */

interface Stateful {
  status: string;
}

/** Whether work is still under way. */
export const isLive = (status: string): boolean => status === "queued" || status === "running";

/** The state to keep when `after` arrives and `before` is known. */
export function later<T extends Stateful>(before: T | undefined, after: T): T {
  return before && !isLive(before.status) && isLive(after.status) ? before : after;
}
