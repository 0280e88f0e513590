/** The output of one task: its state, the live terminal, and the whole output as a download. */

import { useState } from "react";
import { API } from "../api/client";
import { isLive } from "../api/settled";
import type { Task } from "../api/types";
import { Button, CopyButton } from "../ui/Button";
import { between, bytes, duration, plural } from "../ui/format";
import { Status } from "../ui/states";
import { useOutput } from "./output";
import { taskNote } from "./run";
import { Terminal } from "./Terminal";

/** Of an output longer than this, a page that opens late shows the last part: the window could not hold more. */
const TAIL_BYTES = 6_000_000;

/** The log position (bytes of both streams) from which to show a task's output. */
export const startPosition = (task: Pick<Task, "stdout_bytes" | "stderr_bytes">): number =>
  Math.max(0, task.stdout_bytes + task.stderr_bytes - TAIL_BYTES);

export function OutputPane({ task, onClose }: { task: Task; onClose?: () => void }) {
  const [from] = useState(() => startPosition(task));
  const followed = useOutput(task.id, from);
  const [following, setFollowing] = useState(true);
  const [wrap, setWrap] = useState(false);
  const live = isLive(task.status);
  const took = between(task.started_at, task.finished_at);
  const { log } = followed;
  return (
    <section className="pane" aria-label={`Output of ${task.target_name}`}>
      <div className="pane-head">
        <h3>{task.target_name}</h3>
        <span aria-live="polite">
          <Status status={task.status} />
        </span>
        <div className="actions">
          <Button small aria-pressed={following} onClick={() => setFollowing(!following)}>
            {following ? "Following" : "Follow"}
          </Button>
          <Button small aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
            Wrap
          </Button>
          <CopyButton text={() => log.text()} what={`the shown output of ${task.target_name}`} />
          <a
            className="button small"
            href={`${API}/tasks/${task.id}/output?stream=all`}
            download={`${task.target_name}-${task.id}.log`}
          >
            Download
          </a>
          {onClose ? (
            <Button
              small
              variant="quiet"
              onClick={onClose}
              aria-label={`Close the output of ${task.target_name}`}
            >
              Close
            </Button>
          ) : null}
        </div>
      </div>
      {task.error ? <div className="term-note bad">{task.error}</div> : null}
      {followed.problem ? <div className="term-note bad">{followed.problem}</div> : null}
      {from > 0 || log.dropped > 0 ? (
        <div className="term-note">
          {from > 0
            ? `The first ${bytes(from)} are not shown here.`
            : `The first ${plural(log.dropped, "line")} are not kept in this page.`}{" "}
          The download has all of it.
        </div>
      ) : null}
      <Terminal
        log={log}
        version={followed.version}
        label={`Output of ${task.target_name}`}
        following={following}
        onFollowing={setFollowing}
        wrap={wrap}
        empty={
          live
            ? task.status === "queued"
              ? "Waiting for its turn."
              : "No output yet."
            : followed.ended
              ? "It wrote nothing."
              : "Loading…"
        }
      />
      <div className="pane-foot num">
        {task.error ? null : <span>{taskNote(task)}</span>}
        {took === null ? null : <span>{duration(took)}</span>}
        <span>stdout {bytes(task.stdout_bytes)}</span>
        <span className={task.stderr_bytes > 0 ? "bad" : ""}>stderr {bytes(task.stderr_bytes)}</span>
        {log.length > 0 && from === 0 ? <span>{plural(log.dropped + log.length, "line")}</span> : null}
      </div>
    </section>
  );
}
