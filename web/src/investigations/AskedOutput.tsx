/** What a command printed, as it is on record: its beginning here, the rest in the run. */
import { useQuery } from "@tanstack/react-query";
import { requestText } from "../api/client";
import { CopyButton } from "../ui/Button";
import { bytes } from "../ui/format";
import { ErrorPanel } from "../ui/states";

/** Bytes shown here. */
const SHOWN = 64 * 1024;

export function AskedOutput({ task, command }: { task: string; command: string }) {
  const output = useQuery({
    queryKey: ["task", task, "output"],
    queryFn: ({ signal }) => requestText(`/tasks/${task}/output`, { stream: "all" }, SHOWN, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (output.isPending) return <p className="muted small">Loading the output…</p>;
  if (output.isError) return <ErrorPanel error={output.error} retry={() => void output.refetch()} />;
  const { text, total } = output.data;
  if (text === "") return <p className="muted small">It printed nothing.</p>;
  return (
    <section className="printed" aria-label={`Output of ${command}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <div className="actions">
        <CopyButton text={text} what={`the output of ${command}`} />
        {total > SHOWN ? (
          <span className="muted small">
            The first {bytes(SHOWN)} of {bytes(total)}; the run has all of it.
          </span>
        ) : null}
      </div>
    </section>
  );
}
