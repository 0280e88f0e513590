/**
 * The WebSocket client. One connection carries every topic; each topic remembers the last sequence number it
 * saw, so a reconnection resumes there: nothing is missed and nothing is delivered twice. Reconnects with
 * exponential backoff and jitter. It holds no state of the application: it only delivers messages.
 */
import type { ProblemBody } from "./types";

export interface StreamMessage {
  topic: string;
  seq?: number;
  type: string;
  data: unknown;
}

export type Connection = "idle" | "connecting" | "open" | "waiting";

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
}

export interface StreamEnvironment {
  connect(): Socket;
  schedule(run: () => void, delayMs: number): () => void;
  /** A number in [0, 1), for the jitter. */
  random(): number;
}

interface Topic {
  last: number | null;
  listeners: Set<(message: StreamMessage) => void>;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;

/** The wait before reconnection number `attempt` (from 0): doubling, capped, with up to 30 % taken off at random. */
export function backoff(attempt: number, random: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10)) * (1 - 0.3 * random);
}

export class StreamClient {
  readonly #environment: StreamEnvironment;
  readonly #topics = new Map<string, Topic>();
  readonly #watchers = new Set<() => void>();
  #socket: Socket | null = null;
  #cancelTimer: (() => void) | null = null;
  #attempt = 0;
  #connection: Connection = "idle";

  constructor(environment: StreamEnvironment) {
    this.#environment = environment;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Watches the state of the connection. */
  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /**
   * Delivers a topic's messages until the returned function is called. `from` is the last sequence number
   * already known: the first subscriber of a topic decides it. Error messages of the topic are delivered too.
   */
  subscribe(
    topic: string,
    listener: (message: StreamMessage) => void,
    from: number | null = null,
  ): () => void {
    let entry = this.#topics.get(topic);
    if (entry) entry.listeners.add(listener);
    else {
      entry = { last: from, listeners: new Set([listener]) };
      this.#topics.set(topic, entry);
      if (this.#connection === "open") this.#sendSubscribe(topic, entry);
      else if (this.#connection === "idle") this.#connect();
    }
    const own = entry;
    return () => {
      own.listeners.delete(listener);
      if (own.listeners.size > 0 || this.#topics.get(topic) !== own) return;
      this.#topics.delete(topic);
      if (this.#connection === "open") this.#send({ op: "unsubscribe", topic });
    };
  }

  /** Tries again now, for instance when the browser says that the network is back. */
  retryNow(): void {
    if (this.#connection !== "waiting") return;
    this.#cancelTimer?.();
    this.#connect();
  }

  /** Ends the connection and forgets every topic: the user signed out. */
  reset(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#topics.clear();
    const socket = this.#socket;
    this.#socket = null;
    this.#attempt = 0;
    this.#set("idle");
    socket?.close();
  }

  #connect(): void {
    this.#set("connecting");
    const socket = this.#environment.connect();
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#attempt = 0;
      this.#set("open");
      for (const [topic, entry] of this.#topics) {
        this.#sendSubscribe(topic, entry);
        // Only a task's log has numbers that outlive the server's process. Every other topic carries whole
        // objects, so after a restart a lower number is still news.
        if (!topic.startsWith("task/")) entry.last = null;
      }
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket && typeof event.data === "string") this.#receive(event.data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#wait();
    };
  }

  #wait(): void {
    if (this.#topics.size === 0) {
      this.#set("idle");
      return;
    }
    this.#set("waiting");
    const delay = backoff(this.#attempt, this.#environment.random());
    this.#attempt += 1;
    this.#cancelTimer = this.#environment.schedule(() => this.#connect(), delay);
  }

  #receive(text: string): void {
    let message: StreamMessage;
    try {
      message = JSON.parse(text) as StreamMessage;
    } catch {
      return;
    }
    const entry = this.#topics.get(message.topic);
    if (!entry) return;
    if (typeof message.seq === "number") {
      if (entry.last !== null && message.seq <= entry.last) return;
      entry.last = message.seq;
    }
    for (const listener of [...entry.listeners]) listener(message);
  }

  #sendSubscribe(topic: string, entry: Topic): void {
    this.#send({ op: "subscribe", topic, ...(entry.last === null ? {} : { from: entry.last }) });
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #set(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const watcher of this.#watchers) watcher();
  }
}

/** The text of an error message of a topic. */
export const streamProblem = (message: StreamMessage): string => {
  const body = message.data as Partial<ProblemBody>;
  return body.detail ?? body.title ?? "The live stream refused this topic.";
};
