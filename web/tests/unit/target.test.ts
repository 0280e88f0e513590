import { describe, expect, it } from "vitest";
import { problemFrom } from "../../src/api/client";
import type { Target, Task } from "../../src/api/types";
import { taskNote } from "../../src/runs/run";
import { address, labelText, parseLabels, targetMatches } from "../../src/targets/target";

const target: Target = {
  id: "1",
  name: "Worker-7",
  transport: "ssh",
  host: "10.0.0.7",
  port: 22,
  user: "oriel",
  labels: { role: "web", zone: "a" },
  host_key: null,
  has_private_key: true,
  created_at: "2026-11-21T00:00:00Z",
  updated_at: "2026-11-21T00:00:00Z",
  version: 1,
};

describe("targets", () => {
  it("writes an address as ssh would", () => {
    expect(address(target)).toBe("oriel@10.0.0.7");
    expect(address({ ...target, port: 2222 })).toBe("oriel@10.0.0.7:2222");
    expect(address({ ...target, host: "fe80::1", port: 2222 })).toBe("oriel@[fe80::1]:2222");
    expect(address({ ...target, transport: "local", host: null })).toBe("this machine");
  });

  it("is found by every word, in any place", () => {
    expect(targetMatches(target, "")).toBe(true);
    expect(targetMatches(target, "worker WEB")).toBe(true);
    expect(targetMatches(target, "zone=a 10.0")).toBe(true);
    expect(targetMatches(target, "worker db")).toBe(false);
  });

  it("reads labels back as it writes them, and names what it cannot read", () => {
    expect(parseLabels(labelText(target.labels))).toEqual({ labels: target.labels, error: null });
    expect(parseLabels(" a=1 ,, b= ")).toEqual({ labels: { a: "1", b: "" }, error: null });
    expect(parseLabels("a=1, web").error).toContain("“web”");
    expect(parseLabels("=x").error).not.toBeNull();
  });

  it("says what happened to a task", () => {
    const task = { status: "failed", exit_code: null, signal: null, error: null } as Task;
    expect(taskNote({ ...task, exit_code: 3 })).toBe("exit code 3");
    expect(taskNote({ ...task, signal: "KILL" })).toBe("ended by signal KILL");
    expect(taskNote({ ...task, error: "The host key changed." })).toBe("The host key changed.");
    expect(taskNote({ ...task, status: "timed_out" })).toBe("timed out");
  });
});

describe("problemFrom", () => {
  it("reads problem details, with the request id of the body or of the header", () => {
    const body = {
      title: "A value is not acceptable",
      status: 422,
      detail: "port: 0 is out of range",
      field: "port",
      request_id: "r1",
    };
    const problem = problemFrom(422, JSON.stringify(body), "r2");
    expect([problem.message, problem.field, problem.requestId, problem.status]).toEqual([
      "port: 0 is out of range",
      "port",
      "r1",
      422,
    ]);
  });

  it("makes do with a page that is not ours", () => {
    const problem = problemFrom(502, "<html>Bad gateway</html>", null);
    expect([problem.message, problem.status, problem.requestId]).toEqual([
      "The server answered 502",
      502,
      null,
    ]);
  });
});
