/** Keyboard shortcuts: single keys and two-key sequences, ignored while typing and while a dialog is open. */
import { useEffect, useRef } from "react";
import { navigate } from "./router";

const GOTO: Readonly<Record<string, string>> = {
  i: "/incidents",
  r: "/runs",
  t: "/targets",
  a: "/audit",
  u: "/users",
  h: "/about",
};

export const SHORTCUTS: readonly (readonly [string, string])[] = [
  ["Ctrl K", "Open the command palette"],
  ["g i", "Go to incidents"],
  ["g r", "Go to runs"],
  ["g t", "Go to targets"],
  ["g a", "Go to the audit log"],
  ["g h", "Go to health"],
  ["n", "New run"],
  ["/", "Focus the page's search field"],
  ["?", "Show this help"],
  ["Esc", "Close what is open"],
];

const SEQUENCE_MS = 1200;

/** Whether the event comes from where keys mean text. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

export function useShortcuts(actions: { palette: () => void; help: () => void; canOperate: boolean }): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let pending = 0;
    const key = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const inSequence = event.timeStamp - pending < SEQUENCE_MS;
      pending = 0;
      const to = inSequence ? GOTO[event.key] : undefined;
      if (to) navigate(to);
      else if (event.key === "g") pending = event.timeStamp;
      else if (event.key === "?") latest.current.help();
      else if (event.key === "n" && latest.current.canOperate) navigate("/runs/new");
      else if (event.key === "/") document.querySelector<HTMLElement>("main input[type=search]")?.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, []);
}
