import { describe, expect, it } from "vitest";
import { backoff, type Socket, StreamClient, type StreamMessage } from "../../src/api/stream";

class FakeSocket implements Socket {
  sent: { op: string; topic: string; from?: number }[] = [];
  closed = false;
  onopen: Socket["onopen"] = null;
  onclose: Socket["onclose"] = null;
  onmessage: Socket["onmessage"] = null;
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  open() {
    this.onopen?.({} as Event);
  }
  drop() {
    this.onclose?.({} as CloseEvent);
  }
  say(message: StreamMessage | string) {
    const data = typeof message === "string" ? message : JSON.stringify(message);
    this.onmessage?.({ data } as MessageEvent);
  }
}

function setup() {
  const sockets: FakeSocket[] = [];
  const timers: { run: () => void; delay: number; cancelled: boolean }[] = [];
  const client = new StreamClient({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    schedule: (run, delay) => {
      const timer = { run, delay, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    random: () => 0,
  });
  const socket = (index: number) => {
    const found = sockets[index];
    if (!found) throw new Error(`no socket ${index}`);
    return found;
  };
  return { client, sockets, timers, socket };
}

const output = (seq: number, topic = "task/a"): StreamMessage => ({
  topic,
  seq,
  type: "output",
  data: { seq },
});

describe("StreamClient", () => {
  it("subscribes when the connection opens, from the given position", () => {
    const { client, socket } = setup();
    client.subscribe("task/a", () => undefined, 7);
    client.subscribe("runs", () => undefined);
    expect(client.connection).toBe("connecting");
    expect(socket(0).sent).toEqual([]);
    socket(0).open();
    expect(socket(0).sent).toEqual([
      { op: "subscribe", topic: "task/a", from: 7 },
      { op: "subscribe", topic: "runs" },
    ]);
  });

  it("resumes a task's log where it stopped: nothing missed, nothing twice", () => {
    const { client, socket, timers } = setup();
    const seen: number[] = [];
    client.subscribe("task/a", (message) => seen.push(message.seq ?? -1), 0);
    socket(0).open();
    socket(0).say(output(10));
    socket(0).say(output(20));
    socket(0).drop();
    expect(client.connection).toBe("waiting");
    timers[0]?.run();
    socket(1).open();
    expect(socket(1).sent).toEqual([{ op: "subscribe", topic: "task/a", from: 20 }]);
    socket(1).say(output(20));
    socket(1).say(output(30));
    expect(seen).toEqual([10, 20, 30]);
  });

  it("takes a lower number as news on topics whose numbers begin anew with the server", () => {
    const { client, socket, timers } = setup();
    const seen: number[] = [];
    client.subscribe("run/a", (message) => seen.push(message.seq ?? -1));
    socket(0).open();
    socket(0).say({ topic: "run/a", seq: 90, type: "run", data: {} });
    socket(0).drop();
    timers[0]?.run();
    socket(1).open();
    socket(1).say({ topic: "run/a", seq: 1, type: "run", data: {} });
    expect(seen).toEqual([90, 1]);
  });

  it("waits longer after each failure, and starts over after a success", () => {
    const { client, socket, timers } = setup();
    client.subscribe("runs", () => undefined);
    for (let failure = 0; failure < 4; failure += 1) {
      socket(failure).drop();
      timers[failure]?.run();
    }
    expect(timers.map((timer) => timer.delay)).toEqual([500, 1000, 2000, 4000]);
    socket(4).open();
    socket(4).drop();
    expect(timers.at(-1)?.delay).toBe(500);
  });

  it("tries at once when told that the network is back", () => {
    const { client, sockets, socket, timers } = setup();
    client.subscribe("runs", () => undefined);
    socket(0).drop();
    client.retryNow();
    expect(timers[0]?.cancelled).toBe(true);
    expect(sockets).toHaveLength(2);
    client.retryNow();
    expect(sockets).toHaveLength(2);
  });

  it("delivers to every listener, and unsubscribes with the last", () => {
    const { client, socket } = setup();
    const seen: string[] = [];
    const stopFirst = client.subscribe("task/a", () => seen.push("first"));
    const stopSecond = client.subscribe("task/a", () => seen.push("second"));
    socket(0).open();
    socket(0).say(output(1));
    stopFirst();
    socket(0).say(output(2));
    stopSecond();
    stopSecond();
    socket(0).say(output(3));
    expect(seen).toEqual(["first", "second", "second"]);
    expect(socket(0).sent.map((command) => command.op)).toEqual(["subscribe", "unsubscribe"]);
  });

  it("does not reconnect when nothing is watched", () => {
    const { client, socket, timers } = setup();
    client.subscribe("runs", () => undefined)();
    socket(0).open();
    socket(0).drop();
    expect(client.connection).toBe("idle");
    expect(timers).toHaveLength(0);
  });

  it("survives text that is not JSON, and passes a topic's error on", () => {
    const { client, socket } = setup();
    const types: string[] = [];
    client.subscribe("task/a", (message) => types.push(message.type));
    socket(0).open();
    socket(0).say("{");
    socket(0).say({ topic: "task/a", type: "error", data: { title: "Not found", status: 404 } });
    expect(types).toEqual(["error"]);
  });

  it("forgets everything on reset, and ignores what the old connection still says", () => {
    const { client, socket } = setup();
    const seen: number[] = [];
    client.subscribe("task/a", (message) => seen.push(message.seq ?? -1));
    socket(0).open();
    client.reset();
    expect(socket(0).closed).toBe(true);
    socket(0).say(output(1));
    socket(0).drop();
    expect(seen).toEqual([]);
    expect(client.connection).toBe("idle");
  });
});

describe("backoff", () => {
  it("doubles, is capped, and only ever takes time off", () => {
    expect(backoff(0, 0)).toBe(500);
    expect(backoff(3, 0)).toBe(4000);
    expect(backoff(60, 0)).toBe(20_000);
    expect(backoff(60, 0.999)).toBeGreaterThan(13_000);
    expect(backoff(0, 0.999)).toBeLessThan(500);
  });
});
