/**
 * The output of one task as a bounded window of lines: whatever a command prints, the tab keeps at most
 * `maxLines` lines and `maxChars` characters, dropping the oldest and counting what it dropped. The whole output
 * stays on the server, where it can be downloaded. stdout and stderr are interleaved in order of arrival.
 */
import { PLAIN, parseAnsi, type Style } from "./ansi";

export type StreamName = "stdout" | "stderr";

export interface LogLine {
  /** Position in the whole output, from 0; stable while older lines are dropped. */
  readonly number: number;
  readonly stream: StreamName;
  text: string;
  /** The style in force where the line starts. */
  readonly style: Style;
  /** Whether the line's end has arrived. */
  closed: boolean;
}

export interface LogLimits {
  maxLines: number;
  maxChars: number;
  maxLineChars: number;
}

export const LIMITS: LogLimits = { maxLines: 20_000, maxChars: 6_000_000, maxLineChars: 4_000 };

export class LogWindow {
  readonly #limits: LogLimits;
  #lines: LogLine[] = [];
  /** Index in `#lines` of the first line kept: dropping is amortised instead of shifting at each line. */
  #head = 0;
  #chars = 0;
  #next = 0;
  #open: Record<StreamName, LogLine | null> = { stdout: null, stderr: null };
  #style: Record<StreamName, Style> = { stdout: PLAIN, stderr: PLAIN };
  #return: Record<StreamName, boolean> = { stdout: false, stderr: false };
  /** Characters received so far, of both streams. */
  received = 0;
  /** Increases at every change, for subscribers. */
  version = 0;

  constructor(limits: LogLimits = LIMITS) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#lines.length - this.#head;
  }

  /** How many of the oldest lines were dropped. */
  get dropped(): number {
    return this.#lines[this.#head]?.number ?? this.#next;
  }

  line(index: number): LogLine | undefined {
    return index < 0 ? undefined : this.#lines[this.#head + index];
  }

  /** Appends a chunk of one stream, which may end or begin anywhere in a line. */
  append(stream: StreamName, text: string): void {
    this.received += text.length;
    this.version += 1;
    let from = 0;
    while (from < text.length) {
      const newline = text.indexOf("\n", from);
      const end = newline === -1 ? text.length : newline;
      this.#extend(stream, text.slice(from, end));
      if (newline === -1) break;
      this.#close(stream);
      from = newline + 1;
    }
    this.#trim();
  }

  /** The kept window as text, for the clipboard. */
  text(): string {
    return this.#lines
      .slice(this.#head)
      .map((line) =>
        parseAnsi(line.text)
          .spans.map((span) => span.text)
          .join(""),
      )
      .join("\n");
  }

  #extend(stream: StreamName, piece: string): void {
    let rest = piece;
    if (this.#return[stream] && rest) {
      // A carriage return that no newline followed: the program draws over its line, as progress bars do.
      this.#return[stream] = false;
      this.#overwrite(stream);
    }
    if (rest.endsWith("\r")) {
      this.#return[stream] = true;
      rest = rest.replace(/\r+$/, "");
    }
    const back = rest.lastIndexOf("\r");
    if (back !== -1) {
      this.#overwrite(stream);
      rest = rest.slice(back + 1);
    }
    do {
      const line = this.#open[stream] ?? this.#start(stream);
      const part = rest.slice(0, this.#limits.maxLineChars - line.text.length);
      line.text += part;
      this.#chars += part.length;
      rest = rest.slice(part.length);
      if (rest) this.#close(stream);
    } while (rest);
  }

  #start(stream: StreamName): LogLine {
    const line: LogLine = { number: this.#next, stream, text: "", style: this.#style[stream], closed: false };
    this.#next += 1;
    this.#open[stream] = line;
    this.#lines.push(line);
    return line;
  }

  #close(stream: StreamName): void {
    const line = this.#open[stream] ?? this.#start(stream);
    this.#return[stream] = false;
    line.closed = true;
    if (line.text.includes("\u001b")) this.#style[stream] = parseAnsi(line.text, line.style).end;
    this.#open[stream] = null;
  }

  #overwrite(stream: StreamName): void {
    const line = this.#open[stream];
    if (!line) return;
    this.#chars -= line.text.length;
    line.text = "";
  }

  #trim(): void {
    while (this.length > 1 && (this.length > this.#limits.maxLines || this.#chars > this.#limits.maxChars)) {
      const oldest = this.#lines[this.#head];
      this.#chars -= oldest?.text.length ?? 0;
      for (const stream of ["stdout", "stderr"] as const) {
        if (this.#open[stream] === oldest) this.#open[stream] = null;
      }
      this.#head += 1;
    }
    if (this.#head > this.#limits.maxLines) {
      this.#lines = this.#lines.slice(this.#head);
      this.#head = 0;
    }
  }
}
