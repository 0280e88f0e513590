/** A modal dialog on the browser's own `dialog`, which traps focus, closes on Escape and returns focus after. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./Button";

/** What takes the focus first: the first field, or the safe button of a question. */
const FIRST = ".dialog-body :is(input:not([type=file]), select, textarea), .dialog-foot button";

export function Dialog({
  title,
  onClose,
  className,
  bare,
  children,
}: {
  title: string;
  onClose: () => void;
  className?: string;
  bare?: boolean;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way; this is the click on the backdrop
    <dialog
      ref={ref}
      className={className}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {bare ? (
        <h2 id={id} className="visually-hidden">
          {title}
        </h2>
      ) : (
        <div className="dialog-head">
          <h2 id={id}>{title}</h2>
          <Button small variant="quiet" onClick={onClose} aria-label="Close">
            Close
          </Button>
        </div>
      )}
      {bare ? children : <div className="dialog-body">{children}</div>}
    </dialog>
  );
}
