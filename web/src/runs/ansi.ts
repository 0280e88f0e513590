/**
 * Terminal output made safe to show: SGR colours and weights become class names, every other escape sequence and
 * control character is removed. It never produces HTML; the caller renders spans of text.
 */

export interface Style {
  /** A colour name of the 16-colour palette, e.g. `red` or `bright-red`. */
  fg: string | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

export interface Span {
  text: string;
  style: Style;
}

export const PLAIN: Style = { fg: null, bold: false, dim: false, italic: false, underline: false };

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

// CSI sequences, OSC strings (ended by BEL or ST), charset selections, other two-byte escapes, an incomplete tail.
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters
  /\u001b(?:\[([0-9;:?<=>!]*)[ -/]*([@-~])|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[()*+][ -~]|[ -~]|$)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The 16-colour name nearest to an index of the 256-colour palette. */
function indexed(index: number): string | null {
  if (index < 8) return COLOURS[index] ?? null;
  if (index < 16) return `bright-${COLOURS[index - 8] ?? "white"}`;
  if (index >= 232) return index < 244 ? "bright-black" : null;
  const cube = index - 16;
  return nearest(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51);
}

function nearest(r: number, g: number, b: number): string | null {
  const high = Math.max(r, g, b);
  if (high < 60) return "bright-black";
  const bit = (value: number) => (value > high * 0.6 ? 1 : 0);
  const index = bit(r) + 2 * bit(g) + 4 * bit(b);
  return index === 7 ? null : (COLOURS[index] ?? null);
}

function sgr(style: Style, parameters: string): Style {
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) next = PLAIN;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 3) next = { ...next, italic: true };
    else if (code === 4) next = { ...next, underline: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 23) next = { ...next, italic: false };
    else if (code === 24) next = { ...next, underline: false };
    else if (code >= 30 && code <= 37) next = { ...next, fg: COLOURS[code - 30] ?? null };
    else if (code === 39) next = { ...next, fg: null };
    else if (code >= 90 && code <= 97) next = { ...next, fg: `bright-${COLOURS[code - 90] ?? "white"}` };
    else if (code === 38 || code === 48) {
      const kind = codes[at + 1];
      if (code === 38 && kind === 5) next = { ...next, fg: indexed(codes[at + 2] ?? 7) };
      if (code === 38 && kind === 2)
        next = { ...next, fg: nearest(codes[at + 2] ?? 0, codes[at + 3] ?? 0, codes[at + 4] ?? 0) };
      at += kind === 5 ? 2 : kind === 2 ? 4 : 0;
    }
  }
  return next;
}

const clean = (text: string): string => text.replace(CONTROL, "");

/** Splits one line into styled spans, starting in `start` and returning the style at its end. */
export function parseAnsi(text: string, start: Style = PLAIN): { spans: Span[]; end: Style } {
  if (!text.includes("\u001b")) {
    const plain = clean(text);
    return { spans: plain ? [{ text: plain, style: start }] : [], end: start };
  }
  const spans: Span[] = [];
  let style = start;
  let from = 0;
  const push = (piece: string) => {
    const plain = clean(piece);
    if (plain) spans.push({ text: plain, style });
  };
  for (const found of text.matchAll(ESCAPE)) {
    push(text.slice(from, found.index));
    if (found[2] === "m" && !/[?<=>!]/.test(found[1] ?? "")) style = sgr(style, found[1] ?? "");
    from = found.index + found[0].length;
  }
  push(text.slice(from));
  return { spans, end: style };
}

/** The class names of a style, for the stylesheet's terminal palette. */
export function classNames(style: Style): string {
  const names: string[] = [];
  if (style.fg) names.push(`fg-${style.fg}`);
  if (style.bold) names.push("t-bold");
  if (style.dim) names.push("t-dim");
  if (style.italic) names.push("t-italic");
  if (style.underline) names.push("t-underline");
  return names.join(" ");
}
