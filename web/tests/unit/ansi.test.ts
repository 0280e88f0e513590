import { describe, expect, it } from "vitest";
import { classNames, PLAIN, parseAnsi } from "../../src/runs/ansi";

const shown = (text: string) => parseAnsi(text).spans.map((span) => [span.text, classNames(span.style)]);
const ESC = "\u001b";

describe("parseAnsi", () => {
  it("leaves plain text alone", () => {
    expect(shown("a <b> & c\td")).toEqual([["a <b> & c\td", ""]]);
    expect(shown("")).toEqual([]);
  });

  it("reads colours, weights and resets", () => {
    expect(shown(`${ESC}[1;31mfail${ESC}[0m ok ${ESC}[92mgreen${ESC}[39m.`)).toEqual([
      ["fail", "fg-red t-bold"],
      [" ok ", ""],
      ["green", "fg-bright-green"],
      [".", ""],
    ]);
  });

  it("maps 256 and true colours to the palette, and does not take their numbers for other codes", () => {
    expect(shown(`${ESC}[38;5;196mx`)).toEqual([["x", "fg-red"]]);
    expect(shown(`${ESC}[38;2;10;200;10mx`)).toEqual([["x", "fg-green"]]);
    expect(shown(`${ESC}[48;5;31mx`)).toEqual([["x", ""]]);
  });

  it("removes cursor movements, titles, hyperlinks and other sequences", () => {
    expect(
      shown(`a${ESC}[2K${ESC}[1;1Hb${ESC}]0;title\u0007c${ESC}]8;;http://x${ESC}\\d${ESC}(Be${ESC}=f`),
    ).toEqual([..."abcdef"].map((letter) => [letter, ""]));
  });

  it("removes control characters and text direction overrides", () => {
    expect(shown("a\u0000b\u0008c\u009bd\u202ee")).toEqual([["abcde", ""]]);
  });

  it("drops a sequence cut off at the end", () => {
    expect(shown(`text${ESC}`)).toEqual([["text", ""]]);
    expect(shown(`text${ESC}]0;half`)).toEqual([["text", ""]]);
  });

  it("tells the style at the end, to begin the next line with", () => {
    const first = parseAnsi(`${ESC}[33mwarn`);
    expect(parseAnsi("more", first.end).spans[0]?.style.fg).toBe("yellow");
    expect(parseAnsi(`${ESC}[m`, first.end).end).toEqual(PLAIN);
  });
});
