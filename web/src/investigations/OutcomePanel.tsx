/** Reporting what turned out to be true: the form, then what Oriel learned from it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useMemo, useState } from "react";
import { Problem, request } from "../api/client";
import { keys, refresh, useCauses } from "../api/queries";
import type {
  Hypothesis,
  Investigation,
  Learned,
  Outcome,
  OutcomeInput,
  ReportedOutcome,
} from "../api/types";
import { useSession } from "../session/session";
import { Button } from "../ui/Button";
import { SelectField, TextArea, TextField } from "../ui/Field";
import { words } from "../ui/format";
import { EntityName, ErrorPanel } from "../ui/states";
import { useToasts } from "../ui/toasts";

export function OutcomePanel({
  investigation,
  onInvestigateAgain,
}: {
  investigation: Investigation;
  onInvestigateAgain: () => void;
}) {
  const { canOperate } = useSession();
  const [reported, setReported] = useState<ReportedOutcome | null>(null);
  const [again, setAgain] = useState(false);
  if (!investigation.verdict) return null;
  const outcome = reported?.outcome ?? investigation.outcome;
  return (
    <section className="panel" aria-labelledby="outcome-title">
      <div className="panel-head">
        <h2 id="outcome-title">Outcome</h2>
      </div>
      <div className="panel-body stack">
        {outcome ? <Reported outcome={outcome} /> : null}
        {reported ? (
          <WhatWasLearned learned={reported.learned} onInvestigateAgain={onInvestigateAgain} />
        ) : null}
        {outcome && !again ? (
          canOperate ? (
            <Button small onClick={() => setAgain(true)}>
              Correct the outcome
            </Button>
          ) : null
        ) : canOperate ? (
          <OutcomeForm
            investigation={investigation}
            hypotheses={investigation.verdict.hypotheses}
            onReported={(result) => {
              setReported(result);
              setAgain(false);
            }}
          />
        ) : (
          <p className="muted">Nobody has reported what the cause turned out to be.</p>
        )}
      </div>
    </section>
  );
}

function Reported({ outcome }: { outcome: Outcome }) {
  return (
    <div>
      {outcome.entity ? (
        <p>
          The true cause was{" "}
          <strong>
            <code>
              <EntityName text={outcome.entity} />
            </code>{" "}
            {words(outcome.cause)}
          </strong>
          .
        </p>
      ) : (
        <p>
          <strong>Nothing was wrong.</strong>
        </p>
      )}
      {outcome.note ? <p className="muted break">{outcome.note}</p> : null}
    </div>
  );
}

function WhatWasLearned({
  learned,
  onInvestigateAgain,
}: {
  learned: Learned[];
  onInvestigateAgain: () => void;
}) {
  return (
    <div className="notice good" role="status">
      <strong>What Oriel learned</strong>
      {learned.length === 0 ? <p>Nothing moved: the verdict already expected this.</p> : null}
      <ul>
        {learned.map((each) => (
          <li key={each.what} className="break small">
            {each.what}:{" "}
            <span className="num nowrap">
              {each.before} → <strong>{each.after}</strong>
            </span>
          </li>
        ))}
      </ul>
      <div className="actions">
        <Button small onClick={onInvestigateAgain}>
          Investigate again with this
        </Button>
      </div>
    </div>
  );
}

const OTHER = "other";
const NOTHING = "nothing";
/** The cause that says that nothing was wrong. */
const NO_CAUSE = "none";

interface FormProps {
  investigation: Investigation;
  hypotheses: Hypothesis[];
  onReported: (result: ReportedOutcome) => void;
}

function OutcomeForm({ investigation, hypotheses, onReported }: FormProps) {
  const client = useQueryClient();
  const { say } = useToasts();
  const causes = useCauses();
  const [chosen, setChosen] = useState(hypotheses.length > 0 ? "0" : OTHER);
  const [entity, setEntity] = useState("");
  const [cause, setCause] = useState("");
  const [note, setNote] = useState("");
  const entities = useId();
  const known = useMemo(() => [...new Set(hypotheses.map((each) => each.entity))], [hypotheses]);
  const hypothesis = chosen === OTHER || chosen === NOTHING ? null : hypotheses[Number(chosen)];
  const truth =
    hypothesis ?? (chosen === NOTHING ? { entity: "", cause: NO_CAUSE } : { entity: entity.trim(), cause });

  const report = useMutation({
    mutationFn: () =>
      request<ReportedOutcome>(`/investigations/${investigation.id}/outcome`, {
        method: "POST",
        body: { entity: truth.entity, cause: truth.cause, note: note.trim() } satisfies OutcomeInput,
      }),
    onSuccess: async (result) => {
      onReported(result);
      say("The outcome is recorded.");
      await refresh(client, keys.investigation(investigation.id));
    },
  });
  const problem = report.error instanceof Problem ? report.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!report.isPending) report.mutate();
  };
  return (
    <form className="stack" onSubmit={submit} aria-label="Report the outcome">
      <p className="muted small">
        Say what the cause turned out to be. The next verdicts of this kind weigh it.
      </p>
      <SelectField
        label="The true cause was"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        {hypotheses.map((each, index) => (
          <option key={`${each.entity} ${each.cause}`} value={String(index)}>
            {index + 1}. {each.entity}, {words(each.cause)}
          </option>
        ))}
        <option value={OTHER}>Something else…</option>
        <option value={NOTHING}>Nothing was wrong</option>
      </SelectField>
      {chosen !== OTHER ? null : (
        <>
          <TextField
            label="Entity"
            mono
            required
            list={entities}
            placeholder="service/name or node/name"
            value={entity}
            onChange={(event) => setEntity(event.target.value)}
            error={problem?.field === "entity" ? problem.message : null}
          />
          <datalist id={entities}>
            {known.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
          <SelectField
            label="Cause"
            required
            value={cause}
            onChange={(event) => setCause(event.target.value)}
            error={
              problem?.field === "cause"
                ? problem.message
                : causes.isError
                  ? "The known causes could not be read."
                  : null
            }
          >
            <option value="">Choose a cause</option>
            {causes.data?.map((each) => (
              <option key={each.name} value={each.name}>
                {each.title}
              </option>
            ))}
          </SelectField>
        </>
      )}
      <TextArea
        label="Note"
        rows={3}
        placeholder="How you know, and what fixed it"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        error={problem?.field === "note" ? problem.message : null}
      />
      {report.error && !["entity", "cause", "note"].includes(problem?.field ?? "") ? (
        <ErrorPanel error={report.error} />
      ) : null}
      <Button type="submit" variant="primary" busy={report.isPending}>
        Report the outcome
      </Button>
    </form>
  );
}
