import { describe, expect, it } from "vitest";
import { LogWindow } from "../../src/runs/log";

const lines = (log: LogWindow) =>
  Array.from({ length: log.length }, (_, index) => {
    const line = log.line(index);
    return `${line?.stream === "stderr" ? "! " : ""}${line?.text}`;
  });

const small = () => new LogWindow({ maxLines: 3, maxChars: 1000, maxLineChars: 10 });

describe("LogWindow", () => {
  it("joins chunks that end in the middle of a line", () => {
    const log = new LogWindow();
    log.append("stdout", "one\ntw");
    log.append("stdout", "o\n");
    log.append("stdout", "three");
    expect(lines(log)).toEqual(["one", "two", "three"]);
    expect(log.line(1)?.closed).toBe(true);
    expect(log.line(2)?.closed).toBe(false);
  });

  it("keeps stdout and stderr apart when they come in the middle of each other's lines", () => {
    const log = new LogWindow();
    log.append("stdout", "progress ");
    log.append("stderr", "warning\n");
    log.append("stdout", "done\n");
    expect(lines(log)).toEqual(["progress done", "! warning"]);
  });

  it("keeps empty lines, and makes none at the end", () => {
    const log = new LogWindow();
    log.append("stdout", "a\n\nb\n");
    expect(lines(log)).toEqual(["a", "", "b"]);
  });

  it("drops the oldest lines and counts them, and numbers stay with their lines", () => {
    const log = small();
    for (let index = 0; index < 10; index += 1) log.append("stdout", `line ${index}\n`);
    expect(lines(log)).toEqual(["line 7", "line 8", "line 9"]);
    expect(log.dropped).toBe(7);
    expect(log.line(0)?.number).toBe(7);
    expect(log.line(3)).toBeUndefined();
    expect(log.line(-1)).toBeUndefined();
  });

  it("is bounded in characters too", () => {
    const log = new LogWindow({ maxLines: 1000, maxChars: 50, maxLineChars: 40 });
    for (let index = 0; index < 100; index += 1) log.append("stdout", `${"x".repeat(20)}\n`);
    expect(log.length).toBe(2);
    expect(log.dropped).toBe(98);
  });

  it("breaks a line without end into pieces", () => {
    const log = small();
    log.append("stdout", "x".repeat(25));
    expect(lines(log)).toEqual(["x".repeat(10), "x".repeat(10), "x".repeat(5)]);
  });

  it("goes on in a new line when the unfinished one was dropped", () => {
    const log = small();
    log.append("stderr", "half");
    log.append("stdout", "1\n2\n3\n");
    log.append("stderr", " rest\n");
    expect(lines(log)).toEqual(["2", "3", "!  rest"]);
  });

  it("draws over a line after a carriage return, and takes CRLF as one line end", () => {
    const log = new LogWindow();
    log.append("stdout", "10%\r50%\r");
    log.append("stdout", "100%\nwindows\r\n");
    log.append("stdout", "split\r");
    log.append("stdout", "\nlast");
    expect(lines(log)).toEqual(["100%", "windows", "split", "last"]);
  });

  it("carries a colour over to the next line of the same stream", () => {
    const log = new LogWindow();
    log.append("stdout", "\u001b[31mred\n");
    log.append("stderr", "plain\n");
    log.append("stdout", "still red\u001b[0m\nplain\n");
    expect([0, 1, 2, 3].map((index) => log.line(index)?.style.fg ?? null)).toEqual([null, null, "red", null]);
    expect(log.text()).toBe("red\nplain\nstill red\nplain");
  });

  it("takes a million lines in bounded memory", () => {
    const log = new LogWindow();
    const chunk = Array.from({ length: 1000 }, (_, index) => `2026-11-21 line ${index}\n`).join("");
    for (let index = 0; index < 1000; index += 1) log.append("stdout", chunk);
    expect(log.length).toBe(20_000);
    expect(log.dropped).toBe(980_000);
    expect(log.received).toBe(chunk.length * 1000);
  });
});
