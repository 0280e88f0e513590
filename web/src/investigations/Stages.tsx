/** The stages of a running investigation, each with its progress. */
import { isLive } from "../api/settled";
import type { Investigation, Stage } from "../api/types";
import { count, sentence, words } from "../ui/format";
import { Status } from "../ui/states";

export function Stages({ investigation }: { investigation: Investigation }) {
  const live = isLive(investigation.status);
  const last = investigation.stages.at(-1);
  return (
    <section className="panel" aria-labelledby="stages-title">
      <div className="panel-head">
        <h2 id="stages-title">Progress</h2>
        <Status status={investigation.status} />
      </div>
      <p className="visually-hidden" role="status">
        {live && last ? sentence(words(last.name)) : ""}
      </p>
      {investigation.stages.length === 0 ? (
        <p className="panel-body muted">{live ? "Waiting for its turn." : "It had not begun."}</p>
      ) : (
        <ol className="stages">
          {investigation.stages.map((stage, index) => (
            <StageRow
              key={stage.name}
              stage={stage}
              current={live && index === investigation.stages.length - 1}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function StageRow({ stage, current }: { stage: Stage; current: boolean }) {
  const whole = stage.total ?? 0;
  const finished = !current || (whole > 0 && stage.done >= whole);
  const fraction = whole > 0 ? Math.min(1, stage.done / whole) : finished ? 1 : 0;
  return (
    <li>
      <span className={finished ? "good" : "muted"} aria-hidden="true">
        {finished ? "✓" : "…"}
      </span>
      <span>
        {sentence(words(stage.name))}
        <span className="visually-hidden">{finished ? ", finished" : ", under way"}</span>
      </span>
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${fraction * 100}%` }} />
      </span>
      <span className="muted small num">
        {whole > 0 ? `${count(stage.done)} of ${count(whole)}` : stage.done > 0 ? count(stage.done) : ""}
      </span>
    </li>
  );
}
