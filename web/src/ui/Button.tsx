/** Buttons: one look for each weight of action. A busy button keeps its focus and refuses a second press. */
import { type ButtonHTMLAttributes, type ReactNode, useEffect, useRef, useState } from "react";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: "plain" | "primary" | "danger" | "quiet";
  small?: boolean;
  busy?: boolean;
  children: ReactNode;
}

export function Button({
  variant = "plain",
  small = false,
  busy = false,
  className = "",
  onClick,
  type = "button",
  ...rest
}: Props) {
  return (
    <button
      type={type}
      className={`button ${variant} ${small ? "small" : ""} ${className}`}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    />
  );
}

/** Copies text and says so for a moment. */
export function CopyButton({
  text,
  what,
  label = "Copy",
}: {
  text: string | (() => string);
  what: string;
  label?: string;
}) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setState("copied");
    } catch {
      setState("refused");
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState("idle"), 2000);
  };
  return (
    <Button small onClick={copy} aria-label={`${label} ${what}`}>
      <span aria-live="polite">
        {state === "idle" ? label : state === "copied" ? "Copied" : "Copying was refused"}
      </span>
    </Button>
  );
}
