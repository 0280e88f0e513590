import { describe, expect, it } from "vitest";
import { later } from "../../src/api/settled";

const state = (status: string, note = "") => ({ status, note });

describe("later", () => {
  it("keeps an end when an older answer arrives after it", () => {
    const end = state("cancelled");
    expect(later(end, state("running"))).toBe(end);
    expect(later(end, state("queued"))).toBe(end);
  });

  it("takes everything else", () => {
    for (const [before, after] of [
      [undefined, state("running")],
      [state("queued"), state("running")],
      [state("running"), state("succeeded")],
      [state("done"), state("done", "with an outcome")],
    ] as const) {
      expect(later(before, after)).toBe(after);
    }
  });
});
