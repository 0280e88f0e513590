/** What can be said of a run from its tasks. */
import type { Task, TaskStatus } from "../api/types";
import { words } from "../ui/format";

export const TROUBLES: readonly TaskStatus[] = [
  "failed",
  "timed_out",
  "lost",
  "refused",
  "interrupted",
  "cancelled",
];

/** How many tasks are in each status. */
export function tally(tasks: readonly Task[]): Map<TaskStatus, number> {
  const counts = new Map<TaskStatus, number>();
  for (const task of tasks) counts.set(task.status, (counts.get(task.status) ?? 0) + 1);
  return counts;
}

/** What happened to a task, in a few words. */
export function taskNote(task: Task): string {
  if (task.error) return task.error;
  if (task.signal) return `ended by signal ${task.signal}`;
  if (task.exit_code !== null) return `exit code ${task.exit_code}`;
  if (task.status === "queued") return "waiting for its turn";
  if (task.status === "running") return "running";
  return words(task.status);
}
