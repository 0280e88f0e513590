/** The routes: which screen stands at which path. */
import { type ReactNode, useEffect } from "react";
import { AboutPage } from "../about/AboutPage";
import { AuditPage } from "../audit/AuditPage";
import { IncidentPage } from "../incidents/IncidentPage";
import { IncidentsPage } from "../incidents/IncidentsPage";
import { NewRunPage } from "../runs/NewRunPage";
import { RunPage } from "../runs/RunPage";
import { RunsPage } from "../runs/RunsPage";
import { SetupPage } from "../session/SetupPage";
import { SignInPage } from "../session/SignInPage";
import { RequireSession } from "../session/session";
import { TargetPage } from "../targets/TargetPage";
import { TargetsPage } from "../targets/TargetsPage";
import { UsersPage } from "../users/UsersPage";
import { Link } from "./Link";
import { match, navigate, type Params, usePath } from "./router";
import { Page, Shell } from "./Shell";

const ROUTES: readonly (readonly [string, (params: Params) => ReactNode])[] = [
  ["/", () => <Redirect to="/incidents" />],
  ["/incidents", () => <IncidentsPage />],
  ["/incidents/:id", ({ id = "" }) => <IncidentPage key={id} id={id} investigation={null} />],
  [
    "/incidents/:id/investigations/:investigation",
    ({ id = "", investigation = "" }) => <IncidentPage key={id} id={id} investigation={investigation} />,
  ],
  ["/targets", () => <TargetsPage />],
  ["/targets/:id", ({ id = "" }) => <TargetPage key={id} id={id} />],
  ["/runs", () => <RunsPage />],
  ["/runs/new", () => <NewRunPage />],
  ["/runs/:id", ({ id = "" }) => <RunPage key={id} id={id} />],
  ["/audit", () => <AuditPage />],
  ["/users", () => <UsersPage />],
  ["/about", () => <AboutPage />],
];

function Redirect({ to }: { to: string }) {
  useEffect(() => navigate(to, { replace: true }), [to]);
  return null;
}

export function App() {
  const path = usePath();
  if (path === "/sign-in") return <SignInPage />;
  if (path === "/setup") return <SetupPage />;
  return (
    <RequireSession>
      <Shell>{screen(path)}</Shell>
    </RequireSession>
  );
}

function screen(path: string): ReactNode {
  for (const [pattern, render] of ROUTES) {
    const params = match(pattern, path);
    if (params) return render(params);
  }
  return <NotFound path={path} />;
}

export function NotFound({ path }: { path: string }) {
  return (
    <Page title="There is no such page">
      <p>
        Nothing stands at <code>{path}</code>. It may have been deleted, or the address has a slip in it.
      </p>
      <p>
        Go to the <Link to="/incidents">incidents</Link>, the <Link to="/runs">runs</Link> or the{" "}
        <Link to="/targets">targets</Link>, or press <kbd>Ctrl K</kbd> to find something by name.
      </p>
    </Page>
  );
}
