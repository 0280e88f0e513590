/** The output of one task: its state, the live terminal, and the whole output as a download. */

import { useState } from "react";
import { API } from "../api/client";
import type { Task } from "../api/types";
import { Button, CopyButton } from "../ui/Button";
import { between, bytes, count, duration } from "../ui/format";
import { Status } from "../ui/states";
import { useOutput } from "./output";
import { isLive, taskNote } from "./run";
import { Terminal } from "./Terminal";

export function OutputPane({ task, onClose }: { task: Task; onClose?: () => void }) {
  const followed = useOutput(task.id, 0);
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
      {log.dropped > 0 ? (
        <div className="term-note">
          The first {count(log.dropped)} lines are not kept in this page. The download has all of them.
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
        <span>{taskNote(task)}</span>
        {took === null ? null : <span>{duration(took)}</span>}
        <span>stdout {bytes(task.stdout_bytes)}</span>
        <span className={task.stderr_bytes > 0 ? "bad" : ""}>stderr {bytes(task.stderr_bytes)}</span>
        {log.length > 0 ? <span>{count(log.dropped + log.length)} lines</span> : null}
      </div>
    </section>
  );
}
