import { describe, expect, it } from "vitest";
import { Follower } from "../../src/runs/follower";

function setup() {
  const frames: (() => void)[] = [];
  const follower = new Follower((run) => frames.push(run));
  let told = 0;
  const stop = follower.subscribe(() => {
    told += 1;
  });
  return { follower, frames, stop, told: () => told };
}

const output = (seq: number, text: string) => ({
  topic: "task/a",
  seq,
  type: "output",
  data: { stream: "stdout", text, offset: 0, bytes: text.length },
});

describe("Follower", () => {
  it("tells its listeners once a frame, whatever arrives in between", () => {
    const { follower, frames, told } = setup();
    for (let index = 0; index < 100; index += 1) follower.receive(output(index, `${index}\n`));
    expect(frames).toHaveLength(1);
    expect(told()).toBe(0);
    frames[0]?.();
    expect(told()).toBe(1);
    expect(follower.snapshot().log.length).toBe(100);
    follower.receive(output(100, "more\n"));
    expect(frames).toHaveLength(2);
  });

  it("gives a new snapshot at each frame, and the same in between", () => {
    const { follower, frames } = setup();
    const before = follower.snapshot();
    expect(follower.snapshot()).toBe(before);
    follower.receive(output(1, "a\n"));
    frames[0]?.();
    expect(follower.snapshot()).not.toBe(before);
    expect(follower.snapshot().version).toBe(before.version + 1);
  });

  it("knows the end, shows a refusal, and forgets it when output comes after all", () => {
    const { follower, frames } = setup();
    const next = () => {
      frames.pop()?.();
      return follower.snapshot();
    };
    follower.receive({
      topic: "task/a",
      type: "error",
      data: { title: "Not found", detail: "There is no such task." },
    });
    expect(next().problem).toBe("There is no such task.");
    follower.receive(output(1, "a\n"));
    expect(next().problem).toBeNull();
    follower.receive({ topic: "task/a", seq: 2, type: "end", data: {} });
    expect(next().ended).toBe(true);
  });

  it("stops telling those who left", () => {
    const { follower, frames, stop, told } = setup();
    stop();
    follower.receive(output(1, "a\n"));
    frames[0]?.();
    expect(told()).toBe(0);
  });
});
