/**
 * The REST and WebSocket shapes that the console reads, in the words of the API.
 * `schema.d.ts` is generated from the server's OpenAPI document; `contract.ts` checks these against it.
 */

export type Role = "admin" | "operator" | "viewer";

export interface User {
  id: string;
  username: string;
  role: Role;
  disabled?: boolean;
  created_at?: string;
}

export interface Session {
  user: User;
  expires_at: string;
}

/** RFC 9457 problem details. */
export interface ProblemBody {
  type?: string;
  title: string;
  status: number;
  detail?: string | null;
  field?: string | null;
  request_id?: string | null;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type InvestigationStatus = "queued" | "running" | "done" | "failed" | "interrupted";

export interface InvestigationSummary {
  id: string;
  status: InvestigationStatus;
  /** The verdict in one line; null before it is done. */
  headline: string | null;
  created_at: string;
}

export interface Incident {
  id: string;
  title: string;
  source: string;
  created_at: string;
  created_by: string | null;
  size_bytes: number;
  sha256: string;
  /** Newest first. */
  investigations: InvestigationSummary[];
}

export interface SubmittedIncident {
  incident: Incident;
  investigation: Investigation | null;
  duplicate: boolean;
}

export interface Stage {
  name: string;
  done: number;
  total: number | null;
  at: string;
}

export interface Investigation {
  id: string;
  incident_id: string;
  status: InvestigationStatus;
  stages: Stage[];
  verdict: Verdict | null;
  error: string | null;
  outcome: Outcome | null;
  created_at: string;
  finished_at: string | null;
}

export interface Outcome {
  id: string;
  /** Empty when nothing was at fault. */
  entity: string;
  /** `none` when nothing was wrong. */
  cause: string;
  note: string;
  created_at: string;
  created_by: string | null;
}

export interface Learned {
  what: string;
  before: string;
  after: string;
}

export interface ReportedOutcome {
  outcome: Outcome;
  learned: Learned[];
}

export interface Cause {
  name: string;
  title: string;
}

export interface EvidenceItem {
  atom: string;
  strength: number;
  confidence: number;
  file: string | null;
  line: number | null;
}

export interface ProofTree {
  atom: string;
  strength: number;
  confidence: number;
  rule?: string | null;
  /** The rule's sentence. */
  says?: string | null;
  file?: string | null;
  line?: number | null;
  premises?: ProofTree[];
}

export interface Hypothesis {
  entity: string;
  cause: string;
  title: string;
  probability: number;
  low: number;
  high: number;
  explanation: string;
  evidence: EvidenceItem[];
  proof: ProofTree | null;
}

export interface Contradiction {
  kind: string;
  between: string[];
  explanation: string;
}

export interface Perspective {
  mode: string;
  applicability: number;
  weight: number;
  conclusions: { entity: string; cause: string; strength: number; confidence: number }[];
  assumptions: string[];
  used: string[];
  note: string;
}

export interface Recommendation {
  action: string;
  entity: string;
  cause: string;
  title: string;
  command: string;
  risk: "low" | "medium" | "high";
  reversible: boolean;
  utility: number;
  explanation: string;
}

export interface Skipped {
  file: string;
  line: number | null;
  reason: string;
}

export interface Verdict {
  status: "diagnosed" | "abstained";
  abstention: { reason: string; explanation: string } | null;
  hypotheses: Hypothesis[];
  healthy_probability: number;
  agreement: number;
  contradictions: Contradiction[];
  perspectives: Perspective[];
  recommendations: Recommendation[];
  evidence_summary: { facts: number; derived: number; by_kind: Record<string, number> };
  skipped: Skipped[];
  elapsed_ms: number;
}

export type Transport = "ssh" | "local";

export interface Target {
  id: string;
  name: string;
  transport: Transport;
  host: string | null;
  port: number | null;
  user: string | null;
  labels: Record<string, string>;
  /** The pinned key's fingerprint, `SHA256:…`. */
  host_key: string | null;
  has_private_key: boolean;
  created_at?: string;
}

export interface TargetInput {
  name: string;
  /** Only of a new target: it cannot change. */
  transport?: Transport;
  host?: string;
  port?: number;
  user?: string;
  private_key?: string;
  labels?: Record<string, string>;
}

export interface HostKey {
  algorithm: string;
  fingerprint: string;
  pinned: boolean;
  matches: boolean | null;
}

export interface TestResult {
  ok: boolean;
  duration_ms: number;
  detail: string;
  /** The steps that went well, in order; the failure, if any, came after them. */
  steps?: { name: string; detail: string; duration_ms: number }[];
}

export type RunStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "interrupted";
export type TaskStatus = RunStatus | "timed_out" | "lost" | "refused";

export interface Task {
  id: string;
  target_id: string;
  target_name: string;
  status: TaskStatus;
  exit_code: number | null;
  signal: string | null;
  started_at: string | null;
  finished_at: string | null;
  stdout_bytes: number;
  stderr_bytes: number;
  error: string | null;
}

/** A run as the list shows it. */
export interface RunSummary {
  id: string;
  command: string;
  status: RunStatus;
  timeout_seconds: number;
  concurrency: number;
  created_by: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface Run extends RunSummary {
  tasks: Task[];
}

export interface RunInput {
  command: string;
  target_ids: string[];
  timeout_seconds: number;
  concurrency?: number;
}

export interface AuditEntry {
  seq: number;
  at: string;
  actor: string;
  action: string;
  /** Empty when it was about nothing in particular. */
  subject: string;
  detail: unknown;
  request_id: string;
  hash: string;
}

export interface AuditCheck {
  ok: boolean;
  entries: number;
  broken_at: number | null;
  /** What is wrong with that entry. */
  reason: string | null;
}

export interface Health {
  status: "ok" | "degraded";
  version: string;
  parts: Record<string, { status: string; detail?: string | null }>;
}

export interface TaskOutput {
  stream: "stdout" | "stderr";
  text: string;
  offset: number;
  bytes: number;
}
