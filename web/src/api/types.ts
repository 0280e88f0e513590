/**
 * The API's shapes in the console's words. They come from the generated schema, so that a change of the server's API is
 * a type error here; what a message of the stream holds, which OpenAPI cannot say, is written by hand.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];

/** What the server sends has every field: one that may be absent is null. */
type Sent<T> = T extends object ? { [Key in keyof T]-?: Sent<T[Key]> } : T;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** RFC 9457 problem details, as far as a proxy in between left them whole. */
export type ProblemBody = Pick<Schemas["Problem"], "title" | "status"> & Partial<Schemas["Problem"]>;

export type User = Sent<Schemas["User"]>;
export type Role = User["role"];
/** Who is signed in. Without the token, which only programs ask for. */
export type Session = Omit<Sent<Schemas["Session"]>, "token">;
export type SessionUser = Session["user"];

export type Incident = Sent<Schemas["Incident"]>;
export type SubmittedIncident = Sent<Schemas["SubmittedIncident"]>;
export type Investigation = Sent<Schemas["Investigation"]>;
export type Asked = Investigation["asked"][number];
export type InquiryInput = Schemas["NewInquiry"];
export type InvestigationStatus = Investigation["status"];
export type Stage = Sent<Schemas["Stage"]>;
export type Outcome = Sent<Schemas["Outcome"]>;
export type Learned = Sent<Schemas["Learned"]>;
export type ReportedOutcome = Sent<Schemas["ReportedOutcome"]>;
export type OutcomeInput = Schemas["NewOutcome"];
export type Cause = Sent<Schemas["Cause"]>;

export type Verdict = Sent<Schemas["Verdict"]>;
export type Hypothesis = Sent<Schemas["RankedHypothesis"]>;
export type EvidenceItem = Sent<Schemas["EvidenceItem"]>;
export type ProofTree = Sent<Schemas["ProofTree"]>;
export type Perspective = Sent<Schemas["PerspectiveView"]>;
export type Contradiction = Sent<Schemas["Contradiction"]>;
export type Recommendation = Sent<Schemas["Recommendation"]>;
export type Skipped = Sent<Schemas["SkippedItem"]>;

export type Target = Sent<Schemas["Target"]>;
export type Transport = Target["transport"];
export type TargetInput = Schemas["NewTarget"];
export type TargetChange = Schemas["TargetUpdate"];
export type HostKey = Sent<Schemas["HostKey"]>;
export type TestResult = Sent<Schemas["TestResult"]>;

/** A run as the list shows it. */
export type RunSummary = Sent<Schemas["RunSummary"]>;
export type Run = Sent<Schemas["Run"]>;
export type RunOrigin = Run["origin"];
export type RunStatus = Run["status"];
export type RunInput = Schemas["NewRun"];
export type Task = Sent<Schemas["Task"]>;
export type TaskStatus = Task["status"];

export type AuditEntry = Omit<Sent<Schemas["AuditEntry"]>, "detail"> & { detail: unknown };
export type AuditCheck = Sent<Schemas["AuditCheck"]>;
export type Health = Sent<Schemas["Health"]>;

/** The data of an `output` message of `task/ID`. */
export interface TaskOutput {
  stream: "stdout" | "stderr";
  /** For people: what is not UTF-8 is replaced in it. */
  text: string;
  /** Bytes of its own stream before it. */
  offset: number;
  bytes: number;
}
