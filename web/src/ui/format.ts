/** Numbers, sizes, durations and times as text. Pure; the locale is the browser's for dates and English for the rest. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes in decimal units: `1.5 MB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A whole number with thin groups: `12,345`. */
export const count = (value: number): string => value.toLocaleString("en-GB");

/** `1 line`, `2 lines`. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A probability as a percentage that never claims certainty: `<1%`, `82%`, `>99%`. */
export function percent(probability: number): string {
  const value = probability * 100;
  if (value > 0 && value < 1) return "<1%";
  if (value > 99 && value < 100) return ">99%";
  return `${Math.round(value)}%`;
}

/** Milliseconds as `840 ms`, `12.4 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** The span between two RFC 3339 times, or null while either is missing. */
export function between(start: string | null | undefined, end: string | null | undefined): number | null {
  if (!start || !end) return null;
  const ms = Date.parse(end) - Date.parse(start);
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** How long ago: `just now`, `5 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function ago(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (!Number.isFinite(seconds)) return time;
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 14 * 86_400) return `${Math.round(seconds / 86_400)} d ago`;
  return dateTime(time).slice(0, 10);
}

/** A local time without ambiguity: `2026-11-21 02:44:36`. */
export function dateTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `timed_out` as `timed out`. */
export const words = (name: string): string => name.replaceAll(/[_-]/g, " ");

/** The first letter as a capital. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `service/cart` as its kind and its name. */
export function entity(text: string): { kind: string | null; name: string } {
  const slash = text.indexOf("/");
  return slash > 0 ? { kind: text.slice(0, slash), name: text.slice(slash + 1) } : { kind: null, name: text };
}

/** `file:line`, or what of it is known. */
export const sourceLine = (
  file: string | null | undefined,
  line: number | null | undefined,
): string | null => (file ? (line ? `${file}:${line}` : file) : null);
