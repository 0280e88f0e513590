/** A new run: gathers what it begins with (a recommendation, a target, an earlier run), then shows the form. */
import type { ReactNode } from "react";
import { useRun, useTargets } from "../api/queries";
import { Link } from "../app/Link";
import { useSearch } from "../app/router";
import { Page } from "../app/Shell";
import { useSession } from "../session/session";
import { Empty, ErrorPanel, Skeleton } from "../ui/states";
import { RunForm } from "./RunForm";
import { targetsOf } from "./suggested";

export function NewRunPage() {
  const { canOperate } = useSession();
  return (
    <Page title="New run" crumb={<Link to="/runs">Runs</Link>}>
      {canOperate ? (
        <Beginning />
      ) : (
        <div className="notice warn">
          Your role may look at runs, not start them. An administrator can make you an operator.
        </div>
      )}
    </Page>
  );
}

function Beginning(): ReactNode {
  const { isAdmin } = useSession();
  const search = useSearch();
  const targets = useTargets();
  const again = search.get("again");
  const earlier = useRun(again);
  if (targets.isPending || (again !== null && earlier.isPending))
    return <Skeleton label="Loading the targets" />;
  if (earlier.isError) return <ErrorPanel error={earlier.error} retry={() => void earlier.refetch()} />;
  if (targets.isSuccess && targets.rows.length === 0) {
    const add = (
      <Link className="button primary" to="/targets?add=1">
        Add a target
      </Link>
    );
    return (
      <Empty title="There is no target to run on" actions={isAdmin ? add : null}>
        {isAdmin ? "Add a host first, and pin its key." : "An administrator has to add a host first."}
      </Empty>
    );
  }
  const target = search.get("target");
  const host = search.get("host");
  const onHost = host ? targetsOf(targets.rows, host) : [];
  return (
    <>
      {targets.isError ? <ErrorPanel error={targets.error} retry={() => void targets.refetch()} /> : null}
      <RunForm
        key={`${search} ${onHost.join(" ")}`}
        targets={targets.rows}
        complete={targets.complete}
        command={earlier.data?.command ?? search.get("command") ?? ""}
        suggested={search.has("command")}
        missingHost={host && targets.complete && onHost.length === 0 ? host : null}
        chosen={earlier.data?.tasks.map((task) => task.target_id) ?? (target ? [target] : onHost)}
      />
    </>
  );
}
