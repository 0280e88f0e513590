/** A small stateful stand-in for the server, as Vite middleware, to develop screens against. Never shipped. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { type WebSocket, WebSocketServer } from "ws";
import type { AuditEntry, Incident, Investigation, Run, Target, Task, User } from "../../src/api/types";
import { asked, inquiry } from "./inquiry.ts";
import { abstained, diagnosed } from "./verdict.ts";

const HOUR = 3_600_000;
const started = Date.now();
const at = (hoursAgo: number) => new Date(started - hoursAgo * HOUR).toISOString();
const id = (kind: number, number: number) =>
  `0193${kind}000-0000-7000-8000-${String(number).padStart(12, "0")}`;

const users: User[] = [
  { id: id(1, 1), username: "ada", role: "admin", disabled: false, created_at: at(900), updated_at: at(900) },
  {
    id: id(1, 2),
    username: "olga",
    role: "operator",
    disabled: false,
    created_at: at(400),
    updated_at: at(400),
  },
  {
    id: id(1, 3),
    username: "victor",
    role: "viewer",
    disabled: false,
    created_at: at(90),
    updated_at: at(90),
  },
];
const targets: Target[] = Array.from({ length: Number(process.env.MOCK_TARGETS ?? 40) }, (_, index) => ({
  id: id(2, index),
  name: `worker-${index + 1}`,
  transport: index === 0 ? "local" : "ssh",
  host: index === 0 ? null : `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`,
  port: index === 0 ? null : 22,
  user: index === 0 ? null : "oriel",
  has_private_key: index > 0,
  labels: { role: index % 3 === 0 ? "db" : "web", zone: "ab"[index % 2] ?? "a" },
  host_key:
    index === 0 || index === 3 ? null : `SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDe${1000 + index}wC8pVqSgfNmYc`,
  created_at: at(500),
  updated_at: at(500),
  version: 1,
}));
const investigations: Investigation[] = [diagnosed, abstained].map((verdict, index) => ({
  id: id(4, index),
  incident_id: id(3, index),
  status: "done",
  stages: [],
  verdict: index === 0 ? { ...verdict, stopped: "Nothing is left to ask here." } : verdict,
  inquiry: index === 0 ? inquiry(targets[1]?.id ?? "") : null,
  asked: index === 0 ? asked(id(5, 2), id(6, 200)) : [],
  error: null,
  outcome: null,
  headline: "checkout is out of memory (82%)",
  created_by: "ada",
  started_at: at(3 + index),
  created_at: at(3 + index),
  finished_at: new Date(started - (3 + index) * HOUR + 900).toISOString(),
}));
investigations.push({
  id: id(4, 2),
  incident_id: id(3, 2),
  status: "running",
  stages: [{ name: "asking", done: 2, total: 12, at: at(0) }],
  verdict: null,
  inquiry: inquiry(targets[1]?.id ?? ""),
  asked: asked(id(5, 2), id(6, 200))
    .slice(0, 3)
    .map((each, index) => (index < 2 ? each : { ...each, status: "asking" })),
  error: null,
  outcome: null,
  headline: null,
  created_by: "olga",
  created_at: at(0),
  started_at: at(0),
  finished_at: null,
});
const incidents: Incident[] = [
  "Checkout is slow and errors at the ingress",
  "Latency alerts on catalogue",
  "Orders fail since the deploy",
].map((title, index) => ({
  id: id(3, index),
  title,
  source: index === 0 ? "example" : "upload",
  created_at: at(3 + index),
  created_by: "ada",
  resolved_at: null,
  size_bytes: 1_240_000 * (index + 1),
  sha256: `${index}3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
  investigations: investigations
    .filter((each) => each.incident_id === id(3, index))
    .map(({ id, status, created_at }) => ({
      id,
      status,
      created_at,
      headline: "checkout is out of memory (82%)",
    })),
}));
const task = (run: number, index: number, status: Task["status"], exit: number | null): Task => ({
  id: id(6, run * 100 + index),
  target_id: id(2, index),
  target_name: `worker-${index + 1}`,
  status,
  exit_code: exit,
  signal: null,
  started_at: at(1),
  finished_at: status === "running" ? null : new Date(started - HOUR + 2100).toISOString(),
  stdout_bytes: 18_400,
  stderr_bytes: index === 1 ? 212 : 0,
  error: status === "lost" ? "The connection dropped before the command ended." : null,
});
const run = (number: number, command: string, status: Run["status"], tasks: Task[]): Run => ({
  id: id(5, number),
  command,
  status,
  timeout_seconds: 300,
  concurrency: 16,
  created_by: "olga",
  created_at: at(number),
  started_at: at(number),
  finished_at: status === "running" ? null : new Date(started - number * HOUR + 2100).toISOString(),
  origin: { kind: number === 2 ? "inquiry" : "command", investigation_id: number === 2 ? id(4, 0) : null },
  tasks,
});
const runs: Run[] = [
  run(1, "journalctl -u kubelet --since -5min --no-pager", "running", [
    task(1, 0, "running", null),
    task(1, 1, "failed", 1),
    task(1, 2, "succeeded", 0),
    task(1, 4, "lost", null),
  ]),
  run(2, "uptime", "succeeded", [task(2, 0, "succeeded", 0)]),
  run(5, "apt-get -s upgrade | tail -n 3", "failed", [
    task(5, 0, "succeeded", 0),
    task(5, 3, "refused", null),
  ]),
];
const audit: AuditEntry[] = Array.from({ length: 10_000 }, (_, index) => ({
  seq: 10_000 - index,
  at: at(index / 60),
  actor: ["ada", "olga", "system"][index % 3] ?? "ada",
  action: ["session.create", "run.create", "target.update", "incident.create"][index % 4] ?? "",
  subject: id(5, index % 9),
  request_id: id(9, 1),
  detail: { address: "127.0.0.1" },
  hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}));

let session: User | null = null;

function page<T>(rows: readonly T[], query: URLSearchParams) {
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  return {
    items: rows.slice(from, from + limit),
    next_cursor: from + limit < rows.length ? String(from + limit) : null,
  };
}

async function body(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

type Answer = { status?: number; json: unknown };
const missing = (detail: string): Answer => ({
  status: 404,
  json: { title: "Not found", status: 404, detail, request_id: id(9, 1) },
});

function read(path: string, query: URLSearchParams): Answer {
  const [kind, key, more] = path.split("/").filter(Boolean);
  const find = <T extends { id: string }>(rows: readonly T[]): Answer => {
    const found = rows.find((row) => row.id === key);
    return found ? { json: found } : missing(`There is no ${kind?.slice(0, -1)} ${key}.`);
  };
  if (kind === "incidents") return key ? find(incidents) : { json: page(incidents, query) };
  if (kind === "investigations") return find(investigations);
  if (kind === "targets") return key ? find(targets) : { json: page(targets, query) };
  if (kind === "users") return { json: page(users, query) };
  if (kind === "runs") {
    const status = query.get("status");
    return key
      ? find(runs)
      : {
          json: page(
            runs.filter((each) => !status || each.status === status),
            query,
          ),
        };
  }
  if (kind === "audit" && key === "verify")
    return { json: { ok: true, entries: audit.length, broken_at: null, reason: null } };
  if (kind === "audit") {
    const actor = query.get("actor") ?? "";
    return {
      json: page(
        audit.filter((entry) => entry.actor.includes(actor)),
        query,
      ),
    };
  }
  if (kind === "causes")
    return {
      json: [
        { name: "out_of_memory", title: "Out of memory" },
        { name: "network_delay", title: "Network delay" },
      ],
    };
  return missing(`Nothing is at ${path}${more ?? ""}.`);
}

function write(method: string, path: string, input: Record<string, unknown>): Answer {
  if (path === "/incidents/example" || path === "/incidents")
    return { json: { incident: incidents[0], investigation: investigations[0], duplicate: true } };
  if (path.endsWith("/outcome")) {
    return {
      status: 201,
      json: {
        outcome: input,
        learned: [
          { what: "rule container-out-of-memory", before: 0.95, after: 0.957 },
          { what: "mode deductive in kubernetes", before: 0.81, after: 0.824 },
        ],
      },
    };
  }
  if (path.endsWith("/host-key") && method === "POST") {
    const pinned = targets.find((each) => path.includes(each.id))?.host_key ?? null;
    return {
      json: {
        algorithm: "ssh-ed25519",
        fingerprint: pinned ?? "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDe9999wC8pVqSgfNmYc",
        pinned: pinned !== null,
        matches: pinned ? true : null,
      },
    };
  }
  if (path.endsWith("/test"))
    return { json: { ok: true, duration_ms: 184, detail: "Signed in as oriel and ran “true”." } };
  if (path === "/investigations") return { status: 201, json: investigations[2] };
  if (path === "/runs") return { status: 201, json: runs[0] };
  return { json: {} };
}

const PRINTED = `NAME                        READY   STATUS             RESTARTS      AGE   IP            NODE
checkout-7c9d5f7b8-x2vkl    0/1     CrashLoopBackOff   7 (18s ago)   31m   10.244.1.17   worker-2
payments-5f6c7d8b9-k8v2p    1/1     Running            0             2d    10.244.2.4    worker-3
`;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://mock");
  const path = url.pathname.replace("/api/v1", "");
  const method = request.method ?? "GET";
  const input = method === "GET" ? {} : await body(request);
  let result: Answer;
  if (path === "/health")
    result = {
      json: {
        status: "ok",
        version: "0.1.0",
        parts: {
          database: { status: "ok" },
          blobs: { status: "ok" },
          execution: { status: "ok", detail: "1 run under way" },
        },
      },
    };
  else if (path === "/setup") result = { json: { needed: false } };
  else if (path === "/session" && method === "POST") {
    session = users.find((user) => user.username === input.username) ?? null;
    result = session
      ? { json: { user: session, expires_at: at(-8) } }
      : {
          status: 401,
          json: { title: "Sign-in failed", status: 401, detail: "The user name or the password is wrong." },
        };
  } else if (path === "/session" && method === "DELETE") {
    session = null;
    result = { status: 204, json: "" };
  } else if (!session) result = { status: 401, json: { title: "Not signed in", status: 401 } };
  else if (path === "/session") result = { json: { user: session, expires_at: at(-8) } };
  else result = method === "GET" ? read(path, url.searchParams) : write(method, path, input);
  if (/^\/tasks\/[^/]+\/output$/.test(path)) {
    response.setHeader("content-range", `bytes 0-${PRINTED.length - 1}/${PRINTED.length}`);
    response.statusCode = 206;
    response.end(PRINTED);
    return;
  }
  response.statusCode = result.status ?? 200;
  response.setHeader("content-type", "application/json");
  response.end(result.status === 204 ? "" : JSON.stringify(result.json));
}

function stream(socket: WebSocket): void {
  const timers = new Map<string, ReturnType<typeof setInterval>>();
  socket.on("close", () => {
    for (const timer of timers.values()) clearInterval(timer);
  });
  socket.on("message", (data) => {
    const { op, topic } = JSON.parse(String(data)) as { op: string; topic: string };
    if (op !== "subscribe" || !topic.startsWith("task/")) return;
    const found = runs.flatMap((each) => each.tasks).find((each) => topic.endsWith(each.id));
    let seq = 0;
    const send = (name: string, text: string) => {
      seq += 1;
      socket.send(
        JSON.stringify({
          topic,
          seq,
          type: "output",
          data: { stream: name, text, offset: 0, bytes: text.length },
        }),
      );
    };
    for (let line = 0; line < 60; line += 1) {
      send(
        "stdout",
        `Nov 21 02:${String(line).padStart(2, "0")}:11 worker kubelet[812]: \u001b[32mI1121\u001b[0m pod_workers.go:965] "Syncing pod" pod="shop/checkout-7c9d5f7b8-x2vkl"\n`,
      );
    }
    if (found?.exit_code === 1)
      send(
        "stderr",
        '\u001b[1;31mE1121\u001b[0m kubelet.go:2347] "Container runtime network not ready"\njournalctl: exit status 1\n',
      );
    if (found?.status !== "running") {
      seq += 1;
      socket.send(JSON.stringify({ topic, seq, type: "end", data: { task: found } }));
      return;
    }
    timers.set(
      topic,
      setInterval(() => send("stdout", `tick ${seq}: the node is ready\n`), 400),
    );
  });
}

export function mockServer(): Plugin {
  return {
    name: "oriel-mock",
    configureServer(server) {
      const sockets = new WebSocketServer({ noServer: true });
      server.httpServer?.on("upgrade", (request, socket, head) => {
        if (request.url?.startsWith("/api/v1/stream")) sockets.handleUpgrade(request, socket, head, stream);
      });
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith("/api/")) void answer(request, response);
        else next();
      });
    },
  };
}
