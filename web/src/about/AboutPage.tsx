/** What this installation is, and how each of its parts is. */

import { useHealth } from "../api/queries";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { sentence, words } from "../ui/format";
import { ErrorPanel, Skeleton } from "../ui/states";

export function AboutPage() {
  const health = useHealth();
  const { user } = useSession();
  return (
    <Page
      title="About"
      sub="Oriel takes what a fleet says about itself, tells what is wrong, why, and how sure it is, and does what you decide."
    >
      {health.isPending ? <Skeleton label="Loading the health" rows={4} /> : null}
      {health.isError ? (
        <ErrorPanel
          error={health.error}
          title="The server does not say how it is"
          retry={() => void health.refetch()}
        />
      ) : null}
      {health.data ? (
        <section className="panel" aria-labelledby="health-title">
          <div className="panel-head">
            <h2 id="health-title">Health</h2>
            <span className={`badge ${health.data.status === "ok" ? "good" : "warn"}`}>
              {health.data.status === "ok" ? "All parts work" : "Degraded"}
            </span>
          </div>
          <ul className="list-plain">
            {Object.entries(health.data.parts).map(([name, part]) => (
              <li key={name} className="actions">
                <span className={`badge ${part.status === "ok" ? "good" : "bad"}`}>
                  {part.status === "ok" ? "Works" : sentence(words(part.status))}
                </span>
                <span>{sentence(words(name))}</span>
                {part.detail ? <span className="muted break">{part.detail}</span> : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section className="panel" aria-labelledby="about-title">
        <div className="panel-head">
          <h2 id="about-title">This installation</h2>
        </div>
        <dl className="panel-body pairs">
          <dt>Version</dt>
          <dd className="mono">{health.data?.version ?? "…"}</dd>
          <dt>Signed in as</dt>
          <dd>
            {user.username}, {user.role}
          </dd>
          <dt>Licence</dt>
          <dd>Apache-2.0</dd>
          <dt>API</dt>
          <dd>
            REST and WebSocket under <code>/api/v1</code>
          </dd>
        </dl>
      </section>
    </Page>
  );
}
