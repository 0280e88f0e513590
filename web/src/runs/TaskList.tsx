/** The tasks of a run, virtualised: status and result of each, and a press to open or close its output. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import type { Task } from "../api/types";
import { plural } from "../ui/format";
import { Status } from "../ui/states";
import { TROUBLES, taskNote } from "./run";

const ROW = 50;
const FEW = 12;

export function TaskList({
  tasks,
  shown,
  onToggle,
}: {
  tasks: readonly Task[];
  shown: readonly string[];
  onToggle: (id: string) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState("");
  const [troubled, setTroubled] = useState(false);
  const rows = useMemo(() => {
    const text = query.toLowerCase();
    return tasks.filter(
      (task) =>
        task.target_name.toLowerCase().includes(text) && (!troubled || TROUBLES.includes(task.status)),
    );
  }, [tasks, query, troubled]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <section className="panel" aria-labelledby="tasks-title">
      <div className="panel-head">
        <h2 id="tasks-title">Tasks</h2>
        <span className="muted small num">
          {rows.length === tasks.length ? tasks.length : `${rows.length} of ${tasks.length}`}
        </span>
      </div>
      {tasks.length > FEW ? (
        <div className="picker-head">
          <input
            className="input"
            type="search"
            aria-label="Search the tasks"
            placeholder="Target"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <label className="check small">
            <input
              type="checkbox"
              checked={troubled}
              onChange={(event) => setTroubled(event.target.checked)}
            />
            Troubled only
          </label>
        </div>
      ) : null}
      <div className="task-list" ref={scroller}>
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map((item) => {
            const task = rows[item.index];
            if (!task) return null;
            return (
              <button
                key={task.id}
                type="button"
                className="task-item"
                aria-pressed={shown.includes(task.id)}
                style={{ position: "absolute", top: item.start, left: 0 }}
                onClick={() => onToggle(task.id)}
              >
                <span className="name">{task.target_name}</span>
                <Status status={task.status} />
                <span className="muted small">{taskNote(task)}</span>
              </button>
            );
          })}
        </div>
      </div>
      <p className="visually-hidden">
        A press opens or closes a task's output. {plural(shown.length, "pane")} open.
      </p>
    </section>
  );
}
