/** A labelled control with its hint and its error, tied together for assistive technology. */
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

interface Common {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
}

function Wrapper({ id, label, hint, error, children }: Common & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint ? (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
      {error ? (
        <span className="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      ) : null}
    </div>
  );
}

const aria = (id: string, hint: ReactNode, error: string | null | undefined) => ({
  id,
  "aria-describedby":
    [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined,
  "aria-invalid": error ? true : undefined,
});

export function TextField({
  label,
  hint,
  error,
  mono,
  ...rest
}: Common & { mono?: boolean } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Wrapper id={id} label={label} hint={hint} error={error}>
      <input className={`input ${mono ? "mono" : ""}`} {...aria(id, hint, error)} {...rest} />
    </Wrapper>
  );
}

export function TextArea({
  label,
  hint,
  error,
  mono,
  ...rest
}: Common & { mono?: boolean } & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Wrapper id={id} label={label} hint={hint} error={error}>
      <textarea className={`input ${mono ? "mono" : ""}`} {...aria(id, hint, error)} {...rest} />
    </Wrapper>
  );
}

export function SelectField({
  label,
  hint,
  error,
  children,
  ...rest
}: Common & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Wrapper id={id} label={label} hint={hint} error={error}>
      <select className="input" {...aria(id, hint, error)} {...rest}>
        {children}
      </select>
    </Wrapper>
  );
}
