/**
 * The one way to the REST API: JSON in, JSON out, every failure a `Problem`.
 * A 401 outside sign-in is announced to whoever listens (the session provider), which sends the user to sign in.
 */
import type { ProblemBody } from "./types";

export const API = "/api/v1";

/** A failed request. `message` is the server's detail; the request id lets an operator find it in the server's log. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly field: string | null;
  readonly requestId: string | null;

  constructor(body: ProblemBody, requestId: string | null = null) {
    super(body.detail || body.title);
    this.name = "Problem";
    this.status = body.status;
    this.title = body.title;
    this.field = body.field ?? null;
    this.requestId = body.request_id ?? requestId;
  }
}

const expiryListeners = new Set<() => void>();

/** Calls back when a request finds that the session is gone. */
export function onSessionExpired(listener: () => void): () => void {
  expiryListeners.add(listener);
  return () => expiryListeners.delete(listener);
}

export function announceExpiry(): void {
  for (const listener of expiryListeners) listener();
}

/** Turns an error response's text into a Problem, whatever the text is (a proxy may answer in HTML). */
export function problemFrom(status: number, text: string, requestId: string | null): Problem {
  try {
    const body = JSON.parse(text) as Partial<ProblemBody>;
    if (typeof body.title === "string") return new Problem({ ...body, title: body.title, status }, requestId);
  } catch {
    // Not JSON: fall through to the status alone.
  }
  return new Problem({ title: `The server answered ${status}`, status }, requestId);
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  query?: Readonly<Record<string, string | number | null | undefined>>;
  signal?: AbortSignal | undefined;
  /** A key with which the server does the work once, however often the request arrives. */
  idempotencyKey?: string;
  /** The version that a change was made to: another one on the server is a 412. */
  ifMatch?: string;
  /** Set where a 401 means "wrong password" and not "session gone". */
  expectUnauthorized?: boolean;
}

export function url(path: string, query: RequestOptions["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return `${API}${path}${text ? `?${text}` : ""}`;
}

/** A new idempotency key. Works without a secure context too, where `crypto.randomUUID` is missing. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );

export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = "GET", body, query, signal, expectUnauthorized, idempotencyKey, ifMatch } = options;
  let response: Response;
  try {
    response = await fetch(url(path, query), {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(ifMatch ? { "if-match": ifMatch } : {}),
        ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Problem({
      title: "The server cannot be reached",
      status: 0,
      detail:
        "The server cannot be reached. Check that Oriel is running and that the network is up; nothing was changed.",
    });
  }
  const text = await response.text();
  if (!response.ok) {
    if (response.status === 401 && !expectUnauthorized) announceExpiry();
    throw problemFrom(response.status, text, response.headers.get("x-request-id"));
  }
  return (text ? JSON.parse(text) : undefined) as T;
}

/** The beginning of a text that may be long, and how many bytes it has in all. */
export async function requestText(
  path: string,
  query: RequestOptions["query"],
  most: number,
  signal?: AbortSignal,
): Promise<{ text: string; total: number }> {
  const response = await fetch(url(path, query), {
    credentials: "same-origin",
    headers: { range: `bytes=0-${most - 1}` },
    ...(signal ? { signal } : {}),
  });
  // Nothing was written: there is no first byte to ask for.
  if (response.status === 416) return { text: "", total: 0 };
  const text = await response.text();
  if (!response.ok) {
    if (response.status === 401) announceExpiry();
    throw problemFrom(response.status, text, response.headers.get("x-request-id"));
  }
  const total = Number(response.headers.get("content-range")?.split("/")[1] ?? Number.NaN);
  return { text, total: Number.isFinite(total) ? total : new TextEncoder().encode(text).length };
}

/** Uploads an archive with progress (which `fetch` cannot report). `onProgress` gets a fraction in [0, 1]. */
export function upload<T>(
  path: string,
  file: File,
  onProgress: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", `${API}${path}`);
    xhr.setRequestHeader(
      "content-type",
      file.name.endsWith(".tar") ? "application/x-tar" : "application/zstd",
    );
    xhr.setRequestHeader("accept", "application/json");
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve(JSON.parse(xhr.responseText) as T);
      else {
        if (xhr.status === 401) announceExpiry();
        reject(problemFrom(xhr.status, xhr.responseText, xhr.getResponseHeader("x-request-id")));
      }
    };
    xhr.onerror = () =>
      reject(
        new Problem({
          title: "The upload was cut off",
          status: 0,
          detail: "The upload was cut off before the server answered. Nothing was kept; try again.",
        }),
      );
    xhr.onabort = () => reject(new DOMException("The upload was cancelled", "AbortError"));
    signal?.addEventListener("abort", () => xhr.abort());
    xhr.send(file);
  });
}
