import { describe, expect, it } from "vitest";
import { match, safeReturn } from "../../src/app/router";

describe("match", () => {
  it("matches literal segments and takes parameters", () => {
    expect(match("/runs", "/runs")).toEqual({});
    expect(match("/runs", "/runs/")).toEqual({});
    expect(match("/runs/:id", "/runs/0193")).toEqual({ id: "0193" });
    expect(match("/incidents/:id/investigations/:investigation", "/incidents/a/investigations/b")).toEqual({
      id: "a",
      investigation: "b",
    });
    expect(match("/", "/")).toEqual({});
  });

  it("refuses another length or another word", () => {
    expect(match("/runs", "/run")).toBeNull();
    expect(match("/runs/:id", "/runs")).toBeNull();
    expect(match("/runs/:id", "/runs/a/b")).toBeNull();
  });

  it("decodes parameters, and refuses what cannot be decoded", () => {
    expect(match("/runs/:id", "/runs/a%20b")).toEqual({ id: "a b" });
    expect(match("/runs/:id", "/runs/%E0%A4%A")).toBeNull();
  });
});

describe("safeReturn", () => {
  it("returns only to a path of this console", () => {
    expect(safeReturn("/runs/1?x=2")).toBe("/runs/1?x=2");
    for (const next of [
      null,
      "",
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
    ]) {
      expect(safeReturn(next)).toBe("/incidents");
    }
  });
});
