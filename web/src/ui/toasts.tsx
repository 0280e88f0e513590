/** Short announcements of what happened, spoken through live regions; errors stay until dismissed. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { Problem } from "../api/client";
import { Button } from "./Button";

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

interface Toasts {
  say: (text: string) => void;
  /** Shows a failure with its detail and request id. */
  fail: (error: unknown) => void;
}

const Context = createContext<Toasts>({ say: () => undefined, fail: () => undefined });
export const useToasts = () => useContext(Context);

const SHOWN_MS = 6000;

export function errorText(error: unknown): string {
  if (error instanceof Problem)
    return error.requestId ? `${error.message} (request ${error.requestId})` : error.message;
  return error instanceof Error ? error.message : String(error);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const dismiss = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const add = useCallback(
    (text: string, bad: boolean) => {
      const id = next.current;
      next.current += 1;
      setToasts((all) => [...all.slice(-3), { id, text, bad }]);
      if (!bad) setTimeout(() => dismiss(id), SHOWN_MS);
    },
    [dismiss],
  );
  const value = useMemo<Toasts>(
    () => ({
      say: (text) => add(text, false),
      fail: (error) => {
        if (error instanceof Problem && error.status === 401) return;
        add(errorText(error), true);
      },
    }),
    [add],
  );
  const shown = (bad: boolean) =>
    toasts
      .filter((toast) => toast.bad === bad)
      .map((toast) => (
        <div key={toast.id} className={`toast ${bad ? "bad" : ""}`}>
          <span className="break">{toast.text}</span>
          <Button
            small
            variant="quiet"
            onClick={() => dismiss(toast.id)}
            aria-label={`Dismiss: ${toast.text}`}
          >
            Dismiss
          </Button>
        </div>
      ));
  return (
    <Context value={value}>
      {children}
      <div className="toasts">
        <div role="alert">{shown(true)}</div>
        <div role="status" aria-live="polite">
          {shown(false)}
        </div>
      </div>
    </Context>
  );
}
