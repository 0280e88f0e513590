/**
 * Following one task's output: feeds the live stream into a bounded window, and tells React at most once a frame,
 * however fast the output comes.
 */
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { stream } from "../api/live";
import { type StreamMessage, streamProblem } from "../api/stream";
import type { TaskOutput } from "../api/types";
import { LogWindow } from "./log";

export interface Followed {
  log: LogWindow;
  ended: boolean;
  problem: string | null;
  version: number;
}

export class Follower {
  readonly log = new LogWindow();
  readonly #listeners = new Set<() => void>();
  readonly #frame: (run: () => void) => void;
  #scheduled = false;
  #snapshot: Followed;

  constructor(frame: (run: () => void) => void) {
    this.#frame = frame;
    this.#snapshot = { log: this.log, ended: false, problem: null, version: 0 };
  }

  snapshot = (): Followed => this.#snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  receive = (message: StreamMessage): void => {
    let { ended, problem } = this.#snapshot;
    if (message.type === "output") {
      const output = message.data as TaskOutput;
      this.log.append(output.stream, output.text);
      problem = null;
    } else if (message.type === "end") ended = true;
    else if (message.type === "error") problem = streamProblem(message);
    this.#snapshot = { log: this.log, ended, problem, version: this.#snapshot.version };
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#frame(() => {
      this.#scheduled = false;
      this.#snapshot = { ...this.#snapshot, version: this.#snapshot.version + 1 };
      for (const listener of this.#listeners) listener();
    });
  };
}

/** A hidden tab gets no frames, so a timer stands in for them: the output still arrives. */
const nextFrame = (run: () => void) => {
  if (document.visibilityState === "hidden") setTimeout(run, 250);
  else requestAnimationFrame(run);
};

/** Follows a task for as long as the component lives, from the log position `from` on. */
export function useOutput(taskId: string, from: number): Followed {
  const follower = useMemo(() => new Follower(nextFrame), []);
  const last = useRef(from);
  useEffect(() => {
    const receive = (message: StreamMessage) => {
      if (typeof message.seq === "number") last.current = message.seq;
      follower.receive(message);
    };
    // A second mounting (React does so on purpose while developing) resumes where the first stopped.
    return stream.subscribe(`task/${taskId}`, receive, last.current);
  }, [taskId, follower]);
  return useSyncExternalStore(follower.subscribe, follower.snapshot);
}
