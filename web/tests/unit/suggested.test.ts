import { describe, expect, it } from "vitest";
import type { Target } from "../../src/api/types";
import { blanks, reviewPath, suggestion, targetsOf } from "../../src/runs/suggested";

const target = (id: string, name: string, host: string | null): Target => ({
  id,
  name,
  transport: host ? "ssh" : "local",
  host,
  port: 22,
  user: "oriel",
  labels: {},
  host_key: null,
  has_private_key: true,
  created_at: "2026-11-21T00:00:00Z",
  updated_at: "2026-11-21T00:00:00Z",
  version: 1,
});

describe("a recommended command", () => {
  it("for a host is the command on the target that is the host", () => {
    expect(suggestion("ssh worker-1 sudo systemctl restart kubelet")).toEqual({
      command: "sudo systemctl restart kubelet",
      host: "worker-1",
    });
    expect(suggestion("kubectl get pods")).toEqual({ command: "kubectl get pods", host: null });
    expect(suggestion("ssh -oProxyCommand=x worker-1 id").host).toBeNull();
  });

  it("fills the form in whole, whatever is in it", () => {
    const command = `kubectl patch service a -n shop -p '{"spec":{"a&b=c":"+ %"}}'`;
    const query = new URL(reviewPath(command), "http://oriel.test").searchParams;
    expect(query.get("command")).toBe(command);
    expect(query.has("host")).toBe(false);
    expect(reviewPath("ssh n1 tc -s qdisc")).toBe("/runs/new?command=tc+-s+qdisc&host=n1");
  });

  it("finds its target by name, else by address", () => {
    const targets = [
      target("1", "Worker-1", "10.0.0.1"),
      target("2", "db", "worker-1"),
      target("3", "here", null),
    ];
    expect(targetsOf(targets, "worker-1")).toEqual(["1"]);
    expect(targetsOf(targets, "10.0.0.1")).toEqual(["1"]);
    expect(targetsOf(targets, "worker-9")).toEqual([]);
  });

  it("tells what it leaves open", () => {
    expect(blanks("a '<key>=<value before>' {name} <key>")).toEqual(["<key>", "<value before>", "{name}"]);
    expect(blanks(`kubectl patch x -p '{"spec":{"a":1}}'`)).toEqual([]);
  });
});
