import { describe, expect, it } from "vitest";
import {
  ago,
  between,
  bytes,
  count,
  dateTime,
  duration,
  entity,
  percent,
  plural,
  sourceLine,
} from "../../src/ui/format";

describe("format", () => {
  it("bytes", () => {
    expect([0, 999, 1000, 1_500_000, 999_600, 104_857_600, 5e13].map(bytes)).toEqual([
      "0 B",
      "999 B",
      "1.0 kB",
      "1.5 MB",
      "1.0 MB",
      "105 MB",
      "50.0 TB",
    ]);
  });

  it("percent never claims certainty that is not there", () => {
    expect([0, 0.001, 0.5, 0.824, 0.995, 1].map(percent)).toEqual([
      "0%",
      "<1%",
      "50%",
      "82%",
      ">99%",
      "100%",
    ]);
  });

  it("duration", () => {
    expect([0, 41.6, 999, 1000, 59_940, 59_960, 185_000, 7_800_000].map(duration)).toEqual([
      "0 ms",
      "42 ms",
      "999 ms",
      "1.0 s",
      "59.9 s",
      "1 min 00 s",
      "3 min 05 s",
      "2 h 10 min",
    ]);
  });

  it("ago", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    const at = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now);
    expect([0, -30, 50, 300, 7200, 200_000].map(at)).toEqual([
      "just now",
      "just now",
      "1 min ago",
      "5 min ago",
      "2 h ago",
      "2 d ago",
    ]);
    expect(at(40 * 86_400)).toMatch(/^2026-10-1\d$/);
    expect(ago("never", now)).toBe("never");
  });

  it("the rest", () => {
    expect(dateTime("2026-11-21T02:04:06Z")).toMatch(/^2026-11-2\d \d\d:04:06$/);
    expect(dateTime("nonsense")).toBe("nonsense");
    expect(between("2026-11-21T00:00:00Z", "2026-11-21T00:00:01.5Z")).toBe(1500);
    expect(between(null, "2026-11-21T00:00:00Z")).toBeNull();
    expect(count(12_345)).toBe("12,345");
    expect([plural(1, "line"), plural(2, "line"), plural(0, "entry", "entries")]).toEqual([
      "1 line",
      "2 lines",
      "0 entries",
    ]);
    expect(entity("service/cart")).toEqual({ kind: "service", name: "cart" });
    expect(entity("cart")).toEqual({ kind: null, name: "cart" });
    expect([sourceLine("a.txt", 3), sourceLine("a.txt", 0), sourceLine(null, 3)]).toEqual([
      "a.txt:3",
      "a.txt",
      null,
    ]);
  });
});
