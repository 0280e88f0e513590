/** Takes an incident archive by drop or by file button, and shows the upload's progress. One upload at a time. */
import { type DragEvent, useEffect, useRef, useState } from "react";
import { upload } from "../api/client";
import type { SubmittedIncident } from "../api/types";
import { Button } from "../ui/Button";
import { bytes, percent } from "../ui/format";
import { ErrorPanel } from "../ui/states";

interface Upload {
  name: string;
  size: number;
  fraction: number;
}

export function DropZone({ onSubmitted }: { onSubmitted: (submitted: SubmittedIncident) => void }) {
  const [over, setOver] = useState(false);
  const [current, setCurrent] = useState<Upload | null>(null);
  const [error, setError] = useState<unknown>(null);
  const input = useRef<HTMLInputElement>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const send = async (files: FileList | null) => {
    const file = files?.[0];
    if (!file || current) return;
    if (files.length > 1) {
      setError(
        new Error(
          `Drop one archive at a time; ${files.length} files were dropped. Pack them into one .tar.zst.`,
        ),
      );
      return;
    }
    setError(null);
    const controller = new AbortController();
    abort.current = controller;
    const progress = (fraction: number) => setCurrent({ name: file.name, size: file.size, fraction });
    progress(0);
    try {
      const submitted = await upload<SubmittedIncident>("/incidents", file, progress, controller.signal);
      abort.current = null;
      setCurrent(null);
      onSubmitted(submitted);
    } catch (failure) {
      setCurrent(null);
      if (!(failure instanceof DOMException)) setError(failure);
    }
  };

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(event.dataTransfer.files);
  };

  return (
    <>
      <section
        className={`drop ${over ? "over" : ""}`}
        aria-label="Submit an incident archive"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
        }}
        onDrop={drop}
      >
        {current ? (
          <>
            <div className="grow">
              <div className="break">
                {current.fraction < 1 ? "Uploading" : "Checking"} <strong>{current.name}</strong>{" "}
                <span className="muted num">
                  {bytes(current.size)}, {percent(current.fraction)}
                </span>
              </div>
              <div
                className="bar"
                role="progressbar"
                aria-label="Upload"
                aria-valuenow={Math.round(current.fraction * 100)}
                aria-valuemin={0}
                aria-valuemax={100}
              >
                <span style={{ width: `${current.fraction * 100}%` }} />
              </div>
            </div>
            <Button onClick={() => abort.current?.abort()}>Cancel upload</Button>
          </>
        ) : (
          <>
            <div className="grow">
              <strong>Drop an incident archive here</strong>{" "}
              <span className="muted">
                A <code>.tar.zst</code> of kubernetes/, metrics/, logs/, traces/, alerts.json or incident.toml
              </span>
            </div>
            <Button onClick={() => input.current?.click()}>Choose a file…</Button>
            <input
              ref={input}
              type="file"
              className="visually-hidden"
              tabIndex={-1}
              aria-label="Incident archive"
              accept=".zst,.tzst,.tar,application/zstd"
              onChange={(event) => {
                void send(event.target.files);
                event.target.value = "";
              }}
            />
          </>
        )}
      </section>
      {error ? (
        <div className="panel-body">
          <ErrorPanel error={error} title="The archive was not taken" />
        </div>
      ) : null}
    </>
  );
}
