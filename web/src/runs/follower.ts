/**
 * One task's output as it comes: a bounded window, and word to its listeners at most once a frame, however fast the
 * messages arrive. It knows no WebSocket and no React.
 */
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
  #ended = false;
  #problem: string | null = null;
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
    if (message.type === "output") {
      const output = message.data as TaskOutput;
      this.log.append(output.stream, output.text);
      this.#problem = null;
    } else if (message.type === "end") this.#ended = true;
    else if (message.type === "error") this.#problem = streamProblem(message);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#frame(() => {
      this.#scheduled = false;
      const version = this.#snapshot.version + 1;
      this.#snapshot = { log: this.log, ended: this.#ended, problem: this.#problem, version };
      for (const listener of this.#listeners) listener();
    });
  };
}
